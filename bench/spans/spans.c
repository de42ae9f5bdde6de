/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exact instruction counts of a release image: runs QEMU with every instruction
 * traced, and adds up what is executed in Hyp mode between an exception to Hyp mode
 * and the return from it. The image is not touched, and what guests execute does
 * not count.
 *
 *   spans [option...] -- qemu-system-arm ...
 *     --poll ADDRESS   where machine_interrupt_pending() begins: a stretch without
 *                      interrupts ends there, or with the span
 *     --end N:COUNT    ends with this hypercall, the COUNTth time, before its span
 *     --ticks N        ends with the first timer interrupt at this count or later
 *     --limit N        ends after so many instructions (100 million)
 *     --seconds N      ends after so many seconds of the host's (120)
 *     --marks yes      the image marks its cases; others may use any number by chance
 *     --profile N      instructions of each symbol in the first span of N or more
 *
 * A program marks what comes with a hypercall of number 128 + MARK, which no core
 * has: it ends with an error, is in no span, and changes nothing. MARK 0 is the rest,
 * 127 ends the run. 116 and 117 stand where the program has read the counter, of 16
 * instructions a tick, and 100 to 115 are then the digits of the difference: a check
 * of the count by QEMU's own. Output, one record a line:
 *
 *   span MARK CAUSE SPANS INSTRUCTIONS LEAST MOST      CAUSE: svcN, irq, faultEC
 *   guest MARK INSTRUCTIONS
 *   masked INSTRUCTIONS CAUSE MARK     the longest stretch with interrupts masked
 *   longest INSTRUCTIONS CAUSE MARK    the longest span
 *   clock INSTRUCTIONS TICKS           between 116 and 117
 *   total INSTRUCTIONS                 since the first mark, all modes
 *   end mark|hypercall|ticks|limit|seconds|exit
 *
 * QEMU logs an instruction when it starts it. Two things make it start one a second
 * time, and each of them is logged, too: an access to a device under -icount
 * ("cpu_io_recompile: rewound"), and an interrupt or a timer that was waiting
 * ("Stopped execution of TB chain before"). The instruction logged before is not
 * counted then.
 */
#define _GNU_SOURCE /* F_SETPIPE_SZ */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "host_output.h"

#define MARKS 128U
#define MARK_END 127U
#define MARK_DIGIT 100U
#define MARK_CLOCK_START 116U
#define MARK_CLOCK_END 117U
#define NUMBER_MARK 128U
/* Causes: numbers of hypercalls, then the interrupt, then exception classes. */
#define CAUSE_IRQ 128U
#define CAUSE_FAULT 129U
#define CAUSES (CAUSE_FAULT + 64U)
#define EC_SVC 0x11U
/* Fields of a line "Trace 0: HOST [CS_BASE/PC/FLAGS/CFLAGS] SYMBOL". */
#define FLAGS_MODE(flags) ((flags) >> 4 & 15U)
#define MODE_HYP 6U

struct tally {
    uint64_t spans;
    uint64_t sum;
    uint64_t least;
    uint64_t most;
};

struct longest {
    uint64_t count;
    uint32_t cause;
    uint32_t mark;
};

static struct {
    struct tally tally[MARKS][CAUSES];
    uint64_t guest[MARKS];
    uint64_t total;
    uint64_t ticks; /* what the timer is set to */
    bool clock_starts; /* with the return from this hypercall */
    uint64_t clock_start;
    uint64_t clock;
    uint64_t clock_ticks;
    struct longest masked;
    struct longest longest;
    uint32_t mark;
    bool marked; /* a mark has been seen, so that boot is over */
    /* The span under way. */
    bool inside;
    bool interrupt;
    uint32_t cause;
    uint64_t count;
    uint64_t stretch;
    uint64_t stretch_most;
    /* The instruction logged last. */
    bool last_hyp;
    bool last_inside;
    bool last_poll;
    uint64_t stretch_before; /* what last_poll cut off */
} state;

static struct {
    bool marks;
    uint32_t poll;
    uint32_t end_number;
    uint64_t end_count;
    uint64_t ticks;
    uint64_t limit;
    uint32_t seconds;
} options = {.poll = UINT32_MAX,
             .end_number = UINT32_MAX,
             .ticks = UINT64_MAX,
             .limit = 100000000U,
             .seconds = 120U};

static const char *ended;

/* ---- symbols of one span ------------------------------------------------------*/

