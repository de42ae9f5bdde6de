/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Stage-2 address spaces: LPAE tables (DDI 0406C B3.6) with a root for each cell, of level
 * 1 or 2 (machine.h). The pool of table pages starts with the pages that hold the roots of
 * all cells.
 *
 * Walks are coherent with the data caches (ID_MMFR3, B4.1), so a write needs a
 * barrier and no cache maintenance. An entry that does not translate is never
 * held in a TLB (B3.9), so making one valid needs no invalidation. Valid
 * entries never replace valid entries: a TLB could then hold both (B3.10.1,
 * break before make).
 */
#include "hw.h"
#include "machine.h"
#include "space.h"

#define ROOT_ENTRIES 4U /* of level 1 */
#define ROOT_LEVEL (machine_space_t0sz() == 0 ? 1U : 2U)
#define TABLE_ENTRIES 512U
#define DESCRIPTOR_SIZE 8U
#define VTTBR_VMID_SHIFT 48U
/* Entries written or cleared in one step: bounds the time without interrupts. */
#define STEP_ENTRIES 64U

/* Descriptors (B3.6.1) and their stage-2 attributes (B3.6.2). */
#define DESC_VALID ((u64)1 << 0)
#define DESC_TABLE ((u64)1 << 1) /* levels 1 and 2: table; level 3: page */
#define DESC_MEMATTR_SHIFT 2U
#define DESC_HAP_READ ((u64)1 << 6)
#define DESC_HAP_WRITE ((u64)1 << 7)
#define DESC_SH_OUTER ((u64)2 << 8)
#define DESC_SH_INNER ((u64)3 << 8)
#define DESC_AF ((u64)1 << 10)
#define DESC_XN ((u64)1 << 54)
#define DESC_ADDRESS 0xfffff000U /* all physical addresses have 32 bits */

/* MemAttr[3:0] of stage 2 (B3.6.2). */
#define DESC_NORMAL ((u64)0xc << DESC_MEMATTR_SHIFT)
#define MEMATTR_WRITE_BACK 0xfU /* outer and inner */
#define MEMATTR_UNCACHED 0x5U
#define MEMATTR_DEVICE 0x1U

_Static_assert(CELL_MAX < 255U, "VMID cell + 1 has 8 bits, and idle has one");
_Static_assert(SPACE_ROOT_PAGES * PAGE_SIZE >= CELL_MAX * SPACE_ROOT_SIZE(0),
               "every cell has a root");
_Static_assert(SPACE_ROOT_PAGES < HW_TABLE_PAGES, "pages remain for tables");

static u32 level_shift(u32 level)
{
    return PAGE_SHIFT + 9U * (3U - level);
}

static u32 table_entries(u32 level)
{
    return level == 1U ? ROOT_ENTRIES : TABLE_ENTRIES;
}

static u32 least(u32 a, u32 b)
{
    return a < b ? a : b;
}

/* As aligned as VTTBR.BADDR has to be (B4.1, VTTBR). */
static paddr_t space_root(u32 cell)
{
    return paddr(HW_TABLES_BASE + cell * SPACE_ROOT_SIZE(machine_space_t0sz()));
}

/* Inline where mappings are made, whose instructions are counted. */
static inline __attribute__((always_inline)) paddr_t entry_of(paddr_t table, u32 level,
                                                              gpaddr_t gpa)
{
    u32 index = (gpa.raw >> level_shift(level)) & (table_entries(level) - 1U);

    return paddr(table.raw + index * DESCRIPTOR_SIZE);
}

static paddr_t entry_at(paddr_t table, u32 level, gpaddr_t gpa)
{
    return entry_of(table, level, gpa);
}

static void descriptors_clear(paddr_t table, u32 count)
{
    for (u32 i = 0; i < count; i++) {
        hw_table_write(paddr(table.raw + i * DESCRIPTOR_SIZE), 0);
    }
    /* The walker must not see what stood here before (B3.10). */
    hw_dsb();
    machine_path(PATH_TABLE);
}

paddr_t machine_table_page(u32 number)
{
    return paddr(HW_TABLES_BASE + number * PAGE_SIZE);
}

u32 machine_table_page_count(void)
{
    return HW_TABLE_PAGES;
}

void machine_table_page_clear(u32 number)
{
    descriptors_clear(machine_table_page(number), TABLE_ENTRIES);
}

u64 machine_space_init(u32 cell)
{
    descriptors_clear(space_root(cell), SPACE_ROOT_SIZE(machine_space_t0sz()) / DESCRIPTOR_SIZE);
    /* TLBs are UNKNOWN after reset (B3.9), and firmware may have run guests. */
    hw_tlbi_allnsnhis();
    hw_dsb();
    return ((u64)(cell + 1U) << VTTBR_VMID_SHIFT) | space_root(cell).raw;
}

