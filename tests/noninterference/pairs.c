/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * noninterference [--pairs N] [--seed N] [--print]: makes both runs of each pair and
 * compares what observers have seen. See noninterference.h.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "host_output.h"
#include "kernel.h"
#include "noninterference.h"
#include "sim.h"

#define OBSERVER_STEPS 160U
#define ACTOR_STEPS 320U
#define ENTRIES (OBSERVER_STEPS + 2U)
#define FILES (2U * ENTRIES)
#define JOBS 64U
#define END 30000000U /* instructions */
#define LINES_EVERY 2000U
#define LINES_COUNT 300U
#define RUN_SECONDS 5U

struct entry {
    u8 thread;
    bool fresh, interrupted, undefined;
    u8 step;
    u32 number;
    u32 address;
    u32 value; /* that was read */
    u32 regs[THREAD_REGS];
    u32 parts[VIEW_PARTS];
    u32 to[THREAD_REGS]; /* what it does then */
    u64 time;
};

struct party_run {
    u32 count;
    u32 steps;
    bool parked; /* it has made all its steps */
    bool quiet;  /* nobody of it will ever run again */
    u64 memory;
    struct entry entries[ENTRIES];
};

struct run {
    struct party_run parties[PARTIES];
    u32 jobs;
    u64 done[JOBS]; /* instructions: when each job was */
    bool revokes[JOBS];
    const char *wrong;
    u32 wrong_thread; /* that ran, and its registers */
    u32 wrong_regs[THREAD_REGS];
};

static struct run runs[2];
static struct run *run;
static u32 files[THREAD_MAX][FILES][THREAD_REGS];

static struct {
    u64 seed;
    u64 pairs;
    u64 pair; /* now */
    bool print;
    u64 of_mode[MODES];
    u64 entries;
    u64 observed; /* parties whose runs were compared to their end */
    u64 parties;
    u64 actor_steps;
    u64 preempted; /* observers' long hypercalls */
    u64 lines;     /* of the actor that have risen */
    u64 jobs;
    u64 worst; /* difference of times, per mille of the bound, and both */
    u64 worst_difference;
    u64 worst_bound;
    u64 revoking; /* the largest with a revocation */
} all = {.seed = 1, .pairs = 1000};

/* ---- the actor's devices -------------------------------------------------------*/

static struct {
    struct source source;
    u64 next;
    u32 left;
} device;

static void device_next(void)
{
    device.next = sim_clock.now + 1U + source_below(&device.source, LINES_EVERY);
    if (device.left-- == 0) {
        device.next = SIM_TIME_NEVER;
    }
}

static void device_begin(u64 seed, u32 variant)
{
    source_seed(&device.source, seed * 2U + variant);
    device.left = variant == SILENT ? 0 : LINES_COUNT;
    device_next();
}

static void device_due(void)
{
    if (sim_clock.now < device.next) {
        return;
    }
    u32 line = plan.parties[ACTOR].lines[source_below(&device.source, 2)];
    sim_gic_line_set(&sim.gic, line, true);
    if (source_percent(&device.source, 80)) {
        sim_gic_line_set(&sim.gic, line, false);
    }
    all.lines++;
    device_next();
}

/* The linker's names. */
bool __real_hw_isr_pending(void);
bool __wrap_hw_isr_pending(void);
void __wrap_host_signals_install(void);

void __wrap_host_signals_install(void)
{
}

/* Lines rise inside long hypercalls, too. */
bool __wrap_hw_isr_pending(void)
{
    device_due();
    bool pending = __real_hw_isr_pending();
    const struct thread *t = &kernel.threads[kernel.cpu[0].current];
    all.preempted += pending && t->restart != 0 && actors[kernel.cpu[0].current].party != ACTOR;
    return pending;
}

/* ---- records ---------------------------------------------------------------------*/

void record_wrong(const char *what)
{
    if (run->wrong == NULL) {
        run->wrong = what;
        run->wrong_thread = kernel.cpu[0].current;
        memcpy(run->wrong_regs, kernel.cpu[0].regs, sizeof(run->wrong_regs));
    }
}

static void file_add(struct actor *a, const u32 *regs)
{
    if (a->files < FILES) {
        memcpy(files[a->thread][a->files++], regs, sizeof(files[0][0]));
    }
}

