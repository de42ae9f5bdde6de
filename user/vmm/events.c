/* SPDX-License-Identifier: BSD-2-Clause */
/* The events thread's work: see events.h. */
#include "events.h"

#include "port.h"
#include "vmm.h"

void events_begin(struct events *e, const struct vmm_config *config)
{
    *e = (struct events){.config = config};
    if (config->console == VMM_CONSOLE_UART) {
        (void)port_irq_bind(config->console_irq, config->console_signal);
    }
}

/* What waits newly is due after its pause; at once the first time. */
static void wait_for(struct events *e, uint32_t vms, uint64_t now)
{
    uint32_t fresh = vms & ~e->waiting;

    e->waiting = vms;
    for (uint32_t i = 0; i < e->config->vms; i++) {
        uint32_t is_again = e->started >> i & 1U;
        if ((fresh >> i & 1U) != 0) {
            e->due[i] = now + (is_again ? (uint64_t)e->config->vm[i].restart_ms *
                                              e->config->ticks_per_ms
                                        : 0);
        }
    }
}

static void start(struct events *e, uint32_t vm)
{
    struct message m = {.tag = THIMBLE_TAG(VMM_DO_START, 1), .word = {vm}};

    (void)port_call(e->config->service, &m);
    e->started |= 1U << vm;
    e->waiting &= ~(1U << vm);
}

uint64_t events_step(struct events *e, uint32_t bits, uint64_t now)
{
    struct message m = {.tag = THIMBLE_TAG(VMM_DO_EVENTS, 1), .word = {bits}};
    uint64_t next = THIMBLE_NEVER;

    if (port_call(e->config->service, &m) == THIMBLE_OK) {
        wait_for(e, m.word[0], now);
    }
    if ((bits & VMM_EVENT_CONSOLE) != 0 && e->config->console == VMM_CONSOLE_UART) {
        (void)port_irq_ack(e->config->console_irq);
    }
    for (uint32_t i = 0; i < e->config->vms; i++) {
        if ((e->waiting >> i & 1U) != 0 && e->due[i] <= now) {
            start(e, i);
        } else if ((e->waiting >> i & 1U) != 0 && e->due[i] < next) {
            next = e->due[i];
        }
    }
    return next;
}
