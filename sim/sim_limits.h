/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Build constants of the simulated machine. Each can be set with -D; all
 * objects of one build must agree.
 */
#ifndef SIM_LIMITS_H
#define SIM_LIMITS_H

/* RAM starts where QEMU's virt board has it. Multiple of 2 MiB. */
#define SIM_RAM_BASE 0x40000000U
#ifndef SIM_RAM_SIZE
#define SIM_RAM_SIZE 0x01000000U
#endif

/* Pages for stage-2 tables at the top of RAM, the roots of all cells included. */
#ifndef SIM_TABLE_PAGES
#define SIM_TABLE_PAGES 256U
#endif
/* Entries of the TLB (final translations and table walks); power of two. */
#ifndef SIM_TLB_ENTRIES
#define SIM_TLB_ENTRIES 2048U
#endif

/* Sets of four lines of 64 bytes in the data cache and in the instruction cache;
 * powers of two. */
#ifndef SIM_CACHE_SETS
#define SIM_CACHE_SETS 128U
#endif
#ifndef SIM_CODE_SETS
#define SIM_CODE_SETS 64U
#endif

/* CPUs that the interrupt controller model has room for. */
#define SIM_CPUS_MAX 4U

/* A virtual time, or a count, that is never reached. */
#define SIM_TIME_NEVER 0xffffffffffffffffU

#endif
