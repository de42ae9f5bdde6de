/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Drawing a step: mostly what a program might do, often just past a limit,
 * sometimes anything at all. One draw in a full expression: compilers order
 * them differently.
 */
#include "step.h"

#include "machine.h"
#include "system.h"

#define RECENT 4U /* addresses remembered, so that they are used after unmapping */

/* What threads do most. */
enum mood {
    MOOD_ANYTHING,
    MOOD_DERIVE,
    MOOD_MAP,
    MOOD_TALK
};

static struct {
    enum mood mood;
    u32 recent[RECENT];
} habit;

void step_begin(u32 mood)
{
    habit.mood = (enum mood)mood;
    for (u32 i = 0; i < RECENT; i++) {
        habit.recent[i] = 0x20000000U;
    }
}

static const struct model_thread *self(void)
{
    return &model.threads[model.current];
}

static const struct model_cell *own_cell(void)
{
    return &model.cells[self()->cell];
}

static const struct model_cap *own_cap(u32 slot)
{
    return &model.caps[own_cell()->first + slot];
}

/* The first slot from a random one on that holds this type; any if there is none. */
static u32 slot_of(struct source *s, u32 type)
{
    u32 slots = own_cell()->slots;
    u32 start = source_below(s, slots);

    for (u32 i = 0; i < slots; i++) {
        if (own_cap((start + i) % slots)->type == type) {
            return (start + i) % slots;
        }
    }
    return start;
}

/* The capability that is the most derivations deep. */
static u32 slot_deepest(struct source *s)
{
    u32 best = source_below(s, own_cell()->slots);
    u32 most = 0;

    for (u32 slot = 0; slot < own_cell()->slots; slot++) {
        u32 depth = 0;
        u32 cap = own_cell()->first + slot;
        while (model.caps[cap].parent != MODEL_NONE) {
            cap = model.caps[cap].parent;
            depth++;
        }
        if (depth >= most) {
            most = depth;
            best = slot;
        }
    }
    return best;
}

/* A passive thread of a lower level, mostly. */
static u32 slot_callee(struct source *s)
{
    u32 slots = own_cell()->slots;
    u32 start = source_below(s, slots);

    for (u32 i = 0; i < slots && (start & 7U) != 0; i++) {
        const struct model_cap *c = own_cap((start + i) % slots);
        if (c->type == THIMBLE_CAP_THREAD && model.threads[c->object].sc == MODEL_NONE &&
            (self()->sc != MODEL_NONE || model.threads[c->object].level < self()->level)) {
            return (start + i) % slots;
        }
    }
    return start;
}

static u32 slot_hostile(struct source *s, u32 type)
{
    switch (source_below(s, 24)) {
    case 0:
        return own_cell()->slots;
    case 1:
        return THIMBLE_NO_SLOT;
    case 2:
        return source_word(s);
    case 3:
    case 4:
        return source_below(s, own_cell()->slots);
    default:
        return slot_of(s, type);
    }
}

/* What is being revoked meanwhile is of special interest. */
static u32 slot_any(struct source *s)
{
    u32 revoking = model.revoking - own_cell()->first;

    if (model.revoking != MODEL_NONE && revoking < own_cell()->slots && source_percent(s, 50)) {
        return revoking;
    }
    return slot_hostile(s, 1U + source_below(s, THIMBLE_CAP_CELL));
}

static u32 slot_empty(struct source *s)
{
    return slot_hostile(s, THIMBLE_CAP_EMPTY);
}

static u32 word_hostile(struct source *s)
{
    static const u32 words[] = {0, 1, 2, 3, 7, 8, 0x80000000U, 0xffffffffU};

    return source_percent(s, 30) ? source_word(s) : words[source_below(s, ARRAY_SIZE(words))];
}

static u32 tag_hostile(struct source *s)
{
    u32 label = source_percent(s, 20) ? source_word(s) & THIMBLE_TAG_LABEL : 7U;
    u32 length = source_below(s, 7);
    u32 kind = source_below(s, 32);

    if (kind < 4U) {
        length = 7U + source_below(s, 58);
    } else if (kind == 4U) {
        length = 65U + source_below(s, 63);
    } else if (kind == 5U) {
        return source_word(s);
    }
    label |= length << THIMBLE_TAG_LENGTH_SHIFT;
    return kind >= 24U ? label | THIMBLE_TAG_CAP : label;
}

