/* SPDX-License-Identifier: BSD-2-Clause */
/* Hosted guests: their stacks and start. See guest.h. */
#include "guest.h"

#include <stdio.h>
#include <string.h>

#include "access.h"
#include "fault.h"
#include "host.h"
#include "kernel.h"
#include "memory.h"
#include "observe.h"
#include "self.h"
#include "thimble_program.h"
#include "time.h"
#include "trap.h"

struct sim_guest sim_guests[THREAD_MAX];

/* Guests that exist: so that a reset costs only what was used. */
static u32 guest_count = THREAD_MAX;

static void guest_drop(u32 index)
{
    struct sim_guest *guest = &sim_guests[index];

    if (guest->stack != NULL) {
        host_stack_free(guest->stack, guest->limit);
    }
    *guest = (struct sim_guest){.seed = guest->seed};
    sim_contexts[index] = &sim_loop;
}

void sim_guests_reset(void)
{
    for (u32 i = 0; i < guest_count; i++) {
        guest_drop(i);
        sim_guests[i].seed = 0;
    }
    guest_count = 0;
}

/* The linker collects the programs of all objects in one section. */
extern const struct thimble_program __start_thimble_programs[] __attribute__((weak));
extern const struct thimble_program __stop_thimble_programs[] __attribute__((weak));

thimble_entry sim_program_find(const char *name)
{
    for (const struct thimble_program *p = __start_thimble_programs; p < __stop_thimble_programs;
         p++) {
        if (strcmp(p->name, name) == 0) {
            return p->entry;
        }
    }
    return NULL;
}

const char *sim_program_name(u32 index)
{
    size_t count = (size_t)(__stop_thimble_programs - __start_thimble_programs);

    return index < count ? __start_thimble_programs[index].name : NULL;
}

static void program_missing(const char *cell, const char *name)
{
    fprintf(stderr, "thimble: cell %s: no program \"%s\" is linked in; there are:", cell, name);
    for (const struct thimble_program *p = __start_thimble_programs; p < __stop_thimble_programs;
         p++) {
        fprintf(stderr, " %s", p->name);
    }
    fprintf(stderr, "\n");
}

u8 *sim_guest_stack_top(const struct sim_guest *guest)
{
    u32 guard = host_stack_guard(guest->limit);

    return guest->stack + (guard != 0 ? guard + guest->limit : SIM_STACK_SIZE);
}

/* What ran on the stack before is abandoned with it. */
void machine_thread_reset(u32 thread)
{
    struct sim_guest *guest = &sim_guests[thread];

    guest->value = 0;
    guest->computing = 0;
    guest->faulting = false;
    guest->fresh = true;
    if (guest->stack != NULL) {
        host_stack_forget(guest->stack);
        guest->context = (struct sim_context){
            .sp = (uintptr_t)sim_guest_stack_top(guest) - 64U,
            .pc = (uintptr_t)sim_trap_start,
        };
    }
}

/* Its guest finds the answer in its thread, where it made the access. */
void machine_fault_skip(u32 thread, u32 syndrome, u32 value)
{
    (void)thread;
    (void)syndrome;
    (void)value;
}

void sim_guest_host(u32 index, thimble_entry program, u32 argument)
{
    struct sim_guest *guest = &sim_guests[index];

    guest_drop(index);
    guest->program = program;
    guest->argument = argument;
    guest->stack = host_stack_new();
    sim_contexts[index] = &guest->context;
    machine_thread_reset(index);
}

void sim_guest_limit(u32 index, u16 limit)
{
    struct sim_guest *guest = &sim_guests[index];

    guest->limit = limit;
    host_stack_limit(guest->stack, limit);
    machine_thread_reset(index);
}

void sim_guest_script(u32 index, sim_script script, void *state, size_t state_size)
{
    guest_drop(index);
    sim_guests[index].script = script;
    sim_guests[index].state = state;
    sim_guests[index].state_size = state_size;
    machine_thread_reset(index);
}

/* Runs nothing: threads without a program in tests that drive the core. */
static void script_absent(void *state, u32 *regs, struct sim_action *action)
{
    (void)state;
    (void)regs;
    action->step = SIM_STEP_COMPUTE;
    action->value = 1000;
}

const char *sim_guests_start(const struct boot *b)
{
    guest_count = boot_thread_index(b->thread_count);
    for (u32 i = 0; i < b->thread_count; i++) {
        u32 index = boot_thread_index(i);
        const char *name = b->cells[b->threads[i].cell].program;
        thimble_entry program = name != NULL ? sim_program_find(name) : NULL;
        sim_guests[index].seed = (u32)sim_random_next(&sim.guests);
        if (program != NULL) {
            sim_guest_host(index, program, b->threads[i].argument);
            if (b->threads[i].stack.raw != 0) {
                sim_guest_limit(index, THIMBLE_STACK_SIZE + SIM_STACK_EXTRA);
            }
        } else if (name == NULL) {
            sim_guest_script(index, script_absent, NULL, 0);
        } else {
            program_missing(b->cells[b->threads[i].cell].name, name);
            return "a cell's program is missing";
        }
    }
    return NULL;
}

