/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The longest ways through the hypervisor with interrupts masked, from the control-flow
 * graph of a linked image (image.c, graph.c), with facts about loops (facts.c) that are
 * stated in facts.txt.
 *
 * A stretch begins at an entry, or at a look for interrupts (a read of ISR), and ends at the
 * next look, or with the return to user: between these an interrupt that has become pending
 * waits. Every instruction counts one, whether its condition holds or not.
 */
#ifndef TESTS_WCET_H
#define TESTS_WCET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- the image ------------------------------------------------------------------ */

enum kind {
    KIND_PLAIN,
    KIND_JUMP,
    KIND_CALL,
    KIND_RETURN,
    KIND_TABLE, /* TBB, TBH */
    KIND_LOOK,  /* MRC of ISR (DDI 0406C B4.1.83) */
    KIND_STOP,  /* ERET; CPSIE, WFI */
    KIND_NEVER, /* UDF */
    KIND_UNKNOWN
};

struct frame {
    const char *function;
    const char *file;
    uint32_t line;
};

struct insn {
    const char *text;
    const struct frame *frames; /* innermost first: inlined functions have one each */
    uint32_t frame_count;
    uint32_t at;
    uint32_t size; /* 0: not an instruction */
    uint32_t target;
    enum kind kind;
    bool conditional;
};

void image_read(const char *disassembly, const char *lines);
/* NULL: there is none. */
const struct insn *image_insn(uint32_t at);
const char *image_symbol(uint32_t at);
/* 0: no such symbol. */
uint32_t image_address(const char *symbol);
/* Where a table branch may go; how many. */
uint32_t image_table(const struct insn *insn, uint32_t *targets, uint32_t most);
/* The text of a line of a source file; "" if there is none. */
const char *source_line(const char *file, uint32_t line);

/* ---- facts ---------------------------------------------------------------------- */

#define FACTS 256U

enum fact_kind {
    FACT_LOOP,
    FACT_BODY,  /* a loop, by how often a part of it is gone through */
    FACT_PART,  /* a loop whose times are counted in a total */
    FACT_RARE,  /* the times around a loop that go this way are counted in another total */
    FACT_TOTAL, /* how often, in one call of a function */
    FACT_NOT,
    FACT_HANDLER_NOT,
    FACT_FOUND_NOT,  /* before the choice */
    FACT_ONWARD_NOT, /* from there on */
    FACT_LAST_NOT,   /* from the look before a guest's list registers are brought up to date */
    FACT_BACK_NOT,   /* from a look that has found the interrupt, but does not take it */
    FACT_NATIVE_NOT, /* if the handler is a native thread */
    FACT_EITHER, /* a way that leads there has not led to `other`, in what is called */
    FACT_NEVER,
    FACT_ABSENT, /* no such function is linked: what others follow from */
    FACT_ANCHOR,
    FACT_CHOICE
};

struct fact {
    enum fact_kind kind;
    const char *scope; /* NULL: everywhere; else what this function calls, too */
    const char *function;
    const char *text;
    const char *total; /* of parts, and what is rare; FACT_EITHER: the other function, */
    const char *other; /* and the text there */
    uint32_t bound;
    uint32_t line; /* of facts.txt */
    bool used;
    int64_t most; /* of a total: what one time around takes */
};

struct row {
    const char *name;
    const char *cause; /* as bench/spans/masked.c names it */
    char *entries;
    char *choices;
};

extern struct fact facts[];
extern uint32_t fact_count;
extern struct row rows[];
extern uint32_t row_count;

void facts_read(const char *file);
bool fact_matches(const struct fact *fact, const struct insn *insn);
bool place_matches(const char *function, const char *text, const struct insn *insn);
bool same_function(const char *name, const char *function);
struct fact *fact_of(enum fact_kind kind, const char *function);
struct fact *total_of(const char *name);
/* Is `word`, without what follows a dot in it, one of them? */
bool word_in(const char *words, const char *word);

/* ---- longest ways --------------------------------------------------------------- */

/* The calls and loops of a way, the last first. */
struct way {
    const struct way *before;
    const struct way *inside;
    const char *name;
    uint32_t times;
    int64_t cost; /* of all `times` */
};

struct value {
    int64_t cost; /* below 0: there is no such way */
    const struct way *way;
};

/* Longest ways to some place without a look: from the beginning, and from a look. */
struct weight {
    struct value begin;
    struct value look;
};

enum sink { SINK_LOOK, SINK_STOP, SINK_RETURN, SINKS };

struct summary {
    struct weight sink[SINKS];
};

/* Which ways: all; an interrupt's, from the vector, or from the look that has found it, to the
 * next look, or to the return; those from the look before the choice to the return, if no
 * other interrupt has come. */
enum part { PART_ALL, PART_FOUND, PART_ONWARD, PART_LAST, PART_BACK };

/* What may be entered: `choices` NULL: all. */
struct context {
    struct context *anchor; /* functions that are anchors are taken from there */
    const char *choices;
    const char *scope;
    enum part part;
    bool native; /* to a native thread only */
    struct summary **known;
    struct context *children; /* the same but for a scope, or a choice: a list */
    struct context *next;
    uint8_t either[FACTS]; /* 1: not there; 2: not to the other; 0: not chosen yet */
    bool chosen;           /* any of them */
};

void context_init(struct context *c, struct context *anchor, const char *choices);
void context_drop(struct context *c);
const struct summary *summary_of(struct context *c, uint32_t function);
/* A loop without a bound, a way that is not understood: how many so far. */
extern uint32_t faults;

#define NO_WAY ((struct value){.cost = -1, .way = NULL})
struct value value_most(struct value a, struct value b);
struct value value_add(struct value a, struct value b);

_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));
void *allocate(size_t size);

#endif