/* An answer to a fault keeps its thread alive, mostly. */
static void message_draw(struct source *s, u32 *regs)
{
    regs[1] = tag_hostile(s);
    for (u32 i = 2; i < 8U; i++) {
        regs[i] = i * 0x01010101U * source_below(s, 256);
    }
    if (source_percent(s, 80)) {
        regs[2] = source_below(s, 2);
    }
    if ((regs[1] & THIMBLE_TAG_CAP) != 0) {
        regs[7] = slot_any(s);
    }
}

/* ---- hypercalls ----------------------------------------------------------*/

static void wait_draw(struct source *s, u32 *regs)
{
    u64 deadline = MODEL_NEVER;

    if (source_percent(s, 80)) {
        deadline = model.now + source_below(s, 256) - 8U;
    }
    if (source_percent(s, 5)) {
        deadline = source_word(s);
    }
    regs[0] = slot_hostile(s, THIMBLE_CAP_NOTIFICATION);
    regs[1] = (u32)deadline;
    regs[2] = (u32)(deadline >> 32);
}

static u32 address_to_map(struct source *s)
{
    static const u32 places[] = {0x20000000U, 0x20000000U, 0x20200000U, 0x3ffff000U,
                                 SYSTEM_IMAGE_AT, 0, 0xfffff000U, 0xffe00000U};
    u32 place = places[source_below(s, ARRAY_SIZE(places))];

    if (source_percent(s, 3)) {
        return source_word(s);
    }
    u32 units = source_below(s, 8);
    place += units * (source_percent(s, 50) ? 0x1000U : 0x100000U);
    return place + (source_percent(s, 3) ? 4U : 0U);
}

static void derive_draw(struct source *s, u32 *regs)
{
    regs[0] = slot_hostile(s, THIMBLE_CAP_REGION);
    regs[1] = slot_empty(s);
    regs[2] = source_below(s, 4) * PAGE_SIZE;
    regs[3] = (1U + source_below(s, 4)) * PAGE_SIZE;
    regs[4] = source_percent(s, 60) ? THIMBLE_RIGHT_READ : source_below(s, 9);
    switch (source_below(s, 16)) {
    case 0:
        regs[2] = source_word(s);
        break;
    case 1:
        regs[3] = source_word(s);
        break;
    case 2:
        regs[2] = source_word(s) & ~(PAGE_SIZE - 1U);
        regs[3] = source_word(s) & ~(PAGE_SIZE - 1U);
        break;
    case 3:
        regs[2] = 0x200000U;
        regs[3] = 0x200000U;
        break;
    case 4:
        regs[2] = 0;
        regs[3] = source_percent(s, 50) ? 0x200000U : 0x41000U;
        break;
    default:
        break;
    }
}

/* A few lines where accesses are drawn, mostly; up to all of a region. */
static void maintain_draw(struct source *s, u32 *regs)
{
    regs[0] = slot_hostile(s, THIMBLE_CAP_REGION);
    regs[1] = source_below(s, 4) * PAGE_SIZE + source_below(s, 4) * 64U;
    regs[2] = (1U + source_below(s, 4)) * 64U;
    regs[3] = 1U + source_below(s, 4);
    switch (source_below(s, 16)) {
    case 0:
        regs[1] = word_hostile(s);
        break;
    case 1:
        regs[2] = word_hostile(s);
        break;
    case 2:
        regs[3] = word_hostile(s);
        break;
    case 3:
        regs[1] += source_below(s, 64);
        regs[2] += source_below(s, 64);
        break;
    case 4:
        regs[1] = source_below(s, 200) * 64U;
        regs[2] = source_below(s, 200) * 64U;
        break;
    case 5:
        if (regs[0] < own_cell()->slots && own_cap(regs[0])->type == THIMBLE_CAP_REGION) {
            regs[2] = model.regions[own_cap(regs[0])->object].size - regs[1];
        }
        break;
    default:
        break;
    }
}

