/* SPDX-License-Identifier: BSD-2-Clause */
/* Models of devices as a description has placed them (user/describe/device_model.h). */
#ifndef SIM_DEVICE_PLACE_H
#define SIM_DEVICE_PLACE_H

#include "describe/device_model.h"

/* Where the simulated board has room for them, and how many there can be. Each that is
 * placed by the build gets the DEVICE_REGISTERS_MAX bytes of its number. */
#define SIM_DEVICES_BASE 0x0c000000U
#define SIM_DEVICES_SIZE 0x04000000U
#define SIM_DEVICES 16U

#define SIM_SENSES_NOTHING 0xffffffffU

struct device_place {
    const char *name; /* NULL ends the list */
    const struct device_model *model;
    uint32_t at;      /* physical address */
    uint32_t line;    /* INTID; 0: none */
    uint32_t senses;  /* device of this list, or SIM_SENSES_NOTHING, */
    uint32_t sensed;  /* and its value */
};

/* Among the models that are linked in, by name; NULL. */
const struct device_model *device_model_find(const char *name);
/* The names of all of them in turn; NULL behind the last. */
const char *device_model_name(uint32_t index);

#endif
