/* SPDX-License-Identifier: BSD-2-Clause */
/* Sources as tokens, without comments and preprocessor lines. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mutate.h"

/* The longest first. */
static const char *const signs[] = {"<<=", ">>=", "...", "->", "++", "--", "<<", ">>", "<=", ">=",
                                    "==",  "!=",  "&&",  "||", "+=", "-=", "*=", "/=", "%=", "&=",
                                    "|=",  "^="};

_Noreturn void die(const char *what, const char *name)
{
    fprintf(stderr, "mutate: %s: %s\n", name, what);
    exit(2);
}

void *memory(void *old, size_t size)
{
    void *new = realloc(old, size);

    if (new == NULL) {
        die("out of memory", "realloc");
    }
    return new;
}

char *text_copy(const char *text, size_t length)
{
    char *copy = memory(NULL, length + 1);

    memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

static void text_read(struct source *s)
{
    FILE *file = fopen(s->name, "rb");
    size_t room = 1 << 16;

    if (file == NULL) {
        die("cannot be opened", s->name);
    }
    s->text = memory(NULL, room);
    for (size_t got = 1; got != 0; s->size += got) {
        if (room - s->size < 2) {
            room *= 2;
            s->text = memory(s->text, room);
        }
        got = fread(s->text + s->size, 1, room - s->size - 1, file);
    }
    s->text[s->size] = '\0';
    (void)fclose(file);
}

static bool in_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* Where what begins here and is no token ends: blanks, comments, preprocessor lines. */
static size_t skip(const char *text, size_t at)
{
    bool first = at == 0 || text[at - 1] == '\n';

    if (first && text[at] == '#') {
        while (text[at] != '\0' && (text[at] != '\n' || text[at - 1] == '\\')) {
            at++;
        }
    } else if (strncmp(text + at, "/*", 2) == 0) {
        const char *end = strstr(text + at + 2, "*/");
        at = end == NULL ? strlen(text) : (size_t)(end - text) + 2;
    } else if (isspace((unsigned char)text[at])) {
        at++;
    }
    return at;
}

static size_t token_end(const char *text, size_t at, enum kind *kind)
{
    if (in_word(text[at])) {
        *kind = isdigit((unsigned char)text[at]) ? KIND_NUMBER : KIND_WORD;
        while (in_word(text[at])) {
            at++;
        }
        return at;
    }
    if (text[at] == '"' || text[at] == '\'') {
        size_t end = at + 1;
        *kind = KIND_TEXT;
        while (text[end] != text[at] && text[end] != '\0') {
            end += text[end] == '\\' ? 2 : 1;
        }
        return end + 1;
    }
    *kind = KIND_SIGN;
    for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
        if (strncmp(text + at, signs[i], strlen(signs[i])) == 0) {
            return at + strlen(signs[i]);
        }
    }
    return at + 1;
}

void source_read(struct source *s, const char *name)
{
    size_t room = 0;
    unsigned line = 1;
    size_t at = 0;

    *s = (struct source){.name = name};
    text_read(s);
    while (at < s->size) {
        struct token token = {.at = at, .line = line};
        size_t end = skip(s->text, at);
        if (end == at) {
            end = token_end(s->text, at, &token.kind);
            token.length = end - at;
            if (s->count == room) {
                room = room * 2 + 1024;
                s->tokens = memory(s->tokens, room * sizeof(token));
            }
            s->tokens[s->count++] = token;
        }
        for (; at < end; at++) {
            line += s->text[at] == '\n';
        }
    }
}

bool token_is(const struct source *s, size_t index, const char *text)
{
    return index < s->count && strlen(text) == s->tokens[index].length &&
           strncmp(s->text + s->tokens[index].at, text, strlen(text)) == 0;
}

size_t token_closing(const struct source *s, size_t open)
{
    const char *brackets = token_is(s, open, "(") ? "()" : token_is(s, open, "[") ? "[]" : "{}";
    unsigned depth = 0;

    for (size_t i = open; i < s->count; i++) {
        const char *c = s->text + s->tokens[i].at;
        depth += s->tokens[i].kind == KIND_SIGN && *c == brackets[0];
        depth -= s->tokens[i].kind == KIND_SIGN && *c == brackets[1];
        if (depth == 0) {
            return i;
        }
    }
    return s->count;
}
