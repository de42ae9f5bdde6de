/* SPDX-License-Identifier: BSD-2-Clause */
/* What a test's own process prints. */
#ifndef TESTS_STREAM_KEEP_H
#define TESTS_STREAM_KEEP_H

#include <stdio.h>

/* Keeps stderr (or another stream) from now on, and gives what came. */
void stream_keep(FILE *stream);
const char *stream_kept(void);

#endif
