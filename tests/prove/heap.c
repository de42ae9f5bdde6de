/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For WP: the deadline heap. The text is that of core/sched.c's functions, but
 *  - `cpu` is no parameter: it is the only CPU; and sc_at() is written out. So no pointer is
 *    left, the state is a value to WP, and z3 is not asked which of its parts are one.
 *  - The state is what these functions name, and nothing else: they could not be compiled if
 *    they touched the rest.
 *  - annotate.awk puts the annotations of heap.acsl into it: loops need invariants.
 *  - As many contexts as indices allow. What is shown of that pool is of any smaller one.
 */
#define _Alignas(bytes)

#include "limits_config.h"
#undef SC_MAX
#define SC_MAX 65278U

#define heap_place(first, ...) heap_place(__VA_ARGS__)
#define heap_sift(first, ...) heap_sift(__VA_ARGS__)
#define heap_insert(first, ...) heap_insert(__VA_ARGS__)
#define heap_remove(first, ...) heap_remove(__VA_ARGS__)

#include "config.h"
#include "sched.h"
#include "types.h"

struct sc {
    u64 wake;
    u16 heap;
};

struct cpu {
    u16 heap_count;
    u16 heap[SC_MAX];
};

struct kernel {
    struct cpu cpu[CPU_MAX];
    struct sc scs[SC_MAX];
};

extern struct kernel kernel;

#define cpu (&kernel.cpu[0])
#define sc_at(index) (&kernel.scs[index])

#include "heap.h"

#include "heap_annotated.c"
