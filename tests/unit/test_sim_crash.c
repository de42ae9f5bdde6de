/* SPDX-License-Identifier: BSD-2-Clause */
/* Guests that misbehave on the host: signals, and loops that reach nothing. */
#define _GNU_SOURCE /* strsignal */
#include "test_sim_support.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <valgrind/valgrind.h>

#include "self.h"
#include "time.h"

/* What crashes here does so on purpose. */
#define ON_PURPOSE __attribute__((noinline, no_sanitize("undefined")))

static volatile u32 zero;
static u32 progress;

/* A second, less urgent cell that is to go on whatever happens to the first. */
static void go_on(u32 argument)
{
    for (u32 i = 0; i < argument; i++) {
        thimble_compute(100);
        progress++;
    }
}

#define PROGRESS 10U

/* Runs a crashing program beside another cell: what was printed. */
static const char *run_crash(thimble_entry program, u32 argument)
{
    build_app(program, argument, THIMBLE_FAULT_STOP, 0);
    build_active(build_cell("other"), 10, go_on, PROGRESS);
    boot_seeded(4711);
    stream_keep(stderr);
    cr_assert_eq(sim_run(MS), SIM_END_IDLE);
    return stream_kept();
}

/* It was the handler's to decide, the reader of stderr knows all, and nobody
 * else noticed. */
static void expect_crash_as(const char *printed, int number, u32 kind, u32 address, u32 access)
{
    cr_assert_eq(keeper.count, 1);
    expect_fault(0, kind, address, access);
    expect_says(printed, "cell app, thread thread: ");
    expect_says(printed, strsignal(number));
    expect_says(printed, "system built, seed 4711, at ");
    cr_expect_eq(sim_host.crashes, 1);
    cr_expect(thread_stopped(0));
    cr_expect_eq(progress, PROGRESS);
}

/* It is the stack that is named, and how deep, from..to bytes. */
static void expect_overflow(const char *printed, u32 size, u32 from, u32 to)
{
    char says[80];
    const char *at;

    cr_assert_eq(keeper.count, 1);
    expect_fault(0, THIMBLE_FAULT_CRASH, 0, 0);
    snprintf(says, sizeof(says), "cell app, thread thread: its stack of %u bytes overflowed", size);
    expect_says(printed, says);
    at = strstr(printed, "(at least ");
    cr_assert_not_null(at);
    u32 deep = (u32)strtoul(at + strlen("(at least "), NULL, 10);
    cr_expect(deep >= from && deep <= to, "%u bytes deep, not %u to %u", deep, from, to);
    cr_expect_eq(progress, PROGRESS);
}

/* With nothing to say of it that would mean something on a target. */
static void expect_crash(const char *printed, int number)
{
    expect_crash_as(printed, number, THIMBLE_FAULT_CRASH, 0, 0);
}

/* ---- one test for each signal ---------------------------------------------------*/

/* To memory that the host protects: neither Valgrind nor AddressSanitizer has
 * anything to say about it before the signal comes. */
ON_PURPOSE static void write_protected(u32 argument)
{
    /* Not where a target has addresses, too: Valgrind would put it there. */
    unsigned bits = 8U * sizeof(uintptr_t);
    uintptr_t place = bits > 32U ? (uintptr_t)1 << (bits / 2U + 5U) : 0;
    volatile u32 *page = mmap((void *)place, PAGE_SIZE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS,
                              -1, 0);

    *page = argument;
}

Test(sim_crash, write_to_protected_host_memory)
{
    const char *printed = run_crash(write_protected, 0);

    expect_crash(printed, SIGSEGV);
    expect_says(printed, " at host address 0x");
}

ON_PURPOSE static void write_wild(u32 argument)
{
    VALGRIND_DISABLE_ERROR_REPORTING;
    *(volatile u32 *)(uintptr_t)(16U + zero) = argument;
}

Test(sim_crash, wild_pointer)
{
    const char *printed = run_crash(write_wild, 0);

    VALGRIND_ENABLE_ERROR_REPORTING;
    expect_crash_as(printed, SIGSEGV, THIMBLE_FAULT_MEMORY, 16, ACCESS_WRITE);
    expect_says(printed, " at host address 0x10");
}

ON_PURPOSE static void read_wild(u32 argument)
{
    VALGRIND_DISABLE_ERROR_REPORTING;
    progress += *(volatile u32 *)(uintptr_t)(argument + zero);
}

