/* SPDX-License-Identifier: BSD-2-Clause */
/* Random small systems, made alike in the model and in the core. */
#ifndef SYSTEM_H
#define SYSTEM_H

#include "source.h"

/* Where images of cells begin in their spaces. */
#define SYSTEM_IMAGE_AT 0x10000000U

/* Draws a system, boots the core and starts the model. NULL, or why the core
 * cannot boot it. */
const char *system_make(struct source *s);

/* The system as it is now, to be brought back as often as wanted, memory
 * included. Memory of cells must be as after boot. */
struct system_copy;
struct system_copy *system_save(void);
void system_restore(const struct system_copy *copy);

#endif
