/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tries everything, with all three of its threads. Only what would make it
 * harmless it does not do: throw away the capabilities that it was given.
 *
 * What counts as a missed deadline here is a success: a read outside of its
 * memory that found something, or a capability that it should not have.
 */
#include "isolation.h"
#include "memory.h"
#include "self.h"
#include "stats.h"
#include "thimble.h"
#include "time.h"
#include "xorshift.h"

/* Survives restarts, so that each life goes on where the last one ended. One
 * word for each thread. */
#define STATE_AT (HOSTILE_PAD_AT + 0x8000U)
#define STARTED (STATE_AT + 0x40U)

/* No region is ever mapped from here on: the physical addresses of RAM. */
#define NEVER_MINE_AT 0x40000000U
#define NEVER_MINE_SIZE 0x10000000U

static uint32_t boundary(uint32_t *random)
{
    static const uint32_t values[] = {
        0,           1,           2,           0xfff,       0x1000,      0x1001,
        0xffff,      0x10000,     0x7fffffffU, 0x80000000U, 0xfffff000U, 0xffffffffU,
        0x10000000U, 0x1000f000U, 0x3fffffffU, 0x40000000U, 0x7f0000U,   0x800001U};

    return values[random_next(random) % (sizeof(values) / sizeof(values[0]))];
}

static uint32_t argument_any(uint32_t *random)
{
    switch (random_next(random) % 8U) {
    case 0:
    case 1:
    case 2:
        return random_next(random) % (HOSTILE_SLOTS + 2U);
    case 3:
        return random_next(random) % 8U;
    case 4:
        return random_next(random) & 0xfffff000U;
    case 5:
        return random_next(random) % 64U << 12;
    case 6:
        return boundary(random);
    default:
        return random_next(random);
    }
}

/* What would disarm it, or would make its own reads look like successes. */
static void tame(uint32_t number, uint32_t *r)
{
    int given = r[0] >= 1U && r[0] < HOSTILE_SLOT_FREE;

    if ((number == THIMBLE_CAP_MOVE || number == THIMBLE_CAP_DELETE) && given) {
        r[0] += HOSTILE_SLOT_FREE;
    }
    if (number == THIMBLE_REGION_UNMAP && r[0] == HOSTILE_SLOT_PAD) {
        r[0] = HOSTILE_SLOT_HEAP;
    }
    if (number == THIMBLE_REGION_MAP && r[1] < NEVER_MINE_AT + NEVER_MINE_SIZE) {
        r[1] |= 0x80000000U;
    }
}

static void hypercall_any(uint32_t number, uint32_t *random)
{
    uint32_t r[8];

    for (uint32_t i = 0; i < 8U; i++) {
        r[i] = argument_any(random);
    }
    if (number == THIMBLE_WAIT && random_next(random) % 8U != 0) {
        r[2] = 0; /* not for ever */
    }
    tame(number, r);
    thimble_trap_any(number, r);
}

/* Reads and writes everywhere, of every size. */
static void stray(uint32_t *random)
{
    uint32_t address = random_next(random) % 2U != 0 ? random_next(random) : boundary(random);
    uint32_t choice = random_next(random) % 8U;

    if (address - STATE_AT < 0x100U || (address & 0xfffff000U) == thimble_stats()) {
        return;
    }
    if (choice == 0) {
        thimble_write32(address, choice);
    } else if (choice == 1) {
        thimble_write8(address, 0xffU);
    } else if (choice == 2) {
        (void)thimble_read16(address);
    } else if (choice == 3) {
        (void)thimble_read32(address);
    } else if (choice == 4) {
        thimble_execute(address);
    } else {
        uint32_t secret =
            thimble_read32(NEVER_MINE_AT + (address % NEVER_MINE_SIZE & ~3U));
        if (secret != HANDLER_VALUE) {
            stats_miss(thimble_stats());
        }
    }
}

/* Copies or derives until nothing more goes, in depth or in breadth; then drops
 * it all, or revokes something. */
static void hoard(uint32_t *random)
{
    uint32_t choice = random_next(random) % 8U;
    uint32_t from = choice < 4U ? 1U + random_next(random) % (HOSTILE_SLOT_FREE - 1U)
                                : HOSTILE_SLOT_HEAP + choice % 2U;

    for (uint32_t to = HOSTILE_SLOT_FREE; to < HOSTILE_SLOTS; to++) {
        uint32_t rights = 1U + random_next(random) % 3U;
        uint32_t status;
        if (choice < 4U) {
            status = thimble_cap_copy(from, to, rights, 0);
        } else {
            uint32_t offset = random_next(random) % 4U * 0x1000U;
            status = thimble_region_derive(from, to, offset, 0x1000U << rights, 3);
        }
        from = status == THIMBLE_OK && (choice & 2U) != 0 ? to : from;
    }
    if (random_next(random) % 2U == 0) {
        (void)thimble_cap_revoke(1U + random_next(random) % (HOSTILE_SLOT_FREE - 1U));
        return;
    }
    for (uint32_t slot = HOSTILE_SLOT_FREE; slot < HOSTILE_SLOTS; slot++) {
        (void)thimble_cap_delete(slot);
    }
}

