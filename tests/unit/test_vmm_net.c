/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <string.h>

#include "vmm_rig.h"

#define RX 0U
#define TX 1U
#define CSUM 3U /* both ways */
#define BASE RIG_VIRTIO(RIG_NET)
#define BUFFER(i) (RIG_BUFFERS + 0x1000U * (i))
#define HEADER 12U

static uint8_t *at(uint32_t vm, uint32_t i)
{
    return rig_ram(vm, BUFFER(i));
}

static void begin(void)
{
    rig_prepare(2);
    rig_begin();
    rig_virtio_begin(0, RIG_NET, CSUM, 64);
    rig_virtio_begin(1, RIG_NET, CSUM, 64);
    rig_settle();
}

/* VM 1 gives buffer i to receive into. */
static void give(uint32_t i)
{
    rig_descriptor(1, RIG_NET, RX, i, BUFFER(i), 1530, 2, -1);
    rig_available(1, RIG_NET, RX, i);
    rig_kick(1, RIG_NET, RX);
}

/* VM 0 sends buffer i, of so many bytes with header. */
static void send(uint32_t i, uint32_t bytes)
{
    rig_descriptor(0, RIG_NET, TX, i, BUFFER(i), bytes, 0, -1);
    rig_available(0, RIG_NET, TX, i);
    rig_kick(0, RIG_NET, TX);
}

static void fill(uint32_t i, uint32_t bytes)
{
    memset(at(0, i), 0, HEADER);
    for (uint32_t j = HEADER; j < bytes; j++) {
        at(0, i)[j] = (uint8_t)(j * 3U + i);
    }
}

static bool line(uint32_t vm)
{
    return (lab.vmm->vm[vm].gicd.level[1] >> (RIG_VIRTIO_LINE(RIG_NET) - 32U) & 1U) != 0;
}

TestSuite(vmm_net, .init = begin);

Test(vmm_net, says_what_it_is)
{
    const uint8_t mac[] = {0x02, 0x11, 0x22, 0x33, 0x44, 0x56};

    for (uint32_t i = 0; i < 6; i++) {
        cr_assert_eq(rig_read(1, BASE + 0x100 + i, 1), mac[i]);
    }
    cr_assert_eq(rig_read(1, BASE + 0x106, 2), 1); /* the link is up */
    cr_assert_eq(rig_read32(1, BASE + 0x108), 0);
    cr_assert_eq(rig_read32(1, BASE + 0x10), 1 << 0 | 1 << 1 | 1 << 5 | 1 << 16);
}

Test(vmm_net, a_frame_arrives)
{
    give(0);
    fill(3, 200);
    send(3, 200);
    cr_assert_eq(rig_used(0, RIG_NET, TX), 1);
    cr_assert_eq(rig_used_head(0, RIG_NET, TX), 3);
    cr_assert_eq(rig_used(1, RIG_NET, RX), 1);
    cr_assert_eq(rig_used_bytes(1, RIG_NET, RX), 200);
    cr_assert_eq(memcmp(at(1, 0) + HEADER, at(0, 3) + HEADER, 200 - HEADER), 0);
    const uint8_t header[HEADER] = {[10] = 1};
    cr_assert_arr_eq(at(1, 0), header, HEADER);
    cr_assert(line(0) && line(1));
    cr_assert_eq(lab.vcpu[1].injections[RIG_VIRTIO_LINE(RIG_NET)], 0, "its line is not enabled");
}

