/* SPDX-License-Identifier: BSD-2-Clause */
/* Hosted guests: how they start and end, and their way to memory. */
#include "test_sim_support.h"

#include "bus.h"
#include "memory.h"
#include "self.h"
#include "time.h"

#define AT BUILD_IMAGE_AT
#define NOWHERE 0x30000000U
#define PRIVATE_AT 0x20000000U

static u32 seen[8];
static u32 done;

static u32 ram32(paddr_t pa)
{
    return sim_ram_read32(&sim.ram, pa);
}

/* ---- start and end -----------------------------------------------------------*/

static void note_argument(u32 argument)
{
    seen[done++] = argument;
}

Test(sim_guest, starts_with_its_argument)
{
    build_begin();
    u32 cell = build_cell("app");
    build_active(cell, 2, note_argument, 0xa5a5);
    build_active(cell, 1, note_argument, 7);
    boot_it();
    cr_assert_eq(sim_run(MS), SIM_END_IDLE);
    cr_expect_eq(done, 2);
    cr_expect_eq(seen[0], 0xa5a5);
    cr_expect_eq(seen[1], 7);
}

Test(sim_guest, return_is_a_fault_to_the_handler)
{
    build_app(note_argument, 1, THIMBLE_FAULT_STOP, 0);
    boot_it();
    sim_run(MS);
    cr_assert_eq(keeper.count, 1);
    expect_fault(0, THIMBLE_FAULT_EXIT, 0, 0);
}

Test(sim_guest, a_program_that_has_returned_exits_again_on_retry)
{
    build_app(note_argument, 1, THIMBLE_FAULT_RETRY, 0);
    boot_it();
    cr_assert_eq(sim_run(MS), SIM_END_IDLE);
    cr_assert_eq(keeper.count, 2);
    expect_fault(1, THIMBLE_FAULT_EXIT, 0, 0);
    cr_expect_eq(done, 1);
}

Test(sim_guest, return_without_a_handler_stops_the_thread_and_signals_health)
{
    build_begin();
    u32 cell = build_cell("app");
    u32 thread = build_active(cell, 1, note_argument, 0);
    u32 slot = build_grant(cell, THIMBLE_CAP_NOTIFICATION, RIGHTS_BOTH, build_notification(), 0x4);
    build_handler(thread, THIMBLE_NO_SLOT, slot);
    boot_it();
    cr_assert_eq(sim_run(MS), SIM_END_IDLE);
    cr_expect(thread_stopped(thread));
    cr_expect_eq(kernel.notifications[0].bits, 0x4);
}

static void note_seed(u32 argument)
{
    seen[argument] = thimble_seed();
}

static void run_seeds(u64 seed, u32 first)
{
    build_begin();
    u32 cell = build_cell("app");
    build_active(cell, 1, note_seed, first);
    build_active(cell, 1, note_seed, first + 1);
    boot_seeded(seed);
    sim_run(MS);
}

Test(sim_guest, seeds_differ_by_thread_and_run_and_repeat)
{
    run_seeds(1, 0);
    run_seeds(2, 2);
    run_seeds(1, 4);
    cr_expect_neq(seen[0], seen[1]);
    cr_expect_neq(seen[0], seen[2]);
    cr_expect_neq(seen[1], seen[3]);
    cr_expect_eq(seen[0], seen[4]);
    cr_expect_eq(seen[1], seen[5]);
}

static void note_buffer(u32 argument)
{
    (void)argument;
    seen[done++] = thimble_buffer();
}

Test(sim_guest, knows_its_buffer)
{
    build_begin();
    u32 cell = build_cell("app");
    build_active(cell, 2, note_buffer, 0);
    u32 second = build_active(cell, 1, note_buffer, 0);
    u32 none = build_active(cell, 0, note_buffer, 0);
    build_no_buffer(none);
    boot_it();
    sim_run(MS);
    cr_expect_eq(seen[0], AT);
    cr_expect_eq(seen[1] - AT, build_buffer(second).raw - build_image(cell).raw);
    cr_expect_eq(done, 3);
    cr_expect_eq(seen[2], 0);
}

