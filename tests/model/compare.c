/* SPDX-License-Identifier: BSD-2-Clause */
#include "compare.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "deadlines.h"
#include "kernel.h"
#include "klog.h"
#include "model.h"
#include "sim.h"

static char text[200];

#define SAME(name, index, expected, found)                                     \
    do {                                                                       \
        if (__builtin_expect((u64)(expected) != (u64)(found), 0)) {            \
            return differ(name, index, (u64)(expected), (u64)(found));         \
        }                                                                      \
    } while (0)

static const char *differ(const char *name, u32 index, u64 expected, u64 found)
{
    (void)snprintf(text, sizeof(text), name, index);
    size_t used = strlen(text);
    (void)snprintf(text + used, sizeof(text) - used, ": the model has 0x%llx, the core 0x%llx",
                   (unsigned long long)expected, (unsigned long long)found);
    return text;
}

/* ---- threads -------------------------------------------------------------*/

static u32 doing_of(const struct thread *t, u32 *on)
{
    *on = 0;
    switch (t->state) {
    case THREAD_STOPPED:
        return DOING_STOPPED;
    case THREAD_WAITING:
        *on = t->waits_on;
        return DOING_WAIT;
    case THREAD_PENDING_CALL:
        return DOING_TRY_CALL;
    case THREAD_PENDING_FAULT:
        return DOING_TRY_FAULT;
    case THREAD_FAILED:
        return DOING_FAIL;
    case THREAD_RESTART:
        *on = t->restart;
        return DOING_RESUME;
    case THREAD_SLEEPING:
        return DOING_SLEEP;
    default:
        break;
    }
    if (t->recv_key != NONE) {
        return DOING_RECEIVE;
    }
    if (t->reply_key == NONE) {
        return DOING_RUN;
    }
    *on = t->reply_key & REPLY_KEY_INDEX;
    return (t->reply_key & REPLY_KEY_FAULT) != 0 ? DOING_FAULT : DOING_CALL;
}

/* What will be overwritten before the thread runs again is nobody's business;
 * what is not specified is taken over from the core. */
static const char *compare_regs(u32 index, struct model_thread *m, const u32 *regs)
{
    u32 first = m->doing == DOING_WAIT ? 2 : 0;

    if (m->doing == DOING_STOPPED || m->doing == DOING_RECEIVE || m->doing == DOING_CALL) {
        return NULL;
    }
    for (u32 i = first; i < 8U; i++) {
        if ((m->junk >> i & 1U) != 0) {
            m->regs[i] = regs[i];
        }
        if (__builtin_expect(m->regs[i] != regs[i], 0)) {
            char name[40];
            (void)snprintf(name, sizeof(name), "r%u of thread %%u", i);
            return differ(name, index, m->regs[i], regs[i]);
        }
    }
    m->junk = 0;
    return NULL;
}

static const char *compare_fault(u32 i, const struct model_thread *m, const struct thread *t)
{
    SAME("fault kind of thread %u", i, m->fault_kind, t->fault_kind);
    if (m->fault_kind != 0) {
        SAME("fault address of thread %u", i, m->fault_address, t->fault_address);
        SAME("fault access of thread %u", i, m->fault_access, t->fault_access);
        SAME("fault pc of thread %u", i, m->fault_pc, t->fault_pc);
    }
    SAME("fault answer of thread %u", i, m->fault_action, t->fault_action);
    SAME("fault value of thread %u", i, m->fault_value, t->fault_value);
    return NULL;
}

static const char *compare_thread(u32 i)
{
    struct model_thread *m = &model.threads[i];
    const struct thread *t = &kernel.threads[i];
    const struct cpu *cpu = &kernel.cpu[0];
    u32 on;
    u32 doing = doing_of(t, &on);

    SAME("what thread %u does (enum model_doing)", i, m->doing, doing);
    if (doing == DOING_WAIT || doing == DOING_CALL || doing == DOING_FAULT ||
        doing == DOING_RESUME) {
        SAME("what thread %u waits for, or goes on with", i, m->on, on);
    }
    SAME("caller of thread %u", i, m->caller, t->caller);
    SAME("window of thread %u", i, m->window, t->window);
    const char *fault = compare_fault(i, m, t);
    if (fault != NULL) {
        return fault;
    }
    return compare_regs(i, m, i == cpu->current ? cpu->regs : t->regs);
}

/* ---- capabilities and memory ---------------------------------------------*/

