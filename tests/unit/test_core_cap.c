/* SPDX-License-Identifier: BSD-2-Clause */
/* Capabilities: look-up by slot, type and right; marks; badges. */
#include "drive.h"

#define BADGE 0xb0b0b0b0U

static u32 cell;
static u32 other_cell;
static u32 client;
static u32 server;
static u32 slot_server;
static u32 slot_notification;
static u32 slot_irq;
static u32 slot_last;

static void prepare(void)
{
    build_begin();
    cell = build_cell("client");
    other_cell = build_cell("server");
    client = build_active(cell, 10, NULL, 0);
    server = build_passive(other_cell, 0, NULL, 0);
    u32 notification = build_notification();
    slot_server = cap_call(cell, server, BADGE);
    slot_notification = cap_notification(cell, notification, 1);
    slot_irq = cap_irq(cell, build_irq(40, false));
    slot_last = cap_call(cell, server, BADGE + 1U);
    (void)cap_notification(other_cell, notification, 1);
    drive_boot();
}

TestSuite(cap, .init = prepare);

/* Every hypercall that names capabilities, with `slot` in the place of one. */
static void expect_error_for_all(u32 error, u32 slot)
{
    expect_error(error, THIMBLE_CALL, slot, 0);
    expect_error(error, THIMBLE_SIGNAL, slot);
    expect_error(error, THIMBLE_WAIT, slot, 0, 0);
    expect_error(error, THIMBLE_POLL, slot);
    expect_error(error, THIMBLE_IRQ_BIND, slot, slot_notification);
    expect_error(error, THIMBLE_IRQ_BIND, slot_irq, slot);
    expect_error(error, THIMBLE_IRQ_ACK, slot);
}

Test(cap, first_slot_beyond_the_table_is_refused)
{
    expect_error_for_all(THIMBLE_ERR_SLOT, slot_last + 1U);
}

Test(cap, slot_of_the_next_cells_table_is_refused)
{
    cr_assert_neq(kernel.caps[kernel.cells[cell].slots + 1U], 0U);
    expect_error_for_all(THIMBLE_ERR_SLOT, kernel.cells[cell].slots + 1U);
}

Test(cap, first_slot_beyond_the_table_is_refused_though_the_next_cell_fills_it)
{
    *drive_cap(other_cell, 0) = *drive_cap(cell, slot_notification);
    cr_assert_eq(kernel.caps[kernel.cells[cell].slots], *drive_cap(cell, slot_notification));
    expect_error(THIMBLE_ERR_SLOT, THIMBLE_SIGNAL, kernel.cells[cell].slots);
    expect_error(THIMBLE_ERR_SLOT, THIMBLE_POLL, kernel.cells[cell].slots);
    *drive_cap(other_cell, 0) = *drive_cap(cell, slot_server);
    expect_error(THIMBLE_ERR_SLOT, THIMBLE_CALL, kernel.cells[cell].slots, 0);
}

Test(cap, slot_numbers_do_not_wrap_at_16_bits)
{
    expect_error(THIMBLE_ERR_SLOT, THIMBLE_CALL, 0x10000U + slot_server, 0);
    expect_error(THIMBLE_ERR_SLOT, THIMBLE_SIGNAL, 0x10000U + slot_notification);
    expect_error(THIMBLE_ERR_SLOT, THIMBLE_IRQ_BIND, slot_irq, 0x1ffffU);
}

Test(cap, largest_slot_number_is_refused)
{
    expect_error(THIMBLE_ERR_SLOT, THIMBLE_CALL, 0xffffffffU, 0);
    expect_error(THIMBLE_ERR_SLOT, THIMBLE_WAIT, 0xffffffffU, 0, 0);
    expect_error(THIMBLE_ERR_SLOT, THIMBLE_IRQ_BIND, 0xffffffffU, THIMBLE_NO_SLOT);
}

Test(cap, empty_slot_is_refused)
{
    expect_error_for_all(THIMBLE_ERR_SLOT, 0);
}

Test(cap, thread_is_no_notification_and_no_irq)
{
    expect_error(THIMBLE_ERR_TYPE, THIMBLE_SIGNAL, slot_server);
    expect_error(THIMBLE_ERR_TYPE, THIMBLE_WAIT, slot_server, 0, 0);
    expect_error(THIMBLE_ERR_TYPE, THIMBLE_POLL, slot_server);
    expect_error(THIMBLE_ERR_TYPE, THIMBLE_IRQ_ACK, slot_server);
    expect_error(THIMBLE_ERR_TYPE, THIMBLE_IRQ_BIND, slot_server, slot_notification);
    expect_error(THIMBLE_ERR_TYPE, THIMBLE_IRQ_BIND, slot_irq, slot_server);
}

Test(cap, notification_is_no_thread_and_no_irq)
{
    expect_error(THIMBLE_ERR_TYPE, THIMBLE_CALL, slot_notification, 0);
    expect_error(THIMBLE_ERR_TYPE, THIMBLE_IRQ_ACK, slot_notification);
    expect_error(THIMBLE_ERR_TYPE, THIMBLE_IRQ_BIND, slot_notification, slot_notification);
}

