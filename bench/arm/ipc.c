/* SPDX-License-Identifier: BSD-2-Clause */
/* Round trips between two cells, with as many words each way. */
#include "mark.h"
#include "system.h"

static void round_trips(uint32_t words, uint32_t times)
{
    for (uint32_t i = 0; i < times; i++) {
        struct message m = {.tag = THIMBLE_TAG(1, words)};
        (void)thimble_call(1, &m);
    }
}

PROGRAM(client)
{
    static const uint8_t words[] = {0, 4, 6, 7, 16, 64};

    (void)argument;
    uint64_t start = clock_start();
    round_trips(0, 2);
    for (uint32_t i = 0; i < sizeof words; i++) {
        mark(i + 1U);
        round_trips(words[i], MARK_TIMES);
        mark(MARK_REST);
    }
    clock_end(start);
    mark(MARK_END);
}

PROGRAM(server)
{
    struct message m;

    (void)argument;
    (void)thimble_first(&m);
    for (;;) {
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
