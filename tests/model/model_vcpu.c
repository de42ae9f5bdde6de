/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vCPUs: virtual lines as sets, the virtual timer, sleep, and whose state is loaded.
 * Of list registers there is nothing here: what fits into them is the core's business.
 * See model.h.
 */
#include "model.h"

#include <string.h>

static bool timer_runs(const struct model_vcpu *v)
{
    return (v->timer_control & 3U) == 1U;
}

static struct model_vcpu *vcpu_of(u32 thread)
{
    return &model.vcpus[model.threads[thread].vcpu];
}

/* ---- lines ---------------------------------------------------------------*/

struct model_virtual *model_virtual_of(u32 source, u32 *vcpu)
{
    for (*vcpu = 0; *vcpu < VCPU_MAX; (*vcpu)++) {
        for (u32 line = 0; line < MODEL_VIRTUAL_LINES; line++) {
            if (model.vcpus[*vcpu].lines[line].source == source) {
                return &model.vcpus[*vcpu].lines[line];
            }
        }
    }
    return NULL;
}

u32 model_virtual_priority(u32 vcpu, const struct model_virtual *l)
{
    const struct model_sc *sc = &model.scs[model.threads[model.vcpus[vcpu].thread].sc];

    return l->urgent ? sc->base : sc->low;
}

static void priority_set(u32 index, u32 priority)
{
    struct model_sc *sc = &model.scs[index];

    if (sc->priority == priority) {
        return;
    }
    sc->priority = priority;
    if (sc->ready) {
        model_sc_rotate(index);
    }
    if (sc->remaining == 0 && sc->wake != MODEL_NEVER) {
        sc->wake_priority = priority;
        model.choose = true;
    }
}

/* Wakes it, if it sleeps. */
static void wake(u32 vcpu, bool urgent)
{
    struct model_thread *t = &model.threads[model.vcpus[vcpu].thread];

    if (urgent) {
        priority_set(t->sc, model.scs[t->sc].base);
    }
    if (t->doing == DOING_SLEEP) {
        t->doing = DOING_RUN;
        model_sc_wake(t->sc);
    }
}

void model_raise(u32 vcpu, struct model_virtual *l)
{
    l->pending = true;
    wake(vcpu, l->urgent);
}

/* Its deadline has come while it was not loaded. */
void model_vcpu_expire(u32 thread)
{
    wake(model.threads[thread].vcpu, vcpu_of(thread)->lines[MODEL_VIRTUAL_TIMER].urgent);
}

/* Nothing is bound to it, and nothing is left of what was. */
void model_virtual_release(struct model_virtual *l)
{
    l->source = MODEL_SOURCE_NONE;
    l->pending = false;
    l->active = false;
    l->high = false;
}

static void unbind(struct model_vcpu *v, struct model_virtual *l)
{
    if (l->source == MODEL_SOURCE_TIMER) {
        v->timer_active = false;
    } else if (l->source >= MODEL_SOURCE_IRQ && l->source < MODEL_SOURCE_SIGNAL) {
        model_irq_silence(l->source - MODEL_SOURCE_IRQ);
    }
    model_virtual_release(l);
}

static bool any_pending(const struct model_vcpu *v, bool urgent)
{
    bool found = false;

    for (u32 i = 0; i < MODEL_VIRTUAL_LINES; i++) {
        found |= v->lines[i].pending && (v->lines[i].urgent || !urgent);
    }
    return found;
}

void model_vcpu_stop(u32 vcpu)
{
    struct model_vcpu *v = &model.vcpus[vcpu];
    struct model_vcpu before = *v;

    if (model.loaded == vcpu) {
        model.loaded = MODEL_NONE;
        model_timer_arm(vcpu); /* unloaded as ever: the timer may ring for it once more */
    }
    for (u32 i = 0; i < MODEL_VIRTUAL_LINES; i++) {
        v->lines[i].pending = false; /* as in a controller that is reset */
        unbind(v, &v->lines[i]);
    }
    memset(v, 0, sizeof(*v));
    v->thread = before.thread;
    for (u32 i = 0; i < MODEL_VIRTUAL_LINES; i++) {
        v->lines[i].priority = before.lines[i].priority; /* until it has another use */
    }
}

