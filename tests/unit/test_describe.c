/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The system-description compiler and its checks. Every check has a test that
 * spoils one thing in a good description and expects exactly the lines that
 * name it, so that a check that reports too much fails as well.
 */
#include <criterion/criterion.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "costs.h"
#include "describe.h"

#define RW (ACCESS_READ | ACCESS_WRITE)
#define MANY 100U
#define FEW 24U

/* A good system of two cells; element [FEW - 1] of every array stays zero. */
static struct {
    struct system system;
    struct system_cell cells[FEW];
    struct system_notification notifications[FEW];
    struct system_irq irqs[FEW];
    struct system_thread server_threads[FEW];
    struct system_thread client_threads[FEW];
    struct system_cap server_caps[FEW];
    struct system_cap client_caps[FEW];
    struct system_region server_regions[FEW];
    struct system_region client_regions[FEW];
} f;

static struct described described;

static void server(void)
{
    f.server_threads[0] = (struct system_thread){
        .name = "main", .passive = true, .level = 1, .buffer = true, .argument = 5};
    f.server_threads[1] = (struct system_thread){
        .name = "irq", .priority = 200, .budget_us = 100, .period_us = 1000};
    f.server_caps[0] =
        (struct system_cap){.slot = 1, .irq = "uart", .rights = THIMBLE_RIGHT_HANDLE};
    f.server_caps[1] = (struct system_cap){.slot = 2,
                                           .notification = "event",
                                           .rights = THIMBLE_RIGHT_SIGNAL | THIMBLE_RIGHT_WAIT,
                                           .badge = 1};
    f.server_regions[0] = (struct system_region){.name = "uart",
                                                 .at = {0x09000000},
                                                 .access = RW,
                                                 .memory = MEMORY_DEVICE,
                                                 .device = "uart0"};
    f.server_regions[1] = (struct system_region){
        .name = "ring", .at = {0x20000000}, .size = 64 * KIB, .access = RW, .shared = "ring"};
    f.cells[0] = (struct system_cell){.name = "server",
                                      .program = "server",
                                      .memory = 64 * KIB,
                                      .threads = f.server_threads,
                                      .caps = f.server_caps,
                                      .regions = f.server_regions};
}

static void client(void)
{
    f.client_threads[0] = (struct system_thread){.name = "main", .priority = 100, .buffer = true};
    f.client_caps[0] = (struct system_cap){
        .slot = 1, .thread = "server.main", .rights = THIMBLE_RIGHT_CALL, .badge = 7};
    f.client_caps[1] = (struct system_cap){
        .slot = 2, .notification = "event", .rights = THIMBLE_RIGHT_SIGNAL, .badge = 2};
    f.client_regions[0] = f.server_regions[1];
    f.client_regions[0].access = ACCESS_READ;
    f.cells[1] = (struct system_cell){.name = "client",
                                      .program = "client",
                                      .memory = 64 * KIB,
                                      .threads = f.client_threads,
                                      .caps = f.client_caps,
                                      .regions = f.client_regions};
}

static void set_up(void)
{
    memset(&f, 0, sizeof(f));
    f.system = (struct system){.name = "test",
                               .cells = f.cells,
                               .notifications = f.notifications,
                               .irqs = f.irqs};
    f.notifications[0].name = "event";
    f.irqs[0] = (struct system_irq){.name = "uart", .line = 33};
    server();
    client();
    memset(&described, 0, sizeof(described));
}

static void tear_down(void)
{
    describe_free(&described);
}

TestSuite(describe, .init = set_up, .fini = tear_down);

/* Compiles the fixture; what was reported must be exactly `report`. */
static bool compile(const char *report)
{
    char *text = NULL;
    size_t size = 0;
    FILE *errors = open_memstream(&text, &size);

    cr_assert_not_null(errors);
    bool good = describe_compile(&f.system, &board_sim, &described, errors);
    (void)fclose(errors);
    cr_expect_str_eq(text, report);
    free(text);
    return good;
}

/* As compile(), for a description that has a row of further warnings. */
static bool compile_begins(const char *reason)
{
    char *text = NULL;
    size_t size = 0;
    FILE *errors = open_memstream(&text, &size);

    cr_assert_not_null(errors);
    bool good = describe_compile(&f.system, &board_sim, &described, errors);
    (void)fclose(errors);
    cr_expect_not_null(strstr(text, reason));
    free(text);
    return good;
}

static void expect_refusal(const char *report)
{
    static const struct described empty;

    cr_expect_not(compile(report));
    cr_expect_eq(memcmp(&described, &empty, sizeof(empty)), 0);
}

#define LINE_OF(severity, text) severity ": system \"test\": " text "\n"
#define ERROR(text) LINE_OF("error", text)
#define REFUSED(text) expect_refusal(ERROR(text))
#define WARNED(text) cr_expect(compile(LINE_OF("warning", text)))
#define ACCEPTED() cr_assert(compile(""))

#define ONE_CELL                                                                      \
    "a device has one cell, and so have a VMM's state and configuration; other memory " \
    "is shared by the same .shared"
#define SERVER "cells[0] \"server\": "
#define CLIENT "cells[1] \"client\": "

/* ---- good systems: tables ------------------------------------------------ */

Test(describe, good_system_is_silent)
{
    ACCEPTED();
    cr_expect_eq(described.board, &board_sim);
    cr_expect_str_eq(described.boot.name, "test");
    cr_expect_eq(described.boot.cell_count, 2);
    cr_expect_eq(described.boot.thread_count, 3);
    cr_expect_eq(described.boot.sc_count, 2);
    cr_expect_eq(described.boot.irq_count, 1);
    cr_expect_eq(described.boot.notification_count, 1);
    cr_expect_eq(described.boot.region_count, 5);
    cr_expect_eq(described.boot.cap_count, 4);
}

Test(describe, freeing_twice_is_harmless)
{
    ACCEPTED();
    describe_free(&described);
    describe_free(&described);
    cr_expect_null(described.cells);
}

/* Many times, as the allocator keeps some for itself. (Sanitizers have one that these figures
 * know nothing of, and look for leaks by themselves.) */
Test(describe, freeing_leaves_nothing)
{
    size_t before = 0;

    for (u32 i = 0; i < 2U * MANY; i++) {
        before = i == MANY ? mallinfo2().uordblks : before;
        ACCEPTED();
        describe_free(&described);
    }
    cr_expect_lt(mallinfo2().uordblks, before + MANY, "not a byte for each");
}

Test(describe, arrays_may_be_left_out)
{
    f.system.notifications = NULL;
    f.system.irqs = NULL;
    f.cells[0].caps = NULL;
    f.cells[0].regions = NULL;
    f.client_caps[1] = (struct system_cap){0};
    f.cells[1].regions = NULL;
    ACCEPTED();
    cr_expect_eq(described.boot.region_count, 2);
    cr_expect_eq(described.boot.cells[0].slots, 0);
}

