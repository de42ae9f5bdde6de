/* SPDX-License-Identifier: BSD-2-Clause */
/* Capabilities that are copied, moved, deleted and revoked. */
#include "drive.h"

#define FREE_SLOTS 40U

static u32 manager;      /* cell of the first client */
static u32 other;        /* cell of the second */
static u32 client;       /* in manager, priority 20 */
static u32 rival;        /* in other, priority 10 */
static u32 server;
static u32 slot_server;  /* unbadged, CALL and CONTROL */
static u32 slot_badged;
static u32 slot_bell;
static u32 slot_free;    /* the first of FREE_SLOTS in both cells */

static void prepare(void)
{
    build_begin();
    manager = build_cell("manager");
    other = build_cell("other");
    client = build_active(manager, 20, NULL, 0);
    rival = build_active(other, 10, NULL, 0);
    server = build_passive(other, 0, NULL, 0);
    slot_server = build_grant(manager, THIMBLE_CAP_THREAD,
                              THIMBLE_RIGHT_CALL | THIMBLE_RIGHT_CONTROL, server, 0);
    slot_badged = cap_call(manager, server, 77);
    slot_bell = cap_notification(manager, build_notification(), 1);
    (void)cap_call(other, server, 5);
    (void)cap_notification(other, 0, 1);
    (void)cap_notification(other, build_notification(), 1);
    slot_free = slot_bell + 1U;
    build_slots(manager, slot_free + FREE_SLOTS);
    build_slots(other, slot_free + FREE_SLOTS);
    drive_boot();
}

TestSuite(derivation, .init = prepare);

static void copy(u32 from, u32 to)
{
    drive_hypercall(THIMBLE_CAP_COPY, from, to, THIMBLE_RIGHT_CALL, 0);
    cr_assert_eq(kernel.cpu[0].regs[0], THIMBLE_OK);
}

static u32 depth(u32 slot)
{
    return kernel.derivations[kernel.cells[manager].slot_base + slot].depth;
}

static u32 used(void)
{
    u32 count = 0;

    for (u32 i = 0; i < kernel.cap_count; i++) {
        count += kernel.caps[i] != 0;
    }
    return count;
}

/* ---- copy --------------------------------------------------------------------*/

Test(derivation, copy_names_the_same_object)
{
    copy(slot_server, slot_free);
    cr_assert_eq(cap_object(*drive_cap(manager, slot_free)),
                 cap_object(*drive_cap(manager, slot_server)));
    cr_assert_eq(cap_type(*drive_cap(manager, slot_free)), THIMBLE_CAP_THREAD);
}

Test(derivation, copy_has_the_rights_asked_for_and_no_more)
{
    copy(slot_server, slot_free);
    cr_assert_eq(cap_rights(*drive_cap(manager, slot_free)), THIMBLE_RIGHT_CALL);
}

Test(derivation, copy_works_like_its_original)
{
    copy(slot_server, slot_free);
    drive_hypercall(THIMBLE_CALL, slot_free, 0, 1, 2, 3, 4, 5, 6);
    expect_runs(server);
    expect_regs(0, 0, 1, 2, 3, 4, 5, 6);
}

Test(derivation, copy_of_an_unbadged_capability_takes_a_badge)
{
    drive_hypercall(THIMBLE_CAP_COPY, slot_server, slot_free, THIMBLE_RIGHT_CALL, 9);
    drive_hypercall(THIMBLE_CALL, slot_free, 0);
    expect_regs(9);
}

Test(derivation, copy_cannot_forge_a_badge)
{
    expect_error(THIMBLE_ERR_BADGE, THIMBLE_CAP_COPY, slot_badged, slot_free, THIMBLE_RIGHT_CALL,
                 78);
    expect_error(THIMBLE_ERR_BADGE, THIMBLE_CAP_COPY, slot_badged, slot_free, THIMBLE_RIGHT_CALL,
                 0);
}