static void count_and_yield(u32 argument)
{
    for (u32 i = 0; i < argument; i++) {
        (void)thimble_yield();
    }
    done++;
}

Test(sim_guest, a_thousand_run_at_once)
{
    build_begin();
    for (u32 c = 0; c < 40; c++) {
        u32 cell = build_cell("many");
        for (u32 t = 0; t < 25; t++) {
            build_active(cell, 5, count_and_yield, 3);
        }
    }
    boot_with(&(struct sim_options){.seed = 1, .observe = true});
    cr_assert_eq(sim_run(1000 * MS), SIM_END_IDLE);
    cr_expect_eq(done, 1000);
    cr_expect_null(kernel_check());
    sim_shutdown();
}

/* ---- memory --------------------------------------------------------------------*/

static void write_sizes(u32 argument)
{
    (void)argument;
    thimble_write32(AT + 0x100, 0x44332211);
    thimble_write16(AT + 0x104, 0xabcd6655);
    thimble_write8(AT + 0x106, 0xabcdef77);
    seen[0] = thimble_read32(AT + 0x100);
    seen[1] = thimble_read16(AT + 0x102);
    seen[2] = thimble_read8(AT + 0x103);
    seen[3] = thimble_read32(AT + 0x104);
}

Test(sim_guest, helpers_access_ram_little_endian_in_all_sizes)
{
    static const u8 bytes[] = {0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x00};

    build_app(write_sizes, 0, THIMBLE_FAULT_STOP, 0);
    boot_it();
    sim_run(MS);
    expect_fault(0, THIMBLE_FAULT_EXIT, 0, 0);
    cr_expect_arr_eq(sim_ram_at(&sim.ram, paddr(build_image(0).raw + 0x100), 8), bytes, 8);
    cr_expect_eq(seen[0], 0x44332211);
    cr_expect_eq(seen[1], 0x4433);
    cr_expect_eq(seen[2], 0x44);
    cr_expect_eq(seen[3], 0x00776655);
}

static void write_own(u32 argument)
{
    thimble_write32(AT + 0x800, argument);
    (void)thimble_yield();
    seen[done++] = thimble_read32(AT + 0x800);
}

Test(sim_guest, cells_see_their_own_memory_at_the_same_address)
{
    build_begin();
    for (u32 i = 0; i < 4; i++) {
        build_active(build_cell("app"), 5, write_own, 100 + i);
    }
    boot_it();
    cr_assert_eq(sim_run(MS), SIM_END_IDLE);
    for (u32 i = 0; i < 4; i++) {
        cr_expect_eq(seen[i], 100 + i);
        cr_expect_eq(ram32(paddr(build_image(i).raw + 0x800)), 100 + i);
        cr_expect(sim_mmu_holds(&sim.mmu, i + 1, AT + 0x800), "the TLB has each cell's page");
    }
}

static void access_at(u32 address)
{
    seen[0] = thimble_read32(address);
    done = 1;
}

static void write_at(u32 address)
{
    thimble_write32(address, 0x600d);
    done = 1;
}

static void run_app(thimble_entry program, u32 argument, u32 action, u32 value)
{
    build_app(program, argument, action, value);
    boot_it();
    cr_assert_eq(sim_run(MS), SIM_END_IDLE);
}

Test(sim_guest, access_to_an_unmapped_page_faults)
{
    run_app(access_at, NOWHERE, THIMBLE_FAULT_STOP, 0);
    cr_assert_eq(keeper.count, 1);
    expect_fault(0, THIMBLE_FAULT_MEMORY, NOWHERE, ACCESS_READ);
    cr_expect_eq(done, 0);
}

Test(sim_guest, unaligned_access_faults_with_its_address)
{
    run_app(access_at, AT + 2, THIMBLE_FAULT_STOP, 0);
    expect_fault(0, THIMBLE_FAULT_MEMORY, AT + 2, ACCESS_READ);
}

static void write16_at(u32 address)
{
    thimble_write16(address, 1);
}

Test(sim_guest, unaligned_halfword_write_faults)
{
    run_app(write16_at, AT + 1, THIMBLE_FAULT_STOP, 0);
    expect_fault(0, THIMBLE_FAULT_MEMORY, AT + 1, ACCESS_WRITE);
}

