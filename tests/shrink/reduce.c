/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Delta debugging (Zeller, Hildebrandt 2002): parts are taken away, large ones
 * first, as long as the rest still shows the same; then what is left is made
 * simpler, step by step and object by object.
 */
#include <string.h>
#include <time.h>

#include "shrink.h"

static struct {
    struct finding *best;
    struct finding trial;
    const struct outcome *wanted;
    time_t end;
    u32 runs;
    bool changed;
} r;

u32 reduce_runs(void)
{
    return r.runs;
}

static void trial_begin(void)
{
    r.trial.system = r.best->system;
    r.trial.count = r.best->count;
    memcpy(r.trial.steps, r.best->steps, r.best->count * sizeof(r.best->steps[0]));
}

/* Keeps the trial if it shows the same; what comes after is cut off. */
static bool trial_end(void)
{
    struct outcome o;

    if (time(NULL) >= r.end) {
        return false;
    }
    r.runs++;
    if (!shrink_try(&r.trial, &o) || strcmp(o.kind, r.wanted->kind) != 0) {
        return false;
    }
    *r.best = *shrink_ran();
    if (o.at + 1U < r.best->count) {
        r.best->count = o.at + 1U;
    }
    r.changed = true;
    return true;
}

/* ---- steps ---------------------------------------------------------------*/

static void trial_without(u32 first, u32 count)
{
    trial_begin();
    r.trial.count -= count;
    memmove(&r.trial.steps[first], &r.trial.steps[first + count],
            (r.trial.count - first) * sizeof(r.trial.steps[0]));
}

static void steps_remove(void)
{
    for (u32 chunk = (r.best->count + 1U) / 2U; chunk != 0; chunk /= 2U) {
        u32 first = 0;
        while (first < r.best->count) {
            u32 count = r.best->count - first < chunk ? r.best->count - first : chunk;
            trial_without(first, count);
            if (!trial_end()) {
                first += count;
            }
        }
    }
}

/* 0, or a small number: what the word is must not matter then. */
static bool word_simplify(u32 *word)
{
    u32 *place = (u32 *)(void *)((u8 *)&r.trial + ((u8 *)word - (u8 *)r.best));

    if (*word == 0) {
        return false;
    }
    trial_begin();
    *place = 0;
    if (trial_end()) {
        return true;
    }
    if (*word > 1U) {
        trial_begin();
        *place = 1;
        return trial_end();
    }
    return false;
}

static void step_simplify(u32 i)
{
    struct step *step = &r.best->steps[i];

    if (step->plan.number != 0) {
        trial_begin();
        memset(&r.trial.steps[i].plan, 0, sizeof(r.trial.steps[i].plan));
        if (!trial_end() && step->plan.event == EVENT_TIME) {
            (void)word_simplify(&step->plan.argument);
        }
    }
    if (step->kind == STEP_GUEST) {
        return;
    }
    if (step->kind == STEP_HYPERCALL) {
        for (u32 n = 0; n < 8U; n++) {
            (void)word_simplify(&step->regs[n]);
        }
        return;
    }
    bool index = step->kind == STEP_EVENT && step->number != EVENT_TIME &&
                 step->number != EVENT_LATE && step->number != EVENT_SPECULATE;
    if (!index) {
        (void)word_simplify(&step->value);
    }
    if (step->kind == STEP_FAULT) {
        (void)word_simplify(&step->address);
    }
}

/* ---- the system ----------------------------------------------------------*/

static void cap_empty(struct model *m, u32 cap)
{
    m->caps[cap] = (struct model_cap){.parent = MODEL_NONE};
}

/* Object `gone` is taken out of the array of its type: capabilities to it go,
 * those to later ones follow. */
static void caps_renumber(struct model *m, u32 type, u32 gone)
{
    for (u32 i = 0; i < m->cap_count; i++) {
        if (m->caps[i].type != type) {
            continue;
        }
        if (m->caps[i].object == gone) {
            cap_empty(m, i);
        } else if (m->caps[i].object > gone) {
            m->caps[i].object--;
        }
    }
}

