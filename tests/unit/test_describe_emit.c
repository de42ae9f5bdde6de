/* SPDX-License-Identifier: BSD-2-Clause */
/* What is written for an ARM image says what the simulator boots from: each field of each
 * table, read back from the text. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "board.h"
#include "config.h"
#include "describe.h"
#include "emit.h"
#include "space.h"
#include "stream_keep.h"

#define TEXT_MAX 16384U

static const struct system_notification notifications[] = {{.name = "event"}, {.name = "end"}, {0}};
static const struct system_irq irqs[] = {{.name = "level", .line = 40},
                                         {.name = "edge", .line = 41, .edge = true},
                                         {0}};
static const struct system_thread server_threads[] = {
    {.name = "main", .passive = true, .level = 3, .buffer = true, .argument = 0x5a},
    {.name = "irq", .priority = 200, .budget_us = 100, .period_us = 1000, .vfp = true},
    {0}};
static const struct system_cap server_caps[] = {
    {.slot = 1, .irq = "level", .rights = THIMBLE_RIGHT_HANDLE},
    {.slot = 2, .notification = "event", .rights = THIMBLE_RIGHT_WAIT, .badge = 1},
    {.slot = 5, .irq = "edge", .rights = THIMBLE_RIGHT_HANDLE},
    {0}};
static const struct system_region server_regions[] = {{.name = "pool",
                                                       .at = {0x20000000},
                                                       .size = 64 * KIB,
                                                       .access = ACCESS_READ | ACCESS_WRITE},
                                                      {0}};
static const struct system_thread client_threads[] = {
    {.name = "main", .priority = 100, .buffer = true, .fault_handler = 1, .health = 2}, {0}};
/* The last is the only one of its type. */
static const struct system_cap client_caps[] = {
    {.slot = 2, .notification = "end", .rights = THIMBLE_RIGHT_SIGNAL, .badge = 2},
    {.slot = 1, .thread = "server.main", .rights = THIMBLE_RIGHT_CALL, .badge = 7},
    {0}};
static const struct system_cell cells[] = {{.name = "server",
                                            .program = "serves",
                                            .memory = 64 * KIB,
                                            .derived = 3,
                                            .threads = server_threads,
                                            .caps = server_caps,
                                            .regions = server_regions},
                                           {.name = "client",
                                            .program = "calls",
                                            .memory = 128 * KIB,
                                            .threads = client_threads,
                                            .caps = client_caps},
                                           {0}};
static const struct system sample = {
    .name = "sample", .cells = cells, .notifications = notifications, .irqs = irqs};

static struct described d;
static char folder[] = "/tmp/thimble-emit-XXXXXX";
static char text[TEXT_MAX];

static void begin(void)
{
    char *report = NULL;
    size_t size = 0;
    FILE *errors = open_memstream(&report, &size);

    bool good = describe_compile(&sample, board_find("virt"), &d, errors);
    (void)fclose(errors);
    cr_assert(good, "%s", report);
    free(report);
    cr_assert_not_null(mkdtemp(folder));
    cr_assert(emit_image(&sample, &d, folder, 1));
}

static void end(void)
{
    static const char *const names[] = {"limits_config.h", "tables.c",  "binaries.S", "cells.mk",
                                        "server.c",        "server.ld", "client.c",   "client.ld",
                                        "contents.S"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char path[128];
        (void)snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
        (void)unlink(path);
    }
    cr_expect_eq(rmdir(folder), 0, "and no other file");
    describe_free(&d);
}

TestSuite(describe_emit, .init = begin, .fini = end);

/* The file's text. */
static void file_read(const char *name)
{
    char path[128];

    (void)snprintf(path, sizeof(path), "%s/%s", folder, name);
    FILE *file = fopen(path, "r");
    cr_assert_not_null(file, "%s", path);
    text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
    (void)fclose(file);
}

static void has(const char *piece)
{
    cr_expect_not_null(strstr(text, piece), "no %s in\n%s", piece, text);
}

/* The entry with this index of a table: from its brace on. */
static const char *entry(const char *table, unsigned index)
{
    char head[64];

    (void)snprintf(head, sizeof(head), " %s[] = {\n", table);
    const char *at = strstr(text, head);
    cr_assert_not_null(at, "%s", table);
    for (unsigned i = 0; i <= index; i++) {
        at = strstr(at + 1, "\n    {");
        cr_assert_not_null(at, "%s has no entry %u", table, i);
    }
    return at;
}

