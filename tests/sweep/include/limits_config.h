/* SPDX-License-Identifier: BSD-2-Clause */
/* Pool sizes for fault sweeps: found on the include path before the simulated machine's
 * own. The manager's table holds something of everything. */
#ifndef LIMITS_CONFIG_H
#define LIMITS_CONFIG_H

#define CPU_MAX 1U
#define CELL_MAX 5U
#define THREAD_MAX 9U
#define SC_MAX 6U
#define PLACES 8U /* power of two: more than SC_MAX + VCPU_MAX */
#define PRIORITIES 256U
#define CAP_MAX 100U
#define NOTIFICATION_MAX 6U
#define IRQ_MAX 2U
#define REGION_MAX 16U
#define LINE_MAX 64U
#define VCPU_MAX 1U
#define TABLE_PAGE_MAX 40U
#define SPACE_ROOT_PAGES 1U
#define TRACE_EVENTS 16U
#define CAP_TYPES 0x3eU

#endif
