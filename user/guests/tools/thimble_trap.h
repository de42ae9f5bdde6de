/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hypercalls of a Linux process in a VM, for what user/lib does with them: signal and wait.
 * A slot is the file descriptor of a /dev/thimbleN.
 */
#ifndef THIMBLE_TRAP_H
#define THIMBLE_TRAP_H

#include <stdint.h>

#define THIMBLE_REGISTERS 8U

/* As on other machines, for these two numbers; any other is refused. */
void thimble_trap(uint32_t number, uint32_t in, uint32_t out, uint32_t *r);
const uint32_t *thimble_first_registers(void);

#endif
