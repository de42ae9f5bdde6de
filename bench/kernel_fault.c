/* SPDX-License-Identifier: BSD-2-Clause */
/* Kernel cases: stage-2 faults, from the access through the handler's cell and
 * back to the instruction. */
#include "builder.h"
#include "kernel.h"
#include "memory.h"
#include "thimble.h"
#include "work.h"

#define SLOT_HANDLER 1U
#define SLOT_PAGE 1U
#define SLOT_CELL 2U
#define NOWHERE 0x20000000U
#define PAGE_PA (SIM_RAM_BASE + 4U * MIB)
#define SKIPPED_VALUE 42U

/* ---- programs --------------------------------------------------------------*/

/* Never gets past its read. */
static void fault_for_ever(uint32_t argument)
{
    (void)argument;
    for (;;) {
        (void)thimble_read32(NOWHERE);
    }
}

static void handle_retry(uint32_t argument)
{
    struct message m;

    (void)argument;
    (void)thimble_first(&m);
    for (;;) {
        uint64_t n = work_take();
        for (uint64_t i = 0; i < n; i++) {
            m = (struct message){.tag = THIMBLE_TAG(0, 1), .word = {THIMBLE_FAULT_RETRY}};
            (void)thimble_reply_recv(&m);
        }
    }
}

static void fault_skip(uint32_t argument)
{
    (void)argument;
    for (;;) {
        uint64_t n = work_take();
        for (uint64_t i = 0; i < n; i++) {
            if (thimble_read32(NOWHERE) != SKIPPED_VALUE) {
                bench_fail("a skipped load did not get the handler's value");
            }
        }
    }
}

static void handle_skip(uint32_t argument)
{
    struct message m;

    (void)argument;
    (void)thimble_first(&m);
    for (;;) {
        m = (struct message){.tag = THIMBLE_TAG(0, 2),
                             .word = {THIMBLE_FAULT_SKIP, SKIPPED_VALUE}};
        (void)thimble_reply_recv(&m);
    }
}

/* Touches two pages in turn, of which one at a time is there. */
static void fault_in(uint32_t argument)
{
    uint32_t page = 0;

    (void)argument;
    for (;;) {
        uint64_t n = work_take();
        for (uint64_t i = 0; i < n; i++) {
            (void)thimble_read32(NOWHERE + page);
            page ^= PAGE_SIZE;
        }
    }
}

/* Moves the one page to where it is missed. */
static void handle_in(uint32_t argument)
{
    struct message m;

    (void)argument;
    (void)thimble_first(&m);
    work_check(thimble_region_map(SLOT_PAGE, m.word[1], SLOT_CELL));
    for (;;) {
        m = (struct message){.tag = THIMBLE_TAG(0, 1), .word = {THIMBLE_FAULT_RETRY}};
        (void)thimble_reply_recv(&m);
        uint32_t address = m.word[1];
        uint32_t bad = thimble_region_unmap(SLOT_PAGE);
        bad |= thimble_region_map(SLOT_PAGE, address, SLOT_CELL);
        work_check(bad);
    }
}

/* ---- set-up ----------------------------------------------------------------*/

static void build_fault(thimble_entry faulter, thimble_entry handler)
{
    build_begin();
    uint32_t faulting = build_cell("faulter");
    uint32_t handling = build_cell("handler");
    uint32_t thread = build_active(faulting, 10, faulter, 0);
    uint32_t server = build_passive(handling, 0, handler, 0);
    build_grant(faulting, THIMBLE_CAP_THREAD, THIMBLE_RIGHT_CALL, server, 7);
    build_handler(thread, SLOT_HANDLER, THIMBLE_NO_SLOT);
    uint32_t page = build_region(handling, (struct machine_mapping){
                                               .pa = paddr(PAGE_PA),
                                               .size = PAGE_SIZE,
                                               .memory = MEMORY_NORMAL,
                                               .access = ACCESS_READ,
                                           });
    build_unmapped(page);
    build_grant(handling, THIMBLE_CAP_REGION, THIMBLE_RIGHT_READ, page, 0);
    build_grant(handling, THIMBLE_CAP_CELL, THIMBLE_RIGHT_MAP, faulting, 0);
    work_boot();
    work_run(4);
}

static int setup_retry(const struct bench_case *c)
{
    (void)c;
    build_fault(fault_for_ever, handle_retry);
    return 0;
}

static int setup_skip(const struct bench_case *c)
{
    (void)c;
    build_fault(fault_skip, handle_skip);
    return 0;
}

static int setup_in(const struct bench_case *c)
{
    (void)c;
    build_fault(fault_in, handle_in);
    return 0;
}

const struct bench_case bench_faults[] = {
    {WORK_CASE("fault_retry", setup_retry, 0, "stage-2 fault, the handler runs, the access again")},
    {WORK_CASE("fault_skip", setup_skip, 0, "stage-2 fault, the handler gives the load's value")},
    {WORK_CASE("fault_page_in", setup_in, 0,
               "stage-2 fault, the handler unmaps a page, maps it there, the access again")},
};
const size_t bench_faults_count = sizeof(bench_faults) / sizeof(bench_faults[0]);
