/* SPDX-License-Identifier: BSD-2-Clause */
/* A device that there is not: its registers are not mapped, the fault handler
 * answers for them, and the faulting load is skipped with a value. */
#include "emulate.h"
#include "memory.h"
#include "self.h"
#include "stats.h"
#include "thimble.h"
#include "time.h"

PROGRAM(emulator)
{
    struct message m;
    uint32_t count = 0;

    (void)thimble_first(&m);
    (void)argument;
    for (;;) {
        uint32_t kind = m.word[0];
        uint32_t offset = m.word[1] - DEVICE_AT;
        uint32_t access = m.word[2];
        struct message answer = {.tag = THIMBLE_TAG(0, 2), .word = {THIMBLE_FAULT_STOP}};
        if (kind == THIMBLE_FAULT_MEMORY && access == 1U && offset == DEVICE_ID) {
            answer.word[0] = THIMBLE_FAULT_SKIP;
            answer.word[1] = DEVICE_ID_VALUE;
        } else if (kind == THIMBLE_FAULT_MEMORY && access == 1U && offset == DEVICE_COUNT) {
            answer.word[0] = THIMBLE_FAULT_SKIP;
            answer.word[1] = count++;
        }
        m = answer;
        (void)thimble_reply_recv(&m);
    }
}

PROGRAM(user)
{
    (void)argument;
    stats_start(thimble_stats());
    for (uint32_t expected = 0;; expected++) {
        uint64_t start = thimble_time();
        uint32_t id = thimble_read32(DEVICE_AT + DEVICE_ID);
        uint32_t count = thimble_read32(DEVICE_AT + DEVICE_COUNT);
        uint64_t end = thimble_time();
        stats_record(thimble_stats(), (uint32_t)(end - start));
        if (id != DEVICE_ID_VALUE || count != expected) {
            stats_miss(thimble_stats());
        }
        thimble_compute(100000);
    }
}