Test(describe, cells_carry_their_description)
{
    f.cells[0].slots = 40;
    ACCEPTED();
    const struct boot_cell *cell = &described.boot.cells[0];
    cr_expect_str_eq(cell->name, "server");
    cr_expect_str_eq(cell->program, "server");
    cr_expect_eq(cell->slots, 40);
    cr_expect_eq(cell->image.raw, SYSTEM_IMAGE_AT);
    cr_expect_eq(cell->image_size, 64 * KIB);
    cr_expect_eq(cell->stats.raw, 0);
}

Test(describe, slots_reach_to_the_highest_used)
{
    f.client_caps[1].slot = 9;
    ACCEPTED();
    cr_expect_eq(described.boot.cells[0].slots, 3);
    cr_expect_eq(described.boot.cells[1].slots, 10);
}

Test(describe, threads_carry_their_description)
{
    ACCEPTED();
    const struct boot_thread *t = described.boot.threads;
    cr_expect_str_eq(t[0].name, "main");
    cr_expect_eq(t[0].cell, 0);
    cr_expect_eq(t[0].sc, NONE);
    cr_expect_eq(t[0].level, 1);
    cr_expect_eq(t[0].argument, 5);
    cr_expect_eq(t[0].handler, THIMBLE_NO_SLOT);
    cr_expect_eq(t[0].health, THIMBLE_NO_SLOT);
    cr_expect_eq(t[2].cell, 1);
}

Test(describe, bindings_keep_their_slots)
{
    f.client_threads[0].fault_handler = 1;
    f.client_threads[0].health = 2;
    ACCEPTED();
    cr_expect_eq(described.boot.threads[2].handler, 1);
    cr_expect_eq(described.boot.threads[2].health, 2);
}

Test(describe, scs_stand_in_the_order_of_active_threads)
{
    ACCEPTED();
    const struct boot *b = &described.boot;
    cr_expect_eq(b->threads[1].sc, 0);
    cr_expect_eq(b->threads[2].sc, 1);
    cr_expect_eq(b->scs[0].thread, 1);
    cr_expect_eq(b->scs[1].thread, 2);
    cr_expect_eq(b->scs[0].urgency[0].priority, 200);
    cr_expect_eq(b->scs[0].cpu, 0);
}

Test(describe, times_become_ticks)
{
    ACCEPTED();
    cr_expect_eq(described.boot.scs[0].budget, 6250);
    cr_expect_eq(described.boot.scs[0].period, 62500);
}

Test(describe, ticks_are_rounded_up)
{
    f.server_threads[1].budget_us = 11; /* 687.5 ticks */
    ACCEPTED();
    cr_expect_eq(described.boot.scs[0].budget, 688);
}

Test(describe, longest_period_does_not_overflow)
{
    f.server_threads[1].period_us = 68719476; /* 4,294,967,250 ticks */
    f.server_threads[1].budget_us = 68719476;
    ACCEPTED();
    cr_expect_eq(described.boot.scs[0].period, 4294967250U);
    cr_expect_eq(described.boot.scs[0].budget, 4294967250U);
}

Test(describe, unlimited_threads_get_slices)
{
    ACCEPTED();
    cr_expect_eq(described.boot.scs[1].budget, 625000);
    cr_expect_eq(described.boot.scs[1].period, 625000);
}

Test(describe, capabilities_name_objects_by_index)
{
    ACCEPTED();
    const struct boot_cap *c = described.boot.caps;
    cr_expect_eq(c[0].type, THIMBLE_CAP_IRQ);
    cr_expect_eq(c[0].object, 0);
    cr_expect_eq(c[1].type, THIMBLE_CAP_NOTIFICATION);
    cr_expect_eq(c[1].rights, THIMBLE_RIGHT_SIGNAL | THIMBLE_RIGHT_WAIT);
    cr_expect_eq(c[2].type, THIMBLE_CAP_THREAD);
    cr_expect_eq(c[2].cell, 1);
    cr_expect_eq(c[2].slot, 1);
    cr_expect_eq(c[2].object, 0);
    cr_expect_eq(c[2].badge, 7);
}

Test(describe, lines_are_copied)
{
    f.irqs[0].edge = true;
    ACCEPTED();
    cr_expect_str_eq(described.boot.irqs[0].name, "uart");
    cr_expect_eq(described.boot.irqs[0].line, 33);
    cr_expect(described.boot.irqs[0].edge);
    cr_expect_str_eq(described.boot.notifications[0].name, "event");
}

/* ---- good systems: placement --------------------------------------------- */

Test(describe, images_come_first_in_their_cells)
{
    ACCEPTED();
    const struct boot_region *r = &described.boot.regions[0];
    cr_expect_str_eq(r->name, "image");
    cr_expect_eq(r->map.gpa.raw, SYSTEM_IMAGE_AT);
    cr_expect_eq(r->map.pa.raw, board_sim.ram.raw);
    cr_expect_eq(r->map.size, 64 * KIB);
    cr_expect_eq(r->map.memory, MEMORY_NORMAL);
    cr_expect_eq(r->map.access, RW | ACCESS_EXECUTE);
    cr_expect_eq(described.boot.regions[3].cell, 1);
    cr_expect_eq(described.boot.regions[3].map.pa.raw, board_sim.ram.raw + 128 * KIB);
}

Test(describe, devices_stay_where_the_board_has_them)
{
    f.server_regions[0].at.raw = 0x30000000;
    ACCEPTED();
    const struct boot_region *r = &described.boot.regions[1];
    cr_expect_str_eq(r->name, "uart");
    cr_expect_eq(r->map.gpa.raw, 0x30000000);
    cr_expect_eq(r->map.pa.raw, 0x09000000);
    cr_expect_eq(r->map.size, PAGE_SIZE);
    cr_expect_eq(r->map.memory, MEMORY_DEVICE);
    cr_expect_eq(r->map.access, RW);
}

Test(describe, shared_memory_is_placed_once)
{
    ACCEPTED();
    const struct boot_region *server_ring = &described.boot.regions[2];
    const struct boot_region *client_ring = &described.boot.regions[4];
    cr_expect_eq(server_ring->map.pa.raw, board_sim.ram.raw + 64 * KIB);
    cr_expect_eq(client_ring->map.pa.raw, server_ring->map.pa.raw);
    cr_expect_eq(client_ring->map.access, ACCESS_READ);
}

Test(describe, private_memory_is_placed_apart)
{
    f.server_regions[1].shared = NULL;
    f.client_regions[0].shared = NULL;
    ACCEPTED();
    cr_expect_eq(described.boot.regions[2].map.pa.raw, board_sim.ram.raw + 64 * KIB);
    cr_expect_eq(described.boot.regions[4].map.pa.raw, board_sim.ram.raw + 192 * KIB);
}

Test(describe, big_memory_is_aligned_for_blocks)
{
    f.cells[1].memory = 2 * MIB;
    ACCEPTED();
    cr_expect_eq(described.boot.regions[3].map.pa.raw, board_sim.ram.raw + 2 * MIB);
}

Test(describe, buffers_lie_at_the_end_of_the_image)
{
    ACCEPTED();
    const struct boot_thread *t = described.boot.threads;
    cr_expect_eq(t[0].buffer_at.raw, SYSTEM_IMAGE_AT + 60 * KIB);
    cr_expect_eq(t[0].buffer.raw, board_sim.ram.raw + 60 * KIB);
    cr_expect_eq(t[1].buffer.raw, 0);
    cr_expect_eq(t[1].buffer_at.raw, 0);
    cr_expect_eq(t[2].buffer.raw, board_sim.ram.raw + 188 * KIB);
}

