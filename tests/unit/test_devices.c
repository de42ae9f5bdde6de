/* SPDX-License-Identifier: BSD-2-Clause */
/* Models of devices on the bus: what each of the functions that they may call does, what
 * snapshots keep of them, and what is said of a model that breaks a rule. */
#include "device_model.h"

#include <stdlib.h>

#include "bus.h"
#include "memory.h"
#include "test_sim_support.h"
#include "time.h"
#include "trace_run.h"

/* ---- a model that does what it is told ---------------------------------------------------*/

enum { AFTER, LINE, RANDOM, INPUT, NUMBER, MISTAKE, WHEN, REGISTERS };
enum { PAST, NAMELESS };

struct probe {
    uint64_t when; /* the last event */
    uint32_t events;
    uint32_t resets;
};

static void probe_reset(void *state)
{
    struct probe *probe = state;

    cr_assert_eq(device_now(), 0);
    probe->resets++;
}

static bool probe_read(void *state, uint32_t offset, uint32_t size, uint32_t *value)
{
    const struct probe *probe = state;

    switch (offset / 4U) {
    case AFTER:
        *value = probe->events;
        break;
    case LINE:
        *value = probe->resets;
        break;
    case RANDOM:
        *value = device_random();
        break;
    case INPUT:
        *value = (uint32_t)device_input();
        break;
    case NUMBER:
        *value = (uint32_t)device_sense();
        break;
    default:
        *value = (uint32_t)probe->when;
        break;
    }
    return size == 4U || offset == 0;
}

static bool probe_write(void *state, uint32_t offset, uint32_t size, uint32_t value)
{
    (void)state;
    switch (offset / 4U) {
    case AFTER:
        device_wake_at(device_now() + value);
        break;
    case LINE:
        device_line(value != 0);
        break;
    case NUMBER:
        device_value(1, (int32_t)value);
        break;
    case MISTAKE:
        value == PAST ? device_wake_at(device_now()) : device_value(2, 0);
        break;
    default:
        return false;
    }
    return size == 4U;
}

static void probe_event(void *state, uint64_t now)
{
    struct probe *probe = state;

    cr_assert_eq(now, device_now());
    probe->when = now;
    probe->events++;
    if (probe->events % 3U != 0) {
        device_wake_at(now + 10U);
    }
}

DEVICE_MODEL(probe, struct probe, .registers = 4U * REGISTERS, .reset = probe_reset,
             .event = probe_event, .read = probe_read, .write = probe_write,
             .values = {"fixed", "number"});
DEVICE_MODEL(mute, struct probe, .registers = 4U);

#define A SIM_DEVICES_BASE
#define B (SIM_DEVICES_BASE + 0x5000U)
#define M (SIM_DEVICES_BASE + 0x9000U)

static const struct device_place places[] = {
    {.name = "a", .model = &device_model_probe, .at = A, .line = 40, .senses = SIM_SENSES_NOTHING},
    {.name = "b", .model = &device_model_probe, .at = B, .senses = 0, .sensed = 1},
    {.name = "m", .model = &device_model_mute, .at = M, .senses = SIM_SENSES_NOTHING},
    {0},
};

static void prepare_seeded(u64 seed)
{
    sim_machine_reset(seed);
    sim_host = (struct sim_host){.running = false};
    cr_assert_null(sim_devices_place(places, seed));
}

static void prepare(void)
{
    prepare_seeded(1);
}

TestSuite(devices, .init = prepare);

static u32 get(u32 at, u32 number)
{
    u32 value;

    cr_assert(sim_bus_read(paddr(at + 4U * number), 4, &value));
    return value;
}

static void set(u32 at, u32 number, u32 value)
{
    cr_assert(sim_bus_write(paddr(at + 4U * number), 4, value));
}

static void time_to(u64 now)
{
    sim_clock.now = now;
    sim_bus_update();
}

/* ---- registers ---------------------------------------------------------------------------*/

Test(devices, are_reset_once)
{
    cr_expect_eq(get(A, LINE), 1);
    cr_expect_eq(get(B, LINE), 1);
}

