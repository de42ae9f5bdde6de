/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who has what. Every use that a description makes of a thing is a claim: whose address
 * something is at, whose memory some bytes are and what they are for, whose event a
 * notification or an interrupt is, whose name or number. One pass then finds two claims to
 * one thing, and names both: nothing is given twice unless both say so, with the same word.
 */
#ifndef USER_DESCRIBE_CLAIMS_H
#define USER_DESCRIBE_CLAIMS_H

#include "model.h"

/* Things of different resources are different things. */
enum resource {
    RESOURCE_NAME,   /* of one kind of object, in one cell or all of the system */
    RESOURCE_KEPT,   /* what a VMM keeps of its VMs' names */
    RESOURCE_NUMBER, /* of a VM in its VMM */
    RESOURCE_SLOT,   /* of a cell */
    RESOURCE_GRANT,  /* the one capability of a region */
    RESOURCE_SPACE,  /* addresses in a cell */
    RESOURCE_MEMORY, /* physical addresses: the cells that reach them */
    RESOURCE_USE,    /* the same: what guests and VMMs have them for */
    RESOURCE_PART,   /* addresses in a guest's RAM: what is copied there before it runs */
    RESOURCE_NODE,   /* regions in a guest's device tree */
    RESOURCE_LINE,   /* a guest's interrupts */
    RESOURCE_INTID,  /* the board's */
    RESOURCE_WAITER, /* notifications: the cell that hears them, */
    RESOURCE_HEARD,  /* and what it hears them for */
    RESOURCE_HANDLER, /* irqs, likewise */
    RESOURCE_HANDLED,
    RESOURCE_CONSOLE, /* of a VMM */
    RESOURCES
};

struct claim {
    enum resource resource;
    u32 scope; /* things of other scopes are other things: a cell, or 0 */
    u64 from;
    u64 size;
    const char *name;    /* what is claimed, in messages; the thing itself, if it is a name */
    u32 owner;           /* a cell: its claims agree; NOWHERE: no two of them do, */
    const char *word;    /* but those with the same word: sharing is said by it */
    enum kind kind;      /* where in the description: */
    u32 object;
    const char *field;
    u32 device;          /* the guest's, in `field`; NOWHERE: none */
    const char *purpose; /* "the name of": completed by that place */
};

struct claims {
    struct claim *all;
    u32 count;
    u32 room;
};

/* claims.c: all that a description claims. */
void claims_collect(struct claims *c, const struct model *m);
/* claims_vms.c: the part that VMs, guests and VMMs have. */
void claims_collect_vms(struct claims *c, const struct model *m);
void claims_add(struct claims *c, struct claim claim);

#endif
