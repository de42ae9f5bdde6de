/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The most urgent thread has a job of always the same work, ROUNDS times in each point; each
 * point has so many less urgent threads that sleep, or less urgent lines that storm:
 *
 *   coincide   the deadlines of sleepers are those of the job
 *   inside     they lie in the job's run
 *   before     they lie just before it, so that the core is busy with some when it is due
 *   together   lines rise with the job's own line, by one store
 *   within     they rise in the middle of the job, by a store of its own; it comes by deadline
 *   storm      each rises anew as soon as it has been handled, and the job comes by deadline
 *
 * The board has no devices that could raise so many lines at once. So the image is built as
 * any, but for three words: where three cells have a device each, they have the page of the
 * interrupt controller's distributor (describe.sh), where a store makes lines pending (IHI 0048B
 * 4.3.7). They do nothing else there, and the core is as it is.
 */
#include "../mark.h"
#include "memory.h"
#include "system.h"
#include "time.h"

/* For bench/spans/release.c: a line rises by the next instruction; the job has been released,
 * by this its first instruction; it is done. */
#define MARK_RISE 118U
#define MARK_RELEASE 119U
#define MARK_DONE 120U

#define ROUNDS 32U
/* Between two deadlines of the job, in ticks: 64 sleepers come and go in less. A power of 2. */
#define PERIOD 16384U
#define WORK 2000U /* instructions, twice */
#define WORK_TICKS (2U * WORK / 16U)

/* Points are marks: MARK_POINTS * mode + point + 1. */
#define MARK_POINTS 8U
enum mode { COINCIDE, INSIDE, BEFORE, SLEEPING, TOGETHER = SLEEPING, WITHIN, STORM, MODES };
#define SLEEPERS 64U
#define LINES 16U

/* What is to be done is in memory that the job writes and all others read. */
#define PLAN_AT 0x20000000U
#define PLAN_MODE (PLAN_AT + 0U)
#define PLAN_LINES (PLAN_AT + 4U)
#define PLAN_START (PLAN_AT + 8U) /* ticks: low, high */
#define RAISE_AT 0x20010000U
#define RAISE_LINES (RAISE_AT + 0x204U) /* GICD_ISPENDR1: lines 32 to 63 */
#define LINE_FIRST 40U
#define LINE_URGENT (LINE_FIRST + LINES)
#define LINE_BIT(line) (1U << (line) % 32U)

#define SLOT_QUIET 1U /* of everybody: waits there until a deadline, or until it is told to start */
#define SLOT_IRQ 2U
#define SLOT_NOTE 3U
#define SLOT_RAISER 4U
#define SLOT_SLEEPERS 8U

static uint64_t plan_start(void)
{
    uint32_t low = thimble_read32(PLAN_START);
    uint32_t high = thimble_read32(PLAN_START + 4U);

    return (uint64_t)high << 32 | low;
}

/* ---- the job --------------------------------------------------------------------------- */

#ifdef __arm__
/* Its first instruction says that it has been released. One function, so that it is the same
 * instructions in all modes. */
static void __attribute__((noinline)) job(uint32_t slot, uint64_t deadline, uint32_t raise)
{
    register uint32_t r0 __asm__("r0") = slot;
    register uint32_t r1 __asm__("r1") = (uint32_t)deadline;
    register uint32_t r2 __asm__("r2") = (uint32_t)(deadline >> 32);

    __asm__ volatile("svc %3\n\tsvc %4"
                     : "+r"(r0), "+r"(r1), "+r"(r2)
                     : "i"(THIMBLE_WAIT), "i"(MARK_NUMBER + MARK_RELEASE)
                     : "memory");
    thimble_compute(WORK);
    thimble_write32(RAISE_LINES, raise); /* none: the same store without effect */
    thimble_compute(WORK);
    __asm__ volatile("svc %1" : "=r"(r0) : "i"(MARK_NUMBER + MARK_DONE) : "memory");
}

/* The lines rise, by one instruction behind the mark. */
static void rise(uint32_t lines)
{
    register uint32_t r0 __asm__("r0");

    __asm__ volatile("svc %1\n\tstr %2, [%3]"
                     : "=&r"(r0)
                     : "i"(MARK_NUMBER + MARK_RISE), "r"(lines), "r"(RAISE_LINES)
                     : "memory");
}
#else /* the description is compiled for the host, where no program runs */
static void job(uint32_t slot, uint64_t deadline, uint32_t raise)
{
    (void)slot;
    (void)deadline;
    thimble_write32(RAISE_LINES, raise);
}

static void rise(uint32_t lines)
{
    thimble_write32(RAISE_LINES, lines);
}
#endif

/* How late it is, in ticks: the instructions that it is late are known but for these. */
static void late(uint64_t deadline)
{
    uint32_t ticks = (uint32_t)(thimble_time() - deadline);

    for (uint32_t shift = 32; shift != 0; shift -= 4) {
        mark(MARK_DIGIT + (ticks >> (shift - 4U) & 15U));
    }
}

