/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exact counts. The kernel's cases switch stacks, which confuses callgrind's
 * picture of who called whom, so nothing here depends on functions: counting is
 * switched on and off around a whole run by client requests, and the cost of
 * doing so cancels out between a run of N and a run of 2N operations.
 */
#include "counts.h"

#include "pause.h"

#include <errno.h>
#include <glob.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <valgrind/callgrind.h>

/* Of the scratch directory; paths in it then fit PATH_MAX. */
#define DIRECTORY_MAX 256
#define TRIGGER "desc: Trigger: Client Request: "

/* One callgrind dump: which run it belongs to and what it cost. */
struct dump {
    char *name;
    unsigned factor; /* 1 or 2 times the operations */
    uint64_t instructions;
};

/* Raw counts of one case while the dumps are read. */
struct pair {
    uint64_t instructions[2];
    bool present[2];
};

static uint64_t counted_operations(const struct bench_case *bench)
{
    return bench->counted_operations == 0 ? COUNTS_OPERATIONS
                                          : bench->counted_operations;
}

static bool valgrind_installed(void)
{
    const char *path = getenv("PATH");
    char candidate[PATH_MAX];

    while (path != NULL && *path != '\0') {
        size_t length = strcspn(path, ":");

        snprintf(candidate, sizeof candidate, "%.*s/valgrind", (int)length, path);
        if (access(candidate, X_OK) == 0) {
            return true;
        }
        path += length;
        path += *path == ':';
    }
    return false;
}

bool counts_possible(void)
{
#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
    return false;
#elif defined __has_feature
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
    return false;
#else
    return true;
#endif
#else
    return true;
#endif
}

/* ---- the process under Valgrind ------------------------------------------ */

static void serve_run(const struct bench_case *bench, uint64_t operations,
                      unsigned factor)
{
    char trigger[128];

    snprintf(trigger, sizeof trigger, "%s@%u", bench->name, factor);
    CALLGRIND_START_INSTRUMENTATION;
    CALLGRIND_ZERO_STATS;
    bench->run(bench, operations * factor);
    /* In this order: stopping clears what a dump would sum up. */
    CALLGRIND_DUMP_STATS_AT(trigger);
    CALLGRIND_STOP_INSTRUMENTATION;
}

int counts_serve(struct suite *suite)
{
    if (!RUNNING_ON_VALGRIND) {
        fputs("bench: --count is for running under callgrind\n", stderr);
        return 2;
    }
    pause_counts();
    for (size_t i = 0; i < suite->count; i++) {
        struct suite_result *result = &suite->results[i];
        uint64_t operations = counted_operations(result->bench);

        if (!result->bench->exact) {
            continue;
        }
        if (!suite_setup(result)) {
            fprintf(stderr, "bench: %s cannot be counted: %s\n",
                    result->bench->name, result->refusal);
            continue;
        }
        /* Caches, lazily bound symbols and lazy state settle first. */
        result->bench->run(result->bench, operations);
        serve_run(result->bench, operations, 1);
        serve_run(result->bench, operations, 2);
        suite_teardown(result);
    }
    return 0;
}

/* ---- reading the dumps --------------------------------------------------- */

/* Takes "name@factor" apart. */
static bool trigger_parse(const char *text, struct dump *dump)
{
    const char *at = strrchr(text, '@');

    if (at == NULL || sscanf(at, "@%u", &dump->factor) != 1) {
        return false;
    }
    dump->name = strndup(text, (size_t)(at - text));
    return dump->name != NULL;
}

/* False if the file is not a dump that serve_run() asked for. */
static bool dump_read(const char *path, struct dump *dump)
{
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t size = 0;
    bool summed = false;

    *dump = (struct dump){0};
    if (file == NULL) {
        return false;
    }
    while (!summed && getline(&line, &size, file) > 0) {
        if (dump->name == NULL && strncmp(line, TRIGGER, strlen(TRIGGER)) == 0) {
            trigger_parse(line + strlen(TRIGGER), dump);
        }
        /* Either line may be the one that is there; they agree. */
        summed = sscanf(line, "summary: %" SCNu64, &dump->instructions) == 1 ||
                 sscanf(line, "totals: %" SCNu64, &dump->instructions) == 1;
    }
    free(line);
    fclose(file);
    if (dump->name == NULL || !summed || dump->factor < 1 || dump->factor > 2) {
        free(dump->name);
        return false;
    }
    return true;
}

static void pairs_fill(const struct suite *suite, struct pair *pairs,
                       const glob_t *files)
{
    for (size_t i = 0; i < files->gl_pathc; i++) {
        const struct suite_result *result;
        struct dump dump;

        if (!dump_read(files->gl_pathv[i], &dump)) {
            continue;
        }
        result = suite_find(suite, dump.name);
        if (result != NULL) {
            struct pair *pair = &pairs[result - suite->results];

            pair->instructions[dump.factor - 1] = dump.instructions;
            pair->present[dump.factor - 1] = true;
        }
        free(dump.name);
    }
}

static void counts_subtract_twins(struct suite *suite)
{
    for (size_t i = 0; i < suite->count; i++) {
        struct suite_result *result = &suite->results[i];

        if (result->twin == NULL || !result->counted) {
            continue;
        }
        result->counted = result->twin->counted;
        result->instructions = suite_round(result->instructions -
                                           result->twin->instructions);
    }
}

