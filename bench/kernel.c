/* SPDX-License-Identifier: BSD-2-Clause */
/* Kernel cases: calls, signals, interrupts. */
#include "builder.h"
#include "kernel.h"
#include "thimble.h"
#include "time.h"
#include "work.h"

#define SLOT_SERVER 1U
#define SLOT_SIGNAL 1U
#define SLOT_WAIT 2U
#define SLOT_IRQ 3U
#define SLOT_CONTENDED 3U
#define LABEL_LOW 1U
#define CLIENT_BADGE 7U
#define MAPPINGS_AT 0x20000000U
#define BENCH_LINE 40U /* an SPI without a device */

/* ---- programs --------------------------------------------------------------*/

/* Answers with the words that came. */
static void server_echo(uint32_t argument)
{
    struct message m;

    (void)argument;
    (void)thimble_first(&m);
    for (;;) {
        (void)thimble_reply_recv(&m);
    }
}

static void server_empty(uint32_t argument)
{
    struct message m = {.tag = 0};

    (void)argument;
    for (;;) {
        m = (struct message){.tag = 0};
        (void)thimble_reply_recv(&m);
    }
}

/* Calls with as many words as the argument says. */
static void client(uint32_t words)
{
    for (;;) {
        uint64_t n = work_take();
        for (uint64_t i = 0; i < n; i++) {
            struct message m = {.tag = THIMBLE_TAG(1U, words)};
            (void)thimble_call(SLOT_SERVER, &m);
        }
    }
}

static void client_words(uint32_t words)
{
    for (;;) {
        uint64_t n = work_take();
        for (uint64_t i = 0; i < n; i++) {
            uint32_t w = (uint32_t)i;
            struct message m = {.tag = THIMBLE_TAG(1U, words),
                                .word = {w, w + 1U, w + 2U, w + 3U, w + 4U, w + 5U}};
            uint32_t status = thimble_call(SLOT_SERVER, &m);
            bench_keep(status + m.word[0] + m.word[1] + m.word[2] + m.word[3] + m.word[4] +
                       m.word[5]);
        }
    }
}

static void client_null(uint32_t argument)
{
    (void)argument;
    for (;;) {
        uint64_t n = work_take();
        for (uint64_t i = 0; i < n; i++) {
            uint32_t version;
            (void)thimble_version(&version);
        }
    }
}

/* One of a chain: passes its call on to the next and the answer back. */
static void server_forward(uint32_t argument)
{
    struct message m;

    (void)argument;
    (void)thimble_first(&m);
    for (;;) {
        m = (struct message){.tag = 0};
        (void)thimble_call(SLOT_SERVER, &m);
        m = (struct message){.tag = 0};
        (void)thimble_reply_recv(&m);
    }
}

/* Calls each of its servers in turn, the argument says how many. */
static void client_many(uint32_t servers)
{
    uint32_t slot = 1;

    for (;;) {
        uint64_t n = work_take();
        for (uint64_t i = 0; i < n; i++) {
            struct message m = {.tag = 0};
            (void)thimble_call(slot, &m);
            slot = slot < servers ? slot + 1U : 1U;
        }
    }
}

/* Calls through the last of `caps` copies of its capability. */
static void client_caps(uint32_t caps)
{
    for (uint32_t slot = SLOT_SERVER + 1U; slot <= caps; slot++) {
        work_check(thimble_cap_copy(SLOT_SERVER, slot, THIMBLE_RIGHT_CALL, CLIENT_BADGE));
    }
    for (;;) {
        uint64_t n = work_take();
        for (uint64_t i = 0; i < n; i++) {
            struct message m = {.tag = THIMBLE_TAG(1U, 0)};
            (void)thimble_call(caps, &m);
        }
    }
}

/* Signals; the waiter above it runs and waits again before this goes on. */
static void signaller(uint32_t argument)
{
    (void)argument;
    for (;;) {
        uint64_t n = work_take();
        for (uint64_t i = 0; i < n; i++) {
            (void)thimble_signal(SLOT_SIGNAL);
        }
    }
}

