/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A description as the checks see it: every kind of object in one flat array,
 * references resolved where they can be, memory placed where it fits. Made from
 * any description, however wrong, so that all errors can be reported at once.
 */
#ifndef USER_DESCRIBE_MODEL_H
#define USER_DESCRIBE_MODEL_H

#include <stdio.h>

#include "board.h"
#include "system.h"

#define BLOCK_SIZE (2U * MIB)
/* Index of what was not found. */
#define NOWHERE (~(u32)0)

enum kind {
    KIND_SYSTEM = 0,
    KIND_NOTIFICATION,
    KIND_IRQ,
    KIND_CELL,
    KIND_THREAD,
    KIND_CAP,
    KIND_REGION,
    KINDS
};

/* A part of a flat array. */
struct span {
    u32 first;
    u32 count;
};

struct model_cell {
    const struct system_cell *is;
    struct span threads;
    struct span caps;
    struct span regions; /* the image first */
    u32 slots;
    u32 tables_needed; /* the quota that suffices to map its regions */
    u32 tables;        /* its quota */
};

struct model_thread {
    const struct system_thread *is;
    u32 cell;
};

struct model_cap {
    const struct system_cap *is;
    u32 cell;
    u8 type;    /* THIMBLE_CAP_EMPTY: names not exactly one object */
    u32 object; /* in the flat array of that type, or NOWHERE */
};

struct model_region {
    const struct system_region *is; /* NULL: a cell's image */
    u32 cell;
    u32 first; /* the first region with the same `shared` name, or itself */
    const struct board_device *device;
    u32 at;
    u32 size;
    u64 pa;
    bool misfit; /* RAM was used up to pa, and the rest is too small */
};

struct model {
    const struct system *system;
    const struct board *board;
    FILE *errors;
    u32 error_count;
    u32 count[KINDS];
    struct model_cell *cells;
    struct model_thread *threads;
    struct model_cap *caps;
    struct model_region *regions;
};

/* False if host memory ran out. model_free() in either case. */
bool model_make(struct model *m, const struct system *system, const struct board *board,
                FILE *errors);
void model_free(struct model *m);

/* report.c. One line: system, cell, object, field (NULL: the object itself), message. */
enum severity { SEVERITY_WARNING, SEVERITY_ERROR };
#define model_error(m, ...) model_report(m, SEVERITY_ERROR, __VA_ARGS__)
#define model_warning(m, ...) model_report(m, SEVERITY_WARNING, __VA_ARGS__)
__attribute__((format(printf, 6, 7))) void model_report(struct model *m, enum severity severity,
                                                        enum kind kind, u32 object,
                                                        const char *field, const char *format,
                                                        ...);

/* How many objects a capability names: should be one. */
u32 model_cap_named(const struct system_cap *is);
/* The cell's capability in that slot; NOWHERE if there is none. */
u32 model_cap_in_slot(const struct model *m, u32 cell, u32 slot);
/* The INTID of an irq: its own, or its device's; 0 if there is no such device. */
u32 model_irq_line(const struct model *m, u32 irq);
/* Its name in messages and reports: never NULL. */
const char *model_cell_name(const struct model *m, u32 cell);
/* Both given, and equal. */
bool same_name(const char *a, const char *b);
/* Counter ticks, rounded up. */
u64 model_ticks(const struct board *board, u32 us);
/* Message buffers of a cell take whole pages. */
u32 model_buffer_pages(const struct model *m, u32 cell);

/* timing.c. Times in microseconds. */
#define TIMING_NEVER (~(u64)0)
/* Active, and with a budget that is less than all time. */
bool timing_limited(const struct system_thread *t);
/* The active threads by falling priority; of one priority, in description
 * order. NOWHERE before the first and behind the last. */
u32 timing_next(const struct model *m, u32 thread);
/* By when a thread has used up its budget, counted from when it became ready,
 * whatever the others do; gives up beyond `most`, with what it has found so far. */
u64 timing_response(const struct model *m, u32 thread, u64 most);

/* place.c: physical addresses of all regions, and page-table quotas. */
void place_memory(struct model *m);
void place_tables(struct model *m);

/* names.c: `text` becomes `; did you mean "..."?` if a known name is near. */
struct nearest {
    const char *wanted;
    u32 distance;
    char name[80];
};
#define SUGGESTION_SIZE 112U
void nearest_start(struct nearest *n, const char *wanted);
/* A candidate: "name", or "cell.name". */
void nearest_offer(struct nearest *n, const char *cell, const char *name);
void nearest_text(const struct nearest *n, char text[SUGGESTION_SIZE]);

#endif
