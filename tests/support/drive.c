/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests that play the machine: see drive.h. */
#include "hw_access.h"
#include "drive.h"

#include <stdio.h>
#include <string.h>

#include "bus.h"
#include "deadlines.h"
#include "places.h"
#include "queue.h"
#include "sim_vcpu.h"

/* More interrupts than that in one go are a storm that nobody asked for. */
#define INTERRUPTS_MAX 10000U

struct kernel drive_before;

static struct sim_gic gic_before;
static struct sim_timer timer_before;

static struct cpu *cpu(void)
{
    return &kernel.cpu[0];
}

void drive_check(void)
{
    const char *broken = kernel_check();

    cr_assert(broken == NULL, "kernel_check(): %s", broken);
}

void drive_boot(void)
{
    static const struct sim_options options = {.seed = 1};
    const char *misfit = build_boot(&options);

    cr_assert(misfit == NULL, "the system does not boot: %s", misfit);
    for (u32 i = 0; i < PATHS; i++) {
        sim_clock.cost[i] = 0;
    }
    /* Booting took no time either. */
    sim_clock.now = 0;
    cpu()->started = 0;
    drive_schedule();
}

u32 drive_running(void)
{
    u32 current = cpu()->current;

    return current < CPU_MAX ? DRIVE_IDLE : current - CPU_MAX;
}

struct thread *drive_thread(u32 thread)
{
    return thread_at(boot_thread_index(thread));
}

struct sc *drive_sc(u32 thread)
{
    return sc_at(drive_thread(thread)->sc);
}

u32 drive_reg(u32 thread, u32 i)
{
    return thread_regs(cpu(), boot_thread_index(thread))[i];
}

cap_t *drive_cap(u32 cell, u32 slot)
{
    return &kernel.caps[kernel.cells[cell].slot_base + slot];
}

void drive_mark(u32 cell, u32 slot)
{
    struct revocation *r = &kernel.revocation;
    u32 cap = kernel.cells[cell].slot_base + slot;

    if (r->cap == NONE) {
        u32 root = kernel.cap_count - 1U;
        while (kernel.caps[root] == 0) {
            root--;
        }
        cr_assert_neq(root, cap);
        *r = (struct revocation){.cap = (u16)root, .cursor = (u16)root};
    }
    kernel.derivations[r->cursor].next = (u16)cap;
    kernel.derivations[cap] = (struct derivation){.next = NONE, .prev = r->cursor, .depth = 1};
    kernel.caps[cap] |= CAP_MARK;
    r->cursor = (u16)cap;
}

/* ---- entries into the core -------------------------------------------------*/

static void registers_load(const u32 *call, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        cpu()->regs[i - 1] = call[i];
    }
}

void drive_trap(const u32 *call, size_t count)
{
    registers_load(call, count);
    sim_vcpu_hypercall(call[0]);
    drive_check();
}

void drive_fault(u32 kind, u32 address, u32 access, u32 pc)
{
    fault(cpu(), kind, address, access, pc);
    drive_check();
}

u64 drive_deadline(u32 thread)
{
    return sc_deadline(drive_sc(thread), MACHINE_TIME_NEVER);
}

u32 drive_priority_of(u32 thread)
{
    return sc_urgency(drive_sc(thread))->priority;
}

void drive_priority(u32 thread, u32 priority)
{
    static struct boot_sc scs[SC_MAX];
    struct sc *sc = drive_sc(thread);
    bool queued = sc->queued;

    if (queued) {
        queue_remove(&kernel.cpu[0], drive_thread(thread)->sc);
    }
    sc->urgency[0].priority = sc->urgency[1].priority = (u8)priority;
    if (queued) {
        queue_insert_tail(&kernel.cpu[0], drive_thread(thread)->sc);
    }
    for (u32 i = 0; i < kernel.sc_count; i++) {
        memcpy(scs[i].urgency, sc_at(i)->urgency, sizeof(scs[i].urgency));
    }
    places_set(scs, kernel.sc_count);
    for (u32 i = 0; i < kernel.sc_count; i++) {
        for (u32 low = 0; low < 2U; low++) {
            sc_at(i)->urgency[low] = scs[i].urgency[low];
            kernel.place_sc[scs[i].urgency[low].place] = (u16)i;
        }
    }
    kernel.cpu[0].resched = 1;
    drive_schedule();
}

void drive_schedule(void)
{
    schedule(cpu());
    drive_check();
}

void drive_stop(u32 thread)
{
    thread_stop(cpu(), boot_thread_index(thread));
    drive_schedule();
}

void drive_line_activate(u32 line)
{
    cr_assert(sim_gicd_write(&sim.gic, 0, 0x300U + line / 32U * 4U, 4, 1U << line % 32U));
}

