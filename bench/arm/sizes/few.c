/* SPDX-License-Identifier: BSD-2-Clause */
/* 10 objects of each kind. */
#define COUNT 10U
#define EACH(what) TEN(what, 1)
#include "sizes.h"