/* r1 and r2 may be those of a long hypercall that was on its way. */
bool record_own(const struct actor *a, const u32 *regs)
{
    static const u32 at_start[THREAD_REGS - 3U];

    if (memcmp(at_start, &regs[3], sizeof(at_start)) == 0) {
        return true;
    }
    for (u32 i = 0; i < a->files; i++) {
        if (memcmp(&files[a->thread][i][3], &regs[3], sizeof(at_start)) == 0) {
            return true;
        }
    }
    return a->files == FILES;
}

bool record_done(u32 party)
{
    struct party_run *p = &run->parties[party];

    if (p->steps < (party == ACTOR ? ACTOR_STEPS : OBSERVER_STEPS)) {
        return false;
    }
    p->parked = true;
    bool done = true;
    for (u32 i = 1; i < PARTIES; i++) {
        done &= run->parties[i].parked;
    }
    if (done) {
        sim_stop();
    }
    return true;
}

void record_step(const struct actor *a, const u32 *regs, const struct sim_action *seen)
{
    struct party_run *p = &run->parties[a->party];

    p->steps++;
    if (a->party == ACTOR || p->count == ENTRIES) {
        return;
    }
    file_add(&actors[a->thread], regs);
    struct entry *e = &p->entries[p->count++];
    *e = (struct entry){
        .thread = (u8)a->thread,
        .fresh = seen->fresh,
        .interrupted = seen->interrupted,
        .undefined = seen->undefined,
        .value = seen->value,
        .time = plan.mode == MODE_EXACT ? sim_clock.now : 0,
    };
    memcpy(e->regs, regs, sizeof(e->regs));
    view_take(a->party, e->parts);
}

void record_action(const struct actor *a, const u32 *regs, const struct sim_action *action)
{
    struct party_run *p = &run->parties[a->party];

    if (a->party == ACTOR || p->count == 0) {
        return;
    }
    struct entry *e = &p->entries[p->count - 1U];
    e->step = action->step;
    e->number = action->number;
    e->address = action->address;
    memcpy(e->to, regs, sizeof(e->to));
    file_add(&actors[a->thread], regs);
}

void record_job(const struct actor *a)
{
    if (run->jobs < JOBS) {
        run->done[run->jobs] = sim_clock.now;
        run->revokes[run->jobs++] = a->revokes;
    }
}

/* ---- runs --------------------------------------------------------------------------*/

/* Does anybody of it have time, or get some? */
static bool party_alive(const struct party *p)
{
    for (u32 i = 0; i < p->actives; i++) {
        const struct sc *sc = &kernel.scs[kernel.threads[p->threads[i]].sc];
        if (sc->queued || sc->armed != 0) {
            return true;
        }
    }
    return false;
}

static void run_end(void)
{
    for (u32 i = 1; i < PARTIES; i++) {
        struct party_run *p = &run->parties[i];
        p->quiet = !p->parked && !party_alive(&plan.parties[i]);
        if (p->quiet && p->count < ENTRIES) {
            struct entry *e = &p->entries[p->count++];
            *e = (struct entry){.thread = 0};
            view_take(i, e->parts);
        }
        p->memory = view_memory(i);
    }
    all.actor_steps += run->parties[ACTOR].steps;
}

static void run_make(u64 seed, u32 variant)
{
    memset(run, 0, offsetof(struct run, parties));
    for (u32 i = 0; i < PARTIES; i++) {
        run->parties[i].count = 0;
        run->parties[i].steps = 0;
        run->parties[i].parked = false;
        run->parties[i].quiet = false;
    }
    run->jobs = 0;
    run->wrong = system_make(seed, variant);
    device_begin(seed, variant);
    (void)alarm(RUN_SECONDS);
    while (run->wrong == NULL && sim_clock.now < END) {
        u64 until = device.next < END ? device.next : END;
        enum sim_end end = sim_run(until);
        if (end == SIM_END_REQUEST || (end == SIM_END_IDLE && device.next >= END)) {
            break;
        }
        if (end == SIM_END_IDLE) {
            sim_clock.now = until > sim_clock.now ? until : sim_clock.now;
        } else if (end != SIM_END_TIME) {
            record_wrong("the core panicked");
        }
        device_due();
    }
    (void)alarm(0);
    run_end();
}

/* ---- comparison ----------------------------------------------------------------------*/

static const char *const mode_names[MODES] = {"erased", "exact", "timed"};
static const char *const part_names[VIEW_PARTS] = {
    [VIEW_CAPS] = "capabilities",
    [VIEW_REGIONS] = "regions",
    [VIEW_CELLS] = "cells",
    [VIEW_THREADS] = "threads",
    [VIEW_REGISTERS] = "registers of threads that do not run",
    [VIEW_NOTIFICATIONS] = "notifications",
    [VIEW_LINES] = "lines",
    [VIEW_VCPU] = "the vCPU",
    [VIEW_TIME] = "scheduling contexts",
};

