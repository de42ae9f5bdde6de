/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * explore [--scope NAME] [--short] [--first] [--states N] [--without HYPERCALL] [--replay PATH]:
 * breadth first, so that a path to a violation is a shortest one; with --first, scopes after the
 * first one that has a violation are left out. See explore.h.
 */
#include "explore.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "compare.h"
#include "host_output.h"
#include "kernel.h"
#include "marks.h"

#define STEPS_MAX 64U
#define PATH_MAX 4096U
#define STATE_SECONDS 60U
#define TABLE_FIRST (1ULL << 20)

static struct {
    const char *only;   /* scope; NULL: all */
    const char *replay; /* path */
    u32 without;        /* hypercall that is no progress */
    u64 states_max;
    bool small;
    bool first; /* to the first violation */
} options = {.without = THIMBLE_HYPERCALLS, .states_max = GRAPH_FORCED - 1U};

static struct {
    const struct scope *scope;
    struct graph g;
    u32 state_room;
    u64 edge_room;
    struct packed **packed; /* of states that are still to be expanded */
    u64 *keys;              /* open addressing: hashes, */
    u32 *values;            /* and their states */
    u64 table_size;
    u64 insides; /* transitions with an event inside */
    u32 state;   /* being expanded, */
    struct action action; /* by this */
    bool replaying;
} x;

static void *grown(void *memory, u64 count, size_t size)
{
    void *more = realloc(memory, count * size);

    if (more == NULL) {
        fprintf(stderr, "explore: no memory\n");
        exit(1);
    }
    return more;
}

/* ---- steps of a state ----------------------------------------------------*/

/* Interrupts end in the reverse of the order in which they were taken (IHI 0048B 3.2.1):
 * each preempts only what is less urgent, so that the last is the most urgent. */
static bool end_possible(const struct model_vcpu *v, u32 line)
{
    for (u32 i = 0; i < MODEL_VIRTUAL_LINES; i++) {
        if (v->lines[i].active && v->lines[i].priority < v->lines[line].priority) {
            return false;
        }
    }
    return v->lines[line].active;
}

static bool call_possible(const struct call *c)
{
    if (c->thread != model.current || (c->flags & CALL_FIRST) != 0 ||
        (options.small && (c->flags & CALL_LONG) != 0)) {
        return false;
    }
    return c->kind != STEP_GUEST || c->number != GUEST_END ||
           end_possible(&model.vcpus[model.threads[c->thread].vcpu], c->regs[1]);
}

static struct step call_step(const struct call *c)
{
    struct step step = {.kind = (enum step_kind)c->kind, .number = c->number};

    memcpy(step.regs, c->regs, sizeof(step.regs));
    if (c->kind == STEP_HYPERCALL && c->number == THIMBLE_WAIT && c->regs[2] == 0) {
        step.regs[1] = (u32)(model.now + c->regs[1]);
        step.regs[2] = (u32)((model.now + c->regs[1]) >> 32);
    }
    if (c->kind != STEP_HYPERCALL) {
        step.address = c->regs[0];
        step.value = c->regs[1];
        step.size = 4;
        memset(step.regs, 0, sizeof(step.regs));
    }
    if (c->kind == STEP_GUEST && c->number == GUEST_TIMER) {
        step.address += (u32)model.now;
    }
    return step;
}

static u64 sooner(u64 a, u64 b)
{
    return b > model.now && b < a ? b : a;
}

/* What may happen between steps, and inside one. */
static u32 events_list(struct step *events)
{
    u32 count = 0;
    u64 at = sooner(MODEL_NEVER, model.rings);

    for (u32 i = 0; i < model.irq_count; i++) {
        events[count++] = (struct step){
            .kind = STEP_EVENT, .number = model.irqs[i].wire ? EVENT_FALL : EVENT_RISE, .value = i};
    }
    if (model.loaded != MODEL_NONE && (model.vcpus[model.loaded].timer_control & 3U) == 1U) {
        at = sooner(at, model.virtual_rings);
    }
    if (at != MODEL_NEVER) {
        u32 ticks = (u32)(at - model.now);
        events[count++] = (struct step){.kind = STEP_EVENT, .number = EVENT_TIME, .value = ticks};
        if (ticks > 1U && (x.scope->flags & SCOPE_TICKS) != 0) {
            events[count++] = (struct step){.kind = STEP_EVENT, .number = EVENT_TIME, .value = 1};
        }
    }
    return count;
}