static u32 exit_entry(void)
{
    fault(&kernel.cpu[0], THIMBLE_FAULT_EXIT, 0, 0, 0);
    return EVENT_FAULT;
}

void sim_guest_main(void)
{
    const struct sim_guest *guest = &sim_guests[kernel.cpu[0].current];

    guest->program(guest->argument);
    for (;;) {
        sim_trap_call(exit_entry);
    }
}

/* ---- helpers: user/lib/memory.h, time.h, self.h --------------------------*/

static u32 preempt_entry(void)
{
    return EVENT_NONE; /* what is due is delivered on the way out */
}

/* Charges virtual time, and lets in what has come due by then. */
static void charge(u32 instructions)
{
    for (;;) {
        u64 gap = sim_clock.due > sim_clock.now ? sim_clock.due - sim_clock.now : 0;
        if (instructions < gap) {
            sim_clock.now += instructions;
            return;
        }
        sim_clock.now += gap;
        instructions -= (u32)gap;
        sim_trap_call(preempt_entry);
        if (instructions == 0) {
            return;
        }
    }
}

/* Handed to the entry below; nothing runs in between. */
static struct access faulting;

static u32 fault_entry(void)
{
    access_fault(&faulting);
    return EVENT_FAULT;
}

static u32 guest_access(u32 address, u32 size, enum sim_access kind, u32 value)
{
    struct access a = {
        .address = address, .value = value, .size = (u8)size, .kind = (u8)kind};

    for (;;) {
        sim_clock.now += sim_clock.helper[SIM_HELPER_ACCESS];
        if (access_make(&a)) {
            /* An interrupt comes after the instruction that it came up in, be
             * it by time or because this access made a device raise it. */
            if (sim_clock.now >= sim_clock.due) {
                sim_trap_call(preempt_entry);
            }
            return a.value;
        }
        u32 self = kernel.cpu[0].current;
        faulting = a;
        sim_trap_call(fault_entry);
        if (thread_at(self)->fault_action == THIMBLE_FAULT_SKIP) {
            return thread_at(self)->fault_value;
        }
    }
}

uint32_t thimble_read32(uint32_t address)
{
    return guest_access(address, 4, SIM_READ, 0);
}

uint32_t thimble_read16(uint32_t address)
{
    return guest_access(address, 2, SIM_READ, 0);
}

uint32_t thimble_read8(uint32_t address)
{
    return guest_access(address, 1, SIM_READ, 0);
}

void thimble_write32(uint32_t address, uint32_t value)
{
    (void)guest_access(address, 4, SIM_WRITE, value);
}

void thimble_write16(uint32_t address, uint32_t value)
{
    (void)guest_access(address, 2, SIM_WRITE, value);
}

void thimble_write8(uint32_t address, uint32_t value)
{
    (void)guest_access(address, 1, SIM_WRITE, value);
}

void thimble_execute(uint32_t address)
{
    (void)guest_access(address, 4, SIM_EXECUTE, 0);
}

void thimble_compute(uint32_t instructions)
{
    charge(sim_clock.helper[SIM_HELPER_COMPUTE] + instructions);
}

uint64_t thimble_time(void)
{
    charge(sim_clock.helper[SIM_HELPER_TIME]);
    return sim_timer_count(sim_clock.now);
}

uint32_t thimble_seed(void)
{
    charge(sim_clock.helper[SIM_HELPER_SELF]);
    return sim_guests[kernel.cpu[0].current].seed;
}

static const struct boot_thread *boot_self(void)
{
    return &sim_host.system->threads[kernel.cpu[0].current - CPU_MAX];
}

uint32_t thimble_buffer(void)
{
    charge(sim_clock.helper[SIM_HELPER_SELF]);
    return boot_self()->buffer_at.raw;
}

/* The last ones of the cell are its active threads', in turn (describe.h). */
uint32_t thimble_sleep_slot(void)
{
    const struct boot *b = sim_host.system;
    const struct boot_thread *self = boot_self();
    u32 behind = 0;

    charge(sim_clock.helper[SIM_HELPER_SELF]);
    for (u32 i = b->thread_count; i > 0 && &b->threads[i - 1U] >= self; i--) {
        behind += b->threads[i - 1U].cell == self->cell && b->threads[i - 1U].sc != NONE;
    }
    return self->sc != NONE ? b->cells[self->cell].slots - behind : 0;
}

uint32_t thimble_threads(uint32_t *number)
{
    const struct boot *b = sim_host.system;
    const struct boot_thread *self = boot_self();
    u32 count = 0;

    charge(sim_clock.helper[SIM_HELPER_SELF]);
    for (u32 i = 0; i < b->thread_count; i++) {
        if (&b->threads[i] == self) {
            *number = count;
        }
        count += b->threads[i].cell == self->cell;
    }
    return count;
}

uint32_t thimble_stats(void)
{
    charge(sim_clock.helper[SIM_HELPER_SELF]);
    return sim_host.system->cells[boot_self()->cell].stats.raw;
}
