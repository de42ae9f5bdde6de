/* SPDX-License-Identifier: BSD-2-Clause */
/* What programs have printed (user/lib/print.h): see printed.h. */
#include "printed.h"

#include <inttypes.h>
#include <stdio.h>

#include "copies.h"
#include "print.h"

/* Pages are little-endian, whatever reads them. */
static u32 word_at(const u8 *at)
{
    return at[0] | (u32)at[1] << 8 | (u32)at[2] << 16 | (u32)at[3] << 24;
}

/* Threads of its cell, and which of them it is, in the order of the description. */
static u32 threads_of_cell(u32 thread, u32 *number)
{
    u32 count = 0;

    for (u32 i = CPU_MAX; i < kernel.thread_count; i++) {
        if (thread_at(i)->cell == thread_at(thread)->cell) {
            *number = i == thread ? count : *number;
            count++;
        }
    }
    return count;
}

static void ring_print(u32 thread, const u8 *ring, u32 room)
{
    u32 written = word_at(ring + 4);
    u32 from = written > room ? written - room : 0;
    bool begins = from == 0;

    if (!begins) {
        printf("[%s] ...\n", thread_words(thread));
    }
    /* What is left of a line whose beginning was overwritten is no line. */
    while (!begins && from != written) {
        begins = ring[PRINT_HEADER + from++ % room] == '\n';
    }
    for (bool line = true; from != written; from++) {
        char c = (char)ring[PRINT_HEADER + from % room];
        if (line) {
            printf("[%s] ", thread_words(thread));
        }
        putchar(c);
        line = c == '\n';
        if (from + 1U == written && !line) {
            putchar('\n');
        }
    }
}

void printed_print(void)
{
    for (u32 i = CPU_MAX; i < kernel.thread_count; i++) {
        const u8 *page = copies_stats(thread_at(i)->cell);
        u32 number = 0;
        u32 size = print_ring_size(threads_of_cell(i, &number));
        if (page == NULL) {
            continue;
        }
        const u8 *ring = page + PRINT_AT + number * size;
        if (word_at(ring) == PRINT_MAGIC && size > PRINT_HEADER) {
            ring_print(i, ring, size - PRINT_HEADER);
        }
    }
}
