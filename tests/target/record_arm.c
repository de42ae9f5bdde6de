/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The recorder on ARM. The arguments are semihosting's command line: MILLISECONDS,
 * "trace" or "results", and the file to write.
 */
#include "arm.h"
#include "image.h"
#include "kernel.h"
#include "hw.h"
#include "record.h"
#include "semihost.h"
#include "space.h"

#define COMMAND_MAX 256U
#define CNTHP_CTL_ENABLE 1U

void __wrap_hypercall(struct cpu *cpu, u32 number);
void __wrap_hypercall_other(struct cpu *cpu, u32 number);
void __wrap_arm_threads_init(void);
void __real_arm_threads_init(void);
void __wrap_machine_timer_set(u64 deadline);
void __real_machine_timer_set(u64 deadline);
u32 __wrap_arm_idle_print(void);
u32 __real_arm_idle_print(void);
void __wrap_interrupt(struct cpu *cpu);
void __real_interrupt(struct cpu *cpu);
_Noreturn void __wrap_arm_stop(void);

static u32 file;

const struct boot *record_system(void)
{
    return &arm_system;
}

u32 record_read(u32 pa)
{
    return hw_read32(paddr(pa));
}

void record_write(const void *data, u32 size)
{
    const u32 arguments[] = {file, (u32)data, size};

    if (semihost(SYS_WRITE, arguments) != 0) {
        semihost_leave(3);
    }
}

void record_close(void)
{
    if (semihost(SYS_CLOSE, &file) != 0) {
        semihost_leave(3);
    }
    semihost_leave(0);
}

/* Up to the next blank, which is stepped over. */
static char *argument_next(char **rest)
{
    char *start = *rest;

    while (**rest != '\0' && **rest != ' ') {
        (*rest)++;
    }
    if (**rest == ' ') {
        *(*rest)++ = '\0';
    }
    return start;
}

/* BADDR of idle's root, which no cell's test uses: as aligned as its table is large (DDI 0406C
 * B4.1, VTTBR), and not within a cell's. */
static void record_idle(void)
{
    u32 size = SPACE_ROOT_SIZE(machine_space_t0sz());
    u32 root = (u32)thread_at(0)->space;
    u32 inside = 0;

    for (u32 i = 0; i < kernel.cell_count; i++) {
        u32 cell = (u32)kernel.cells[i].space;
        inside += root - cell < size || cell - root < size;
    }
    record_result(TARGET_IDLE, root % size, 0);
    record_result(TARGET_IDLE, inside, 0);
}

void __wrap_arm_threads_init(void)
{
    static char command[COMMAND_MAX];
    u32 line[] = {(u32)command, sizeof(command)};
    u32 ms = 0;

    __real_arm_threads_init();
    if (semihost(SYS_GET_CMDLINE, line) != 0) {
        semihost_leave(3);
    }
    char *rest = command;
    for (const char *digit = argument_next(&rest); *digit != '\0'; digit++) {
        ms = 10U * ms + (u32)(*digit - '0');
    }
    record_options.until = machine_time() + (u64)ms * board.ticks_per_ms;
    record_options.trace = argument_next(&rest)[0] == 't';
    const char *name = argument_next(&rest);
    u32 length = 0;
    while (name[length] != '\0') {
        length++;
    }
    const u32 arguments[] = {(u32)name, OPEN_WRITE_BINARY, length};
    file = semihost(SYS_OPEN, arguments);
    if (file == ~0U) {
        semihost_leave(3);
    }
    record_begin();
    if (!record_options.trace) {
        record_idle();
    }
    machine_timer_set(kernel.cpu[0].timer);
}

/* What the vectors call. */
void __wrap_hypercall_other(struct cpu *cpu, u32 number)
{
    __wrap_hypercall(cpu, number);
}

/* The timer rings at the end of the run at the latest. After the end, which may have come
 * while the core chose who runs and took what was pending itself, it rings again soon, but
 * is quiet for a while: the choice ends, and the next interrupt ends the run. */
void __wrap_machine_timer_set(u64 deadline)
{
    u64 until = record_options.until != 0 ? record_options.until : deadline;
    u64 soon = machine_time() + board.ticks_per_ms / 10U;

    if (until < soon) {
        until = soon;
    }
    __real_machine_timer_set(deadline < until ? deadline : until);
}

/* An idle core without a deadline turns its timer off; the end of the run is a deadline. */
u32 __wrap_arm_idle_print(void)
{
    u32 printing = __real_arm_idle_print();

    hw_cnthp_ctl_write(CNTHP_CTL_ENABLE);
    return printing;
}

void __wrap_interrupt(struct cpu *cpu)
{
    if (machine_time() >= record_options.until) {
        record_end(0);
    }
    __real_interrupt(cpu);
}

/* The hypervisor has refused to start, or has ended. */
void __wrap_arm_stop(void)
{
    semihost_leave(2);
}