Test(sim_guest, addresses_at_the_ends_of_the_space_fault)
{
    run_app(access_at, 0xfffffffcU, THIMBLE_FAULT_SKIP, 0);
    expect_fault(0, THIMBLE_FAULT_MEMORY, 0xfffffffcU, ACCESS_READ);
    run_app(write_at, 0, THIMBLE_FAULT_STOP, 0);
    expect_fault(0, THIMBLE_FAULT_MEMORY, 0, ACCESS_WRITE);
    run_app(access_at, 0xffffffffU, THIMBLE_FAULT_STOP, 0);
    expect_fault(0, THIMBLE_FAULT_MEMORY, 0xffffffffU, ACCESS_READ);
}

/* The app of build_app() with one page more. */
static void run_with_page(thimble_entry program, u32 argument, paddr_t pa, u8 memory, u8 access)
{
    build_app(program, argument, THIMBLE_FAULT_STOP, 0);
    build_region(0, (struct machine_mapping){.gpa = gpaddr(PRIVATE_AT),
                                             .pa = pa,
                                             .size = PAGE_SIZE,
                                             .memory = memory,
                                             .access = access});
    boot_it();
    cr_assert_eq(sim_run(MS), SIM_END_IDLE);
}

static const paddr_t private_page = {SIM_RAM_BASE + BUILD_CELLS_MAX * BUILD_IMAGE_SIZE};

Test(sim_guest, read_only_page_can_be_read)
{
    run_with_page(access_at, PRIVATE_AT + 8, private_page, MEMORY_NORMAL, ACCESS_READ);
    expect_fault(0, THIMBLE_FAULT_EXIT, 0, 0);
}

Test(sim_guest, write_to_a_read_only_page_faults_and_changes_nothing)
{
    run_with_page(write_at, PRIVATE_AT + 8, private_page, MEMORY_NORMAL, ACCESS_READ);
    cr_assert_eq(keeper.count, 1);
    expect_fault(0, THIMBLE_FAULT_MEMORY, PRIVATE_AT + 8, ACCESS_WRITE);
    cr_expect_eq(ram32(paddr(private_page.raw + 8)), 0);
}

Test(sim_guest, write_to_a_device_reaches_it)
{
    static const u32 uartibrd = 0x24;

    run_with_page(write_at, PRIVATE_AT + uartibrd, paddr(SIM_UART_BASE), MEMORY_DEVICE,
                  ACCESS_READ | ACCESS_WRITE);
    expect_fault(0, THIMBLE_FAULT_EXIT, 0, 0);
    cr_expect_eq(sim.uart.ibrd, 0x600d);
}

Test(sim_guest, access_that_nothing_answers_is_a_bus_fault)
{
    run_with_page(write_at, PRIVATE_AT, paddr(0x0a000000), MEMORY_DEVICE,
                  ACCESS_READ | ACCESS_WRITE);
    expect_fault(0, THIMBLE_FAULT_BUS, PRIVATE_AT, ACCESS_WRITE);
}

/* ---- what the handler decides ------------------------------------------------------*/

static void map_nowhere(void)
{
    static const struct machine_mapping page = {
        .gpa = {NOWHERE}, .pa = {SIM_RAM_BASE + BUILD_CELLS_MAX * BUILD_IMAGE_SIZE},
        .size = PAGE_SIZE, .memory = MEMORY_NORMAL, .access = ACCESS_READ | ACCESS_WRITE};

    if (keeper.count == 1) {
        cr_expect_eq(machine_space_map(0, &page), PAGE_SIZE);
    }
}

Test(sim_guest, retry_after_mapping_makes_the_access)
{
    build_app(write_at, NOWHERE + 4, THIMBLE_FAULT_RETRY, 0);
    keeper.mend = map_nowhere;
    boot_it();
    cr_assert_eq(sim_run(MS), SIM_END_IDLE);
    cr_assert_eq(keeper.count, 2);
    expect_fault(0, THIMBLE_FAULT_MEMORY, NOWHERE + 4, ACCESS_WRITE);
    expect_fault(1, THIMBLE_FAULT_EXIT, 0, 0);
    cr_expect_eq(ram32(paddr(private_page.raw + 4)), 0x600d);
}