/* The number that the first such field after there has. */
static u32 number(const char *at, const char *field)
{
    char head[32];

    (void)snprintf(head, sizeof(head), ".%s = ", field);
    at = strstr(at, head);
    cr_assert_not_null(at, "%s", field);
    at += strlen(head);
    return (u32)strtoul(at + (*at == '{'), NULL, 0);
}

static void named(const char *at, const char *name)
{
    char wanted[64];

    (void)snprintf(wanted, sizeof(wanted), "\n    {.name = \"%s\"", name);
    cr_expect_eq(strncmp(at, wanted, strlen(wanted)), 0, "%s", name);
}

#define SAME(at, field, value) cr_expect_eq(number(at, field), (u32)(value), "%s", field)

Test(describe_emit, cells)
{
    file_read("tables.c");
    for (u32 i = 0; i < d.boot.cell_count; i++) {
        const struct boot_cell *c = &d.boot.cells[i];
        const char *at = entry("cells", i);
        named(at, c->name);
        SAME(at, "slots", c->slots);
        SAME(at, "tables", c->tables);
        SAME(at, "derived", c->derived);
        SAME(at, "image", c->image.raw);
        SAME(at, "image_size", c->image_size);
        SAME(at, "stats", c->stats.raw);
    }
}

Test(describe_emit, threads_and_their_time)
{
    file_read("tables.c");
    for (u32 i = 0; i < d.boot.thread_count; i++) {
        const struct boot_thread *t = &d.boot.threads[i];
        const char *at = entry("threads", i);
        named(at, t->name);
        SAME(at, "cell", t->cell);
        SAME(at, "sc", t->sc);
        SAME(at, "level", t->level);
        SAME(at, "vfp", t->vfp);
        SAME(at, "vcpu", t->vcpu);
        SAME(at, "handler", t->handler);
        SAME(at, "health", t->health);
        SAME(at, "argument", t->argument);
        SAME(at, "buffer", t->buffer.raw);
        SAME(at, "buffer_at", t->buffer_at.raw);
        SAME(at, "stack", t->stack.raw);
    }
    for (u32 i = 0; i < d.boot.sc_count; i++) {
        const struct boot_sc *s = &d.boot.scs[i];
        const char *at = entry("scs", i);
        u32 lower = 0; /* an image has only those priorities that its system has */
        for (u32 p = 0; p < s->urgency[0].priority; p++) {
            bool has = false;
            for (u32 k = 0; k < d.boot.sc_count; k++) {
                has |= d.boot.scs[k].urgency[0].priority == p ||
                       d.boot.scs[k].urgency[1].priority == p;
            }
            lower += has;
        }
        SAME(at, "priority", lower);
        SAME(at, "described", s->described);
        SAME(at, "thread", s->thread);
        SAME(at, "budget", s->budget);
        SAME(at, "period", s->period);
    }
}

Test(describe_emit, lines_and_notifications)
{
    file_read("tables.c");
    for (u32 i = 0; i < d.boot.irq_count; i++) {
        const char *at = entry("irqs", i);
        named(at, d.boot.irqs[i].name);
        SAME(at, "line", d.boot.irqs[i].line);
        SAME(at, "edge", d.boot.irqs[i].edge);
    }
    for (u32 i = 0; i < d.boot.notification_count; i++) {
        named(entry("notifications", i), d.boot.notifications[i].name);
    }
}

Test(describe_emit, regions_and_capabilities)
{
    file_read("tables.c");
    for (u32 i = 0; i < d.boot.region_count; i++) {
        const struct boot_region *r = &d.boot.regions[i];
        const char *at = entry("regions", i);
        named(at, r->name);
        SAME(at, "cell", r->cell);
        SAME(at, "mapped", r->mapped);
        SAME(at, "loaded", r->loaded);
        SAME(at, "gpa", r->map.gpa.raw);
        SAME(at, "pa", r->map.pa.raw);
        SAME(at, "size", r->map.size);
        SAME(at, "memory", r->map.memory);
        SAME(at, "access", r->map.access);
    }
    for (u32 i = 0; i < d.boot.cap_count; i++) {
        const struct boot_cap *c = &d.boot.caps[i];
        const char *at = entry("caps", i);
        SAME(at, "cell", c->cell);
        SAME(at, "slot", c->slot);
        SAME(at, "type", c->type);
        SAME(at, "rights", c->rights);
        SAME(at, "object", c->object);
        SAME(at, "badge", c->badge);
    }
}

