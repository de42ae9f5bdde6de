/* SPDX-License-Identifier: BSD-2-Clause */
/* Notifications, threads, cells, interrupt lines. See model.h. */
#include "model.h"

#include <string.h>

/* ---- notifications -------------------------------------------------------*/

/* The waiter gets the bits, and they are cleared. */
void model_wait_end(u32 thread, u32 status)
{
    struct model_thread *t = &model.threads[thread];
    struct model_notification *n = &model.notifications[t->on];

    t->regs[0] = status;
    t->regs[1] = n->bits;
    t->junk &= ~3U;
    t->doing = DOING_RUN;
    n->bits = 0;
    n->waiter = MODEL_NONE;
    model_sc_wake(t->sc);
}

void model_signal(u32 notification, u32 bits)
{
    struct model_notification *n = &model.notifications[notification];
    u32 vcpu;
    struct model_virtual *l = model_virtual_of(MODEL_SOURCE_SIGNAL + notification, &vcpu);

    n->bits |= bits;
    if (n->bits != 0 && n->waiter != MODEL_NONE) {
        model_wait_end(n->waiter, THIMBLE_OK);
    } else if (l != NULL) {
        model_raise(vcpu, l);
    }
}

/* As bindings do: by a slot of a cell's table, looked up at each event. */
bool model_signal_slot(u32 cell, u32 slot)
{
    u32 cap;

    if (model_look_up(cell, slot, THIMBLE_CAP_NOTIFICATION, THIMBLE_RIGHT_SIGNAL, &cap) !=
        THIMBLE_OK) {
        return false;
    }
    model_signal(model.caps[cap].object, model.caps[cap].badge);
    return true;
}

static u32 signal_call(struct model_thread *t)
{
    u32 cap;
    u32 err =
        model_look_up(t->cell, t->regs[0], THIMBLE_CAP_NOTIFICATION, THIMBLE_RIGHT_SIGNAL, &cap);

    if (err == THIMBLE_OK) {
        model_signal(model.caps[cap].object, model.caps[cap].badge);
    }
    return err;
}

static u32 poll_call(struct model_thread *t)
{
    u32 cap;
    u32 err =
        model_look_up(t->cell, t->regs[0], THIMBLE_CAP_NOTIFICATION, THIMBLE_RIGHT_WAIT, &cap);

    if (err == THIMBLE_OK) {
        struct model_notification *n = &model.notifications[model.caps[cap].object];
        t->regs[1] = n->bits;
        n->bits = 0;
    }
    return err;
}

static u32 wait_call(struct model_thread *t)
{
    u64 deadline = (u64)t->regs[2] << 32 | t->regs[1];
    u32 cap;

    if (t->sc == MODEL_NONE) {
        return THIMBLE_ERR_PASSIVE;
    }
    u32 err =
        model_look_up(t->cell, t->regs[0], THIMBLE_CAP_NOTIFICATION, THIMBLE_RIGHT_WAIT, &cap);
    if (err != THIMBLE_OK) {
        return err;
    }
    struct model_notification *n = &model.notifications[model.caps[cap].object];
    if (n->waiter != MODEL_NONE) {
        return THIMBLE_ERR_BUSY;
    }
    if (n->bits != 0) {
        t->regs[1] = n->bits;
        n->bits = 0;
        return THIMBLE_OK;
    }
    if (deadline <= model.now) {
        t->regs[1] = 0;
        return THIMBLE_ERR_TIMEOUT;
    }
    n->waiter = model.current;
    t->doing = DOING_WAIT;
    t->on = model.caps[cap].object;
    model_sc_block(t->sc);
    model.scs[t->sc].wake = deadline;
    model.scs[t->sc].wake_priority = model.scs[t->sc].priority;
    return THIMBLE_OK;
}

/* ---- threads and cells ---------------------------------------------------*/

/* Nobody answers this caller any more. A fault is sent again, and finds out by
 * itself that its handler is gone. */
