/* SPDX-License-Identifier: BSD-2-Clause */
/* The system of most tests: see rig.h. */
#include "rig.h"

struct rig rig;

static u32 bell_add(void)
{
    return cap_notification(rig.cell, build_notification(), 1);
}

void rig_build(void)
{
    build_begin();
    rig.cell = build_cell("rig");
    rig.low = build_active(rig.cell, RIG_PRIORITY_LOW, NULL, 0);
    rig.mid = build_active(rig.cell, RIG_PRIORITY_MID, NULL, 0);
    rig.high = build_active(rig.cell, RIG_PRIORITY_HIGH, NULL, 0);
    for (u32 level = 0; level < LEVELS; level++) {
        rig.server[level] = build_passive(rig.cell, (u8)level, NULL, 0);
        rig.slot[level] = cap_call(rig.cell, rig.server[level], 100 + level);
    }
    rig.bell_low = bell_add();
    rig.bell_mid = bell_add();
    rig.bell_high = bell_add();
}

void rig_boot(void)
{
    drive_boot();
    expect_runs(rig.high);
    rig_sleep();
    expect_runs(rig.mid);
    rig_sleep();
    expect_runs(rig.low);
}

void rig_ring(u32 bell)
{
    notification_signal(&kernel.cpu[0], cap_object(*drive_cap(rig.cell, bell)), 1);
    drive_schedule();
}

u32 rig_word(u32 thread)
{
    return 1000U + thread;
}

void rig_call(u32 level)
{
    drive_hypercall(THIMBLE_CALL, rig.slot[level], THIMBLE_TAG(level, 6),
                    rig_word(drive_running()), 2, 3, 4, 5, 6);
}

void rig_reply(u32 word)
{
    drive_hypercall(THIMBLE_REPLY_RECV, 0, THIMBLE_TAG(0, 6), word, 2, 3, 4, 5, 6);
}

void rig_sleep(void)
{
    u32 thread = drive_running();

    drive_block(thread == rig.low   ? rig.bell_low
                : thread == rig.mid ? rig.bell_mid
                                    : rig.bell_high);
}

void rig_serve(void)
{
    rig_call(3);
    expect_runs(rig.server[3]);
}

void rig_help(void)
{
    rig_serve();
    rig_ring(rig.bell_mid);
    expect_runs(rig.mid);
    rig_call(3);
    cr_assert_eq(drive_thread(rig.mid)->state, THREAD_PENDING_CALL);
    expect_runs(rig.server[3]);
}
