/* SPDX-License-Identifier: BSD-2-Clause */
/* Parts of describe_print(): see describe.h. */
#ifndef USER_DESCRIBE_PRINT_H
#define USER_DESCRIBE_PRINT_H

#include <stdio.h>

#include "describe.h"

/* A region that lets its cell reach all memory: a bus master without SMMU. */
bool region_trusted(const struct described *d, const struct boot_region *r);
/* The cell that may handle an irq: index; NONE. */
u32 irq_holder(const struct described *d, u32 irq);
/* print_vms.c; nothing if there are none. */
void print_vms(const struct system *system, const struct described *d, FILE *file);
/* print_bounds.c: response times, interference bounds, trusted cells. */
void print_bounds(const struct system *system, const struct described *d, FILE *file);

#endif
