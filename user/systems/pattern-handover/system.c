/* SPDX-License-Identifier: BSD-2-Clause */
/* Pattern: handing over a page of memory, for reading and for a while. */
#include "system.h"

#include "handover.h"

#define RW (ACCESS_READ | ACCESS_WRITE)

const struct system thimble_system = {
    .name = "pattern-handover",
    .cells = (const struct system_cell[]){
        {
            .name = "maker", .program = "maker", .memory = 64 * KIB, .stats = true,
            .slots = MAKER_SLOT_PART + 1U, .derived = 1,
            .threads = (const struct system_thread[]){{.name = "main", .priority = 10}, {0}},
            .caps = (const struct system_cap[]){
                {.slot = MAKER_SLOT_TAKER, .thread = "taker.main", .rights = THIMBLE_RIGHT_CALL},
                {.slot = MAKER_SLOT_STOCK, .region = "stock", .rights = RW},
                {0},
            },
            .regions = (const struct system_region[]){
                {.name = "stock", .at = {MAKER_STOCK_AT}, .size = STOCK_PAGES * PAGE_SIZE,
                 .access = RW},
                {0},
            },
        },
        {
            /* Table pages: 2 for the image, 2 for a page anywhere else. */
            .name = "taker", .program = "taker", .memory = 64 * KIB, .tables = 4,
            .slots = TAKER_SLOT_WINDOW + 1U, .derived = 1,
            .threads = (const struct system_thread[]){{.name = "main", .passive = true}, {0}},
        },
        {0},
    },
};
