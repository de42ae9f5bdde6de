/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From a system description (system.h) and a board to the flat tables that the
 * core boots (core/boot.h).
 */
#ifndef USER_DESCRIBE_DESCRIBE_H
#define USER_DESCRIBE_DESCRIBE_H

#include <stdio.h>

#include "board.h"
#include "boot.h"
#include "self.h"
#include "system.h"

struct devices; /* model.h */

/* Owns the tables. Names point into the description, which must live as long. */
struct described {
    struct boot boot; /* points to the arrays below */
    const struct board *board; /* with the system's own devices */
    struct devices *own;
    const struct device_place *devices; /* for struct sim_options; NULL: none */
    struct boot_cell *cells;
    struct boot_thread *threads;
    struct boot_sc *scs;
    struct boot_irq *irqs;
    struct boot_notification *notifications;
    struct boot_region *regions; /* of each cell in turn: image, then the described ones */
    struct boot_cap *caps;
    u32 described_notifications; /* those behind are for sleeping */
};

/* An unlimited active thread gets slices of this length. */
#define DESCRIBE_SLICE_US 10000U
/* A shorter budget would be spent on switching. */
#define DESCRIBE_BUDGET_MIN_US 10U
/* Each thread's stack on ARM, in its cell's image below the statistics page. */
#define DESCRIBE_STACK_SIZE THIMBLE_STACK_SIZE
/* If the programs that are linked sleep (user/lib/sleep.h), each active thread has a notification
 * of its own, and the right to wait for it in one of its cell's last slots; in the order of the
 * description. The slot; 0: it has none. */
u32 describe_sleep_slot(const struct described *d, u32 thread);
/* Checks the whole description, and writes one line to `errors` for every error
 * and warning. True if there was no error: *out is then to be given to
 * describe_free(). Else *out is empty. */
/* Folders in which files of regions are looked for, separated by ':'. The string must
 * last. At first "." only. */
void describe_files(const char *folders);
bool describe_compile(const struct system *system, const struct board *board,
                      struct described *out, FILE *errors);
/* Does nothing to an empty (all zero) one. */
void describe_free(struct described *d);
/* For people: memory map, threads, capability map, interrupts, and what follows
 * from them: response times, interference bounds, trusted cells. */
void describe_print(const struct system *system, const struct described *d, FILE *file);
/* For programs: the same as JSON (docs/results.md); who may reach whom, for Graphviz. */
void describe_json(const struct system *system, const struct described *d, FILE *file);
void describe_graph(const struct system *system, const struct described *d, FILE *file);

#endif
