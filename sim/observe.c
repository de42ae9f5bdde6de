/* SPDX-License-Identifier: BSD-2-Clause */
/* Trace hash and figures of a run: see observe.h. */
#include "observe.h"

#include "host.h"
#include "kernel.h"
#include "mishap.h"

struct observe observe;

/* FNV-1a over 64-bit items, with a final shift to spread the high bits. */
static void mix(u64 value)
{
    observe.hash = (observe.hash ^ value) * 0x100000001b3ULL;
    observe.hash ^= observe.hash >> 29;
}

void observe_reset(void)
{
    observe = (struct observe){.hash = 0xcbf29ce484222325ULL, .running = kernel.cpu[0].current};
    mishap_reset();
}

void observe_time(void)
{
    u64 spent = sim_clock.now - observe.last;

    observe.last = sim_clock.now;
    if (observe.running < CPU_MAX) {
        observe.idle += spent;
    } else {
        observe.cells[thread_at(observe.running)->cell].time += spent;
        observe.threads[observe.running] += spent;
    }
}

void observe_end(void)
{
    u32 running = observe.running;

    if (running < CPU_MAX || (running < THREAD_MAX && thread_at(running)->cell < CELL_MAX)) {
        observe_time();
    }
}

static void count(u32 event, u32 next)
{
    if (observe.running < CPU_MAX) {
        return;
    }
    struct observe_cell *cell = &observe.cells[thread_at(observe.running)->cell];
    if (event == THIMBLE_CALL) {
        cell->calls++;
    } else if (event == THIMBLE_REPLY_RECV) {
        cell->served++;
    } else if (event == THIMBLE_SIGNAL) {
        cell->signals++;
    } else if (event == EVENT_FAULT) {
        cell->faults++;
    } else if (event == EVENT_INTERRUPT && next != observe.running) {
        cell->preempted++;
    }
}

static void mishaps_note(u32 event)
{
    if (event == EVENT_FAULT) {
        mishap_fault(observe.running);
    } else if (mishaps.open_count != 0 && event != EVENT_INTERRUPT) {
        mishap_goes_on(observe.running, event == THIMBLE_REPLY_RECV);
    }
}

void observe_event(u32 event)
{
    const struct cpu *cpu = &kernel.cpu[0];

    if (sim_host.check) {
        sim_host.broken = kernel_check();
        if (sim_host.broken != NULL) {
            sim_host.end = SIM_END_CHECK;
            sim_host.leave = true;
        }
    }
    if (!sim_host.observe || event == EVENT_NONE) {
        return;
    }
    observe_time();
    count(event, cpu->current);
    mishaps_note(event);
    observe.events++;
    mix(sim_clock.now);
    mix((u64)event << 32 | observe.running << 16 | cpu->current);
    for (u32 i = 0; i < THREAD_REGS; i += 2) {
        mix((u64)cpu->regs[i] << 32 | cpu->regs[i + 1]);
    }
    observe.running = cpu->current;
}
