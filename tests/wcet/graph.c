/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Longest ways through one function: see wcet.h. The graph has a node for each
 * instruction. A loop, innermost first, becomes one node, whose edges are the loop's exits
 * and have its longest ways as weights; what is left has no cycle. A way is cut at each look
 * for interrupts, so a loop that looks each time around needs no bound.
 */
#include "wcet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NODES 8192U
#define TARGETS 256U

struct edge {
    uint32_t to;
    struct weight weight;
};

struct node {
    const struct insn *insn;
    struct edge *edges;
    uint32_t edge_count;
    struct weight sink[SINKS];
    /* of the search for loops */
    uint32_t number;
    uint32_t low;
    uint32_t region; /* in which the node is looked at */
    bool stacked;
    bool visited;
    bool gone;         /* part of a loop that is one node now, */
    bool loop;         /* and this is that node */
    struct weight way; /* to here, from the beginning of the region */
};

struct graph {
    struct context *context;
    const char *name;
    struct node *nodes;
    uint32_t count;
    uint32_t numbers;
    uint32_t regions;
    uint32_t stack[NODES];
    uint32_t depth;
};

uint32_t faults;
static const struct weight no_weight = {{-1, NULL}, {-1, NULL}};

/* ---- values ------------------------------------------------------------------------ */

struct value value_most(struct value a, struct value b)
{
    return b.cost > a.cost ? b : a;
}

struct value value_add(struct value a, struct value b)
{
    if (a.cost < 0 || b.cost < 0) {
        return NO_WAY;
    }
    struct value sum = {a.cost + b.cost, a.way};
    if (b.way != NULL && a.way == NULL) {
        sum.way = b.way;
    } else if (b.way != NULL) {
        struct way *joint = allocate(sizeof(*joint));
        *joint = (struct way){.before = a.way, .inside = b.way, .cost = b.cost, .times = 1};
        sum.way = joint;
    }
    return sum;
}

/* A way of its own, under a name. */
static struct value value_named(struct value v, const char *name, uint32_t times)
{
    if (v.cost < 0) {
        return v;
    }
    struct way *w = allocate(sizeof(*w));
    *w = (struct way){.inside = v.way, .name = name, .times = times, .cost = v.cost * times};
    return (struct value){w->cost, w};
}

/* Along `next` from where `w` leads to. */
static struct weight weight_add(const struct weight *w, const struct weight *next)
{
    return (struct weight){
        .begin = value_add(w->begin, next->begin),
        .look = value_most(value_add(w->look, next->begin), next->look),
    };
}

static void weight_most(struct weight *w, const struct weight *other)
{
    w->begin = value_most(w->begin, other->begin);
    w->look = value_most(w->look, other->look);
}

/* ---- building ---------------------------------------------------------------------- */

/* Is a function, inlined there or not, part of what this instruction is of? */
static bool insn_is_of(const struct insn *insn, const char *function)
{
    for (uint32_t i = 0; i < insn->frame_count; i++) {
        if (same_function(insn->frames[i].function, function)) {
            return true;
        }
    }
    return false;
}

static bool in_scope(const struct context *c, const struct fact *fact, const struct insn *insn)
{
    return fact->scope == NULL || (c->scope != NULL && strcmp(fact->scope, c->scope) == 0) ||
           insn_is_of(insn, fact->scope);
}

/* No way goes on there; but one may begin behind it. */
static bool insn_blocked(const struct context *c, const struct insn *insn)
{
    for (uint32_t i = 0; i < fact_count && c->part != PART_ALL; i++) {
        enum fact_kind k = facts[i].kind;
        bool applies = k == FACT_HANDLER_NOT || (k == FACT_FOUND_NOT && c->part == PART_FOUND) ||
                       (k == FACT_ONWARD_NOT && c->part == PART_ONWARD) ||
                       (k == FACT_LAST_NOT && c->part == PART_LAST) ||
                       (k == FACT_BACK_NOT && c->part == PART_BACK) ||
                       (k == FACT_NATIVE_NOT && c->native);
        if (applies && fact_matches(&facts[i], insn)) {
            facts[i].used = true;
            return true;
        }
    }
    return false;
}

