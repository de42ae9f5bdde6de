/* SPDX-License-Identifier: BSD-2-Clause */
/* The known name that somebody may have meant: see model.h. */
#include <string.h>

#include "model.h"

#define NAME_MAX_COMPARED 80U

static u32 min3(u32 a, u32 b, u32 c)
{
    u32 least = a < b ? a : b;

    return least < c ? least : c;
}

/* Levenshtein: insertions, deletions and replacements from a to b. */
static u32 edit_distance(const char *a, const char *b)
{
    u32 row[NAME_MAX_COMPARED];
    u32 columns = (u32)strlen(b);

    for (u32 j = 0; j <= columns; j++) {
        row[j] = j;
    }
    for (u32 i = 0; a[i] != '\0'; i++) {
        u32 diagonal = row[0];
        row[0] = i + 1U;
        for (u32 j = 0; j < columns; j++) {
            u32 above = row[j + 1U];
            u32 replaced = diagonal + (a[i] != b[j]);
            row[j + 1U] = min3(replaced, above + 1U, row[j] + 1U);
            diagonal = above;
        }
    }
    return row[columns];
}

void nearest_start(struct nearest *n, const char *wanted)
{
    n->wanted = wanted;
    n->distance = NOWHERE;
    n->name[0] = '\0';
}

void nearest_offer(struct nearest *n, const char *cell, const char *name)
{
    char candidate[NAME_MAX_COMPARED];
    int length;

    if (name == NULL) {
        return;
    }
    if (cell != NULL) {
        length = snprintf(candidate, sizeof(candidate), "%s.%s", cell, name);
    } else {
        length = snprintf(candidate, sizeof(candidate), "%s", name);
    }
    if (length < 0 || (size_t)length >= sizeof(candidate)) {
        return;
    }
    u32 distance = edit_distance(n->wanted, candidate);
    if (distance < n->distance) {
        n->distance = distance;
        memcpy(n->name, candidate, sizeof(candidate));
    }
}

void nearest_text(const struct nearest *n, char text[SUGGESTION_SIZE])
{
    /* Further away than a third of it, a name is another name. */
    if (n->distance != NOWHERE && n->distance <= strlen(n->wanted) / 3U + 1U) {
        (void)snprintf(text, SUGGESTION_SIZE, "; did you mean \"%s\"?", n->name);
    } else {
        text[0] = '\0';
    }
}
