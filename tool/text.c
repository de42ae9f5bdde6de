/* SPDX-License-Identifier: BSD-2-Clause */
/* Strings: see text.h. */
#define _GNU_SOURCE /* getdelim() */
#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Everything that was made, so that it is reachable to the end. */
struct kept {
    struct kept *next;
    char string[];
};
static struct kept *kept;

static char *keep(size_t size)
{
    struct kept *k = malloc(sizeof(*k) + size);

    if (k == NULL) {
        fail(STATUS_BAD, "no memory");
    }
    k->next = kept;
    kept = k;
    return k->string;
}

char *text(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *string = keep((size_t)length + 1U);
    va_start(arguments, format);
    (void)vsnprintf(string, (size_t)length + 1U, format, arguments);
    va_end(arguments);
    return string;
}

void list_add(struct list *list, const char *string)
{
    if (list->count + 2U > list->room) {
        list->room = 2U * list->room + 16U;
        char **at = (char **)(void *)keep(list->room * sizeof(char *));
        for (size_t i = 0; i < list->count; i++) {
            at[i] = list->at[i];
        }
        list->at = at;
    }
    list->at[list->count++] = text("%s", string);
    list->at[list->count] = NULL;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void list_sort(struct list *list)
{
    if (list->count != 0) {
        qsort(list->at, list->count, sizeof(char *), by_text);
    }
}

bool ends_with(const char *string, const char *end)
{
    size_t length = strlen(string);

    return length >= strlen(end) && strcmp(string + length - strlen(end), end) == 0;
}

char *text_of_file(const char *path)
{
    char *content = NULL;
    size_t room = 0;
    FILE *file = fopen(path, "r");

    if (file == NULL) {
        return NULL;
    }
    /* Up to a zero, which no text has: all of it. */
    ssize_t size = getdelim(&content, &room, '\0', file);
    (void)fclose(file);
    char *string = text("%s", size > 0 ? content : "");
    free(content);
    return string;
}

_Noreturn void fail(int status, const char *format, ...)
{
    va_list arguments;

    fputs("thimble: ", stderr);
    va_start(arguments, format);
    (void)vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(status);
}