Test(vmm_net, in_pieces)
{
    fill(0, 1000);
    rig_descriptor(0, RIG_NET, TX, 0, BUFFER(0), 12, 0, 1);
    rig_descriptor(0, RIG_NET, TX, 1, BUFFER(0) + 12, 501, 0, 2);
    rig_descriptor(0, RIG_NET, TX, 2, BUFFER(0) + 513, 487, 0, -1);
    rig_descriptor(1, RIG_NET, RX, 0, BUFFER(0), 5, 2, 1);
    rig_descriptor(1, RIG_NET, RX, 1, BUFFER(1) + 3, 800, 2, 2);
    rig_descriptor(1, RIG_NET, RX, 2, BUFFER(2), 4096, 2, -1);
    rig_available(1, RIG_NET, RX, 0);
    rig_available(0, RIG_NET, TX, 0);
    rig_kick(0, RIG_NET, TX);
    cr_assert_eq(rig_used_bytes(1, RIG_NET, RX), 1000);
    cr_assert_eq(memcmp(at(1, 1) + 3 + 7, at(0, 0) + 12, 793), 0);
    cr_assert_eq(memcmp(at(1, 2), at(0, 0) + 805, 195), 0);
    cr_assert_eq(at(1, 2)[195], 0);
}

/* As many pieces as a ring has, from and to: in several steps, whatever comes in between. */
static void in_many_pieces(uint32_t offset)
{
    rig_virtio_begin(0, RIG_NET, CSUM, 256);
    rig_virtio_begin(1, RIG_NET, CSUM, 256);
    fill(0, 256 * 4);
    memset(at(1, 0), 0x55, 0x1000);
    for (uint32_t i = 0; i < 256; i++) {
        rig_descriptor(0, RIG_NET, TX, i, BUFFER(0) + 4 * i, 4, 0, i == 255 ? -1 : (int)i + 1);
        rig_descriptor(1, RIG_NET, RX, i, BUFFER(0) + offset + 4 * i, 4, 2,
                       i == 255 ? -1 : (int)i + 1);
    }
    rig_available(0, RIG_NET, TX, 0);
    rig_available(1, RIG_NET, RX, 0);
}

static void must_have_come(uint32_t offset)
{
    cr_assert_eq(rig_used(1, RIG_NET, RX), 1);
    cr_assert_eq(rig_used_bytes(1, RIG_NET, RX), 1024);
    cr_assert_eq(memcmp(at(1, 0) + offset + HEADER, at(0, 0) + HEADER, 1024 - HEADER), 0);
    cr_assert_eq(at(1, 0)[offset + 1024], 0x55);
    cr_assert_eq(rig_used(0, RIG_NET, TX), 1);
}

Test(vmm_net, in_as_many_pieces_as_there_are)
{
    for (uint32_t offset = 0; offset < 4; offset++) {
        in_many_pieces(offset);
        rig_kick(0, RIG_NET, TX);
        cr_assert_geq(lab.steps, 512 * VIRTIO_COST_DESCRIPTOR / VMM_STEP);
        must_have_come(offset);
    }
}

Test(vmm_net, a_frame_on_its_way_may_begin_anew)
{
    for (uint32_t i = 0; i < 12; i++) {
        in_many_pieces(0);
        for (uint32_t step = 0; step < i / 2; step++) {
            cr_assert_eq(rig_kick_step(0, RIG_NET, TX), i / 2 < 6 ? THIMBLE_FAULT_RETRY : 0);
        }
        if (i % 2 != 0) { /* the receiver resets, and comes back */
            rig_virtio_begin(1, RIG_NET, 0, 256);
            for (uint32_t j = 0; j < 256; j++) {
                rig_descriptor(1, RIG_NET, RX, j, BUFFER(0) + 4 * j, 4, 2,
                               j == 255 ? -1 : (int)j + 1);
            }
            rig_available(1, RIG_NET, RX, 0);
        } else { /* the sender does */
            rig_virtio_begin(0, RIG_NET, 0, 256);
            for (uint32_t j = 0; j < 256; j++) {
                rig_descriptor(0, RIG_NET, TX, j, BUFFER(0) + 4 * j, 4, 0,
                               j == 255 ? -1 : (int)j + 1);
            }
            rig_available(0, RIG_NET, TX, 0);
        }
        rig_kick(0, RIG_NET, TX);
        must_have_come(0);
    }
}

