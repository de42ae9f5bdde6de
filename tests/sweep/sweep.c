/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sweep [--scenario NAME] [--doubles N] [--seed N] [--replay FAULTS] [--without reply|restart]:
 * every fault at every point of every scenario, and N runs with two. See sweep.h.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "boot.h"
#include "host_output.h"
#include "kernel.h"
#include "sweep.h"

#define RUN_SECONDS 20U

static struct {
    const char *only;
    const char *replay;
    u64 seed;
    u64 doubles; /* runs with two faults, all scenarios together */
    struct run_options options; /* of the run that is being made */
    const struct scenario *scenario;
    u64 runs;
    u64 faults; /* of this scenario: runs with one fault at a point, */
    u64 quotas; /* with a quota, */
    u64 drawn;  /* and with two drawn */
    u64 points;
    u64 events;
    u64 errors; /* runs in which something has failed on the way */
    bool bad;
} all = {.seed = 1, .doubles = 3000};

static struct run base;
static struct run now;

/* ---- one run ----------------------------------------------------------------------*/

static void replay_print(void)
{
    const struct run_options *o = &all.options;
    const char *bug = getenv("CANARY");

    printf("replay: make sweep SCENARIO=%s%s%s REPLAY=", all.scenario->name,
           bug != NULL && *bug != '\0' ? " CANARY=" : "", bug != NULL ? bug : "");
    for (u32 i = 0; i < FAULTS_MAX; i++) {
        const struct fault *f = &o->faults[i];
        printf("%u,%u,%u,%u,%u,", f->kind, f->object, f->point, f->number, f->step);
    }
    printf("%u,%u,%u,%u\n", o->quota.kind, o->quota.object, o->quota.value, o->ticks);
    (void)fflush(stdout);
}

static const char *const fault_names[FAULT_KINDS] = {
    "no fault",        "thread stopped", "cell restarted",       "capability revoked",
    "budget used up",  "interrupt lost", "interrupt twice",      "interrupt storm",
    "spurious",        "interrupt late"};
static const char *const quota_names[QUOTA_KINDS] = {"no quota", "table pages", "regions",
                                                     "slots", "budget"};
static const char *const point_names[POINT_KINDS] = {"before step", "preemption point in step",
                                                     "hop in step"};

static void wrong_print(const char *what)
{
    const struct run_options *o = &all.options;

    printf("sweep: %s", all.scenario->name);
    for (u32 i = 0; i < FAULTS_MAX; i++) {
        const struct fault *f = &o->faults[i];
        if (i == 0 || f->kind != FAULT_NONE) {
            printf(", %s %u, %s %u (%u)", fault_names[f->kind], f->object, point_names[f->point],
                   f->step, f->number);
        }
    }
    if (o->quota.kind != QUOTA_NONE) {
        printf(", %s of %u: %u", quota_names[o->quota.kind], o->quota.object, o->quota.value);
    }
    printf(": %s\n", what);
    replay_print();
}

static bool run_one(void)
{
    (void)alarm(RUN_SECONDS);
    const char *wrong = run_make(all.scenario, &all.options, &now);

    (void)alarm(0);
    all.runs++;
    all.errors += now.failures != 0;
    if (wrong != NULL) {
        wrong_print(wrong);
        all.bad = true;
    }
    return wrong == NULL;
}

static void signal_report(int number)
{
    (void)signal(number, SIG_DFL);
    wrong_print(number == SIGABRT   ? "the core panicked"
                : number == SIGALRM ? "the core, or the model, does not come to an end"
                                    : "the core, or the model, crashed");
    _exit(1);
}

static void reports_install(void)
{
    static const int signals[] = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGALRM};

    for (size_t i = 0; i < ARRAY_SIZE(signals); i++) {
        (void)signal(signals[i], signal_report);
    }
}

/* ---- all faults ----------------------------------------------------------------------*/

/* At each point of the run without it. */
static bool at_points(u32 kind, u32 object)
{
    all.events++;
    for (u32 step = 0; step < base.steps; step++) {
        for (u32 point = 0; point < POINT_KINDS; point++) {
            for (u32 number = 1; number <= base.points[step][point]; number++) {
                all.options.faults[0] =
                    (struct fault){(u8)kind, (u8)object, (u8)point, (u8)number, step};
                all.faults++;
                if (!run_one()) {
                    return false;
                }
                if (kind <= FAULT_REVOKE && now.acted != 1U) {
                    wrong_print("the manager has not done it");
                    all.bad = true;
                    return false;
                }
            }
        }
    }
    return true;
}

