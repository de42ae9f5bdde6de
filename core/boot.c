/* SPDX-License-Identifier: BSD-2-Clause */
/* Boot: from flat tables to the first scheduled thread. See boot.h. */
#include "boot.h"

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

static const char *boot_limits(const struct boot *b)
{
    u32 slots = 0;
    u32 regions = b->region_count;

    for (u32 i = 0; i < b->cell_count; i++) {
        slots += b->cells[i].slots;
        regions += b->cells[i].derived;
    }
    if (b->cell_count > CELL_MAX) {
        return "too many cells";
    }
    if (boot_thread_index(b->thread_count) > THREAD_MAX) {
        return "too many threads";
    }
    if (b->sc_count > SC_MAX) {
        return "too many scheduling contexts";
    }
    if (b->irq_count > IRQ_MAX) {
        return "too many interrupts";
    }
    if (b->notification_count > NOTIFICATION_MAX) {
        return "too many notifications";
    }
    if (regions > REGION_MAX) {
        return "too many regions";
    }
    return slots > CAP_MAX ? "too many capability slots" : NULL;
}

static void boot_clear(void)
{
    u8 *state = (u8 *)&kernel;

    for (u32 i = 0; i < sizeof(kernel); i++) {
        state[i] = 0;
    }
}

static void boot_cpu(struct cpu *cpu, u32 id)
{
    struct thread *idle = thread_at(THREAD_IDLE(id));

    *idle = (struct thread){
        .recv_key = NONE,
        .reply_key = NONE,
        .caller = NOBODY,
        .sc = NONE,
        .level = LEVEL_ACTIVE,
        .handler = THIMBLE_NO_SLOT,
        .health = THIMBLE_NO_SLOT,
        .waits_on = NONE,
        .window = THIMBLE_NO_SLOT,
        .cell = NONE,
    };
    cpu->id = (u16)id;
    cpu->fast_key = (u16)id;
    cpu->current = (u16)THREAD_IDLE(id);
    cpu->sc = NONE;
    cpu->vcpu = NONE;
    cpu->timer = MACHINE_TIME_NEVER;
    queue_init(cpu);
}

static void boot_cells(const struct boot *b)
{
    u32 base = 0;

    for (u32 i = 0; i < b->cell_count; i++) {
        kernel.cells[i] = (struct cell){
            .space = machine_space_init(i),
            .slot_base = (u16)base,
            .slots = b->cells[i].slots,
            .quota = b->cells[i].tables,
            .region_quota = b->cells[i].derived,
        };
        base += b->cells[i].slots;
    }
    kernel.cell_count = b->cell_count;
    kernel.cap_count = (u16)base;
}

