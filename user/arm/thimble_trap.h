/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How a native thread traps into the hypervisor: SVC with the hypercall's number,
 * which has eight bits in Thumb state. Arguments and results are in r0 to r7; all
 * other registers keep their values.
 */
#ifndef THIMBLE_TRAP_H
#define THIMBLE_TRAP_H

#include <stdint.h>

#define THIMBLE_REGISTERS 8U

static inline __attribute__((always_inline)) void thimble_trap_2(uint32_t number, uint32_t *r)
{
    register uint32_t r0 __asm__("r0") = r[0];
    register uint32_t r1 __asm__("r1") = r[1];

    __asm__ volatile("svc %2" : "+r"(r0), "+r"(r1) : "i"(number) : "memory");
    r[0] = r0;
    r[1] = r1;
}

static inline __attribute__((always_inline)) void thimble_trap_5(uint32_t number, uint32_t *r)
{
    register uint32_t r0 __asm__("r0") = r[0];
    register uint32_t r1 __asm__("r1") = r[1];
    register uint32_t r2 __asm__("r2") = r[2];
    register uint32_t r3 __asm__("r3") = r[3];
    register uint32_t r4 __asm__("r4") = r[4];

    __asm__ volatile("svc %2"
                     : "+r"(r0), "+r"(r1)
                     : "i"(number), "r"(r2), "r"(r3), "r"(r4)
                     : "memory");
    r[0] = r0;
    r[1] = r1;
}

static inline __attribute__((always_inline)) void thimble_trap_8(uint32_t number, uint32_t *r)
{
    register uint32_t r0 __asm__("r0") = r[0];
    register uint32_t r1 __asm__("r1") = r[1];
    register uint32_t r2 __asm__("r2") = r[2];
    register uint32_t r3 __asm__("r3") = r[3];
    register uint32_t r4 __asm__("r4") = r[4];
    register uint32_t r5 __asm__("r5") = r[5];
    register uint32_t r6 __asm__("r6") = r[6];
    register uint32_t r7 __asm__("r7") = r[7];

    __asm__ volatile("svc %8"
                     : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3), "+r"(r4), "+r"(r5), "+r"(r6),
                       "+r"(r7)
                     : "i"(number)
                     : "memory");
    r[0] = r0;
    r[1] = r1;
    r[2] = r2;
    r[3] = r3;
    r[4] = r4;
    r[5] = r5;
    r[6] = r6;
    r[7] = r7;
}

/* The hypercall with this number: the first `in` registers from r[], the first
 * `out` of its results there. All three are constants. */
static inline __attribute__((always_inline)) void thimble_trap(uint32_t number, uint32_t in,
                                                               uint32_t out, uint32_t *r)
{
    if (in <= 2U && out <= 2U) {
        thimble_trap_2(number, r);
    } else if (in <= 5U && out <= 2U) {
        thimble_trap_5(number, r);
    } else {
        thimble_trap_8(number, r);
    }
}

/* Any hypercall, or none: all registers from r[], and back. Numbers below 256. */
void thimble_trap_any(uint32_t number, uint32_t *r);

/* What was in the registers when the thread started: program.c. */
const uint32_t *thimble_first_registers(void);

#endif
