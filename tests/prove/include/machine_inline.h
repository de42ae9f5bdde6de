/* SPDX-License-Identifier: BSD-2-Clause */
/* What `make prove` puts into the core's paths: nothing that could help it. */
#ifndef MACHINE_INLINE_H
#define MACHINE_INLINE_H

#include "mark.h"
#include "path.h"
#include "types.h"

static inline void machine_path(enum path path)
{
    (void)path;
}

static inline void machine_path_times(enum path path, u32 times)
{
    (void)path;
    (void)times;
}

static inline void machine_sometimes(enum mark mark)
{
    (void)mark;
}

static inline void machine_sometimes_if(bool condition, enum mark mark)
{
    (void)condition;
    (void)mark;
}

#define machine_refuse(err) (err)
#define machine_trace_slow(cpu) ((cpu)->tracing != 0)
#define machine_trace_woken(cpu, index, bits) ((void)0)
#define machine_keep(pointer) ((void)(pointer))
u64 machine_time(void);
#define machine_now() machine_time()
#define machine_timer_arm(deadline) machine_timer_set(deadline)
#define machine_line_next() machine_line_take()

/* What other machines have here, inline. */
u32 machine_line_timer(void);
u32 machine_line_maintenance(void);
u32 machine_line_virtual_timer(void);
void machine_mask_set(u32 mask);
u32 machine_list_read(u32 list);
void machine_list_write(u32 list, u32 word);
u32 machine_list_control(bool more, bool none);
u32 machine_list_level(u32 word);
u32 machine_interface_levels(void);
u32 machine_interface_nests(void);
void machine_lists_off(void);
u32 machine_space_t0sz(void);
bool machine_space_fixed(void);

/* Where the core says so, it is. */
static inline void prove_unreachable(void)
{
    //@ assert never: \false;
}

/* Eight words: register files of threads. */
static inline void machine_registers_copy(u32 *to, const u32 *from)
{
    for (u32 i = 0; i < 8U; i++) {
        to[i] = from[i];
    }
}

static inline void machine_registers_switch(u32 *before, u32 *running, const u32 *next)
{
    machine_registers_copy(before, running);
    machine_registers_copy(running, next);
}

/* An even number of bytes, by halves: as such, links stay apart. */
static inline void prove_copy(void *to, const void *from, u32 bytes)
{
    for (u32 i = 0; i < bytes / 2U; i++) {
        ((u16 *)to)[i] = ((const u16 *)from)[i];
    }
}

/* Their arguments are not 0: gcc leaves the result undefined then. */
static inline int prove_clz(u32 x)
{
    //@ assert not_zero: x != 0;
    int n = 0;
    //@ loop unroll 32;
    while (n < 31 && x >> (31 - n) == 0) {
        n++;
    }
    return n;
}

static inline int prove_ctz(u32 x)
{
    //@ assert not_zero: x != 0;
    int n = 0;
    //@ loop unroll 32;
    while (n < 31 && (x >> n & 1U) == 0) {
        n++;
    }
    return n;
}

#endif
