/* SPDX-License-Identifier: BSD-2-Clause */
/*
 *   mutate sites FILE...                        all mutations, one a line
 *   mutate plan COUNT SEED FILE...              the same, in the order in which to try them,
 *                                               and how many of its file are wanted
 *   mutate apply <ROW                          the file with one of them made
 *
 * The order follows from hashes of what stands there, not from line numbers: so a change
 * of one function leaves the choice in all others as it was.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host_output.h"
#include "mutate.h"

#define FILES_MAX 128
#define FIELDS 9 /* of a row: site_print() */
#define ROW_MAX 8192

static struct source sources[FILES_MAX];
static struct sites sites;

static uint64_t hash(uint64_t state, const char *text)
{
    do {
        state = (state ^ (unsigned char)*text) * 0x100000001b3ULL;
    } while (*text++ != '\0');
    state = (state ^ state >> 30) * 0xbf58476d1ce4e5b9ULL;
    state = (state ^ state >> 27) * 0x94d049bb133111ebULL;
    return state ^ state >> 31;
}

static int order(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

/* Those of a line together; there by operator. */
static int by_line(const void *left, const void *right)
{
    const struct site *a = left;
    const struct site *b = right;
    int found = order((uintptr_t)a->source, (uintptr_t)b->source);

    found = found != 0 ? found : order(a->line, b->line);
    found = found != 0 ? found : order(a->round, b->round);
    found = found != 0 ? found : order(a->family, b->family);
    found = found != 0 ? found : order(a->own, b->own);
    return found != 0 ? found : order(a->at, b->at);
}

/* One of each line, then a second one, and so on. */
static int by_round(const void *left, const void *right)
{
    const struct site *a = left;
    const struct site *b = right;
    int found = order((uintptr_t)a->source, (uintptr_t)b->source);

    found = found != 0 ? found : order(a->round, b->round);
    found = found != 0 ? found : order(a->place, b->place);
    return found != 0 ? found : by_line(left, right);
}

static bool same_line(const struct site *a, const struct site *b)
{
    return a->source == b->source && a->line == b->line;
}

/* Within a line each operator has its turn, or constants, of which there are most, would
 * be nearly all that is tried. */
static void rounds_set(void)
{
    qsort(sites.list, sites.count, sizeof(sites.list[0]), by_line);
    for (size_t i = 1; i < sites.count; i++) {
        struct site *s = &sites.list[i];
        s->round = same_line(s, s - 1) && s->family == s[-1].family ? s[-1].round + 1 : 0;
    }
    qsort(sites.list, sites.count, sizeof(sites.list[0]), by_line);
    for (size_t i = 0; i < sites.count; i++) {
        struct site *s = &sites.list[i];
        s->round = i != 0 && same_line(s, s - 1) ? s[-1].round + 1 : 0;
    }
    qsort(sites.list, sites.count, sizeof(sites.list[0]), by_round);
}

/* Nearly every line has a statement or a constant. What is rarer goes first more often: so
 * many bits less has the hash of its family. */
static unsigned rarity(const char *operator)
{
    static const char *const rare[] = {"logic", "bits", "not", "bound"};

    for (size_t i = 0; i < sizeof(rare) / sizeof(rare[0]); i++) {
        if (strcmp(operator, rare[i]) == 0) {
            return 6;
        }
    }
    return strcmp(operator, "relation") == 0 || strcmp(operator, "arithmetic") == 0 ? 2 : 0;
}

static void order_choose(uint64_t seed)
{
    for (size_t i = 0; i < sites.count; i++) {
        struct site *s = &sites.list[i];
        s->place = hash(hash(hash(seed, s->source->name), s->function), s->before);
        s->family = hash(s->place, s->operator) >> rarity(s->operator);
        s->own = hash(s->family, s->after);
    }
    rounds_set();
}

/* Lines of this source in which there is something to mutate. */
static size_t lines_of(const struct source *source)
{
    size_t lines = 0;

    for (size_t i = 0; i < sites.count; i++) {
        lines += sites.list[i].source == source && sites.list[i].round == 0;
    }
    return lines;
}

static void text_print(const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '\n') {
            fputs("\\n", stdout);
        } else {
            putchar(*text);
        }
    }
}

static void site_print(const struct site *s)
{
    printf("%s\t%u\t%s", s->source->name, s->line, s->function);
    if (s->twin != 0) {
        printf("#%u", s->twin + 1);
    }
    printf("\t%s\t%zu\t%zu\t", s->operator, s->at, s->length);
    text_print(s->replacement);
    printf("\t%s\t%s\n", s->before, s->after);
}

/* Each file's share of `count`, by lines; rounding is carried on to the next. */
static void plan_print(size_t count, size_t files)
{
    size_t lines = 0;
    size_t before = 0;
    size_t at = 0;

    for (size_t i = 0; i < files; i++) {
        lines += lines_of(&sources[i]);
    }
    for (size_t i = 0; i < files; i++) {
        size_t after = before + lines_of(&sources[i]);
        size_t wanted = lines == 0 ? 0 : count * after / lines - count * before / lines;
        for (; at < sites.count && sites.list[at].source == &sources[i]; at++) {
            printf("%zu\t", wanted);
            site_print(&sites.list[at]);
        }
        before = after;
    }
}

/* The row of a site, as site_print() writes it, and what it asks for. */
static void apply(char *row)
{
    char *field[FIELDS];
    struct source s;

    for (size_t i = 0; i < FIELDS; i++) {
        field[i] = strsep(&row, "\t");
        if (field[i] == NULL) {
            die("is no row of a site", "standard input");
        }
    }
    size_t at = strtoull(field[4], NULL, 10);
    size_t length = strtoull(field[5], NULL, 10);
    source_read(&s, field[0]);
    if (at + length > s.size) {
        die("ends before the place of the mutation", field[0]);
    }
    (void)fwrite(s.text, 1, at, stdout);
    for (const char *c = field[6]; *c != '\0'; c++) {
        bool line_end = strncmp(c, "\\n", 2) == 0;
        putchar(line_end ? '\n' : *c);
        c += line_end;
    }
    (void)fwrite(s.text + at + length, 1, s.size - at - length, stdout);
}

static void sources_read(char **names, int count)
{
    if (count < 1 || count > FILES_MAX) {
        die("too many files, or none", "arguments");
    }
    for (int i = 0; i < count; i++) {
        source_read(&sources[i], names[i]);
        sites_find(&sites, &sources[i]);
    }
}

int main(int argc, char **argv)
{
    output_must_arrive();
    if (argc > 2 && strcmp(argv[1], "sites") == 0) {
        sources_read(argv + 2, argc - 2);
        for (size_t i = 0; i < sites.count; i++) {
            site_print(&sites.list[i]);
        }
    } else if (argc > 4 && strcmp(argv[1], "plan") == 0) {
        sources_read(argv + 4, argc - 4);
        order_choose(strtoull(argv[3], NULL, 10));
        plan_print(strtoull(argv[2], NULL, 10), (size_t)argc - 4);
    } else if (argc == 2 && strcmp(argv[1], "apply") == 0) {
        static char row[ROW_MAX];
        apply(fgets(row, sizeof(row), stdin));
    } else {
        die("sites FILE... | plan COUNT SEED FILE... | apply <ROW", "usage");
    }
    return 0;
}