static void waiter(uint32_t argument)
{
    uint32_t bits;

    (void)argument;
    for (;;) {
        (void)thimble_wait(SLOT_WAIT, THIMBLE_NEVER, &bits);
    }
}

/* Wakes the client above it while it serves the client below. */
static void server_interrupted(uint32_t argument)
{
    struct message m;

    (void)argument;
    (void)thimble_first(&m);
    for (;;) {
        if ((m.tag & THIMBLE_TAG_LABEL) == LABEL_LOW) {
            (void)thimble_signal(SLOT_SIGNAL);
        }
        m = (struct message){.tag = 0};
        (void)thimble_reply_recv(&m);
    }
}

/* Calls a server that is busy whenever it is woken. */
static void client_high(uint32_t argument)
{
    (void)argument;
    for (;;) {
        uint32_t bits;
        (void)thimble_wait(SLOT_WAIT, THIMBLE_NEVER, &bits);
        struct message m = {.tag = 0};
        (void)thimble_call(SLOT_CONTENDED, &m);
    }
}

static void client_low(uint32_t argument)
{
    (void)argument;
    for (;;) {
        uint64_t n = work_take();
        for (uint64_t i = 0; i < n; i++) {
            struct message m = {.tag = THIMBLE_TAG(LABEL_LOW, 0)};
            (void)thimble_call(SLOT_CONTENDED, &m);
        }
    }
}

/* A device raises its line while this thread computes. */
static void interrupted(uint32_t argument)
{
    (void)argument;
    for (;;) {
        uint64_t n = work_take();
        for (uint64_t i = 0; i < n; i++) {
            sim_gic_line_set(&sim.gic, BENCH_LINE, false);
            sim_gic_line_set(&sim.gic, BENCH_LINE, true);
            sim_events_changed();
            thimble_compute(1);
        }
    }
}

static void handler(uint32_t argument)
{
    uint32_t bits;

    (void)argument;
    (void)thimble_irq_bind(SLOT_IRQ, SLOT_SIGNAL);
    for (;;) {
        (void)thimble_wait(SLOT_WAIT, THIMBLE_NEVER, &bits);
        (void)thimble_irq_ack(SLOT_IRQ);
    }
}

/* ---- set-up ----------------------------------------------------------------*/

static void build_pair(bool same_cell, thimble_entry from, thimble_entry to, uint32_t words)
{
    build_begin();
    uint32_t client_cell = build_cell("client");
    uint32_t server_cell = same_cell ? client_cell : build_cell("server");
    build_active(client_cell, 10, from, words);
    uint32_t server = build_passive(server_cell, 0, to, 0);
    build_grant(client_cell, THIMBLE_CAP_THREAD, THIMBLE_RIGHT_CALL, server, CLIENT_BADGE);
    work_boot();
    work_run(1);
}

static int setup_pair(const struct bench_case *c)
{
    if (c->parameter == 0) {
        build_pair(false, client, server_empty, 0);
    } else {
        build_pair(false, client_words, server_echo, (uint32_t)c->parameter);
    }
    return 0;
}

static int setup_same_cell(const struct bench_case *c)
{
    build_pair(true, client, server_empty, (uint32_t)c->parameter);
    return 0;
}

static int setup_null(const struct bench_case *c)
{
    (void)c;
    build_pair(false, client_null, server_empty, 0);
    return 0;
}

/* A call that goes through `parameter` servers, each a level below the last. */
static int setup_nested(const struct bench_case *c)
{
    uint32_t depth = (uint32_t)c->parameter;

    build_begin();
    uint32_t cell = build_cell("client");
    build_active(cell, 10, client, 0);
    for (uint32_t i = 0; i < depth; i++) {
        uint32_t next = build_passive(build_cell("server"), (uint8_t)(depth - 1U - i),
                                      i + 1U < depth ? server_forward : server_empty, 0);
        build_grant(cell, THIMBLE_CAP_THREAD, THIMBLE_RIGHT_CALL, next, CLIENT_BADGE);
        cell = i + 1U;
    }
    work_boot();
    work_run(1);
    return 0;
}

/* `parameter` mappings in the cells of client and server together, their images
 * included. */
