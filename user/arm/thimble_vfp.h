/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The first include of a file whose code runs in threads with .vfp only: floating
 * point is then compiled to instructions of VFPv4 and Advanced SIMD. Everything
 * else is compiled without them, and calls functions instead.
 */
#ifndef THIMBLE_VFP_H
#define THIMBLE_VFP_H

#pragma GCC target("fpu=neon-vfpv4")

#endif
