/* SPDX-License-Identifier: BSD-2-Clause */
/*
 *   deadlines [--systems N] [--seed S] [--time MS] [--data FILE] [--show] [--bystanders]
 *   deadlines --emit FILE [--seed S]
 *
 * draws, checks and runs N systems, of seeds from S on: see deadlines.h. One line for each
 * promise goes to the file: bound, and worst seen, in instructions. Fails where one is missed.
 * Or the bystanders, instead: there a deadline one microsecond above the budget is refused. Or a
 * system for ARM is written to a file.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "deadlines.h"
#include "describe.h"
#include "host_output.h"
#include "kernel.h"
#include "sim.h"

#define RATIOS 1000U /* in hundredths; the last has all above */

static struct {
    u64 seed;
    u64 systems;
    u64 ms;
    const char *data;
    const char *emit;
    bool show;
    bool bystanders;
} arguments = {.seed = 1, .systems = 300, .ms = 24};

static struct {
    u64 systems;
    u64 refused;
    u64 promises; /* that were put to the test */
    u64 jobs;
    u64 missed;
    u64 ratios[RATIOS];
    u64 tightest; /* bound by worst, in millionths, and whose */
    u64 tightest_seed;
    struct actor tightest_actor;
} all = {.tightest = ~(u64)0};

static void replay(u64 seed)
{
    printf("replay: make deadlines N=1 SEED=%llu SHOW=1\n", (unsigned long long)seed);
}

static const char *act_name(enum act act)
{
    static const char *const names[] = {
        "job",    "greedy",  "cunning", "napper", "storm",   "guest",   "server",
        "manager", "caller", "mapper",  "sleeper", "faulter", "restarter"};

    return names[act];
}

static void actor_show(const struct actor *a)
{
    printf("  actor %2u %-9s line %d, wakes %u, calls %u and %u, first %llu: bound %llu, left "
           "%llu, worst %llu of %u, at %llu\n",
           a->index, act_name(a->act), a->line, a->wakes, a->calls[0], a->calls[1],
           (unsigned long long)a->first, (unsigned long long)a->bound,
           (unsigned long long)a->left, (unsigned long long)a->worst, a->count,
           (unsigned long long)a->worst_at);
}

static void show(const struct described *d)
{
    describe_print(&plan.system, d, stdout);
    for (u32 i = 0; i < plan.actor_count; i++) {
        actor_show(&plan.actors[i]);
    }
}

/* A response cannot be put to the test if nothing was left, or it never came to one. */
static bool judge(u64 seed, const struct actor *a, FILE *data)
{
    if (a->bound == 0 || a->count == 0 || (a->act == ACT_JOB && a->left == 0)) {
        return true;
    }
    u64 ratio = a->bound * 1000000U / (a->worst != 0 ? a->worst : 1U);
    u64 bin = ratio / 10000U < RATIOS - 1U ? ratio / 10000U : RATIOS - 1U;
    all.promises++;
    all.jobs += a->count;
    all.ratios[bin]++;
    if (ratio < all.tightest) {
        all.tightest = ratio;
        all.tightest_seed = seed;
        all.tightest_actor = *a;
    }
    if (data != NULL) {
        fprintf(data, "%llu %u %s %llu %llu\n", (unsigned long long)seed, a->index,
                act_name(a->act), (unsigned long long)a->bound, (unsigned long long)a->worst);
    }
    if (a->worst <= a->bound) {
        return true;
    }
    all.missed++;
    printf("deadlines: system of seed %llu: a response of %llu instructions is over its bound of "
           "%llu\n",
           (unsigned long long)seed, (unsigned long long)a->worst,
           (unsigned long long)a->bound);
    actor_show(a);
    replay(seed);
    return false;
}

static bool run(u64 seed, const struct described *d, FILE *data)
{
    struct sim_options options = {.seed = seed, .boot_time = true};
    const char *misfit = sim_boot(&d->boot, &options);
    bool good = true;

    if (misfit != NULL) {
        printf("deadlines: system of seed %llu does not boot: %s\n", (unsigned long long)seed,
               misfit);
        return false;
    }
    for (u32 i = 0; i < plan.actor_count; i++) {
        sim_guest_script(boot_thread_index(i), act, &plan.actors[i], sizeof(plan.actors[i]));
    }
    enum sim_end end = sim_run(arguments.ms * 1000000U);
    if (end != SIM_END_TIME && end != SIM_END_IDLE) {
        printf("deadlines: system of seed %llu: %s\n", (unsigned long long)seed,
               sim_end_text(end));
        replay(seed);
        return false;
    }
    for (u32 i = 0; i < plan.actor_count; i++) {
        good = judge(seed, &plan.actors[i], data) && good;
    }
    return good;
}

