/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Thread: an execution context in a cell.
 *
 * An active thread owns a scheduling context (sc != NONE); it calls, waits and
 * polls, and is never called. A passive thread owns none: it waits to be called
 * and runs on the scheduling context of whoever called it.
 *
 * Two keys say what most threads do, so that the fast path of IPC needs one
 * load and one compare for each side:
 *   recv_key   the CPU's number exactly when the thread waits to be called,
 *              is alive and native; NONE otherwise
 *   reply_key  the server's index exactly when the thread waits for its reply
 *              (with REPLY_KEY_FAULT: to a fault); NONE otherwise
 * With both NONE, `state` says the rest.
 *
 * Message registers of the running thread are in its CPU's register file
 * (cpu->regs), of every other thread in thread.regs: see thread_regs().
 */
#ifndef CORE_THREAD_H
#define CORE_THREAD_H

#include "config.h"
#include "types.h"

struct cpu;

enum thread_state {
    THREAD_READY = 0,     /* runs when its time does; or what the keys say */
    THREAD_STOPPED,       /* does nothing until restarted */
    THREAD_WAITING,       /* on notification waits_on */
    THREAD_PENDING_CALL,  /* its call is tried again: the server was busy */
    THREAD_PENDING_FAULT, /* likewise, the call to its fault handler */
    THREAD_FAILED,        /* it has none: stopped when its turn comes */
    THREAD_RESTART,       /* a hypercall was preempted: it goes on when this runs */
    THREAD_SLEEPING,      /* a vCPU at its WFI */
    THREAD_STATES
};

#define REPLY_KEY_FAULT 0x8000U
#define REPLY_KEY_INDEX 0x7fffU

#define THREAD_MACHINE_WORDS 10U
#define THREAD_REGS 8U

struct thread {
    u64 space;     /* VTTBR of its cell */
    u16 recv_key;
    u16 reply_key;
    u16 caller;    /* whom it serves; NOBODY if nobody (any more) */
    u16 slot_base; /* its cell's capability table: first index in kernel.caps */
    u16 slots;     /* and number of slots */
    u8 level;      /* 0 to 7; LEVEL_ACTIVE */
    u8 state;      /* enum thread_state */
    u16 sc;        /* its own scheduling context; NONE if passive */
    u16 cell;
    u8 fault_kind; /* the fault that is not answered yet; 0: none */
    u8 fault_access;
    u8 restart;    /* long hypercall of which steps have been made: to continue when
                    * this runs, while THREAD_RESTART; else 0 */
    u8 vcpu;       /* one more than the number of the vCPU that it is; 0: native */
    u16 handler;   /* slots in its cell's table: fault handler (thread), */
    u16 health;    /* health notification; THIMBLE_NO_SLOT: none */
    u32 regs[THREAD_REGS];
    u16 waits_on;  /* notification, while THREAD_WAITING; else NONE */
    u16 window;    /* slot for capabilities that come with messages; THIMBLE_NO_SLOT */
    u32 fault_address;
    u32 fault_pc;
    u32 fault_action; /* last answer: THIMBLE_FAULT_RETRY or _SKIP */
    u32 fault_value;
    u32 buffer; /* physical address of its message buffer; 0: none */
    u32 machine[THREAD_MACHINE_WORDS]; /* the machine's: other registers */
};

_Static_assert(sizeof(struct thread) == 128, "an index becomes an address by a shift");
_Static_assert(offsetof(struct thread, regs) == 32, "no hidden padding");

static inline bool thread_is_active(const struct thread *t)
{
    return t->sc != NONE;
}

/* Where the message registers of thread `index` are now. */
u32 *thread_regs(struct cpu *cpu, u32 index);
/* Makes `index` the thread that this CPU runs. (kernel.h has the part of it that
 * is left while nothing is traced.) */
void thread_switch(struct cpu *cpu, u32 index);
/* Stops a thread, from any state. Callers that wait for it get
 * THIMBLE_ERR_DEAD; a server it had called loses its time at once. */
void thread_stop(struct cpu *cpu, u32 index);
/* A stopped thread starts again at its program's entry. */
void thread_reset(struct cpu *cpu, u32 index);

u32 thread_hypercall_stop(struct cpu *cpu);

#endif
