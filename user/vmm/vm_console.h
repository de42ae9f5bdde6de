/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The console that the VMs share: the board's UART, or a driver's cell. With one VM what it
 * sends goes out as it is. With several each line begins with the name of its VM; the VM
 * that has the input writes as it goes, the others line by line, and a line of another that
 * comes in between is followed by what was there of the interrupted one.
 */
#ifndef USER_VMM_VM_CONSOLE_H
#define USER_VMM_VM_CONSOLE_H

#include <stdint.h>

#define CONSOLE_OUT 2048U /* power of two */
#define CONSOLE_LINE 128U

struct vm;
struct vmm;

struct console {
    uint32_t put; /* characters ever queued, */
    uint32_t taken; /* and sent */
    uint32_t room; /* of uart_send() */
    uint32_t selected; /* VM that gets the input */
    uint32_t writer; /* VM whose line is being written, or CONSOLE_NOBODY */
    uint32_t column; /* characters of it, prefix included */
    uint32_t escaped; /* the escape character came just now */
    uint32_t blocked; /* VMs that wait for room, a bit each */
    uint8_t out[CONSOLE_OUT];
};
#define CONSOLE_NOBODY 0xffU

/* A VM's line as far as it has come. */
struct console_line {
    uint32_t length;
    uint8_t text[CONSOLE_LINE];
};

void vm_console_start(struct vmm *vmm);
/* Output moves on, input comes in: after an event, a FIFO of each at most. Input is taken
 * whether or not a VM reads it, so that the escape character is always heard. */
void vm_console_pump(struct vmm *vmm);
/* Is there room? If not, pl011_output_room() and virtio_console_room() come later. A
 * character without room is lost. */
uint32_t vm_console_ready(struct vm *vm);
void vm_console_put(struct vm *vm, uint32_t c);
/* A line of the VMM's own: name of the VM, and text. In it %8 and %4 stand for the next of
 * the numbers, with 8 and 4 hexadecimal digits. */
void vm_console_say(struct vm *vm, const char *text);
void vm_console_say_numbers(struct vm *vm, const char *text, const uint32_t *numbers);

#endif
