/* SPDX-License-Identifier: BSD-2-Clause */
/* Interrupt lines: see irq.h. */
#include "irq.h"

#include "kernel.h"

void irq_quiet(struct irq *irq)
{
    machine_line_mask(irq->line);
    machine_line_end(irq->line);
    machine_line_urgency(irq->line, irq->mask);
    irq->vcpu = 0;
    irq->active = 0;
    irq->cell = IRQ_UNBOUND;
    irq->target = NONE;
    irq->cap = NONE;
    irq->virtual_line = 0;
}

void irq_silence(struct irq *irq)
{
    if (VCPU_MAX != 0 && irq->vcpu != 0) {
        vcpu_line_release(vcpu_at(irq->vcpu - 1U), irq->virtual_line);
    }
    irq_quiet(irq);
}

void irq_fire(struct cpu *cpu, u32 line)
{
    machine_path(PATH_IRQ_FIRE);
    u32 index = line < LINE_MAX ? kernel.line_irq[line] : NONE;
    if (index == NONE) {
        machine_line_mask(line);
        machine_line_end(line);
        return;
    }
    struct irq *irq = irq_at(index);
    if (VCPU_MAX != 0 && irq->vcpu != 0) {
        vcpu_raise(cpu, irq->vcpu - 1U, irq->virtual_line);
        return;
    }
    irq->active = 1;
    if (irq->target == NONE || !notification_signal_cap(cpu, irq->target)) {
        machine_sometimes(MARK_IRQ_NOBODY);
        irq_silence(irq);
    }
}

void irq_release(u32 index, u32 cell)
{
    if (irq_at(index)->cell == cell) {
        irq_silence(irq_at(index));
    }
}

void irq_cap_moved(u32 cap, u32 to)
{
    struct irq *irq = irq_at(cap_object(kernel.caps[cap]));

    if (irq->cap == cap && to == NONE) {
        irq_silence(irq);
    } else if (irq->cap == cap) {
        irq->cap = (u16)to;
    }
}

u32 irq_hypercall_bind(struct cpu *cpu)
{
    const struct thread *t = thread_at(cpu->current);
    u32 slot = cpu->regs[1];
    cap_t cap;
    cap_t target;
    u32 err = cap_look_up(t, cpu->regs[0], THIMBLE_CAP_IRQ, THIMBLE_RIGHT_HANDLE, &cap);

    if (err != THIMBLE_OK) {
        return err;
    }
    struct irq *irq = irq_at(cap_object(cap));
    if (slot == THIMBLE_NO_SLOT) {
        machine_path(PATH_IRQ_BIND);
        irq_silence(irq);
        return THIMBLE_OK;
    }
    err = cap_look_up(t, slot, THIMBLE_CAP_NOTIFICATION, THIMBLE_RIGHT_SIGNAL, &target);
    if (err != THIMBLE_OK) {
        return err;
    }
    machine_path(PATH_IRQ_BIND);
    if (VCPU_MAX != 0 && irq->vcpu != 0) {
        irq_silence(irq);
    }
    if (irq->target == NONE) {
        machine_line_unmask(irq->line);
    }
    irq->cell = (u8)t->cell;
    irq->target = (u16)(t->slot_base + slot);
    irq->cap = (u16)(t->slot_base + cpu->regs[0]);
    return THIMBLE_OK;
}

u32 irq_hypercall_ack(struct cpu *cpu)
{
    cap_t cap;
    u32 err = cap_look_up(thread_at(cpu->current), cpu->regs[0], THIMBLE_CAP_IRQ,
                          THIMBLE_RIGHT_HANDLE, &cap);

    if (err != THIMBLE_OK) {
        return err;
    }
    struct irq *irq = irq_at(cap_object(cap));
    if (!irq->active) {
        return machine_refuse(THIMBLE_ERR_IDLE);
    }
    machine_path(PATH_IRQ_ACK);
    irq->active = 0;
    machine_line_deactivate(irq->line);
    return THIMBLE_OK;
}