Test(describe, seventeen_buffers_take_two_pages)
{
    static const char *const names[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i",
                                        "j", "k", "l", "m", "n", "o", "p", "q"};

    for (u32 i = 0; i < ARRAY_SIZE(names); i++) {
        f.client_threads[i] = (struct system_thread){.name = names[i], .buffer = true};
    }
    ACCEPTED();
    const struct boot_thread *t = &described.boot.threads[2];
    cr_expect_eq(t[0].buffer_at.raw, SYSTEM_IMAGE_AT + 56 * KIB);
    cr_expect_eq(t[1].buffer_at.raw, SYSTEM_IMAGE_AT + 56 * KIB + THIMBLE_BUFFER_SIZE);
    cr_expect_eq(t[16].buffer_at.raw, SYSTEM_IMAGE_AT + 60 * KIB);
}

Test(describe, statistics_lie_below_the_buffers)
{
    f.cells[0].stats = true;
    f.cells[1].stats = true;
    f.client_threads[0].buffer = false;
    ACCEPTED();
    cr_expect_eq(described.boot.cells[0].stats.raw, SYSTEM_IMAGE_AT + 56 * KIB);
    cr_expect_eq(described.boot.cells[1].stats.raw, SYSTEM_IMAGE_AT + 60 * KIB);
}

Test(describe, image_may_be_one_page_of_program)
{
    f.cells[0].memory = 3 * PAGE_SIZE;
    f.cells[0].stats = true;
    ACCEPTED();
    cr_expect_eq(described.boot.cells[0].stats.raw, SYSTEM_IMAGE_AT + PAGE_SIZE);
}

/* ---- memory that stays as it is ------------------------------------------------------*/

#define NOTHING_LATER "but the system's memory is fixed: nothing is mapped after boot"

Test(describe, memory_may_be_fixed)
{
    f.system.fixed = true;
    ACCEPTED();
    cr_expect_eq(described.boot.fixed, 1);
}

Test(describe, fixed_memory_is_not_derived_from)
{
    f.system.fixed = true;
    f.cells[1].derived = 2;
    REFUSED(CLIENT "derived: 2, but the system's memory is fixed: no region can be derived");
}

Test(describe, fixed_memory_wants_no_tables_later)
{
    f.system.fixed = true;
    f.cells[1].tables = 9;
    REFUSED(CLIENT "tables: 9, " NOTHING_LATER);
}

Test(describe, fixed_memory_is_mapped_at_boot)
{
    f.system.fixed = true;
    f.client_regions[0].unmapped = true;
    f.client_regions[0].at = (gpaddr_t){0};
    f.client_caps[2] =
        (struct system_cap){.slot = 3, .region = "ring", .rights = ACCESS_READ};
    REFUSED(CLIENT "regions[0] \"ring\": unmapped: the system's memory is fixed: nobody could "
                   "ever map it");
}

Test(describe, fixed_memory_is_mapped_into_by_nobody)
{
    f.system.fixed = true;
    f.client_caps[2] =
        (struct system_cap){.slot = 3, .cell = "server", .rights = THIMBLE_RIGHT_MAP};
    REFUSED(CLIENT "caps[2] (slot 3): rights: MAP, " NOTHING_LATER);
}

/* A region that could be mapped again elsewhere takes tables for that. */
Test(describe, fixed_memory_takes_fewer_tables)
{
    f.client_caps[2] =
        (struct system_cap){.slot = 3, .region = "ring", .rights = ACCESS_READ};
    ACCEPTED();
    u16 before = described.boot.cells[1].tables;
    describe_free(&described);
    f.system.fixed = true;
    ACCEPTED();
    cr_expect_leq(described.boot.cells[1].tables, before);
}

/* ---- how large spaces are -----------------------------------------------------------------*/

static u32 space_on(const char *board)
{
    describe_free(&described); /* of the last one */
    cr_assert(describe_compile(&f.system, board_find(board), &described, stderr));
    return described.boot.space_t0sz;
}

static void rings_move(u32 at)
{
    f.server_regions[1].at = gpaddr(at);
    f.client_regions[0].at = gpaddr(at);
}

Test(describe, spaces_of_an_image_end_behind_what_is_mapped)
{
    cr_expect_eq(space_on("virt"), 2U); /* the ring at 512 MiB */
    cr_expect_eq(described.boot.cells[0].tables, 3U);
    cr_expect_eq(described.boot.cells[1].tables, 2U);
    rings_move(0x1fff0000U);
    cr_expect_eq(space_on("virt"), 3U);
    rings_move(0x3fff0000U);
    cr_expect_eq(space_on("virt"), 2U);
    rings_move(0x3fff1000U);
    cr_expect_eq(space_on("virt"), 0U);
    cr_expect_eq(described.boot.cells[0].tables, 6U);
}

Test(describe, spaces_of_the_simulator_have_4_gib)
{
    cr_expect_eq(space_on("sim"), 0U);
}

Test(describe, spaces_are_wide_where_cells_may_map)
{
    f.cells[1].derived = 1;
    cr_expect_eq(space_on("virt"), 0U);
    f.cells[1].derived = 0;
    f.cells[1].tables = 9;
    cr_expect_eq(space_on("virt"), 0U);
    f.cells[1].tables = 0;
    f.system.wide = true;
    cr_expect_eq(space_on("virt"), 0U);
    f.system.wide = false;
    cr_expect_eq(space_on("virt"), 2U);
}

Test(describe, table_quota_covers_all_regions)
{
    ACCEPTED();
    /* One level-2 table for the first GiB, a level-3 table for each region. */
    cr_expect_eq(described.boot.cells[0].tables, 4);
    cr_expect_eq(described.boot.cells[1].tables, 3);
}

Test(describe, table_quota_counts_blocks)
{
    f.cells[1].regions = NULL;
    f.cells[1].memory = 4 * MIB;
    f.server_regions[1] = (struct system_region){0};
    ACCEPTED();
    cr_expect_eq(described.boot.cells[1].tables, 1);
    describe_free(&described);
    f.cells[1].memory = 4 * MIB + PAGE_SIZE;
    ACCEPTED();
    cr_expect_eq(described.boot.cells[1].tables, 2);
}

/* What is mapped by blocks of the root takes no table. */
Test(describe, table_quota_may_be_none)
{
    f.cells[0].regions = NULL;
    f.cells[1].regions = NULL;
    f.cells[0].memory = 2U * MIB;
    f.cells[1].memory = 4U * MIB;
    cr_assert(describe_compile(&f.system, board_find("virt"), &described, stderr));
    cr_expect_eq(described.boot.cells[0].tables, 0);
    cr_expect_eq(described.boot.cells[1].tables, 0);
}

Test(describe, table_quota_may_be_larger)
{
    f.cells[0].tables = 9;
    ACCEPTED();
    cr_expect_eq(described.boot.cells[0].tables, 9);
}

