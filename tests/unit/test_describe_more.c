/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The checks of capabilities to regions and cells, of missing rights and of
 * time, and what is printed about them. As in test_describe.c, every check has a
 * test that spoils one thing in a good description and expects exactly the lines
 * that name it.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "describe.h"

#define RW (ACCESS_READ | ACCESS_WRITE)
#define FEW 24U

/* A good system of two cells; element [FEW - 1] of every array stays zero. The
 * manager has one of each of the capabilities that are tested here. */
static struct {
    struct system system;
    struct system_cell cells[FEW];
    struct system_notification notifications[FEW];
    struct system_irq irqs[FEW];
    struct system_thread manager_threads[FEW];
    struct system_thread worker_threads[FEW];
    struct system_cap manager_caps[FEW];
    struct system_cap worker_caps[FEW];
    struct system_region manager_regions[FEW];
    struct system_region worker_regions[FEW];
} f;

static struct described described;

enum { CAP_HEAP, CAP_TABLE, CAP_WORKER, CAP_MAIN, CAP_LINE, CAP_EVENT };

static void manager(void)
{
    f.manager_threads[0] = (struct system_thread){
        .name = "main", .priority = 200, .budget_us = 100, .period_us = 1000, .deadline_us = 500};
    f.manager_caps[CAP_HEAP] = (struct system_cap){.slot = 1, .region = "heap", .rights = RW};
    f.manager_caps[CAP_TABLE] =
        (struct system_cap){.slot = 2, .region = "table", .rights = ACCESS_READ};
    f.manager_caps[CAP_WORKER] =
        (struct system_cap){.slot = 3,
                            .cell = "worker",
                            .rights = THIMBLE_RIGHT_MAP | THIMBLE_RIGHT_CONTROL};
    f.manager_caps[CAP_MAIN] =
        (struct system_cap){.slot = 4, .thread = "worker.main", .rights = THIMBLE_RIGHT_CONTROL};
    f.manager_caps[CAP_LINE] =
        (struct system_cap){.slot = 5, .irq = "line", .rights = THIMBLE_RIGHT_HANDLE};
    f.manager_caps[CAP_EVENT] =
        (struct system_cap){.slot = 6,
                            .notification = "event",
                            .rights = THIMBLE_RIGHT_SIGNAL | THIMBLE_RIGHT_WAIT,
                            .badge = 1};
    f.manager_regions[0] = (struct system_region){
        .name = "heap", .unmapped = true, .size = 64 * KIB, .access = RW};
    f.manager_regions[1] = (struct system_region){
        .name = "table", .at = {0x20000000}, .size = PAGE_SIZE, .access = ACCESS_READ};
    f.cells[0] = (struct system_cell){.name = "manager",
                                      .program = "manager",
                                      .memory = 64 * KIB,
                                      .threads = f.manager_threads,
                                      .caps = f.manager_caps,
                                      .regions = f.manager_regions};
}

static void set_up(void)
{
    memset(&f, 0, sizeof(f));
    f.system = (struct system){.name = "test",
                               .cells = f.cells,
                               .notifications = f.notifications,
                               .irqs = f.irqs};
    f.notifications[0].name = "event";
    f.irqs[0] = (struct system_irq){.name = "line", .line = 40};
    manager();
    f.worker_threads[0] = (struct system_thread){
        .name = "main", .priority = 100, .budget_us = 300, .period_us = 1000};
    f.cells[1] = (struct system_cell){.name = "worker",
                                      .program = "worker",
                                      .memory = 64 * KIB,
                                      .threads = f.worker_threads,
                                      .caps = f.worker_caps,
                                      .regions = f.worker_regions};
    memset(&described, 0, sizeof(described));
}

static void tear_down(void)
{
    describe_free(&described);
}

TestSuite(describe_more, .init = set_up, .fini = tear_down);

/* Compiles the fixture; what was reported must be exactly `report`. */
static bool compile_on(const struct board *board, const char *report)
{
    char *text = NULL;
    size_t size = 0;
    FILE *errors = open_memstream(&text, &size);

    cr_assert_not_null(errors);
    describe_free(&described);
    bool good = describe_compile(&f.system, board, &described, errors);
    (void)fclose(errors);
    cr_expect_str_eq(text, report);
    free(text);
    return good;
}

static void expect_refusal(const char *report)
{
    cr_expect_not(compile_on(&board_sim, report));
}

