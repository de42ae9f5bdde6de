/* SPDX-License-Identifier: BSD-2-Clause */
/* IPC: what arrives where, by registers and by buffers, on every path. */
#include "drive.h"

#include <string.h>

#define BADGE 77U
#define SIX(first) (first), (first) + 1U, (first) + 2U, (first) + 3U, (first) + 4U, (first) + 5U

static u32 client;
static u32 other;
static u32 server;
static u32 slot_server;       /* of client and other */
static u32 slot_other_server; /* the same server, by another badge */

/* Tests boot it, after changes. */
static void build(void)
{
    build_begin();
    u32 clients = build_cell("clients");
    u32 servers = build_cell("servers");
    client = build_active(clients, 10, NULL, 0);
    other = build_active(clients, 10, NULL, 0);
    server = build_passive(servers, 3, NULL, 0);
    slot_server = cap_call(clients, server, BADGE);
    slot_other_server = cap_call(clients, server, BADGE + 1U);
}

TestSuite(ipc, .init = build);

static void call(u32 label, u32 length, u32 first)
{
    drive_hypercall(THIMBLE_CALL, slot_server, THIMBLE_TAG(label, length), SIX(first));
}

static void reply(u32 label, u32 length, u32 first)
{
    drive_hypercall(THIMBLE_REPLY_RECV, 0, THIMBLE_TAG(label, length), SIX(first));
}

/* ---- six words in registers ---------------------------------------------------*/

Test(ipc, call_reaches_server_with_badge_tag_and_all_six_words)
{
    drive_boot();
    call(0x1234, 6, 100);
    expect_runs(server);
    expect_regs(BADGE, THIMBLE_TAG(0x1234, 6), SIX(100));
}

Test(ipc, reply_reaches_caller_with_status_tag_and_all_six_words)
{
    drive_boot();
    call(1, 6, 100);
    reply(0xfedc, 6, 200);
    expect_runs(client);
    expect_regs(THIMBLE_OK, THIMBLE_TAG(0xfedc, 6), SIX(200));
}

Test(ipc, all_six_words_move_whatever_the_length)
{
    drive_boot();
    for (u32 length = 0; length <= THIMBLE_REGISTER_WORDS; length++) {
        call(2, length, 100 + length);
        expect_regs(BADGE, THIMBLE_TAG(2, length), SIX(100 + length));
        reply(3, length, 200 + length);
        expect_regs(THIMBLE_OK, THIMBLE_TAG(3, length), SIX(200 + length));
    }
}

Test(ipc, label_is_free_for_the_cells_use)
{
    drive_boot();
    call(0xffff, 0, 0);
    expect_regs(BADGE, 0xffffU);
    reply(0, 0, 0);
    expect_regs(THIMBLE_OK, 0U);
}

Test(ipc, register_words_take_all_values)
{
    drive_boot();
    drive_hypercall(THIMBLE_CALL, slot_server, 0, 0xffffffffU, 0x80000000U, 0, 0x7fffffffU, 1, 0);
    expect_regs(BADGE, 0, 0xffffffffU, 0x80000000U, 0, 0x7fffffffU, 1, 0);
}

Test(ipc, server_in_the_callers_own_cell_is_called_alike)
{
    u32 neighbour = build_passive(0, 0, NULL, 0);
    u32 slot = cap_call(0, neighbour, 5);

    drive_boot();
    drive_hypercall(THIMBLE_CALL, slot, THIMBLE_TAG(1, 6), SIX(1));
    expect_runs(neighbour);
    expect_regs(5, THIMBLE_TAG(1, 6), SIX(1));
    reply(2, 6, 7);
    expect_runs(client);
    expect_regs(THIMBLE_OK, THIMBLE_TAG(2, 6), SIX(7));
}