/* What differs; NULL. */
static const char *entry_differs(const struct entry *a, const struct entry *b)
{
    if (a->thread != b->thread) {
        return "another thread makes the step";
    }
    if (memcmp(a->regs, b->regs, sizeof(a->regs)) != 0) {
        return "other registers";
    }
    if (a->value != b->value) {
        return "another word read";
    }
    if (a->fresh != b->fresh || a->interrupted != b->interrupted ||
        a->undefined != b->undefined) {
        return "a restart, or an interrupt";
    }
    for (u32 i = 0; i < VIEW_PARTS; i++) {
        if (a->parts[i] != b->parts[i]) {
            return part_names[i];
        }
    }
    return a->time != b->time ? "another time" : NULL;
}

static void entry_print(const struct entry *e)
{
    printf("  thread %2u%s%s%s read 0x%x at %llu, r", e->thread, e->fresh ? " fresh" : "",
           e->interrupted ? " interrupted" : "", e->undefined ? " undefined" : "", e->value,
           (unsigned long long)e->time);
    for (u32 i = 0; i < THREAD_REGS; i++) {
        printf(" %x", e->regs[i]);
    }
    printf("\n      does %u.%u at 0x%x:", e->step, e->number, e->address);
    for (u32 i = 0; i < THREAD_REGS; i++) {
        printf(" %x", e->to[i]);
    }
    printf("\n");
}

static void party_print(u32 party, u32 at)
{
    for (u32 r = 0; r < 2U; r++) {
        const struct party_run *p = &runs[r].parties[party];
        printf("run %u: %u steps%s%s\n", r, p->count, p->parked ? ", all" : "",
               p->quiet ? ", waits for ever" : "");
        for (u32 i = at >= 5U ? at - 5U : 0; i <= at && i < p->count; i++) {
            printf("%4u", i);
            entry_print(&p->entries[i]);
        }
    }
}

static void wrong_print(void)
{
    u32 party = actors[run->wrong_thread].party;

    printf("noninterference: pair of seed %llu, %s, thread %u: %s\n  with",
           (unsigned long long)all.pair, mode_names[plan.mode], run->wrong_thread, run->wrong);
    for (u32 i = 0; i < THREAD_REGS; i++) {
        printf(" %x", run->wrong_regs[i]);
    }
    printf("\n");
    party_print(party, run->parties[party].count);
}

static bool report(u32 party, u32 at, const char *what)
{
    printf("noninterference: pair of seed %llu, %s: observer %u sees a difference at step %u: %s\n",
           (unsigned long long)all.pair, mode_names[plan.mode], party, at, what);
    party_print(party, at);
    return false;
}

static bool party_same(u32 party)
{
    const struct party_run *a = &runs[0].parties[party];
    const struct party_run *b = &runs[1].parties[party];
    u32 count = a->count < b->count ? a->count : b->count;

    for (u32 i = 0; i < count; i++) {
        const char *what = entry_differs(&a->entries[i], &b->entries[i]);
        if (what != NULL) {
            return report(party, i, what);
        }
    }
    all.entries += count;
    all.parties++;
    bool ended = (a->parked || a->quiet) && (b->parked || b->quiet);
    if (a->count != b->count && (ended || (a->quiet && a->count <= b->count) ||
                                 (b->quiet && b->count <= a->count))) {
        return report(party, count, "it makes more steps in one run");
    }
    all.observed += ended;
    if (ended && a->memory != b->memory) {
        return report(party, count, "memory");
    }
    return true;
}

/* The most urgent observer's jobs: in MODE_TIMED. */
static bool times_same(void)
{
    u64 bound = system_bound();
    u32 count = runs[0].jobs < runs[1].jobs ? runs[0].jobs : runs[1].jobs;

    for (u32 i = 0; i < count; i++) {
        u64 a = runs[0].done[i];
        u64 b = runs[1].done[i];
        u64 difference = a > b ? a - b : b - a;
        if (runs[0].revokes[i]) {
            all.revoking = difference > all.revoking ? difference : all.revoking;
            continue;
        }
        all.jobs++;
        if (difference * 1000U > all.worst * bound) {
            all.worst = difference * 1000U / bound;
            all.worst_difference = difference;
            all.worst_bound = bound;
        }
        if (difference > bound) {
            printf("noninterference: pair of seed %llu, timed: job %u is done %llu instructions "
                   "later, the bound is %llu\n",
                   (unsigned long long)all.pair, i, (unsigned long long)difference,
                   (unsigned long long)bound);
            return false;
        }
    }
    return true;
}