/* ---- the timer, and whose state is loaded ----------------------------------*/

static void timer_set(const struct model_vcpu *v)
{
    model.virtual_rings = v->timer < MODEL_NEVER - model.late ? v->timer + model.late : MODEL_NEVER;
}

bool model_virtual_timer_pending(void)
{
    if (model.loaded == MODEL_NONE) {
        return false;
    }
    const struct model_vcpu *v = &model.vcpus[model.loaded];
    return timer_runs(v) && !v->timer_active &&
           v->lines[MODEL_VIRTUAL_TIMER].source == MODEL_SOURCE_TIMER &&
           model.virtual_rings <= model.now && model_virtual_timer_priority() >= model.mask;
}

u32 model_virtual_timer_priority(void)
{
    return model_virtual_priority(model.loaded,
                                  &model.vcpus[model.loaded].lines[MODEL_VIRTUAL_TIMER]);
}

void model_virtual_timer_fire(void)
{
    struct model_vcpu *v = &model.vcpus[model.loaded];

    v->timer_active = true;
    model_raise(model.loaded, &v->lines[MODEL_VIRTUAL_TIMER]);
}

static u32 timer_priority(const struct model_sc *sc, const struct model_vcpu *v)
{
    return v->lines[MODEL_VIRTUAL_TIMER].urgent ? sc->base : sc->low;
}

void model_timer_arm(u32 vcpu)
{
    const struct model_vcpu *v = &model.vcpus[vcpu];
    const struct model_thread *t = &model.threads[v->thread];
    struct model_sc *sc = &model.scs[t->sc];
    bool lowered = sc->ready && sc->priority != sc->base && v->lines[MODEL_VIRTUAL_TIMER].urgent;

    if (model.loaded == vcpu || (t->doing != DOING_SLEEP && !lowered) || v->timer_active ||
        !timer_runs(v) || v->lines[MODEL_VIRTUAL_TIMER].source != MODEL_SOURCE_TIMER ||
        sc->wake != MODEL_NEVER) {
        return;
    }
    sc->wake = v->timer;
    sc->wake_priority = timer_priority(sc, v);
    model_timer_earlier();
}

void model_leave(void)
{
    u32 vcpu = model.threads[model.current].vcpu;
    u32 before = model.loaded;

    if (vcpu == MODEL_NONE || vcpu == before) {
        return;
    }
    model.loaded = vcpu;
    if (before != MODEL_NONE) {
        model_timer_arm(before);
    }
    model.scs[model.threads[model.current].sc].wake = MODEL_NEVER;
    timer_set(&model.vcpus[vcpu]);
}

/* ---- what guests do --------------------------------------------------------*/

/* The guest asks for its most urgent interrupt, and gets `line`: the most urgent of those that
 * are pending and not active, if it is more urgent than what runs. */
static void take(struct model_vcpu *v, u32 line)
{
    u32 best = MODEL_NONE;

    for (u32 i = 0; i < MODEL_VIRTUAL_LINES; i++) {
        const struct model_virtual *l = &v->lines[i];
        if (l->pending && !l->active &&
            (best == MODEL_NONE || l->priority < v->lines[best].priority)) {
            best = i;
        }
    }
    u32 urgency = best != MODEL_NONE ? v->lines[best].priority >> 3 : 31U;
    bool due = urgency < 31U && (v->running & ((2U << urgency) - 1U)) == 0;
    if (line >= MODEL_VIRTUAL_LINES) {
        if (due) {
            model.wrong = "a guest does not get its interrupt";
        }
        return;
    }
    struct model_virtual *l = &v->lines[line];
    if (!l->pending || l->active) {
        model.wrong = "a guest gets an interrupt that is not pending";
    } else if (!due || l->priority >> 3 != urgency) {
        model.wrong = "a guest gets another interrupt than its most urgent";
    }
    l->pending = false;
    l->active = true;
    v->running |= 1U << (l->priority >> 3);
}

