/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kernel_check() after each entry into the core, on the target: linked with --wrap around
 * what the vectors call. Ends QEMU after as many entries as its command line says, or with
 * the first invariant that does not hold: status 1 then. At the end it says how often each
 * hypercall was made, and each status returned at once.
 */
#include "arm.h"
#include "hypercall.h"
#include "ipc.h"
#include "kernel.h"
#include "semihost.h"

#define COMMAND_MAX 256U

void __wrap_ipc_call(struct cpu *cpu);
void __real_ipc_call(struct cpu *cpu);
void __wrap_ipc_reply_recv(struct cpu *cpu);
void __real_ipc_reply_recv(struct cpu *cpu);
void __wrap_hypercall_other(struct cpu *cpu, u32 number);
void __real_hypercall_other(struct cpu *cpu, u32 number);
void __wrap_interrupt(struct cpu *cpu);
void __real_interrupt(struct cpu *cpu);
void __wrap_arm_fault(struct cpu *cpu, u32 code);
void __real_arm_fault(struct cpu *cpu, u32 code);
u32 *__wrap_arm_main(void);
u32 *__real_arm_main(void);
void __wrap_machine_panic(const char *reason);
_Noreturn void __wrap_arm_stop(void);

/* Entries: hypercalls by number, the last one for all that no core has; then the rest. */
#define OTHER THIMBLE_HYPERCALLS
#define FAULT (THIMBLE_HYPERCALLS + 1U)
#define INTERRUPT (THIMBLE_HYPERCALLS + 2U)
#define KINDS (THIMBLE_HYPERCALLS + 3U)

static u32 limit;
static u32 entries;
static u32 made[KINDS];
static u32 done[KINDS]; /* of these, with THIMBLE_OK */
static u32 statuses[THIMBLE_ERRORS];

/* ---- words ---------------------------------------------------------------- */

static void say(const char *text)
{
    (void)semihost(SYS_WRITE0, text);
}

static void say_number(const char *before, u32 value)
{
    char digits[12];
    u32 at = sizeof(digits) - 1U;

    digits[at] = '\0';
    do {
        at--;
        digits[at] = (char)('0' + value % 10U);
        value /= 10U;
    } while (value != 0);
    say(before);
    say(&digits[at]);
}

static void say_all(const char *what, const u32 *counts, u32 count)
{
    say("soak: ");
    say(what);
    for (u32 i = 0; i < count; i++) {
        say_number(" ", counts[i]);
    }
    say("\n");
}

static void report(void)
{
    say_number("soak: ", entries);
    say_number(" entries, ", made[FAULT]);
    say_number(" faults, ", made[INTERRUPT]);
    say_number(" interrupts; the ticks of ", (u32)(machine_time() / board.ticks_per_ms));
    say(" ms\n");
    say_all("hypercalls by number:", made, OTHER + 1U);
    say_all("successes by number:", done, OTHER + 1U);
    say_all("statuses by number:", statuses, THIMBLE_ERRORS);
}

static _Noreturn void broken(const char *what, u32 kind)
{
    say("soak: ");
    say(what);
    say_number("\nsoak: after entry ", entries);
    say_number(kind == FAULT       ? ", a fault, "
               : kind == INTERRUPT ? ", an interrupt, "
                                   : ", hypercall ",
               kind);
    say_number(" of thread ", kernel.cpu[0].current);
    say("\n");
    report();
    semihost_leave(1);
}

/* ---- entries -------------------------------------------------------------- */

/* `status`: of r0, if the thread that made the hypercall runs on. */
static void count(u32 kind, u32 status)
{
    made[kind]++;
    if (status < THIMBLE_ERRORS) {
        statuses[status]++;
        done[kind] += status == THIMBLE_OK;
    }
}

static void check(u32 kind)
{
    const char *wrong = kernel_check();

    entries++;
    if (wrong != NULL) {
        broken(wrong, kind);
    }
    if (entries >= limit) {
        report();
        semihost_leave(0);
    }
}

/* The status of a hypercall that receives: that thread waits now, or has the next call. */
static u32 received(const struct cpu *cpu, u32 before)
{
    bool refused = cpu->current == before && (cpu->regs[1] & THIMBLE_TAG_ERROR) != 0;

    return refused ? cpu->regs[0] : THIMBLE_OK;
}

void __wrap_ipc_call(struct cpu *cpu)
{
    u32 before = cpu->current;

    __real_ipc_call(cpu);
    /* Who runs on was refused, unless the server has answered already. */
    count(THIMBLE_CALL, cpu->current != before ? THIMBLE_OK : cpu->regs[0]);
    check(THIMBLE_CALL);
}

void __wrap_ipc_reply_recv(struct cpu *cpu)
{
    u32 before = cpu->current;

    __real_ipc_reply_recv(cpu);
    count(THIMBLE_REPLY_RECV, received(cpu, before));
    check(THIMBLE_REPLY_RECV);
}

void __wrap_hypercall_other(struct cpu *cpu, u32 number)
{
    u32 before = cpu->current;
    u32 kind = number < OTHER ? number : OTHER;

    __real_hypercall_other(cpu, number);
    if (kind == THIMBLE_RECV) {
        count(kind, received(cpu, before));
    } else {
        count(kind, cpu->current == before ? cpu->regs[0] : THIMBLE_ERRORS);
    }
    check(kind);
}

void __wrap_interrupt(struct cpu *cpu)
{
    __real_interrupt(cpu);
    count(INTERRUPT, THIMBLE_ERRORS);
    check(INTERRUPT);
}

void __wrap_arm_fault(struct cpu *cpu, u32 code)
{
    __real_arm_fault(cpu, code);
    count(FAULT, THIMBLE_ERRORS);
    check(FAULT);
}

/* ---- begin and end -------------------------------------------------------- */

u32 *__wrap_arm_main(void)
{
    static char command[COMMAND_MAX];
    u32 line[] = {(u32)command, sizeof(command)};

    if (semihost(SYS_GET_CMDLINE, line) != 0) {
        semihost_leave(3);
    }
    for (const char *digit = command; *digit >= '0' && *digit <= '9'; digit++) {
        limit = 10U * limit + (u32)(*digit - '0');
    }
    return __real_arm_main();
}

void __wrap_machine_panic(const char *reason)
{
    broken(reason, OTHER);
}

void __wrap_arm_stop(void)
{
    semihost_leave(2);
}