static int setup_mappings(const struct bench_case *c)
{
    build_begin();
    uint32_t cells[] = {build_cell("client"), build_cell("server")};
    build_active(cells[0], 10, client, 0);
    uint32_t server = build_passive(cells[1], 0, server_empty, 0);
    build_grant(cells[0], THIMBLE_CAP_THREAD, THIMBLE_RIGHT_CALL, server, CLIENT_BADGE);
    for (uint32_t i = 2; i < (uint32_t)c->parameter; i++) {
        (void)build_region(cells[i % 2U], (struct machine_mapping){
                                              .gpa = gpaddr(MAPPINGS_AT + i * PAGE_SIZE),
                                              .pa = build_image(cells[i % 2U]),
                                              .size = PAGE_SIZE,
                                              .memory = MEMORY_NORMAL,
                                              .access = ACCESS_READ,
                                          });
    }
    work_boot();
    work_run(1);
    return 0;
}

/* `parameter` capabilities in the client's cell, the first with all others
 * derived from it. */
static int setup_caps(const struct bench_case *c)
{
    uint32_t caps = (uint32_t)c->parameter;

    build_begin();
    uint32_t cell = build_cell("client");
    build_active(cell, 10, client_caps, caps);
    uint32_t server = build_passive(build_cell("server"), 0, server_empty, 0);
    build_grant(cell, THIMBLE_CAP_THREAD, THIMBLE_RIGHT_CALL, server, CLIENT_BADGE);
    build_slots(cell, caps + 1U);
    work_boot();
    work_run(1);
    return 0;
}

/* `parameter` threads in all: a client and its servers, spread over cells. */
#define THREAD_CELLS 32U

static int setup_threads(const struct bench_case *c)
{
    uint32_t servers = (uint32_t)c->parameter - 1U;

    build_begin();
    uint32_t cell = build_cell("client");
    build_active(cell, 10, client_many, servers);
    for (uint32_t i = 0; i < servers; i++) {
        uint32_t home = 1U + i % THREAD_CELLS;
        if (i < THREAD_CELLS) {
            home = build_cell("server");
        }
        uint32_t server = build_passive(home, 0, server_empty, 0);
        build_grant(cell, THIMBLE_CAP_THREAD, THIMBLE_RIGHT_CALL, server, CLIENT_BADGE);
    }
    work_boot();
    work_run(2U * servers);
    return 0;
}

/* A notification that `low` may signal and `high` wait for, in two cells: slots
 * SLOT_SIGNAL and SLOT_WAIT of each. */
static void build_signal_pair(thimble_entry low, thimble_entry high)
{
    build_begin();
    uint32_t notification = build_notification();
    for (uint32_t i = 0; i < 2U; i++) {
        uint32_t cell = build_cell(i == 0 ? "low" : "high");
        build_active(cell, i == 0 ? 10 : 20, i == 0 ? low : high, 0);
        build_grant(cell, THIMBLE_CAP_NOTIFICATION, THIMBLE_RIGHT_SIGNAL, notification, 1);
        build_grant(cell, THIMBLE_CAP_NOTIFICATION, THIMBLE_RIGHT_WAIT, notification, 0);
    }
}

static int setup_signal(const struct bench_case *c)
{
    (void)c;
    build_signal_pair(signaller, waiter);
    work_boot();
    work_run(1);
    return 0;
}

static int setup_irq(const struct bench_case *c)
{
    (void)c;
    build_signal_pair(interrupted, handler);
    build_grant(1, THIMBLE_CAP_IRQ, THIMBLE_RIGHT_HANDLE, build_irq(BENCH_LINE, true), 0);
    work_boot();
    work_run(1);
    return 0;
}

static int setup_contended(const struct bench_case *c)
{
    (void)c;
    build_signal_pair(client_low, client_high);
    uint32_t cell = build_cell("server");
    uint32_t server = build_passive(cell, 0, server_interrupted, 0);
    build_grant(cell, THIMBLE_CAP_NOTIFICATION, THIMBLE_RIGHT_SIGNAL, 0, 1);
    for (uint32_t i = 0; i < 2U; i++) {
        build_grant(i, THIMBLE_CAP_THREAD, THIMBLE_RIGHT_CALL, server, 7U + i);
    }
    work_boot();
    work_run(1);
    return 0;
}

