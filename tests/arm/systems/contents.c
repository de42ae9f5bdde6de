/* SPDX-License-Identifier: BSD-2-Clause */
/* Two regions with the contents of a file, one of them large, and an empty one: the
 * reader compares them with what it was compiled with. Its last access says what it
 * has found. */
#include "memory.h"
#include "system.h"
#include "thimble.h"

#define SMALL_AT 0x30000000U
#define LARGE_AT 0x40000000U
#define LARGE_SIZE (2U * MIB + 64U * KIB)
#define EMPTY_AT 0x50000000U
#define GOOD_AT 0xc0de0000U
#define BAD_AT 0xbad00000U

/* The same file as the description's. */
__asm__(".pushsection .rodata\n"
        "wanted: .incbin \"LICENSE\"\n"
        "wanted_end: .popsection\n");
extern const uint8_t wanted[];
extern const uint8_t wanted_end[];

/* The file, then zeroes to the end; the size of it is in all the pages. */
static bool holds(uint32_t at, uint32_t size)
{
    uint32_t length = (uint32_t)(wanted_end - wanted);
    bool good = true;

    for (uint32_t i = 0; i < size; i++) {
        uint32_t byte = thimble_read8(at + i);
        good = good && byte == (i < length ? wanted[i] : 0U);
    }
    return good;
}

PROGRAM(reader)
{
    bool good = holds(SMALL_AT, 0x1000);

    (void)argument;
    good = good && holds(LARGE_AT, LARGE_SIZE);
    for (uint32_t i = 0; i < 0x1000; i += 4U) {
        uint32_t word = thimble_read32(EMPTY_AT + i);
        good = good && word == 0;
    }
    thimble_write32(good ? GOOD_AT : BAD_AT, 0);
}

const struct system thimble_system = {
    .name = "contents",
    .cells = (const struct system_cell[]){
        {
            .name = "reader",
            .program = "reader",
            .memory = 64 * KIB,
            .threads = (const struct system_thread[]){{.name = "main", .priority = 10}, {0}},
            .regions = (const struct system_region[]){
                {.name = "empty", .at = {EMPTY_AT}, .size = 0x1000, .access = ACCESS_READ},
                {.name = "small", .at = {SMALL_AT}, .access = ACCESS_READ, .file = "LICENSE"},
                {.name = "large", .at = {LARGE_AT}, .size = LARGE_SIZE, .access = ACCESS_READ,
                 .file = "LICENSE"},
                {0},
            },
        },
        {0},
    },
};
