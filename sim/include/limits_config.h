/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pool sizes of the simulated machine: one build serves every system, the
 * 1,000-thread benchmark included. An ARM image gets a generated file of this
 * name with exactly what its system needs.
 */
#ifndef LIMITS_CONFIG_H
#define LIMITS_CONFIG_H

#define CPU_MAX 1U
#define CELL_MAX 64U
#define THREAD_MAX 2048U
#define SC_MAX 1024U
#define PLACES 2048U /* power of two: more than SC_MAX + VCPU_MAX */
#define PRIORITIES 256U
#define CAP_MAX 8192U
#define CAP_TYPES 0x3eU /* bit t: capabilities of type t */
#define NOTIFICATION_MAX 1024U
#define IRQ_MAX 64U
#define REGION_MAX 1088U
#define LINE_MAX 288U
#define VCPU_MAX 8U
#define TABLE_PAGE_MAX 512U
#define SPACE_ROOT_PAGES 1U
#define TRACE_EVENTS 65536U /* power of two */

#endif
