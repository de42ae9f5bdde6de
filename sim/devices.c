/* SPDX-License-Identifier: BSD-2-Clause */
/* A system's own devices: see devices.h. */
#include "devices.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host.h"
#include "sim.h"
#include "trace_json.h"

/* Where each begins among the states: as aligned as any type. */
#define STATE_ALIGN 16U
/* The line has been high for so many accesses: nobody ever lowers it. */
#define HELD_MAX 10000U
#define STREAM_DEVICES 512U
#define TEXT_SIZE 256U

/* Of the host: what a boot has set up, and what is said once. */
static struct {
    const struct device_place *places;
    u8 *states;
    size_t offsets[SIM_DEVICES + 1U];
    bool refused[SIM_DEVICES]; /* it has been said */
    bool held[SIM_DEVICES];
    char broken[TEXT_SIZE];
} boot_time;

static struct {
    const struct device_place *of; /* what the next are for */
    u8 *bytes[SIM_DEVICES];
    u32 sizes[SIM_DEVICES];
} inputs;

/* Whose function runs, and at which time. */
static struct {
    u32 device; /* SIM_DEVICES: none does */
    u64 now;
} running = {.device = SIM_DEVICES};

/* ---- models ----------------------------------------------------------------------*/

/* The linker collects those of all objects in one section. */
extern const struct device_model *const __start_thimble_devices[] __attribute__((weak));
extern const struct device_model *const __stop_thimble_devices[] __attribute__((weak));

const char *device_model_name(u32 index)
{
    size_t count = (size_t)(__stop_thimble_devices - __start_thimble_devices);

    return index < count ? __start_thimble_devices[index]->name : NULL;
}

const struct device_model *device_model_find(const char *name)
{
    for (u32 i = 0; device_model_name(i) != NULL; i++) {
        if (strcmp(device_model_name(i), name) == 0) {
            return __start_thimble_devices[i];
        }
    }
    return NULL;
}

/* ---- mistakes --------------------------------------------------------------------*/

/* What all lines about a device begin with; how long that is. */
static size_t text_begin(char text[TEXT_SIZE], u32 device, u64 now)
{
    const struct device_place *place = &boot_time.places[device];
    int length = snprintf(text, TEXT_SIZE, "device %.32s (model %.32s) at %.6f ms: ", place->name,
                          place->model->name, (double)now / 1e6);

    return length > 0 ? (size_t)length : 0;
}

/* The model breaks a rule: the run ends. What it asked for is not done. */
__attribute__((format(printf, 1, 2))) static void mistake(const char *format, ...)
{
    va_list arguments;

    if (sim_host.broken != NULL) {
        return; /* the first is what counts */
    }
    size_t length = text_begin(boot_time.broken, running.device, running.now);
    va_start(arguments, format);
    (void)vsnprintf(boot_time.broken + length, TEXT_SIZE - length, format, arguments);
    va_end(arguments);
    sim_stop();
    sim_host.end = SIM_END_CHECK;
    sim_host.broken = boot_time.broken;
}

/* Told, once for each device; the run goes on. */
__attribute__((format(printf, 3, 4))) static void note(bool *said, u32 device, const char *format,
                                                       ...)
{
    char text[TEXT_SIZE];
    va_list arguments;

    if (*said) {
        return;
    }
    *said = true;
    size_t length = text_begin(text, device, sim_clock.now);
    va_start(arguments, format);
    (void)vsnprintf(text + length, TEXT_SIZE - length, format, arguments);
    va_end(arguments);
    fprintf(stderr, "thimble: %s\n", text);
}

/* ---- what models call --------------------------------------------------------------*/

/* Of the device whose function runs. */
static struct sim_device *self(void)
{
    if (running.device == SIM_DEVICES) {
        fprintf(stderr, "thimble: a device_ function was called while no function of a model ran: "
                        "they are for these alone\n");
        abort();
    }
    return &sim.devices.each[running.device];
}

u64 device_now(void)
{
    (void)self();
    return running.now;
}

static void next_find(void)
{
    sim.devices.next = SIM_TIME_NEVER;
    for (u32 i = 0; i < sim.devices.count; i++) {
        if (sim.devices.each[i].wake_at < sim.devices.next) {
            sim.devices.next = sim.devices.each[i].wake_at;
        }
    }
}

void device_wake_at(u64 ns)
{
    struct sim_device *device = self();

    if (ns <= running.now) {
        mistake("wakes at %.6f ms: give device_wake_at() a time that is later than now",
                (double)ns / 1e6);
        return;
    }
    device->wake_at = ns;
    next_find();
}

