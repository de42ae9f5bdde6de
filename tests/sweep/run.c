/* SPDX-License-Identifier: BSD-2-Clause */
/* A run of a scenario, with at most one fault in it: see sweep.h. */
#include <string.h>

#include "compare.h"
#include "explore.h"
#include "guest.h"
#include "kernel.h"
#include "sweep.h"

#define DEVICE 1U
#define HEAL_AFTER 7U /* ticks, until the manager restarts what has stopped */

enum manager_phase {
    MANAGER_BIND,
    MANAGER_WAIT,
    MANAGER_LOWER,
    MANAGER_ACT,
    MANAGER_PAUSE,
    MANAGER_HEAL, /* cell `healing` is next; all of them twice */
    MANAGER_ACK
};

/* Where a thread is in its program. */
struct act {
    const struct program *program;
    const struct op *last; /* made, and its result not looked at */
    u32 pc;
    u32 rounds;
    u32 label;
    u32 taken;   /* a guest's interrupt */
    bool begun;
    bool failed; /* an op of this round */
    bool done;
};

static struct {
    const struct scenario *scenario;
    const struct run_options *options;
    struct run *run;
    struct act acts[THREAD_MAX];
    enum manager_phase phase;
    u32 healing;
    u32 next; /* fault that the manager is to see to */
    const struct fault *acting;
    u32 late; /* step at which the device's late interrupt comes; 0: none */
    const char *wrong;
} r;

/* ---- results --------------------------------------------------------------------*/

static void slots_count(void)
{
    for (u32 c = 0; c < model.cell_count; c++) {
        for (u32 slot = 0; slot < model.cells[c].slots; slot++) {
            bool used = model.caps[model.cells[c].first + slot].type != THIMBLE_CAP_EMPTY;
            if (used && slot >= r.run->slots[c]) {
                r.run->slots[c] = slot + 1U;
            }
        }
        u32 tables = kernel.cells[c].tables;
        u32 regions = kernel.cells[c].regions;
        r.run->tables[c] = tables > r.run->tables[c] ? tables : r.run->tables[c];
        r.run->regions[c] = regions > r.run->regions[c] ? regions : r.run->regions[c];
    }
}

/* Makes a step on both sides. */
static void make(struct step *step)
{
    if (r.wrong != NULL) {
        return;
    }
    r.wrong = step_run(step, true);
    if (r.options->out != NULL) {
        fprintf(r.options->out, "%6u ", r.run->steps);
        step_print(r.options->out, step);
    }
    slots_count();
}

static void event(enum model_event number, u32 value)
{
    struct step step = {.kind = STEP_EVENT, .number = number, .value = value};

    if (number == EVENT_RISE && model.irqs[value].wire) {
        event(EVENT_FALL, value);
    }
    make(&step);
}

/* ---- faults ----------------------------------------------------------------------*/

/* What the fault is to the machine. */
static enum model_event fault_event(const struct fault *f, u32 *value)
{
    *value = DEVICE;
    switch (f->kind) {
    case FAULT_STOP:
    case FAULT_RESTART:
    case FAULT_REVOKE:
        *value = 0;
        return EVENT_RISE;
    case FAULT_BUDGET:
        *value = model.sc != MODEL_NONE ? model.scs[model.sc].remaining : 1U;
        return EVENT_TIME;
    case FAULT_LOSE:
        return EVENT_LOSE;
    case FAULT_TWICE:
        return EVENT_RISE;
    case FAULT_STORM:
        *value = DEVICE + 3U * MODEL_STORM;
        return EVENT_STORM;
    case FAULT_SPURIOUS:
        *value = f->object;
        return EVENT_SPURIOUS;
    default:
        return EVENT_NONE;
    }
}

static bool happens(const struct fault *f, bool boundary)
{
    return f->kind != FAULT_NONE && f->kind != FAULT_LATE && f->step == r.run->steps &&
           (f->point == POINT_BOUNDARY) == boundary;
}

static void faults_boundary(void)
{
    for (u32 i = 0; i < FAULTS_MAX; i++) {
        const struct fault *f = &r.options->faults[i];
        u32 value;
        if (!happens(f, true)) {
            continue;
        }
        enum model_event number = fault_event(f, &value);
        event(f->kind == FAULT_TWICE ? EVENT_RISE : number, value);
    }
}

