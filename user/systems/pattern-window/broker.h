/* SPDX-License-Identifier: BSD-2-Clause */
/* What the broker and its client agree on. */
#ifndef BROKER_H
#define BROKER_H

#define CLIENT_SLOT_BROKER 1U
#define CLIENT_SLOT_WINDOW 2U /* empty until something comes */
#define BROKER_SLOT_BELL 1U
#define BROKER_BADGE 4U
#define BROKER_LEND 1U   /* -> a capability to the bell */
#define BROKER_RECALL 2U /* takes it back from whoever has it */

#endif
