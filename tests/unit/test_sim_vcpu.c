/* SPDX-License-Identifier: BSD-2-Clause */
/* Scripted guests of VMs: the core, the machine's virtual interrupts and a VMM together. */
#include "test_sim_support.h"

#include "bus.h"

#define GICC_AT 0x08010000U
#define CTLR GICC_AT
#define PMR (GICC_AT + 0x4U)
#define IAR (GICC_AT + 0xcU)
#define EOIR (GICC_AT + 0x10U)
#define UART_AT 0x09000000U
#define BADGE 5U
#define STEPS 24U

enum { VMM_GUEST = 1, VMM_SLEEP };
enum { VM_HANDLER = 1, VM_HEALTH, VM_BELL };

/* What a thread does, one after the other, and what it found before each step. */
struct script {
    struct sim_action list[STEPS];
    u32 regs[STEPS][4];
    u32 count;
    u32 next;
    u32 results[STEPS + 1U];
    u32 values[STEPS + 1U];
    bool interrupted[STEPS + 1U];
    bool undefined[STEPS + 1U];
    u64 times[STEPS + 1U];
};

static struct script guest;
static struct script other;
static struct script vmm;

static void run_script(void *state, u32 *regs, struct sim_action *action)
{
    struct script *s = state;
    u32 i = action->fresh ? 0 : s->next;

    s->next = i + 1U;
    if (i > STEPS) {
        action->step = SIM_STEP_FAULT;
        action->number = THIMBLE_FAULT_CRASH;
        return;
    }
    s->results[i] = regs[0];
    s->values[i] = action->value;
    s->interrupted[i] = action->interrupted;
    s->undefined[i] = action->undefined;
    s->times[i] = sim_clock.now;
    *action = (struct sim_action){.step = SIM_STEP_FAULT, .number = THIMBLE_FAULT_EXIT};
    if (i < s->count) {
        *action = s->list[i];
        if (action->step == SIM_STEP_HYPERCALL || action->step == SIM_STEP_EXIT) {
            memcpy(regs, s->regs[i], sizeof(s->regs[i]));
        }
    }
}

static void step(struct script *s, struct sim_action action)
{
    s->list[s->count++] = action;
}

static void call(struct script *s, u32 step_kind, u32 number, u32 r0, u32 r1, u32 r2, u32 r3)
{
    const u32 regs[4] = {r0, r1, r2, r3};

    memcpy(s->regs[s->count], regs, sizeof(regs));
    step(s, (struct sim_action){.step = (u8)step_kind, .number = number});
}

static void hypercall_add(struct script *s, u32 number, u32 r0, u32 r1, u32 r2, u32 r3)
{
    call(s, SIM_STEP_HYPERCALL, number, r0, r1, r2, r3);
}

static void read_at(struct script *s, u32 address)
{
    step(s, (struct sim_action){.step = SIM_STEP_READ, .address = address});
}

static void write_at(struct script *s, u32 address, u32 value)
{
    step(s, (struct sim_action){.step = SIM_STEP_WRITE, .address = address, .value = value});
}

static void sleep_add(struct script *s)
{
    step(s, (struct sim_action){.step = SIM_STEP_SLEEP});
}

static void timer_add(struct script *s, u64 at)
{
    step(s, (struct sim_action){.step = SIM_STEP_TIMER, .number = 1, .wide = at});
}

static void interface_on(struct script *s)
{
    write_at(s, CTLR, 1);
    write_at(s, PMR, 0xff);
}

static u32 guest_thread;
static u32 other_thread;
static u32 vm_cell;

