/* SPDX-License-Identifier: BSD-2-Clause */
/* expect: error: system "devices": devices[0] "lamp": model: "lmp": no DEVICE_MODEL(lmp, ...) is linked in; did you mean "lamp"? */
/* expect: error: system "devices": devices[1] "uart0": name: board "sim" has a device "uart0": choose another, or leave .model out */
/* expect: error: system "devices": devices[2] "dma1": model: missing: board "sim" has no device of this name by itself */
/* expect: error: system "devices": devices[2] "dma1": model: missing: .at, .line and .senses are those of a model */
/* expect: error: system "devices": devices[3] "large": model: "large" has 0x10004 bytes of .registers: at most 0x10000 */
/* expect: error: system "devices": devices[4] "odd": at: 0xc000010: not a multiple of 0x1000 */
/* expect: error: system "devices": devices[5] "far": at: 0x40000000: the simulated board has room for devices from 0xc000000 to 0xfff0000 (0: placed there) */
/* expect: error: system "devices": devices[6] "over": at: 0xc030000: devices[3] "large" is at 0xc030000 already: move one */
/* expect: error: system "devices": devices[4] "odd": line: 33 is the line of device "uart0" already: choose another */
/* expect: error: system "devices": devices[5] "far": line: 31: devices of the simulated board have INTIDs 32 to 287 */
/* expect: error: system "devices": devices[7] "second": line: 60 is the line of device "over" already: choose another */
/* expect: error: system "devices": devices[7] "second": senses: "over.brightnes": no device's model has such a value ("device.value"); did you mean "over.brightness"? */
/* expect: error: system "devices": devices[7] "second": simulated: no board has a device "second": say .simulated = true */
/* expect: error: system "devices": devices[8] "over": name: "over" is the name of devices[6] "over" already: choose another */
/* expect: error: system "devices": irqs[0] "lamp": device: "last" has no interrupt: give it a .line in devices */
/* expect: error: system "devices": cells[0] "driver": regions[0] "lamp": device: "lst": board "sim" has no such device; did you mean "last"? */
#include "system.h"

#include "device_model.h"

DEVICE_MODEL(lamp, uint32_t, .registers = 4, .values = {"brightness"});
DEVICE_MODEL(large, uint32_t, .registers = 0x10004);

#define SIMULATED .simulated = true

const struct system thimble_system = {
    .name = "devices",
    .devices = (const struct system_device[]){
        {.name = "lamp", .model = "lmp", SIMULATED},
        {.name = "uart0", .model = "lamp"},
        {.name = "dma1", .line = 61, SIMULATED},
        {.name = "large", .model = "large", SIMULATED},
        {.name = "odd", .model = "lamp", .at = {0x0c000010}, .line = 33, SIMULATED},
        {.name = "far", .model = "lamp", .at = {0x40000000}, .line = 31, SIMULATED},
        {.name = "over", .model = "lamp", .at = {0x0c030000}, .line = 60, SIMULATED},
        {.name = "second", .model = "lamp", .line = 60, .senses = "over.brightnes"},
        {.name = "over", .model = "lamp", SIMULATED},
        {.name = "last", .model = "lamp", SIMULATED},
        {0},
    },
    .irqs = (const struct system_irq[]){{.name = "lamp", .device = "last"}, {0}},
    .cells = (const struct system_cell[]){
        {
            .name = "driver", .program = "driver", .memory = 64 * KIB,
            .threads = (const struct system_thread[]){{.name = "main", .priority = 1}, {0}},
            .regions = (const struct system_region[]){
                {.name = "lamp", .at = {0x20000000}, .memory = MEMORY_DEVICE,
                 .access = ACCESS_READ, .device = "lst"},
                {0},
            },
        },
        {0},
    },
};
