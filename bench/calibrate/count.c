/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The simulator's side of the calibration: what bench/spans counts on ARM, by path
 * segments and helpers. Linked with a system in a build with COUNTING=1, and around
 * it by --wrap, so that nothing in sim/ knows of it. Settings come by environment:
 *
 *   THIMBLE_COUNT         file for the records
 *   THIMBLE_COUNT_END     NUMBER:COUNT: ends with this hypercall, the COUNTth time
 *   THIMBLE_COUNT_ROUNDS  CELL:COUNT: ends when CELL has recorded so many latencies
 *   THIMBLE_COUNT_MARKS   the system marks its cases (bench/arm/mark.h)
 *
 * Records, one a line; CAUSE is a hypercall's number, "irq" or "fault":
 *
 *   span MARK CAUSE SPANS INSTRUCTIONS PATH:COUNT...
 *   guest MARK INSTRUCTIONS COMPUTED hHELPER:COUNT... PATH:COUNT...
 *   stats CELL COUNT MISSES MIN MAX BUCKET...    in ticks, from statistics pages
 *   end mark|hypercall|rounds|other
 *
 * A path's price holds something of the guest, too (sim/cost_table.h): that part is
 * counted as the guest's.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fault.h"
#include "host.h"
#include "hypercall.h"
#include "kernel.h"
#include "memory.h"
#include "self.h"
#include "sim.h"
#include "stats.h"
#include "time.h"
#include "uart.h"

#define MARKS 128U
#define MARK_NUMBER 128U
#define MARK_END 127U
#define MARK_DIGITS 100U /* from here on: the counter's */
#define CAUSE_IRQ 128U
#define CAUSE_FAULT 129U
#define CAUSES 130U
#define UART_DR 0U
#define UART_INT_TX (1U << 5)

u64 count_paths[PATHS];

struct span {
    u64 spans;
    u64 time;
    u64 paths[PATHS];
};

struct guest {
    u64 time;
    u64 computed;
    u64 helpers[SIM_HELPERS];
    u64 paths[PATHS];
};

static struct {
    FILE *file;
    u32 end_number;
    u64 end_count;
    u32 rounds_cell;
    u32 rounds;
    bool marks;
    u32 mark;
    u64 left; /* when the core was left */
    u64 idle;
    u64 before[PATHS];
    struct span spans[MARKS][CAUSES];
    struct guest guests[MARKS];
} state = {.end_number = UINT32_MAX, .rounds_cell = UINT32_MAX};

/* ---- the end ----------------------------------------------------------------*/

static void span_print(u32 mark, u32 cause)
{
    const struct span *s = &state.spans[mark][cause];

    if (s->spans == 0) {
        return;
    }
    fprintf(state.file, "span %" PRIu32, mark);
    if (cause >= CAUSE_IRQ) {
        fprintf(state.file, " %s", cause == CAUSE_IRQ ? "irq" : "fault");
    } else {
        fprintf(state.file, " svc%" PRIu32, cause);
    }
    fprintf(state.file, " %" PRIu64 " %" PRIu64, s->spans, s->time);
    for (u32 p = 0; p < PATHS; p++) {
        if (s->paths[p] != 0) {
            fprintf(state.file, " %" PRIu32 ":%" PRIu64, p, s->paths[p]);
        }
    }
    fprintf(state.file, "\n");
}

static void guest_print(u32 mark)
{
    const struct guest *g = &state.guests[mark];

    if (g->time == 0) {
        return;
    }
    fprintf(state.file, "guest %" PRIu32 " %" PRIu64 " %" PRIu64, mark, g->time, g->computed);
    for (u32 h = 0; h < SIM_HELPERS; h++) {
        fprintf(state.file, " h%" PRIu32 ":%" PRIu64, h, g->helpers[h]);
    }
    for (u32 p = 0; p < PATHS; p++) {
        if (g->paths[p] != 0) {
            fprintf(state.file, " %" PRIu32 ":%" PRIu64, p, g->paths[p]);
        }
    }
    fprintf(state.file, "\n");
}

/* Word of a cell's statistics page; 0: it has none. */
static u32 stats_word(u32 cell, u32 word)
{
    const struct boot *b = sim_host.system;
    u32 gpa = b->cells[cell].stats.raw;

    for (u32 i = 0; gpa != 0 && i < b->region_count; i++) {
        const struct machine_mapping *m = &b->regions[i].map;
        if (b->regions[i].cell == cell && gpa - m->gpa.raw < m->size) {
            return sim_ram_read32(&sim.ram, paddr(m->pa.raw + gpa - m->gpa.raw + 4U * word));
        }
    }
    return 0;
}

