/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory and calls that must come out right: see victim.h. */
#include "victim.h"

#include "isolation.h"
#include "memory.h"
#include "thimble.h"

static uint32_t pattern(uint32_t address)
{
    return address * 2246822519U + 1U;
}

void victim_memory_fill(void)
{
    for (uint32_t i = 0; i < VICTIM_MEMORY_SIZE; i += 4U) {
        thimble_write32(VICTIM_MEMORY_AT + i, pattern(i));
    }
}

int victim_memory_good(uint32_t *place, uint32_t words)
{
    int good = 1;

    for (uint32_t n = 0; n < words; n++) {
        uint32_t found = thimble_read32(VICTIM_MEMORY_AT + *place);
        good = good && found == pattern(*place);
        *place = (*place + 4U) % VICTIM_MEMORY_SIZE;
    }
    return good;
}

int victim_call_good(uint32_t question, uint32_t badge, uint32_t *calls)
{
    struct message m = {.tag = THIMBLE_TAG(question, 1), .word = {question}};
    uint32_t status = thimble_call(VICTIM_SLOT_SERVER, &m);

    (*calls)++;
    return status == THIMBLE_OK && m.tag == THIMBLE_TAG(SERVER_DONE, 2) &&
           m.word[0] == isolation_answer(question, badge) && m.word[1] == *calls &&
           (m.word[2] | m.word[3] | m.word[4] | m.word[5]) == 0;
}