/* A capability for a vCPU, mostly. */
static u32 slot_vcpu(struct source *s)
{
    u32 slots = own_cell()->slots;
    u32 start = source_below(s, slots);

    for (u32 i = 0; i < slots && (start & 7U) != 0; i++) {
        const struct model_cap *c = own_cap((start + i) % slots);
        if (c->type == THIMBLE_CAP_THREAD && model.threads[c->object].vcpu != MODEL_NONE) {
            return (start + i) % slots;
        }
    }
    return slot_hostile(s, THIMBLE_CAP_THREAD);
}

/* Few of them, so that they meet. */
static u32 virtual_draw(struct source *s)
{
    if (source_percent(s, 3)) {
        return source_word(s);
    }
    if (source_percent(s, 20)) {
        return MODEL_VIRTUAL_TIMER;
    }
    u32 line = 24U + source_below(s, 12);
    return line != 24U ? line : MODEL_VIRTUAL_LINES - 1U;
}

/* A line has one priority: its place in the list registers is known by it. */
static u32 how_draw(struct source *s, u32 line)
{
    u32 how = line * 88U % 256U;

    return how | (source_percent(s, 30) ? THIMBLE_LINE_URGENT : 0);
}

static void vcpu_draw(struct source *s, u32 number, u32 *regs)
{
    u32 line = virtual_draw(s);

    regs[0] = slot_vcpu(s);
    for (u32 i = 1; i < 6U; i++) {
        regs[i] = source_below(s, 256);
    }
    if (number == THIMBLE_VCPU_INJECT) {
        regs[1] = line;
        regs[2] = how_draw(s, line);
        regs[2] |= source_percent(s, 75) ? THIMBLE_LINE_HIGH : 0;
        regs[2] |= source_percent(s, 50) ? THIMBLE_LINE_LEVEL : 0;
        regs[2] |= source_percent(s, 15) ? THIMBLE_LINE_ASK : 0;
        regs[2] |= source_percent(s, 30) ? THIMBLE_LINE_END : 0;
    }
    if (number == THIMBLE_VCPU_BIND) {
        regs[1] = line == MODEL_VIRTUAL_TIMER && source_percent(s, 70) ? THIMBLE_NO_SLOT
                  : source_percent(s, 50) ? slot_hostile(s, THIMBLE_CAP_IRQ)
                                          : slot_hostile(s, THIMBLE_CAP_NOTIFICATION);
        regs[2] = line;
        regs[3] = source_percent(s, 15) ? THIMBLE_VCPU_UNBIND : how_draw(s, line);
    }
}

static void management_draw(struct source *s, u32 number, u32 *regs)
{
    switch (number) {
    case THIMBLE_CAP_COPY:
        regs[0] = source_percent(s, habit.mood == MOOD_DERIVE ? 85 : 20) &&
                          model.revoking == MODEL_NONE
                      ? slot_deepest(s)
                      : slot_any(s);
        regs[1] = slot_empty(s);
        regs[2] = source_percent(s, 60) ? 1U : word_hostile(s);
        regs[3] = source_percent(s, 50) ? 0 : word_hostile(s);
        if (source_percent(s, habit.mood == MOOD_DERIVE ? 90 : 50) &&
            regs[0] < own_cell()->slots) {
            regs[2] = own_cap(regs[0])->rights;
            regs[3] = own_cap(regs[0])->badge;
        }
        break;
    case THIMBLE_CAP_MOVE:
        regs[0] = slot_any(s);
        regs[1] = slot_empty(s);
        break;
    case THIMBLE_REGION_DERIVE:
        derive_draw(s, regs);
        break;
    case THIMBLE_REGION_MAP:
        regs[0] = slot_hostile(s, THIMBLE_CAP_REGION);
        regs[1] = address_to_map(s);
        regs[2] = source_percent(s, 70) ? THIMBLE_NO_SLOT : slot_hostile(s, THIMBLE_CAP_CELL);
        break;
    case THIMBLE_REGION_UNMAP:
        regs[0] = slot_hostile(s, THIMBLE_CAP_REGION);
        break;
    case THIMBLE_WINDOW:
        regs[0] = slot_empty(s);
        break;
    case THIMBLE_THREAD_STOP:
        regs[0] = slot_hostile(s, THIMBLE_CAP_THREAD);
        break;
    case THIMBLE_CELL_RESTART:
        regs[0] = slot_hostile(s, THIMBLE_CAP_CELL);
        break;
    case THIMBLE_CACHE_MAINTAIN:
        maintain_draw(s, regs);
        break;
    case THIMBLE_VCPU_START:
    case THIMBLE_VCPU_INJECT:
    case THIMBLE_VCPU_BIND:
    case THIMBLE_VCPU_LOWER:
        vcpu_draw(s, number, regs);
        break;
    default:
        regs[0] = slot_any(s);
        break;
    }
}

