/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Words for people: boot lines, fault dumps, panics. The only part of the core
 * that reads names, and those of the boot tables may be left out.
 */
#include <stdarg.h>

#include "boot.h"
#include "kernel.h"
#include "klog.h"

/* ---- names and numbers ---------------------------------------------------*/

static void put_decimal(u32 value)
{
    char digits[11];
    u32 first = sizeof(digits) - 1U;

    digits[first] = '\0';
    do {
        first--;
        digits[first] = (char)('0' + value % 10U);
        value /= 10U;
    } while (value != 0);
    klog_put_text(digits + first, sizeof(digits));
}

static void put_hex(u32 value)
{
    char digits[8];

    for (u32 i = 0; i < 8U; i++) {
        u32 digit = value >> 28U;
        digits[i] = (char)(digit < 10U ? '0' + digit : 'a' - 10U + digit);
        value <<= 4U;
    }
    klog_put_text(digits, sizeof(digits));
}

static void put_name(const char *name, u32 index)
{
    if (name == NULL) {
        klog_put_text("#", 1);
        put_decimal(index);
    } else {
        klog_put_text(name, KLOG_NAME);
    }
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

/* One value; `text` comes before it, if the kind has two. */
static void put_value(char kind, const char *text, u32 value)
{
    if (kind == 'd') {
        put_decimal(value);
    } else if (kind == 'n') {
        put_name(text, value);
    } else if (kind == 'c') {
        put_cell(value);
    } else if (kind == 'i') {
        put_thread(value);
    } else if (kind == 't') {
        put_cell(thread_at(value)->cell);
        klog_put_text(".", 1);
        put_thread(value);
    } else {
        klog_put_text(text, KLOG_LINE);
        put_hex(value);
    }
}

void klog_print(const char *format, ...)
{
    va_list values;

    va_start(values, format);
    for (;;) {
        u32 plain = 0;
        while (format[plain] != '\0' && format[plain] != '%') {
            plain++;
        }
        klog_put_text(format, plain);
        format += plain;
        if (*format == '\0') {
            break;
        }
        char kind = format[1];
        format += 2;
        const char *text = kind == 's' || kind == 'n' ? va_arg(values, const char *)
                           : kind == 'x'              ? "0x"
                                                      : "";
        if (kind == 's') {
            klog_put_text(text, KLOG_LINE);
        } else {
            put_value(kind, text, va_arg(values, u32));
        }
    }
    va_end(values);
}

static void print_slot(const char *format, u32 slot)
{
    if (slot != THIMBLE_NO_SLOT) {
        klog_print(format, slot);
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
        klog_print("cell %c: VMID %d, %d slots, %d table pages", i, (u32)(c->space >> 48) & 0xffU,
                   (u32)c->slots, (u32)c->quota);
        if (in->image_size != 0) {
            klog_print(", image %d KiB at %x", in->image_size / KIB, in->image.raw);
        }
        line_end();
    }
}

static void print_threads(const struct boot *b)
{
    for (u32 i = 0; i < b->thread_count; i++) {
        const struct thread *t = thread_at(boot_thread_index(i));
        if (thread_is_active(t)) {
            klog_print("thread %t: active", boot_thread_index(i));
        } else {
            klog_print("thread %t: passive, level %d", boot_thread_index(i), (u32)t->level);
        }
        print_slot(", faults to slot %d", t->handler);
        print_slot(", health slot %d", t->health);
        line_end();
    }
    for (u32 i = 0; i < b->sc_count; i++) {
        const struct boot_sc *sc = &b->scs[i];
        klog_print("sc %d: of %t, priority %d, budget %d of %d ticks, CPU %d", i,
                   boot_thread_index(sc->thread), (u32)sc->described, sc->budget, sc->period,
                   (u32)sc->cpu);
        line_end();
    }
}

/* Who may bind the line. */
static void put_holder(const struct boot *b, u32 irq)
{
    for (u32 i = 0; i < b->cap_count; i++) {
        const struct boot_cap *c = &b->caps[i];
        if (c->type == THIMBLE_CAP_IRQ && c->object == irq) {
            klog_print("for cell %c, slot %d", (u32)c->cell, (u32)c->slot);
            return;
        }
    }
    klog_print("for nobody");
}

static void print_signals(const struct boot *b)
{
    for (u32 i = 0; i < b->notification_count; i++) {
        klog_print("notification %n", b->notifications[i].name, i);
        line_end();
    }
    for (u32 i = 0; i < b->irq_count; i++) {
        const struct boot_irq *in = &b->irqs[i];
        klog_print("irq %n: line %d, %s, ", in->name, i, (u32)in->line,
                   in->edge ? "edge" : "level");
        put_holder(b, i);
        line_end();
    }
}

static void print_regions(const struct boot *b)
{
    static const char *const types[] = {
        [MEMORY_NORMAL] = "normal", [MEMORY_UNCACHED] = "uncached", [MEMORY_DEVICE] = "device"};

    for (u32 i = 0; i < b->region_count; i++) {
        const struct boot_region *r = &b->regions[i];
        klog_print("region %c.%n: %x-%x ", (u32)r->cell, r->name, i, r->map.pa.raw,
                   r->map.pa.raw + (r->map.size - 1U));
        for (u32 bit = 0; bit < 3U; bit++) {
            char right = '-';
            if ((r->map.access >> bit & 1U) != 0) {
                right = "rwx"[bit];
            }
            klog_put_text(&right, 1);
        }
        klog_print(r->mapped ? " %s, at %x" : " %s, not mapped", types[r->map.memory],
                   r->map.gpa.raw);
        line_end();
    }
}

void klog_boot(const struct boot *b)
{
    klog_reset();
    machine_console_init();
    klog_print("thimble: ABI version %d, system %n", THIMBLE_ABI_VERSION, b->name, 0U);
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
    d->piece = 0;
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
        [THIMBLE_FAULT_MEMORY - 1U] = "memory fault: not mapped, or without that right",
        [THIMBLE_FAULT_UNDEFINED - 1U] = "undefined or trapped instruction",
        [THIMBLE_FAULT_BUS - 1U] = "external abort",
        [THIMBLE_FAULT_EXIT - 1U] = "its program has returned",
        [THIMBLE_FAULT_CRASH - 1U] = "host crash",
    };

    if (d->kind - 1U < ARRAY_SIZE(words)) {
        klog_print(words[d->kind - 1U]);
    } else {
        klog_print("fault of kind %d", (u32)d->kind);
    }
}

