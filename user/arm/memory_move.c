/* SPDX-License-Identifier: BSD-2-Clause */
/* What the compiler calls in cells, beside arm/string.c: the hypervisor needs none of it. */
#include <stddef.h>
#include <stdint.h>

void *memmove(void *to, const void *from, size_t size);
int memcmp(const void *a, const void *b, size_t size);

void *memmove(void *to, const void *from, size_t size)
{
    uint8_t *target = to;
    const uint8_t *source = from;

    for (size_t i = 0; i < size; i++) {
        size_t at = (uintptr_t)target <= (uintptr_t)source ? i : size - 1U - i;
        target[at] = source[at];
    }
    return to;
}

int memcmp(const void *a, const void *b, size_t size)
{
    const uint8_t *left = a;
    const uint8_t *right = b;

    for (size_t i = 0; i < size; i++) {
        if (left[i] != right[i]) {
            return left[i] < right[i] ? -1 : 1;
        }
    }
    return 0;
}
