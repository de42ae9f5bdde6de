/* SPDX-License-Identifier: BSD-2-Clause */
/* Assembly that the programs of attacks share. */
#ifndef PROBE_H
#define PROBE_H

#include <stdint.h>

#include "target_report.h"

/* Holds a pattern in every register, flags included, and looks `times` times whether it
 * is still there. 0: it was. */
uint32_t pattern_keep(uint32_t seed, uint32_t times);

/* Calls code with r0 to r11 from regs[], and stores them there again. */
void probe_call(uint32_t code, uint32_t *regs);

/* Made to be copied into writable memory: all of r0 to r12, sp, lr and the flags from
 * in[16], then one instruction, then all of them to out[16]. */
extern const uint32_t regs_template[];
extern const uint32_t regs_template_instruction[];
extern const uint32_t regs_template_end[];

/* VFP registers and FPSCR, 65 words: faults, if it is closed, are skipped. */
void vfp_load(const uint32_t *words);
void vfp_store(uint32_t *words);

/* Loads and stores that fault and are skipped: address -> what the register got, with
 * the count of instructions that ran after it in *ran. */
struct skip_case {
    uint32_t code;   /* bit 0: Thumb */
    uint32_t wanted; /* result, for the value 0x89abcdef */
    uint32_t ran;
};
extern const struct skip_case skip_cases[];
uint32_t skip_call(uint32_t code, uint32_t address, uint32_t *ran);

#endif
