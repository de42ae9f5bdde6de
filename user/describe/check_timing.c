/* SPDX-License-Identifier: BSD-2-Clause */
/* Checks of whether all threads can have the time that they are promised. */
#include "check.h"
#include "timing.h"

#include <stdlib.h>

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
    u32 priority = timing_priority(m->threads[thread].is);
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

/* ", cell.thread": how often these become ready decides their budget alone. */
static void list_storms(const struct model *m, u32 thread, char list[LIST_SIZE])
{
    u32 priority = timing_priority(m->threads[thread].is);
    u32 length = 0;

    list[0] = '\0';
    for (u32 i = timing_next(m, NOWHERE); i != NOWHERE; i = timing_next(m, i)) {
        const struct system_thread *t = m->threads[i].is;
        if (i != thread && t->priority > priority && t->wakes == 0 && length < LIST_SIZE - 128U) {
            length += (u32)snprintf(list + length, LIST_SIZE - length, "%s%s.%.40s",
                                    length != 0 ? ", " : "; as often as their budgets let them, "
                                                         "for want of .wakes, become ready ",
                                    model_cell_name(m, m->threads[i].cell),
                                    t->name != NULL ? t->name : "");
        }
    }
}

static bool promises(const struct system_thread *t)
{
    return t->deadline_us != 0 && timing_limited(t) && t->deadline_us <= t->period_us;
}

static void late(struct model *m, u32 object, const struct bound *b)
{
    const struct system_thread *t = m->threads[object].is;
    char above[LIST_SIZE];
    char storms[LIST_SIZE];

    list_above(m, object, above);
    list_storms(m, object, storms);
    if (b->total == TIMING_NEVER) {
        model_error(m, KIND_THREAD, object, "deadline_us",
                    "%u us cannot be met: an unlimited thread is above it; before it come %s",
                    t->deadline_us, above);
        return;
    }
    model_error(m, KIND_THREAD, object, "deadline_us",
                "%u us cannot be met: its budget of %u us can take %llu.%llu us or more, of which "
                "%llu.%llu us are for a stretch of the core that has begun, and the way to this "
                "thread; before it come %s%s",
                t->deadline_us, t->budget_us, TIMING_TENTHS(b->total),
                TIMING_TENTHS(b->stretch + b->own), above, storms);
}

static void response(struct model *m, u32 object)
{
    const struct system_thread *t = m->threads[object].is;

    if (!promises(t)) {
        return;
    }
    struct bound b = timing_bound(m, object, t->deadline_us * 1000ULL);
    if (b.total > t->deadline_us * 1000ULL) {
        late(m, object, &b);
    } else if (timing_left(&b) == 0) {
        model_warning(m, KIND_THREAD, object, "budget_us",
                      "%u us: the core may take %llu.%llu us of it for others, servers "
                      "%llu.%llu us for requests of others, and %llu.%llu us may be missing when "
                      "it becomes ready: nothing is left for its own work for sure",
                      t->budget_us, TIMING_TENTHS(b.charged), TIMING_TENTHS(b.help),
                      TIMING_TENTHS(b.late));
    }
}

/* A deadline of who shares servers with others needs the length of their requests. */
static void service(struct model *m, u32 object)
{
    const struct system_thread *t = m->threads[object].is;
    bool *marks = promises(t) ? calloc(m->count[KIND_THREAD] + 1U, sizeof(*marks)) : NULL;

    if (!t->passive && t->service_us != 0) {
        model_error(m, KIND_THREAD, object, "service_us", "%u us: an active thread serves nobody",
                    t->service_us);
    }
    if (marks == NULL) {
        return;
    }
    servers_mark(m, object, marks);
    for (u32 i = 0; i < m->count[KIND_THREAD]; i++) {
        const struct system_thread *server = m->threads[i].is;
        if (marks[i] && server->service_us == 0 && servers_shared(m, i, object)) {
            const char *cell = model_cell_name(m, m->threads[i].cell);
            const char *name = server->name != NULL ? server->name : "";
            model_error(m, KIND_THREAD, object, "deadline_us",
                        "%u us cannot be promised: it may have to finish a request of others to "
                        "\"%s.%s\" first, and that thread has no service_us, its longest request",
                        t->deadline_us, cell, name);
        }
    }
    free(marks);
}

static void wakes(struct model *m, u32 object)
{
    const struct system_thread *t = m->threads[object].is;

    if (t->wakes != 0 && !timing_limited(t)) {
        model_error(m, KIND_THREAD, object, "wakes", "%u, but no period", t->wakes);
    }
}

const struct check check_timing[] = {
    {KIND_SYSTEM, utilisation}, {KIND_THREAD, deadline}, {KIND_THREAD, response},
    {KIND_THREAD, service},     {KIND_THREAD, wakes},    {KIND_SYSTEM, NULL},
};