static void caller_release(u32 client)
{
    struct model_thread *c = &model.threads[client];

    if (c->doing == DOING_FAULT) {
        c->doing = DOING_TRY_FAULT;
        return;
    }
    c->doing = DOING_RUN;
    c->regs[0] = THIMBLE_ERR_DEAD;
    c->junk = 0xfeU;
}

void model_thread_stop(u32 thread)
{
    struct model_thread *t = &model.threads[thread];

    if (t->doing == DOING_CALL || t->doing == DOING_FAULT) {
        model.threads[t->on].caller = MODEL_IDLE; /* its reply will be dropped */
    }
    if (t->doing == DOING_WAIT) {
        model.notifications[t->on].waiter = MODEL_NONE;
    }
    if (t->vcpu != MODEL_NONE) {
        model_vcpu_stop(t->vcpu);
    }
    if (t->sc != MODEL_NONE) {
        model_sc_block(t->sc);
    }
    if (t->caller != MODEL_IDLE) {
        caller_release(t->caller);
        t->caller = MODEL_IDLE;
    }
    t->restarting = false;
    t->doing = DOING_STOPPED;
    model.choose = true;
}

static void thread_reset(u32 thread)
{
    struct model_thread *t = &model.threads[thread];

    if (t->vcpu != MODEL_NONE && t->doing != DOING_STOPPED) {
        return; /* started since it was stopped */
    }
    memset(t->regs, 0, sizeof(t->regs));
    t->regs[0] = t->argument;
    t->junk = 0;
    t->window = THIMBLE_NO_SLOT;
    t->fault_kind = 0;
    if (t->vcpu != MODEL_NONE) {
        return; /* off */
    }
    if (t->sc != MODEL_NONE) {
        t->doing = DOING_RUN;
        model_sc_wake(t->sc);
    } else {
        t->doing = DOING_RECEIVE;
    }
}

u32 model_thread_stop_call(u32 thread)
{
    const struct model_thread *t = &model.threads[thread];
    u32 cap;
    u32 err =
        model_look_up(t->cell, t->regs[0], THIMBLE_CAP_THREAD, THIMBLE_RIGHT_CONTROL, &cap);

    if (err == THIMBLE_OK) {
        model_thread_stop(model.caps[cap].object);
    }
    return err;
}

/* A storm makes the line pending again, whether anybody listens or not. */
static void line_deactivate(struct model_irq *irq)
{
    irq->active = false;
    if (irq == &model.irqs[model.storm_irq] && model.storm_left != 0) {
        model.storm_left--;
        irq->latch = true;
    }
}

void model_irq_deactivate(u32 index)
{
    line_deactivate(&model.irqs[index]);
}

/* Whatever the line was doing, it stays quiet, and nobody's. */
void model_irq_silence(u32 index)
{
    struct model_irq *irq = &model.irqs[index];
    u32 vcpu;
    struct model_virtual *l = model_virtual_of(MODEL_SOURCE_IRQ + index, &vcpu);

    if (l != NULL) {
        irq->latch |= l->pending && irq->edge; /* the guest has not taken it */
        model_virtual_release(l);
    }
    irq->enabled = false;
    if (irq->active) {
        line_deactivate(irq);
    }
    irq->cell = MODEL_NONE;
    irq->slot = THIMBLE_NO_SLOT;
    irq->cap = MODEL_NONE;
}

/* All threads stop before the lines are silenced, and these before the first
 * thread starts again: passive ones, then active ones. */
static void restart_unit(u32 cell, u32 unit)
{
    u32 threads = model.thread_count;

    if (unit < threads) {
        if (model.threads[unit].cell == cell && model.threads[unit].doing != DOING_STOPPED) {
            model_thread_stop(unit);
        }
        return;
    }
    if (unit < threads + model.irq_count) {
        if (model.irqs[unit - threads].cell == cell) {
            model_irq_silence(unit - threads);
        }
        return;
    }
    u32 reset = (unit - threads - model.irq_count) % threads;
    bool passive = unit < 2U * threads + model.irq_count;
    if (model.threads[reset].cell == cell && (model.threads[reset].sc == MODEL_NONE) == passive) {
        thread_reset(reset);
    }
}

