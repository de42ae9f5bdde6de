/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory: the page-table pages, and copies. */
#include "hw.h"
#include "machine.h"

_Alignas(4096) u8 arm_tables[HW_TABLE_PAGES * PAGE_SIZE] __attribute__((section(".tables")));

void machine_words_copy(paddr_t to, paddr_t from, u32 words)
{
    u32 *target = (u32 *)to.raw;
    const u32 *source = (const u32 *)from.raw;

    for (u32 i = 0; i < words; i++) {
        target[i] = source[i];
    }
}
