/* SPDX-License-Identifier: BSD-2-Clause */
/* Scripted guests: see guest.h. */
#include "script.h"

#include <string.h>

#include "access.h"
#include "guest.h"
#include "hypercall.h"
#include "kernel.h"
#include "observe.h"
#include "sim.h"
#include "sim_vcpu.h"
#include "trap.h"

/* Computes up to the next event; the rest is left for after it. */
static u32 compute_some(u32 instructions)
{
    u64 gap = sim_clock.due > sim_clock.now ? sim_clock.due - sim_clock.now : 0;
    u32 part = instructions < gap ? instructions : (u32)gap;

    sim_clock.now += part;
    return instructions - part;
}

/* Of a VM's guest: words 1 to 5 of the exit that is about to be made. */
static void script_exit_words(u32 address, u32 access, u32 value)
{
    const struct thread *t = thread_at(kernel.cpu[0].current);

    if (t->vcpu != 0) {
        const u32 words[VCPU_EXIT_WORDS] = {address, access, 0, value, 0};
        memcpy(kernel.vcpus[t->vcpu - 1U].exit, words, sizeof(words));
    }
}

/* Accesses cost and fault as those of hosted guests do, so that the same program
 * is the same run in either form. */
static u32 script_access(struct sim_guest *guest, const struct sim_action *action)
{
    struct access a = {
        .address = action->address,
        .value = action->value,
        .size = 4,
        .kind = action->step == SIM_STEP_WRITE     ? SIM_WRITE
                : action->step == SIM_STEP_EXECUTE ? SIM_EXECUTE
                                                   : SIM_READ,
    };

    sim_clock.now += sim_clock.helper[SIM_HELPER_ACCESS];
    if (!access_make(&a)) {
        guest->faulted = *action;
        guest->faulting = true;
        guest->skipped = false;
        script_exit_words(a.address,
                          (a.fault == THIMBLE_FAULT_MEMORY ? 4U << 8 : 0) | access_bits(&a),
                          a.kind == SIM_WRITE ? a.value : 0);
        access_fault(&a);
        return EVENT_FAULT;
    }
    guest->value = a.value;
    return EVENT_NONE;
}

static u32 script_exit(struct cpu *cpu, struct sim_guest *guest, const struct sim_action *action)
{
    u32 *words = kernel.vcpus[thread_at(cpu->current)->vcpu - 1U].exit;

    guest->faulted = *action;
    guest->faulting = true;
    guest->skipped = false;
    script_exit_words(action->address, action->value, 0);
    if (action->number == THIMBLE_EXIT_HVC || action->number == THIMBLE_EXIT_SMC) {
        memcpy(words, cpu->regs, 4U * sizeof(*words));
    }
    vcpu_exit(cpu, action->number);
    return EVENT_FAULT;
}

/* The access that faulted, or the exit, now that the handler has answered. */
static u32 script_access_again(struct sim_guest *guest, const struct thread *t)
{
    guest->faulting = false;
    if (t->vcpu != 0 && guest->skipped) {
        return EVENT_NONE;
    }
    if (guest->faulted.step == SIM_STEP_EXIT) {
        return script_exit(&kernel.cpu[0], guest, &guest->faulted);
    }
    if (t->vcpu != 0) {
        return script_access(guest, &guest->faulted);
    }
    if (t->fault_action != THIMBLE_FAULT_SKIP) {
        return script_access(guest, &guest->faulted);
    }
    guest->value = t->fault_value;
    return EVENT_NONE;
}

void sim_script_step(u32 thread)
{
    struct cpu *cpu = &kernel.cpu[0];
    struct sim_guest *guest = &sim_guests[thread];
    struct sim_action action = {.value = guest->value,
                                .fresh = guest->fresh,
                                .undefined = guest->undefined};
    u32 event = EVENT_NONE;

    if (thread_at(thread)->vcpu != 0) {
        sim_vcpu_settle();
        /* What its interface raises when it is turned on comes before its first instruction. */
        if (sim_clock.now >= sim_clock.due) {
            sim_trap_end(EVENT_NONE);
            return;
        }
    }
    if (guest->computing != 0) {
        guest->computing = compute_some(guest->computing);
    } else if (guest->faulting) {
        event = script_access_again(guest, thread_at(thread));
    } else {
        guest->fresh = false;
        guest->undefined = false;
        action.interrupted = sim_gic_virq(&sim.gic, 0);
        guest->script(guest->state, cpu->regs, &action);
        switch (action.step) {
        case SIM_STEP_HYPERCALL:
            sim_vcpu_hypercall(action.number);
            event = action.number;
            break;
        case SIM_STEP_COMPUTE:
            guest->computing =
                compute_some(sim_clock.helper[SIM_HELPER_COMPUTE] + action.value);
            break;
        case SIM_STEP_SLEEP:
            vcpu_sleep(cpu);
            event = EVENT_FAULT;
            break;
        case SIM_STEP_TIMER:
            machine_virtual_timer_start(action.number, action.wide);
            break;
        case SIM_STEP_EXIT:
            event = script_exit(cpu, guest, &action);
            break;
        case SIM_STEP_FAULT:
            script_exit_words(action.address, 0, 0);
            fault(cpu, action.number, action.address, 0, 0);
            event = EVENT_FAULT;
            break;
        default:
            event = script_access(guest, &action);
            break;
        }
    }
    if (event != EVENT_NONE || sim_clock.now >= sim_clock.due) {
        sim_trap_end(event);
    }
    sim_vcpu_settle();
}
