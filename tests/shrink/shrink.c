/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * shrink [--out FOLDER] [--seconds N] FINDING: FINDING is an input of the fuzzer,
 * or what soak has written: the state of its generator before the system was
 * drawn, and how many steps it made.
 */
#include "host_output.h"
#include "shrink.h"

#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "compare.h"
#include "fuzz.h"

#define RUN_SECONDS 10U
#define INPUT_MAX 65536U

/* What a run in a process of its own leaves for this one. */
static struct shared {
    struct outcome outcome;
    struct finding finding;
} *shared;

/* ---- runs in processes of their own --------------------------------------*/

static void child_prepare(void)
{
    static const int signals[] = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGALRM};

    for (size_t i = 0; i < ARRAY_SIZE(signals); i++) {
        (void)signal(signals[i], SIG_DFL);
    }
    if (freopen("/dev/null", "w", stderr) == NULL) {
        _exit(3);
    }
    (void)alarm(RUN_SECONDS);
}

static void outcome_kind(struct outcome *o)
{
    size_t length = 0;

    for (const char *c = o->text; *c != '\0'; c++) {
        if (*c == ':' && strstr(c, "the model has") != NULL) {
            break; /* which values is not what kind it is */
        }
        if (*c < '0' || *c > '9') {
            o->kind[length++] = *c;
        }
    }
    o->kind[length] = '\0';
}

/* Waits for the child; false: it has found nothing. */
static bool child_outcome(pid_t child, struct outcome *outcome)
{
    int status;

    if (child < 0 || waitpid(child, &status, 0) != child) {
        perror("shrink");
        exit(2);
    }
    *outcome = shared->outcome;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        return false;
    }
    if (WIFSIGNALED(status)) {
        int number = WTERMSIG(status);
        (void)snprintf(outcome->text, sizeof(outcome->text), "%s",
                       number == SIGABRT   ? "the core panicked"
                       : number == SIGALRM ? "the core, or the model, does not come to an end"
                                           : "the core, or the model, crashed");
    } else if (outcome->text[0] == '\0') {
        (void)snprintf(outcome->text, sizeof(outcome->text), "a sanitizer has found something");
    }
    outcome_kind(outcome);
    return true;
}

static _Noreturn void child_end(const char *difference)
{
    if (difference != NULL) {
        (void)snprintf(shared->outcome.text, sizeof(shared->outcome.text), "%s", difference);
    }
    _exit(difference != NULL);
}

bool shrink_try(const struct finding *f, struct outcome *outcome)
{
    memset(&shared->outcome, 0, sizeof(shared->outcome));
    pid_t child = fork();
    if (child == 0) {
        struct finding *copy = &shared->finding;
        child_prepare();
        copy->system = f->system;
        copy->count = f->count;
        memcpy(copy->steps, f->steps, f->count * sizeof(f->steps[0]));
        child_end(finding_run(copy, &shared->outcome.at));
    }
    return child_outcome(child, outcome);
}

const struct finding *shrink_ran(void)
{
    return &shared->finding;
}

/* ---- decoding ------------------------------------------------------------*/

struct origin {
    struct source system;
    struct source steps;
    bool one; /* source for both */
    u32 count;
    char text[128];
};

/* A bug that has been planted is no news. */
static void origin_canary(struct origin *o)
{
    const char *canary = getenv("CANARY");
    size_t length = strlen(o->text);

    if (canary != NULL && *canary != '\0') {
        (void)snprintf(o->text + length, sizeof(o->text) - length, ", with canary %s", canary);
    }
}

