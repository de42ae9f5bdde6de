/* SPDX-License-Identifier: BSD-2-Clause */
/* Restart of a cell, in bounded steps: see cell.h. */
#include "cell.h"

#include "kernel.h"

/* Objects looked at in one step. */
#define RESTART_STEP 4U

_Static_assert(3U * THREAD_MAX + IRQ_MAX <= 0xffffU, "cell.restart takes 16 bits");

/* Item `i` of a restart: all threads are stopped before the lines are silenced
 * and the first thread starts again, so that no two lives of the cell overlap. Passive ones
 * are back before the first active one, which may run at once, and call them. */
static void restart_item(struct cpu *cpu, u32 cell, u32 i)
{
    u32 threads = kernel.thread_count;

    machine_path(PATH_RESTART_ITEM);
    if (i < threads) {
        if (thread_at(i)->cell == cell && thread_at(i)->state != THREAD_STOPPED) {
            thread_stop(cpu, i);
        }
    } else if (i < threads + kernel.irq_count) {
        irq_release(i - threads, cell);
    } else {
        u32 reset = i - threads - kernel.irq_count;
        bool active = reset >= threads;
        u32 index = active ? reset - threads : reset;
        if (thread_at(index)->cell == cell && thread_is_active(thread_at(index)) == active) {
            thread_reset(cpu, index);
        }
    }
}

u32 cell_hypercall_restart(struct cpu *cpu)
{
    const struct thread *t = thread_at(cpu->current);
    u32 items = 3U * kernel.thread_count + kernel.irq_count;
    cap_t cap;
    u32 err = cap_look_up(t, cpu->regs[0], THIMBLE_CAP_CELL, THIMBLE_RIGHT_CONTROL, &cap);

    if (err != THIMBLE_OK) {
        return err;
    }
    if (cap_object(cap) == t->cell) {
        return machine_refuse(THIMBLE_ERR_SELF);
    }
    u32 index = cap_object(cap);
    struct cell *cell = cell_at(index);
    if (t->restart != THIMBLE_CELL_RESTART) {
        cell->restart = 0; /* a new call starts over, whatever is under way */
    } else if (cell->restart == 0) {
        machine_sometimes(MARK_RESTART_OVERTAKEN);
        return THIMBLE_OK; /* another's, which has begun since, has reached its end */
    }
    machine_path(PATH_RESTART_STEP);
    u32 i = cell->restart;
    for (u32 n = 0; n < RESTART_STEP && i < items; n++) {
        restart_item(cpu, index, i);
        i++;
    }
    cell->restart = (u16)(i < items ? i : 0);
    return i < items ? MORE : THIMBLE_OK;
}