static _Noreturn void finish(const char *why)
{
    for (u32 m = 0; m < MARKS; m++) {
        for (u32 c = 0; c < CAUSES; c++) {
            span_print(m, c);
        }
        guest_print(m);
    }
    for (u32 i = 0; i < sim_host.system->cell_count; i++) {
        if (stats_word(i, 0) == STATS_MAGIC) {
            fprintf(state.file, "stats %s %" PRIu32 " %" PRIu32 " %" PRIu32 " %" PRIu32,
                    sim_cell_name(i), stats_word(i, STATS_COUNT), stats_word(i, STATS_MISSES),
                    stats_word(i, STATS_MIN), stats_word(i, STATS_MAX));
            for (u32 b = 0; b < STATS_BUCKETS; b++) {
                fprintf(state.file, " %" PRIu32, stats_word(i, STATS_FIRST_BUCKET + b));
            }
            fputc('\n', state.file);
        }
    }
    fprintf(state.file, "end %s\n", why);
    bool bad = ferror(state.file) != 0;
    bad = fclose(state.file) != 0 || bad;
    if (bad) {
        perror("THIMBLE_COUNT");
    }
    _Exit(bad);
}

/* ---- entries ----------------------------------------------------------------*/

/* Before the core: what has passed since it was left is the guest's, or idle. */
static void enter(void)
{
    u64 passed = sim_clock.now - state.left;

    if (kernel.cpu[0].current < CPU_MAX) {
        state.idle += passed;
    } else {
        state.guests[state.mark].time += passed;
    }
    memcpy(state.before, count_paths, sizeof(count_paths));
    state.left = sim_clock.now;
}

static void leave(u32 cause)
{
    struct span *s = &state.spans[state.mark][cause];
    struct guest *g = &state.guests[state.mark];
    u64 theirs = 0;

    for (u32 p = 0; p < PATHS; p++) {
        u64 times = count_paths[p] - state.before[p];
        s->paths[p] += times;
        if (sim_cost_guest(p) != 0 || p == PATH_TRAP || p == PATH_CALL_FAST ||
            p == PATH_REPLY_FAST) {
            g->paths[p] += times;
            theirs += times * sim_cost_guest(p);
        }
    }
    s->spans++;
    s->time += sim_clock.now - state.left - theirs;
    g->time += theirs;
    state.left = sim_clock.now;
}

/* True: it was one, and has no cost. */
static bool mark(u32 number)
{
    if (!state.marks || number < MARK_NUMBER) {
        return false;
    }
    if (number - MARK_NUMBER == MARK_END) {
        finish("mark");
    }
    if (number - MARK_NUMBER < MARK_DIGITS) {
        state.mark = number - MARK_NUMBER;
    }
    return true;
}

void __wrap_hypercall(struct cpu *cpu, u32 number);
void __real_hypercall(struct cpu *cpu, u32 number);
void __wrap_hypercall(struct cpu *cpu, u32 number)
{
    enter();
    if (number == state.end_number && --state.end_count == 0) {
        finish("hypercall");
    }
    __real_hypercall(cpu, number);
    if (mark(number)) {
        state.left = sim_clock.now;
    } else {
        leave(number < MARK_NUMBER ? number : MARK_NUMBER - 1U);
    }
}

void __wrap_interrupt(struct cpu *cpu);
void __real_interrupt(struct cpu *cpu);
void __wrap_interrupt(struct cpu *cpu)
{
    enter();
    __real_interrupt(cpu);
    leave(CAUSE_IRQ);
    if (state.rounds_cell != UINT32_MAX &&
        stats_word(state.rounds_cell, STATS_COUNT) >= state.rounds) {
        finish("rounds");
    }
}

void __wrap_fault(struct cpu *cpu, u32 kind, u32 address, u32 access, u32 pc);
void __real_fault(struct cpu *cpu, u32 kind, u32 address, u32 access, u32 pc);
void __wrap_fault(struct cpu *cpu, u32 kind, u32 address, u32 access, u32 pc)
{
    enter();
    __real_fault(cpu, kind, address, access, pc);
    leave(CAUSE_FAULT);
}

