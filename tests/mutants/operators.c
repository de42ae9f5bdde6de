/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The mutation operators. Left alone is what does nothing: assertions, declarations of
 * what a path costs, trace and marks. Each mutation keeps the number of lines.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mutate.h"

/* Statements that begin so are no part of what the core does. */
static const char *const ignored[] = {"machine_path",         "machine_path_times",
                                      "machine_sometimes",    "machine_sometimes_if",
                                      "machine_keep",         "trace",
                                      "trace_record",         "_Static_assert"};

static const struct swap {
    const char *operator;
    const char *from;
    const char *to;
} swaps[] = {
    {"relation", "<", "<="},    {"relation", "<=", "<"},    {"relation", ">", ">="},
    {"relation", ">=", ">"},    {"relation", "==", "!="},   {"relation", "!=", "=="},
    {"logic", "&&", "||"},      {"logic", "||", "&&"},      {"arithmetic", "+", "-"},
    {"arithmetic", "-", "+"},   {"arithmetic", "*", "/"},   {"arithmetic", "/", "*"},
    {"arithmetic", "%", "/"},   {"arithmetic", "+=", "-="}, {"arithmetic", "-=", "+="},
    {"arithmetic", "++", "--"}, {"arithmetic", "--", "++"}, {"bits", "&", "|"},
    {"bits", "|", "&"},         {"bits", "^", "&"},         {"bits", "<<", ">>"},
    {"bits", ">>", "<<"},       {"bits", "|=", "&="},       {"bits", "&=", "|="},
    {"bits", "^=", "|="},       {"bits", "~", ""},          {"not", "!", ""},
    {"constant", "true", "false"}, {"constant", "false", "true"},
};

/* What is being looked at. */
struct body {
    struct sites *sites;
    const struct source *s;
    const char *function;
};

static char *lines_joined(const char *text, size_t from, size_t to)
{
    char *joined = memory(NULL, to - from + 1);
    size_t length = 0;

    for (size_t i = from; i < to; i++) {
        bool blank = text[i] == ' ' || text[i] == '\n';
        if (!blank) {
            joined[length++] = text[i];
        } else if (length != 0 && joined[length - 1] != ' ') {
            joined[length++] = ' ';
        }
    }
    while (length != 0 && joined[length - 1] == ' ') {
        length--;
    }
    joined[length] = '\0';
    return joined;
}

/* How many sites before this one in its function read the same. */
static unsigned twins(const struct sites *sites, const struct site *site)
{
    unsigned found = 0;

    for (size_t i = 0; i < sites->count; i++) {
        const struct site *s = &sites->list[i];
        found += s->function == site->function && strcmp(s->operator, site->operator) == 0 &&
                 strcmp(s->before, site->before) == 0 && strcmp(s->after, site->after) == 0;
    }
    return found;
}

static void add(const struct body *b, const char *operator, size_t at, size_t length,
                const char *replacement)
{
    const char *text = b->s->text;
    struct sites *sites = b->sites;
    struct site site = {.source = b->s,
                        .function = b->function,
                        .operator = operator,
                        .at = at,
                        .length = length,
                        .line = 1};
    size_t first = at;
    size_t last = at + length;

    while (first > 0 && text[first - 1] != '\n') {
        first--;
    }
    while (text[last] != '\n' && text[last] != '\0') {
        last++;
    }
    for (size_t i = 0; i < at; i++) {
        site.line += text[i] == '\n';
    }
    site.replacement = text_copy(replacement, strlen(replacement));
    site.before = lines_joined(text, first, last);

    size_t head = at - first;
    size_t tail = last - at - length;
    char *changed = memory(NULL, head + strlen(replacement) + tail + 1);
    (void)sprintf(changed, "%.*s%s%.*s", (int)head, text + first, replacement, (int)tail,
                  text + at + length);
    site.after = lines_joined(changed, 0, strlen(changed));
    free(changed);
    site.twin = twins(sites, &site);
    if (sites->count == sites->room) {
        sites->room = sites->room * 2 + 1024;
        sites->list = memory(sites->list, sites->room * sizeof(site));
    }
    sites->list[sites->count++] = site;
}

static bool word(const struct body *b, size_t index, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (token_is(b->s, index, list[i])) {
            return true;
        }
    }
    return false;
}

static bool blank_at(const struct source *s, size_t at)
{
    return s->text[at] == ' ' || s->text[at] == '\n';
}

/* Between blanks: so an operator of two operands is written, and none of one. */
static bool is_binary(const struct source *s, const struct token *t)
{
    return blank_at(s, t->at - 1) && blank_at(s, t->at + t->length);
}

static void swap_find(const struct body *b, size_t index)
{
    const struct token *t = &b->s->tokens[index];

    for (size_t i = 0; i < sizeof(swaps) / sizeof(swaps[0]); i++) {
        bool one_operand = strchr("!~", swaps[i].from[0]) != NULL && strlen(swaps[i].from) == 1;
        bool word_or_step = t->kind == KIND_WORD || strcmp(swaps[i].from, "++") == 0 ||
                            strcmp(swaps[i].from, "--") == 0;
        if (token_is(b->s, index, swaps[i].from) &&
            (one_operand || word_or_step || is_binary(b->s, t))) {
            add(b, swaps[i].operator, t->at, t->length, swaps[i].to);
        }
    }
}

