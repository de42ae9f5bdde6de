/* SPDX-License-Identifier: BSD-2-Clause */
/* What somebody waits for: see explore.h. */
#include "explore.h"
#include "kernel.h"

#define OWED_LONG THREAD_MAX /* long hypercall of thread n: bit OWED_LONG + n */
#define OWED_REVOCATION (2U * THREAD_MAX)

_Static_assert(OWED_REVOCATION < 32U, "bits of a word");

u32 progress_owed(void)
{
    u32 owed = kernel.revocation.cap != NONE ? 1U << OWED_REVOCATION : 0;

    for (u32 i = 1; i < kernel.thread_count; i++) {
        const struct thread *t = &kernel.threads[i];
        if (t->reply_key != NONE || t->state == THREAD_PENDING_CALL ||
            t->state == THREAD_PENDING_FAULT || t->state == THREAD_FAILED) {
            owed |= 1U << i;
        }
        if (t->restart != 0) {
            owed |= 1U << (OWED_LONG + i);
        }
    }
    return owed;
}

const char *progress_name(u32 bit)
{
    return bit == OWED_REVOCATION ? "a revocation never ends"
           : bit >= OWED_LONG     ? "a long hypercall never ends"
                                  : "a caller waits for ever";
}