Test(derivation, copy_keeps_a_badge)
{
    drive_hypercall(THIMBLE_CAP_COPY, slot_badged, slot_free, THIMBLE_RIGHT_CALL, 77);
    drive_hypercall(THIMBLE_CALL, slot_free, 0);
    expect_regs(77);
}

Test(derivation, copy_cannot_gain_rights)
{
    expect_error(THIMBLE_ERR_RIGHTS, THIMBLE_CAP_COPY, slot_badged, slot_free,
                 THIMBLE_RIGHT_CALL | THIMBLE_RIGHT_CONTROL, 77);
    expect_error(THIMBLE_ERR_RIGHTS, THIMBLE_CAP_COPY, slot_badged, slot_free, 0x80000000U, 77);
}

Test(derivation, copy_without_rights_is_refused)
{
    expect_error(THIMBLE_ERR_RIGHTS, THIMBLE_CAP_COPY, slot_server, slot_free, 0, 0);
}

Test(derivation, copy_cannot_set_the_mark)
{
    expect_error(THIMBLE_ERR_RIGHTS, THIMBLE_CAP_COPY, slot_server, slot_free, 0x81U, 0);
}

Test(derivation, copy_of_nothing_is_refused)
{
    expect_error(THIMBLE_ERR_SLOT, THIMBLE_CAP_COPY, slot_free, slot_free + 1U, 1, 0);
    expect_error(THIMBLE_ERR_SLOT, THIMBLE_CAP_COPY, 0xffffffffU, slot_free, 1, 0);
    expect_error(THIMBLE_ERR_SLOT, THIMBLE_CAP_COPY, kernel.cells[manager].slots, slot_free, 1, 0);
}

Test(derivation, copy_onto_something_is_refused)
{
    expect_error(THIMBLE_ERR_TARGET, THIMBLE_CAP_COPY, slot_server, slot_bell, 1, 0);
    expect_error(THIMBLE_ERR_TARGET, THIMBLE_CAP_COPY, slot_server, slot_server, 1, 0);
}

Test(derivation, copy_beyond_the_table_is_refused)
{
    expect_error(THIMBLE_ERR_TARGET, THIMBLE_CAP_COPY, slot_server, kernel.cells[manager].slots, 1,
                 0);
    expect_error(THIMBLE_ERR_TARGET, THIMBLE_CAP_COPY, slot_server, 0xffffU, 1, 0);
    expect_error(THIMBLE_ERR_TARGET, THIMBLE_CAP_COPY, slot_server, 0x10000U + slot_free, 1, 0);
}

Test(derivation, copies_go_fifteen_deep)
{
    copy(slot_server, slot_free);
    for (u32 i = 0; i < 14U; i++) {
        copy(slot_free + i, slot_free + i + 1U);
    }
    cr_assert_eq(depth(slot_free + 14U), 15U);
    expect_error(THIMBLE_ERR_DEPTH, THIMBLE_CAP_COPY, slot_free + 14U, slot_free + 15U, 1, 0);
}

/* ---- move ----------------------------------------------------------------------*/

Test(derivation, move_takes_badge_and_rights_along)
{
    cap_t before = *drive_cap(manager, slot_badged);

    drive_hypercall(THIMBLE_CAP_MOVE, slot_badged, slot_free);
    cr_assert_eq(*drive_cap(manager, slot_free), before);
    cr_assert_eq(*drive_cap(manager, slot_badged), 0U);
}

Test(derivation, move_keeps_the_place_in_the_tree)
{
    copy(slot_server, slot_free);
    copy(slot_free, slot_free + 1U);
    drive_hypercall(THIMBLE_CAP_MOVE, slot_free, slot_free + 2U);
    cr_assert_eq(depth(slot_free + 2U), 1U);
    drive_hypercall(THIMBLE_CAP_REVOKE, slot_free + 2U);
    cr_assert_eq(*drive_cap(manager, slot_free + 1U), 0U);
    cr_assert_neq(*drive_cap(manager, slot_free + 2U), 0U);
    drive_hypercall(THIMBLE_CAP_REVOKE, slot_server);
    cr_assert_eq(*drive_cap(manager, slot_free + 2U), 0U);
}

