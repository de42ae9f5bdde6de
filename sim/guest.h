/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Guests: what runs in the threads of a simulated system.
 *
 * A hosted guest is a C function on a host stack of its own, the same source
 * as on ARM. A scripted guest is a function that is asked for one step at a
 * time and keeps all it knows in a struct: nothing of it lives on a stack.
 */
#ifndef SIM_GUEST_H
#define SIM_GUEST_H

#include "boot.h"
#include "thimble_program.h"
#include "types.h"

/* Where a stack of the host continues. Offsets are known to switch_*.S. */
struct sim_context {
    uintptr_t sp;
    uintptr_t pc;
    uintptr_t fp;
};

/* One step of a scripted guest. */
enum sim_step {
    SIM_STEP_HYPERCALL, /* number; arguments are in regs[] */
    SIM_STEP_COMPUTE,   /* value: instructions */
    SIM_STEP_READ,      /* 32 bits at address: the next step finds them in value */
    SIM_STEP_WRITE,     /* value to address */
    SIM_STEP_EXECUTE,   /* fetch at address */
    SIM_STEP_SLEEP,     /* WFI: guests of VMs only, as the next two */
    SIM_STEP_TIMER,     /* virtual timer: control is number, compare value is wide */
    SIM_STEP_EXIT,      /* number: THIMBLE_EXIT_*, with address and value; HVC: r0 to r3 */
    SIM_STEP_FAULT      /* number: THIMBLE_FAULT_*, at address; never tried again */
};

struct sim_action {
    u8 step; /* enum sim_step */
    u32 number;
    u32 address;
    u32 value;
    u64 wide;
    bool fresh; /* in: the thread starts (again) at its entry */
    bool interrupted;   /* in: a virtual interrupt is to be taken */
    bool undefined;     /* in: the last exit was answered by an exception */
};

/* Fills in *action. regs: r0 to r7, results of the last hypercall before, its
 * arguments after. action->value: what the last read gave. */
typedef void (*sim_script)(void *state, u32 *regs, struct sim_action *action);

#define SIM_STACK_SIZE (64U * 1024U)
/* What a thread may use of it beyond the THIMBLE_STACK_SIZE that it has on ARM: the frames of
 * helpers, which run on its stack, and what frames of its own are wider here (by some 48 bytes
 * each: saved registers and pointers; arrays are not). */
#define SIM_STACK_EXTRA 1024U

struct sim_guest {
    struct sim_context context;
    thimble_entry program;
    sim_script script;
    void *state; /* of the script: plain data, */
    size_t state_size; /* bytes: kept in snapshots */
    u32 argument;
    u32 value;     /* last read of the script */
    u32 computing; /* instructions that the script still computes */
    struct sim_action faulted; /* access of the script that the handler decides on, */
    bool faulting;             /* if there is one */
    bool skipped;   /* of a VM: the exit was answered, */
    bool undefined; /* by an exception */
    u32 seed;
    bool fresh; /* the script has not made a step since the thread's (re)start */
    u16 limit;  /* bytes of the stack that it may use; 0: all */
    u8 *stack;  /* lowest address; NULL: not hosted */
};

/* Where a guest's stack begins: at the limit above what is inaccessible. */
u8 *sim_guest_stack_top(const struct sim_guest *guest);

extern struct sim_guest sim_guests[THREAD_MAX];

/* The program of a cell by name, among those linked in; NULL. */
thimble_entry sim_program_find(const char *name);
/* The names of all of them in turn; NULL behind the last. */
const char *sim_program_name(u32 index);
/* Gives thread `index` (a kernel index) a function or a script to run. Call
 * after sim_boot(), before sim_run(). */
void sim_guest_host(u32 index, thimble_entry program, u32 argument);
/* A hosted guest that has not run yet may use so many bytes of its stack, at most
 * SIM_STACK_SIZE; threads of descriptions may, their size on ARM and SIM_STACK_EXTRA. */
void sim_guest_limit(u32 index, u16 limit);
void sim_guest_script(u32 index, sim_script script, void *state, size_t state_size);

/* sim_boot(): forgets all guests; gives every thread its cell's program (a
 * cell without one gets a script that does nothing). NULL, or why not. */
void sim_guests_reset(void);
const char *sim_guests_start(const struct boot *system);

#endif
