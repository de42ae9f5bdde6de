/* SPDX-License-Identifier: BSD-2-Clause */
/* Which path segments an entry into the core is charged for. */
#include "bus.h"
#include "rig.h"

/* Prices whose sums tell which they are, and small enough that no budget
 * runs out. */
static u64 P(u32 path)
{
    u32 n = path + 3U;

    return n * n * n * 2654435761U >> 8;
}

static u32 slot_irq;

/* So that the time an entry takes says which segments it went through. */
static void prices(void)
{
    for (u32 i = 0; i < PATHS; i++) {
        sim_clock.cost[i] = P(i);
    }
    sim_clock.now = 0;
}

static void prepare(void)
{
    rig_build();
    slot_irq = cap_irq(rig.cell, build_irq(40, false));
    build_handler(rig.low, rig.slot[3], THIMBLE_NO_SLOT);
    rig_boot();
    drive_hypercall(THIMBLE_IRQ_BIND, slot_irq, rig.bell_low);
}

TestSuite(path, .init = prepare);

/* The entry made by `step` costs exactly these segments. */
#define EXPECT_COST(segments, step)                                         \
    do {                                                                    \
        prices();                                                           \
        step;                                                               \
        u64 cost = sim_clock.now;                                           \
        cr_assert_eq(cost, (u64)(segments), "%lu, not " #segments,            \
                     (unsigned long)cost);                                  \
    } while (0)

Test(path, version)
{
    EXPECT_COST(P(PATH_TRAP) + P(PATH_VERSION), drive_hypercall(THIMBLE_VERSION));
}

Test(path, unknown_number)
{
    EXPECT_COST(P(PATH_TRAP) + P(PATH_MANAGE), drive_hypercall(THIMBLE_HYPERCALLS));
}

Test(path, refused_signal)
{
    EXPECT_COST(P(PATH_TRAP) + P(PATH_LOOK_UP), drive_hypercall(THIMBLE_SIGNAL, 0));
}

Test(path, refused_recv)
{
    EXPECT_COST(P(PATH_TRAP), drive_hypercall(THIMBLE_RECV));
}

Test(path, signal_poll_and_ready_wait)
{
    EXPECT_COST(P(PATH_TRAP) + P(PATH_SIGNAL) + P(PATH_LOOK_UP),
                drive_hypercall(THIMBLE_SIGNAL, rig.bell_low));
    EXPECT_COST(P(PATH_TRAP) + P(PATH_LOOK_UP) + P(PATH_POLL),
                drive_hypercall(THIMBLE_POLL, rig.bell_low));
    drive_hypercall(THIMBLE_SIGNAL, rig.bell_low);
    EXPECT_COST(P(PATH_TRAP) + P(PATH_LOOK_UP) + P(PATH_WAIT),
                drive_hypercall(THIMBLE_WAIT, rig.bell_low, 0, 0));
}

Test(path, wait_that_blocks)
{
    EXPECT_COST(P(PATH_TRAP) + P(PATH_LOOK_UP) + P(PATH_WAIT) + P(PATH_BLOCK) +
                    P(PATH_SCHEDULE) + P(PATH_SWITCH),
                rig_sleep());
}

Test(path, yield)
{
    EXPECT_COST(P(PATH_TRAP) + P(PATH_YIELD) + P(PATH_SCHEDULE),
                drive_hypercall(THIMBLE_YIELD));
}

Test(path, fast_call_and_reply_are_one_segment_each)
{
    EXPECT_COST(P(PATH_CALL_FAST), rig_call(3));
    EXPECT_COST(P(PATH_REPLY_FAST), rig_reply(0));
}

Test(path, six_words_with_the_largest_label_are_still_fast)
{
    EXPECT_COST(P(PATH_CALL_FAST),
                drive_hypercall(THIMBLE_CALL, rig.slot[3], THIMBLE_TAG(0xffff, 6)));
    EXPECT_COST(P(PATH_REPLY_FAST),
                drive_hypercall(THIMBLE_REPLY_RECV, 0, THIMBLE_TAG(0xffff, 6)));
}

