/* SPDX-License-Identifier: BSD-2-Clause */
/* Before all else: as on ARM, 64 bits lie at a multiple of eight bytes, so that structs are as
 * large. */
#ifndef WIDTHS_H
#define WIDTHS_H

#include <stdint.h>

typedef uint64_t prove_uint64_t __attribute__((aligned(8)));
#define uint64_t prove_uint64_t

#endif