static void hypercall_draw(struct source *s, struct step *step)
{
    u32 *regs = step->regs;

    switch (step->number) {
    case THIMBLE_CALL:
        message_draw(s, regs);
        regs[0] = source_percent(s, 75) ? slot_callee(s) : slot_hostile(s, THIMBLE_CAP_THREAD);
        break;
    case THIMBLE_REPLY_RECV:
        message_draw(s, regs);
        break;
    case THIMBLE_SIGNAL:
    case THIMBLE_POLL:
        regs[0] = slot_hostile(s, THIMBLE_CAP_NOTIFICATION);
        break;
    case THIMBLE_WAIT:
        wait_draw(s, regs);
        break;
    case THIMBLE_IRQ_BIND:
        regs[0] = slot_hostile(s, THIMBLE_CAP_IRQ);
        regs[1] = source_percent(s, 10) ? THIMBLE_NO_SLOT
                                        : slot_hostile(s, THIMBLE_CAP_NOTIFICATION);
        break;
    case THIMBLE_IRQ_ACK:
        regs[0] = slot_hostile(s, THIMBLE_CAP_IRQ);
        break;
    case THIMBLE_YIELD:
    case THIMBLE_VERSION:
    case THIMBLE_RECV:
        break;
    default:
        management_draw(s, step->number, regs);
        break;
    }
}

/* How often, by number and compared with the others. What ends lives is rare. */
static const u8 weights[THIMBLE_HYPERCALLS] = {
    [THIMBLE_CALL] = 45,         [THIMBLE_REPLY_RECV] = 1,  [THIMBLE_RECV] = 1,
    [THIMBLE_SIGNAL] = 18,       [THIMBLE_WAIT] = 16,       [THIMBLE_POLL] = 5,
    [THIMBLE_IRQ_BIND] = 6,      [THIMBLE_IRQ_ACK] = 8,     [THIMBLE_YIELD] = 6,
    [THIMBLE_VERSION] = 1,       [THIMBLE_CAP_COPY] = 18,   [THIMBLE_CAP_MOVE] = 6,
    [THIMBLE_CAP_REVOKE] = 6,    [THIMBLE_CAP_DELETE] = 5,  [THIMBLE_REGION_DERIVE] = 10,
    [THIMBLE_REGION_MAP] = 14,   [THIMBLE_REGION_UNMAP] = 4, [THIMBLE_WINDOW] = 6,
    [THIMBLE_THREAD_STOP] = 1,   [THIMBLE_CELL_RESTART] = 3, [THIMBLE_CACHE_MAINTAIN] = 8,
    [THIMBLE_VCPU_START] = 12,   [THIMBLE_VCPU_INJECT] = 20, [THIMBLE_VCPU_BIND] = 12,
    [THIMBLE_VCPU_LOWER] = 2,
};

static u32 weight(u32 number)
{
    u32 usual = weights[number];
    bool ends = number == THIMBLE_CAP_REVOKE || number == THIMBLE_CAP_DELETE;
    bool derives = number == THIMBLE_CAP_COPY || number == THIMBLE_REGION_DERIVE;
    bool maps = number == THIMBLE_REGION_MAP || number == THIMBLE_REGION_UNMAP;

    if (number >= THIMBLE_VCPU_START && model.threads[1].vcpu == MODEL_NONE) {
        return 1; /* nobody to do it to */
    }
    if (number == THIMBLE_VCPU_START && model.threads[1].doing == DOING_STOPPED) {
        return 4U * usual;
    }
    switch (habit.mood) {
    case MOOD_DERIVE:
        return derives ? 4U * usual : ends ? 1U : usual;
    case MOOD_MAP:
        return maps ? 4U * usual : usual;
    case MOOD_TALK:
        return number == THIMBLE_CALL ? 4U * usual : usual;
    default:
        return usual;
    }
}

