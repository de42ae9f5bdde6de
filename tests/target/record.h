/* SPDX-License-Identifier: BSD-2-Clause */
/* The recorder's two sides: record.c, and how a machine gets records out. */
#ifndef TESTS_TARGET_RECORD_H
#define TESTS_TARGET_RECORD_H

#include "target.h"
#include "types.h"

struct boot;

struct record_options {
    u64 until;  /* ticks; MACHINE_TIME_NEVER */
    bool trace; /* record what the core traces; else results only */
};

extern struct record_options record_options;

/* record.c */
void record_begin(void);
_Noreturn void record_end(u32 why);
/* What the recorder itself has found, of idle: as TARGET_RESULT. */
void record_result(u32 place, u32 came, u32 wanted);

/* record_arm.c, record_sim.c */
const struct boot *record_system(void);
u32 record_read(u32 pa);
void record_write(const void *data, u32 size);
_Noreturn void record_close(void);

#endif
