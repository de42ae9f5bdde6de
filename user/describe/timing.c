/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Response times from priorities, budgets and periods: see model.h.
 *
 * A thread with budget C in period T is a hard constant-bandwidth server
 * (core/sc.h), not a periodic task: it may sleep with budget left, use that late
 * in one period, and get the next budget right after. The classic bound for
 * tasks, C for each T begun, is therefore too low. What does hold, by the rule
 * on wake (what remains never exceeds the share C/T of the time to its
 * deadline), is that in any span of R it runs at most C + (R - C) * C / T.
 *
 * The core charges its own time to whoever runs, so budgets include it; paths
 * are added for the release of a thread (the core may be in one) and for every
 * time that another becomes ready in between.
 */
#include "describe.h"
#include "model.h"

bool timing_limited(const struct system_thread *t)
{
    return !t->passive && t->budget_us != 0 && t->budget_us <= t->period_us;
}

/* Whether thread `a` stands before `b` in the order of timing_next(). */
static bool before(const struct model *m, u32 a, u32 b)
{
    u32 priority_a = m->threads[a].is->priority;
    u32 priority_b = m->threads[b].is->priority;

    return priority_a != priority_b ? priority_a > priority_b : a < b;
}

u32 timing_next(const struct model *m, u32 thread)
{
    u32 next = NOWHERE;

    for (u32 i = 0; i < m->count[KIND_THREAD]; i++) {
        if (!m->threads[i].is->passive && (thread == NOWHERE || before(m, thread, i)) &&
            (next == NOWHERE || before(m, i, next))) {
            next = i;
        }
    }
    return next;
}

/* How long another thread keeps one of this priority from running, within `span`. */
static u64 interference(const struct system_thread *t, u32 priority, u64 span)
{
    bool limited = timing_limited(t) && t->budget_us < t->period_us;
    u64 budget = timing_limited(t) ? t->budget_us : DESCRIBE_SLICE_US;

    if (t->priority < priority) {
        return 0;
    }
    if (t->priority == priority) {
        /* Round robin: who has become ready waits for one turn of each other. */
        return budget + DESCRIBE_PATH_US;
    }
    if (!limited) {
        return TIMING_NEVER;
    }
    u64 later = span > budget ? span - budget : 0;
    u64 share = (later * budget + t->period_us - 1U) / t->period_us;
    return budget + share + (span / t->period_us + 2U) * DESCRIBE_PATH_US;
}

u64 timing_response(const struct model *m, u32 thread, u64 most)
{
    const struct system_thread *is = m->threads[thread].is;
    u64 found = 0;
    u64 response = (u64)is->budget_us + DESCRIBE_PATH_US;

    while (response != found && response <= most) {
        found = response;
        response = (u64)is->budget_us + DESCRIBE_PATH_US;
        for (u32 i = 0; i < m->count[KIND_THREAD]; i++) {
            const struct system_thread *other = m->threads[i].is;
            if (i == thread || other->passive) {
                continue;
            }
            u64 more = interference(other, is->priority, found);
            if (more == TIMING_NEVER) {
                return TIMING_NEVER;
            }
            response += more;
        }
    }
    return response;
}
