/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `make prove`: all of core/ as one source, so that contracts may name its static
 * functions; and main(), which enters it in every way there is.
 */
#include <string.h>

#define __builtin_clz prove_clz
#define __builtin_ctz prove_ctz
#define __builtin_memcpy prove_copy
#define __builtin_memset memset
#define __builtin_unreachable prove_unreachable
#define _Alignas(bytes)

#include "boot.h"
#include "fault.h"
#include "hypercall.h"
#include "ipc.h"
#include "kernel.h"
#include "klog.h"
#include "contracts.h"
#include "prove.h"

#include "system.c"
#include "machine.c"
#include "boot.c"
#include "state.c"

#include "cuts.h"

#include "cap.c"
#include "cell.c"
#include "deadline.c"
#include "derivation.c"
#include "fault.c"
#include "hypercall.c"
#include "ipc.c"
#include "irq.c"
#include "notification.c"
#include "sc.c"
#include "sched.c"
#include "space.c"
#include "thread.c"
#include "trace.c"
#include "vcpu.c"
#include "wake.c"

#define klog_fault klog_fault_body
#include "print.c"
#undef klog_fault
#define klog_step klog_step_body
#define panic panic_body
#include "klog.c"
#undef klog_step
#undef panic

#include "cuts.c"

/* Boot itself. */
void prove_boot(void)
{
    state_init();
    booting = true;
    if (boot(&prove_system) == NULL) {
        state_check();
    }
}

/* prove_NAME(): one entry, from any state within the invariants. What is different between
 * two runs of NAME_once() is not known after them. */
#define STEP(name, entry)                                            \
    void prove_##name(void)                                          \
    {                                                                \
        struct cpu *cpu = &kernel.cpu[0];                            \
        state_init();                                                \
        state_any();                                                 \
        entry;                                                       \
        state_check();                                               \
    }

/* The same, with each object of a pool in turn. */
#define STEP_OF(name, index, first, end, entry)                      \
    static void name##_once(struct cpu *cpu, u32 index)              \
    {                                                                \
        state_any();                                                 \
        entry;                                                       \
        state_check();                                               \
    }                                                                \
    void prove_##name(void)                                          \
    {                                                                \
        state_init();                                                \
        for (u32 i = (first); i < (end); i++) {                      \
            name##_once(&kernel.cpu[0], i);                          \
        }                                                            \
    }

/* The same, by each thread, on somebody's time. (The idle thread calls nothing, but it has no
 * slots: it could.) */
#define STEP_BY(name, entry) STEP_OF(name, by, 0, THREAD_MAX, (runs(by), entry))

static void runs(u32 thread)
{
    kernel.cpu[0].current = (u16)thread;
    kernel.cpu[0].sc = (u16)any_below(SC_MAX);
}

static void guest(void)
{
    runs(VCPU_THREAD);
    kernel.cpu[0].vcpu = 0;
}

/* Whether the vCPU's state is. */
static void loaded(u32 is)
{
    kernel.cpu[0].vcpu = (u16)(is ? 0 : NONE);
}

static void returned(u32 thread)
{
    //@ assert a_thread: thread < THREAD_MAX || thread == NONE;
    (void)thread;
}