static void by_deadline(uint64_t start, uint32_t raise)
{
    for (uint32_t round = 0; round < ROUNDS; round++) {
        uint64_t deadline = start + (uint64_t)round * PERIOD;
        job(SLOT_QUIET, deadline, raise);
        late(deadline);
    }
}

static void by_line(void)
{
    for (uint32_t round = 0; round < ROUNDS; round++) {
        job(SLOT_NOTE, THIMBLE_NEVER, 0);
        (void)thimble_irq_ack(SLOT_IRQ);
    }
}

/* Of the point, among `count` others. */
static void point(uint32_t mode, uint32_t count)
{
    uint32_t bits;
    uint32_t lines = ((1U << count % 32U) - 1U) * LINE_BIT(LINE_FIRST);
    uint64_t now = thimble_time();
    uint64_t start = ((now + PERIOD) | (PERIOD - 1U)) + 1U;

    thimble_write32(PLAN_MODE, mode);
    thimble_write32(PLAN_LINES, mode == TOGETHER ? lines : 0);
    thimble_write32(PLAN_START, (uint32_t)start);
    thimble_write32(PLAN_START + 4U, (uint32_t)(start >> 32));
    for (uint32_t i = 0; mode < SLEEPING && i < count; i++) {
        (void)thimble_signal(SLOT_SLEEPERS + i);
    }
    if (mode == TOGETHER) {
        (void)thimble_signal(SLOT_RAISER);
        by_line();
    } else {
        thimble_write32(RAISE_LINES, mode == STORM ? lines : 0);
        by_deadline(start, mode == WITHIN ? lines : 0);
    }
    thimble_write32(PLAN_MODE, MODES); /* ends the storm */
    now = thimble_time();
    (void)thimble_wait(SLOT_QUIET, now + 4U * PERIOD, &bits);
}

PROGRAM(urgent)
{
    uint32_t bits;

    (void)argument;
    (void)thimble_irq_bind(SLOT_IRQ, SLOT_NOTE);
    uint64_t now = thimble_time();
    (void)thimble_wait(SLOT_QUIET, now + 4U * PERIOD, &bits); /* the others get ready */
    for (uint32_t mode = 0; mode < MODES; mode++) {
        uint32_t most = mode < SLEEPING ? SLEEPERS : LINES;
        uint32_t number = MARK_POINTS * mode + 1U;
        for (uint32_t count = 0; count <= most; count = count == 0 ? 1U : 2U * count) {
            mark(number);
            point(mode, count);
            number++;
        }
    }
    mark(MARK_END);
}

/* ---- the others ------------------------------------------------------------------------ */

PROGRAM(sleeper)
{
    uint32_t slot = argument;

    for (;;) {
        uint32_t bits;
        (void)thimble_wait(slot, THIMBLE_NEVER, &bits);
        uint32_t mode = thimble_read32(PLAN_MODE);
        uint64_t start = plan_start();
        for (uint32_t round = 0; round < ROUNDS; round++) {
            uint64_t deadline = start + (uint64_t)round * PERIOD;
            if (mode == INSIDE) {
                deadline += 16U + (argument * 13U + round * 5U) % (WORK_TICKS - 32U);
            } else if (mode == BEFORE) {
                deadline -= 1U + (argument + round * 2U) % 64U; /* 1,024 instructions */
            }
            (void)thimble_wait(slot, deadline, &bits);
        }
    }
}

/* Raises the lines with the job's own one, whenever all is quiet. */
PROGRAM(raiser)
{
    (void)argument;
    for (;;) {
        uint32_t bits;
        (void)thimble_wait(SLOT_QUIET, THIMBLE_NEVER, &bits);
        uint32_t lines = thimble_read32(PLAN_LINES) | LINE_BIT(LINE_URGENT);
        uint64_t start = plan_start();
        for (uint32_t round = 0; round < ROUNDS; round++) {
            (void)thimble_wait(SLOT_QUIET, start + (uint64_t)round * PERIOD, &bits);
            rise(lines);
        }
    }
}

/* The line of a handler is LINE_FIRST and so many. */
PROGRAM(handler)
{
    uint32_t note = 1U + 2U * argument;
    uint32_t irq = note + 1U;

    (void)thimble_irq_bind(irq, note);
    for (;;) {
        uint32_t bits;
        (void)thimble_wait(note, THIMBLE_NEVER, &bits);
        if (thimble_read32(PLAN_MODE) == STORM) {
            thimble_write32(RAISE_LINES, LINE_BIT(LINE_FIRST + argument));
        }
        (void)thimble_irq_ack(irq);
    }
}

/* ---- the system ------------------------------------------------------------------------ */

