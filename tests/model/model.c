/* SPDX-License-Identifier: BSD-2-Clause */
/* Who runs, preemption points, and the table of hypercalls. See model.h. */
#include "model.h"

#include <string.h>

struct model model;
u32 model_ram[SIM_RAM_SIZE / 4U];
u64 model_touched[MODEL_PAGE_WORDS];

u32 *model_word(u32 pa)
{
    u32 page = (pa - MODEL_RAM_BASE) / 0x1000U;

    model_touched[page / 64U] |= (u64)1 << page % 64U;
    return &model_ram[(pa - MODEL_RAM_BASE) / 4U];
}

void model_reset(void)
{
    memset(&model, 0, sizeof(model));
    model.sc = MODEL_NONE;
    model.timer = MODEL_NEVER;
    model.rings = MODEL_NEVER;
    model.revoking = MODEL_NONE;
    model.thread_count = 1;
    for (u32 i = 0; i < CAP_MAX; i++) {
        model.caps[i].parent = MODEL_NONE;
    }
    model.loaded = MODEL_NONE;
    model.threads[MODEL_IDLE] =
        (struct model_thread){.cell = MODEL_NONE, .sc = MODEL_NONE, .vcpu = MODEL_NONE};
}

void model_start(void)
{
    for (u32 i = 0; i < model.sc_count; i++) {
        u32 thread = model.scs[i].thread;
        model.scs[i].wake = MODEL_NEVER;
        model.scs[i].base = model.scs[i].priority;
        if (model.threads[thread].vcpu == MODEL_NONE) {
            model_sc_wake(i);
        } else { /* off at first */
            model.threads[thread].doing = DOING_STOPPED;
            model.vcpus[model.threads[thread].vcpu].thread = thread;
        }
    }
    model_schedule();
}

/* ---- preemption points ---------------------------------------------------*/

struct model_progress model_progress(u32 thread)
{
    struct model_progress p = {
        .revoking = model.revoking,
        .restarting = model.threads[thread].restarting,
        .left = model.threads[thread].regs[2],
    };

    for (u32 i = 0; i < model.cap_count; i++) {
        p.caps += model.caps[i].type != THIMBLE_CAP_EMPTY;
        p.marked += model.caps[i].marked;
    }
    for (u32 i = 0; i < REGION_MAX; i++) {
        p.moving += (u32)model.regions[i].moving * (u32)model.regions[i].used;
        p.done += model.regions[i].done;
    }
    for (u32 i = 0; i < model.cell_count; i++) {
        p.restart += model.cells[i].restart;
    }
    return p;
}

static const struct model_point *point_next(bool hop)
{
    const struct model_point *p = &model.choices.points[model.points_used];

    return model.points_used < model.choices.point_count && p->hop == hop ? p : NULL;
}

/* Before a choice, and before a call of a chain is followed or tried again, an interrupt is
 * taken at once. */
static bool point_hop(void)
{
    const struct model_point *p = point_next(true);

    model.hops++;
    if (p != NULL && p->number == model.hops) {
        model_event(p->event, p->argument);
        model.points_used++;
    }
    return model_interrupt_pending();
}

/* Within a long hypercall it is taken where the core had come to. */
static bool point_within(u32 thread)
{
    const struct model_point *p = point_next(false);

    if (p == NULL || p->thread != thread) {
        return false;
    }
    struct model_progress progress = model_progress(thread);
    if (memcmp(&p->progress, &progress, sizeof(progress)) != 0) {
        return false;
    }
    model_event(p->event, p->argument);
    model.points_used++;
    if (p->preempted != model_interrupt_pending()) {
        model.wrong = "an interrupt waits at a preemption point on one side only";
    }
    return p->preempted;
}

/* ---- who runs ------------------------------------------------------------*/

/* Follows the chain of calls from a context's owner to the thread that can run
 * for it. A call that waits for a busy server is tried again on the way; while
 * the server is busy, the context helps it. MODEL_NONE: choose anew. */
static u32 chain_end(u32 owner)
{
    u32 t = owner;

    for (;;) {
        struct model_thread *th = &model.threads[t];
        bool tries = th->doing == DOING_TRY_CALL || th->doing == DOING_TRY_FAULT ||
                     th->doing == DOING_FAIL;
        if (!tries && th->doing != DOING_CALL && th->doing != DOING_FAULT) {
            return t;
        }
        if (point_hop()) {
            model_interrupt_take();
            return MODEL_NONE;
        }
        if (tries) {
            bool alive = th->doing == DOING_TRY_CALL ? model_try_call(t) : model_try_fault(t);
            if (!alive) {
                return MODEL_NONE;
            }
            model.helping |= th->doing == DOING_TRY_CALL || th->doing == DOING_TRY_FAULT;
        }
        t = th->on;
    }
}

