/* SPDX-License-Identifier: BSD-2-Clause */
/* Boot: from flat tables to the first scheduled thread. See boot.h. */
#include "boot.h"

#include "deadline.h"
#include "kernel.h"
#include "klog.h"

static const struct boot *booted;

const struct boot *boot_tables(void)
{
    return booted;
}

u32 boot_thread_argument(u32 thread)
{
    return booted->threads[thread - CPU_MAX].argument;
}

/* The checker of descriptions names what is too many; here it only must not do harm. */
bool boot_fits(const struct boot *b)
{
    u32 slots = 0;
    u32 regions = b->region_count;

    for (u32 i = 0; i < b->cell_count; i++) {
        slots += b->cells[i].slots;
        regions += b->cells[i].derived;
    }
    return b->cell_count <= CELL_MAX &&
           b->cell_count * SPACE_ROOT_SIZE(b->space_t0sz) <= SPACE_ROOT_PAGES * PAGE_SIZE &&
           boot_thread_index(b->thread_count) <= THREAD_MAX &&
           b->sc_count <= SC_MAX && b->irq_count <= IRQ_MAX &&
           b->notification_count <= NOTIFICATION_MAX && regions <= REGION_MAX && slots <= CAP_MAX;
}

/* What boot puts nothing into is 0. */
static void boot_clear(void)
{
    __builtin_memset(&kernel, 0, sizeof(kernel));
}

/* What is not 0 in a thread that does nothing: an idle one. */
static struct thread *boot_thread(u32 index)
{
    struct thread *t = thread_at(index);

    t->recv_key = NONE;
    t->reply_key = NONE;
    t->caller = NOBODY;
    t->sc = NONE;
    t->level = LEVEL_ACTIVE;
    t->handler = THIMBLE_NO_SLOT;
    t->health = THIMBLE_NO_SLOT;
    t->waits_on = NONE;
    t->window = THIMBLE_NO_SLOT;
    t->cell = NONE;
    return t;
}

static void boot_cpu(struct cpu *cpu, u32 id)
{
    (void)boot_thread(THREAD_IDLE(id));
    cpu->id = (u16)id;
    cpu->fast_key = (u16)id;
    cpu->current = (u16)THREAD_IDLE(id);
    cpu->sc = NONE;
    cpu->vcpu = NONE;
    queue_init(cpu);
    for (u32 place = 0; place < PLACES; place++) {
        kernel.place_sc[place] = NONE;
        deadline_set(place, MACHINE_TIME_NEVER);
    }
}

static void boot_cells(const struct boot *b)
{
    u32 base = 0;

    for (u32 i = 0; i < b->cell_count; i++) {
        struct cell *cell = cell_at(i);
        const struct boot_cell *in = &b->cells[i];
        cell->space = machine_space_init(i);
        cell->slot_base = (u16)base;
        cell->slots = in->slots;
        cell->quota = in->tables;
        cell->region_quota = in->derived;
        base += in->slots;
    }
    kernel.cell_count = b->cell_count;
    kernel.cap_count = (u16)base;
}

static void boot_threads(const struct boot *b)
{
    for (u32 i = 0; i < b->thread_count; i++) {
        const struct boot_thread *in = &b->threads[i];
        const struct cell *cell = cell_at(in->cell);
        struct thread *t = boot_thread(boot_thread_index(i));
        t->space = cell->space;
        t->slot_base = cell->slot_base;
        t->slots = cell->slots;
        t->sc = in->sc;
        t->cell = in->cell;
        t->buffer = in->buffer.raw;
        t->regs[0] = in->argument;
        t->handler = in->handler;
        t->health = in->health;
        if (!thread_is_active(t)) {
            t->recv_key = 0;
            t->level = in->level;
        }
        if (VCPU_MAX != 0 && in->vcpu != 0) {
            t->state = THREAD_STOPPED;
            t->vcpu = (u8)in->vcpu;
            vcpu_at(in->vcpu - 1U)->thread = (u16)boot_thread_index(i);
            vcpu_stop(&kernel.cpu[0], in->vcpu - 1U);
        }
    }
    kernel.thread_count = (u16)boot_thread_index(b->thread_count);
}