/* The hardware's line ends with it; a level that is high begins anew. */
static void end(struct model_vcpu *v, u32 line)
{
    struct model_virtual *l = &v->lines[line];

    if (v->running == 0) {
        return;
    }
    v->running &= v->running - 1U;
    if (!l->active) {
        return;
    }
    l->active = false;
    l->pending |= l->high;
    if (l->source == MODEL_SOURCE_TIMER) {
        v->timer_active = false;
    } else if (l->source >= MODEL_SOURCE_IRQ && l->source < MODEL_SOURCE_SIGNAL) {
        model_irq_deactivate(l->source - MODEL_SOURCE_IRQ);
    }
}

void model_guest(enum model_guest what, u32 value, u32 argument)
{
    struct model_thread *t = &model.threads[model.current];
    struct model_vcpu *v = vcpu_of(model.current);

    switch (what) {
    case GUEST_TAKE:
        take(v, value);
        break;
    case GUEST_END:
        end(v, value);
        break;
    case GUEST_TIMER:
        v->timer_control = value;
        v->timer = argument;
        timer_set(v);
        break;
    case GUEST_SLEEP:
    default:
        if (!any_pending(v, false)) {
            t->doing = DOING_SLEEP;
            model_sc_block(t->sc);
            model.scs[t->sc].priority = model.scs[t->sc].low;
            model_schedule();
        }
        break;
    }
}

/* ---- hypercalls ------------------------------------------------------------*/

static u32 start(const struct model_thread *caller, struct model_thread *t)
{
    if (t->doing != DOING_STOPPED) {
        return THIMBLE_ERR_BUSY;
    }
    memset(t->regs, 0, sizeof(t->regs));
    memcpy(t->regs, &caller->regs[2], 4U * sizeof(u32));
    t->junk = 0;
    t->fault_kind = 0;
    t->doing = DOING_RUN;
    model.scs[t->sc].priority = model.scs[t->sc].base;
    model_sc_wake(t->sc);
    return THIMBLE_OK;
}

static void urgency_set(struct model_virtual *l, u32 how)
{
    l->priority = how & 0xf8U;
    l->urgent = (how & THIMBLE_LINE_URGENT) != 0;
}

static bool of_hardware(const struct model_virtual *l)
{
    return l->source != MODEL_SOURCE_NONE && l->source < MODEL_SOURCE_SIGNAL;
}

static void ask(const struct model_vcpu *v, u32 *words)
{
    memset(words, 0, 4U * sizeof(u32));
    for (u32 i = 0; i < MODEL_VIRTUAL_LINES; i++) {
        words[i / 32U] |= (u32)v->lines[i].pending << i % 32U;
        words[2U + i / 32U] |= (u32)v->lines[i].active << i % 32U;
    }
}

static u32 inject(struct model_vcpu *v, u32 line, u32 *regs)
{
    struct model_virtual *l = &v->lines[line];
    u32 how = regs[2];

    if ((how & THIMBLE_LINE_ASK) != 0) {
        ask(v, &regs[1]);
        return THIMBLE_OK;
    }
    if (model.threads[v->thread].doing == DOING_STOPPED || of_hardware(l)) {
        return THIMBLE_OK;
    }
    urgency_set(l, how);
    if ((how & THIMBLE_LINE_HIGH) == 0) {
        l->high = false;
        l->pending = false;
        l->active &= (how & THIMBLE_LINE_END) == 0;
        return THIMBLE_OK;
    }
    l->high |= (how & THIMBLE_LINE_LEVEL) != 0;
    model_raise(model.threads[v->thread].vcpu, l);
    return THIMBLE_OK;
}

static u32 bind_signal(struct model_vcpu *v, struct model_virtual *l, u32 n, u32 how)
{
    u32 vcpu;
    u32 source = MODEL_SOURCE_SIGNAL + n;

    if (model.notifications[n].waiter != MODEL_NONE) {
        return THIMBLE_ERR_BUSY;
    }
    urgency_set(l, how);
    struct model_virtual *old = model_virtual_of(source, &vcpu);
    if (old == l) {
        return THIMBLE_OK;
    }
    if (old != NULL) {
        model_virtual_release(old);
    }
    unbind(v, l);
    l->source = source;
    if (model.notifications[n].bits != 0) {
        model_raise(model.threads[v->thread].vcpu, l);
    }
    return THIMBLE_OK;
}

