/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory of a cell, by guest-physical address: image, shared memory, devices.
 * On ARM these are plain loads and stores; on the workstation they go through
 * the simulated MMU, so at most one of them, or of the hypercalls, may stand in
 * a full expression (compilers order arguments differently).
 *
 * C variables are the program's own and need none of this; a program has no
 * writable statics.
 */
#ifndef USER_MEMORY_H
#define USER_MEMORY_H

#include <stdint.h>

uint32_t thimble_read32(uint32_t address);
uint32_t thimble_read16(uint32_t address);
uint32_t thimble_read8(uint32_t address);
void thimble_write32(uint32_t address, uint32_t value);
void thimble_write16(uint32_t address, uint32_t value);
void thimble_write8(uint32_t address, uint32_t value);

/* Fetches an instruction there, as a jump would, and comes back. */
void thimble_execute(uint32_t address);

#endif
