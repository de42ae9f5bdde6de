/* SPDX-License-Identifier: BSD-2-Clause */
/* What regions hold from the start: see model.h. */
#include <stdlib.h>
#include <string.h>

#include "describe.h"
#include "model.h"
#include "vmm/config.h"

/* A device tree has at most this size. */
#define TREE_SIZE (16U * KIB)

/* zImage (Linux, Documentation/arm/booting.rst, and what its kexec reads): a magic
 * number, and where a table says how much memory the unpacked kernel takes. */
#define ZIMAGE_HEADER 0x3cU
#define ZIMAGE_MAGIC_AT 0x24U
#define ZIMAGE_MAGIC 0x016f2818U
#define ZIMAGE_TABLE_MAGIC_AT 0x34U
#define ZIMAGE_TABLE_MAGIC 0x45454545U
#define ZIMAGE_TABLE_AT 0x38U
#define ZIMAGE_SIZE_TAG 0x5a534c4bU
/* Stack, heap and page tables of the code that unpacks; it also moves itself. */
#define ZIMAGE_WORK (256U * KIB)

static const char *folders = ".";

void describe_files(const char *search)
{
    folders = search;
}

static bool read_word(FILE *file, u64 at, u32 *word)
{
    u8 bytes[4];

    if (at > INT32_MAX || fseek(file, (long)at, SEEK_SET) != 0 ||
        fread(bytes, 1, sizeof(bytes), file) != sizeof(bytes)) {
        return false;
    }
    *word = bytes[0] | (u32)bytes[1] << 8 | (u32)bytes[2] << 16 | (u32)bytes[3] << 24;
    return true;
}

/* Bytes that an unpacked kernel takes, its zeroes included; 0: no zImage, or an old one. */
static u32 unpacked_size(FILE *file)
{
    u32 magic;
    u32 table_magic;
    u32 table;
    u32 tag;
    u32 size_at;
    u32 zeroes;
    u32 size;

    if (!read_word(file, ZIMAGE_MAGIC_AT, &magic) || magic != ZIMAGE_MAGIC ||
        !read_word(file, ZIMAGE_TABLE_MAGIC_AT, &table_magic) ||
        table_magic != ZIMAGE_TABLE_MAGIC || !read_word(file, ZIMAGE_TABLE_AT, &table) ||
        !read_word(file, (u64)table + 4U, &tag) || tag != ZIMAGE_SIZE_TAG ||
        !read_word(file, (u64)table + 8U, &size_at) || !read_word(file, (u64)table + 12U,
            &zeroes) ||
        !read_word(file, size_at, &size)) {
        return 0;
    }
    return size < UINT32_MAX - zeroes ? size + zeroes : 0;
}

static void file_look(struct model_region *r, FILE *file)
{
    long size = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
    u32 unpacked = unpacked_size(file);

    /* A folder opens, too, and then is of no size that makes sense. */
    r->file_size = size >= 0 && size < INT32_MAX ? (u32)size : 0;
    r->kernel_needs = r->file_size;
    if (unpacked != 0 && unpacked < (u32)INT32_MAX) {
        r->kernel_needs = unpacked + r->file_size + ZIMAGE_WORK;
    }
}

static void file_find(struct model_region *r)
{
    const char *folder = folders;

    while (r->path == NULL && *folder != '\0') {
        size_t length = strcspn(folder, ":");
        size_t room = length + strlen(r->is->file) + 2U;
        char *path = malloc(room);
        if (path == NULL) {
            return;
        }
        (void)snprintf(path, room, "%.*s/%s", (int)length, folder, r->is->file);
        FILE *file = fopen(path, "rb");
        if (file != NULL) {
            file_look(r, file);
            (void)fclose(file);
            r->path = path;
        } else {
            free(path);
        }
        folder += length + (folder[length] == ':');
    }
}

void content_find(struct model_region *r)
{
    const struct system_region *is = r->is;
    u32 size = 0;

    r->loaded = is->file != NULL || is->tree != NULL || is->config;
    if (is->file != NULL) {
        file_find(r);
        size = r->file_size;
    } else if (is->tree != NULL) {
        size = TREE_SIZE;
    } else if (is->config) {
        size = sizeof(struct vmm_config);
    }
    if (r->loaded && r->size == 0) {
        r->size = (size + PAGE_SIZE - 1U) / PAGE_SIZE * PAGE_SIZE;
    }
}
