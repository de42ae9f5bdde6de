/* SPDX-License-Identifier: BSD-2-Clause */
/* Making a step on both sides: see step.h. */
#include <string.h>

#include "access.h"
#include "compare.h"
#include "bus.h"
#include "hw.h"
#include "hypercall.h"
#include "sim_vcpu.h"
#include "step.h"

/* ---- on the core ---------------------------------------------------------*/

/* Little-endian. */
static u32 part_of(u32 word, u32 address, u32 size)
{
    return word >> address % 4U * 8U & 0xffffffffU >> (32U - 8U * size);
}

/* What an access must have given: NULL, or what went wrong. */
static const char *access_check(const struct access *a, bool done, bool mapped, u32 pa,
                                bool cached)
{
    u32 found;

    if (mapped != (done || a->fault == THIMBLE_FAULT_BUS)) {
        return mapped ? "a mapping does not permit an access that it should"
                      : "an access succeeds that no mapping permits";
    }
    if (mapped && done != sim_ram_has(paddr(pa), a->size)) {
        return "an access ends in another device than it should";
    }
    if (!done || (cached && a->kind == SIM_EXECUTE)) {
        return NULL;
    }
    if (cached) {
        found = sim_ram_read32(&sim.ram, paddr(pa & ~3U));
    } else {
        sim_cache_memory_read(&sim.cache, &sim.ram, paddr(pa & ~3U), &found, sizeof(found));
        found = SIM_LITTLE32(found);
    }
    return part_of(found, pa, a->size) == a->value
               ? NULL
               : "an access reached another physical address than it should";
}

/* How lines of caches came and went, so far in this step. */
static void lines_take(void)
{
    model.event_count = hooks_lines(&model.events);
}

/* On the model's side: what is read, or was written. */
static u32 access_model(const struct step *step, u32 pa, u32 memory)
{
    u32 shift = pa % 4U * 8U;
    u32 mask = 0xffffffffU >> (32U - 8U * step->size) << shift;
    u32 word = model_access(pa & ~3U, step->number, memory, step->value << shift, mask);

    return part_of(word, pa, step->size);
}

/* Through the simulated MMU. The fault that must follow: 0 if none. What is not
 * aligned faults as if nothing were mapped there. */
static const char *access_run(const struct step *step, u32 *fault_kind)
{
    struct access a = {
        .address = step->address,
        .value = step->value & 0xffffffffU >> (32U - 8U * step->size),
        .size = (u8)step->size,
        .kind = step->number == ACCESS_WRITE  ? SIM_WRITE
                : step->number == ACCESS_READ ? SIM_READ
                                              : SIM_EXECUTE,
    };
    u32 pa = 0;
    u32 memory = 0;
    bool aligned = step->address % step->size == 0;
    bool mapped = aligned && model_translate(step->address, step->number, &pa, &memory);
    bool done = access_make(&a);
    const char *wrong = access_check(&a, done, mapped, pa, memory == MEMORY_NORMAL);

    *fault_kind = 0;
    if (wrong != NULL) {
        return wrong;
    }
    if (!done) {
        access_fault(&a);
        *fault_kind = mapped ? THIMBLE_FAULT_BUS
                      : model.threads[model.current].vcpu != MODEL_NONE ? THIMBLE_EXIT_MMIO
                                                                        : THIMBLE_FAULT_MEMORY;
        return NULL;
    }
    lines_take();
    model_cache_follow();
    if (access_model(step, pa, memory) != a.value && model.wrong == NULL) {
        return "a reader sees another word than it should";
    }
    return model.wrong;
}

/* What a guest does. What it gets, or else its argument. */
static u32 guest_run(const struct step *step)
{
    struct cpu *cpu = &kernel.cpu[0];
    u32 value = step->value;

    switch (step->number) {
    case GUEST_TAKE: /* its interface is on: group 0, all priorities */
        hw_write32(paddr(SIM_GICV_BASE), 1);
        hw_write32(paddr(SIM_GICV_BASE + 4U), 0xff);
        value = hw_read32(paddr(SIM_GICV_BASE + 0xcU));
        break;
    case GUEST_END:
        hw_write32(paddr(SIM_GICV_BASE + 0x10U), value);
        break;
    case GUEST_TIMER:
        machine_virtual_timer_start(value, step->address);
        break;
    case GUEST_SLEEP:
        vcpu_sleep(cpu);
        break;
    default:
        memcpy(kernel.vcpus[thread_at(cpu->current)->vcpu - 1U].exit, step->regs,
               VCPU_EXIT_WORDS * sizeof(u32));
        fault(cpu, step->address, step->regs[0], step->regs[1] & 0xffU, step->value);
        break;
    }
    return value;
}

static void core_run(struct step *step)
{
    struct cpu *cpu = &kernel.cpu[0];

    switch (step->kind) {
    case STEP_HYPERCALL:
        memcpy(cpu->regs, step->regs, sizeof(step->regs));
        sim_vcpu_hypercall(step->number);
        break;
    case STEP_FAULT:
        fault(cpu, step->number, step->address, 0, step->value);
        break;
    case STEP_EVENT:
        hooks_event((enum model_event)step->number, step->value);
        break;
    case STEP_GUEST:
        step->value = guest_run(step);
        break;
    default:
        break;
    }
    sim_vcpu_settle();
    sim_events_run();
}

/* ---- on the model --------------------------------------------------------*/

