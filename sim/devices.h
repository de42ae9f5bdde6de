/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A system's own devices: models (user/describe/device_model.h) on the bus. What a run
 * depends on is here, in plain data, and in the models' states, which snapshots copy too.
 */
#ifndef SIM_DEVICES_H
#define SIM_DEVICES_H

#include "device_place.h"
#include "random.h"
#include "sim_limits.h"
#include "types.h"

struct sim_device {
    u64 wake_at; /* SIM_TIME_NEVER: never */
    struct sim_random random;
    i32 values[DEVICE_VALUES];
    u32 input_next; /* bytes of its input that it has taken */
    u32 line;       /* its level */
    u32 held;       /* accesses since the line rose */
    u32 pad;
};

struct sim_devices {
    u64 next; /* the earliest wake_at */
    u32 count;
    u32 pad;
    struct sim_device each[SIM_DEVICES];
};

/* No devices. */
void sim_devices_reset(void);
/* These, up to one without a name (NULL: none), which must last. NULL, or why not. */
const char *sim_devices_place(const struct device_place *places, u64 seed);
/* Does a run's --input speak of a device? "NAME=FILE", but for the UART. */
bool sim_devices_input_is(const char *text);
/* What a device is given to read, "NAME=FILE"; before boot. False: there is no such device
 * among the places, or the file cannot be read, and it has been said. It is read at once. */
bool sim_devices_input(const struct device_place *places, const char *text);

/* As sim_bus_read() and sim_bus_write(). */
bool sim_devices_read(u32 pa, u32 size, u32 *value);
bool sim_devices_write(u32 pa, u32 size, u32 value);
/* Events up to sim_clock.now, by time, then in the description's order. */
void sim_devices_update(void);

/* Writes all values into the trace that has begun. */
void sim_devices_trace(void);

/* The states of all models, and their size in bytes. */
u8 *sim_devices_states(size_t *size);

#endif
