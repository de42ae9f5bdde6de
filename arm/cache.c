/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cache maintenance by address (DDI 0406C B4.2.1). Hyp mode maps memory at its
 * own address, write-back and inner shareable, so a physical address is also
 * the modified virtual address (MVA) that the operations take, and they reach
 * the caches of all CPUs (B2.2.6).
 *
 * Data caches behave as physically tagged and indexed, so whatever mapping
 * brought a line in, the flat one finds it (B3.11.1). Instruction caches need
 * not: see instructions_invalidate().
 */
#include "hw.h"
#include "machine.h"

#define WORD 4U

/* CTR (B4.1.42): logarithms of line sizes in words; kind of instruction cache. */
#define CTR_IMINLINE(ctr) ((ctr) & 0xfU)
#define CTR_DMINLINE(ctr) (((ctr) >> 16) & 0xfU)
#define CTR_CWG(ctr) (((ctr) >> 24) & 0xfU)
#define CTR_L1IP(ctr) (((ctr) >> 14) & 3U)
#define L1IP_PIPT 3U

static u32 lines_of(paddr_t pa, u32 size, u32 line)
{
    return (pa.raw % line + size - 1U) / line + 1U;
}

/* Clean, invalidate, or both, to the point of coherency: what devices see. Each
 * operation comes after accesses of this CPU to the same line (B2.2.6). A loop each:
 * the choice is not made for each line. */
static void data_maintain(paddr_t pa, u32 size, u32 operation)
{
    u32 line = WORD << CTR_DMINLINE(hw_ctr_read());
    u32 mva = pa.raw - pa.raw % line;
    u32 end = mva + lines_of(pa, size, line) * line;

    for (; operation == CACHE_CLEAN && mva != end; mva += line) {
        hw_dccmvac(mva);
    }
    for (; operation == CACHE_INVALIDATE && mva != end; mva += line) {
        hw_dcimvac(mva);
    }
    for (; mva != end; mva += line) {
        hw_dccimvac(mva);
    }
    hw_dsb();
}

/* A virtually indexed instruction cache can hold a line under the address of
 * some cell where an operation by the flat address does not look: then only
 * dropping all of it is certain to find it (B3.11.2). */
static void instructions_invalidate(paddr_t pa, u32 size)
{
    u32 ctr = hw_ctr_read();
    u32 line = WORD << CTR_IMINLINE(ctr);
    u32 count = lines_of(pa, size, line);
    u32 mva = pa.raw - pa.raw % line;

    if (CTR_L1IP(ctr) != L1IP_PIPT) {
        hw_icialluis();
        return;
    }
    for (u32 i = 0; i < count; i++) {
        hw_icimvau(mva + i * line);
    }
}

/* The sequence of A3.5.4: data first, and complete, before instructions go. */
static void unify(paddr_t pa, u32 size)
{
    u32 line = WORD << CTR_DMINLINE(hw_ctr_read());
    u32 count = lines_of(pa, size, line);
    u32 mva = pa.raw - pa.raw % line;

    for (u32 i = 0; i < count; i++) {
        hw_dccmvau(mva + i * line);
    }
    hw_dsb();
    instructions_invalidate(pa, size);
    /* By address it could miss a prediction that a cell's address made. */
    hw_bpiallis();
    /* Before the exception return, by which the cell's pipeline begins anew (A3.8.3). */
    hw_dsb();
}

void machine_cache_range(paddr_t pa, u32 size, u32 operation)
{
    if (operation == CACHE_UNIFY) {
        unify(pa, size);
    } else {
        data_maintain(pa, size, operation);
    }
}

/* Lines left dirty would hide the zeroes from a guest whose caches are off, and come down
 * on what it writes (B2.2.3); and an invalidation would bring up what stood there before. */
void machine_memory_clear(paddr_t pa, u32 size)
{
    for (u32 done = 0; done < size; done += PAGE_SIZE) {
        paddr_t page = paddr(pa.raw + done);
        for (u32 at = 0; at < PAGE_SIZE; at += WORD) {
            hw_write32(paddr(page.raw + at), 0);
        }
        data_maintain(page, PAGE_SIZE, CACHE_CLEAN | CACHE_INVALIDATE);
    }
}

u32 machine_cache_line(void)
{
    u32 ctr = hw_ctr_read();
    /* The most that an eviction writes; where it is not said, the least line is
     * the only one: so on all cores with these extensions. */
    u32 log = CTR_CWG(ctr) > CTR_DMINLINE(ctr) ? CTR_CWG(ctr) : CTR_DMINLINE(ctr);

    return WORD << log;
}
