/* SPDX-License-Identifier: BSD-2-Clause */
/* Checks of capabilities, and of the interrupt lines that they hand out. */
#include "check.h"
#include "config.h"

static void one_object(struct model *m, u32 object)
{
    const struct system_cap *is = m->caps[object].is;
    u32 named = model_cap_named(is);

    if (named != 1) {
        model_error(m, KIND_CAP, object, "thread, notification, irq, region, cell",
                    "%u given: a capability names exactly one object", named);
    }
}

static void slot(struct model *m, u32 object)
{
    const struct model_cap *c = &m->caps[object];
    const struct model_cell *cell = &m->cells[c->cell];

    if (c->is->slot == 0) {
        model_error(m, KIND_CAP, object, "slot", "0 stays empty: slots are 1 and up");
    } else if (c->is->slot >= THIMBLE_NO_SLOT) {
        model_error(m, KIND_CAP, object, "slot", "%u means \"no slot\"", c->is->slot);
    } else if (c->is->slot >= cell->slots) {
        model_error(m, KIND_CAP, object, "slot", "%u is outside the cell's %u slots", c->is->slot,
                    cell->slots);
    }
}

void check_unknown(struct model *m, u32 object, const char *kind, const struct nearest *near)
{
    char suggestion[SUGGESTION_SIZE];

    nearest_text(near, suggestion);
    model_error(m, KIND_CAP, object, kind, "\"%s\": no such %s%s", near->wanted, kind, suggestion);
}

static void thread_known(struct model *m, u32 object)
{
    const struct model_cap *c = &m->caps[object];
    struct nearest near;

    if (c->type != THIMBLE_CAP_THREAD || c->object != NOWHERE) {
        return;
    }
    nearest_start(&near, c->is->thread);
    for (u32 i = 0; i < m->count[KIND_THREAD]; i++) {
        nearest_offer(&near, model_cell_name(m, m->threads[i].cell), m->threads[i].is->name);
    }
    check_unknown(m, object, "thread", &near);
}

static void notification_known(struct model *m, u32 object)
{
    const struct model_cap *c = &m->caps[object];
    struct nearest near;

    if (c->type != THIMBLE_CAP_NOTIFICATION || c->object != NOWHERE) {
        return;
    }
    nearest_start(&near, c->is->notification);
    for (u32 i = 0; i < m->count[KIND_NOTIFICATION]; i++) {
        nearest_offer(&near, NULL, m->system->notifications[i].name);
    }
    check_unknown(m, object, "notification", &near);
}

static void irq_known(struct model *m, u32 object)
{
    const struct model_cap *c = &m->caps[object];
    struct nearest near;

    if (c->type != THIMBLE_CAP_IRQ || c->object != NOWHERE) {
        return;
    }
    nearest_start(&near, c->is->irq);
    for (u32 i = 0; i < m->count[KIND_IRQ]; i++) {
        nearest_offer(&near, NULL, m->system->irqs[i].name);
    }
    check_unknown(m, object, "irq", &near);
}

static void rights(struct model *m, u32 object)
{
    static const u8 known[] = {
        [THIMBLE_CAP_EMPTY] = 0xff, /* reported already: which rights it has is open */
        [THIMBLE_CAP_THREAD] = THIMBLE_RIGHT_CALL | THIMBLE_RIGHT_CONTROL,
        [THIMBLE_CAP_NOTIFICATION] = THIMBLE_RIGHT_SIGNAL | THIMBLE_RIGHT_WAIT,
        [THIMBLE_CAP_IRQ] = THIMBLE_RIGHT_HANDLE,
        [THIMBLE_CAP_REGION] = THIMBLE_RIGHT_READ | THIMBLE_RIGHT_WRITE | THIMBLE_RIGHT_EXECUTE,
        [THIMBLE_CAP_CELL] = THIMBLE_RIGHT_MAP | THIMBLE_RIGHT_CONTROL,
    };
    const struct model_cap *c = &m->caps[object];

    if (c->is->rights == 0) {
        model_error(m, KIND_CAP, object, "rights", "none: the capability would be of no use");
    } else if ((c->is->rights & ~known[c->type]) != 0) {
        model_error(m, KIND_CAP, object, "rights", "0x%x has bits that such an object has not",
                    c->is->rights);
    }
}

