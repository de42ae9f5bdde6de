/* SPDX-License-Identifier: BSD-2-Clause */
/* Boards: see board_choice.h. */
#include "board_choice.h"

#include <string.h>

#include "place.h"

void board_known(const char *board)
{
    struct list known = {0};
    const char *names = "";

    boards(&known);
    for (size_t i = 0; i < known.count; i++) {
        if (strcmp(known.at[i], board) == 0) {
            return;
        }
        names = text("%s %s", names, known.at[i]);
    }
    fail(STATUS_USAGE, "--board %s: no such board; there are:%s", board, names);
}