static u32 steps_list(struct step *steps, bool *forced)
{
    u32 count = 0;

    for (u32 i = 0; i < x.scope->count; i++) {
        const struct call *c = &x.scope->calls[i];
        if (call_possible(c)) {
            forced[count] = (c->flags & CALL_FORCED) != 0 ||
                            (c->kind == STEP_HYPERCALL && c->number == options.without);
            steps[count++] = call_step(c);
        }
    }
    u32 events = events_list(&steps[count]);
    memset(&forced[count], 0, events * sizeof(forced[0]));
    return count + events;
}

/* ---- one step ------------------------------------------------------------*/

/* Asked of the core's own state, not of the model. */
static const char *highest_runs(void)
{
    const struct cpu *cpu = &kernel.cpu[0];

    for (u32 i = 0; i < kernel.sc_count; i++) {
        if (kernel.scs[i].queued && (cpu->sc == NONE || !kernel.scs[cpu->sc].queued ||
                                     sc_urgency(&kernel.scs[cpu->sc])->priority <
                                         sc_urgency(&kernel.scs[i])->priority)) {
            return "a ready scheduling context does not run, and no other of its priority does";
        }
    }
    return NULL;
}

static const char *make(struct step *step)
{
    const char *wrong = step_run(step, true);

    return wrong != NULL ? wrong : highest_runs();
}

static const char *first_steps(void)
{
    const char *wrong = NULL;

    for (u32 i = 0; i < x.scope->count && wrong == NULL; i++) {
        const struct call *c = &x.scope->calls[i];
        if ((c->flags & CALL_FIRST) == 0) {
            continue;
        }
        struct step step = call_step(c);
        wrong = c->thread == model.current ? make(&step) : "another thread runs at first";
        if (wrong == NULL && c->kind == STEP_HYPERCALL && c->number >= THIMBLE_IRQ_BIND &&
            step.result != THIMBLE_OK && step.next == step.thread) {
            wrong = "a first step is refused";
        }
        if (wrong != NULL) {
            step_print(stdout, &step);
        }
    }
    return wrong;
}

static const char *begin(void)
{
    static struct system_drawn drawn;

    system_empty(&drawn);
    x.scope->build(&drawn);
    const char *wrong = system_boot(&drawn);
    if (wrong == NULL) {
        wrong = compare_state();
    }
    if (wrong == NULL) {
        wrong = first_steps();
    }
    state_begin(x.scope);
    return wrong;
}

/* ---- paths ---------------------------------------------------------------*/

/* Makes the steps of a path from the first state on, and prints them. */
static void path_print(const struct action *path, u32 count, bool last)
{
    struct step steps[STEPS_MAX];
    struct step events[STEPS_MAX];
    bool forced[STEPS_MAX];
    const char *wrong = begin();

    for (u32 i = 0; i < count; i++) {
        const struct action *a = &path[i];
        if (a->base >= steps_list(steps, forced)) {
            printf("        no such step\n");
            return;
        }
        struct step *step = &steps[a->base];
        (void)events_list(events);
        if (a->number != 0) {
            step->plan = (struct hooks_plan){a->hop != 0, a->number,
                                             (enum model_event)events[a->event].number,
                                             events[a->event].value};
        }
        step->thread = model.current;
        if (i + 1U < count || last) {
            wrong = make(step);
        }
        printf("%8u ", i + 1U);
        step_print(stdout, step);
    }
    if (wrong != NULL) {
        printf("explore: %s\n", wrong);
    }
}

