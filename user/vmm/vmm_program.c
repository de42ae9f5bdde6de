/* SPDX-License-Identifier: BSD-2-Clause */
/* The program of the VMM's cell: its two threads. */
#include "events.h"
#include "port.h"
#include "time.h"
#include "vmm.h"

static const struct vmm_config *configuration(void)
{
    return (const struct vmm_config *)(const void *)port_memory(VMM_CONFIG_AT);
}

static void serve(void)
{
    const struct vmm_config *config = configuration();
    struct message m;
    uint32_t badge = thimble_first(&m);
    struct vmm *vmm = (struct vmm *)(void *)port_memory(config->state_at);

    vmm_begin(vmm, config);
    for (;;) {
        vmm_serve(vmm, badge, &m);
        badge = thimble_reply_recv(&m);
    }
}

static void watch(void)
{
    const struct vmm_config *config = configuration();
    struct events e;
    uint64_t next = 0; /* at once: with what was signalled before this cell was restarted */

    events_begin(&e, config);
    for (;;) {
        uint32_t bits = 0;
        (void)thimble_wait(config->events, next, &bits);
        next = events_step(&e, bits, thimble_time());
    }
}

/* A configuration that is wrong ends the program: the hypervisor says that, and the tool
 * that made it has the same check. A passive thread's registers hold its first call. */
PROGRAM(vmm)
{
    if (vmm_config_check(configuration()) != 0) {
        return;
    }
    if (argument == VMM_ARGUMENT_EVENTS) {
        watch();
    } else {
        serve();
    }
}