static bool insn_excluded(const struct context *c, const struct insn *insn)
{
    for (uint32_t i = 0; i < fact_count; i++) {
        struct fact *f = &facts[i];
        bool applies =
            (f->kind == FACT_NOT && in_scope(c, f, insn)) ||
            (f->kind == FACT_CHOICE && c->choices != NULL && !word_in(c->choices, f->function));
        bool other = c->either[i] == 2U && place_matches(f->total, f->other, insn);
        if (other || ((applies || c->either[i] == 1U) && fact_matches(f, insn))) {
            f->used = true;
            return true;
        }
    }
    return false;
}

/* NODES: the way there is excluded. */
static uint32_t node_of(struct graph *g, uint32_t at)
{
    const struct insn *insn = image_insn(at);

    for (uint32_t i = 0; i < g->count; i++) {
        if (g->nodes[i].insn == insn && insn != NULL) {
            return i;
        }
    }
    if (insn == NULL) {
        fprintf(stderr, "wcet: %s: no instruction at %08x\n", g->name, at);
        faults++;
        return NODES;
    }
    if (insn_excluded(g->context, insn)) {
        return NODES;
    }
    if (g->count == NODES) {
        die("%s is larger than this was made for", g->name);
    }
    struct node *n = &g->nodes[g->count];
    *n = (struct node){.insn = insn};
    for (uint32_t s = 0; s < SINKS; s++) {
        n->sink[s] = no_weight;
    }
    return g->count++;
}

static void edge_add(struct node *n, uint32_t to, struct weight weight)
{
    if (to == NODES) {
        return;
    }
    n->edges = realloc(n->edges, (n->edge_count + 1U) * sizeof(*n->edges));
    n->edges[n->edge_count++] = (struct edge){to, weight};
}

/* A context like this one, but for a scope, or for a choice of fact `index`. */
static struct context *context_child(struct context *c, const char *scope, uint32_t index,
                                     uint8_t choice)
{
    for (struct context *s = c->children; s != NULL; s = s->next) {
        bool same = s->scope == c->scope && s->either[index] == choice;
        if (scope != NULL ? s->scope == scope : same) {
            return s;
        }
    }
    struct context *s = allocate(sizeof(*s));
    context_init(s, c->anchor, c->choices);
    s->part = c->part;
    s->native = c->native;
    memcpy(s->either, c->either, sizeof(s->either));
    s->scope = scope != NULL ? scope : c->scope;
    s->chosen = c->chosen || scope == NULL;
    if (scope == NULL) {
        s->either[index] = choice;
    }
    s->next = c->children;
    c->children = s;
    return s;
}

/* What is called from there may have facts of its own, by the function that calls. */
static struct context *context_at(struct context *c, const struct insn *insn)
{
    for (uint32_t i = 0; i < fact_count; i++) {
        const char *scope = facts[i].scope;
        if (scope != NULL && insn_is_of(insn, scope)) {
            bool same = c->scope != NULL && strcmp(c->scope, scope) == 0;
            return same ? c : context_child(c, scope, 0, 0);
        }
    }
    return c;
}