/* But for the longest stretch of the core, in microseconds. */
static const char printed[] =
    "system \"test\" on board \"sim\"\n"
    "memory\n"
    "  physical                   KiB  guest            type      cell.region\n"
    "  0x09000000-0x09000fff        4  0x09000000  rw-  device    server.uart\n"
    "  0x40000000-0x4000ffff       64  0x10000000  rwx  normal    server.image\n"
    "  0x40010000-0x4001ffff       64  0x20000000  rw-  normal    server.ring\n"
    "  0x40010000-0x4001ffff       64  0x20000000  r--  normal    client.ring\n"
    "  0x40020000-0x4002ffff       64  0x10000000  rwx  normal    client.image\n"
    "  RAM: 192 of 15360 KiB; page tables: at most 7 of 255 pages; regions: at most 12 of 1088\n"
    "threads\n"
    "  cell.thread              priority   budget us   period us level handler  health  buffer\n"
    "  server.main                     -           -           -   "
    "  1       -       -  0x1000f000\n"
    "  server.irq                    200         100        1000     -       -       -  -\n"
    "  client.main                   100       10000       10000   "
    "  -       -       -  0x1000f000\n"
    "capabilities\n"
    "  cell              slot  may\n"
    "  server               1  handle uart\n"
    "  server               2  signal, wait event, badge 0x1\n"
    "  client               1  call server.main, badge 0x7\n"
    "  client               2  signal event, badge 0x2\n"
    "interrupts\n"
    "  irq              INTID  fires  cell\n"
    "  uart                33  level  server\n"
    "levels of lines (31; who runs lets in those of its level and above)\n"
    "  level priority  lines\n"
    "      1      200  uart\n"
    "what can delay a cell's threads, of other cells (beside one stretch of the core, %u.%u us)\n"
    "  server           nothing else\n"
    "  client           server.irq, line uart\n"
    "trusted cells (they hold a bus master, and so can reach all memory)\n"
    "  none\n";

Test(describe, print_shows_every_object)
{
    /* An instruction takes a nanosecond here. */
    static const u32 stretch[] = COSTS_NATIVE_STRETCH;
    u32 tenths = (stretch[0] + 99U) / 100U;
    char wanted[sizeof(printed) + 32U];
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);

    cr_assert_not_null(file);
    (void)snprintf(wanted, sizeof(wanted), printed, tenths / 10U, tenths % 10U);
    f.cells[1].derived = 7;
    ACCEPTED();
    describe_print(&f.system, &described, file);
    (void)fclose(file);
    cr_expect_str_eq(text, wanted);
    free(text);
}

/* ---- boards -------------------------------------------------------------- */

Test(describe, boards_are_found_by_name)
{
    cr_expect_eq(board_find("sim"), &board_sim);
    cr_expect_null(board_find("sin"));
    cr_expect_eq(board_at(0), &board_sim);
    cr_expect_null(board_at(100));
    cr_expect_not_null(board_device_find(&board_sim, "uart0"));
    cr_expect_null(board_device_find(&board_sim, "uart9"));
}

/* What cells may have lies behind the image, up to the end of what is certainly there. */
Test(describe, boards_have_memory_behind_the_image)
{
    for (u32 i = 1; board_at(i) != NULL; i++) {
        const struct board *b = board_at(i);
        cr_expect_eq(b->ram.raw - b->image.raw, 2U * MIB, "%s", b->name);
        cr_expect_eq(b->ram.raw + b->ram_size, (b->ram.raw & 0xf0000000U) + 128U * MIB, "%s",
                     b->name);
    }
}

/* ---- names --------------------------------------------------------------- */

Test(describe, system_needs_a_name)
{
    f.system.name = NULL;
    expect_refusal("error: system \"\": name: missing\n");
}

Test(describe, cell_needs_a_name)
{
    f.cells[1].name = NULL;
    REFUSED("cells[1]: name: missing");
}

Test(describe, cell_names_are_unique)
{
    f.cells[1].name = "server";
    REFUSED("cells[1] \"server\": name: \"server\" is the name of cells[0] \"server\" already: "
            "choose another");
}

Test(describe, names_have_no_dot)
{
    f.cells[1].name = "cli.ent";
    REFUSED("cells[1] \"cli.ent\": name: \"cli.ent\": a name is a letter, then letters, digits, "
            "'_' and '-'");
}

Test(describe, names_have_nothing_that_json_or_a_shell_would_read)
{
    f.client_threads[0].name = "a\"b\\";
    REFUSED(CLIENT "threads[0] \"a\"b\\\": name: \"a\"b\\\": a name is a letter, then letters, "
                   "digits, '_' and '-'");
}

#define FORM(name) "name: \"" name "\": a name is a letter, then letters, digits, '_' and '-'"

Test(describe, names_of_every_kind_have_that_form)
{
    f.system.name = "te st";
    f.irqs[0].name = "ua:rt";
    f.server_caps[0].irq = "ua:rt";
    f.notifications[0].name = "ev$ent";
    f.server_caps[1].notification = "ev$ent";
    f.client_caps[1].notification = "ev$ent";
    f.client_threads[0].name = "ma.in";
    f.client_regions[0].name = "ri/ng";
    cr_expect_not(compile_begins("error: system \"te st\": " FORM("te st") "\n"));
    f.system.name = "test";
    expect_refusal(ERROR("notifications[0] \"ev$ent\": " FORM("ev$ent"))
                   ERROR("irqs[0] \"ua:rt\": " FORM("ua:rt"))
                   ERROR(CLIENT "threads[0] \"ma.in\": " FORM("ma.in"))
                   ERROR(CLIENT "regions[0] \"ri/ng\": " FORM("ri/ng")));
}

Test(describe, names_start_with_a_letter)
{
    f.client_threads[0].name = "0main";
    REFUSED(CLIENT "threads[0] \"0main\": name: \"0main\": a name is a letter, then letters, "
                   "digits, '_' and '-'");
}

Test(describe, program_is_needed)
{
    f.cells[0].program = NULL;
    REFUSED(SERVER "program: missing");
}

Test(describe, program_is_an_identifier)
{
    f.cells[0].program = "ser-ver";
    REFUSED(SERVER "program: \"ser-ver\": PROGRAM() names it, so it is a C identifier");
}

Test(describe, nameless_thread_does_not_end_the_array)
{
    f.server_threads[1].name = NULL;
    REFUSED(SERVER "threads[1]: name: missing");
}

Test(describe, thread_names_are_unique_in_a_cell)
{
    f.server_threads[1].name = "main";
    REFUSED(SERVER "threads[1] \"main\": name: \"main\" is the name of " SERVER "threads[0] "
                   "\"main\" already: choose another");
}

Test(describe, region_names_are_unique_in_a_cell)
{
    f.server_regions[1].name = "uart";
    REFUSED(SERVER "regions[1] \"uart\": name: \"uart\" is the name of " SERVER "regions[0] "
                   "\"uart\" already: choose another");
}

Test(describe, region_is_not_called_image)
{
    f.server_regions[0].name = "image";
    REFUSED(SERVER "regions[0] \"image\": name: \"image\" is the cell's own memory");
}

