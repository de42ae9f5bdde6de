/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Long random runs of the core against the reference model: many random
 * systems, some thousand random steps on each, everything compared after every
 * step. The seed decides all of it.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "compare.h"
#include "host.h"
#include "host_output.h"
#include "kernel.h"
#include "marks.h"
#include "model.h"
#include "sim.h"
#include "step.h"
#include "system.h"

#define LAST 20U        /* steps shown when something differs */
#define SYSTEM_STEPS 4000U
#define SYSTEM_SECONDS 20U
#define DEAD_STEPS 40U  /* a system in which nobody runs any more is given up */
#define RAM_EVERY 1024U

static struct {
    u64 seed;
    u64 steps; /* wanted */
    u64 step;  /* now */
    u64 systems;
    u64 system_state; /* of the generator before the last system was drawn, */
    u64 system_step;  /* and its first step */
    const char *finding; /* file for `make shrink` */
    struct step last[LAST];
    u64 hypercalls[THIMBLE_HYPERCALLS];
    u64 statuses[THIMBLE_ERRORS];
    u64 events[EVENTS];
    u64 guests[GUESTS];
    u64 taken; /* virtual interrupts */
    u64 trace; /* hash over what every step did, */
    u64 state; /* and over the state at the end of each system */
} soak = {.seed = 1, .steps = 1000000};

/* What tests/shrink/shrink.c needs to come to the same difference. */
static void finding_write(void)
{
    FILE *file = soak.finding != NULL ? fopen(soak.finding, "w") : NULL;

    if (file != NULL) {
        fprintf(file, "soak 0x%llx %llu seed %llu step %llu\n",
                (unsigned long long)soak.system_state,
                (unsigned long long)(soak.step - soak.system_step + 1U),
                (unsigned long long)soak.seed, (unsigned long long)soak.step);
        (void)output_close(file, soak.finding);
    }
}

static void replay_print(const char *difference)
{
    const char *canary = getenv("CANARY");

    printf("soak: step %llu of seed %llu: %s\n", (unsigned long long)soak.step,
           (unsigned long long)soak.seed, difference);
    u64 first = soak.step >= LAST ? soak.step - LAST + 1U : 0;
    for (u64 i = first; i <= soak.step; i++) {
        printf("%10llu ", (unsigned long long)i);
        step_print(stdout, &soak.last[i % LAST]);
    }
    printf("replay: make soak STEPS=%llu SEED=%llu%s%s\n", (unsigned long long)soak.step + 1U,
           (unsigned long long)soak.seed, canary != NULL && *canary != '\0' ? " CANARY=" : "",
           canary != NULL ? canary : "");
    finding_write();
}

/* A panic of the core, or worse: not a place to be careful about what a signal
 * handler may call, since nothing goes on after it. */
static void signal_report(int number)
{
    struct step *step = &soak.last[soak.step % LAST];

    step->next = kernel.cpu[0].current;
    (void)signal(number, SIG_DFL);
    replay_print(number == SIGABRT   ? "the core panicked"
                 : number == SIGALRM ? "the core, or the model, does not come to an end"
                                     : "the core, or the model, crashed");
    (void)fflush(stdout);
    _exit(1);
}

#if defined(HOST_ASAN)
void __sanitizer_set_death_callback(void (*callback)(void));

static void sanitizer_report(void)
{
    replay_print("a sanitizer has found something");
    (void)fflush(stdout);
}

static void reports_install(void)
{
    __sanitizer_set_death_callback(sanitizer_report);
    (void)signal(SIGABRT, signal_report);
    (void)signal(SIGALRM, signal_report);
}
#else
static void reports_install(void)
{
    static const int signals[] = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGALRM};

    for (size_t i = 0; i < ARRAY_SIZE(signals); i++) {
        (void)signal(signals[i], signal_report);
    }
}
#endif

static void count(const struct step *step)
{
    if (step->kind == STEP_EVENT) {
        soak.events[step->number]++;
    }
    soak.events[step->plan.event]++;
    if (step->kind == STEP_GUEST) {
        soak.guests[step->number]++;
        soak.taken += step->number == GUEST_TAKE && step->value < MODEL_VIRTUAL_LINES;
    }
    if (step->kind != STEP_HYPERCALL || step->number >= THIMBLE_HYPERCALLS) {
        return;
    }
    soak.hypercalls[step->number]++;
    if (step->next == step->thread && step->result < THIMBLE_ERRORS) {
        soak.statuses[step->result]++;
    }
}

