/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text from programs, for people: thimble_print("sent %u of %llu\n", n, all). It goes to a ring
 * in the cell's statistics page (.stats = true), without a hypercall. The simulator shows each
 * line at once, as "[cell.thread] text"; on ARM the ring is read from outside.
 *
 * %u %d %x %c %s %%, with a width, and 0 before it for zeros: %08x. Values know their own types:
 * %llu and %lu are as good as %u, and a value may be of any integer type, or text. At most eight.
 *
 * Layout: from PRINT_AT to the page's end, one ring for each thread of the cell, in the order of
 * the description, of print_ring_size() bytes each. A ring is, in 32-bit words, magic, the number
 * of bytes ever written, and two unused; then text: byte n is where n % its size is.
 */
#ifndef USER_PRINT_H
#define USER_PRINT_H

#include <stddef.h>
#include <stdint.h>

#define PRINT_AT 2048U
#define PRINT_BYTES 2048U
#define PRINT_MAGIC 0x54505231U
#define PRINT_HEADER 16U

/* Where there are so many threads in the cell, one at least. */
static inline uint32_t print_ring_size(uint32_t threads)
{
    return PRINT_BYTES / (threads != 0 ? threads : 1U) / 4U * 4U;
}

enum print_kind { PRINT_UNSIGNED, PRINT_SIGNED, PRINT_TEXT };

struct print_value {
    uint64_t number;
    const char *text;
    uint8_t kind; /* enum print_kind */
    uint8_t size; /* bytes of the argument */
};

static inline struct print_value print_unsigned(uint64_t number, size_t size)
{
    return (struct print_value){.number = number, .kind = PRINT_UNSIGNED, .size = (uint8_t)size};
}

static inline struct print_value print_signed(int64_t number, size_t size)
{
    return (struct print_value){
        .number = (uint64_t)number, .kind = PRINT_SIGNED, .size = (uint8_t)size};
}

static inline struct print_value print_text(const char *text, size_t size)
{
    (void)size;
    return (struct print_value){.text = text, .kind = PRINT_TEXT, .size = 1};
}

#define PRINT_VALUE(x)                                                                        \
    _Generic((x), char *: print_text, const char *: print_text, signed char: print_signed,    \
             short: print_signed, int: print_signed, long: print_signed,                      \
             long long: print_signed, char: print_unsigned, _Bool: print_unsigned,            \
             unsigned char: print_unsigned, unsigned short: print_unsigned,                   \
             unsigned: print_unsigned, unsigned long: print_unsigned,                         \
             unsigned long long: print_unsigned)((x), sizeof(x))

#define PRINT_1(f, a) PRINT_VALUE(a)
#define PRINT_2(f, a, ...) PRINT_VALUE(a), PRINT_1(f, __VA_ARGS__)
#define PRINT_3(f, a, ...) PRINT_VALUE(a), PRINT_2(f, __VA_ARGS__)
#define PRINT_4(f, a, ...) PRINT_VALUE(a), PRINT_3(f, __VA_ARGS__)
#define PRINT_5(f, a, ...) PRINT_VALUE(a), PRINT_4(f, __VA_ARGS__)
#define PRINT_6(f, a, ...) PRINT_VALUE(a), PRINT_5(f, __VA_ARGS__)
#define PRINT_7(f, a, ...) PRINT_VALUE(a), PRINT_6(f, __VA_ARGS__)
#define PRINT_8(f, a, ...) PRINT_VALUE(a), PRINT_7(f, __VA_ARGS__)
#define PRINT_NONE(f) print_unsigned(0, 0)
#define PRINT_PICK(f, a, b, c, d, e, g, h, i, which, ...) which
#define PRINT_ALL(...)                                                                        \
    PRINT_PICK(__VA_ARGS__, PRINT_8, PRINT_7, PRINT_6, PRINT_5, PRINT_4, PRINT_3, PRINT_2,    \
               PRINT_1, PRINT_NONE, )                                                         \
    (__VA_ARGS__)
#define PRINT_FORMAT(format, ...) format

/* The format first. A value that is missing is printed as "?". */
#define thimble_print(...)                                                                    \
    do {                                                                                      \
        const struct print_value print_values[] = {PRINT_ALL(__VA_ARGS__)};                   \
        thimble_print_values(PRINT_FORMAT(__VA_ARGS__, ), print_values,                       \
                             sizeof(print_values) / sizeof(print_values[0]));                 \
    } while (0)

void thimble_print_values(const char *format, const struct print_value *values, size_t count);

/* Of the machine: bytes `from` up to `to` have been written to this ring of this size (with
 * its header); ring 0: there is no statistics page. */
void thimble_printed(uint32_t ring, uint32_t size, uint32_t from, uint32_t to);

#endif
