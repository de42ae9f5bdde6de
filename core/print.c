/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Words for people: boot lines, fault dumps, panics. The only part of the core
 * that reads names, and those of the boot tables may be left out.
 */
#include "boot.h"
#include "kernel.h"
#include "klog.h"

/* ---- names ---------------------------------------------------------------*/

static void put_name(const char *name, u32 index)
{
    char part[KLOG_NAME + 1U];
    u32 length = 0;

    if (name == NULL) {
        klog_put("#");
        klog_put_decimal(index);
        return;
    }
    while (length < KLOG_NAME && name[length] != '\0') {
        part[length] = name[length];
        length++;
    }
    part[length] = '\0';
    klog_put(part);
}

static void put_cell(u32 cell)
{
    const struct boot *b = boot_tables();
    bool known = b != NULL && cell < b->cell_count;

    put_name(known ? b->cells[cell].name : NULL, cell);
}

/* By kernel index. */
static void put_thread(u32 thread)
{
    const struct boot *b = boot_tables();
    u32 index = thread - CPU_MAX;
    bool known = b != NULL && index < b->thread_count;

    put_name(thread < CPU_MAX ? "(idle)" : known ? b->threads[index].name : NULL, thread);
}

static void put_full_name(u32 thread)
{
    put_cell(thread_at(thread)->cell);
    klog_put(".");
    put_thread(thread);
}

/* ---- pieces of a line ----------------------------------------------------*/

static void put_number(const char *before, u32 value)
{
    klog_put(before);
    klog_put_decimal(value);
}

static void put_address(const char *before, u32 value)
{
    klog_put(before);
    klog_put("0x");
    klog_put_hex(value);
}

static void put_slot(const char *before, u32 slot)
{
    if (slot != THIMBLE_NO_SLOT) {
        put_number(before, slot);
    }
}

/* ---- boot ----------------------------------------------------------------*/

/* After each line, so that the last one says how far boot came. A dead UART is
 * not waited for again: text stays in the ring. */
static void line_end(void)
{
    klog_put_end(&kernel.cpu[0]);
    if (kernel.console == CONSOLE_BOOT && !klog_flush()) {
        kernel.console = CONSOLE_CELL;
    }
}

static void print_cells(const struct boot *b)
{
    for (u32 i = 0; i < b->cell_count; i++) {
        const struct boot_cell *in = &b->cells[i];
        const struct cell *c = &kernel.cells[i];
        klog_put("cell ");
        put_cell(i);
        put_number(": VMID ", (u32)(c->space >> 48) & 0xffU);
        put_number(", ", c->slots);
        put_number(" slots, ", c->quota);
        klog_put(" table pages");
        if (in->image_size != 0) {
            put_number(", image ", in->image_size / KIB);
            put_address(" KiB at ", in->image.raw);
        }
        line_end();
    }
}

static void print_threads(const struct boot *b)
{
    for (u32 i = 0; i < b->thread_count; i++) {
        const struct thread *t = thread_at(boot_thread_index(i));
        klog_put("thread ");
        put_full_name(boot_thread_index(i));
        if (thread_is_active(t)) {
            put_number(": active, priority ", b->scs[t->sc].priority);
        } else {
            put_number(": passive, level ", t->level);
        }
        put_slot(", faults to slot ", t->handler);
        put_slot(", health slot ", t->health);
        line_end();
    }
    for (u32 i = 0; i < b->sc_count; i++) {
        const struct boot_sc *sc = &b->scs[i];
        put_number("sc ", i);
        klog_put(": of ");
        put_full_name(boot_thread_index(sc->thread));
        put_number(", priority ", sc->priority);
        put_number(", budget ", sc->budget);
        put_number(" of ", sc->period);
        put_number(" ticks, CPU ", sc->cpu);
        line_end();
    }
}

/* Who may bind the line. */
static void put_holder(const struct boot *b, u32 irq)
{
    for (u32 i = 0; i < b->cap_count; i++) {
        const struct boot_cap *c = &b->caps[i];
        if (c->type == THIMBLE_CAP_IRQ && c->object == irq) {
            klog_put("for cell ");
            put_cell(c->cell);
            put_number(", slot ", c->slot);
            return;
        }
    }
    klog_put("for nobody");
}

static void print_signals(const struct boot *b)
{
    for (u32 i = 0; i < b->notification_count; i++) {
        klog_put("notification ");
        put_name(b->notifications[i].name, i);
        line_end();
    }
    for (u32 i = 0; i < b->irq_count; i++) {
        const struct boot_irq *in = &b->irqs[i];
        klog_put("irq ");
        put_name(in->name, i);
        put_number(": line ", in->line);
        klog_put(in->edge ? ", edge, " : ", level, ");
        put_holder(b, i);
        line_end();
    }
}

static void put_access(u32 access)
{
    char text[] = " rwx";

    for (u32 i = 0; i < 3U; i++) {
        if ((access >> i & 1U) == 0) {
            text[1U + i] = '-';
        }
    }
    klog_put(text);
}

static void print_regions(const struct boot *b)
{
    static const char *const types[] = {
        [MEMORY_NORMAL] = " normal", [MEMORY_UNCACHED] = " uncached", [MEMORY_DEVICE] = " device"};

    for (u32 i = 0; i < b->region_count; i++) {
        const struct boot_region *r = &b->regions[i];
        klog_put("region ");
        put_cell(r->cell);
        klog_put(".");
        put_name(r->name, i);
        put_address(": ", r->map.pa.raw);
        put_address("-", r->map.pa.raw + (r->map.size - 1U));
        put_access(r->map.access);
        klog_put(types[r->map.memory]);
        if (r->mapped) {
            put_address(", at ", r->map.gpa.raw);
        } else {
            klog_put(", not mapped");
        }
        line_end();
    }
}

