/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A guest that makes as much work for its VMM as its devices take, for ever: requests of a
 * virtio disk, frames, characters, resets. And one that watches what others notice of it.
 */
#include "rtos.h"

#define VIRTIO_AT(i) (0x0a000000U + 0x200U * (i))
#define VIRTIOS 4U
#define REG(device, offset) (*(volatile u32 *)((device) + (offset)))
#define MAGIC 0x000U
#define DEVICE 0x008U
#define DRIVER_FEATURES 0x020U
#define DRIVER_FEATURES_SEL 0x024U
#define QUEUE_SEL 0x030U
#define QUEUE_SIZE 0x038U
#define QUEUE_READY 0x044U
#define QUEUE_NOTIFY 0x050U
#define STATUS 0x070U
#define QUEUE_PART(i) (0x080U + 16U * (i))

#define NET 1U
#define BLOCK 2U
#define CONSOLE 3U
#define NET_RECEIVE 0U
#define NET_TRANSMIT 1U

#define SIZE 256U
#define NEXT 1U
#define WRITE 2U
#define SEGMENTS 32U
#define SEGMENT 4096U
#define FRAME 1526U

/* A ring as large as it may be (virtio 1.1, 2.6). */
static struct {
    struct {
        u64 address;
        u32 bytes;
        uint16_t flags;
        uint16_t next;
    } descriptor[SIZE];
    uint16_t available[2U + SIZE + 1U] __attribute__((aligned(4)));
    struct {
        uint16_t flags;
        volatile uint16_t index;
        u32 entry[SIZE][2];
    } used __attribute__((aligned(4)));
} ring __attribute__((aligned(4096)));
static uint8_t buffer[SEGMENTS * SEGMENT] __attribute__((aligned(4096)));
static uint16_t offered;

/* 0: there is none, which the test then says. */
static u32 device_begin(u32 kind, u32 queue)
{
    u32 device = 0;

    for (u32 i = 0; i < VIRTIOS && device == 0; i++) {
        if (REG(VIRTIO_AT(i), MAGIC) == 0x74726976U && REG(VIRTIO_AT(i), DEVICE) == kind) {
            device = VIRTIO_AT(i);
        }
    }
    if (device == 0) {
        print("rtos: BAD: no such device\n");
        return 0;
    }
    REG(device, STATUS) = 0;
    REG(device, STATUS) = 3U;
    REG(device, DRIVER_FEATURES_SEL) = 1U;
    REG(device, DRIVER_FEATURES) = 1U; /* virtio 1 */
    REG(device, STATUS) = 0xbU;
    REG(device, QUEUE_SEL) = queue;
    REG(device, QUEUE_SIZE) = SIZE;
    REG(device, QUEUE_PART(0U)) = (u32)ring.descriptor;
    REG(device, QUEUE_PART(1U)) = (u32)ring.available;
    REG(device, QUEUE_PART(2U)) = (u32)&ring.used;
    REG(device, QUEUE_READY) = 1U;
    REG(device, STATUS) = 0xfU;
    return device;
}

static void describe(u32 i, const void *at, u32 bytes, u32 flags)
{
    ring.descriptor[i].address = (u32)at;
    ring.descriptor[i].bytes = bytes;
    ring.descriptor[i].flags = (uint16_t)flags;
    ring.descriptor[i].next = (uint16_t)(i + 1U);
}

/* As many chains as the ring takes beyond what is under way, by turns of `chains` heads that
 * are `length` apart; then the doorbell. How many are done so far. */
static u32 offer(u32 device, u32 queue, u32 chains, u32 length)
{
    while ((uint16_t)(offered - ring.used.index) < SIZE) {
        ring.available[2U + offered % SIZE] = (uint16_t)(offered % chains * length);
        offered++;
    }
    __asm__ volatile("dmb" : : : "memory");
    ring.available[1] = offered;
    __asm__ volatile("dsb" : : : "memory");
    REG(device, QUEUE_NOTIFY) = queue;
    return ring.used.index;
}

