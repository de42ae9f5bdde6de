/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Simulated RAM, little-endian whatever the host is. Every page written is
 * noted, so that a snapshot copies and a restore brings back only what
 * changed. Callers ask sim_ram_has() first: an access outside is a bug of the
 * simulator and ends it.
 */
#ifndef SIM_RAM_H
#define SIM_RAM_H

#include <string.h>

#include "sim_limits.h"
#include "types.h"

#define SIM_RAM_PAGES (SIM_RAM_SIZE / PAGE_SIZE)
#define SIM_RAM_WORDS (SIM_RAM_PAGES / 64U)
_Static_assert(SIM_RAM_SIZE % (64U * PAGE_SIZE) == 0, "dirty bitmap has whole words");

struct sim_ram {
    u64 dirty[SIM_RAM_WORDS]; /* written since the last save or restore */
    u64 used[SIM_RAM_WORDS];  /* with dirty: may differ from zero */
    _Alignas(PAGE_SIZE) u8 bytes[SIM_RAM_SIZE];
};

/* Zeroes RAM, at the cost of the pages that were used. */
void sim_ram_reset(struct sim_ram *ram);
/* Brings copy (SIM_RAM_SIZE bytes) up to date with RAM, and RAM back to copy.
 * Both take the pages written since the last of either: with one copy, made
 * right after a reset and zeroed itself, or by sim_ram_save_all(). */
void sim_ram_save(struct sim_ram *ram, u8 *copy);
void sim_ram_restore(struct sim_ram *ram, const u8 *copy);
void sim_ram_save_all(struct sim_ram *ram, u8 *copy);
_Noreturn void sim_ram_outside(u32 address, u32 size);

static inline bool sim_ram_has(paddr_t pa, u32 size)
{
    u32 offset = pa.raw - SIM_RAM_BASE;

    return offset < SIM_RAM_SIZE && size <= SIM_RAM_SIZE - offset;
}

/* The host's view of [pa, pa + size) for reading. */
static inline const u8 *sim_ram_at(const struct sim_ram *ram, paddr_t pa, u32 size)
{
    if (__builtin_expect(!sim_ram_has(pa, size), 0)) {
        sim_ram_outside(pa.raw, size);
    }
    return &ram->bytes[pa.raw - SIM_RAM_BASE];
}

static inline void sim_ram_mark(struct sim_ram *ram, u32 page)
{
    u64 bit = (u64)1 << (page % 64U);

    /* Tested first: a store to the same word on every write would chain. */
    if ((ram->dirty[page / 64U] & bit) == 0) {
        ram->dirty[page / 64U] |= bit;
    }
}

/* The same for writing; [pa, pa + size) must not cross a page. */
static inline u8 *sim_ram_change(struct sim_ram *ram, paddr_t pa, u32 size)
{
    if (__builtin_expect(!sim_ram_has(pa, size), 0)) {
        sim_ram_outside(pa.raw, size);
    }
    sim_ram_mark(ram, (pa.raw - SIM_RAM_BASE) / PAGE_SIZE);
    return &ram->bytes[pa.raw - SIM_RAM_BASE];
}

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define SIM_LITTLE16(x) __builtin_bswap16(x)
#define SIM_LITTLE32(x) __builtin_bswap32(x)
#define SIM_LITTLE64(x) __builtin_bswap64(x)
#else
#define SIM_LITTLE16(x) (x)
#define SIM_LITTLE32(x) (x)
#define SIM_LITTLE64(x) (x)
#endif

static inline u8 sim_ram_read8(const struct sim_ram *ram, paddr_t pa)
{
    return *sim_ram_at(ram, pa, 1);
}

static inline u16 sim_ram_read16(const struct sim_ram *ram, paddr_t pa)
{
    u16 value;

    memcpy(&value, sim_ram_at(ram, pa, sizeof(value)), sizeof(value));
    return SIM_LITTLE16(value);
}

static inline u32 sim_ram_read32(const struct sim_ram *ram, paddr_t pa)
{
    u32 value;

    memcpy(&value, sim_ram_at(ram, pa, sizeof(value)), sizeof(value));
    return SIM_LITTLE32(value);
}

static inline u64 sim_ram_read64(const struct sim_ram *ram, paddr_t pa)
{
    u64 value;

    memcpy(&value, sim_ram_at(ram, pa, sizeof(value)), sizeof(value));
    return SIM_LITTLE64(value);
}

/* Writes must not cross a page: guests' accesses are split before. */
static inline void sim_ram_write8(struct sim_ram *ram, paddr_t pa, u8 value)
{
    *sim_ram_change(ram, pa, 1) = value;
}

static inline void sim_ram_write16(struct sim_ram *ram, paddr_t pa, u16 value)
{
    u16 bytes = SIM_LITTLE16(value);

    memcpy(sim_ram_change(ram, pa, sizeof(bytes)), &bytes, sizeof(bytes));
}

static inline void sim_ram_write32(struct sim_ram *ram, paddr_t pa, u32 value)
{
    u32 bytes = SIM_LITTLE32(value);

    memcpy(sim_ram_change(ram, pa, sizeof(bytes)), &bytes, sizeof(bytes));
}

static inline void sim_ram_write64(struct sim_ram *ram, paddr_t pa, u64 value)
{
    u64 bytes = SIM_LITTLE64(value);

    memcpy(sim_ram_change(ram, pa, sizeof(bytes)), &bytes, sizeof(bytes));
}

#endif