static u32 path_of(u32 state, struct action *path)
{
    u32 count = 0;

    for (u32 i = state; i != 0; i = x.g.parent[i]) {
        count++;
    }
    if (count > PATH_MAX) {
        count = PATH_MAX;
    }
    for (u32 i = state, n = count; n-- > 0; i = x.g.parent[i]) {
        path[n] = x.g.action[i];
    }
    return count;
}

/* A path of this scope that ends in something wrong; made again unless it crashes. */
static void violation(const char *what, u32 state, const struct action *action, bool again)
{
    static struct action path[PATH_MAX + 1U];
    const char *race = getenv("CANARY");
    u32 count = path_of(state, path);

    if (action != NULL) {
        path[count++] = *action;
    }
    printf("explore: scope %s, after %u steps: %s\n", x.scope->name, count, what);
    (void)fflush(stdout);
    path_print(path, count, again);
    printf("replay: make model SCOPE=%s%s%s%s REPLAY=", x.scope->name,
           options.small ? " SHORT=1" : "", race != NULL && *race != '\0' ? " CANARY=" : "",
           race != NULL ? race : "");
    for (u32 i = 0; i < count; i++) {
        printf("%s%u", i != 0 ? "," : "", path[i].base);
        if (path[i].number != 0) {
            printf("%c%ue%u", path[i].hop ? 'h' : 'p', path[i].number, path[i].event);
        }
    }
    printf("\n");
    (void)fflush(stdout);
}

static void signal_report(int number)
{
    (void)signal(number, SIG_DFL);
    if (!x.replaying) {
        violation(number == SIGABRT   ? "the core panicked"
                  : number == SIGALRM ? "the core, or the model, does not come to an end"
                                      : "the core, or the model, crashed",
                  x.state, &x.action, false);
    }
    (void)fflush(stdout);
    _exit(1);
}

static void reports_install(void)
{
    static const int signals[] = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGALRM};

    for (size_t i = 0; i < ARRAY_SIZE(signals); i++) {
        (void)signal(signals[i], signal_report);
    }
}

static bool path_read(const char *text, struct action *path, u32 *count)
{
    *count = 0;
    while (*text != '\0' && *count < PATH_MAX) {
        struct action *a = &path[(*count)++];
        unsigned base = 0;
        unsigned number = 0;
        unsigned event = 0;
        char kind = 'p';
        int length = 0;
        *a = (struct action){0};
        if (sscanf(text, "%u%c%ue%u%n", &base, &kind, &number, &event, &length) < 4) {
            number = 0;
            if (sscanf(text, "%u%n", &base, &length) < 1) {
                return false;
            }
        }
        *a = (struct action){(u8)base, kind == 'h', (u8)number, (u8)event};
        text += length;
        text += *text == ',';
    }
    return true;
}

/* ---- the set of states ---------------------------------------------------*/

static void table_enter(u64 hash, u32 state)
{
    u64 at = hash & (x.table_size - 1U);

    while (x.keys[at] != 0) {
        at = (at + 1U) & (x.table_size - 1U);
    }
    x.keys[at] = hash;
    x.values[at] = state;
}

static void table_grow(void)
{
    u64 *keys = x.keys;
    u32 *values = x.values;
    u64 size = x.table_size;

    x.table_size = size != 0 ? 2U * size : TABLE_FIRST;
    x.keys = grown(NULL, x.table_size, sizeof(x.keys[0]));
    x.values = grown(NULL, x.table_size, sizeof(x.values[0]));
    memset(x.keys, 0, x.table_size * sizeof(x.keys[0]));
    for (u64 i = 0; i < size; i++) {
        if (keys[i] != 0) {
            table_enter(keys[i], values[i]);
        }
    }
    free(keys);
    free(values);
}

