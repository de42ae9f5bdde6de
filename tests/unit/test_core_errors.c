/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every error of every hypercall, provoked: the status is that error, and the
 * whole state is as it was, bit for bit. tests/scripts/errors.sh holds the table
 * against core/abi.h: an error that is documented there and missing here fails
 * `make check`, and so does one that is here and not documented.
 */
#include "drive.h"

#define AT 0x20000000U
#define MEMORY (SIM_RAM_BASE + 8U * MIB)
#define PAGE PAGE_SIZE
#define INVALIDATE THIMBLE_CACHE_INVALIDATE
#define RW (THIMBLE_RIGHT_READ | THIMBLE_RIGHT_WRITE)
#define TAG6 THIMBLE_TAG(0, 6)
#define TAG7 THIMBLE_TAG(0, 7)
#define TAG65 THIMBLE_TAG(0, 65)
#define WITH (TAG6 | THIMBLE_TAG_CAP)

/* The caller's table, in the order in which it is granted. */
enum {
    EMPTY = 0,
    SERVER,   /* passive, level 3: CALL, no badge */
    BADGED,   /* the same, badge 9 */
    ACTIVE,   /* an active thread: CALL */
    VICTIM,   /* that thread: CONTROL */
    BELL,     /* notification: SIGNAL, WAIT */
    RING,     /* the same: SIGNAL */
    HEAR,     /* the same: WAIT */
    BUSY,     /* notification: ACTIVE's thread waits on it */
    LINE,     /* irq */
    NO_LINE,  /* the same, without rights */
    REGION,   /* two pages, not mapped */
    MAPPED,   /* a page, mapped at AT */
    CELL,     /* another cell: MAP */
    MANAGED,  /* the same: CONTROL */
    OWN,      /* the caller's own: CONTROL */
    GUEST,    /* a vCPU, off: CONTROL */
    PEER,     /* the same: CALL */
    FREE,     /* and what follows */
    SLOTS = FREE + 16
};
/* The server's table. */
enum { UPPER = 1 }; /* passive, level 5: CALL */

static u32 near;
static u32 far;
static u32 server;

static void grant(u8 type, u8 rights, u32 object, u32 badge, u32 slot)
{
    cr_assert_eq(build_grant(near, type, rights, object, badge), slot);
}

static u32 region_add(u32 size, u32 pa)
{
    return build_region(near, (struct machine_mapping){.gpa = gpaddr(AT),
                                                       .pa = paddr(pa),
                                                       .size = size,
                                                       .memory = MEMORY_NORMAL,
                                                       .access = RW});
}

static void grant_all(u32 other, u32 guest)
{
    u32 bell = build_notification();
    u32 busy = build_notification();
    u32 line = build_irq(40, false);
    u32 region = region_add(2U * PAGE_SIZE, MEMORY);
    u32 mapped = region_add(PAGE_SIZE, MEMORY + MIB);

    build_unmapped(region);
    grant(THIMBLE_CAP_THREAD, THIMBLE_RIGHT_CALL, server, 0, SERVER);
    grant(THIMBLE_CAP_THREAD, THIMBLE_RIGHT_CALL, server, 9, BADGED);
    grant(THIMBLE_CAP_THREAD, THIMBLE_RIGHT_CALL, other, 0, ACTIVE);
    grant(THIMBLE_CAP_THREAD, THIMBLE_RIGHT_CONTROL, other, 0, VICTIM);
    grant(THIMBLE_CAP_NOTIFICATION, THIMBLE_RIGHT_SIGNAL | THIMBLE_RIGHT_WAIT, bell, 1, BELL);
    grant(THIMBLE_CAP_NOTIFICATION, THIMBLE_RIGHT_SIGNAL, bell, 1, RING);
    grant(THIMBLE_CAP_NOTIFICATION, THIMBLE_RIGHT_WAIT, bell, 1, HEAR);
    grant(THIMBLE_CAP_NOTIFICATION, THIMBLE_RIGHT_WAIT, busy, 1, BUSY);
    grant(THIMBLE_CAP_IRQ, THIMBLE_RIGHT_HANDLE, line, 0, LINE);
    grant(THIMBLE_CAP_IRQ, 0, line, 0, NO_LINE);
    grant(THIMBLE_CAP_REGION, RW, region, 0, REGION);
    grant(THIMBLE_CAP_REGION, RW, mapped, 0, MAPPED);
    grant(THIMBLE_CAP_CELL, THIMBLE_RIGHT_MAP, far, 0, CELL);
    grant(THIMBLE_CAP_CELL, THIMBLE_RIGHT_CONTROL, far, 0, MANAGED);
    grant(THIMBLE_CAP_CELL, THIMBLE_RIGHT_CONTROL, near, 0, OWN);
    grant(THIMBLE_CAP_THREAD, THIMBLE_RIGHT_CONTROL, guest, 0, GUEST);
    grant(THIMBLE_CAP_THREAD, THIMBLE_RIGHT_CALL, guest, 0, PEER);
    build_slots(near, SLOTS);
    cr_assert_eq(build_grant(far, THIMBLE_CAP_THREAD, THIMBLE_RIGHT_CALL,
                             build_passive(far, 5, NULL, 0), 0),
                 UPPER);
    (void)cap_notification(far, busy, 1);
}