static bool bystanders_refused(u64 which, FILE *errors)
{
    struct system_thread *loop = &plan.threads[1][0];
    u32 least = loop->deadline_us;
    struct described d;

    loop->deadline_us = loop->budget_us + 1U;
    if (least == 0 || describe_compile(&plan.system, &board_sim, &d, errors)) {
        printf("deadlines: bystanders %llu: accepted at once\n", (unsigned long long)which);
        return false;
    }
    loop->deadline_us = least;
    return true;
}

static bool system_try(u64 seed, FILE *data)
{
    struct described d;
    FILE *errors = arguments.show ? stdout : fopen("/dev/null", "w");
    bool good = true;

    if (errors == NULL) {
        return false;
    }
    all.systems++;
    bool drawn = arguments.bystanders ? draw_bystanders((u32)seed, errors) &&
                                            bystanders_refused(seed, errors)
                                      : draw(seed, false, errors);
    if (drawn && describe_compile(&plan.system, &board_sim, &d, errors)) {
        for (u32 i = 0; i < plan.cell_count; i++) {
            d.cells[i].program = NULL; /* a script stands for it */
        }
        good = run(seed, &d, data);
        if (arguments.show) {
            show(&d);
        }
        describe_free(&d);
    } else {
        all.refused++;
        good = !arguments.bystanders;
    }
    if (errors != stdout) {
        (void)fclose(errors);
    }
    return good;
}

/* The ratio that so many of a hundred promises are below. */
static double quantile(u32 percent)
{
    u64 wanted = (all.promises * percent + 99U) / 100U;
    u64 sum = 0;

    for (u32 i = 0; i < RATIOS; i++) {
        sum += all.ratios[i];
        if (sum >= wanted) {
            return (i + 1U) / 100.0;
        }
    }
    return 0;
}

static void report(double seconds)
{
    printf("deadlines: %llu systems from seed %llu on, %.1f s: %llu promises kept %llu times, "
           "%llu missed; %llu systems refused\n",
           (unsigned long long)all.systems, (unsigned long long)arguments.seed, seconds,
           (unsigned long long)all.promises, (unsigned long long)all.jobs,
           (unsigned long long)all.missed, (unsigned long long)all.refused);
    if (all.promises == 0) {
        return;
    }
    printf("deadlines: bound over worst seen: least %.3f, tenth %.2f, median %.2f, nine tenths "
           "%.2f\n",
           (double)all.tightest / 1e6, quantile(10), quantile(50), quantile(90));
    printf("deadlines: the tightest: a %s of seed %llu, bound %llu, seen %llu instructions\n",
           act_name(all.tightest_actor.act), (unsigned long long)all.tightest_seed,
           (unsigned long long)all.tightest_actor.bound,
           (unsigned long long)all.tightest_actor.worst);
}

static void parse(int argc, char **argv)
{
    static const struct option options[] = {
        {"systems", required_argument, NULL, 'n'}, {"seed", required_argument, NULL, 's'},
        {"time", required_argument, NULL, 't'},    {"data", required_argument, NULL, 'd'},
        {"show", no_argument, NULL, 'v'},          {"bystanders", no_argument, NULL, 'b'},
        {"emit", required_argument, NULL, 'e'},
        {NULL, 0, NULL, 0},
    };
    int o;

    while ((o = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (o == 'n') {
            arguments.systems = strtoull(optarg, NULL, 10);
        } else if (o == 's') {
            arguments.seed = strtoull(optarg, NULL, 10);
        } else if (o == 't') {
            arguments.ms = strtoull(optarg, NULL, 10);
        } else if (o == 'd') {
            arguments.data = optarg;
        } else if (o == 'e') {
            arguments.emit = optarg;
        } else if (o == 'v') {
            arguments.show = true;
        } else if (o == 'b') {
            arguments.bystanders = true;
            arguments.systems = BYSTANDERS;
            arguments.seed = 0;
        } else {
            exit(2);
        }
    }
}

static bool emitted(void)
{
    FILE *file = fopen(arguments.emit, "w");

    if (file == NULL || !draw(arguments.seed, true, stderr)) {
        return false;
    }
    emit(file, arguments.seed);
    return output_close(file, arguments.emit);
}

int main(int argc, char **argv)
{
    struct timespec from;
    struct timespec to;
    bool good = true;

    output_must_arrive();
    parse(argc, argv);
    if (arguments.emit != NULL) {
        return emitted() ? EXIT_SUCCESS : EXIT_FAILURE;
    }
    FILE *data = arguments.data != NULL ? fopen(arguments.data, "w") : NULL;
    (void)clock_gettime(CLOCK_MONOTONIC, &from);
    for (u64 i = 0; i < arguments.systems && all.missed < 10U; i++) {
        good = system_try(arguments.seed + i, data) && good;
    }
    (void)clock_gettime(CLOCK_MONOTONIC, &to);
    report((double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9);
    good = (data == NULL || output_close(data, arguments.data)) && good;
    return good && all.promises != 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
