/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Small mutations of C sources: where they can be made (operators.c), in which order
 * they are tried, and one of them made (mutate.c). What it reads is C as this project
 * writes it: one statement begins on a line of its own, binary operators stand between
 * blanks, and functions begin in the first column.
 */
#ifndef MUTATE_H
#define MUTATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum kind {
    KIND_WORD,
    KIND_NUMBER,
    KIND_SIGN, /* operators and punctuation */
    KIND_TEXT  /* strings and characters */
};

struct token {
    size_t at;
    size_t length;
    unsigned line;
    enum kind kind;
};

struct source {
    const char *name;
    char *text;
    size_t size;
    struct token *tokens;
    size_t count;
};

/* One mutation: `length` characters at `at` are replaced. */
struct site {
    const struct source *source;
    const char *function;
    const char *operator;
    char *replacement;
    size_t at;
    size_t length;
    unsigned line;
    char *before; /* the lines that it touches, in one, */
    char *after;  /* and what becomes of them */
    uint64_t place;  /* hash of the function and the line's text, */
    uint64_t family; /* with the operator, the smallest first, */
    uint64_t own;    /* and with what becomes of it */
    unsigned twin;   /* how many of its function that read the same come before it */
    unsigned round;  /* how many of its line do */
};

struct sites {
    struct site *list;
    size_t count;
    size_t room;
};

/* ---- tokens.c ------------------------------------------------------------*/

void source_read(struct source *s, const char *name);
bool token_is(const struct source *s, size_t index, const char *text);
/* The token that closes the bracket at `open`; the number of tokens if none does. */
size_t token_closing(const struct source *s, size_t open);
/* A copy of so many characters. */
char *text_copy(const char *text, size_t length);
/* Ends the program where there is no memory. */
void *memory(void *old, size_t size);
_Noreturn void die(const char *what, const char *name);

/* ---- operators.c -----------------------------------------------------------*/

/* Adds all mutations of this source. */
void sites_find(struct sites *sites, const struct source *s);

#endif
