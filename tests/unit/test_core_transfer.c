/* SPDX-License-Identifier: BSD-2-Clause */
/* Capabilities that come along with calls and replies. */
#include "access.h"
#include "drive.h"

#define AT 0x20000000U
#define MEMORY (SIM_RAM_BASE + 8U * MIB)
#define MEMORY_SIZE (2U * PAGE_SIZE)
#define RW (THIMBLE_RIGHT_READ | THIMBLE_RIGHT_WRITE)
#define BADGE 0x77U
#define WITH THIMBLE_TAG_CAP

static u32 near;   /* cell of client */
static u32 far;    /* cell of server */
static u32 client; /* priority 10 */
static u32 second; /* in near, priority 20: sleeps */
static u32 server; /* passive, level 3 */
/* in near */
static u32 slot_server;
static u32 slot_bell;   /* badge BADGE, SIGNAL and WAIT */
static u32 slot_memory; /* region */
static u32 slot_sleep;
static u32 slot_free;
/* in far */
static u32 their_bell;   /* the same notification, badge 5 */
static u32 their_memory; /* region */
static u32 their_free;

static u32 memory_add(u32 cell, u32 pa)
{
    u32 region = build_region(cell, (struct machine_mapping){.gpa = gpaddr(0),
                                                             .pa = paddr(pa),
                                                             .size = MEMORY_SIZE,
                                                             .memory = MEMORY_NORMAL,
                                                             .access = RW});

    build_unmapped(region);
    return build_grant(cell, THIMBLE_CAP_REGION, RW, region, 3);
}

static void build_all(void)
{
    build_begin();
    near = build_cell("near");
    far = build_cell("far");
    client = build_active(near, 10, NULL, 0);
    second = build_active(near, 20, NULL, 0);
    server = build_passive(far, 3, NULL, 0);
    u32 bell = build_notification();
    slot_server = cap_call(near, server, 1);
    slot_bell = cap_notification(near, bell, BADGE);
    slot_memory = memory_add(near, MEMORY);
    slot_sleep = cap_notification(near, build_notification(), 1);
    slot_free = slot_sleep + 1U;
    build_slots(near, slot_free + 24U);
    their_bell = cap_notification(far, bell, 5);
    their_memory = memory_add(far, MEMORY + MIB);
    their_free = their_memory + 1U;
    build_slots(far, their_free + 8U);
}

static void sleep_second(void)
{
    expect_runs(second);
    drive_block(slot_sleep);
    expect_runs(client);
}

/* The server takes capabilities at `window`, and waits for a call. */
static void serve_with(u32 window)
{
    drive_hypercall(THIMBLE_CALL, slot_server, 0);
    expect_runs(server);
    drive_hypercall(THIMBLE_WINDOW, window);
    drive_hypercall(THIMBLE_REPLY_RECV, 0, 0);
    expect_runs(client);
}

static void prepare(void)
{
    build_all();
    drive_boot();
    sleep_second();
    serve_with(their_free);
}

TestSuite(transfer, .init = prepare);

static void send(u32 slot)
{
    drive_hypercall(THIMBLE_CALL, slot_server, THIMBLE_TAG(8, 6) | WITH, 1, 2, 3, 4, 5, slot);
}

static void reply(u32 slot)
{
    drive_hypercall(THIMBLE_REPLY_RECV, 0, THIMBLE_TAG(9, 6) | WITH, 1, 2, 3, 4, 5, slot);
}

/* client has a window and has called: server runs. */
static void ask(u32 window)
{
    drive_hypercall(THIMBLE_WINDOW, window);
    expect_regs(THIMBLE_OK);
    drive_hypercall(THIMBLE_CALL, slot_server, 0);
    expect_runs(server);
}

static struct region *region_in(u32 cell, u32 slot)
{
    cr_assert_eq(cap_type(*drive_cap(cell, slot)), THIMBLE_CAP_REGION);
    return &kernel.regions[cap_object(*drive_cap(cell, slot))];
}

static bool reads(u32 address)
{
    struct access a = {.address = address, .size = 4, .kind = SIM_READ};

    return access_make(&a);
}

/* ---- with a call --------------------------------------------------------------*/