/* A call, or a jump to another function's begin, which returns for this one. */
static void build_call(struct graph *g, struct node *n)
{
    static const struct weight one = {{1, NULL}, {-1, NULL}};
    const struct insn *insn = n->insn;
    const struct insn *stub = image_insn(insn->target);
    uint32_t target = insn->target;
    struct weight to = one;
    struct weight through = no_weight;

    /* The linker's way around an erratum of Cortex-A8: a jump without a name. */
    if (image_symbol(target) == NULL && stub != NULL && stub->kind == KIND_JUMP) {
        to.begin.cost += 1;
        target = stub->target;
    }
    const char *name = image_symbol(target);

    if (name == NULL) {
        fprintf(stderr, "wcet: %s: %08x calls no function\n", g->name, insn->at);
        faults++;
        return;
    }
    struct fact *never = fact_of(FACT_NEVER, name);
    struct fact *choice = fact_of(FACT_CHOICE, name);
    if (never != NULL) {
        never->used = true;
    } else if (choice == NULL || g->context->choices == NULL ||
               word_in(g->context->choices, name)) {
        const struct summary *s = summary_of(context_at(g->context, insn), target);
        for (uint32_t k = 0; k < SINKS; k++) {
            struct weight called = weight_add(&to, &s->sink[k]);
            called.begin = value_named(called.begin, name, 1);
            called.look = value_named(called.look, name, 1);
            if (k == SINK_RETURN && insn->kind == KIND_CALL) {
                through = called;
            } else {
                n->sink[k] = called;
            }
        }
    }
    if (insn->conditional) {
        weight_most(&through, &one);
    }
    if (through.begin.cost >= 0 || through.look.cost >= 0) {
        edge_add(n, node_of(g, insn->at + insn->size), through);
    }
}

static bool is_tail_call(const struct graph *g, const struct insn *insn)
{
    const char *name = image_symbol(insn->target);

    return insn->kind == KIND_JUMP && name != NULL && strcmp(name, g->name) != 0;
}

static void build_table(struct graph *g, uint32_t index)
{
    static const struct weight one = {{1, NULL}, {-1, NULL}};
    uint32_t targets[TARGETS];
    uint32_t count = image_table(g->nodes[index].insn, targets, TARGETS);

    if (count == 0) {
        fprintf(stderr, "wcet: %s: the table at %08x is not understood\n", g->name,
                g->nodes[index].insn->at);
        faults++;
    }
    for (uint32_t i = 0; i < count; i++) {
        edge_add(&g->nodes[index], node_of(g, targets[i]), one);
    }
}

/* Weights of an instruction that has been reached, and where it leads. */
static void build_node(struct graph *g, uint32_t index)
{
    static const struct weight one = {{1, NULL}, {-1, NULL}};
    static const struct weight from_look = {{-1, NULL}, {1, NULL}};
    struct node *n = &g->nodes[index];
    const struct insn *insn = n->insn;
    uint32_t next = insn->at + insn->size;

    switch (insn->kind) {
    case KIND_PLAIN:
        edge_add(n, node_of(g, next), one);
        return;
    case KIND_LOOK:
        n->sink[SINK_LOOK].begin = (struct value){0, NULL};
        edge_add(n, node_of(g, next), from_look);
        return;
    case KIND_STOP:
    case KIND_RETURN:
        n->sink[insn->kind == KIND_STOP ? SINK_STOP : SINK_RETURN] = one;
        if (insn->conditional) {
            edge_add(n, node_of(g, next), one);
        }
        return;
    case KIND_TABLE:
        build_table(g, index);
        return;
    case KIND_NEVER:
        return;
    case KIND_UNKNOWN:
        fprintf(stderr, "wcet: %s: %08x: %s: not understood\n", g->name, insn->at, insn->text);
        faults++;
        return;
    default:
        break;
    }
    if (insn->kind == KIND_CALL || is_tail_call(g, insn)) {
        build_call(g, n);
        return;
    }
    edge_add(n, node_of(g, insn->target), one);
    if (insn->conditional) {
        edge_add(n, node_of(g, next), one);
    }
}

static void node_block(struct node *n)
{
    for (uint32_t e = 0; e < n->edge_count; e++) {
        n->edges[e].weight = no_weight;
    }
    for (uint32_t k = 0; k < SINKS; k++) {
        n->sink[k] = no_weight;
    }
}

/* ---- regions ------------------------------------------------------------------------- */

static void region_ways(struct graph *g, const uint32_t *members, uint32_t count, uint32_t header,
                        bool loop);

