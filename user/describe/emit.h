/* SPDX-License-Identifier: BSD-2-Clause */
/* From a checked description to the sources that the build of an ARM image takes. */
#ifndef USER_DESCRIBE_EMIT_H
#define USER_DESCRIBE_EMIT_H

#include "describe.h"

/* Writes into `folder`, which must exist:
 *   limits_config.h  pools as large as the system needs
 *   tables.c         arm_system (core/boot.h), names included
 *   binaries.S       every cell's binary, and where it goes
 *   cells.mk         the names of the cells, and of their programs
 *   CELL.c, CELL.ld  what a cell's program may know of itself; where it is linked
 *   contents.S       what regions hold from the start
 *   VM.dts, VM.native.S  device tree of a VM's guest; the guest with all that it is
 *                    started with, to run alone on a board with the same devices
 *   CELL.config      what a VMM in that cell must know
 * `seed` is what thimble_seed() of each thread follows from, as in the simulator.
 * False, with a line on stderr, if a file cannot be written. */
bool emit_image(const struct system *system, const struct described *d, const char *folder,
                u64 seed);

#endif