Test(devices, a_narrow_read_gives_no_more_than_it_is_wide)
{
    u32 value = ~0U;

    set(A, AFTER, 1);
    for (u32 t = 1; t < 5000; t += 10) {
        time_to(t);
        if (get(A, AFTER) % 3U == 0) {
            set(A, AFTER, 1);
        }
    }
    cr_assert_gt(get(A, AFTER), 255);
    cr_assert(sim_bus_read(paddr(A), 1, &value));
    cr_expect_eq(value, get(A, AFTER) & 0xffU);
}

Test(devices, what_a_model_does_not_have_is_refused_and_told_once)
{
    u32 value;

    stream_keep(stderr);

    cr_expect_not(sim_bus_read(paddr(A + 4U), 2, &value));
    cr_expect_not(sim_bus_read(paddr(A + 4U * REGISTERS), 4, &value));
    cr_expect_not(sim_bus_write(paddr(A + 4U * WHEN), 4, 0));
    cr_expect_not(sim_bus_read(paddr(M), 4, &value));
    cr_expect_not(sim_bus_write(paddr(M), 4, 0));
    cr_expect_not(sim_bus_read(paddr(A + PAGE_SIZE), 4, &value));
    cr_expect_str_eq(stream_kept(),
                     "thimble: device a (model probe) at 0.000000 ms: no 2 bytes to read at "
                     "offset 0x4, so a bus fault: the driver is wrong, or read() of the "
                     "model leaves them out\n"
                     "thimble: device m (model mute) at 0.000000 ms: no 4 bytes to read at "
                     "offset 0x0, so a bus fault: the driver is wrong, or read() of the "
                     "model leaves them out\n");
    cr_expect_null(sim_host.broken);
}

/* ---- time ----------------------------------------------------------------------------------*/

Test(devices, events_come_at_their_time_and_in_its_order)
{
    set(A, AFTER, 100);
    set(B, AFTER, 95);
    cr_expect_eq(sim_bus_next(), 95);
    time_to(94);
    cr_expect_eq(get(B, AFTER), 0);
    time_to(104);
    cr_expect_eq(get(B, AFTER), 1);
    cr_expect_eq(get(B, WHEN), 95);
    cr_expect_eq(sim_bus_next(), 105);
    /* Three of each in the end, though nobody looked in between. */
    time_to(1000);
    cr_expect_eq(get(A, WHEN), 120);
    cr_expect_eq(get(B, WHEN), 115);
    cr_expect_eq(sim_bus_next(), SIM_TIME_NEVER);
}

Test(devices, an_access_sees_what_has_happened_by_then)
{
    set(A, AFTER, 100);
    sim_clock.now = 115; /* and nothing has been updated */
    cr_expect_eq(get(A, AFTER), 2);
}

/* ---- lines, values, random numbers, input -----------------------------------------------------*/

Test(devices, a_line_reaches_the_interrupt_controller)
{
    set(A, LINE, 1);
    cr_expect(sim_gic_pending(&sim.gic, 0, 40));
    set(A, LINE, 0);
    cr_expect_not(sim_gic_pending(&sim.gic, 0, 40));
}

Test(devices, one_senses_the_value_of_the_other)
{
    cr_expect_eq(get(B, NUMBER), 0);
    set(A, NUMBER, (u32)-7);
    cr_expect_eq(get(B, NUMBER), (u32)-7);
}

Test(devices, random_numbers_follow_from_the_seed_and_the_device)
{
    u32 a = get(A, RANDOM);
    u32 again = get(A, RANDOM);

    cr_expect_neq(a, again);
    cr_expect_neq(get(B, RANDOM), a);
    prepare_seeded(1);
    cr_expect_neq(get(B, RANDOM), a);
    cr_expect_eq(get(A, RANDOM), a);
    prepare_seeded(2);
    cr_expect_neq(get(A, RANDOM), a);
}

