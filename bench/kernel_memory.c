/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel cases: regions and capabilities, among more and more of them. What
 * restores the state is paused out, so that each hypercall stands alone.
 */
#include "builder.h"
#include "kernel.h"
#include "pause.h"
#include "thimble.h"
#include "work.h"

#define SLOT_SOURCE 1U
/* Slots from here on hold what the driving guest derives. */
#define SLOT_FREE 2U
#define READ_WRITE (THIMBLE_RIGHT_READ | THIMBLE_RIGHT_WRITE)

#define BLOCK (2U * MIB)
/* Beside the image: tables of both levels are there. */
#define BESIDE_IMAGE (BUILD_IMAGE_AT + MIB)
/* A block's place; the table of blocks is there. */
#define BLOCK_AT (BUILD_IMAGE_AT + 2U * BLOCK)
/* Another gigabyte: no table is there. */
#define FAR_AT 0x80000000U
#define OTHERS_AT 0x20000000U
#define MEMORY_PA (SIM_RAM_BASE + 2U * BLOCK)

/* ---- programs --------------------------------------------------------------*/

/* The loop of all that pauses, without the work: what is subtracted. */
static void pauser(uint32_t argument)
{
    (void)argument;
    for (;;) {
        uint64_t n = work_take();
        for (uint64_t i = 0; i < n; i++) {
            bench_pause();
            bench_resume();
        }
    }
}

static void mapper(uint32_t address)
{
    for (;;) {
        uint64_t n = work_take();
        uint32_t bad = 0;
        for (uint64_t i = 0; i < n; i++) {
            bad |= thimble_region_map(SLOT_SOURCE, address, THIMBLE_NO_SLOT);
            bench_pause();
            bad |= thimble_region_unmap(SLOT_SOURCE);
            bench_resume();
        }
        work_check(bad);
    }
}

static void unmapper(uint32_t address)
{
    for (;;) {
        uint64_t n = work_take();
        uint32_t bad = 0;
        for (uint64_t i = 0; i < n; i++) {
            bench_pause();
            bad |= thimble_region_map(SLOT_SOURCE, address, THIMBLE_NO_SLOT);
            bench_resume();
            bad |= thimble_region_unmap(SLOT_SOURCE);
        }
        work_check(bad);
    }
}

static uint32_t copy(uint32_t slot)
{
    return thimble_cap_copy(SLOT_SOURCE, slot, THIMBLE_RIGHT_SIGNAL, 1);
}

static uint32_t derive(uint32_t slot)
{
    return thimble_region_derive(SLOT_SOURCE, slot, 0, PAGE_SIZE, THIMBLE_RIGHT_READ);
}

/* Copies once more what has been copied `others` times. */
static void copier(uint32_t others)
{
    uint32_t bad = 0;

    for (uint32_t i = 0; i < others; i++) {
        bad |= copy(SLOT_FREE + i);
    }
    for (;;) {
        work_check(bad);
        uint64_t n = work_take();
        for (uint64_t i = 0; i < n; i++) {
            bad |= copy(SLOT_FREE + others);
            bench_pause();
            bad |= thimble_cap_delete(SLOT_FREE + others);
            bench_resume();
        }
    }
}

static void deriver(uint32_t others)
{
    uint32_t bad = 0;

    for (uint32_t i = 0; i < others; i++) {
        bad |= derive(SLOT_FREE + i);
    }
    for (;;) {
        work_check(bad);
        uint64_t n = work_take();
        for (uint64_t i = 0; i < n; i++) {
            bad |= derive(SLOT_FREE + others);
            bench_pause();
            bad |= thimble_cap_delete(SLOT_FREE + others);
            bench_resume();
        }
    }
}

/* Revokes all of `copies` at once; one that were left would be in the way of
 * the next round's. */
static void revoker(uint32_t copies)
{
    for (;;) {
        uint64_t n = work_take();
        uint32_t bad = 0;
        for (uint64_t i = 0; i < n; i++) {
            bench_pause();
            for (uint32_t c = 0; c < copies; c++) {
                bad |= copy(SLOT_FREE + c);
            }
            bench_resume();
            bad |= thimble_cap_revoke(SLOT_SOURCE);
        }
        work_check(bad);
    }
}

/* ---- set-up ----------------------------------------------------------------*/

static struct machine_mapping mapping(uint32_t gpa, uint32_t pa, uint32_t size)
{
    return (struct machine_mapping){
        .gpa = gpaddr(gpa),
        .pa = paddr(pa),
        .size = size,
        .memory = MEMORY_NORMAL,
        .access = READ_WRITE,
    };
}

/* A cell that has `mappings` mappings, its image among them, and a program for
 * an unmapped region of `size` bytes at `pa` and a place for it. */
static void build_mapper(thimble_entry program, uint32_t address, uint32_t pa, uint32_t size,
                         long mappings)
{
    build_begin();
    uint32_t cell = build_cell("mapper");
    build_active(cell, 10, program, address);
    for (uint32_t i = 1; i < (uint32_t)mappings; i++) {
        (void)build_region(cell, mapping(OTHERS_AT + i * PAGE_SIZE, MEMORY_PA, PAGE_SIZE));
    }
    uint32_t region = build_region(cell, mapping(0, pa, size));
    build_unmapped(region);
    build_grant(cell, THIMBLE_CAP_REGION, READ_WRITE, region, 0);
    work_boot();
    work_run(1);
}

static int setup_map_4k(const struct bench_case *c)
{
    build_mapper(mapper, BESIDE_IMAGE, MEMORY_PA, PAGE_SIZE, c->parameter);
    return 0;
}