static void print_dump_place(const struct klog_dump *d)
{
    const char *access = (d->access & ACCESS_WRITE) != 0     ? "write"
                         : (d->access & ACCESS_EXECUTE) != 0 ? "execute"
                         : (d->access & ACCESS_READ) != 0    ? "read"
                                                             : "no access";
    klog_print("  %s at %x, pc %x", access, d->address, d->pc);
}

/* Pieces of a dump: who; what; where; registers, two at a time; then the callers in turn, each
 * in two. Each is printed with interrupts masked, so that it is short. */
enum {
    PIECE_CELL = 0,
    PIECE_THREAD,
    PIECE_KIND,
    PIECE_PLACE,
    PIECE_INSTRUCTION,
    PIECE_REGS,
    PIECE_CALLERS = PIECE_REGS + THREAD_REGS / 2U,
    PIECES = PIECE_CALLERS + 2U * LEVELS
};
#define PIECES_ENDING \
    (1U << PIECE_KIND | 1U << PIECE_INSTRUCTION | 0xaU << PIECE_REGS | 0xaaaaaaaaU << PIECE_CALLERS)

_Static_assert(PIECES <= 32, "a bit for each");

static void print_dump_piece(const struct klog_dump *d, u32 piece)
{
    u32 first = 2U * (piece - PIECE_REGS); /* register */

    if (piece == PIECE_CELL) {
        klog_print("stopped: cell %c", (u32)thread_at(d->thread)->cell);
    } else if (piece == PIECE_THREAD) {
        klog_print(", thread %i: ", (u32)d->thread);
    } else if (piece == PIECE_KIND) {
        put_kind(d);
    } else if (piece == PIECE_PLACE) {
        print_dump_place(d);
    } else if (piece == PIECE_INSTRUCTION) {
        klog_print(d->known ? ", instruction %x" : ", instruction not known", d->instruction);
    } else if (piece >= PIECE_CALLERS) {
        u32 caller = d->callers[(piece - PIECE_CALLERS) / 2U];
        if ((piece - PIECE_CALLERS) % 2U == 0) {
            klog_print("  serving %c", (u32)thread_at(caller)->cell);
        } else {
            klog_print(".%i", caller);
        }
    } else {
        if (first % 4U == 0) {
            klog_print("  r%d to r%d", first, first + 3U);
        }
        klog_print(" %h %h", d->regs[first], d->regs[first + 1U]);
    }
}

static u32 dump_pieces(const struct klog_dump *d)
{
    return d->kind == THIMBLE_FAULT_EXIT ? PIECE_PLACE : PIECE_CALLERS + 2U * d->caller_count;
}

bool print_dump_step(const struct cpu *cpu)
{
    struct klog_dump *d = &klog.dumps[klog.dump_first];

    if (klog.dump_count == 0) {
        if (klog.missed == 0) {
            return false;
        }
        klog_print("faults have stopped more threads: %d", klog.missed);
        klog_put_end(cpu);
        klog.missed = 0;
        return true;
    }
    print_dump_piece(d, d->piece);
    if ((PIECES_ENDING >> d->piece & 1U) != 0) {
        klog_put_end(cpu);
    }
    d->piece++;
    if (d->piece == dump_pieces(d)) {
        klog.dump_first = (u16)((klog.dump_first + 1U) % KLOG_DUMPS);
        klog.dump_count--;
    }
    return true;
}

/* ---- panic ---------------------------------------------------------------*/

void print_panic(const struct cpu *cpu, const char *reason, u32 address)
{
    klog_print("panic: %s", reason);
    klog_put_end(cpu);
    klog_print(cpu->current < CPU_MAX ? "  cell none" : "  cell %c",
               (u32)thread_at(cpu->current)->cell);
    klog_print(", thread %i, address %x", (u32)cpu->current, address);
    klog_put_end(cpu);
}
