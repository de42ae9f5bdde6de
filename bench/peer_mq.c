/* SPDX-License-Identifier: BSD-2-Clause */
/* The peer that passes eight bytes through POSIX message queues. */
#include "peers.h"

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What each side receives from. */
static mqd_t queue[2];

static void queue_close(enum peer_side side)
{
    if (mq_close(queue[side]) != 0) {
        bench_fail("mq_close: %s", strerror(errno));
    }
}

/* The name goes at once: a run that is killed leaves no queue behind. */
static int queue_open(enum peer_side side)
{
    struct mq_attr attributes = {.mq_maxmsg = 1, .mq_msgsize = sizeof(uint64_t)};
    char name[64];

    snprintf(name, sizeof name, "/thimble-bench-%ld-%d", (long)getpid(),
             (int)side);
    queue[side] = mq_open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600,
                          &attributes);
    if (queue[side] == (mqd_t)-1) {
        return bench_refuse("mq_open: %s", strerror(errno));
    }
    if (mq_unlink(name) != 0) {
        bench_fail("mq_unlink: %s", strerror(errno));
    }
    return 0;
}

static int mq_peer_open(void)
{
    int error = queue_open(PEER_CLIENT);

    if (error != 0) {
        return error;
    }
    error = queue_open(PEER_SERVER);
    if (error != 0) {
        queue_close(PEER_CLIENT);
    }
    return error;
}

static void mq_peer_close(void)
{
    queue_close(PEER_CLIENT);
    queue_close(PEER_SERVER);
}

static void mq_peer_send(enum peer_side from, uint64_t message)
{
    int sent;

    do {
        sent = mq_send(queue[1 - from], (const char *)&message, sizeof message, 0);
    } while (sent != 0 && errno == EINTR);
    if (sent != 0) {
        bench_fail("mq_send: %s", strerror(errno));
    }
}

static uint64_t mq_peer_receive(enum peer_side to)
{
    uint64_t message;
    ssize_t got;

    do {
        got = mq_receive(queue[to], (char *)&message, sizeof message, NULL);
    } while (got < 0 && errno == EINTR);
    if (got != (ssize_t)sizeof message) {
        bench_fail("mq_receive: %s", got < 0 ? strerror(errno) : "short");
    }
    return message;
}

const struct peer_transport peer_mq = {
    mq_peer_open, mq_peer_close, mq_peer_send, mq_peer_receive,
};