STEP(schedule, schedule_body(cpu))
STEP_BY(hypercall_run, hypercall_run_body(cpu, THIMBLE_CAP_COPY + any_below(16)))
STEP_BY(derivation_hypercall_copy, (void)derivation_hypercall_copy_body(cpu))
STEP_BY(derivation_hypercall_move, (void)derivation_hypercall_move_body(cpu))
STEP_BY(derivation_hypercall_revoke, (void)derivation_hypercall_revoke_body(cpu))
STEP_BY(derivation_hypercall_delete, (void)derivation_hypercall_delete_body(cpu))
STEP_BY(derivation_hypercall_window, (void)derivation_hypercall_window_body(cpu))
STEP_BY(region_hypercall_derive, (void)region_hypercall_derive_body(cpu))
STEP_BY(region_hypercall_map, (void)region_hypercall_map_body(cpu))
STEP_BY(region_hypercall_unmap, (void)region_hypercall_unmap_body(cpu))
STEP_BY(region_hypercall_maintain, (void)region_hypercall_maintain_body(cpu))
STEP_BY(thread_hypercall_stop, (void)thread_hypercall_stop_body(cpu))
STEP_BY(vcpu_hypercall, (void)vcpu_hypercall_body(cpu, THIMBLE_VCPU_START + any_below(16)))
STEP_OF(fault_send, thread, CPU_MAX, THREAD_MAX, returned(fault_send_body(cpu, thread)))
STEP_OF(fault_answer, thread, CPU_MAX, THREAD_MAX, fault_answer_body(cpu, thread, cpu->regs))
STEP_OF(sc_wake, sc, 0, SC_MAX, sc_wake_body(cpu, sc))
STEP_OF(sc_block, sc, 0, SC_MAX, sc_block_body(cpu, sc))
STEP_OF(sc_exhausted, sc, 0, SC_MAX, sc_exhausted_body(cpu, sc, any64()))
STEP(sc_expire, (void)sc_expire_body(cpu))
STEP_OF(thread_stop, thread, CPU_MAX, THREAD_MAX, thread_stop_body(cpu, thread))
STEP_OF(notification_signal, index, 1, OBJECTS, notification_signal_body(cpu, index, any32()))
STEP_OF(region_map_step, region, 1, OBJECTS,
        (void)region_map_step_body(region, any_below(CELL_MAX), gpaddr(any32())))
STEP_OF(region_unmap_step, region, 1, OBJECTS, (void)region_unmap_step_body(region))
STEP_OF(irq_silence, irq, 0U, IRQ_MAX, irq_silence_body(&kernel.irqs[irq]))
STEP_OF(vcpu_stop, is, 0, 2, (loaded(is), vcpu_stop_body(cpu, 0)))
STEP(vcpu_raise, vcpu_raise_body(cpu, 0, any_below(VCPU_LINES)))
STEP(vcpu_line_release, vcpu_line_release_body(&kernel.vcpus[0], any_below(VCPU_LINES)))

STEP_BY(recv, hypercall(cpu, THIMBLE_RECV))
STEP_BY(simple, hypercall(cpu, THIMBLE_WAIT + any_below(6)))
STEP_BY(managing, hypercall(cpu, THIMBLE_CAP_COPY + any_below(0xfffffff0U)))
STEP_OF(fault, thread, CPU_MAX, THREAD_MAX,
        (runs(thread), fault(cpu, any_below(32), any32(), any_below(8), any32())))
STEP(guest_enter, (runs(VCPU_THREAD), vcpu_enter(cpu)))
STEP(guest_sleep, (guest(), vcpu_sleep(cpu)))
STEP(guest_exit, (guest(), vcpu_exit(cpu, THIMBLE_EXIT_MMIO + any_below(5))))
STEP(guest_unload, (cpu->vcpu = 0, vcpu_unload(cpu)))
STEP(trace, trace_set(cpu, chance()))

/* ---- who waits ------------------------------------------------------------------------ */

/* Of whatever is signalled: its waiter, an active thread or none, and whether it is bound to
 * a line of the vCPU. */
#define WAITERS (2U * (ACTIVE_LAST + 1U))

static void waits(u32 which)
{
    u32 waiter = which / 2U;

    for (u32 i = 0; i < NOTIFICATION_MAX; i++) {
        kernel.notifications[i].waiter = (u16)(waiter == 0 ? NONE : waiter);
        kernel.notifications[i].vcpu = (u8)(which % 2U);
    }
}

static void signal_once(u32 which)
{
    state_any();
    runs(any_thread());
    waits(which);
    hypercall(&kernel.cpu[0], THIMBLE_SIGNAL);
    state_check();
}

void prove_signal(void)
{
    state_init();
    for (u32 which = 0; which < WAITERS; which++) {
        signal_once(which);
    }
}

