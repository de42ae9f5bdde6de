/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs the checks: see check.h. */
#include "check.h"

static const struct check *const tables[] = {
    check_names, check_limits, check_timing, check_threads, check_caps, check_grants, check_memory,
    check_vms, check_devices,
};

static void check_object(struct model *m, enum kind kind, u32 object)
{
    for (u32 i = 0; i < ARRAY_SIZE(tables); i++) {
        for (const struct check *c = tables[i]; c->run != NULL; c++) {
            if (c->kind == kind) {
                c->run(m, object);
            }
        }
    }
}

/* A board that can run no VM needs no list of all that a VM would want of it. */
static bool vms_can_run(struct model *m)
{
    if (board_device_find(m->board, "gicv") != NULL) {
        return true;
    }
    for (u32 i = 0; i < m->count[KIND_CELL]; i++) {
        if (m->cells[i].is->vm) {
            model_error(m, KIND_CELL, i, "vm",
                        "board \"%s\" runs no VMs: this system is for ARM (thimble qemu)",
                        m->board->name);
            return false;
        }
    }
    return true;
}

void check_all(struct model *m)
{
    if (!vms_can_run(m)) {
        return;
    }
    for (u32 kind = 0; kind < KINDS; kind++) {
        for (u32 i = 0; i < m->count[kind]; i++) {
            /* Images are the cells' own, not described regions. */
            if (kind != KIND_REGION || m->regions[i].is != NULL) {
                check_object(m, (enum kind)kind, i);
            }
        }
    }
    check_claims(m);
}
