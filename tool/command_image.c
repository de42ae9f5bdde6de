/* SPDX-License-Identifier: BSD-2-Clause */
/* thimble image: what a board boots. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "board_choice.h"
#include "build.h"
#include "command.h"
#include "findings.h"
#include "process.h"

static const char *board = "virt";
static const char *output = ".";

const struct choice choices_image[] = {
    {"board", "NAME", "the board (default virt, QEMU's)", NULL, &board, NULL},
    {"output", "FOLDER", "where the files go (default: here)", NULL, &output, NULL},
    {NULL, NULL, NULL, NULL, NULL, NULL}};

int command_image(char **arguments)
{
    static const struct {
        const char *end;
        const char *what;
    } files[] = {{"elf", "for QEMU and debuggers"},
                 {"img", "memory as it is: for boot loaders that load a binary"},
                 {"uimg", "for U-Boot's bootm"}};
    struct target target;
    struct list goals = {0};
    struct place place = place_find(arguments[0]);

    board_known(board);
    list_add(&goals, "image");
    build_target(&place, board, false, &goals, &target);
    if (target.status != 0) {
        findings_build(target.said, stderr);
        return STATUS_BAD;
    }
    fputs(findings_warnings(target.said), stderr);
    folder_make(output);
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        const char *made = text("%s/%s-%s.%s", output, place.name, board, files[i].end);
        struct list copy = {0};
        struct stat s = {0};
        list_add(&copy, "cp");
        list_add(&copy, text("%s/thimble.%s", target.folder, files[i].end));
        list_add(&copy, made);
        if (process_run(&copy) != 0 || stat(made, &s) != 0) {
            return STATUS_BAD;
        }
        printf("%s: %lld bytes, %s\n", made, (long long)s.st_size, files[i].what);
    }
    return STATUS_GOOD;
}