/* The number of the core's state now; a new one is put aside to be expanded. */
static u32 state_number(const struct action *action)
{
    u64 hash = state_hash() | 1U;
    struct graph *g = &x.g;

    u64 last = x.table_size - 1U;
    for (u64 at = hash & last; x.keys[at] != 0; at = (at + 1U) & last) {
        if (x.keys[at] == hash) {
            return x.values[at];
        }
    }
    if (g->states + 1U >= x.state_room) {
        x.state_room = x.state_room != 0 ? 2U * x.state_room : 1U << 16;
        g->parent = grown(g->parent, x.state_room, sizeof(g->parent[0]));
        g->action = grown(g->action, x.state_room, sizeof(g->action[0]));
        g->owed = grown(g->owed, x.state_room, sizeof(g->owed[0]));
        g->first = grown(g->first, x.state_room, sizeof(g->first[0]));
        x.packed = grown(x.packed, x.state_room, sizeof(x.packed[0]));
    }
    u32 state = g->states++;
    g->parent[state] = x.state;
    g->action[state] = *action;
    g->owed[state] = (u16)progress_owed();
    x.packed[state] = NULL;
    if (2U * (u64)g->states > x.table_size) {
        table_grow();
    }
    table_enter(hash, state);
    return state;
}

static void edge_add(u32 to, bool forced)
{
    if (x.g.edge_count == x.edge_room) {
        x.edge_room = x.edge_room != 0 ? 2U * x.edge_room : 1U << 20;
        x.g.edges = grown(x.g.edges, x.edge_room, sizeof(x.g.edges[0]));
    }
    x.g.edges[x.g.edge_count++] = to | (forced ? GRAPH_FORCED : 0);
}

/* ---- exploration ---------------------------------------------------------*/

/* A step is made in the state that is being expanded. */
static const char *transition(struct step *step, bool forced)
{
    state_again();
    const char *wrong = make(step);
    if (wrong != NULL) {
        violation(wrong, x.state, &x.action, true);
        return wrong;
    }
    u32 before = x.g.states;
    u32 to = state_number(&x.action);
    if (to == before) {
        x.packed[to] = state_pack();
        state_unpack(x.packed[x.state]);
    }
    edge_add(to, forced);
    return NULL;
}

/* Again, with each event at each preemption point and hop that it has come to. */
static const char *insides(const struct step *step, bool forced, bool hop, u32 points)
{
    struct step events[STEPS_MAX];
    const char *wrong = NULL;

    for (u32 number = 1; number <= points && wrong == NULL; number++) {
        state_again();
        u32 count = events_list(events);
        for (u32 event = 0; event < count && wrong == NULL; event++) {
            struct step again = *step;
            again.plan = (struct hooks_plan){hop, number, (enum model_event)events[event].number,
                                             events[event].value};
            x.action = (struct action){x.action.base, hop, (u8)number, (u8)event};
            wrong = transition(&again, forced);
            x.insides++;
        }
    }
    return wrong;
}

static const char *expand(void)
{
    struct step steps[STEPS_MAX];
    bool forced[STEPS_MAX];
    const char *wrong = NULL;

    state_unpack(x.packed[x.state]);
    x.g.first[x.state] = x.g.edge_count;
    u32 count = steps_list(steps, forced);
    for (u32 i = 0; i < count && wrong == NULL; i++) {
        struct step step = steps[i];
        x.action = (struct action){.base = (u8)i};
        wrong = transition(&step, forced[i]);
        u32 points = hooks_points(false);
        u32 hops = hooks_points(true);
        if (wrong == NULL) {
            wrong = insides(&steps[i], forced[i], false, points);
        }
        if (wrong == NULL) {
            wrong = insides(&steps[i], forced[i], true, hops);
        }
    }
    free(x.packed[x.state]);
    x.packed[x.state] = NULL;
    return wrong;
}

static const char *all_states(void)
{
    const char *wrong = NULL;

    for (x.state = 0; x.state < x.g.states && wrong == NULL; x.state++) {
        if (x.state % 1024U == 0) {
            (void)alarm(STATE_SECONDS);
        }
        if (x.g.states > options.states_max) {
            printf("explore: scope %s has more than %u states\n", x.scope->name, x.g.states);
            return "not explored to the end";
        }
        wrong = expand();
    }
    (void)alarm(0);
    return wrong;
}

