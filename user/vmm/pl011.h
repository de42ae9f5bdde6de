/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A VM's UART: a PL011 (ARM DDI 0183G), which holds the SBSA's generic UART too. Its line
 * is infinitely fast: what is sent is gone at once, unless the console has no room.
 */
#ifndef USER_VMM_PL011_H
#define USER_VMM_PL011_H

#include <stdint.h>

/* Longer than the hardware's 16: that much may be typed ahead, or pasted. Power of two. */
#define PL011_FIFO 512U

struct vm;

struct pl011 {
    uint32_t cr;
    uint32_t lcr_h;
    uint32_t ibrd;
    uint32_t fbrd;
    uint32_t ifls;
    uint32_t imsc;
    uint32_t ris;
    uint32_t put; /* characters ever received, */
    uint32_t taken; /* and read */
    uint8_t fifo[PL011_FIFO];
};

void pl011_reset(struct vm *vm);
uint32_t pl011_read(struct vm *vm, uint32_t offset);
void pl011_write(struct vm *vm, uint32_t offset, uint32_t value);
/* How many characters of input it takes now; one of them. */
uint32_t pl011_input_room(const struct vm *vm);
void pl011_input(struct vm *vm, uint32_t c);
/* The console has room again. */
void pl011_output_room(struct vm *vm);

#endif
