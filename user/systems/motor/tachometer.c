/* SPDX-License-Identifier: BSD-2-Clause */
/* The model of the sensor (tachometer.h). It senses a speed, and reads up to 2 rpm off. */
#include "tachometer.h"

#include "device_model.h"

#define SAMPLE_NS (TACHO_SAMPLE_US * 1000U)
#define NOISE 2

struct tachometer {
    uint64_t rose_at; /* the line, last */
    uint32_t on;
    uint32_t level;
    uint32_t first; /* free-running */
    uint32_t count;
    uint32_t overrun;
    uint32_t line;
    uint16_t fifo[TACHO_FIFO];
};

static void line_drive(struct tachometer *t)
{
    uint32_t line = t->on != 0 && t->count >= t->level;

    if (line > t->line) {
        t->rose_at = device_now();
    }
    t->line = line;
    device_line(line != 0);
    device_value(0, (int32_t)t->count);
}

static void tacho_reset(void *state)
{
    struct tachometer *t = state;

    t->level = 1;
    device_wake_at(SAMPLE_NS);
}

static void tacho_event(void *state, uint64_t now)
{
    struct tachometer *t = state;
    int32_t rpm = device_sense() + (int32_t)(device_random() % (2U * NOISE + 1U)) - NOISE;

    device_wake_at(now + SAMPLE_NS);
    if (t->on == 0) {
        return;
    }
    if (t->count == TACHO_FIFO) {
        t->overrun = TACHO_OVERRUN;
    } else {
        t->fifo[(t->first + t->count++) % TACHO_FIFO] = (uint16_t)(rpm > 0 ? rpm : 0);
    }
    line_drive(t);
}

static uint32_t take(struct tachometer *t)
{
    if (t->count == 0) {
        return 0;
    }
    t->count--;
    return t->fifo[t->first++ % TACHO_FIFO];
}

static bool tacho_read(void *state, uint32_t offset, uint32_t size, uint32_t *value)
{
    struct tachometer *t = state;

    switch (offset) {
    case TACHO_CONTROL:
        *value = t->on;
        break;
    case TACHO_LEVEL:
        *value = t->level;
        break;
    case TACHO_STATUS:
        *value = t->count | t->overrun;
        break;
    case TACHO_DATA:
        *value = take(t);
        line_drive(t);
        break;
    default:
        *value = (uint32_t)(device_now() - t->rose_at);
        break;
    }
    return size == 4U;
}

static bool tacho_write(void *state, uint32_t offset, uint32_t size, uint32_t value)
{
    struct tachometer *t = state;

    if (size != 4U || offset > TACHO_STATUS) {
        return false;
    }
    if (offset == TACHO_CONTROL) {
        t->on = value & TACHO_ON;
    } else if (offset == TACHO_STATUS) {
        t->overrun &= ~value;
    } else if (value >= 1U && value <= TACHO_FIFO) {
        t->level = value;
    }
    line_drive(t);
    return true;
}

DEVICE_MODEL(tachometer, struct tachometer, .registers = TACHO_AGE + 4U, .reset = tacho_reset,
             .event = tacho_event, .read = tacho_read, .write = tacho_write,
             .values = {"fill"});
