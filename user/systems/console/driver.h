/* SPDX-License-Identifier: BSD-2-Clause */
/* What the driver's program and its description agree on. */
#ifndef DRIVER_H
#define DRIVER_H

#define DRIVER_SLOT_IRQ 1U
#define DRIVER_SLOT_INTERRUPT 2U /* the notification that the line signals */
#define DRIVER_SLOT_SERVICE 3U
#define DRIVER_SLOT_CLIENT 4U

#define DRIVER_UART_AT 0x09000000U

#define DRIVER_WATCH 0x57415443U /* argument of the interrupt thread */

/* Half of the FIFO, 8 characters of 87 us: by then what has been received must be
 * out of it, and what is to be sent in it. */
#define DRIVER_DEADLINE_US 690U

#endif