#define LINE_OF(severity, text) severity ": system \"test\": " text "\n"
#define ERROR(text) LINE_OF("error", text)
#define REFUSED(text) expect_refusal(ERROR(text))
#define WARNED(text) cr_expect(compile_on(&board_sim, LINE_OF("warning", text)))
#define ACCEPTED() cr_assert(compile_on(&board_sim, ""))

#define MANAGER "cells[0] \"manager\": "
#define WORKER "cells[1] \"worker\": "

/* Prints the compiled fixture; each of the texts must be in it, or none. */
static void printed(const char *const *texts, u32 count, bool there)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);

    cr_assert_not_null(file);
    describe_print(&f.system, &described, file);
    (void)fclose(file);
    for (u32 i = 0; i < count; i++) {
        cr_expect_eq(strstr(text, texts[i]) != NULL, there, "\"%s\" in:\n%s", texts[i], text);
    }
    free(text);
}

/* ---- capabilities to regions ----------------------------------------------- */

Test(describe_more, good_system_is_silent)
{
    ACCEPTED();
    cr_expect_eq(described.boot.region_count, 4);
    cr_expect_eq(described.boot.cap_count, 6);
}

Test(describe_more, regions_are_named_by_index_behind_the_image)
{
    ACCEPTED();
    const struct boot_cap *c = described.boot.caps;
    cr_expect_eq(c[CAP_HEAP].type, THIMBLE_CAP_REGION);
    cr_expect_eq(c[CAP_HEAP].object, 1);
    cr_expect_eq(c[CAP_TABLE].object, 2);
    cr_expect_eq(c[CAP_TABLE].rights, ACCESS_READ);
    cr_expect_eq(described.boot.regions[2].map.access, ACCESS_READ);
}

Test(describe_more, regions_are_the_cells_own)
{
    f.worker_regions[0] = f.manager_regions[1];
    f.worker_caps[0] = f.manager_caps[CAP_TABLE];
    ACCEPTED();
    cr_expect_eq(described.boot.caps[CAP_TABLE].object, 2);
    cr_expect_eq(described.boot.caps[6].object, 4);
}

Test(describe_more, unmapped_regions_have_no_place)
{
    ACCEPTED();
    const struct boot_region *r = described.boot.regions;
    cr_expect(r[0].mapped);
    cr_expect_not(r[1].mapped);
    cr_expect_eq(r[1].map.gpa.raw, 0);
    cr_expect_eq(r[1].map.size, 64 * KIB);
    cr_expect(r[2].mapped);
}

Test(describe_more, unmapped_regions_have_memory)
{
    ACCEPTED();
    const struct boot_region *r = described.boot.regions;
    cr_expect_eq(r[1].map.pa.raw, board_sim.ram.raw + 64 * KIB);
    cr_expect_eq(r[2].map.pa.raw, board_sim.ram.raw + 128 * KIB);
}

Test(describe_more, unmapped_regions_overlap_nothing)
{
    f.manager_regions[0].size = 1024 * KIB;
    f.manager_regions[1].at.raw = 0x1000;
    f.manager_regions[2] = f.manager_regions[0];
    f.manager_regions[2].name = "second";
    f.manager_caps[6] = (struct system_cap){.slot = 7, .region = "second", .rights = RW};
    ACCEPTED();
}

Test(describe_more, unknown_region_suggests_a_near_one)
{
    f.manager_caps[CAP_TABLE].region = "tables";
    REFUSED(MANAGER "caps[1] (slot 2): region: \"tables\": no such region; did you mean "
                    "\"table\"?");
}

Test(describe_more, regions_of_others_are_not_known)
{
    f.worker_caps[0] = f.manager_caps[CAP_TABLE];
    REFUSED(WORKER "caps[0] (slot 2): region: \"table\": no such region");
}

Test(describe_more, images_are_not_given_away)
{
    f.worker_caps[0] = (struct system_cap){.slot = 1, .region = "image", .rights = RW};
    REFUSED(WORKER "caps[0] (slot 1): region: \"image\" holds message buffers: nobody can take it "
                   "away or give it away");
}

Test(describe_more, region_rights_stay_within_the_access)
{
    f.manager_caps[CAP_TABLE].rights = RW;
    REFUSED(MANAGER "caps[1] (slot 2): rights: 0x3 goes beyond the access 0x1 of \"table\"");
}

