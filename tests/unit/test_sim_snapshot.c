/* SPDX-License-Identifier: BSD-2-Clause */
/* Snapshots: from each, the run goes on as it did. */
#include "test_sim_support.h"

#include "memory.h"
#include "time.h"

#define AT BUILD_IMAGE_AT
#define SNAPSHOTS 8U

static struct outcome run_to(u64 until)
{
    (void)sim_run(until);
    return outcome();
}

static void boot_gateway(void)
{
    boot_system(&gateway_system, &(struct sim_options){.seed = 5, .observe = true, .check = true});
}

Test(sim_snapshot, a_restored_system_runs_on_as_before)
{
    boot_gateway();
    (void)sim_run(3 * MS);
    struct outcome then = outcome();
    struct sim_snapshot *s = sim_snapshot_save();
    struct outcome after = run_to(7 * MS);
    cr_expect_neq(after.state, then.state);
    for (u32 i = 0; i < 3; i++) {
        sim_snapshot_restore(s);
        expect_same(outcome(), then);
        expect_same(run_to(7 * MS), after);
    }
    sim_snapshot_free(s);
}

Test(sim_snapshot, taken_before_the_first_run)
{
    boot_gateway();
    struct sim_snapshot *s = sim_snapshot_save();
    struct outcome after = run_to(2 * MS);
    sim_snapshot_restore(s);
    expect_same(run_to(2 * MS), after);
    sim_snapshot_free(s);
}

Test(sim_snapshot, taking_one_changes_nothing)
{
    boot_gateway();
    struct outcome straight = run_to(2 * MS);
    boot_gateway();
    for (u32 i = 1; i <= 20; i++) {
        struct sim_snapshot *s = sim_snapshot_save();
        (void)sim_run(i * 100000);
        sim_snapshot_free(s);
    }
    expect_same(outcome(), straight);
}

Test(sim_snapshot, several_are_restored_in_any_order)
{
    struct sim_snapshot *s[SNAPSHOTS];
    struct outcome at[SNAPSHOTS + 1];
    struct sim_random random;

    sim_random_seed(&random, 1, 0);
    boot_gateway();
    for (u32 i = 0; i <= SNAPSHOTS; i++) {
        at[i] = run_to((i + 1) * 300000);
        if (i < SNAPSHOTS) {
            s[i] = sim_snapshot_save();
        }
    }
    for (u32 n = 0; n < 40; n++) {
        u32 i = sim_random_below(&random, SNAPSHOTS);
        sim_snapshot_restore(s[i]);
        expect_same(outcome(), at[i]);
        expect_same(run_to((i + 2) * 300000), at[i + 1]);
    }
    for (u32 i = 0; i < SNAPSHOTS; i++) {
        sim_snapshot_free(s[i]);
    }
}

Test(sim_snapshot, freeing_one_leaves_the_others)
{
    boot_gateway();
    (void)sim_run(MS);
    struct sim_snapshot *first = sim_snapshot_save();
    struct outcome then = outcome();
    (void)sim_run(2 * MS);
    struct sim_snapshot *second = sim_snapshot_save();
    (void)sim_run(3 * MS);
    sim_snapshot_free(second);
    sim_snapshot_free(NULL);
    sim_snapshot_restore(first);
    expect_same(outcome(), then);
    sim_snapshot_free(first);
    (void)sim_run(2 * MS);
}

/* ---- parts of the state -----------------------------------------------------------*/

static struct {
    u32 values[16];
    u32 count;
} seen;

/* Keeps what it knows in locals: across the trap, in registers that it saves
 * and, as it calls nothing, below its stack pointer. */
__attribute__((noinline)) static void count_locally(u32 argument)
{
    volatile u32 local[8];

    for (u32 i = 0; i < 8; i++) {
        local[i] = argument + i;
    }
    for (;;) {
        thimble_trap_enter(THIMBLE_VERSION);
        u32 sum = 0;
        for (u32 i = 0; i < 8; i++) {
            sum += local[i];
            local[i] = local[i] * 5U + 1U;
        }
        seen.values[seen.count++ % 16U] = sum;
    }
}

