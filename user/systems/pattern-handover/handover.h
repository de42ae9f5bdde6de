/* SPDX-License-Identifier: BSD-2-Clause */
/* What maker and taker agree on. */
#ifndef HANDOVER_H
#define HANDOVER_H

#define MAKER_SLOT_TAKER 1U
#define MAKER_SLOT_STOCK 2U
#define MAKER_SLOT_PART 3U /* derived for each handover */
#define MAKER_STOCK_AT 0x20000000U
#define STOCK_PAGES 8U
#define TAKER_SLOT_WINDOW 1U
#define TAKER_AT 0x30000000U
#define TAKER_READY 1U /* sets the window */
#define TAKER_TAKE 2U  /* word 5: a page -> word 0: the sum of its words */
#define TAKER_LOOK 3U  /* -> word 0: status of mapping it again */
#define PAGE_WORDS 1024U

#endif
