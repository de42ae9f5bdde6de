/* SPDX-License-Identifier: BSD-2-Clause */
/* Errors and warnings, and where in the description they are: see model.h. */
#include <stdarg.h>

#include "model.h"

static void print_element(FILE *file, const char *array, u32 index, const char *name)
{
    if (name != NULL) {
        fprintf(file, "%s[%u] \"%s\": ", array, index, name);
    } else {
        fprintf(file, "%s[%u]: ", array, index);
    }
}

static void print_cell(const struct model *m, u32 cell)
{
    print_element(m->errors, "cells", cell, m->system->cells[cell].name);
}

static void print_in_cell(const struct model *m, enum kind kind, u32 object)
{
    if (kind == KIND_THREAD) {
        const struct model_thread *t = &m->threads[object];
        print_cell(m, t->cell);
        print_element(m->errors, "threads", object - m->cells[t->cell].threads.first, t->is->name);
    } else if (kind == KIND_CAP) {
        const struct model_cap *c = &m->caps[object];
        print_cell(m, c->cell);
        fprintf(m->errors, "caps[%u] (slot %u): ", object - m->cells[c->cell].caps.first,
                c->is->slot);
    } else if (kind == KIND_REGION) {
        const struct model_region *r = &m->regions[object];
        print_cell(m, r->cell);
        print_element(m->errors, "regions", object - m->cells[r->cell].regions.first -
            m->cells[r->cell].images,
                      r->is->name);
    }
}

static void print_place(const struct model *m, enum kind kind, u32 object)
{
    if (kind == KIND_CELL) {
        print_cell(m, object);
    } else if (kind == KIND_IRQ) {
        print_element(m->errors, "irqs", object, m->system->irqs[object].name);
    } else if (kind == KIND_NOTIFICATION) {
        print_element(m->errors, "notifications", object, m->system->notifications[object].name);
    } else if (kind != KIND_SYSTEM) {
        print_in_cell(m, kind, object);
    }
}

void model_report(struct model *m, enum severity severity, enum kind kind, u32 object,
                  const char *field, const char *format, ...)
{
    va_list arguments;

    fprintf(m->errors, "%s: system \"%s\": ", severity == SEVERITY_ERROR ? "error" : "warning",
            m->system->name != NULL ? m->system->name : "");
    print_place(m, kind, object);
    if (field != NULL) {
        fprintf(m->errors, "%s: ", field);
    }
    va_start(arguments, format);
    vfprintf(m->errors, format, arguments);
    va_end(arguments);
    fputc('\n', m->errors);
    m->error_count += severity == SEVERITY_ERROR;
}
