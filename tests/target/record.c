/* SPDX-License-Identifier: BSD-2-Clause */
/* Records what the core does: see target.h. Everything here is reached by --wrap. */
#include "record.h"

#include "boot.h"
#include "hypercall.h"
#include "kernel.h"
#include "stats.h"

#define BUFFERED 1024U

void __wrap_trace_record(const struct cpu *cpu, enum trace_kind kind, u32 thread, u32 a, u32 b);
void __wrap_hypercall(struct cpu *cpu, u32 number);
void __real_hypercall(struct cpu *cpu, u32 number);
void __wrap_machine_panic(const char *reason);

struct record_options record_options;
static struct record buffer[BUFFERED];
static u32 buffered;
static bool waits[THREAD_MAX];

static void flush(void)
{
    record_write(buffer, buffered * (u32)sizeof(buffer[0]));
    buffered = 0;
}

static void record(u32 kind, u32 thread, u32 a, u32 b, u32 c)
{
    buffer[buffered++] =
        (struct record){.kind = (u16)kind, .thread = (u16)thread, .a = a, .b = b, .c = c};
    if (buffered == BUFFERED) {
        flush();
    }
}

void record_begin(void)
{
    if (record_options.trace) {
        trace_set(&kernel.cpu[0], true);
    }
}

/* The figures of a cell's statistics page, if it has one. */
static void figures_record(const struct boot *system, u32 cell)
{
    const struct boot_cell *c = &system->cells[cell];

    for (u32 i = 0; i < system->region_count && c->stats.raw != 0; i++) {
        const struct boot_region *r = &system->regions[i];
        if (r->cell != cell || r->map.gpa.raw != c->image.raw) {
            continue;
        }
        u32 page = r->map.pa.raw + c->stats.raw - c->image.raw;
        if (record_read(page) == STATS_MAGIC) {
            record(RECORD_STATS, cell, record_read(page + 4U * STATS_COUNT),
                   record_read(page + 4U * STATS_MISSES), record_read(page + 4U * STATS_MAX));
        }
        return;
    }
}

void record_end(u32 why)
{
    const struct boot *system = record_system();

    for (u32 i = 0; i < system->cell_count; i++) {
        figures_record(system, i);
    }
    record(RECORD_END, 0, why, 0, 0);
    flush();
    record_close();
}

void __wrap_trace_record(const struct cpu *cpu, enum trace_kind kind, u32 thread, u32 a, u32 b)
{
    const u32 *regs;

    switch (kind) {
    case TRACE_CONNECT:
        /* The message is with the server already. */
        regs = a == cpu->current ? cpu->regs : thread_at(a)->regs;
        record(RECORD_CALL, thread, a, regs[1], regs[0]);
        break;
    case TRACE_END:
        regs = thread == cpu->current ? cpu->regs : thread_at(thread)->regs;
        record(RECORD_REPLY, thread, a, thread_at(thread)->fault_kind != 0 ? 0 : regs[1], 0);
        break;
    case TRACE_FAULT:
        /* Where a fetch faults, bit 0 is the state on ARM, and bit 1 with it in one of them. */
        record(RECORD_FAULT, thread, a,
               thread_at(thread)->fault_access == ACCESS_EXECUTE ? b & ~3U : b, 0);
        break;
    case TRACE_HYPERCALL:
        waits[thread] = a == THIMBLE_WAIT && thread_at(thread)->state == THREAD_WAITING;
        if (!waits[thread]) {
            regs = thread == cpu->current ? cpu->regs : thread_at(thread)->regs;
            bool bits = a == THIMBLE_WAIT || a == THIMBLE_POLL;
            record(RECORD_HYPERCALL, thread, a, b, bits ? regs[1] : 0);
        }
        break;
    case TRACE_RUN:
        if (waits[thread]) {
            waits[thread] = false;
            record(RECORD_WOKEN, thread, cpu->regs[0], cpu->regs[1], 0);
        }
        break;
    case TRACE_STOP:
        waits[thread] = false;
        record(RECORD_STOP, thread, 0, 0, 0);
        break;
    default:
        break;
    }
}

void __wrap_hypercall(struct cpu *cpu, u32 number)
{
    const u32 *regs = cpu->regs;

    if (number != TARGET_HYPERCALL || regs[6] != TARGET_MAGIC_6 || regs[7] != TARGET_MAGIC_7) {
        __real_hypercall(cpu, number);
    } else if (regs[0] == TARGET_RESULT) {
        record(RECORD_RESULT, cpu->current, regs[1], regs[2], regs[3]);
    } else {
        record_end(1);
    }
}

void __wrap_machine_panic(const char *reason)
{
    (void)reason;
    record_end(2);
}
