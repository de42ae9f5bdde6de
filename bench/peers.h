/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A peer is a client and a server thread that pass a word to and fro through
 * something Linux offers. Threads, not processes, because Linux switches
 * between them faster: the comparison favours the peer.
 */
#ifndef BENCH_PEERS_H
#define BENCH_PEERS_H

#include "bench.h"

enum peer_side { PEER_CLIENT, PEER_SERVER };

/* Never 0: a futex word or an eventfd of 0 means that nothing was sent. */
enum peer_message { PEER_REQUEST = 1, PEER_STOP };

/* One way to pass a word. All calls but open end the program on an error. */
struct peer_transport {
    int (*open)(void); /* returns bench_refuse(...) if it cannot */
    void (*close)(void);
    void (*send)(enum peer_side from, uint64_t message);
    uint64_t (*receive)(enum peer_side to);
};

extern const struct peer_transport peer_pipe;
extern const struct peer_transport peer_unix_socket;
extern const struct peer_transport peer_eventfd;
extern const struct peer_transport peer_futex;
extern const struct peer_transport peer_mq;

/* Two contexts in one thread. */
int peer_ucontext_setup(const struct bench_case *bench);
void peer_ucontext_run(const struct bench_case *bench, uint64_t iterations);
void peer_ucontext_teardown(const struct bench_case *bench);

/* One page: mapped, unmapped; a fault to a signal handler and back. */
int peer_mmap_setup(const struct bench_case *bench);
void peer_mmap_run(const struct bench_case *bench, uint64_t iterations);
void peer_munmap_run(const struct bench_case *bench, uint64_t iterations);
void peer_mmap_teardown(const struct bench_case *bench);
int peer_fault_setup(const struct bench_case *bench);
void peer_fault_run(const struct bench_case *bench, uint64_t iterations);
void peer_fault_teardown(const struct bench_case *bench);

/* 4 KiB through a pipe in messages of `parameter` bytes, then read at once. */
int peer_stream_setup(const struct bench_case *bench);
void peer_stream_run(const struct bench_case *bench, uint64_t iterations);
void peer_stream_teardown(const struct bench_case *bench);

#endif
