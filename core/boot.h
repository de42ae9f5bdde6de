/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The system that the core boots, as flat tables: what the host makes out of a
 * system description (user/describe/) after checking it. Names are for people:
 * messages, traces, reports; NULL where an image leaves them out. The core trusts the tables for
 * what the checker proves (references, overlaps, rights) and refuses what does not fit its pools.
 */
#ifndef CORE_BOOT_H
#define CORE_BOOT_H

#include "config.h"
#include "machine.h"
#include "sc.h"
#include "types.h"

struct boot_cell {
    const char *name;
    const char *program; /* the binary (or, on the workstation, the function) */
    u16 slots;           /* size of the capability table */
    u16 tables;          /* page-table pages it may use */
    u16 derived;         /* region objects it may have beside those in boot.regions */
    gpaddr_t image;      /* its program's place */
    u32 image_size;
    gpaddr_t stats; /* where its programs keep figures for the report; 0: nowhere */
};

struct boot_thread {
    const char *name;
    u16 cell;
    u16 sc;         /* own scheduling context; NONE: passive */
    u8 level;       /* passive: 0 to 7 */
    u8 pad;
    u16 vfp;        /* number of its save area for floating point, from 1; 0: has none */
    u16 vcpu;       /* a guest's: number of its vCPU, from 1; 0: native */
    u16 handler;    /* slot of its fault handler, THIMBLE_NO_SLOT */
    u16 health;     /* slot of its health notification, THIMBLE_NO_SLOT */
    u32 argument;   /* the program's argument */
    paddr_t buffer; /* message buffer, 0: none */
    gpaddr_t buffer_at;
    gpaddr_t stack; /* its end; hosted threads of the simulator have others */
};

struct boot_sc {
    struct urgency urgency[2]; /* a vCPU's after vcpu_lower is the second one; others': the same */
    u16 thread;   /* its owner: index in boot.threads */
    u8 described; /* its priority for people: an image has only those that its system has */
    u8 cpu;
    u32 budget; /* ticks */
    u32 period; /* ticks */
};

struct boot_irq {
    const char *name;
    u16 line;
    bool edge;
    u8 level; /* of whoever handles it: machine_mask(). 0: it interrupts everybody */
};

struct boot_notification {
    const char *name;
};

struct boot_region {
    const char *name;
    u16 cell; /* has its capability, if there is one */
    bool mapped; /* at boot; else its capability is for mapping it */
    bool loaded; /* with the image: its contents are not cleared at boot */
    struct machine_mapping map;
};

struct boot_cap {
    u16 cell;
    u16 slot;
    u8 type; /* THIMBLE_CAP_* */
    u8 rights;
    u16 object; /* index in the boot table of that type */
    u32 badge;
};

struct boot {
    const char *name;
    const struct boot_cell *cells;
    const struct boot_thread *threads;
    const struct boot_sc *scs;
    const struct boot_irq *irqs;
    const struct boot_notification *notifications;
    const struct boot_region *regions;
    const struct boot_cap *caps;
    u8 space_t0sz; /* address bits that all cells' spaces do without: VTCR.T0SZ. 0, or 2 to 7 */
    u8 fixed; /* memory stays as it is mapped at boot: no region is derived, mapped or unmapped */
    u16 cell_count;
    u16 thread_count;
    u16 sc_count;
    u16 irq_count;
    u16 notification_count;
    u16 region_count;
    u16 cap_count;
};

/* The tables of the last boot; NULL before the first. */
const struct boot *boot_tables(void);
/* The argument of a thread's program, by kernel index. */
u32 boot_thread_argument(u32 thread);

/* Is there room for all its objects? In an image there is: pools are made for its system. */
bool boot_fits(const struct boot *system);
/* Initialises hardware and all objects on this CPU; at return the CPU's current
 * thread is the first to run. NULL, or what does not fit. */
const char *boot(const struct boot *system);

/* Boot index to kernel index: idle threads come first. */
static inline u32 boot_thread_index(u32 index)
{
    return index + CPU_MAX;
}

#endif
