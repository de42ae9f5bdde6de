/* SPDX-License-Identifier: BSD-2-Clause */
/* Peers that pass eight bytes through file descriptors: pipe, Unix socket,
 * eventfd. */
#define _GNU_SOURCE 1 /* pipe2 */
#include "peers.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

/* What each side reads from and writes to. */
static int in[2] = {-1, -1};
static int out[2] = {-1, -1};

static void fd_close(int *fd)
{
    if (*fd >= 0 && close(*fd) != 0) {
        bench_fail("close: %s", strerror(errno));
    }
    *fd = -1;
}

static void fds_close(void)
{
    /* A socket serves one side both ways, an eventfd both sides. */
    for (int side = PEER_CLIENT; side <= PEER_SERVER; side++) {
        if (out[side] == in[side] || out[side] == in[1 - side]) {
            out[side] = -1;
        }
    }
    for (int side = PEER_CLIENT; side <= PEER_SERVER; side++) {
        fd_close(&in[side]);
        fd_close(&out[side]);
    }
}

static int open_refuse(const char *call)
{
    int error = errno;

    fds_close();
    return bench_refuse("%s: %s", call, strerror(error));
}

static int pipe_open(void)
{
    for (int side = PEER_CLIENT; side <= PEER_SERVER; side++) {
        int ends[2];

        if (pipe2(ends, O_CLOEXEC) != 0) {
            return open_refuse("pipe2");
        }
        in[side] = ends[0];
        out[1 - side] = ends[1];
    }
    return 0;
}

static int unix_socket_open(void)
{
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        return open_refuse("socketpair");
    }
    for (int side = PEER_CLIENT; side <= PEER_SERVER; side++) {
        in[side] = ends[side];
        out[side] = ends[side];
    }
    return 0;
}

static int eventfd_open(void)
{
    for (int side = PEER_CLIENT; side <= PEER_SERVER; side++) {
        int fd = eventfd(0, EFD_CLOEXEC);

        if (fd < 0) {
            return open_refuse("eventfd");
        }
        in[side] = fd;
        out[1 - side] = fd;
    }
    return 0;
}

/* Eight bytes go whole or not at all: a pipe below PIPE_BUF, an eventfd by
 * definition, a socket because its buffer is empty. */
static void fd_send(enum peer_side from, uint64_t message)
{
    ssize_t written;

    do {
        written = write(out[from], &message, sizeof message);
    } while (written < 0 && errno == EINTR);
    if (written != (ssize_t)sizeof message) {
        bench_fail("write: %s", written < 0 ? strerror(errno) : "short");
    }
}

static uint64_t fd_receive(enum peer_side to)
{
    uint64_t message;
    ssize_t got;

    do {
        got = read(in[to], &message, sizeof message);
    } while (got < 0 && errno == EINTR);
    if (got != (ssize_t)sizeof message) {
        bench_fail("read: %s", got < 0 ? strerror(errno) : "short");
    }
    return message;
}

const struct peer_transport peer_pipe = {
    pipe_open, fds_close, fd_send, fd_receive,
};

const struct peer_transport peer_unix_socket = {
    unix_socket_open, fds_close, fd_send, fd_receive,
};

const struct peer_transport peer_eventfd = {
    eventfd_open, fds_close, fd_send, fd_receive,
};