Test(derivation, move_of_the_root_keeps_its_children)
{
    copy(slot_server, slot_free);
    drive_hypercall(THIMBLE_CAP_MOVE, slot_server, slot_free + 1U);
    drive_hypercall(THIMBLE_CAP_REVOKE, slot_free + 1U);
    cr_assert_eq(*drive_cap(manager, slot_free), 0U);
}

Test(derivation, move_refuses_empty_sources_and_full_targets)
{
    expect_error(THIMBLE_ERR_SLOT, THIMBLE_CAP_MOVE, slot_free, slot_free + 1U);
    expect_error(THIMBLE_ERR_SLOT, THIMBLE_CAP_MOVE, kernel.cells[manager].slots, slot_free);
    expect_error(THIMBLE_ERR_TARGET, THIMBLE_CAP_MOVE, slot_server, slot_bell);
    expect_error(THIMBLE_ERR_TARGET, THIMBLE_CAP_MOVE, slot_server, slot_server);
    expect_error(THIMBLE_ERR_TARGET, THIMBLE_CAP_MOVE, slot_server, kernel.cells[manager].slots);
}

/* ---- revoke ----------------------------------------------------------------------*/

Test(derivation, revoke_removes_all_that_was_derived_and_nothing_else)
{
    u32 before = used();

    copy(slot_server, slot_free);
    copy(slot_free, slot_free + 1U);
    copy(slot_free, slot_free + 2U);
    copy(slot_server, slot_free + 3U);
    copy(slot_free + 3U, slot_free + 4U);
    drive_hypercall(THIMBLE_CAP_REVOKE, slot_server);
    expect_regs(THIMBLE_OK);
    cr_assert_eq(used(), before);
    cr_assert_neq(*drive_cap(manager, slot_server), 0U);
}

Test(derivation, revoke_in_the_middle_spares_parent_and_siblings)
{
    copy(slot_server, slot_free);
    copy(slot_free, slot_free + 1U);
    copy(slot_server, slot_free + 2U);
    drive_hypercall(THIMBLE_CAP_REVOKE, slot_free);
    cr_assert_neq(*drive_cap(manager, slot_server), 0U);
    cr_assert_neq(*drive_cap(manager, slot_free), 0U);
    cr_assert_eq(*drive_cap(manager, slot_free + 1U), 0U);
    cr_assert_neq(*drive_cap(manager, slot_free + 2U), 0U);
}

Test(derivation, revoke_of_a_leaf_changes_nothing)
{
    drive_remember();
    drive_hypercall(THIMBLE_CAP_REVOKE, slot_badged);
    expect_regs(THIMBLE_OK);
    cr_assert_eq(memcmp(kernel.caps, drive_before.caps, sizeof(kernel.caps)), 0);
}

Test(derivation, revoke_of_nothing_is_refused)
{
    expect_error(THIMBLE_ERR_SLOT, THIMBLE_CAP_REVOKE, slot_free);
    expect_error(THIMBLE_ERR_SLOT, THIMBLE_CAP_REVOKE, 0xffffU);
}

/* ---- delete ------------------------------------------------------------------------*/

Test(derivation, delete_empties_the_slot)
{
    drive_hypercall(THIMBLE_CAP_DELETE, slot_badged);
    expect_regs(THIMBLE_OK);
    cr_assert_eq(*drive_cap(manager, slot_badged), 0U);
    expect_error(THIMBLE_ERR_SLOT, THIMBLE_CALL, slot_badged, 0);
}

Test(derivation, delete_takes_what_was_derived_with_it)
{
    u32 before = used();

    copy(slot_server, slot_free);
    copy(slot_free, slot_free + 1U);
    copy(slot_free + 1U, slot_free + 2U);
    drive_hypercall(THIMBLE_CAP_DELETE, slot_free);
    cr_assert_eq(used(), before);
}