void device_line(bool level)
{
    struct sim_device *device = self();
    u32 line = boot_time.places[running.device].line;

    if (line == 0) {
        mistake("drives a line, but the description gives it none: say .line there");
        return;
    }
    device->held = device->line != (u32)level ? 0 : device->held;
    device->line = level;
    sim_gic_line_set(&sim.gic, line, level);
}

u32 device_random(void)
{
    return (u32)(sim_random_next(&self()->random) >> 32);
}

int device_input(void)
{
    struct sim_device *device = self();

    if (inputs.of != boot_time.places || device->input_next >= inputs.sizes[running.device]) {
        return -1;
    }
    return inputs.bytes[running.device][device->input_next++];
}

static void value_trace(u32 device, u32 index)
{
    const struct device_place *place = &boot_time.places[device];

    trace_json_value(device == running.device ? running.now : sim_clock.now, place->name,
                     place->model->values[index], sim.devices.each[device].values[index]);
}

void device_value(u32 index, i32 value)
{
    struct sim_device *device = self();

    if (index >= DEVICE_VALUES || boot_time.places[running.device].model->values[index] == NULL) {
        mistake("tells value %u, which has no name: give it one in .values", index);
        return;
    }
    if (device->values[index] != value) {
        device->values[index] = value;
        value_trace(running.device, index);
    }
}

i32 device_sense(void)
{
    (void)self();
    const struct device_place *place = &boot_time.places[running.device];

    if (place->senses == SIM_SENSES_NOTHING) {
        mistake("senses, but the description does not say what: say .senses there");
        return 0;
    }
    return sim.devices.each[place->senses].values[place->sensed];
}

void sim_devices_trace(void)
{
    for (u32 i = 0; i < sim.devices.count; i++) {
        for (u32 v = 0; v < DEVICE_VALUES; v++) {
            if (boot_time.places[i].model->values[v] != NULL) {
                value_trace(i, v);
            }
        }
    }
}

/* ---- time and accesses ---------------------------------------------------------------*/

static void *state_of(u32 device)
{
    return boot_time.states + boot_time.offsets[device];
}

static void event(u32 device)
{
    const struct device_model *model = boot_time.places[device].model;

    running.device = device;
    running.now = sim.devices.each[device].wake_at;
    sim.devices.each[device].wake_at = SIM_TIME_NEVER;
    if (model->event != NULL) {
        model->event(state_of(device), running.now);
    }
    running.device = SIM_DEVICES;
    next_find();
}

void sim_devices_update(void)
{
    while (sim.devices.next <= sim_clock.now) {
        u32 first = 0;
        while (sim.devices.each[first].wake_at != sim.devices.next) {
            first++;
        }
        event(first);
    }
}

/* Which device has these registers; SIM_DEVICES: none. */
static u32 device_at(u32 pa)
{
    for (u32 i = 0; i < sim.devices.count; i++) {
        u32 offset = pa - boot_time.places[i].at;
        if (offset < (boot_time.places[i].model->registers + PAGE_SIZE - 1U) / PAGE_SIZE *
                         PAGE_SIZE) {
            return i;
        }
    }
    return SIM_DEVICES;
}

static void held_count(u32 device)
{
    struct sim_device *d = &sim.devices.each[device];

    d->held += d->line;
    if (d->held > HELD_MAX) {
        note(&boot_time.held[device], device,
             "its line has been high through %u accesses: lower it, by device_line(false), when "
             "the driver has done what it is for", HELD_MAX);
    }
}

static bool refused(u32 device, u32 offset, u32 size, const char *what)
{
    note(&boot_time.refused[device], device,
         "no %u bytes to %s at offset 0x%x, so a bus fault: the driver is wrong, or %s() of the "
         "model leaves them out", size, what, offset, what);
    return false;
}

bool sim_devices_read(u32 pa, u32 size, u32 *value)
{
    u32 device = device_at(pa);

    if (device == SIM_DEVICES) {
        return false;
    }
    const struct device_model *model = boot_time.places[device].model;
    u32 offset = pa - boot_time.places[device].at;
    bool done = false;
    sim_devices_update();
    held_count(device);
    *value = 0;
    if (offset + size <= model->registers && model->read != NULL) {
        running.device = device;
        running.now = sim_clock.now;
        done = model->read(state_of(device), offset, size, value);
        running.device = SIM_DEVICES;
    }
    *value &= 0xffffffffU >> (32U - 8U * size);
    return done || refused(device, offset, size, "read");
}

