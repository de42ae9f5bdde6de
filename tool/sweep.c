/* SPDX-License-Identifier: BSD-2-Clause */
/* Many runs, as many at once as there are processors: see sweep.h. */
#include "sweep.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "expect.h"
#include "process.h"
#include "quantity.h"
#include "results.h"

#define CELLS_MAX 64U
#define JOBS_MAX 64U
#define BUCKETS_MAX 512U

struct tally {
    const char *cell;
    struct spread metrics[METRICS];
    /* Over all runs together. */
    uint64_t stops;
    double top[BUCKETS_MAX]; /* us; ascending */
    double count[BUCKETS_MAX];
    size_t buckets;
    uint64_t worst_seed; /* of the longest latency, or else of the most misses */
};

/* One setting. */
struct group {
    const char *setting;
    uint64_t runs;
    uint64_t failed;
    uint64_t unexpected;
    struct tally cells[CELLS_MAX];
    size_t cell_count;
    /* The run to look at first. */
    uint64_t worst_seed;
    double worst_wrongs;
    double worst_latency;
};

struct job {
    struct process process;
    uint64_t seed;
    size_t group;
};

void settings_expand(const struct list *given, struct list *settings)
{
    list_add(settings, "");
    for (size_t i = 0; i < given->count; i++) {
        struct list next = {0};
        const char *equals = strchr(given->at[i], '=');
        if (equals == NULL) {
            fail(STATUS_USAGE, "--set %s: it is cell.thread.field=value,value", given->at[i]);
        }
        for (size_t s = 0; s < settings->count; s++) {
            for (const char *value = equals + 1;; value++) {
                int length = (int)strcspn(value, ",");
                list_add(&next, text("%s%s%.*s%.*s", settings->at[s],
                                     settings->at[s][0] != '\0' ? " " : "",
                                     (int)(equals - given->at[i]) + 1, given->at[i], length,
                                     value));
                value += length;
                if (*value == '\0') {
                    break;
                }
            }
        }
        *settings = next;
    }
}

/* ---- what a run gave -------------------------------------------------------------------*/

static void bucket_add(struct tally *t, double top, double count)
{
    size_t at = t->buckets;

    while (at > 0 && t->top[at - 1U] > top) {
        at--;
    }
    if (at > 0 && t->top[at - 1U] == top) {
        t->count[at - 1U] += count;
        return;
    }
    if (t->buckets == BUCKETS_MAX) {
        fail(STATUS_BAD, "a latency's histogram has more than %u buckets", BUCKETS_MAX);
    }
    memmove(&t->top[at + 1U], &t->top[at], (t->buckets - at) * sizeof(t->top[0]));
    memmove(&t->count[at + 1U], &t->count[at], (t->buckets - at) * sizeof(t->count[0]));
    t->top[at] = top;
    t->count[at] = count;
    t->buckets++;
}

static double tally_percentile(const struct tally *t, double share)
{
    double total = 0.0;
    double seen = 0.0;

    for (size_t i = 0; i < t->buckets; i++) {
        total += t->count[i];
    }
    for (size_t i = 0; i < t->buckets; i++) {
        seen += t->count[i];
        if (seen >= share * total) {
            double most = t->metrics[METRICS - 1U].most;
            return t->top[i] < most ? t->top[i] : most;
        }
    }
    return 0.0;
}

static double stops_of(const json_t *result, const char *cell)
{
    const json_t *stop;
    double count = 0.0;
    size_t i;

    json_array_foreach(json_object_get(result, "stops"), i, stop)
    {
        count += strcmp(result_word(stop, "cell"), cell) == 0 ? 1.0 : 0.0;
    }
    return count;
}

static void tally_cell(struct tally *t, const json_t *result, const json_t *cell, uint64_t seed)
{
    const json_t *bucket;
    double value;
    size_t i;

    t->cell = t->cell != NULL ? t->cell : text("%s", result_word(cell, "name"));
    t->stops += (uint64_t)stops_of(result, t->cell);
    for (size_t metric = 0; metric < METRICS; metric++) {
        struct spread *s = &t->metrics[metric];
        if (metric_value(cell, metric, &value)) {
            if (metric == METRICS - 1U && (s->count == 0 || value > s->most)) {
                t->worst_seed = seed;
            }
            spread_add(s, value);
        }
    }
    json_array_foreach(json_object_get(json_object_get(cell, "latency"), "buckets"), i, bucket)
    {
        bucket_add(t, json_number_value(json_array_get(bucket, 0)),
                   json_number_value(json_array_get(bucket, 1)));
    }
}