static void choose(void)
{
    u32 next;
    u32 before = model.matters;

    do {
        next = MODEL_NONE;
        model_charge();
        model.sc = model.readies != 0 ? model.ready[0] : MODEL_NONE;
        const struct model_sc *sc = model.sc != MODEL_NONE ? &model.scs[model.sc] : NULL;
        bool vcpu = sc != NULL && model.threads[sc->thread].vcpu != MODEL_NONE;
        model.mask = sc == NULL ? 0 : vcpu ? sc->low : sc->priority;
        model.matters = sc != NULL ? sc->priority + 1U : 0;
        model_timer_plan();
        if (point_hop()) {
            model_interrupt_take();
            continue;
        }
        model.helping = false;
        model.rose = model.matters > before;
        before = model.matters;
        if (model_expire()) {
            if (model_expiry_way() == EXPIRY_RUNS) {
                model_expire_straight();
                return;
            }
            continue;
        }
        next = model.sc != MODEL_NONE ? chain_end(model.scs[model.sc].thread) : MODEL_IDLE;
    } while (next == MODEL_NONE);
    model.choose = false;
    model.current = next;
    model_timer_program();
}

/* Runs a hypercall that manages objects, for the current thread, to its end or to
 * where it is preempted. */
static void run_management(u32 number)
{
    u32 self = model.current;

    /* Asked before the first unit too: not every step of the core is a unit. */
    while (!point_within(self)) {
        u32 status = model_management(number);
        if (status != MODEL_MORE) {
            model.threads[self].restarting = false;
            model.threads[self].regs[0] = status;
            return;
        }
    }
    model.threads[self].doing = DOING_RESUME;
    model.threads[self].on = number;
    model.choose = true;
    model_interrupt_take();
}

void model_schedule(void)
{
    do {
        choose();
        struct model_thread *t = &model.threads[model.current];
        if (t->doing == DOING_RESUME) {
            t->doing = DOING_RUN;
            run_management(t->on);
        }
    } while (model.choose);
}

/* ---- entries -------------------------------------------------------------*/

u32 model_management(u32 number)
{
    u32 self = model.current;

    switch (number) {
    case THIMBLE_CAP_COPY:
        return model_cap_copy(self);
    case THIMBLE_CAP_MOVE:
        return model_cap_move(self);
    case THIMBLE_CAP_REVOKE:
        return model_cap_revoke(self);
    case THIMBLE_CAP_DELETE:
        return model_cap_delete(self);
    case THIMBLE_REGION_DERIVE:
        return model.fixed ? THIMBLE_ERR_HYPERCALL : model_region_derive(self);
    case THIMBLE_REGION_MAP:
        return model.fixed ? THIMBLE_ERR_HYPERCALL : model_region_map(self);
    case THIMBLE_REGION_UNMAP:
        return model.fixed ? THIMBLE_ERR_HYPERCALL : model_region_unmap(self);
    case THIMBLE_WINDOW:
        return model_window(self);
    case THIMBLE_THREAD_STOP:
        return model_thread_stop_call(self);
    case THIMBLE_CELL_RESTART:
        return model_cell_restart(self);
    case THIMBLE_CACHE_MAINTAIN:
        return model_cache_maintain(self);
    case THIMBLE_VCPU_START:
    case THIMBLE_VCPU_INJECT:
    case THIMBLE_VCPU_BIND:
    case THIMBLE_VCPU_LOWER:
        return model_vcpu_call(self, number);
    default:
        return THIMBLE_ERR_HYPERCALL;
    }
}

/* What a guest asks for, and is not offered: the status. */
static u32 guest_refused(const struct model_thread *t, u32 number)
{
    switch (number) {
    case THIMBLE_SIGNAL:
    case THIMBLE_POLL:
        return t->regs[0] == t->health ? THIMBLE_ERR_SLOT : THIMBLE_OK;
    case THIMBLE_YIELD:
    case THIMBLE_VERSION:
    case THIMBLE_VCPU_LOWER:
        return THIMBLE_OK;
    default:
        return THIMBLE_ERR_HYPERCALL;
    }
}

void model_hypercall(u32 number)
{
    struct model_thread *t = &model.threads[model.current];
    u32 refused = t->vcpu != MODEL_NONE ? guest_refused(t, number) : THIMBLE_OK;

    if (refused != THIMBLE_OK) {
        t->regs[0] = refused;
        return;
    }
    switch (number) {
    case THIMBLE_CALL:
        model_call();
        break;
    case THIMBLE_REPLY_RECV:
        model_reply_recv();
        break;
    case THIMBLE_RECV:
        model_recv();
        break;
    case THIMBLE_SIGNAL:
    case THIMBLE_WAIT:
    case THIMBLE_POLL:
    case THIMBLE_IRQ_BIND:
    case THIMBLE_IRQ_ACK:
    case THIMBLE_YIELD:
    case THIMBLE_VERSION:
        t->regs[0] = model_simple(number);
        break;
    default:
        run_management(number);
        break;
    }
    if (model.choose) {
        model_schedule();
    }
}

void model_fault(u32 kind, u32 address, u32 access, u32 pc)
{
    struct model_thread *t = &model.threads[model.current];

    t->fault_kind = kind;
    t->fault_address = address;
    t->fault_access = access;
    t->fault_pc = pc;
    if (model_try_fault(model.current) && t->doing == DOING_FAULT) {
        model.current = t->on;
    } else {
        model_schedule();
    }
}

void model_interrupts(void)
{
    while (model_interrupt_pending()) {
        model_interrupt_take();
        if (model.choose) {
            model_schedule();
        }
        model_leave();
    }
}
