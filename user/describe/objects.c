/* SPDX-License-Identifier: BSD-2-Clause */
/* The symbol table of an ELF file (System V ABI, "Symbol Table"): see objects.h. */
#include "objects.h"

#include <fcntl.h>
#include <link.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* As long as this program runs. */
static const ElfW(Sym) *symbols;
static size_t symbol_count;

static const char *program_map(size_t *bytes)
{
    struct stat status;
    int file = open("/proc/self/exe", O_RDONLY);

    if (file < 0) {
        return NULL;
    }
    void *map = MAP_FAILED;
    if (fstat(file, &status) == 0) {
        *bytes = (size_t)status.st_size;
        map = mmap(NULL, *bytes, PROT_READ, MAP_PRIVATE, file, 0);
    }
    (void)close(file);
    return map != MAP_FAILED ? map : NULL;
}

static bool within(size_t bytes, uint64_t offset, uint64_t size)
{
    return offset <= bytes && size <= bytes - offset;
}

void objects_load(const char *name, const void *known)
{
    size_t bytes = 0;
    const char *map = program_map(&bytes);
    const ElfW(Ehdr) *header = (const void *)map;

    if (map == NULL || bytes < sizeof(*header) || memcmp(map, ELFMAG, SELFMAG) != 0 ||
        header->e_shentsize != sizeof(ElfW(Shdr)) ||
        !within(bytes, header->e_shoff, (uint64_t)header->e_shnum * sizeof(ElfW(Shdr)))) {
        return;
    }
    const ElfW(Shdr) *sections = (const void *)(map + header->e_shoff);
    for (uint32_t i = 0; i < header->e_shnum; i++) {
        const ElfW(Shdr) *s = &sections[i];
        if (s->sh_type != SHT_SYMTAB || s->sh_link >= header->e_shnum ||
            !within(bytes, s->sh_offset, s->sh_size)) {
            continue;
        }
        const ElfW(Shdr) *names = &sections[s->sh_link];
        const ElfW(Sym) *all = (const void *)(map + s->sh_offset);
        for (size_t j = 0; j < s->sh_size / sizeof(*all); j++) {
            if (all[j].st_value == (uintptr_t)known && all[j].st_name < names->sh_size &&
                within(bytes, names->sh_offset, names->sh_size) &&
                strcmp(map + names->sh_offset + all[j].st_name, name) == 0) {
                symbols = all;
                symbol_count = s->sh_size / sizeof(*all);
            }
        }
    }
}

const char *object_end(const void *at)
{
    uintptr_t address = (uintptr_t)at;

    for (size_t i = 0; i < symbol_count; i++) {
        const ElfW(Sym) *s = &symbols[i];
        if ((s->st_info & 0xfU) == STT_OBJECT && address - s->st_value < s->st_size) {
            return (const char *)at + (s->st_value + s->st_size - address);
        }
    }
    return NULL;
}