/* A new call begins anew, whatever others have begun. One that goes on after a
 * preemption carries on whatever restart is under way then; if there is none, one
 * that began after it has been brought to its end. */
u32 model_cell_restart(u32 thread)
{
    struct model_thread *t = &model.threads[thread];
    u32 cap;
    u32 err = model_look_up(t->cell, t->regs[0], THIMBLE_CAP_CELL, THIMBLE_RIGHT_CONTROL, &cap);

    if (err != THIMBLE_OK) {
        return err;
    }
    u32 index = model.caps[cap].object;
    if (index == t->cell) {
        return THIMBLE_ERR_SELF;
    }
    struct model_cell *cell = &model.cells[index];
    if (t->restarting && cell->restart == 0) {
        return THIMBLE_OK;
    }
    cell->restart = t->restarting ? cell->restart : 0;
    t->restarting = true;
    restart_unit(index, cell->restart);
    cell->restart++;
    if (cell->restart < 3U * model.thread_count + model.irq_count) {
        return MODEL_MORE;
    }
    cell->restart = 0;
    return THIMBLE_OK;
}

/* ---- interrupt lines -----------------------------------------------------*/

static bool line_pending(const struct model_irq *irq)
{
    return (irq->latch || (irq->seen && !irq->edge)) && irq->enabled && !irq->active;
}

/* Of whoever handles it. */
static u32 line_priority(u32 index)
{
    u32 vcpu;
    const struct model_virtual *l = model_virtual_of(MODEL_SOURCE_IRQ + index, &vcpu);

    return l != NULL ? model_virtual_priority(vcpu, l) : model.irqs[index].handler;
}

static bool line_comes(u32 index)
{
    return line_pending(&model.irqs[index]) && line_priority(index) >= model.mask;
}

static bool timer_pending(void)
{
    return model.rings <= model.now;
}

bool model_interrupt_pending(void)
{
    bool pending = model.spurious || timer_pending() || model_virtual_timer_pending();

    for (u32 i = 0; i < model.irq_count; i++) {
        pending |= line_comes(i);
    }
    return pending;
}

/* Bound: the notification gets the badge, and the line waits for its ack. A line
 * that cannot tell anybody is silenced and unbound. */
void model_irq_fire(u32 index)
{
    struct model_irq *irq = &model.irqs[index];
    u32 vcpu;
    struct model_virtual *l = model_virtual_of(MODEL_SOURCE_IRQ + index, &vcpu);

    irq->latch = false;
    irq->active = true;
    if (l != NULL) {
        model_raise(vcpu, l);
    } else if (irq->cell == MODEL_NONE || !model_signal_slot(irq->cell, irq->slot)) {
        model_irq_silence(index);
    }
}

/* The timer; then the most urgent, by number of the line if there are several. */
void model_interrupt_take(void)
{
    u32 best = MODEL_NONE;

    if (model.spurious) {
        model.spurious = false;
        return;
    }
    if (timer_pending()) {
        bool choosing = model.choose;
        model_charge();
        model.planned = MODEL_NEVER;
        bool straight = model_expire() && model_expiry_way() == EXPIRY_RUNS;
        model_timer_set();
        model.choose = true;
        if (straight && choosing) {
            model.wrong = "a deadline goes straight within a choice that is interrupted";
        } else if (straight) {
            model_expire_straight();
        }
        return;
    }
    for (u32 i = 0; i < model.irq_count; i++) {
        if (line_comes(i) && (best == MODEL_NONE || line_priority(i) > line_priority(best) ||
                              (line_priority(i) == line_priority(best) &&
                               model.irqs[i].line < model.irqs[best].line))) {
            best = i;
        }
    }
    if (model_virtual_timer_pending() &&
        (best == MODEL_NONE || model_virtual_timer_priority() >= line_priority(best))) {
        model_virtual_timer_fire();
    } else {
        model_irq_fire(best);
    }
}

