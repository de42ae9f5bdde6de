/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Response times from priorities, budgets and periods: see timing.h.
 *
 * A thread with budget C in period T is a hard constant-bandwidth server (core/sc.h), not a
 * periodic task: it may sleep with budget left, use that late in one period, and get the next
 * budget right after. What it runs in any span of R follows from two rules. On a wake, what
 * remains is at most the share C/T of the time to its deadline, or else all is new; it stays so
 * but for the time J that others keep it from running. And each refill moves the deadline on by
 * as many periods as it gives budgets. So it is at most C + (R - C + J) C/T.
 *
 * The core charges its time to whoever runs, or has just run; so a path that more urgent
 * threads cause may be anybody's. Here they all come on top.
 */
#include "timing.h"

#include <stdlib.h>

#include "costs.h"
#include "describe.h"

struct cost {
    u32 base;
    u32 level; /* for each doubling of contexts */
    u32 line;
};

/* Each time: of others' time, and of one's own. */
struct storm {
    u32 others;
    u32 own;
};

static const struct class {
    struct cost stretch, release, release_guest, fire, event;
    struct storm storm, storm_lines;
} native = {COSTS_NATIVE_STRETCH, COSTS_NATIVE_RELEASE, COSTS_NATIVE_RELEASE, COSTS_NATIVE_FIRE,
            COSTS_NATIVE_EVENT,   COSTS_NATIVE_STORM,   COSTS_NATIVE_STORM_LINES},
  guests = {COSTS_GUESTS_STRETCH, COSTS_GUESTS_RELEASE, COSTS_GUESTS_RELEASE_GUEST,
            COSTS_GUESTS_FIRE,    COSTS_GUESTS_EVENT,   COSTS_GUESTS_STORM, COSTS_GUESTS_STORM};

#define STEPS 1000U

/* Another context that may keep a thread from running. */
struct rival {
    u32 thread;
    bool equal;     /* as urgent; else more */
    bool unlimited;
    u32 lines;
    u64 turn;   /* what it runs at once, */
    u64 budget; /* its budget, */
    u64 period; /* of this */
};

/* All that one response is computed from. */
struct view {
    const struct model *m;
    struct costs costs;
    const struct class *class;
    struct rival *rivals;
    u32 rival_count;
    u32 depth;
};

bool timing_limited(const struct system_thread *t)
{
    return !t->passive && t->budget_us != 0 && t->budget_us <= t->period_us;
}

/* Whether thread `a` stands before `b` in the order of timing_next(). */
static bool before(const struct model *m, u32 a, u32 b)
{
    u32 priority_a = m->threads[a].is->priority;
    u32 priority_b = m->threads[b].is->priority;

    return priority_a != priority_b ? priority_a > priority_b : a < b;
}

u32 timing_next(const struct model *m, u32 thread)
{
    u32 next = NOWHERE;

    for (u32 i = 0; i < m->count[KIND_THREAD]; i++) {
        if (!m->threads[i].is->passive && (thread == NOWHERE || before(m, thread, i)) &&
            (next == NOWHERE || before(m, i, next))) {
            next = i;
        }
    }
    return next;
}

u64 timing_left(const struct bound *b)
{
    u64 gone = b->charged + b->help + b->late;

    return gone < b->budget ? b->budget - gone : 0;
}

/* Of a vCPU, that which it may lower itself to. */
u32 timing_priority(const struct system_thread *t)
{
    return t->low_priority != 0 && t->low_priority < t->priority ? t->low_priority : t->priority;
}

/* ---- costs ------------------------------------------------------------------- */

static u64 instructions(const struct model *m, u64 count)
{
    return (count * m->board->instruction_ps + 999U) / 1000U;
}

static bool is_vcpu(const struct model *m, u32 thread)
{
    return m->cells[m->threads[thread].cell].is->vm;
}

/* How many contexts, and as what they count among deadlines: vCPUs twice. */
static u32 levels_count(const struct model *m, bool *vcpus)
{
    u32 places = 1;
    u32 levels = 0;

    *vcpus = false;
    for (u32 i = 0; i < m->count[KIND_THREAD]; i++) {
        places += !m->threads[i].is->passive;
        places += is_vcpu(m, i);
        *vcpus |= is_vcpu(m, i);
    }
    while (1U << levels < places) {
        levels++;
    }
    return levels;
}

static u64 cost_of(const struct model *m, const struct cost *c, u32 levels)
{
    u64 count = c->base;

    count += levels > COSTS_LEVELS ? (u64)(levels - COSTS_LEVELS) * c->level : 0;
    count += m->count[KIND_IRQ] > 1U ? (u64)(m->count[KIND_IRQ] - 1U) * c->line : 0;
    return instructions(m, count);
}

