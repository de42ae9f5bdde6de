/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Host time. A sample is one batch of operations, long enough that reading the
 * clock twice does not show in it and short enough that most batches see no
 * interrupt: the minimum is then the path itself and the p99 the machine.
 */
#define _GNU_SOURCE 1 /* sched_setaffinity */
#include "harness.h"

#include "pause.h"

#include <math.h>
#include <sched.h>
#include <stdlib.h>
#include <time.h>

#define BATCH_NS 30000.0
#define BATCH_TRIAL_NS 20000.0
/* Samples beyond twice what the time should give, for very short runs. */
#define SPARE 500U
#define WARM_UP_NS 1000000.0
#define SIMULATED_OPERATIONS 10U
/* Kernel and limit cases, whose ratios are quoted, get more than the peers. */
#define SECONDS_OWN 0.5
#define SECONDS_PEER 0.4

static double clock_ns(clockid_t clock)
{
    struct timespec now;

    if (clock_gettime(clock, &now) != 0) {
        bench_fail("clock_gettime failed");
    }
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

int harness_pin(void)
{
    cpu_set_t allowed;
    cpu_set_t one;

    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) {
        return -1;
    }
    /* The last CPU: Linux sends most device interrupts to the first. */
    for (int cpu = CPU_SETSIZE - 1; cpu >= 0; cpu--) {
        if (CPU_ISSET(cpu, &allowed)) {
            CPU_ZERO(&one);
            CPU_SET(cpu, &one);
            return sched_setaffinity(0, sizeof one, &one) == 0 ? cpu : -1;
        }
    }
    return -1;
}

static double batch_time(const struct bench_case *bench, uint64_t batch)
{
    double start = clock_ns(CLOCK_MONOTONIC);

    bench->run(bench, batch);
    return clock_ns(CLOCK_MONOTONIC) - start - pause_take();
}

/* Doubles the batch until it takes a measurable time, then scales it. */
static uint64_t batch_choose(const struct bench_case *bench)
{
    uint64_t batch = 1;
    double best = batch_time(bench, batch);
    double scaled;

    while (best < BATCH_TRIAL_NS) {
        batch *= 2;
        best = batch_time(bench, batch);
    }
    /* One trial may have met an interrupt and look too long. */
    for (int trial = 0; trial < 8; trial++) {
        best = fmin(best, batch_time(bench, batch));
    }
    scaled = floor((double)batch * BATCH_NS / fmax(best, 1));
    return scaled < 1 ? 1 : (uint64_t)scaled;
}

static void warm_up(const struct suite_result *result)
{
    double end = clock_ns(CLOCK_MONOTONIC) + WARM_UP_NS;

    do {
        result->bench->run(result->bench, result->batch);
    } while (clock_ns(CLOCK_MONOTONIC) < end);
    (void)pause_take();
}

/* Virtual time passes in the same way each time: two runs tell all. What is not
 * an operation's own is in both. */
static void simulated_measure(struct suite_result *result)
{
    const struct bench_case *bench = result->bench;
    uint64_t start;
    uint64_t between;

    if (bench->simulated == NULL) {
        return;
    }
    start = bench->simulated();
    bench->run(bench, SIMULATED_OPERATIONS);
    between = bench->simulated();
    bench->run(bench, 2 * SIMULATED_OPERATIONS);
    result->simulated = (double)((bench->simulated() - between) - (between - start)) /
                        SIMULATED_OPERATIONS;
}

static double case_seconds(const struct bench_case *bench, double seconds)
{
    if (seconds > 0) {
        return seconds;
    }
    return bench->class == BENCH_PEER ? SECONDS_PEER : SECONDS_OWN;
}

/* One allocation for the samples of all cases and rounds, written to here
 * rather than while the clock runs: the first touch of a page is slow. */
static void samples_reserve(struct suite *suite, double seconds)
{
    double longest = seconds > 0 ? seconds : SECONDS_OWN;
    size_t capacity = (size_t)(longest * 1e9 / BATCH_NS * 2) + SPARE;
    size_t total = capacity * suite->count;

    suite->samples = malloc(total * sizeof *suite->samples);
    if (suite->samples == NULL) {
        bench_fail("out of memory");
    }
    for (size_t i = 0; i < total; i++) {
        suite->samples[i] = -1;
    }
    for (size_t i = 0; i < suite->count; i++) {
        suite->results[i].samples = suite->samples + i * capacity;
        suite->results[i].samples_capacity = capacity;
    }
}

/* One round's share of time and of room. */
static void samples_take(struct suite_result *result, double ns)
{
    const struct bench_case *bench = result->bench;
    uint64_t batch = result->batch;
    size_t limit = result->samples_count + result->samples_capacity / HARNESS_ROUNDS;
    double cpu = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
    double start = clock_ns(CLOCK_MONOTONIC);
    double end = start + ns;
    double paused = 0;

    do {
        double now;
        double pause;

        bench->run(bench, batch);
        now = clock_ns(CLOCK_MONOTONIC);
        pause = pause_take();
        paused += pause;
        result->samples[result->samples_count++] = (now - start - pause) / (double)batch;
        result->iterations += batch;
        start = now;
    } while (start < end && result->samples_count < limit);
    /* What is paused never waits. */
    result->cpu_total += clock_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu - paused;
}

static void result_measure(struct suite_result *result, double seconds)
{
    if (result->refusal[0] != '\0' || !suite_setup(result)) {
        return;
    }
    if (result->batch == 0) {
        result->batch = batch_choose(result->bench);
    }
    warm_up(result);
    simulated_measure(result);
    samples_take(result, seconds * 1e9 / HARNESS_ROUNDS);
    suite_teardown(result);
}

void harness_measure(struct suite *suite, double seconds)
{
    samples_reserve(suite, seconds);
    for (int round = 0; round < HARNESS_ROUNDS; round++) {
        for (size_t i = 0; i < suite->count; i++) {
            /* Every other round runs backwards: a steady drift then weighs
             * on the first and the last case alike. */
            size_t next = round % 2 == 0 ? i : suite->count - 1 - i;
            struct suite_result *result = &suite->results[next];

            result_measure(result, case_seconds(result->bench, seconds));
        }
    }
    suite_summarise(suite);
}