static void faults_inside(struct step *step)
{
    for (u32 i = 0; i < FAULTS_MAX; i++) {
        const struct fault *f = &r.options->faults[i];
        u32 value;
        if (happens(f, false)) {
            enum model_event number = fault_event(f, &value);
            bool high = number == EVENT_RISE && model.irqs[value].wire;
            number = high ? EVENT_FALL : number;
            step->plan = (struct hooks_plan){f->point == POINT_HOP, f->number, number, value};
        }
    }
}

/* ---- the manager -------------------------------------------------------------------*/

static void hypercall_step(struct step *step, u32 number, u32 r0, u32 r1)
{
    *step = (struct step){.kind = STEP_HYPERCALL, .number = number, .regs = {r0, r1}};
}

static void wait_step(struct step *step, u32 slot, u32 ticks)
{
    u64 deadline = ticks != 0 ? model.now + ticks : THIMBLE_NEVER;

    hypercall_step(step, THIMBLE_WAIT, slot, (u32)deadline);
    step->regs[2] = (u32)(deadline >> 32);
}

static bool by_manager(const struct fault *f)
{
    return f->kind == FAULT_STOP || f->kind == FAULT_RESTART || f->kind == FAULT_REVOKE;
}

static void manager_act(struct step *step)
{
    while (r.next + 1U < FAULTS_MAX && !by_manager(&r.options->faults[r.next])) {
        r.next++;
    }
    const struct fault *f = r.acting = &r.options->faults[r.next];
    r.next += r.next + 1U < FAULTS_MAX;
    r.healing = 0;
    r.run->acted++;
    if (f->kind == FAULT_STOP) {
        hypercall_step(step, THIMBLE_THREAD_STOP, MANAGER_THREAD(f->object), 0);
    } else if (f->kind == FAULT_RESTART) {
        hypercall_step(step, THIMBLE_CELL_RESTART, MANAGER_CELL(f->object), 0);
    } else {
        u32 slot = lent[f->object] - model.cells[0].first;
        hypercall_step(step, THIMBLE_CAP_REVOKE, slot, 0);
    }
}

/* As a watchdog does: who has stopped is restarted, and so is the victim. */
static bool to_heal(u32 cell)
{
    const struct fault *f = r.acting;

    for (u32 t = MANAGER + 1U; t < model.thread_count; t++) {
        if (model.threads[t].cell == cell && model.threads[t].vcpu == MODEL_NONE &&
            model.threads[t].doing == DOING_STOPPED) {
            return true;
        }
    }
    return f->kind == FAULT_STOP && r.healing < model.cell_count &&
           model.threads[f->object].cell == cell;
}

static void manager_heal(struct step *step)
{
    u32 cells = model.cell_count;

    do {
        r.healing++;
    } while (r.healing % cells != 0 && !to_heal(r.healing % cells));
    if (r.healing % cells != 0) {
        hypercall_step(step, THIMBLE_CELL_RESTART, MANAGER_CELL(r.healing % cells), 0);
        return;
    }
    wait_step(step, MANAGER_SLEEP, HEAL_AFTER);
    r.phase = r.healing < 3U * cells ? MANAGER_HEAL : MANAGER_ACK;
}

static void manager_step(struct step *step)
{
    switch (r.phase) {
    case MANAGER_BIND:
        hypercall_step(step, THIMBLE_IRQ_BIND, MANAGER_IRQ, MANAGER_BELL);
        r.phase = MANAGER_WAIT;
        break;
    case MANAGER_WAIT:
        wait_step(step, MANAGER_BELL, 0);
        r.phase = MANAGER_LOWER;
        break;
    case MANAGER_LOWER:
        *step = (struct step){.kind = STEP_EVENT, .number = EVENT_FALL};
        r.phase = MANAGER_ACT;
        break;
    case MANAGER_ACT:
        manager_act(step);
        r.phase = r.options->unhealed ? MANAGER_ACK : MANAGER_PAUSE;
        break;
    case MANAGER_PAUSE:
        wait_step(step, MANAGER_SLEEP, HEAL_AFTER);
        r.phase = MANAGER_HEAL;
        break;
    case MANAGER_HEAL:
        manager_heal(step);
        break;
    default:
        hypercall_step(step, THIMBLE_IRQ_ACK, MANAGER_IRQ, 0);
        r.phase = MANAGER_WAIT;
        break;
    }
}

