/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The language of system descriptions: plain C with designated initialisers,
 * compiled for the host only. A description names everything; describe_compile()
 * checks it, places memory, and turns names into the flat tables that the core
 * boots (core/boot.h). A file user/systems/NAME/system.c, or any file outside the tree,
 * defines one `const struct system thimble_system`.
 *
 * Arrays end with an element that is all zero; leave the array out if it is
 * empty. References are names: "cell.thread", "notification", "irq", "cell", and
 * "region" for one of the same cell.
 */
#ifndef USER_DESCRIBE_SYSTEM_H
#define USER_DESCRIBE_SYSTEM_H

#include "abi.h"
#include "machine.h"
#include "types.h"

struct system_thread {
    const char *name; /* unique in its cell */
    /* Active: runs on its own time. */
    u8 priority;   /* 0 lowest to 255 */
    u32 budget_us; /* per period; 0 with period 0: no limit but round robin (10 ms slices) */
    u32 period_us;
    u32 deadline_us; /* its budget is used up this long after it became ready, at the
                        latest: proved by response-time analysis; 0: nothing is promised */
    /* Passive: runs on its callers' time. */
    bool passive;
    u8 level;      /* 0 to 7; calls only lower levels */
    bool vfp;      /* may use VFP and Advanced SIMD; without it their instructions fault */
    bool buffer;   /* has a message buffer: messages of over 6 words */
    u32 argument;  /* given to the program: active threads get it in r0 */
    u16 fault_handler; /* slot of a callable thread capability; 0: none */
    u16 health;        /* slot of a notification capability that signals; 0: none */
};

struct system_cap {
    u16 slot; /* 1 and up: slot 0 stays empty, so that 0 never names anything */
    /* exactly one of these names the object */
    const char *thread;
    const char *notification;
    const char *irq;
    const char *region; /* of this cell; a region has at most one capability */
    const char *cell;
    u8 rights; /* THIMBLE_RIGHT_* of that kind of object; a region's: its access */
    u32 badge;
};

/* Device registers (device), memory that cells share (shared), or memory of the
 * cell's own (neither), beside the image. */
struct system_region {
    const char *name;
    gpaddr_t at;     /* where the cell sees it */
    bool unmapped;   /* not at boot: its capability is for mapping it, wherever; `at` is 0 */
    u32 size;        /* bytes, whole pages; 0 for a device: the board says it */
    u8 access;       /* ACCESS_* */
    u8 memory;       /* enum machine_memory; MEMORY_DEVICE for a device */
    const char *device; /* a device of the board; its address and size are the board's */
    const char *shared; /* memory that several cells map: regions with the same
                           shared name are the same memory, of the same size */
    bool dma;            /* memory for a device that masters the bus: `at` is its
                            physical address too */
};

struct system_cell {
    const char *name;
    const char *program; /* PROGRAM(name) of user/ */
    u32 memory;          /* size of its image region, whole pages (from 2 MiB on it is placed
                            so that block mappings fit): code, data, stacks,
                            then statistics page, then message buffers, at its end */
    u16 slots;           /* capability table; 0: as many as the capabilities need. More
                            leave room for capabilities made or received at run time */
    u16 tables;          /* page-table quota; 0: what its regions need. Regions derived at
                            run time, or mapped into it by others, need more */
    u16 derived;         /* quota of region objects beside its own regions: derived by it at
                            run time, or received with messages */
    bool stats;          /* has a statistics page (user/lib/stats.h) */
    const struct system_thread *threads;
    const struct system_cap *caps;
    const struct system_region *regions;
};

struct system_irq {
    const char *name;
    const char *device; /* that of a device of the board, or */
    u16 line;           /* this INTID */
    bool edge;
};

struct system_notification {
    const char *name;
};

struct system {
    const char *name;
    const struct system_cell *cells;
    const struct system_notification *notifications;
    const struct system_irq *irqs;
};

/* Where every cell sees its image. */
#define SYSTEM_IMAGE_AT 0x10000000U

extern const struct system thimble_system;

#endif