Test(describe, irq_names_are_unique)
{
    f.irqs[1] = (struct system_irq){.name = "uart", .line = 34};
    expect_refusal(LINE_OF("warning", "irqs[1] \"uart\": no cell has a capability to it: it "
                                      "stays masked")
                       ERROR("irqs[1] \"uart\": name: \"uart\" is the name of irqs[0] \"uart\" "
                             "already: choose another"));
}

Test(describe, notification_names_are_unique)
{
    f.notifications[1].name = "event";
    REFUSED("notifications[1] \"event\": name: \"event\" is the name of notifications[0] "
            "\"event\" already: choose another");
}

/* ---- capabilities -------------------------------------------------------- */

Test(describe, capability_names_an_object)
{
    f.client_caps[1].notification = NULL;
    REFUSED(
        CLIENT
        "caps[1] (slot 2): thread, notification, irq, region, cell: 0 given: a capability names "
        "exactly one object");
}

Test(describe, capability_names_one_object_only)
{
    f.client_caps[1].thread = "server.main";
    REFUSED(
        CLIENT
        "caps[1] (slot 2): thread, notification, irq, region, cell: 2 given: a capability names "
        "exactly one object");
}

Test(describe, slot_0_stays_empty)
{
    f.client_caps[0].slot = 0;
    REFUSED(CLIENT "caps[0] (slot 0): slot: 0 stays empty: slots are 1 and up");
}

Test(describe, slot_lies_in_the_table)
{
    f.cells[1].slots = 2;
    REFUSED(CLIENT "caps[1] (slot 2): slot: 2 is outside the cell's 2 slots");
}

Test(describe, slot_is_used_once)
{
    f.client_caps[1].slot = 1;
    REFUSED(CLIENT "caps[1] (slot 1): slot: 1 is the slot of " CLIENT "caps[0] (slot 1) already: "
                   "choose another");
}

Test(describe, slot_is_not_the_word_for_none)
{
    f.client_caps[1].slot = THIMBLE_NO_SLOT;
    f.cells[1].slots = 8;
    REFUSED(CLIENT "caps[1] (slot 65535): slot: 65535 means \"no slot\"");
}

Test(describe, unknown_thread_suggests_a_near_one)
{
    f.client_caps[0].thread = "servr.main";
    expect_refusal(LINE_OF("warning", SERVER "threads[0] \"main\": passive: no cell has a "
                                             "capability to it: it would never run")
                       ERROR(CLIENT "caps[0] (slot 1): thread: \"servr.main\": no such thread; did "
                                    "you mean \"server.main\"?"));
}

Test(describe, unknown_thread_suggests_nothing_far)
{
    f.server_caps[2] = (struct system_cap){
        .slot = 3, .thread = "filesystem", .rights = THIMBLE_RIGHT_CALL};
    REFUSED(SERVER "caps[2] (slot 3): thread: \"filesystem\": no such thread");
}

Test(describe, thread_is_of_the_whole_cell_s_name)
{
    f.client_caps[0].thread = "serve.main";
    expect_refusal(LINE_OF("warning", SERVER "threads[0] \"main\": passive: no cell has a "
                                             "capability to it: it would never run")
                       ERROR(CLIENT "caps[0] (slot 1): thread: \"serve.main\": no such thread; did "
                                    "you mean \"server.main\"?"));
}

Test(describe, unknown_notification_suggests_a_near_one)
{
    f.client_caps[1].notification = "events";
    REFUSED(CLIENT "caps[1] (slot 2): notification: \"events\": no such notification; did you mean "
                   "\"event\"?");
}

Test(describe, unknown_irq_suggests_a_near_one)
{
    f.server_caps[0].irq = "uart0";
    expect_refusal(LINE_OF("warning", "irqs[0] \"uart\": no cell has a capability to it: it stays "
                                      "masked")
                       ERROR(SERVER "caps[0] (slot 1): irq: \"uart0\": no such irq; did you mean "
                                    "\"uart\"?"));
}

Test(describe, rights_are_not_empty)
{
    f.client_caps[0].rights = 0;
    REFUSED(CLIENT "caps[0] (slot 1): rights: none: the capability would be of no use");
}

Test(describe, rights_fit_the_object)
{
    f.client_caps[0].rights = THIMBLE_RIGHT_CALL | 4U;
    REFUSED(CLIENT "caps[0] (slot 1): rights: 0x5 has bits that such an object has not");
}

Test(describe, signal_needs_a_badge)
{
    f.client_caps[1].badge = 0;
    REFUSED(CLIENT "caps[1] (slot 2): badge: 0: the badge is the bits that are signalled, so "
                   "nothing would be");
}

Test(describe, wait_needs_no_badge)
{
    f.client_caps[1].rights = THIMBLE_RIGHT_WAIT;
    f.client_caps[1].badge = 0;
    f.notifications[0].shared = true;
    ACCEPTED();
}

Test(describe, notification_has_one_waiter_unless_it_says_so)
{
    f.client_caps[1].rights = THIMBLE_RIGHT_WAIT;
    REFUSED(CLIENT "caps[1] (slot 2): notification: \"event\" is waited for by " SERVER "caps[1] "
                   "(slot 2) already: give each cell its own, or say .shared");
}

Test(describe, a_cell_may_wait_by_several_capabilities)
{
    f.server_caps[2] = f.server_caps[1];
    f.server_caps[2].slot = 9;
    f.server_caps[2].rights = THIMBLE_RIGHT_WAIT;
    ACCEPTED();
}

Test(describe, no_cell_is_a_file_of_the_build)
{
    f.cells[1].name = "tables";
    REFUSED("cells[1] \"tables\": name: \"tables\" is a file of the build's own");
}

Test(describe, active_threads_are_not_called)
{
    f.client_caps[2] = (struct system_cap){
        .slot = 3, .thread = "server.irq", .rights = THIMBLE_RIGHT_CALL};
    REFUSED(CLIENT "caps[2] (slot 3): thread: \"server.irq\" is active, and only passive threads "
                   "can be called");
}

Test(describe, call_needs_a_thread_above)
{
    f.server_threads[1] = (struct system_thread){.name = "log", .passive = true, .level = 1};
    f.server_caps[2] = (struct system_cap){
        .slot = 3, .thread = "server.log", .rights = THIMBLE_RIGHT_CALL};
    REFUSED(SERVER "caps[2] (slot 3): thread: \"server.log\" has level 1, and no thread of this "
                   "cell is above it: none could call");
}

Test(describe, passive_threads_call_lower_levels)
{
    f.server_threads[1] = (struct system_thread){.name = "log", .passive = true, .level = 0};
    f.server_caps[2] = (struct system_cap){
        .slot = 3, .thread = "server.log", .rights = THIMBLE_RIGHT_CALL};
    ACCEPTED();
}

Test(describe, irq_has_one_holder)
{
    f.client_caps[2] =
        (struct system_cap){.slot = 3, .irq = "uart", .rights = THIMBLE_RIGHT_HANDLE};
    REFUSED(CLIENT "caps[2] (slot 3): irq: \"uart\" is handled by " SERVER "caps[0] (slot 1) "
                   "already: one cell handles a line");
}

/* ---- interrupt lines ----------------------------------------------------- */

