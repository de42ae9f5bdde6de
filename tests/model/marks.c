/* SPDX-License-Identifier: BSD-2-Clause */
#include "marks.h"

#include <stdio.h>

#include "machine.h"

#define MARK_TEXT(name, what) {#name, what},
static const struct {
    const char *name;
    const char *what;
} marks[] = {MARK_LIST(MARK_TEXT)};

u64 mark_counts[MARK_COUNT];

void marks_print(const char *who)
{
    u32 visited = 0;

    for (u32 i = 0; i < MARK_COUNT; i++) {
        visited += mark_counts[i] != 0;
    }
    printf("%s: %u of %u marks visited\n", who, visited, (u32)MARK_COUNT);
    for (u32 i = 0; i < MARK_COUNT; i++) {
        if (mark_counts[i] == 0) {
            printf("%s: never %-20s %s\n", who, marks[i].name, marks[i].what);
        }
    }
}