Test(derivation, delete_of_nothing_is_refused)
{
    expect_error(THIMBLE_ERR_SLOT, THIMBLE_CAP_DELETE, slot_free);
    expect_error(THIMBLE_ERR_SLOT, THIMBLE_CAP_DELETE, kernel.cells[manager].slots);
}

/* ---- preemption ----------------------------------------------------------------------*/

/* rival wakes in the middle of what client does: the line of a device rings its
 * bell once virtual time has passed the first step. */
static void prepare_preempted(void)
{
    build_begin();
    manager = build_cell("manager");
    other = build_cell("other");
    client = build_active(manager, 10, NULL, 0);
    rival = build_active(other, 20, NULL, 0);
    server = build_passive(other, 0, NULL, 0);
    slot_server = build_grant(manager, THIMBLE_CAP_THREAD, THIMBLE_RIGHT_CALL, server, 0);
    (void)cap_notification(manager, build_notification(), 1);
    (void)build_grant(other, THIMBLE_CAP_THREAD, THIMBLE_RIGHT_CALL, server, 5);
    (void)cap_notification(other, 0, 1);
    slot_bell = 2;
    slot_free = 3;
    build_slots(manager, slot_free + FREE_SLOTS);
    build_slots(other, slot_free + FREE_SLOTS);
    drive_boot();
    expect_runs(rival);
    drive_wait(slot_bell, 1);
    expect_runs(client);
    for (u32 i = 0; i < 10U; i++) {
        copy(slot_server, slot_free + i);
    }
    sim_clock.cost[PATH_REVOKE_STEP] = 6;
    sim_clock.now = 0;
}

Test(derivation_preempted, lets_a_more_urgent_thread_run, .init = prepare_preempted)
{
    drive_hypercall(THIMBLE_CAP_REVOKE, slot_server);
    expect_runs(rival);
    cr_assert_eq(drive_thread(client)->state, THREAD_RESTART);
    cr_assert_neq(kernel.revocation.cap, NONE);
}

Test(derivation_preempted, goes_on_when_its_thread_runs_again, .init = prepare_preempted)
{
    drive_hypercall(THIMBLE_CAP_REVOKE, slot_server);
    drive_block(slot_bell);
    expect_runs(client);
    expect_regs(THIMBLE_OK);
    cr_assert_eq(kernel.revocation.cap, NONE);
    cr_assert_eq(*drive_cap(manager, slot_free), 0U);
}

Test(derivation_preempted, makes_no_step_if_an_interrupt_has_come_since_the_choice,
     .init = prepare_preempted)
{
    drive_hypercall(THIMBLE_CAP_REVOKE, slot_server);
    expect_runs(rival);
    __typeof__(kernel.revocation) before = kernel.revocation;
    sim_clock.cost[PATH_SWITCH] = 4U * SIM_TICK_INSTRUCTIONS; /* longer than the rival waits */
    drive_wait(slot_bell, 2);
    expect_runs(rival);
    cr_expect_eq(drive_thread(client)->state, THREAD_RESTART);
    cr_expect_eq(memcmp(&kernel.revocation, &before, sizeof(before)), 0, "a step was made");
}

Test(derivation_preempted, leaves_marked_capabilities_unusable, .init = prepare_preempted)
{
    drive_hypercall(THIMBLE_CAP_REVOKE, slot_server);
    /* The rival gets a marked one by hand, as if it had been its own before. */
    u32 marked = kernel.derivations[kernel.cells[manager].slot_base + slot_server].next;
    cr_assert(kernel.caps[marked] & CAP_MARK);
    struct thread *t = drive_thread(rival);
    u32 slot = marked - kernel.cells[manager].slot_base;
    t->slot_base = kernel.cells[manager].slot_base;
    t->slots = kernel.cells[manager].slots;
    kernel.cpu[0].regs[0] = slot;
    hypercall(&kernel.cpu[0], THIMBLE_CALL); /* not kernel_check()ed: see above */
    cr_assert_eq(kernel.cpu[0].regs[0], THIMBLE_ERR_SLOT);
}