Test(ipc, reply_goes_to_the_one_who_called)
{
    drive_boot();
    call(1, 0, 0);
    reply(1, 0, 10);
    drive_hypercall(THIMBLE_YIELD);
    expect_runs(other);
    drive_hypercall(THIMBLE_CALL, slot_other_server, 0);
    expect_regs(BADGE + 1U);
    reply(2, 0, 20);
    expect_runs(other);
    expect_regs(THIMBLE_OK, THIMBLE_TAG(2, 0), SIX(20));
    cr_assert_eq(drive_reg(client, 2), 10U);
}

Test(ipc, thousand_round_trips_in_a_row)
{
    drive_boot();
    for (u32 i = 0; i < 1000; i++) {
        call(i, 6, i);
        expect_regs(BADGE, THIMBLE_TAG(i, 6), SIX(i));
        reply(i, 6, ~i);
        expect_regs(THIMBLE_OK, THIMBLE_TAG(i, 6), SIX(~i));
    }
}

Test(ipc, thread_starts_with_its_argument_in_r0)
{
    u32 first = build_active(0, 200, NULL, 0xabcdU);

    drive_boot();
    expect_runs(first);
    expect_regs(0xabcdU, 0, 0, 0, 0, 0, 0, 0);
}

/* ---- fast and slow ---------------------------------------------------------------*/

/* The client's call, made while the server is busy with the other's. */
static void call_that_waits(void)
{
    drive_hypercall(THIMBLE_YIELD);
    expect_runs(other);
    drive_hypercall(THIMBLE_CALL, slot_other_server, 0);
    drive_hypercall(THIMBLE_YIELD);
    call(9, 6, 300);
    cr_assert_eq(drive_thread(client)->state, THREAD_PENDING_CALL);
    expect_runs(server);
    reply(0, 0, 0);
}

Test(ipc, call_that_had_to_wait_arrives_like_a_fast_one)
{
    drive_boot();
    call_that_waits();
    expect_runs(server);
    expect_regs(BADGE, THIMBLE_TAG(9, 6), SIX(300));
}

Test(ipc, call_by_buffer_moves_the_same_six_registers)
{
    drive_boot();
    call(9, 7, 300);
    expect_regs(BADGE, THIMBLE_TAG(9, 7), SIX(300));
    reply(8, 7, 400);
    expect_regs(THIMBLE_OK, THIMBLE_TAG(8, 7), SIX(400));
}

/* Saved registers of a thread that waits for a message are dead. */
static void registers_forget(struct kernel *k, u32 thread)
{
    memset(k->threads[boot_thread_index(thread)].regs, 0, sizeof(k->threads[0].regs));
}

Test(ipc, slow_reply_leaves_the_same_state_as_a_fast_one)
{
    drive_boot();
    call(1, 6, 100);
    drive_remember();
    reply(2, 6, 200);
    static struct kernel fast;
    fast = kernel;
    kernel = drive_before;
    kernel.cpu[0].not_fast = NOT_FAST_HELPING;
    reply(2, 6, 200);
    registers_forget(&fast, client);
    registers_forget(&fast, server);
    registers_forget(&kernel, client);
    registers_forget(&kernel, server);
    cr_assert_eq(memcmp(&fast, &kernel, sizeof(fast)), 0);
}

Test(ipc, slow_call_leaves_the_same_state_as_a_fast_one)
{
    drive_boot();
    drive_remember();
    call(1, 6, 100);
    static struct kernel fast;
    fast = kernel;
    kernel = drive_before;
    call(1, 7, 100);
    kernel.cpu[0].regs[1] = THIMBLE_TAG(1, 6);
    registers_forget(&fast, client);
    registers_forget(&fast, server);
    registers_forget(&kernel, client);
    registers_forget(&kernel, server);
    cr_assert_eq(memcmp(&fast, &kernel, sizeof(fast)), 0);
}

/* ---- longer messages by buffers ----------------------------------------------------*/


#define FROM_CLIENT 0x1000U
#define FROM_SERVER 0x2000U

static void buffers_fill(void)
{
    drive_words_fill(client, FROM_CLIENT);
    drive_words_fill(server, FROM_SERVER);
}