/* ---- programs ------------------------------------------------------------------------*/

static bool guest(u32 thread)
{
    return model.threads[thread].vcpu != MODEL_NONE;
}

static bool passive(u32 thread)
{
    return model.threads[thread].sc == MODEL_NONE;
}

/* All active programs but guests' have come to their end. */
static bool all_done(void)
{
    for (u32 t = MANAGER + 1U; t < model.thread_count; t++) {
        bool program = !passive(t) && !guest(t) && !r.acts[t].program->forever;
        if (program && !r.acts[t].done) {
            return false;
        }
    }
    return true;
}

/* What has become of the last step. */
static void result_look(struct act *a)
{
    const u32 *regs = kernel.cpu[0].regs;
    const struct op *op = a->last;

    a->last = NULL;
    if (op == NULL || op->kind != STEP_HYPERCALL || (op->flags & OP_ANY) != 0) {
        return;
    }
    bool bad = regs[0] != THIMBLE_OK ||
               (op->number == THIMBLE_CALL && (regs[1] & THIMBLE_TAG_LABEL) != 0);
    a->failed |= bad;
    r.run->failures += bad;
}

static void op_step(struct step *step, const struct op *op)
{
    *step = (struct step){.kind = (enum step_kind)op->kind, .number = op->number};
    memcpy(step->regs, op->regs, sizeof(step->regs));
    if ((op->flags & OP_AFTER) != 0) {
        u64 deadline = model.now + op->regs[1];
        step->regs[1] = (u32)deadline;
        step->regs[2] = (u32)(deadline >> 32);
    }
    if (op->kind != STEP_HYPERCALL) {
        memset(step->regs, 0, sizeof(step->regs));
        step->address = op->regs[0];
        step->value = op->kind == STEP_EVENT ? op->regs[0] : op->regs[1];
        step->size = 4;
    }
    if (op->kind == STEP_GUEST && op->number == GUEST_TIMER) {
        step->address = (u32)model.now + op->regs[0];
    }
}

/* The next of the message that is being answered. */
static const struct op *op_of_label(struct act *a)
{
    while (a->pc < a->program->count) {
        const struct op *op = &a->program->ops[a->pc++];
        if (op->label == a->label) {
            return op;
        }
    }
    return NULL;
}

static void message_look(struct act *a)
{
    u32 label = kernel.cpu[0].regs[1] & THIMBLE_TAG_LABEL;

    a->label = label == THIMBLE_LABEL_FAULT || label == THIMBLE_LABEL_EXIT ? FAULT_OPS : label;
    a->taken = label; /* as it came */
    a->pc = 0;
    a->failed = false;
    a->begun = true;
    a->last = NULL;
}

static void passive_step(struct act *a, struct step *step)
{
    if (!a->begun) {
        message_look(a);
    } else {
        result_look(a);
    }
    const struct op *op = op_of_label(a);
    if (op != NULL && !a->failed) {
        op_step(step, op);
        a->last = op;
        a->begun = op->number != THIMBLE_REPLY_RECV || op->kind != STEP_HYPERCALL;
        return;
    }
    hypercall_step(step, THIMBLE_REPLY_RECV, 0, THIMBLE_TAG(a->failed ? 1U : 0, 1));
    if (r.options->unanswered) {
        hypercall_step(step, THIMBLE_YIELD, 0, 0);
        return;
    }
    step->regs[2] = a->failed                             ? THIMBLE_FAULT_STOP
                    : a->taken == THIMBLE_LABEL_EXIT ? THIMBLE_FAULT_SKIP
                                                          : THIMBLE_FAULT_RETRY;
    a->begun = false;
}