/* One more, one less, none. */
static void constant_find(const struct body *b, const struct token *t)
{
    const char *text = b->s->text + t->at;
    char *end;
    unsigned long long value = strtoull(text, &end, 0);
    const char *format = strncmp(text, "0x", 2) == 0 ? "0x%llx%.*s" : "%llu%.*s";
    int suffix = (int)(text + t->length - end);
    char new[64];

    (void)snprintf(new, sizeof(new), format, value + 1, suffix, end);
    add(b, "constant", t->at, t->length, new);
    if (value > 0) {
        (void)snprintf(new, sizeof(new), format, value - 1, suffix, end);
        add(b, "constant", t->at, t->length, new);
    }
    if (value > 1) {
        (void)snprintf(new, sizeof(new), format, 0ULL, suffix, end);
        add(b, "constant", t->at, t->length, new);
    }
}

/* As many line ends as were there, after `new`. */
static void add_lines_kept(const struct body *b, const char *operator, size_t at, size_t end,
                           const char *new)
{
    char *replacement = memory(NULL, strlen(new) + (end - at) + 1);
    size_t length = strlen(new);

    memcpy(replacement, new, length);
    for (size_t i = at; i < end; i++) {
        if (b->s->text[i] == '\n') {
            replacement[length++] = '\n';
        }
    }
    replacement[length] = '\0';
    add(b, operator, at, end - at, replacement);
    free(replacement);
}

static size_t end_of(const struct source *s, size_t index)
{
    return s->tokens[index].at + s->tokens[index].length;
}

/* if and while: what is in the brackets, negated. */
static void condition_find(const struct body *b, size_t open)
{
    size_t close = token_closing(b->s, open);
    size_t from = end_of(b->s, open);
    size_t size = b->s->tokens[close].at - from;
    char *negated = memory(NULL, size + 4);

    (void)sprintf(negated, "!(%.*s)", (int)size, b->s->text + from);
    add(b, "condition", from, size, negated);
    free(negated);
}

/* for: one round less, at its end, where it counts up to something. */
static void bound_find(const struct body *b, size_t open)
{
    size_t i = open + 1;

    while (i < b->s->count && !token_is(b->s, i, ";")) {
        i++;
    }
    if (b->s->tokens[i + 1].kind == KIND_WORD &&
        (token_is(b->s, i + 2, "<") || token_is(b->s, i + 2, "<="))) {
        add(b, "bound", b->s->tokens[i + 1].at, 0, "1U + ");
    }
}

static bool is_expression(const struct body *b, size_t index)
{
    static const char *const second[] = {"(",  "->", ".",  "[",  "=",  "+=", "-=",
                                         "|=", "&=", "^=", "++", "--"};
    static const char *const first[] = {"*", "(", "++", "--"};

    return word(b, index, first, sizeof(first) / sizeof(first[0])) ||
           (b->s->tokens[index].kind == KIND_WORD &&
            word(b, index + 1, second, sizeof(second) / sizeof(second[0])));
}

/* A statement: gone, or with another value to return. */
static void statement_find(const struct body *b, size_t index)
{
    static const char *const keywords[] = {"if", "while", "for", "switch", "return", "case"};
    static const char *const jumps[] = {"break", "continue"};
    size_t end = index;
    size_t at = b->s->tokens[index].at;

    while (end < b->s->count && !token_is(b->s, end, ";")) {
        end++;
    }
    if (token_is(b->s, index, "return") && end > index + 1) {
        add_lines_kept(b, "return", at, b->s->tokens[end].at, "return 0");
        add_lines_kept(b, "return", at, b->s->tokens[end].at, "return 1");
    } else if (word(b, index, jumps, 2) || token_is(b->s, end - 1, "return") ||
               (!word(b, index, keywords, sizeof(keywords) / sizeof(keywords[0])) &&
                is_expression(b, index))) {
        add_lines_kept(b, "statement", at, end_of(b->s, end), ";");
    }
}

/* Does a statement begin here? */
static bool begins(const struct body *b, size_t index, size_t header_end)
{
    static const char *const before[] = {"{", "}", ";", "else", "do", ":"};

    return index == header_end + 1 || word(b, index - 1, before, 6);
}

static void body_find(const struct body *b, size_t open, size_t close)
{
    size_t header = open; /* where the last if, while or for ends its brackets */
    size_t in_for = 0;    /* the same of a for that is not at its end */

    for (size_t i = open + 1; i < close; i++) {
        if (begins(b, i, header) && word(b, i, ignored, sizeof(ignored) / sizeof(ignored[0]))) {
            while (!token_is(b->s, i, ";")) {
                i++;
            }
            continue;
        }
        if (i > in_for && begins(b, i, header)) {
            statement_find(b, i);
        }
        if (token_is(b->s, i, "if") || token_is(b->s, i, "while")) {
            condition_find(b, i + 1);
            header = token_closing(b->s, i + 1);
        } else if (token_is(b->s, i, "for")) {
            bound_find(b, i + 1);
            header = token_closing(b->s, i + 1);
            in_for = header;
        } else if (b->s->tokens[i].kind == KIND_NUMBER) {
            constant_find(b, &b->s->tokens[i]);
        } else {
            swap_find(b, i);
        }
    }
}

void sites_find(struct sites *sites, const struct source *s)
{
    struct body b = {.sites = sites, .s = s};
    size_t name = s->count;

    for (size_t i = 0; i < s->count; i++) {
        if (token_is(s, i, "(")) {
            if (s->tokens[i - 1].kind == KIND_WORD && !token_is(s, i - 1, "__attribute__")) {
                name = i - 1;
            }
            i = token_closing(s, i);
        } else if (token_is(s, i, "{")) {
            size_t close = token_closing(s, i);
            if (token_is(s, i - 1, ")") && name < i) {
                b.function = text_copy(s->text + s->tokens[name].at, s->tokens[name].length);
                body_find(&b, i, close);
            }
            i = close;
        } else if (token_is(s, i, ";")) {
            name = s->count;
        }
    }
}
