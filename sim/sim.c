/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The simulated machine as a whole: reset, boot, the main loop, and the part of
 * core/machine.h that is neither interrupt controller, timer nor page tables.
 */
#include "sim.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "bus.h"
#include "guest.h"
#include "host.h"
#include "hypercall.h"
#include "kernel.h"
#include "klog.h"
#include "observe.h"
#include "script.h"
#include "sim_vcpu.h"

struct sim sim;
struct sim_clock sim_clock;
struct sim_refusal sim_refusal;

void sim_machine_reset(u64 seed)
{
    sim_ram_reset(&sim.ram);
    sim_snapshot_leave();
    sim_mmu_reset(&sim.mmu, seed);
    sim_cache_reset(&sim.cache, seed);
    sim_gic_reset(&sim.gic, 1);
    sim_timer_reset(&sim.timer, seed);
    sim_uart_reset(&sim.uart);
    sim_dma_reset(&sim.dma);
    sim_devices_reset();
    sim.bus = (struct sim_bus){0};
    sim_random_seed(&sim.guests, seed, SIM_STREAM_GUESTS);
    sim.seed = seed;
    sim.until = 0;
    sim_clock.now = 0;
    sim_clock.due = 0;
    sim_clock.next_event = 0;
    sim_clock.late = 0;
    sim_cost_load();
}

/* ---- events --------------------------------------------------------------*/

static void events_next(void)
{
    u64 next = sim_bus_next();

    if (sim.until < next) {
        next = sim.until;
    }
    if (sim_gic_irq(&sim.gic, 0) || sim_host.leave) {
        next = 0;
    }
    sim_clock.due = next;
    sim_clock.next_event = sim_host.observe || sim_host.check ? 0 : next;
}

/* What is due stays due until it has been run: the devices tell only what is to come. */
void sim_events_changed(void)
{
    if (sim_clock.now < sim_clock.due) {
        events_next();
    }
}

void sim_events_run(void)
{
    sim_bus_update();
    while (sim_gic_irq(&sim.gic, 0) && !sim_host.leave) {
        interrupt(&kernel.cpu[0]);
        sim_vcpu_settle();
        observe_event(EVENT_INTERRUPT);
        sim_bus_update();
    }
    events_next();
}

/* ---- running -------------------------------------------------------------*/

u32 sim_space_t0sz;
bool sim_space_fixed;

/* What stood in memory before a reset, which caches know nothing of; and what arm/main.c
 * does then. */
static void regions_clear(const struct boot *system)
{
    for (u32 i = 0; i < system->region_count; i++) {
        const struct machine_mapping *m = &system->regions[i].map;
        if (m->memory == MEMORY_DEVICE || system->regions[i].loaded) {
            continue;
        }
        for (u32 at = 0; at < m->size; at += 4U) {
            sim_ram_write32(&sim.ram, paddr(m->pa.raw + at), ~at);
        }
        machine_memory_clear(m->pa, m->size);
    }
}

const char *sim_boot(const struct boot *system, const struct sim_options *options)
{
    sim_machine_reset(options->seed);
    sim_host = (struct sim_host){
        .observe = options->observe,
        .check = options->check,
        .system = system,
    };
    sim_trap_init();
    host_signals_install();
    sim_guests_reset();
    if (options->uart_dead) {
        sim.uart.char_time = SIM_UART_DEAD;
    }
    if (!options->boot_time) {
        memset(sim_clock.cost, 0, sizeof(sim_clock.cost));
    }
    sim_space_t0sz = system->space_t0sz;
    sim_space_fixed = system->fixed != 0;
    sim.mmu.vtcr = system->space_t0sz == 0 ? SIM_MMU_VTCR : SIM_MMU_VTCR_NARROW(system->space_t0sz);
    if (options->ram_stale) {
        regions_clear(system);
    }
    const char *misfit = sim_devices_place(options->devices, options->seed);
    if (misfit != NULL) {
        return misfit;
    }
    misfit = boot_fits(system) ? boot(system)
                               : "the system has more objects than there is room for";
    sim_cost_load();
    if (!options->boot_lines) {
        sim.uart.out_first = sim.uart.out_next;
    }
    if (misfit != NULL) {
        return misfit;
    }
    observe_reset();
    misfit = sim_guests_start(system);
    if (misfit == NULL) {
        host_watchdog_start(options->watchdog_ms);
    }
    return misfit;
}

/* Idle: the core prints what it has to, as far as the UART takes it; then time
 * jumps to the next event. False if there is none. */
static bool idle(void)
{
    struct cpu *cpu = &kernel.cpu[0];

    while (cpu->printing && klog_step(cpu)) {
    }
    u64 next = sim_bus_next();

    if (sim_gic_irq(&sim.gic, 0)) {
        next = sim_clock.now;
    }
    /* The end of the core's own text changes nothing: whoever wants it prints it. */
    if (next == SIM_TIME_NEVER ||
        (kernel.console == CONSOLE_CORE && next == sim_uart_next(&sim.uart) &&
         sim_timer_next(&sim.timer, sim_clock.now) == SIM_TIME_NEVER &&
         sim.devices.next == SIM_TIME_NEVER)) {
        sim_host.end = SIM_END_IDLE;
        return false;
    }
    if (next > sim_clock.now) {
        sim_clock.now = next < sim.until ? next : sim.until;
    }
    sim_trap_end(EVENT_NONE);
    return true;
}

