/* SPDX-License-Identifier: BSD-2-Clause */
/* What the description and the program of the mover agree on. */
#ifndef MOVER_H
#define MOVER_H

#define MOVER_SLOT_BUFFER 1U
#define MOVER_SLOT_IRQ 2U
#define MOVER_SLOT_DONE 3U
#define MOVER_ENGINE_AT 0x30000000U
/* The physical address too. */
#define MOVER_BUFFER_AT 0x40800000U
#define MOVER_BUFFER_SIZE 0x1000U
/* The program's argument: maintenance that it leaves out, to see what that does. */
#define MOVER_NO_CLEAN 1U   /* of the source, before a transfer */
#define MOVER_NO_PREPARE 2U /* of the target, before a transfer */
#define MOVER_NO_FINISH 4U  /* of the target, after it */

#endif
