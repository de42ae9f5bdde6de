/* SPDX-License-Identifier: BSD-2-Clause */
/* Where in its sources a thread of a target is: by its cell's program and the debugging
 * information in it. */
#ifndef GDB_PLACES_H
#define GDB_PLACES_H

#include "types.h"

struct place {
    const char *file; /* as the compiler was given it */
    const char *function;
    int line;
};

/* Cells' programs are in this folder, as CELL.elf. */
void places_begin(const char *folder);
void places_end(void);
/* What the instruction at this address of a cell's program belongs to. False: nothing is known
 * of it, or it is in what every program is linked with. */
bool place_at(u32 cell, u32 pc, struct place *place);
/* Where a thread that does not run is: the innermost place that is its program's own. */
bool place_of(u32 thread, struct place *place);
/* "file.c:42" in `to`; NULL, if there is none. */
const char *place_words(const struct place *place, char *to, size_t size);

#endif