/* For ever. A line now and then, so that it is seen to work. */
static void attack(u32 device, u32 queue, u32 chains, u32 length)
{
    u32 lines = 0;

    while (device != 0) {
        u32 done = offer(device, queue, chains, length);
        if (done / (2U * SIZE) != lines) {
            lines = done / (2U * SIZE);
            print("rtos: attacks\n");
        }
    }
}

/* Reads of 128 KiB, the same ones again and again. */
void attack_block(void)
{
    static u32 header[4];
    static uint8_t status;
    u32 length = SEGMENTS + 2U;
    u32 device = device_begin(BLOCK, 0);

    for (u32 chain = 0; chain < SIZE / length; chain++) {
        u32 first = chain * length;
        describe(first, header, sizeof(header), NEXT);
        for (u32 i = 0; i < SEGMENTS; i++) {
            describe(first + 1U + i, buffer + i * SEGMENT, SEGMENT, NEXT | WRITE);
        }
        describe(first + 1U + SEGMENTS, &status, 1U, WRITE);
    }
    attack(device, 0, SIZE / length, length);
}

static void net(u32 queue, u32 flags)
{
    u32 device = device_begin(NET, queue);

    for (u32 i = 0; i < SIZE; i++) {
        describe(i, buffer, FRAME, flags);
    }
    attack(device, queue, SIZE, 1U);
}

void attack_net(void)
{
    net(NET_TRANSMIT, 0);
}

/* The other end of the cable: takes all, and gives new buffers. */
void attack_take(void)
{
    net(NET_RECEIVE, WRITE);
}

/* The worst that there is to show: short lines, each with the name of the VM. */
void attack_console(void)
{
    u32 device = device_begin(CONSOLE, 1U);

    for (u32 i = 0; i < sizeof(buffer); i++) {
        buffer[i] = i % 8U == 7U ? '\n' : 'x';
    }
    for (u32 i = 0; i < SIZE; i++) {
        describe(i, buffer, SEGMENT, 0);
    }
    attack(device, 1U, SIZE, 1U);
}

/* ---- resets ---- */

/* Where nothing is loaded: it is as the last life left it. */
#define LEFT (*(volatile u32 *)0x40180000U)
#define LEFT_MARK 0x5e5e0000U

void attack_resets(void)
{
    LEFT = LEFT_MARK | 60U;
    reset();
}

void attack_goes_on(void)
{
    if ((LEFT & 0xffff0000U) == LEFT_MARK && LEFT != LEFT_MARK) {
        LEFT -= 1U;
        reset();
    }
}

/* ---- what others notice ---- */

#define SAMPLES 10000U
/* A page that a native cell shares: see tests/systems/hostile-vms/. */
#define PAGE ((volatile u32 *)0x0b000000U)

static u64 nanoseconds(u64 counter_ticks)
{
    return counter_ticks * 1000000000ULL / counter_hz();
}

static u64 exit_time(void)
{
    __asm__ volatile("cpsid i" : : : "memory");
    u64 start = counter();
    (void)hvc0(0x84000000U, 0, 0, 0); /* PSCI_VERSION */
    u64 time = counter() - start;
    __asm__ volatile("cpsie i" : : : "memory");
    return time;
}

/* Sleeps, wakes by its timer, makes an exit: how late, how long at most. */
void attack_watch(void)
{
    u64 latest = 0;
    u64 longest = 0;

    PAGE[0] = 1;
    tick_stop();
    for (u32 i = 0; i < SAMPLES; i++) {
        u64 due;
        u64 handled;
        alarm_set(counter() + 2000U + i * 37U % 4001U);
        while (!alarm_done(&due, &handled)) {
            __asm__ volatile("wfi");
        }
        u64 time = exit_time();
        latest = handled - due > latest ? handled - due : latest;
        longest = time > longest ? time : longest;
    }
    tick_start();
    print_number("rtos: watched: native runs in time", PAGE[1]);
    print_number("rtos: watched: native runs missed", PAGE[2]);
    print_number("rtos: watched: native runs late at most, ns", PAGE[3]);
    print_number("rtos: watched: timer late at most, ns", nanoseconds(latest));
    print_number("rtos: watched: exit at most, ns", nanoseconds(longest));
}
