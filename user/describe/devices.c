/* SPDX-License-Identifier: BSD-2-Clause */
/* A system's own devices on the simulated board: see model.h. */
#include <stdlib.h>
#include <string.h>

#include "model.h"

bool board_simulated(const struct board *board)
{
    return same_name(board->name, board_sim.name);
}

bool model_device_own(const struct model *m, const char *name)
{
    for (u32 i = 0; i < m->count[KIND_DEVICE]; i++) {
        if (same_name(m->system->devices[i].name, name)) {
            return true;
        }
    }
    return false;
}

const struct device_model *model_device_model(const struct model *m, u32 device)
{
    const char *name = m->system->devices[device].model;

    return name != NULL ? device_model_find(name) : NULL;
}

u32 model_device_at(const struct model *m, u32 device)
{
    u32 at = m->system->devices[device].at.raw;

    return at != 0 ? at : SIM_DEVICES_BASE + device * DEVICE_REGISTERS_MAX;
}

u32 model_device_size(const struct model *m, u32 device)
{
    const struct device_model *model = model_device_model(m, device);
    u32 registers = model != NULL ? model->registers : 0;

    return registers <= DEVICE_REGISTERS_MAX ? (registers + PAGE_SIZE - 1U) / PAGE_SIZE * PAGE_SIZE
                                             : DEVICE_REGISTERS_MAX;
}

/* "device.value": the device's part of the text; 0: it has none. */
static size_t device_part(const char *senses)
{
    const char *dot = strchr(senses, '.');

    return dot != NULL ? (size_t)(dot - senses) : 0;
}

bool model_senses(const struct model *m, u32 device, u32 *senses, u32 *sensed)
{
    const char *text = m->system->devices[device].senses;
    size_t length = text != NULL ? device_part(text) : 0;

    *senses = SIM_SENSES_NOTHING;
    *sensed = 0;
    for (u32 i = 0, place = 0; i < m->count[KIND_DEVICE]; i++) {
        const char *name = m->system->devices[i].name;
        const struct device_model *model = model_device_model(m, i);
        if (model == NULL) {
            continue;
        }
        for (u32 v = 0; length != 0 && name != NULL && v < DEVICE_VALUES; v++) {
            if (strlen(name) == length && strncmp(name, text, length) == 0 &&
                same_name(model->values[v], text + length + 1U)) {
                *senses = place;
                *sensed = v;
                return true;
            }
        }
        place++;
    }
    return false;
}

static void fill(struct model *m, struct devices *d)
{
    u32 count = 0;
    u32 places = 0;

    for (const struct board_device *of = m->board->devices; of->name != NULL; of++) {
        d->all[count++] = *of;
    }
    for (u32 i = 0; i < m->count[KIND_DEVICE]; i++) {
        const struct system_device *is = &m->system->devices[i];
        const struct device_model *model = model_device_model(m, i);
        if (model == NULL || is->name == NULL) {
            continue; /* the board's own, or an error */
        }
        struct device_place *place = &d->places[places++];
        *place = (struct device_place){
            .name = is->name, .model = model, .at = model_device_at(m, i), .line = is->line};
        (void)model_senses(m, i, &place->senses, &place->sensed);
        if (board_device_find(m->board, is->name) == NULL) {
            d->all[count++] = (struct board_device){.name = is->name,
                                                    .pa = {place->at},
                                                    .size = model_device_size(m, i),
                                                    .line = is->line};
        }
    }
}

bool devices_make(struct model *m)
{
    u32 room = m->count[KIND_DEVICE] + 1U;

    if (m->count[KIND_DEVICE] == 0 || !board_simulated(m->board)) {
        return true;
    }
    for (const struct board_device *of = m->board->devices; of->name != NULL; of++) {
        room++;
    }
    struct devices *d = m->devices = calloc(1, sizeof(*d));
    if (d == NULL) {
        return false;
    }
    d->all = calloc(room, sizeof(*d->all));
    d->places = calloc(room, sizeof(*d->places));
    if (d->all == NULL || d->places == NULL) {
        return false;
    }
    fill(m, d);
    d->board = *m->board;
    d->board.devices = d->all;
    m->board = &d->board;
    return true;
}

void devices_free(struct devices *devices)
{
    if (devices != NULL) {
        free(devices->all);
        free(devices->places);
        free(devices);
    }
}
