/* SPDX-License-Identifier: BSD-2-Clause */
/* Strings and lists of them. They live as long as the process: a command is short. */
#ifndef TOOL_TEXT_H
#define TOOL_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct list {
    char **at; /* at[count] is NULL: an argument vector */
    size_t count;
    size_t room;
};

/* As sprintf(), into memory of its own. */
char *text(const char *format, ...) __attribute__((format(printf, 1, 2)));
void list_add(struct list *list, const char *string);
void list_sort(struct list *list);
bool ends_with(const char *string, const char *end);
/* The whole file, zero-terminated; NULL: it cannot be read (errno). */
char *text_of_file(const char *path);

/* Exit statuses, of all commands alike. */
enum {
    STATUS_GOOD = 0,
    STATUS_BAD = 1,       /* it could not be done, or the run itself went wrong */
    STATUS_USAGE = 2,     /* the command line is wrong */
    STATUS_UNEXPECTED = 3 /* done, but not with what was expected */
};

/* "thimble: ..." on stderr, and the end. */
_Noreturn void fail(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