Test(describe_more, region_rights_are_the_access)
{
    f.manager_caps[CAP_HEAP].rights = ACCESS_READ;
    REFUSED(MANAGER "caps[0] (slot 1): rights: 0x1, but \"heap\" has access 0x3: they are one and "
                    "the same");
}

Test(describe_more, region_rights_are_known)
{
    f.manager_caps[CAP_HEAP].rights = RW | 8U;
    expect_refusal(ERROR(MANAGER "caps[0] (slot 1): rights: 0xb has bits that such an object has "
                                 "not")
                       ERROR(MANAGER "caps[0] (slot 1): rights: 0xb goes beyond the access 0x3 "
                                     "of \"heap\""));
}

Test(describe_more, region_rights_are_not_empty)
{
    f.manager_caps[CAP_HEAP].rights = 0;
    REFUSED(MANAGER "caps[0] (slot 1): rights: none: the capability would be of no use");
}

Test(describe_more, region_has_one_capability)
{
    f.manager_caps[CAP_TABLE] = (struct system_cap){.slot = 2, .region = "heap", .rights = RW};
    REFUSED(MANAGER "caps[1] (slot 2): region: \"heap\" is named by " MANAGER "caps[0] (slot 1) "
                    "already: a region has one capability");
}

Test(describe_more, shared_memory_is_a_region_in_each_cell)
{
    f.manager_regions[1].shared = "table";
    f.worker_regions[0] = f.manager_regions[1];
    f.worker_caps[0] = f.manager_caps[CAP_TABLE];
    ACCEPTED();
    cr_expect_eq(described.boot.regions[2].map.pa.raw, described.boot.regions[4].map.pa.raw);
}

Test(describe_more, unmapped_region_needs_a_capability)
{
    f.worker_regions[0] = f.manager_regions[0];
    REFUSED(WORKER "regions[0] \"heap\": unmapped: the cell has no capability to it, so nobody "
                   "could ever map it");
}

Test(describe_more, unmapped_region_is_nowhere)
{
    f.manager_regions[0].at.raw = 0x30000000;
    REFUSED(MANAGER "regions[0] \"heap\": at: 0x30000000, but it is not mapped at boot: region_map "
                    "says where");
}

Test(describe_more, unmapped_alone_does_not_end_the_array)
{
    f.worker_regions[0] = (struct system_region){.unmapped = true};
    cr_expect_not(compile_on(
        &board_sim,
        ERROR(WORKER "regions[0]: name: missing")
            ERROR(WORKER "regions[0]: unmapped: the cell has no capability to it, so nobody could "
                         "ever map it")
                ERROR(WORKER "regions[0]: size: 0")
                    ERROR(WORKER "regions[0]: access: none: the region would be of no use")));
}

Test(describe_more, capability_names_one_object_only)
{
    f.manager_caps[CAP_HEAP].cell = "worker";
    expect_refusal(ERROR(MANAGER "caps[0] (slot 1): thread, notification, irq, region, cell: 2 "
                                 "given: a capability names exactly one object")
                       ERROR(MANAGER "regions[0] \"heap\": unmapped: the cell has no capability "
                                     "to it, so nobody could ever map it"));
}

/* ---- quotas ---------------------------------------------------------------- */

Test(describe_more, quota_covers_unmapped_regions_anywhere)
{
    ACCEPTED();
    /* Mapped: a level-2 table and two level-3 tables. The heap, at the end of a
     * GiB: two of each. */
    cr_expect_eq(described.boot.cells[0].tables, 7);
    cr_expect_eq(described.boot.cells[1].tables, 2);
}

Test(describe_more, quota_of_a_single_page_is_certain)
{
    f.manager_regions[0].size = PAGE_SIZE;
    ACCEPTED();
    cr_expect_eq(described.boot.cells[0].tables, 5);
}

Test(describe_more, quota_covers_the_worst_alignment)
{
    f.manager_regions[0].size = 4 * MIB;
    ACCEPTED();
    cr_expect_eq(described.boot.cells[0].tables, 3 + 2 + 3);
}

Test(describe_more, quota_must_cover_unmapped_regions)
{
    f.cells[0].tables = 6;
    REFUSED(MANAGER "tables: 6 pages: mapping its regions can take 7 (0: as many as that takes)");
}

/* ---- capabilities to cells and threads ------------------------------------- */

