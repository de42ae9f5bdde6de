/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Contracts of the core's functions: what the analysis is told of them. tests/prove/
 * justified.txt has the reason for each that it cannot show itself.
 */
#ifndef CONTRACTS_H
#define CONTRACTS_H

#include "kernel.h"

#define OBJECTS 6U /* in each pool that capabilities name */

/* Capabilities are words that cap_make() has made, copied as they are, or marked. */
/*@ requires object: 0 < object < OBJECTS; */
static inline cap_t cap_make(u32 type, u32 rights, u32 object, u32 badge);

/*@ ensures object: \result == 1 || \result == 2 || \result == 3 || \result == 4 ||
                    \result == 5;
*/
static inline u32 cap_object(cap_t cap);

/* Proved by WP (wp.h), of run queues that agree with their bitmaps: Eva takes it for granted. */
/*@ assigns \result \from *cpu;
    ensures queued: \result == NONE || \result == 0 || \result == 1 || \result == 2; */
static inline u32 queue_highest(const struct cpu *cpu);

/*@ requires left: kernel.table_free < TABLE_PAGE_MAX;
    ensures next: kernel.table_free < TABLE_PAGE_MAX || kernel.table_free == NONE;
*/
u32 space_table_take(u32 cell);

/*@ requires left: 0 < kernel.region_free < REGION_MAX; */
u32 region_make(u32 from, u32 offset, u32 size, u32 access, u32 owner);

/*@ requires mapped: kernel.regions[region].cell < CELL_MAX; */
bool region_unmap_step_body(u32 region);

/*@ requires under_way: kernel.revocation.cursor < CAP_MAX; */
static bool revocation_step(void);

#include "queue.h"

/* The rest of those that prove.c cuts, as they are called before they are defined. */
u32 fault_send_body(struct cpu *cpu, u32 thread);
void fault_answer_body(struct cpu *cpu, u32 thread, const u32 *regs);
u32 ipc_retry_body(struct cpu *cpu, u32 client);
void hypercall_run_body(struct cpu *cpu, u32 number);
void interrupt_take_body(struct cpu *cpu);
void deadline_set_body(u32 place, u64 at);
void sc_wake_body(struct cpu *cpu, u32 index);
void sc_block_body(struct cpu *cpu, u32 index);
void sc_exhausted_body(struct cpu *cpu, u32 index, u64 ran);
bool sc_expire_body(struct cpu *cpu);
bool vcpu_is_loaded(const struct vcpu *v);
void vcpu_stop_body(struct cpu *cpu, u32 vcpu);
void vcpu_raise_body(struct cpu *cpu, u32 vcpu, u32 line);
void vcpu_line_release_body(struct vcpu *v, u32 line);
u32 line_first(const struct vcpu *v, u32 low, u32 high);

#endif
