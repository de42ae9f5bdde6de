/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The core's console: boot lines, fault dumps, the last words of a panic.
 *
 * Text goes into a ring in memory, and from there to the UART while that is the
 * core's: until a cell maps its registers. A panic takes it back, and sends what
 * was printed since. Boot and panic wait for the UART; in between the core never
 * does. A fault only keeps a record of itself; idle time and interrupts then
 * make steps of bounded length, each a piece of a line or a few characters sent.
 *
 * Ring and records are not part of the core's state: nothing else depends on
 * them. An image may do without names and printing: it links core/print_none.c in
 * place of core/klog.c and core/print.c.
 */
#ifndef CORE_KLOG_H
#define CORE_KLOG_H

#include "config.h"
#include "machine.h"
#include "thread.h"
#include "types.h"

struct boot;
struct cpu;

/* Who has the UART: kernel.console. */
enum console_owner {
    CONSOLE_CORE = 0, /* the core, and it does not wait for it */
    CONSOLE_CELL,     /* whoever has mapped its registers; nobody, if it is dead */
    CONSOLE_BOOT,     /* the core, and it waits */
    CONSOLE_PANIC     /* likewise, for its last words */
};

#define KLOG_TEXT 2048U /* characters kept; power of two */
#define KLOG_LINE 112U  /* in a line, its end included: the rest is cut off */
#define KLOG_NAME 24U   /* of a name in a line: likewise */
#define KLOG_SENT 16U   /* characters sent in one step: a FIFO's worth */
#define KLOG_DUMPS 4U   /* fault dumps that can wait to be printed */

/* What is known of a thread that a fault has stopped. */
struct klog_dump {
    u32 regs[THREAD_REGS];
    u32 address;
    u32 pc;
    u32 instruction;
    u16 thread;
    u16 callers[LEVELS]; /* whom it served, and whom that one, ... */
    u8 caller_count;
    u8 known; /* instruction is what stands at pc */
    u8 kind;  /* THIMBLE_FAULT_* */
    u8 access;
    u8 piece; /* to be printed next */
    u8 pad;
};

struct klog {
    u32 next; /* characters ever printed; character n is at n % KLOG_TEXT */
    u32 sent; /* up to here they went to the UART, or were overwritten before */
    u32 column;
    u32 missed; /* faults whose dump found no room */
    u16 dump_first;
    u16 dump_count;
    struct klog_dump dumps[KLOG_DUMPS];
    char text[KLOG_TEXT];
};

extern struct klog klog;

_Static_assert(sizeof(struct klog_dump) == 68, "no hidden padding");

/* Are the UART's registers in here? Whoever maps them gets it. */
static inline bool klog_within(paddr_t from, u32 size)
{
    return machine_console_page().raw - from.raw < size;
}

/* Takes the UART and prints a line for each object of the system. Waits for the
 * UART: only at boot. */
void klog_boot(const struct boot *system);
/* A fault is about to stop this thread: keeps what a dump will say. */
void klog_fault(struct cpu *cpu, u32 thread);
/* While cpu->printing: a piece of a dump becomes text, or some text is sent.
 * False: nothing can be done now. */
bool klog_step(struct cpu *cpu);
/* All dumps that wait become text, whether it can be sent or not. */
void klog_finish(struct cpu *cpu);
/* The hypervisor cannot go on: says why, where, and whose turn it was. */
_Noreturn void panic(const char *reason, u32 address);

/* ---- klog.c for print.c: text ------------------------------------------*/
void klog_reset(void);
/* Up to the text's end, or so many characters; what a line has no room for is cut off. */
void klog_put_text(const char *text, u32 length);
/* Ends the line; recorded in the trace. */
void klog_put_end(const struct cpu *cpu);
/* Sends everything, waiting for the UART; false: it takes nothing. */
bool klog_flush(void);

/* ---- print.c for klog.c: words -------------------------------------------*/
/* Text, with values in it (u32 where nothing else is said):
 *   %d  in decimal            %x  0x and eight digits of hexadecimal
 *   %h  without 0x            %s  text (const char *)
 *   %n  name (const char *, index; the index where there is no name)
 *   %c  name of a cell        %t  of a thread, with its cell's
 *   %i  name of a thread alone */
void klog_print(const char *format, ...);
/* Prints the next piece of the oldest dump; false: there is none. */
bool print_dump_step(const struct cpu *cpu);
void print_panic(const struct cpu *cpu, const char *reason, u32 address);

#endif
