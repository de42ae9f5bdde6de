/* SPDX-License-Identifier: BSD-2-Clause */
/* Boards on the command line. */
#ifndef TOOL_BOARD_CHOICE_H
#define TOOL_BOARD_CHOICE_H

/* Ends the program with one line if there is no such board. */
void board_known(const char *board);

#endif