static bool origin_read(const char *name, struct origin *o)
{
    static u8 input[INPUT_MAX + 1U];
    FILE *file = fopen(name, "rb");
    uint64_t state;
    uint64_t seed;
    uint64_t step;

    if (file == NULL) {
        fprintf(stderr, "shrink: cannot open %s\n", name);
        return false;
    }
    size_t size = fread(input, 1, INPUT_MAX, file);
    (void)fclose(file);
    input[size] = '\0';
    if (sscanf((const char *)input, "soak 0x%" SCNx64 " %" SCNu32 " seed %" SCNu64 " step %" SCNu64,
               &state, &o->count, &seed, &step) == 4) {
        o->system = (struct source){.state = state};
        o->one = true;
        (void)snprintf(o->text, sizeof(o->text), "soak, seed %" PRIu64 ", step %" PRIu64, seed,
                       step);
        origin_canary(o);
        return true;
    }
    source_bytes(&o->steps, input, size);
    source_seed(&o->system, source_below(&o->steps, FUZZ_SHAPES));
    o->count = FUZZ_STEPS_MAX;
    (void)snprintf(o->text, sizeof(o->text), "the fuzzer, an input of %zu bytes", size);
    origin_canary(o);
    return true;
}

/* The run as it was, written down as it goes. */
static const char *run_decoding(struct origin *o, struct finding *f)
{
    struct source *s = o->one ? &o->system : &o->steps;

    system_draw(&o->system, &f->system);
    const char *difference = system_boot(&f->system);
    step_begin(source_below(s, STEP_MOODS));
    while (difference == NULL && f->count < o->count && f->count < FINDING_STEPS) {
        struct step *step = &f->steps[f->count];
        step_choose(s, step);
        f->count++;
        difference = step_run(step, true);
        if (source_ended(s)) {
            break;
        }
    }
    return difference != NULL ? difference : compare_ram();
}

static bool decode(struct origin *o, struct finding *f, struct outcome *outcome)
{
    pid_t child = fork();

    if (child == 0) {
        child_prepare();
        child_end(run_decoding(o, &shared->finding));
    }
    bool found = child_outcome(child, outcome);
    *f = shared->finding;
    return found;
}

/* ---- in all --------------------------------------------------------------*/

static int shrink(const char *name, const char *folder, u32 seconds)
{
    static struct finding f;
    static struct origin origin;
    struct outcome outcome;
    char path[512];

    if (!origin_read(name, &origin)) {
        return 2;
    }
    if (!decode(&origin, &f, &outcome)) {
        printf("shrink: %s: no difference in %u steps\n", name, f.count);
        return 3;
    }
    u32 before = f.count;
    printf("shrink: %u steps: %s\n", before, outcome.text);
    reduce(&f, &outcome, seconds);
    if (!shrink_try(&f, &outcome)) {
        printf("shrink: it does not happen in a run from the start\n");
        return 3;
    }
    f = *shrink_ran();
    (void)mkdir(folder, 0777);
    (void)snprintf(path, sizeof(path), "%s/test_finding_%08x.c", folder, write_hash(&f));
    FILE *out = fopen(path, "w");
    if (out == NULL) {
        perror(path);
        return 2;
    }
    write_test(out, &f, &outcome, origin.text);
    if (!output_close(out, path)) {
        return 2;
    }
    printf("shrink: %u steps: %s\nshrink: %u runs; written to %s\n", f.count, outcome.text,
           reduce_runs(), path);
    return 0;
}

int main(int argc, char **argv)
{
    const char *folder = "build/findings";
    u32 seconds = 20;
    int i = 1;

    output_must_arrive();
    while (i + 1 < argc && argv[i][0] == '-') {
        if (strcmp(argv[i], "--out") == 0) {
            folder = argv[i + 1];
        } else if (strcmp(argv[i], "--seconds") == 0) {
            seconds = (u32)strtoul(argv[i + 1], NULL, 0);
        }
        i += 2;
    }
    if (i + 1 != argc) {
        fprintf(stderr, "usage: shrink [--out FOLDER] [--seconds N] FINDING\n");
        return 2;
    }
    (void)setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) {
        perror("shrink");
        return 2;
    }
    return shrink(argv[i], folder, seconds);
}