static void run(u64 until)
{
    sim.until = until;
    sim_host.leave = false;
    sim_host.end = SIM_END_TIME;
    sim_events_changed();
    if (sim_clock.now < until) {
        sim_trap_end(EVENT_NONE); /* what sim_stop() may have kept back */
    }
    while (!sim_host.leave && sim_clock.now < until) {
        u32 current = kernel.cpu[0].current;
        if (current < CPU_MAX) {
            if (!idle()) {
                break;
            }
        } else if (sim_guests[current].script != NULL) {
            sim_script_step(current);
        } else {
            sim_trap_loop();
        }
    }
}

/* Where a run that is given up comes back to. */
static jmp_buf run_end;

enum sim_end sim_run(u64 until)
{
    if (sim_host.end == SIM_END_PANIC) {
        return SIM_END_PANIC; /* the state is not to be relied on */
    }
    sim_host.running = true;
    if (setjmp(run_end) == 0) {
        run(until);
    } else {
        host_stack_entered(&sim_loop); /* only now: the jump was made elsewhere */
    }
    sim_host.running = false;
    observe_end();
    return sim_host.end;
}

void sim_run_abandon(enum sim_end end)
{
    sim_host.end = end;
    sim_host.leave = true;
    sim_running = &sim_loop;
    longjmp(run_end, 1);
}

void sim_stop(void)
{
    sim_host.end = SIM_END_REQUEST;
    sim_host.leave = true;
    sim_clock.due = 0;
    sim_clock.next_event = 0;
}

void sim_shutdown(void)
{
    host_watchdog_start(0);
    sim_guests_reset();
}

const char *sim_end_text(enum sim_end end)
{
    switch (end) {
    case SIM_END_WATCHDOG:
        return "stopped by the watchdog";
    case SIM_END_PANIC:
    case SIM_END_CHECK:
        return sim_host.broken;
    case SIM_END_IDLE:
    case SIM_END_TIME:
    case SIM_END_REQUEST:
    default:
        return "";
    }
}

const char *sim_cell_name(u32 cell)
{
    const struct boot *b = sim_host.system;

    return b != NULL && cell < b->cell_count ? b->cells[cell].name : "(none)";
}

const char *sim_thread_name(u32 thread)
{
    const struct boot *b = sim_host.system;

    if (thread < CPU_MAX) {
        return "(idle)";
    }
    return b != NULL && thread - CPU_MAX < b->thread_count ? b->threads[thread - CPU_MAX].name
                                                           : "(none)";
}

/* ---- the rest of core/machine.h ------------------------------------------*/

_Static_assert((SIM_RAM_SIZE & (SIM_RAM_SIZE - 1U)) == 0, "both offsets are tested at once");

/* To a page of which the cache holds lines: others can be brought in. (To a page without
 * any, it is as if they were written back at once: that is fast.) */
static void __attribute__((noinline)) words_copy_held(paddr_t to, paddr_t from, u32 words)
{
    const u8 *source = sim_ram_at(&sim.ram, from, 4U * words);

    sim_cache_touch_held(&sim.cache, &sim.ram, to, 4U * words);
    memmove(sim_ram_change(&sim.ram, to, 4U * words), source, 4U * words);
}

void machine_words_copy(paddr_t to, paddr_t from, u32 words)
{
    u32 target = to.raw - SIM_RAM_BASE;
    u32 source = from.raw - SIM_RAM_BASE;

    /* Neither crosses a page, so if it starts in RAM it is in RAM. */
    if (__builtin_expect((target | source) >= SIM_RAM_SIZE, 0) ||
        __builtin_expect(sim.cache.held[target / PAGE_SIZE] != 0, 0)) {
        words_copy_held(to, from, words);
        return;
    }
    sim_ram_mark(&sim.ram, target / PAGE_SIZE);
    memmove(&sim.ram.bytes[target], &sim.ram.bytes[source], 4U * words);
}

/* By what the core has mapped, not by the MMU: a look must not move its state. Code
 * of hosted guests is the host's, so for them there is no program counter. */
bool machine_instruction_at(u32 cell, u32 pc, u32 *instruction)
{
    for (u32 i = 0; i < REGION_MAX; i++) {
        const struct region *r = &kernel.regions[i];
        u32 offset = pc - r->map.gpa.raw;
        paddr_t pa = paddr(r->map.pa.raw + offset);
        if (r->cell == cell && (r->map.access & ACCESS_EXECUTE) != 0 && pc % 4U == 0 &&
            offset < r->done && sim_ram_has(pa, 4)) {
            *instruction = sim_ram_read32(&sim.ram, pa);
            return true;
        }
    }
    return false;
}

void machine_panic(const char *reason)
{
    char last[160];
    bool found = host_last_guest(last, sizeof(last));

    fprintf(stderr, "thimble: panic: %s%s%s (system %s, seed %llu, at %llu ns)\n", reason,
            found ? ", " : "", found ? last : "",
            sim_host.system != NULL ? sim_host.system->name : "-", (unsigned long long)sim.seed,
            (unsigned long long)sim_clock.now);
    sim_host.broken = reason;
    if (!sim_host.running) {
        abort(); /* nobody to come back to */
    }
    sim_run_abandon(SIM_END_PANIC);
}
