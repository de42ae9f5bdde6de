/* SPDX-License-Identifier: BSD-2-Clause */
/* Scripted guests: each kind of step, and that they are to the core what hosted
 * guests are. */
#include "test_sim_support.h"

#include "memory.h"
#include "time.h"

#define AT BUILD_IMAGE_AT
#define NOWHERE 0x30000000U

/* ---- one step after another ---------------------------------------------------*/

/* Plays `list`, notes what the machine says before each step, then exits. */
static struct playing {
    struct sim_action list[8];
    u32 regs[8][THREAD_REGS]; /* to set before a step, if `set` */
    bool set[8];
    u32 count;
    u32 next;
    u32 values[9];
    u32 results[9];
    u64 times[9];
} playing;

static void play(void *state, u32 *regs, struct sim_action *action)
{
    struct playing *p = state;
    u32 i = p->next++;

    if (i > p->count) {
        *action = (struct sim_action){.step = SIM_STEP_FAULT, .number = THIMBLE_FAULT_CRASH};
        return;
    }
    p->values[i] = action->value;
    p->results[i] = regs[0];
    p->times[i] = sim_clock.now;
    *action = (struct sim_action){.step = SIM_STEP_FAULT, .number = THIMBLE_FAULT_EXIT};
    if (i < p->count) {
        *action = p->list[i];
        if (p->set[i]) {
            memcpy(regs, p->regs[i], sizeof(p->regs[i]));
        }
    }
}

static void playing_add(struct sim_action action)
{
    playing.list[playing.count++] = action;
}

static void play_it(u32 answer, u32 value)
{
    u32 thread = build_app(NULL, 0, answer, value);

    build_script(thread, play, &playing, sizeof(playing));
    boot_it();
    paths_are_free();
    cr_assert_eq(sim_run(MS), SIM_END_IDLE);
}

/* All steps were made, without a fault but the exit. */
static void expect_played(void)
{
    cr_assert_eq(keeper.count, 1);
    expect_fault(0, THIMBLE_FAULT_EXIT, 0, 0);
    cr_expect_eq(playing.next, playing.count + 1);
}

Test(sim_script, hypercall_takes_and_gives_registers)
{
    playing_add((struct sim_action){.step = SIM_STEP_HYPERCALL, .number = THIMBLE_SIGNAL});
    playing.set[0] = true;
    playing.regs[0][0] = 2; /* slot of the app's notification */
    playing_add((struct sim_action){.step = SIM_STEP_HYPERCALL, .number = THIMBLE_SIGNAL});
    playing.set[1] = true;
    playing.regs[1][0] = 99;
    play_it(THIMBLE_FAULT_STOP, 0);
    expect_played();
    cr_expect_eq(playing.results[1], THIMBLE_OK);
    cr_expect_eq(playing.results[2], THIMBLE_ERR_SLOT);
    cr_expect_eq(kernel.notifications[0].bits, 0x10);
}

Test(sim_script, compute_takes_its_time)
{
    playing_add((struct sim_action){.step = SIM_STEP_COMPUTE, .value = 12345});
    playing_add((struct sim_action){.step = SIM_STEP_COMPUTE, .value = 0});
    play_it(THIMBLE_FAULT_STOP, 0);
    expect_played();
    cr_expect_eq(playing.times[1] - playing.times[0], 12345);
    cr_expect_eq(playing.times[2], playing.times[1]);
}

Test(sim_script, write_and_read_reach_memory)
{
    playing_add((struct sim_action){.step = SIM_STEP_WRITE, .address = AT + 8, .value = 0xfeed});
    playing_add((struct sim_action){.step = SIM_STEP_READ, .address = AT + 8});
    play_it(THIMBLE_FAULT_STOP, 0);
    expect_played();
    cr_expect_eq(playing.values[2], 0xfeed);
    cr_expect_eq(playing.times[2] - playing.times[0], 2);
    cr_expect_eq(sim_ram_read32(&sim.ram, paddr(build_image(0).raw + 8)), 0xfeed);
}

