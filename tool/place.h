/* SPDX-License-Identifier: BSD-2-Clause */
/* Where things are: Thimble itself, a user's system, and what is built of it. */
#ifndef TOOL_PLACE_H
#define TOOL_PLACE_H

#include <stdint.h>

#include "text.h"

/* The folder of Thimble's sources and libraries: this tree, or what was installed. */
const char *thimble_root(void);

/* A system of a user. */
struct place {
    const char *given;  /* as the command line has it */
    const char *name;   /* of the folder, or of the file without .c */
    const char *folder; /* of system.c and whatever lies beside it; for one file, its folder */
    bool file;          /* it is one file */
    struct list sources;
    const char *cache; /* a folder for what is built: this system's alone */
};

/* Finds it, or ends the program with one line that says what there is. */
struct place place_find(const char *path);
/* Shipped systems, and boards that there are images for. */
void shipped_systems(struct list *names);
void boards(struct list *names);
/* The name with nothing in it that makefiles do not take. */
const char *name_plain(const char *name);
/* Files of a folder whose names end so, in order; hidden ones are none. */
void files_in(const char *folder, const char *end, struct list *names);
/* With the folders above it. */
void folder_make(const char *path);

#endif
