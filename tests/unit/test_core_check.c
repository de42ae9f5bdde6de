/* SPDX-License-Identifier: BSD-2-Clause */
/* kernel_check() itself: a state in which all invariants hold is damaged in one
 * place, and the damage is found. */
#include "finds.h"
#include "queue.h"
#include "rig.h"

#define DEADLINE 1000U

/* Of the state below: */
static u32 early;   /* waits with a deadline: the first */
static u32 late;    /* likewise: the last */
static u32 spent;   /* out of budget: it has a deadline, too */
static u32 faulted; /* the server of level 5 handles its fault */
static u32 ready;   /* has not run yet */
static u32 irq;     /* bound to early's bell */

/* Somebody in every state: low has called level 3, which has called level 1,
 * which runs; mid has called level 3 too, and helps; high waits for ever. */
static void prepare(void)
{
    rig_build();
    early = build_active(rig.cell, 60, NULL, 0);
    late = build_active(rig.cell, 61, NULL, 0);
    spent = build_active(rig.cell, 62, NULL, 0);
    faulted = build_active(rig.cell, 6, NULL, 0);
    ready = build_active(rig.cell, 4, NULL, 0);
    u32 bell_early = cap_notification(rig.cell, build_notification(), 1);
    u32 bell_late = cap_notification(rig.cell, build_notification(), 1);
    irq = build_irq(40, false);
    u32 slot_irq = cap_irq(rig.cell, irq);
    build_budget(spent, 10, DEADLINE + 10U);
    build_handler(faulted, rig.slot[5], THIMBLE_NO_SLOT);
    drive_boot();
    drive_elapse(10);
    drive_wait_until(bell_late, 2U * DEADLINE);
    drive_wait_until(bell_early, DEADLINE);
    rig_sleep();
    rig_sleep();
    rig_sleep();
    expect_runs(faulted);
    drive_hypercall(THIMBLE_IRQ_BIND, slot_irq, bell_early);
    drive_fault(THIMBLE_FAULT_MEMORY, 0, ACCESS_READ, 0);
    rig_ring(rig.bell_low);
    rig_call(3);
    rig_call(1);
    rig_ring(rig.bell_mid);
    rig_call(3);
    expect_runs(rig.server[1]);
}

TestSuite(check, .init = prepare);

#define CPU (&kernel.cpu[0])
#define T(thread) drive_thread(thread)
#define SC(thread) drive_sc(thread)
#define INDEX(thread) ((u16)boot_thread_index(thread))
#define NOTIFICATION_OF(thread) (&kernel.notifications[T(thread)->waits_on])
#define NODE(thread) (&kernel.links[T(thread)->sc])
#define SENTINEL(priority) (&kernel.links[SC_MAX + (priority)])
#define CAP(slot) (*drive_cap(rig.cell, (slot)))

