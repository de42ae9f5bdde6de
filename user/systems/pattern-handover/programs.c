/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory is handed over without copying: derive, send, map, and revoke. */
#include "handover.h"
#include "memory.h"
#include "self.h"
#include "stats.h"
#include "thimble.h"
#include "time.h"

static uint32_t page_sum(uint32_t at)
{
    uint32_t sum = 0;

    for (uint32_t i = 0; i < PAGE_WORDS; i++) {
        sum += thimble_read32(at + 4U * i);
    }
    return sum;
}

PROGRAM(taker)
{
    struct message m;

    (void)thimble_first(&m);
    (void)argument;
    for (;;) {
        uint32_t answer = 0;
        if ((m.tag & THIMBLE_TAG_LABEL) == TAKER_READY) {
            answer = thimble_window(TAKER_SLOT_WINDOW);
        } else {
            answer = thimble_region_map(TAKER_SLOT_WINDOW, TAKER_AT, THIMBLE_NO_SLOT);
        }
        if ((m.tag & THIMBLE_TAG_CAP) != 0 && answer == THIMBLE_OK) {
            answer = page_sum(TAKER_AT);
        }
        m = (struct message){.tag = THIMBLE_TAG(m.tag, 1), .word = {answer}};
        (void)thimble_reply_recv(&m);
    }
}

static uint32_t ask(uint32_t label, uint32_t flag, uint32_t slot)
{
    struct message m = {.tag = THIMBLE_TAG(label, 6) | flag, .word = {0, 0, 0, 0, 0, slot}};

    return thimble_call(MAKER_SLOT_TAKER, &m) == THIMBLE_OK ? m.word[0] : ~0U;
}

PROGRAM(maker)
{
    (void)argument;
    stats_start(thimble_stats());
    (void)ask(TAKER_READY, 0, 0);
    for (uint32_t n = 0;; n++) {
        uint32_t offset = n % STOCK_PAGES * 4U * PAGE_WORDS;
        uint64_t start = thimble_time();
        thimble_write32(MAKER_STOCK_AT + offset, n);
        (void)thimble_region_derive(MAKER_SLOT_STOCK, MAKER_SLOT_PART, offset, 4U * PAGE_WORDS,
                                    THIMBLE_RIGHT_READ);
        uint32_t sum = ask(TAKER_TAKE, THIMBLE_TAG_CAP, MAKER_SLOT_PART);
        /* From here on no access by the taker is possible any more. */
        (void)thimble_cap_delete(MAKER_SLOT_PART);
        uint32_t after = ask(TAKER_LOOK, 0, 0);
        uint64_t end = thimble_time();
        stats_record(thimble_stats(), (uint32_t)(end - start));
        if (sum != n || after != THIMBLE_ERR_SLOT) {
            stats_miss(thimble_stats());
        }
        thimble_compute(100000);
    }
}