Test(describe_more, cells_are_named_by_index)
{
    ACCEPTED();
    const struct boot_cap *c = &described.boot.caps[CAP_WORKER];
    cr_expect_eq(c->type, THIMBLE_CAP_CELL);
    cr_expect_eq(c->object, 1);
    cr_expect_eq(c->rights, THIMBLE_RIGHT_MAP | THIMBLE_RIGHT_CONTROL);
}

Test(describe_more, unknown_cell_suggests_a_near_one)
{
    f.manager_caps[CAP_WORKER].cell = "workers";
    REFUSED(MANAGER "caps[2] (slot 3): cell: \"workers\": no such cell; did you mean \"worker\"?");
}

Test(describe_more, cell_rights_are_known)
{
    f.manager_caps[CAP_WORKER].rights = 7;
    REFUSED(MANAGER "caps[2] (slot 3): rights: 0x7 has bits that such an object has not");
}

Test(describe_more, restarting_oneself_is_a_warning)
{
    f.manager_caps[CAP_WORKER].cell = "manager";
    WARNED(MANAGER "caps[2] (slot 3): rights: a cell cannot restart itself: of use only if passed "
                   "on to another");
}

Test(describe_more, mapping_into_oneself_is_allowed)
{
    f.manager_caps[CAP_WORKER].cell = "manager";
    f.manager_caps[CAP_WORKER].rights = THIMBLE_RIGHT_MAP;
    ACCEPTED();
}

Test(describe_more, active_threads_are_controlled)
{
    ACCEPTED();
    cr_expect_eq(described.boot.caps[CAP_MAIN].rights, THIMBLE_RIGHT_CONTROL);
}

Test(describe_more, active_threads_are_not_called_under_control)
{
    f.manager_caps[CAP_MAIN].rights = THIMBLE_RIGHT_CALL | THIMBLE_RIGHT_CONTROL;
    REFUSED(MANAGER "caps[3] (slot 4): thread: \"worker.main\" is active, and only passive threads "
                    "can be called");
}

Test(describe_more, control_does_not_make_a_server_run)
{
    f.worker_threads[1] = (struct system_thread){.name = "service", .passive = true};
    f.manager_caps[CAP_MAIN].thread = "worker.service";
    WARNED(WORKER "threads[1] \"service\": passive: no cell has a capability to it: it would never "
                  "run");
}

/* ---- missing rights -------------------------------------------------------- */

Test(describe_more, irq_without_anything_to_bind_is_a_warning)
{
    f.manager_caps[CAP_EVENT].rights = THIMBLE_RIGHT_WAIT;
    WARNED(MANAGER "caps[4] (slot 5): irq: \"line\": the cell may signal no notification, so there "
                   "is nothing to bind it to");
}

Test(describe_more, one_warning_is_enough_for_all_irqs_of_a_cell)
{
    f.irqs[1] = (struct system_irq){.name = "second", .line = 41};
    f.manager_caps[6] =
        (struct system_cap){.slot = 7, .irq = "second", .rights = THIMBLE_RIGHT_HANDLE};
    f.manager_caps[CAP_EVENT].rights = THIMBLE_RIGHT_WAIT;
    WARNED(MANAGER "caps[4] (slot 5): irq: \"line\": the cell may signal no notification, so there "
                   "is nothing to bind it to");
}

Test(describe_more, signals_that_nobody_hears_are_a_warning)
{
    f.manager_caps[CAP_EVENT].rights = THIMBLE_RIGHT_SIGNAL;
    WARNED("notifications[0] \"event\": signalled, but no cell has the right to wait for it");
}

Test(describe_more, signals_may_be_heard_by_another_cell)
{
    f.manager_caps[CAP_EVENT].rights = THIMBLE_RIGHT_SIGNAL;
    f.worker_caps[0] = (struct system_cap){
        .slot = 1, .notification = "event", .rights = THIMBLE_RIGHT_WAIT};
    ACCEPTED();
}

Test(describe_more, notifications_may_be_for_time_only)
{
    f.manager_caps[CAP_LINE] = (struct system_cap){.slot = 5, .cell = "worker", .rights = 1};
    f.manager_caps[CAP_EVENT].rights = THIMBLE_RIGHT_WAIT;
    f.system.irqs = NULL;
    ACCEPTED();
}

/* ---- utilisation ----------------------------------------------------------- */

Test(describe_more, all_time_may_be_promised)
{
    f.worker_threads[0].budget_us = 900;
    ACCEPTED();
}

