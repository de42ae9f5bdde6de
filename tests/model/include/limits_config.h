/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pool sizes for soak and fuzzing: found on the include path before the
 * simulated machine's own. Small pools run dry often, which is wanted, and a
 * whole-state comparison after every step stays cheap.
 */
#ifndef LIMITS_CONFIG_H
#define LIMITS_CONFIG_H

#define CPU_MAX 1U
#define CELL_MAX 6U
#define THREAD_MAX 24U
#define SC_MAX 12U
#define PLACES 16U /* power of two: more than SC_MAX + VCPU_MAX */
#define PRIORITIES 256U
#define CAP_MAX 128U
#define CAP_TYPES 0x3eU
#define NOTIFICATION_MAX 8U
#define IRQ_MAX 6U
#define REGION_MAX 18U
#define LINE_MAX 288U
#define VCPU_MAX 2U
#define TABLE_PAGE_MAX 64U
#define SPACE_ROOT_PAGES 1U
#define TRACE_EVENTS 16U

#endif
