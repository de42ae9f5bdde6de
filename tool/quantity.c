/* SPDX-License-Identifier: BSD-2-Clause */
/* Durations and seeds: see quantity.h. */
#include "quantity.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

/* Longer than any run: and an uint64_t of ns holds it. */
#define DURATION_MAX 1e18

static const struct unit {
    const char *name;
    double ns;
} units[] = {{"s", 1e9}, {"ms", 1e6}, {"us", 1e3}, {"ns", 1.0}};
#define UNITS (sizeof(units) / sizeof(units[0]))

bool duration_read(const char *text, uint64_t *ns)
{
    size_t digits = strspn(text, "0123456789.");
    const char *unit = text[digits] == '\0' ? "ms" : text + digits;
    char *end;
    double value = strtod(text, &end);

    if (digits == 0 || end != text + digits) {
        return false;
    }
    for (size_t i = 0; i < UNITS; i++) {
        if (strcmp(unit, units[i].name) == 0 && value * units[i].ns <= DURATION_MAX) {
            *ns = (uint64_t)llround(value * units[i].ns);
            return true;
        }
    }
    return false;
}

const char *duration_text(uint64_t ns)
{
    size_t i = 0;

    while (i + 1U < UNITS && (double)ns < units[i].ns) {
        i++;
    }
    double value = (double)ns / units[i].ns;
    return text("%.*g %s", value >= 1000.0 ? 15 : 4, value, units[i].name);
}

const char *duration_option(uint64_t ns)
{
    size_t i = 0;

    while (i + 1U < UNITS && ns % (uint64_t)units[i].ns != 0) {
        i++;
    }
    return text("%llu%s", (unsigned long long)(ns / (uint64_t)units[i].ns), units[i].name);
}

bool number_read(const char *text, uint64_t *value)
{
    char *end;

    errno = 0;
    *value = strtoull(text, &end, 10);
    return isdigit((unsigned char)text[0]) != 0 && errno == 0 && *end == '\0';
}

bool range_read(const char *string, uint64_t *first, uint64_t *last)
{
    const char *dots = strstr(string, "..");

    if (dots == NULL) {
        return number_read(string, first) && number_read(string, last);
    }
    return number_read(text("%.*s", (int)(dots - string), string), first) &&
           number_read(dots + 2, last) && *first <= *last;
}
