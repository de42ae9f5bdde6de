/* SPDX-License-Identifier: BSD-2-Clause */
/* What loop and audit have in common: memory and calls that must come out right. */
#ifndef VICTIM_H
#define VICTIM_H

#include <stdint.h>

/* Fills the victim's memory with a pattern; each figure says what is wrong. */
void victim_memory_fill(void);
/* 1 if `words` words from a place on, which moves along, are as they were. */
int victim_memory_good(uint32_t *place, uint32_t words);
/* Calls the server; 1 if the answer is right. `calls`: answers so far. */
int victim_call_good(uint32_t question, uint32_t badge, uint32_t *calls);

#endif
