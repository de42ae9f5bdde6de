/* SPDX-License-Identifier: BSD-2-Clause */
/* What facts.txt says, its bounds made numbers (facts.awk): see wcet.h. */
#include "wcet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROWS 64U
#define LINE_SIZE 1024U

struct fact facts[FACTS];
uint32_t fact_count;
struct row rows[ROWS];
uint32_t row_count;

/* "LINE|KIND|A|B|C|REASON" of a loop, or another fact about the code. */
static void fact_read(uint32_t line, const char *kind, char **part)
{
    static const char *const names[] = {"loop",   "body",        "part",   "rare",
                                        "total",  "not",         "handler-not", "found-not",
                                        "onward-not", "last-not", "back-not", "native-not",
                                        "either", "never", "absent", "anchor", "choice"};
    const char *scope = strstr(part[0], " > ");
    const char *other = strchr(part[2], ':');
    uint32_t k = 0;

    while (k < sizeof(names) / sizeof(names[0]) && strcmp(names[k], kind) != 0) {
        k++;
    }
    if (k == sizeof(names) / sizeof(names[0]) || fact_count == FACTS) {
        die("facts.txt:%u: %s: no such fact, or too many", line, kind);
    }
    facts[fact_count++] = (struct fact){
        .kind = (enum fact_kind)k,
        .scope = scope != NULL ? strndup(part[0], (size_t)(scope - part[0])) : NULL,
        .function = strdup(scope != NULL ? scope + 3 : part[0]),
        .text = strdup(part[1]),
        .total =
            other != NULL ? strndup(part[2], (size_t)(other - part[2])) : strdup(part[2]),
        .other = other != NULL ? strdup(other + 1 + strspn(other + 1, " ")) : "",
        .bound = (uint32_t)strtoul(part[2], NULL, 10),
        .line = line,
    };
}

void facts_read(const char *file)
{
    FILE *in = fopen(file, "r");
    char line[LINE_SIZE];

    if (in == NULL) {
        die("%s: cannot be read", file);
    }
    while (fgets(line, sizeof(line), in) != NULL) {
        char none[] = "";
        char *part[6] = {none, none, none, none, none, none};
        char *rest = line;
        line[strcspn(line, "\n")] = '\0';
        for (uint32_t i = 0; i < 6U && rest != NULL; i++) {
            part[i] = strsep(&rest, "|");
        }
        uint32_t number = (uint32_t)strtoul(part[0], NULL, 10);
        if (strcmp(part[1], "row") != 0) {
            fact_read(number, part[1], part + 2);
        } else if (row_count < ROWS) {
            rows[row_count++] =
                (struct row){strdup(part[2]), strdup(part[3]), strdup(part[4]), strdup(part[5])};
        } else {
            die("facts.txt:%u: too many rows", number);
        }
    }
    (void)fclose(in);
}

/* Functions that the compiler has cut or specialised keep their names before a dot. */
bool same_function(const char *name, const char *function)
{
    size_t length = strcspn(name, ".");

    return strlen(function) == length && strncmp(name, function, length) == 0;
}

bool place_matches(const char *function, const char *text, const struct insn *insn)
{
    for (uint32_t i = 0; i < insn->frame_count; i++) {
        const struct frame *f = &insn->frames[i];
        if (same_function(f->function, function) &&
            (text[0] == '\0' || strstr(source_line(f->file, f->line), text) != NULL)) {
            return true;
        }
    }
    return false;
}

bool fact_matches(const struct fact *fact, const struct insn *insn)
{
    return place_matches(fact->function, fact->text, insn);
}

struct fact *fact_of(enum fact_kind kind, const char *function)
{
    for (uint32_t i = 0; i < fact_count; i++) {
        if (facts[i].kind == kind && same_function(function, facts[i].function)) {
            return &facts[i];
        }
    }
    return NULL;
}

struct fact *total_of(const char *name)
{
    for (uint32_t i = 0; i < fact_count; i++) {
        if (facts[i].kind == FACT_TOTAL && facts[i].scope == NULL &&
            strcmp(facts[i].text, name) == 0) {
            return &facts[i];
        }
    }
    die("facts.txt: no total %s", name);
}

bool word_in(const char *words, const char *word)
{
    size_t length = strcspn(word, ".");

    while (*words != '\0') {
        size_t end = strcspn(words, " ");
        if (end == length && strncmp(words, word, length) == 0) {
            return true;
        }
        words += end;
        words += strspn(words, " ");
    }
    return false;
}