/* Words 6 to length - 1 have come from there, all others are as they were. */
static void expect_copied(u32 to, u32 was, u32 length, u32 from)
{
    expect_words(to, 0, THIMBLE_REGISTER_WORDS, was);
    expect_words(to, THIMBLE_REGISTER_WORDS, length, from);
    expect_words(to, length, THIMBLE_MESSAGE_WORDS, was);
}

static void expect_call_of(u32 length)
{
    drive_boot();
    buffers_fill();
    call(1, length, 100);
    expect_runs(server);
    expect_regs(BADGE, THIMBLE_TAG(1, length), SIX(100));
    expect_copied(server, FROM_SERVER, length, FROM_CLIENT);
    expect_words(client, 0, THIMBLE_MESSAGE_WORDS, FROM_CLIENT);
}

Test(ipc, call_of_7_words_copies_one_word)
{
    expect_call_of(7);
}

Test(ipc, call_of_63_words_leaves_the_last_word_alone)
{
    expect_call_of(63);
}

Test(ipc, call_of_64_words_copies_all_58)
{
    expect_call_of(64);
}

static void expect_reply_of(u32 length)
{
    drive_boot();
    buffers_fill();
    call(1, 0, 100);
    reply(2, length, 200);
    expect_runs(client);
    expect_regs(THIMBLE_OK, THIMBLE_TAG(2, length), SIX(200));
    expect_copied(client, FROM_CLIENT, length, FROM_SERVER);
    expect_words(server, 0, THIMBLE_MESSAGE_WORDS, FROM_SERVER);
}

Test(ipc, reply_of_7_words_copies_one_word)
{
    expect_reply_of(7);
}

Test(ipc, reply_of_63_words_leaves_the_last_word_alone)
{
    expect_reply_of(63);
}

Test(ipc, reply_of_64_words_copies_all_58)
{
    expect_reply_of(64);
}

Test(ipc, call_of_6_words_copies_no_buffer)
{
    drive_boot();
    buffers_fill();
    call(1, 6, 100);
    expect_words(server, 0, THIMBLE_MESSAGE_WORDS, FROM_SERVER);
}

Test(ipc, waiting_call_sends_the_buffer_as_it_is_when_it_gets_through)
{
    drive_boot();
    buffers_fill();
    drive_hypercall(THIMBLE_YIELD);
    drive_hypercall(THIMBLE_CALL, slot_server, 0);
    drive_hypercall(THIMBLE_YIELD);
    call(1, 64, 100);
    expect_words(server, 0, THIMBLE_MESSAGE_WORDS, FROM_SERVER);
    reply(0, 0, 0);
    expect_regs(BADGE, THIMBLE_TAG(1, 64), SIX(100));
    expect_copied(server, FROM_SERVER, 64, FROM_CLIENT);
}

Test(ipc, message_of_65_words_is_refused_whichever_way)
{
    drive_boot();
    expect_error(THIMBLE_ERR_TAG, THIMBLE_CALL, slot_server, THIMBLE_TAG(0, 65), SIX(1));
    expect_error(THIMBLE_ERR_TAG, THIMBLE_CALL, slot_server, THIMBLE_TAG(0, 127), SIX(1));
    call(0, 0, 0);
    expect_error(THIMBLE_ERR_TAG, THIMBLE_REPLY_RECV, 0, THIMBLE_TAG(0, 65), SIX(1));
    expect_error(THIMBLE_ERR_TAG, THIMBLE_REPLY_RECV, 0, THIMBLE_TAG(0, 127), SIX(1));
}

Test(ipc, each_reserved_bit_of_a_tag_is_refused_in_a_call)
{
    drive_boot();
    for (u32 bit = 24; bit < 32; bit++) {
        expect_error(THIMBLE_ERR_TAG, THIMBLE_CALL, slot_server, 1U << bit, SIX(1));
    }
}