Test(vmm_net, two_devices_of_a_vm_share_its_frame)
{
    /* VM 0 has a second cable, to VM 1's second: devices take turns between two steps. */
    rig_prepare(2);
    for (uint32_t vm = 0; vm < 2; vm++) {
        struct vmm_virtio *second = &lab.config.vm[vm].virtios[RIG_BLOCK];
        *second = (struct vmm_virtio){.kind = VMM_VIRTIO_NET, .guest = RIG_VIRTIO(RIG_BLOCK),
                                      .line = RIG_VIRTIO_LINE(RIG_BLOCK), .peer_vm = vm ^ 1U,
                                      .peer_virtio = RIG_BLOCK};
    }
    rig_begin();
    rig_virtio_begin(0, RIG_BLOCK, 0, 16);
    rig_virtio_begin(1, RIG_BLOCK, 0, 16);
    for (uint32_t step = 1; step < 5; step++) {
        in_many_pieces(0);
        for (uint32_t i = 0; i < step; i++) {
            cr_assert_eq(rig_kick_step(0, RIG_NET, TX), THIMBLE_FAULT_RETRY);
        }
        fill(2, 300);
        rig_descriptor(1, RIG_BLOCK, RX, 0, BUFFER(3), 1530, 2, -1);
        rig_available(1, RIG_BLOCK, RX, 0);
        rig_descriptor(0, RIG_BLOCK, TX, 0, BUFFER(2), 300, 0, -1);
        rig_available(0, RIG_BLOCK, TX, 0);
        rig_kick(0, RIG_BLOCK, TX);
        cr_assert_eq(rig_used_bytes(1, RIG_BLOCK, RX), 300);
        cr_assert_eq(memcmp(at(1, 3) + HEADER, at(0, 2) + HEADER, 300 - HEADER), 0);
        rig_kick(0, RIG_NET, TX);
        must_have_come(0);
    }
}

Test(vmm_net, frames_wait_for_buffers)
{
    fill(0, 100);
    send(0, 100);
    fill(1, 100);
    send(1, 100);
    cr_assert_eq(rig_used(0, RIG_NET, TX), 0);
    cr_assert_not(line(0));
    give(0);
    cr_assert_eq(rig_used(0, RIG_NET, TX), 1);
    give(1);
    cr_assert_eq(rig_used(0, RIG_NET, TX), 2);
    cr_assert_eq(at(1, 0)[HEADER + 1], at(0, 0)[HEADER + 1]);
    cr_assert_eq(at(1, 1)[HEADER + 1], at(0, 1)[HEADER + 1]);
}

Test(vmm_net, without_a_receiver_frames_are_lost)
{
    fill(0, 100);
    send(0, 100); /* waits */
    cr_assert_not(line(0));
    rig_write32(1, BASE + 0x70, 0); /* the other resets its device */
    cr_assert_eq(lab.steps, 1);
    cr_assert_eq(lab.bits, 0);
    cr_assert(line(0), "the sender comes to see");
    cr_assert_eq(rig_read32(0, BASE + 0x60), 1);
    cr_assert_eq(rig_used(0, RIG_NET, TX), 1);
    rig_write32(0, BASE + 0x64, 1);
    send(0, 100);
    cr_assert_eq(rig_used(0, RIG_NET, TX), 2);
    rig_virtio_begin(1, RIG_NET, CSUM, 64);
    give(0);
    cr_assert_eq(rig_used(1, RIG_NET, RX), 0);
    send(0, 100);
    cr_assert_eq(rig_used(1, RIG_NET, RX), 1);
}

/* All ways in which a receiver ends, with more frames waiting than one exit drops. */
static void receiver_ends(uint32_t how)
{
    if (how == 0) {
        rig_write32(1, BASE + 0x70, 0);
    } else if (how == 1) {
        rig_write32(1, BASE + 0x30, RX);
        rig_write32(1, BASE + 0x44, 0);
    } else if (how == 2) {
        rig_available(1, RIG_NET, RX, 64); /* no such descriptor */
        rig_kick(1, RIG_NET, RX);
    } else if (how == 3) {
        rig_available(1, RIG_NET, TX, 64); /* it breaks as a sender */
        rig_kick(1, RIG_NET, TX);
    } else {
        vm_restart(&lab.vmm->vm[1]);
    }
}

