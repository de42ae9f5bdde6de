/* SPDX-License-Identifier: BSD-2-Clause */
/* memory.h, time.h and hypercalls in a Linux process; see guest.h. */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "abi.h"
#include "guest.h"
#include "memory.h"
#include "thimble_trap.h"
#include "time.h"

#define PAGE 4096U

uint32_t thimble_read32(uint32_t address)
{
    return *(const volatile uint32_t *)address;
}

void thimble_write32(uint32_t address, uint32_t value)
{
    *(volatile uint32_t *)address = value;
}

/* The virtual count, as the cells read it: Linux lets processes do that. */
uint64_t thimble_time(void)
{
    uint64_t now;

    __asm__ volatile("isb\n\tmrrc p15, 1, %Q0, %R0, c14" : "=r"(now) : : "memory");
    return now;
}

void thimble_compute(uint32_t instructions)
{
    uint32_t rounds = instructions / 2U;

    if (rounds != 0) {
        __asm__ volatile("1: subs %0, %0, #1\n\tbne 1b" : "+r"(rounds) : : "cc");
    }
}

void guest_fail(const char *what)
{
    perror(what);
    exit(1);
}

uint32_t guest_microseconds(uint64_t ticks)
{
    return (uint32_t)(ticks * 1000U / THIMBLE_TICKS_PER_MS);
}

struct guest_device guest_open(uint32_t line)
{
    char name[32];

    (void)snprintf(name, sizeof(name), "/dev/thimble%u", line);
    int fd = open(name, O_RDWR | O_CLOEXEC);
    if (fd < 0) {
        guest_fail(name);
    }
    void *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (page == MAP_FAILED) {
        guest_fail(name);
    }
    return (struct guest_device){.slot = (uint32_t)fd, .base = (uint32_t)page};
}

/* How long to sleep: longer is no harm, since whoever waits looks at the time. */
static int milliseconds_until(uint64_t deadline)
{
    uint64_t now = thimble_time();

    if (deadline == THIMBLE_NEVER) {
        return -1;
    }
    return deadline <= now ? 0 : (int)((deadline - now) / THIMBLE_TICKS_PER_MS) + 1;
}

static uint32_t wait_for(int fd, uint64_t deadline, uint32_t *bits)
{
    struct pollfd wanted = {.fd = fd, .events = POLLIN};
    uint32_t count;

    *bits = 0;
    if (deadline != THIMBLE_NEVER && poll(&wanted, 1, milliseconds_until(deadline)) != 1) {
        return THIMBLE_ERR_TIMEOUT;
    }
    if (read(fd, &count, sizeof(count)) != (ssize_t)sizeof(count)) {
        return THIMBLE_ERR_BUSY;
    }
    *bits = 1;
    return THIMBLE_OK;
}

void thimble_trap(uint32_t number, uint32_t in, uint32_t out, uint32_t *r)
{
    int fd = (int)r[0];

    (void)in;
    (void)out;
    if (number == THIMBLE_SIGNAL) {
        r[0] = write(fd, "", 1) == 1 ? THIMBLE_OK : THIMBLE_ERR_RIGHTS;
    } else if (number == THIMBLE_WAIT) {
        r[0] = wait_for(fd, r[1] | (uint64_t)r[2] << 32, &r[1]);
    } else {
        r[0] = THIMBLE_ERR_HYPERCALL;
    }
}