static bool counts_load(struct suite *suite, const char *directory)
{
    struct pair *pairs = calloc(suite->count, sizeof *pairs);
    char pattern[PATH_MAX];
    glob_t files;

    snprintf(pattern, sizeof pattern, "%s/dump*", directory);
    if (pairs == NULL || glob(pattern, 0, NULL, &files) != 0) {
        free(pairs);
        return false;
    }
    pairs_fill(suite, pairs, &files);
    globfree(&files);
    for (size_t i = 0; i < suite->count; i++) {
        struct suite_result *result = &suite->results[i];

        const uint64_t *instructions = pairs[i].instructions;

        /* Work that costs nothing was not counted, whatever the dumps say. */
        if (pairs[i].present[0] && pairs[i].present[1] &&
            instructions[1] > instructions[0]) {
            double difference = (double)(instructions[1] - instructions[0]);

            result->counted = true;
            result->instructions = suite_round(
                difference / (double)counted_operations(result->bench));
        }
    }
    free(pairs);
    return true;
}

/* ---- running Valgrind ---------------------------------------------------- */

static void exec_valgrind(const char *directory, const char *filter)
{
    char self[PATH_MAX];
    char dumps[PATH_MAX];
    char log[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);

    if (length < 0) {
        return;
    }
    self[length] = '\0';
    snprintf(dumps, sizeof dumps, "--callgrind-out-file=%s/dump", directory);
    snprintf(log, sizeof log, "--log-file=%s/log", directory);
    execlp("valgrind", "valgrind", "--tool=callgrind", "--instr-atstart=no",
           dumps, log, self, "--count",
           filter == NULL ? (char *)NULL : "--filter", filter, (char *)NULL);
}

static bool valgrind_run(const char *directory, const char *filter)
{
    pid_t child;
    int status;

    fflush(NULL);
    child = fork();
    if (child < 0) {
        return false;
    }
    if (child == 0) {
        exec_valgrind(directory, filter);
        _exit(127);
    }
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) {
            return false;
        }
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void log_print(const char *directory)
{
    char path[PATH_MAX];
    char line[256];
    FILE *log;

    snprintf(path, sizeof path, "%s/log", directory);
    log = fopen(path, "r");
    fputs("bench: counting under valgrind failed; it says:\n", stderr);
    while (log != NULL && fgets(line, sizeof line, log) != NULL) {
        fputs(line, stderr);
    }
    if (log != NULL) {
        fclose(log);
    }
}

static void directory_remove(const char *directory)
{
    char pattern[PATH_MAX];
    glob_t files;

    snprintf(pattern, sizeof pattern, "%s/*", directory);
    if (glob(pattern, 0, NULL, &files) == 0) {
        for (size_t i = 0; i < files.gl_pathc; i++) {
            unlink(files.gl_pathv[i]);
        }
        globfree(&files);
    }
    rmdir(directory);
}

bool counts_collect(struct suite *suite, const char *filter)
{
    const char *base = getenv("TMPDIR");
    char directory[DIRECTORY_MAX];
    int length;
    bool done;

    if (!valgrind_installed()) {
        fputs("bench: valgrind is missing: run `make bootstrap`, or pass "
              "--no-counts\n", stderr);
        return false;
    }
    length = snprintf(directory, sizeof directory, "%s/thimble-bench-XXXXXX",
                      base == NULL || *base == '\0' ? "/tmp" : base);
    if (length >= (int)sizeof directory) {
        fprintf(stderr, "bench: TMPDIR is too long: %s\n", base);
        return false;
    }
    if (mkdtemp(directory) == NULL) {
        fprintf(stderr, "bench: %s: %s\n", directory, strerror(errno));
        return false;
    }
    done = valgrind_run(directory, filter) && counts_load(suite, directory);
    if (!done) {
        log_print(directory);
    }
    directory_remove(directory);
    counts_subtract_twins(suite);
    return done;
}

/* ---- counts in a file ---------------------------------------------------- */

bool counts_write(const struct suite *suite, const char *path)
{
    FILE *file = fopen(path, "w");
    bool good = file != NULL;

    for (size_t i = 0; good && i < suite->count; i++) {
        const struct suite_result *result = &suite->results[i];
        double twin = result->twin == NULL ? 0 : result->twin->instructions;

        if (result->counted) {
            good = fprintf(file, "%s %.1f\n", result->bench->name,
                           result->instructions + twin) > 0;
        }
    }
    if (file == NULL || fclose(file) != 0 || !good) {
        fprintf(stderr, "bench: %s: %s\n", path, strerror(errno));
        return false;
    }
    return true;
}

bool counts_read(struct suite *suite, const char *path)
{
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t size = 0;
    size_t counts = 0;
    bool good = true;

    if (file == NULL) {
        fprintf(stderr, "bench: %s: %s\n", path, strerror(errno));
        return false;
    }
    while (good && getline(&line, &size, file) > 0) {
        char name[128];
        double instructions;
        struct suite_result *result;

        char rest;

        good = sscanf(line, "%127s %lf %c", name, &instructions, &rest) == 2 &&
               isfinite(instructions) && instructions >= 0;
        result = good ? suite_find(suite, name) : NULL;
        if (result != NULL) {
            result->counted = true;
            result->instructions = instructions;
            counts++;
        }
    }
    if (!good) {
        fprintf(stderr, "bench: %s: not \"name count\": %s%s", path, line,
                strchr(line, '\n') == NULL ? "\n" : "");
    } else if (ferror(file) || counts == 0) {
        fprintf(stderr, "bench: %s: %s\n", path,
                ferror(file) ? strerror(EIO) : "has no count of these cases");
        good = false;
    }
    free(line);
    fclose(file);
    counts_subtract_twins(suite);
    return good;
}
