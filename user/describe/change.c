/* SPDX-License-Identifier: BSD-2-Clause */
/* Changes of a description: see change.h. */
#include "change.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"

static const struct field {
    const char *name;
    size_t at; /* in struct system_thread */
    u8 size;
} fields[] = {
#define FIELD(name) {#name, offsetof(struct system_thread, name), \
                     sizeof(((struct system_thread *)NULL)->name)}
    FIELD(priority), FIELD(budget_us), FIELD(period_us),  FIELD(deadline_us),
    FIELD(wakes),    FIELD(level),     FIELD(service_us), FIELD(argument),
#undef FIELD
};

/* Parts of "cell.thread.FIELD=VALUE". */
struct parts {
    char *text; /* owns them */
    char *cell;
    char *thread;
    char *field;
    const char *value;
};

static void *must(void *memory)
{
    if (memory == NULL) {
        perror("thimble: no memory for a change of the description");
        exit(1);
    }
    return memory;
}

static u32 cell_count(const struct system *s)
{
    u32 count = 0;

    while (s->cells != NULL && s->cells[count].name != NULL) {
        count++;
    }
    return count;
}

static u32 thread_count(const struct system_cell *cell)
{
    u32 count = 0;

    while (cell->threads != NULL && cell->threads[count].name != NULL) {
        count++;
    }
    return count;
}

void change_begin(struct changed *c, const struct system *system)
{
    *c = (struct changed){.system = *system};
}

void change_free(struct changed *c)
{
    u32 count = c->cells != NULL ? cell_count(&c->system) : 0;

    for (u32 i = 0; i < count; i++) {
        free(c->threads[i]);
    }
    free(c->threads);
    free(c->cells);
    *c = (struct changed){.cells = NULL};
}

static bool __attribute__((format(printf, 3, 4)))
wrong(FILE *errors, const char *what, const char *words, ...)
{
    va_list list;

    fprintf(errors, "thimble: --set %s: ", what);
    va_start(list, words);
    vfprintf(errors, words, list);
    va_end(list);
    fputc('\n', errors);
    return false;
}

/* From the end: names of cells have no dot, but a thread's reference must be found whole. */
static bool parts_of(const char *what, struct parts *p)
{
    p->text = must(strdup(what));
    char *equals = strchr(p->text, '=');
    if (equals == NULL) {
        return false;
    }
    *equals = '\0';
    p->value = equals + 1;
    char *second = strrchr(p->text, '.');
    if (second == NULL) {
        return false;
    }
    *second = '\0';
    p->field = second + 1;
    char *first = strchr(p->text, '.');
    if (first == NULL) {
        return false;
    }
    *first = '\0';
    p->cell = p->text;
    p->thread = first + 1;
    return true;
}

/* The threads of the cell are the copy's own from now on. */
static struct system_thread *threads_own(struct changed *c, u32 cell)
{
    if (c->cells == NULL) {
        size_t cells = cell_count(&c->system) + 1U;
        c->cells = must(calloc(cells, sizeof(*c->cells)));
        memcpy(c->cells, c->system.cells, cells * sizeof(*c->cells));
        c->threads = must(calloc(cells, sizeof(struct system_thread *)));
        c->system.cells = c->cells;
    }
    if (c->threads[cell] == NULL) {
        size_t count = thread_count(&c->cells[cell]) + 1U;
        c->threads[cell] = must(calloc(count, sizeof(struct system_thread)));
        memcpy(c->threads[cell], c->cells[cell].threads, count * sizeof(struct system_thread));
        c->cells[cell].threads = c->threads[cell];
    }
    return c->threads[cell];
}

/* A decimal or 0x number up to the largest of its size. */
static bool value_set(struct system_thread *t, const struct field *f, const char *text)
{
    unsigned char *at = (unsigned char *)t + f->at;
    char *end;

    errno = 0;
    unsigned long long value = strtoull(text, &end, strncmp(text, "0x", 2) == 0 ? 16 : 10);
    if (errno != 0 || end == text || *end != '\0' || strchr(text, '-') != NULL ||
        value > UINT32_MAX >> (32U - 8U * f->size)) {
        return false;
    }
    u32 wide = (u32)value;
    u16 half = (u16)value;
    u8 byte = (u8)value;
    memcpy(at, f->size == 4 ? (void *)&wide : f->size == 2 ? (void *)&half : (void *)&byte,
           f->size);
    return true;
}

