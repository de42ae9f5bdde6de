/* SPDX-License-Identifier: BSD-2-Clause */
/* What the C library offers for switching stacks. It enters Linux each time, to
 * keep the signal mask. */
#include "peers.h"

#include <errno.h>
#include <string.h>
#include <ucontext.h>
#include <valgrind/valgrind.h>

#define STACK_BYTES 65536

static _Alignas(64) unsigned char stack[STACK_BYTES];
static ucontext_t here;
static ucontext_t there;
static unsigned stack_id;

static void context_change(ucontext_t *from, const ucontext_t *to)
{
    if (swapcontext(from, to) != 0) {
        bench_fail("swapcontext: %s", strerror(errno));
    }
}

static void answer(void)
{
    for (;;) {
        context_change(&there, &here);
    }
}

int peer_ucontext_setup(const struct bench_case *bench)
{
    (void)bench;
    if (getcontext(&there) != 0) {
        return bench_refuse("getcontext: %s", strerror(errno));
    }
    stack_id = VALGRIND_STACK_REGISTER(stack, stack + sizeof stack);
    there.uc_stack.ss_sp = stack;
    there.uc_stack.ss_size = sizeof stack;
    there.uc_link = NULL;
    makecontext(&there, answer, 0);
    return 0;
}

void peer_ucontext_run(const struct bench_case *bench, uint64_t iterations)
{
    (void)bench;
    for (uint64_t i = 0; i < iterations; i++) {
        context_change(&here, &there);
    }
}

/* The other context is abandoned in its loop: it owns nothing. */
void peer_ucontext_teardown(const struct bench_case *bench)
{
    (void)bench;
    VALGRIND_STACK_DEREGISTER(stack_id);
}