static void active_step(struct act *a, struct step *step)
{
    static const struct op pause = {
        STEP_HYPERCALL, THIMBLE_WAIT, OP_ANY | OP_AFTER, 0, {SLEEP_SLOT, PAUSE}};

    bool deaf = a->program->forever && a->last != NULL && a->last->number == THIMBLE_WAIT &&
                kernel.cpu[0].regs[0] != THIMBLE_OK;
    result_look(a);
    if (deaf) {
        a->done = true;
        wait_step(step, SLEEP_SLOT, 0);
        return;
    }
    if (a->pc < a->program->count) {
        a->last = &a->program->ops[a->pc++];
        op_step(step, a->last);
        return;
    }
    if (a->program->forever || (a->failed && a->rounds < ROUNDS)) {
        a->rounds++;
        a->pc = 0;
        a->failed = false;
        a->last = a->program->forever ? &a->program->ops[a->pc++] : &pause;
        op_step(step, a->last);
        return;
    }
    a->done = true;
    wait_step(step, SLEEP_SLOT, 0);
}

/* When all others are done, it sleeps, but for interrupts that wait. */
static void guest_step(struct act *a, struct step *step)
{
    static const struct op take = {STEP_GUEST, GUEST_TAKE, 0, 0, {0}};
    static const struct op sleep = {STEP_GUEST, GUEST_SLEEP, 0, 0, {0}};
    static const struct op end = {STEP_GUEST, GUEST_END, 0, 0, {0}};
    static const struct op off = {STEP_GUEST, GUEST_TIMER, 0, 0, {0, 0}};

    if (a->taken < MODEL_VIRTUAL_LINES) {
        op_step(step, &end);
        step->value = a->taken;
        a->taken = MODEL_VIRTUAL_LINES;
        return;
    }
    if (all_done()) {
        a->last = !a->begun ? &off : a->last == &take ? &sleep : &take;
        a->begun = true;
        op_step(step, a->last);
        return;
    }
    a->begun = false;
    do {
        a->pc %= a->program->count;
        a->last = &a->program->ops[a->pc++];
    } while (a->last->number == GUEST_END && a->last->kind == STEP_GUEST);
    op_step(step, a->last);
}

static void again_look(u32 thread)
{
    struct act *a = &r.acts[thread];

    if (!sim_guests[thread].fresh) {
        return;
    }
    sim_guests[thread].fresh = false;
    u32 rounds = a->rounds;
    *a = (struct act){
        .program = a->program, .rounds = rounds, .taken = MODEL_VIRTUAL_LINES};
    r.run->restarts++;
}

static void thread_step(struct step *step)
{
    u32 thread = model.current;
    struct act *a = &r.acts[thread];

    again_look(thread);
    if (thread == MANAGER) {
        manager_step(step);
    } else if (a->program == NULL) {
        r.wrong = "a thread without a program runs";
    } else if (passive(thread)) {
        passive_step(a, step);
    } else if (guest(thread)) {
        guest_step(a, step);
    } else {
        active_step(a, step);
    }
}

/* ---- steps ------------------------------------------------------------------------------*/

/* The device's own interrupts may come late. */
static bool poke_late(const struct step *step)
{
    if (step->kind != STEP_EVENT || step->number != EVENT_RISE || step->value != DEVICE) {
        return false;
    }
    r.run->pokes++;
    for (u32 i = 0; i < FAULTS_MAX; i++) {
        const struct fault *f = &r.options->faults[i];
        if (f->kind == FAULT_LATE && f->step == r.run->pokes) {
            r.late = r.run->steps + f->object;
            return true;
        }
    }
    return false;
}

/* Of the running thread. An access that faults is made again when its handler says so. */
static void program_step(void)
{
    struct step step = {.kind = STEP_HYPERCALL};
    u32 thread = model.current;
    u32 pa;
    u32 memory;

    thread_step(&step);
    if (r.wrong != NULL || poke_late(&step)) {
        return;
    }
    if (step.kind == STEP_EVENT) {
        event((enum model_event)step.number, step.value);
        return;
    }
    if (step.kind == STEP_ACCESS && !model_translate(step.address, step.number, &pa, &memory)) {
        r.acts[thread].pc--;
    }
    faults_inside(&step);
    make(&step);
    r.run->points[r.run->steps][POINT_INSIDE] = (u8)hooks_points(false);
    r.run->points[r.run->steps][POINT_HOP] = (u8)hooks_points(true);
    if (step.kind == STEP_GUEST && step.number == GUEST_TAKE) {
        r.acts[thread].taken = step.value;
    }
    if (r.options->ticks && r.wrong == NULL) {
        event(EVENT_TIME, 1);
    }
}

