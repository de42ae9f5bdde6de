/* SPDX-License-Identifier: BSD-2-Clause */
/* Between the shell, the cell that it plays with, and their description. */
#ifndef SHELL_H
#define SHELL_H

/* Slots of the shell, after the serial line's. */
#define SHELL_SLOT_DEMO 3U      /* to call it */
#define SHELL_SLOT_DEMO_CELL 4U /* to restart it */

/* Calls to the demo. */
#define DEMO_ASK 1U   /* answer: word 0, how often it has been asked */
#define DEMO_FAULT 2U /* it writes where nothing is, and never answers */
/* Answers. */
#define DEMO_DONE 0x80U
#define DEMO_REFUSED 0x81U

#endif
