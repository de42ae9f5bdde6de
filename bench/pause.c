/* SPDX-License-Identifier: BSD-2-Clause */
#include "pause.h"

#include <stdbool.h>
#include <time.h>
#include <valgrind/callgrind.h>

static bool counting;
static struct timespec began;
static double paused;

void pause_counts(void)
{
    counting = true;
}

void bench_pause(void)
{
    if (counting) {
        CALLGRIND_TOGGLE_COLLECT;
    } else {
        clock_gettime(CLOCK_MONOTONIC, &began);
    }
}

void bench_resume(void)
{
    struct timespec now;

    if (counting) {
        CALLGRIND_TOGGLE_COLLECT;
        return;
    }
    clock_gettime(CLOCK_MONOTONIC, &now);
    paused += (double)(now.tv_sec - began.tv_sec) * 1e9 + (double)(now.tv_nsec - began.tv_nsec);
}

double pause_take(void)
{
    double ns = paused;

    paused = 0;
    return ns;
}