static void file_write(char *path, const char *bytes, size_t size)
{
    int file = mkstemp(path);

    cr_assert_geq(file, 0);
    cr_assert_eq(write(file, bytes, size), (ssize_t)size);
    close(file);
}

Test(devices, input_is_a_files_bytes_then_none)
{
    char path[] = "/tmp/thimble-device-XXXXXX";
    char text[64];

    file_write(path, "\001\000\377", 3);
    snprintf(text, sizeof(text), "b=%s", path);
    cr_expect(sim_devices_input_is(text));
    cr_expect(sim_devices_input(places, text));
    unlink(path);
    prepare();
    cr_expect_eq(get(A, INPUT), ~0U);
    cr_expect_eq(get(B, INPUT), 1);
    cr_expect_eq(get(B, INPUT), 0);
    cr_expect_eq(get(B, INPUT), 255);
    cr_expect_eq(get(B, INPUT), ~0U);
}

Test(devices, input_of_others_is_refused)
{
    stream_keep(stderr);
    cr_expect_not(sim_devices_input_is("dir/b=c"));
    cr_expect_not(sim_devices_input_is("file"));
    cr_expect_not(sim_devices_input_is("uart=file"));
    cr_expect_not(sim_devices_input(places, "c=file"));
    cr_expect_not(sim_devices_input(NULL, "c=file"));
    cr_expect_not(sim_devices_input(places, "a=/nowhere/file"));
    cr_expect_not(sim_devices_input(places, "a=/"));
    cr_expect_str_eq(stream_kept(),
                     "thimble: --input c=file: the system has no device of this name with a model; "
                     "it has a b m\n"
                     "thimble: --input c=file: the system has no device of this name with a model; "
                     "it has none\n"
                     "thimble: /nowhere/file: No such file or directory\n"
                     "thimble: /: Is a directory\n");
}

/* ---- mistakes --------------------------------------------------------------------------------*/

static void expect_mistake(const char *text)
{
    cr_assert_not_null(sim_host.broken);
    cr_expect_str_eq(sim_host.broken, text);
    cr_expect_eq(sim_host.end, SIM_END_CHECK);
    cr_expect(sim_host.leave);
}

Test(devices, to_wake_in_the_past_is_a_mistake)
{
    time_to(1500000);
    set(A, MISTAKE, PAST);
    expect_mistake("device a (model probe) at 1.500000 ms: wakes at 1.500000 ms: give "
                   "device_wake_at() a time that is later than now");
    set(A, MISTAKE, NAMELESS); /* the first counts */
    expect_mistake("device a (model probe) at 1.500000 ms: wakes at 1.500000 ms: give "
                   "device_wake_at() a time that is later than now");
}

Test(devices, a_value_without_a_name_is_a_mistake)
{
    set(A, MISTAKE, NAMELESS);
    expect_mistake("device a (model probe) at 0.000000 ms: tells value 2, which has no name: give "
                   "it one in .values");
}

Test(devices, a_line_that_is_not_described_is_a_mistake)
{
    set(B, LINE, 1);
    expect_mistake("device b (model probe) at 0.000000 ms: drives a line, but the description "
                   "gives it none: say .line there");
}

Test(devices, to_sense_what_is_not_described_is_a_mistake)
{
    cr_expect_eq(get(A, NUMBER), 0);
    expect_mistake("device a (model probe) at 0.000000 ms: senses, but the description does not "
                   "say what: say .senses there");
}

Test(devices, a_line_that_is_never_lowered_is_told_once)
{
    stream_keep(stderr);
    set(A, LINE, 1);
    for (u32 i = 0; i < 20000; i++) {
        (void)get(A, WHEN);
        if (i == 9000) {
            set(A, LINE, 0);
            set(A, LINE, 1);
        }
    }
    cr_expect_str_eq(stream_kept(),
                     "thimble: device a (model probe) at 0.000000 ms: its line has been high "
                     "through 10000 accesses: lower it, by device_line(false), when the driver has "
                     "done what it is for\n");
}

/* ---- in a run ------------------------------------------------------------------------- */