#define PROFILE_SYMBOLS 256U

static struct {
    bool on;
    bool done;
    uint64_t least;
    uint32_t symbols;
    char name[PROFILE_SYMBOLS][64];
    uint64_t count[PROFILE_SYMBOLS];
    uint32_t last;
} profile;

static void profile_instruction(const char *symbol)
{
    uint32_t i = 0;

    while (i < profile.symbols && strcmp(profile.name[i], symbol) != 0) {
        i++;
    }
    if (i == PROFILE_SYMBOLS) {
        return;
    }
    if (i == profile.symbols) {
        profile.symbols++;
        snprintf(profile.name[i], sizeof profile.name[i], "%s", symbol);
        profile.count[i] = 0;
    }
    profile.count[i]++;
    profile.last = i;
}

static void profile_span_end(void)
{
    if (profile.done || state.count < profile.least) {
        return;
    }
    profile.done = true;
    printf("profile %llu\n", (unsigned long long)state.count);
    for (uint32_t i = 0; i < profile.symbols; i++) {
        printf("symbol %s %llu\n", profile.name[i], (unsigned long long)profile.count[i]);
    }
}

/* ---- spans --------------------------------------------------------------------*/

static void longest_note(struct longest *longest, uint64_t count)
{
    if (count > longest->count) {
        *longest = (struct longest){.count = count, .cause = state.cause, .mark = state.mark};
    }
}

static void span_end(void)
{
    struct tally *t;

    if (!state.inside) {
        return;
    }
    state.inside = false;
    t = &state.tally[state.mark][state.cause];
    t->spans++;
    t->sum += state.count;
    t->least = t->spans == 1U || state.count < t->least ? state.count : t->least;
    t->most = state.count > t->most ? state.count : t->most;
    longest_note(&state.longest, state.count);
    longest_note(&state.masked,
                 state.stretch > state.stretch_most ? state.stretch : state.stretch_most);
    if (profile.on) {
        profile_span_end();
    }
}

/* "Taking exception N [NAME] on CPU 0", and then "...with ESR 0xEC/0xSYNDROME". */
static void exception_begin(const char *line)
{
    span_end();
    state.interrupt = strstr(line, "[IRQ]") != NULL;
    state.inside = true;
    state.count = 0;
    state.stretch = 0;
    state.stretch_most = 0;
    state.cause = CAUSE_IRQ;
    profile.symbols = profile.done ? profile.symbols : 0;
}

static void mark_set(uint32_t number)
{
    uint32_t mark = number - NUMBER_MARK;

    state.inside = false; /* what a mark costs belongs nowhere */
    if (!state.marked) {
        state.marked = true;
        state.total = 0;
    }
    if (mark == MARK_CLOCK_START) {
        state.clock_starts = true;
    } else if (mark == MARK_CLOCK_END) {
        state.clock = state.total - state.clock_start;
    } else if (mark >= MARK_DIGIT && mark < MARK_DIGIT + 16U) {
        state.clock_ticks = state.clock_ticks << 4 | (mark - MARK_DIGIT);
    } else {
        state.mark = mark;
    }
    if (mark == MARK_END) {
        ended = "mark";
    }
}

static void exception_class(const char *line)
{
    const char *text = strstr(line, "ESR 0x");
    char *rest;

    if (text == NULL || !state.inside) {
        return;
    }
    if (state.interrupt) {
        if (state.ticks >= options.ticks) {
            ended = "ticks";
        }
        return;
    }
    uint32_t class = (uint32_t)strtoul(text + 6, &rest, 16);
    uint32_t syndrome = (uint32_t)strtoul(rest + 1, NULL, 16);
    if (class != EC_SVC) {
        state.cause = CAUSE_FAULT + (class & 63U);
        /* It has not been executed. Nor does the machine count it. */
        state.total--;
        state.guest[state.mark]--;
    } else if (options.marks && (syndrome & 0xffU) >= NUMBER_MARK) {
        mark_set(syndrome & 0xffU);
    } else {
        /* All that no core has are one. */
        state.cause = (syndrome & 0xffU) < NUMBER_MARK ? syndrome & 0xffU : NUMBER_MARK - 1U;
        if ((syndrome & 0xffU) == options.end_number && --options.end_count == 0) {
            state.inside = false;
            ended = "hypercall";
        }
    }
}