/* A table has as many entries; one, if there are none. */
static void ends(const char *table, unsigned count)
{
    const char *last = entry(table, count != 0 ? count - 1 : 0);
    const char *next = strstr(last + 1, "\n    {");
    const char *end = strstr(last, "\n};");

    cr_assert_not_null(end, "%s", table);
    cr_expect(next == NULL || end < next, "%s: %.40s", table, last);
}

Test(describe_emit, tables_end)
{
    file_read("tables.c");
    ends("cells", d.boot.cell_count);
    ends("threads", d.boot.thread_count);
    ends("scs", d.boot.sc_count);
    ends("irqs", d.boot.irq_count);
    ends("notifications", d.boot.notification_count);
    ends("regions", d.boot.region_count);
    ends("caps", d.boot.cap_count);
}

Test(describe_emit, the_system)
{
    file_read("tables.c");
    const char *at = strstr(text, "const struct boot arm_system = {");
    cr_assert_not_null(at);
    SAME(at, "space_t0sz", d.boot.space_t0sz);
    SAME(at, "fixed", d.boot.fixed);
    SAME(at, "cell_count", 2);
    SAME(at, "thread_count", 3);
    SAME(at, "sc_count", 2);
    SAME(at, "irq_count", 2);
    SAME(at, "notification_count", 2);
    SAME(at, "region_count", d.boot.region_count);
    SAME(at, "cap_count", d.boot.cap_count);
}

static u32 defined(const char *name)
{
    char head[64];

    (void)snprintf(head, sizeof(head), "#define %s ", name);
    const char *at = strstr(text, head);
    cr_assert_not_null(at, "%s", name);
    return (u32)strtoul(at + strlen(head), NULL, 0);
}

Test(describe_emit, pools_are_as_large_as_the_system)
{
    u32 tables = 0;
    u32 types = 0;

    for (u32 i = 0; i < d.boot.cap_count; i++) {
        types |= 1U << d.boot.caps[i].type;
    }
    for (u32 i = 0; i < d.boot.cell_count; i++) {
        tables += d.boot.cells[i].tables;
    }
    file_read("limits_config.h");
    cr_expect_eq(defined("CELL_MAX"), 2);
    cr_expect_eq(defined("THREAD_MAX"), 4, "and the idle one");
    cr_expect_eq(defined("SC_MAX"), 2);
    cr_expect_eq(defined("CAP_MAX"), (u32)(d.boot.cells[0].slots + d.boot.cells[1].slots));
    cr_expect_eq(defined("CAP_TYPES"), types);
    cr_expect_eq(defined("NOTIFICATION_MAX"), 2);
    cr_expect_eq(defined("IRQ_MAX"), 2);
    cr_expect_eq(defined("REGION_MAX"), d.boot.region_count + 3U, "and three to be derived");
    cr_expect_eq(defined("LINE_MAX"), board_find("virt")->line_count);
    cr_expect_eq(defined("SPACE_T0SZ"), d.boot.space_t0sz);
    cr_expect_eq(defined("SPACE_FIXED"), d.boot.fixed);
    cr_expect_eq(defined("VFP_MAX"), 1);
    cr_expect_eq(defined("VCPU_MAX"), 0);
    u32 roots = defined("SPACE_ROOT_PAGES");
    cr_expect_geq(roots * PAGE_SIZE, 2U * SPACE_ROOT_SIZE(d.boot.space_t0sz));
    cr_expect_lt((roots - 1U) * PAGE_SIZE, 2U * SPACE_ROOT_SIZE(d.boot.space_t0sz));
    cr_expect_eq(defined("TABLE_PAGE_MAX"), tables + roots);
}

Test(describe_emit, binaries_go_to_their_cells_images)
{
    char wanted[256];

    file_read("binaries.S");
    for (u32 i = 0; i < 2U; i++) {
        const struct boot_region *image = d.boot.regions;
        while (image->cell != i) {
            image++;
        }
        (void)snprintf(wanted, sizeof(wanted), "binary_%u:\n    .incbin \"%s/%s.bin\"\n", i, folder,
                       d.boot.cells[i].name);
        has(wanted);
        (void)snprintf(wanted, sizeof(wanted), ".word binary_%u, binary_%u_end, 0x%08x, 0x%x\n", i,
                       i, image->map.pa.raw, image->map.size);
        has(wanted);
    }
    has("    .word 0, 0, 0, 0\n");
}

