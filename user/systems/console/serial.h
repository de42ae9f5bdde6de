/* SPDX-License-Identifier: BSD-2-Clause */
/* Between the serial line's driver and its client, and the client's side of it; what the
 * calls are is in user/lib/serial_call.h. */
#ifndef SERIAL_H
#define SERIAL_H

#include <stdint.h>

#include "serial_call.h"

/* Slots of the client. */
#define SERIAL_SLOT_DRIVER 1U
#define SERIAL_SLOT_EVENT 2U

/* Badges. */
#define SERIAL_SELF 1U /* the driver's own interrupt thread */
#define SERIAL_CLIENT 2U

/* Waits until all of it has been taken. */
void serial_write(const char *text, uint32_t length);
/* Waits for input: from 1 to SERIAL_MOST characters; 0 if the driver is gone. */
uint32_t serial_read(char *text);
void serial_close(void);

#endif
