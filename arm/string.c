/* SPDX-License-Identifier: BSD-2-Clause */
/* What the compiler calls, in the hypervisor and in cells. */
#include <stddef.h>
#include <stdint.h>

/* GCC calls these for struct copies (its manual, "Standards"). */
void *memcpy(void *to, const void *from, size_t size);
void *memset(void *to, int value, size_t size);

void *memcpy(void *to, const void *from, size_t size)
{
    uint8_t *target = to;
    const uint8_t *source = from;

    for (size_t i = 0; i < size; i++) {
        target[i] = source[i];
    }
    return to;
}

void *memset(void *to, int value, size_t size)
{
    typedef uint32_t __attribute__((may_alias)) word;
    uint8_t *target = to;
    size_t i = 0;

    /* Structs are of words: a long one is cleared with interrupts masked. */
    for (; ((uintptr_t)target | size) % 4U == 0 && i < size; i += 4U) {
        *(word *)(target + i) = (uint8_t)value * 0x01010101U;
    }
    for (; i < size; i++) {
        target[i] = (uint8_t)value;
    }
    return to;
}