Test(ipc, each_reserved_bit_of_a_tag_is_refused_in_a_reply)
{
    drive_boot();
    call(0, 0, 0);
    for (u32 bit = 24; bit < 32; bit++) {
        expect_error(THIMBLE_ERR_TAG, THIMBLE_REPLY_RECV, 0, 1U << bit, SIX(1));
    }
}

Test(ipc, refused_reply_can_be_made_again)
{
    drive_boot();
    call(0, 0, 0);
    expect_error(THIMBLE_ERR_TAG, THIMBLE_REPLY_RECV, 0, THIMBLE_TAG(0, 65), SIX(1));
    reply(1, 6, 10);
    expect_runs(client);
    expect_regs(THIMBLE_OK, THIMBLE_TAG(1, 6), SIX(10));
}

/* ---- missing buffers ---------------------------------------------------------------*/

Test(ipc, caller_without_buffer_cannot_send_more_than_six_words)
{
    build_no_buffer(client);
    drive_boot();
    expect_error(THIMBLE_ERR_BUFFER, THIMBLE_CALL, slot_server, THIMBLE_TAG(0, 7), SIX(1));
    expect_error(THIMBLE_ERR_BUFFER, THIMBLE_CALL, slot_server, THIMBLE_TAG(0, 64), SIX(1));
}

Test(ipc, call_of_seven_words_to_a_server_without_buffer_fails_at_the_caller)
{
    build_no_buffer(server);
    drive_boot();
    expect_error(THIMBLE_ERR_BUFFER, THIMBLE_CALL, slot_server, THIMBLE_TAG(0, 7), SIX(1));
}

Test(ipc, six_words_need_no_buffer_on_either_side)
{
    build_no_buffer(client);
    build_no_buffer(server);
    drive_boot();
    call(1, 6, 1);
    expect_regs(BADGE, THIMBLE_TAG(1, 6), SIX(1));
    reply(2, 6, 7);
    expect_regs(THIMBLE_OK, THIMBLE_TAG(2, 6), SIX(7));
}

Test(ipc, six_words_that_have_to_wait_need_no_buffer_either)
{
    build_no_buffer(client);
    build_no_buffer(server);
    drive_boot();
    call_that_waits();
    expect_runs(server);
    expect_regs(BADGE, THIMBLE_TAG(9, 6), SIX(300));
}

Test(ipc, reply_to_a_caller_without_buffer_is_cut_to_six_words)
{
    build_no_buffer(client);
    drive_boot();
    drive_words_fill(server, FROM_SERVER);
    call(0, 0, 0);
    drive_remember();
    reply(0x4321, 64, 200);
    expect_runs(client);
    expect_regs(THIMBLE_OK, THIMBLE_TAG(0x4321, 6), SIX(200));
    drive_before = kernel;
    cr_assert_null(drive_difference(), "a reply without a place for it was written");
}

Test(ipc, server_without_buffer_cannot_reply_with_more_than_six_words)
{
    build_no_buffer(server);
    drive_boot();
    call(0, 0, 0);
    expect_error(THIMBLE_ERR_BUFFER, THIMBLE_REPLY_RECV, 0, THIMBLE_TAG(0, 7), SIX(1));
    expect_runs(server);
}

/* ---- levels and kinds ---------------------------------------------------------------*/

/* Passive threads of levels 7 to 0, in a cell whose slots 1 to 8 name them in
 * that order. */
static u32 tower[LEVELS];

static void build_tower(void)
{
    build_begin();
    u32 cell = build_cell("tower");
    client = build_active(cell, 10, NULL, 0);
    for (u32 i = 0; i < LEVELS; i++) {
        tower[i] = build_passive(cell, (u8)(LEVELS - 1U - i), NULL, 0);
        (void)cap_call(cell, tower[i], 100 + i);
    }
    slot_server = cap_call(cell, client, 0);
    drive_boot();
}

