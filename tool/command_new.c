/* SPDX-License-Identifier: BSD-2-Clause */
/* thimble new: a folder to start from, of the template. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "command.h"
#include "host_output.h"
#include "place.h"

const struct choice choices_new[] = {{NULL, NULL, NULL, NULL, NULL, NULL}};

/* Stands for the new system's name in the template's files. */
#define STAND_IN "@NAME@"

static void copy(const char *from, const char *to, const char *name)
{
    const char *content = text_of_file(from);
    FILE *file = content != NULL ? fopen(to, "wx") : NULL;

    if (file == NULL) {
        fail(STATUS_BAD, "%s: %s", content != NULL ? to : from, strerror(errno));
    }
    for (const char *next = strstr(content, STAND_IN); next != NULL;
         next = strstr(content, STAND_IN)) {
        fprintf(file, "%.*s%s", (int)(next - content), content, name);
        content = next + strlen(STAND_IN);
    }
    fputs(content, file);
    if (output_close(file, to) == 0) {
        fail(STATUS_BAD, "%s: not made", to);
    }
}

int command_new(char **arguments)
{
    const char *folder = arguments[0];
    const char *slash = strrchr(folder, '/');
    const char *name = slash != NULL ? slash + 1 : folder;
    const char *from = text("%s/tool/template", thimble_root());
    struct list files = {0};

    if (isalpha((unsigned char)name[0]) == 0 || strcmp(name_plain(name), name) != 0 ||
        strchr(name, '.') != NULL || strlen(name) > 31U) {
        fail(STATUS_USAGE, "%s: a name is letters, digits, '-' and '_', a letter first, up to 31",
             name);
    }
    if (mkdir(folder, 0777) != 0) {
        fail(STATUS_BAD, "%s: %s", folder, strerror(errno));
    }
    files_in(from, "", &files);
    for (size_t i = 0; i < files.count; i++) {
        /* A hidden file would be hidden in the template, too. */
        const char *target = strcmp(files.at[i], "gitignore") == 0 ? ".gitignore" : files.at[i];
        const char *path = text("%s/%s", folder, target);
        const char *source = text("%s/%s", from, files.at[i]);
        struct stat s;
        copy(source, path, name);
        if (stat(source, &s) == 0) {
            (void)chmod(path, s.st_mode & 0777U);
        }
    }
    printf("%s: made. Now:\n  thimble check %s\n  thimble run %s\n", folder, folder, folder);
    return STATUS_GOOD;
}
