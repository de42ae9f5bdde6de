/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of peers, and the pair of threads that most of them consist of. */
#define _GNU_SOURCE 1 /* syscall */
#include "peers.h"

#include "pause.h"

#include <pthread.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The pair that is set up; the harness sets up one case at a time. */
static const struct peer_transport *transport;
static pthread_t server;

static void *server_run(void *unused)
{
    (void)unused;
    for (;;) {
        uint64_t message = transport->receive(PEER_SERVER);

        if (message == PEER_STOP) {
            return NULL;
        }
        transport->send(PEER_SERVER, message);
    }
}

/* The server inherits the one CPU that the harness bound this thread to. */
static int pair_start(const struct peer_transport *chosen)
{
    int error = chosen->open();

    if (error != 0) {
        return error;
    }
    transport = chosen;
    error = pthread_create(&server, NULL, server_run, NULL);
    if (error != 0) {
        chosen->close();
        return bench_refuse("pthread_create: %s", strerror(error));
    }
    return 0;
}

static void pair_run(const struct bench_case *bench, uint64_t iterations)
{
    for (uint64_t i = 0; i < iterations; i++) {
        transport->send(PEER_CLIENT, PEER_REQUEST);
        if (transport->receive(PEER_CLIENT) != PEER_REQUEST) {
            bench_fail("%s: the answer is not what was sent", bench->name);
        }
    }
}

static void pair_stop(const struct bench_case *bench)
{
    int error;

    transport->send(PEER_CLIENT, PEER_STOP);
    error = pthread_join(server, NULL);
    if (error != 0) {
        bench_fail("%s: pthread_join: %s", bench->name, strerror(error));
    }
    transport->close();
    transport = NULL;
}

static int pipe_setup(const struct bench_case *bench)
{
    (void)bench;
    return pair_start(&peer_pipe);
}

static int unix_socket_setup(const struct bench_case *bench)
{
    (void)bench;
    return pair_start(&peer_unix_socket);
}

static int eventfd_setup(const struct bench_case *bench)
{
    (void)bench;
    return pair_start(&peer_eventfd);
}

static int futex_setup(const struct bench_case *bench)
{
    (void)bench;
    return pair_start(&peer_futex);
}

static int mq_setup(const struct bench_case *bench)
{
    (void)bench;
    return pair_start(&peer_mq);
}

static void null_syscall_run(const struct bench_case *bench, uint64_t iterations)
{
    for (uint64_t i = 0; i < iterations; i++) {
        /* Never fails, and the C library must not answer it from memory. */
        if (syscall(SYS_getppid) < 0) {
            bench_fail("%s: getppid failed", bench->name);
        }
    }
}

static __attribute__((noinline)) uintptr_t callee(uintptr_t value)
{
    bench_keep(value);
    return value;
}

static void function_call_run(const struct bench_case *bench, uint64_t iterations)
{
    (void)bench;
    for (uint64_t i = 0; i < iterations; i++) {
        bench_keep(callee((uintptr_t)i));
    }
}

#define PAIR(NAME, SETUP, WHAT)                                               \
    {                                                                         \
        .name = (NAME), .class = BENCH_PEER, .what = (WHAT), .setup = (SETUP), \
        .run = pair_run, .teardown = pair_stop                                \
    }

#define STREAM(SIZE, MESSAGES)                                                 \
    {                                                                         \
        .name = "peer_pipe_batch/" #SIZE, .class = BENCH_PEER,                 \
        .what = #MESSAGES " writes of " #SIZE " bytes into a pipe, one read, no switch", \
        .setup = peer_stream_setup, .run = peer_stream_run,                   \
        .teardown = peer_stream_teardown, .parameter = (SIZE),                \
        .parts = (MESSAGES), .bytes = (SIZE) * (MESSAGES)                     \
    }

const struct bench_case bench_peers[] = {
    PAIR("peer_pipe", pipe_setup,
         "two threads on one CPU, a word there and back through two pipes"),
    PAIR("peer_unix_socket", unix_socket_setup,
         "two threads on one CPU, a word there and back through a socket pair"),
    PAIR("peer_eventfd", eventfd_setup,
         "two threads on one CPU, there and back through two eventfds"),
    PAIR("peer_futex", futex_setup,
         "two threads on one CPU, there and back through two futexes"),
    PAIR("peer_mq", mq_setup,
         "two threads on one CPU, a word there and back, POSIX message queues"),
    {
        .name = "peer_ucontext",
        .class = BENCH_PEER,
        .what = "swapcontext() there and back in one thread",
        .setup = peer_ucontext_setup,
        .run = peer_ucontext_run,
        .teardown = peer_ucontext_teardown,
    },
    {
        .name = "peer_null_syscall",
        .class = BENCH_PEER,
        .what = "getppid(), the cheapest way into Linux and back",
        .run = null_syscall_run,
    },
    {
        .name = "peer_function_call",
        .class = BENCH_PEER,
        .what = "a function call that is not inlined",
        .run = function_call_run,
    },
    {
        .name = "peer_mmap_4k",
        .class = BENCH_PEER,
        .what = "mmap() of a page that is in memory, populated at once",
        .setup = peer_mmap_setup,
        .run = peer_mmap_run,
        .teardown = peer_mmap_teardown,
        .overhead_twin = PAUSE_TWIN,
    },
    {
        .name = "peer_munmap_4k",
        .class = BENCH_PEER,
        .what = "munmap() of that page",
        .setup = peer_mmap_setup,
        .run = peer_munmap_run,
        .teardown = peer_mmap_teardown,
        .overhead_twin = PAUSE_TWIN,
    },
    {
        .name = "peer_fault",
        .class = BENCH_PEER,
        .what = "SIGSEGV, its handler returns, the access again",
        .setup = peer_fault_setup,
        .run = peer_fault_run,
        .teardown = peer_fault_teardown,
    },
    STREAM(16, 256),
    STREAM(256, 16),
    STREAM(4096, 1),
};

const size_t bench_peers_count = sizeof bench_peers / sizeof bench_peers[0];