/* A test that this damage is found. */
#define FINDS(name, ...)                                              \
    Test(check, finds_##name)                                         \
    {                                                                 \
        __VA_ARGS__;                                                  \
        cr_assert_not_null(kernel_check(), "the damage is not found"); \
    }

Test(check, finds_nothing_in_a_sound_state)
{
    cr_assert_null(kernel_check());
}

/* ---- counts ------------------------------------------------------------------------------*/
FINDS_BY(check, more_cells_than_there_can_be, "kernel.cell_count <= CELL_MAX",
         kernel.cell_count = CELL_MAX + 1U)
FINDS_BY(check, more_regions_than_there_can_be, "kernel.region_count <= REGION_MAX",
         kernel.region_count = REGION_MAX + 1U)
FINDS_BY(check, more_threads_than_there_can_be, "kernel.thread_count <= THREAD_MAX",
         kernel.thread_count = THREAD_MAX + 1U)
FINDS_BY(check, idle_thread_that_is_missing, "kernel.thread_count >= CPU_MAX",
         kernel.thread_count = 0)
FINDS_BY(check, more_contexts_than_there_can_be, "kernel.sc_count <= SC_MAX",
         kernel.sc_count = SC_MAX + 1U)
FINDS_BY(check, more_slots_than_there_can_be, "kernel.cap_count <= CAP_MAX",
         kernel.cap_count = CAP_MAX + 1U)
FINDS_BY(check, more_notifications_than_there_can_be,
         "kernel.notification_count <= NOTIFICATION_MAX",
         kernel.notification_count = NOTIFICATION_MAX + 1U)
FINDS_BY(check, more_irqs_than_there_can_be, "kernel.irq_count <= IRQ_MAX",
         kernel.irq_count = IRQ_MAX + 1U)

/* ---- the CPU -----------------------------------------------------------------------------*/
FINDS_BY(check, idle_cpu_with_a_context_to_run, "(highest == NONE) == (cpu->sc == NONE)",
         CPU->sc = NONE; CPU->current = THREAD_IDLE(0))
FINDS(current_thread_that_does_not_exist, CPU->current = kernel.thread_count)
FINDS(running_context_that_does_not_exist, CPU->sc = kernel.sc_count)
FINDS(thread_that_runs_on_no_context, CPU->sc = NONE)
FINDS(idle_thread_on_a_context, CPU->current = THREAD_IDLE(0))
FINDS(running_context_that_waits, CPU->sc = T(rig.high)->sc)
FINDS(choice_that_was_put_off, CPU->resched = 1)
FINDS(current_thread_that_waits, CPU->current = INDEX(rig.high))
FINDS(current_thread_that_waits_for_a_reply, CPU->current = INDEX(rig.low))
FINDS(current_thread_that_waits_for_a_call, CPU->current = INDEX(rig.server[0]))
FINDS(current_thread_that_is_stopped, T(rig.server[1])->state = THREAD_STOPPED)
FINDS(context_that_runs_before_a_higher_one, CPU->sc = T(ready)->sc)

/* ---- run queues ---------------------------------------------------------------------------*/
FINDS(link_that_leads_nowhere, NODE(ready)->next = 0)
FINDS(link_back_that_is_wrong, NODE(ready)->prev = 0)
FINDS(link_out_of_the_pool, NODE(ready)->next = 0xfff0)
FINDS_BY(check, queue_that_holds_another_queues_head, "n < SC_MAX", SENTINEL(8)->next = SC_MAX + 9U;
         SENTINEL(9)->prev = SC_MAX + 8U)
FINDS(context_in_the_queue_of_another_priority, SC(ready)->urgency[0].priority = 5)
FINDS(context_in_a_queue_without_its_mark, SC(ready)->queued = 0)
FINDS(context_marked_but_in_no_queue, SC(rig.high)->queued = 1)
FINDS(context_that_fell_out_of_its_queue, queue_remove(CPU, T(ready)->sc))
FINDS(bit_of_an_empty_queue, CPU->ready[7] |= 1U; CPU->ready_words |= 0x80U)
FINDS(queue_without_its_bit, CPU->ready[0] &= ~(1U << 4))
FINDS(word_without_its_bit, CPU->ready_words = 0)
FINDS(bit_of_an_empty_word, CPU->ready_words |= 2U)
FINDS(bit_of_no_word, CPU->ready_words |= 0x100U)

/* ---- deadlines ----------------------------------------------------------------------------*/
#define PLACE(thread) SC(thread)->urgency[0].place
#define LEAF(thread) kernel.due[PLACE(thread) | 1U][PLACE(thread) & 1U]

FINDS(deadline_moved_in_place, LEAF(early) = 5U * DEADLINE)
FINDS(deadline_of_nobody, kernel.due[PLACES - 1U][1] = 5U * DEADLINE)
FINDS(deadline_that_is_not_seen_above, kernel.due[PLACES][0] = MACHINE_TIME_NEVER)
FINDS(node_with_a_deadline_that_nobody_has, kernel.due[PLACES / 2U][1] = 1)
FINDS(context_with_anothers_deadline, SC(late)->armed = SC(early)->armed)
FINDS(context_with_a_deadline_out_of_the_pool, SC(late)->armed = 0xffff)
FINDS(context_that_thinks_it_has_a_deadline, SC(rig.high)->armed = PLACE(rig.high) + 1U)
FINDS(context_that_forgot_its_deadline, SC(late)->armed = 0)
FINDS(place_of_a_context_that_does_not_exist, kernel.place_sc[0] = kernel.sc_count)
FINDS(place_that_is_left_out, kernel.place_sc[1] = NONE)
FINDS(place_that_is_anothers, SC(ready)->urgency[0].place = SC(ready)->urgency[1].place = 0)
FINDS(places_out_of_order, kernel.place_sc[0] = T(rig.high)->sc)
FINDS(reach_without_one_as_urgent, SC(ready)->urgency[0].reach--)
FINDS(reach_with_one_less_urgent, SC(rig.high)->urgency[1].reach++)
FINDS_BY(check, reach_that_leaves_out_one_as_urgent, "place_priority(u->reach) < u->priority",
         SC(late)->urgency[0].priority = SC(late)->urgency[1].priority = 62)
FINDS(reach_beyond_all_places, SC(ready)->urgency[0].reach = PLACES + 1U)
FINDS(reach_of_another_than_the_running_context, CPU->reach++)
FINDS(timer_later_than_the_first_deadline, CPU->timer = DEADLINE + 1U)
FINDS(timer_that_is_off, CPU->timer = MACHINE_TIME_NEVER)
FINDS(timer_later_than_the_running_budget, SC(rig.mid)->remaining = 1)

/* ---- scheduling contexts --------------------------------------------------------------------*/
FINDS(context_whose_owner_does_not_exist, SC(ready)->thread = kernel.thread_count)
FINDS(context_whose_owner_is_far_out, SC(ready)->thread = 0xfff0)
FINDS(context_of_a_thread_with_another, SC(ready)->thread = INDEX(rig.high))
FINDS(more_left_than_the_budget, SC(rig.high)->remaining = SC(rig.high)->budget + 1U)
FINDS(budget_above_the_period, SC(rig.high)->budget = SC(rig.high)->period + 1U)
FINDS(ready_context_without_time, SC(ready)->remaining = 0)
FINDS(ready_context_of_a_stopped_thread, T(ready)->state = THREAD_STOPPED)
FINDS(ready_context_with_a_deadline, sc_arm(SC(ready), 0, 9U * DEADLINE))
FINDS(ready_context_of_a_thread_that_waits,
      queue_insert_tail(CPU, T(rig.high)->sc);
      SC(rig.high)->queued = 1)
FINDS(ready_thread_whose_context_is_nowhere, queue_remove(CPU, T(ready)->sc);
      SC(ready)->queued = 0)
FINDS_BY(check, ready_context_of_one_that_waits, "t->state != THREAD_WAITING",
         T(ready)->state = THREAD_WAITING; T(ready)->waits_on = 0;
         kernel.notifications[0].waiter = INDEX(ready))

/* The thread is passive from now on: its context is nobody's. */
static struct sc *orphan(void)
{
    struct sc *sc = SC(ready);

    T(ready)->sc = NONE;
    T(ready)->level = 5;
    return sc;
}

FINDS_BY(check, context_of_a_passive_thread, "t->sc == index", (void)orphan())
FINDS_BY(check, context_of_no_thread, "sc->thread < kernel.thread_count",
         orphan()->thread = kernel.thread_count)
FINDS(stopped_thread_with_a_deadline, NOTIFICATION_OF(early)->waiter = NONE;
      T(early)->waits_on = NONE; T(early)->state = THREAD_STOPPED)

/* ---- threads --------------------------------------------------------------------------------*/
FINDS(thread_of_no_cell, T(ready)->cell = kernel.cell_count)
FINDS(thread_of_a_cell_far_out, T(ready)->cell = 0xfff0)
FINDS(thread_in_another_space, T(ready)->space ^= 32U)
FINDS(thread_with_a_table_elsewhere, T(ready)->slot_base++)
FINDS(thread_with_a_larger_table, T(ready)->slots++)
FINDS(state_that_does_not_exist, T(ready)->state = THREAD_STATES)
FINDS(active_thread_with_a_level, T(ready)->level = 3)
FINDS(passive_thread_without_a_level, T(rig.server[0])->level = LEVEL_ACTIVE)
FINDS(two_threads_with_one_context, T(ready)->sc = T(rig.high)->sc)
FINDS(thread_whose_context_is_far_out, T(ready)->sc = 0xfff0)
FINDS(active_thread_that_waits_for_calls, T(ready)->recv_key = 0)
FINDS(thread_that_waits_for_calls_on_no_cpu, T(rig.server[0])->recv_key = CPU_MAX)
FINDS(thread_that_waits_for_call_and_reply, T(rig.server[3])->recv_key = 0)
FINDS(stopped_thread_that_waits_for_calls, T(rig.server[0])->state = THREAD_STOPPED)
FINDS(stopped_thread_that_waits_for_a_reply, T(rig.server[3])->state = THREAD_STOPPED)
FINDS(thread_that_waits_on_nothing, T(ready)->state = THREAD_WAITING)
FINDS(ready_thread_that_waits_on_something, T(ready)->waits_on = 0)
FINDS(thread_that_waits_on_no_notification, T(rig.high)->waits_on = kernel.notification_count)
FINDS_BY(check, passive_thread_that_waits, "thread_is_active(t) && t->waits_on <",
         T(rig.server[0])->recv_key = NONE; T(rig.server[0])->state = THREAD_WAITING;
         T(rig.server[0])->waits_on = 0)
FINDS(waiter_that_its_notification_does_not_know, NOTIFICATION_OF(rig.high)->waiter = NONE)
FINDS(waiter_that_is_another, NOTIFICATION_OF(rig.high)->waiter = INDEX(early))
FINDS(reply_awaited_from_who_serves_another, T(ready)->reply_key = INDEX(rig.server[1]))
FINDS(reply_awaited_from_no_thread, T(rig.low)->reply_key = kernel.thread_count)
FINDS(reply_awaited_from_a_thread_far_out, T(rig.low)->reply_key = 0x7ff0)
FINDS(server_on_a_level_above_its_callers, T(rig.server[1])->level = 7)
FINDS(fault_without_a_fault, T(rig.low)->reply_key |= REPLY_KEY_FAULT)
FINDS(call_of_a_thread_that_has_faulted, T(faulted)->reply_key &= REPLY_KEY_INDEX)
FINDS(server_of_no_caller, T(rig.server[1])->caller = kernel.thread_count)
FINDS(server_of_a_caller_far_out, T(rig.server[1])->caller = 0x7ff0)
FINDS(server_of_who_called_another, T(rig.server[1])->caller = INDEX(rig.low))
FINDS(server_of_who_does_not_wait, T(rig.low)->reply_key = NONE)
FINDS(server_with_a_caller_that_waits_for_calls, T(rig.server[0])->caller = INDEX(ready))
FINDS(server_that_is_stopped_with_a_caller, T(rig.server[5])->state = THREAD_STOPPED)

/* ---- capabilities -----------------------------------------------------------------------------*/
FINDS(empty_slot_with_rights, CAP(0) = cap_make(THIMBLE_CAP_EMPTY, 1, 0, 0))
FINDS(empty_slot_with_a_badge, CAP(0) = cap_make(THIMBLE_CAP_EMPTY, 0, 0, 1))
FINDS(capability_of_an_idle_thread, CAP(1) = cap_make(THIMBLE_CAP_THREAD, 1, THREAD_IDLE(0), 0))
FINDS(capability_of_no_thread, CAP(1) = cap_make(THIMBLE_CAP_THREAD, 1, kernel.thread_count, 0))
FINDS(capability_of_no_notification,
      CAP(1) = cap_make(THIMBLE_CAP_NOTIFICATION, 1, kernel.notification_count, 0))
FINDS(capability_of_no_irq, CAP(1) = cap_make(THIMBLE_CAP_IRQ, 1, kernel.irq_count, 0))
FINDS(capability_of_no_kind, CAP(1) = cap_make(THIMBLE_CAP_IRQ + 1U, 1, 0, 0))

/* ---- notifications and interrupts -------------------------------------------------------------*/
FINDS(line_of_no_vcpu, kernel.notifications[0].line = 1)
FINDS(waiter_beside_bits, NOTIFICATION_OF(rig.high)->bits = 1)
FINDS(waiter_that_does_not_wait, kernel.notifications[0].waiter = INDEX(ready))
FINDS(waiter_that_does_not_exist, kernel.notifications[0].waiter = 0xfff0)
FINDS(line_of_another_irq, kernel.irqs[irq].line = 41)
FINDS(line_that_does_not_exist, kernel.irqs[irq].line = 0xfff0)
FINDS(irq_of_another_line, kernel.line_irq[40] = NONE)
FINDS(unbound_irq_with_a_capability, kernel.irqs[irq].cell = IRQ_UNBOUND;
      kernel.irqs[irq].target = NONE)
FINDS(unbound_irq_with_a_slot, kernel.irqs[irq].cell = IRQ_UNBOUND; kernel.irqs[irq].cap = NONE)
FINDS(unbound_irq_in_service, kernel.irqs[irq].cell = IRQ_UNBOUND; kernel.irqs[irq].cap = NONE;
      kernel.irqs[irq].target = NONE; kernel.irqs[irq].active = 1)
FINDS(irq_bound_to_no_table, kernel.irqs[irq].target = kernel.cap_count)
FINDS(irq_bound_by_no_capability, kernel.irqs[irq].cap = NONE)
FINDS(irq_bound_by_an_empty_slot, kernel.irqs[irq].cap = kernel.cells[0].slot_base)
FINDS(irq_bound_beyond_the_table, kernel.irqs[irq].cap = kernel.cap_count)
FINDS(irq_bound_in_no_cell, kernel.irqs[irq].cell = (u8)kernel.cell_count)

/* ---- progress and refills ---------------------------------------------------------------------*/
FINDS(hypercall_to_go_on_with_that_is_none, T(ready)->restart = THIMBLE_CELL_RESTART)
FINDS(refill_beyond_the_budget, SC(spent)->refill = SC(spent)->budget + 1U)
FINDS(refill_of_nothing, SC(spent)->refill = 0)
FINDS(refill_of_less_before_the_budget_is_out,
      (SC(ready)->refill = 1, SC(ready)->remaining = 1))

/* ---- region quotas ----------------------------------------------------------------------------*/
FINDS(cell_above_its_region_quota, kernel.cells[0].region_quota = 0)
FINDS(region_that_is_not_counted, kernel.cells[0].regions--)
FINDS(region_of_another_owner, kernel.regions[0].owner = 1)
FINDS(quota_beyond_the_pool, kernel.cells[0].region_quota = REGION_MAX + 1U)

/* ---- table pages ------------------------------------------------------------------------------*/
FINDS(cell_above_its_quota, kernel.cells[0].quota = (u16)(kernel.cells[0].tables - 1U))
FINDS(roots_on_the_free_list, kernel.table_next[kernel.table_free] = 0)
FINDS(free_page_that_does_not_exist,
      kernel.table_next[kernel.table_free] = (u16)machine_table_page_count())
FINDS(free_list_in_a_circle, kernel.table_next[kernel.table_free] = kernel.table_free)
FINDS(free_page_that_is_not_counted, kernel.table_count--)
FINDS(free_list_that_was_cut, kernel.table_next[kernel.table_free] = NONE)
FINDS(page_that_was_lost, kernel.table_free = kernel.table_next[kernel.table_free];
      kernel.table_count--)
FINDS(page_that_was_counted_twice, kernel.cells[0].tables++)

/* ---- anything at all --------------------------------------------------------------------------*/

static u32 random_state = 1;

static u32 pick(u32 below)
{
    random_state = random_state * 1664525U + 1013904223U;
    return (random_state >> 8) % below;
}

/* Two bytes somewhere in the first `count` objects of a pool, or in a part. */
#define SPOT(pool, count) spot(&kernel.pool, (count) * sizeof(kernel.pool[0]))

static u8 *spot(void *part, size_t size)
{
    return (u8 *)part + 2U * pick((u32)size / 2U);
}

static u8 *spot_anywhere(void)
{
    switch (pick(13)) {
    case 0:
        return spot(&kernel.cpu[0], 128);
    case 1:
        return SPOT(threads, kernel.thread_count);
    case 2:
        return SPOT(scs, kernel.sc_count);
    case 3:
        return spot(&kernel.links[SC_MAX], 4U * PRIORITIES);
    case 4:
        return SPOT(links, kernel.sc_count);
    case 5:
        return SPOT(caps, kernel.cap_count);
    case 6:
        return SPOT(notifications, kernel.notification_count);
    case 7:
        return SPOT(irqs, kernel.irq_count);
    case 8:
        return SPOT(cells, kernel.cell_count);
    case 9:
        return SPOT(derivations, kernel.cap_count);
    case 10:
        return SPOT(regions, 8U);
    case 11:
        return spot(&kernel.revocation, sizeof(kernel.revocation));
    default:
        return spot(&kernel.table_free, 24);
    }
}

Test(check, follows_no_index_out_of_its_pool_whatever_the_damage)
{
    static struct kernel sound;
    u32 found = 0;

    sound = kernel;
    for (u32 i = 0; i < 10000; i++) {
        u8 *at = spot_anywhere();
        u16 was;
        u16 damage = (u16)(pick(2) != 0 ? pick(0x10000) : pick(40));
        memcpy(&was, at, sizeof(was));
        memcpy(at, &damage, sizeof(damage));
        found += kernel_check() != NULL;
        memcpy(at, &was, sizeof(was));
    }
    cr_assert_eq(memcmp(&sound, &kernel, sizeof(sound)), 0);
    cr_assert_gt(found, 5000U);
}
