/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Models of devices, for the simulator: a file of the system's folder says how a sensor or
 * a motor behaves, and the driver that is meant for the real one drives it.
 *
 *     struct lamp {
 *         uint32_t on;
 *     };
 *
 *     static bool lamp_write(void *state, uint32_t offset, uint32_t size, uint32_t value)
 *     {
 *         struct lamp *lamp = state;
 *
 *         lamp->on = value & 1U;
 *         return offset == 0 && size == 4U;
 *     }
 *
 *     DEVICE_MODEL(lamp, struct lamp, .registers = 4, .write = lamp_write);
 *
 * A description puts it into the machine (system.h): .devices = {{.name = "lamp0",
 * .model = "lamp", .simulated = true}, {0}}. Regions and irqs then say .device = "lamp0".
 *
 * Rules. A model keeps what it knows in its state, and nowhere else: the simulator saves,
 * restores and hashes that, so it holds no pointers, its types have fixed widths, and the
 * larger come first, so that nothing is between them. All that is random comes from
 * device_random(), all time from `now`; arithmetic is of integers. Then a run is the same on
 * every host.
 *
 * A model that breaks a rule ends the run, with a line that names it. Models are of the
 * simulator: images for boards leave them out.
 */
#ifndef USER_DESCRIBE_DEVICE_MODEL_H
#define USER_DESCRIBE_DEVICE_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A device has no more registers, and no more named values. */
#define DEVICE_REGISTERS_MAX 0x10000U
#define DEVICE_VALUES 4U

#define DEVICE_NEVER 0xffffffffffffffffU

/* All but the name and the registers may be left out. */
struct device_model {
    const char *name;   /* what descriptions call it */
    uint32_t registers; /* bytes, 1 to DEVICE_REGISTERS_MAX; cells map whole pages. What is
                           behind is refused as what read() or write() refuses */
    uint32_t state;     /* bytes; zero before reset() */
    const char *values[DEVICE_VALUES]; /* names of what device_value() tells */

    /* At boot, at time 0. */
    void (*reset)(void *state);
    /* A cell reads or writes `size` bytes (1, 2 or 4; naturally aligned) at `offset`. False:
     * there is no such register, or not in that size; the cell gets a bus fault. NULL: all
     * is refused. */
    bool (*read)(void *state, uint32_t offset, uint32_t size, uint32_t *value);
    bool (*write)(void *state, uint32_t offset, uint32_t size, uint32_t value);
    /* The time that device_wake_at() gave has come: `now` is that time exactly. */
    void (*event)(void *state, uint64_t now);
};

/* Enters a model in the list that descriptions choose from. `type` is that of its state. */
#define DEVICE_MODEL(title, type, ...)                                                     \
    static const struct device_model device_model_##title = {                              \
        .name = #title, .state = (uint32_t)sizeof(type), __VA_ARGS__};                     \
    static const struct device_model *const device_model_entry_##title                     \
        __attribute__((section("thimble_devices"), used)) = &device_model_##title

/* ---- for the functions of a model, and only while one of them runs ----------------------- */

/* Virtual time in ns since boot. In event(), the time that it was to wake at. */
uint64_t device_now(void);
/* event() is called at this time: later than now, or DEVICE_NEVER. One time is kept: the
 * last that was given. */
void device_wake_at(uint64_t ns);
/* The level of its interrupt line, which the description gives (.line). Low at first. The
 * line of a level-sensitive interrupt stays high until the driver has done what it is for:
 * lower it in read() or write(). */
void device_line(bool level);
/* 32 random bits, of a stream of this device's own that follows from the run's seed. */
uint32_t device_random(void);
/* The next byte of what the run was given for this device (--input NAME=FILE), or -1: there
 * is none, or no more. */
int device_input(void);
/* Value number `index` of .values is now this: other devices can sense it, and a trace
 * shows it as a track "DEVICE.VALUE". 0 at first. */
void device_value(uint32_t index, int32_t value);
/* The value of another device that this one senses: the description says which (.senses). */
int32_t device_sense(void);

#endif