Test(derivation_preempted, is_finished_by_whoever_revokes_next, .init = prepare_preempted)
{
    drive_hypercall(THIMBLE_CAP_REVOKE, slot_server);
    expect_runs(rival);
    sim_clock.cost[PATH_REVOKE_STEP] = 0;
    drive_hypercall(THIMBLE_CAP_COPY, 1, slot_free, THIMBLE_RIGHT_CALL, 5);
    drive_hypercall(THIMBLE_CAP_REVOKE, 1);
    expect_runs(rival);
    expect_regs(THIMBLE_OK);
    cr_assert_eq(kernel.revocation.cap, NONE);
    cr_assert_eq(*drive_cap(manager, slot_free), 0U);
    cr_assert_eq(*drive_cap(other, slot_free), 0U);
}

Test(derivation_preempted, survives_the_end_of_its_thread, .init = prepare_preempted)
{
    drive_hypercall(THIMBLE_CAP_REVOKE, slot_server);
    drive_stop(client);
    drive_check();
    sim_clock.cost[PATH_REVOKE_STEP] = 0;
    drive_hypercall(THIMBLE_CAP_COPY, 1, slot_free, THIMBLE_RIGHT_CALL, 5);
    drive_hypercall(THIMBLE_CAP_DELETE, slot_free);
    expect_regs(THIMBLE_OK);
    cr_assert_eq(kernel.revocation.cap, NONE);
}

/* ---- what is being revoked -------------------------------------------------------------*/

/* Another thread of the cell wakes in the middle of the client's revocation; what it does
 * takes no time. */
static u32 urgent;

static void prepare_revoking(void)
{
    build_begin();
    manager = build_cell("manager");
    other = build_cell("other");
    client = build_active(manager, 10, NULL, 0);
    urgent = build_active(manager, 20, NULL, 0);
    server = build_passive(other, 0, NULL, 0);
    slot_server = build_grant(manager, THIMBLE_CAP_THREAD, THIMBLE_RIGHT_CALL, server, 0);
    slot_bell = cap_notification(manager, build_notification(), 1);
    slot_free = slot_bell + 1U;
    build_slots(manager, slot_free + FREE_SLOTS);
    drive_boot();
    drive_wait(slot_bell, 1);
    expect_runs(client);
    for (u32 i = 0; i < 10U; i++) {
        copy(slot_server, slot_free + i);
    }
    sim_clock.cost[PATH_REVOKE_STEP] = 6;
    sim_clock.now = 0;
    drive_hypercall(THIMBLE_CAP_REVOKE, slot_server);
    sim_clock.cost[PATH_REVOKE_STEP] = 0;
    expect_runs(urgent);
    cr_assert_neq(kernel.revocation.cap, NONE);
    cr_assert_eq(used(), 12U);
}

/* It is finished first: nothing is derived from what is being revoked. */
Test(derivation_revoking, copy_of_it_comes_after_the_revocation, .init = prepare_revoking)
{
    copy(slot_server, slot_free + 20U);
    expect_runs(urgent);
    cr_assert_eq(kernel.revocation.cap, NONE);
    cr_assert_eq(used(), 3U);
    cr_assert_eq(depth(slot_free + 20U), 1U);
    drive_block(slot_bell);
    expect_runs(client);
    expect_regs(THIMBLE_OK);
    cr_assert_eq(used(), 2U, "the client's own goes on from its start");
}

Test(derivation_revoking, move_of_it_comes_after_the_revocation, .init = prepare_revoking)
{
    drive_hypercall(THIMBLE_CAP_MOVE, slot_server, slot_free + 20U);
    expect_runs(urgent);
    expect_regs(THIMBLE_OK);
    cr_assert_eq(kernel.revocation.cap, NONE);
    cr_assert_eq(used(), 2U);
    cr_assert_eq(cap_type(*drive_cap(manager, slot_free + 20U)), THIMBLE_CAP_THREAD);
    drive_block(slot_bell);
    expect_runs(client);
    expect_regs(THIMBLE_ERR_SLOT);
}
