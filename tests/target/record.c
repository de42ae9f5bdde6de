/* SPDX-License-Identifier: BSD-2-Clause */
/* Records what the core does: see target.h. Everything here is reached by --wrap. */
#include "record.h"

#include "boot.h"
#include "hw.h"
#include "hypercall.h"
#include "kernel.h"
#include "stats.h"

#define BUFFERED 1024U

void __wrap_trace_record(const struct cpu *cpu, enum trace_kind kind, u32 thread, u32 a, u32 b);
void __wrap_hypercall(struct cpu *cpu, u32 number);
void __real_hypercall(struct cpu *cpu, u32 number);
void __wrap_ipc_call(struct cpu *cpu);
void __real_ipc_call(struct cpu *cpu);
void __wrap_ipc_reply_recv(struct cpu *cpu);
void __real_ipc_reply_recv(struct cpu *cpu);
void __wrap_machine_panic(const char *reason);

struct record_options record_options;
static struct record buffer[BUFFERED];
static u32 buffered;
static bool waits[THREAD_MAX];

/* What was before a hypercall, and whether it is looked at. */
static struct kernel before;
static bool watching;

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

/* Of as many pages as a small system has. */
static u32 tables_sum(void)
{
    u32 pages = HW_TABLE_PAGES < 64U ? HW_TABLE_PAGES : 64U;
    u32 sum = 0;

    for (u32 at = 0; at < pages * PAGE_SIZE; at += 4U) {
        sum = (sum ^ record_read(HW_TABLES_BASE + at)) * 0x01000193U;
    }
    return sum;
}

/* Where an error says so; it is expected there. */
static bool is_refused(const struct cpu *cpu, u32 number)
{
    u32 status = cpu->regs[0];

    if (number == THIMBLE_RECV || number == THIMBLE_REPLY_RECV) {
        before.cpu[0].regs[1] = THIMBLE_TAG_ERROR;
        before.cpu[0].regs[0] = status;
        return cpu->regs[1] == THIMBLE_TAG_ERROR;
    }
    if (status == THIMBLE_ERR_TIMEOUT) {
        before.cpu[0].regs[1] = 0;
    }
    before.cpu[0].regs[0] = status;
    return status != THIMBLE_OK;
}

/* A refused hypercall leaves the core's state and the page tables as they were. */
static void watched(struct cpu *cpu, u32 number)
{
    u32 caller = cpu->current;
    u32 sum = tables_sum();

    before = kernel;
    if (number == THIMBLE_CALL) {
        __real_ipc_call(cpu);
    } else if (number == THIMBLE_REPLY_RECV) {
        __real_ipc_reply_recv(cpu);
    } else {
        __real_hypercall(cpu, number);
    }
    if (cpu->current == caller && is_refused(cpu, number)) {
        const u32 *then = (const u32 *)&before;
        const u32 *now = (const u32 *)&kernel;
        u32 differ = tables_sum() != sum;
        for (u32 i = 0; i < sizeof(kernel) / 4U; i++) {
            differ += now[i] != then[i];
        }
        record(RECORD_RESULT, caller, (TARGET_WATCHED + number) | cpu->regs[0] << 16, differ, 0);
    }
}

/* Capabilities that a checked description cannot have. */
static void rights_set(const struct cpu *cpu, u32 slot, u32 rights)
{
    cap_t *cap = &kernel.caps[kernel.cells[thread_at(cpu->current)->cell].slot_base + slot];

    *cap = (*cap & ~((cap_t)0xffU << CAP_RIGHTS_SHIFT)) | (cap_t)rights << CAP_RIGHTS_SHIFT;
}

void record_result(u32 place, u32 came, u32 wanted)
{
    record(RECORD_RESULT, 0, place, came, wanted);
}

static void target_hypercall(const struct cpu *cpu)
{
    const u32 *regs = cpu->regs;

    switch (regs[0]) {
    case TARGET_RESULT:
        record(RECORD_RESULT, cpu->current, regs[1], regs[2], regs[3]);
        break;
    case TARGET_WATCH:
        watching = true;
        break;
    case TARGET_RIGHTS:
        rights_set(cpu, regs[1], regs[2]);
        break;
    default:
        record_end(1);
    }
}

void __wrap_hypercall(struct cpu *cpu, u32 number)
{
    const u32 *regs = cpu->regs;

    if (number == TARGET_HYPERCALL && regs[6] == TARGET_MAGIC_6 && regs[7] == TARGET_MAGIC_7) {
        target_hypercall(cpu);
    } else if (watching && number != THIMBLE_CALL && number != THIMBLE_REPLY_RECV) {
        watched(cpu, number);
    } else {
        __real_hypercall(cpu, number);
    }
}

/* A machine may enter at these two, without hypercall(). */
void __wrap_ipc_call(struct cpu *cpu)
{
    if (watching) {
        watched(cpu, THIMBLE_CALL);
    } else {
        __real_ipc_call(cpu);
    }
}

void __wrap_ipc_reply_recv(struct cpu *cpu)
{
    if (watching) {
        watched(cpu, THIMBLE_REPLY_RECV);
    } else {
        __real_ipc_reply_recv(cpu);
    }
}

void __wrap_machine_panic(const char *reason)
{
    (void)reason;
    record_end(2);
}