Test(sim_snapshot, brings_back_the_locals_of_guests)
{
    u32 values[16];

    build_begin();
    build_active(build_cell("app"), 5, count_locally, 3);
    boot_it();
    (void)sim_run(1000);
    struct sim_snapshot *s = sim_snapshot_save();
    memset(&seen, 0, sizeof(seen));
    (void)sim_run(2500);
    cr_assert_gt(seen.count, 8);
    memcpy(values, seen.values, sizeof(values));
    for (u32 i = 0; i < 3; i++) {
        sim_snapshot_restore(s);
        memset(&seen, 0, sizeof(seen));
        (void)sim_run(2500);
        cr_expect_arr_eq(seen.values, values, sizeof(values));
    }
    sim_snapshot_free(s);
}

/* Frames of many depths, so that the stack pointer is somewhere else each time. */
__attribute__((noinline)) static u32 descend(u32 depth)
{
    volatile u32 own = depth;

    thimble_compute(10);
    u32 below = depth == 0 ? 0 : descend(depth - 1);
    thimble_compute(10);
    return below * 3U + own;
}

static void descend_often(u32 argument)
{
    for (;;) {
        thimble_write32(AT, descend(argument));
    }
}

Test(sim_snapshot, brings_back_deep_stacks)
{
    build_begin();
    build_active(build_cell("app"), 5, descend_often, 50);
    boot_it();
    for (u64 at = 997; at < 10000; at += 997) {
        (void)sim_run(at);
        struct sim_snapshot *s = sim_snapshot_save();
        struct outcome after = run_to(at + 3000);
        sim_snapshot_restore(s);
        expect_same(run_to(at + 3000), after);
        sim_snapshot_restore(s);
        sim_snapshot_free(s);
    }
}

struct counter {
    u32 n;
    u32 sum;
};

static struct counter counter;

static void count_in_state(void *state, u32 *regs, struct sim_action *action)
{
    struct counter *c = state;

    (void)regs;
    c->sum += action->value;
    c->n++;
    *action = (struct sim_action){
        .step = c->n % 2U != 0 ? SIM_STEP_WRITE : SIM_STEP_READ,
        .address = AT + c->n / 2U % 1024U * 4U,
        .value = c->n * 7U,
    };
}

static void boot_counter(void)
{
    build_begin();
    build_script(build_active(build_cell("script"), 1, NULL, 0), count_in_state, &counter,
                 sizeof(counter));
    boot_it();
    counter = (struct counter){.n = 0};
}

Test(sim_snapshot, brings_back_the_state_of_scripts)
{
    boot_counter();
    (void)sim_run(1000);
    struct counter then = counter;
    struct sim_snapshot *s = sim_snapshot_save();
    struct outcome after = run_to(3000);
    struct counter end = counter;
    sim_snapshot_restore(s);
    cr_expect_eq(counter.n, then.n);
    cr_expect_eq(counter.sum, then.sum);
    expect_same(run_to(3000), after);
    cr_expect_eq(counter.sum, end.sum);
    cr_expect_neq(end.sum, then.sum);
    sim_snapshot_free(s);
}

Test(sim_snapshot, brings_back_ram_after_another_boot_of_the_system)
{
    boot_counter();
    (void)sim_run(1000);
    struct outcome then = outcome();
    struct sim_snapshot *s = sim_snapshot_save();
    boot_counter();
    sim_snapshot_restore(s);
    expect_same(outcome(), then);
    sim_snapshot_free(s);
}