struct costs timing_costs(const struct model *m, u32 thread)
{
    bool vcpus;
    u32 levels = levels_count(m, &vcpus);
    const struct class *of = vcpus ? &guests : &native;
    bool guest = thread != NOWHERE && is_vcpu(m, thread);

    return (struct costs){
        .stretch = cost_of(m, &of->stretch, levels),
        .release = cost_of(m, guest ? &of->release_guest : &of->release, levels),
        .fire = cost_of(m, &of->fire, levels),
        .event = cost_of(m, &of->event, levels),
        .hop = instructions(m, COSTS_HOP),
        .tick = (1000000U + m->board->ticks_per_ms - 1U) / m->board->ticks_per_ms,
    };
}

/* ---- others ------------------------------------------------------------------ */

/* The share of a span that this budget of that period is, rounded up; in steps that do not
 * overflow, whatever the description says. */
static u64 share_of(u64 span, u64 budget, u64 period)
{
    u64 unit = period / 1000000U + 1U; /* so that products fit */
    u64 parts = (budget + unit - 1U) / unit;
    u64 whole = period / unit != 0 ? period / unit : 1U;

    return span / whole * parts + (span % whole * parts + whole - 1U) / whole;
}

/* What it runs in a span. */
static u64 supply(const struct view *v, const struct rival *r, u64 span)
{
    u64 later = span > r->budget ? span - r->budget : 0;
    u64 delay = v->m->threads[r->thread].delay;
    u64 most = r->budget + share_of(later + delay, r->budget, r->period);

    return most < span ? most : span;
}

/* How often it runs out, and has a new budget. */
static u64 refills(const struct rival *r, u64 span)
{
    return span / r->period + 2U;
}

/* What the core does for it meanwhile. */
static u64 paths(const struct view *v, const struct rival *r, u64 span, u64 runs)
{
    const struct system_thread *t = v->m->threads[r->thread].is;
    u64 each = v->costs.event + 2U * v->costs.tick + v->depth * v->costs.hop;
    u64 renewed = refills(r, span) * each;
    u64 spans = (span + v->m->threads[r->thread].delay) / r->period + 1U;
    u64 written = t->wakes * spans * each;
    /* A guest ends any number of lines for next to nothing. */
    u64 lines = is_vcpu(v->m, r->thread) ? 1U + r->lines : 1U;
    const struct storm *s = r->lines != 0 ? &v->class->storm_lines : &v->class->storm;
    u64 often = (runs / instructions(v->m, s->own) + 1U) * lines;
    u64 storm = often * (instructions(v->m, s->others) + 2U * v->costs.tick +
                         v->depth * v->costs.hop) +
                r->lines * v->costs.fire;

    return renewed + (t->wakes != 0 && written < storm ? written : storm);
}

/* What it runs on beyond its budget, until that is seen: once; or each time, if that is more
 * than it has. */
static u64 beyond(const struct view *v, const struct rival *r, u64 span)
{
    u64 times = r->budget > v->costs.stretch ? 1U : refills(r, span);

    return times * v->costs.stretch;
}

static void view_rivals(struct view *v, u32 thread)
{
    const struct model *m = v->m;
    u32 priority = timing_priority(m->threads[thread].is);

    for (u32 i = 0; i < m->count[KIND_THREAD]; i++) {
        const struct system_thread *t = m->threads[i].is;
        if (i == thread || t->passive || t->priority < priority) {
            continue;
        }
        bool limited = timing_limited(t);
        u64 turn = limited ? t->budget_us : DESCRIBE_SLICE_US;
        v->rivals[v->rival_count++] = (struct rival){
            .thread = i,
            .equal = t->priority == priority,
            .unlimited = !limited || t->budget_us == t->period_us,
            .lines = t->priority == priority ? 0 : servers_lines(m, i),
            .turn = turn * 1000U + v->costs.tick,
            .budget = (u64)t->budget_us * 1000U + v->costs.tick,
            .period = (u64)t->period_us * 1000U,
        };
    }
}

static bool view_make(struct view *v, const struct model *m, u32 thread)
{
    bool vcpus;

    *v = (struct view){.m = m, .costs = timing_costs(m, thread)};
    (void)levels_count(m, &vcpus);
    v->class = vcpus ? &guests : &native;
    v->depth = servers_depth(m, thread);
    v->rivals = calloc(m->count[KIND_THREAD] + 1U, sizeof(*v->rivals));
    if (v->rivals == NULL) {
        return false;
    }
    view_rivals(v, thread);
    return true;
}

