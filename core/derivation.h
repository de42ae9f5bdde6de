/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Derivation: which capability was made from which. Kept beside the tables, in
 * one list per root capability in preorder with depths: what was derived from a
 * capability follows it, deeper, up to the next that is not deeper.
 *
 * Revocation works in steps of constant length, one at a time in the system:
 * first it marks, top down, everything below its capability; what is marked
 * cannot be used or derived from, so this ends even against a cell that keeps
 * deriving. Then it removes them from the end, so that only leaves ever leave
 * the list. Whoever needs another revocation, or touches the capability that is
 * being revoked, first helps to finish the one under way.
 */
#ifndef CORE_DERIVATION_H
#define CORE_DERIVATION_H

#include "cap.h"
#include "types.h"

struct cpu;

#define DERIVATION_DEPTH_MAX 15U

struct derivation {
    u16 next; /* capability index; NONE */
    u16 prev;
    u8 depth;
    u8 pad[3];
};

_Static_assert(sizeof(struct derivation) == 8, "an index becomes an address by a shift");

/* The revocation under way; cap is NONE if there is none. */
struct revocation {
    u16 cap;
    u16 cursor; /* last capability marked; then next to go */
    u8 unlinking;
    u8 pad[3];
};

/* Checks shared by everything that derives: `from` may be derived from, `to` is
 * an empty slot of cell `cell`. THIMBLE_ERR_DEPTH, _TARGET. */
u32 derivation_check(u32 from, u32 cell, u32 to_slot);
/* Enters capability `to`, already written, as derived from `from`. */
void derivation_insert(u32 from, u32 to);
/* True while a revocation of this capability is under way; a step of it, for
 * those who must wait for its end: always MORE. */
bool derivation_revoking(u32 cap);
u32 derivation_help(void);

/* A capability that comes along with a message: from `slot` of the sender into
 * the window of the receiver. THIMBLE_ERR_SLOT, _REGIONS, _DEPTH, _WINDOW. */
u32 derivation_transfer_check(const struct thread *from, u32 slot, const struct thread *to);
/* The checks have passed. */
void derivation_transfer(const struct thread *from, u32 slot, const struct thread *to);

u32 derivation_hypercall_copy(struct cpu *cpu);
u32 derivation_hypercall_move(struct cpu *cpu);
u32 derivation_hypercall_revoke(struct cpu *cpu);
u32 derivation_hypercall_delete(struct cpu *cpu);
u32 derivation_hypercall_window(struct cpu *cpu);

#endif
