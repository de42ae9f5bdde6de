/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `make prove`, the second half: contracts of what everything rests on, which WP proves of
 * the core's own text.
 */
#include <string.h>

#define __builtin_clz prove_clz
#define __builtin_ctz prove_ctz
#define __builtin_memcpy memcpy
#define __builtin_unreachable prove_unreachable
#define _Alignas(bytes)

#include "machine.h"
#include "types.h"

#include "kernel.h"
#include "klog.h"
#include "wp.h"

#include "cap.c"
#include "derivation.c"
#include "queue.h"
#include "queue_annotated.c"
#include "space.c"