static void model_run(const struct step *step, u32 access_fault_kind)
{
    struct model_thread *t = &model.threads[model.current];

    switch (step->kind) {
    case STEP_HYPERCALL:
        memcpy(t->regs, step->regs, sizeof(step->regs));
        t->junk = 0;
        model_hypercall(step->number);
        break;
    case STEP_FAULT:
        model_fault(step->number, step->address, 0, step->value);
        break;
    case STEP_EVENT:
        model_event((enum model_event)step->number, step->value);
        break;
    case STEP_GUEST:
        if (step->number == GUEST_EXIT) {
            memcpy(model.vcpus[t->vcpu].exit, step->regs, VCPU_EXIT_WORDS * sizeof(u32));
            model_fault(step->address, step->regs[0], step->regs[1] & 0xffU, step->value);
        } else {
            model_guest((enum model_guest)step->number, step->value, step->address);
        }
        break;
    default:
        if (access_fault_kind != 0) {
            model_fault(access_fault_kind, step->address, step->number, 0);
        }
        break;
    }
    model_leave();
    model_interrupts();
}

/* The part of the choices that is filled in. */
static void choices_take(void)
{
    const struct model_choices *c = hooks_choices();

    memcpy(model.choices.points, c->points, c->point_count * sizeof(c->points[0]));
    memcpy(model.choices.expiries, c->expiries, c->expiry_count * sizeof(c->expiries[0]));
    memcpy(model.choices.ways, c->ways, c->expiry_count * sizeof(c->ways[0]));
    model.choices.point_count = c->point_count;
    model.choices.expiry_count = c->expiry_count;
    model.points_used = 0;
    model.expiries_used = 0;
    model.hops = 0;
}

static const char *choices_check(void)
{
    if (model.wrong != NULL) {
        return model.wrong;
    }
    if (model.points_used != model.choices.point_count) {
        return "the core came to a preemption point that the model does not reach";
    }
    if (model.expiries_used != model.choices.expiry_count) {
        return "the core served a deadline that the model does not know";
    }
    return NULL;
}

/* ---- both ----------------------------------------------------------------*/

const char *step_run(struct step *step, bool full)
{
    const char *wrong = NULL;
    u32 fault_kind = 0;

    step->thread = model.current;
    hooks_begin(&step->plan);
    model.events_used = 0;
    if (step->kind == STEP_ACCESS) {
        wrong = access_run(step, &fault_kind);
    }
    if (wrong != NULL) {
        return wrong;
    }
    core_run(step);
    choices_take();
    lines_take();
    model_run(step, fault_kind);
    model_cache_follow();
    step->next = kernel.cpu[0].current;
    step->result = kernel.cpu[0].regs[0];
    wrong = choices_check();
    if (wrong == NULL && full) {
        wrong = kernel_check();
    }
    if (wrong != NULL) {
        return wrong;
    }
    return full ? compare_state() : compare_step(step->thread);
}

/* ---- in readable form ----------------------------------------------------*/

static const char *const hypercall_names[THIMBLE_HYPERCALLS] = {
    "call",       "reply_recv",    "recv",       "signal",       "wait",
    "poll",       "irq_bind",      "irq_ack",    "yield",        "version",
    "cap_copy",   "cap_move",      "cap_revoke", "cap_delete",   "region_derive",
    "region_map", "region_unmap",  "window",     "thread_stop",  "cell_restart",
    "cache_maintain", "vcpu_start", "vcpu_inject", "vcpu_bind",    "vcpu_lower",
};
static const char *const guest_names[GUESTS] = {"take", "end", "timer", "sleep", "exit"};
static const char *const event_names[EVENTS] = {
    [EVENT_NONE] = "nothing",        [EVENT_RISE] = "line rises",
    [EVENT_FALL] = "line falls",     [EVENT_TIME] = "ticks pass",
    [EVENT_STORM] = "storm",         [EVENT_SPURIOUS] = "spurious interrupt",
    [EVENT_LOSE] = "a rise is lost", [EVENT_LATE] = "timers are late",
    [EVENT_SPECULATE] = "speculative walk",
};

const char *step_hypercall_name(u32 number)
{
    return number < THIMBLE_HYPERCALLS ? hypercall_names[number] : NULL;
}

void step_print(FILE *out, const struct step *step)
{
    fprintf(out, "thread %2u ", step->thread);
    switch (step->kind) {
    case STEP_HYPERCALL:
        fprintf(out, "%s(", step->number < THIMBLE_HYPERCALLS ? hypercall_names[step->number]
                                                              : "unknown");
        for (u32 i = 0; i < 8U; i++) {
            fprintf(out, "%s%s%x", i != 0 ? " " : "", step->regs[i] > 9U ? "0x" : "",
                    step->regs[i]);
        }
        fprintf(out, ")");
        break;
    case STEP_ACCESS:
        fprintf(out, "%s 0x%08x, %u bytes", step->number == ACCESS_WRITE  ? "write"
                                            : step->number == ACCESS_READ ? "read"
                                                                          : "execute",
                step->address, step->size);
        break;
    case STEP_FAULT:
        fprintf(out, "fault %u at 0x%08x", step->number, step->address);
        break;
    case STEP_GUEST:
        fprintf(out, "guest: %s 0x%x 0x%x", guest_names[step->number], step->value,
                step->address);
        break;
    default:
        fprintf(out, "- %s: %u", event_names[step->number], step->value);
        break;
    }
    if (step->plan.number != 0) {
        fprintf(out, "  [at %s %u: %s, %u]", step->plan.hop ? "hop" : "preemption point",
                step->plan.number, event_names[step->plan.event], step->plan.argument);
    }
    fprintf(out, "  -> thread %u, r0 0x%x\n", step->next, step->result);
}
