/* SPDX-License-Identifier: BSD-2-Clause */
/* Who may call whom, as described: see timing.h. What is passed on or taken away at run time
 * is not known here. */
#include <stdlib.h>

#include "config.h"
#include "timing.h"

static void mark_callees(const struct model *m, u32 thread, bool *marks)
{
    const struct system_thread *t = m->threads[thread].is;
    const struct model_cell *cell = &m->cells[m->threads[thread].cell];

    for (u32 i = cell->caps.first; i < cell->caps.first + cell->caps.count; i++) {
        const struct model_cap *cap = &m->caps[i];
        bool calls = cap->type == THIMBLE_CAP_THREAD && cap->object != NOWHERE &&
                     (cap->is->rights & THIMBLE_RIGHT_CALL) != 0;
        /* A guest calls nobody: it faults. */
        if (calls && (!cell->is->vm || cap->is->slot == t->fault_handler)) {
            const struct system_thread *to = m->threads[cap->object].is;
            marks[cap->object] |= to->passive && (!t->passive || to->level < t->level);
        }
    }
}

/* Calls go to passive threads, and from these to lower levels alone. */
void servers_mark(const struct model *m, u32 thread, bool *marks)
{
    for (u32 i = 0; i < m->count[KIND_THREAD]; i++) {
        marks[i] = false;
    }
    mark_callees(m, thread, marks);
    for (u32 level = LEVELS; level-- > 0;) {
        for (u32 i = 0; i < m->count[KIND_THREAD]; i++) {
            if (marks[i] && m->threads[i].is->level == level) {
                mark_callees(m, i, marks);
            }
        }
    }
}

u32 servers_depth(const struct model *m, u32 thread)
{
    bool *marks = calloc(m->count[KIND_THREAD] + 1U, sizeof(*marks));
    u32 levels = 0;
    u32 depth = 0;

    if (marks == NULL) {
        return LEVELS;
    }
    servers_mark(m, thread, marks);
    for (u32 i = 0; i < m->count[KIND_THREAD]; i++) {
        levels |= marks[i] ? 1U << m->threads[i].is->level % 32U : 0;
    }
    free(marks);
    for (; levels != 0; levels &= levels - 1U) {
        depth++;
    }
    return depth;
}

bool servers_shared(const struct model *m, u32 server, u32 thread)
{
    bool *marks = calloc(m->count[KIND_THREAD] + 1U, sizeof(*marks));
    bool shared = marks == NULL;

    for (u32 i = 0; i < m->count[KIND_THREAD] && !shared; i++) {
        if (i != thread && !m->threads[i].is->passive) {
            servers_mark(m, i, marks);
            shared = marks[server];
        }
    }
    free(marks);
    return shared;
}

u32 servers_lines(const struct model *m, u32 thread)
{
    bool *marks = calloc(m->count[KIND_THREAD] + 1U, sizeof(*marks));
    u32 lines = 0;

    if (marks == NULL) {
        return m->count[KIND_CAP];
    }
    servers_mark(m, thread, marks);
    marks[thread] = true;
    for (u32 i = 0; i < m->count[KIND_CAP]; i++) {
        bool reached = false;
        for (u32 t = 0; t < m->count[KIND_THREAD] && !reached; t++) {
            reached = marks[t] && m->threads[t].cell == m->caps[i].cell;
        }
        lines += reached && m->caps[i].type == THIMBLE_CAP_IRQ;
    }
    free(marks);
    return lines;
}
