/* SPDX-License-Identifier: BSD-2-Clause */
/* Checks of names: given, and well formed. (claims.c: unique where they must tell apart.) */
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
    if (same_name(name, "tables")) {
        model_error(m, KIND_CELL, object, "name", "\"tables\" is a file of the build's own");
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
    check_form(m, KIND_THREAD, object, m->threads[object].is->name);
}

static void region_name(struct model *m, u32 object)
{
    const char *name = m->regions[object].is->name;

    check_form(m, KIND_REGION, object, name);
    if (same_name(name, "image")) {
        model_error(m, KIND_REGION, object, "name", "\"image\" is the cell's own memory");
    }
}

static void irq_name(struct model *m, u32 object)
{
    check_form(m, KIND_IRQ, object, m->system->irqs[object].name);
}

static void device_name(struct model *m, u32 object)
{
    check_form(m, KIND_DEVICE, object, m->system->devices[object].name);
}

static void notification_name(struct model *m, u32 object)
{
    check_form(m, KIND_NOTIFICATION, object, m->system->notifications[object].name);
}

const struct check check_names[] = {
    {KIND_SYSTEM, system_name}, {KIND_CELL, cell_name},     {KIND_CELL, cell_program},
    {KIND_THREAD, thread_name}, {KIND_REGION, region_name}, {KIND_IRQ, irq_name},
    {KIND_DEVICE, device_name}, {KIND_NOTIFICATION, notification_name}, {KIND_SYSTEM, NULL},
};