Test(sim_script, execute_needs_the_right_to)
{
    playing_add((struct sim_action){.step = SIM_STEP_EXECUTE, .address = AT});
    play_it(THIMBLE_FAULT_STOP, 0);
    cr_assert_eq(keeper.count, 1);
    expect_fault(0, THIMBLE_FAULT_MEMORY, AT, ACCESS_EXECUTE);
    cr_expect_eq(playing.next, 1);
}

Test(sim_script, execute_of_an_executable_page)
{
    playing_add((struct sim_action){.step = SIM_STEP_EXECUTE, .address = NOWHERE});
    u32 thread = build_app(NULL, 0, THIMBLE_FAULT_STOP, 0);
    build_script(thread, play, &playing, sizeof(playing));
    build_region(0, (struct machine_mapping){.gpa = gpaddr(NOWHERE),
                                             .pa = paddr(SIM_RAM_BASE + 0x800000),
                                             .size = PAGE_SIZE,
                                             .access = ACCESS_READ | ACCESS_EXECUTE});
    boot_it();
    cr_assert_eq(sim_run(MS), SIM_END_IDLE);
    expect_played();
}

Test(sim_script, fault_is_as_it_says)
{
    playing_add((struct sim_action){
        .step = SIM_STEP_FAULT, .number = THIMBLE_FAULT_UNDEFINED, .address = 0x1234});
    play_it(THIMBLE_FAULT_RETRY, 0);
    cr_assert_eq(keeper.count, 2);
    expect_fault(0, THIMBLE_FAULT_UNDEFINED, 0x1234, 0);
    expect_fault(1, THIMBLE_FAULT_EXIT, 0, 0);
}

Test(sim_script, skip_gives_a_read_the_handlers_value)
{
    playing_add((struct sim_action){.step = SIM_STEP_READ, .address = NOWHERE});
    play_it(THIMBLE_FAULT_SKIP, 0x777);
    cr_assert_eq(keeper.count, 2);
    expect_fault(0, THIMBLE_FAULT_MEMORY, NOWHERE, ACCESS_READ);
    cr_expect_eq(playing.values[1], 0x777);
}

Test(sim_script, retry_makes_the_access_again)
{
    playing_add((struct sim_action){.step = SIM_STEP_READ, .address = NOWHERE});
    play_it(THIMBLE_FAULT_RETRY, 0);
    cr_assert_eq(keeper.count, 2);
    expect_fault(1, THIMBLE_FAULT_MEMORY, NOWHERE, ACCESS_READ);
    cr_expect_eq(playing.next, 1);
}

/* ---- the same program in both forms -----------------------------------------------*/

#define ROUNDS 40U
#define SLOT_HANDLER 1U
#define SLOT_NOTIFICATION 2U
#define SLOT_SERVER 3U

static u64 deadline(u32 round)
{
    return 300U * (round + 1U);
}

static void client_hosted(u32 argument)
{
    u32 bits;

    (void)argument;
    for (u32 i = 0; i < ROUNDS; i++) {
        thimble_write32(AT + 0x1000 + 4 * i, i * 7U);
        u32 value = thimble_read32(AT + 0x1000 + 4 * i);
        thimble_compute(100U + value);
        value = thimble_read32(NOWHERE + 4 * i);
        struct message m = {.tag = THIMBLE_TAG(i, 1), .word = {value}};
        (void)thimble_call(SLOT_SERVER, &m);
        thimble_compute(m.word[0]);
        (void)thimble_wait(SLOT_NOTIFICATION, deadline(i), &bits);
    }
}

struct client {
    u32 round;
    u32 step;
};

