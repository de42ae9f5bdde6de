/* SPDX-License-Identifier: BSD-2-Clause */
/* What the description of the exits system and its programs agree on. */
#ifndef EXITS_H
#define EXITS_H

#define KIB 1024U

/* In the guest's space. Where it is unless it turns its MMU on, which maps more: */
#define GUEST_RAM 0x80000000
#define GUEST_RAM_BYTES 0x200000U
#define GUEST_FIXED 0x50000000   /* memory that it may only read */
#define GUEST_NOTHING 0x60000000 /* nothing is there */
#define GUEST_DEVICE 0x08010000  /* a device's page */
#define GUEST_FIXED_VIRTUAL 0x90000000
#define GUEST_RAM_VIRTUAL 0xa0000000
#define GUEST_TABLE 0x10000 /* in its RAM: its translation table */

/* In the handler's. */
#define RAM_AT 0x14000000U
#define NOTES_AT 0x12000000U

/* Slots of the handler, */
#define SLOT_VCPU 1
#define SLOT_RAM 2
#define SLOT_STOPPED 3
#define STOPPED 1U
/* and of the native cell that faults. */
#define SLOT_FIXER 1
#define SLOT_NEVER 2

#endif