static void boot_threads(const struct boot *b)
{
    for (u32 i = 0; i < b->thread_count; i++) {
        const struct boot_thread *in = &b->threads[i];
        const struct cell *cell = &kernel.cells[in->cell];
        bool passive = in->sc == NONE;
        *thread_at(boot_thread_index(i)) = (struct thread){
            .space = cell->space,
            .recv_key = passive ? 0 : NONE,
            .reply_key = NONE,
            .caller = NOBODY,
            .slot_base = cell->slot_base,
            .slots = cell->slots,
            .level = passive ? in->level : LEVEL_ACTIVE,
            .sc = in->sc,
            .cell = in->cell,
            .buffer = in->buffer.raw,
            .regs = {in->argument},
            .handler = in->handler,
            .health = in->health,
            .waits_on = NONE,
            .window = THIMBLE_NO_SLOT,
            .state = in->vcpu != 0 ? THREAD_STOPPED : THREAD_READY,
            .vcpu = (u8)in->vcpu,
        };
        if (VCPU_MAX != 0 && in->vcpu != 0) {
            kernel.cells[in->cell].vm = 1;
            kernel.vcpus[in->vcpu - 1U].thread = (u16)boot_thread_index(i);
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
        kernel.irqs[i] = (struct irq){
            .line = b->irqs[i].line,
            .target = NONE,
            .cap = NONE,
            .cell = IRQ_UNBOUND,
        };
        kernel.line_irq[b->irqs[i].line] = (u16)i;
        machine_line_configure(b->irqs[i].line, b->irqs[i].edge);
    }
    kernel.irq_count = b->irq_count;
    machine_line_configure(machine_line_timer(), false);
    machine_line_unmask(machine_line_timer());
    if (VCPU_MAX != 0) {
        machine_line_configure(machine_line_virtual_timer(), false);
        machine_line_configure(machine_line_maintenance(), false);
        machine_line_unmask(machine_line_maintenance());
    }
}

static void boot_caps(const struct boot *b)
{
    kernel.revocation = (struct revocation){.cap = NONE, .cursor = NONE};
    for (u32 i = 0; i < CAP_MAX; i++) {
        kernel.derivations[i] = (struct derivation){.next = NONE, .prev = NONE};
    }
    for (u32 i = 0; i < b->cap_count; i++) {
        const struct boot_cap *in = &b->caps[i];
        u32 object = in->object;
        if (in->type == THIMBLE_CAP_THREAD) {
            object = boot_thread_index(object);
        }
        kernel.caps[kernel.cells[in->cell].slot_base + in->slot] =
            cap_make(in->type, in->rights, object, in->badge);
    }
    for (u32 i = 0; i < b->notification_count; i++) {
        kernel.notifications[i].waiter = NONE;
    }
    kernel.notification_count = b->notification_count;
}

static const char *boot_regions(const struct boot *b)
{
    for (u32 i = 0; i < b->region_count; i++) {
        const struct boot_region *in = &b->regions[i];
        u32 status = in->mapped ? MORE : THIMBLE_OK;
        kernel.regions[i] = (struct region){
            .map = in->map,
            .cell = NONE,
            .next = NONE,
            .owner = in->cell,
            .state = REGION_UNMAPPED,
        };
        kernel.regions[i].map.gpa = gpaddr(0);
        kernel.cells[in->cell].regions++;
        kernel.cells[in->cell].region_quota++;
        while (status == MORE) {
            status = region_map_step(i, in->cell, in->map.gpa);
        }
        if (status != THIMBLE_OK) {
            return "a region cannot be mapped: overlap, or page-table quota";
        }
    }
    kernel.region_free = NONE;
    for (u32 i = REGION_MAX; i > b->region_count; i--) {
        kernel.regions[i - 1U] =
            (struct region){.cell = NONE, .next = kernel.region_free, .state = REGION_FREE};
        kernel.region_free = (u16)(i - 1U);
    }
    kernel.region_count = b->region_count;
    return NULL;
}

static void boot_time(struct cpu *cpu, const struct boot *b)
{
    cpu->started = machine_time();
    for (u32 i = 0; i < b->sc_count; i++) {
        *sc_at(i) = (struct sc){
            .budget = b->scs[i].budget,
            .period = b->scs[i].period,
            .thread = (u16)boot_thread_index(b->scs[i].thread),
            .heap = NONE,
            .priority = b->scs[i].priority,
            .base = b->scs[i].priority,
            .low = b->scs[i].low_priority,
            .cpu = b->scs[i].cpu,
        };
        if (thread_at(sc_at(i)->thread)->state != THREAD_STOPPED) {
            sc_wake(cpu, i);
        }
    }
    kernel.sc_count = b->sc_count;
}

const char *boot(const struct boot *b)
{
    struct cpu *cpu = &kernel.cpu[0];
    const char *misfit = boot_limits(b);

    booted = b;
    if (misfit == NULL && machine_cache_line() > THIMBLE_CACHE_LINE) {
        misfit = "cache lines are longer than cells are told";
    }
    if (misfit != NULL) {
        return misfit;
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
