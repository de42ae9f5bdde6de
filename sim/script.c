/* SPDX-License-Identifier: BSD-2-Clause */
/* Scripted guests: see guest.h. */
#include "script.h"

#include "access.h"
#include "guest.h"
#include "hypercall.h"
#include "kernel.h"
#include "observe.h"
#include "trap.h"

/* Computes up to the next event; the rest is left for after it. */
static u32 compute_some(u32 instructions)
{
    u64 gap = sim_clock.due > sim_clock.now ? sim_clock.due - sim_clock.now : 0;
    u32 part = instructions < gap ? instructions : (u32)gap;

    sim_clock.now += part;
    return instructions - part;
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
        access_fault(&a);
        return EVENT_FAULT;
    }
    guest->value = a.value;
    return EVENT_NONE;
}

/* The access that faulted, now that the handler has answered. */
static u32 script_access_again(struct sim_guest *guest, const struct thread *t)
{
    guest->faulting = false;
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
    struct sim_action action = {.value = guest->value, .fresh = guest->fresh};
    u32 event = EVENT_NONE;

    if (guest->computing != 0) {
        guest->computing = compute_some(guest->computing);
    } else if (guest->faulting) {
        event = script_access_again(guest, thread_at(thread));
    } else {
        guest->fresh = false;
        guest->script(guest->state, cpu->regs, &action);
        switch (action.step) {
        case SIM_STEP_HYPERCALL:
            hypercall(cpu, action.number);
            event = action.number;
            break;
        case SIM_STEP_COMPUTE:
            guest->computing =
                compute_some(sim_clock.helper[SIM_HELPER_COMPUTE] + action.value);
            break;
        case SIM_STEP_FAULT:
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
}
