/* SPDX-License-Identifier: BSD-2-Clause */
/* What cell "echo" and its Linuxes agree on: each has a channel pair with it. */
#ifndef ECHO_H
#define ECHO_H

/* In a guest: its interrupt, and the page. */
#define ECHO_LINE 40
#define ECHO_GUEST_AT 0x0b000000U
#define ECHO_VM_SLOT 3

/* In cell "echo": one thread for each VM, whose number is its argument. */
#define ECHO_AT(vm) (0x20000000U + 0x1000U * (vm))
#define ECHO_SLOT_SIGNAL(vm) (1U + 2U * (vm))
#define ECHO_SLOT_WAIT(vm) (2U + 2U * (vm))

/* A message: number and ~number. Its answer: the same, how many came before it since the
 * meeting began, itself included, and how many of these were wrong, or not the next. */
#define ECHO_THOUGHT_US 300U
#define ECHO_WORDS 4U
#define ECHO_NUMBER 0U
#define ECHO_CHECK 1U
#define ECHO_COUNT 2U
#define ECHO_GAPS 3U

#endif
