/* SPDX-License-Identifier: BSD-2-Clause */
/* board: virt */
/* expect: error: system "disk_given_twice": cells[0] "guest": guest.devices[0].region: "state" is the VMM's own, cells[1] "vmm": regions[1] "state" already: give each its own; several may have a disk that is .read_only for all */
/* expect: error: system "disk_given_twice": cells[0] "guest": guest.devices[2].region: "disk" is the disk of cells[0] "guest": guest.devices[1].region already: give each its own; several may have a disk that is .read_only for all */
#include "vm.h"

static const struct system_cell cells[] = {
    {
        .name = "guest",
        .vm = true,
        .threads = (const struct system_thread[]){{VM_THREAD(100)}, {0}},
        .caps = (const struct system_cap[]){VM_CAPS(0), {0}},
        .regions = (const struct system_region[]){VM_REGIONS("guest", 2U * MIB), {0}},
        .guest = &(const struct system_guest){
            .ram = "ram",
            .kernel = "kernel",
            .devices = (const struct system_guest_device[]){
                {.kind = GUEST_VIRTIO_BLOCK, .region = "state"},
                {.kind = GUEST_VIRTIO_BLOCK, .region = "disk"},
                {.kind = GUEST_VIRTIO_BLOCK, .region = "disk"},
                {0}},
        },
    },
    {
        VMM_CELL,
        .caps = (const struct system_cap[]){VMM_CAPS, VMM_VM_CAPS(0, "guest"), {0}},
        .regions = (const struct system_region[]){
            VMM_REGIONS, VMM_VM_REGIONS(0, "guest", 2U * MIB),
            {.name = "disk", .at = {0x30000000U}, .size = 1U * MIB, .access = RW},
            {0}},
    },
    {0},
};

const struct system thimble_system = {
    .name = "disk_given_twice",
    .notifications = (const struct system_notification[]){{.name = "events"}, {0}},
    .cells = cells,
    .fixed = true,
};
