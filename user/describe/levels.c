/* SPDX-License-Identifier: BSD-2-Clause */
/* The levels of lines, as sim/places.h makes them for the boot tables: see timing.h. */
#include "places.h"
#include "timing.h"

static u32 line_priority(const struct model *m, u32 irq)
{
    u32 priority = LINE_FOR_ALL;
    u32 cell = NOWHERE;

    for (u32 i = 0; i < m->count[KIND_CAP] && cell == NOWHERE; i++) {
        if (m->caps[i].type == THIMBLE_CAP_IRQ && m->caps[i].object == irq) {
            cell = m->caps[i].cell;
        }
    }
    for (u32 i = 0; i < m->count[KIND_THREAD]; i++) {
        const struct system_thread *t = m->threads[i].is;
        if (m->threads[i].cell == cell && !t->passive &&
            (priority == LINE_FOR_ALL || t->priority > priority)) {
            priority = t->priority;
        }
    }
    return priority;
}

void levels_make(struct model *m)
{
    bool has[LINE_FOR_ALL] = {false};
    u32 level = 0;

    for (u32 i = 0; i < m->count[KIND_IRQ]; i++) {
        m->lines[i] = (u16)line_priority(m, i);
        if (m->lines[i] != LINE_FOR_ALL) {
            has[m->lines[i]] = true;
        }
    }
    for (u32 i = 0; i < m->count[KIND_THREAD]; i++) {
        const struct system_thread *t = m->threads[i].is;
        if (m->cells[m->threads[i].cell].is->vm && !t->passive) {
            has[t->priority] = true;
            has[t->low_priority != 0 ? t->low_priority : t->priority] = true;
        }
    }
    m->levels[LINE_FOR_ALL] = 0;
    for (u32 p = LINE_FOR_ALL; p-- > 0;) {
        level += has[p];
        /* The controller has no more: the last ones are one. */
        m->levels[p] = (u16)(level < m->board->levels ? level : m->board->levels - 1U);
        m->has_level[p] = has[p];
    }
}

bool level_lets_in(const struct model *m, u32 priority, u32 irq)
{
    return m->levels[m->lines[irq]] <= m->levels[priority];
}
