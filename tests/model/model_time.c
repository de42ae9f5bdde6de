/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Time: scheduling contexts as hard constant-bandwidth servers, deadlines, and
 * the timer. See model.h, and core/sc.h for the rules.
 */
#include "model.h"

#include <string.h>

/* Behind all of its priority and above. */
static void ready_add(u32 sc)
{
    u32 place = 0;

    while (place < model.readies &&
           model.scs[model.ready[place]].priority >= model.scs[sc].priority) {
        place++;
    }
    memmove(&model.ready[place + 1U], &model.ready[place],
            (model.readies - place) * sizeof(model.ready[0]));
    model.ready[place] = sc;
    model.readies++;
    model.scs[sc].ready = true;
}

static void ready_remove(u32 sc)
{
    u32 place = 0;

    while (model.ready[place] != sc) {
        place++;
    }
    model.readies--;
    memmove(&model.ready[place], &model.ready[place + 1U],
            (model.readies - place) * sizeof(model.ready[0]));
    model.scs[sc].ready = false;
}

/* Somebody more urgent than who runs: who runs is chosen anew. */
static void become_ready(u32 sc)
{
    ready_add(sc);
    if (model.sc == MODEL_NONE || model.scs[sc].priority > model.scs[model.sc].priority) {
        model.choose = true;
    }
}

static void refill(struct model_sc *sc, u64 deadline)
{
    sc->remaining = sc->budget;
    sc->deadline = deadline;
}

/* After a depletion: less what was run beyond the budget; a tick at least. */
static void refill_less(struct model_sc *sc, u64 deadline)
{
    u32 over = sc->remaining == 0 ? sc->over : 0;

    refill(sc, deadline);
    sc->remaining -= over < sc->budget ? over : sc->budget - 1U;
}

void model_sc_wake(u32 index)
{
    struct model_sc *sc = &model.scs[index];

    sc->wake = MODEL_NEVER;
    /* remaining / (deadline - now) > budget / period: more than its share. */
    if (model.now >= sc->deadline ||
        (u64)sc->remaining * sc->period > (sc->deadline - model.now) * sc->budget) {
        refill_less(sc, model.now + sc->period);
    }
    if (sc->remaining != 0) {
        become_ready(index);
        if (model.threads[sc->thread].vcpu != MODEL_NONE) {
            model_timer_arm(model.threads[sc->thread].vcpu);
        }
    } else {
        sc->wake = sc->deadline;
        sc->wake_priority = sc->priority;
        model.choose = true;
    }
}

void model_sc_block(u32 index)
{
    if (model.sc == index) {
        model_charge();
        model.sc = MODEL_NONE;
    }
    if (model.scs[index].ready) {
        ready_remove(index);
    }
    model.scs[index].wake = MODEL_NEVER;
    model.choose = true;
}

void model_sc_rotate(u32 index)
{
    ready_remove(index);
    ready_add(index);
    model.choose = true;
}

/* The context that pays has run until now. */
void model_charge(void)
{
    u64 ran = model.now - model.started;

    model.started = model.now;
    if (model.sc == MODEL_NONE) {
        return;
    }
    struct model_sc *sc = &model.scs[model.sc];
    sc->consumed += ran;
    if (ran >= sc->remaining) {
        sc->over = (u32)(ran - sc->remaining) + (sc->remaining == 0 ? sc->over : 0);
    }
    sc->remaining = ran < sc->remaining ? sc->remaining - (u32)ran : 0;
    if (sc->remaining != 0 || !sc->ready) {
        return;
    }
    if (model.now >= sc->deadline) {
        refill_less(sc, model.now + sc->period);
        model_sc_rotate(model.sc);
    } else {
        ready_remove(model.sc);
        sc->wake = sc->deadline;
        sc->wake_priority = sc->priority;
        model.choose = true;
    }
}

bool model_wake_matters(u32 index)
{
    return model.scs[index].wake_priority + 1U >= model.matters;
}