static bool pair_same(void)
{
    struct source s;

    source_seed(&s, all.pair ^ 0x5eedU << 20);
    u32 other = source_percent(&s, 25) ? SILENT : 1U;
    run = &runs[0];
    run_make(all.pair, 0);
    if (run->wrong == NULL) {
        run = &runs[1];
        run_make(all.pair, other);
    }
    all.of_mode[plan.mode]++;
    if (run->wrong != NULL) {
        wrong_print();
        return false;
    }
    for (u32 i = 1; i < PARTIES; i++) {
        if (!party_same(i)) {
            return false;
        }
    }
    if (all.print) {
        party_print(1, ENTRIES);
        party_print(2, ENTRIES);
    }
    return plan.mode != MODE_TIMED || times_same();
}

/* ---- main ------------------------------------------------------------------------------*/

static void replay_print(void)
{
    const char *leak = getenv("LEAK");

    printf("replay: make noninterference SEED=%llu PAIRS=1%s%s\n", (unsigned long long)all.pair,
           leak != NULL && *leak != '\0' ? " LEAK=" : "", leak != NULL ? leak : "");
    (void)fflush(stdout);
}

/* Nothing goes on after it. */
static void signal_report(int number)
{
    (void)signal(number, SIG_DFL);
    printf("noninterference: pair of seed %llu, %s: %s\n", (unsigned long long)all.pair,
           mode_names[plan.mode],
           number == SIGALRM ? "a run does not come to an end" : "the core crashed");
    replay_print();
    _exit(1);
}

static void reports_install(void)
{
    static const int signals[] = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGALRM};

    for (size_t i = 0; i < ARRAY_SIZE(signals); i++) {
        (void)signal(signals[i], signal_report);
    }
}

static void figures_print(double seconds)
{
    printf("noninterference: %llu pairs from seed %llu on, %.1f s: %llu erased, %llu exact, "
           "%llu timed\n",
           (unsigned long long)all.pairs, (unsigned long long)all.seed, seconds,
           (unsigned long long)all.of_mode[0], (unsigned long long)all.of_mode[1],
           (unsigned long long)all.of_mode[2]);
    printf("noninterference: %llu steps of observers compared, %llu of %llu histories to their "
           "end\n",
           (unsigned long long)all.entries, (unsigned long long)all.observed,
           (unsigned long long)all.parties);
    printf("noninterference: meanwhile %llu steps of actors, %llu of their lines, %llu long "
           "hypercalls of observers preempted\n",
           (unsigned long long)all.actor_steps, (unsigned long long)all.lines,
           (unsigned long long)all.preempted);
    printf("noninterference: %llu jobs timed: at most %llu instructions apart, where the bound "
           "is %llu; with a revocation, %llu\n",
           (unsigned long long)all.jobs, (unsigned long long)all.worst_difference,
           (unsigned long long)all.worst_bound, (unsigned long long)all.revoking);
}

static void options_read(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : "";
        if (strcmp(argv[i], "--print") == 0) {
            all.print = true;
            continue;
        }
        if (strcmp(argv[i], "--pairs") == 0) {
            all.pairs = strtoull(value, NULL, 10);
        } else if (strcmp(argv[i], "--seed") == 0) {
            all.seed = strtoull(value, NULL, 10);
        }
        i++;
    }
}

int main(int argc, char **argv)
{
    struct timespec start;
    struct timespec end;

    output_must_arrive();
    options_read(argc, argv);
    if (all.pairs == 0) {
        fprintf(stderr, "noninterference: --pairs: not a number above 0\n");
        return 2;
    }
    reports_install();
    (void)clock_gettime(CLOCK_MONOTONIC, &start);
    for (all.pair = all.seed; all.pair - all.seed < all.pairs; all.pair++) {
        if (!pair_same()) {
            replay_print();
            return 1;
        }
    }
    (void)clock_gettime(CLOCK_MONOTONIC, &end);
    figures_print((double)(end.tv_sec - start.tv_sec) +
                  (double)(end.tv_nsec - start.tv_nsec) * 1e-9);
    return 0;
}
