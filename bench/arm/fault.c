/* SPDX-License-Identifier: BSD-2-Clause */
/* A fault to a handler in another cell, which has the load skipped. */
#include "mark.h"
#include "memory.h"
#include "system.h"

#define NOTHING_AT 0x50000000U

static void faults(void)
{
    for (uint32_t i = 0; i < MARK_TIMES; i++) {
        (void)thimble_read32(NOTHING_AT);
    }
}

PROGRAM(faulter)
{
    (void)argument;
    uint64_t start = clock_start();
    faults();
    mark(1);
    faults();
    clock_end(start);
    mark(MARK_END);
}

PROGRAM(handler)
{
    struct message m;

    (void)argument;
    (void)thimble_first(&m);
    for (;;) {
        m = (struct message){.tag = THIMBLE_TAG(0, 2), .word = {THIMBLE_FAULT_SKIP, 1}};
        (void)thimble_reply_recv(&m);
    }
}

const struct system thimble_system = {
    .name = "fault",
    .cells = (const struct system_cell[]){
        {.name = "faulter", .program = "faulter", .memory = 16 * KIB,
         .threads = (const struct system_thread[]){
             {.name = "main", .priority = 10, .fault_handler = 1}, {0}},
         .caps = (const struct system_cap[]){
             {.slot = 1, .thread = "handler.main", .rights = THIMBLE_RIGHT_CALL}, {0}}},
        {.name = "handler", .program = "handler", .memory = 16 * KIB,
         .threads = (const struct system_thread[]){{.name = "main", .passive = true}, {0}}},
        {0},
    },
};