Test(sim_crash, wild_read)
{
    const char *printed = run_crash(read_wild, 20);

    VALGRIND_ENABLE_ERROR_REPORTING;
    expect_crash_as(printed, SIGSEGV, THIMBLE_FAULT_MEMORY, 20, ACCESS_READ);
}

ON_PURPOSE static void call_null(u32 argument)
{
    VALGRIND_DISABLE_ERROR_REPORTING;
    ((void (*)(u32))(uintptr_t)zero)(argument);
    progress++; /* no tail call */
}

Test(sim_crash, call_of_null)
{
    const char *printed = run_crash(call_null, 0);

    VALGRIND_ENABLE_ERROR_REPORTING;
    expect_crash_as(printed, SIGSEGV, THIMBLE_FAULT_MEMORY, 0, ACCESS_EXECUTE);
}

ON_PURPOSE static void divide(u32 argument)
{
    progress += argument / zero;
}

Test(sim_crash, division_by_zero)
{
#if defined(__x86_64__) || defined(__i386__)
    expect_crash_as(run_crash(divide, 1), SIGFPE, THIMBLE_FAULT_UNDEFINED, 0, 0);
#else
    (void)divide; /* elsewhere the quotient is 0 */
#endif
}

ON_PURPOSE static void trap(u32 argument)
{
    if (zero == argument) {
        __builtin_trap();
    }
}

Test(sim_crash, illegal_instruction)
{
#if defined(__x86_64__) || defined(__i386__)
    expect_crash_as(run_crash(trap, 0), SIGILL, THIMBLE_FAULT_UNDEFINED, 0, 0);
#else
    (void)trap; /* elsewhere it may be another signal */
#endif
}

/* A mapping of a file that ends before it. */
ON_PURPOSE static void read_past_file(u32 argument)
{
    FILE *file = tmpfile();
    volatile u8 *page = mmap(NULL, PAGE_SIZE, PROT_READ, MAP_SHARED, fileno(file), 0);

    fclose(file);
    progress += page[argument];
}

Test(sim_crash, bus_error)
{
    expect_crash(run_crash(read_past_file, 0), SIGBUS);
}

ON_PURPOSE static void breakpoint(u32 argument)
{
    (void)argument;
#if defined(__x86_64__)
    __asm__ volatile("int3");
#else
    raise(SIGTRAP);
#endif
}

Test(sim_crash, breakpoint)
{
#if defined(__x86_64__)
    expect_crash_as(run_crash(breakpoint, 0), SIGTRAP, THIMBLE_FAULT_UNDEFINED, 0, 0);
#else
    expect_crash(run_crash(breakpoint, 0), SIGTRAP);
#endif
}

/* The volatile array makes frames of it, and the sum keeps it from being a loop. */
ON_PURPOSE static u32 recurse(u32 depth)
{
    volatile u32 frame[16];

    frame[depth % 16U] = depth;
    return zero + depth == 0xffffffffU ? 0 : recurse(depth + 1) + frame[depth % 16U];
}

static void overflow_stack(u32 argument)
{
    VALGRIND_DISABLE_ERROR_REPORTING;
    progress += recurse(argument);
}

Test(sim_crash, stack_overflow)
{
    const char *printed = run_crash(overflow_stack, 0);

    VALGRIND_ENABLE_ERROR_REPORTING;
    expect_overflow(printed, SIM_STACK_SIZE, SIM_STACK_SIZE, SIM_STACK_SIZE + PAGE_SIZE);
}

/* ---- stacks as large as ARM's ---------------------------------------------------*/

#define LIMIT (THIMBLE_STACK_SIZE + SIM_STACK_EXTRA)

/* As run_crash(), with stacks that are limited, after a run in which they were not. */
static const char *run_limited(thimble_entry program, u32 argument)
{
    build_app(go_on, 1, THIMBLE_FAULT_STOP, 0);
    boot_seeded(1);
    (void)sim_run(MS);
    build_app(program, argument, THIMBLE_FAULT_STOP, 0);
    build_active(build_cell("other"), 10, go_on, PROGRESS);
    boot_seeded(4711);
    for (u32 i = 0; i < kernel.thread_count; i++) {
        if (sim_guests[i].stack != NULL) {
            sim_guest_limit(i, LIMIT);
        }
    }
    progress = 0;
    stream_keep(stderr);
    cr_assert_eq(sim_run(MS), SIM_END_IDLE);
    return stream_kept();
}