Test(transfer, call_brings_a_capability_into_the_window)
{
    cap_t sent = *drive_cap(near, slot_bell);

    send(slot_bell);
    expect_runs(server);
    expect_regs(1, THIMBLE_TAG(8, 6) | WITH, 1, 2, 3, 4, 5, their_free);
    cr_assert_eq(*drive_cap(far, their_free), sent);
    cr_assert_eq(*drive_cap(near, slot_bell), sent);
    cr_assert_eq(kernel.derivations[kernel.cells[far].slot_base + their_free].depth, 1U);
}

Test(transfer, what_came_works)
{
    send(slot_bell);
    drive_hypercall(THIMBLE_SIGNAL, their_free);
    expect_regs(THIMBLE_OK);
    drive_hypercall(THIMBLE_POLL, their_bell);
    expect_regs(THIMBLE_OK, BADGE);
}

Test(transfer, sender_takes_it_back)
{
    send(slot_bell);
    drive_hypercall(THIMBLE_REPLY_RECV, 0, 0);
    expect_runs(client);
    drive_hypercall(THIMBLE_CAP_REVOKE, slot_bell);
    cr_assert_eq(*drive_cap(far, their_free), 0U);
}

Test(transfer, window_takes_one_until_it_is_emptied)
{
    send(slot_bell);
    drive_hypercall(THIMBLE_REPLY_RECV, 0, 0);
    expect_error(THIMBLE_ERR_WINDOW, THIMBLE_CALL, slot_server, WITH, 0, 0, 0, 0, 0, slot_bell);
    drive_hypercall(THIMBLE_CALL, slot_server, 0);
    drive_hypercall(THIMBLE_CAP_DELETE, their_free);
    drive_hypercall(THIMBLE_REPLY_RECV, 0, 0);
    send(slot_bell);
    expect_runs(server);
}

Test(transfer, long_messages_bring_one_too)
{
    drive_words_fill(client, 1000);
    drive_hypercall(THIMBLE_CALL, slot_server, THIMBLE_TAG(8, 64) | WITH, 1, 2, 3, 4, 5, slot_bell);
    expect_regs(1, THIMBLE_TAG(8, 64) | WITH, 1, 2, 3, 4, 5, their_free);
    expect_words(server, 6, 64, 1000);
    cr_assert_neq(*drive_cap(far, their_free), 0U);
}

Test(transfer, words_beyond_the_message_stay_where_they_are)
{
    drive_words_fill(client, 1000);
    drive_words_fill(server, 2000);
    drive_hypercall(THIMBLE_CALL, slot_server, THIMBLE_TAG(8, 20) | WITH, 1, 2, 3, 4, 5, slot_bell);
    expect_words(server, 0, 6, 2000);
    expect_words(server, 6, 20, 1000);
    expect_words(server, 20, 64, 2000);
}

Test(transfer, irq_and_cell_and_thread_travel_alike)
{
    send(slot_server);
    expect_runs(server);
    cr_assert_eq(cap_type(*drive_cap(far, their_free)), THIMBLE_CAP_THREAD);
    cr_assert_eq(cap_badge(*drive_cap(far, their_free)), 1U);
}

/* ---- regions --------------------------------------------------------------------*/

Test(transfer, region_travels_as_one_derived_in_full)
{
    u32 theirs = kernel.cells[far].regions;
    u32 ours = kernel.cells[near].regions;

    send(slot_memory);
    expect_runs(server);
    const struct region *r = region_in(far, their_free);
    cr_assert_neq(r, region_in(near, slot_memory));
    cr_assert_eq(r->map.pa.raw, MEMORY);
    cr_assert_eq(r->map.size, MEMORY_SIZE);
    cr_assert_eq(r->map.access, RW);
    cr_assert_eq(r->state, REGION_UNMAPPED);
    cr_assert_eq(cap_badge(*drive_cap(far, their_free)), 3U);
    cr_assert_eq(kernel.cells[far].regions, theirs + 1U, "the receiver pays");
    cr_assert_eq(kernel.cells[near].regions, ours);
}