/* Nobody runs: time passes. False: nothing will ever happen. */
static bool idle_step(void)
{
    u64 at = model.rings;
    bool runs = model.loaded != MODEL_NONE &&
                (model.vcpus[model.loaded].timer_control & 3U) == 1U;

    if (runs && model.virtual_rings < at && model.virtual_rings > model.now) {
        at = model.virtual_rings;
    }
    if (at == MODEL_NEVER && r.late == 0) {
        return false;
    }
    event(EVENT_TIME, at == MODEL_NEVER || at <= model.now ? 1U : (u32)(at - model.now));
    return true;
}

/* ---- ends ----------------------------------------------------------------------------------*/

/* A fault after which a restart, or patience, is enough. */
static bool healed(void)
{
    for (u32 i = 0; i < FAULTS_MAX; i++) {
        if (r.options->faults[i].kind == FAULT_REVOKE) {
            return false;
        }
    }
    return r.options->quota.kind == QUOTA_NONE || r.options->quota.kind == QUOTA_BUDGET;
}

static const char *end_check(void)
{
    u32 owed = progress_owed();

    if (owed != 0) {
        return progress_name((u32)__builtin_ctz(owed));
    }
    for (u32 t = MANAGER + 1U; t < model.thread_count; t++) {
        const struct act *a = &r.acts[t];
        bool stopped = model.threads[t].doing == DOING_STOPPED;
        if (passive(t) || guest(t) || (stopped && !healed())) {
            continue;
        }
        if (a->program->forever && model.threads[t].doing == DOING_WAIT) {
            continue;
        }
        if (stopped || !a->done) {
            return stopped ? "a thread stays stopped" : "a program does not come to its end";
        }
        if (a->failed && healed() && r.options->quota.kind == QUOTA_NONE) {
            return "something has failed in the last round, too";
        }
    }
    return NULL;
}

static void begin(const struct scenario *scenario, const struct run_options *options,
                  struct run *run)
{
    memset(&r, 0, sizeof(r));
    memset(run, 0, sizeof(*run));
    r.scenario = scenario;
    r.options = options;
    r.run = run;
    for (u32 i = 0; i < scenario->count; i++) {
        r.acts[scenario->programs[i].thread].program = &scenario->programs[i];
        r.acts[scenario->programs[i].thread].taken = MODEL_VIRTUAL_LINES;
    }
    r.wrong = scenario_boot(scenario, &options->quota);
    if (r.wrong == NULL) {
        r.wrong = compare_state();
    }
    for (u32 i = 0; i < THREAD_MAX; i++) {
        sim_guests[i].fresh = false;
    }
}

const char *run_make(const struct scenario *scenario, const struct run_options *options,
                     struct run *run)
{
    begin(scenario, options, run);
    while (r.wrong == NULL) {
        run->points[run->steps][POINT_BOUNDARY] = 1;
        faults_boundary();
        if (r.late != 0 && r.late <= run->steps) {
            r.late = 0;
            event(EVENT_RISE, DEVICE);
        }
        if (r.wrong == NULL && model.current != MODEL_IDLE) {
            program_step();
        } else if (r.wrong == NULL && !idle_step()) {
            break;
        }
        if (++run->steps == STEPS_MAX) {
            u32 owed = progress_owed();
            r.wrong = owed != 0 ? progress_name((u32)__builtin_ctz(owed)) : "no end";
        }
    }
    for (u32 i = 0; i < model.sc_count; i++) {
        run->budget[i] = (u32)model.scs[i].consumed;
    }
    if (r.wrong == NULL) {
        r.wrong = end_check();
    }
    if (r.wrong == NULL) {
        r.wrong = compare_ram();
    }
    compare_ram_clear();
    return r.wrong;
}
