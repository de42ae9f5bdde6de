/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines of programs: see printed.h. */
#include "printed.h"

#include <stdio.h>

#include "host.h"
#include "kernel.h"
#include "observe.h"
#include "print.h"
#include "trap.h"

/* Longer lines are shown in pieces. */
#define LINE_MAX_BYTES 256U

static struct {
    u8 length;
    char text[LINE_MAX_BYTES - 1U];
} lines[THREAD_MAX];

/* Handed to the entry below; nothing runs in between. */
static struct {
    u32 ring;
    u32 size;
    u32 from;
    u32 to;
} news;

static bool quiet;

void printed_quiet(void)
{
    quiet = true;
}

static void line_end(u32 thread)
{
    if (!quiet) {
        printf("[%s.%s] %.*s\n", sim_cell_name(thread_at(thread)->cell), sim_thread_name(thread),
               (int)lines[thread].length, lines[thread].text);
    }
    lines[thread].length = 0;
}

static void line_add(u32 thread, char c)
{
    if (c == '\n') {
        line_end(thread);
        return;
    }
    if (lines[thread].length == sizeof(lines[thread].text)) {
        line_end(thread);
    }
    lines[thread].text[lines[thread].length++] = c;
}

/* The cell's image is the first region with its number. */
static const u8 *ring_at(u32 cell, u32 address, u32 size)
{
    const struct boot *b = sim_host.system;
    u32 image = 0;

    while (b->regions[image].cell != cell) {
        image++;
    }
    const struct machine_mapping *m = &b->regions[image].map;
    return sim_ram_at(&sim.ram, paddr(m->pa.raw + (address - m->gpa.raw)), size);
}

/* On the kernel stack: the C library wants more than a thread has. */
static u32 show_entry(void)
{
    u32 thread = kernel.cpu[0].current;
    const u8 *ring = ring_at(thread_at(thread)->cell, news.ring, news.size);

    for (u32 i = news.from; i != news.to; i++) {
        line_add(thread, (char)ring[PRINT_HEADER + i % (news.size - PRINT_HEADER)]);
    }
    return EVENT_NONE;
}

void thimble_printed(uint32_t ring, uint32_t size, uint32_t from, uint32_t to)
{
    if (ring == 0) {
        host_guest_stop("thimble_print, but its cell has no statistics page: say .stats = true");
    }
    news.ring = ring;
    news.size = size;
    news.from = from;
    news.to = to;
    sim_trap_call(show_entry);
}

void printed_finish(void)
{
    for (u32 i = 0; i < kernel.thread_count; i++) {
        if (lines[i].length != 0) {
            line_end(i);
        }
    }
}
