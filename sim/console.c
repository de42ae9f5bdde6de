/* SPDX-License-Identifier: BSD-2-Clause */
/* The UART's other end: see console.h. */
#define _GNU_SOURCE /* ppoll() */
#include "console.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "host.h"
#include "kernel.h"
#include "klog.h"
#include "sim.h"

#define CTRL_A 1
#define MS 1000000U /* instructions, and host ns */
/* Keys that wait for room in the UART; more wait in the terminal, or in the file. */
#define KEYS 256U
/* Further behind the host's clock, virtual time does not try to catch up: the
 * process was stopped, or the host is too slow. */
#define LAG_MAX (100U * MS)

enum source { SOURCE_NONE, SOURCE_TERMINAL, SOURCE_SCRIPT };

static struct {
    enum source source;
    int script; /* file descriptor */
    int error;  /* why it could not be read on */
    u64 script_next; /* virtual time of its next character */
    bool ended;      /* no more will come, */
    u64 ended_at;    /* since this virtual time */
    bool prefix;     /* Ctrl-A was the last key */
    bool midline;    /* the cursor is not at the start of a line */
    bool carriage;   /* the UART's last character was a CR, not printed yet */
    bool quiet;      /* what the UART sends is not shown */
    volatile bool raw;
    struct termios before;
    u64 started; /* host ns at virtual time 0 */
    u32 first;   /* keys[n % KEYS], free-running */
    u32 next;
    u8 keys[KEYS];
} console;

static u64 host_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (u64)now.tv_sec * 1000000000U + (u64)now.tv_nsec;
}

void console_restore(void)
{
    if (console.raw) {
        console.raw = false;
        tcsetattr(STDIN_FILENO, TCSANOW, &console.before);
    }
}

void console_script(int file)
{
    console.source = SOURCE_SCRIPT;
    console.script = file;
    console.script_next = CONSOLE_LINE_MS * MS;
}

void console_interactive(void)
{
    if (tcgetattr(STDIN_FILENO, &console.before) != 0) {
        console_script(STDIN_FILENO);
        return;
    }
    /* Ctrl-C and Ctrl-Z are characters like all others: a guest may want them. */
    struct termios raw = console.before;
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    console.source = SOURCE_TERMINAL;
    console.started = host_ns() - sim_clock.now;
    console.raw = true;
    atexit(console_restore);
    tcsetattr(STDIN_FILENO, TCSANOW, &raw);
    fprintf(stderr, "(the UART's terminal: Ctrl-A x ends the run)\n");
}

bool console_is_used(void)
{
    return console.source != SOURCE_NONE;
}

int console_error(void)
{
    return console.error;
}

u64 console_ended(void)
{
    return console.ended ? console.ended_at : SIM_TIME_NEVER;
}

/* False: the key asks for the end. */
static bool key_put(u8 key)
{
    if (console.prefix && key == 'x') {
        return false;
    }
    console.prefix = key == CTRL_A && !console.prefix;
    if (!console.prefix) {
        console.keys[console.next++ % KEYS] = key;
    }
    return true;
}

/* All keys that have been pressed, and that there is room for. */
static bool terminal_read(void)
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};

    while (!console.ended && console.next - console.first < KEYS && poll(&input, 1, 0) > 0) {
        u8 key;
        if (read(STDIN_FILENO, &key, 1) != 1) {
            console.ended = true; /* it has been closed */
            console.ended_at = sim_clock.now;
        } else if (!key_put(key)) {
            return false;
        }
    }
    return true;
}

static void uart_receive(u8 c)
{
    (void)sim_uart_receive(&sim.uart, sim_clock.now, c);
    sim_events_changed();
}

/* As many as the UART has room for: the others wait, as with flow control. */
static void keys_pass(void)
{
    while (console.first != console.next && sim.uart.rx_count < SIM_UART_FIFO / 2U) {
        uart_receive(console.keys[console.first++ % KEYS]);
    }
}