static const char *compare_region(u32 i, const struct model_region *m, const struct region *r)
{
    SAME("address of the region of capability %u", i, m->pa, r->map.pa.raw);
    SAME("owner of the region of capability %u", i, m->owner, r->owner);
    SAME("size of the region of capability %u", i, m->size, r->map.size);
    SAME("memory type of the region of capability %u", i, m->memory, r->map.memory);
    SAME("access of the region of capability %u", i, m->access, r->map.access);
    SAME("cell of the region of capability %u", i, m->cell, r->cell);
    SAME("mapped size of the region of capability %u", i, m->done, r->done);
    SAME("mapped address of the region of capability %u", i, m->gpa, r->map.gpa.raw);
    SAME("table pages for the region of capability %u", i, m->reserved, r->reserved);
    u32 moving = r->state == REGION_MAPPING     ? REGION_COMING
                 : r->state == REGION_UNMAPPING ? REGION_GOING
                 : r->state == REGION_UNDOING   ? REGION_FAILING
                                                : REGION_STILL;
    SAME("progress of the region of capability %u", i, m->moving, moving);
    return NULL;
}

static const char *compare_cap(u32 i)
{
    const struct model_cap *m = &model.caps[i];
    cap_t cap = kernel.caps[i];

    SAME("type of capability %u", i, m->type, cap_type(cap));
    if (m->type == THIMBLE_CAP_EMPTY) {
        return NULL;
    }
    SAME("rights of capability %u", i, m->rights, cap_rights(cap & ~(cap_t)CAP_MARK));
    SAME("badge of capability %u", i, m->badge, cap_badge(cap));
    SAME("mark of capability %u", i, m->marked, (cap & CAP_MARK) != 0);
    if (m->type == THIMBLE_CAP_REGION) {
        return compare_region(i, &model.regions[m->object], &kernel.regions[cap_object(cap)]);
    }
    SAME("object of capability %u", i, m->object, cap_object(cap));
    return NULL;
}

/* The tree, against the list in preorder: each one's children follow it. */
static const char *compare_tree(u32 cap, u32 depth, u32 *next)
{
    const struct model_cap *m = &model.caps[cap];

    SAME("place of capability %u in its tree", cap, cap, *next);
    SAME("depth of capability %u", cap, depth, kernel.derivations[cap].depth);
    *next = kernel.derivations[cap].next;
    for (u32 i = 0; i < m->children; i++) {
        const char *difference = compare_tree(m->child[i], depth + 1U, next);
        if (difference != NULL) {
            return difference;
        }
    }
    return NULL;
}

static const char *compare_trees(void)
{
    for (u32 i = 0; i < model.cap_count; i++) {
        const struct model_cap *m = &model.caps[i];
        if (m->type != THIMBLE_CAP_EMPTY && m->parent == MODEL_NONE) {
            u32 next = i;
            const char *difference = compare_tree(i, 0, &next);
            if (difference != NULL) {
                return difference;
            }
            SAME("end of the tree of capability %u", i, MODEL_NONE, next);
        }
    }
    return NULL;
}

static const char *compare_tables(void)
{
    for (u32 i = 0; i < model.cell_count; i++) {
        u32 held = 0;
        for (u32 t = 0; t < MODEL_TABLES; t++) {
            held += model.cells[i].tables[t].entries != 0;
        }
        for (u32 r = 0; r < REGION_MAX; r++) {
            held += model.regions[r].cell == i ? model.regions[r].reserved : 0;
        }
        SAME("table pages of cell %u", i, held, kernel.cells[i].tables);
        SAME("restart of cell %u", i, model.cells[i].restart, kernel.cells[i].restart);
    }
    return NULL;
}

/* ---- time, notifications, lines ------------------------------------------*/

static const char *compare_scs(void)
{
    for (u32 i = 0; i < model.sc_count; i++) {
        const struct model_sc *m = &model.scs[i];
        const struct sc *sc = &kernel.scs[i];
        SAME("priority of context %u", i, m->priority, sc_urgency(sc)->priority);
        SAME("remaining budget of context %u", i, m->remaining, sc->remaining);
        SAME("deadline of context %u", i, m->deadline, sc->deadline);
        SAME("time consumed by context %u", i, m->consumed, sc_consumed(sc));
        SAME("readiness of context %u", i, m->ready, sc->queued);
        SAME("wake of context %u", i, m->wake,
             sc_deadline(sc, MODEL_NEVER));
    }
    u32 place = 0;
    while (place < model.readies) {
        u32 first = place;
        u32 priority = model.scs[model.ready[place]].priority;
        u32 head = kernel.links[SC_MAX + priority].next;
        while (place < model.readies && model.scs[model.ready[place]].priority == priority) {
            SAME("place %u among ready contexts", place, model.ready[place], head);
            head = kernel.links[head].next;
            place++;
        }
        SAME("end of the queue from place %u on", first, SC_MAX + priority, head);
    }
    return NULL;
}