static u32 bind_irq(const struct model_thread *caller, struct model_vcpu *v,
                    struct model_virtual *l, u32 cap)
{
    u32 index = model.caps[cap].object;
    struct model_irq *irq = &model.irqs[index];

    urgency_set(l, caller->regs[3]);
    if (l->source != MODEL_SOURCE_IRQ + index) {
        model_irq_silence(index);
        unbind(v, l);
        l->source = MODEL_SOURCE_IRQ + index;
        irq->enabled = true;
    }
    irq->cell = caller->cell;
    irq->cap = cap;
    return THIMBLE_OK;
}

static u32 bind_timer(struct model_vcpu *v, struct model_virtual *l, u32 how)
{
    urgency_set(l, how);
    if (l->source != MODEL_SOURCE_TIMER) {
        unbind(v, l);
        l->source = MODEL_SOURCE_TIMER;
    }
    return THIMBLE_OK;
}

static u32 bind(const struct model_thread *caller, struct model_vcpu *v, u32 line)
{
    struct model_virtual *l = &v->lines[line];
    u32 cap;

    if (model.threads[v->thread].doing == DOING_STOPPED) {
        return THIMBLE_ERR_DEAD;
    }
    if (caller->regs[3] == THIMBLE_VCPU_UNBIND) {
        unbind(v, l);
        return THIMBLE_OK;
    }
    if (caller->regs[1] == THIMBLE_NO_SLOT) {
        return line == MODEL_VIRTUAL_TIMER ? bind_timer(v, l, caller->regs[3])
                                           : THIMBLE_ERR_RANGE;
    }
    u32 err =
        model_look_up(caller->cell, caller->regs[1], THIMBLE_CAP_IRQ, THIMBLE_RIGHT_HANDLE, &cap);
    if (err == THIMBLE_OK) {
        return bind_irq(caller, v, l, cap);
    }
    if (err == THIMBLE_ERR_TYPE) {
        err = model_look_up(caller->cell, caller->regs[1], THIMBLE_CAP_NOTIFICATION,
                            THIMBLE_RIGHT_WAIT, &cap);
    }
    return err == THIMBLE_OK ? bind_signal(v, l, model.caps[cap].object, caller->regs[3]) : err;
}

static u32 lower(const struct model_thread *t)
{
    if (t->vcpu == MODEL_NONE) {
        return THIMBLE_ERR_TYPE;
    }
    if (!any_pending(&model.vcpus[t->vcpu], true)) {
        priority_set(t->sc, model.scs[t->sc].low);
    }
    return THIMBLE_OK;
}

u32 model_vcpu_call(u32 thread, u32 number)
{
    struct model_thread *caller = &model.threads[thread];
    u32 cap;

    if (number == THIMBLE_VCPU_LOWER) {
        return lower(caller);
    }
    u32 err = model_look_up(caller->cell, caller->regs[0], THIMBLE_CAP_THREAD,
                            THIMBLE_RIGHT_CONTROL, &cap);
    if (err != THIMBLE_OK) {
        return err;
    }
    struct model_thread *t = &model.threads[model.caps[cap].object];
    if (t->vcpu == MODEL_NONE) {
        return THIMBLE_ERR_TYPE;
    }
    if (number == THIMBLE_VCPU_START) {
        return start(caller, t);
    }
    u32 line = caller->regs[number == THIMBLE_VCPU_INJECT ? 1 : 2];
    if (line >= MODEL_VIRTUAL_LINES) {
        return THIMBLE_ERR_RANGE;
    }
    if (number == THIMBLE_VCPU_INJECT) {
        return inject(&model.vcpus[t->vcpu], line, caller->regs);
    }
    err = bind(caller, &model.vcpus[t->vcpu], line);
    if (err == THIMBLE_OK && line == MODEL_VIRTUAL_TIMER) {
        const struct model_sc *sc = &model.scs[t->sc];
        if (model.loaded == t->vcpu) {
            model.loaded = MODEL_NONE;
        }
        if (sc->ready || t->doing == DOING_SLEEP) {
            model.scs[t->sc].wake = MODEL_NEVER;
        }
        model_timer_arm(t->vcpu);
    }
    return err;
}
