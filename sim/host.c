/* SPDX-License-Identifier: BSD-2-Clause */
/* Stacks, signals and the watchdog of the host: see host.h. */
#define _GNU_SOURCE /* REG_RSP, REG_RIP */
#include "host.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <ucontext.h>
#include <unistd.h>

#include "fault.h"
#include "kernel.h"
#include "observe.h"

#if defined(HOST_ASAN)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>

extern u8 *sim_kernel_stack_top;

void host_stack_entered(const struct sim_context *context)
{
    static const void *loop_bottom;
    static size_t loop_size;
    const void *bottom;
    size_t size;
    void *fake = NULL;

    if (context == NULL) {
        bottom = sim_kernel_stack_top - 64U * 1024U;
        size = 64U * 1024U;
    } else if (context == &sim_loop) {
        bottom = loop_bottom;
        size = loop_size;
    } else {
        const struct sim_guest *guest =
            (const struct sim_guest *)((const char *)context - offsetof(struct sim_guest, context));
        bottom = guest->stack;
        size = SIM_STACK_SIZE;
    }
    const void *old_bottom;
    size_t old_size;
    __sanitizer_start_switch_fiber(&fake, bottom, size);
    __sanitizer_finish_switch_fiber(fake, &old_bottom, &old_size);
    if (loop_bottom == NULL) {
        loop_bottom = old_bottom; /* the first switch is away from the main loop */
        loop_size = old_size;
    }
}
#endif

struct sim_host sim_host;

/* Free stacks, linked through their topmost word; all of SIM_STACK_SIZE. */
static u8 *stacks_free;

static u8 **stack_link(u8 *stack)
{
    return (u8 **)(void *)(stack + SIM_STACK_SIZE - sizeof(u8 *));
}

