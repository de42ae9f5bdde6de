/* SPDX-License-Identifier: BSD-2-Clause */
/* expect: error: system "no_vms_here": cells[0] "guest": vm: board "sim" runs no VMs: this system is for ARM (thimble qemu) */
#include "vm.h"

static const struct system_cell cells[] = {
    {
        .name = "guest",
        .vm = true,
        .threads = (const struct system_thread[]){{VM_THREAD(100)}, {0}},
        .caps = (const struct system_cap[]){VM_CAPS(0), {0}},
    },
    {0},
};

const struct system thimble_system = {.name = "no_vms_here", .cells = cells};