Test(describe, low_lines_are_the_cores)
{
    f.irqs[0].line = 31;
    REFUSED("irqs[0] \"uart\": line: 31: INTIDs 0 to 31 are the core's");
}

Test(describe, lines_exist_on_the_board)
{
    f.irqs[0].line = 288;
    REFUSED("irqs[0] \"uart\": line: 288: board \"sim\" has INTIDs up to 287");
}

Test(describe, lines_are_unique)
{
    f.irqs[1] = (struct system_irq){.name = "timer", .line = 33};
    f.server_caps[2] =
        (struct system_cap){.slot = 3, .irq = "timer", .rights = THIMBLE_RIGHT_HANDLE};
    REFUSED("irqs[1] \"timer\": line: 33 is the line of irqs[0] \"uart\" already: a line has one "
            "irq");
}

Test(describe, threads_with_floating_point_are_numbered)
{
    f.client_threads[0].vfp = true;
    ACCEPTED();
    u32 last = described.boot.thread_count - 1U;
    cr_expect_eq(described.boot.threads[0].vfp, 0);
    cr_expect_eq(described.boot.threads[last].vfp, 1);
    describe_free(&described);
    f.server_threads[0].vfp = true;
    ACCEPTED();
    cr_expect_eq(described.boot.threads[0].vfp, 1);
    cr_expect_eq(described.boot.threads[last].vfp, 2);
}

Test(describe, irq_has_its_devices_line)
{
    f.irqs[0] = (struct system_irq){.name = "uart", .device = "uart0"};
    ACCEPTED();
    cr_expect_eq(described.boot.irqs[0].line, 33);
}

Test(describe, irq_devices_exist_on_the_board)
{
    f.irqs[0] = (struct system_irq){.name = "uart", .device = "uart7"};
    REFUSED("irqs[0] \"uart\": device: \"uart7\": board \"sim\" has no such device; "
            "did you mean \"uart0\"?");
}

Test(describe, irq_has_a_line_or_a_device)
{
    f.irqs[0] = (struct system_irq){.name = "uart", .device = "uart0", .line = 33};
    REFUSED("irqs[0] \"uart\": line: 33, and a device, which has its own: give one");
}

Test(describe, irq_without_holder_is_a_warning)
{
    f.irqs[1] = (struct system_irq){.name = "timer", .line = 34};
    WARNED("irqs[1] \"timer\": no cell has a capability to it: it stays masked");
}

/* ---- threads ------------------------------------------------------------- */

#define LENT "a passive thread runs on its callers' time"

Test(describe, passive_thread_has_no_priority)
{
    f.server_threads[0].priority = 3;
    REFUSED(SERVER "threads[0] \"main\": priority: 3: " LENT);
}

Test(describe, passive_thread_has_no_budget)
{
    f.server_threads[0].budget_us = 50;
    f.server_threads[0].period_us = 100;
    expect_refusal(ERROR(SERVER "threads[0] \"main\": budget_us: 50: " LENT)
                       ERROR(SERVER "threads[0] \"main\": period_us: 100: " LENT));
}

Test(describe, active_thread_has_no_level)
{
    f.client_threads[0].level = 2;
    REFUSED(CLIENT "threads[0] \"main\": level: 2: only passive threads have one; active ones "
                   "stand above all");
}

Test(describe, levels_end_at_7)
{
    f.server_threads[0].level = 8;
    REFUSED(SERVER "threads[0] \"main\": level: 8: levels are 0 to 7");
}

Test(describe, budget_needs_a_period)
{
    f.client_threads[0].budget_us = 100;
    REFUSED(CLIENT "threads[0] \"main\": budget_us: 100 us, but no period_us");
}

Test(describe, budget_is_at_most_the_period)
{
    f.server_threads[1].budget_us = 1001;
    REFUSED(SERVER "threads[1] \"irq\": budget_us: 1001 us is more than the period of 1000 us");
}

Test(describe, budget_has_a_floor)
{
    f.server_threads[1].budget_us = 9;
    REFUSED(SERVER "threads[1] \"irq\": budget_us: 9 us: the least is 10 us");
}

Test(describe, period_needs_a_budget)
{
    f.server_threads[1].budget_us = 0;
    REFUSED(SERVER "threads[1] \"irq\": budget_us: 0 us: the least is 10 us");
}

Test(describe, period_fits_into_ticks)
{
    f.server_threads[1].period_us = 68719477;
    REFUSED(SERVER "threads[1] \"irq\": period_us: 68719477 us are 4294967313 ticks of board "
                   "\"sim\", and the most is 4294967295");
}

Test(describe, handler_slot_is_filled)
{
    f.client_threads[0].fault_handler = 5;
    REFUSED(CLIENT "threads[0] \"main\": fault_handler: slot 5 of its cell is empty");
}

Test(describe, handler_is_a_thread)
{
    f.client_threads[0].fault_handler = 2;
    REFUSED(CLIENT "threads[0] \"main\": fault_handler: slot 2 does not hold a thread capability");
}

Test(describe, handler_is_passive)
{
    f.client_caps[0].thread = "server.irq";
    f.client_threads[0].fault_handler = 1;
    expect_refusal(LINE_OF("warning", SERVER "threads[0] \"main\": passive: no cell has a "
                                             "capability to it: it would never run")
                       ERROR(CLIENT "threads[0] \"main\": fault_handler: \"server.irq\" is active, "
                                    "and only passive threads can be called")
                           ERROR(CLIENT "caps[0] (slot 1): thread: \"server.irq\" is active, and "
                                        "only passive threads can be called"));
}

Test(describe, handler_may_be_called)
{
    f.client_caps[0].rights = 0;
    f.client_threads[0].fault_handler = 1;
    expect_refusal(ERROR(CLIENT "threads[0] \"main\": fault_handler: the capability in slot 1 has "
                                "no right to call")
                       ERROR(CLIENT "caps[0] (slot 1): rights: none: the capability would be of "
                                    "no use"));
}

Test(describe, handler_is_of_a_lower_level)
{
    f.client_threads[1] = (struct system_thread){
        .name = "pager", .passive = true, .level = 1, .fault_handler = 1};
    f.client_caps[2] = (struct system_cap){
        .slot = 3, .thread = "client.pager", .rights = THIMBLE_RIGHT_CALL};
    REFUSED(CLIENT "threads[1] \"pager\": fault_handler: \"server.main\" has level 1, which is "
                   "not below this thread's 1");
}

Test(describe, health_slot_is_filled)
{
    f.client_threads[0].health = 5;
    REFUSED(CLIENT "threads[0] \"main\": health: slot 5 of its cell is empty");
}

Test(describe, health_is_a_notification)
{
    f.client_threads[0].health = 1;
    REFUSED(CLIENT "threads[0] \"main\": health: slot 1 does not hold a notification capability");
}

Test(describe, health_may_be_signalled)
{
    f.client_caps[1].rights = THIMBLE_RIGHT_WAIT;
    f.notifications[0].shared = true;
    f.client_threads[0].health = 2;
    REFUSED(CLIENT "threads[0] \"main\": health: the capability in slot 2 has no right to signal");
}

Test(describe, server_without_callers_is_a_warning)
{
    f.client_threads[1] = (struct system_thread){.name = "idle", .passive = true};
    WARNED(CLIENT "threads[1] \"idle\": passive: no cell has a capability to it: it would never "
                  "run");
}

