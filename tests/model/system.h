/* SPDX-License-Identifier: BSD-2-Clause */
/* Random small systems, made alike in the model and in the core. */
#ifndef SYSTEM_H
#define SYSTEM_H

#include "model.h"
#include "source.h"

/* Where images of cells begin in their spaces; their size. */
#define SYSTEM_IMAGE_AT 0x10000000U
#define SYSTEM_IMAGE_SIZE 0x10000U

/* A system that has not booted: the model as it is before its start. The first
 * regions are the images of the cells, in their order. */
struct system_drawn {
    struct model model;
    u32 seed;            /* of the simulated machine */
    u32 speculate_every; /* accesses, on average; 0: never. Walks, and lines of caches */
    bool trace;
};

/* Without cells, threads, and anything else. */
void system_empty(struct system_drawn *d);
void system_draw(struct source *s, struct system_drawn *d);
/* Boots the core and starts the model. NULL, or why the core cannot boot it. */
const char *system_boot(const struct system_drawn *d);
/* Draws one and boots it. */
const char *system_make(struct source *s);

/* The system as it is now, to be brought back as often as wanted, memory
 * included. Memory of cells must be as after boot. */
struct system_copy;
struct system_copy *system_save(void);
void system_restore(const struct system_copy *copy);

#endif
