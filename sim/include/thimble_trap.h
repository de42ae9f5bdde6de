/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How a guest of the simulated machine traps into the core. The register file
 * of the simulated CPU is a global array: arguments are stored there and
 * results read from there, which is what a register is to such a machine. The
 * trap loses every host register but the two that hold the stack.
 */
#ifndef THIMBLE_TRAP_H
#define THIMBLE_TRAP_H

#include <stdint.h>

/* r0 to r7: the first words of the core's state (struct cpu.regs of CPU 0). */
extern uint32_t thimble_registers[8] __asm__("kernel");

#if defined(__x86_64__)
static inline void thimble_trap_enter(uint32_t number)
{
    __asm__ volatile("lea 1f(%%rip), %%rcx\n\t"
                     "jmp sim_trap\n"
                     "1:"
                     : "+a"(number)
                     :
                     : "rbx", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13",
                       "r14", "r15", "cc", "memory", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4",
                       "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12",
                       "xmm13", "xmm14", "xmm15"
#if defined(__AVX512F__)
                       ,
                       "xmm16", "xmm17", "xmm18", "xmm19", "xmm20", "xmm21", "xmm22", "xmm23",
                       "xmm24", "xmm25", "xmm26", "xmm27", "xmm28", "xmm29", "xmm30", "xmm31",
                       "k1", "k2", "k3", "k4", "k5", "k6", "k7"
#endif
    );
}
#elif defined(__aarch64__)
/* x29 is kept by the switch; x18 is an ordinary register on Linux. */
static inline void thimble_trap_enter(uint32_t number)
{
    register uint32_t w0 __asm__("w0") = number;

    __asm__ volatile("bl sim_trap"
                     : "+r"(w0)
                     :
                     : "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12",
                       "x13", "x14", "x15", "x16", "x17", "x18", "x19", "x20", "x21", "x22", "x23",
                       "x24", "x25", "x26", "x27", "x28", "x30", "cc", "memory", "v0", "v1", "v2",
                       "v3", "v4", "v5", "v6", "v7", "v8", "v9", "v10", "v11", "v12", "v13", "v14",
                       "v15", "v16", "v17", "v18", "v19", "v20", "v21", "v22", "v23", "v24", "v25",
                       "v26", "v27", "v28", "v29", "v30", "v31");
}
#elif defined(__arm__)
/* Either r7 or r11 is the frame pointer, which cannot be declared as lost. */
static inline void thimble_trap_enter(uint32_t number)
{
    register uint32_t r0 __asm__("r0") = number;

    __asm__ volatile("push {r7, r11}\n\t"
                     "bl sim_trap\n\t"
                     "pop {r7, r11}"
                     : "+r"(r0)
                     :
                     : "r1", "r2", "r3", "r4", "r5", "r6", "r8", "r9", "r10", "r12", "lr", "cc",
                       "memory", "d0", "d1", "d2", "d3", "d4", "d5", "d6", "d7", "d8", "d9", "d10",
                       "d11", "d12", "d13", "d14", "d15"
#if defined(__ARM_NEON)
                       ,
                       "d16", "d17", "d18", "d19", "d20", "d21", "d22", "d23", "d24", "d25",
                       "d26", "d27", "d28", "d29", "d30", "d31"
#endif
    );
}
#else
#error "the simulator has no trap for this host: see sim/switch_*.S"
#endif

#define THIMBLE_REGISTERS 8U

/* The hypercall with this number: the first `in` registers from r[], the first
 * `out` of its results there. */
static inline __attribute__((always_inline)) void thimble_trap(uint32_t number, uint32_t in,
                                                               uint32_t out, uint32_t *r)
{
#pragma GCC unroll 8
    for (uint32_t i = 0; i < in; i++) {
        thimble_registers[i] = r[i];
    }
    thimble_trap_enter(number);
#pragma GCC unroll 8
    for (uint32_t i = 0; i < out; i++) {
        r[i] = thimble_registers[i];
    }
}

/* Any hypercall, or none: all registers from r[], and back. */
static inline void thimble_trap_any(uint32_t number, uint32_t *r)
{
    thimble_trap(number, THIMBLE_REGISTERS, THIMBLE_REGISTERS, r);
}

/* What was in the registers when the thread started. */
static inline const uint32_t *thimble_first_registers(void)
{
    return thimble_registers;
}

#endif
