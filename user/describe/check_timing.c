/* SPDX-License-Identifier: BSD-2-Clause */
/* Checks of whether all threads can have the time that they are promised. */
#include "check.h"
#include "describe.h"

/* The whole CPU, as a sum of shares. */
#define ONE ((u64)1 << 32)
#define LIST_SIZE 256U

/* ", cell.thread 12.5 %" */
static void list_add(const struct model *m, u32 thread, char list[LIST_SIZE], u32 *length)
{
    const struct system_thread *t = m->threads[thread].is;
    u64 permille = t->period_us != 0 ? (u64)t->budget_us * 1000U / t->period_us : 1000U;
    int written = snprintf(list + *length, LIST_SIZE - *length, "%s%s.%s %llu.%llu %%",
                           *length != 0 ? ", " : "", model_cell_name(m, m->threads[thread].cell),
                           t->name != NULL ? t->name : "", (unsigned long long)permille / 10U,
                           (unsigned long long)permille % 10U);

    if (written > 0 && *length + (u32)written < LIST_SIZE) {
        *length += (u32)written;
    }
}

/* Reserved shares that add up to more than all time cannot all be had: names
 * those that can, and the first that cannot. */
static void utilisation(struct model *m, u32 object)
{
    char list[LIST_SIZE] = "";
    u32 length = 0;
    u64 sum = 0;

    (void)object;
    for (u32 i = timing_next(m, NOWHERE); i != NOWHERE; i = timing_next(m, i)) {
        const struct system_thread *t = m->threads[i].is;
        if (!timing_limited(t)) {
            continue;
        }
        sum += ((u64)t->budget_us << 32) / t->period_us;
        list_add(m, i, list, &length);
        if (sum > ONE) {
            model_error(m, KIND_THREAD, i, "budget_us",
                        "down to its priority, over 100 %% of the CPU are promised: %s", list);
            return;
        }
    }
}

static void deadline(struct model *m, u32 object)
{
    const struct system_thread *t = m->threads[object].is;

    if (t->deadline_us == 0) {
        return;
    }
    if (t->passive) {
        model_error(m, KIND_THREAD, object, "deadline_us",
                    "%u: a passive thread runs on its callers' time", t->deadline_us);
    } else if (t->period_us == 0) {
        model_error(m, KIND_THREAD, object, "deadline_us",
                    "%u us, but no budget that would be used up by then", t->deadline_us);
    } else if (t->deadline_us > t->period_us) {
        model_error(m, KIND_THREAD, object, "deadline_us",
                    "%u us is after the end of the period of %u us", t->deadline_us,
                    t->period_us);
    }
}

/* Who can hold it up, the most urgent first. */
static void list_above(const struct model *m, u32 thread, char list[LIST_SIZE])
{
    u32 priority = m->threads[thread].is->priority;
    u32 length = 0;

    list[0] = '\0';
    for (u32 i = timing_next(m, NOWHERE); i != NOWHERE; i = timing_next(m, i)) {
        if (i != thread && m->threads[i].is->priority >= priority) {
            list_add(m, i, list, &length);
        }
    }
    if (length == 0) {
        (void)snprintf(list, LIST_SIZE, "nobody");
    }
}

static void response(struct model *m, u32 object)
{
    const struct system_thread *t = m->threads[object].is;
    char list[LIST_SIZE];

    if (t->deadline_us == 0 || !timing_limited(t) || t->deadline_us > t->period_us) {
        return;
    }
    u64 time = timing_response(m, object, t->deadline_us);
    if (time <= t->deadline_us) {
        return;
    }
    list_above(m, object, list);
    if (time == TIMING_NEVER) {
        model_error(m, KIND_THREAD, object, "deadline_us",
                    "%u us cannot be met: an unlimited thread is above it; before it come %s",
                    t->deadline_us, list);
    } else {
        model_error(m, KIND_THREAD, object, "deadline_us",
                    "%u us cannot be met: its budget of %u us can take %llu us or more; before it "
                    "come %s",
                    t->deadline_us, t->budget_us, (unsigned long long)time, list);
    }
}

const struct check check_timing[] = {
    {KIND_SYSTEM, utilisation},
    {KIND_THREAD, deadline},
    {KIND_THREAD, response},
    {KIND_SYSTEM, NULL},
};