const struct bench_case bench_kernel[] = {
    {WORK_CASE("ipc_call_reply/0", setup_pair, 0, "call and reply, other cell, no words")},
    {WORK_CASE("ipc_call_reply/6", setup_pair, 6, "the same, 6 words each way")},
    {WORK_CASE("ipc_call_reply/16", setup_pair, 16, "16 words, 10 of them by buffer")},
    {WORK_CASE("ipc_call_reply/64", setup_pair, 64, "64 words, 58 of them by buffer")},
    {WORK_CASE("ipc_call_reply_same_cell/0", setup_same_cell, 0, "call and reply in a cell")},
    {WORK_CASE("ipc_call_reply_nested/8", setup_nested, 8, "through 8 servers and back")},
    {WORK_CASE("ipc_call_reply_contended", setup_contended, 0,
               "call, preempted by a caller of the same server that helps, and both replies")},
    {WORK_CASE("signal_wait", setup_signal, 0, "signal, the waiter runs and waits again")},
    {WORK_CASE("irq_to_handler", setup_irq, 0, "interrupt, the handler runs, acks, waits again")},
    {WORK_CASE("null_hypercall", setup_null, 0, "into the core and back")},
    {WORK_CASE("ipc_call_reply_threads/2", setup_threads, 2,
               "call and reply, each time another of 2 threads"), .scales = true},
    {WORK_CASE("ipc_call_reply_threads/4", setup_threads, 4,
               "call and reply, each time another of 4 threads"), .scales = true},
    {WORK_CASE("ipc_call_reply_threads/8", setup_threads, 8,
               "call and reply, each time another of 8 threads"), .scales = true},
    {WORK_CASE("ipc_call_reply_threads/16", setup_threads, 16,
               "call and reply, each time another of 16 threads"), .scales = true},
    {WORK_CASE("ipc_call_reply_threads/32", setup_threads, 32,
               "call and reply, each time another of 32 threads"), .scales = true},
    {WORK_CASE("ipc_call_reply_threads/64", setup_threads, 64,
               "call and reply, each time another of 64 threads"), .scales = true},
    {WORK_CASE("ipc_call_reply_threads/125", setup_threads, 125,
               "call and reply, each time another of 125 threads"), .scales = true},
    {WORK_CASE("ipc_call_reply_threads/250", setup_threads, 250,
               "call and reply, each time another of 250 threads"), .scales = true},
    {WORK_CASE("ipc_call_reply_threads/500", setup_threads, 500,
               "call and reply, each time another of 500 threads"), .scales = true},
    {WORK_CASE("ipc_call_reply_threads/1000", setup_threads, 1000,
               "call and reply, each time another of 1000 threads"), .scales = true},
    {WORK_CASE("ipc_call_reply_mappings/2", setup_mappings, 2,
               "call and reply, 2 mappings in the two cells"), .scales = true},
    {WORK_CASE("ipc_call_reply_mappings/10", setup_mappings, 10,
               "call and reply, 10 mappings in the two cells"), .scales = true},
    {WORK_CASE("ipc_call_reply_mappings/100", setup_mappings, 100,
               "call and reply, 100 mappings in the two cells"), .scales = true},
    {WORK_CASE("ipc_call_reply_mappings/1000", setup_mappings, 1000,
               "call and reply, 1000 mappings in the two cells"), .scales = true},
    {WORK_CASE("ipc_call_reply_caps/1", setup_caps, 1,
               "call and reply, 1 capability in the client's cell"), .scales = true},
    {WORK_CASE("ipc_call_reply_caps/10", setup_caps, 10,
               "call and reply, 10 capabilities in the client's cell"), .scales = true},
    {WORK_CASE("ipc_call_reply_caps/100", setup_caps, 100,
               "call and reply, 100 capabilities in the client's cell"), .scales = true},
    {WORK_CASE("ipc_call_reply_caps/1000", setup_caps, 1000,
               "call and reply, 1000 capabilities in the client's cell"), .scales = true},
};
const size_t bench_kernel_count = sizeof(bench_kernel) / sizeof(bench_kernel[0]);