/* A digit of a hexadecimal number, or 16. */
static uint32_t digit(char c)
{
    if (c >= '0' && c <= '9') {
        return (uint32_t)(c - '0');
    }
    return c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a') + 10U : 16U;
}

static uint32_t hex(const char **text)
{
    uint32_t value = 0;

    for (uint32_t d = digit(**text); d < 16U; d = digit(**text)) {
        value = value << 4 | d;
        (*text)++;
    }
    return value;
}

static void instruction(const char *line)
{
    const char *at = strchr(line, '[');

    if (at == NULL) {
        return;
    }
    at++;
    (void)hex(&at);
    at++;
    uint32_t pc = hex(&at);
    at++;
    uint32_t flags = hex(&at);
    state.last_hyp = FLAGS_MODE(flags) == MODE_HYP;
    state.last_inside = state.inside && state.last_hyp;
    state.last_poll = false;
    state.total++;
    if (state.last_inside) {
        if (pc == options.poll) {
            state.last_poll = true;
            state.stretch_before = state.stretch;
            state.stretch_most =
                state.stretch > state.stretch_most ? state.stretch : state.stretch_most;
            state.stretch = 0;
        }
        state.count++;
        state.stretch++;
        if (profile.on && !profile.done) {
            const char *symbol = strchr(at, ' ');
            profile_instruction(symbol != NULL ? symbol + 1 : "?");
        }
    } else if (!state.last_hyp) {
        state.guest[state.mark]++;
    }
}

/* The instruction logged last was not executed. */
static void instruction_undo(void)
{
    state.total--;
    if (state.last_inside) {
        state.count--;
        state.stretch = state.last_poll ? state.stretch_before : state.stretch - 1U;
        if (profile.on && !profile.done) {
            profile.count[profile.last]--;
        }
    } else if (!state.last_hyp) {
        state.guest[state.mark]--;
    }
}

static void line_read(const char *line)
{
    switch (line[0]) {
    case 'T':
        if (line[1] == 'r') {
            instruction(line);
        } else {
            exception_begin(line);
        }
        break;
    case 'S':
    case 'c':
        if (strncmp(line, "Stopped execution of TB chain", 29) == 0 ||
            strncmp(line, "cpu_io_recompile: rewound", 25) == 0) {
            instruction_undo();
        }
        break;
    case 'E':
        span_end();
        if (state.clock_starts) {
            state.clock_starts = false;
            state.clock_start = state.total;
        }
        break;
    case '.':
        exception_class(line);
        break;
    case 'a':
        if (strncmp(line, "arm_gt_cval_write gt_cval_write: timer 2 value 0x", 49) == 0) {
            uint64_t ticks = strtoull(line + 49, NULL, 16);
            state.ticks = ticks != UINT64_MAX ? ticks : state.ticks; /* that is: never */
        }
        break;
    default:
        break;
    }
}

/* ---- the run ------------------------------------------------------------------*/

static pid_t qemu_start(char **command, int *log)
{
    static char *arguments[64];
    int ends[2];
    char path[32];
    size_t n = 0;

    if (pipe(ends) != 0) {
        return -1;
    }
    while (n < 54U && command[n] != NULL) {
        arguments[n] = command[n];
        n++;
    }
    snprintf(path, sizeof path, "/dev/fd/%d", ends[1]);
    static char more[][48] = {"-singlestep", "-d", "exec,nochain,int,trace:arm_gt_cval_write",
                              "-D"};
    for (size_t i = 0; i < 4U; i++) {
        arguments[n++] = more[i];
    }
    arguments[n] = path;
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        int nothing = open("/dev/null", O_RDWR);
        dup2(nothing, 0);
        dup2(nothing, 1);
        execvp(arguments[0], arguments);
        fprintf(stderr, "spans: %s: %s\n", arguments[0], strerror(errno));
        _exit(127);
    }
    close(ends[1]);
    (void)fcntl(ends[0], F_SETPIPE_SZ, 1 << 20);
    *log = ends[0];
    return child;
}