/* Tarjan's strongly connected components, among the nodes of `region`; edges to `header` do
 * not count. Each that is a loop becomes one node. */
struct components {
    struct graph *graph;
    uint32_t region;
    uint32_t header; /* edges there do not count; NODES: all do */
    uint32_t start;
};

static bool edge_counts(const struct components *c, uint32_t to)
{
    return c->graph->nodes[to].region == c->region && !c->graph->nodes[to].gone && to != c->header;
}

/* Where a component is entered from outside: its only header, or NODES. */
static uint32_t header_of(const struct components *c, const uint32_t *members, uint32_t count)
{
    struct graph *g = c->graph;
    uint32_t found = NODES;

    for (uint32_t m = 0; m < count; m++) {
        g->nodes[members[m]].visited = true;
        found = members[m] == c->start ? c->start : found;
    }
    for (uint32_t i = 0; i < g->count; i++) {
        struct node *n = &g->nodes[i];
        for (uint32_t e = 0; e < n->edge_count; e++) {
            uint32_t to = n->edges[e].to;
            if (n->region != c->region || n->gone || n->visited || !g->nodes[to].visited) {
                continue;
            }
            if (found != NODES && found != to) {
                fprintf(stderr, "wcet: %s: the loop at %08x is entered at %08x too\n", g->name,
                        g->nodes[found].insn->at, g->nodes[to].insn->at);
                faults++;
            }
            found = to;
        }
    }
    for (uint32_t m = 0; m < count; m++) {
        g->nodes[members[m]].visited = false;
    }
    return found;
}

static void component_end(const struct components *c, uint32_t index)
{
    struct graph *g = c->graph;
    uint32_t first = g->depth;
    bool loop = false;

    do {
        first--;
        g->nodes[g->stack[first]].stacked = false;
    } while (g->stack[first] != index);
    uint32_t count = g->depth - first;
    for (uint32_t e = 0; e < g->nodes[index].edge_count; e++) {
        loop = loop || (g->nodes[index].edges[e].to == index && index != c->header);
    }
    g->depth = first;
    if (!loop && count == 1U) {
        return;
    }
    uint32_t *members = allocate(count * sizeof(*members));
    memcpy(members, g->stack + first, count * sizeof(*members));
    /* What is above on the stack stays: regions below use it from here on. */
    uint32_t header = header_of(c, members, count);
    region_ways(g, members, count, header, true);
}

static void component_visit(const struct components *c, uint32_t index)
{
    struct graph *g = c->graph;
    struct node *n = &g->nodes[index];

    n->number = n->low = ++g->numbers;
    g->stack[g->depth++] = index;
    n->stacked = true;
    for (uint32_t e = 0; e < n->edge_count; e++) {
        uint32_t to = n->edges[e].to;
        if (!edge_counts(c, to)) {
            continue;
        }
        if (g->nodes[to].number == 0) {
            component_visit(c, to);
            n = &g->nodes[index];
            n->low = g->nodes[to].low < n->low ? g->nodes[to].low : n->low;
        } else if (g->nodes[to].stacked && g->nodes[to].number < n->low) {
            n->low = g->nodes[to].number;
        }
    }
    if (n->low == n->number) {
        component_end(c, index);
    }
}

/* ---- bounds of loops ------------------------------------------------------------------ */

/* It matches a node of the loop and none of a loop inside, which has become a node by now. */
static bool fact_is_of_loop(struct graph *g, const struct fact *fact, const uint32_t *members,
                            uint32_t count)
{
    bool own = false;

    for (uint32_t m = 0; m < count; m++) {
        const struct node *n = &g->nodes[members[m]];
        if (in_scope(g->context, fact, n->insn) && fact_matches(fact, n->insn)) {
            if (n->gone || n->loop) {
                return false;
            }
            own = true;
        }
    }
    return own;
}

/* The only one; of those in the scope, if there are any. */
static struct fact *loop_fact(struct graph *g, const uint32_t *members, uint32_t count)
{
    struct fact *found = NULL;