/* "; did you mean ...", or all that there are. */
static const char *known(const struct nearest *n, const char *const *names, u32 count)
{
    static char text[512];
    char near[SUGGESTION_SIZE];
    size_t used;

    nearest_text(n, near);
    (void)snprintf(text, sizeof(text), "%s", near[0] != '\0' ? near : "; there are");
    for (u32 i = 0; near[0] == '\0' && i < count; i++) {
        used = strlen(text);
        (void)snprintf(text + used, sizeof(text) - used, "%s %s", i != 0 ? "," : "", names[i]);
    }
    return text;
}

#define NAMES_SHOWN 16U

static const char *known_cell(const struct system *s, const char *wanted)
{
    const char *names[NAMES_SHOWN];
    struct nearest n;
    u32 count = cell_count(s);

    nearest_start(&n, wanted);
    for (u32 i = 0; i < count; i++) {
        nearest_offer(&n, NULL, s->cells[i].name);
        names[i < NAMES_SHOWN ? i : NAMES_SHOWN - 1U] = s->cells[i].name;
    }
    return known(&n, names, count < NAMES_SHOWN ? count : NAMES_SHOWN);
}

static const char *known_thread(const struct system_cell *cell, const char *wanted)
{
    const char *names[NAMES_SHOWN];
    struct nearest n;
    u32 count = thread_count(cell);

    nearest_start(&n, wanted);
    for (u32 i = 0; i < count; i++) {
        nearest_offer(&n, NULL, cell->threads[i].name);
        names[i < NAMES_SHOWN ? i : NAMES_SHOWN - 1U] = cell->threads[i].name;
    }
    return known(&n, names, count < NAMES_SHOWN ? count : NAMES_SHOWN);
}

static const char *known_field(const char *wanted)
{
    const char *names[ARRAY_SIZE(fields)];
    struct nearest n;

    nearest_start(&n, wanted);
    for (u32 i = 0; i < ARRAY_SIZE(fields); i++) {
        nearest_offer(&n, NULL, fields[i].name);
        names[i] = fields[i].name;
    }
    return known(&n, names, ARRAY_SIZE(fields));
}

static bool make(struct changed *c, const char *what, const struct parts *p, FILE *errors)
{
    const struct system *s = &c->system;
    u32 cells = cell_count(s);
    u32 cell = 0;
    u32 thread = 0;
    u32 field = 0;

    while (cell < cells && strcmp(s->cells[cell].name, p->cell) != 0) {
        cell++;
    }
    if (cell == cells) {
        return wrong(errors, what, "no cell \"%s\"%s", p->cell, known_cell(s, p->cell));
    }
    u32 threads = thread_count(&s->cells[cell]);
    while (thread < threads && strcmp(s->cells[cell].threads[thread].name, p->thread) != 0) {
        thread++;
    }
    if (thread == threads) {
        return wrong(errors, what, "cell \"%s\" has no thread \"%s\"%s", p->cell, p->thread,
                     known_thread(&s->cells[cell], p->thread));
    }
    while (field < ARRAY_SIZE(fields) && strcmp(fields[field].name, p->field) != 0) {
        field++;
    }
    if (field == ARRAY_SIZE(fields)) {
        return wrong(errors, what, "no field \"%s\" that can be set%s", p->field,
                     known_field(p->field));
    }
    if (!value_set(&threads_own(c, cell)[thread], &fields[field], p->value)) {
        return wrong(errors, what, "\"%s\" is no number from 0 to %u", p->value,
                     UINT32_MAX >> (32U - 8U * fields[field].size));
    }
    return true;
}

bool change_make(struct changed *c, const char *what, FILE *errors)
{
    struct parts p;
    bool good = parts_of(what, &p)
                    ? make(c, what, &p, errors)
                    : wrong(errors, what, "it is to be cell.thread.FIELD=VALUE, with FIELD %s",
                            known_field("") + strlen("; there are "));

    free(p.text);
    return good;
}