/* What must never work: more rights, another badge, memory beyond its own. */
static void escalate(uint32_t *random)
{
    uint32_t to = HOSTILE_SLOT_FREE + random_next(random) % (HOSTILE_SLOTS - HOSTILE_SLOT_FREE);
    uint32_t pages = 1U + random_next(random) % 0x400U;
    uint32_t before = 0U - (pages << 12);
    uint32_t behind = HOSTILE_PAD_SIZE + (pages << 12) - 0x1000U;

    (void)thimble_cap_delete(to);
    uint32_t rights = thimble_cap_copy(HOSTILE_SLOT_BELL, to, 3, 0xffffffffU);
    uint32_t badge = thimble_cap_copy(HOSTILE_SLOT_SERVER, to, 1, SERVER_LOOP);
    uint32_t below = thimble_region_derive(HOSTILE_SLOT_PAD, to, before, 0x1000, 3);
    uint32_t above = thimble_region_derive(HOSTILE_SLOT_PAD, to, behind, 0x1000, 3);
    if (rights != THIMBLE_OK && badge != THIMBLE_OK && below != THIMBLE_OK &&
        above != THIMBLE_OK) {
        return;
    }
    stats_miss(thimble_stats());
    (void)thimble_region_map(to, 0x90000000U, THIMBLE_NO_SLOT);
    for (uint32_t i = 0; i < 0x1000U; i += 4U) {
        thimble_write32(0x90000000U + i, i);
    }
    (void)thimble_cap_delete(to);
}

/* Maps whatever it has over each other, itself included. */
static void overlay(uint32_t *random)
{
    uint32_t at = 0x80000000U + random_next(random) % 4U * 0x1ff000U;
    uint32_t cell = random_next(random) % 2U == 0 ? HOSTILE_SLOT_CELL : THIMBLE_NO_SLOT;

    for (uint32_t n = 0; n < 8U; n++) {
        uint32_t slot = HOSTILE_SLOT_HEAP + random_next(random) % HOSTILE_SLOTS;
        (void)thimble_region_map(slot, at + random_next(random) % 4U * 0x1000U, cell);
        thimble_write32(at + 0x1000U, n);
    }
    (void)thimble_region_unmap(HOSTILE_SLOT_HEAP);
}

static void flood(uint32_t *random)
{
    uint32_t count = random_next(random) % 200U;

    for (uint32_t n = 0; n < count; n++) {
        (void)thimble_signal(HOSTILE_SLOT_BELL);
    }
}

/* Calls through every slot, threads or not, with every kind of message. */
static void ring_round(uint32_t *random)
{
    for (uint32_t slot = 0; slot <= HOSTILE_SLOTS; slot++) {
        struct message m = {.tag = argument_any(random), .word = {slot, 0, 0, 0, 0, slot}};
        (void)thimble_call(slot, &m);
        (void)thimble_signal(slot == HOSTILE_SLOT_HEALTH ? 0 : slot);
    }
}

static void mischief(uint32_t *random)
{
    switch (random_next(random) % 32U) {
    case 0:
        hoard(random);
        break;
    case 13:
        escalate(random);
        break;
    case 1:
        flood(random);
        break;
    case 2:
        ring_round(random);
        break;
    case 3:
    case 4:
        overlay(random);
        break;
    case 5:
        thimble_compute(random_next(random) % 300000U);
        break;
    case 6:
    case 7:
    case 8:
    case 9:
    case 10:
    case 11:
    case 12:
        stray(random);
        break;
    default:
        hypercall_any(random_next(random) % 32U, random);
        hypercall_any(random_next(random) % 256U, random);
        break;
    }
}

/* Active threads start with their number in r0, which a caller of the passive
 * one can only pretend to have. */
PROGRAM(hostile)
{
    uint32_t state = STATE_AT + 4U * (argument % 4U);
    uint32_t random = thimble_read32(state);

    if (thimble_read32(STARTED) == 0) {
        thimble_write32(STARTED, 1);
        stats_start(thimble_stats());
    }
    if (random == 0) {
        random = thimble_seed() | 1U;
    }
    /* It ends sometimes, too. */
    while (random_next(&random) % 4096U != 0) {
        mischief(&random);
        thimble_write32(state, random);
        thimble_compute(random_next(&random) % 4000U);
    }
    thimble_write32(state, random);
}