static void user(u32 argument)
{
    for (u32 i = 0;; i++) {
        if (i == argument) {
            thimble_write32(0x20000000U + 4U * MISTAKE, NAMELESS);
        }
        thimble_write32(0x20000000U, 5000 + i % 7U * 1000U);
        u32 random = thimble_read32(0x20000000U + 4U * RANDOM);
        thimble_write32(0x20000000U + 4U * NUMBER, random % 1000U);
        thimble_compute(20000 + random % 100U);
        thimble_yield();
    }
}

static void boot_user(u64 seed, u32 mistake_after)
{
    build_begin();
    u32 cell = build_cell("user");
    (void)build_active(cell, 10, user, mistake_after);
    (void)build_region(cell, (struct machine_mapping){
                                 .gpa = gpaddr(0x20000000U), .pa = paddr(A), .size = PAGE_SIZE,
                                 .memory = MEMORY_DEVICE, .access = ACCESS_READ | ACCESS_WRITE});
    boot_with(&(struct sim_options){.seed = seed, .observe = true, .devices = places});
}

Test(devices, snapshots_keep_them)
{
    boot_user(3, ~0U);
    (void)sim_run(2 * MS);
    struct outcome then = outcome();
    struct sim_snapshot *s = sim_snapshot_save();
    (void)sim_run(5 * MS);
    struct outcome after = outcome();
    cr_expect_neq(then.state, after.state);
    sim_snapshot_restore(s);
    expect_same(outcome(), then);
    (void)sim_run(5 * MS);
    expect_same(outcome(), after);
    sim_snapshot_free(s);
    boot_user(3, ~0U);
    (void)sim_run(5 * MS);
    expect_same(outcome(), after);
}

Test(devices, the_state_hash_holds_their_states)
{
    u64 before;

    boot_user(3, ~0U);
    before = sim_state_hash();
    size_t size;
    u8 *states = sim_devices_states(&size);
    cr_assert_eq(size, 3U * sizeof(struct probe));
    states[size - 1U] ^= 1U;
    cr_expect_neq(sim_state_hash(), before);
}

Test(devices, a_mistake_ends_the_run)
{
    boot_user(3, 20);
    cr_expect_eq(sim_run(2 * MS), SIM_END_CHECK);
    expect_says(sim_end_text(SIM_END_CHECK), "tells value 2, which has no name");
    cr_expect_lt(sim_clock.now, 500000);
}

static void reset_wrong(void *state)
{
    (void)state;
    device_wake_at(0);
}

Test(devices, a_mistake_at_reset_ends_the_boot)
{
    static const struct device_model wrong = {.name = "wrong", .reset = reset_wrong};
    static const struct device_place wrong_places[] = {
        {.name = "w", .model = &wrong, .at = A}, {0}};

    build_begin();
    (void)build_active(build_cell("user"), 10, user, 0);
    const char *misfit = build_boot(&(struct sim_options){.devices = wrong_places});
    cr_assert_not_null(misfit);
    expect_says(misfit, "device w (model wrong) at 0.000000 ms: wakes at 0.000000 ms");
}

Test(devices, a_trace_has_their_values)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);

    boot_user(3, ~0U);
    trace_run_begin(file);
    (void)sim_run(100000);
    cr_expect_eq(trace_run_end(), 0);
    fclose(file);
    expect_says(text, "\"name\":\"process_name\",\"args\":{\"name\":\"devices\"}");
    expect_says(text, "\"ph\":\"C\",\"ts\":0.000,");
    expect_says(text, "\"name\":\"b.number\",\"args\":{\"value\":0}}");
    const char *last = strstr(text, "\"name\":\"a.number\",\"args\":{\"value\":0}}");
    cr_assert_not_null(last);
    char wanted[64];
    snprintf(wanted, sizeof(wanted), "\"name\":\"a.number\",\"args\":{\"value\":%d}}",
             sim.devices.each[0].values[1]);
    cr_expect_gt(sim.devices.each[0].values[1], 0);
    expect_says(last, wanted);
    free(text);
}