Test(sim_snapshot, brings_back_all_of_ram)
{
    boot_counter();
    for (u32 page = 600; page < 1200; page += 3) {
        sim_ram_write32(&sim.ram, paddr(SIM_RAM_BASE + page * PAGE_SIZE), page);
    }
    struct sim_snapshot *s = sim_snapshot_save();
    for (u32 page = 600; page < 1200; page += 2) {
        sim_ram_write32(&sim.ram, paddr(SIM_RAM_BASE + page * PAGE_SIZE), 0xdead);
    }
    struct sim_snapshot *later = sim_snapshot_save();
    for (u32 page = 300; page < 700; page += 5) {
        sim_ram_write32(&sim.ram, paddr(SIM_RAM_BASE + page * PAGE_SIZE), 0xbeef);
    }
    sim_snapshot_restore(s);
    for (u32 page = 300; page < 1200; page++) {
        u32 value = sim_ram_read32(&sim.ram, paddr(SIM_RAM_BASE + page * PAGE_SIZE));
        cr_assert_eq(value, page >= 600 && page % 3 == 0 ? page : 0, "page %u: %u", page, value);
    }
    sim_snapshot_restore(later);
    cr_expect_eq(sim_ram_read32(&sim.ram, paddr(SIM_RAM_BASE + 602 * PAGE_SIZE)), 0xdead);
    cr_expect_eq(sim_ram_read32(&sim.ram, paddr(SIM_RAM_BASE + 305 * PAGE_SIZE)), 0);
    sim_snapshot_free(s);
    sim_snapshot_free(later);
}

Test(sim_snapshot, brings_back_page_tables_and_what_the_tlb_holds)
{
    static const struct machine_mapping more = {
        .gpa = {0x20000000}, .pa = {SIM_RAM_BASE + 0x800000}, .size = PAGE_SIZE,
        .memory = MEMORY_NORMAL, .access = ACCESS_READ};

    boot_counter();
    struct sim_snapshot *cold = sim_snapshot_save();
    cr_expect_not(sim_mmu_holds(&sim.mmu, 1, AT));
    (void)sim_run(1000);
    struct sim_snapshot *warm = sim_snapshot_save();
    u64 state = sim_state_hash();
    cr_assert_eq(machine_space_map(0, &more), PAGE_SIZE);
    cr_expect_neq(sim_state_hash(), state);
    sim_snapshot_restore(cold);
    cr_expect_not(sim_mmu_holds(&sim.mmu, 1, AT));
    sim_snapshot_restore(warm);
    cr_expect(sim_mmu_holds(&sim.mmu, 1, AT));
    cr_expect_eq(sim_state_hash(), state);
    cr_expect_null(kernel_check());
    sim_snapshot_free(cold);
    sim_snapshot_free(warm);
}

Test(sim_snapshot, the_state_hash_sees_every_part)
{
    boot_counter();
    u64 state = sim_state_hash();
    cr_expect_eq(sim_state_hash(), state);
    kernel.scs[0].given++;
    cr_expect_neq(sim_state_hash(), state);
    kernel.scs[0].given--;
    sim_ram_write8(&sim.ram, paddr(SIM_RAM_BASE + 0x900000), 1);
    cr_expect_neq(sim_state_hash(), state);
    sim_ram_write8(&sim.ram, paddr(SIM_RAM_BASE + 0x900000), 0);
    cr_expect_eq(sim_state_hash(), state, "RAM that is zero again");
    sim.gic.ctlr ^= 1U;
    cr_expect_neq(sim_state_hash(), state);
    sim.gic.ctlr ^= 1U;
    sim_clock.now++;
    cr_expect_neq(sim_state_hash(), state);
}

static void panic(u32 argument)
{
    (void)argument;
    thimble_compute(2000);
    machine_panic("on purpose");
}

Test(sim_snapshot, undoes_a_panic)
{
    build_begin();
    build_active(build_cell("app"), 5, panic, 0);
    boot_it();
    (void)sim_run(1000);
    struct sim_snapshot *s = sim_snapshot_save();
    stream_keep(stderr);
    cr_expect_eq(sim_run(MS), SIM_END_PANIC);
    sim_snapshot_restore(s);
    cr_expect_eq(sim_run(1500), SIM_END_TIME);
    cr_expect_eq(sim_run(MS), SIM_END_PANIC);
    (void)stream_kept();
    sim_snapshot_free(s);
}
