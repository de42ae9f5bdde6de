/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The system of most tests: one cell with three active threads, low, mid and
 * high, and eight passive ones, one of each level. After rig_boot() mid and
 * high wait for ever, each on a notification of its own, and low runs.
 */
#ifndef TESTS_RIG_H
#define TESTS_RIG_H

#include "drive.h"

#define RIG_PRIORITY_LOW 10U
#define RIG_PRIORITY_MID 20U
#define RIG_PRIORITY_HIGH 30U

struct rig {
    u32 cell;
    u32 low;
    u32 mid;
    u32 high;
    u32 server[LEVELS]; /* by level */
    u32 slot[LEVELS];   /* to call them; badges are 100 + level */
    u32 bell_low;       /* slots of the notifications, all rights, badge 1 */
    u32 bell_mid;
    u32 bell_high;
};

extern struct rig rig;

void rig_build(void);
void rig_boot(void);
/* Rings the bell in this slot, as an interrupt would. */
void rig_ring(u32 bell);
/* The running thread calls the server of this level, with words of its own. */
void rig_call(u32 level);
/* The words that rig_call() sends as this thread. */
u32 rig_word(u32 thread);
/* The running server answers its caller with word 0 = `word`. */
void rig_reply(u32 word);
/* The running thread, active, waits on its bell for ever. */
void rig_sleep(void);
/* low has called the server of level 3, which runs. */
void rig_serve(void);
/* As rig_serve(); then mid wakes and calls it too, and helps. */
void rig_help(void);

#endif