    for (uint32_t pass = 0; pass < 2U && found == NULL; pass++) {
        for (uint32_t i = 0; i < fact_count; i++) {
            struct fact *f = &facts[i];
            if (f->kind > FACT_PART || (f->scope != NULL) != (pass == 0) ||
                !fact_is_of_loop(g, f, members, count)) {
                continue;
            }
            if (found != NULL) {
                fprintf(stderr, "wcet: %s: facts.txt:%u and :%u are about one loop, at %08x\n",
                        g->name, found->line, f->line, g->nodes[members[0]].insn->at);
                faults++;
            }
            found = f;
        }
    }
    return found;
}

/* Once for each loop, with its first lines. */
static void loop_unknown(struct graph *g, const uint32_t *members, uint32_t count)
{
    static const struct insn *said[64];
    static uint32_t said_count;
    const struct insn *first = g->nodes[members[0]].insn;
    const char *last = "";
    uint32_t lines = 0;

    faults++;
    for (uint32_t i = 0; i < said_count; i++) {
        if (said[i] == first) {
            return;
        }
    }
    if (said_count < 64U) {
        said[said_count++] = first;
    }
    fprintf(stderr, "wcet: %s: a loop without a bound:\n", g->name);
    for (uint32_t m = 0; m < count && lines < 8U; m++) {
        const struct node *n = &g->nodes[members[m]];
        const struct frame *f = n->insn->frames;
        const char *text = n->insn->frame_count != 0 ? source_line(f->file, f->line) : "";
        if (!n->gone && !n->loop && strcmp(text, last) != 0) {
            fprintf(stderr, "    %08x %s: %s\n", n->insn->at,
                    n->insn->frame_count != 0 ? f->function : "", text + strspn(text, " "));
            last = text;
            lines++;
        }
    }
}

/* ---- ways ------------------------------------------------------------------------------ */

/* Nodes of the region in an order in which edges lead forward: depth first, backwards. */
static void order_visit(const struct components *c, uint32_t index, uint32_t *order,
                        uint32_t *count)
{
    struct node *n = &c->graph->nodes[index];

    n->visited = true;
    for (uint32_t e = 0; e < n->edge_count; e++) {
        uint32_t to = n->edges[e].to;
        if (edge_counts(c, to) && !c->graph->nodes[to].visited) {
            order_visit(c, to, order, count);
        }
    }
    order[(*count)++] = index;
}

static uint32_t region_order(const struct components *c, uint32_t **order)
{
    uint32_t count = 0;

    *order = allocate(c->graph->count * sizeof(**order));
    order_visit(c, c->header, *order, &count);
    for (uint32_t i = 0; i < count; i++) {
        c->graph->nodes[(*order)[i]].visited = false;
    }
    return count;
}

/* What leads out of a loop: edges and sinks of the node that it becomes. */
struct leave {
    struct edge *edges;
    uint32_t edge_count;
    struct weight sink[SINKS];
};

/* After all `times` around; or after a look in it, and the rest of that time. */
static void loop_leave(struct graph *g, const uint32_t *order, uint32_t count, struct value times,
                       struct value look, const struct weight *sinks, struct leave *leave)
{
    uint32_t region = g->nodes[order[count - 1U]].region;
    struct weight before = {times, value_add(look, times)};

    for (uint32_t i = 0; i < count; i++) {
        struct node *n = &g->nodes[order[i]];
        for (uint32_t e = 0; e < n->edge_count; e++) {
            if (g->nodes[n->edges[e].to].region == region) {
                continue;
            }
            struct weight to = weight_add(&n->way, &n->edges[e].weight);
            leave->edges = realloc(leave->edges, (leave->edge_count + 1U) * sizeof(*leave->edges));
            leave->edges[leave->edge_count++] =
                (struct edge){n->edges[e].to,
                              {.begin = value_add(before.begin, to.begin),
                               .look = value_most(to.look, value_add(before.look, to.begin))}};
        }
    }
    for (uint32_t k = 0; k < SINKS; k++) {
        struct weight to = {
            .begin = value_add(before.begin, sinks[k].begin),
            .look = value_most(sinks[k].look, value_add(before.look, sinks[k].begin)),
        };
        weight_most(&leave->sink[k], &to);
    }
}