Test(sim_guest, retry_without_mending_faults_again)
{
    run_app(access_at, NOWHERE, THIMBLE_FAULT_RETRY, 0);
    cr_assert_eq(keeper.count, 2);
    expect_fault(1, THIMBLE_FAULT_MEMORY, NOWHERE, ACCESS_READ);
    cr_expect_eq(done, 0);
}

Test(sim_guest, skip_gives_a_read_the_handlers_value)
{
    run_app(access_at, NOWHERE, THIMBLE_FAULT_SKIP, 0x1234567);
    cr_expect_eq(done, 1);
    cr_expect_eq(seen[0], 0x1234567);
    expect_fault(1, THIMBLE_FAULT_EXIT, 0, 0);
}

Test(sim_guest, skip_leaves_out_a_write)
{
    run_app(write_at, AT + 2, THIMBLE_FAULT_SKIP, 5);
    cr_expect_eq(done, 1);
    cr_expect_eq(ram32(build_image(0)), 0);
}

Test(sim_guest, stop_ends_the_thread_and_signals_health)
{
    run_app(access_at, NOWHERE, THIMBLE_FAULT_STOP, 0);
    cr_expect(thread_stopped(0));
    cr_expect_eq(kernel.notifications[0].bits, 0x10);
}

Test(sim_guest, an_answer_of_another_kind_stops_the_thread)
{
    run_app(access_at, NOWHERE, 0xdeadU, 0);
    cr_expect(thread_stopped(0));
}

static void fault_itself(void)
{
    if (keeper.count == 1) {
        (void)thimble_read32(NOWHERE);
    }
}

Test(sim_guest, a_handler_that_faults_takes_its_client_along)
{
    build_app(access_at, NOWHERE, THIMBLE_FAULT_SKIP, 0);
    keeper.mend = fault_itself;
    boot_it();
    cr_assert_eq(sim_run(MS), SIM_END_IDLE);
    cr_expect(thread_stopped(0));
    cr_expect(thread_stopped(1));
    cr_expect_eq(kernel.notifications[0].bits, 0x10);
}

/* ---- the TLB between a cell and its page table --------------------------------------*/

/* The level-3 entry of the first page of cell 0's image. */
static paddr_t image_entry(void)
{
    u64 root = kernel.cells[0].space & 0xffffffffe0U;
    u64 level2 = sim_ram_read64(&sim.ram, paddr((u32)root));
    u64 level3 = sim_ram_read64(
        &sim.ram, paddr(((u32)level2 & ~(PAGE_SIZE - 1U)) + (AT >> 21) % 512U * 8U));

    return paddr(((u32)level3 & ~(PAGE_SIZE - 1U)) + (AT >> PAGE_SHIFT) % 512U * 8U);
}

static void stop(void)
{
    sim_stop();
    thimble_compute(1);
}

static void read_thrice(u32 argument)
{
    (void)argument;
    seen[0] = thimble_read32(AT + 4);
    stop();
    seen[1] = thimble_read32(AT + 4);
    stop();
    seen[2] = thimble_read32(AT + 4);
    done = 1;
}

Test(sim_guest, a_translation_stays_until_it_is_invalidated)
{
    build_app(read_thrice, 0, THIMBLE_FAULT_STOP, 0);
    boot_it();
    sim_ram_write32(&sim.ram, paddr(build_image(0).raw + 4), 77);
    cr_assert_eq(sim_run(MS), SIM_END_REQUEST);
    sim_ram_write64(&sim.ram, image_entry(), 0);
    cr_assert_eq(sim_run(MS), SIM_END_REQUEST);
    cr_expect_eq(seen[0], 77);
    cr_expect_eq(seen[1], 77, "stale, as on hardware");
    sim_mmu_tlbi_all(&sim.mmu);
    cr_assert_eq(sim_run(MS), SIM_END_IDLE);
    cr_expect_eq(done, 0);
    expect_fault(0, THIMBLE_FAULT_MEMORY, AT + 4, ACCESS_READ);
}