#define SIXTEEN(what, n)                                                                      \
    what(0x##n##0), what(0x##n##1), what(0x##n##2), what(0x##n##3), what(0x##n##4),           \
        what(0x##n##5), what(0x##n##6), what(0x##n##7), what(0x##n##8), what(0x##n##9),       \
        what(0x##n##a), what(0x##n##b), what(0x##n##c), what(0x##n##d), what(0x##n##e),       \
        what(0x##n##f)
#define ALL_LINES(what) SIXTEEN(what, 0)
#define ALL_SLEEPERS(what) \
    SIXTEEN(what, 0), SIXTEEN(what, 1), SIXTEEN(what, 2), SIXTEEN(what, 3)

#define BED(n) {.name = "bed" #n}
#define SLEEPER(n) {.name = "s" #n, .priority = 20 + (n), .argument = 1 + (n)}
#define SLEEPS(n) {.slot = 1 + (n), .notification = "bed" #n, .rights = THIMBLE_RIGHT_WAIT}
#define WAKES(n)                                                                              \
    {.slot = SLOT_SLEEPERS + (n), .notification = "bed" #n, .rights = THIMBLE_RIGHT_SIGNAL,   \
     .badge = 1}
#define LINE(n) {.name = "line" #n, .line = LINE_FIRST + (n), .edge = true}
#define NOTE(n) {.name = "note" #n}
#define HANDLER(n) {.name = "h" #n, .priority = 100 + (n), .argument = (n)}
#define HANDLES(n)                                                                            \
    {.slot = 1 + 2 * (n), .notification = "note" #n,                                          \
     .rights = THIMBLE_RIGHT_WAIT | THIMBLE_RIGHT_SIGNAL, .badge = 1},                        \
    {.slot = 2 + 2 * (n), .irq = "line" #n, .rights = THIMBLE_RIGHT_HANDLE}
#define PLAN(how) \
    {.name = "plan", .at = {PLAN_AT}, .size = 4 * KIB, .access = (how), .shared = "plan"}
#define RAISE(by) \
    {.name = "raise", .at = {RAISE_AT}, .access = ACCESS_READ | ACCESS_WRITE, \
     .memory = MEMORY_DEVICE, .device = (by)}

const struct system thimble_system = {
    .name = "urgency",
    .notifications = (const struct system_notification[]){
        {.name = "quiet"}, {.name = "urgent"}, {.name = "raiser"}, ALL_SLEEPERS(BED),
        ALL_LINES(NOTE), {0}},
    .irqs = (const struct system_irq[]){
        {.name = "urgent", .line = LINE_URGENT, .edge = true}, ALL_LINES(LINE), {0}},
    .cells = (const struct system_cell[]){
        /* Its budget is a new one whenever it is released, so that the way is the same. */
        {.name = "urgent", .program = "urgent", .memory = 16 * KIB,
         .threads = (const struct system_thread[]){
             {.name = "main", .priority = 250, .budget_us = 200, .period_us = 200}, {0}},
         .caps = (const struct system_cap[]){
             {.slot = SLOT_QUIET, .notification = "quiet", .rights = THIMBLE_RIGHT_WAIT},
             {.slot = SLOT_IRQ, .irq = "urgent", .rights = THIMBLE_RIGHT_HANDLE},
             {.slot = SLOT_NOTE, .notification = "urgent",
              .rights = THIMBLE_RIGHT_WAIT | THIMBLE_RIGHT_SIGNAL, .badge = 1},
             {.slot = SLOT_RAISER, .notification = "raiser", .rights = THIMBLE_RIGHT_SIGNAL,
              .badge = 1},
             ALL_SLEEPERS(WAKES), {0}},
         .regions = (const struct system_region[]){
             PLAN(ACCESS_READ | ACCESS_WRITE), RAISE("rtc"), {0}}},
        {.name = "sleepers", .program = "sleeper", .memory = 512 * KIB,
         .threads = (const struct system_thread[]){ALL_SLEEPERS(SLEEPER), {0}},
         .caps = (const struct system_cap[]){ALL_SLEEPERS(SLEEPS), {0}},
         .regions = (const struct system_region[]){PLAN(ACCESS_READ), {0}}},
        {.name = "handlers", .program = "handler", .memory = 256 * KIB,
         .threads = (const struct system_thread[]){ALL_LINES(HANDLER), {0}},
         .caps = (const struct system_cap[]){ALL_LINES(HANDLES), {0}},
         .regions = (const struct system_region[]){PLAN(ACCESS_READ), RAISE("uart0"), {0}}},
        {.name = "raiser", .program = "raiser", .memory = 16 * KIB,
         .threads = (const struct system_thread[]){{.name = "main", .priority = 10}, {0}},
         .caps = (const struct system_cap[]){
             {.slot = SLOT_QUIET, .notification = "raiser", .rights = THIMBLE_RIGHT_WAIT}, {0}},
         .regions = (const struct system_region[]){PLAN(ACCESS_READ), RAISE("nothing"), {0}}},
        {0},
    },
};