/* The VMM's thread comes first, above the guests; `keeper` answers exits. */
static void build(void)
{
    build_begin();
    u32 cell = build_cell("vmm");
    u32 vm = build_cell("vm");
    u32 monitor = build_active(cell, 20, NULL, 0);
    u32 handler = build_passive(cell, 6, keeper_program, 0);
    vm_cell = vm;
    guest_thread = build_active(vm, 10, NULL, 0);
    other_thread = build_active(vm, 9, NULL, 0);
    u32 sleep = build_notification();
    u32 health = build_notification();
    (void)build_region(vm, (struct machine_mapping){.gpa = gpaddr(GICC_AT),
                                                    .pa = paddr(SIM_GICV_BASE),
                                                    .size = 2U * PAGE_SIZE,
                                                    .memory = MEMORY_DEVICE,
                                                    .access = ACCESS_READ | ACCESS_WRITE});
    build_vcpu(guest_thread, 3);
    build_vcpu(other_thread, 3);
    build_grant(cell, THIMBLE_CAP_THREAD, THIMBLE_RIGHT_CONTROL, guest_thread, 0);
    build_grant(cell, THIMBLE_CAP_NOTIFICATION, RIGHTS_BOTH, sleep, 1);
    build_grant(cell, THIMBLE_CAP_THREAD, THIMBLE_RIGHT_CONTROL, other_thread, 0);
    build_grant(vm, THIMBLE_CAP_THREAD, THIMBLE_RIGHT_CALL, handler, BADGE);
    build_grant(vm, THIMBLE_CAP_NOTIFICATION, RIGHTS_BOTH, health, 0x10);
    build_grant(vm, THIMBLE_CAP_NOTIFICATION, RIGHTS_BOTH, sleep, 0x20);
    build_handler(guest_thread, VM_HANDLER, VM_HEALTH);
    build_handler(other_thread, VM_HANDLER, VM_HEALTH);
    build_script(monitor, run_script, &vmm, sizeof(vmm));
    build_script(guest_thread, run_script, &guest, sizeof(guest));
    build_script(other_thread, run_script, &other, sizeof(other));
    keeper = (struct keeper){.count = 0};
    for (u32 i = 0; i < FAULTS_MAX; i++) {
        keeper.answers[i][0] = THIMBLE_FAULT_STOP;
    }
    hypercall_add(&vmm, THIMBLE_VCPU_START, VMM_GUEST, 0x8000, 7, 8);
}

static void vmm_waits(void)
{
    hypercall_add(&vmm, THIMBLE_WAIT, VMM_SLEEP, 0xffffffffU, 0xffffffffU, 0);
}

static void run_all(void)
{
    boot_it();
    (void)sim_run(10U * MS);
    cr_assert(thread_stopped(guest_thread));
    cr_expect_eq(guest.next, guest.count + 1U, "the guest made %u steps of %u", guest.next,
                 guest.count);
}

static void expect_exit(u32 i, u32 kind, u32 w1, u32 w2, u32 w4)
{
    cr_assert_lt(i, keeper.count);
    cr_expect_eq(keeper.badges[i], BADGE);
    cr_expect_eq(keeper.faults[i].tag, THIMBLE_TAG(THIMBLE_LABEL_EXIT, 6));
    cr_expect_eq(keeper.faults[i].word[0], kind);
    cr_expect_eq(keeper.faults[i].word[1], w1);
    cr_expect_eq(keeper.faults[i].word[2], w2);
    cr_expect_eq(keeper.faults[i].word[4], w4);
}

Test(sim_vcpu, accesses_are_emulated)
{
    build();
    vmm_waits();
    read_at(&guest, UART_AT + 4U);
    write_at(&guest, UART_AT, 0x41);
    read_at(&guest, UART_AT + 8U); /* tried again */
    keeper.answers[0][0] = THIMBLE_FAULT_SKIP;
    keeper.answers[0][1] = 0xbeef;
    keeper.answers[1][0] = THIMBLE_FAULT_SKIP;
    keeper.answers[2][0] = THIMBLE_FAULT_RETRY;
    keeper.answers[3][0] = THIMBLE_EXIT_UNDEF;
    run_all();
    cr_assert_eq(keeper.count, 5);
    expect_exit(0, THIMBLE_EXIT_MMIO, UART_AT + 4U, ACCESS_READ | 4U << 8, 0);
    expect_exit(1, THIMBLE_EXIT_MMIO, UART_AT, ACCESS_WRITE | 4U << 8, 0x41);
    expect_exit(2, THIMBLE_EXIT_MMIO, UART_AT + 8U, ACCESS_READ | 4U << 8, 0);
    expect_exit(3, THIMBLE_EXIT_MMIO, UART_AT + 8U, ACCESS_READ | 4U << 8, 0);
    cr_expect_eq(guest.values[1], 0xbeef);
    cr_expect_not(guest.undefined[1]);
    cr_expect(guest.undefined[3]);
    cr_expect_eq(kernel.notifications[1].bits, 0x10);
}