/* Neither cell has a region left, and nobody a window. */
static void prepare(void)
{
    build_begin();
    near = build_cell("near");
    far = build_cell("far");
    u32 caller = build_active(near, 10, NULL, 0);
    u32 other = build_active(far, 20, NULL, 0);
    server = build_passive(far, 3, NULL, 0);
    u32 guest = build_active(build_cell("vm"), 5, NULL, 0);
    build_vcpu(guest, 2);
    grant_all(other, guest);
    build_derived(near, 0);
    build_derived(far, 0);
    drive_boot();
    expect_runs(other);
    drive_block(UPPER + 1U);
    expect_runs(caller);
}

/* ---- states that some of them need ---------------------------------------------*/

/* The server runs, and its caller waits for it. */
static void serving(void)
{
    drive_hypercall(THIMBLE_CALL, SERVER, TAG6);
    expect_runs(server);
}

static void serving_without_buffer(void)
{
    serving();
    drive_thread(server)->buffer = 0;
}

static void server_without_buffer(void)
{
    drive_thread(server)->buffer = 0;
}

static void server_stopped(void)
{
    drive_stop(server);
}

/* FREE + 14 is fifteen derivations deep. */
static void deep(void)
{
    for (u32 i = 0; i < 15U; i++) {
        drive_hypercall(THIMBLE_CAP_COPY, i == 0 ? RING : FREE + i - 1U, FREE + i,
                        THIMBLE_RIGHT_SIGNAL, 1);
        expect_regs(THIMBLE_OK);
    }
}

static void read_only(void)
{
    cap_t *cap = drive_cap(near, REGION);

    *cap &= ~((cap_t)THIMBLE_RIGHT_WRITE << CAP_RIGHTS_SHIFT);
    kernel.regions[cap_object(*cap)].map.access = THIMBLE_RIGHT_READ;
}

/* The same of MAPPED, by as many regions. */
static void deep_region(void)
{
    kernel.cells[near].region_quota += 15U;
    for (u32 i = 0; i < 15U; i++) {
        drive_hypercall(THIMBLE_REGION_DERIVE, i == 0 ? MAPPED : FREE + i - 1U, FREE + i, 0,
                        PAGE_SIZE, RW);
        expect_regs(THIMBLE_OK);
    }
}

static void no_tables_left(void)
{
    kernel.cells[near].quota = kernel.cells[near].tables;
}

/* Below the caller: it is ready, and has not run. */
static void guest_started(void)
{
    drive_hypercall(THIMBLE_VCPU_START, GUEST);
    expect_regs(THIMBLE_OK);
}

/* ---- the table ------------------------------------------------------------------*/

