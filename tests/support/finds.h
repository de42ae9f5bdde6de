/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of kernel_check(): a sound state is damaged, and the damage is found. */
#ifndef TESTS_FINDS_H
#define TESTS_FINDS_H

#include <string.h>

#include "drive.h"

/* A test that this damage is found, by the invariant that has this text in it. */
#define FINDS_BY(suite, name, invariant, ...)                                          \
    Test(suite, finds_##name)                                                          \
    {                                                                                  \
        __VA_ARGS__;                                                                   \
        const char *found = kernel_check();                                            \
        cr_assert_not_null(found, "the damage is not found");                          \
        cr_assert(strstr(found, (invariant)) != NULL, "found by another: %s", found);  \
    }

#endif