Test(sim_vcpu, calls_of_either_kind_are_exits)
{
    build();
    vmm_waits();
    call(&guest, SIM_STEP_EXIT, THIMBLE_EXIT_HVC, 0x84000000U, 2, 3, 4);
    call(&guest, SIM_STEP_EXIT, THIMBLE_EXIT_SMC, 5, 6, 7, 8);
    keeper.answers[0][0] = THIMBLE_FAULT_RETRY;
    keeper.answers[1][0] = THIMBLE_FAULT_SKIP;
    keeper.answers[1][1] = 0x10001;
    keeper.answers[2][0] = THIMBLE_FAULT_SKIP;
    keeper.answers[2][1] = 0xffffffffU;
    run_all();
    cr_assert_eq(keeper.count, 4);
    expect_exit(0, THIMBLE_EXIT_HVC, 0x84000000U, 2, 4);
    expect_exit(1, THIMBLE_EXIT_HVC, 0x84000000U, 2, 4);
    expect_exit(2, THIMBLE_EXIT_SMC, 5, 6, 8);
    cr_expect_eq(guest.results[1], 0x10001);
    cr_expect_eq(guest.results[2], 0xffffffffU);
}

Test(sim_vcpu, hypercalls_are_the_cores)
{
    build();
    vmm_waits();
    hypercall_add(&guest, THIMBLE_SIGNAL, VM_BELL, 0, 0, 0);
    hypercall_add(&guest, THIMBLE_POLL, VM_BELL, 0, 0, 0);
    hypercall_add(&guest, THIMBLE_VERSION, 0, 0, 0, 0);
    hypercall_add(&guest, THIMBLE_RECV, 0, 0, 0, 0);
    hypercall_add(&guest, THIMBLE_VCPU_LOWER, 0, 0, 0, 0);
    hypercall_add(&guest, THIMBLE_SIGNAL, VM_HEALTH, 0, 0, 0);
    run_all();
    cr_expect_eq(guest.results[1], THIMBLE_OK);
    cr_expect_eq(guest.results[2], THIMBLE_OK);
    cr_expect_eq(guest.results[4], THIMBLE_ERR_HYPERCALL);
    cr_expect_eq(guest.results[5], THIMBLE_OK);
    cr_expect_eq(guest.results[6], THIMBLE_ERR_SLOT);
}

Test(sim_vcpu, ticks)
{
    build();
    hypercall_add(&vmm, THIMBLE_VCPU_BIND, VMM_GUEST, THIMBLE_NO_SLOT, 27, 0x80);
    vmm_waits();
    interface_on(&guest);
    for (u32 i = 0; i < 4U; i++) {
        timer_add(&guest, 1000U * (i + 1U));
        sleep_add(&guest);
        read_at(&guest, IAR);
        timer_add(&guest, 0xffffffffffU);
        write_at(&guest, EOIR, 27);
    }
    run_all();
    for (u32 i = 0; i < 4U; i++) {
        u32 woken = 2U + 5U * i + 2U;
        cr_expect(guest.interrupted[woken]);
        cr_expect_eq(guest.values[woken + 1U], 27);
        cr_expect_geq(guest.times[woken], 16000U * (i + 1U));
        cr_expect_lt(guest.times[woken], 16000U * (i + 1U) + 1000U);
        cr_expect_not(guest.interrupted[woken + 3U]);
    }
}

/* Both sleep and tick; each is unloaded by the other. */
Test(sim_vcpu, two_tick_side_by_side)
{
    build();
    hypercall_add(&vmm, THIMBLE_VCPU_START, 3, 0x8000, 7, 8);
    hypercall_add(&vmm, THIMBLE_VCPU_BIND, VMM_GUEST, THIMBLE_NO_SLOT, 27, 0x80);
    hypercall_add(&vmm, THIMBLE_VCPU_BIND, 3, THIMBLE_NO_SLOT, 27, 0x80);
    vmm_waits();
    interface_on(&guest);
    interface_on(&other);
    for (u32 i = 0; i < 4U; i++) {
        timer_add(&guest, 1000U * (i + 1U));
        timer_add(&other, 700U * (i + 1U));
        sleep_add(&guest);
        sleep_add(&other);
        read_at(&guest, IAR);
        read_at(&other, IAR);
        timer_add(&guest, 0xffffffffffU);
        timer_add(&other, 0xffffffffffU);
        write_at(&guest, EOIR, 27);
        write_at(&other, EOIR, 27);
    }
    run_all();
    /* Both may wake at once: the way of one comes before the other. */
    cr_expect_eq(other.next, other.count + 1U);
    for (u32 i = 0; i < 4U; i++) {
        u32 woken = 2U + 5U * i + 2U;
        cr_expect_eq(guest.values[woken + 1U], 27);
        cr_expect_eq(other.values[woken + 1U], 27);
        cr_expect_lt(guest.times[woken], 16000U * (i + 1U) + 1500U);
        cr_expect_lt(other.times[woken], 11200U * (i + 1U) + 1500U);
    }
}