static const char *compare_signals(void)
{
    for (u32 i = 0; i < model.notification_count; i++) {
        SAME("bits of notification %u", i, model.notifications[i].bits,
             kernel.notifications[i].bits);
        SAME("waiter of notification %u", i, model.notifications[i].waiter,
             kernel.notifications[i].waiter);
    }
    for (u32 i = 0; i < model.irq_count; i++) {
        const struct model_irq *m = &model.irqs[i];
        const struct irq *irq = &kernel.irqs[i];
        SAME("cell of irq %u", i, m->cell, irq->cell == IRQ_UNBOUND ? MODEL_NONE : irq->cell);
        SAME("slot of irq %u", i, m->slot,
             irq->target == NONE ? THIMBLE_NO_SLOT
                                 : (u32)irq->target - kernel.cells[irq->cell].slot_base);
        SAME("capability that bound irq %u", i, m->cap, irq->cap);
        SAME("irq %u waits for an ack", i, m->active && irq->vcpu == 0, irq->active);
        SAME("line of irq %u enabled", i, m->enabled, sim_gic_enabled(&sim.gic, 0, m->line));
        SAME("line of irq %u active", i, m->active, sim_gic_active(&sim.gic, 0, m->line));
        SAME("line of irq %u pending", i, m->latch || (m->seen && !m->edge),
             sim_gic_pending(&sim.gic, 0, m->line));
    }
    return NULL;
}

/* ---- vCPUs ----------------------------------------------------------------*/

_Static_assert((u32)MODEL_SOURCE_TIMER == (u32)VCPU_SOURCE_TIMER &&
                   (u32)MODEL_SOURCE_IRQ == (u32)VCPU_SOURCE_IRQ &&
                   (u32)MODEL_SOURCE_SIGNAL == (u32)VCPU_SOURCE_SIGNAL,
               "the model's names for what is bound are the core's");

static const char *compare_virtual(u32 line, const struct model_virtual *m, const struct vcpu *v,
                                   bool loaded)
{
    u32 bit = 1U << line % 32U;
    bool high = (v->high[line / 32U] & bit) != 0;
    bool pending = (v->pending[line / 32U] & bit) != 0;
    bool active = (v->active[line / 32U] & bit) != 0;

    for (u32 i = 0; i < MACHINE_LISTS; i++) {
        if (v->line[i] == line) {
            u32 word = loaded ? machine_list_read(i) : v->lists[i];
            active |= (word & MACHINE_LIST_ACTIVE) != 0;
            /* Ended, and high: as soon as anybody looks. */
            pending |= (word & MACHINE_LIST_PENDING) != 0 ||
                       ((word & MACHINE_LIST_STATE) == 0 && high);
        }
    }
    SAME("virtual line %u pending", line, m->pending, pending);
    SAME("virtual line %u active", line, m->active, active);
    SAME("virtual line %u high", line, m->high, high);
    SAME("virtual line %u urgent", line, m->urgent, (v->urgent[line / 32U] & bit) != 0);
    SAME("priority of virtual line %u", line, m->priority, v->priority[line]);
    SAME("source of virtual line %u", line, m->source, v->source[line]);
    return NULL;
}

static const char *compare_vcpu(u32 i, const struct model_vcpu *m)
{
    const struct vcpu *v = &kernel.vcpus[i];
    bool loaded = kernel.cpu[0].vcpu == i;
    const char *difference = NULL;

    for (u32 line = 0; line < VCPU_LINES && difference == NULL; line++) {
        difference = compare_virtual(line, &m->lines[line], v, loaded);
    }
    if (difference != NULL) {
        return difference;
    }
    for (u32 word = 0; word < VCPU_EXIT_WORDS; word++) {
        SAME("exit word %u", word, m->exit[word], v->exit[word]);
    }
    SAME("timer of vCPU %u", i, m->timer,
         loaded ? sim.timer.cval[SIM_TIMER_VIRTUAL] : v->timer);
    SAME("timer control of vCPU %u", i, m->timer_control & 3U,
         (loaded ? sim.timer.ctl[SIM_TIMER_VIRTUAL] : v->timer_control) & 3U);
    SAME("timer interrupt of vCPU %u active", i, m->timer_active,
         loaded ? sim_gic_active(&sim.gic, 0, machine_line_virtual_timer()) : v->timer_active);
    SAME("active priorities of vCPU %u", i, m->running,
         loaded ? sim.gic.cpu[0].apr : v->interface[1]);
    return NULL;
}

static const char *compare_vcpus(void)
{
    const char *difference = NULL;

    SAME("loaded vCPU%.0u", 0, model.loaded, kernel.cpu[0].vcpu);
    SAME("line of the virtual timer enabled%.0u", 0,
         model.loaded != MODEL_NONE &&
             model.vcpus[model.loaded].lines[MODEL_VIRTUAL_TIMER].source == MODEL_SOURCE_TIMER,
         sim_gic_enabled(&sim.gic, 0, machine_line_virtual_timer()));
    for (u32 i = 1; i < model.thread_count && difference == NULL; i++) {
        u32 vcpu = model.threads[i].vcpu;
        difference = vcpu != MODEL_NONE ? compare_vcpu(vcpu, &model.vcpus[vcpu]) : NULL;
    }
    return difference;
}