Test(vmm_net, frames_to_a_receiver_that_ends_are_the_senders_to_drop)
{
    for (uint32_t how = 0; how < 5; how++) {
        begin();
        fill(0, 100);
        rig_descriptor(0, RIG_NET, TX, 0, BUFFER(0), 100, 0, -1);
        for (uint32_t i = 0; i < 64; i++) {
            rig_available(0, RIG_NET, TX, 0);
        }
        rig_kick(0, RIG_NET, TX);
        cr_assert_eq(rig_used(0, RIG_NET, TX), 0);
        receiver_ends(how);
        if (how < 2) {
            rig_kick(1, RIG_NET, RX); /* which it has no more */
        }
        cr_assert(how == 2 || rig_used(0, RIG_NET, TX) == 0, "%u: not in the receiver's exit", how);
        cr_assert(line(0), "%u", how);
        cr_assert_eq(rig_read32(0, BASE + 0x60) & 1, 1);
        cr_assert_eq(rig_used(0, RIG_NET, TX), 64, "%u", how);
        cr_assert(how == 2 || lab.steps > 1);
    }
}

Test(vmm_net, two_broken_ends)
{
    fill(0, 100);
    send(0, 100); /* waits */
    rig_available(0, RIG_NET, TX, 64);
    rig_available(1, RIG_NET, RX, 64);
    rig_kick(1, RIG_NET, RX);
    cr_assert_eq(rig_read32(1, BASE + 0x70) & 0x40, 0x40);
    (void)rig_read32(0, BASE + 0x60);
    cr_assert_eq(rig_used(0, RIG_NET, TX), 1);
    cr_assert_eq(rig_read32(0, BASE + 0x70) & 0x40, 0x40);
}

Test(vmm_net, a_stopped_vm_receives_nothing)
{
    give(0);
    vm_restart(&lab.vmm->vm[1]);
    memset(at(1, 0), 0x55, 200);
    fill(0, 200);
    send(0, 200);
    cr_assert_eq(rig_used(0, RIG_NET, TX), 1);
    cr_assert(at(1, 0)[0] == 0x55 && at(1, 0)[199] == 0x55);
}

Test(vmm_net, without_a_cable)
{
    rig_prepare(1);
    rig_begin();
    rig_virtio_begin(0, RIG_NET, 0, 64);
    fill(0, 100);
    send(0, 100);
    cr_assert_eq(rig_used(0, RIG_NET, TX), 1);
    rig_kick(0, RIG_NET, RX);
}

Test(vmm_net, what_is_no_frame_is_dropped)
{
    const uint32_t bytes[] = {0, 1, 11, 12, 25, VIRTIO_NET_FRAME + 1, 4096};

    give(0);
    for (uint32_t i = 0; i < 7; i++) {
        send(0, bytes[i]);
        cr_assert_eq(rig_used(0, RIG_NET, TX), i + 1);
    }
    rig_descriptor(0, RIG_NET, TX, 0, BUFFER(0), 100, 2, -1); /* to write */
    rig_available(0, RIG_NET, TX, 0);
    rig_kick(0, RIG_NET, TX);
    cr_assert_eq(rig_used(0, RIG_NET, TX), 8);
    cr_assert_eq(rig_used(1, RIG_NET, RX), 0);
    fill(0, VIRTIO_NET_FRAME);
    send(0, VIRTIO_NET_FRAME);
    cr_assert_eq(rig_used_bytes(1, RIG_NET, RX), VIRTIO_NET_FRAME);
    give(0);
    send(0, 26);
    cr_assert_eq(rig_used_bytes(1, RIG_NET, RX), 26);
}