Test(sim_vcpu, many_lines_from_its_vmm)
{
    build();
    for (u32 i = 0; i < 7U; i++) {
        hypercall_add(&vmm, THIMBLE_VCPU_INJECT, VMM_GUEST, 40U + i,
                      THIMBLE_LINE_HIGH | 8U * (9U - i),
                      0);
    }
    vmm_waits();
    interface_on(&guest);
    for (u32 i = 0; i < 7U; i++) {
        read_at(&guest, IAR);
        write_at(&guest, EOIR, 46U - i);
    }
    read_at(&guest, IAR);
    run_all();
    for (u32 i = 0; i < 7U; i++) {
        cr_expect_eq(guest.values[3U + 2U * i], 46U - i);
    }
    cr_expect_eq(guest.values[guest.count], 1023);
}

/* Stage 1 is on in a guest, so that no invalidation by address reaches what its
 * translations of two stages hold. */
Test(sim_vcpu, memory_that_is_unmapped_is_gone)
{
    u32 at = 0x50000000U;

    build();
    u32 vmm_cell = 0;
    u32 region = build_region(vmm_cell, (struct machine_mapping){
                                      .gpa = gpaddr(at),
                                      .pa = paddr(SIM_RAM_BASE + SIM_RAM_SIZE / 2U),
                                      .size = PAGE_SIZE,
                                      .memory = MEMORY_NORMAL,
                                      .access = ACCESS_READ | ACCESS_WRITE});
    /* The table goes on to be used. */
    (void)build_region(vm_cell, (struct machine_mapping){
                                    .gpa = gpaddr(at + PAGE_SIZE),
                                    .pa = paddr(SIM_RAM_BASE + SIM_RAM_SIZE / 2U + PAGE_SIZE),
                                    .size = PAGE_SIZE,
                                    .memory = MEMORY_NORMAL,
                                    .access = ACCESS_READ});
    build_unmapped(region);
    u32 slot = build_grant(vmm_cell, THIMBLE_CAP_REGION, ACCESS_READ | ACCESS_WRITE, region, 0);
    u32 cell = build_grant(vmm_cell, THIMBLE_CAP_CELL, THIMBLE_RIGHT_MAP, vm_cell, 0);
    hypercall_add(&vmm, THIMBLE_REGION_MAP, slot, at, cell, 0);
    vmm_waits();
    hypercall_add(&vmm, THIMBLE_REGION_UNMAP, slot, 0, 0, 0);
    vmm_waits();
    write_at(&guest, at, 0x1234);
    read_at(&guest, at);
    hypercall_add(&guest, THIMBLE_SIGNAL, VM_BELL, 0, 0, 0);
    read_at(&guest, at);
    boot_it();
    (void)sim_run(10U * MS);
    cr_expect_eq(guest.values[2], 0x1234);
    cr_expect_eq(guest.results[3], THIMBLE_OK);
    cr_assert_eq(keeper.count, 1);
    expect_exit(0, THIMBLE_EXIT_MMIO, at, ACCESS_READ | 4U << 8, 0);
}

/* Its handler restarts it: from its entry, with nothing of what was before. */
Test(sim_vcpu, is_started_again_by_its_vmm)
{
    build();
    hypercall_add(&vmm, THIMBLE_VCPU_INJECT, VMM_GUEST, 40, 0x300, 0);
    vmm_waits();
    hypercall_add(&vmm, THIMBLE_THREAD_STOP, VMM_GUEST, 0, 0, 0);
    hypercall_add(&vmm, THIMBLE_VCPU_START, VMM_GUEST, 0, 9, 0);
    vmm_waits();
    interface_on(&guest);
    read_at(&guest, IAR);
    hypercall_add(&guest, THIMBLE_SIGNAL, VM_BELL, 0, 0, 0);
    run_all();
    cr_expect_eq(vmm.next, vmm.count + 1U); /* signalled in both lives */
    cr_expect_eq(guest.results[0], 9);
    cr_expect_eq(guest.values[3], 1023);
}
