/* SPDX-License-Identifier: BSD-2-Clause */
/* What the bank and its customers agree on. */
#ifndef BANK_H
#define BANK_H

#define BANK_SLOT 1U      /* of every customer */
#define BANK_TICK 2U      /* waited on for time */
#define BANK_ACCOUNTS 3U  /* badges 1 and 2 */
#define BANK_DEPOSIT 1U   /* word 0: amount -> word 0: balance */

#endif