/* The most misses and stops; else the longest latency of the first cell that has one. */
static void worst_choose(struct group *g, const json_t *result, uint64_t seed)
{
    double wrongs = (double)json_array_size(json_object_get(result, "stops"));
    double latency = 0.0;
    const json_t *cell;
    size_t i;

    json_array_foreach(json_object_get(result, "cells"), i, cell)
    {
        double value;
        wrongs += result_number(cell, "misses");
        if (latency == 0.0 && metric_value(cell, METRICS - 1U, &value)) {
            latency = value;
        }
    }
    if (g->runs == 0 || wrongs > g->worst_wrongs ||
        (wrongs == g->worst_wrongs && latency > g->worst_latency)) {
        g->worst_seed = seed;
        g->worst_wrongs = wrongs;
        g->worst_latency = latency;
    }
}

static void csv_rows(const struct sweep *sweep, const char *setting, uint64_t seed,
                     const json_t *result)
{
    const json_t *cell;
    double value;
    size_t i;

    json_array_foreach(json_object_get(result, "cells"), i, cell)
    {
        fprintf(sweep->csv, "\"%s\",%llu,%s", setting, (unsigned long long)seed,
                result_word(cell, "name"));
        for (size_t metric = 0; metric < METRICS; metric++) {
            if (metric_value(cell, metric, &value)) {
                fprintf(sweep->csv, ",%.10g", value);
            } else {
                fputc(',', sweep->csv);
            }
        }
        fprintf(sweep->csv, ",%.0f\n", stops_of(result, result_word(cell, "name")));
    }
}

static void run_done(const struct sweep *sweep, struct group *g, struct job *job, int status)
{
    json_t *result = json_loadb(job->process.output, job->process.size, 0, NULL);
    const json_t *cell;
    size_t i;

    if (result == NULL || status != STATUS_GOOD) {
        if (g->failed++ == 0) {
            g->worst_seed = job->seed;
            g->worst_wrongs = 1e300;
        }
    } else {
        worst_choose(g, result, job->seed);
        json_array_foreach(json_object_get(result, "cells"), i, cell)
        {
            if (i == CELLS_MAX) {
                fail(STATUS_BAD, "more than %u cells", CELLS_MAX);
            }
            tally_cell(&g->cells[i], result, cell, job->seed);
            g->cell_count = i + 1U > g->cell_count ? i + 1U : g->cell_count;
        }
        if (sweep->csv != NULL) {
            csv_rows(sweep, g->setting, job->seed, result);
        }
        g->unexpected += expect_judge(result, sweep->expect, 1) != 0;
    }
    g->runs++;
    json_decref(result);
    job->process.size = 0;
}

/* ---- running ----------------------------------------------------------------------------*/

static void job_start(const struct sweep *sweep, struct job *job)
{
    struct list arguments = {0};
    char *setting = text("%s", sweep->settings.at[job->group]);
    char *rest = NULL;

    list_add(&arguments, sweep->program);
    list_add(&arguments, "--quiet");
    list_add(&arguments, "--seed");
    list_add(&arguments, text("%llu", (unsigned long long)job->seed));
    list_add(&arguments, "--time");
    list_add(&arguments, duration_option(sweep->time_ns));
    for (char *one = strtok_r(setting, " ", &rest); one != NULL; one = strtok_r(NULL, " ", &rest)) {
        list_add(&arguments, "--set");
        list_add(&arguments, one);
    }
    list_add(&arguments, "--json");
    list_add(&arguments, "-");
    process_start(&job->process, &arguments, -1);
}

static double seconds_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

#define BAR 30
static void progress(uint64_t done, uint64_t all, double start)
{
    static double shown;
    double now = seconds_now();
    int filled = (int)(BAR * done / all);

    if (done != all && now - shown < 0.1) {
        return;
    }
    shown = now;
    if (done == all) {
        fprintf(stderr, "\r%*s\r", BAR + 45, "");
        return;
    }
    double left = done != 0 ? (now - start) * (double)(all - done) / (double)done : 0.0;
    fprintf(stderr, "\r[%.*s%.*s] %llu of %llu runs, %.0f s left   ", filled,
            "##############################", BAR - filled, "..............................",
            (unsigned long long)done, (unsigned long long)all, left);
}

/* Waits for output of one of them, and takes it. NULL: none has ended by it. */
static struct job *job_ended(struct job *jobs, size_t count, int *status)
{
    struct pollfd pipes[JOBS_MAX];

    for (size_t i = 0; i < count; i++) {
        pipes[i] = (struct pollfd){.fd = jobs[i].process.id != 0 ? jobs[i].process.pipe : -1,
                                   .events = POLLIN};
    }
    (void)poll(pipes, count, -1);
    for (size_t i = 0; i < count; i++) {
        if (pipes[i].fd >= 0 && (pipes[i].revents & (POLLIN | POLLHUP | POLLERR)) != 0 &&
            process_read(&jobs[i].process, status) != 0) {
            return &jobs[i];
        }
    }
    return NULL;
}

