/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The system of `make prove`: every pool is full, so that no index in range names
 * nothing. There are active and passive threads, and a vCPU. The
 * capabilities that boot hands out do not matter: prove.c then lets each slot hold any.
 */
#include "boot.h"
#include "cap.h"

static const struct boot_cell cells[] = {
    {.name = "client", .slots = 2, .tables = 3, .derived = 2, .image_size = 4096},
    {.name = NULL, .slots = 2, .tables = 2, .derived = 1},
    {.name = "guest", .slots = 2, .tables = 1},
    {.slots = 2}, {.slots = 2}, {.slots = 2},
};

/* In kernel.threads 1 to 3 are active, of which 3 is the vCPU; 4 and 5 are passive. */
static const struct boot_thread threads[] = {
    {.name = "main", .cell = 0, .sc = 0, .handler = 0, .health = 1, .buffer = {0x1000}},
    {.name = "irq", .cell = 1, .sc = 1, .handler = THIMBLE_NO_SLOT, .health = THIMBLE_NO_SLOT},
    {.name = "vcpu", .cell = 2, .sc = 2, .vcpu = 1, .handler = 0, .health = 1},
    {.name = "server", .cell = 3, .sc = 0xffff, .level = 3, .handler = 0, .health = 1,
     .buffer = {0x2000}},
    {.name = NULL, .cell = 4, .sc = 0xffff, .level = 1, .handler = 0, .health = 1,
     .buffer = {0x3000}},
};

static const struct boot_sc scs[] = {
    {.urgency = {{0, 1, 200, 0, {0}}, {0, 1, 200, 0, {0}}}, .thread = 0, .budget = 1000,
     .period = 5000},
    {.urgency = {{2, 3, 10, 2, {0}}, {2, 3, 10, 2, {0}}}, .thread = 1, .budget = 1000,
     .period = 1000},
    {.urgency = {{1, 2, 100, 1, {0}}, {3, 4, 5, 3, {0}}}, .thread = 2, .budget = 1000,
     .period = 2000},
};

static const struct boot_irq irqs[] = {
    {.name = "uart", .line = 33, .edge = false, .level = 2},
    {.name = NULL, .line = 40, .edge = true},
    {.line = 41}, {.line = 42}, {.line = 43}, {.line = 44},
};

static const struct boot_notification notifications[6] = {{"health"}, {"irq"}};

static const struct boot_region regions[] = {
    {.name = "ram", .cell = 0, .mapped = true,
     .map = {{0x10000}, {0x40000000}, 0x8000, MEMORY_NORMAL, 7, {0, 0}}},
    {.name = NULL, .cell = 1, .mapped = false,
     .map = {{0}, {0x40100000}, 0x300000, MEMORY_DEVICE, 3, {0, 0}}},
};

/* None names an object 0: of threads, it is the idle one, which none ever names. */
static const struct boot_cap caps[] = {
    {0, 0, THIMBLE_CAP_THREAD, 3, 3, 7}, {0, 1, THIMBLE_CAP_NOTIFICATION, 3, 1, 1},
    {1, 0, THIMBLE_CAP_IRQ, 1, 1, 0},    {1, 1, THIMBLE_CAP_NOTIFICATION, 3, 1, 2},
    {3, 0, THIMBLE_CAP_REGION, 3, 1, 0}, {4, 0, THIMBLE_CAP_CELL, 3, 1, 0},
    {2, 0, THIMBLE_CAP_THREAD, 1, 4, 0},
};

const struct boot prove_system = {
    .name = "prove",
    .cells = cells,
    .threads = threads,
    .scs = scs,
    .irqs = irqs,
    .notifications = notifications,
    .regions = regions,
    .caps = caps,
    .cell_count = ARRAY_SIZE(cells),
    .thread_count = ARRAY_SIZE(threads),
    .sc_count = ARRAY_SIZE(scs),
    .irq_count = ARRAY_SIZE(irqs),
    .notification_count = ARRAY_SIZE(notifications),
    .region_count = ARRAY_SIZE(regions),
    .cap_count = ARRAY_SIZE(caps),
};
