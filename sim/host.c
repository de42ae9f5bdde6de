/* SPDX-License-Identifier: BSD-2-Clause */
/* Stacks, signals and the watchdog of the host: see host.h. */
#define _GNU_SOURCE /* REG_RSP, REG_RIP */
#include "host.h"

#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include "console.h"
#include "fault.h"
#include "kernel.h"
#include "memcheck.h"
#include "observe.h"
#include "self.h"

#if defined(HOST_ASAN)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>

extern u8 *sim_kernel_stack_top;

/* Locals on a "fake stack" would be missing in snapshots of guests' stacks. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "detect_stack_use_after_return=0";
}

void host_stack_entered(const struct sim_context *context)
{
    static const void *loop_bottom;
    static size_t loop_size;
    const void *bottom;
    size_t size;
    void *fake = NULL;

    if (context == &sim_loop && loop_bottom == NULL) {
        return; /* never left it */
    }
    if (context == NULL) {
        bottom = sim_kernel_stack_top - SIM_STACK_SIZE;
        size = SIM_STACK_SIZE;
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

/* Below each stack: larger than what a function's frame is likely to skip. */
#define GUARD_SIZE (64U * 1024U)

/* Free stacks, linked through their topmost word. */
static u8 *stacks_free;

static u8 **stack_link(u8 *stack)
{
    return (u8 **)(void *)(stack + SIM_STACK_SIZE - sizeof(u8 *));
}

/* AddressSanitizer widens frames without measure: no limit then. */
u32 host_stack_guard(u32 limit)
{
#if defined(HOST_ASAN)
    (void)limit;
    return 0;
#else
    static u32 page;

    page = page != 0 ? page : (u32)sysconf(_SC_PAGESIZE);
    return limit != 0 ? SIM_STACK_SIZE - (limit + page - 1U) / page * page : 0;
#endif
}

static void stack_protect(u8 *low, u32 size, int protection)
{
    if (size != 0 && mprotect(low, size, protection) != 0) {
        perror("thimble: no guard for a stack");
        exit(1);
    }
}

static u8 *stack_map(void)
{
    u8 *low = mmap(NULL, GUARD_SIZE + SIM_STACK_SIZE, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (low == MAP_FAILED) {
        perror("thimble: no memory for a stack");
        exit(1);
    }
    stack_protect(low, GUARD_SIZE, PROT_NONE);
    u8 *stack = low + GUARD_SIZE;
    /* For ever: a stack that is free is still no other stack's. */
    (void)VALGRIND_STACK_REGISTER(stack, stack + SIM_STACK_SIZE - 1);
    return stack;
}

u8 *host_stack_new(void)
{
    u8 *stack = stacks_free;

    if (stack != NULL) {
        stacks_free = *stack_link(stack);
    } else {
        stack = stack_map();
    }
    return stack;
}

void host_stack_limit(u8 *stack, u32 limit)
{
    stack_protect(stack, host_stack_guard(limit), PROT_NONE);
}

void host_stack_forget(u8 *stack)
{
#if defined(HOST_ASAN)
    __asan_unpoison_memory_region(stack, SIM_STACK_SIZE);
#endif
    (void)VALGRIND_MAKE_MEM_UNDEFINED(stack, SIM_STACK_SIZE);
}

void host_stack_free(u8 *stack, u32 limit)
{
    stack_protect(stack, host_stack_guard(limit), PROT_READ | PROT_WRITE);
    host_stack_forget(stack);
    *stack_link(stack) = stacks_free;
    stacks_free = stack;
}

#if defined(HOST_ASAN)
__attribute__((no_sanitize("address")))
#endif
void host_stack_copy(u8 *to, const u8 *from, size_t size)
{
    volatile u64 *target = (volatile u64 *)(void *)to;
    const volatile u64 *source = (const volatile u64 *)(const void *)from;

    for (size_t i = 0; i < size / sizeof(u64); i++) {
        target[i] = source[i];
    }
}

/* ---- signals -------------------------------------------------------------*/

static u8 *signal_stack;

static bool on_stack(uintptr_t sp, const u8 *stack)
{
    return sp - ((uintptr_t)stack - GUARD_SIZE) < GUARD_SIZE + SIM_STACK_SIZE;
}

/* Is it the hosted guest that runs now whose stack pointer this is? A large local may have
 * moved it far below the stack. */
static bool in_guest(uintptr_t sp)
{
    const struct sim_guest *guest = &sim_guests[kernel.cpu[0].current];

    return guest->stack != NULL && sim_running == &guest->context &&
           sp < (uintptr_t)guest->stack + SIM_STACK_SIZE &&
           !on_stack(sp, sim_kernel_stack_top - SIM_STACK_SIZE) && !on_stack(sp, signal_stack);
}

/* How deep the stack would have become by what the running guest did: bytes; 0: it has
 * nothing to do with its stack. */
static size_t overflow(uintptr_t sp, uintptr_t address)
{
    const struct sim_guest *guest = &sim_guests[kernel.cpu[0].current];
    uintptr_t low = (uintptr_t)guest->stack + host_stack_guard(guest->limit);
    uintptr_t deepest = sp;

    if (address < low && on_stack(address, guest->stack) && address < deepest) {
        deepest = address;
    }
    return deepest < low ? (uintptr_t)sim_guest_stack_top(guest) - deepest : 0;
}

/* Something that a guest has done in a signal's place: it is said on the kernel stack, which
 * is the place for looking up lines. */
static struct {
    const char *what; /* NULL: nothing */
    const char *more;
} to_say;

static void say(void)
{
    u32 thread = kernel.cpu[0].current;
    char place[64];

    if (to_say.what == NULL) {
        return;
    }
    bool found = spot_text(&sim_host.crash_spot, place, sizeof(place));
    fprintf(stderr, "thimble: cell %s, thread %s: %s%s%s%s (system %s, seed %llu, at %llu ns)\n",
            sim_cell_name(thread_at(thread)->cell), sim_thread_name(thread), to_say.what,
            found ? ", at " : "", place, to_say.more,
            sim_host.system != NULL ? sim_host.system->name : "-",
            (unsigned long long)sim.seed, (unsigned long long)sim_clock.now);
    to_say.what = NULL;
}

/* What the core is told: as of a target, as far as the host's signal says it. */
static struct {
    u32 kind; /* THIMBLE_FAULT_* */
    u32 address;
    u32 access;
} crash = {.kind = THIMBLE_FAULT_CRASH};

/* Called on the guest's own stack, emptied, in place of what crashed. An answer does not mend
 * it: where the program was is lost. */
static u32 crash_entry(void)
{
    u32 kind = crash.kind;

    say();
    sim_host.crashed = true;
    crash.kind = THIMBLE_FAULT_CRASH;
    fault(&kernel.cpu[0], kind, kind == THIMBLE_FAULT_MEMORY ? crash.address : 0,
          kind == THIMBLE_FAULT_MEMORY ? crash.access : 0, 0);
    return EVENT_FAULT;
}

static void crash_landing(void)
{
    for (;;) {
        sim_trap_call(crash_entry);
    }
}

/* ---- exit() ----------------------------------------------------------------*/

static u32 exit_entry(void)
{
    snprintf(sim_host.crash, sizeof(sim_host.crash), "has called exit()");
    spot_take(&sim_host.crash_spot, kernel.cpu[0].current);
    to_say.what = sim_host.crash;
    to_say.more = ": a program ends by returning";
    return crash_entry();
}

/* A program that ends the process ends its own thread: its stack stays within exit(). */
static void on_exit_call(void)
{
    if (!sim_host.running || !in_guest((uintptr_t)__builtin_frame_address(0))) {
        return;
    }
    (void)atexit(on_exit_call); /* for the next one, and done with before the others */
    sim_host.crashes++;
    for (;;) {
        sim_trap_call(exit_entry);
    }
}

/* ---- crashes of the simulator --------------------------------------------------*/

static jmp_buf try_end;
static bool trying;

bool host_try(void (*f)(void *), void *argument)
{
    bool whole = setjmp(try_end) == 0;

    if (whole) {
        trying = true;
        f(argument);
    }
    trying = false;
    return whole;
}

bool host_last_guest(char *text, size_t size)
{
    static struct sim_spot spot;
    const struct boot *b = sim_host.system;
    uintptr_t offset = (uintptr_t)sim_running - (uintptr_t)&sim_guests[0].context;
    u32 thread = (u32)(offset / sizeof(sim_guests[0]));
    char place[64];

    if (b == NULL || offset >= sizeof(sim_guests) || thread - CPU_MAX >= b->thread_count) {
        return false;
    }
    spot_take(&spot, thread);
    bool found = spot_text(&spot, place, sizeof(place));
    const struct boot_thread *t = &b->threads[thread - CPU_MAX];
    snprintf(text, size, "while cell %s, thread %s ran%s%s", b->cells[t->cell].name, t->name,
             found ? ", at " : "", place);
    return true;
}

static u32 watchdog_entry(void)
{
    say();
    return EVENT_NONE; /* sim_host.leave is set */
}

/* Whoever looped ends the run. If it goes on all the same, the thread has
 * crashed: where it was is lost. */
static void watchdog_landing(void)
{
    sim_trap_call(watchdog_entry);
    crash_landing();
}

#if defined(__x86_64__)
#define CONTEXT_SP(uc) ((uc)->uc_mcontext.gregs[REG_RSP])
#define CONTEXT_PC(uc) ((uc)->uc_mcontext.gregs[REG_RIP])
#define CONTEXT_FP(uc) ((uc)->uc_mcontext.gregs[REG_RBP])
#define CONTEXT_LINK(uc) 0
#elif defined(__aarch64__)
#define CONTEXT_SP(uc) ((uc)->uc_mcontext.sp)
#define CONTEXT_PC(uc) ((uc)->uc_mcontext.pc)
#define CONTEXT_FP(uc) ((uc)->uc_mcontext.regs[29])
#define CONTEXT_LINK(uc) ((uc)->uc_mcontext.regs[30])
#elif defined(__arm__)
#define CONTEXT_SP(uc) ((uc)->uc_mcontext.arm_sp)
#define CONTEXT_PC(uc) ((uc)->uc_mcontext.arm_pc)
#define CONTEXT_FP(uc) ((uc)->uc_mcontext.arm_fp)
#define CONTEXT_LINK(uc) ((uc)->uc_mcontext.arm_lr)
#endif

/* What the running guest was doing when this signal came; `text` is in sim_host.crash. */
static void note(const ucontext_t *uc, const char *more)
{
    struct sim_spot *spot = &sim_host.crash_spot;

    spot->exact = true;
    spot_take_at(spot, kernel.cpu[0].current, (uintptr_t)CONTEXT_PC(uc),
                 (uintptr_t)CONTEXT_SP(uc), (uintptr_t)CONTEXT_FP(uc),
                 (uintptr_t)CONTEXT_LINK(uc));
    to_say.what = sim_host.crash;
    to_say.more = more;
}

/* What an access that raised a signal was for. */
static u32 crash_access(const ucontext_t *uc, uintptr_t address)
{
#if defined(__x86_64__)
    bool writes = (uc->uc_mcontext.gregs[REG_ERR] & 2) != 0;
#elif defined(__aarch64__)
    /* esr_context, which the kernel puts among the saved registers: WnR. */
    bool writes = false;
    for (const u8 *at = uc->uc_mcontext.__reserved; ((const u32 *)(const void *)at)[1] != 0;
         at += ((const u32 *)(const void *)at)[1]) {
        if (*(const u32 *)(const void *)at == 0x45535201U) {
            writes = (*(const u64 *)(const void *)(at + 8) >> 6 & 1U) != 0;
        }
    }
#elif defined(__arm__)
    bool writes = (uc->uc_mcontext.error_code >> 11 & 1U) != 0; /* DFSR.WnR */
#endif

    return (uintptr_t)CONTEXT_PC(uc) == address ? ACCESS_EXECUTE
           : writes                             ? ACCESS_WRITE
                                                : ACCESS_READ;
}

/* Above are the host's own addresses, which mean nothing on a target. */
#if UINTPTR_MAX > UINT32_MAX
#define TARGET_LAST UINT32_MAX
#else
#define TARGET_LAST (PAGE_SIZE - 1U)
#endif

/* A program's own loads and stores fault as they would on a target, where that can be said. */
static void crash_set(int number, const siginfo_t *info, const ucontext_t *uc)
{
    uintptr_t address = (uintptr_t)info->si_addr;

    crash.kind = THIMBLE_FAULT_CRASH;
    if (info->si_code <= 0) {
        return; /* raise() */
    }
    /* Not what the host does not say the address of. */
    if (number == SIGSEGV && info->si_code != SI_KERNEL && address <= TARGET_LAST) {
        crash.kind = THIMBLE_FAULT_MEMORY;
        crash.address = (u32)address;
        crash.access = crash_access(uc, address);
    } else if (number == SIGILL || number == SIGTRAP || number == SIGFPE) {
        crash.kind = THIMBLE_FAULT_UNDEFINED;
    }
}

/* The interrupted guest continues at `landing`, at the top of its stack. */
static void land(ucontext_t *uc, void (*landing)(void))
{
    const struct sim_guest *guest = &sim_guests[kernel.cpu[0].current];
    uintptr_t top = ((uintptr_t)sim_guest_stack_top(guest) - 64U) & ~(uintptr_t)15;

#if defined(HOST_ASAN)
    __asan_unpoison_memory_region(guest->stack, SIM_STACK_SIZE);
#endif
    CONTEXT_SP(uc) = (__typeof__(CONTEXT_SP(uc)))(top - sizeof(uintptr_t));
    CONTEXT_PC(uc) = (__typeof__(CONTEXT_PC(uc)))(uintptr_t)landing;
}

/* Not in the frame of on_crash(): Valgrind takes a large one for a switch of stacks. */
#define OWN_FRAME __attribute__((noinline))

/* What happened to the stack of the guest that runs, in sim_host.crash. */
OWN_FRAME static void overflow_text(size_t deep)
{
    const struct sim_guest *guest = &sim_guests[kernel.cpu[0].current];

    snprintf(sim_host.crash, sizeof(sim_host.crash),
             "its stack of %u bytes overflowed (at least %zu bytes deep)",
             guest->limit != 0 ? THIMBLE_STACK_SIZE : SIM_STACK_SIZE, deep);
}

static const char *stop_reason;

/* On the kernel stack: the C library wants more than a thread has. */
static u32 stop_entry(void)
{
    snprintf(sim_host.crash, sizeof(sim_host.crash), "%s", stop_reason);
    spot_take(&sim_host.crash_spot, kernel.cpu[0].current);
    to_say.what = sim_host.crash;
    to_say.more = "";
    sim_host.crashes++;
    return crash_entry();
}

void host_guest_stop(const char *what)
{
    stop_reason = what;
    sim_trap_call(stop_entry);
    crash_landing();
    __builtin_unreachable();
}

/* For so long, further signals belong to the one that asks for the end of the run. */
#define ASKING_NS 1000000000U

/* Signals by which the host says that what an instruction does is wrong. */
static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS};
/* Others that would end the process: guests may raise them too. */
static const int others[] = {SIGABRT, SIGHUP,  SIGINT,  SIGQUIT, SIGPIPE, SIGALRM, SIGTERM,
                             SIGUSR1, SIGUSR2, SIGXCPU, SIGXFSZ, SIGPROF, SIGPOLL};
/* What was installed before, by number; sanitizers have handlers. */
static struct sigaction before[NSIG];

/* Did the program do it itself, by an instruction or by raise()? */
static bool own_doing(int number, const siginfo_t *info)
{
    if (info->si_code <= 0) {
        return info->si_pid == getpid();
    }
    for (size_t i = 0; i < ARRAY_SIZE(faults); i++) {
        if (number == faults[i]) {
            return true;
        }
    }
    return false;
}

/* Asks the end of a run that is whole. True also for what belongs to the first asking:
 * timeout(1) signals its child, then the child's group. A signal that comes later has its
 * usual effect. */
static bool asks_for_end(int number, const siginfo_t *info)
{
    static u64 until; /* in host ns */
    struct timespec now;
    u64 ns;

    if ((number != SIGINT && number != SIGTERM) || own_doing(number, info) ||
        !sim_host.ends_whole) {
        return false;
    }
    clock_gettime(CLOCK_MONOTONIC, &now);
    ns = (u64)now.tv_sec * 1000000000U + (u64)now.tv_nsec;
    if (sim_host.interrupted == 0) {
        sim_host.interrupted = number;
        until = ns + ASKING_NS;
    }
    return ns < until;
}

/* The simulator itself has crashed: the run is over, but its report is not lost. */
OWN_FRAME static void simulator_crashed(int number)
{
    char last[160];

    if (trying) {
        trying = false;
        longjmp(try_end, 1);
    }
    if (!sim_host.running || !sim_host.ends_whole || sim_host.broken != NULL) {
        return;
    }
    sim_host.broken = "the simulator has crashed: a program may have written over its memory";
    fprintf(stderr, "thimble: %s in the simulator %s: has it written over its memory?"
                    " (system %s, seed %llu, at %llu ns)\n", strsignal(number),
            host_last_guest(last, sizeof(last)) ? last : "before any cell ran",
            sim_host.system != NULL ? sim_host.system->name : "-", (unsigned long long)sim.seed,
            (unsigned long long)sim_clock.now);
    sim_run_abandon(SIM_END_PANIC);
}

static void on_crash(int number, siginfo_t *info, void *context)
{
    ucontext_t *uc = context;
    size_t deep = 0;

    if (asks_for_end(number, info)) {
        return;
    }
    if (!own_doing(number, info) || !in_guest((uintptr_t)CONTEXT_SP(uc))) {
        if (info->si_code > 0 && own_doing(number, info)) {
            simulator_crashed(number);
        }
        /* From outside, or a bug of the simulator: as if this handler were not
         * there. A faulting instruction runs again, a signal comes again. */
        console_restore();
        sigaction(number, &before[number], NULL);
        if (info->si_code <= 0 || !own_doing(number, info)) {
            raise(number);
        }
        return;
    }
    if ((number == SIGSEGV || number == SIGBUS) && info->si_code > 0) {
        deep = overflow((uintptr_t)CONTEXT_SP(uc), (uintptr_t)info->si_addr);
        snprintf(sim_host.crash, sizeof(sim_host.crash), "%s at host address %p",
                 strsignal(number), info->si_addr);
    } else {
        snprintf(sim_host.crash, sizeof(sim_host.crash), "%s%s", strsignal(number),
                 number == SIGFPE ? " (a division by zero?)" : "");
    }
    if (deep != 0) {
        overflow_text(deep);
    } else {
        crash_set(number, info, uc);
    }
    note(uc, "");
    sim_host.crashes++;
    land(uc, crash_landing);
}

/* Virtual time when the watchdog last looked. */
static u64 watchdog_seen;

static void on_watchdog(int number, siginfo_t *info, void *context)
{
    ucontext_t *uc = context;
    bool script = sim_running == &sim_loop && sim_guests[kernel.cpu[0].current].script != NULL;

    if (info->si_code <= 0) {
        on_crash(number, info, context); /* raised, not the timer's */
        return;
    }
    if (sim_clock.now != watchdog_seen || !sim_host.running ||
        !(script || in_guest((uintptr_t)CONTEXT_SP(uc)))) {
        watchdog_seen = sim_clock.now;
        return;
    }
    snprintf(sim_host.crash, sizeof(sim_host.crash), "loops without a hypercall or helper");
    note(uc, "; the run is stopped");
    if (script) {
        say();
        sim_run_abandon(SIM_END_WATCHDOG);
    }
    sim_host.end = SIM_END_WATCHDOG;
    sim_host.leave = true;
    land(uc, watchdog_landing);
}

static void signals_catch(const int *numbers, size_t count, const struct sigaction *action,
                          bool ours)
{
    for (size_t i = 0; i < count; i++) {
        struct sigaction *old = &before[numbers[i]];
        sigaction(numbers[i], NULL, old);
        if (ours || old->sa_handler == SIG_DFL) {
            sigaction(numbers[i], action, NULL);
        }
    }
}

#if defined(HOST_ASAN)
/* A finding of a sanitizer ends the process, on a guest's stack too. */
static void on_sanitizer_death(void)
{
    signal(SIGABRT, SIG_DFL);
}
#endif

void host_signals_install(void)
{
    static const int watchdog[] = {SIGVTALRM};
    struct sigaction action = {.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};

    if (signal_stack != NULL) {
        return;
    }
    signal_stack = host_stack_new();
    stack_t alternate = {.ss_sp = signal_stack, .ss_size = SIM_STACK_SIZE};
    sigaltstack(&alternate, NULL);
    sigemptyset(&action.sa_mask);
    action.sa_sigaction = on_crash;
    signals_catch(faults, ARRAY_SIZE(faults), &action, true);
    signals_catch(others, ARRAY_SIZE(others), &action, false);
    action.sa_sigaction = on_watchdog;
    action.sa_flags |= SA_RESTART;
    signals_catch(watchdog, ARRAY_SIZE(watchdog), &action, true);
    (void)atexit(on_exit_call);
#if defined(HOST_ASAN)
    __sanitizer_set_death_callback(on_sanitizer_death);
#endif
}

/* Counts the process's own CPU time: a stopped or starved host is no loop. */
void host_watchdog_start(u32 milliseconds)
{
    struct timeval every = {.tv_sec = (time_t)(milliseconds / 1000U),
                            .tv_usec = (suseconds_t)(milliseconds % 1000U) * 1000};
    struct itimerval timer = {.it_interval = every, .it_value = every};

    watchdog_seen = SIM_TIME_NEVER;
    setitimer(ITIMER_VIRTUAL, &timer, NULL);
}