static void boot_lines(const struct boot *b)
{
    for (u32 i = 0; i < FOURS(LINE_MAX); i++) {
        kernel.line_irq[i] = NONE;
    }
    for (u32 i = 0; i < b->irq_count; i++) {
        struct irq *irq = irq_at(i);
        irq->line = b->irqs[i].line;
        irq->mask = (u8)machine_mask(b->irqs[i].level);
        kernel.line_irq[b->irqs[i].line] = (u16)i;
        machine_line_configure(b->irqs[i].line, b->irqs[i].edge);
        irq_quiet(irq);
    }
    kernel.irq_count = b->irq_count;
    machine_line_unmask(machine_line_timer());
    if (VCPU_MAX != 0) {
        machine_line_unmask(machine_line_maintenance());
    }
}

static void boot_caps(const struct boot *b)
{
    kernel.revocation.cap = NONE;
    kernel.revocation.cursor = NONE;
    for (u32 i = 0; i < CAP_MAX; i++) {
        derivation_at(i)->next = NONE;
        derivation_at(i)->prev = NONE;
    }
    for (u32 i = 0; i < b->cap_count; i++) {
        const struct boot_cap *in = &b->caps[i];
        u32 object = in->object;
        if (in->type == THIMBLE_CAP_THREAD) {
            object = boot_thread_index(object);
        }
        kernel.caps[cell_at(in->cell)->slot_base + in->slot] =
            cap_make(in->type, in->rights, object, in->badge);
    }
    for (u32 i = 0; i < b->notification_count; i++) {
        notification_at(i)->waiter = NONE;
    }
    kernel.notification_count = b->notification_count;
}

static const char *boot_regions(const struct boot *b)
{
    for (u32 i = 0; i < b->region_count; i++) {
        const struct boot_region *in = &b->regions[i];
        struct region *r = region_at(i);
        r->map = in->map;
        r->map.gpa = gpaddr(0);
        r->cell = NONE;
        r->next = NONE;
        r->owner = in->cell;
        r->state = REGION_UNMAPPED;
        cell_at(in->cell)->regions++;
        cell_at(in->cell)->region_quota++;
        if (in->mapped && region_map_boot(i, in->cell, in->map.gpa) != THIMBLE_OK) {
            return "a region cannot be mapped: overlap, or table quota";
        }
    }
    kernel.region_free = NONE;
    for (u32 i = REGION_MAX; i > b->region_count; i--) {
        struct region *r = region_at(i - 1U);
        r->cell = NONE;
        r->next = kernel.region_free;
        r->state = REGION_FREE;
        kernel.region_free = (u16)(i - 1U);
    }
    kernel.region_count = b->region_count;
    return NULL;
}

static void boot_time(struct cpu *cpu, const struct boot *b)
{
    for (u32 i = 0; i < b->sc_count; i++) {
        const struct boot_sc *in = &b->scs[i];
        struct sc *sc = sc_at(i);
        sc->budget = sc->refill = in->budget;
        sc->period = in->period;
        sc->thread = (u16)boot_thread_index(in->thread);
        sc->low = in->urgency[0].place != in->urgency[1].place;
        for (u32 low = 0; low < 2U; low++) {
            struct urgency *urgency = &sc->urgency[low];
            *urgency = in->urgency[low];
            urgency->mask = (u8)machine_mask(urgency->mask);
            kernel.place_sc[urgency->place] = (u16)i;
        }
        if (thread_at(sc->thread)->state != THREAD_STOPPED) {
            sc_wake(cpu, i);
        }
    }
    kernel.sc_count = b->sc_count;
}

const char *boot(const struct boot *b)
{
    struct cpu *cpu = &kernel.cpu[0];
    const char *misfit;

    booted = b;
    if (machine_cache_line() > THIMBLE_CACHE_LINE) {
        return "cache lines are longer than cells are told";
    }
    boot_clear();
    machine_timer_init();
    machine_lines_init();
    space_tables_reset();
    boot_cpu(cpu, 0);
    boot_cells(b);
    boot_threads(b);
    boot_lines(b);
    boot_caps(b);
    /* Before a mapping takes the UART away. */
    kernel.console = CONSOLE_BOOT;
    klog_boot(b);
    if (kernel.console == CONSOLE_BOOT) {
        kernel.console = CONSOLE_CORE;
    }
    misfit = boot_regions(b);
    if (misfit != NULL) {
        return misfit;
    }
    boot_time(cpu, b);
    schedule(cpu);
    return NULL;
}
