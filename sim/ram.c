/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>

#include "ram.h"

void sim_ram_reset(struct sim_ram *ram)
{
    for (u32 word = 0; word < SIM_RAM_WORDS; word++) {
        u64 pages = ram->dirty[word] | ram->used[word];

        while (pages != 0) {
            u32 page = word * 64U + (u32)__builtin_ctzll(pages);

            memset(&ram->bytes[page * PAGE_SIZE], 0, PAGE_SIZE);
            pages &= pages - 1;
        }
        ram->dirty[word] = 0;
        ram->used[word] = 0;
    }
}

void sim_ram_save(struct sim_ram *ram, u8 *copy)
{
    for (u32 word = 0; word < SIM_RAM_WORDS; word++) {
        u64 pages = ram->dirty[word];

        while (pages != 0) {
            u32 at = (word * 64U + (u32)__builtin_ctzll(pages)) * PAGE_SIZE;

            memcpy(&copy[at], &ram->bytes[at], PAGE_SIZE);
            pages &= pages - 1;
        }
        ram->used[word] |= ram->dirty[word];
        ram->dirty[word] = 0;
    }
}

void sim_ram_restore(struct sim_ram *ram, const u8 *copy)
{
    for (u32 word = 0; word < SIM_RAM_WORDS; word++) {
        u64 pages = ram->dirty[word];

        while (pages != 0) {
            u32 at = (word * 64U + (u32)__builtin_ctzll(pages)) * PAGE_SIZE;

            memcpy(&ram->bytes[at], &copy[at], PAGE_SIZE);
            pages &= pages - 1;
        }
        ram->used[word] |= ram->dirty[word];
        ram->dirty[word] = 0;
    }
}

void sim_ram_save_all(struct sim_ram *ram, u8 *copy)
{
    for (u32 word = 0; word < SIM_RAM_WORDS; word++) {
        ram->used[word] |= ram->dirty[word];
        ram->dirty[word] = 0;
    }
    memcpy(copy, ram->bytes, SIM_RAM_SIZE);
}

void sim_ram_outside(u32 address, u32 size)
{
    fprintf(stderr, "simulator: RAM access outside RAM: address 0x%08lx, %lu bytes\n",
            (unsigned long)address, (unsigned long)size);
    abort();
}