static int setup_unmap_4k(const struct bench_case *c)
{
    build_mapper(unmapper, BESIDE_IMAGE, MEMORY_PA, PAGE_SIZE, c->parameter);
    return 0;
}

static int setup_map_4k_far(const struct bench_case *c)
{
    (void)c;
    build_mapper(mapper, FAR_AT, MEMORY_PA, PAGE_SIZE, 1);
    return 0;
}

static int setup_unmap_4k_far(const struct bench_case *c)
{
    (void)c;
    build_mapper(unmapper, FAR_AT, MEMORY_PA, PAGE_SIZE, 1);
    return 0;
}

static int setup_map_2m(const struct bench_case *c)
{
    build_mapper(mapper, BLOCK_AT, MEMORY_PA, BLOCK, c->parameter);
    return 0;
}

static int setup_unmap_2m(const struct bench_case *c)
{
    build_mapper(unmapper, BLOCK_AT, MEMORY_PA, BLOCK, c->parameter);
    return 0;
}

/* Physical memory that does not start at a block's boundary: all in pages. */
static int setup_map_2m_pages(const struct bench_case *c)
{
    build_mapper(mapper, BLOCK_AT, MEMORY_PA + PAGE_SIZE, BLOCK, c->parameter);
    return 0;
}

static int setup_unmap_2m_pages(const struct bench_case *c)
{
    build_mapper(unmapper, BLOCK_AT, MEMORY_PA + PAGE_SIZE, BLOCK, c->parameter);
    return 0;
}

static int setup_derive(const struct bench_case *c)
{
    build_begin();
    uint32_t cell = build_cell("deriver");
    build_active(cell, 10, deriver, (uint32_t)c->parameter);
    build_derived(cell, (uint32_t)c->parameter + 1U);
    uint32_t region = build_region(cell, mapping(0, MEMORY_PA, PAGE_SIZE));
    build_unmapped(region);
    build_grant(cell, THIMBLE_CAP_REGION, READ_WRITE, region, 0);
    build_slots(cell, SLOT_FREE + (uint32_t)c->parameter + 1U);
    work_boot();
    work_run(1);
    return 0;
}

static void build_notifier(thimble_entry program, uint32_t argument)
{
    build_begin();
    uint32_t cell = build_cell("copier");
    build_active(cell, 10, program, argument);
    build_grant(cell, THIMBLE_CAP_NOTIFICATION, THIMBLE_RIGHT_SIGNAL, build_notification(), 1);
    build_slots(cell, SLOT_FREE + argument + 1U);
    work_boot();
    work_run(1);
}

static int setup_copy(const struct bench_case *c)
{
    build_notifier(copier, (uint32_t)c->parameter);
    return 0;
}

static int setup_revoke(const struct bench_case *c)
{
    build_notifier(revoker, (uint32_t)c->parameter);
    return 0;
}

static int setup_pause(const struct bench_case *c)
{
    (void)c;
    build_notifier(pauser, 0);
    return 0;
}

#define PAUSED(label, function, value, meaning) \
    {WORK_CASE(label, function, value, meaning), .overhead_twin = PAUSE_TWIN}
#define REVOKE(n, operations)                                                            \
    {WORK_CASE("cap_revoke/" #n, setup_revoke, n, "revokes what was derived, " #n " in all"), \
     .overhead_twin = PAUSE_TWIN, .scales = true, .parts = (n),                           \
     .counted_operations = (operations)}
/* Against 1, 10, 100 and 1,000 of something. */
#define AMONG_N(label, function, meaning, of, n)                             \
    {WORK_CASE(label "/" #n, function, n, meaning ", " #n of), .scales = true, \
     .overhead_twin = PAUSE_TWIN}
#define AMONG(label, function, meaning, of)     \
    AMONG_N(label, function, meaning, of, 1),   \
    AMONG_N(label, function, meaning, of, 10),  \
    AMONG_N(label, function, meaning, of, 100), \
    AMONG_N(label, function, meaning, of, 1000)

const struct bench_case bench_memory[] = {
    AMONG("region_map_4k", setup_map_4k, "maps a page", " mapped before"),
    AMONG("region_unmap_4k", setup_unmap_4k, "unmaps a page", " mapped before it"),
    PAUSED("region_map_4k_new_tables", setup_map_4k_far, 1, "maps a page, takes 2 table pages"),
    PAUSED("region_unmap_4k_new_tables", setup_unmap_4k_far, 1,
           "unmaps a page, gives 2 table pages back"),
    AMONG("region_map_2m", setup_map_2m, "maps 2 MiB by one block", " mapped before"),
    AMONG("region_unmap_2m", setup_unmap_2m, "unmaps a block", " mapped before it"),
    AMONG("region_map_2m_pages", setup_map_2m_pages, "maps 2 MiB, not aligned, by 512 pages",
          " mapped before"),
    AMONG("region_unmap_2m_pages", setup_unmap_2m_pages, "unmaps 512 pages", " mapped before them"),
    AMONG("region_derive", setup_derive, "derives a region", " derived before"),
    AMONG("cap_copy", setup_copy, "copies a capability", " copied before"),
    REVOKE(1, 1000),
    REVOKE(10, 500),
    REVOKE(100, 50),
    REVOKE(1000, 5),
    {WORK_CASE(PAUSE_TWIN, setup_pause, 0,
               "loop and pause around each of the above; subtracted from them")},
};
const size_t bench_memory_count = sizeof(bench_memory) / sizeof(bench_memory[0]);