static u32 depth_of(u32 state)
{
    u32 depth = 0;

    for (u32 i = state; i != 0; i = x.g.parent[i]) {
        depth++;
    }
    return depth;
}

static void scope_end(void)
{
    for (u32 i = 0; i < x.g.states; i++) {
        free(x.packed[i]);
    }
    free(x.packed);
    free(x.keys);
    free(x.values);
    free(x.g.parent);
    free(x.g.action);
    free(x.g.owed);
    free(x.g.first);
    free(x.g.edges);
}

/* To its end: NULL, or what is wrong. */
static const char *scope_explore(const struct scope *scope)
{
    struct timespec start;
    struct timespec end;
    u32 state = 0;
    u32 bit = 0;

    memset(&x, 0, sizeof(x));
    x.scope = scope;
    (void)clock_gettime(CLOCK_MONOTONIC, &start);
    const char *wrong = begin();
    if (wrong != NULL) {
        printf("explore: scope %s, first state: %s\n", scope->name, wrong);
        return wrong;
    }
    table_grow();
    (void)state_number(&x.action);
    x.packed[0] = state_pack();
    wrong = all_states();
    if (wrong == NULL) {
        x.g.first[x.g.states] = x.g.edge_count;
        if (progress_check(&x.g, &state, &bit)) {
            wrong = progress_name(bit);
            violation(wrong, state, NULL, true);
        }
    }
    (void)clock_gettime(CLOCK_MONOTONIC, &end);
    double seconds = (double)(end.tv_sec - start.tv_sec) +
                     (double)(end.tv_nsec - start.tv_nsec) * 1e-9;
    printf("%-9s %9u %11llu %11llu %6u %8.1f %6llu  %s\n", scope->name, x.g.states,
           (unsigned long long)x.g.edge_count, (unsigned long long)x.insides,
           depth_of(x.g.states - 1U), seconds, (unsigned long long)state_bytes() >> 20,
           wrong != NULL ? wrong : scope->what);
    (void)fflush(stdout);
    scope_end();
    return wrong;
}

static void replay(const struct scope *scope)
{
    static struct action path[PATH_MAX];
    u32 count;

    x.scope = scope;
    x.replaying = true;
    if (path_read(options.replay, path, &count)) {
        path_print(path, count, true);
    }
}

static void options_read(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : "";
        if (strcmp(argv[i], "--short") == 0) {
            options.small = true;
            continue;
        }
        if (strcmp(argv[i], "--first") == 0) {
            options.first = true;
            continue;
        }
        if (strcmp(argv[i], "--scope") == 0) {
            options.only = value;
        } else if (strcmp(argv[i], "--replay") == 0) {
            options.replay = value;
        } else if (strcmp(argv[i], "--states") == 0) {
            options.states_max = strtoull(value, NULL, 10);
        } else if (strcmp(argv[i], "--without") == 0) {
            options.without = (u32)strtoul(value, NULL, 10);
        }
        i++;
    }
}

int main(int argc, char **argv)
{
    bool any = false;
    bool bad = false;

    output_must_arrive();
    options_read(argc, argv);
    reports_install();
    if (options.replay == NULL) {
        printf("scope        states transitions  with event  depth  seconds     MB\n");
    }
    for (u32 i = 0; i < scope_count && !(bad && options.first); i++) {
        bool left_out = options.small && (scopes[i].flags & SCOPE_LONG) != 0;
        if (options.only != NULL ? strcmp(options.only, scopes[i].name) != 0 : left_out) {
            continue;
        }
        any = true;
        if (options.replay != NULL) {
            replay(&scopes[i]);
        } else {
            bad |= scope_explore(&scopes[i]) != NULL;
        }
    }
    if (options.only == NULL && !bad) {
        marks_print("explore");
    }
    if (!any) {
        fprintf(stderr, "explore: no such scope\n");
    }
    return !any || bad;
}
