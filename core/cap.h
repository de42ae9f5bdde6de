/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Capability: the right to name an object. One aligned 64-bit word in a flat
 * table per cell, read in one access:
 *
 *   63:32 badge   31:16 object index   15:8 rights   7:0 type
 *
 * A thread carries the base and size of its cell's table, so that look-up is
 * one bounds check and one load.
 */
#ifndef CORE_CAP_H
#define CORE_CAP_H

#include "abi.h"
#include "config.h"
#include "types.h"

struct thread;

/* No other type of capability is there, nor can any come: limits_config.h. */
static inline bool cap_type_granted(u32 type)
{
    return type <= THIMBLE_CAP_CELL && (CAP_TYPES >> type & 1U) != 0;
}

typedef u64 cap_t;

#define CAP_TYPE_MASK 0xffU
#define CAP_RIGHTS_SHIFT 8U
/* Set while a revocation is on its way: the capability is unusable. */
#define CAP_MARK 0x8000U

/* The word that (cap & CAP_MATCH_MASK(right)) equals iff it is of this type,
 * has this right and is not marked. */
#define CAP_MATCH_MASK(right) (CAP_TYPE_MASK | CAP_MARK | ((right) << CAP_RIGHTS_SHIFT))
#define CAP_MATCH(type, right) ((type) | ((right) << CAP_RIGHTS_SHIFT))

static inline cap_t cap_make(u32 type, u32 rights, u32 object, u32 badge)
{
    return (cap_t)badge << 32 | object << 16 | rights << CAP_RIGHTS_SHIFT | type;
}

static inline u32 cap_type(cap_t cap)
{
    return (u32)cap & CAP_TYPE_MASK;
}

static inline u32 cap_rights(cap_t cap)
{
    return (u32)cap >> CAP_RIGHTS_SHIFT & 0xffU;
}

static inline u32 cap_object(cap_t cap)
{
    return (u32)cap >> 16;
}

static inline u32 cap_badge(cap_t cap)
{
    return (u32)(cap >> 32);
}

static inline bool cap_matches(cap_t cap, u32 type, u32 right)
{
    return ((u32)cap & CAP_MATCH_MASK(right)) == CAP_MATCH(type, right);
}

/* `match`: CAP_MATCH() of type and right. */
u32 cap_look_up_any(const struct thread *t, u32 slot, u32 match, cap_t *cap);

/* The capability in `slot` of the cell that `t` runs in, if it is of `type`
 * and carries `right`. THIMBLE_ERR_SLOT, _TYPE, _RIGHTS. What would follow on success is
 * not part of an image in which there are none of this type. */
static inline u32 cap_look_up(const struct thread *t, u32 slot, u32 type, u32 right, cap_t *cap)
{
    u32 err = cap_look_up_any(t, slot, CAP_MATCH(type, right), cap);

    if (!cap_type_granted(type) && err == THIMBLE_OK) {
        __builtin_unreachable();
    }
    return err;
}

#endif
