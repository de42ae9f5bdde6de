/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Peers of regions, faults and channels. Linux does all of this in one process,
 * without a switch to another: the comparison favours it.
 */
#define _GNU_SOURCE 1 /* memfd_create, F_SETPIPE_SZ */
#include "peers.h"

#include "pause.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096U
#define ROUND 4096U /* bytes of a round through the pipe, which holds as many */

/* ---- mapping a page ------------------------------------------------------*/

static int memory = -1;
static void *place;

int peer_mmap_setup(const struct bench_case *bench)
{
    (void)bench;
    memory = memfd_create("bench", 0);
    if (memory < 0 || ftruncate(memory, PAGE) != 0) {
        return bench_refuse("memfd: %s", strerror(errno));
    }
    /* An address that stays ours: what is mapped there replaces this. */
    place = mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (place == MAP_FAILED) {
        close(memory);
        return bench_refuse("mmap: %s", strerror(errno));
    }
    munmap(place, PAGE);
    return 0;
}

static void page_map(void)
{
    if (mmap(place, PAGE, PROT_READ | PROT_WRITE,
             MAP_SHARED | MAP_FIXED | MAP_POPULATE, memory, 0) == MAP_FAILED) {
        bench_fail("mmap: %s", strerror(errno));
    }
}

static void page_unmap(void)
{
    if (munmap(place, PAGE) != 0) {
        bench_fail("munmap: %s", strerror(errno));
    }
}

void peer_mmap_run(const struct bench_case *bench, uint64_t iterations)
{
    (void)bench;
    for (uint64_t i = 0; i < iterations; i++) {
        page_map();
        bench_pause();
        page_unmap();
        bench_resume();
    }
}

void peer_munmap_run(const struct bench_case *bench, uint64_t iterations)
{
    (void)bench;
    for (uint64_t i = 0; i < iterations; i++) {
        bench_pause();
        page_map();
        bench_resume();
        page_unmap();
    }
}

void peer_mmap_teardown(const struct bench_case *bench)
{
    (void)bench;
    close(memory);
}

/* ---- a fault to a handler and back ---------------------------------------*/

static sigjmp_buf enough;
static volatile uint64_t faults_left;
static struct sigaction before;

/* The access is made again, and faults again. */
static void fault_handle(int signal)
{
    (void)signal;
    faults_left = faults_left - 1;
    if (faults_left == 0) {
        siglongjmp(enough, 1); /* NOLINT(bugprone-signal-handler,cert-sig30-c): synchronous */
    }
}

int peer_fault_setup(const struct bench_case *bench)
{
    struct sigaction action = {.sa_handler = fault_handle};

    (void)bench;
    place = mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (place == MAP_FAILED) {
        return bench_refuse("mmap: %s", strerror(errno));
    }
    if (sigaction(SIGSEGV, &action, &before) != 0) {
        munmap(place, PAGE);
        return bench_refuse("sigaction: %s", strerror(errno));
    }
    return 0;
}

void peer_fault_run(const struct bench_case *bench, uint64_t iterations)
{
    (void)bench;
    faults_left = iterations;
    if (sigsetjmp(enough, 1) == 0) {
        bench_keep(*(volatile uint32_t *)place);
        bench_fail("a page without access could be read");
    }
}

void peer_fault_teardown(const struct bench_case *bench)
{
    (void)bench;
    sigaction(SIGSEGV, &before, NULL);
    munmap(place, PAGE);
}

/* ---- a stream of messages ------------------------------------------------*/

static int ends[2];

int peer_stream_setup(const struct bench_case *bench)
{
    (void)bench;
    if (pipe(ends) != 0) {
        return bench_refuse("pipe: %s", strerror(errno));
    }
    if (fcntl(ends[1], F_SETPIPE_SZ, (int)ROUND) < 0) {
        close(ends[0]);
        close(ends[1]);
        return bench_refuse("F_SETPIPE_SZ: %s", strerror(errno));
    }
    return 0;
}

void peer_stream_run(const struct bench_case *bench, uint64_t iterations)
{
    static char buffer[ROUND];
    size_t size = (size_t)bench->parameter;

    for (uint64_t i = 0; i < iterations; i++) {
        for (size_t sent = 0; sent < ROUND; sent += size) {
            if (write(ends[1], buffer, size) != (ssize_t)size) {
                bench_fail("write to a pipe: %s", strerror(errno));
            }
        }
        if (read(ends[0], buffer, ROUND) != (ssize_t)ROUND) {
            bench_fail("read from a pipe: %s", strerror(errno));
        }
    }
}

void peer_stream_teardown(const struct bench_case *bench)
{
    (void)bench;
    close(ends[0]);
    close(ends[1]);
}