static bool matches_any(struct fact *const *list, uint32_t count, const struct insn *insn)
{
    for (uint32_t i = 0; i < count; i++) {
        if (fact_matches(list[i], insn)) {
            return true;
        }
    }
    return false;
}

/* Longest ways along `order`, without nodes that facts `closed` are about. */
static struct weight ways_along(struct graph *g, const uint32_t *order, uint32_t count,
                                struct fact *const *closed, uint32_t closed_count,
                                struct weight *sinks)
{
    uint32_t header = order[count - 1U];
    struct weight around = no_weight;

    for (uint32_t i = 0; i < count; i++) {
        g->nodes[order[i]].way = no_weight;
    }
    for (uint32_t k = 0; k < SINKS; k++) {
        sinks[k] = no_weight;
    }
    g->nodes[header].way.begin = (struct value){0, NULL};
    for (uint32_t i = count; i-- > 0;) {
        struct node *n = &g->nodes[order[i]];
        if (matches_any(closed, closed_count, n->insn)) {
            continue;
        }
        for (uint32_t e = 0; e < n->edge_count; e++) {
            struct weight to = weight_add(&n->way, &n->edges[e].weight);
            struct node *t = &g->nodes[n->edges[e].to];
            if (n->edges[e].to == header) {
                weight_most(&around, &to);
            } else if (t->region == g->nodes[header].region) {
                weight_most(&t->way, &to);
            }
        }
        for (uint32_t k = 0; k < SINKS; k++) {
            struct weight to = weight_add(&n->way, &n->sink[k]);
            weight_most(&sinks[k], &to);
        }
    }
    return around;
}

/* One time around is counted in a total, and not here. */
static void total_count(const struct fact *fact, struct value around)
{
    struct fact *total = total_of(fact->total);

    total->most = around.cost > total->most ? around.cost : total->most;
}

/* All times around a loop. */
static struct value loop_times(struct value around, const struct fact *fact, uint32_t times)
{
    char *name = allocate(strlen(fact->function) + strlen(fact->text) + 8U);

    sprintf(name, "%s: %s", fact->function, fact->text);
    if (fact->kind == FACT_PART) {
        total_count(fact, around);
        return (struct value){0, NULL};
    }
    return value_named(around, name, times);
}

#define RARE 8U

/* What is rare in this loop; in the order of facts.txt, each with those before it. */
static uint32_t loop_rare(struct graph *g, const uint32_t *members, uint32_t count,
                          struct fact **rare)
{
    uint32_t found = 0;

    for (uint32_t i = 0; i < fact_count && found < RARE; i++) {
        if (facts[i].kind == FACT_RARE && fact_is_of_loop(g, &facts[i], members, count)) {
            facts[i].used = true;
            rare[found++] = &facts[i];
        }
    }
    return found;
}