static bool faults_all(void)
{
    bool good = true;

    for (u32 t = MANAGER + 1U; t < kernel.thread_count && good; t++) {
        good = at_points(FAULT_STOP, t);
    }
    for (u32 c = 1; c < kernel.cell_count && good; c++) {
        good = at_points(FAULT_RESTART, c);
    }
    for (u32 i = 0; i < lent_count && good; i++) {
        good = at_points(FAULT_REVOKE, i);
    }
    good = good && at_points(FAULT_BUDGET, 0);
    for (u32 i = 0; i < 2U && good; i++) {
        good = at_points(FAULT_SPURIOUS, i);
    }
    for (u32 kind = FAULT_LOSE; kind <= FAULT_STORM && base.pokes != 0 && good; kind++) {
        good = at_points(kind, 0);
    }
    static const u8 steps[] = {1, 2, 3, 5, 8, 13, 21, 34};
    for (u32 i = 0; i < ARRAY_SIZE(steps) && base.pokes != 0; i++) {
        all.events++;
        for (u32 poke = 1; poke <= base.pokes && good; poke++) {
            all.options.faults[0] = (struct fault){FAULT_LATE, steps[i], 0, 0, poke};
            all.faults++;
            good = run_one();
        }
    }
    all.options.faults[0] = (struct fault){0};
    return good;
}

/* ---- two faults, drawn -------------------------------------------------------------------*/

static struct fault fault_draw(struct source *s, u32 from, u32 steps)
{
    struct fault f = {.kind = (u8)(FAULT_STOP + source_below(s, FAULT_LATE - FAULT_STOP))};

    if (f.kind == FAULT_STOP) {
        f.object = (u8)(MANAGER + 1U + source_below(s, kernel.thread_count - MANAGER - 1U));
    } else if (f.kind == FAULT_RESTART) {
        f.object = (u8)(1U + source_below(s, kernel.cell_count - 1U));
    } else if (f.kind == FAULT_SPURIOUS) {
        f.object = (u8)source_below(s, 2);
    } else if (f.kind == FAULT_REVOKE) {
        f.object = (u8)source_below(s, lent_count);
    }
    f.step = from + source_below(s, steps);
    f.point = (u8)(source_percent(s, 50) ? POINT_BOUNDARY : 1U + source_below(s, 2));
    f.number = (u8)(1U + source_below(s, 3));
    return f;
}

static bool doubles_all(void)
{
    struct source s;
    u64 count = all.only != NULL ? all.doubles : all.doubles / scenario_count;
    bool good = true;

    source_seed(&s, all.seed);
    for (u64 i = 0; i < count && good; i++) {
        all.options.faults[0] = fault_draw(&s, 0, base.steps);
        all.options.faults[1] = fault_draw(&s, all.options.faults[0].step, base.steps / 2U);
        all.drawn++;
        good = run_one();
    }
    memset(all.options.faults, 0, sizeof(all.options.faults));
    return good;
}

/* ---- all quotas -----------------------------------------------------------------------*/

static bool quota_below(u32 kind, u32 object, u32 least, u32 need, bool ticks)
{
    all.options.ticks = ticks;
    for (u32 value = least; value < need; value++) {
        all.options.quota = (struct quota){(u8)kind, (u8)object, value};
        all.quotas++;
        if (!run_one()) {
            return false;
        }
        if (kind != QUOTA_BUDGET && now.failures == 0) {
            wrong_print("nothing fails for want of it");
            all.bad = true;
            return false;
        }
    }
    all.options.quota = (struct quota){0};
    all.options.ticks = false;
    return true;
}

/* Regions of the description come on top of the quota. Slots: those that are not empty at
 * first stay. */
static bool quotas_all(const struct run *with_ticks)
{
    bool good = true;
    u32 given[CELL_MAX] = {0};
    u32 cell_count = kernel.cell_count;
    u32 sc_count = kernel.sc_count;

    for (u32 i = 0; i < kernel.region_count; i++) {
        given[boot_tables()->regions[i].cell]++;
    }
    for (u32 c = 1; c < cell_count && good; c++) {
        good = quota_below(QUOTA_TABLES, c, 2, base.tables[c], false) &&
               quota_below(QUOTA_REGIONS, c, 0, base.regions[c] - given[c], false) &&
               quota_below(QUOTA_SLOTS, c, 8, base.slots[c], false);
    }
    for (u32 i = 0; i < sc_count && good; i++) {
        good = quota_below(QUOTA_BUDGET, i, 1, with_ticks->budget[i] + 1U, true);
    }
    return good;
}