static void badge(struct model *m, u32 object)
{
    const struct model_cap *c = &m->caps[object];

    if (c->type == THIMBLE_CAP_NOTIFICATION && (c->is->rights & THIMBLE_RIGHT_SIGNAL) != 0 &&
        c->is->badge == 0) {
        model_error(m, KIND_CAP, object, "badge",
                    "0: the badge is the bits that are signalled, so nothing would be");
    }
}

/* Whether any thread of the cell stands above the level. */
static bool cell_may_call(const struct model *m, u32 cell, u32 level)
{
    const struct span *threads = &m->cells[cell].threads;

    for (u32 i = threads->first; i < threads->first + threads->count; i++) {
        const struct system_thread *t = m->threads[i].is;
        if (!t->passive || t->level > level) {
            return true;
        }
    }
    return false;
}

static void callee(struct model *m, u32 object)
{
    const struct model_cap *c = &m->caps[object];

    if (c->type != THIMBLE_CAP_THREAD || c->object == NOWHERE ||
        (c->is->rights & THIMBLE_RIGHT_CALL) == 0) {
        return;
    }
    const struct system_thread *target = m->threads[c->object].is;
    if (!target->passive) {
        model_error(m, KIND_CAP, object, "thread",
                    "\"%s\" is active, and only passive threads can be called", c->is->thread);
    } else if (!cell_may_call(m, c->cell, target->level)) {
        model_error(m, KIND_CAP, object, "thread",
                    "\"%s\" has level %u, and no thread of this cell is above it: none could call",
                    c->is->thread, target->level);
    }
}

/* INTIDs that both the board and the core's table of lines have. */
static u32 line_count(const struct board *board)
{
    return board->line_count < LINE_MAX ? board->line_count : LINE_MAX;
}

static void line(struct model *m, u32 object)
{
    const struct system_irq *irqs = m->system->irqs;
    u32 number = model_irq_line(m, object);
    u32 count = line_count(m->board);

    if (irqs[object].device != NULL && number == 0) {
        return; /* irq_device() says so */
    }
    if (number < 32U) {
        model_error(m, KIND_IRQ, object, "line", "%u: INTIDs 0 to 31 are the core's", number);
    } else if (number >= count) {
        model_error(m, KIND_IRQ, object, "line", "%u: board \"%s\" has INTIDs up to %u", number,
                    m->board->name, count - 1U);
    }
}

static void irq_device(struct model *m, u32 object)
{
    const struct system_irq *is = &m->system->irqs[object];
    char suggestion[SUGGESTION_SIZE];
    struct nearest near;

    if (is->device == NULL) {
        return;
    }
    if (is->line != 0) {
        model_error(m, KIND_IRQ, object, "line", "%u, and a device, which has its own: give one",
                    is->line);
    }
    const struct board_device *device = board_device_find(m->board, is->device);
    if (device != NULL && device->line == 0) {
        model_error(m, KIND_IRQ, object, "device",
                    model_device_own(m, is->device)
                        ? "\"%s\" has no interrupt: give it a .line in devices"
                        : "\"%s\" has no interrupt", is->device);
    }
    if (device != NULL || model_device_own(m, is->device)) {
        return;
    }
    nearest_start(&near, is->device);
    for (const struct board_device *d = m->board->devices; d->name != NULL; d++) {
        nearest_offer(&near, NULL, d->name);
    }
    nearest_text(&near, suggestion);
    model_error(m, KIND_IRQ, object, "device", "\"%s\": board \"%s\" has no such device%s",
                is->device, m->board->name, suggestion);
}

static void line_handled(struct model *m, u32 object)
{
    for (u32 i = 0; i < m->count[KIND_CAP]; i++) {
        if (m->caps[i].type == THIMBLE_CAP_IRQ && m->caps[i].object == object) {
            return;
        }
    }
    model_warning(m, KIND_IRQ, object, NULL, "no cell has a capability to it: it stays masked");
}

const struct check check_caps[] = {
    {KIND_CAP, one_object}, {KIND_CAP, slot},   {KIND_CAP, thread_known},
    {KIND_CAP, irq_known},  {KIND_CAP, rights}, {KIND_CAP, notification_known},
    {KIND_CAP, badge},      {KIND_CAP, callee},
    {KIND_IRQ, irq_device}, {KIND_IRQ, line},   {KIND_IRQ, line_handled}, {KIND_SYSTEM, NULL},
};