/* ---- images -------------------------------------------------------------- */

Test(describe, image_has_a_size)
{
    f.cells[1].memory = 0;
    REFUSED(CLIENT "memory: 0: the program needs a place");
}

Test(describe, image_has_whole_pages)
{
    f.cells[1].memory = 0x8001;
    REFUSED(CLIENT "memory: 0x8001 is not a multiple of the page size");
}

Test(describe, image_has_room_for_the_program)
{
    f.cells[1].memory = 2 * PAGE_SIZE;
    f.cells[1].stats = true;
    REFUSED(CLIENT "memory: 0x2000 is too small: message buffers and statistics take 0x2000, and "
                   "the program needs a page");
}

Test(describe, image_ends_below_4_gib)
{
    f.cells[1].memory = 0xf0001000;
    f.client_regions[0].at.raw = 0x0a000000;
    f.cells[1].tables = 3000;
    expect_refusal(ERROR("tables: the cells' page-table quotas add up to 3004 pages: board \"sim\" "
                         "has 255")
                       ERROR(CLIENT "memory: 0xf0001000 at 0x10000000 goes beyond 4 GiB"));
}

Test(describe, images_fit_into_ram)
{
    f.cells[1].memory = 16 * MIB;
    REFUSED(CLIENT "memory: 16384 KiB: of the 15360 KiB of RAM for cells, 128 KiB are taken before "
                   "it");
}

/* ---- regions ------------------------------------------------------------- */

#define RING "regions[0] \"ring\": "
#define UART "regions[0] \"uart\": "

Test(describe, region_starts_at_a_page)
{
    f.client_regions[0].at.raw = 0x20000800;
    REFUSED(CLIENT RING "at: 0x20000800 is not page-aligned");
}

Test(describe, region_has_a_size)
{
    f.client_regions[0].size = 0;
    f.client_regions[0].shared = NULL;
    f.server_regions[1].shared = NULL;
    REFUSED(CLIENT RING "size: 0");
}

Test(describe, region_has_whole_pages)
{
    f.client_regions[0].size = 0x1800;
    f.client_regions[0].shared = NULL;
    f.server_regions[1].shared = NULL;
    REFUSED(CLIENT RING "size: 0x1800 is not a multiple of the page size");
}

Test(describe, region_ends_below_4_gib)
{
    f.client_regions[0].at.raw = 0xffff8000;
    REFUSED(CLIENT RING "size: 0x10000 at 0xffff8000 goes beyond 4 GiB");
}

Test(describe, region_may_end_at_4_gib)
{
    f.client_regions[0].at.raw = 0xffff0000;
    ACCEPTED();
}

Test(describe, region_does_not_overlap_the_image)
{
    f.client_regions[0].at.raw = SYSTEM_IMAGE_AT + 60 * KIB;
    REFUSED(CLIENT RING "at: 0x1000f000 to 0x1000ffff is the image of cells[1] \"client\" "
                        "already: move one");
}

Test(describe, region_does_not_overlap_another)
{
    f.server_regions[1].at.raw = 0x08ff1000;
    REFUSED(SERVER "regions[1] \"ring\": at: 0x9000000 to 0x9000fff is the place of " SERVER
                   "regions[0] \"uart\" already: move one");
}

Test(describe, regions_may_touch)
{
    f.client_regions[0].at.raw = SYSTEM_IMAGE_AT + 64 * KIB;
    ACCEPTED();
}

Test(describe, access_is_not_empty)
{
    f.client_regions[0].access = 0;
    REFUSED(CLIENT RING "access: none: the region would be of no use");
}

Test(describe, access_has_known_bits)
{
    f.client_regions[0].access = 9;
    REFUSED(CLIENT RING "access: 0x9 has unknown bits");
}

Test(describe, execution_needs_reading)
{
    f.client_regions[0].access = ACCESS_EXECUTE;
    REFUSED(CLIENT RING "access: to execute needs to read too");
}

Test(describe, devices_are_not_executed)
{
    f.server_regions[0].access = ACCESS_READ | ACCESS_EXECUTE;
    REFUSED(SERVER UART "access: devices cannot be executed");
}

Test(describe, devices_are_device_memory)
{
    f.server_regions[0].memory = MEMORY_NORMAL;
    REFUSED(SERVER UART "memory: a device needs MEMORY_DEVICE: caches and reordering would break "
                        "it");
}

Test(describe, ram_is_not_device_memory)
{
    f.client_regions[0].memory = MEMORY_DEVICE;
    f.server_regions[1].memory = MEMORY_DEVICE;
    expect_refusal(
        ERROR(SERVER "regions[1] \"ring\": memory: MEMORY_DEVICE is for devices, not RAM")
            ERROR(CLIENT RING "memory: MEMORY_DEVICE is for devices, not RAM"));
}

Test(describe, memory_type_is_known)
{
    f.client_regions[0].memory = 3;
    f.client_regions[0].shared = NULL;
    f.server_regions[1].shared = NULL;
    REFUSED(CLIENT RING "memory: 3: no such memory type");
}

Test(describe, unknown_device_suggests_a_near_one)
{
    f.server_regions[0].device = "uart1";
    REFUSED(SERVER UART "device: \"uart1\": board \"sim\" has no such device; did you mean "
                        "\"uart0\"?");
}

Test(describe, device_has_the_boards_size)
{
    f.server_regions[0].size = 2 * PAGE_SIZE;
    REFUSED(SERVER UART "size: 0x2000, but device \"uart0\" has 0x1000 (0: the device's)");
}

Test(describe, device_page_has_one_owner)
{
    f.client_regions[1] = f.server_regions[0];
    REFUSED(CLIENT "regions[1] \"uart\": device: 0x9000000 to 0x9000fff is memory of " SERVER
                   "regions[0] \"uart\" already: " ONE_CELL);
}

Test(describe, shared_memory_has_one_size)
{
    f.client_regions[0].size = 32 * KIB;
    REFUSED(CLIENT RING "size: 0x8000, but \"ring\" has 0x10000 in cells[0] \"server\"");
}

Test(describe, shared_memory_has_one_type)
{
    f.client_regions[0].memory = MEMORY_UNCACHED;
    REFUSED(CLIENT RING "memory: \"ring\" is of another type in cells[0] \"server\"");
}

Test(describe, shared_memory_is_no_device)
{
    f.server_regions[0].shared = "uart";
    expect_refusal(ERROR(SERVER UART "shared: \"uart\": a device is not shared memory")
                       LINE_OF("warning", SERVER UART "shared: \"uart\": nobody shares it"));
}

Test(describe, shared_memory_has_a_name)
{
    f.client_regions[0].shared = "";
    f.server_regions[1].shared = "";
    expect_refusal(ERROR(SERVER "regions[1] \"ring\": shared: the name is empty")
                       ERROR(CLIENT RING "shared: the name is empty"));
}

Test(describe, shared_memory_alone_is_a_warning)
{
    f.client_regions[1] = (struct system_region){
        .name = "more", .at = {0x30000000}, .size = PAGE_SIZE, .access = RW, .shared = "rings"};
    WARNED(CLIENT "regions[1] \"more\": shared: \"rings\": nobody shares it; did you mean "
                  "\"ring\"?");
}

