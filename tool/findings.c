/* SPDX-License-Identifier: BSD-2-Clause */
/* Of what tools say: see findings.h. */
#define _GNU_SOURCE /* strcasestr() */
#include "findings.h"

#include <stdbool.h>
#include <string.h>
#include <unistd.h>

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

static const char *moved_from;
static const char *moved_to;

void findings_moved(const char *from, const char *to)
{
    moved_from = text("%s/", from);
    moved_to = text("%s/", to);
}

/* The line, with names of files as the user knows them. */
static const char *placed(const char *line)
{
    const char *here = text("%s/", getcwd(NULL, 0));

    if (moved_from != NULL && strncmp(line, moved_from, strlen(moved_from)) == 0) {
        line = text("%s%s", moved_to, line + strlen(moved_from));
    }
    return strncmp(line, here, strlen(here)) == 0 ? line + strlen(here) : line;
}

/* Headers of the C library, by the start of their names, and what there is instead. */
static const struct {
    const char *header;
    const char *instead;
} absent[] = {
    {"stdio", "use thimble_print (user/lib/print.h)"},
    {"unistd", "to sleep, use thimble_sleep_until (user/lib/sleep.h)"},
    {"time", "use \"time.h\", with quotes (user/lib/time.h)"},
    {"sys/time", "use \"time.h\" (user/lib/time.h)"},
    {"string", "memcpy and its like are the compiler's: copy in a loop"},
    {"assert", "return from the program: it is stopped by a fault"},
    {"stdlib", "memory is the cell's own, random numbers are xorshift (user/lib/xorshift.h)"},
    {"math", ""}, {"pthread", ""}, {"errno", ""}, {"ctype", ""}, {"signal", ""}, {"setjmp", ""},
    {"fcntl", ""}, {"locale", ""}, {"wchar", ""},
};

/* "stdio.h: No such file or directory" of the compiler, in words; NULL: it is no such line. */
static const char *header_missing(const char *line)
{
    const char *fatal = strstr(line, "fatal error: ");
    const char *header = fatal != NULL ? fatal + strlen("fatal error: ") : "";
    size_t length = strcspn(header, ":");
    const char *instead = NULL;

    if (fatal == NULL || strstr(line, ": No such file or directory") == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < sizeof(absent) / sizeof(absent[0]); i++) {
        if (strlen(absent[i].header) + 2U == length &&
            strncmp(header, absent[i].header, length - 2U) == 0) {
            instead = text("%s%s", absent[i].instead, absent[i].instead[0] != '\0' ? "; " : "");
        }
    }
    if (instead == NULL) {
        return NULL;
    }
    return text("%.*serror: %.*s: no such header; %scells have no C library (docs/systems.md says "
                "what there is)",
                (int)(fatal - line), line, (int)length, header, instead);
}

/* Lines without a severity only say where the next one is. */
void findings_compiler(const char *said, FILE *file)
{
    char *line;
    bool any = false;

    for (const char *at = said; line_next(&at, &line);) {
        if (strstr(line, "error: ") != NULL || strstr(line, "warning: ") != NULL) {
            const char *header = header_missing(line);
            fprintf(file, "%s\n", placed(header != NULL ? header : line));
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

/* The description is what the checker and the simulator look for, from many places. */
#define NO_DESCRIPTION                                                                  \
    "error: no description: a system has `const struct system thimble_system = {...};`" \
    " (docs/systems.md)\n"

void findings_linker(const char *said, FILE *file)
{
    char *line;
    bool any = false;
    bool described = true;

    for (const char *at = said; line_next(&at, &line);) {
        const char *undefined = quoted(line, "undefined reference to `");
        const char *twice = quoted(line, "multiple definition of `");
        if (undefined != NULL && strcmp(undefined, "thimble_system") == 0) {
            fputs(described ? NO_DESCRIPTION : "", file);
            described = false;
        } else if (undefined != NULL) {
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
            strncmp(line, "thimble: ", 9) == 0 || strstr(line, "is missing: run") != NULL ||
            strstr(line, "(docs/systems.md") != NULL || strncmp(line, "cell ", 5) == 0) {
            const char *header = header_missing(line);
            fprintf(file, "%s\n", placed(header != NULL ? header : line));
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
        lines = is_warning(line) ? text("%s%s\n", lines, placed(line)) : lines;
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