static void client_step(struct client *c, u32 *regs, struct sim_action *action)
{
    u32 value = action->value;

    switch (c->step++) {
    case 0:
        *action = (struct sim_action){
            .step = SIM_STEP_WRITE, .address = AT + 0x1000 + 4 * c->round, .value = c->round * 7U};
        break;
    case 1:
        *action =
            (struct sim_action){.step = SIM_STEP_READ, .address = AT + 0x1000 + 4 * c->round};
        break;
    case 2:
        *action = (struct sim_action){.step = SIM_STEP_COMPUTE, .value = 100U + value};
        break;
    case 3:
        *action = (struct sim_action){.step = SIM_STEP_READ, .address = NOWHERE + 4 * c->round};
        break;
    case 4:
        memset(regs, 0, 4U * THREAD_REGS);
        regs[0] = SLOT_SERVER;
        regs[1] = THIMBLE_TAG(c->round, 1);
        regs[2] = value;
        *action = (struct sim_action){.step = SIM_STEP_HYPERCALL, .number = THIMBLE_CALL};
        break;
    case 5:
        *action = (struct sim_action){.step = SIM_STEP_COMPUTE, .value = regs[2]};
        break;
    default:
        regs[0] = SLOT_NOTIFICATION;
        regs[1] = (u32)deadline(c->round);
        regs[2] = (u32)(deadline(c->round) >> 32);
        *action = (struct sim_action){.step = SIM_STEP_HYPERCALL, .number = THIMBLE_WAIT};
        c->step = 0;
        c->round++;
        break;
    }
}

static void client_scripted(void *state, u32 *regs, struct sim_action *action)
{
    struct client *c = state;

    if (c->round == ROUNDS) {
        *action = (struct sim_action){.step = SIM_STEP_FAULT, .number = THIMBLE_FAULT_EXIT};
    } else {
        client_step(c, regs, action);
    }
}

static void server_hosted(u32 argument)
{
    struct message m;

    (void)argument;
    (void)thimble_first(&m);
    for (;;) {
        thimble_compute(50U);
        m.word[0] = m.word[0] + 20U;
        (void)thimble_reply_recv(&m);
    }
}

static void server_scripted(void *state, u32 *regs, struct sim_action *action)
{
    u32 *computed = state;

    *computed ^= 1U;
    if (*computed != 0) {
        *action = (struct sim_action){.step = SIM_STEP_COMPUTE, .value = 50U};
    } else {
        regs[2] += 20U;
        *action = (struct sim_action){.step = SIM_STEP_HYPERCALL, .number = THIMBLE_REPLY_RECV};
    }
}

static void compute_often(u32 argument)
{
    for (u32 i = 0; i < argument; i++) {
        thimble_compute(333U);
    }
}

/* Client, its handler (always hosted), server, and a busy cell below them. */
static struct outcome run_form(bool client, bool server)
{
    static struct client state;
    static u32 server_state;
    u32 thread = build_app(client_hosted, 0, THIMBLE_FAULT_SKIP, 0);
    u32 passive = build_passive(build_cell("server"), 1, server_hosted, 0);

    state = (struct client){.round = 0};
    server_state = 0;
    build_grant(0, THIMBLE_CAP_THREAD, THIMBLE_RIGHT_CALL, passive, 5);
    build_active(build_cell("busy"), 1, compute_often, 500);
    for (u32 i = 0; i < FAULTS_MAX; i++) {
        keeper.answers[i][0] = THIMBLE_FAULT_SKIP;
        keeper.answers[i][1] = 11U * i;
    }
    boot_it();
    if (client) {
        sim_guest_script(boot_thread_index(thread), client_scripted, &state, sizeof(state));
    }
    if (server) {
        sim_guest_script(boot_thread_index(passive), server_scripted, &server_state,
                         sizeof(server_state));
    }
    (void)sim_run(200000);
    cr_expect_geq(keeper.count, ROUNDS);
    return outcome();
}

Test(sim_script, a_scripted_run_equals_the_hosted_one)
{
    struct outcome hosted = run_form(false, false);

    expect_same(hosted, run_form(true, false));
    expect_same(hosted, run_form(false, true));
    expect_same(hosted, run_form(true, true));
}
