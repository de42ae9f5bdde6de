/* SPDX-License-Identifier: BSD-2-Clause */
/* Debian's U-Boot for QEMU's virt, unmodified: it runs where it is, at 0, as from flash
 * memory, and expects its device tree at the start of RAM. */
#include "vm.h"

#define UBOOT 0
#define RAM_SIZE (64U * MIB)
/* Where it looks for its environment with loads of all kinds: the second flash memory. */
#define ENVIRONMENT_AT 0x04000000U

static const struct system_cell cells[] = {
    {
        .name = "uboot",
        .vm = true,
        .threads = (const struct system_thread[]){{VM_THREAD(100)}, {0}},
        .caps = (const struct system_cap[]){VM_CAPS(UBOOT), {0}},
        .regions = (const struct system_region[]){
            VM_REGIONS("uboot", RAM_SIZE),
            {.name = "flash", .access = ACCESS_READ | ACCESS_EXECUTE, .file = "u-boot.bin"},
            {.name = "environment", .at = {ENVIRONMENT_AT}, .size = 256 * KIB, .access = RW},
            {0}},
        .guest = &(const struct system_guest){
            .ram = "ram",
            .kernel = "flash",
            .tree = "uboot-tree",
            .tree_first = true,
            .zeros = true,
            .reset = true,
            .devices = (const struct system_guest_device[]){
                {.kind = GUEST_UART}, {.kind = GUEST_VIRTIO_BLOCK, .region = "disk"}, {0}},
        },
    },
    {
        VMM_CELL,
        .caps = (const struct system_cap[]){VMM_CAPS, VMM_UART_CAPS, VMM_VM_CAPS(UBOOT, "uboot"),
                                            {0}},
        .regions = (const struct system_region[]){
            VMM_REGIONS, VMM_UART_REGION, VMM_VM_REGIONS(UBOOT, "uboot", RAM_SIZE),
            {.name = "disk", .at = {0x30000000U}, .size = 1U * MIB, .access = RW},
            {0}},
    },
    {0},
};

const struct system thimble_system = {
    .name = "uboot",
    .notifications = (const struct system_notification[]){{.name = "events"}, {0}},
    .irqs = (const struct system_irq[]){{.name = "uart", .device = "uart0"}, {0}},
    .cells = cells,
    .fixed = true,
};
