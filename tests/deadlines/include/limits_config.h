/* SPDX-License-Identifier: BSD-2-Clause */
/* Pool sizes for small systems, of which many are booted: found on the include path before the
 * simulated machine's own. */
#ifndef LIMITS_CONFIG_H
#define LIMITS_CONFIG_H

#define CPU_MAX 1U
#define CELL_MAX 14U
#define THREAD_MAX 40U
#define SC_MAX 29U
#define PLACES 32U /* power of two: more than SC_MAX + VCPU_MAX */
#define PRIORITIES 256U
#define CAP_MAX 256U
#define NOTIFICATION_MAX 40U
#define IRQ_MAX 8U
#define REGION_MAX 48U
#define LINE_MAX 288U
#define VCPU_MAX 2U
#define TABLE_PAGE_MAX 80U
#define SPACE_ROOT_PAGES 1U
#define TRACE_EVENTS 16U
#define CAP_TYPES 0x3eU

#endif
