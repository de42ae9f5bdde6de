/* SPDX-License-Identifier: BSD-2-Clause */
/* 1,000 objects of each kind. */
#define COUNT 1000U
#define EACH(what) THOUSAND(what, 1)
#include "sizes.h"
