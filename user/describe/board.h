/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a system description is placed on: the memory and devices of a board
 * that cells may have. A new board is one more constant struct in board.c.
 */
#ifndef USER_DESCRIBE_BOARD_H
#define USER_DESCRIBE_BOARD_H

#include "arm_board.h"
#include "types.h"

struct board {
    const char *name;
    const char *uart_kind; /* as in arm_board.h */
    paddr_t image;    /* where an image is linked; it ends at `ram` */
    paddr_t ram;      /* what cells may use: not the core's own, not its tables */
    u32 ram_size;     /* bytes */
    u32 table_pages;  /* for the cells' page tables, the roots not counted; of an ARM image,
                         which has as many as its system needs: the most */
    u32 ticks_per_ms; /* of the counter that machine_time() reads */
    u16 levels;       /* of lines that can be let in without those below: GICC_PMR */
    u16 instruction_ps; /* of an instruction of the core, on average over a path; see board.c */
    u16 line_count;   /* INTIDs that the distributor implements */
    const struct board_device *devices; /* up to one without a name */
};

/* The simulated machine: the memory map of QEMU's virt board. */
extern const struct board board_sim;

/* NULL if there is no board of that name. */
const struct board *board_find(const char *name);
/* Board number `index`; NULL behind the last. The first is the default. */
const struct board *board_at(u32 index);
/* NULL if the board has no device of that name. */
const struct board_device *board_device_find(const struct board *board, const char *name);

#endif
