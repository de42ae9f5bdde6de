/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pool sizes for `make prove`: small, and alike, so that an object index that fits one
 * pool fits each. What the analysis then shows of indices is what kernel_check() states:
 * an index below the size of its pool, or NONE.
 */
#ifndef LIMITS_CONFIG_H
#define LIMITS_CONFIG_H

#define CPU_MAX 1U
#define CELL_MAX 6U
#define THREAD_MAX 6U
#define SC_MAX 3U
#define PLACES 8U /* power of two: more than SC_MAX + VCPU_MAX */
#define PRIORITIES 256U
#define CAP_MAX 12U
#define NOTIFICATION_MAX 6U
#define IRQ_MAX 6U
#define REGION_MAX 6U
#define LINE_MAX 64U
#define VCPU_MAX 1U
#define CAP_TYPES 0x3eU /* all */
#define TABLE_PAGE_MAX 6U
#define SPACE_ROOT_PAGES 1U
#define TRACE_EVENTS 8U

#endif
