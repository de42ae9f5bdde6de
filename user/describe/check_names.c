/* SPDX-License-Identifier: BSD-2-Clause */
/* Checks of names: given, well formed, and unique where they must tell apart. */
#include <ctype.h>

#include "check.h"

/* Names stand in messages and traces, and as "cell.thread" in references. */
static bool well_formed(const char *name)
{
    if (!isalpha((unsigned char)name[0])) {
        return false;
    }
    for (const char *c = name; *c != '\0'; c++) {
        if (!isalnum((unsigned char)*c) && *c != '_' && *c != '-') {
            return false;
        }
    }
    return true;
}

static void check_form(struct model *m, enum kind kind, u32 object, const char *name)
{
    if (name == NULL || name[0] == '\0') {
        model_error(m, kind, object, "name", "missing");
    } else if (!well_formed(name)) {
        model_error(m, kind, object, "name",
                    "\"%s\": a name is a letter, then letters, digits, '_' and '-'", name);
    }
}

static void system_name(struct model *m, u32 object)
{
    check_form(m, KIND_SYSTEM, object, m->system->name);
}

static void cell_name(struct model *m, u32 object)
{
    const char *name = m->system->cells[object].name;

    check_form(m, KIND_CELL, object, name);
    for (u32 i = 0; i < object; i++) {
        if (same_name(m->system->cells[i].name, name)) {
            model_error(m, KIND_CELL, object, "name", "cells[%u] has the same", i);
            return;
        }
    }
}

static void cell_program(struct model *m, u32 object)
{
    const char *program = m->system->cells[object].program;

    if (m->system->cells[object].vm) {
        return; /* check_vms.c */
    }
    if (program == NULL || program[0] == '\0') {
        model_error(m, KIND_CELL, object, "program", "missing");
        return;
    }
    for (const char *c = program; *c != '\0'; c++) {
        if (!isalnum((unsigned char)*c) && *c != '_') {
            model_error(m, KIND_CELL, object, "program",
                        "\"%s\": PROGRAM() names it, so it is a C identifier", program);
            return;
        }
    }
}

static void thread_name(struct model *m, u32 object)
{
    const char *name = m->threads[object].is->name;
    u32 first = m->cells[m->threads[object].cell].threads.first;

    check_form(m, KIND_THREAD, object, name);
    for (u32 i = first; i < object; i++) {
        if (same_name(m->threads[i].is->name, name)) {
            model_error(m, KIND_THREAD, object, "name", "threads[%u] has the same", i - first);
            return;
        }
    }
}

static void region_name(struct model *m, u32 object)
{
    const char *name = m->regions[object].is->name;
    u32 first = m->cells[m->regions[object].cell].regions.first +
                m->cells[m->regions[object].cell].images;

    check_form(m, KIND_REGION, object, name);
    if (same_name(name, "image")) {
        model_error(m, KIND_REGION, object, "name", "\"image\" is the cell's own memory");
    }
    for (u32 i = first; i < object; i++) {
        if (same_name(m->regions[i].is->name, name)) {
            model_error(m, KIND_REGION, object, "name", "regions[%u] has the same", i - first);
            return;
        }
    }
}

static void irq_name(struct model *m, u32 object)
{
    const char *name = m->system->irqs[object].name;

    check_form(m, KIND_IRQ, object, name);
    for (u32 i = 0; i < object; i++) {
        if (same_name(m->system->irqs[i].name, name)) {
            model_error(m, KIND_IRQ, object, "name", "irqs[%u] has the same", i);
            return;
        }
    }
}

static void notification_name(struct model *m, u32 object)
{
    const char *name = m->system->notifications[object].name;

    check_form(m, KIND_NOTIFICATION, object, name);
    for (u32 i = 0; i < object; i++) {
        if (same_name(m->system->notifications[i].name, name)) {
            model_error(m, KIND_NOTIFICATION, object, "name", "notifications[%u] has the same", i);
            return;
        }
    }
}

const struct check check_names[] = {
    {KIND_SYSTEM, system_name}, {KIND_CELL, cell_name},     {KIND_CELL, cell_program},
    {KIND_THREAD, thread_name}, {KIND_REGION, region_name}, {KIND_IRQ, irq_name},
    {KIND_NOTIFICATION, notification_name}, {KIND_SYSTEM, NULL},
};
