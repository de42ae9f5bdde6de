/* SPDX-License-Identifier: BSD-2-Clause */
#include "stream_keep.h"

#include <criterion/criterion.h>
#include <unistd.h>

static FILE *kept;
static FILE *kept_stream;
static int kept_fd;

void stream_keep(FILE *stream)
{
    fflush(stream);
    kept = tmpfile();
    cr_assert_not_null(kept);
    kept_stream = stream;
    kept_fd = dup(fileno(stream));
    cr_assert_geq(dup2(fileno(kept), fileno(stream)), 0);
}

const char *stream_kept(void)
{
    static char text[8192];
    size_t size;

    fflush(kept_stream);
    dup2(kept_fd, fileno(kept_stream));
    close(kept_fd);
    rewind(kept);
    size = fread(text, 1, sizeof(text) - 1, kept);
    text[size] = '\0';
    fclose(kept);
    return text;
}