static void log_read(int log)
{
    static char buffer[1 << 20];
    time_t start = time(NULL);
    size_t have = 0;

    ended = NULL;
    while (ended == NULL) {
        struct pollfd waiting = {.fd = log, .events = POLLIN};
        if (poll(&waiting, 1, 1000) == 0) {
            if (time(NULL) - start >= (time_t)options.seconds) {
                ended = "seconds";
            }
            continue;
        }
        ssize_t got = read(log, buffer + have, sizeof buffer - 1U - have);
        if (got <= 0) {
            ended = "exit";
            return;
        }
        have += (size_t)got;
        buffer[have] = '\0';
        char *line = buffer;
        char *end;
        while (ended == NULL &&
               (end = memchr(line, '\n', have - (size_t)(line - buffer))) != NULL) {
            *end = '\0';
            line_read(line);
            line = end + 1;
        }
        have -= (size_t)(line - buffer);
        memmove(buffer, line, have);
        if (ended == NULL && state.total >= options.limit) {
            ended = "limit";
        } else if (ended == NULL && time(NULL) - start >= (time_t)options.seconds) {
            ended = "seconds";
        }
    }
}

static const char *cause_name(uint32_t cause)
{
    static char name[16];

    if (cause == CAUSE_IRQ) {
        return "irq";
    }
    if (cause >= CAUSE_FAULT) {
        snprintf(name, sizeof name, "fault%02x", cause - CAUSE_FAULT);
    } else {
        snprintf(name, sizeof name, "svc%u", cause);
    }
    return name;
}

static void print(void)
{
    for (uint32_t m = 0; m < MARKS; m++) {
        for (uint32_t c = 0; c < CAUSES; c++) {
            const struct tally *t = &state.tally[m][c];
            if (t->spans != 0) {
                printf("span %u %s %llu %llu %llu %llu\n", m, cause_name(c),
                       (unsigned long long)t->spans, (unsigned long long)t->sum,
                       (unsigned long long)t->least, (unsigned long long)t->most);
            }
        }
        if (state.guest[m] != 0) {
            printf("guest %u %llu\n", m, (unsigned long long)state.guest[m]);
        }
    }
    printf("masked %llu %s %u\n", (unsigned long long)state.masked.count,
           cause_name(state.masked.cause), state.masked.mark);
    printf("longest %llu %s %u\n", (unsigned long long)state.longest.count,
           cause_name(state.longest.cause), state.longest.mark);
    if (state.clock != 0) {
        printf("clock %llu %llu\n", (unsigned long long)state.clock,
               (unsigned long long)state.clock_ticks);
    }
    printf("total %llu\nend %s\n", (unsigned long long)state.total, ended);
}

/* The index of the command, or 0: usage. */
static int options_read(int argc, char **argv)
{
    int i = 1;

    while (i + 1 < argc && strcmp(argv[i], "--") != 0) {
        if (strcmp(argv[i], "--poll") == 0) {
            options.poll = (uint32_t)strtoul(argv[i + 1], NULL, 16);
        } else if (strcmp(argv[i], "--end") == 0) {
            char *rest;
            options.end_number = (uint32_t)strtoul(argv[i + 1], &rest, 10);
            options.end_count = *rest == ':' ? strtoull(rest + 1, NULL, 10) : 0;
            if (options.end_count == 0) {
                return 0;
            }
        } else if (strcmp(argv[i], "--ticks") == 0) {
            options.ticks = strtoull(argv[i + 1], NULL, 10);
        } else if (strcmp(argv[i], "--limit") == 0) {
            options.limit = strtoull(argv[i + 1], NULL, 10);
        } else if (strcmp(argv[i], "--seconds") == 0) {
            options.seconds = (uint32_t)strtoul(argv[i + 1], NULL, 10);
        } else if (strcmp(argv[i], "--profile") == 0) {
            profile.on = true;
            profile.least = strtoull(argv[i + 1], NULL, 10);
        } else if (strcmp(argv[i], "--marks") == 0) {
            options.marks = true;
        } else {
            return 0;
        }
        i += 2;
    }
    return i + 1 < argc ? i + 1 : 0;
}

int main(int argc, char **argv)
{
    int command = options_read(argc, argv);
    int log = -1;
    int status = 0;

    output_must_arrive();
    if (command == 0) {
        fprintf(stderr, "usage: spans [option...] -- qemu-system-arm ...: see the source\n");
        return 2;
    }
    pid_t qemu = qemu_start(argv + command, &log);
    if (qemu < 0) {
        fprintf(stderr, "spans: %s\n", strerror(errno));
        return 2;
    }
    log_read(log);
    kill(qemu, SIGKILL);
    close(log);
    (void)waitpid(qemu, &status, 0);
    if (state.total == 0) {
        fprintf(stderr, "spans: nothing was traced\n");
        return 1;
    }
    print();
    return 0;
}