void drive_line(u32 line, bool level)
{
    hw_dsb(); /* later than all that the core has done */
    sim_gic_line_set(&sim.gic, line, level);
}

void drive_interrupts(void)
{
    u32 taken = 0;

    sim_bus_update();
    while (sim_gic_irq(&sim.gic, 0)) {
        cr_assert_lt(++taken, INTERRUPTS_MAX, "interrupts without end");
        interrupt(cpu());
        drive_check();
        sim_bus_update();
    }
}

void drive_elapse(u64 ticks)
{
    u64 end = sim_clock.now + ticks * SIM_TICK_INSTRUCTIONS;

    while (sim_clock.now < end) {
        u64 next = sim_bus_next();
        sim_clock.now = next < end ? next : end;
        drive_interrupts();
    }
}

u64 drive_time(void)
{
    return machine_time();
}

void drive_wait_until(u32 slot, u64 deadline)
{
    drive_hypercall(THIMBLE_WAIT, slot, (u32)deadline, (u32)(deadline >> 32));
}

void drive_wait(u32 slot, u64 ticks)
{
    drive_wait_until(slot, drive_time() + ticks);
}

void drive_block(u32 slot)
{
    drive_wait_until(slot, THIMBLE_NEVER);
}

/* ---- errors that change nothing ----------------------------------------------*/

static bool ram_touched(void)
{
    for (u32 word = 0; word < SIM_RAM_WORDS; word++) {
        if (sim.ram.dirty[word] != 0) {
            return true;
        }
    }
    return false;
}

void drive_remember(void)
{
    for (u32 word = 0; word < SIM_RAM_WORDS; word++) {
        sim.ram.used[word] |= sim.ram.dirty[word];
        sim.ram.dirty[word] = 0;
    }
    drive_before = kernel;
    gic_before = sim.gic;
    timer_before = sim.timer;
}

/* Where the core's state differs, for a person to look up. */
static const char *kernel_difference(void)
{
    static char where[64];
    const u8 *now = (const u8 *)&kernel;
    const u8 *then = (const u8 *)&drive_before;
    size_t i = 0;

    while (now[i] == then[i]) {
        i++;
    }
    snprintf(where, sizeof(where), "struct kernel at byte %zu", i);
    return where;
}

const char *drive_difference(void)
{
    if (memcmp(&kernel, &drive_before, sizeof(kernel)) != 0) {
        return kernel_difference();
    }
    if (memcmp(&sim.gic, &gic_before, sizeof(gic_before)) != 0) {
        return "the interrupt controller";
    }
    if (memcmp(&sim.timer, &timer_before, sizeof(timer_before)) != 0) {
        return "the timer";
    }
    return ram_touched() ? "RAM" : NULL;
}

void drive_refused(u32 error, const u32 *call, size_t count)
{
    u32 number = call[0];

    registers_load(call, count);
    drive_remember();
    sim_vcpu_hypercall(number);
    cr_assert_eq(cpu()->regs[0], error, "hypercall %u: status %u, not %u", number, cpu()->regs[0],
                 error);
    drive_before.cpu[0].regs[0] = error;
    bool guest = thread_at(cpu()->current)->vcpu != 0;
    if (!guest && (number == THIMBLE_RECV || number == THIMBLE_REPLY_RECV)) {
        drive_before.cpu[0].regs[1] = THIMBLE_TAG_ERROR;
    }
    if (error == THIMBLE_ERR_TIMEOUT) {
        drive_before.cpu[0].regs[1] = 0;
    }
    const char *changed = drive_difference();
    cr_assert(changed == NULL, "hypercall %u, error %u: changed %s", number, error, changed);
    drive_check();
}

void drive_expect_regs(const u32 *regs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        cr_assert_eq(cpu()->regs[i], regs[i], "r%zu is 0x%x, not 0x%x", i, cpu()->regs[i],
                     regs[i]);
    }
}

/* ---- message buffers -----------------------------------------------------------*/

static paddr_t word_at(u32 thread, u32 i)
{
    return paddr(build_buffer(thread).raw + 4U * i);
}

u32 drive_word(u32 thread, u32 i)
{
    return sim_ram_read32(&sim.ram, word_at(thread, i));
}

void drive_word_set(u32 thread, u32 i, u32 value)
{
    sim_ram_write32(&sim.ram, word_at(thread, i), value);
}

void drive_words_fill(u32 thread, u32 first)
{
    for (u32 i = 0; i < THIMBLE_MESSAGE_WORDS; i++) {
        drive_word_set(thread, i, first + i);
    }
}

void expect_words(u32 thread, u32 from, u32 to, u32 first)
{
    for (u32 i = from; i < to; i++) {
        u32 word = drive_word(thread, i);
        cr_assert_eq(word, first + i, "word %u is 0x%x, not 0x%x", i, word, first + i);
    }
}
