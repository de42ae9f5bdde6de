/* SPDX-License-Identifier: BSD-2-Clause */
/* The programs that run a system: what they say to a shell, and that two of
 * them agree. They are beside the program of these tests, in the same build. */
#include <criterion/criterion.h>
#include <libgen.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define ARGUMENTS_MAX 16

extern char **environ;

/* What a program said and how it ended. */
struct said {
    int status; /* of its exit; -1: it was killed */
    char out[16384];
    char err[4096];
};

static void slurp(FILE *file, char *text, size_t size)
{
    rewind(file);
    text[fread(text, 1, size - 1, file)] = '\0';
    fclose(file);
}

/* Runs system `name` with these arguments, the last NULL. */
static void run(struct said *said, const char *name, const char *const arguments[])
{
    char here[PATH_MAX];
    char program[PATH_MAX + 64];
    const char *argv[ARGUMENTS_MAX] = {program};
    FILE *out = tmpfile();
    FILE *err = tmpfile();
    posix_spawn_file_actions_t actions;
    pid_t child;
    int status;

    ssize_t length = readlink("/proc/self/exe", here, sizeof(here) - 1);
    cr_assert_gt(length, 0);
    here[length] = '\0';
    snprintf(program, sizeof(program), "%s/../systems/%s/run", dirname(here), name);
    cr_assert_eq(access(program, X_OK), 0, "%s is missing: make systems", program);
    for (int i = 0; arguments[i] != NULL; i++) {
        cr_assert_lt(i + 2, ARGUMENTS_MAX);
        argv[i + 1] = arguments[i];
    }
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, fileno(out), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, fileno(err), STDERR_FILENO);
    cr_assert_eq(posix_spawn(&child, program, &actions, NULL, (char *const *)argv, environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    cr_assert_eq(waitpid(child, &status, 0), child);
    said->status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    slurp(out, said->out, sizeof(said->out));
    slurp(err, said->err, sizeof(said->err));
}

#define ARGUMENTS(...) ((const char *const[]){__VA_ARGS__, NULL})

static struct said said;
static struct said other;

/* The 16 digits on the last line of what it said. */
static const char *trace_hash(const struct said *s)
{
    static const char words[] = "\ntrace hash: ";
    size_t length = strlen(words) + 17;

    cr_assert_eq(s->status, 0, "status %d: %s", s->status, s->err);
    cr_assert_gt(strlen(s->out), length);
    const char *line = s->out + strlen(s->out) - length;
    cr_assert_eq(strncmp(line, words, strlen(words)), 0, "last line: %s", line);
    cr_assert_eq(strspn(line + strlen(words), "0123456789abcdef"), 16);
    return line + strlen(words);
}

static void expect_refused(const char *const arguments[], const char *culprit)
{
    run(&said, "pingpong", arguments);
    cr_expect_eq(said.status, 2);
    cr_expect_str_eq(said.out, "");
    cr_expect_not_null(strstr(said.err, "usage: "), "stderr: %s", said.err);
    cr_expect_not_null(strstr(said.err, culprit), "stderr: %s", said.err);
}

Test(systems, bad_options_get_usage_and_status_2)
{
    expect_refused(ARGUMENTS("--frobnicate"), "frobnicate");
    expect_refused(ARGUMENTS("--seed"), "seed");
    expect_refused(ARGUMENTS("extra"), "unexpected argument: extra");
    expect_refused(ARGUMENTS("--time", "5", "--", "extra"), "unexpected argument: extra");
}

Test(systems, bad_numbers_get_usage_and_status_2)
{
    expect_refused(ARGUMENTS("--seed", "soon"), "not a number that fits: soon");
    expect_refused(ARGUMENTS("--seed", ""), "not a number");
    expect_refused(ARGUMENTS("--seed", "-1"), "not a number that fits: -1");
    expect_refused(ARGUMENTS("--seed", "18446744073709551616"), "18446744073709551616");
    expect_refused(ARGUMENTS("--time", "5min"), "not a duration");
    expect_refused(ARGUMENTS("--time", "99999999999"), "99999999999");
    expect_refused(ARGUMENTS("--watchdog", "0x"), "that fits: 0x");
}

Test(systems, help_is_no_error)
{
    run(&said, "pingpong", ARGUMENTS("--help"));
    cr_expect_eq(said.status, 0);
    cr_expect_eq(strncmp(said.out, "usage: ", 7), 0);
    cr_expect_not_null(strstr(said.out, "Runs the system pingpong"));
    cr_expect_str_eq(said.err, "");
}

Test(systems, print_shows_the_system_before_it_runs)
{
    run(&said, "gateway", ARGUMENTS("--print", "--time", "1"));
    (void)trace_hash(&said);
    const char *plant = strstr(said.out, "plant.main");
    const char *report = strstr(said.out, "system gateway, seed 1: 1.000 ms simulated");
    cr_assert_not_null(plant);
    cr_assert_not_null(report);
    cr_expect_lt(plant, report);
}

Test(systems, the_same_seed_prints_the_same)
{
    run(&said, "gateway", ARGUMENTS("--seed", "7", "--time", "50"));
    run(&other, "gateway", ARGUMENTS("--seed", "0x7", "--time", "50"));
    (void)trace_hash(&said);
    cr_expect_str_eq(said.out, other.out);
    run(&other, "gateway", ARGUMENTS("--time", "50", "--check", "--watchdog", "0", "--seed", "7"));
    cr_expect_str_eq(said.out, other.out, "whatever else is asked for");
    cr_expect_str_eq(said.err, "");
}

Test(systems, another_seed_has_another_trace)
{
    run(&said, "pingpong", ARGUMENTS("--seed", "18446744073709551615"));
    run(&other, "pingpong", ARGUMENTS("--seed", "2"));
    cr_expect_str_neq(trace_hash(&said), trace_hash(&other));
}

Test(systems, no_time_at_all_is_a_run)
{
    run(&said, "pingpong", ARGUMENTS("--time", "0"));
    (void)trace_hash(&said);
    cr_expect_not_null(strstr(said.out, "time is up"));
}
