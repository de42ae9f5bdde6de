/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vCPU: the thread of a VM cell, which runs a guest's privileged and user code.
 * It is active, has a capability table like any thread, and starts off (stopped):
 * vcpu_start. What traps of a guest is a call to its fault handler, the passive
 * thread of a VMM cell (label THIMBLE_LABEL_EXIT); its record stays here until
 * answered. WFI, the virtual timer and virtual interrupts are the core's own.
 *
 * A guest's privileged registers, list registers and timer stay in the hardware
 * until another vCPU runs: cpu.vcpu says whose they are. That vCPU's virtual timer
 * runs in hardware whatever thread runs; of a vCPU that is not loaded, the deadline is its
 * context's, if it is to wake it or to end its low priority.
 *
 * A virtual line that is to be taken is in a list register, or, while more urgent
 * ones fill them, in `pending`. Hardware lines are ended in hardware (IHI 0048B
 * 5.2.1). An active one stays in its list register, unless active ones fill all of them, and
 * a more urgent one comes: then the least urgent is nested. It enters a list register again
 * before its handler goes on; if the guest was faster, its end shows in the priorities that
 * run (GICH_APR, 5.3.7). Lines that are listed and pending are more urgent than all nested.
 */
#ifndef CORE_VCPU_H
#define CORE_VCPU_H

#include "config.h"
#include "machine.h"
#include "types.h"

struct cpu;
struct thread;

#define VCPU_LINES 64U
#define VCPU_NO_LINE 0xffU
#define VCPU_LINE_TIMER 27U /* of the virtual timer, as in hardware */
#define VCPU_LINE_RANKS 5U /* bits of a line's priority (IHI 0048B 5.3.8), */
#define VCPU_PRIORITY 0xf8U /* the top ones */
#define VCPU_EXIT_WORDS 5U

/* Where a line comes from: injected; the timer; irq + VCPU_SOURCE_IRQ; signals of
 * notification + VCPU_SOURCE_SIGNAL. */
enum {
    VCPU_SOURCE_NONE = 0,
    VCPU_SOURCE_TIMER,
    VCPU_SOURCE_IRQ,
    VCPU_SOURCE_SIGNAL = 0x8000
};

struct vcpu {
    union {
        u8 line[MACHINE_LISTS]; /* that each list register has; VCPU_NO_LINE */
        u32 line_word;          /* the same: byte i is that of list register i */
    };
    u16 thread;
    u16 timer_active; /* the physical line, while not loaded */
    u64 timer;         /* compare value and control of the virtual timer, */
    u32 timer_control; /* while not loaded */
    u32 pending[VCPU_LINES / 32U]; /* waits for a list register */
    u32 active[VCPU_LINES / 32U];  /* nested: active, but in no list register */
    u32 high[VCPU_LINES / 32U];    /* level-sensitive, and high */
    u32 urgent[VCPU_LINES / 32U];
    u32 lists[MACHINE_LISTS];      /* list registers, while not loaded, */
    u32 interface[MACHINE_INTERFACE_WORDS]; /* and what goes with them */
    u32 control; /* of the list registers, while the guest runs; 0: they are old */
    u32 exit[VCPU_EXIT_WORDS]; /* words 1 to 5 of the exit that is not answered yet */
    u16 source[VCPU_LINES];
    u8 level[VCPU_LINES]; /* of those that are nested: the priority at which each runs */
    u8 priority[VCPU_LINES]; /* of the GIC: 0 is the most urgent */
    u32 rank[VCPU_LINE_RANKS][VCPU_LINES / 32U]; /* the bits of priority[], top first */
    u8 timer_mask; /* of the timer's line, since it was bound: machine_mask() */
    u8 pad[115];
};

_Static_assert(sizeof(struct vcpu) == 512, "an index becomes an address by a shift");

/* The running thread, a vCPU, has come to a WFI: it sleeps until a line is pending,
 * if none is. A kernel entry. */
void vcpu_sleep(struct cpu *cpu);
/* The running thread, a vCPU, exits: kind, and the words, which the machine has put into
 * vcpu.exit (its pc is word 3). A kernel entry. */
void vcpu_exit(struct cpu *cpu, u32 kind);
/* The machine is about to run the current thread, a vCPU: its state is loaded. Its list registers
 * are what they should be, unless an interrupt waits, which comes before anything else. */
void vcpu_enter(struct cpu *cpu);
/* A register of the guest that only the machine's memory has: the loaded state goes
 * there. */
void vcpu_unload(struct cpu *cpu);

/* A line of it is to be taken (once): signals, interrupts. Nothing if it is stopped. */
void vcpu_raise(struct cpu *cpu, u32 vcpu, u32 line);
/* Notification `index` has been signalled, which is, or was, bound to a line. */
void vcpu_signal(struct cpu *cpu, u32 index);
/* The same for wake_switch(): with these bits, and whatever comes of it. */
bool vcpu_signal_switch(struct cpu *cpu, u32 index, u32 bits);
/* Nothing is bound to the line any more: it is neither pending nor active. */
void vcpu_line_release(struct vcpu *v, u32 line);
/* Not loaded, it sleeps, or has lowered itself and waits for its turn; and its timer is to wake
 * it, or to raise it. Then the deadline is its context's, unless that waits for its budget. */
bool vcpu_timer_waits(u32 vcpu);
/* Brings that about. */
void vcpu_timer_arm(struct cpu *cpu, u32 vcpu);
/* That deadline has come. True: its thread slept; its context is to be woken. */
bool vcpu_expire(struct cpu *cpu, u32 vcpu);
/* Its thread has been stopped: no line, no timer, nothing bound. */
void vcpu_stop(struct cpu *cpu, u32 vcpu);
/* The maintenance interrupt, or the virtual timer's. False: the line is another. */
bool vcpu_interrupt(struct cpu *cpu, u32 line);
/* The handler's answer to an exit: RETRY, SKIP or UNDEF. */
void vcpu_answer(struct cpu *cpu, u32 thread, const u32 *regs);

u32 vcpu_hypercall(struct cpu *cpu, u32 number);

#endif
