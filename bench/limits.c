/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The limit: two stacks in one thread and nothing but the registers that the
 * host's calling convention makes a callee keep. No checks, no message, no
 * kernel. Two ways of ending the switch, as it matters much: a return goes where
 * no call came from, so the processor predicts it wrongly each time; an indirect
 * jump is predicted. A kernel that ends in a jump can be below the first one; the
 * second is the closer bound. (Neither is a bound for a kernel that saves less.)
 */
#include "bench.h"
#include "limit_switch.h"

#include <valgrind/valgrind.h>

#define STACK_BYTES 16384

static _Alignas(64) unsigned char stack[STACK_BYTES];
static uintptr_t here;
static uintptr_t there;
static unsigned stack_id; /* Valgrind's, so that it follows the switches */

static void answer(void)
{
    for (;;) {
        limit_switch(&there, here);
    }
}

static void answer_jmp(void)
{
    for (;;) {
        limit_switch_jmp(&there, here);
    }
}

static void stack_start(void (*entry)(void))
{
    stack_id = VALGRIND_STACK_REGISTER(stack, stack + sizeof stack);
    there = limit_switch_prepare((uintptr_t)(stack + sizeof stack), entry);
}

static int switch_setup(const struct bench_case *bench)
{
    (void)bench;
    stack_start(answer);
    return 0;
}

static int switch_setup_jmp(const struct bench_case *bench)
{
    (void)bench;
    stack_start(answer_jmp);
    return 0;
}

static void switch_run(const struct bench_case *bench, uint64_t iterations)
{
    (void)bench;
    for (uint64_t i = 0; i < iterations; i++) {
        limit_switch(&here, there);
    }
}

static void switch_run_jmp(const struct bench_case *bench, uint64_t iterations)
{
    (void)bench;
    for (uint64_t i = 0; i < iterations; i++) {
        limit_switch_jmp(&here, there);
    }
}

/* The other side is abandoned in the middle of its loop: it owns nothing. */
static void switch_teardown(const struct bench_case *bench)
{
    (void)bench;
    VALGRIND_STACK_DEREGISTER(stack_id);
}

const struct bench_case bench_limits[] = {
    {
        .name = "limit_stack_switch",
        .class = BENCH_LIMIT,
        .what = "bare assembly stack switch and back, each ended by a return",
        .setup = switch_setup,
        .run = switch_run,
        .teardown = switch_teardown,
        .exact = true,
    },
    {
        .name = "limit_stack_switch_jmp",
        .class = BENCH_LIMIT,
        .what = "the same, each ended by an indirect jump",
        .setup = switch_setup_jmp,
        .run = switch_run_jmp,
        .teardown = switch_teardown,
        .exact = true,
    },
};

const size_t bench_limits_count = sizeof bench_limits / sizeof bench_limits[0];
