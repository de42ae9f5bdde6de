/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pool sizes for non-interference: found on the include path before the simulated
 * machine's own. Six cells' quotas of regions and table pages are exactly what there
 * is, so that a quota that counted another's would be seen.
 */
#ifndef LIMITS_CONFIG_H
#define LIMITS_CONFIG_H

#define CPU_MAX 1U
#define CELL_MAX 6U
#define THREAD_MAX 20U
#define SC_MAX 10U
#define PLACES 16U /* power of two: more than SC_MAX + VCPU_MAX */
#define PRIORITIES 256U
#define CAP_MAX 128U
#define NOTIFICATION_MAX 8U
#define IRQ_MAX 6U
#define REGION_MAX 36U
#define LINE_MAX 288U
#define VCPU_MAX 2U
#define TABLE_PAGE_MAX 64U
#define SPACE_ROOT_PAGES 1U
#define TRACE_EVENTS 16U
#define CAP_TYPES 0x3eU

#endif