Test(describe, regions_fit_into_ram)
{
    f.client_regions[1] = (struct system_region){
        .name = "heap", .at = {0x30000000}, .size = 15 * MIB, .access = RW};
    REFUSED(CLIENT "regions[1] \"heap\": size: 15360 KiB: of the 15360 KiB of RAM for cells, 192 "
                   "KiB are taken before it");
}

Test(describe, quota_covers_the_regions)
{
    f.cells[1].tables = 2;
    REFUSED(CLIENT "tables: 2 pages: mapping its regions can take 3 (0: as many as that takes)");
}

Test(describe, quotas_fit_into_the_pool)
{
    f.cells[0].tables = 200;
    f.cells[1].tables = 56;
    REFUSED("tables: the cells' page-table quotas add up to 256 pages: board \"sim\" has 255");
}

Test(describe, region_quotas_fit_into_the_pool)
{
    f.cells[0].derived = 1076;
    f.cells[1].derived = 8;
    REFUSED("regions (images and quotas of derived ones included): 1089 are too many: this core "
            "has room for 1088");
}

Test(describe, region_quotas_may_fill_the_pool)
{
    f.cells[0].derived = 1076;
    f.cells[1].derived = 7;
    ACCEPTED();
    cr_expect_eq(described.boot.cells[0].derived, 1076);
    cr_expect_eq(described.boot.cells[1].derived, 7);
}

/* ---- counts -------------------------------------------------------------- */

Test(describe, system_has_a_cell)
{
    f.system.cells = NULL;
    f.system.irqs = NULL;
    REFUSED("cells: none: a system has at least one");
}

Test(describe, cell_has_a_thread)
{
    f.cells[2] = (struct system_cell){.name = "empty", .program = "empty", .memory = 64 * KIB};
    REFUSED("cells[2] \"empty\": threads: none: a cell has at least one");
}

Test(describe, system_has_an_active_thread)
{
    f.server_threads[1] = (struct system_thread){0};
    f.cells[1] = (struct system_cell){0};
    f.server_regions[1] = (struct system_region){0};
    expect_refusal(ERROR("threads: none is active: nothing in this system would ever run")
                       LINE_OF("warning", SERVER "threads[0] \"main\": passive: no cell has a "
                                                 "capability to it: it would never run"));
}

/* Names "x0", "x1", ... for arrays that are too long. */
struct many {
    char name[16];
};

static struct many *many_names(u32 count)
{
    struct many *many = calloc(count, sizeof(*many));

    cr_assert_not_null(many);
    for (u32 i = 0; i < count; i++) {
        (void)snprintf(many[i].name, sizeof(many[i].name), "x%u", i);
    }
    return many;
}

Test(describe, cells_have_a_limit)
{
    u32 count = CELL_MAX + 1U;
    struct many *names = many_names(count);
    struct system_cell *cells = calloc(count + 1U, sizeof(*cells));

    cr_assert_not_null(cells);
    for (u32 i = 0; i < count; i++) {
        cells[i] = (struct system_cell){.name = names[i].name,
                                        .program = "client",
                                        .memory = 8 * KIB,
                                        .threads = f.client_threads};
    }
    f.system.cells = cells;
    f.system.irqs = NULL;
    REFUSED("cells: 65 are too many: this core has room for 64");
    free(cells);
    free(names);
}

Test(describe, threads_have_limits)
{
    u32 count = THREAD_MAX;
    struct many *names = many_names(count);
    struct system_thread *threads = calloc(count + 1U, sizeof(*threads));

    cr_assert_not_null(threads);
    for (u32 i = 0; i < count; i++) {
        threads[i].name = names[i].name;
    }
    f.cells[1].threads = threads;
    expect_refusal(ERROR("threads: 2050 are too many: this core has room for 2047")
                       ERROR("active threads: 2049 are too many: this core has room for 1024"));
    free(threads);
    free(names);
}

Test(describe, notifications_have_a_limit)
{
    u32 count = NOTIFICATION_MAX + 1U;
    struct many *names = many_names(count);
    struct system_notification *notifications = calloc(count + 1U, sizeof(*notifications));

    cr_assert_not_null(notifications);
    for (u32 i = 0; i < count; i++) {
        notifications[i].name = names[i].name;
    }
    notifications[0].name = "event";
    f.system.notifications = notifications;
    REFUSED("notifications: 1025 are too many: this core has room for 1024");
    free(notifications);
    free(names);
}

Test(describe, irqs_have_a_limit)
{
    u32 count = IRQ_MAX + 1U;
    struct many *names = many_names(count);
    struct system_irq *irqs = calloc(count + 1U, sizeof(*irqs));
    struct system_cap *caps = calloc(count + 1U, sizeof(*caps));

    cr_assert(irqs != NULL && caps != NULL);
    for (u32 i = 0; i < count; i++) {
        irqs[i] = (struct system_irq){.name = names[i].name, .line = (u16)(32U + i)};
        caps[i] = (struct system_cap){
            .slot = (u16)(i + 1U), .irq = names[i].name, .rights = THIMBLE_RIGHT_HANDLE};
    }
    f.system.irqs = irqs;
    f.cells[0].caps = caps;
    cr_expect_not(compile_begins("irqs: 65 are too many: this core has room for 64\n"));
    free(caps);
    free(irqs);
    free(names);
}

Test(describe, regions_have_a_limit)
{
    u32 count = REGION_MAX;
    struct many *names = many_names(count);
    struct system_region *regions = calloc(count + 1U, sizeof(*regions));

    cr_assert_not_null(regions);
    for (u32 i = 0; i < count; i++) {
        regions[i] = (struct system_region){.name = names[i].name,
                                            .at = {0x20000000U + i * PAGE_SIZE},
                                            .size = PAGE_SIZE,
                                            .access = RW};
    }
    f.server_regions[1] = (struct system_region){0};
    f.cells[1].regions = regions;
    REFUSED("regions (images and quotas of derived ones included): 1091 are too many: this core "
            "has room for 1088");
    free(regions);
    free(names);
}

Test(describe, slots_have_a_limit)
{
    f.cells[0].slots = 8000;
    f.cells[1].slots = 193;
    REFUSED("slots of all cells: 8193 are too many: this core has room for 8192");
}

/* ---- all at once --------------------------------------------------------- */

Test(describe, every_error_is_reported)
{
    f.cells[0].memory = 5;
    f.server_threads[0].level = 9;
    f.client_caps[0].rights = 0;
    f.client_regions[0].access = 0;
    f.irqs[0].line = 1;
    expect_refusal(ERROR("irqs[0] \"uart\": line: 1: INTIDs 0 to 31 are the core's")
                       ERROR(SERVER "memory: 0x5 is not a multiple of the page size")
                           ERROR(SERVER "threads[0] \"main\": level: 9: levels are 0 to 7")
                               ERROR(CLIENT "caps[0] (slot 1): rights: none: the capability would "
                                            "be of no use")
                                   ERROR(CLIENT RING "access: none: the region would be of no "
                                                     "use"));
}