Test(path, each_word_by_buffer_is_paid_for)
{
    EXPECT_COST(P(PATH_CALL_FAST) + P(PATH_BUFFER) + 58U * P(PATH_BUFFER_WORD),
                drive_hypercall(THIMBLE_CALL, rig.slot[3], THIMBLE_TAG(0, 64)));
    EXPECT_COST(P(PATH_REPLY_FAST) + P(PATH_BUFFER) + 1U * P(PATH_BUFFER_WORD),
                drive_hypercall(THIMBLE_REPLY_RECV, 0, THIMBLE_TAG(0, 7)));
}

Test(path, refused_reply)
{
    rig_call(3);
    EXPECT_COST(P(PATH_TRAP), drive_hypercall(THIMBLE_REPLY_RECV, 0, ~0U));
}

/* The call is looked at when made and when chosen; each link is a hop. */
Test(path, call_to_a_busy_server_pays_for_each_hop)
{
    rig_call(3);
    rig_call(1);
    rig_ring(rig.bell_mid);
    EXPECT_COST(P(PATH_TRAP) + 2U * P(PATH_LOOK_UP) + 2U * P(PATH_CALL_SLOW) + P(PATH_SCHEDULE) +
                    2U * P(PATH_HOP) + P(PATH_SWITCH),
                rig_call(3));
}

Test(path, interrupt_that_wakes_nobody)
{
    drive_line(40, true);
    EXPECT_COST(P(PATH_INTERRUPT) + P(PATH_IRQ_FIRE), interrupt(&kernel.cpu[0]));
}

Test(path, spurious_interrupt)
{
    sim_gic_inject_spurious(&sim.gic, 0);
    EXPECT_COST(P(PATH_INTERRUPT), interrupt(&kernel.cpu[0]));
}

Test(path, timer_interrupt)
{
    drive_wait_until(rig.bell_low, 100);
    sim_clock.now = 100U * SIM_TICK_INSTRUCTIONS;
    sim_bus_update();
    EXPECT_COST(P(PATH_INTERRUPT) + P(PATH_TIMER) + P(PATH_DEADLINE) + P(PATH_EXPIRE) +
                    P(PATH_WAKE) + P(PATH_SWITCH),
                interrupt(&kernel.cpu[0]));
}

Test(path, bind_and_ack)
{
    EXPECT_COST(P(PATH_TRAP) + 2U * P(PATH_LOOK_UP) + P(PATH_IRQ_BIND),
                drive_hypercall(THIMBLE_IRQ_BIND, slot_irq, rig.bell_low));
    drive_line(40, true);
    drive_interrupts();
    EXPECT_COST(P(PATH_TRAP) + P(PATH_LOOK_UP) + P(PATH_IRQ_ACK),
                drive_hypercall(THIMBLE_IRQ_ACK, slot_irq));
    EXPECT_COST(P(PATH_TRAP) + P(PATH_LOOK_UP) + P(PATH_IRQ_BIND),
                drive_hypercall(THIMBLE_IRQ_BIND, slot_irq, THIMBLE_NO_SLOT));
}

Test(path, cache_maintenance_pays_for_each_line)
{
    struct machine_mapping map = {
        .pa = {SIM_RAM_BASE + 8U * MIB}, .size = PAGE_SIZE, .access = ACCESS_READ};

    rig_build();
    u32 region = build_region(rig.cell, map);
    u32 slot = build_grant(rig.cell, THIMBLE_CAP_REGION, ACCESS_READ, region, 0);
    rig_boot();
    EXPECT_COST(P(PATH_TRAP) + P(PATH_MANAGE) + P(PATH_LOOK_UP) + P(PATH_CACHE_STEP) +
                    2U * P(PATH_CACHE_LINE),
                drive_hypercall(THIMBLE_CACHE_MAINTAIN, slot, 0, 65, THIMBLE_CACHE_CLEAN));
    EXPECT_COST(P(PATH_TRAP) + P(PATH_MANAGE) + P(PATH_LOOK_UP),
                drive_hypercall(THIMBLE_CACHE_MAINTAIN, slot, 0, 65, THIMBLE_CACHE_INVALIDATE));
}

Test(path, fault)
{
    EXPECT_COST(P(PATH_LOOK_UP) + P(PATH_FAULT) + P(PATH_SWITCH),
                drive_fault(THIMBLE_FAULT_MEMORY, 0, ACCESS_READ, 0));
}
