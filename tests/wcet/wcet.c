/* SPDX-License-Identifier: BSD-2-Clause */
/*
 *   wcet DISASSEMBLY LINES FACTS
 *
 * of one image: objdump -d, addr2line -a -f -i of all its addresses, and facts.txt with its
 * bounds made numbers. One record a line:
 *
 *   bound NAME CAUSE INSTRUCTIONS  the longest stretch that an entry of this row makes
 *                                  NAME handler, handler_guest: from the vector, or from the
 *                                  look that has found the interrupt, to the first instruction
 *                                  of who waits for it, a native thread or a guest
 *   way NAME > CALLS...            what is called on that way, with how many instructions
 *   part NAME INSTRUCTIONS         of a handler's: from the look that begins the choice on
 *   used LINE                      a fact of facts.txt that was needed
 *
 * Fails where something is not understood, or a loop has no bound.
 */
#include "host_output.h"
#include "wcet.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Calls of a way that take less than this part of it are not printed. */
#define PART 25

void die(const char *format, ...)
{
    va_list values;

    va_start(values, format);
    fprintf(stderr, "wcet: ");
    (void)vfprintf(stderr, format, values);
    fprintf(stderr, "\n");
    va_end(values);
    exit(2);
}

/* For as long as the program runs. */
void *allocate(size_t size)
{
    static char *block;
    static size_t left;

    size = (size + 15U) / 16U * 16U;
    if (size > left) {
        left = size > 1U << 20U ? size : 1U << 20U;
        block = calloc(1, left);
    }
    if (block == NULL) {
        die("no memory");
    }
    void *found = block;
    block += size;
    left -= size;
    return found;
}

#define SHOWN 16U

/* The named parts of a way that take at least so much, in turn; how many. */
static uint32_t way_parts(const struct way *way, int64_t least, const struct way **parts,
                          uint32_t count)
{
    if (way == NULL) {
        return count;
    }
    count = way_parts(way->before, least, parts, count);
    if (way->name == NULL) {
        return way_parts(way->inside, least, parts, count);
    }
    if (way->cost >= least && count < SHOWN) {
        parts[count++] = way;
    }
    return count;
}

static void way_print(const struct way *way, int64_t least)
{
    const struct way *parts[SHOWN];
    uint32_t count = way_parts(way, least, parts, 0);

    for (uint32_t i = 0; i < count; i++) {
        printf("%s", i != 0 ? ", " : count > 1U ? " > (" : " > ");
        if (parts[i]->times != 1U) {
            printf("%u x ", parts[i]->times);
        }
        /* Of a loop the function is enough. */
        printf("%.*s %lld", (int)strcspn(parts[i]->name, ":"), parts[i]->name,
               (long long)parts[i]->cost);
        way_print(parts[i]->inside, least);
    }
    printf("%s", count > 1U ? ")" : "");
}

/* Over all entries of the row, by where they end; "look:NAME": of those only what begins at a
 * look. */
static void row_ways(struct context *c, const struct row *row, struct value *ends)
{
    char *names = strdup(row->entries);
    char *rest = names;
    char *name;

    while ((name = strsep(&rest, " ")) != NULL) {
        bool look_only = strncmp(name, "look:", 5) == 0;
        name += look_only ? 5 : 0;
        uint32_t at = image_address(name);
        if (at == 0) {
            continue; /* this image has no guests */
        }
        const struct summary *s =
            summary_of(fact_of(FACT_ANCHOR, name) != NULL && c->anchor != NULL ? c->anchor : c, at);
        for (uint32_t k = SINK_LOOK; k <= SINK_STOP; k++) {
            ends[k] = value_most(ends[k], look_only ? NO_WAY : s->sink[k].begin);
            ends[k] = value_most(ends[k], s->sink[k].look);
        }
    }
    free(names);
}

/* Of all rows of a name, from `i` on, which is set to the next one. */
static struct value stretch_bound(struct context *all, uint32_t *i)
{
    struct value ends[SINKS] = {NO_WAY, NO_WAY, NO_WAY};
    const char *name = rows[*i].name;

    for (; *i < row_count && strcmp(rows[*i].name, name) == 0; (*i)++) {
        struct context c;
        context_init(&c, all, rows[*i].choices[0] != '\0' ? rows[*i].choices : NULL);
        row_ways(&c, &rows[*i], ends);
        context_drop(&c);
    }
    return value_most(ends[SINK_LOOK], ends[SINK_STOP]);
}

