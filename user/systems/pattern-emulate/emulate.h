/* SPDX-License-Identifier: BSD-2-Clause */
/* What the emulator and its user agree on: a device of two registers. */
#ifndef EMULATE_H
#define EMULATE_H

#define DEVICE_AT 0x0a000000U
#define DEVICE_ID 0x0U
#define DEVICE_ID_VALUE 0x74686d62U
#define DEVICE_COUNT 0x4U /* counts how often it is read */
#define USER_SLOT_EMULATOR 1U

#endif