static u32 number_draw(struct source *s)
{
    bool passive = self()->sc == MODEL_NONE;
    u32 draw = source_below(s, 256);
    u32 sum = 0;

    if (draw == 255U) {
        return source_word(s);
    }
    if (draw == 254U) {
        return THIMBLE_HYPERCALLS + source_below(s, 4);
    }
    if (passive && draw < 90U) {
        return THIMBLE_REPLY_RECV;
    }
    for (u32 number = 0; number < THIMBLE_HYPERCALLS; number++) {
        sum += weight(number);
    }
    draw = source_below(s, 65536) % sum;
    for (u32 number = 0; number < THIMBLE_HYPERCALLS; number++) {
        if (draw < weight(number)) {
            return number;
        }
        draw -= weight(number);
    }
    return THIMBLE_YIELD;
}

/* ---- the rest ------------------------------------------------------------*/

/* Near one end of what is mapped, or just beyond it; or somewhere. */
static void access_draw(struct source *s, struct step *step)
{
    static const u32 kinds[] = {ACCESS_READ,  ACCESS_READ,  ACCESS_READ,  ACCESS_WRITE,
                                ACCESS_WRITE, ACCESS_WRITE, ACCESS_WRITE, ACCESS_EXECUTE};
    const struct model_region *r = &model.regions[source_below(s, REGION_MAX)];
    u32 offset = source_below(s, 4) * PAGE_SIZE;

    offset += source_below(s, 16) * 4U;
    step->kind = STEP_ACCESS;
    step->number = kinds[source_below(s, ARRAY_SIZE(kinds))];
    step->value = source_word(s);
    if (source_percent(s, 90)) {
        r = &model.regions[self()->cell]; /* its image: the access succeeds, mostly */
        for (u32 i = REGION_MAX - 1U; i >= model.cell_count; i--) {
            if (model.regions[i].used && model.regions[i].cell == self()->cell &&
                source_percent(s, 40)) {
                r = &model.regions[i];
                break;
            }
        }
    }
    if (source_percent(s, 30) && r->done >= PAGE_SIZE) {
        offset = r->done - 2U * PAGE_SIZE + offset % (2U * PAGE_SIZE + 16U);
    }
    step->address = (r->gpa + offset) & ~3U;
    step->size = 4;
    if (source_percent(s, 15)) {
        step->address = habit.recent[source_below(s, RECENT)];
        step->number = ACCESS_READ;
    } else if (step->address - SYSTEM_IMAGE_AT >= PAGE_SIZE * 16U) {
        habit.recent[step->value % RECENT] = step->address;
    }
    /* Parts of words; of these, and of words, some that are not aligned. */
    if (source_percent(s, 25)) {
        step->size = 1U << source_below(s, 3);
        step->address += source_below(s, 4);
    }
}

/* Mostly to about when the timer rings. */
static u32 time_draw(struct source *s)
{
    u64 gap = model.rings != MODEL_NEVER && model.rings > model.now ? model.rings - model.now : 9;
    u32 to_timer = gap < 10000U ? (u32)gap : 10000U;

    switch (source_below(s, 8)) {
    case 0:
        return source_below(s, 4);
    case 1:
        return to_timer - 1U;
    case 2:
        return to_timer + source_below(s, 256);
    case 3:
        return source_below(s, 3000);
    case 4:
        return source_below(s, to_timer + 1U);
    default:
        return to_timer;
    }
}

/* What machines do against the rules, or at times that nobody likes. */
static enum model_event disturbance_draw(struct source *s, u32 *argument)
{
    u32 irq = source_below(s, model.irq_count);
    u32 kind = source_below(s, 8);

    for (u32 i = 0; i < model.irq_count && !model.irqs[irq].enabled; i++) {
        irq = (irq + 1U) % model.irq_count; /* somebody listens, if anybody does */
    }
    *argument = 0;
    if (kind < 2U) {
        u32 times = source_percent(s, 90) ? source_below(s, 6) : source_below(s, 256);
        *argument = irq + times * MODEL_STORM;
        return EVENT_STORM;
    }
    if (kind < 4U) {
        *argument = irq;
        return EVENT_LOSE;
    }
    if (kind == 4U) {
        *argument = source_percent(s, 50) ? 0 : source_below(s, 256);
        return EVENT_LATE;
    }
    if (kind < 7U) {
        *argument = habit.recent[source_below(s, RECENT)];
        return EVENT_SPECULATE;
    }
    *argument = irq % 2U;
    return EVENT_SPURIOUS;
}