u8 *host_stack_new(size_t size)
{
    size_t guard = (size_t)sysconf(_SC_PAGESIZE);

    if (size == SIM_STACK_SIZE && stacks_free != NULL) {
        u8 *stack = stacks_free;
        stacks_free = *stack_link(stack);
        return stack;
    }
    u8 *low = mmap(NULL, size + guard, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (low == MAP_FAILED || mprotect(low, guard, PROT_NONE) != 0) {
        perror("thimble: no memory for a stack");
        exit(1);
    }
    return low + guard;
}

void host_stack_free(u8 *stack, size_t size)
{
    (void)size;
#if defined(HOST_ASAN)
    __asan_unpoison_memory_region(stack, SIM_STACK_SIZE);
#endif
    *stack_link(stack) = stacks_free;
    stacks_free = stack;
}

/* ---- signals -------------------------------------------------------------*/

/* The hosted guest whose stack holds (or whose guard page is just below) sp. */
static bool in_guest(uintptr_t sp)
{
    const struct sim_guest *guest = &sim_guests[kernel.cpu[0].current];
    uintptr_t low = (uintptr_t)guest->stack;
    uintptr_t guard = (uintptr_t)sysconf(_SC_PAGESIZE);

    return guest->stack != NULL && sim_running == &guest->context && sp >= low - guard &&
           sp < low + SIM_STACK_SIZE;
}

/* Called on the guest's own stack, emptied, in place of what crashed. */
static u32 crash_entry(void)
{
    fault(&kernel.cpu[0], THIMBLE_FAULT_CRASH, 0, 0, 0);
    return EVENT_FAULT;
}

static void crash_landing(void)
{
    for (;;) {
        sim_trap_call(crash_entry);
    }
}

/* Whoever looped is abandoned, and the run with it. */
static void watchdog_landing(void)
{
    sim_trap_abandon();
}

#if defined(__x86_64__)
#define CONTEXT_SP(uc) ((uc)->uc_mcontext.gregs[REG_RSP])
#define CONTEXT_PC(uc) ((uc)->uc_mcontext.gregs[REG_RIP])
#elif defined(__aarch64__)
#define CONTEXT_SP(uc) ((uc)->uc_mcontext.sp)
#define CONTEXT_PC(uc) ((uc)->uc_mcontext.pc)
#elif defined(__arm__)
#define CONTEXT_SP(uc) ((uc)->uc_mcontext.arm_sp)
#define CONTEXT_PC(uc) ((uc)->uc_mcontext.arm_pc)
#endif

/* The interrupted guest continues at `landing`, at the top of its stack. */
static void land(ucontext_t *uc, void (*landing)(void))
{
    const struct sim_guest *guest = &sim_guests[kernel.cpu[0].current];
    uintptr_t top = ((uintptr_t)guest->stack + SIM_STACK_SIZE - 64U) & ~(uintptr_t)15;

    CONTEXT_SP(uc) = (__typeof__(CONTEXT_SP(uc)))(top - sizeof(uintptr_t));
    CONTEXT_PC(uc) = (__typeof__(CONTEXT_PC(uc)))(uintptr_t)landing;
}

static void report(const char *what, const char *more)
{
    u32 thread = kernel.cpu[0].current;

    fprintf(stderr, "thimble: cell %s, thread %s: %s%s (system %s, seed %llu, at %llu ns)\n",
            sim_cell_name(thread_at(thread)->cell), sim_thread_name(thread), what, more,
            sim_host.system != NULL ? sim_host.system->name : "-",
            (unsigned long long)sim.seed, (unsigned long long)sim_clock.now);
}

static void on_crash(int number, siginfo_t *info, void *context)
{
    ucontext_t *uc = context;
    char where[64];

    if (!in_guest((uintptr_t)CONTEXT_SP(uc))) {
        signal(number, SIG_DFL); /* a bug of the simulator: die of it */
        return;
    }
    where[0] = '\0';
    if (number == SIGSEGV || number == SIGBUS) {
        snprintf(where, sizeof(where), " at host address %p", info->si_addr);
    }
    report(strsignal(number), where);
    sim_host.crashes++;
    land(uc, crash_landing);
}

static void on_watchdog(int number, siginfo_t *info, void *context)
{
    static u64 seen_now;
    ucontext_t *uc = context;

    (void)number;
    (void)info;
    if (sim_clock.now != seen_now || !in_guest((uintptr_t)CONTEXT_SP(uc))) {
        seen_now = sim_clock.now;
        return;
    }
    report("loops without a hypercall or helper", "; the run is stopped");
    sim_host.end = SIM_END_WATCHDOG;
    sim_host.leave = true;
    land(uc, watchdog_landing);
}

void host_signals_install(void)
{
    static u8 *stack;
    static const int crashes[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS};
    struct sigaction action = {.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};

    if (stack == NULL) {
        stack = host_stack_new(SIM_STACK_SIZE);
    }
    stack_t alternate = {.ss_sp = stack, .ss_size = SIM_STACK_SIZE};
    sigaltstack(&alternate, NULL);
    sigemptyset(&action.sa_mask);
    action.sa_sigaction = on_crash;
    for (size_t i = 0; i < ARRAY_SIZE(crashes); i++) {
        sigaction(crashes[i], &action, NULL);
    }
    action.sa_sigaction = on_watchdog;
    action.sa_flags |= SA_RESTART;
    sigaction(SIGVTALRM, &action, NULL);
}

/* Counts the process's own CPU time: a stopped or starved host is no loop. */
static void watchdog_set(u32 milliseconds)
{
    struct timeval every = {.tv_sec = (time_t)(milliseconds / 1000U),
                            .tv_usec = (suseconds_t)(milliseconds % 1000U) * 1000};
    struct itimerval timer = {.it_interval = every, .it_value = every};

    setitimer(ITIMER_VIRTUAL, &timer, NULL);
}

void host_watchdog_start(u32 milliseconds)
{
    watchdog_set(milliseconds);
}

void host_watchdog_stop(void)
{
    watchdog_set(0);
}