/* ---- responses --------------------------------------------------------------- */

/* What others take in a span, added up. One as urgent has its turn, and may become ready and
 * get a new budget before and after; then it is behind. */
static bool others(const struct view *v, u64 span, struct bound *b)
{
    b->more = 0;
    b->paths = 0;
    b->equal = 0;
    b->charged = b->own + b->lines;
    for (u32 i = 0; i < v->rival_count; i++) {
        const struct rival *r = &v->rivals[i];
        if (r->equal) {
            u64 ways = 4U * (v->costs.event + 2U * v->costs.tick + v->depth * v->costs.hop);
            b->equal += r->turn + v->costs.stretch + ways;
            b->charged += ways;
        } else if (r->unlimited) {
            return false;
        } else {
            u64 runs = supply(v, r, span) + beyond(v, r, span);
            u64 ways = paths(v, r, span, runs);
            b->more += runs;
            b->paths += ways;
            b->charged += ways;
        }
    }
    return true;
}

static u64 lines_let_in(const struct view *v, u32 thread)
{
    u32 priority = timing_priority(v->m->threads[thread].is);
    u64 lines = 0;

    for (u32 i = 0; i < v->m->count[KIND_IRQ]; i++) {
        lines += level_lets_in(v->m, priority, i);
    }
    return lines * (v->costs.fire + v->depth * v->costs.hop);
}

/* Of others' requests that servers of this thread finish on its time: each once, for who is
 * less urgent and does not run meanwhile; and each time that one more urgent, or as urgent,
 * runs out of its budget in between. */
static u64 help(const struct view *v, u32 thread, u64 span)
{
    const struct model *m = v->m;
    bool *marks = calloc(2U * (m->count[KIND_THREAD] + 1U), sizeof(*marks));
    u64 sum = 0;

    if (marks == NULL) {
        return TIMING_NEVER / 4U;
    }
    bool *theirs = marks + m->count[KIND_THREAD] + 1U;
    servers_mark(m, thread, marks);
    for (u32 s = 0; s < m->count[KIND_THREAD]; s++) {
        marks[s] = marks[s] && servers_shared(m, s, thread);
        sum += marks[s] ? m->threads[s].is->service_us * 1000ULL : 0;
    }
    for (u32 i = 0; i < v->rival_count; i++) {
        const struct rival *r = &v->rivals[i];
        servers_mark(m, r->thread, theirs);
        for (u32 s = 0; s < m->count[KIND_THREAD]; s++) {
            u64 times = r->equal ? 1U : r->unlimited ? 0 : refills(r, span);
            sum += marks[s] && theirs[s] ? times * m->threads[s].is->service_us * 1000ULL : 0;
        }
    }
    free(marks);
    return sum;
}

struct bound timing_bound(const struct model *m, u32 thread, u64 most)
{
    const struct system_thread *t = m->threads[thread].is;
    struct bound b = {.total = TIMING_NEVER};
    struct view v;
    u64 found = 0;

    if (!view_make(&v, m, thread)) {
        return b;
    }
    b.stretch = v.costs.stretch;
    b.own = 2U * v.costs.release + v.costs.tick;
    b.budget = (u64)t->budget_us * 1000U + v.costs.tick;
    b.lines = lines_let_in(&v, thread);
    u64 alone = b.stretch + b.own + b.budget + b.lines;
    u64 total = alone;
    bool ends = true;
    for (u32 step = 0; ends && total > found && (found == 0 || total <= most); step++) {
        /* Any span that suffices for itself is long enough: larger steps, if it takes many. */
        found = step < STEPS ? total : total + total / STEPS;
        ends = others(&v, found, &b);
        total = alone + b.more + b.paths + b.equal;
    }
    b.total = ends ? total : TIMING_NEVER;
    if (ends && t->period_us != 0) {
        b.help = help(&v, thread, total);
        b.late = share_of(total - b.budget, b.budget, (u64)t->period_us * 1000U);
    }
    free(v.rivals);
    return b;
}

void timing_prepare(struct model *m)
{
    levels_make(m);
    for (u32 i = timing_next(m, NOWHERE); i != NOWHERE; i = timing_next(m, i)) {
        const struct system_thread *t = m->threads[i].is;
        u64 period = (u64)t->period_us * 1000U;
        m->threads[i].delay = period;
        if (timing_limited(t)) {
            struct bound b = timing_bound(m, i, period);
            if (b.total < period) {
                m->threads[i].delay = b.total - b.budget;
            }
        }
    }
}