static void remove_caps(void)
{
    u32 count = r.best->system.model.cap_count;

    for (u32 chunk = count; chunk != 0; chunk /= 2U) {
        for (u32 first = 0; first < count; first += chunk) {
            bool any = false;
            trial_begin();
            for (u32 i = first; i < count && i < first + chunk; i++) {
                any |= r.trial.system.model.caps[i].type != THIMBLE_CAP_EMPTY;
                cap_empty(&r.trial.system.model, i);
            }
            if (any) {
                (void)trial_end();
            }
        }
    }
}

static void sc_remove(struct model *m, u32 sc)
{
    m->sc_count--;
    memmove(&m->scs[sc], &m->scs[sc + 1U], (m->sc_count - sc) * sizeof(m->scs[0]));
    for (u32 i = 1; i < m->thread_count; i++) {
        m->threads[i].sc -= m->threads[i].sc != MODEL_NONE && m->threads[i].sc > sc;
    }
}

static void remove_steps_of(u32 thread)
{
    u32 kept = 0;

    for (u32 i = 0; i < r.trial.count; i++) {
        if (r.trial.steps[i].kind == STEP_EVENT || r.trial.steps[i].thread != thread) {
            r.trial.steps[kept++] = r.trial.steps[i];
        }
    }
    r.trial.count = kept;
}

/* With what it did, or others do that instead. */
static bool remove_thread(u32 thread, bool steps)
{
    struct model *m = &r.trial.system.model;

    trial_begin();
    if (steps) {
        remove_steps_of(thread);
    }
    u32 sc = m->threads[thread].sc;
    m->thread_count--;
    memmove(&m->threads[thread], &m->threads[thread + 1U],
            (m->thread_count - thread) * sizeof(m->threads[0]));
    for (u32 i = 0; i < m->sc_count; i++) {
        m->scs[i].thread -= m->scs[i].thread > thread;
    }
    if (sc != MODEL_NONE) {
        sc_remove(m, sc);
    }
    caps_renumber(m, THIMBLE_CAP_THREAD, thread);
    return trial_end();
}

static void remove_notification(u32 n)
{
    trial_begin();
    r.trial.system.model.notification_count--;
    caps_renumber(&r.trial.system.model, THIMBLE_CAP_NOTIFICATION, n);
    (void)trial_end();
}

static void remove_region(u32 region)
{
    struct model *m = &r.trial.system.model;

    trial_begin();
    memmove(&m->regions[region], &m->regions[region + 1U],
            (REGION_MAX - region - 1U) * sizeof(m->regions[0]));
    memset(&m->regions[REGION_MAX - 1U], 0, sizeof(m->regions[0]));
    caps_renumber(m, THIMBLE_CAP_REGION, region);
    (void)trial_end();
}

/* The irq that an event is about, or NULL. */
static u32 *event_irq(u32 event, u32 *argument)
{
    bool about = event == EVENT_RISE || event == EVENT_FALL || event == EVENT_STORM ||
                 event == EVENT_LOSE;

    return about ? argument : NULL;
}

/* False: it is about the one that has gone. */
static bool event_renumber(u32 event, u32 *argument, u32 gone)
{
    u32 *irq = event_irq(event, argument);

    if (irq != NULL && *irq % MODEL_STORM == gone) {
        return false;
    }
    if (irq != NULL && *irq % MODEL_STORM > gone) {
        (*irq)--;
    }
    return true;
}

static void remove_irq(u32 irq)
{
    struct model *m = &r.trial.system.model;
    u32 kept = 0;

    trial_begin();
    m->irq_count--;
    memmove(&m->irqs[irq], &m->irqs[irq + 1U], (m->irq_count - irq) * sizeof(m->irqs[0]));
    caps_renumber(m, THIMBLE_CAP_IRQ, irq);
    for (u32 i = 0; i < r.trial.count; i++) {
        struct step *step = &r.trial.steps[i];
        if (!event_renumber(step->plan.event, &step->plan.argument, irq)) {
            memset(&step->plan, 0, sizeof(step->plan));
        }
        if (step->kind != STEP_EVENT || event_renumber(step->number, &step->value, irq)) {
            r.trial.steps[kept++] = *step;
        }
    }
    r.trial.count = kept;
    (void)trial_end();
}

