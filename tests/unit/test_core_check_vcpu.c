/* SPDX-License-Identifier: BSD-2-Clause */
/* kernel_check() on vCPUs, their lines, and what is bound to them. */
#include "finds.h"
#include "vcpu_rig.h"
#include "queue.h"

#define V(thread) vm_of(thread)
#define SC(thread) drive_sc(thread)
#define T(thread) drive_thread(thread)

#define LINE_IRQ 50U
#define LINE_BELL 51U
#define LINE_FREE 3U

/* GUEST runs, with an irq, a notification and its timer; OTHER is ready. */
static void prepare(void)
{
    vm_boot();
    vm_bind(VMM_IRQ, LINE_IRQ, 0x80);
    vm_bind(VMM_BELL, LINE_BELL, 0x80);
    vm_bind(THIMBLE_NO_SLOT, VCPU_LINE_TIMER, 0x80);
    vmm(THIMBLE_VCPU_START, VMM_OTHER, VM_ENTRY);
    expect_runs(GUEST);
}

TestSuite(check_vcpu, .init = prepare);
TestSuite(check_vcpu_off, .init = vm_boot_off);

#define FINDS(name, invariant, ...) FINDS_BY(check_vcpu, name, invariant, __VA_ARGS__)
#define FINDS_OFF(name, invariant, ...) FINDS_BY(check_vcpu_off, name, invariant, __VA_ARGS__)

Test(check_vcpu, finds_nothing_in_a_sound_state)
{
    cr_assert_null(kernel_check());
}

/* ---- threads and their contexts ----------------------------------------------------------*/
FINDS(vcpu_beyond_the_pool, "t->vcpu <= VCPU_MAX", T(NATIVE)->vcpu = VCPU_MAX + 1U)
FINDS(passive_vcpu, "t->vcpu == 0 || thread_is_active(t)", T(SERVICE)->vcpu = 1)
FINDS(vcpu_of_another_thread, "kernel.vcpus[t->vcpu - 1U].thread == index", T(NATIVE)->vcpu = 1)
FINDS(native_thread_that_sleeps, "t->state != THREAD_SLEEPING || t->vcpu != 0",
      T(NATIVE)->state = THREAD_SLEEPING)
FINDS(vcpu_in_a_hypercall_that_is_not_offered, "t->waits_on == NONE && t->restart == 0",
      T(OTHER)->state = THREAD_RESTART; T(OTHER)->restart = THIMBLE_CAP_REVOKE)
FINDS(vcpu_that_waits, "t->waits_on == NONE && t->restart == 0",
      T(OTHER)->state = THREAD_WAITING; T(OTHER)->waits_on = 0)
FINDS(vcpu_that_tries_a_call, "t->state != THREAD_PENDING_CALL",
      T(OTHER)->state = THREAD_PENDING_CALL)
FINDS(vcpu_that_has_called, "t->reply_key & REPLY_KEY_FAULT",
      T(OTHER)->reply_key = (u16)boot_thread_index(SERVICE);
      T(SERVICE)->caller = (u16)boot_thread_index(OTHER); T(SERVICE)->recv_key = NONE)
FINDS(context_in_the_queue_of_a_sleeper, "t->state != THREAD_SLEEPING)",
      T(OTHER)->state = THREAD_SLEEPING)
FINDS(urgency_that_is_neither_of_its_two, "lowered <= 1U", SC(OTHER)->lowered = 2)
FINDS(native_thread_that_is_lowered, "sc->lowered == 0", SC(NATIVE)->lowered = 1)
FINDS(native_thread_that_can_be_lowered, "sc->low == ", SC(NATIVE)->low = 1)
FINDS(native_thread_of_two_urgencies, "sc->low == 0 || t->vcpu != 0", SC(NATIVE)->low = 1;
      SC(NATIVE)->urgency[1].place++)

FINDS(timer_of_a_vcpu_that_has_no_deadline, "!vcpu_timer_waits(index)",
      V(OTHER)->source[VCPU_LINE_TIMER] = VCPU_SOURCE_TIMER; V(OTHER)->timer_control = 1;
      V(OTHER)->urgent[0] = 1U << VCPU_LINE_TIMER; queue_remove(&kernel.cpu[0], T(OTHER)->sc);
      SC(OTHER)->lowered = 1; queue_insert_tail(&kernel.cpu[0], T(OTHER)->sc))
FINDS(deadline_of_a_vcpu_that_is_loaded, "!sc->queued || sc->armed == 0",
      sc_arm(SC(GUEST), 0, 1ULL << 60))

/* ---- list registers -----------------------------------------------------------------------*/
FINDS(list_register_with_a_line_that_does_not_exist, "v->line[i] < VCPU_LINES",
      V(GUEST)->line[0] = VCPU_LINES)
FINDS(line_in_two_list_registers, "v->line[k] != v->line[i]", V(GUEST)->line[0] = 40;
      V(GUEST)->line[1] = 40)
