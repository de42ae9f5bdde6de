/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a test image has beside the image: a recorder of what the core does, and a
 * hypercall by which programs report results. Linked with --wrap around the core's
 * own functions, so that the core is the same code as in any other image; and the
 * same over the simulator, so that both machines' records can be compared.
 */
#ifndef TESTS_TARGET_TARGET_H
#define TESTS_TARGET_TARGET_H

/* What the programs of tests/systems say, and nobody else does by chance. */
#define TARGET_HYPERCALL 200U
#define TARGET_MAGIC_6 0x5448494dU /* r6 */
#define TARGET_MAGIC_7 0x424c4521U /* r7 */
#define TARGET_RESULT 0U           /* r0; r1: place, r2: what came, r3: what should have */
#define TARGET_END 1U              /* r0: the run is over */
#define TARGET_WATCH 2U            /* r0: from now on a refused hypercall must change nothing */
#define TARGET_RIGHTS 3U           /* r0; r1: slot, r2: the rights that it has from now on */

/* A place that is no program's: how many words of the state a refused hypercall changed. */
#define TARGET_WATCHED 0x8000U /* and the hypercall's number */

/* Nor is this: idle's root. */
#define TARGET_IDLE 0x4000U

/* Kinds of records. */
#define RECORD_CALL 1U      /* of thread: a: server, b: tag, c: badge */
#define RECORD_REPLY 2U     /* of the caller: a: server, b: tag */
#define RECORD_FAULT 3U     /* a: kind, b: address */
#define RECORD_HYPERCALL 4U /* a: number, b: status, c: r1 (poll, wait) */
#define RECORD_WOKEN 5U     /* the end of a wait: a: status, b: bits */
#define RECORD_STOP 6U
#define RECORD_RESULT 7U /* a: place, b: what came, c: what should have */
#define RECORD_STATS 8U  /* of a cell (thread): a: count, b: misses, c: highest */
#define RECORD_END 9U    /* a: 0: time is over, 1: the program said so, 2: panic */

#ifndef __ASSEMBLER__
#include <stdint.h>

struct record {
    uint16_t thread;
    uint16_t kind;
    uint32_t a;
    uint32_t b;
    uint32_t c;
};
#endif

#endif