Test(sim_crash, overflow_of_a_limited_stack)
{
    const char *printed = run_limited(overflow_stack, 0);

    VALGRIND_ENABLE_ERROR_REPORTING;
    expect_overflow(printed, THIMBLE_STACK_SIZE, host_stack_guard(LIMIT) != 0 ? LIMIT - 16U : 0,
                    host_stack_guard(LIMIT) != 0 ? LIMIT + 512U : 2U * SIM_STACK_SIZE);
}

/* What lies beyond every guard. */
ON_PURPOSE static void skip_guard(u32 argument)
{
    volatile u8 *far = __builtin_alloca(argument);

    VALGRIND_DISABLE_ERROR_REPORTING;
    far[0] = 1;
    progress += far[0];
}

Test(sim_crash, a_local_larger_than_stack_and_guard)
{
#if defined(HOST_ASAN)
    (void)skip_guard; /* says it its own way */
#else
    if (RUNNING_ON_VALGRIND) {
        return; /* nothing lies so far below its stacks */
    }
    const char *printed = run_limited(skip_guard, 100U * MIB);

    VALGRIND_ENABLE_ERROR_REPORTING;
    expect_overflow(printed, THIMBLE_STACK_SIZE, 100U * MIB, 100U * MIB + LIMIT);
#endif
}

static void stay_within(u32 argument)
{
    volatile u8 bytes[THIMBLE_STACK_SIZE - 64U];

    for (u32 i = 0; i < sizeof(bytes); i++) {
        bytes[i] = (u8)(argument + i);
    }
    for (;;) {
        thimble_compute(1000);
        if (bytes[100] != (u8)(argument + 100U)) {
            progress = 1;
        }
        bytes[100] = (u8)(argument + 100U);
    }
}

/* As large as ARM's is not refused; and snapshots take such a stack to where it was. */
Test(sim_crash, all_of_a_limited_stack_can_be_used)
{
    build_begin();
    build_active(build_cell("app"), 1, stay_within, 7);
    boot_seeded(1);
    sim_guest_limit(boot_thread_index(0), LIMIT);
    (void)sim_run(MS / 2U);
    struct sim_snapshot *s = sim_snapshot_save();
    u64 then = sim_state_hash();
    cr_expect_eq(sim_run(MS), SIM_END_TIME);
    u64 after = sim_state_hash();
    sim_snapshot_restore(s);
    cr_expect_eq(sim_state_hash(), then);
    cr_expect_eq(sim_run(MS), SIM_END_TIME);
    cr_expect_eq(sim_state_hash(), after);
    sim_snapshot_free(s);
    cr_expect_eq(sim_host.crashes, 0);
    cr_expect_eq(progress, 0);
}

static void raise_it(u32 argument)
{
    raise((int)argument);
}

static void abort_it(u32 argument)
{
    (void)argument;
    abort();
}

Test(sim_crash, abort)
{
    expect_crash(run_crash(abort_it, 0), SIGABRT);
}

Test(sim_crash, raised_faults)
{
    static const int numbers[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS, SIGABRT};

    for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
        progress = 0;
        expect_crash(run_crash(raise_it, (u32)numbers[i]), numbers[i]);
    }
}

Test(sim_crash, raised_signals_that_would_end_the_process)
{
    static const int numbers[] = {SIGTERM, SIGINT,  SIGHUP,  SIGQUIT, SIGPIPE,
                                  SIGALRM, SIGUSR1, SIGUSR2, SIGXCPU, SIGVTALRM};

    for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
        /* One that is ignored or handled already stays so. */
        signal(numbers[i], SIG_DFL);
    }
    for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
        progress = 0;
        expect_crash(run_crash(raise_it, (u32)numbers[i]), numbers[i]);
    }
}

/* ---- what follows a crash -----------------------------------------------------------*/

Test(sim_crash, without_a_handler_stops_the_thread_and_signals_health)
{
    build_begin();
    u32 cell = build_cell("app");
    u32 thread = build_active(cell, 1, raise_it, SIGSEGV);
    u32 slot = build_grant(cell, THIMBLE_CAP_NOTIFICATION, RIGHTS_BOTH, build_notification(), 0x4);
    build_handler(thread, THIMBLE_NO_SLOT, slot);
    boot_it();
    stream_keep(stderr);
    cr_expect_eq(sim_run(MS), SIM_END_IDLE);
    expect_says(stream_kept(), strsignal(SIGSEGV));
    cr_expect(thread_stopped(thread));
    cr_expect_eq(kernel.notifications[0].bits, 0x4);
}

