/* SPDX-License-Identifier: BSD-2-Clause */
/* What the driver's program and its description agree on. */
#ifndef DRIVER_H
#define DRIVER_H

#define DRIVER_SLOT_IRQ 1U
#define DRIVER_SLOT_EVENT 2U
#define DRIVER_SLOT_SERVICE 3U
#define DRIVER_SLOT_HEALTH 4U

#define DRIVER_UART_AT 0x09000000U
#define DRIVER_QUEUE_AT 0x20000000U
#define DRIVER_QUEUE_REGION 0x2000U

#define DRIVER_WATCH 0x57415443U /* argument of the interrupt thread */

/* Half of the FIFO, 8 characters of 87 us: by then the next must be there, if the
 * line is not to fall silent. */
#define DRIVER_DEADLINE_US 690U

#endif