Test(transfer, region_is_mapped_by_both_and_taken_back)
{
    drive_hypercall(THIMBLE_REGION_MAP, slot_memory, AT, THIMBLE_NO_SLOT);
    send(slot_memory);
    drive_hypercall(THIMBLE_REGION_MAP, their_free, AT + MIB, THIMBLE_NO_SLOT);
    expect_regs(THIMBLE_OK);
    cr_assert(reads(AT + MIB));
    cr_assert_not(reads(AT));
    u32 theirs = kernel.cells[far].regions;
    drive_hypercall(THIMBLE_REPLY_RECV, 0, 0);
    cr_assert(reads(AT));
    drive_hypercall(THIMBLE_CAP_REVOKE, slot_memory);
    cr_assert_eq(kernel.cells[far].regions, theirs - 1U);
    drive_hypercall(THIMBLE_CALL, slot_server, 0);
    cr_assert_not(reads(AT + MIB));
}

Test(transfer, region_without_quota_at_the_receiver_fails_at_the_sender)
{
    build_all();
    build_derived(far, 0);
    drive_boot();
    sleep_second();
    serve_with(their_free);
    expect_error(THIMBLE_ERR_REGIONS, THIMBLE_CALL, slot_server, WITH, 0, 0, 0, 0, 0, slot_memory);
    send(slot_bell); /* other kinds cost none */
    expect_runs(server);
}

Test(transfer, region_needs_no_quota_of_the_sender)
{
    build_all();
    build_derived(near, 0);
    drive_boot();
    sleep_second();
    serve_with(their_free);
    expect_error(THIMBLE_ERR_REGIONS, THIMBLE_REGION_DERIVE, slot_memory, slot_free, 0, PAGE_SIZE,
                 1);
    send(slot_memory);
    expect_runs(server);
}

/* ---- errors of a call --------------------------------------------------------------*/

static void expect_call_error(u32 error, u32 slot)
{
    expect_error(error, THIMBLE_CALL, slot_server, THIMBLE_TAG(0, 6) | WITH, 1, 2, 3, 4, 5, slot);
}

Test(transfer, call_without_such_a_capability_is_refused)
{
    expect_call_error(THIMBLE_ERR_SLOT, slot_free);
    expect_call_error(THIMBLE_ERR_SLOT, kernel.cells[near].slots);
    expect_call_error(THIMBLE_ERR_SLOT, THIMBLE_NO_SLOT);
    expect_call_error(THIMBLE_ERR_SLOT, 0x10000U + slot_bell);
}

Test(transfer, call_with_what_is_being_revoked_is_refused)
{
    drive_mark(near, slot_bell);
    expect_call_error(THIMBLE_ERR_SLOT, slot_bell);
}

/* A message does not wait for a revocation of what it brings. */
Test(transfer, call_with_what_is_under_revocation_is_refused)
{
    u32 cap = kernel.cells[near].slot_base + slot_bell;

    drive_hypercall(THIMBLE_CAP_COPY, slot_bell, slot_free, THIMBLE_RIGHT_SIGNAL, BADGE);
    kernel.revocation = (struct revocation){.cap = (u16)cap, .cursor = (u16)cap};
    expect_call_error(THIMBLE_ERR_SLOT, slot_bell);
}

/* slot_free + 14: fifteen derivations deep. */
static void derive_deep(void)
{
    u32 from = slot_bell;

    for (u32 i = 0; i < 15U; i++) {
        drive_hypercall(THIMBLE_CAP_COPY, from, slot_free + i, THIMBLE_RIGHT_SIGNAL, BADGE);
        expect_regs(THIMBLE_OK);
        from = slot_free + i;
    }
}

Test(transfer, call_with_what_is_too_deep_is_refused)
{
    derive_deep();
    expect_call_error(THIMBLE_ERR_DEPTH, slot_free + 14U);
    send(slot_free + 13U);
    expect_runs(server);
}

Test(transfer, call_without_a_window_there_is_refused)
{
    serve_with(THIMBLE_NO_SLOT);
    expect_call_error(THIMBLE_ERR_WINDOW, slot_bell);
    serve_with(their_bell);
    expect_call_error(THIMBLE_ERR_WINDOW, slot_bell);
}

