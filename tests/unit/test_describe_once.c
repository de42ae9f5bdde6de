/* SPDX-License-Identifier: BSD-2-Clause */
/* One mistake is one line, however often it could be found; and limits are those of the core
 * where a board has more. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "board.h"
#include "config.h"
#include "describe.h"

#define CELLS 3U

static struct system_thread threads[CELLS][4];
static struct system_cell cells[CELLS + 1U];
static const struct system sample = {.name = "sample", .cells = cells};
static struct described described;
static char *text;

static void begin(void)
{
    static const char *const names[CELLS] = {"a", "b", "c"};

    for (u32 i = 0; i < CELLS; i++) {
        threads[i][0] = (struct system_thread){.name = "main", .priority = (u8)(10U + i)};
        cells[i] = (struct system_cell){
            .name = names[i], .program = "p", .memory = 64 * KIB, .threads = threads[i]};
    }
}

static void end(void)
{
    free(text);
    describe_free(&described);
}

TestSuite(describe_once, .init = begin, .fini = end);

/* How often the report of a refusal has this. */
static u32 said(const struct board *board, const char *what)
{
    size_t size = 0;
    u32 times = 0;

    free(text);
    text = NULL;
    FILE *errors = open_memstream(&text, &size);
    cr_assert_not_null(errors);
    bool good = describe_compile(&sample, board, &described, errors);
    (void)fclose(errors);
    cr_assert_not(good);
    for (const char *at = strstr(text, what); at != NULL; at = strstr(at + 1, what)) {
        times++;
    }
    return times;
}

Test(describe_once, cells_of_one_name)
{
    cells[1].name = "a";
    cells[2].name = "a";
    cr_expect_eq(said(&board_sim, "already: choose another"), 2, "%s", text);
    cr_expect_eq(said(&board_sim,
                      "cells[2] \"a\": name: \"a\" is the name of cells[0] \"a\" already"),
                 1, "%s", text);
}

Test(describe_once, threads_of_one_name)
{
    for (u32 i = 1; i < 3U; i++) {
        threads[1][i] = (struct system_thread){.name = "main", .priority = (u8)(20U + i)};
    }
    cr_expect_eq(said(&board_sim, "already: choose another"), 2, "%s", text);
    cr_expect_eq(said(&board_sim, "threads[2] \"main\": name: \"main\" is the name of cells[1] "
                                  "\"b\": threads[0] \"main\" already"),
                 1, "%s", text);
}

Test(describe_once, tables_of_a_board_that_has_more_than_the_core)
{
    struct board large = board_sim;
    char wanted[64];

    large.table_pages = TABLE_PAGE_MAX;
    for (u32 i = 0; i < CELLS; i++) {
        cells[i].tables = (u16)(TABLE_PAGE_MAX / CELLS + 1U);
    }
    (void)snprintf(wanted, sizeof(wanted), "board \"%s\" has %u\n", large.name,
                   TABLE_PAGE_MAX - SPACE_ROOT_PAGES);
    cr_expect_eq(said(&large, wanted), 1, "%s", text);
}