/* Time in `time_share` of 16 cases, disturbances in 3, lines in the others. */
static enum model_event any_event_draw(struct source *s, u32 time_share, u32 *argument)
{
    u32 kind = source_below(s, 16);

    if (kind < time_share) {
        *argument = time_draw(s);
        return EVENT_TIME;
    }
    if (kind < 13U) {
        *argument = source_below(s, model.irq_count);
        return model.irqs[*argument].wire ? EVENT_FALL : EVENT_RISE;
    }
    return disturbance_draw(s, argument);
}

static void event_draw(struct source *s, struct step *step)
{
    step->kind = STEP_EVENT;
    step->number = any_event_draw(s, model.current == MODEL_IDLE ? 9 : 7, &step->value);
}

/* Something may happen at one of the first preemption points. */
static void plan_draw(struct source *s, struct step *step)
{
    struct hooks_plan *plan = &step->plan;

    if (!source_percent(s, 30)) {
        return;
    }
    plan->hop = source_percent(s, 50);
    plan->number = 1U + source_below(s, plan->hop ? 6 : 8);
    plan->event = any_event_draw(s, 7, &plan->argument);
}

/* A guest ends what it takes, mostly, and sets its timer to soon. */
static void guest_draw(struct source *s, struct step *step)
{
    const struct model_vcpu *v = &model.vcpus[self()->vcpu];
    u32 kind = source_below(s, 16);
    u32 line = virtual_draw(s) % MODEL_VIRTUAL_LINES;
    /* Often more are nested than there are list registers. */
    bool deep = (u32)__builtin_popcount(v->running) > source_below(s, 8);

    step->kind = STEP_GUEST;
    step->number = kind < 5U || (kind < 10U && !deep) ? GUEST_TAKE
                   : kind < 10U ? GUEST_END
                   : kind < 12U ? GUEST_TIMER
                   : kind < 15U ? GUEST_SLEEP
                                : GUEST_EXIT;
    if (step->number == GUEST_END) {
        /* In order: the one of the running priority, if it is active still. */
        u32 running = v->running != 0 ? (u32)__builtin_ctz(v->running) : MODEL_NONE;
        for (u32 i = 0; i < MODEL_VIRTUAL_LINES &&
                        !(v->lines[line].active && v->lines[line].priority >> 3 == running);
             i++) {
            line = (line + 1U) % MODEL_VIRTUAL_LINES;
        }
        step->value = line;
    } else if (step->number == GUEST_TIMER) {
        step->value = source_percent(s, 80) ? 1 : source_below(s, 4);
        step->address = (u32)model.now + source_below(s, 300);
    } else if (step->number == GUEST_EXIT) {
        step->address = THIMBLE_EXIT_MMIO + source_below(s, 5);
        for (u32 i = 0; i < 5U; i++) {
            step->regs[i] = source_below(s, 65536);
        }
    }
}

static bool guest_timer_runs(void)
{
    return model.loaded != MODEL_NONE && (model.vcpus[model.loaded].timer_control & 3U) == 1U;
}

bool step_dead(void)
{
    return model.current == MODEL_IDLE && model.timer == MODEL_NEVER && !guest_timer_runs();
}

void step_choose(struct source *s, struct step *step)
{
    u32 kind = source_below(s, 64);

    *step = (struct step){.kind = STEP_HYPERCALL};
    if (kind < 6U || model.current == MODEL_IDLE) {
        event_draw(s, step);
    } else if (self()->vcpu != MODEL_NONE && kind < 48U) {
        guest_draw(s, step);
    } else if (kind < 12U) {
        access_draw(s, step);
    } else if (kind == 12U && source_percent(s, 30)) {
        step->kind = STEP_FAULT;
        step->number = THIMBLE_FAULT_MEMORY + source_below(s, THIMBLE_FAULT_CRASH);
        step->address = source_word(s);
        step->value = source_word(s);
    } else {
        step->number = number_draw(s);
        hypercall_draw(s, step);
    }
    plan_draw(s, step);
}
