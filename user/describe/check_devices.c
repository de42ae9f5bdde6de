/* SPDX-License-Identifier: BSD-2-Clause */
/* Checks of a system's own devices. */
#include <string.h>

#include "check.h"
#include "config.h"

static const struct system_device *device(const struct model *m, u32 object)
{
    return &m->system->devices[object];
}

static bool some_board_has(const char *name)
{
    for (u32 i = 1; board_at(i) != NULL; i++) {
        if (board_device_find(board_at(i), name) != NULL) {
            return true;
        }
    }
    return false;
}

/* On a board: is it there? */
static void board_has(struct model *m, u32 object)
{
    const struct system_device *is = device(m, object);

    if (is->name == NULL) {
        return;
    }
    if (board_simulated(m->board)) {
        if (!is->simulated && !some_board_has(is->name)) {
            model_error(m, KIND_DEVICE, object, "simulated",
                        "no board has a device \"%s\": say .simulated = true", is->name);
        }
    } else if (is->simulated) {
        model_error(m, KIND_DEVICE, object, "simulated",
                    "it exists in the simulator only, not on board \"%s\": run the system in the "
                    "simulator, or use a device of the board", m->board->name);
    } else if (board_device_find(m->board, is->name) == NULL) {
        model_error(m, KIND_DEVICE, object, "name",
                    "board \"%s\" has no device \"%s\": use one that it has, or another board",
                    m->board->name, is->name);
    }
}

static void model_known(struct model *m, u32 object)
{
    const struct system_device *is = device(m, object);
    bool board_own = is->name != NULL && board_device_find(&board_sim, is->name) != NULL;
    char suggestion[SUGGESTION_SIZE];
    struct nearest near;

    if (is->model == NULL) {
        if (!board_own && board_simulated(m->board)) {
            model_error(m, KIND_DEVICE, object, "model",
                        "missing: board \"sim\" has no device of this name by itself");
        }
        return;
    }
    if (board_own) {
        model_error(m, KIND_DEVICE, object, "name",
                    "board \"sim\" has a device \"%s\": choose another, or leave .model out",
                    is->name);
    }
    const struct device_model *model = model_device_model(m, object);
    if (model == NULL) {
        nearest_start(&near, is->model);
        for (u32 i = 0; device_model_name(i) != NULL; i++) {
            nearest_offer(&near, NULL, device_model_name(i));
        }
        nearest_text(&near, suggestion);
        model_error(m, KIND_DEVICE, object, "model",
                    "\"%s\": no DEVICE_MODEL(%s, ...) is linked in%s", is->model, is->model,
                    suggestion);
    } else if (model->registers > DEVICE_REGISTERS_MAX) {
        model_error(m, KIND_DEVICE, object, "model",
                    "\"%s\" has 0x%x bytes of .registers: at most 0x%x", is->model,
                    model->registers, DEVICE_REGISTERS_MAX);
    }
}

/* What is only of a device that has a model. */
static void model_given(struct model *m, u32 object)
{
    const struct system_device *is = device(m, object);

    if (is->model == NULL && (is->at.raw != 0 || is->line != 0 || is->senses != NULL)) {
        model_error(m, KIND_DEVICE, object, "model",
                    "missing: .at, .line and .senses are those of a model");
    }
    if (object == SIM_DEVICES) {
        model_error(m, KIND_SYSTEM, 0, "devices", "%u: at most %u", m->count[KIND_DEVICE],
                    SIM_DEVICES);
    }
}

static void place(struct model *m, u32 object)
{
    u32 at = model_device_at(m, object);
    u32 size = model_device_size(m, object);

    if (device(m, object)->at.raw % PAGE_SIZE != 0) {
        model_error(m, KIND_DEVICE, object, "at", "0x%x: not a multiple of 0x%x", at, PAGE_SIZE);
    } else if (at - SIM_DEVICES_BASE > SIM_DEVICES_SIZE - DEVICE_REGISTERS_MAX) {
        model_error(m, KIND_DEVICE, object, "at",
                    "0x%x: the simulated board has room for devices from 0x%x to 0x%x (0: placed "
                    "there)", at, SIM_DEVICES_BASE,
                    SIM_DEVICES_BASE + SIM_DEVICES_SIZE - DEVICE_REGISTERS_MAX);
    }
    for (u32 i = 0; i < object; i++) {
        u32 other = model_device_at(m, i);
        if (size != 0 && at < other + model_device_size(m, i) && other < at + size) {
            model_error(m, KIND_DEVICE, object, "at",
                        "0x%x: devices[%u] \"%s\" is at 0x%x already: move one", at, i,
                        device(m, i)->name != NULL ? device(m, i)->name : "", other);
        }
    }
}

/* Who has that line on the simulated board; NULL: nobody yet. */
static const char *line_of(const struct model *m, u32 object, u32 line)
{
    for (const struct board_device *d = board_sim.devices; d->name != NULL; d++) {
        if (d->line == line) {
            return d->name;
        }
    }
    for (u32 i = 0; i < object; i++) {
        if (device(m, i)->line == line && device(m, i)->name != NULL) {
            return device(m, i)->name;
        }
    }
    return NULL;
}

static void line(struct model *m, u32 object)
{
    u32 number = device(m, object)->line;

    if (number == 0) {
        return;
    }
    const char *other = line_of(m, object, number);
    if (number < 32U || number >= board_sim.line_count) {
        model_error(m, KIND_DEVICE, object, "line",
                    "%u: devices of the simulated board have INTIDs 32 to %u", number,
                    board_sim.line_count - 1U);
    } else if (other != NULL) {
        model_error(m, KIND_DEVICE, object, "line",
                    "%u is the line of device \"%s\" already: choose another", number, other);
    }
}

static void senses(struct model *m, u32 object)
{
    const char *wanted = device(m, object)->senses;
    char suggestion[SUGGESTION_SIZE];
    struct nearest near;
    u32 who;
    u32 what;

    if (wanted == NULL || model_senses(m, object, &who, &what)) {
        return;
    }
    nearest_start(&near, wanted);
    for (u32 i = 0; i < m->count[KIND_DEVICE]; i++) {
        const struct device_model *model = model_device_model(m, i);
        for (u32 v = 0; model != NULL && device(m, i)->name != NULL && v < DEVICE_VALUES; v++) {
            nearest_offer(&near, device(m, i)->name, model->values[v]);
        }
    }
    nearest_text(&near, suggestion);
    model_error(m, KIND_DEVICE, object, "senses",
                "\"%s\": no device's model has such a value (\"device.value\")%s", wanted,
                suggestion);
}

const struct check check_devices[] = {
    {KIND_DEVICE, board_has}, {KIND_DEVICE, model_known}, {KIND_DEVICE, model_given},
    {KIND_DEVICE, place},     {KIND_DEVICE, line},        {KIND_DEVICE, senses},
    {KIND_SYSTEM, NULL},
};