Test(transfer, errors_come_in_their_order)
{
    derive_deep();
    serve_with(THIMBLE_NO_SLOT);
    expect_call_error(THIMBLE_ERR_DEPTH, slot_free + 14U);
    kernel.cells[far].region_quota = kernel.cells[far].regions;
    kernel.derivations[kernel.cells[near].slot_base + slot_memory].depth = 15;
    u32 regs[] = {slot_server, WITH, 0, 0, 0, 0, 0, slot_memory};
    memcpy(kernel.cpu[0].regs, regs, sizeof(regs));
    hypercall(&kernel.cpu[0], THIMBLE_CALL); /* not kernel_check()ed: no such depth */
    expect_regs(THIMBLE_ERR_REGIONS);
}

Test(transfer, message_without_the_flag_brings_nothing)
{
    drive_hypercall(THIMBLE_CALL, slot_server, THIMBLE_TAG(8, 6), 1, 2, 3, 4, 5, slot_bell);
    expect_regs(1, THIMBLE_TAG(8, 6), 1, 2, 3, 4, 5, slot_bell);
    cr_assert_eq(*drive_cap(far, their_free), 0U);
}

/* ---- calls that wait for a busy server ------------------------------------------------*/

/* client is being served when second calls with a capability: it helps. */
static void wait_busy(void)
{
    drive_hypercall(THIMBLE_CALL, slot_server, 0);
    notification_signal(&kernel.cpu[0], cap_object(*drive_cap(near, slot_sleep)), 1);
    drive_schedule();
    expect_runs(second);
    send(slot_bell);
    cr_assert_eq(drive_thread(second)->state, THREAD_PENDING_CALL);
    expect_runs(server);
}

Test(transfer, pending_call_brings_it_when_its_turn_comes)
{
    wait_busy();
    cr_assert_eq(*drive_cap(far, their_free), 0U);
    drive_hypercall(THIMBLE_REPLY_RECV, 0, 0);
    expect_runs(server);
    expect_regs(1, THIMBLE_TAG(8, 6) | WITH, 1, 2, 3, 4, 5, their_free);
    cr_assert_neq(*drive_cap(far, their_free), 0U);
}

Test(transfer, pending_call_fails_if_the_window_was_filled_meanwhile)
{
    wait_busy();
    drive_hypercall(THIMBLE_CAP_MOVE, their_bell, their_free);
    drive_hypercall(THIMBLE_REPLY_RECV, 0, 0);
    expect_runs(second);
    expect_regs(THIMBLE_ERR_WINDOW);
}

Test(transfer, pending_call_fails_if_the_capability_went_meanwhile)
{
    wait_busy();
    *drive_cap(near, slot_bell) = 0;
    drive_hypercall(THIMBLE_REPLY_RECV, 0, 0);
    expect_runs(second);
    expect_regs(THIMBLE_ERR_SLOT);
}

/* ---- with a reply -----------------------------------------------------------------------*/

Test(transfer, reply_brings_a_capability_into_the_callers_window)
{
    ask(slot_free);
    reply(their_bell);
    expect_runs(client);
    expect_regs(THIMBLE_OK, THIMBLE_TAG(9, 6) | WITH, 1, 2, 3, 4, 5, slot_free);
    cr_assert_eq(*drive_cap(near, slot_free), *drive_cap(far, their_bell));
}

Test(transfer, reply_brings_a_region_at_the_callers_cost)
{
    u32 ours = kernel.cells[near].regions;

    ask(slot_free);
    reply(their_memory);
    expect_regs(THIMBLE_OK, THIMBLE_TAG(9, 6) | WITH, 1, 2, 3, 4, 5, slot_free);
    cr_assert_eq(region_in(near, slot_free)->map.pa.raw, MEMORY + MIB);
    cr_assert_eq(kernel.cells[near].regions, ours + 1U);
}

/* The caller has its answer, but nothing with it. */
static void expect_reply_without(u32 slot)
{
    cap_t before = *drive_cap(near, slot_free);

    expect_runs(server);
    reply(slot);
    expect_runs(client);
    expect_regs(THIMBLE_OK, THIMBLE_TAG(9, 6), 1, 2, 3, 4, 5, slot);
    cr_assert_eq(*drive_cap(near, slot_free), before);
}

Test(transfer, reply_without_such_a_capability_goes_without)
{
    ask(slot_free);
    expect_reply_without(their_free);
    ask(slot_free);
    expect_reply_without(0xffffffffU);
}

Test(transfer, reply_with_what_is_being_revoked_goes_without)
{
    ask(slot_free);
    drive_mark(far, their_bell);
    expect_reply_without(their_bell);
}

