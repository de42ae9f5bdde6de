/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fuzzing in process: an input chooses one of a few systems and is then the
 * source of all decisions of a run, by the same steps and oracles as soak.
 * Systems are booted once and brought back from a copy for every input.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "compare.h"
#include "fuzz.h"
#include "marks.h"
#include "source.h"
#include "step.h"
#include "system.h"

#define FULL_EVERY 16U /* steps between comparisons of everything */
#define LAST 20U

static struct {
    struct system_copy *shapes[FUZZ_SHAPES];
    u64 steps;
    u64 inputs;
    u64 kinds[STEP_KINDS];
    u64 events[EVENTS];
    struct timespec start;
    struct step last[LAST];
    bool print; /* every step, as it is made */
} fuzz;

static void figures_print(void)
{
    struct timespec end;

    (void)clock_gettime(CLOCK_MONOTONIC, &end);
    double seconds = (double)(end.tv_sec - fuzz.start.tv_sec) +
                     (double)(end.tv_nsec - fuzz.start.tv_nsec) * 1e-9;
    printf("fuzz: %llu steps in %llu inputs, %.1f s, %.0f steps a second\n",
           (unsigned long long)fuzz.steps, (unsigned long long)fuzz.inputs, seconds,
           (double)fuzz.steps / seconds);
    printf("fuzz: hypercalls, accesses, faults, events:");
    for (u32 i = 0; i < STEP_KINDS; i++) {
        printf(" %llu", (unsigned long long)fuzz.kinds[i]);
    }
    printf("\nfuzz: events by number, planned ones included:");
    for (u32 i = 1; i < EVENTS; i++) {
        printf(" %llu", (unsigned long long)fuzz.events[i]);
    }
    printf("\n");
    marks_print("fuzz");
}

static void count(const struct step *step)
{
    fuzz.kinds[step->kind]++;
    if (step->kind == STEP_EVENT) {
        fuzz.events[step->number]++;
    }
    fuzz.events[step->plan.event]++;
}

static void begin(void)
{
    for (u32 i = 0; i < FUZZ_SHAPES; i++) {
        struct source s;
        source_seed(&s, i);
        const char *misfit = system_make(&s);
        if (misfit != NULL) {
            fprintf(stderr, "fuzz: system %u cannot boot: %s\n", i, misfit);
            exit(1);
        }
        fuzz.shapes[i] = system_save();
    }
    fuzz.print = getenv("FUZZ_PRINT") != NULL;
    (void)atexit(figures_print);
    (void)clock_gettime(CLOCK_MONOTONIC, &fuzz.start);
}

static _Noreturn void fail(const char *difference, u32 step)
{
    fprintf(stderr, "fuzz: step %u: %s\n", step, difference);
    for (u32 i = step >= LAST ? step - LAST + 1U : 0; i <= step; i++) {
        fprintf(stderr, "%6u ", i);
        step_print(stderr, &fuzz.last[i % LAST]);
    }
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct source s;
    u32 step = 0;

    if (fuzz.shapes[0] == NULL) {
        begin();
    }
    source_bytes(&s, data, size);
    system_restore(fuzz.shapes[source_below(&s, FUZZ_SHAPES)]);
    step_begin(source_below(&s, STEP_MOODS));
    /* At least one step, whatever the input. */
    do {
        struct step *now = &fuzz.last[step % LAST];
        step_choose(&s, now);
        count(now);
        bool full = step % FULL_EVERY == FULL_EVERY - 1U || source_ended(&s) || fuzz.print;
        const char *difference = step_run(now, full);
        if (fuzz.print) {
            step_print(stderr, now);
        }
        if (difference == NULL && source_ended(&s)) {
            difference = compare_ram();
        }
        if (difference != NULL) {
            fail(difference, step);
        }
        step++;
    } while (!source_ended(&s) && step < FUZZ_STEPS_MAX);
    fuzz.steps += step;
    fuzz.inputs++;
    return 0;
}
