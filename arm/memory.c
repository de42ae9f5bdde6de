/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory: the page-table pages, and copies. */
#include "hw.h"
#include "machine.h"

_Alignas(4096) u8 arm_tables[HW_TABLE_PAGES * PAGE_SIZE] __attribute__((section(".tables")));

/* Not one word more than asked for: the rest is not the receiver's to see. */
void machine_words_copy(paddr_t to, paddr_t from, u32 words)
{
    u32 target = to.raw;
    u32 source = from.raw;

    for (; words >= 4U; words -= 4U) {
        __asm__ volatile("ldm %1!, {r4-r7}\n\tstm %0!, {r4-r7}"
                         : "+r"(target), "+r"(source)
                         :
                         : "r4", "r5", "r6", "r7", "memory");
    }
    for (; words != 0; words--) {
        hw_write32(paddr(target), hw_read32(paddr(source)));
        target += 4U;
        source += 4U;
    }
}
