/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared by the tests of the simulator: see test_sim_support.h. */
#include "test_sim_support.h"

struct keeper keeper;

void keeper_program(u32 argument)
{
    struct message m;
    u32 badge = thimble_first(&m);

    (void)argument;
    for (;;) {
        u32 i = keeper.count++ % FAULTS_MAX;
        keeper.faults[i] = m;
        keeper.badges[i] = badge;
        if (keeper.mend != NULL) {
            keeper.mend();
        }
        m = (struct message){.tag = THIMBLE_TAG(0, 2),
                             .word = {keeper.answers[i][0], keeper.answers[i][1]}};
        badge = thimble_reply_recv(&m);
    }
}

u32 build_app(thimble_entry program, u32 argument, u32 action, u32 value)
{
    build_begin();
    u32 app = build_cell("app");
    u32 thread = build_active(app, 20, program, argument);
    u32 health = build_notification();
    u32 handler = build_passive(build_cell("keeper"), 0, keeper_program, 0);
    u32 slot = build_grant(app, THIMBLE_CAP_THREAD, THIMBLE_RIGHT_CALL, handler, KEEPER_BADGE);

    build_handler(thread, slot,
                  build_grant(app, THIMBLE_CAP_NOTIFICATION, RIGHTS_BOTH, health, 0x10));
    keeper = (struct keeper){.answers = {{action, value}}};
    for (u32 i = 1; i < FAULTS_MAX; i++) {
        keeper.answers[i][0] = THIMBLE_FAULT_STOP;
    }
    return thread;
}

const struct boot *boot_system(const struct system *system, const struct sim_options *options)
{
    static struct described described[2];
    static const struct system *systems[2];
    u32 i = systems[0] == NULL || systems[0] == system ? 0 : 1;

    if (systems[i] != system) {
        cr_assert(describe_compile(system, &board_sim, &described[i], stderr));
        systems[i] = system;
    }
    struct sim_options own = *options;
    own.devices = described[i].devices;
    const char *misfit = sim_boot(&described[i].boot, &own);
    cr_assert(misfit == NULL, "system %s does not boot: %s", system->name, misfit);
    return &described[i].boot;
}

struct outcome outcome(void)
{
    return (struct outcome){.trace = observe.hash,
                            .state = sim_state_hash(),
                            .now = sim_clock.now,
                            .events = observe.events};
}
