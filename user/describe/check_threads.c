/* SPDX-License-Identifier: BSD-2-Clause */
/* Checks of threads: time, levels, fault handlers, health notifications. */
#include "check.h"
#include "config.h"
#include "describe.h"

static void passive_time(struct model *m, u32 object)
{
    const struct system_thread *t = m->threads[object].is;
    static const char reason[] = "%u: a passive thread runs on its callers' time";

    if (!t->passive) {
        return;
    }
    if (t->priority != 0) {
        model_error(m, KIND_THREAD, object, "priority", reason, t->priority);
    }
    if (t->budget_us != 0) {
        model_error(m, KIND_THREAD, object, "budget_us", reason, t->budget_us);
    }
    if (t->period_us != 0) {
        model_error(m, KIND_THREAD, object, "period_us", reason, t->period_us);
    }
}

static void level(struct model *m, u32 object)
{
    const struct system_thread *t = m->threads[object].is;

    if (t->level >= LEVELS) {
        model_error(m, KIND_THREAD, object, "level", "%u: levels are 0 to %u", t->level,
                    LEVELS - 1U);
    }
    if (!t->passive && t->level != 0) {
        model_error(m, KIND_THREAD, object, "level",
                    "%u: only passive threads have one; active ones stand above all", t->level);
    }
}

static void budget(struct model *m, u32 object)
{
    const struct system_thread *t = m->threads[object].is;

    if (t->passive) {
        return;
    }
    if (t->budget_us != 0 && t->period_us == 0) {
        model_error(m, KIND_THREAD, object, "budget_us", "%u us, but no period_us", t->budget_us);
    } else if (t->budget_us > t->period_us) {
        model_error(m, KIND_THREAD, object, "budget_us", "%u us is more than the period of %u us",
                    t->budget_us, t->period_us);
    } else if (t->period_us != 0 && t->budget_us < DESCRIBE_BUDGET_MIN_US) {
        model_error(m, KIND_THREAD, object, "budget_us", "%u us: the least is %u us",
                    t->budget_us, DESCRIBE_BUDGET_MIN_US);
    }
}

static void period(struct model *m, u32 object)
{
    const struct system_thread *t = m->threads[object].is;
    u64 ticks = model_ticks(m->board, t->period_us);

    if (ticks > UINT32_MAX) {
        model_error(m, KIND_THREAD, object, "period_us",
                    "%u us are %llu ticks of board \"%s\", and the most is %u", t->period_us,
                    (unsigned long long)ticks, m->board->name, UINT32_MAX);
    }
}

/* The capability in the slot that a thread names; reports what it is not. */
static const struct model_cap *bound_cap(struct model *m, u32 thread, const char *field, u16 slot,
                                         u8 type, const char *wanted)
{
    u32 cap = slot != 0 ? model_cap_in_slot(m, m->threads[thread].cell, slot) : NOWHERE;

    if (slot == 0) {
        return NULL;
    }
    if (cap == NOWHERE) {
        model_error(m, KIND_THREAD, thread, field, "slot %u of its cell is empty", slot);
        return NULL;
    }
    if (m->caps[cap].type != type) {
        model_error(m, KIND_THREAD, thread, field, "slot %u does not hold a %s capability", slot,
                    wanted);
        return NULL;
    }
    return &m->caps[cap];
}

static void fault_handler(struct model *m, u32 object)
{
    const struct system_thread *t = m->threads[object].is;
    const struct model_cap *cap = bound_cap(m, object, "fault_handler", t->fault_handler,
                                            THIMBLE_CAP_THREAD, "thread");

    if (cap == NULL) {
        return;
    }
    if ((cap->is->rights & THIMBLE_RIGHT_CALL) == 0) {
        model_error(m, KIND_THREAD, object, "fault_handler",
                    "the capability in slot %u has no right to call", t->fault_handler);
    }
    if (cap->object == NOWHERE) {
        return;
    }
    const struct system_thread *handler = m->threads[cap->object].is;
    if (!handler->passive) {
        model_error(m, KIND_THREAD, object, "fault_handler",
                    "\"%s\" is active, and only passive threads can be called", cap->is->thread);
    } else if (t->passive && handler->level >= t->level) {
        model_error(m, KIND_THREAD, object, "fault_handler",
                    "\"%s\" has level %u, which is not below this thread's %u", cap->is->thread,
                    handler->level, t->level);
    }
}

static void health(struct model *m, u32 object)
{
    const struct system_thread *t = m->threads[object].is;
    const struct model_cap *cap = bound_cap(m, object, "health", t->health,
                                            THIMBLE_CAP_NOTIFICATION, "notification");

    if (cap != NULL && (cap->is->rights & THIMBLE_RIGHT_SIGNAL) == 0) {
        model_error(m, KIND_THREAD, object, "health",
                    "the capability in slot %u has no right to signal", t->health);
    }
}

static void callable(struct model *m, u32 object)
{
    if (!m->threads[object].is->passive) {
        return;
    }
    for (u32 i = 0; i < m->count[KIND_CAP]; i++) {
        /* One without any right is reported as such. */
        if (m->caps[i].type == THIMBLE_CAP_THREAD && m->caps[i].object == object &&
            m->caps[i].is->rights != THIMBLE_RIGHT_CONTROL) {
            return;
        }
    }
    model_warning(m, KIND_THREAD, object, "passive",
                  "no cell has a capability to it: it would never run");
}

const struct check check_threads[] = {
    {KIND_THREAD, passive_time},  {KIND_THREAD, level},  {KIND_THREAD, budget},
    {KIND_THREAD, period},        {KIND_THREAD, health}, {KIND_THREAD, fault_handler},
    {KIND_THREAD, callable},      {KIND_SYSTEM, NULL},
};
