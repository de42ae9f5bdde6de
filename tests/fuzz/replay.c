/* SPDX-License-Identifier: BSD-2-Clause */
/* Replays inputs of the fuzzer without it: any compiler will do. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"
#include "host_output.h"

#define INPUT_MAX 65536U

int main(int argc, char **argv)
{
    static uint8_t input[INPUT_MAX];

    output_must_arrive();
    if (argc < 2) {
        fprintf(stderr, "fuzz-replay: no inputs\n");
        return 1;
    }
    for (int i = 1; i < argc; i++) {
        FILE *file = fopen(argv[i], "rb");
        if (file == NULL) {
            fprintf(stderr, "fuzz-replay: cannot open %s\n", argv[i]);
            return 1;
        }
        size_t size = fread(input, 1, sizeof(input), file);
        bool bad = ferror(file) != 0;
        (void)fclose(file);
        if (bad) {
            fprintf(stderr, "fuzz-replay: cannot read %s\n", argv[i]);
            return 1;
        }
        if (argc == 2) {
            fprintf(stderr, "fuzz-replay: %s\n", argv[i]);
        }
        (void)LLVMFuzzerTestOneInput(input, size);
    }
    printf("fuzz-replay: %d inputs, no difference\n", argc - 1);
    return 0;
}
