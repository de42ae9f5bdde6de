/* SPDX-License-Identifier: BSD-2-Clause */
/* Of what tools say: see findings.h. */
#define _GNU_SOURCE /* strcasestr() */
#include "findings.h"

#include <stdbool.h>
#include <string.h>

#include "text.h"

static bool line_next(const char **said, char **line)
{
    if (**said == '\0') {
        return false;
    }
    size_t length = strcspn(*said, "\n");
    *line = text("%.*s", (int)length, *said);
    *said += length + ((*said)[length] == '\n');
    return true;
}

/* Lines without a severity only say where the next one is. */
void findings_compiler(const char *said, FILE *file)
{
    char *line;
    bool any = false;

    for (const char *at = said; line_next(&at, &line);) {
        if (strstr(line, "error: ") != NULL || strstr(line, "warning: ") != NULL) {
            fprintf(file, "%s\n", line);
            any = true;
        }
    }
    if (!any) {
        fputs(said, file);
    }
}

/* The text between this and the next quote; NULL: it is not there. */
static const char *quoted(const char *line, const char *before)
{
    const char *start = strstr(line, before);

    if (start == NULL) {
        return NULL;
    }
    start += strlen(before);
    return text("%.*s", (int)strcspn(start, "'"), start);
}

/* "FILE:LINE" at the front of what the linker says of an object. */
static const char *place_of(const char *line)
{
    const char *colon = strstr(line, ".c:");

    if (colon == NULL) {
        return "";
    }
    const char *start = colon;
    while (start > line && start[-1] != '/' && start[-1] != ' ') {
        start--;
    }
    int length = (int)(colon + 3 - start) + (int)strspn(colon + 3, "0123456789");
    return text("%.*s: ", length, start);
}

void findings_linker(const char *said, FILE *file)
{
    char *line;
    bool any = false;

    for (const char *at = said; line_next(&at, &line);) {
        const char *undefined = quoted(line, "undefined reference to `");
        const char *twice = quoted(line, "multiple definition of `");
        if (undefined != NULL) {
            fprintf(file, "%serror: nothing defines %s, which is used here\n", place_of(line),
                    undefined);
        } else if (twice != NULL && strncmp(twice, "program_", 8) == 0) {
            fprintf(file, "%serror: PROGRAM(%s) is there twice\n", place_of(line), twice + 8);
        } else if (twice != NULL) {
            fprintf(file, "%serror: %s is defined twice: a function of one file alone is static\n",
                    place_of(line), twice);
        }
        any = any || undefined != NULL || twice != NULL;
    }
    if (!any) {
        fputs(said, file);
    }
}

/* "  CC      file": what the makefile says while it builds. */
static bool is_progress(const char *line)
{
    return strncmp(line, "  ", 2) == 0 && line[2] >= 'A' && line[2] <= 'Z';
}

static bool is_warning(const char *line)
{
    return strstr(line, "warning: ") != NULL;
}

void findings_build(const char *said, FILE *file)
{
    char *line;
    bool any = false;

    for (const char *at = said; line_next(&at, &line);) {
        if (strstr(line, "error: ") != NULL || strstr(line, "undefined reference") != NULL ||
            strncmp(line, "thimble: ", 9) == 0 || strstr(line, "is missing: run") != NULL) {
            fprintf(file, "%s\n", line);
            any = true;
        }
    }
    if (!any) {
        fputs(said, file);
    }
}

const char *findings_warnings(const char *said)
{
    const char *lines = "";
    char *line;

    for (const char *at = said; line_next(&at, &line);) {
        lines = is_warning(line) ? text("%s%s\n", lines, line) : lines;
    }
    return lines;
}

const char *findings_rest(const char *said)
{
    const char *lines = "";
    char *line;

    for (const char *at = said; line_next(&at, &line);) {
        lines = is_warning(line) || is_progress(line) ? lines : text("%s%s\n", lines, line);
    }
    return lines;
}
