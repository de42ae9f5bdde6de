/* SPDX-License-Identifier: BSD-2-Clause */
/* expect: error: system "no_end": notifications: no {0} at its end: what is behind it would be read */
/* expect: error: system "no_end": cells: no {0} at its end */
/* expect: error: system "no_end": cells[0] "worker": threads: no {0} at its end */
/* expect: error: system "no_end": cells[0] "worker": caps: no {0} at its end */
/* expect: error: system "no_end": cells[1] "other": regions: no {0} at its end */
/* expect: error: system "no_end": cells[2] "machine": guest.devices: no {0} at its end */
#include "system.h"
#include "thimble_program.h"

PROGRAM(worker)
{
    (void)argument;
}

const struct system thimble_system = {
    .name = "no_end",
    .notifications = (const struct system_notification[]){{.name = "tick"}},
    .cells = (const struct system_cell[]){
        {
            .name = "worker",
            .program = "worker",
            .memory = 64 * KIB,
            .threads = (const struct system_thread[]){{.name = "main", .priority = 10}},
            .caps = (const struct system_cap[]){
                {.slot = 1, .notification = "tick", .rights = THIMBLE_RIGHT_WAIT}},
        },
        {
            .name = "other",
            .program = "worker",
            .memory = 64 * KIB,
            .threads = (const struct system_thread[]){{.name = "main", .priority = 10}, {0}},
            .regions = (const struct system_region[]){
                {.name = "page", .at = {0x20000000U}, .size = 4 * KIB, .access = ACCESS_READ}},
        },
        {
            .name = "machine",
            .vm = true,
            .threads = (const struct system_thread[]){{.name = "vcpu", .priority = 9}, {0}},
            .guest = &(const struct system_guest){
                .devices = (const struct system_guest_device[]){{.kind = GUEST_UART}}},
        },
    },
};
