/* SPDX-License-Identifier: BSD-2-Clause */
/* What an input of the fuzzer means: first which system, by the seed from which
 * it is drawn; then what its threads do most; then the decisions of a run. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>

#define FUZZ_SHAPES 16U
#define FUZZ_STEPS_MAX 2000U

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
