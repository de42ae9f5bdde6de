/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A guest's device tree: the least that Linux and U-Boot work with, then the guest's
 * devices. Bindings: Linux, Documentation/devicetree/bindings, and Documentation/
 * devicetree/usage-model.rst for /chosen; Devicetree Specification 0.4.
 */
#include "emit_vms.h"

/* Cells of an interrupt specifier (arm,gic): kind, number in its kind, trigger. */
#define SHARED_FIRST 32U
#define TRIGGER_EDGE 1U
#define TRIGGER_LEVEL 4U

static void tree_interrupt(u32 line, u32 trigger, FILE *file)
{
    fprintf(file, "        interrupts = <0 %u %u>;\n", line - SHARED_FIRST, trigger);
}

static void tree_chosen(const struct model *m, const struct model_guest *g, FILE *file)
{
    fprintf(file, "    chosen {\n");
    if (g->is->command_line != NULL) {
        fprintf(file, "        bootargs = \"%s\";\n", g->is->command_line);
    }
    if (vms_has(g, GUEST_UART)) {
        fprintf(file, "        stdout-path = \"/uart@%x\";\n", VMS_UART_AT);
    }
    if (g->initrd != NOWHERE) {
        fprintf(file,
                "        linux,initrd-start = <0x%x>;\n"
                "        linux,initrd-end = <0x%x>;\n",
                g->initrd_at, g->initrd_at + m->regions[g->initrd].file_size);
    }
    fprintf(file, "    };\n");
}

/* The virtual timer is real, of the others only the numbers: the driver wants them. */
static void tree_machine(const struct model *m, const struct model_guest *g, FILE *file)
{
    fprintf(file,
            "    memory@%x {\n"
            "        device_type = \"memory\";\n"
            "        reg = <0x%x 0x%x>;\n"
            "    };\n"
            "    cpus {\n"
            "        #address-cells = <1>;\n"
            "        #size-cells = <0>;\n"
            "        cpu@0 {\n"
            "            device_type = \"cpu\";\n"
            "            compatible = \"arm,cortex-a15\";\n"
            "            reg = <0>;\n"
            "            enable-method = \"psci\";\n"
            "        };\n"
            "    };\n"
            "    psci {\n"
            "        compatible = \"arm,psci-1.0\", \"arm,psci-0.2\";\n"
            "        method = \"hvc\";\n"
            "    };\n",
            m->regions[g->ram].at, m->regions[g->ram].at, m->regions[g->ram].size);
    fprintf(file,
            "    gic: interrupt-controller@%x {\n"
            "        compatible = \"arm,cortex-a15-gic\";\n"
            "        #interrupt-cells = <3>;\n"
            "        interrupt-controller;\n"
            "        reg = <0x%x 0x1000>, <0x%x 0x%x>;\n"
            "    };\n"
            "    timer {\n"
            "        compatible = \"arm,armv7-timer\";\n"
            "        interrupts = <1 13 0x104>, <1 14 0x104>, <1 11 0x104>, <1 10 0x104>;\n"
            "    };\n",
            VMM_GICD, VMM_GICD, VMS_GICC_AT, m->regions[g->gicv].size);
}

static void tree_passed(const struct model *m, const struct model_guest *g, u32 device, FILE *file)
{
    const struct system_guest_device *d = &g->is->devices[device];
    const struct model_region *r = &m->regions[model_region_find(m, g->cell, d->region)];
    u32 irq = model_irq_find(m, d->irq);

    fprintf(file,
            "    %s@%x {\n"
            "        compatible = \"%s\";\n"
            "        reg = <0x%x 0x%x>;\n",
            r->is->name, r->at, d->compatible, r->at, r->size);
    tree_interrupt(d->line, m->system->irqs[irq].edge ? TRIGGER_EDGE : TRIGGER_LEVEL, file);
    fprintf(file, "    };\n");
}

