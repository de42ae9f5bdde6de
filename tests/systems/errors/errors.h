/* SPDX-License-Identifier: BSD-2-Clause */
/* What the cells of the errors system agree on. */
#ifndef ERRORS_H
#define ERRORS_H

#define AT 0x20000000U /* where the tester has memory */
#define ROM_AT 0x20100000U
#define DEPTH 15U /* derivations, and no more */

/* The tester's table. Rights in brackets are not those of the description, which the
 * checker would refuse, but what the recorder makes of them. */
enum {
    EMPTY = 0,
    SERVER,  /* passive, level 3, without buffer: CALL, no badge */
    BADGED,  /* the same, badge 9 */
    UPPER,   /* passive, level 5, without window: CALL */
    DEAD,    /* passive, stopped: CALL */
    KILL,    /* the same: CONTROL */
    JOURNAL, /* passive, level 0: CALL */
    ACTIVE,  /* an active thread: [CALL] */
    VICTIM,  /* that thread: CONTROL */
    BELL,    /* notification: SIGNAL, WAIT */
    RING,    /* the same: SIGNAL */
    HEAR,    /* the same: WAIT */
    BUSY,    /* notification: ACTIVE's thread waits on it */
    LINE,    /* irq */
    NO_LINE, /* the same: [none] */
    REGION,  /* two pages, not mapped */
    MAPPED,  /* a page, mapped at AT */
    ROM,     /* a page, READ alone, mapped at ROM_AT */
    CELL,    /* another cell: MAP */
    MANAGED, /* the same: CONTROL */
    OWN,     /* the tester's own: [CONTROL] */
    FREE,
    DEEP,                       /* 15 copies of RING, each derived from the one before */
    DEEP_REGION = DEEP + DEPTH, /* likewise regions, of MAPPED */
    SLOTS = DEEP_REGION + DEPTH
};

/* The server's. */
enum {
    SERVER_BELL = 1, /* notification: WAIT */
    SERVER_WINDOW    /* UPPER comes here */
};

#endif
