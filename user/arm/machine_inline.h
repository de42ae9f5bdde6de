/* SPDX-License-Identifier: BSD-2-Clause */
/* A description that stands in one file with its programs includes core/machine.h,
 * of which programs use nothing. */
#ifndef MACHINE_INLINE_H
#define MACHINE_INLINE_H
#endif