static void guest_asks_once(u32 which)
{
    state_any();
    guest();
    waits(which);
    hypercall_guest(&kernel.cpu[0], any_below(256));
    state_check();
}

void prove_guest_asks(void)
{
    state_init();
    for (u32 which = 0; which < WAITERS; which++) {
        guest_asks_once(which);
    }
}

/* Between two instructions of a thread, or while idle. */
static void interrupt_once(u32 which)
{
    struct cpu *cpu = &kernel.cpu[0];

    state_any();
    cpu->sc = cpu->current == THREAD_IDLE(0) ? NONE : (u16)any_below(SC_MAX);
    waits(which);
    interrupt(cpu);
    state_check();
}

void prove_interrupt(void)
{
    state_init();
    for (u32 which = 0; which < WAITERS; which++) {
        interrupt_once(which);
    }
}

STEP_OF(interrupt_take, which, 0, WAITERS,
        (waits(which), interrupt_take_body(cpu)))

/* ---- messages ---------------------------------------------------------------------- */

/* Kinds of messages: tags, so that of each kind it is known how long it is, and whether it is
 * valid; and windows of all receivers, if it has a capability. */
static const struct {
    u32 first;
    u32 last;
    u32 window;
} messages[] = {
    {0, THIMBLE_TAG(0xffff, 6U), NONE + 1U},
    {THIMBLE_TAG(0, 7U), THIMBLE_TAG(0xffff, 64U), NONE + 1U},
    {THIMBLE_TAG(0, 65U), THIMBLE_TAG_CAP - 1U, NONE + 1U},
    {THIMBLE_TAG_CAP, THIMBLE_TAG_CAP | THIMBLE_TAG(0xffff, 6U), 0},
    {THIMBLE_TAG_CAP, THIMBLE_TAG_CAP | THIMBLE_TAG(0xffff, 6U), 1},
    {THIMBLE_TAG_CAP, THIMBLE_TAG_CAP | THIMBLE_TAG(0xffff, 6U), NONE},
    {THIMBLE_TAG_CAP | THIMBLE_TAG(0, 7U), THIMBLE_TAG_CAP | THIMBLE_TAG(0xffff, 64U), 0},
    {THIMBLE_TAG_CAP | THIMBLE_TAG(0, 7U), THIMBLE_TAG_CAP | THIMBLE_TAG(0xffff, 64U), 1},
    {THIMBLE_TAG_CAP | THIMBLE_TAG(0, 7U), THIMBLE_TAG_CAP | THIMBLE_TAG(0xffff, 64U), NONE},
    {THIMBLE_TAG_CAP | THIMBLE_TAG(0, 65U), 2U * THIMBLE_TAG_CAP - 1U, NONE + 1U},
    {0x01000000U, 0x01ffffffU, NONE + 1U}, /* reserved bits, by the uppermost */
    {0x02000000U, 0x03ffffffU, NONE + 1U},
    {0x04000000U, 0x07ffffffU, NONE + 1U},
    {0x08000000U, 0x0fffffffU, NONE + 1U},
    {0x10000000U, 0x1fffffffU, NONE + 1U},
    {0x20000000U, 0x3fffffffU, NONE + 1U},
    {0x40000000U, 0x7fffffffU, NONE + 1U},
    {0x80000000U, 0xffffffffU, NONE + 1U},
};

/* In the registers of `thread`, whether it runs or not. */
static void send(u32 thread, u32 kind)
{
    u32 tag = Frama_C_unsigned_int_interval(messages[kind].first, messages[kind].last);

    kernel.cpu[0].regs[1] = tag;
    kernel.threads[thread].regs[1] = tag;
    for (u32 i = 0; i < THREAD_MAX && messages[kind].window <= NONE; i++) {
        kernel.threads[i].window = (u16)messages[kind].window;
    }
}

