/* SPDX-License-Identifier: BSD-2-Clause */
/* Formatting into a ring: see print.h. */
#include "print.h"

#include <stdbool.h>

#include "memory.h"
#include "self.h"

/* Of a number with 64 bits, in decimal. */
#define DIGITS_MAX 20U

struct out {
    uint32_t ring; /* 0: there is none */
    uint32_t size; /* its bytes, with the header; */
    uint32_t room; /* without */
    uint32_t shown;
    uint32_t written;
    uint32_t place; /* of the next byte in the text */
};

static void show(struct out *o)
{
    if (o->written != o->shown) {
        thimble_write32(o->ring + 4U, o->written);
        thimble_printed(o->ring, o->size, o->shown, o->written);
        o->shown = o->written;
    }
}

static void put(struct out *o, char c)
{
    if (o->written - o->shown == o->room) {
        show(o);
    }
    thimble_write8(o->ring + PRINT_HEADER + o->place, (uint8_t)c);
    o->written++;
    o->place = o->place + 1U == o->room ? 0 : o->place + 1U;
}

static void put_padded(struct out *o, const char *text, uint32_t length, uint32_t width, char pad)
{
    for (; length < width; width--) {
        put(o, pad);
    }
    for (uint32_t i = 0; i < length; i++) {
        put(o, text[i]);
    }
}

static void put_number(struct out *o, const struct print_value *v, char type, uint32_t width,
                       char pad)
{
    char digits[DIGITS_MAX];
    uint32_t at = DIGITS_MAX;
    uint32_t base = type == 'x' ? 16U : 10U;
    uint64_t rest = v->number;
    bool negative = v->kind == PRINT_SIGNED && type != 'x' && (int64_t)rest < 0;

    if (negative) {
        rest = 0U - rest;
    } else if (v->kind == PRINT_SIGNED && v->size <= sizeof(uint32_t)) {
        rest = (uint32_t)rest; /* -1 in hexadecimal has as many digits as the value */
    }
    do {
        digits[--at] = "0123456789abcdef"[rest % base];
        rest /= base;
    } while (rest != 0);
    if (negative && pad == '0') {
        put(o, '-');
        width -= width != 0;
    } else if (negative) {
        digits[--at] = '-';
    }
    put_padded(o, &digits[at], DIGITS_MAX - at, width, pad);
}

static uint32_t length_of(const char *text)
{
    uint32_t length = 0;

    while (text[length] != '\0') {
        length++;
    }
    return length;
}

static void put_value(struct out *o, const struct print_value *v, char type, uint32_t width,
                      char pad)
{
    char c;

    if (v->kind == PRINT_TEXT) {
        const char *text = v->text != NULL ? v->text : "(null)";
        put_padded(o, text, length_of(text), width, ' ');
    } else if (type == 'c') {
        c = (char)v->number;
        put_padded(o, &c, 1, width, ' ');
    } else {
        put_number(o, v, type, width, pad);
    }
}

/* Behind a '%'; returns where the format goes on. */
static const char *conversion(struct out *o, const char *at, const struct print_value *v)
{
    char pad = *at == '0' ? '0' : ' ';
    uint32_t width = 0;

    for (; *at >= '0' && *at <= '9'; at++) {
        width = 10U * width + (uint32_t)(*at - '0');
    }
    while (*at == 'l' || *at == 'h' || *at == 'z' || *at == 'j') {
        at++;
    }
    if (v != NULL) {
        put_value(o, v, *at, width, pad);
    } else {
        put(o, '?');
    }
    return *at != '\0' ? at + 1 : at;
}

static struct out ring_find(void)
{
    struct out o = {.ring = thimble_stats()};
    uint32_t number;

    if (o.ring == 0) {
        return o;
    }
    o.size = print_ring_size(thimble_threads(&number));
    o.room = o.size - PRINT_HEADER;
    o.ring += PRINT_AT + number * o.size;
    if (thimble_read32(o.ring) != PRINT_MAGIC) {
        thimble_write32(o.ring + 4U, 0);
        thimble_write32(o.ring, PRINT_MAGIC);
    }
    o.written = thimble_read32(o.ring + 4U);
    o.shown = o.written;
    o.place = o.written % o.room;
    return o;
}

void thimble_print_values(const char *format, const struct print_value *values, size_t count)
{
    struct out o = ring_find();
    size_t next = 0;

    if (o.ring == 0) {
        thimble_printed(0, 0, 0, 0);
        return;
    }
    for (const char *at = format; *at != '\0';) {
        if (*at != '%') {
            put(&o, *at++);
        } else if (at[1] == '%') {
            put(&o, '%');
            at += 2;
        } else {
            at = conversion(&o, at + 1, next < count && values[next].size != 0 ? &values[next]
                                                                               : NULL);
            next++;
        }
    }
    show(&o);
}
