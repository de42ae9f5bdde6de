/* SPDX-License-Identifier: BSD-2-Clause */
/* Copies of a target's memory: see copies.h. */
#include "copies.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board_config.h"
#include "context.h"
#include "image.h"
#include "klog.h"

struct kernel kernel;
struct trace_ring trace_ring;
struct klog klog;

static const char *folder;

/* Reads at most `size` bytes of a file of the folder; how many. */
static size_t read_some(const char *name, void *to, size_t size)
{
    char path[4096];
    int length = snprintf(path, sizeof(path), "%s/%s", folder, name);
    FILE *file = length < (int)sizeof(path) ? fopen(path, "rb") : NULL;

    if (file == NULL) {
        return 0;
    }
    size_t got = fread(to, 1, size, file);
    return fclose(file) == 0 ? got : 0;
}

static bool read_whole(const char *name, void *to, size_t size)
{
    return read_some(name, to, size) == size;
}

/* Physical address of a cell's memory, and how much follows it; 0: nothing is there. */
static u32 physical(u32 cell, u32 gpa, u32 *left)
{
    for (u32 i = 0; i < arm_system.region_count; i++) {
        const struct machine_mapping *m = &arm_system.regions[i].map;
        if (arm_system.regions[i].cell == cell && arm_system.regions[i].mapped &&
            gpa - m->gpa.raw < m->size) {
            *left = m->size - (gpa - m->gpa.raw);
            return m->pa.raw + gpa - m->gpa.raw;
        }
    }
    return 0;
}

static u32 stats_page(u32 cell)
{
    u32 gpa = arm_system.cells[cell].stats.raw;
    u32 left;

    return gpa != 0 ? physical(cell, gpa, &left) : 0;
}

static u32 stack_pointer(u32 thread)
{
    return thread_at(thread)->machine[CONTEXT_SP] & ~3U;
}

void copies_ranges(void)
{
    printf("kernel.bin kernel %zu\ntrace_ring.bin trace_ring %zu\nklog.bin klog %zu\n",
           sizeof(kernel), sizeof(trace_ring), sizeof(klog));
    for (u32 i = 0; i < arm_system.cell_count; i++) {
        if (stats_page(i) != 0) {
            printf("stats-%s.bin 0x%08x %u\n", arm_system.cells[i].name, stats_page(i), PAGE_SIZE);
        }
    }
    printf("started kernel+%zu 8\ncurrent kernel+%zu 2\nticks_per_ms - %u\nidle_threads - %u\n",
           offsetof(struct kernel, cpu[0].started), offsetof(struct kernel, cpu[0].current),
           board.ticks_per_ms, CPU_MAX);
}

void copies_ranges_more(void)
{
    for (u32 i = CPU_MAX; i < kernel.thread_count; i++) {
        u32 left = 0;
        u32 at = physical(thread_at(i)->cell, stack_pointer(i), &left);
        if (at != 0 && thread_at(i)->vcpu == 0) {
            printf("stack-%u.bin 0x%08x %u\n", i, at, left < COPIES_STACK ? left : COPIES_STACK);
        }
    }
}

bool copies_read(const char *from)
{
    folder = from;
    if (!read_whole("kernel.bin", &kernel, sizeof(kernel)) ||
        !read_whole("trace_ring.bin", &trace_ring, sizeof(trace_ring))) {
        fprintf(stderr, "thimble: %s: no copy of this image's state\n", folder);
        return false;
    }
    (void)read_whole("klog.bin", &klog, sizeof(klog)); /* an image may do without */
    if (kernel.cell_count != arm_system.cell_count || kernel.sc_count != arm_system.sc_count ||
        kernel.thread_count != arm_system.thread_count + CPU_MAX) {
        fprintf(stderr, "thimble: %s: not the state of system %s, or it had not booted\n", folder,
                arm_system.name);
        return false;
    }
    return true;
}

char *copies_console(void)
{
    size_t room = 1;
    size_t got = 0;
    char *text = malloc(room);

    while (text != NULL && (got = read_some("console.txt", text, room - 1U)) == room - 1U) {
        char *more = room < (1U << 28) ? realloc(text, room *= 4U) : NULL;
        if (more == NULL) {
            break;
        }
        text = more;
    }
    if (text != NULL) {
        text[got] = '\0';
    }
    return text;
}

const u8 *copies_stats(u32 cell)
{
    static u8 page[PAGE_SIZE];
    char name[64];

    snprintf(name, sizeof(name), "stats-%s.bin", arm_system.cells[cell].name);
    return stats_page(cell) != 0 && read_whole(name, page, sizeof(page)) ? page : NULL;
}

bool copies_stack_word(u32 thread, u32 address, u32 *word)
{
    static u8 bytes[COPIES_STACK];
    static size_t got;
    static u32 of;
    char name[32];
    u32 offset = address - stack_pointer(thread);

    if (of != thread) {
        snprintf(name, sizeof(name), "stack-%u.bin", thread);
        got = read_some(name, bytes, sizeof(bytes));
        of = thread;
    }
    if (offset > COPIES_STACK - 4U || offset + 4U > got) {
        return false;
    }
    *word = bytes[offset] | (u32)bytes[offset + 1U] << 8 | (u32)bytes[offset + 2U] << 16 |
            (u32)bytes[offset + 3U] << 24;
    return true;
}

const char *thread_words(u32 thread)
{
    static char words[8][64];
    static u32 next;
    char *to = words[next++ % ARRAY_SIZE(words)];

    if (thread < CPU_MAX || thread >= kernel.thread_count) {
        return thread < CPU_MAX ? "(idle)" : "(none)";
    }
    const struct boot_thread *t = &arm_system.threads[thread - CPU_MAX];
    snprintf(to, sizeof(words[0]), "%s.%s", arm_system.cells[t->cell].name, t->name);
    return to;
}
