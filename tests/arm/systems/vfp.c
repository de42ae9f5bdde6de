/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Floating point under preemption: three cells go on computing, each with the result
 * known; a fourth cell is restarted again and again and must
 * find all registers zero each time; a fifth may not, and faults. The judge prints
 * what it has found, through the core's fault dumps: "judge" stops at `passed` or
 * `failed` with a wild access to an address that says which.
 */
#include "thimble_vfp.h"

#include "memory.h"
#include "system.h"
#include "thimble.h"
#include "time.h"

#define SLOT_DONE 1U
#define SLOT_PAUSE 2U
#define SLOT_FRESH 3U
#define SLOT_NEVER 4U
#define WILD_PASSED 0xc0de0000U /* the judge's last address */
#define WILD_FAILED 0xbad00000U /* and what was missing */

#define ROUNDS 40U
#define STEPS 4000U
#define RESTARTS 20U

/* Bits of the notification. */
#define DONE_A 1U
#define DONE_B 2U
#define DONE_C 4U
#define FRESH_GOOD 16U
#define FORBIDDEN_LEFT 32U
#define HEALTH 64U
#define ALL_DONE (DONE_A | DONE_B | DONE_C | HEALTH)

/* A value in each of eight accumulators, so that many registers are live. */
static double series(uint32_t seed)
{
    double sum[8];

    for (uint32_t i = 0; i < 8U; i++) {
        sum[i] = (double)(seed * 8U + i);
    }
    for (uint32_t step = 1; step <= STEPS; step++) {
        double x = 1.0 / (double)(step + seed);
        for (uint32_t i = 0; i < 8U; i++) {
            sum[i] = sum[i] * 0.999 + x;
        }
    }
    double all = 0;
    for (uint32_t i = 0; i < 8U; i++) {
        all = all * 1.5 + sum[i];
    }
    return all;
}

/* The compiler must not know that it is always the same, or there is nothing to do. */
static uint32_t opaque(uint32_t value)
{
    __asm__ volatile("" : "+r"(value));
    return value;
}

static void rest(void)
{
    uint32_t bits;

    (void)thimble_wait(SLOT_NEVER, THIMBLE_NEVER, &bits);
}

static int same(double a, double b)
{
    union {
        double d;
        uint32_t word[2];
    } ua = {.d = a}, ub = {.d = b};

    return ua.word[0] == ub.word[0] && ua.word[1] == ub.word[1];
}

/* The argument: which bit to signal. Another preempts at any instruction: all rounds
 * must give what the first gave. The capability's badge is that bit. */
PROGRAM(compute)
{
    double first = series(argument);
    int good = 1;

    for (uint32_t i = 1; i < ROUNDS; i++) {
        good &= same(series(opaque(argument)), first);
        thimble_compute(1000);
    }
    if (!good) {
        thimble_write32(WILD_FAILED + 0x100U, argument);
    }
    (void)thimble_signal(SLOT_DONE);
    rest();
}

#ifdef __arm__
static uint32_t registers_used(void)
{
    uint32_t any;

    /* All of d0 to d31 and FPSCR, ORed; then filled with something to be found. */
    __asm__ volatile("vorr q0, q0, q1\n\tvorr q2, q2, q3\n\tvorr q4, q4, q5\n\t"
                     "vorr q6, q6, q7\n\tvorr q8, q8, q9\n\tvorr q10, q10, q11\n\t"
                     "vorr q12, q12, q13\n\tvorr q14, q14, q15\n\tvorr q0, q0, q2\n\t"
                     "vorr q4, q4, q6\n\tvorr q8, q8, q10\n\tvorr q12, q12, q14\n\t"
                     "vorr q0, q0, q4\n\tvorr q8, q8, q12\n\tvorr q0, q0, q8\n\t"
                     "vorr d0, d0, d1\n\tvmov r2, r3, d0\n\torr %0, r2, r3\n\t"
                     "vmrs r2, fpscr\n\torr %0, %0, r2\n\t"
                     "mvn r2, #0\n\tvdup.32 q0, r2\n\tvmov q1, q0\n\tvmov q4, q0\n\t"
                     "vmov q7, q0\n\tvmov q8, q0\n\tvmov q13, q0\n\tvmov q15, q0\n\t"
                     "mov r2, #0x00c00000\n\tvmsr fpscr, r2"
                     : "=r"(any)
                     :
                     : "r2", "r3", "memory");
    return any;
}
#else
static uint32_t registers_used(void)
{
    return 0;
}
#endif