Test(cap, irq_is_no_thread_and_no_notification)
{
    expect_error(THIMBLE_ERR_TYPE, THIMBLE_CALL, slot_irq, 0);
    expect_error(THIMBLE_ERR_TYPE, THIMBLE_SIGNAL, slot_irq);
    expect_error(THIMBLE_ERR_TYPE, THIMBLE_IRQ_BIND, slot_irq, slot_irq);
}

/* The capability loses its rights: all, or all but the ones given. */
static void keep_rights(u32 slot, u32 rights)
{
    cap_t cap = *drive_cap(cell, slot);

    *drive_cap(cell, slot) = cap_make(cap_type(cap), rights, cap_object(cap), cap_badge(cap));
}

Test(cap, call_needs_the_right_call)
{
    keep_rights(slot_server, 0x7eU);
    expect_error(THIMBLE_ERR_RIGHTS, THIMBLE_CALL, slot_server, 0);
}

Test(cap, signal_needs_the_right_signal)
{
    keep_rights(slot_notification, THIMBLE_RIGHT_WAIT);
    expect_error(THIMBLE_ERR_RIGHTS, THIMBLE_SIGNAL, slot_notification);
    expect_error(THIMBLE_ERR_RIGHTS, THIMBLE_IRQ_BIND, slot_irq, slot_notification);
}

Test(cap, wait_and_poll_need_the_right_wait)
{
    keep_rights(slot_notification, THIMBLE_RIGHT_SIGNAL);
    expect_error(THIMBLE_ERR_RIGHTS, THIMBLE_WAIT, slot_notification, 0, 0);
    expect_error(THIMBLE_ERR_RIGHTS, THIMBLE_POLL, slot_notification);
}

Test(cap, bind_and_ack_need_the_right_handle)
{
    keep_rights(slot_irq, 0x7eU);
    expect_error(THIMBLE_ERR_RIGHTS, THIMBLE_IRQ_BIND, slot_irq, slot_notification);
    expect_error(THIMBLE_ERR_RIGHTS, THIMBLE_IRQ_BIND, slot_irq, THIMBLE_NO_SLOT);
    expect_error(THIMBLE_ERR_RIGHTS, THIMBLE_IRQ_ACK, slot_irq);
}

Test(cap, rights_of_other_kinds_do_no_harm)
{
    keep_rights(slot_server, 0x7fU);
    drive_hypercall(THIMBLE_CALL, slot_server, 0);
    expect_runs(server);
}

Test(cap, marked_capability_is_unusable)
{
    static const u32 *const slots[] = {&slot_server, &slot_notification, &slot_irq};

    for (u32 i = 0; i < ARRAY_SIZE(slots); i++) {
        drive_mark(cell, *slots[i]);
    }
    expect_error(THIMBLE_ERR_SLOT, THIMBLE_CALL, slot_server, 0);
    expect_error(THIMBLE_ERR_SLOT, THIMBLE_SIGNAL, slot_notification);
    expect_error(THIMBLE_ERR_SLOT, THIMBLE_WAIT, slot_notification, 0, 0);
    expect_error(THIMBLE_ERR_SLOT, THIMBLE_POLL, slot_notification);
    expect_error(THIMBLE_ERR_SLOT, THIMBLE_IRQ_ACK, slot_irq);
    expect_error(THIMBLE_ERR_SLOT, THIMBLE_IRQ_BIND, slot_irq, slot_notification);
}

Test(cap, last_slot_of_the_table_works)
{
    drive_hypercall(THIMBLE_CALL, slot_last, 0);
    expect_runs(server);
    expect_regs(BADGE + 1U);
}

Test(cap, badge_is_that_of_the_capability_called_through)
{
    drive_hypercall(THIMBLE_CALL, slot_server, 0);
    expect_regs(BADGE);
    drive_hypercall(THIMBLE_REPLY_RECV);
    drive_hypercall(THIMBLE_CALL, slot_last, 0);
    expect_regs(BADGE + 1U);
}

Test(cap, all_32_bits_of_a_badge_arrive)
{
    *drive_cap(cell, slot_server) =
        cap_make(THIMBLE_CAP_THREAD, THIMBLE_RIGHT_CALL, boot_thread_index(server), 0xffffffffU);
    drive_hypercall(THIMBLE_CALL, slot_server, 0);
    expect_regs(0xffffffffU);
}

Test(cap, server_names_slots_of_its_own_table)
{
    drive_hypercall(THIMBLE_CALL, slot_server, 0);
    expect_error(THIMBLE_ERR_SLOT, THIMBLE_POLL, slot_notification);
    drive_hypercall(THIMBLE_POLL, 1U);
    expect_regs(THIMBLE_OK);
}

Test(cap, capability_taken_away_is_gone_at_the_next_use)
{
    drive_hypercall(THIMBLE_SIGNAL, slot_notification);
    expect_regs(THIMBLE_OK);
    *drive_cap(cell, slot_notification) = 0;
    expect_error(THIMBLE_ERR_SLOT, THIMBLE_SIGNAL, slot_notification);
}

Test(cap, word_keeps_its_four_fields)
{
    cap_t cap = cap_make(0x3U, 0x7fU, 0xfffeU, 0xdeadbeefU);

    cr_assert_eq(cap_type(cap), 0x3U);
    cr_assert_eq(cap_rights(cap), 0x7fU);
    cr_assert_eq(cap_object(cap), 0xfffeU);
    cr_assert_eq(cap_badge(cap), 0xdeadbeefU);
}
