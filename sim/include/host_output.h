/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a program of the host has printed has arrived, or the program fails and says so: to a
 * full disk, and to a stdout that is closed. Every main() starts with output_must_arrive().
 */
#ifndef SIM_HOST_OUTPUT_H
#define SIM_HOST_OUTPUT_H

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One line, if anything that was written to it is lost. Closes it. */
static inline int output_close(FILE *file, const char *name)
{
    int bad = ferror(file);

    errno = 0;
    if (fclose(file) == 0 && bad == 0) {
        return 1;
    }
    fprintf(stderr, "thimble: %s: could not be written%s%s\n", name, errno != 0 ? ": " : "",
            errno != 0 ? strerror(errno) : "");
    return 0;
}

static inline void output_at_exit(void)
{
    if (!output_close(stdout, "stdout")) {
        _exit(EXIT_FAILURE);
    }
}

static inline void output_must_arrive(void)
{
    /* Closed: the next file that is opened would be written to in its place. */
    if (fcntl(STDOUT_FILENO, F_GETFD) < 0) {
        fputs("thimble: stdout: is closed\n", stderr);
        exit(EXIT_FAILURE);
    }
    (void)atexit(output_at_exit);
}

#endif
