/* SPDX-License-Identifier: BSD-2-Clause */
/* Round trips between two cells: BENCH_WORDS words each way. */
#include "system.h"
#include "thimble.h"

#ifndef BENCH_WORDS
#define BENCH_WORDS 16U
#endif

PROGRAM(client)
{
    (void)argument;
    for (;;) {
        struct message m = {.tag = THIMBLE_TAG(1, BENCH_WORDS)};
        (void)thimble_call(1, &m);
    }
}

PROGRAM(server)
{
    struct message m;

    (void)argument;
    (void)thimble_first(&m);
    for (;;) {
        m.tag = THIMBLE_TAG(1, BENCH_WORDS);
        (void)thimble_reply_recv(&m);
    }
}

const struct system thimble_system = {
    .name = "ipc",
    .cells = (const struct system_cell[]){
        {.name = "client", .program = "client", .memory = 16 * KIB,
         .threads = (const struct system_thread[]){
             {.name = "main", .priority = 10, .buffer = true}, {0}},
         .caps = (const struct system_cap[]){
             {.slot = 1, .thread = "server.main", .rights = THIMBLE_RIGHT_CALL, .badge = 7}, {0}}},
        {.name = "server", .program = "server", .memory = 16 * KIB,
         .threads = (const struct system_thread[]){
             {.name = "main", .passive = true, .buffer = true}, {0}}},
        {0},
    },
};
