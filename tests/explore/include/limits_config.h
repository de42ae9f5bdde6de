/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pool sizes for exploration: found on the include path before the simulated
 * machine's own. A state is saved and compared some ten million times.
 */
#ifndef LIMITS_CONFIG_H
#define LIMITS_CONFIG_H

#define CPU_MAX 1U
#define CELL_MAX 3U
#define THREAD_MAX 7U
#define SC_MAX 4U
#define PLACES 8U /* power of two: more than SC_MAX + VCPU_MAX */
#define PRIORITIES 256U
#define CAP_MAX 32U
#define CAP_TYPES 0x3eU
#define NOTIFICATION_MAX 2U
#define IRQ_MAX 2U
#define REGION_MAX 8U
#define LINE_MAX 64U
#define VCPU_MAX 1U
#define TABLE_PAGE_MAX 16U
#define SPACE_ROOT_PAGES 1U
#define TRACE_EVENTS 16U

#endif