Test(describe_emit, make_knows_cells_and_board)
{
    const struct board *board = board_find("virt");
    char wanted[256];

    file_read("cells.mk");
    has("CELLS := server client\n");
    has("PROGRAM_server := serves\n");
    has("PROGRAM_client := calls\n");
    (void)snprintf(wanted, sizeof(wanted),
                   "UART := %s\nRAM_AT := 0x%08x\nIMAGE_SIZE := 0x%x\nTICKS_PER_MS := %u\n",
                   board->uart_kind, board->image.raw, board->ram.raw - board->image.raw,
                   board->ticks_per_ms);
    has(wanted);
    (void)snprintf(wanted, sizeof(wanted),
                   "\nCONTENTS :=\nCONTENTS_AT := 0x%08x\nCONTENTS_OBJECT := \nGUESTS_HERE :=\n",
                   board->ram.raw);
    has(wanted);
}

Test(describe_emit, a_program_ends_below_its_stacks)
{
    char wanted[128];

    for (u32 i = 0; i < 2U; i++) {
        const struct boot_cell *c = &d.boot.cells[i];
        u32 lowest = c->image.raw + c->image_size;
        for (u32 j = 0; j < d.boot.thread_count; j++) {
            u32 stack = d.boot.threads[j].stack.raw - DESCRIBE_STACK_SIZE;
            lowest = d.boot.threads[j].cell == i && stack < lowest ? stack : lowest;
        }
        cr_expect_lt(lowest, c->image.raw + c->image_size - PAGE_SIZE);
        (void)snprintf(wanted, sizeof(wanted), "%s.ld", c->name);
        file_read(wanted);
        (void)snprintf(wanted, sizeof(wanted), "IMAGE_AT = 0x%08x;\n", c->image.raw);
        has(wanted);
        (void)snprintf(wanted, sizeof(wanted), "IMAGE_END = 0x%08x;\n", lowest);
        has(wanted);
    }
}

Test(describe_emit, a_program_knows_its_own_threads)
{
    char wanted[128];

    for (u32 i = 0; i < d.boot.thread_count; i++) {
        const struct boot_thread *t = &d.boot.threads[i];
        (void)snprintf(wanted, sizeof(wanted), "%s.c", d.boot.cells[t->cell].name);
        file_read(wanted);
        (void)snprintf(wanted, sizeof(wanted), "{.stack = 0x%08xU, .buffer = 0x%08xU, .seed = 0x",
                       t->stack.raw, t->buffer_at.raw);
        has(wanted);
        (void)snprintf(wanted, sizeof(wanted), "thimble_stats_at = 0x%08xU;\n",
                       d.boot.cells[t->cell].stats.raw);
        has(wanted);
        has("thimble_sleep_slots[] = {0, "); /* its programs do not sleep */
    }
    file_read("client.c");
    cr_expect_null(strstr(text, "/* irq */"), "no thread of the other cell");
}

Test(describe_emit, what_cannot_be_written_is_an_error)
{
    stream_keep(stderr);
    cr_expect_not(emit_image(&sample, &d, "/dev/null", 1));
    const char *said = stream_kept();
    cr_expect_not_null(strstr(said, "error: cannot write /dev/null/tables.c: Not a directory\n"),
                       "%s", said);
    cr_expect_null(strstr(said, "cells.mk"), "%s", said);
}

/* make reads cells.mk, and must not find that of before. */
Test(describe_emit, a_full_disk_is_an_error)
{
    char path[128];

    (void)snprintf(path, sizeof(path), "%s/cells.mk", folder);
    (void)unlink(path);
    (void)snprintf(path, sizeof(path), "%s/tables.c", folder);
    (void)unlink(path);
    cr_assert_eq(symlink("/dev/full", path), 0);
    stream_keep(stderr);
    cr_expect_not(emit_image(&sample, &d, folder, 1));
    const char *said = stream_kept();
    cr_expect_not_null(strstr(said, "error: cannot write "), "%s", said);
    cr_expect_not_null(strstr(said, "/tables.c\n"), "%s", said);
    (void)snprintf(path, sizeof(path), "%s/cells.mk", folder);
    cr_expect_neq(access(path, F_OK), 0);
}