/* ---- scenarios ---------------------------------------------------------------------------*/

static double seconds_now(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static u32 points_count(const struct run *run)
{
    u32 points = 0;

    for (u32 step = 0; step < run->steps; step++) {
        for (u32 point = 0; point < POINT_KINDS; point++) {
            points += run->points[step][point];
        }
    }
    return points;
}

static void sweep_one(const struct scenario *scenario)
{
    static struct run with_ticks;
    double start = seconds_now();
    u64 events = all.events;
    u64 errors = all.errors;

    all.scenario = scenario;
    all.faults = 0;
    all.quotas = 0;
    all.drawn = 0;
    bool good = run_one();
    base = now;
    if (good && base.failures != 0) {
        wrong_print("something fails without any fault");
        all.bad = true;
        good = false;
    }
    all.options.ticks = true;
    good = good && run_one();
    with_ticks = now;
    all.options.ticks = false;
    good = good && faults_all() && doubles_all() && quotas_all(&with_ticks);
    u32 points = points_count(&base);
    all.points += points;
    printf("%-9s %6u %7u %7llu %7llu %7llu %7llu %7llu %8.1f  %s\n", scenario->name,
           base.steps, points, (unsigned long long)(all.events - events),
           (unsigned long long)all.faults, (unsigned long long)all.drawn,
           (unsigned long long)all.quotas, (unsigned long long)(all.errors - errors),
           seconds_now() - start, good ? scenario->what : "FAILED");
    (void)fflush(stdout);
}

static void replay(const struct scenario *scenario)
{
    u32 v[5U * FAULTS_MAX + 4U] = {0};
    const char *text = all.replay;
    char *end = NULL;

    all.scenario = scenario;
    for (u32 i = 0; i < ARRAY_SIZE(v) && *text != '\0'; i++) {
        v[i] = (u32)strtoul(text, &end, 10);
        text = *end == ',' ? end + 1 : end;
    }
    for (u32 i = 0; i < FAULTS_MAX; i++) {
        const u32 *f = &v[5U * i];
        all.options.faults[i] =
            (struct fault){(u8)f[0], (u8)f[1], (u8)f[2], (u8)f[3], f[4]};
    }
    const u32 *q = &v[5U * FAULTS_MAX];
    all.options.quota = (struct quota){(u8)q[0], (u8)q[1], q[2]};
    all.options.ticks = q[3] != 0;
    all.options.out = stdout;
    (void)run_one();
}

static void options_read(int argc, char **argv)
{
    for (int i = 1; i + 1 < argc; i += 2) {
        const char *value = argv[i + 1];
        if (strcmp(argv[i], "--scenario") == 0) {
            all.only = value;
        } else if (strcmp(argv[i], "--replay") == 0) {
            all.replay = value;
        } else if (strcmp(argv[i], "--doubles") == 0) {
            all.doubles = strtoull(value, NULL, 10);
        } else if (strcmp(argv[i], "--seed") == 0) {
            all.seed = strtoull(value, NULL, 10);
        } else if (strcmp(argv[i], "--without") == 0) {
            all.options.unanswered = strcmp(value, "reply") == 0;
            all.options.unhealed = strcmp(value, "restart") == 0;
        }
    }
}

int main(int argc, char **argv)
{
    bool any = false;
    double start = seconds_now();
    u32 count = 0;

    output_must_arrive();
    options_read(argc, argv);
    reports_install();
    if (all.replay == NULL) {
        printf("scenario   steps  points  events    runs doubles  quotas  errors  seconds\n");
    }
    for (u32 i = 0; i < scenario_count; i++) {
        if (all.only != NULL && strcmp(all.only, scenarios[i].name) != 0) {
            continue;
        }
        any = true;
        count++;
        if (all.replay != NULL) {
            replay(&scenarios[i]);
        } else {
            sweep_one(&scenarios[i]);
        }
    }
    if (all.replay == NULL) {
        printf("sweep: %u scenarios, %llu points, %llu events: %llu runs, all of them%s, %.1f s\n",
               count, (unsigned long long)all.points, (unsigned long long)all.events,
               (unsigned long long)all.runs, all.bad ? " up to a failure" : "",
               seconds_now() - start);
    }
    if (!any) {
        fprintf(stderr, "sweep: no such scenario\n");
    }
    return !any || all.bad;
}
