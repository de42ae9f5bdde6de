/* SPDX-License-Identifier: BSD-2-Clause */
/* A run is fixed by system and seed, and by nothing that looks at it. */
#include "test_sim_support.h"

#include <valgrind/valgrind.h>

#include "stats.h"
#include "time.h"

static const struct sim_options plain = {.seed = 7, .observe = true};

static struct outcome run_whole(const struct system *system, const struct sim_options *options,
                                u64 until)
{
    boot_system(system, options);
    (void)sim_run(until);
    return outcome();
}

static struct outcome run_sliced(const struct system *system, const struct sim_options *options,
                                 u64 until, u32 longest)
{
    struct sim_random random;

    sim_random_seed(&random, longest, 0);
    boot_system(system, options);
    for (u64 at = 0; at < until;) {
        at += 1U + sim_random_below(&random, longest);
        (void)sim_run(at < until ? at : until);
    }
    return outcome();
}

Test(sim_run, the_same_seed_is_the_same_run)
{
    struct outcome first = run_whole(&gateway_system, &plain, 20 * MS);
    struct outcome pingpong = run_whole(&pingpong_system, &plain, MS);

    cr_expect_gt(first.events, 1000);
    cr_expect_gt(pingpong.events, 1000);
    expect_same(first, run_whole(&gateway_system, &plain, 20 * MS));
    expect_same(pingpong, run_whole(&pingpong_system, &plain, MS));
}

Test(sim_run, another_seed_has_other_events)
{
    struct outcome first = run_whole(&gateway_system, &plain, 20 * MS);
    struct outcome other =
        run_whole(&gateway_system, &(struct sim_options){.seed = 8, .observe = true}, 20 * MS);

    cr_expect_neq(first.trace, other.trace);
    cr_expect_neq(first.state, other.state);
    cr_expect_neq(first.events, other.events);
}

static void compute_and_yield(u32 argument)
{
    thimble_compute(argument);
    (void)thimble_yield();
}

Test(sim_run, the_trace_knows_when_events_were)
{
    struct outcome runs[2];

    for (u32 i = 0; i < 2; i++) {
        build_begin();
        build_active(build_cell("app"), 5, compute_and_yield, 100 + i);
        boot_it();
        cr_assert_eq(sim_run(MS), SIM_END_IDLE);
        runs[i] = outcome();
    }
    cr_expect_eq(runs[0].events, runs[1].events);
    cr_expect_neq(runs[0].trace, runs[1].trace);
}

Test(sim_run, watching_changes_nothing)
{
    static const struct sim_options ways[] = {
        {.seed = 7},
        {.seed = 7, .check = true},
        {.seed = 7, .observe = true, .check = true},
        {.seed = 7, .observe = true, .watchdog_ms = 10000},
    };
    struct outcome first = run_whole(&gateway_system, &plain, 20 * MS);

    for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
        struct outcome other = run_whole(&gateway_system, &ways[i], 20 * MS);
        cr_expect_eq(other.state, first.state, "way %zu", i);
        cr_expect_eq(other.now, first.now, "way %zu", i);
        if (ways[i].observe) {
            cr_expect_eq(other.trace, first.trace, "way %zu", i);
        }
    }
}

Test(sim_run, slices_make_no_difference)
{
    static const u32 longest[] = {100, 5000, 100000};
    struct outcome gateway = run_whole(&gateway_system, &plain, 3 * MS);

    for (size_t i = 0; i < ARRAY_SIZE(longest); i++) {
        expect_same(gateway, run_sliced(&gateway_system, &plain, 3 * MS, longest[i]));
    }
}

Test(sim_run, slices_of_single_instructions_make_no_difference)
{
    struct outcome pingpong = run_whole(&pingpong_system, &plain, 20000);

    expect_same(pingpong, run_sliced(&pingpong_system, &plain, 20000, 1));
}