/* What read() says; negative, too, if the run is interrupted. A signal that comes after
 * the look at `interrupted` has to end the wait: it can come only within ppoll(). */
static ssize_t script_wait(void)
{
    struct pollfd input = {.fd = console.script, .events = POLLIN};
    sigset_t ask;
    sigset_t before;
    ssize_t got = -1;

    sigemptyset(&ask);
    sigaddset(&ask, SIGINT);
    sigaddset(&ask, SIGTERM);
    sigprocmask(SIG_BLOCK, &ask, &before);
    while (sim_host.interrupted == 0 && got < 0) {
        if (ppoll(&input, 1, NULL, &before) > 0) {
            got = read(console.script, console.keys, KEYS);
        }
        if (got < 0 && errno != EINTR) {
            console.error = errno;
            break;
        }
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    return got;
}

/* Waits for it, however long that takes: its time is virtual. Negative at the end, and if
 * the run is interrupted. */
static int script_read(void)
{
    if (console.first == console.next) {
        ssize_t got = script_wait();
        if (got <= 0) {
            return -1;
        }
        console.first = 0;
        console.next = (u32)got;
    }
    return console.keys[console.first++ % KEYS];
}

static void script_pass(void)
{
    while (!console.ended && sim_clock.now >= console.script_next) {
        int c = script_read();
        if (c < 0) {
            console.ended = true;
            console.ended_at = sim_clock.now;
            break;
        }
        uart_receive((u8)c);
        console.script_next += CONSOLE_KEY_MS * MS;
        if (c == '\n') {
            u64 lines = console.script_next / (CONSOLE_LINE_MS * MS) + 1U;
            console.script_next = lines * CONSOLE_LINE_MS * MS;
        }
    }
}

/* What the UART sends; lines end as the host's do. */
static void print(int c)
{
    if (console.quiet) {
        return;
    }
    if (console.carriage && c != '\n') {
        putchar('\r');
    }
    console.carriage = c == '\r';
    if (!console.carriage) {
        putchar(c);
        console.midline = c != '\n';
    }
}

void console_quiet(void)
{
    console.quiet = true;
}

static void uart_print(void)
{
    int c;

    while ((c = sim_uart_fetch(&sim.uart)) >= 0) {
        print(c);
    }
}

bool console_poll(void)
{
    uart_print();
    if (console.source == SOURCE_NONE) {
        return true;
    }
    fflush(stdout);
    if (console.source == SOURCE_SCRIPT) {
        script_pass();
        return true;
    }
    bool go_on = terminal_read();
    keys_pass();
    return go_on;
}

bool console_idle(u64 until)
{
    bool more = console.source != SOURCE_NONE &&
                (!console.ended || console.first != console.next);

    if (!more || !sim_uart_listens(&sim.uart)) {
        return false;
    }
    if (sim_clock.now < until) {
        sim_clock.now = until;
    }
    return true;
}

void console_pace(void)
{
    if (console.source != SOURCE_TERMINAL) {
        return;
    }
    u64 due = console.started + sim_clock.now;
    u64 now = host_ns();
    if (due > now) {
        struct timespec rest = {.tv_sec = (time_t)((due - now) / 1000000000U),
                                .tv_nsec = (long)((due - now) % 1000000000U)};
        nanosleep(&rest, NULL);
    } else if (now - due > LAG_MAX) {
        console.started += now - due;
    }
}

static void line_start(void)
{
    if (console.midline) {
        putchar('\n');
        console.midline = false;
    }
}

void console_finish(void)
{
    if (kernel.console == CONSOLE_CORE) {
        sim_uart_hurry(&sim.uart); /* nobody's text but the core's */
    }
    uart_print();
    klog_finish(&kernel.cpu[0]);
    if (klog.sent != klog.next && kernel.console == CONSOLE_CELL && !console.quiet) {
        line_start();
        puts("printed by the core since a cell has the UART:");
    }
    for (u32 i = klog.sent; i != klog.next; i++) {
        print(klog.text[i % KLOG_TEXT]);
    }
    line_start();
}