static const char *compare_cpu(void)
{
    const struct cpu *cpu = &kernel.cpu[0];

    SAME("who runs%.0u", 0, model.current, cpu->current);
    SAME("who pays%.0u", 0, model.sc, cpu->sc);
    SAME("time%.0u", 0, model.now, sim_clock.now / SIM_TICK_INSTRUCTIONS);
    SAME("timer%.0u", 0, model.timer, cpu->timer);
    SAME("rest of the storm%.0u", 0, model.storm_left, sim.gic.storm_left);
    /* No region of these systems has the UART in it. */
    SAME("owner of the UART%.0u", 0, CONSOLE_CORE, kernel.console);
    SAME("revocation%.0u", 0, model.revoking, kernel.revocation.cap);
    SAME("accesses that the GIC leaves undefined%.0u", 0, 0, sim.gic.unpredictable);
    return NULL;
}

static const char *compare_caps(void)
{
    const char *difference = NULL;

    for (u32 i = 0; i < model.cap_count && difference == NULL; i++) {
        difference = compare_cap(i);
    }
    return difference != NULL ? difference : compare_trees();
}

const char *compare_state(void)
{
    const char *difference = compare_cpu();

    for (u32 i = 1; i < model.thread_count && difference == NULL; i++) {
        difference = compare_thread(i);
    }
    if (difference == NULL) {
        difference = compare_caps();
    }
    if (difference == NULL) {
        difference = compare_tables();
    }
    if (difference == NULL) {
        difference = compare_scs();
    }
    if (difference == NULL) {
        difference = compare_vcpus();
    }
    return difference != NULL ? difference : compare_signals();
}

const char *compare_step(u32 thread)
{
    static cap_t seen[CAP_MAX];
    const char *difference = compare_cpu();

    if (difference == NULL && thread != MODEL_IDLE) {
        difference = compare_thread(thread);
    }
    if (difference == NULL && model.current != MODEL_IDLE) {
        difference = compare_thread(model.current);
    }
    if (difference == NULL) {
        difference = compare_scs();
    }
    if (difference == NULL && memcmp(seen, kernel.caps, sizeof(seen)) != 0) {
        difference = compare_caps();
        memcpy(seen, kernel.caps, sizeof(seen));
    }
    if (difference == NULL) {
        difference = compare_vcpus();
    }
    return difference != NULL ? difference : compare_signals();
}

/* ---- RAM -----------------------------------------------------------------*/

#define TABLES_FROM (SIM_RAM_PAGES - SIM_TABLE_PAGES)

static bool page_touched(u32 page)
{
    bool here = (sim.ram.dirty[page / 64U] | sim.ram.used[page / 64U]) >> page % 64U & 1U;

    return here || (model_touched[page / 64U] >> page % 64U & 1U) != 0;
}

/* Both what is in memory and what is seen through the data cache. */
static const char *compare_line(u32 at)
{
    const struct model_line *line = model_line(at);
    u32 memory[MODEL_LINE_WORDS];

    sim_cache_memory_read(&sim.cache, &sim.ram, paddr(at), memory, sizeof(memory));
    SAME("dirty line at 0x%x", at, line != NULL && line->dirty,
         (sim_cache_line_flags(&sim.cache, paddr(at)) & SIM_LINE_DIRTY) != 0);
    for (u32 i = 0; i < MODEL_LINE_WORDS; i++) {
        u32 pa = at + 4U * i;
        SAME("memory at 0x%x", pa, *model_word(pa), SIM_LITTLE32(memory[i]));
        SAME("memory through the cache at 0x%x", pa,
             line != NULL ? line->words[i] : *model_word(pa), sim_ram_read32(&sim.ram, paddr(pa)));
    }
    return NULL;
}

const char *compare_ram(void)
{
    const char *difference = sim_cache_check(&sim.cache);

    for (u32 page = 0; page < TABLES_FROM && difference == NULL; page++) {
        u32 at = SIM_RAM_BASE + page * PAGE_SIZE;
        for (u32 i = 0; page_touched(page) && i < PAGE_SIZE && difference == NULL; i += 64U) {
            difference = compare_line(at + i);
        }
    }
    return difference;
}

void compare_ram_clear(void)
{
    for (u32 page = 0; page < TABLES_FROM; page++) {
        if (page_touched(page)) {
            memset(model_word(SIM_RAM_BASE + page * PAGE_SIZE), 0, PAGE_SIZE);
        }
    }
    memset(model_touched, 0, sizeof(u64) * MODEL_PAGE_WORDS);
    sim_ram_reset(&sim.ram);
}