/* One that has no thread, and no region but its image. */
static void remove_cell(u32 cell)
{
    struct model *m = &r.trial.system.model;

    trial_begin();
    u32 first = m->cells[cell].first;
    u32 slots = m->cells[cell].slots;
    for (u32 i = 1; i < m->thread_count; i++) {
        if (m->threads[i].cell == cell) {
            return;
        }
        m->threads[i].cell -= m->threads[i].cell > cell;
    }
    for (u32 i = m->cell_count; i < REGION_MAX; i++) {
        if (m->regions[i].used && m->regions[i].owner == cell) {
            return;
        }
    }
    m->cap_count -= slots;
    memmove(&m->caps[first], &m->caps[first + slots], (m->cap_count - first) * sizeof(m->caps[0]));
    for (u32 i = m->cap_count; i < m->cap_count + slots; i++) {
        cap_empty(m, i);
    }
    m->cell_count--;
    memmove(&m->cells[cell], &m->cells[cell + 1U], (m->cell_count - cell) * sizeof(m->cells[0]));
    for (u32 i = cell; i < m->cell_count; i++) {
        m->cells[i].first -= slots;
    }
    caps_renumber(m, THIMBLE_CAP_CELL, cell);
    memmove(&m->regions[cell], &m->regions[cell + 1U],
            (REGION_MAX - cell - 1U) * sizeof(m->regions[0]));
    memset(&m->regions[REGION_MAX - 1U], 0, sizeof(m->regions[0]));
    for (u32 i = 0; i < REGION_MAX; i++) {
        m->regions[i].owner -= m->regions[i].owner > cell;
    }
    caps_renumber(m, THIMBLE_CAP_REGION, cell);
    (void)trial_end();
}

static void thread_simplify(u32 thread)
{
    struct model_thread *t = &r.trial.system.model.threads[thread];
    u32 *const words[] = {&t->handler, &t->health, &t->buffer, &t->argument};
    static const u32 none[] = {THIMBLE_NO_SLOT, THIMBLE_NO_SLOT, 0, 0};

    for (u32 i = 0; i < ARRAY_SIZE(words); i++) {
        trial_begin();
        if (*words[i] != none[i]) {
            *words[i] = none[i];
            t->regs[0] = t->argument;
            (void)trial_end();
        }
    }
}

/* From the last to the first, so that indices of those to come stay. */
static void system_reduce(void)
{
    const struct model *m = &r.best->system.model;

    remove_caps();
    for (u32 i = m->thread_count; i-- > 1U;) {
        (void)(remove_thread(i, true) || remove_thread(i, false));
    }
    for (u32 i = m->irq_count; i-- > 0;) {
        remove_irq(i);
    }
    for (u32 i = m->notification_count; i-- > 0;) {
        remove_notification(i);
    }
    for (u32 i = REGION_MAX; i-- > m->cell_count;) {
        if (m->regions[i].used) {
            remove_region(i);
        }
    }
    for (u32 i = m->cell_count; i-- > 0;) {
        remove_cell(i);
    }
    for (u32 i = 1; i < m->thread_count; i++) {
        thread_simplify(i);
    }
    (void)word_simplify(&r.best->system.speculate_every);
    (void)word_simplify(&r.best->system.seed);
    if (r.best->system.trace) {
        trial_begin();
        r.trial.system.trace = false;
        (void)trial_end();
    }
}

void reduce(struct finding *f, const struct outcome *wanted, u32 seconds)
{
    r.best = f;
    r.wanted = wanted;
    r.end = time(NULL) + (time_t)seconds;
    do {
        r.changed = false;
        steps_remove();
        system_reduce();
        for (u32 i = f->count; i-- > 0;) {
            if (i < f->count) {
                step_simplify(i);
            }
        }
    } while (r.changed && time(NULL) < r.end);
}