Test(vmm_net, a_buffer_that_is_too_small_keeps_its_place)
{
    rig_descriptor(1, RIG_NET, RX, 0, BUFFER(0), 50, 2, -1);
    rig_available(1, RIG_NET, RX, 0);
    fill(0, 100);
    send(0, 100);
    cr_assert_eq(rig_used(1, RIG_NET, RX), 0);
    cr_assert_eq(at(1, 0)[50], 0);
    send(0, 40);
    cr_assert_eq(rig_used_bytes(1, RIG_NET, RX), 40);
    rig_descriptor(1, RIG_NET, RX, 1, BUFFER(1), 100, 0, -1); /* not to write */
    rig_available(1, RIG_NET, RX, 1);
    send(0, 40);
    cr_assert_eq(rig_used(1, RIG_NET, RX), 1);
    cr_assert_eq(rig_used(0, RIG_NET, TX), 3);
}

Test(vmm_net, a_broken_side_does_not_break_the_other)
{
    give(0);
    rig_descriptor(0, RIG_NET, TX, 0, 0, 100, 0, -1);
    rig_available(0, RIG_NET, TX, 0);
    rig_kick(0, RIG_NET, TX);
    cr_assert_eq(rig_read32(0, BASE + 0x70) & 0x40, 0x40);
    cr_assert_eq(rig_read32(1, BASE + 0x70), 0xf);
    rig_virtio_begin(0, RIG_NET, CSUM, 64);
    fill(0, 100);
    send(0, 100);
    cr_assert_eq(rig_used(1, RIG_NET, RX), 1);
    rig_descriptor(1, RIG_NET, RX, 1, 0, 100, 2, -1);
    rig_available(1, RIG_NET, RX, 1);
    send(0, 100);
    cr_assert_eq(rig_read32(1, BASE + 0x70) & 0x40, 0x40);
    rig_available(1, RIG_NET, RX, 64);
    send(0, 100);
    cr_assert_eq(rig_read32(0, BASE + 0x70), 0xf);
    cr_assert_eq(rig_used(0, RIG_NET, TX), 3);
    rig_virtio_begin(1, RIG_NET, CSUM, 64);
    rig_available(1, RIG_NET, RX, 64); /* found out in the sender's exit */
    send(0, 100);
    cr_assert_eq(rig_read32(1, BASE + 0x70) & 0x40, 0x40);
    cr_assert_eq(rig_used(0, RIG_NET, TX), 4);
}

Test(vmm_net, many_frames_in_parts)
{
    fill(0, 100);
    rig_descriptor(0, RIG_NET, TX, 0, BUFFER(0), 100, 0, -1);
    for (uint32_t i = 0; i < 64; i++) {
        rig_descriptor(1, RIG_NET, RX, i, BUFFER(1), 1530, 2, -1);
        rig_available(1, RIG_NET, RX, i);
        rig_available(0, RIG_NET, TX, 0);
    }
    uint32_t before = 0;
    while (rig_kick_step(0, RIG_NET, TX) == THIMBLE_FAULT_RETRY) {
        uint32_t moved = rig_used(1, RIG_NET, RX) - before;
        cr_assert(moved > 0 && moved <= 1 + VMM_STEP / (2 * (100 + VIRTIO_COST_CHAIN)));
        before += moved;
        cr_assert_eq(rig_used(0, RIG_NET, TX), before);
    }
    cr_assert_eq(rig_used(1, RIG_NET, RX), 64);
    cr_assert_eq(rig_used(0, RIG_NET, TX), 64);
    cr_assert_eq(lab.bits, 0, "nothing is left for the events thread");
}

Test(vmm_net, buffers_that_come_late_move_frames_in_parts)
{
    fill(0, 100);
    rig_descriptor(0, RIG_NET, TX, 0, BUFFER(0), 100, 0, -1);
    for (uint32_t i = 0; i < 64; i++) {
        rig_descriptor(1, RIG_NET, RX, i, BUFFER(1), 1530, 2, -1);
        rig_available(0, RIG_NET, TX, 0);
    }
    rig_kick(0, RIG_NET, TX);
    cr_assert_eq(lab.bits, 0);
    for (uint32_t i = 0; i < 64; i++) {
        rig_available(1, RIG_NET, RX, i);
    }
    cr_assert_eq(rig_kick_step(1, RIG_NET, RX), THIMBLE_FAULT_RETRY, "the receiver pays");
    cr_assert(rig_used(1, RIG_NET, RX) > 0 && rig_used(1, RIG_NET, RX) < 64);
    rig_kick(1, RIG_NET, RX);
    cr_assert_eq(rig_used(1, RIG_NET, RX), 64);
}

