/* SPDX-License-Identifier: BSD-2-Clause */
/* memory.h, time.h and self.h on ARM. */
#include "memory.h"
#include "print.h"
#include "self.h"
#include "thimble_self.h"
#include "thimble_trap.h"
#include "time.h"

/* A system of the user's own finds out here what the simulator would have said: these two
 * instructions fault wherever they are not aligned, with the address of the access. */
#ifdef THIMBLE_CHECKED
#define CHECK_READ(address, size)                                                                  \
    do {                                                                                           \
        if ((address) % (size) != 0) {                                                             \
            __asm__ volatile("ldrd r2, r3, [%0]" : : "r"(address) : "r2", "r3", "memory");         \
        }                                                                                          \
    } while (0)
#define CHECK_WRITE(address, size)                                                                 \
    do {                                                                                           \
        if ((address) % (size) != 0) {                                                             \
            __asm__ volatile("strd r2, r3, [%0]" : : "r"(address) : "memory");                     \
        }                                                                                          \
    } while (0)
#else
#define CHECK_READ(address, size) ((void)0)
#define CHECK_WRITE(address, size) ((void)0)
#endif

uint32_t thimble_read32(uint32_t address)
{
    CHECK_READ(address, 4U);
    return *(const volatile uint32_t *)address;
}

uint32_t thimble_read16(uint32_t address)
{
    CHECK_READ(address, 2U);
    return *(const volatile uint16_t *)address;
}

uint32_t thimble_read8(uint32_t address)
{
    return *(const volatile uint8_t *)address;
}

void thimble_write32(uint32_t address, uint32_t value)
{
    CHECK_WRITE(address, 4U);
    *(volatile uint32_t *)address = value;
}

void thimble_write16(uint32_t address, uint32_t value)
{
    CHECK_WRITE(address, 2U);
    *(volatile uint16_t *)address = (uint16_t)value;
}

void thimble_write8(uint32_t address, uint32_t value)
{
    *(volatile uint8_t *)address = (uint8_t)value;
}

void thimble_execute(uint32_t address)
{
    __asm__ volatile("blx %0" : : "r"(address) : "r0", "r1", "r2", "r3", "r12", "lr", "memory");
}

/* Two instructions a round. */
void thimble_compute(uint32_t instructions)
{
    uint32_t rounds = instructions / 2U;

    if (rounds != 0) {
        __asm__ volatile("1: subs %0, %0, #1\n\tbne 1b" : "+r"(rounds) : : "cc");
    }
}

/* CNTVCT (DDI 0406C B8.1.2): CNTVOFF is 0, so it is the physical count. (QEMU 7.2
 * lets User mode read CNTPCT only where PL1 has the physical timer, too.) */
uint64_t thimble_time(void)
{
    uint64_t now;

    __asm__ volatile("isb\n\tmrrc p15, 1, %Q0, %R0, c14" : "=r"(now) : : "memory");
    return now;
}

/* Each thread's stack is aligned to its size. */
static const struct thimble_self *self(void)
{
    const struct thimble_self *s = thimble_selves;
    uint32_t sp;

    __asm__("mov %0, sp" : "=r"(sp));
    while (s->stack != 0 &&
           (sp - 1U) / THIMBLE_STACK_SIZE != (s->stack - 1U) / THIMBLE_STACK_SIZE) {
        s++;
    }
    return s;
}

uint32_t thimble_seed(void)
{
    return self()->seed;
}

uint32_t thimble_buffer(void)
{
    return self()->buffer;
}

uint32_t thimble_sleep_slot(void)
{
    return thimble_sleep_slots[self() - thimble_selves];
}

uint32_t thimble_threads(uint32_t *number)
{
    const struct thimble_self *s = self();
    uint32_t count = 0;

    *number = (uint32_t)(s - thimble_selves);
    while (thimble_selves[count].stack != 0) {
        count++;
    }
    return count;
}

/* A debugger reads the ring. */
void thimble_printed(uint32_t ring, uint32_t size, uint32_t from, uint32_t to)
{
    (void)ring;
    (void)size;
    (void)from;
    (void)to;
}

uint32_t thimble_stats(void)
{
    return thimble_stats_at;
}

const uint32_t *thimble_first_registers(void)
{
    return (const uint32_t *)(self()->stack - 4U * THIMBLE_FIRST_WORDS);
}
