/* SPDX-License-Identifier: BSD-2-Clause */
/* Kernel cases: guests on the simulated machine that call, signal and trap. */
#include "bench.h"
#include "builder.h"
#include "kernel.h"
#include "thimble.h"

#define SLOT_SERVER 1U
#define SLOT_NOTIFICATION 1U
#define SLOT_IRQ 2U

static uint64_t todo;

static void work_boot(void)
{
    static const struct sim_options options = {.seed = 1};
    const char *misfit = build_boot(&options);

    if (misfit != NULL) {
        bench_fail("the benchmark's system does not boot: %s", misfit);
    }
}

/* Lets the driving guest do `iterations` operations. */
static void work_run(uint64_t iterations)
{
    todo = iterations;
    enum sim_end end = sim_run(SIM_TIME_NEVER);
    if (end != SIM_END_REQUEST || todo != 0) {
        bench_fail("the benchmark's system stopped by itself (%d): %s", (int)end,
                   sim_end_text(end));
    }
}

/* The driving guest asks for its next share, and ends the run until there is
 * one. */
static uint64_t work_take(void)
{
    while (todo == 0) {
        uint32_t version;
        sim_stop();
        (void)thimble_version(&version);
    }
    uint64_t work = todo;
    todo = 0;
    return work;
}

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

/* ---- set-up ----------------------------------------------------------------*/

static void build_pair(bool same_cell, thimble_entry from, thimble_entry to, uint32_t words)
{
    build_begin();
    uint32_t client_cell = build_cell("client");
    uint32_t server_cell = same_cell ? client_cell : build_cell("server");
    build_active(client_cell, 10, from, words);
    uint32_t server = build_passive(server_cell, 0, to, 0);
    build_grant(client_cell, THIMBLE_CAP_THREAD, THIMBLE_RIGHT_CALL, server, 7);
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

static void run(const struct bench_case *c, uint64_t iterations)
{
    (void)c;
    work_run(iterations);
}

static void teardown(const struct bench_case *c)
{
    (void)c;
    sim_shutdown();
}

#define KERNEL_CASE(label, function, value, meaning)                                        \
    {.name = (label), .class = BENCH_KERNEL, .what = (meaning), .setup = (function),        \
     .run = run, .teardown = teardown, .parameter = (value), .exact = true}

const struct bench_case bench_kernel[] = {
    KERNEL_CASE("ipc_call_reply/0", setup_pair, 0, "call and reply, other cell, no words"),
    KERNEL_CASE("ipc_call_reply/6", setup_pair, 6, "the same, 6 words each way"),
    KERNEL_CASE("ipc_call_reply/16", setup_pair, 16, "16 words, 10 of them by buffer"),
    KERNEL_CASE("ipc_call_reply/64", setup_pair, 64, "64 words, 58 of them by buffer"),
    KERNEL_CASE("ipc_call_reply_same_cell/0", setup_same_cell, 0, "call and reply in a cell"),
    KERNEL_CASE("null_hypercall", setup_null, 0, "into the core and back"),
};
const size_t bench_kernel_count = sizeof(bench_kernel) / sizeof(bench_kernel[0]);