Test(ipc, calls_nest_through_all_eight_levels_and_back)
{
    build_tower();
    for (u32 i = 0; i < LEVELS; i++) {
        drive_hypercall(THIMBLE_CALL, i + 1U, THIMBLE_TAG(i, 6), SIX(i));
        expect_runs(tower[i]);
        expect_regs(100 + i, THIMBLE_TAG(i, 6), SIX(i));
    }
    for (u32 i = LEVELS - 1U; i > 0; i--) {
        reply(i, 6, 50 + i);
        expect_runs(tower[i - 1U]);
        expect_regs(THIMBLE_OK, THIMBLE_TAG(i, 6), SIX(50 + i));
    }
    reply(0, 6, 50);
    expect_runs(client);
    expect_regs(THIMBLE_OK, THIMBLE_TAG(0, 6), SIX(50));
}

Test(ipc, passive_thread_cannot_call_a_higher_level)
{
    build_tower();
    drive_hypercall(THIMBLE_CALL, 8, 0);
    for (u32 slot = 1; slot < 8; slot++) {
        expect_error(THIMBLE_ERR_LEVEL, THIMBLE_CALL, slot, 0);
    }
}

Test(ipc, passive_thread_cannot_call_its_own_level)
{
    u32 twin = build_passive(1, 3, NULL, 0);
    u32 slot = cap_call(1, twin, 0);

    drive_boot();
    call(0, 0, 0);
    expect_error(THIMBLE_ERR_LEVEL, THIMBLE_CALL, slot, 0);
}

Test(ipc, passive_thread_cannot_call_itself)
{
    build_tower();
    drive_hypercall(THIMBLE_CALL, 4, 0);
    expect_error(THIMBLE_ERR_LEVEL, THIMBLE_CALL, 4, 0);
}

Test(ipc, server_that_called_down_cannot_be_called_back)
{
    build_tower();
    drive_hypercall(THIMBLE_CALL, 1, 0);
    drive_hypercall(THIMBLE_CALL, 8, 0);
    expect_error(THIMBLE_ERR_LEVEL, THIMBLE_CALL, 1, 0);
}

Test(ipc, active_thread_is_never_called)
{
    build_tower();
    expect_error(THIMBLE_ERR_ACTIVE, THIMBLE_CALL, slot_server, 0);
    drive_hypercall(THIMBLE_CALL, 1, 0);
    expect_error(THIMBLE_ERR_ACTIVE, THIMBLE_CALL, slot_server, 0);
}

Test(ipc, active_thread_neither_receives_nor_replies)
{
    drive_boot();
    expect_error(THIMBLE_ERR_ACTIVE, THIMBLE_RECV);
    expect_error(THIMBLE_ERR_ACTIVE, THIMBLE_REPLY_RECV, 0, THIMBLE_TAG(1, 0));
    expect_error(THIMBLE_ERR_ACTIVE, THIMBLE_REPLY_RECV, 0, THIMBLE_TAG(1, 64));
    expect_error(THIMBLE_ERR_ACTIVE, THIMBLE_REPLY_RECV, 0, 0xffffffffU);
}

Test(ipc, errors_come_in_the_order_capability_tag_kind_level_life_buffer)
{
    build_no_buffer(client);
    drive_boot();
    drive_stop(server);
    expect_error(THIMBLE_ERR_SLOT, THIMBLE_CALL, 0, 0xffffffffU);
    expect_error(THIMBLE_ERR_TAG, THIMBLE_CALL, slot_server, 0xffffffffU);
    expect_error(THIMBLE_ERR_DEAD, THIMBLE_CALL, slot_server, THIMBLE_TAG(0, 64));
}

/* ---- recv -----------------------------------------------------------------------*/

Test(ipc, caller_cannot_be_kept_across_recv)
{
    drive_boot();
    call(0, 0, 0);
    expect_error(THIMBLE_ERR_CALLER, THIMBLE_RECV);
    expect_runs(server);
}