/* Tables below a level that a mapping needs: one for each entry that it touches
 * and that a block cannot fill. */
static u32 tables_below(const struct machine_mapping *m, u32 level)
{
    u32 shift = level_shift(level) - PAGE_SHIFT;
    u32 from = m->gpa.raw >> PAGE_SHIFT; /* in pages: the end may be 4 GiB */
    u32 end = from + (m->size >> PAGE_SHIFT);
    u32 touched = ((end - 1U) >> shift) - (from >> shift) + 1U;
    u32 first = (from + (1U << shift) - 1U) >> shift;
    u32 last = end >> shift;

    if ((m->gpa.raw ^ m->pa.raw) % (1U << level_shift(level)) != 0 || first >= last) {
        return touched;
    }
    return touched - (last - first);
}

u32 machine_space_tables(const struct machine_mapping *m)
{
    return (ROOT_LEVEL == 1U ? tables_below(m, 1) : 0) + tables_below(m, 2);
}

static u64 mapping_attributes(const struct machine_mapping *m)
{
    u64 memattr = MEMATTR_DEVICE;
    u64 attributes = DESC_VALID | DESC_AF;

    if (m->memory == MEMORY_NORMAL) {
        memattr = MEMATTR_WRITE_BACK;
    } else if (m->memory == MEMORY_UNCACHED) {
        memattr = MEMATTR_UNCACHED;
    }
    attributes |= memattr << DESC_MEMATTR_SHIFT;
    attributes |= m->memory == MEMORY_NORMAL ? DESC_SH_INNER : DESC_SH_OUTER;
    if ((m->access & ACCESS_READ) != 0) {
        attributes |= DESC_HAP_READ;
    }
    if ((m->access & ACCESS_WRITE) != 0) {
        attributes |= DESC_HAP_WRITE;
    }
    /* Fetching from a device could act on the device (B3.7, XN). */
    if ((m->access & ACCESS_EXECUTE) == 0 || m->memory == MEMORY_DEVICE) {
        attributes |= DESC_XN;
    }
    return attributes;
}

static bool block_fits(const struct machine_mapping *m, u32 done, u32 level)
{
    u32 block = 1U << level_shift(level);

    return ((m->gpa.raw + done) | (m->pa.raw + done)) % block == 0 && m->size - done >= block;
}

static u32 table_number(paddr_t table)
{
    return (table.raw - HW_TABLES_BASE) / PAGE_SIZE;
}

/* Keeps count of the valid entries of a table; roots are never given back. */
static void table_count(paddr_t table, u32 level, i32 change)
{
    if (level != ROOT_LEVEL) {
        space_table_entries(table_number(table), change);
    }
}

/* Fills entries of one table until something is in the way: the first block of
 * its level fits, and so do as many as the size has. Returns the bytes mapped. */
static u32 table_fill(paddr_t table, u32 level, const struct machine_mapping *m)
{
    u32 shift = level_shift(level);
    u32 index = (m->gpa.raw >> shift) & (table_entries(level) - 1U);
    u32 count = least(least(table_entries(level) - index, STEP_ENTRIES), m->size >> shift);
    u64 entry = m->pa.raw | mapping_attributes(m) | (level == 3U ? DESC_TABLE : 0U);
    paddr_t at = paddr(table.raw + index * DESCRIPTOR_SIZE);
    u32 filled = 0;

    while (filled < count && (hw_table_read(at) & DESC_VALID) == 0) {
        hw_table_write(at, entry);
        entry += (u64)1 << shift;
        at.raw += DESCRIPTOR_SIZE;
        filled++;
    }
    machine_path_times(PATH_MAP_ENTRY, filled);
    /* Visible to the walker before the cell runs (B3.10.1); the exception
     * return to it is the context synchronization. */
    hw_dsb();
    table_count(table, level, (i32)filled);
    return filled << shift;
}

u32 machine_space_map(u32 cell, const struct machine_mapping *m)
{
    paddr_t table = space_root(cell);

    for (u32 level = ROOT_LEVEL; level < 3U; level++) {
        paddr_t at = entry_of(table, level, m->gpa);
        u64 entry = hw_table_read(at);

        if ((entry & DESC_VALID) == 0 && block_fits(m, 0, level)) {
            return table_fill(table, level, m);
        }
        if ((entry & DESC_VALID) == 0) {
            u32 page = space_table_take(cell);
            if (page == NONE) {
                return 0;
            }
            /* The page was cleared, with a barrier, when it was taken. */
            entry = machine_table_page(page).raw | DESC_TABLE | DESC_VALID;
            hw_table_write(at, entry);
            table_count(table, level, 1);
        } else if ((entry & DESC_TABLE) == 0) {
            return 0;
        }
        table = paddr((u32)entry & DESC_ADDRESS);
    }
    return table_fill(table, 3, m);
}