bool sim_devices_write(u32 pa, u32 size, u32 value)
{
    u32 device = device_at(pa);

    if (device == SIM_DEVICES) {
        return false;
    }
    const struct device_model *model = boot_time.places[device].model;
    u32 offset = pa - boot_time.places[device].at;
    bool done = false;
    sim_devices_update();
    held_count(device);
    if (offset + size <= model->registers && model->write != NULL) {
        running.device = device;
        running.now = sim_clock.now;
        done = model->write(state_of(device), offset, size, value);
        running.device = SIM_DEVICES;
    }
    return done || refused(device, offset, size, "write");
}

/* ---- setting up ------------------------------------------------------------------------*/

void sim_devices_reset(void)
{
    sim.devices = (struct sim_devices){.next = SIM_TIME_NEVER};
    boot_time.broken[0] = '\0';
    boot_time.offsets[0] = 0;
    running.device = SIM_DEVICES;
}

static void states_allocate(u32 count)
{
    size_t size = boot_time.offsets[count];

    free(boot_time.states);
    boot_time.states = aligned_alloc(STATE_ALIGN, size + STATE_ALIGN);
    if (boot_time.states == NULL) {
        fprintf(stderr, "thimble: no memory for the states of %u devices\n", count);
        exit(1);
    }
    memset(boot_time.states, 0, size);
}

const char *sim_devices_place(const struct device_place *places, u64 seed)
{
    u32 count = 0;

    for (; places != NULL && places[count].name != NULL; count++) {
        size_t size = places[count].model->state + STATE_ALIGN - 1U;
        boot_time.offsets[count + 1U] =
            boot_time.offsets[count] + size / STATE_ALIGN * STATE_ALIGN;
    }
    boot_time.places = places;
    states_allocate(count);
    sim.devices.count = count;
    for (u32 i = 0; i < count; i++) {
        boot_time.refused[i] = boot_time.held[i] = false;
        sim.devices.each[i].wake_at = SIM_TIME_NEVER;
        sim_random_seed(&sim.devices.each[i].random, seed, STREAM_DEVICES + i);
    }
    for (u32 i = 0; i < count; i++) {
        running.device = i;
        running.now = 0;
        if (places[i].model->reset != NULL) {
            places[i].model->reset(state_of(i));
        }
        running.device = SIM_DEVICES;
    }
    return boot_time.broken[0] != '\0' ? boot_time.broken : NULL;
}

u8 *sim_devices_states(size_t *size)
{
    *size = boot_time.offsets[sim.devices.count];
    return boot_time.states;
}

/* All of it; its size, or -1 with errno. */
static i64 file_read(FILE *file, u8 **bytes)
{
    size_t room = 0;
    size_t size = 0;

    do {
        room += 64U * KIB;
        u8 *more = room <= UINT32_MAX ? realloc(*bytes, room) : NULL;
        if (more == NULL) {
            errno = EFBIG;
            return -1;
        }
        *bytes = more;
        size += fread(*bytes + size, 1, room - size, file);
    } while (size == room);
    return ferror(file) ? -1 : (i64)size;
}

/* The length of NAME. */
static size_t name_length(const char *text)
{
    return strcspn(text, "=/");
}

bool sim_devices_input_is(const char *text)
{
    size_t length = name_length(text);

    return text[length] == '=' && strncmp(text, "uart=", 5) != 0;
}

static bool input_unknown(const struct device_place *places, const char *text)
{
    fprintf(stderr, "thimble: --input %s: the system has no device of this name with a model; it "
                    "has", text);
    for (u32 i = 0; places != NULL && places[i].name != NULL; i++) {
        fprintf(stderr, " %s", places[i].name);
    }
    fprintf(stderr, "%s\n", places == NULL || places[0].name == NULL ? " none" : "");
    return false;
}

bool sim_devices_input(const struct device_place *places, const char *text)
{
    size_t length = name_length(text);
    u32 device = 0;

    while (places != NULL && places[device].name != NULL &&
           (strncmp(places[device].name, text, length) != 0 ||
            places[device].name[length] != '\0')) {
        device++;
    }
    if (places == NULL || places[device].name == NULL) {
        return input_unknown(places, text);
    }
    const char *path = text + length + 1U;
    FILE *file = fopen(path, "rb");
    i64 size = file != NULL ? file_read(file, &inputs.bytes[device]) : -1;
    if (size < 0) {
        fprintf(stderr, "thimble: %s: %s\n", path, strerror(errno));
    } else {
        memset(inputs.sizes, 0, inputs.of != places ? sizeof(inputs.sizes) : 0);
        inputs.of = places;
        inputs.sizes[device] = (u32)size;
    }
    if (file != NULL) {
        (void)fclose(file);
    }
    return size >= 0;
}
