/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs the Criterion tests of this binary without Criterion's runner: each in
 * a forked process that ends by exit(). The processes that Criterion starts do
 * not, and what Valgrind, a sanitizer or gcov had to say at their end is lost.
 * Stands in for the functions of the library that tests call into.
 */
#include <criterion/criterion.h>
#include <fnmatch.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host_output.h"

#define JOBS_MAX 64
#define EXIT_TEST_FAILED 85
#define EXIT_USAGE 2
#define CPU_SECONDS_MOST 300U

extern struct criterion_test *const __start_cr_tst[];
extern struct criterion_test *const __stop_cr_tst[];
extern struct criterion_suite *const __start_cr_sts[] __attribute__((weak));
extern struct criterion_suite *const __stop_cr_sts[] __attribute__((weak));

/* ---- in the process of a test ---------------------------------------------*/

static const struct criterion_test *current;
static const struct criterion_test_extra_data *current_suite;
static bool failed;

void criterion_internal_test_setup(void)
{
    if (current_suite->init != NULL) {
        current_suite->init();
    }
    if (current->data->init != NULL) {
        current->data->init();
    }
}

void criterion_internal_test_main(void (*test)(void))
{
    test();
}

void criterion_internal_test_teardown(void)
{
    if (current->data->fini != NULL) {
        current->data->fini();
    }
    if (current_suite->fini != NULL) {
        current_suite->fini();
    }
}

/* Tests count what passes; the plain runner does not. */
void cri_asserts_passed_incr(void)
{
}

void criterion_send_assert(struct criterion_assert_stats *stats)
{
    if (!stats->passed) {
        fprintf(stderr, "%s:%u: %s/%s: %s\n", stats->file, stats->line, current->category,
                current->name, stats->message);
    }
}

void criterion_abort_test(void)
{
    exit(EXIT_TEST_FAILED);
}

void criterion_continue_test(void)
{
    failed = true;
}

void criterion_skip_test(const char *format, ...)
{
    (void)format;
    exit(EXIT_SUCCESS);
}

static _Noreturn void test_run(void)
{
    current->test();
    exit(failed ? EXIT_TEST_FAILED : EXIT_SUCCESS);
}

/* ---- in the runner --------------------------------------------------------*/

struct job {
    pid_t pid; /* 0: free */
    const struct criterion_test *test;
};

static struct job jobs[JOBS_MAX];
static unsigned tests_run;
static unsigned tests_failed;

static const struct criterion_test_extra_data *suite_of(const struct criterion_test *test)
{
    static const struct criterion_test_extra_data none;

    for (struct criterion_suite *const *suite = __start_cr_sts; suite < __stop_cr_sts; suite++) {
        if (strcmp((*suite)->name, test->category) == 0) {
            return (*suite)->data;
        }
    }
    return &none;
}

/* What its own options, or else its suite's, say about the end of a test. */
static bool ended_well(const struct criterion_test *test, int status)
{
    const struct criterion_test_extra_data *suite = suite_of(test);
    int signal = test->data->signal != 0 ? test->data->signal : suite->signal;
    int code = test->data->exit_code != 0 ? test->data->exit_code : suite->exit_code;

    if (signal != 0) {
        return WIFSIGNALED(status) && WTERMSIG(status) == signal;
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == code;
}

static void job_start(struct job *job, const struct criterion_test *test)
{
    fflush(NULL);
    job->test = test;
    job->pid = fork();
    if (job->pid < 0) {
        perror("fork");
        exit(EXIT_FAILURE);
    }
    if (job->pid == 0) {
        /* One that never ends is one that fails. */
        (void)setrlimit(RLIMIT_CPU, &(struct rlimit){CPU_SECONDS_MOST, CPU_SECONDS_MOST});
        current = test;
        current_suite = suite_of(test);
        test_run();
    }
    tests_run++;
}

static struct job *job_find(pid_t pid)
{
    for (unsigned i = 0; i < JOBS_MAX; i++) {
        if (jobs[i].pid == pid) {
            return &jobs[i];
        }
    }
    return NULL;
}

static void job_end(void)
{
    int status;
    struct job *job = job_find(wait(&status));

    if (job == NULL) {
        fputs("plain runner: a process of no test ended\n", stderr);
        exit(EXIT_FAILURE);
    }
    if (!ended_well(job->test, status)) {
        tests_failed++;
        fprintf(stderr, "FAILED  %s/%s: %s %d\n", job->test->category, job->test->name,
                WIFSIGNALED(status) ? "signal" : "exit status",
                WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    }
    job->pid = 0;
}

static bool wanted(const struct criterion_test *test, const char *pattern)
{
    char name[256];

    if (test->data->kind_ != CR_TEST_NORMAL) {
        fprintf(stderr, "plain runner: %s/%s takes parameters: write a loop instead\n",
                test->category, test->name);
        exit(EXIT_FAILURE);
    }
    snprintf(name, sizeof(name), "%s/%s", test->category, test->name);
    return !test->data->disabled && !suite_of(test)->disabled && fnmatch(pattern, name, 0) == 0;
}

int main(int argc, char **argv)
{
    unsigned long width = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;
    const char *pattern = argc > 2 ? argv[2] : "*";
    bool to_the_first = argc == 4 && strcmp(argv[3], "first") == 0;
    unsigned long running = 0;

    output_must_arrive();
    if (argc > (to_the_first ? 4 : 3) || width == 0 || width > JOBS_MAX) {
        fprintf(stderr,
                "usage: %s JOBS [PATTERN [first]]\nJOBS is at most %d; first: ends with the first "
                "that fails\n",
                argv[0], JOBS_MAX);
        return EXIT_USAGE;
    }
    for (struct criterion_test *const *test = __start_cr_tst; test < __stop_cr_tst; test++) {
        if (*test == NULL || (to_the_first && tests_failed != 0) || !wanted(*test, pattern)) {
            continue;
        }
        if (running == width) {
            job_end();
            running--;
        }
        job_start(job_find(0), *test);
        running++;
    }
    for (; running > 0; running--) {
        job_end();
    }
    printf("plain runner: %u tests, %u failed\n", tests_run, tests_failed);
    return tests_run == 0 || tests_failed != 0;
}
