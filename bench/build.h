/* SPDX-License-Identifier: BSD-2-Clause */
/* What this program was built with and for. Exact counts mean something only
 * beside counts of the same build, so the baseline records all of it. */
#ifndef BENCH_BUILD_H
#define BENCH_BUILD_H

#ifdef __clang__
#define BUILD_COMPILER __VERSION__
#else
#define BUILD_COMPILER "gcc " __VERSION__
#endif

#if defined __x86_64__
#define BUILD_MACHINE "x86_64"
#elif defined __aarch64__
#define BUILD_MACHINE "aarch64"
#elif defined __arm__
#define BUILD_MACHINE "arm"
#else
#define BUILD_MACHINE "unknown"
#endif

#if defined __OPTIMIZE_SIZE__
#define BUILD_TYPE "small"
#elif defined __OPTIMIZE__
#define BUILD_TYPE "release"
#else
#define BUILD_TYPE "debug"
#endif

#endif
