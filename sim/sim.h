/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The simulated machine: one CPU, RAM, stage-2 MMU, GICv2, generic timers and
 * a UART, around the real core. Everything that a run depends on is in
 * `struct sim`, `struct sim_clock` and `struct kernel`, which are plain data,
 * and in the guests (guest.h).
 */
#ifndef SIM_SIM_H
#define SIM_SIM_H

#include <stdio.h>

#include "boot.h"
#include "bus.h"
#include "cache.h"
#include "devices.h"
#include "dma.h"
#include "gic.h"
#include "mmu.h"
#include "ram.h"
#include "random.h"
#include "sim_clock.h"
#include "timer.h"
#include "uart.h"

/* Streams of random numbers of the parts without a model of their own. */
enum {
    SIM_STREAM_GUESTS = 1 /* one seed for each guest: thimble_seed() */
};

struct sim {
    struct sim_mmu mmu;
    struct sim_cache cache;
    struct sim_gic gic;
    struct sim_timer timer;
    struct sim_uart uart;
    struct sim_dma dma;
    struct sim_devices devices;
    struct sim_bus bus;
    struct sim_random guests;
    u64 seed;
    u64 until; /* sim_run() returns at this virtual time */
    struct sim_ram ram;
};

extern struct sim sim;

/* Zeroes the machine and seeds its random streams; boots nothing. */
void sim_machine_reset(u64 seed);
/* The wires may have changed: when do they want the CPU next? */
void sim_events_changed(void);

/* ---- running -------------------------------------------------------------*/
enum sim_end {
    SIM_END_TIME,     /* the virtual time asked for is over */
    SIM_END_IDLE,     /* nothing will ever happen again */
    SIM_END_REQUEST,  /* sim_stop() */
    SIM_END_WATCHDOG, /* a guest looped on the host without hypercall or helper */
    SIM_END_PANIC,    /* the core panicked */
    SIM_END_CHECK     /* kernel_check() found a broken invariant */
};

struct sim_options {
    u64 seed;
    bool observe; /* trace hash and figures for the report */
    bool check;   /* kernel_check() after every step */
    bool boot_time; /* boot takes the time of its paths; else none */
    bool boot_lines; /* what the core prints at boot comes out of the UART; else
                        nobody listens yet */
    bool ram_stale; /* regions hold what ran before, and boot clears them; else RAM is zero */
    bool uart_dead; /* fault injection: SIM_UART_DEAD */
    const struct device_place *devices; /* the system's own (devices.h); NULL: none */
    u32 watchdog_ms; /* host time without progress; 0: no watchdog */
};

/* Resets the machine, boots the system on it and makes its guests ready. The
 * tables must stay where they are. NULL, or why it cannot be booted. */
const char *sim_boot(const struct boot *system, const struct sim_options *options);
/* Runs until the virtual time `until`, in instructions. */
enum sim_end sim_run(u64 until);
/* From a guest or a hook: sim_run() returns at the next chance. */
void sim_stop(void);
/* Frees guests' stacks and host timers. */
void sim_shutdown(void);
/* One line about how a run ended; empty for the ordinary ends. */
const char *sim_end_text(enum sim_end end);

/* Names for messages. */
const char *sim_cell_name(u32 cell);
const char *sim_thread_name(u32 thread);

/* The prices of kernel paths and of guests' helpers (cost.c), and what of a path's
 * price is the guest's own. */
void sim_cost_load(void);
u32 sim_cost_guest(enum path path);

/* Device and timer work that is due, and the interrupts that follow. */
void sim_events_run(void);

/* ---- snapshots -----------------------------------------------------------*/
/* Machine, core, clock and guests with their stacks, as they are between two
 * calls of sim_run(). Restores only into the process that saved. */
struct sim_snapshot;
struct sim_snapshot *sim_snapshot_save(void);
void sim_snapshot_restore(const struct sim_snapshot *snapshot);
void sim_snapshot_free(struct sim_snapshot *snapshot);
/* RAM has changed otherwise than by writes: no snapshot is near it any more. */
void sim_snapshot_leave(void);
/* Hash over all state of core and machine (page tables and RAM included). */
u64 sim_state_hash(void);

#endif