static void missing_sum(uint32_t start, uint32_t offset)
{
    uint8_t *frame = at(0, 0);

    frame[0] = 1;
    frame[1] = 4; /* what a driver may not say: nothing of it arrives */
    frame[2] = 0x77;
    frame[6] = (uint8_t)start;
    frame[7] = (uint8_t)(start >> 8);
    frame[8] = (uint8_t)offset;
    frame[9] = (uint8_t)(offset >> 8);
}

Test(vmm_net, a_missing_check_sum_goes_along)
{
    give(0);
    fill(0, 100);
    missing_sum(34, 16);
    send(0, 100);
    const uint8_t header[HEADER] = {1, [6] = 34, [8] = 16, [10] = 1};
    cr_assert_arr_eq(at(1, 0), header, HEADER);
    cr_assert_eq(memcmp(at(1, 0) + HEADER, at(0, 0) + HEADER, 88), 0);
}

Test(vmm_net, a_check_sum_outside_is_none)
{
    const uint8_t header[HEADER] = {[10] = 1};

    for (uint32_t i = 0; i < 3; i++) {
        const uint32_t cases[][2] = {{80, 7}, {0xffff, 0xffff}, {0, 0xffff}};
        give(i);
        fill(0, 100);
        missing_sum(cases[i][0], cases[i][1]);
        send(0, 100);
        cr_assert_arr_eq(at(1, i), header, HEADER);
    }
    cr_assert_eq(rig_used(1, RIG_NET, RX), 3);
}

Test(vmm_net, a_receiver_that_wants_check_sums_gets_them)
{
    rig_virtio_begin(1, RIG_NET, 0, 64);
    for (uint32_t odd = 0; odd < 2; odd++) {
        give(odd);
        fill(0, 100 + odd);
        missing_sum(34, 16);
        at(0, 0)[HEADER + 50] = 0x12; /* the pseudo header's sum */
        at(0, 0)[HEADER + 51] = 0x34;
        send(0, 100 + odd);
        uint8_t *got = at(1, odd);
        cr_assert_eq(got[0], 0);
        /* With 0x1234 taken for the check sum field's part, all words sum up to ~0. */
        uint32_t sum = 0x1234;
        for (uint32_t i = 34; i < 88 + odd; i++) {
            sum += i % 2 != 0 ? got[HEADER + i] : (uint32_t)got[HEADER + i] << 8;
        }
        while (sum >> 16 != 0) {
            sum = (sum & 0xffff) + (sum >> 16);
        }
        cr_assert_eq(sum, 0xffff);
    }
}

Test(vmm_net, a_check_sum_of_zero_is_written_as_ones)
{
    rig_virtio_begin(1, RIG_NET, 0, 64);
    give(0);
    fill(0, 60);
    memset(at(0, 0) + HEADER, 0, 48);
    missing_sum(34, 6);
    at(0, 0)[HEADER + 40] = 0xff;
    at(0, 0)[HEADER + 41] = 0xff;
    send(0, 60);
    cr_assert(at(1, 0)[HEADER + 40] == 0xff && at(1, 0)[HEADER + 41] == 0xff);
}

Test(vmm_net, a_sender_that_did_not_ask_leaves_no_sum_out)
{
    rig_virtio_begin(0, RIG_NET, 0, 64);
    give(0);
    fill(0, 100);
    missing_sum(34, 16);
    send(0, 100);
    cr_assert_eq(at(1, 0)[0], 0);
    cr_assert_eq(memcmp(at(1, 0) + HEADER, at(0, 0) + HEADER, 88), 0);
}
