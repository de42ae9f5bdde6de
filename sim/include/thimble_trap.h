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
static inline void thimble_trap(uint32_t number)
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
#else
#error "the simulator has no trap for this host: see sim/switch_*.S"
#endif

#endif