/* One entry a line: errors.sh reads the first two fields. */
static const struct entry {
    u32 number;
    u32 error;
    void (*before)(void);
    u32 args[8];
} entries[] = {
    {THIMBLE_CALL, THIMBLE_ERR_SLOT, NULL, {EMPTY, TAG6}},
    {THIMBLE_CALL, THIMBLE_ERR_SLOT, NULL, {SLOTS, TAG6}},
    {THIMBLE_CALL, THIMBLE_ERR_TYPE, NULL, {BELL, TAG6}},
    {THIMBLE_CALL, THIMBLE_ERR_RIGHTS, NULL, {VICTIM, TAG6}},
    {THIMBLE_CALL, THIMBLE_ERR_TAG, NULL, {SERVER, TAG65}},
    {THIMBLE_CALL, THIMBLE_ERR_TAG, NULL, {SERVER, 0x01000000U}},
    {THIMBLE_CALL, THIMBLE_ERR_ACTIVE, NULL, {ACTIVE, TAG6}},
    {THIMBLE_CALL, THIMBLE_ERR_LEVEL, serving, {UPPER, TAG6}},
    {THIMBLE_CALL, THIMBLE_ERR_DEAD, server_stopped, {SERVER, TAG6}},
    {THIMBLE_CALL, THIMBLE_ERR_BUFFER, server_without_buffer, {SERVER, TAG7}},
    {THIMBLE_CALL, THIMBLE_ERR_SLOT, NULL, {SERVER, WITH, 0, 0, 0, 0, 0, EMPTY}},
    {THIMBLE_CALL, THIMBLE_ERR_REGIONS, NULL, {SERVER, WITH, 0, 0, 0, 0, 0, REGION}},
    {THIMBLE_CALL, THIMBLE_ERR_DEPTH, deep, {SERVER, WITH, 0, 0, 0, 0, 0, FREE + 14}},
    {THIMBLE_CALL, THIMBLE_ERR_WINDOW, NULL, {SERVER, WITH, 0, 0, 0, 0, 0, BELL}},
    {THIMBLE_REPLY_RECV, THIMBLE_ERR_ACTIVE, NULL, {0, TAG6}},
    {THIMBLE_REPLY_RECV, THIMBLE_ERR_TAG, serving, {0, TAG65}},
    {THIMBLE_REPLY_RECV, THIMBLE_ERR_TAG, serving, {0, THIMBLE_TAG_ERROR}},
    {THIMBLE_REPLY_RECV, THIMBLE_ERR_BUFFER, serving_without_buffer, {0, TAG7}},
    {THIMBLE_RECV, THIMBLE_ERR_ACTIVE, NULL, {0}},
    {THIMBLE_RECV, THIMBLE_ERR_CALLER, serving, {0}},
    {THIMBLE_SIGNAL, THIMBLE_ERR_SLOT, NULL, {EMPTY}},
    {THIMBLE_SIGNAL, THIMBLE_ERR_TYPE, NULL, {LINE}},
    {THIMBLE_SIGNAL, THIMBLE_ERR_RIGHTS, NULL, {HEAR}},
    {THIMBLE_WAIT, THIMBLE_ERR_PASSIVE, serving, {UPPER + 1}},
    {THIMBLE_WAIT, THIMBLE_ERR_SLOT, NULL, {EMPTY}},
    {THIMBLE_WAIT, THIMBLE_ERR_TYPE, NULL, {LINE}},
    {THIMBLE_WAIT, THIMBLE_ERR_RIGHTS, NULL, {RING}},
    {THIMBLE_WAIT, THIMBLE_ERR_BUSY, NULL, {BUSY}},
    {THIMBLE_WAIT, THIMBLE_ERR_TIMEOUT, NULL, {BELL}},
    {THIMBLE_POLL, THIMBLE_ERR_SLOT, NULL, {EMPTY}},
    {THIMBLE_POLL, THIMBLE_ERR_TYPE, NULL, {LINE}},
    {THIMBLE_POLL, THIMBLE_ERR_RIGHTS, NULL, {RING}},
    {THIMBLE_IRQ_BIND, THIMBLE_ERR_SLOT, NULL, {EMPTY, BELL}},
    {THIMBLE_IRQ_BIND, THIMBLE_ERR_TYPE, NULL, {BELL, BELL}},
    {THIMBLE_IRQ_BIND, THIMBLE_ERR_RIGHTS, NULL, {NO_LINE, BELL}},
    {THIMBLE_IRQ_BIND, THIMBLE_ERR_SLOT, NULL, {LINE, EMPTY}},
    {THIMBLE_IRQ_BIND, THIMBLE_ERR_TYPE, NULL, {LINE, LINE}},
    {THIMBLE_IRQ_BIND, THIMBLE_ERR_RIGHTS, NULL, {LINE, HEAR}},
    {THIMBLE_IRQ_ACK, THIMBLE_ERR_SLOT, NULL, {EMPTY}},
    {THIMBLE_IRQ_ACK, THIMBLE_ERR_TYPE, NULL, {BELL}},
    {THIMBLE_IRQ_ACK, THIMBLE_ERR_RIGHTS, NULL, {NO_LINE}},
    {THIMBLE_IRQ_ACK, THIMBLE_ERR_IDLE, NULL, {LINE}},
    {THIMBLE_CAP_COPY, THIMBLE_ERR_SLOT, NULL, {EMPTY, FREE, 1, 0}},
    {THIMBLE_CAP_COPY, THIMBLE_ERR_TYPE, NULL, {REGION, FREE, 1, 0}},
    {THIMBLE_CAP_COPY, THIMBLE_ERR_RIGHTS, NULL, {RING, FREE, 3, 1}},
    {THIMBLE_CAP_COPY, THIMBLE_ERR_BADGE, NULL, {BADGED, FREE, 1, 8}},
    {THIMBLE_CAP_COPY, THIMBLE_ERR_DEPTH, deep, {FREE + 14, FREE + 15, 1, 1}},
    {THIMBLE_CAP_COPY, THIMBLE_ERR_DEPTH, deep, {FREE + 14, BELL, 1, 1}},
    {THIMBLE_CAP_COPY, THIMBLE_ERR_TARGET, NULL, {SERVER, BELL, 1, 0}},
    {THIMBLE_CAP_COPY, THIMBLE_ERR_TARGET, NULL, {SERVER, SLOTS, 1, 0}},
    {THIMBLE_CAP_MOVE, THIMBLE_ERR_SLOT, NULL, {EMPTY, FREE}},
    {THIMBLE_CAP_MOVE, THIMBLE_ERR_TARGET, NULL, {BELL, RING}},
    {THIMBLE_CAP_REVOKE, THIMBLE_ERR_SLOT, NULL, {EMPTY}},
    {THIMBLE_CAP_DELETE, THIMBLE_ERR_SLOT, NULL, {SLOTS}},
    {THIMBLE_REGION_DERIVE, THIMBLE_ERR_SLOT, NULL, {EMPTY, FREE, 0, PAGE_SIZE, RW}},
    {THIMBLE_REGION_DERIVE, THIMBLE_ERR_TYPE, NULL, {BELL, FREE, 0, PAGE_SIZE, RW}},
    {THIMBLE_REGION_DERIVE, THIMBLE_ERR_RIGHTS, NULL, {REGION, FREE, 0, PAGE_SIZE, 7}},
    {THIMBLE_REGION_DERIVE, THIMBLE_ERR_ALIGN, NULL, {REGION, FREE, 0, 1, RW}},
    {THIMBLE_REGION_DERIVE, THIMBLE_ERR_RANGE, NULL, {REGION, FREE, 0, 3 * PAGE_SIZE, RW}},
    {THIMBLE_REGION_DERIVE, THIMBLE_ERR_DEPTH, deep_region, {FREE + 14, FREE + 15, 0, PAGE, RW}},
    {THIMBLE_REGION_DERIVE, THIMBLE_ERR_DEPTH, deep_region, {FREE + 14, BELL, 0, PAGE_SIZE, RW}},
    {THIMBLE_REGION_DERIVE, THIMBLE_ERR_TARGET, NULL, {REGION, BELL, 0, PAGE_SIZE, RW}},
    {THIMBLE_REGION_DERIVE, THIMBLE_ERR_REGIONS, NULL, {REGION, FREE, 0, PAGE_SIZE, RW}},
    {THIMBLE_REGION_MAP, THIMBLE_ERR_SLOT, NULL, {EMPTY, AT, THIMBLE_NO_SLOT}},
    {THIMBLE_REGION_MAP, THIMBLE_ERR_TYPE, NULL, {BELL, AT, THIMBLE_NO_SLOT}},
    {THIMBLE_REGION_MAP, THIMBLE_ERR_SLOT, NULL, {REGION, AT, EMPTY}},
    {THIMBLE_REGION_MAP, THIMBLE_ERR_TYPE, NULL, {REGION, AT, BELL}},
    {THIMBLE_REGION_MAP, THIMBLE_ERR_RIGHTS, NULL, {REGION, AT, MANAGED}},
    {THIMBLE_REGION_MAP, THIMBLE_ERR_ALIGN, NULL, {REGION, AT + 1, THIMBLE_NO_SLOT}},
    {THIMBLE_REGION_MAP, THIMBLE_ERR_RANGE, NULL, {REGION, 0U - PAGE_SIZE, THIMBLE_NO_SLOT}},
    {THIMBLE_REGION_MAP, THIMBLE_ERR_MAPPED, NULL, {MAPPED, AT + MIB, THIMBLE_NO_SLOT}},
    {THIMBLE_REGION_MAP, THIMBLE_ERR_QUOTA, no_tables_left, {REGION, AT + MIB, THIMBLE_NO_SLOT}},
    {THIMBLE_REGION_MAP, THIMBLE_ERR_OVERLAP, NULL, {REGION, AT, THIMBLE_NO_SLOT}},
    {THIMBLE_REGION_UNMAP, THIMBLE_ERR_SLOT, NULL, {EMPTY}},
    {THIMBLE_REGION_UNMAP, THIMBLE_ERR_TYPE, NULL, {BELL}},
    {THIMBLE_REGION_UNMAP, THIMBLE_ERR_UNMAPPED, NULL, {REGION}},
    {THIMBLE_WINDOW, THIMBLE_ERR_SLOT, NULL, {SLOTS}},
    {THIMBLE_THREAD_STOP, THIMBLE_ERR_SLOT, NULL, {EMPTY}},
    {THIMBLE_THREAD_STOP, THIMBLE_ERR_TYPE, NULL, {OWN}},
    {THIMBLE_THREAD_STOP, THIMBLE_ERR_RIGHTS, NULL, {SERVER}},
    {THIMBLE_CELL_RESTART, THIMBLE_ERR_SLOT, NULL, {EMPTY}},
    {THIMBLE_CELL_RESTART, THIMBLE_ERR_TYPE, NULL, {BELL}},
    {THIMBLE_CELL_RESTART, THIMBLE_ERR_RIGHTS, NULL, {CELL}},
    {THIMBLE_CELL_RESTART, THIMBLE_ERR_SELF, NULL, {OWN}},
    {THIMBLE_CACHE_MAINTAIN, THIMBLE_ERR_SLOT, NULL, {EMPTY, 0, 64, THIMBLE_CACHE_CLEAN}},
    {THIMBLE_CACHE_MAINTAIN, THIMBLE_ERR_TYPE, NULL, {BELL, 0, 64, THIMBLE_CACHE_CLEAN}},
    {THIMBLE_CACHE_MAINTAIN, THIMBLE_ERR_OPERATION, NULL, {REGION, 0, 64, 5}},
    {THIMBLE_CACHE_MAINTAIN, THIMBLE_ERR_RIGHTS, read_only, {REGION, 0, 64, INVALIDATE}},
    {THIMBLE_CACHE_MAINTAIN, THIMBLE_ERR_RANGE, NULL, {REGION, 64, 2 * PAGE, THIMBLE_CACHE_CLEAN}},
    {THIMBLE_CACHE_MAINTAIN, THIMBLE_ERR_ALIGN, NULL, {REGION, 0, 65, THIMBLE_CACHE_INVALIDATE}},
    {THIMBLE_VCPU_START, THIMBLE_ERR_SLOT, NULL, {EMPTY}},
    {THIMBLE_VCPU_START, THIMBLE_ERR_TYPE, NULL, {OWN}},
    {THIMBLE_VCPU_START, THIMBLE_ERR_TYPE, NULL, {VICTIM}},
    {THIMBLE_VCPU_START, THIMBLE_ERR_RIGHTS, NULL, {PEER}},
    {THIMBLE_VCPU_START, THIMBLE_ERR_BUSY, guest_started, {GUEST}},
    {THIMBLE_VCPU_INJECT, THIMBLE_ERR_SLOT, NULL, {EMPTY}},
    {THIMBLE_VCPU_INJECT, THIMBLE_ERR_TYPE, NULL, {BELL}},
    {THIMBLE_VCPU_INJECT, THIMBLE_ERR_TYPE, NULL, {VICTIM}},
    {THIMBLE_VCPU_INJECT, THIMBLE_ERR_RIGHTS, NULL, {PEER}},
    {THIMBLE_VCPU_INJECT, THIMBLE_ERR_RANGE, NULL, {GUEST, 64, THIMBLE_LINE_HIGH}},
    {THIMBLE_VCPU_INJECT, THIMBLE_ERR_RANGE, guest_started,
     {GUEST, 0xffffffffU, THIMBLE_LINE_HIGH}},
    {THIMBLE_VCPU_BIND, THIMBLE_ERR_SLOT, guest_started, {EMPTY, LINE, 40, 0}},
    {THIMBLE_VCPU_BIND, THIMBLE_ERR_TYPE, guest_started, {LINE, LINE, 40, 0}},
    {THIMBLE_VCPU_BIND, THIMBLE_ERR_TYPE, guest_started, {VICTIM, LINE, 40, 0}},
    {THIMBLE_VCPU_BIND, THIMBLE_ERR_RIGHTS, guest_started, {PEER, LINE, 40, 0}},
    {THIMBLE_VCPU_BIND, THIMBLE_ERR_RANGE, guest_started, {GUEST, LINE, 64, 0}},
    {THIMBLE_VCPU_BIND, THIMBLE_ERR_RANGE, guest_started, {GUEST, THIMBLE_NO_SLOT, 26, 0}},
    {THIMBLE_VCPU_BIND, THIMBLE_ERR_DEAD, NULL, {GUEST, LINE, 40, 0}},
    {THIMBLE_VCPU_BIND, THIMBLE_ERR_DEAD, NULL, {GUEST, 0, 40, THIMBLE_VCPU_UNBIND}},
    {THIMBLE_VCPU_BIND, THIMBLE_ERR_SLOT, guest_started, {GUEST, EMPTY, 40, 0}},
    {THIMBLE_VCPU_BIND, THIMBLE_ERR_SLOT, guest_started, {GUEST, 4000, 40, 0}},
    {THIMBLE_VCPU_BIND, THIMBLE_ERR_TYPE, guest_started, {GUEST, SERVER, 40, 0}},
    {THIMBLE_VCPU_BIND, THIMBLE_ERR_RIGHTS, guest_started, {GUEST, NO_LINE, 40, 0}},
    {THIMBLE_VCPU_BIND, THIMBLE_ERR_RIGHTS, guest_started, {GUEST, RING, 40, 0}},
    {THIMBLE_VCPU_BIND, THIMBLE_ERR_BUSY, guest_started, {GUEST, BUSY, 40, 0}},
    {THIMBLE_VCPU_LOWER, THIMBLE_ERR_TYPE, NULL, {0}},
};

