/* SPDX-License-Identifier: BSD-2-Clause */
/* What control's two threads agree on: words in its statistics page, behind the
 * histogram, in counter ticks. */
#ifndef CONTROL_H
#define CONTROL_H

#include <stdint.h>

#define CONTROL_RUNS 0x800U
#define CONTROL_MISSES 0x804U
#define CONTROL_WORST 0x808U        /* latest release to run, */
#define CONTROL_WORST_SECOND 0x80cU /* and of the last second */
#define CONTROL_DONE 0x810U         /* latest release to end of the run */
#define CONTROL_FORGET 0x814U       /* not 0: start anew */

struct control_figures {
    uint32_t runs;
    uint32_t misses;
    uint32_t worst;
    uint32_t worst_second;
    uint32_t done;
};

/* The reporter's thread. */
void control_report(void);

#endif