#define STEP_SEND(name, entry)                                       \
    static void name##_once(struct cpu *cpu, u32 client, u32 kind)   \
    {                                                                \
        state_any();                                                 \
        send(client, kind);                                          \
        entry;                                                       \
        state_check();                                               \
    }                                                                \
    void prove_##name(void)                                          \
    {                                                                \
        state_init();                                                \
        for (u32 i = CPU_MAX; i < THREAD_MAX; i++) {                 \
            for (u32 kind = 0; kind < ARRAY_SIZE(messages); kind++) {\
                name##_once(&kernel.cpu[0], i, kind);                \
            }                                                        \
        }                                                            \
    }

STEP_SEND(call, (runs(client), hypercall(cpu, THIMBLE_CALL)))
STEP_SEND(ipc_retry, returned(ipc_retry_body(cpu, client)))

static void reply_recv_once(u32 server, u32 client, u32 kind)
{
    state_any();
    runs(server);
    send(server, kind);
    kernel.threads[server].caller = (u16)client;
    hypercall(&kernel.cpu[0], THIMBLE_REPLY_RECV);
    state_check();
}

/* By each thread, to each that it may serve. */
static void reply_recv_by(u32 server)
{
    u32 clients = server <= ACTIVE_LAST ? NOBODY + 1U : THREAD_MAX;

    for (u32 client = 0; client < clients; client++) {
        for (u32 kind = 0; kind < ARRAY_SIZE(messages); kind++) {
            reply_recv_once(server, client, kind);
        }
    }
}

void prove_reply_recv(void)
{
    state_init();
    for (u32 server = CPU_MAX; server < THREAD_MAX; server++) {
        reply_recv_by(server);
    }
}

/* ---- restart of a cell ---------------------------------------------------------------- */

static void restart_once(u32 thread, u32 done)
{
    state_any();
    runs(thread);
    for (u32 i = 0; i < CELL_MAX; i++) {
        kernel.cells[i].restart = (u16)done;
    }
    (void)cell_hypercall_restart_body(&kernel.cpu[0]);
    state_check();
}

void prove_cell_hypercall_restart(void)
{
    state_init();
    for (u32 thread = CPU_MAX; thread < THREAD_MAX; thread++) {
        //@ loop unroll 24;
        for (u32 done = 0; done < 3U * THREAD_MAX + IRQ_MAX; done++) {
            restart_once(thread, done);
        }
    }
}


/* ---- what is printed --------------------------------------------------------------------- */

static void klog_any(void)
{
    Frama_C_make_unknown((char *)&klog, sizeof(klog));
    klog.column = any_below(KLOG_LINE - 1U);
    klog.dump_first = (u16)any_below(KLOG_DUMPS);
    klog.dump_count = (u16)any_below(KLOG_DUMPS + 1U);
    for (u32 i = 0; i < KLOG_DUMPS; i++) {
        klog.dumps[i].thread = (u16)any_below(THREAD_MAX);
        klog.dumps[i].caller_count = (u8)any_below(LEVELS + 1U);
        klog.dumps[i].known = (u8)any_below(2);
        for (u32 k = 0; k < LEVELS; k++) {
            klog.dumps[i].callers[k] = (u16)any_below(THREAD_MAX);
        }
    }
}

static void klog_check(void)
{
    const struct klog_dump *d = &klog.dumps[any_below(KLOG_DUMPS)];
    u16 caller = d->callers[any_below(LEVELS)];

    //@ assert dump_first: klog.dump_first < KLOG_DUMPS;
    //@ assert dump_count: klog.dump_count <= KLOG_DUMPS;
    //@ assert dump_thread: d->thread < THREAD_MAX;
    //@ assert dump_callers: d->caller_count <= LEVELS;
    //@ assert dump_caller: caller < THREAD_MAX;
    (void)caller;
}

STEP_OF(klog_fault, thread, CPU_MAX, THREAD_MAX,
        (klog_any(), klog_fault_body(cpu, thread), klog_check()))
STEP(klog_step, (klog_any(), (void)klog_step_body(cpu), klog_check()))
STEP(panic, (klog_any(), panic_body("a reason", any32())))