FINDS(line_that_waits_for_no_maintenance, "v->control != machine_list_control(false, false)",
      V(GUEST)->pending[1] = 1)
FINDS(line_that_is_nested_without_maintenance, "v->control != machine_list_control(false, false)",
      V(GUEST)->active[1] = 1)
FINDS(line_in_a_list_register_that_is_nested, "(v->active[v->line[i] / 32U]",
      V(GUEST)->active[1] = 1U << 8; V(GUEST)->line[0] = 40)
FINDS_OFF(stopped_vcpu_with_a_line_that_is_nested, "t->state != THREAD_STOPPED || waits == 0",
          V(OTHER)->active[0] = 1)
FINDS_OFF(stopped_vcpu_with_a_line, "used == 0 &&", V(OTHER)->line[0] = 40)
FINDS_OFF(stopped_vcpu_that_is_loaded, "kernel.cpu[0].vcpu != index", kernel.cpu[0].vcpu = 1)
FINDS_OFF(stopped_vcpu_with_a_line_that_waits, "t->state != THREAD_STOPPED || waits == 0",
          V(OTHER)->pending[0] = 1)
FINDS_OFF(stopped_vcpu_with_a_source, "v->source[line] == VCPU_SOURCE_NONE",
          V(OTHER)->source[VCPU_LINE_TIMER] = VCPU_SOURCE_TIMER)

/* ---- sources ------------------------------------------------------------------------------*/
FINDS(timer_at_another_line, "line == VCPU_LINE_TIMER",
      V(GUEST)->source[LINE_FREE] = VCPU_SOURCE_TIMER)
FINDS(notification_that_does_not_exist, "source - VCPU_SOURCE_SIGNAL < kernel.notification_count",
      V(GUEST)->source[LINE_FREE] = (u16)(VCPU_SOURCE_SIGNAL + kernel.notification_count))
FINDS(notification_bound_to_another_line, "n->line == line",
      V(GUEST)->source[LINE_FREE] = VCPU_SOURCE_SIGNAL)
FINDS(notification_bound_to_another_vcpu, "n->vcpu == index + 1U",
      V(OTHER)->source[LINE_BELL] = VCPU_SOURCE_SIGNAL)
FINDS(irq_that_does_not_exist, "source - VCPU_SOURCE_IRQ < kernel.irq_count",
      V(GUEST)->source[LINE_FREE] = (u16)(VCPU_SOURCE_IRQ + kernel.irq_count))
FINDS(irq_bound_to_another_line, "irq->virtual_line == line",
      V(GUEST)->source[LINE_FREE] = VCPU_SOURCE_IRQ)
FINDS(irq_bound_to_another_vcpu, "irq->vcpu == index + 1U",
      V(OTHER)->source[LINE_IRQ] = VCPU_SOURCE_IRQ)
FINDS(irq_as_an_injected_level, "(v->high[line / 32U] >> line % 32U & 1U) == 0",
      V(GUEST)->high[LINE_IRQ / 32U] |= 1U << LINE_IRQ % 32U)

/* ---- irqs ---------------------------------------------------------------------------------*/
static struct irq *bound(void)
{
    return &kernel.irqs[0];
}

/* The vCPU does not know of the irq any more: what the irq says of itself is looked at. */
static struct irq *forgotten(void)
{
    V(GUEST)->source[LINE_IRQ] = VCPU_SOURCE_NONE;
    return bound();
}

FINDS(irq_that_its_vcpu_has_forgotten, "== VCPU_SOURCE_IRQ + index", (void)forgotten())
FINDS(irq_of_no_vcpu, "irq->vcpu <= VCPU_MAX", forgotten()->vcpu = VCPU_MAX + 1U)
FINDS(irq_of_vcpu_and_driver, "irq->target == NONE", bound()->target = bound()->cap)
FINDS(irq_at_a_line_that_does_not_exist, "irq->virtual_line < VCPU_LINES",
      forgotten()->virtual_line = VCPU_LINES)
FINDS(irq_of_a_vcpu_in_a_drivers_hands, "irq->virtual_line < VCPU_LINES && !irq->active",
      bound()->active = 1)
FINDS(unbound_irq_of_a_vcpu, "irq->vcpu == 0 && irq->virtual_line == 0", kernel.irqs[1].vcpu = 1)
FINDS(unbound_irq_with_a_line, "irq->vcpu == 0 && irq->virtual_line == 0",
      kernel.irqs[1].virtual_line = 1)
FINDS(notification_of_no_vcpu, "n->vcpu <= VCPU_MAX", kernel.notifications[2].vcpu = VCPU_MAX + 1U)
FINDS(notification_at_a_line_that_does_not_exist, "n->line < VCPU_LINES",
      kernel.notifications[2].vcpu = 1; kernel.notifications[2].line = VCPU_LINES)