/* Drops all translations and table walks of the space from every TLB in the inner
 * shareable domain. Operations by address need not reach what TLBs hold of stage 2 alone
 * (as Cortex-A7 does), and there is none by guest-physical address; that for all of a VMID
 * reaches everything. It acts on the one in VTTBR (B4.2.2), which is lent to it. */
static void space_invalidate(u64 space)
{
    u64 running = hw_vttbr_read();

    hw_dsb(); /* the cleared entries are visible before translations go (B3.10.1) */
    hw_vttbr_write(space);
    hw_isb();
    hw_tlbi_allis();
    hw_dsb();
    /* Nothing here depends on it: the exception return is the context synchronization. */
    hw_vttbr_write(running);
}

/* Tables from the root to the one whose entry translates an address. */
struct walk {
    paddr_t table[4]; /* by level; [0] unused */
    u32 root;         /* level of the first, */
    u32 level;        /* of the last */
};

static void space_walk(struct walk *w, u32 cell, gpaddr_t gpa)
{
    w->root = ROOT_LEVEL;
    w->level = w->root;
    w->table[w->root] = space_root(cell);
    while (w->level < 3U) {
        u64 entry = hw_table_read(entry_at(w->table[w->level], w->level, gpa));
        if ((entry & (DESC_VALID | DESC_TABLE)) != (DESC_VALID | DESC_TABLE)) {
            return;
        }
        w->level++;
        w->table[w->level] = paddr((u32)entry & DESC_ADDRESS);
    }
}

bool machine_space_memory(u32 cell, gpaddr_t gpa, paddr_t *pa)
{
    paddr_t table = space_root(cell);

    if (machine_space_t0sz() != 0 && gpa.raw >> (32U - machine_space_t0sz()) != 0) {
        return false;
    }
    for (u32 level = ROOT_LEVEL; level <= 3U; level++) {
        u32 entry = (u32)hw_table_read(entry_at(table, level, gpa));
        if (level == 3U || (entry & DESC_TABLE) == 0) {
            u32 within = (1U << level_shift(level)) - 1U;
            *pa = paddr((entry & ~within) | (gpa.raw & within));
            return (entry & DESC_VALID) != 0 && (entry & DESC_NORMAL) != 0;
        }
        table = paddr(entry & DESC_ADDRESS);
    }
    return false;
}

/* Gives back the tables of a walk that have no valid entry left, from the last
 * upwards. Only when no TLB can remember the way to one may it be used again. */
static void tables_prune(u32 cell, u64 space, const struct walk *w, gpaddr_t gpa)
{
    for (u32 level = w->level; level > w->root; level--) {
        u32 number = table_number(w->table[level]);
        if (space_table_entries(number, 0) != 0) {
            return;
        }
        hw_table_write(entry_at(w->table[level - 1U], level - 1U, gpa), 0);
        table_count(w->table[level - 1U], level - 1U, -1);
        space_invalidate(space);
        space_table_give(cell, number);
    }
}

/* Clears entries of one table downwards, at most `count`. A block of a level ends
 * where the table of a finer one hangs. Returns how many. */
static u32 table_clear(paddr_t last, u32 level, u32 count)
{
    paddr_t at = last;
    u32 cleared = 0;

    do {
        hw_table_write(at, 0);
        at.raw -= DESCRIPTOR_SIZE;
        cleared++;
    } while (cleared < count && (level == 3U || (hw_table_read(at) & DESC_TABLE) == 0));
    machine_path_times(PATH_UNMAP_ENTRY, cleared);
    return cleared;
}

u32 machine_space_unmap(u32 cell, u64 space, gpaddr_t gpa, u32 size)
{
    gpaddr_t last = gpaddr(gpa.raw + (size - 1U));
    struct walk w;

    space_walk(&w, cell, last);
    u32 shift = level_shift(w.level);
    u32 index = (last.raw >> shift) & (table_entries(w.level) - 1U);
    gpaddr_t at = gpaddr(last.raw >> shift << shift);
    /* No further than the table, nor the range, goes. */
    u32 count = least(least(index + 1U, STEP_ENTRIES), ((at.raw - gpa.raw) >> shift) + 1U);

    count = table_clear(paddr(w.table[w.level].raw + index * DESCRIPTOR_SIZE), w.level, count);
    at.raw -= (count - 1U) << shift;
    table_count(w.table[w.level], w.level, -(i32)count);
    space_invalidate(space);
    tables_prune(cell, space, &w, at);
    return last.raw - at.raw + 1U;
}
