/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * All mutable state of the core is in one struct without pointers: links are
 * 16-bit pool indices, widths are fixed, padding is explicit and zero. So a
 * snapshot is a memcpy, and states can be compared and hashed, alike on 32-bit
 * and 64-bit machines. (Page tables live in physical memory beside it.)
 */
#ifndef CORE_KERNEL_H
#define CORE_KERNEL_H

#include "cap.h"
#include "cell.h"
#include "config.h"
#include "derivation.h"
#include "irq.h"
#include "machine.h"
#include "notification.h"
#include "path.h"
#include "sc.h"
#include "sched.h"
#include "space.h"
#include "thread.h"
#include "trace.h"
#include "types.h"
#include "vcpu.h"

/* Rounds a count of 16-bit items up to whole 64-bit words. */
#define FOURS(n) (((n) + 3U) & ~3U)

/* Reasons why a reply cannot take the fast path on this CPU. */
#define NOT_FAST_HELPING 1U /* the running context helps: it is not the caller's */
#define NOT_FAST_TRACING 2U

struct cpu {
    u32 regs[THREAD_REGS]; /* r0 to r7 of the running thread */
    u16 current;           /* thread */
    u16 sc;                /* scheduling context that pays; NONE when idle */
    u16 id;
    u16 fast_key; /* id, unless tracing: what the fast path compares recv_key with */
    u16 not_fast;
    u16 resched; /* somebody more urgent may be ready: choose anew before leaving */
    u16 vcpu;    /* whose state is loaded; NONE */
    u16 mask;    /* machine_mask() that is set */
    u32 tracing;
    u32 printing; /* the console has work: klog_step() */
    u64 started; /* ticks: up to here the running context is charged */
    u64 timer;   /* ticks: what the hardware timer is set to */
    u32 ready_words; /* bit i: ready[i] is not 0; if there are several */
    u32 ready[(QUEUE_WORDS + 1U) & ~1U]; /* bit p % 32 of word p / 32: queue p is not empty */
    u32 reach; /* of the running context: so many places are as urgent, or more */
};

_Static_assert(sizeof(struct cpu) == 80U + 4U * ((QUEUE_WORDS + 1U) & ~1U), "no hidden padding");

struct kernel {
    struct cpu cpu[CPU_MAX];
    u16 table_free;                 /* its head; NONE */
    u16 table_count;                /* pages on it that nobody has set aside */
    u16 region_free; /* free list of regions; NONE */
    u16 mapping;     /* region that is being mapped in this step; NONE */
    struct revocation revocation;
    /* how many of each pool the system uses */
    u16 cell_count;
    u16 thread_count; /* idle threads included */
    u16 sc_count;
    u16 notification_count;
    u16 irq_count;
    u16 region_count;
    u16 cap_count;
    u16 console; /* enum console_owner */
    struct thread threads[THREAD_MAX];
    struct sc scs[SC_MAX];
    cap_t caps[CAP_MAX];
    struct derivation derivations[CAP_MAX]; /* of the capability of that index */
    struct cell cells[CELL_MAX];
    struct region regions[REGION_MAX];
    struct notification notifications[NOTIFICATION_MAX];
    struct irq irqs[IRQ_MAX];
    struct vcpu vcpus[VCPU_MAX + (VCPU_MAX == 0)];
    u64 due[PLACES + 1U][2];     /* deadlines: see deadline.h; the first are not used */
    u16 place_sc[FOURS(PLACES)]; /* whose place each is; NONE */
    struct link links[(CPU_MAX * PRIORITIES + SC_MAX + 1U) & ~1U];
    u16 line_irq[FOURS(LINE_MAX)]; /* irq of an INTID; NONE */
    u16 table_next[FOURS(TABLE_PAGE_MAX)]; /* free list of page-table pages */
};

_Static_assert(offsetof(struct kernel, threads) - offsetof(struct kernel, table_free) == 32U,
               "no hidden padding");

extern struct kernel kernel;

/* The object of an index. Its address is kept in a register: see machine_keep(). */
#define KERNEL_OBJECT_AT(type, pool)                     \
    static inline struct type *type##_at(u32 index)      \
    {                                                    \
        struct type *object = &kernel.pool[index];       \
        machine_keep(object);                            \
        return object;                                   \
    }

KERNEL_OBJECT_AT(thread, threads)
KERNEL_OBJECT_AT(sc, scs)
KERNEL_OBJECT_AT(derivation, derivations)
KERNEL_OBJECT_AT(cell, cells)
KERNEL_OBJECT_AT(region, regions)
KERNEL_OBJECT_AT(notification, notifications)
KERNEL_OBJECT_AT(irq, irqs)
KERNEL_OBJECT_AT(vcpu, vcpus)

/* The CPU, for functions that use much of both it and the rest: where there is only one,
 * its place is the kernel's own, which is in a register already. */
static inline struct cpu *cpu_self(struct cpu *cpu)
{
    return CPU_MAX == 1U ? &kernel.cpu[0] : cpu;
}

static inline void thread_registers_switch(struct cpu *cpu, u32 index, const struct thread *t)
{
    machine_path(PATH_SWITCH);
    u32 *before = kernel.threads[cpu->current].regs;

    cpu->current = (u16)index;
    machine_registers_switch(before, cpu->regs, t->regs);
}

static inline void trace(const struct cpu *cpu, enum trace_kind kind, u32 thread, u32 a, u32 b)
{
    if (cpu->tracing) {
        trace_record(cpu, kind, thread, a, b);
    }
}

/* Every invariant of the state, in executable form. NULL if all hold, else
 * the one that does not. Not linked into release images. */
const char *kernel_check(void);

#endif