Test(sim_run, slices_make_no_difference_to_a_run_that_is_not_watched)
{
    static const struct sim_options blind = {.seed = 7};
    struct outcome gateway = run_whole(&gateway_system, &blind, 3 * MS);

    expect_same(gateway, run_sliced(&gateway_system, &blind, 3 * MS, 1000));
}

static u32 stat(const struct boot *b, u32 cell, u32 word)
{
    u32 offset = b->cells[cell].stats.raw - b->cells[cell].image.raw;

    return sim_ram_read32(&sim.ram, paddr(b->regions[0].map.pa.raw + offset + 4U * word));
}

Test(sim_run, pingpong_gets_every_answer_right)
{
    const struct boot *b =
        boot_system(&pingpong_system, &(struct sim_options){.seed = 3, .check = true});

    cr_assert_eq(b->regions[0].cell, 0);
    cr_assert_eq(sim_run(100 * MS), SIM_END_IDLE);
    cr_expect_eq(stat(b, 0, 0), STATS_MAGIC);
    cr_expect_eq(stat(b, 0, STATS_COUNT), 10000);
    cr_expect_eq(stat(b, 0, STATS_MISSES), 0);
}

Test(sim_run, gateway_keeps_every_deadline_beside_a_busy_cell)
{
    const struct boot *b = boot_system(&gateway_system, &plain);

    cr_assert_eq(b->regions[0].cell, 0);
    cr_assert_eq(sim_run(200 * MS), SIM_END_TIME);
    cr_expect_geq(stat(b, 0, STATS_COUNT), 198);
    cr_expect_eq(stat(b, 0, STATS_MISSES), 0);
    /* The worker's 60 % include the plant's time for it, and round to ticks. */
    double share = (double)(observe.cells[1].time + observe.cells[2].time) / (double)sim_clock.now;
    cr_expect_gt(share, 0.55);
    cr_expect_lt(share, 0.63);
    cr_expect_gt(sc_at(1)->depleted, 40);
}

Test(sim_run, figures_account_for_all_time)
{
    boot_system(&gateway_system, &plain);
    for (u64 until = 12345; until < 5 * MS; until += 123457) {
        (void)sim_run(until);
        u64 sum = observe.idle;
        for (u32 i = 0; i < CELL_MAX; i++) {
            sum += observe.cells[i].time;
        }
        cr_assert_eq(sum, sim_clock.now);
    }
}

/* ---- the process ------------------------------------------------------------------*/

static u32 lines_of(const char *path)
{
    FILE *file = fopen(path, "r");
    u32 lines = 0;
    int c;

    cr_assert_not_null(file);
    while ((c = fgetc(file)) != EOF) {
        lines += c == '\n';
    }
    fclose(file);
    return lines;
}

/* The lowest free descriptor: one that leaks moves it. */
static int free_descriptor(void)
{
    int fd = dup(2);

    close(fd);
    return fd;
}

/* Some tools put off the reuse of what is freed: mappings grow for a while then. */
static bool freed_is_kept(void)
{
#if defined(HOST_ASAN)
    return true;
#else
    return RUNNING_ON_VALGRIND != 0;
#endif
}

static void boot_and_shut_down(void)
{
    boot_system(&gateway_system, &(struct sim_options){.seed = 1, .watchdog_ms = 1000});
    (void)sim_run(100000);
    if (!freed_is_kept()) {
        struct sim_snapshot *s = sim_snapshot_save();
        (void)sim_run(200000);
        sim_snapshot_restore(s);
        sim_snapshot_free(s);
    }
    sim_shutdown();
}

Test(sim_run, booting_often_takes_no_more_memory)
{
    boot_and_shut_down();
    u32 mappings = lines_of("/proc/self/maps");
    int descriptor = free_descriptor();
    for (u32 i = 0; i < (RUNNING_ON_VALGRIND ? 10 : 200); i++) {
        boot_and_shut_down();
    }
    /* The host's allocator may map a little on its own. */
    cr_expect_leq(lines_of("/proc/self/maps"), mappings + 4);
    cr_expect_eq(free_descriptor(), descriptor);
}
