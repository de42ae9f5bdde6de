/* SPDX-License-Identifier: BSD-2-Clause */
/* Here a program of user/lib is a part of main.c. */
#ifndef THIMBLE_PROGRAM_H
#define THIMBLE_PROGRAM_H
#endif
