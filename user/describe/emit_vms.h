/* SPDX-License-Identifier: BSD-2-Clause */
/* The part of emit.h that is for VMs: device trees, the VMMs' configurations, and the
 * contents of regions. All from a model without errors. */
#ifndef USER_DESCRIBE_EMIT_VMS_H
#define USER_DESCRIBE_EMIT_VMS_H

#include "model.h"
#include "vmm/config.h"

/* Source of the guest's device tree, for dtc. */
void emit_tree(const struct model *m, const struct model_guest *g, FILE *file);
/* What the VMM in this cell must know. */
void emit_config(const struct model *m, u32 cell, struct vmm_config *config);
/* All contents as one section, each where its region is. Trees and configurations are
 * NAME.dtb and NAME.config of their cell in `folder`. */
void emit_contents(const struct model *m, const char *folder, FILE *file);

/* The guest alone: its parts where the VMM would put them, and a start that enters it
 * as the VMM would. For ld, with a section for each part, named by its address. */
void emit_alone(const struct model *m, const struct model_guest *g, const char *folder, FILE *file);

#endif