Test(describe_more, more_than_all_time_is_refused)
{
    f.worker_threads[0].budget_us = 901;
    REFUSED(WORKER "threads[0] \"main\": budget_us: down to its priority, over 100 % of the CPU "
                   "are promised: manager.main 10.0 %, worker.main 90.1 %");
}

Test(describe_more, thirds_add_up_to_all)
{
    f.manager_threads[0] =
        (struct system_thread){.name = "main", .priority = 3, .budget_us = 10, .period_us = 30};
    f.worker_threads[0] = f.manager_threads[0];
    f.worker_threads[1] = f.manager_threads[0];
    f.worker_threads[1].name = "more";
    ACCEPTED();
}

Test(describe_more, utilisation_is_summed_by_priority)
{
    f.manager_threads[0].deadline_us = 0;
    f.worker_threads[0].budget_us = 600;
    f.worker_threads[1] = (struct system_thread){
        .name = "urgent", .priority = 250, .budget_us = 350, .period_us = 1000};
    f.worker_threads[2] = (struct system_thread){
        .name = "late", .priority = 1, .budget_us = 100, .period_us = 1000};
    REFUSED(WORKER "threads[0] \"main\": budget_us: down to its priority, over 100 % of the CPU "
                   "are promised: worker.urgent 35.0 %, manager.main 10.0 %, worker.main 60.0 %");
}

Test(describe_more, unlimited_threads_promise_nothing)
{
    f.worker_threads[0].budget_us = 900;
    f.worker_threads[1] = (struct system_thread){.name = "idle", .priority = 0};
    ACCEPTED();
}

Test(describe_more, wrong_budgets_are_not_summed)
{
    f.worker_threads[0].budget_us = 5000;
    REFUSED(WORKER "threads[0] \"main\": budget_us: 5000 us is more than the period of 1000 us");
}

/* ---- deadlines ------------------------------------------------------------- */

#define WORKER_MAIN WORKER "threads[0] \"main\": deadline_us: "

Test(describe_more, passive_thread_has_no_deadline)
{
    f.worker_threads[1] =
        (struct system_thread){.name = "service", .passive = true, .deadline_us = 5};
    f.manager_caps[CAP_MAIN] = (struct system_cap){
        .slot = 4, .thread = "worker.service", .rights = THIMBLE_RIGHT_CALL};
    REFUSED(WORKER "threads[1] \"service\": deadline_us: 5: a passive thread runs on its callers' "
                   "time");
}

Test(describe_more, deadline_needs_a_budget)
{
    f.worker_threads[0] =
        (struct system_thread){.name = "main", .priority = 100, .deadline_us = 500};
    REFUSED(WORKER_MAIN "500 us, but no budget that would be used up by then");
}

Test(describe_more, deadline_is_in_the_period)
{
    f.worker_threads[0].deadline_us = 1001;
    REFUSED(WORKER_MAIN "1001 us is after the end of the period of 1000 us");
}

/* ---- printing -------------------------------------------------------------- */

Test(describe_more, print_shows_the_new_capabilities)
{
    static const char *const expected[] = {
        "       64  -           rw-  normal    manager.heap",
        "manager              1  map, derive heap rw-",
        "manager              2  map, derive table r--",
        "manager              3  map into, restart worker",
        "manager              4  stop worker.main\n",
    };

    ACCEPTED();
    printed(expected, ARRAY_SIZE(expected), true);
}

Test(describe_more, print_is_silent_about_what_is_not_promised)
{
    static const char *const absent[] = {"response times"};

    f.manager_threads[0].deadline_us = 0;
    ACCEPTED();
    printed(absent, ARRAY_SIZE(absent), false);
}

/* ---- memory for bus masters ------------------------------------------------------*/

static void dma_region(u32 at, u32 size)
{
    f.worker_regions[0] = (struct system_region){
        .name = "buffer", .at = {at}, .size = size, .access = RW, .dma = true};
}