Test(sim_crash, threads_of_one_run_can_crash_one_after_another)
{
    build_begin();
    for (u32 i = 0; i < 5; i++) {
        build_active(build_cell("app"), 5, i % 2 != 0 ? raise_it : write_protected, SIGFPE);
    }
    boot_it();
    stream_keep(stderr);
    cr_expect_eq(sim_run(MS), SIM_END_IDLE);
    (void)stream_kept();
    cr_expect_eq(sim_host.crashes, 5);
    for (u32 i = 0; i < 5; i++) {
        cr_expect(thread_stopped(i));
    }
}

Test(sim_crash, a_thread_that_may_retry_has_still_crashed)
{
    build_app(write_protected, 0, THIMBLE_FAULT_RETRY, 0);
    boot_it();
    stream_keep(stderr);
    cr_expect_eq(sim_run(MS), SIM_END_IDLE);
    (void)stream_kept();
    cr_assert_eq(keeper.count, 2, "it does not run on with its stack gone");
    expect_fault(1, THIMBLE_FAULT_CRASH, 0, 0);
}

Test(sim_crash, where_it_was_is_lost_after_the_first_fault)
{
    build_app(write_wild, 0, THIMBLE_FAULT_RETRY, 0);
    boot_it();
    stream_keep(stderr);
    cr_expect_eq(sim_run(MS), SIM_END_IDLE);
    (void)stream_kept();
    VALGRIND_ENABLE_ERROR_REPORTING;
    cr_assert_eq(keeper.count, 2);
    expect_fault(0, THIMBLE_FAULT_MEMORY, 16, ACCESS_WRITE);
    expect_fault(1, THIMBLE_FAULT_CRASH, 0, 0);
}

static void crash_when_called(u32 argument)
{
    struct message m;

    (void)thimble_first(&m);
    raise((int)argument);
}

static u32 status[3];

static void call_twice(u32 argument)
{
    for (u32 i = 0; i < 2; i++) {
        struct message m = {.tag = 0};
        status[i] = thimble_call(argument, &m);
    }
}

Test(sim_crash, a_server_that_crashes_in_a_call_is_dead_to_its_client)
{
    build_begin();
    u32 client = build_cell("client");
    u32 server = build_passive(build_cell("server"), 0, crash_when_called, SIGSEGV);
    u32 slot = build_grant(client, THIMBLE_CAP_THREAD, THIMBLE_RIGHT_CALL, server, 0);
    build_active(client, 5, call_twice, slot);
    boot_it();
    stream_keep(stderr);
    cr_expect_eq(sim_run(MS), SIM_END_IDLE);
    expect_says(stream_kept(), "cell server, ");
    cr_expect_eq(status[0], THIMBLE_ERR_DEAD);
    cr_expect_eq(status[1], THIMBLE_ERR_DEAD);
}

Test(sim_crash, crashes_are_part_of_the_trace)
{
    u64 hashes[2];

    for (u32 i = 0; i < 2; i++) {
        progress = 0;
        (void)run_crash(raise_it, SIGSEGV);
        hashes[i] = observe.hash;
    }
    cr_expect_eq(hashes[0], hashes[1]);
    (void)run_crash(go_on, 0);
    cr_expect_neq(observe.hash, hashes[0]);
}

/* ---- signals that are not a guest's -----------------------------------------------*/

static void compute_for_ever(u32 argument)
{
    (void)argument;
    for (;;) {
        thimble_compute(1);
    }
}

Test(sim_crash, a_signal_from_outside_ends_the_process)
{
    signal(SIGTERM, SIG_DFL);
    build_app(compute_for_ever, 0, THIMBLE_FAULT_STOP, 0);
    boot_it();
    pid_t child = fork();
    if (child == 0) {
        (void)sim_run(SIM_TIME_NEVER);
        _exit(0);
    }
    int ended = 0;
    usleep(20000);
    kill(child, SIGTERM);
    cr_assert_eq(waitpid(child, &ended, 0), child);
    cr_expect(WIFSIGNALED(ended) && WTERMSIG(ended) == SIGTERM);
}

Test(sim_crash, an_abort_of_the_simulator_ends_the_process, .signal = SIGABRT)
{
    build_app(compute_for_ever, 0, THIMBLE_FAULT_STOP, 0);
    boot_it();
    sim_run(1000);
    abort();
}

/* ---- watchdog ---------------------------------------------------------------------*/

#define WATCHDOG_MS 30U