/* The earliest that matters to who runs. */
static u64 first_wake(void)
{
    u64 first = MODEL_NEVER;

    for (u32 i = 0; i < model.sc_count && model.wrong == NULL; i++) {
        if (model.scs[i].wake < first && model_wake_matters(i)) {
            first = model.scs[i].wake;
        }
    }
    return first;
}

static void expire(u32 index)
{
    struct model_sc *sc = &model.scs[index];

    model.sc = index;
    sc->wake = MODEL_NEVER;
    if (model.threads[sc->thread].doing == DOING_WAIT) {
        model_wait_end(sc->thread, THIMBLE_ERR_TIMEOUT);
        return;
    }
    if (model.threads[sc->thread].doing == DOING_SLEEP || sc->ready) {
        model_vcpu_expire(sc->thread);
        return;
    }
    u64 next = sc->deadline + sc->period;
    refill_less(sc, next > model.started ? next : model.started + sc->period);
    become_ready(index);
    if (model.threads[sc->thread].vcpu != MODEL_NONE) {
        model_timer_arm(model.threads[sc->thread].vcpu);
    }
}

enum expiry_way model_expiry_way(void)
{
    return (enum expiry_way)model.choices.ways[model.expiries_used - 1U];
}

/* It would run at once, but that has cost all that it had: the next choice sees to that. */
static void expire_costly(u32 index)
{
    const struct model_sc *sc = &model.scs[index];

    if (sc->ready) {
        model.wrong = "who is woken has time left, and does not run";
    }
    model.matters = sc->priority + 1U;
    model.mask = sc->priority;
    model_timer_program();
}

/* Of those that are due and matter, as of the last charge, one of the most urgent; it pays. */
bool model_expire(void)
{
    u32 most = 0;
    u32 index = MODEL_NONE;

    /* A thread that is woken by a more urgent signal may run first, if the timer is late: it
     * rings then. */
    bool may = model.rose && model.expiries_used == model.choices.expiry_count;
    if (first_wake() > model.started || may) {
        return false;
    }
    for (u32 i = 0; i < model.sc_count; i++) {
        if (model.scs[i].wake <= model.started && model.scs[i].wake_priority > most) {
            most = model.scs[i].wake_priority;
        }
    }
    if (model.expiries_used < model.choices.expiry_count) {
        index = model.choices.expiries[model.expiries_used++];
    }
    if (index >= model.sc_count || model.scs[index].wake > model.started ||
        model.scs[index].wake_priority != most) {
        model.wrong = "a deadline was missed, or served out of order";
        return false;
    }
    if (model_expiry_way() == EXPIRY_WAKES) {
        expire(index);
        return true;
    }
    model.sc = index; /* it has paid by the time that it becomes ready */
    model_charge();
    expire(index);
    if (model_expiry_way() == EXPIRY_COSTS_ALL) {
        expire_costly(index);
    }
    return true;
}

void model_expire_straight(void)
{
    const struct model_sc *sc = &model.scs[model.sc];


    if (model.readies == 0 || model.ready[0] != model.sc ||
        (model.readies > 1U && model.scs[model.ready[1]].priority == sc->priority)) {
        model.wrong = "who is woken runs at once, but is not the most urgent";
    }
    model.matters = sc->priority + 1U;
    model.mask = sc->priority;
    model.helping = false;
    model.choose = false;
    model.current = sc->thread;
    model_timer_program();
}

/* The timer rings at the first deadline, and when the budget that is being
 * spent ends. It is set anew with each choice, of which it is planned early. */
void model_timer_plan(void)
{
    u64 at = first_wake();

    if (model.sc != MODEL_NONE) {
        u64 spent = model.started + model.scs[model.sc].remaining;
        at = spent < at ? spent : at;
    }
    model.planned = at;
}

void model_timer_set(void)
{
    model.timer = model.planned;
    model.rings = model.timer < MODEL_NEVER - model.late ? model.timer + model.late : MODEL_NEVER;
}

void model_timer_earlier(void)
{
    u64 first = first_wake();

    model.planned = first < model.planned ? first : model.planned;
    model_timer_set();
}

void model_timer_program(void)
{
    model_timer_plan();
    model_timer_set();
}