static void mix(u64 *hash, u64 value)
{
    *hash = (*hash ^ value) * 0x100000001b3ULL;
    *hash ^= *hash >> 29;
}

static void trace_mix(const struct step *step)
{
    mix(&soak.trace, sim_clock.now);
    mix(&soak.trace, (u64)step->thread << 32 | step->next);
    for (u32 i = 0; i < THREAD_REGS; i += 2) {
        mix(&soak.trace, (u64)kernel.cpu[0].regs[i] << 32 | kernel.cpu[0].regs[i + 1]);
    }
}

/* One system, until it is worn out: NULL, or what differs. */
static const char *system_run(struct source *s)
{
    u64 end = soak.step + SYSTEM_STEPS / 8U + source_below(s, SYSTEM_STEPS);
    u32 dead = 0;

    soak.system_state = s->state;
    soak.system_step = soak.step;
    (void)alarm(SYSTEM_SECONDS);
    const char *difference = system_make(s);
    if (difference == NULL) {
        difference = compare_state();
    }
    step_begin(source_below(s, STEP_MOODS));
    soak.systems++;
    while (difference == NULL && soak.step < soak.steps && soak.step < end && dead < DEAD_STEPS) {
        struct step *step = &soak.last[soak.step % LAST];
        step_choose(s, step);
        difference = step_run(step, true);
        if (difference == NULL && soak.step % RAM_EVERY == 0) {
            difference = compare_ram();
        }
        if (difference != NULL) {
            return difference;
        }
        count(step);
        trace_mix(step);
        dead = step_dead() ? dead + 1U : 0;
        soak.step++;
    }
    if (difference == NULL) {
        difference = compare_ram();
    }
    mix(&soak.state, sim_state_hash());
    compare_ram_clear();
    return difference;
}

static void figures_print(double seconds)
{
    printf("soak: %llu steps on %llu systems, %.1f s, %.1f million steps a minute\n",
           (unsigned long long)soak.step, (unsigned long long)soak.systems, seconds,
           (double)soak.step / seconds * 60e-6);
    printf("soak: hypercalls by number:");
    for (u32 i = 0; i < THIMBLE_HYPERCALLS; i++) {
        printf(" %llu", (unsigned long long)soak.hypercalls[i]);
    }
    printf("\nsoak: statuses by number:");
    for (u32 i = 0; i < THIMBLE_ERRORS; i++) {
        printf(" %llu", (unsigned long long)soak.statuses[i]);
    }
    printf("\nsoak: events by number, planned ones included:");
    for (u32 i = 1; i < EVENTS; i++) {
        printf(" %llu", (unsigned long long)soak.events[i]);
    }
    printf("\nsoak: steps of guests by number:");
    for (u32 i = 0; i < GUESTS; i++) {
        printf(" %llu", (unsigned long long)soak.guests[i]);
    }
    printf(", virtual interrupts %llu", (unsigned long long)soak.taken);
    printf("\nstate hash: %016llx\ntrace hash: %016llx\n", (unsigned long long)soak.state,
           (unsigned long long)soak.trace);
}

static void options_read(int argc, char **argv)
{
    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--steps") == 0) {
            soak.steps = strtoull(argv[i + 1], NULL, 10);
        } else if (strcmp(argv[i], "--seed") == 0) {
            soak.seed = strtoull(argv[i + 1], NULL, 10);
        } else if (strcmp(argv[i], "--finding") == 0) {
            soak.finding = argv[i + 1];
        }
    }
}

int main(int argc, char **argv)
{
    struct timespec start;
    struct timespec end;
    struct source s;

    output_must_arrive();
    options_read(argc, argv);
    if (soak.steps == 0) {
        fprintf(stderr, "soak: --steps: not a number above 0\n");
        return 2;
    }
    reports_install();
    source_seed(&s, soak.seed);
    (void)clock_gettime(CLOCK_MONOTONIC, &start);
    while (soak.step < soak.steps) {
        const char *difference = system_run(&s);
        if (difference != NULL) {
            replay_print(difference);
            return 1;
        }
    }
    (void)clock_gettime(CLOCK_MONOTONIC, &end);
    figures_print((double)(end.tv_sec - start.tv_sec) +
                  (double)(end.tv_nsec - start.tv_nsec) * 1e-9);
    marks_print("soak");
    return 0;
}
