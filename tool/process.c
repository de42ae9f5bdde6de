/* SPDX-License-Identifier: BSD-2-Clause */
/* Other programs: see process.h. */
#define _GNU_SOURCE /* pipe2(), sched_getaffinity() */
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define EXIT_SIGNAL 128
#define EXIT_NOT_FOUND 127

static _Noreturn void become(const struct list *arguments)
{
    execvp(arguments->at[0], arguments->at);
    fprintf(stderr, "thimble: %s: %s%s\n", arguments->at[0], strerror(errno),
            errno == ENOENT ? ": is it installed?" : "");
    _exit(EXIT_NOT_FOUND);
}

static int status_of(pid_t id)
{
    int status;

    while (waitpid(id, &status, 0) < 0) {
        if (errno != EINTR) {
            return EXIT_NOT_FOUND;
        }
    }
    return WIFSIGNALED(status) ? EXIT_SIGNAL + WTERMSIG(status) : WEXITSTATUS(status);
}

int process_run(const struct list *arguments)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    struct sigaction before;

    (void)fflush(NULL);
    /* The terminal's Ctrl-C is for the other program, which ends well. */
    sigaction(SIGINT, &ignore, &before);
    pid_t id = fork();
    if (id == 0) {
        sigaction(SIGINT, &before, NULL);
        become(arguments);
    }
    int status = id < 0 ? EXIT_NOT_FOUND : status_of(id);
    sigaction(SIGINT, &before, NULL);
    return status;
}

void process_start(struct process *process, const struct list *arguments, int both)
{
    int ends[2];

    (void)fflush(NULL);
    if (pipe2(ends, O_CLOEXEC) != 0) {
        fail(STATUS_BAD, "no pipe: %s", strerror(errno));
    }
    *process = (struct process){.id = fork(), .pipe = ends[0]};
    if (process->id < 0) {
        fail(STATUS_BAD, "no process: %s", strerror(errno));
    }
    if (process->id == 0) {
        dup2(ends[1], STDOUT_FILENO);
        if (both == 1) {
            dup2(ends[1], STDERR_FILENO);
        } else if (both < 0) {
            dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDERR_FILENO);
        }
        become(arguments);
    }
    close(ends[1]);
}

int process_read(struct process *process, int *status)
{
    if (process->room < process->size + 65536U) {
        process->room = 2U * process->room + 131072U;
        process->output = realloc(process->output, process->room);
        if (process->output == NULL) {
            fail(STATUS_BAD, "no memory");
        }
    }
    ssize_t got;
    do {
        got = read(process->pipe, process->output + process->size,
                   process->room - process->size - 1U);
    } while (got < 0 && errno == EINTR);
    if (got > 0) {
        process->size += (size_t)got;
        return 0;
    }
    process->output[process->size] = '\0';
    close(process->pipe);
    *status = status_of(process->id);
    process->id = 0;
    return 1;
}

void process_kill(struct process *process)
{
    if (process->id != 0) {
        kill(process->id, SIGKILL);
        (void)status_of(process->id);
        close(process->pipe);
        process->id = 0;
    }
}

int process_capture(const struct list *arguments, int both, char **output)
{
    struct process process;
    int status;

    process_start(&process, arguments, both);
    while (process_read(&process, &status) == 0) {
    }
    *output = text("%s", process.output);
    free(process.output);
    return status;
}

size_t processors(void)
{
    cpu_set_t set;

    return sched_getaffinity(0, sizeof(set), &set) == 0 ? (size_t)CPU_COUNT(&set) : 1U;
}
