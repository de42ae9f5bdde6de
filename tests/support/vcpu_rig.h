/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests of vCPUs, on drive.h: two VMs, their VMM and a native thread below them. The
 * test plays the guests too: they reach their interrupt interface as hardware lets
 * them, after what the machine does when it leaves the core for them.
 */
#ifndef TESTS_VM_H
#define TESTS_VM_H

#include "drive.h"

/* Threads, in the order of the builder. */
enum {
    VMM,     /* active, 20: waits, unless vmm() has it do something */
    SERVICE, /* passive, level 6: handler of both guests */
    GUEST,   /* vCPU 0: 10, low 4 */
    OTHER,   /* vCPU 1: 10, low 4 */
    NATIVE   /* active, 7 */
};

/* The VMM's table. */
enum {
    VMM_GUEST = 1,
    VMM_OTHER,
    VMM_BELL,  /* notification 0 */
    VMM_CHIME, /* notification 1 */
    VMM_IRQ,   /* line VM_LINE, level-sensitive */
    VMM_IRQ2,  /* the next line */
    VMM_SLEEP, /* what it waits for */
    VMM_RAM,   /* a region */
    VMM_CALL,  /* the service thread */
    VMM_MANAGER, /* the VMs' cell: CONTROL */
    VMM_FREE,
    VMM_SLOTS = VMM_FREE + 4
};
/* The native thread's. */
enum {
    NATIVE_BELL = 1,
    NATIVE_IRQ,
    NATIVE_MANAGER, /* the VMM's cell: CONTROL */
    NATIVE_CALL,
    NATIVE_SIGNAL, /* notification 0, without a badge */
};
/* The VMs', both in one cell. */
enum {
    VM_HANDLER = 1,
    VM_HEALTH, /* notification 2 */
    VM_BELL,
    VM_SELF,
    VM_TAKES, /* notification 1: to wait for */
    VM_FREE,
    VM_SLOTS = VM_FREE + 2
};

#define VM_LINE 40U
#define VM_ENTRY 0x40008000U
#define VM_NOTHING 1023U

/* Boots it, and starts GUEST, which runs with its interrupt interface on. */
void vm_boot(void);
/* The same without starting a guest: VMM runs. */
void vm_boot_off(void);

/* The VMM makes a hypercall, which must succeed, and waits again. */
#define vmm(...) \
    vm_vmm((const u32[]){__VA_ARGS__}, sizeof((const u32[]){__VA_ARGS__}) / sizeof(u32))
void vm_vmm(const u32 *call, size_t count);
/* It runs, until the test has it wait by vm_vmm_wait(). */
void vm_vmm_wake(void);
void vm_vmm_wait(void);
#define vm_inject(line, how) vmm(THIMBLE_VCPU_INJECT, VMM_GUEST, (line), (how))
#define vm_bind(slot, line, how) vmm(THIMBLE_VCPU_BIND, VMM_GUEST, (slot), (line), (how))
/* The line becomes pending at this priority; and stays high. */
#define vm_edge(line, priority) vm_inject(line, THIMBLE_LINE_HIGH | (priority))
#define vm_level(line, priority) \
    vm_inject(line, THIMBLE_LINE_HIGH | THIMBLE_LINE_LEVEL | (priority))

/* What guests do. All interrupts that wait are taken first, and after it. */
void vm_settle(void);
u32 vm_take(void);       /* the interrupt that is acknowledged; VM_NOTHING */
void vm_end(u32 line);
bool vm_interrupted(void);
void vm_sleep(void);
void vm_timer(u64 at);   /* it runs, up to then */
void vm_timer_off(void);
/* Takes this one, and nothing else. */
#define vm_expect(line) cr_assert_eq(vm_take(), (line), "another virtual interrupt")
#define vm_expect_none() cr_assert(!vm_interrupted(), "a virtual interrupt")

/* Handlers of 63, 62, ... are nested, each more urgent than the last: 0xe8, 0xe0, ... */
void vm_nest(u32 count);
/* What the VMM is told of all lines. */
void vm_expect_asked(u64 pending, u64 active);

struct vcpu *vm_of(u32 thread);

#endif