static void loop_ways(struct graph *g, const uint32_t *members, uint32_t count,
                      const uint32_t *order, uint32_t nodes)
{
    struct fact *fact = loop_fact(g, members, count);
    struct fact *rare[RARE];
    uint32_t rare_count = loop_rare(g, members, count, rare);
    struct leave leave = {.sink = {no_weight, no_weight, no_weight}};
    struct weight sinks[SINKS];
    struct value times = {0, NULL};
    struct value plain = ways_along(g, order, nodes, rare, rare_count, sinks).begin;
    struct weight around = {plain, NO_WAY};

    for (uint32_t i = 0; i <= rare_count; i++) {
        around = ways_along(g, order, nodes, rare + i, rare_count - i, sinks);
        if (i != 0) {
            total_count(rare[i - 1U], around.begin);
        }
    }
    if (fact != NULL) {
        fact->used = true;
    } else if (around.begin.cost >= 0) {
        loop_unknown(g, members, count);
    }
    if (fact != NULL && around.begin.cost >= 0) {
        times = loop_times(plain, fact, fact->bound);
    }
    if (fact != NULL && fact->kind == FACT_BODY && around.begin.cost >= 0 && fact->bound != 0) {
        /* Once less, and out by way of the body; or out without it. */
        struct value less = loop_times(plain, fact, fact->bound - 1U);
        loop_leave(g, order, nodes, less, around.look, sinks, &leave);
        (void)ways_along(g, order, nodes, &fact, 1, sinks);
    }
    loop_leave(g, order, nodes, times, around.look, sinks, &leave);
    g->nodes[order[nodes - 1U]].edges = leave.edges;
    g->nodes[order[nodes - 1U]].edge_count = leave.edge_count;
    memcpy(g->nodes[order[nodes - 1U]].sink, leave.sink, sizeof(leave.sink));
}

/* Longest ways from `header`; of a loop, which becomes that node. */
static void region_ways(struct graph *g, const uint32_t *members, uint32_t count, uint32_t header,
                        bool loop)
{
    struct components c = {.graph = g, .region = ++g->regions, .header = header, .start = header};
    uint32_t outer = g->nodes[header].region;
    uint32_t *order;

    for (uint32_t m = 0; m < count; m++) {
        g->nodes[members[m]].region = c.region;
        g->nodes[members[m]].number = 0;
    }
    /* A function's first instruction may be a loop's, too. */
    c.header = loop ? header : NODES;
    component_visit(&c, header);
    c.header = header;
    uint32_t nodes = region_order(&c, &order);
    if (!loop) {
        struct weight sinks[SINKS];
        (void)ways_along(g, order, nodes, NULL, 0, sinks);
        memcpy(g->nodes[header].sink, sinks, sizeof(sinks));
        return;
    }
    loop_ways(g, members, count, order, nodes);
    for (uint32_t m = 0; m < count; m++) {
        g->nodes[members[m]].gone = members[m] != header;
    }
    g->nodes[header].loop = true;
    g->nodes[header].region = outer;
}

/* ---- functions -------------------------------------------------------------------------- */

#define KNOWN 65536U
static struct summary open_summary;

void context_init(struct context *c, struct context *anchor, const char *choices)
{
    *c = (struct context){.anchor = anchor, .choices = choices};
    c->known = calloc(KNOWN, sizeof(struct summary *));
}

void context_drop(struct context *c)
{
    for (struct context *s = c->children; s != NULL; s = s->next) {
        context_drop(s);
    }
    free(c->known);
}

/* The total of this name where `scope` calls; else everywhere. */
static const struct fact *total_here(struct fact *total, const char *scope)
{
    for (uint32_t i = 0; i < fact_count && scope != NULL; i++) {
        struct fact *f = &facts[i];
        if (f->kind == FACT_TOTAL && f->scope != NULL && strcmp(f->scope, scope) == 0 &&
            strcmp(f->text, total->text) == 0) {
            f->used = true;
            return f;
        }
    }
    return total;
}

/* Times around loops that are counted over the whole of a call. */
static void total_add(const struct context *c, const char *name, struct summary *s)
{
    for (uint32_t i = 0; i < fact_count; i++) {
        struct fact *f = &facts[i];
        if (f->kind != FACT_TOTAL || f->scope != NULL || !same_function(name, f->function)) {
            continue;
        }
        struct value all =
            value_named((struct value){f->most, NULL}, f->text, total_here(f, c->scope)->bound);
        f->used = true;
        for (uint32_t k = 0; k < SINKS; k++) {
            s->sink[k].begin = value_add(s->sink[k].begin, all);
            s->sink[k].look = value_add(s->sink[k].look, all);
        }
    }
}

