/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the tests of the simulator share: systems of a few cells, a fault
 * handler that notes what it is told, and what was printed on stderr.
 *
 * Programs here have writable statics, unlike those of user/: that is how
 * tests see what they did.
 */
#ifndef TEST_SIM_SUPPORT_H
#define TEST_SIM_SUPPORT_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "builder.h"
#include "describe.h"
#include "host.h"
#include "kernel.h"
#include "observe.h"
#include "sim.h"
#include "stream_keep.h"
#include "thimble.h"

#define MS 1000000U /* instructions of 1 ns */
#define RIGHTS_BOTH (THIMBLE_RIGHT_SIGNAL | THIMBLE_RIGHT_WAIT)

static inline void boot_with(const struct sim_options *options)
{
    const char *misfit = build_boot(options);

    cr_assert(misfit == NULL, "the system does not boot: %s", misfit);
}

/* Everything on, as most tests want it. */
static inline void boot_seeded(u64 seed)
{
    boot_with(&(struct sim_options){.seed = seed, .observe = true, .check = true});
}

static inline void boot_it(void)
{
    boot_seeded(1);
}

/* From here on kernel paths take no time: only programs do, one instruction for each
 * access and each look at the time. */
static inline void paths_are_free(void)
{
    memset(sim_clock.cost, 0, sizeof(sim_clock.cost));
    memset(sim_clock.helper, 0, sizeof(sim_clock.helper));
    sim_clock.helper[SIM_HELPER_ACCESS] = 1;
    sim_clock.helper[SIM_HELPER_TIME] = 1;
}

static inline struct thread *thread_of(u32 thread)
{
    return thread_at(boot_thread_index(thread));
}

static inline bool thread_stopped(u32 thread)
{
    return thread_of(thread)->state == THREAD_STOPPED;
}

/* ---- faults ----------------------------------------------------------------*/

#define FAULTS_MAX 16U
#define KEEPER_BADGE 0xbadU

/* What the keeper was told, and what it answers: action and value in turn. */
extern struct keeper {
    struct message faults[FAULTS_MAX];
    u32 badges[FAULTS_MAX];
    u32 count;
    u32 answers[FAULTS_MAX][2];
    void (*mend)(void); /* called before each answer; NULL: nothing */
} keeper;

void keeper_program(u32 argument);

/* An active thread in a cell of its own, "app", and a keeper for its faults in
 * another, "keeper", that answers the first fault so. Bits 0x10 of
 * notification 0 are the app's health. Returns the thread. */
u32 build_app(thimble_entry program, u32 argument, u32 action, u32 value);

#define expect_fault(i, kind, address, access)                                      \
    do {                                                                            \
        cr_assert_lt((i), keeper.count, "no such fault");                           \
        cr_expect_eq(keeper.badges[i], KEEPER_BADGE);                               \
        cr_expect_eq(keeper.faults[i].tag, THIMBLE_TAG(THIMBLE_LABEL_FAULT, 4U));   \
        cr_expect_eq(keeper.faults[i].word[0], (kind));                             \
        cr_expect_eq(keeper.faults[i].word[1], (address));                          \
        cr_expect_eq(keeper.faults[i].word[2], (access));                           \
    } while (0)

/* ---- described systems --------------------------------------------------------*/

/* Those of user/systems/, sources and all (test_sim_systems.c). */
extern const struct system gateway_system;
extern const struct system pingpong_system;

/* Boots a description; its tables live until the process ends. */
const struct boot *boot_system(const struct system *system, const struct sim_options *options);

/* What must be the same in runs that are the same. */
struct outcome {
    u64 trace;
    u64 state;
    u64 now;
    u64 events;
};

struct outcome outcome(void);
#define expect_same(a, b)                            \
    do {                                             \
        cr_expect_eq((a).trace, (b).trace);          \
        cr_expect_eq((a).state, (b).state);          \
        cr_expect_eq((a).now, (b).now);              \
        cr_expect_eq((a).events, (b).events);        \
    } while (0)

/* ---- what is printed --------------------------------------------------------*/

#define expect_says(text, part) \
    cr_expect(strstr((text), (part)) != NULL, "no \"%s\" in: %s", (part), (text))

#endif