/* Restarted by the judge: never finds what somebody, or it itself, has left. */
PROGRAM(fresh)
{
    uint32_t used = registers_used();

    (void)argument;
    if (used != 0) {
        thimble_write32(WILD_FAILED + 0x200U, used);
    }
    /* Now and then longer than its budget: the registers go to its save area. */
    if (used == 0 && (thimble_time() & 0x100U) != 0) {
        thimble_compute(100000);
    }
    (void)thimble_signal(SLOT_DONE);
    rest();
}

/* Has no floating point: its first instruction stops it. */
PROGRAM(forbidden)
{
    (void)argument;
#ifdef __arm__
    (void)registers_used();
    (void)thimble_signal(SLOT_DONE);
#endif
}

PROGRAM(judge)
{
    uint32_t seen = 0;
    uint32_t restarts = 0;
    uint64_t end = thimble_time() + 20000ULL * THIMBLE_TICKS_PER_MS;

    (void)argument;
    while ((seen & ALL_DONE) != ALL_DONE || restarts < RESTARTS) {
        uint32_t bits = 0;
        if (thimble_wait(SLOT_PAUSE, end, &bits) != THIMBLE_OK) {
            break;
        }
        seen |= bits;
        if ((bits & FRESH_GOOD) != 0 && restarts < RESTARTS &&
            thimble_cell_restart(SLOT_FRESH) == THIMBLE_OK) {
            restarts++;
        }
    }
    if ((seen & ALL_DONE) == ALL_DONE && restarts == RESTARTS && (seen & FORBIDDEN_LEFT) == 0) {
        thimble_write32(WILD_PASSED, 0);
    }
    thimble_write32(WILD_FAILED + (seen << 4U), restarts);
}

/* ---- the system ---- */

#define SIGNAL(its_badge)                                                            \
    {                                                                                \
        .slot = SLOT_DONE, .notification = "done", .rights = THIMBLE_RIGHT_SIGNAL,   \
        .badge = its_badge                                                           \
    }

#define NEVER(its)                                                                   \
    {                                                                                \
        .slot = SLOT_NEVER, .notification = "never-" its, .rights = THIMBLE_RIGHT_WAIT \
    }

#define THREAD(its_name, its_argument, has)                                          \
    {                                                                                \
        .name = its_name, .priority = 10, .budget_us = 50, .period_us = 250,         \
        .argument = its_argument, .vfp = has                                         \
    }

const struct system thimble_system = {
    .name = "vfp",
    .notifications = (const struct system_notification[]){
        {.name = "done"}, {.name = "never-a"}, {.name = "never-b"}, {.name = "never-c"},
        {.name = "never-fresh"}, {0}},
    .cells = (const struct system_cell[]){
        {.name = "a", .program = "compute", .memory = 64 * KIB,
         .threads = (const struct system_thread[]){THREAD("main", 3, true), {0}},
         .caps = (const struct system_cap[]){SIGNAL(DONE_A), NEVER("a"), {0}}},
        {.name = "b", .program = "compute", .memory = 64 * KIB,
         .threads = (const struct system_thread[]){THREAD("main", 5, true), {0}},
         .caps = (const struct system_cap[]){SIGNAL(DONE_B), NEVER("b"), {0}}},
        {.name = "c", .program = "compute", .memory = 64 * KIB,
         .threads = (const struct system_thread[]){THREAD("main", 7, true), {0}},
         .caps = (const struct system_cap[]){SIGNAL(DONE_C), NEVER("c"), {0}}},
        {.name = "fresh", .program = "fresh", .memory = 64 * KIB,
         .threads = (const struct system_thread[]){THREAD("main", 0, true), {0}},
         .caps = (const struct system_cap[]){SIGNAL(FRESH_GOOD), NEVER("fresh"), {0}}},
        {.name = "forbidden", .program = "forbidden", .memory = 64 * KIB,
         .threads = (const struct system_thread[]){
             {.name = "main", .priority = 10, .health = 2}, {0}},
         .caps = (const struct system_cap[]){
             SIGNAL(FORBIDDEN_LEFT),
             {.slot = 2, .notification = "done", .rights = THIMBLE_RIGHT_SIGNAL,
              .badge = HEALTH},
             {0}}},
        {.name = "judge", .program = "judge", .memory = 64 * KIB,
         .threads = (const struct system_thread[]){{.name = "main", .priority = 20}, {0}},
         .caps = (const struct system_cap[]){
             {.slot = SLOT_PAUSE, .notification = "done", .rights = THIMBLE_RIGHT_WAIT},
             {.slot = SLOT_FRESH, .cell = "fresh", .rights = THIMBLE_RIGHT_CONTROL},
             {0}}},
        {0},
    },
};