/* For user/guests/module. */
static void tree_signal(const struct model *m, const struct model_guest *g, u32 device, FILE *file)
{
    const struct system_guest_device *d = &g->is->devices[device];
    u32 answer = d->answer != NULL ? model_notification_find(m, d->answer) : NOWHERE;
    u32 cap = vms_cap(m, g->cell, THIMBLE_CAP_NOTIFICATION, answer, THIMBLE_RIGHT_SIGNAL,
                      ANY_BADGE);

    if (d->region != NULL) {
        const struct model_region *r = &m->regions[model_region_find(m, g->cell, d->region)];
        fprintf(file,
                "    signal@%x {\n"
                "        reg = <0x%x 0x%x>;\n",
                r->at, r->at, r->size);
    } else {
        fprintf(file, "    signal-%u {\n", d->line);
    }
    fprintf(file,
            "        compatible = \"thimble,signal\";\n"
            "        thimble,line = <%u>;\n",
            d->line);
    if (cap != NOWHERE) {
        fprintf(file, "        thimble,answer = <%u>;\n", m->caps[cap].is->slot);
    }
    if (d->urgent) {
        fprintf(file, "        thimble,urgent;\n");
    }
    tree_interrupt(d->line, TRIGGER_EDGE, file);
    fprintf(file, "    };\n");
}

static void tree_device(const struct model *m, const struct model_guest *g, u32 device, FILE *file)
{
    const struct system_guest_device *d = &g->is->devices[device];
    u32 line = vms_line(g, device);
    u32 at = vms_registers(g, device);

    if (d->kind == GUEST_UART) {
        /* The first name needs no clocks; U-Boot knows the second. */
        fprintf(file,
                "    uart@%x {\n"
                "        compatible = \"arm,sbsa-uart\", \"arm,pl011\";\n"
                "        reg = <0x%x 0x1000>;\n"
                "        current-speed = <115200>;\n",
                at, at);
        tree_interrupt(line, TRIGGER_LEVEL, file);
        fprintf(file, "    };\n");
    } else if (vms_virtio(d)) {
        fprintf(file,
                "    virtio@%x {\n"
                "        compatible = \"virtio,mmio\";\n"
                "        reg = <0x%x 0x%x>;\n",
                at, at, VMS_VIRTIO_SIZE);
        tree_interrupt(line, TRIGGER_EDGE, file);
        fprintf(file, "    };\n");
    } else if (d->kind == GUEST_DEVICE) {
        tree_passed(m, g, device, file);
    } else {
        tree_signal(m, g, device, file);
    }
}

void emit_tree(const struct model *m, const struct model_guest *g, FILE *file)
{
    fprintf(file,
            "/dts-v1/;\n"
            "/ {\n"
            "    #address-cells = <1>;\n"
            "    #size-cells = <1>;\n"
            "    interrupt-parent = <&gic>;\n"
            "    compatible = \"thimble,vm\", \"linux,dummy-virt\";\n"
            "    model = \"Thimble VM %s\";\n",
            model_cell_name(m, g->cell));
    tree_chosen(m, g, file);
    tree_machine(m, g, file);
    for (u32 i = 0; i < g->devices; i++) {
        tree_device(m, g, i, file);
    }
    fprintf(file, "};\n");
}

/* Behind the tree, where that is at the RAM's start. */
#define ALONE_START 0x6000U

static void alone_part(const char *path, const char *name, u32 at, FILE *file)
{
    fprintf(file, "    .section .at_0x%08x, \"a\", %%progbits\n    .incbin \"%s%s\"\n", at, path,
        name);
}

void emit_alone(const struct model *m, const struct model_guest *g, const char *folder, FILE *file)
{
    char tree[128];

    fprintf(file,
            "    .syntax unified\n"
            "    .arch armv7-a\n"
            "    .arm\n"
            "    .section .at_0x%08x, \"ax\", %%progbits\n"
            "    .global _start\n"
            "_start:\n"
            "    mov r0, #0\n"
            "    mvn r1, #0\n"
            "    ldr r2, =0x%x\n"
            "    ldr pc, =0x%x\n"
            "    .ltorg\n",
            m->regions[g->ram].at + (g->is->tree_first ? ALONE_START : 0), g->tree_at,
                g->kernel_at);
    if (g->kernel != NOWHERE) {
        alone_part(m->regions[g->kernel].path, "", g->kernel_at, file);
    }
    if (g->initrd != NOWHERE) {
        alone_part(m->regions[g->initrd].path, "", g->initrd_at, file);
    }
    (void)snprintf(tree, sizeof(tree), "/%s.dtb", model_cell_name(m, g->cell));
    alone_part(folder, tree, g->tree_at, file);
}
