/* SPDX-License-Identifier: BSD-2-Clause */
/* What the simulator tells Valgrind. A cross build has no Valgrind's headers,
 * nor would it run under it. */
#ifndef SIM_MEMCHECK_H
#define SIM_MEMCHECK_H

#if __has_include(<valgrind/memcheck.h>)
#include <valgrind/memcheck.h>
#else
#define VALGRIND_STACK_REGISTER(start, end) 0
#define VALGRIND_MAKE_MEM_UNDEFINED(at, size) 0
#endif

#endif
