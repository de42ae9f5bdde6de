/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fixed-width integers and the address types that must not be mixed.
 *
 * Physical and guest-physical addresses are structs of one field, so that
 * the compiler refuses one where the other belongs. Both are 32 bits wide:
 * RAM and devices of every supported board lie below 4 GiB. (The third kind,
 * the host pointer behind simulated memory, never leaves sim/.)
 */
#ifndef CORE_TYPES_H
#define CORE_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int32_t i32;
typedef int64_t i64;

/* Physical address, in bytes. */
typedef struct {
    u32 raw;
} paddr_t;

/* Guest-physical (intermediate) address, in bytes: what stage 2 translates. */
typedef struct {
    u32 raw;
} gpaddr_t;

static inline paddr_t paddr(u32 raw)
{
    return (paddr_t){raw};
}

static inline gpaddr_t gpaddr(u32 raw)
{
    return (gpaddr_t){raw};
}

#define KIB 1024U
#define MIB (1024U * 1024U)
#define PAGE_SIZE 4096U
#define PAGE_SHIFT 12U

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#endif
