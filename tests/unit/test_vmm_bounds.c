/* SPDX-License-Identifier: BSD-2-Clause */
/* Just at a limit of what a driver gives a virtio device, and one past it. What lies behind
 * the limit would do, so that only the limit refuses it. */
#include <criterion/criterion.h>
#include <string.h>

#include "vmm_rig.h"

#define SIZE 16U
#define HEADER RIG_BUFFERS
#define DATA (RIG_BUFFERS + 0x1000U)
#define RESULT (RIG_BUFFERS + 0x2000U)
#define TYPE_GET_ID 8U
#define STATUS 0x70U
#define NEEDS_RESET 0x40U
#define FINE 0xfU

static void begin(void)
{
    uint32_t type = TYPE_GET_ID;

    rig_prepare(1);
    rig_begin();
    rig_virtio_begin(0, RIG_BLOCK, 0, SIZE);
    memcpy(rig_ram(0, HEADER), &type, sizeof(type));
    *rig_ram(0, RESULT) = 0xee;
}

/* A request whose first descriptor has this index, and its last that one. */
static void request_lay(uint32_t first, uint32_t last)
{
    rig_descriptor(0, RIG_BLOCK, 0, first, HEADER, 16, 0, 1);
    rig_descriptor(0, RIG_BLOCK, 0, 1, DATA, 20, 2, (int)last);
    rig_descriptor(0, RIG_BLOCK, 0, last, RESULT, 1, 2, -1);
}

static uint32_t status(void)
{
    return rig_read32(0, RIG_VIRTIO(RIG_BLOCK) + STATUS);
}

static void kick(uint32_t head)
{
    rig_available(0, RIG_BLOCK, 0, head);
    rig_kick(0, RIG_BLOCK, 0);
}

TestSuite(vmm_bounds, .init = begin);

Test(vmm_bounds, the_last_descriptor_is_one)
{
    request_lay(SIZE - 1U, SIZE - 2U);
    kick(SIZE - 1U);
    cr_assert_eq(*rig_ram(0, RESULT), 0);
    cr_assert_eq(rig_used(0, RIG_BLOCK, 0), 1);
    cr_assert_eq(status(), FINE);
}

Test(vmm_bounds, a_head_behind_the_last_is_outside)
{
    request_lay(SIZE, 2);
    kick(SIZE);
    cr_assert_eq(status() & NEEDS_RESET, NEEDS_RESET);
    cr_assert_eq(*rig_ram(0, RESULT), 0xee, "nothing of it was done");
    cr_assert_eq(rig_used(0, RIG_BLOCK, 0), 0);
}

Test(vmm_bounds, a_link_behind_the_last_is_outside)
{
    request_lay(0, SIZE);
    kick(0);
    cr_assert_eq(status() & NEEDS_RESET, NEEDS_RESET);
    cr_assert_eq(*rig_ram(0, RESULT), 0xee, "nothing of it was done");
    cr_assert_eq(rig_used(0, RIG_BLOCK, 0), 0);
}

Test(vmm_bounds, as_many_as_the_ring_has_may_be_offered)
{
    request_lay(0, 2);
    for (uint32_t i = 0; i < SIZE; i++) {
        rig_available(0, RIG_BLOCK, 0, 0);
    }
    rig_kick(0, RIG_BLOCK, 0);
    rig_settle();
    cr_assert_eq(status(), FINE);
    cr_assert_eq(rig_used(0, RIG_BLOCK, 0), SIZE);
}

Test(vmm_bounds, the_largest_queue_is_one_and_no_larger)
{
    uint32_t most = rig_read32(0, RIG_VIRTIO(RIG_BLOCK) + 0x34U);

    rig_virtio_begin(0, RIG_BLOCK, 0, most);
    cr_assert_eq(rig_read32(0, RIG_VIRTIO(RIG_BLOCK) + 0x44U), 1);
    rig_virtio_begin(0, RIG_BLOCK, 0, 2U * most);
    cr_assert_eq(rig_read32(0, RIG_VIRTIO(RIG_BLOCK) + 0x44U), 0);
    cr_assert(lab.vcpu[0].runs);
}

Test(vmm_bounds, a_buffer_may_end_with_the_ram)
{
    uint32_t at = RIG_RAM_GUEST + RIG_RAM_BYTES - 1U;

    request_lay(0, 2);
    rig_descriptor(0, RIG_BLOCK, 0, 2, at, 1, 2, -1);
    *rig_ram(0, at) = 0xee;
    kick(0);
    cr_assert_eq(*rig_ram(0, at), 0);
    cr_assert_eq(status(), FINE);
}