Test(describe_more, dma_memory_is_where_it_is_seen)
{
    static const char *const there[] = {"worker.buffer (at its physical address)"};

    dma_region(0x40010000U, PAGE_SIZE);
    ACCEPTED();
    u32 found = 0;
    for (u32 i = 0; i < described.boot.region_count; i++) {
        const struct machine_mapping *m = &described.boot.regions[i].map;
        bool buffer = strcmp(described.boot.regions[i].name, "buffer") == 0;
        found += buffer;
        cr_expect_eq(m->pa.raw == 0x40010000U, buffer);
        /* All other memory is beside it. */
        cr_expect(buffer || m->memory == MEMORY_DEVICE || m->pa.raw >= 0x40011000U ||
                  m->pa.raw + m->size <= 0x40010000U);
    }
    cr_expect_eq(found, 1);
    printed(there, ARRAY_SIZE(there), true);
}

#define BUFFER WORKER "regions[0] \"buffer\": "

Test(describe_more, dma_memory_lies_in_ram)
{
    dma_region(0x20000000U, PAGE_SIZE);
    REFUSED(BUFFER "at: 0x20000000 to 0x20000fff is its physical address too, and cells have RAM "
                   "from 0x40000000 to 0x40efffff");
    dma_region(0x40eff000U, 2U * PAGE_SIZE);
    REFUSED(BUFFER "at: 0x40eff000 to 0x40f00fff is its physical address too, and cells have RAM "
                   "from 0x40000000 to 0x40efffff");
    dma_region(0x40eff000U, PAGE_SIZE);
    ACCEPTED();
}

Test(describe_more, dma_memory_is_mapped_at_boot)
{
    dma_region(0, PAGE_SIZE);
    f.worker_regions[0].unmapped = true;
    expect_refusal(ERROR(BUFFER "unmapped: the cell has no capability to it, so nobody could "
                                "ever map it")
                       ERROR(BUFFER "dma: it is not mapped at boot, so `at` cannot say its "
                                    "physical address"));
}

Test(describe_more, dma_memory_is_no_device)
{
    dma_region(0x40010000U, 0);
    f.worker_regions[0].device = "uart0";
    f.worker_regions[0].memory = MEMORY_DEVICE;
    REFUSED(BUFFER "dma: registers are not memory for a bus master");
}

Test(describe_more, dma_memory_has_one_place)
{
    dma_region(0x40010000U, PAGE_SIZE);
    f.worker_regions[1] = f.worker_regions[0];
    f.worker_regions[0].shared = f.worker_regions[1].shared = "pool";
    f.worker_regions[1].name = "again";
    f.worker_regions[1].at.raw = 0x40020000U;
    REFUSED(WORKER "regions[1] \"again\": dma: \"pool\" is at physical address 0x40010000: its "
                   "first region says where");
    f.worker_regions[1].dma = false;
    ACCEPTED();
}

Test(describe_more, dma_memory_belongs_to_one)
{
    dma_region(0x40010000U, 2U * PAGE_SIZE);
    f.worker_regions[1] = f.worker_regions[0];
    f.worker_regions[1].name = "other";
    f.worker_regions[1].at.raw = 0x40011000U;
    REFUSED(WORKER "regions[1] \"other\": at: 0x40011000 to 0x40011fff is the place of " WORKER
                   "regions[0] \"buffer\" already: move one");
}

Test(describe_more, dma_memory_belongs_to_one_cell)
{
    dma_region(0x40010000U, 2U * PAGE_SIZE);
    f.manager_regions[2] = f.worker_regions[0];
    f.manager_regions[2].at.raw = 0x40011000U;
    REFUSED(WORKER "regions[0] \"buffer\": shared: 0x40011000 to 0x40011fff is memory of " MANAGER
                   "regions[2] \"buffer\" already: a device has one cell, and so have a VMM's "
                   "state and configuration; other memory is shared by the same .shared");
}

Test(describe_more, print_lists_trusted_cells)
{
    static const struct board_device devices[] = {
        {.name = "ethernet", .pa = {0x0a000000}, .size = PAGE_SIZE, .trusted = true}, {0}};
    static const char *const none[] = {"so can reach all memory)\n  none\n"};
    static const char *const one[] = {"so can reach all memory)\n  worker\n",
                                      "worker.ethernet (bus master: trusted)"};
    struct board board = board_sim;

    ACCEPTED();
    printed(none, ARRAY_SIZE(none), true);
    board.devices = devices;
    f.worker_regions[0] = (struct system_region){.name = "ethernet",
                                                 .at = {0x30000000},
                                                 .access = RW,
                                                 .memory = MEMORY_DEVICE,
                                                 .device = "ethernet"};
    cr_assert(compile_on(&board, ""));
    printed(one, ARRAY_SIZE(one), true);
}