void klog_boot(const struct boot *b)
{
    klog_reset();
    machine_console_init();
    put_number("thimble: ABI version ", THIMBLE_ABI_VERSION);
    klog_put(", system ");
    put_name(b->name, 0);
    line_end();
    print_cells(b);
    print_threads(b);
    print_signals(b);
    print_regions(b);
}

/* ---- fault dumps ---------------------------------------------------------*/

void klog_fault(struct cpu *cpu, u32 thread)
{
    const struct thread *t = thread_at(thread);
    const u32 *regs = thread_regs(cpu, thread);

    cpu->printing = 1;
    if (klog.dump_count == KLOG_DUMPS) {
        klog.missed++;
        return;
    }
    struct klog_dump *d =
        &klog.dumps[(klog.dump_first + klog.dump_count) % KLOG_DUMPS];
    klog.dump_count++;
    d->address = t->fault_address;
    d->pc = t->fault_pc;
    d->thread = (u16)thread;
    d->kind = t->fault_kind;
    d->access = t->fault_access;
    d->caller_count = 0;
    d->line = 0;
    for (u32 i = 0; i < THREAD_REGS; i++) {
        d->regs[i] = regs[i];
    }
    d->known = machine_instruction_at(t->cell, d->pc, &d->instruction);
    for (u32 c = t->caller; c != NOBODY && d->caller_count < LEVELS; c = thread_at(c)->caller) {
        d->callers[d->caller_count] = (u16)c;
        d->caller_count++;
    }
}

static void put_kind(const struct klog_dump *d)
{
    static const char *const words[] = {
        [0] = "fault of no kind",
        [THIMBLE_FAULT_MEMORY] = "memory fault: not mapped, or without that right",
        [THIMBLE_FAULT_UNDEFINED] = "undefined or trapped instruction",
        [THIMBLE_FAULT_BUS] = "external abort",
        [THIMBLE_FAULT_EXIT] = "its program has returned",
        [THIMBLE_FAULT_CRASH] = "crash on the host",
    };

    if (d->kind < ARRAY_SIZE(words)) {
        klog_put(words[d->kind]);
    } else {
        put_number("fault of kind ", d->kind);
    }
}

static void print_dump_place(const struct klog_dump *d)
{
    klog_put((d->access & ACCESS_WRITE) != 0     ? "  write"
                : (d->access & ACCESS_EXECUTE) != 0 ? "  execute"
                : (d->access & ACCESS_READ) != 0    ? "  read"
                                                    : "  no access");
    put_address(" at ", d->address);
    put_address(", pc ", d->pc);
    if (d->known) {
        put_address(", instruction ", d->instruction);
    } else {
        klog_put(", instruction not known");
    }
}

static void print_dump_regs(const struct klog_dump *d, u32 first)
{
    put_number("  r", first);
    put_number(" to r", first + 3U);
    for (u32 i = first; i < first + 4U; i++) {
        klog_put(" ");
        klog_put_hex(d->regs[i]);
    }
}

/* Lines of a dump: what, where, registers twice; then the callers in turn. */
enum {
    LINE_WHAT = 0,
    LINE_WHERE,
    LINE_REGS,
    LINE_REGS_MORE,
    LINE_CALLERS
};

static u32 dump_lines(const struct klog_dump *d)
{
    return d->kind == THIMBLE_FAULT_EXIT ? LINE_WHERE : LINE_CALLERS + d->caller_count;
}

bool print_dump_line(const struct cpu *cpu)
{
    struct klog_dump *d = &klog.dumps[klog.dump_first];

    if (klog.dump_count == 0) {
        if (klog.missed == 0) {
            return false;
        }
        put_number("faults have stopped more threads: ", klog.missed);
        klog_put_end(cpu);
        klog.missed = 0;
        return true;
    }
    if (d->line == LINE_WHAT) {
        klog_put("stopped: cell ");
        put_cell(thread_at(d->thread)->cell);
        klog_put(", thread ");
        put_thread(d->thread);
        klog_put(": ");
        put_kind(d);
    } else if (d->line == LINE_WHERE) {
        print_dump_place(d);
    } else if (d->line < LINE_CALLERS) {
        print_dump_regs(d, d->line == LINE_REGS ? 0 : 4);
    } else {
        klog_put("  serving ");
        put_full_name(d->callers[d->line - LINE_CALLERS]);
    }
    klog_put_end(cpu);
    d->line++;
    if (d->line == dump_lines(d)) {
        klog.dump_first = (u16)((klog.dump_first + 1U) % KLOG_DUMPS);
        klog.dump_count--;
    }
    return true;
}

/* ---- panic ---------------------------------------------------------------*/

void print_panic(const struct cpu *cpu, const char *reason, u32 address)
{
    klog_put("panic: ");
    klog_put(reason);
    klog_put_end(cpu);
    klog_put("  cell ");
    if (cpu->current < CPU_MAX) {
        klog_put("none");
    } else {
        put_cell(thread_at(cpu->current)->cell);
    }
    klog_put(", thread ");
    put_thread(cpu->current);
    put_address(", address ", address);
    klog_put_end(cpu);
}