static struct value value_both(struct value a, struct value b)
{
    return a.cost >= 0 && b.cost >= 0 ? value_add(a, b) : NO_WAY;
}

/* The parts of a handler's way, by the cause of their rows. */
enum { WAY_FOUND, WAY_ONWARD, WAY_LAST, WAY_BACK, WAYS };

static uint32_t way_of(const char *cause)
{
    static const char *const causes[WAYS] = {NULL, "onward", "last", "back"};
    uint32_t way = WAYS - 1U;

    while (way != WAY_FOUND && strcmp(causes[way], cause) != 0) {
        way--;
    }
    return way;
}

/* The same of a handler: to the return, or to the look before the choice, and then from there
 * to the return, or to the look before a guest's list registers are brought up to date, and
 * then from there: `after`. Before all that, a look may find the interrupt and only go back to
 * where it is taken. */
static struct value handler_bound(uint32_t *i, struct value *after)
{
    static const enum part parts[WAYS] = {PART_FOUND, PART_ONWARD, PART_LAST, PART_BACK};
    struct value ends[WAYS][SINKS];
    const char *name = rows[*i].name;

    for (uint32_t k = 0; k < WAYS * SINKS; k++) {
        ends[k / SINKS][k % SINKS] = NO_WAY;
    }
    for (; *i < row_count && strcmp(rows[*i].name, name) == 0; (*i)++) {
        uint32_t way = way_of(rows[*i].cause);
        struct context c;
        context_init(&c, NULL, rows[*i].choices[0] != '\0' ? rows[*i].choices : NULL);
        c.part = parts[way];
        c.native = way != WAY_BACK && strcmp(name, "handler") == 0;
        row_ways(&c, &rows[*i], ends[way]);
        context_drop(&c);
    }
    struct value rest = value_most(ends[WAY_ONWARD][SINK_STOP],
                                   value_both(ends[WAY_ONWARD][SINK_LOOK],
                                              ends[WAY_LAST][SINK_STOP]));
    *after = rest;
    struct value all = value_most(value_both(ends[WAY_FOUND][SINK_LOOK], rest),
                                  ends[WAY_FOUND][SINK_STOP]);
    return value_most(all, value_both(ends[WAY_BACK][SINK_STOP], all));
}

static void row_print(const struct row *row, struct value v)
{
    printf("bound %s %s %lld\n", row->name, row->cause, (long long)v.cost);
    printf("way %s", row->name);
    way_print(v.way, v.cost / PART);
    printf("\n");
}

int main(int argc, char **argv)
{
    struct context all;

    output_must_arrive();
    if (argc != 4) {
        die("usage: wcet DISASSEMBLY LINES FACTS");
    }
    image_read(argv[1], argv[2]);
    facts_read(argv[3]);
    context_init(&all, NULL, NULL);
    for (uint32_t i = 0; i < row_count; i++) {
        struct value ends[SINKS] = {NO_WAY, NO_WAY, NO_WAY};
        row_ways(&all, &rows[i], ends); /* whatever is called, once without choices */
    }
    for (uint32_t i = 0; i < row_count;) {
        const struct row *row = &rows[i];
        bool guest = strcmp(row->name, "handler_guest") == 0;
        bool handler = guest || strcmp(row->name, "handler") == 0;
        struct value after = NO_WAY;
        struct value bound = handler ? handler_bound(&i, &after) : stretch_bound(&all, &i);
        if (bound.cost >= 0 && (!guest || image_address("guest_irq") != 0)) {
            row_print(row, bound);
            if (after.cost >= 0) {
                printf("part %s %lld\n", row->name, (long long)after.cost);
            }
        }
    }
    for (uint32_t i = 0; i < fact_count; i++) {
        if (facts[i].kind == FACT_ABSENT) {
            facts[i].used = true;
            if (image_address(facts[i].function) != 0) {
                die("facts.txt:%u: %s is linked", facts[i].line, facts[i].function);
            }
        }
        if (facts[i].used) {
            printf("used %u\n", facts[i].line);
        }
    }
    if (faults != 0) {
        die("%u faults", faults);
    }
    return 0;
}
