/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Board: what differs between boards, in one constant struct each
 * (arm/boards/). A file there is compiled into the image of its board as
 * board_config.h, where the compiler folds its values, and into the checker.
 */
#ifndef ARM_ARM_BOARD_H
#define ARM_ARM_BOARD_H

#include "types.h"

/* A device that cells may have. */
struct board_device {
    const char *name; /* in descriptions; NULL ends the list */
    paddr_t pa;
    u32 size;     /* bytes, whole pages */
    u16 line;     /* INTID of its interrupt */
    bool vms;     /* for VMs only, and for any number of them: each uses its own state there */
    bool trusted; /* masters the bus without an SMMU: whoever has it can reach all memory */
};

struct arm_board {
    const char *name;
    u32 ram;          /* first byte that the image may use: it is linked there */
    u32 ram_size;     /* bytes from there on that are certainly there */
    u32 image_size;   /* bytes from `ram` for the hypervisor and the cells' binaries */
    u32 gicd;         /* distributor, IHI 0048B 4.1.2 */
    u32 gicc;         /* CPU interface */
    u32 gich;         /* virtual interface control */
    u32 gicv;         /* virtual CPU interface */
    u32 uart;         /* of the boot console */
    const char *uart_kind; /* arm/console_KIND.c, user/lib/uart_KIND.c: "pl011", "16550" */
    u32 ticks_per_ms; /* of the generic timer's counter (CNTFRQ / 1000) */
    u16 lines;        /* INTIDs */
    const struct board_device *devices;
};

#endif
