/* SPDX-License-Identifier: BSD-2-Clause */
/* The UART's other end: see console.h. */
#include "console.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "sim.h"

#define CTRL_A 1

static struct {
    bool interactive;
    bool terminal;
    bool prefix; /* Ctrl-A was the last key */
    struct termios before;
    u64 started; /* host ns at virtual time 0 */
} console;

static u64 host_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (u64)now.tv_sec * 1000000000U + (u64)now.tv_nsec;
}

static void terminal_restore(void)
{
    tcsetattr(STDIN_FILENO, TCSANOW, &console.before);
}

void console_interactive(void)
{
    console.interactive = true;
    console.started = host_ns() - sim_clock.now;
    if (tcgetattr(STDIN_FILENO, &console.before) != 0) {
        return; /* a pipe or a file: its bytes are the keys */
    }
    struct termios raw = console.before;
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    tcsetattr(STDIN_FILENO, TCSANOW, &raw);
    console.terminal = true;
    atexit(terminal_restore);
    fprintf(stderr, "(the UART's terminal: Ctrl-A x ends the run)\n");
}

/* One key, if there is one: -1 none, -2 the input is at its end. */
static int key_take(void)
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    unsigned char key;

    if (poll(&input, 1, 0) <= 0) {
        return -1;
    }
    return read(STDIN_FILENO, &key, 1) == 1 ? key : -2;
}

/* False: the key asks for the end. */
static bool key_use(int key)
{
    if (console.prefix && key == 'x') {
        return false;
    }
    if (key == CTRL_A && !console.prefix) {
        console.prefix = true;
        return true;
    }
    console.prefix = false;
    (void)sim_uart_receive(&sim.uart, sim_clock.now, (u8)key);
    sim_events_changed();
    return true;
}

bool console_poll(void)
{
    int c;

    while ((c = sim_uart_fetch(&sim.uart)) >= 0) {
        putchar(c);
    }
    if (!console.interactive) {
        return true;
    }
    fflush(stdout);
    /* No more at once than the UART holds: the rest waits in the terminal. */
    while (sim.uart.rx_count < SIM_UART_FIFO / 2U) {
        c = key_take();
        if (c < 0) {
            break;
        }
        if (!key_use(c)) {
            return false;
        }
    }
    return true;
}

bool console_idle(u64 until)
{
    if (console.interactive && sim_clock.now < until) {
        sim_clock.now = until;
    }
    return console.interactive;
}

void console_pace(void)
{
    if (!console.interactive) {
        return;
    }
    u64 due = console.started + sim_clock.now;
    u64 now = host_ns();
    if (due > now) {
        struct timespec rest = {.tv_sec = (time_t)((due - now) / 1000000000U),
                                .tv_nsec = (long)((due - now) % 1000000000U)};
        nanosleep(&rest, NULL);
    }
}