static void run_all(const struct sweep *sweep, struct group *groups)
{
    static struct job jobs[JOBS_MAX];
    size_t at_once = sweep->jobs < JOBS_MAX ? sweep->jobs : JOBS_MAX;
    uint64_t seeds = sweep->last - sweep->first + 1U;
    uint64_t all = seeds * sweep->settings.count;
    uint64_t started = 0;
    double start = seconds_now();

    for (uint64_t done = 0; done < all;) {
        for (size_t i = 0; i < at_once && started < all; i++) {
            if (jobs[i].process.id == 0) {
                jobs[i].seed = sweep->first + started % seeds;
                jobs[i].group = (size_t)(started / seeds);
                job_start(sweep, &jobs[i]);
                started++;
            }
        }
        int status;
        struct job *job = job_ended(jobs, at_once, &status);
        if (job != NULL) {
            run_done(sweep, &groups[job->group], job, status);
            done++;
            if (sweep->progress) {
                progress(done, all, start);
            }
        }
    }
}

/* ---- the result ----------------------------------------------------------------------------*/

static json_t *spread_json(const struct spread *s)
{
    return json_pack("{s:I, s:f, s:f, s:f, s:f}", "runs", (json_int_t)s->count, "min", s->least,
                     "mean", spread_mean(s), "max", s->most, "deviation", spread_deviation(s));
}

static json_t *tally_json(const struct tally *t)
{
    json_t *cell = json_pack("{s:s, s:I, s:I}", "name", t->cell, "stops", (json_int_t)t->stops,
                             "worst_seed", (json_int_t)t->worst_seed);

    for (size_t metric = 0; metric < METRICS; metric++) {
        json_object_set_new(cell, metric_names[metric],
                            t->metrics[metric].count != 0 ? spread_json(&t->metrics[metric]) :
                                                            json_null());
    }
    json_t *latency = json_null();
    if (t->buckets != 0) {
        json_t *buckets = json_array();
        for (size_t i = 0; i < t->buckets; i++) {
            json_array_append_new(buckets, json_pack("[f, f]", t->top[i], t->count[i]));
        }
        latency = json_pack("{s:f, s:f, s:f, s:o}", "p50_us", tally_percentile(t, 0.5), "p99_us",
                            tally_percentile(t, 0.99), "max_us", t->metrics[METRICS - 1U].most,
                            "buckets", buckets);
    }
    json_object_set_new(cell, "latency", latency);
    return cell;
}

/* The command that repeats a run. */
static const char *replay(const struct sweep *sweep, const struct group *g)
{
    const char *command =
        text("thimble run %s%s%s --seed %llu --time %s", strpbrk(sweep->path, " '") ? "'" : "",
             sweep->path, strpbrk(sweep->path, " '") ? "'" : "",
             (unsigned long long)g->worst_seed, duration_option(sweep->time_ns));
    char *setting = text("%s", g->setting);
    char *rest = NULL;

    for (char *one = strtok_r(setting, " ", &rest); one != NULL; one = strtok_r(NULL, " ", &rest)) {
        command = text("%s --set %s", command, one);
    }
    return command;
}

json_t *sweep_make(const struct sweep *sweep)
{
    size_t count = sweep->settings.count;
    struct group *groups = calloc(count, sizeof(*groups));
    json_t *list = json_array();
    double start = seconds_now();

    if (groups == NULL) {
        fail(STATUS_BAD, "no memory");
    }
    for (size_t i = 0; i < count; i++) {
        groups[i].setting = sweep->settings.at[i];
    }
    run_all(sweep, groups);
    for (size_t i = 0; i < count; i++) {
        const struct group *g = &groups[i];
        json_t *cells = json_array();
        for (size_t c = 0; c < g->cell_count; c++) {
            json_array_append_new(cells, tally_json(&g->cells[c]));
        }
        json_array_append_new(
            list, json_pack("{s:s, s:I, s:I, s:I, s:I, s:s, s:o}", "setting", g->setting, "runs",
                            (json_int_t)g->runs, "failed", (json_int_t)g->failed, "unexpected",
                            (json_int_t)g->unexpected, "worst_seed", (json_int_t)g->worst_seed,
                            "replay", replay(sweep, g), "cells", cells));
    }
    free(groups);
    return json_pack("{s:s, s:i, s:s, s:I, s:I, s:I, s:f, s:o}", "schema", RESULT_SWEEP, "version",
                     1, "system", sweep->path, "first_seed", (json_int_t)sweep->first, "last_seed",
                     (json_int_t)sweep->last, "time_ns", (json_int_t)sweep->time_ns, "seconds",
                     seconds_now() - start, "settings", list);
}