static void loop_empty(u32 argument)
{
    (void)argument;
    for (;;) {
    }
}

static void loop_computing(u32 argument)
{
    volatile u32 x = argument;

    for (;;) {
        x = x * 69069U + 1U;
    }
}

static void loop_in_zero_time(u32 argument)
{
    (void)argument;
    sim_clock.helper[SIM_HELPER_COMPUTE] = 0;
    for (;;) {
        thimble_compute(0);
    }
}

static double cpu_seconds(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

static void expect_watchdog(thimble_entry program)
{
    double start;

    progress = 0;
    build_app(program, 0, THIMBLE_FAULT_STOP, 0);
    build_active(build_cell("other"), 10, go_on, PROGRESS);
    boot_with(&(struct sim_options){
        .seed = 4711, .observe = true, .check = true, .watchdog_ms = WATCHDOG_MS});
    start = cpu_seconds();
    stream_keep(stderr);
    cr_expect_eq(sim_run(MS), SIM_END_WATCHDOG);
    const char *printed = stream_kept();
    cr_expect_lt(cpu_seconds() - start, 1.0);
    cr_expect_str_eq(sim_end_text(SIM_END_WATCHDOG), "stopped by the watchdog");
    expect_says(printed, "cell app, thread thread: loops without a hypercall or helper");
    expect_says(printed, "system built, seed 4711, at ");
}

Test(sim_watchdog, stops_an_empty_loop)
{
    expect_watchdog(loop_empty);
}

Test(sim_watchdog, stops_a_loop_that_computes_on_the_host)
{
    expect_watchdog(loop_computing);
}

Test(sim_watchdog, stops_a_loop_in_which_no_time_passes)
{
    expect_watchdog(loop_in_zero_time);
}

Test(sim_watchdog, another_run_after_it_is_like_any_other)
{
    expect_watchdog(loop_empty);
    expect_watchdog(loop_computing);
    expect_crash(run_crash(raise_it, SIGSEGV), SIGSEGV);
}

Test(sim_watchdog, if_the_run_goes_on_the_thread_has_crashed)
{
    expect_watchdog(loop_empty);
    cr_assert_eq(sim_run(MS), SIM_END_IDLE);
    cr_assert_eq(keeper.count, 1);
    expect_fault(0, THIMBLE_FAULT_CRASH, 0, 0);
    cr_expect_eq(progress, PROGRESS);
}

static void compute_nothing(void *state, u32 *regs, struct sim_action *action)
{
    (void)state;
    (void)regs;
    action->step = SIM_STEP_COMPUTE;
    action->value = 0;
}

Test(sim_watchdog, stops_a_script_in_which_no_time_passes)
{
    build_begin();
    build_script(build_active(build_cell("script"), 1, NULL, 0), compute_nothing, NULL, 0);
    boot_with(&(struct sim_options){.seed = 1, .watchdog_ms = WATCHDOG_MS});
    paths_are_free();
    stream_keep(stderr);
    cr_expect_eq(sim_run(MS), SIM_END_WATCHDOG);
    expect_says(stream_kept(), "cell script, ");
}

static double busy_until;

static void be_busy(u32 argument)
{
    (void)argument;
    while (cpu_seconds() < busy_until) {
        thimble_compute(1);
    }
}

Test(sim_watchdog, leaves_long_computing_with_helpers_alone)
{
    build_app(be_busy, 0, THIMBLE_FAULT_STOP, 0);
    /* Longer than Valgrind needs to translate what the loop reaches first. */
    boot_with(&(struct sim_options){.seed = 1, .watchdog_ms = 250});
    busy_until = cpu_seconds() + 0.8;
    cr_expect_eq(sim_run(SIM_TIME_NEVER), SIM_END_IDLE);
}

static void be_busy_without_helpers(u32 argument)
{
    (void)argument;
    while (cpu_seconds() < busy_until) {
        for (volatile u32 i = 0; i < 100000; i++) {
        }
    }
}

Test(sim_watchdog, of_an_earlier_boot_is_off)
{
    build_app(be_busy, 0, THIMBLE_FAULT_STOP, 0);
    boot_with(&(struct sim_options){.seed = 1, .watchdog_ms = 10});
    sim_run(1000);
    build_app(be_busy_without_helpers, 0, THIMBLE_FAULT_STOP, 0);
    boot_it();
    busy_until = cpu_seconds() + 0.1;
    cr_expect_eq(sim_run(MS), SIM_END_IDLE);
}