static u32 irq_bind(struct model_thread *t)
{
    u32 cap;
    u32 target;
    u32 err = model_look_up(t->cell, t->regs[0], THIMBLE_CAP_IRQ, THIMBLE_RIGHT_HANDLE, &cap);

    if (err != THIMBLE_OK) {
        return err;
    }
    struct model_irq *irq = &model.irqs[model.caps[cap].object];
    if (t->regs[1] == THIMBLE_NO_SLOT) {
        model_irq_silence(model.caps[cap].object);
        return THIMBLE_OK;
    }
    err = model_look_up(t->cell, t->regs[1], THIMBLE_CAP_NOTIFICATION, THIMBLE_RIGHT_SIGNAL,
                        &target);
    if (err == THIMBLE_OK) {
        u32 vcpu;
        if (model_virtual_of(MODEL_SOURCE_IRQ + model.caps[cap].object, &vcpu) != NULL) {
            model_irq_silence(model.caps[cap].object);
        }
        irq->cell = t->cell;
        irq->slot = t->regs[1];
        irq->cap = cap;
        irq->enabled = true;
    }
    return err;
}

static u32 irq_ack(struct model_thread *t)
{
    u32 cap;
    u32 err = model_look_up(t->cell, t->regs[0], THIMBLE_CAP_IRQ, THIMBLE_RIGHT_HANDLE, &cap);

    if (err != THIMBLE_OK) {
        return err;
    }
    struct model_irq *irq = &model.irqs[model.caps[cap].object];
    u32 source = MODEL_SOURCE_IRQ + model.caps[cap].object;
    u32 vcpu;
    if (!irq->active || model_virtual_of(source, &vcpu) != NULL) {
        return THIMBLE_ERR_IDLE;
    }
    line_deactivate(irq);
    return THIMBLE_OK;
}

/* ---- what happens outside ------------------------------------------------*/

static void wire_set(struct model_irq *irq, bool level)
{
    if (irq->wire == level) {
        return;
    }
    irq->wire = level;
    irq->seen = level && !irq->lose;
    irq->latch |= irq->seen && irq->edge;
    irq->lose = irq->lose && !level;
}

void model_event(enum model_event event, u32 argument)
{
    switch (event) {
    case EVENT_RISE:
    case EVENT_FALL:
        wire_set(&model.irqs[argument], event == EVENT_RISE);
        break;
    case EVENT_TIME:
        model.now += argument;
        break;
    case EVENT_SPURIOUS:
        model.spurious = true;
        break;
    case EVENT_STORM:
        model.storm_irq = argument % MODEL_STORM;
        model.storm_left = argument / MODEL_STORM;
        if (model.storm_left != 0) {
            model.storm_left--;
            model.irqs[model.storm_irq].latch = true;
        }
        break;
    case EVENT_LOSE:
        model.irqs[argument].lose = true;
        break;
    case EVENT_LATE:
        model.late = argument;
        break;
    default:
        break;
    }
}

/* ---- the hypercalls that are done at once --------------------------------*/

u32 model_simple(u32 number)
{
    struct model_thread *t = &model.threads[model.current];

    switch (number) {
    case THIMBLE_SIGNAL:
        return signal_call(t);
    case THIMBLE_WAIT:
        return wait_call(t);
    case THIMBLE_POLL:
        return poll_call(t);
    case THIMBLE_IRQ_BIND:
        return irq_bind(t);
    case THIMBLE_IRQ_ACK:
        return irq_ack(t);
    case THIMBLE_YIELD:
        model_sc_rotate(model.sc);
        return THIMBLE_OK;
    default:
        t->regs[1] = THIMBLE_ABI_VERSION;
        return THIMBLE_OK;
    }
}
