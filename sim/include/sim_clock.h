/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Virtual time, counted in instructions, and the prices of kernel paths. Apart
 * from struct sim, so that the core's sources see only this much of it.
 */
#ifndef SIM_CLOCK_H
#define SIM_CLOCK_H

#include "path.h"
#include "types.h"

/* What guests do between hypercalls: user/lib/memory.h, time.h, self.h. */
enum sim_helper {
    SIM_HELPER_ACCESS,  /* a load or store */
    SIM_HELPER_TIME,
    SIM_HELPER_COMPUTE, /* beside the instructions asked for */
    SIM_HELPER_SELF,    /* buffer, statistics, seed */
    SIM_HELPERS
};

/* What the hypervisor has done and hardware has not yet (bus.h). */
#define SIM_LATE_DATA 1U    /* table writes, maintenance of TLBs and caches: until a DSB */
#define SIM_LATE_DEVICE 2U  /* writes to devices: likewise */
#define SIM_LATE_TIMER 4U   /* timer registers: until an ISB */
#define SIM_LATE_SPACE 8U   /* VTTBR: likewise */
#define SIM_LATE_CONTEXT (SIM_LATE_TIMER | SIM_LATE_SPACE)

struct sim_clock {
    u64 now;        /* instructions since boot */
    u64 due;        /* when a device, timer or pending interrupt wants the CPU */
    u64 next_event; /* the same, or 0 if the simulator wants to see every trap */
    u32 late;       /* what waits for a barrier: SIM_LATE_* */
    u32 line;   /* that the last interrupt took */
    u64 cost[PATHS];
    u32 helper[SIM_HELPERS];
    enum path path; /* the last one that may wake somebody straight */
    bool woken;     /* straight, and traced */
};

extern struct sim_clock sim_clock;

/* The check that refused the last hypercall: for people, not part of any state. */
struct sim_refusal {
    const char *file;
    int line;
    u32 error;
};
extern struct sim_refusal sim_refusal;

/* boot.space_t0sz and boot.fixed of what runs. */
extern u32 sim_space_t0sz;
extern bool sim_space_fixed;

#endif