/* The server's caller is gone; the other's time runs it. */
static void orphan(void)
{
    call(0, 0, 0);
    drive_stop(client);
    expect_runs(other);
    drive_hypercall(THIMBLE_CALL, slot_other_server, THIMBLE_TAG(3, 6), SIX(30));
    expect_runs(server);
}

Test(ipc, recv_without_caller_takes_the_next_call)
{
    drive_boot();
    orphan();
    drive_hypercall(THIMBLE_RECV);
    expect_runs(server);
    expect_regs(BADGE + 1U, THIMBLE_TAG(3, 6), SIX(30));
}

Test(ipc, reply_without_caller_acts_as_recv)
{
    drive_boot();
    orphan();
    reply(1, 6, 1);
    expect_runs(server);
    expect_regs(BADGE + 1U, THIMBLE_TAG(3, 6), SIX(30));
}

Test(ipc, recv_with_nobody_calling_waits)
{
    drive_boot();
    orphan();
    drive_hypercall(THIMBLE_RECV);
    reply(4, 6, 40);
    expect_runs(other);
    expect_regs(THIMBLE_OK, THIMBLE_TAG(4, 6), SIX(40));
    cr_assert_eq(drive_thread(server)->recv_key, 0U);
}

/* ---- stopped servers ---------------------------------------------------------------*/

Test(ipc, stopped_server_cannot_be_called)
{
    drive_boot();
    drive_stop(server);
    expect_error(THIMBLE_ERR_DEAD, THIMBLE_CALL, slot_server, 0, SIX(1));
}

Test(ipc, caller_of_a_server_that_is_stopped_gets_dead)
{
    drive_boot();
    call(0, 0, 0);
    drive_stop(server);
    expect_runs(client);
    expect_regs(THIMBLE_ERR_DEAD);
    expect_error(THIMBLE_ERR_DEAD, THIMBLE_CALL, slot_server, 0);
}

Test(ipc, stop_in_the_middle_of_a_chain_frees_only_its_caller)
{
    build_tower();
    for (u32 slot = 1; slot <= 3; slot++) {
        drive_hypercall(THIMBLE_CALL, slot, 0);
    }
    drive_stop(tower[1]);
    expect_runs(tower[0]);
    expect_regs(THIMBLE_ERR_DEAD);
    reply(0, 0, 9);
    expect_runs(client);
    expect_regs(THIMBLE_OK, 0, SIX(9));
}

/* ---- while all is recorded -------------------------------------------------------------*/

static void trace_boot(void)
{
    drive_boot();
    trace_set(&kernel.cpu[0], true);
}

Test(ipc_traced, messages_of_all_lengths_arrive, .init = build)
{
    trace_boot();
    for (u32 length = 0; length <= THIMBLE_MESSAGE_WORDS; length++) {
        drive_words_fill(client, 1000);
        drive_words_fill(server, 2000);
        call(2, length, 100 + length);
        expect_runs(server);
        expect_regs(BADGE, THIMBLE_TAG(2, length), SIX(100 + length));
        expect_words(server, THIMBLE_REGISTER_WORDS, length, 1000);
        reply(3, length, 200 + length);
        expect_runs(client);
        expect_regs(THIMBLE_OK, THIMBLE_TAG(3, length), SIX(200 + length));
    }
}

Test(ipc_traced, call_of_seven_words_to_a_server_without_buffer_fails_at_the_caller, .init = build)
{
    build_no_buffer(server);
    trace_boot();
    expect_error(THIMBLE_ERR_BUFFER, THIMBLE_CALL, slot_server, THIMBLE_TAG(0, 7));
}

Test(ipc_traced, reply_to_a_caller_without_buffer_is_cut_to_six_words, .init = build)
{
    build_no_buffer(client);
    trace_boot();
    call(1, 6, 100);
    reply(5, 20, 200);
    expect_runs(client);
    expect_regs(THIMBLE_OK, THIMBLE_TAG(5, 6), SIX(200));
}
