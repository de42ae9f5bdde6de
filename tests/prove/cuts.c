/* SPDX-License-Identifier: BSD-2-Clause */
/* What callers see of the functions that are entered by themselves: see prove.c. */

static void cut(struct cpu *cpu)
{
    (void)cpu;
    state_check();
    state_any();
}

/* Any but the idle one. */
static u32 any_thread(void)
{
    return CPU_MAX + any_below(THREAD_MAX - CPU_MAX);
}

static u32 any_thread_or_none(void)
{
    return either(any_thread(), NONE);
}

static void a_thread(u32 thread)
{
    //@ assert a_thread: CPU_MAX <= thread < THREAD_MAX;
    (void)thread;
}

static void a_line(u32 vcpu, u32 line)
{
    //@ assert a_vcpu: vcpu < VCPU_MAX;
    //@ assert a_line: line < VCPU_LINES;
    (void)vcpu;
    (void)line;
}

void (schedule)(struct cpu *cpu)
{
    booting = false;
    cut(cpu);
}

void (interrupt_take)(struct cpu *cpu)
{
    cut(cpu);
}

void (hypercall_run)(struct cpu *cpu, u32 number)
{
    (void)number;
    cut(cpu);
}

u32 (fault_send)(struct cpu *cpu, u32 thread)
{
    a_thread(thread);
    cut(cpu);
    return any_thread_or_none();
}

void (fault_answer)(struct cpu *cpu, u32 thread, const u32 *regs)
{
    a_thread(thread);
    //@ assert the_running: regs == &cpu->regs[0];
    cut(cpu);
}

u32 (ipc_retry)(struct cpu *cpu, u32 client)
{
    a_thread(client);
    cut(cpu);
    return any_thread_or_none();
}

void (thread_stop)(struct cpu *cpu, u32 index)
{
    a_thread(index);
    cut(cpu);
}

void (notification_signal)(struct cpu *cpu, u32 index, u32 bits)
{
    //@ assert a_notification: index < NOTIFICATION_MAX;
    (void)bits;
    cut(cpu);
}

static void a_region(u32 region)
{
    //@ assert a_region: 1 <= region < REGION_MAX;
    (void)region;
}

u32 (region_map_step)(u32 region, u32 cell, gpaddr_t gpa)
{
    if (booting) {
        return region_map_step_body(region, cell, gpa);
    }
    a_region(region);
    //@ assert a_cell: cell < CELL_MAX;
    (void)gpa;
    cut(&kernel.cpu[0]);
    return any32();
}

bool (region_unmap_step)(u32 region)
{
    if (booting) {
        return region_unmap_step_body(region);
    }
    a_region(region);
    cut(&kernel.cpu[0]);
    return chance();
}

void (irq_silence)(struct irq *irq)
{
    //@ assert an_irq: \valid(irq);
    (void)irq;
    cut(&kernel.cpu[0]);
}

static void a_context(u32 sc)
{
    //@ assert a_context: sc < SC_MAX;
    (void)sc;
}

/* So it is seen that only nodes are written: the rest stays in its ranges. */
void (deadline_set)(u32 place, u64 at)
{
    /*@ assert a_place: place == 0 || place == 1 || place == 2 || place == 3 || place == 4 ||
                        place == 5 || place == 6 || place == 7; */
    deadline_set_body(place, at);
}

void (sc_wake)(struct cpu *cpu, u32 index)
{
    if (booting) {
        sc_wake_body(cpu, index);
        return;
    }
    a_context(index);
    cut(cpu);
}

void (sc_block)(struct cpu *cpu, u32 index)
{
    a_context(index);
    cut(cpu);
}

void (sc_exhausted)(struct cpu *cpu, u32 index, u64 ran)
{
    a_context(index);
    (void)ran;
    cut(cpu);
}

bool (sc_expire)(struct cpu *cpu)
{
    cut(cpu);
    return chance();
}

u32 (line_first)(const struct vcpu *v, u32 low, u32 high)
{
    (void)v;
    (void)low;
    (void)high;
    return any_below(VCPU_LINES);
}

/* Two states, of which each knows the answer. */
bool (vcpu_is_loaded)(const struct vcpu *v)
{
    if (kernel.cpu[0].vcpu == NONE) {
        return vcpu_is_loaded_body(v);
    }
    return vcpu_is_loaded_body(v);
}

void (vcpu_stop)(struct cpu *cpu, u32 vcpu)
{
    if (booting) {
        vcpu_stop_body(cpu, vcpu);
        return;
    }
    a_line(vcpu, 0);
    cut(cpu);
}

void (vcpu_raise)(struct cpu *cpu, u32 vcpu, u32 line)
{
    a_line(vcpu, line);
    cut(cpu);
}

void (vcpu_line_release)(struct vcpu *v, u32 line)
{
    a_line((u32)(v - kernel.vcpus), line);
    cut(&kernel.cpu[0]);
}

/* What status it has does not matter. */
static u32 cut_hypercall(struct cpu *cpu)
{
    cut(cpu);
    return any32();
}

u32 (derivation_hypercall_copy)(struct cpu *cpu)
{
    return cut_hypercall(cpu);
}

u32 (derivation_hypercall_move)(struct cpu *cpu)
{
    return cut_hypercall(cpu);
}

u32 (derivation_hypercall_revoke)(struct cpu *cpu)
{
    return cut_hypercall(cpu);
}

u32 (derivation_hypercall_delete)(struct cpu *cpu)
{
    return cut_hypercall(cpu);
}

u32 (derivation_hypercall_window)(struct cpu *cpu)
{
    return cut_hypercall(cpu);
}

u32 (region_hypercall_derive)(struct cpu *cpu)
{
    return cut_hypercall(cpu);
}

u32 (region_hypercall_map)(struct cpu *cpu)
{
    return cut_hypercall(cpu);
}

u32 (region_hypercall_unmap)(struct cpu *cpu)
{
    return cut_hypercall(cpu);
}

u32 (region_hypercall_maintain)(struct cpu *cpu)
{
    return cut_hypercall(cpu);
}

u32 (cell_hypercall_restart)(struct cpu *cpu)
{
    return cut_hypercall(cpu);
}

u32 (thread_hypercall_stop)(struct cpu *cpu)
{
    return cut_hypercall(cpu);
}

u32 (vcpu_hypercall)(struct cpu *cpu, u32 number)
{
    (void)number;
    return cut_hypercall(cpu);
}

void klog_fault(struct cpu *cpu, u32 thread)
{
    a_thread(thread);
    cut(cpu);
}

bool klog_step(struct cpu *cpu)
{
    cut(cpu);
    return chance();
}

_Noreturn void panic(const char *reason, u32 address)
{
    (void)reason;
    (void)address;
    for (;;) {
    }
}
