/* SPDX-License-Identifier: BSD-2-Clause */
/* For programs whose threads have .vfp: nothing to be done here. */
#ifndef THIMBLE_VFP_H
#define THIMBLE_VFP_H
#endif