static void provoke(const struct entry *e, bool traced)
{
    u32 call[9] = {e->number};

    prepare();
    if (e->before != NULL) {
        e->before();
    }
    trace_set(&kernel.cpu[0], traced);
    for (u32 i = 0; i < 8U; i++) {
        call[i + 1U] = e->args[i];
    }
    drive_refused(e->error, call, ARRAY_SIZE(call));
}

Test(errors, each_leaves_everything_as_it_was)
{
    for (u32 i = 0; i < ARRAY_SIZE(entries); i++) {
        provoke(&entries[i], false);
    }
}

Test(errors, each_does_so_while_the_core_traces)
{
    for (u32 i = 0; i < ARRAY_SIZE(entries); i++) {
        provoke(&entries[i], true);
    }
}

Test(errors, every_error_number_can_be_had)
{
    bool seen[THIMBLE_ERRORS] = {[THIMBLE_OK] = true, [THIMBLE_ERR_HYPERCALL] = true};

    for (u32 i = 0; i < ARRAY_SIZE(entries); i++) {
        seen[entries[i].error] = true;
    }
    for (u32 i = 0; i < THIMBLE_ERRORS; i++) {
        cr_assert(seen[i], "nothing provokes error %u", i);
    }
}

Test(errors, numbers_that_are_no_hypercalls)
{
    static const u32 numbers[] = {THIMBLE_HYPERCALLS, THIMBLE_HYPERCALLS + 1U, 255, 256,
                                  0x100U + THIMBLE_CALL, 0xffffffffU};

    for (u32 i = 0; i < ARRAY_SIZE(numbers); i++) {
        const struct entry e = {numbers[i], THIMBLE_ERR_HYPERCALL, NULL, {SERVER, TAG6}};
        provoke(&e, false);
    }
}