/* ---- helpers ----------------------------------------------------------------*/

#define HELPER(kind, result, name, parameters, arguments)   \
    result __wrap_##name parameters;                        \
    result __real_##name parameters;                        \
    result __wrap_##name parameters                         \
    {                                                       \
        state.guests[state.mark].helpers[kind]++;           \
        return __real_##name arguments;                     \
    }

HELPER(SIM_HELPER_ACCESS, u32, thimble_read32, (u32 address), (address))
HELPER(SIM_HELPER_ACCESS, u32, thimble_read16, (u32 address), (address))
HELPER(SIM_HELPER_ACCESS, u32, thimble_read8, (u32 address), (address))
HELPER(SIM_HELPER_ACCESS, void, thimble_write32, (u32 address, u32 value), (address, value))
HELPER(SIM_HELPER_ACCESS, void, thimble_write16, (u32 address, u32 value), (address, value))
HELPER(SIM_HELPER_ACCESS, void, thimble_write8, (u32 address, u32 value), (address, value))
HELPER(SIM_HELPER_ACCESS, void, thimble_execute, (u32 address), (address))
HELPER(SIM_HELPER_TIME, u64, thimble_time, (void), ())
HELPER(SIM_HELPER_SELF, u32, thimble_seed, (void), ())
HELPER(SIM_HELPER_SELF, u32, thimble_buffer, (void), ())
HELPER(SIM_HELPER_SELF, u32, thimble_stats, (void), ())

void __wrap_thimble_compute(u32 instructions);
void __real_thimble_compute(u32 instructions);
void __wrap_thimble_compute(u32 instructions)
{
    state.guests[state.mark].helpers[SIM_HELPER_COMPUTE]++;
    state.guests[state.mark].computed += instructions;
    __real_thimble_compute(instructions);
}

/* ---- the machine --------------------------------------------------------------*/

/* As QEMU's: it takes any number of characters at once, and raises its interrupt
 * with each. */
bool __wrap_sim_uart_write(struct sim_uart *uart, u64 now, u32 offset, u32 size, u32 value);
bool __real_sim_uart_write(struct sim_uart *uart, u64 now, u32 offset, u32 size, u32 value);
bool __wrap_sim_uart_write(struct sim_uart *uart, u64 now, u32 offset, u32 size, u32 value)
{
    bool done = __real_sim_uart_write(uart, now, offset, size, value);

    if (offset == UART_DR) {
        uart->ris |= UART_INT_TX;
    }
    return done;
}

/* "A:COUNT": the end of A; nobody else writes these settings. */
static const char *setting(const char *name, u64 *value)
{
    const char *text = getenv(name);
    const char *colon = text != NULL ? strchr(text, ':') : NULL;

    if (colon != NULL) {
        *value = strtoull(colon + 1, NULL, 10);
    }
    return colon != NULL ? text : NULL;
}

static void settings_read(const struct boot *b)
{
    const char *name = getenv("THIMBLE_COUNT");
    u64 rounds = 0;
    const char *end = setting("THIMBLE_COUNT_END", &state.end_count);
    const char *cell = setting("THIMBLE_COUNT_ROUNDS", &rounds);

    state.file = name != NULL ? fopen(name, "w") : NULL;
    if (state.file == NULL) {
        perror("THIMBLE_COUNT");
        exit(1);
    }
    state.marks = getenv("THIMBLE_COUNT_MARKS") != NULL;
    if (end != NULL) {
        state.end_number = (u32)strtoul(end, NULL, 10);
    }
    for (u32 i = 0; cell != NULL && i < b->cell_count; i++) {
        size_t length = strlen(b->cells[i].name);
        if (strncmp(cell, b->cells[i].name, length) == 0 && cell[length] == ':') {
            state.rounds_cell = i;
            state.rounds = (u32)rounds;
        }
    }
}

const char *__wrap_sim_boot(const struct boot *b, const struct sim_options *options);
const char *__real_sim_boot(const struct boot *b, const struct sim_options *options);
const char *__wrap_sim_boot(const struct boot *b, const struct sim_options *options)
{
    const char *misfit = __real_sim_boot(b, options);

    settings_read(b);
    sim.uart.char_time = 0;
    memset(count_paths, 0, sizeof(count_paths));
    state.left = sim_clock.now;
    return misfit;
}

void __wrap_sim_shutdown(void);
void __wrap_sim_shutdown(void)
{
    finish("other");
}