Test(transfer, reply_with_what_is_under_revocation_goes_without)
{
    u32 cap = kernel.cells[far].slot_base + their_bell;

    ask(slot_free);
    drive_hypercall(THIMBLE_CAP_COPY, their_bell, their_free, THIMBLE_RIGHT_SIGNAL, 5);
    kernel.revocation = (struct revocation){.cap = (u16)cap, .cursor = (u16)cap};
    expect_reply_without(their_bell);
}

Test(transfer, reply_with_a_region_beyond_the_callers_quota_goes_without)
{
    build_all();
    build_derived(near, 0);
    drive_boot();
    sleep_second();
    ask(slot_free);
    expect_reply_without(their_memory);
}

Test(transfer, reply_with_what_is_too_deep_goes_without)
{
    derive_deep();
    send(slot_free + 13U); /* is 15 deep there */
    drive_hypercall(THIMBLE_REPLY_RECV, 0, 0);
    drive_hypercall(THIMBLE_CAP_DELETE, slot_free + 14U);
    ask(slot_free + 14U);
    reply(their_free);
    expect_regs(THIMBLE_OK, THIMBLE_TAG(9, 6), 1, 2, 3, 4, 5, their_free);
    cr_assert_eq(*drive_cap(near, slot_free + 14U), 0U);
}

Test(transfer, reply_without_a_window_goes_without)
{
    ask(THIMBLE_NO_SLOT);
    expect_reply_without(their_bell);
}

Test(transfer, reply_to_a_full_window_goes_without)
{
    drive_hypercall(THIMBLE_CAP_COPY, slot_bell, slot_free, THIMBLE_RIGHT_SIGNAL, BADGE);
    ask(slot_free);
    expect_reply_without(their_bell);
}

Test(transfer, reply_that_is_cut_to_six_words_keeps_its_capability)
{
    build_all();
    build_no_buffer(client);
    drive_boot();
    sleep_second();
    ask(slot_free);
    drive_hypercall(THIMBLE_REPLY_RECV, 0, THIMBLE_TAG(9, 20) | WITH, 1, 2, 3, 4, 5, their_bell);
    expect_regs(THIMBLE_OK, THIMBLE_TAG(9, 6) | WITH, 1, 2, 3, 4, 5, slot_free);
}

Test(transfer, answer_to_a_fault_brings_nothing)
{
    build_all();
    build_handler(client, slot_server, THIMBLE_NO_SLOT);
    drive_boot();
    sleep_second();
    drive_hypercall(THIMBLE_WINDOW, slot_free);
    drive_fault(THIMBLE_FAULT_MEMORY, 0x1000, ACCESS_READ, 0);
    expect_runs(server);
    drive_hypercall(THIMBLE_REPLY_RECV, 0, THIMBLE_TAG(0, 6) | WITH, THIMBLE_FAULT_SKIP, 0, 0, 0, 0,
                    their_bell);
    expect_runs(client);
    cr_assert_eq(*drive_cap(near, slot_free), 0U);
}

/* ---- the window -------------------------------------------------------------------------*/

Test(transfer, window_lies_in_the_table)
{
    expect_error(THIMBLE_ERR_SLOT, THIMBLE_WINDOW, kernel.cells[near].slots);
    expect_error(THIMBLE_ERR_SLOT, THIMBLE_WINDOW, 0xffffffffU);
    drive_hypercall(THIMBLE_WINDOW, kernel.cells[near].slots - 1U);
    expect_regs(THIMBLE_OK);
    cr_assert_eq(drive_thread(client)->window, kernel.cells[near].slots - 1U);
}

Test(transfer, window_may_name_a_full_slot)
{
    drive_hypercall(THIMBLE_WINDOW, slot_bell);
    expect_regs(THIMBLE_OK);
    cr_assert_neq(*drive_cap(near, slot_bell), 0U);
}

Test(transfer, window_is_each_threads_own)
{
    drive_hypercall(THIMBLE_WINDOW, slot_free);
    cr_assert_eq(drive_thread(second)->window, THIMBLE_NO_SLOT);
    drive_hypercall(THIMBLE_WINDOW, THIMBLE_NO_SLOT);
    cr_assert_eq(drive_thread(client)->window, THIMBLE_NO_SLOT);
}
