/* SPDX-License-Identifier: BSD-2-Clause */
/* The peer that passes a word in memory and blocks on a futex. */
#define _GNU_SOURCE 1 /* syscall */
#include "peers.h"

#include <errno.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* One word for each receiver, a cache line apart; 0 while it is empty. */
static struct {
    _Alignas(64) _Atomic uint32_t word;
} mailbox[2];

static int futex_open(void)
{
    atomic_store(&mailbox[PEER_CLIENT].word, 0);
    atomic_store(&mailbox[PEER_SERVER].word, 0);
    return 0;
}

static void futex_close(void)
{
}

static void futex_send(enum peer_side from, uint64_t message)
{
    _Atomic uint32_t *word = &mailbox[1 - from].word;

    atomic_store(word, (uint32_t)message);
    if (syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0) < 0) {
        bench_fail("futex wake: %s", strerror(errno));
    }
}

static uint64_t futex_receive(enum peer_side to)
{
    _Atomic uint32_t *word = &mailbox[to].word;
    uint32_t message;

    while ((message = atomic_exchange(word, 0)) == 0) {
        /* EAGAIN: the message came between the look and the wait. */
        if (syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0) < 0 &&
            errno != EAGAIN && errno != EINTR) {
            bench_fail("futex wait: %s", strerror(errno));
        }
    }
    return message;
}

const struct peer_transport peer_futex = {
    futex_open, futex_close, futex_send, futex_receive,
};
