/* SPDX-License-Identifier: BSD-2-Clause */
/* Errors and warnings, and where in the description they are: see model.h. */
#include <stdarg.h>

#include "model.h"

static void print_element(FILE *file, const char *array, u32 index, const char *name)
{
    fprintf(file, "%s[%u]", array, index);
    if (name != NULL) {
        fprintf(file, " \"%s\"", name);
    }
}

static void print_in_cell(const struct model *m, enum kind kind, u32 object, FILE *file)
{
    u32 cell = kind == KIND_THREAD ? m->threads[object].cell :
               kind == KIND_CAP    ? m->caps[object].cell :
                                     m->regions[object].cell;
    const struct model_cell *c = &m->cells[cell];

    print_element(file, "cells", cell, c->is->name);
    fputs(": ", file);
    if (kind == KIND_THREAD) {
        print_element(file, "threads", object - c->threads.first, m->threads[object].is->name);
    } else if (kind == KIND_CAP) {
        fprintf(file, "caps[%u] (slot %u)", object - c->caps.first, m->caps[object].is->slot);
    } else {
        print_element(file, "regions", object - c->regions.first - c->images,
                      m->regions[object].is->name);
    }
}

void model_place(const struct model *m, enum kind kind, u32 object, FILE *file)
{
    if (kind == KIND_CELL) {
        print_element(file, "cells", object, m->system->cells[object].name);
    } else if (kind == KIND_IRQ) {
        print_element(file, "irqs", object, m->system->irqs[object].name);
    } else if (kind == KIND_DEVICE) {
        print_element(file, "devices", object, m->system->devices[object].name);
    } else if (kind == KIND_NOTIFICATION) {
        print_element(file, "notifications", object, m->system->notifications[object].name);
    } else {
        print_in_cell(m, kind, object, file);
    }
}

void model_report(struct model *m, enum severity severity, enum kind kind, u32 object,
                  const char *field, const char *format, ...)
{
    va_list arguments;

    fprintf(m->errors, "%s: system \"%s\": ", severity == SEVERITY_ERROR ? "error" : "warning",
            m->system->name != NULL ? m->system->name : "");
    if (kind != KIND_SYSTEM) {
        model_place(m, kind, object, m->errors);
        fputs(": ", m->errors);
    }
    if (field != NULL) {
        fprintf(m->errors, "%s: ", field);
    }
    va_start(arguments, format);
    vfprintf(m->errors, format, arguments);
    va_end(arguments);
    fputc('\n', m->errors);
    m->error_count += severity == SEVERITY_ERROR;
}