/* A fact of two ways that exclude each other, of which this context has not chosen one. */
static struct fact *either_open(const struct graph *g)
{
    for (uint32_t i = 0; i < fact_count; i++) {
        for (uint32_t n = 0; n < g->count && facts[i].kind == FACT_EITHER; n++) {
            if (g->context->either[i] == 0 && fact_matches(&facts[i], g->nodes[n].insn)) {
                return &facts[i];
            }
        }
    }
    return NULL;
}

/* The most of both. */
static void summarise_either(struct context *c, uint32_t function, uint32_t index,
                             struct summary *s)
{
    facts[index].used = true;
    for (uint8_t choice = 1; choice <= 2U; choice++) {
        const struct summary *one = summary_of(context_child(c, NULL, index, choice), function);
        for (uint32_t k = 0; k < SINKS; k++) {
            weight_most(&s->sink[k], &one->sink[k]);
        }
    }
}

static void graph_build(struct graph *g, uint32_t function)
{
    if (node_of(g, function) != 0) {
        return;
    }
    for (uint32_t i = 0; i < g->count; i++) {
        build_node(g, i);
        if (insn_blocked(g->context, g->nodes[i].insn)) {
            node_block(&g->nodes[i]);
        }
    }
}

static void summarise(struct context *c, uint32_t function, struct summary *s)
{
    struct graph *g = calloc(1, sizeof(*g));

    g->context = c;
    g->name = image_symbol(function);
    g->nodes = calloc(NODES, sizeof(struct node));
    for (uint32_t k = 0; k < SINKS; k++) {
        s->sink[k] = no_weight;
    }
    graph_build(g, function);
    struct fact *either = either_open(g);
    if (either != NULL) {
        summarise_either(c, function, (uint32_t)(either - facts), s);
    } else if (g->count != 0) {
        uint32_t *members = allocate(g->count * sizeof(*members));
        for (uint32_t i = 0; i < g->count; i++) {
            members[i] = i;
        }
        region_ways(g, members, g->count, 0, false);
        memcpy(s->sink, g->nodes[0].sink, sizeof(s->sink));
        total_add(c, g->name, s);
    }
    for (uint32_t i = 0; i < g->count; i++) {
        free(g->nodes[i].edges);
    }
    free(g->nodes);
    free(g);
}

static bool has_way(const struct summary *s)
{
    for (uint32_t k = 0; k < SINKS; k++) {
        if (s->sink[k].begin.cost >= 0 || s->sink[k].look.cost >= 0) {
            return true;
        }
    }
    return false;
}

/* Stretches that begin at a look in an anchor have a row of their own. */
static const struct summary *anchor_begin(const struct summary *s)
{
    struct summary *own = allocate(sizeof(*own));

    *own = *s;
    for (uint32_t k = 0; k < SINKS; k++) {
        own->sink[k].look = NO_WAY;
    }
    return own;
}

const struct summary *summary_of(struct context *c, uint32_t function)
{
    struct fact *anchor = fact_of(FACT_ANCHOR, image_symbol(function));

    if (anchor != NULL && c->anchor != NULL && c->part == PART_ALL) {
        anchor->used = true;
        return anchor_begin(summary_of(c->anchor, function));
    }
    struct summary **known = &c->known[function / 2U % KNOWN];
    if (*known == &open_summary) {
        die("recursion through %s", image_symbol(function));
    }
    if (*known == NULL) {
        struct summary *s = allocate(sizeof(*s));
        *known = &open_summary;
        summarise(c, function, s);
        *known = s;
        /* Facts may have closed all ways; of choices and of an interrupt's way, they may. */
        if (c->choices == NULL && c->part == PART_ALL && !c->chosen && !has_way(s)) {
            fprintf(stderr, "wcet: %s: no way through it%s%s\n", image_symbol(function),
                    c->scope != NULL ? " where it is called by " : "",
                    c->scope != NULL ? c->scope : "");
            faults++;
        }
    }
    return *known;
}
