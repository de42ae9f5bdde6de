/* SPDX-License-Identifier: BSD-2-Clause */
/* A small shell on the serial line: line editing, and a table of commands. */
#include "serial.h"
#include "shell.h"
#include "thimble.h"
#include "time.h"

#define CTRL_C 3
#define CTRL_D 4
#define BACKSPACE 8
#define DELETE 127

#define LINE_MOST 72U

static void say(const char *text)
{
    uint32_t length = 0;

    while (text[length] != '\0') {
        length++;
    }
    serial_write(text, length);
}

static void say_number(uint32_t number)
{
    char digits[10];
    uint32_t first = sizeof(digits);

    do {
        digits[--first] = (char)('0' + number % 10U);
        number /= 10U;
    } while (number != 0);
    serial_write(digits + first, sizeof(digits) - first);
}

/* ---- commands ------------------------------------------------------------ */

static void say_time(void)
{
    say_number((uint32_t)(thimble_time() / THIMBLE_TICKS_PER_MS));
    say(" ms since boot\n");
}

static void say_cells(void)
{
    struct message m = {.tag = THIMBLE_TAG(DEMO_ASK, 0)};

    say("driver  serves this line\nshell   runs these commands\ndemo    ");
    if (thimble_call(SHELL_SLOT_DEMO, &m) != THIMBLE_OK) {
        say("is stopped\n");
        return;
    }
    say("answers, asked ");
    say_number(m.word[0]);
    say(m.word[0] == 1U ? " time\n" : " times\n");
}

static void make_fault(void)
{
    struct message m = {.tag = THIMBLE_TAG(DEMO_FAULT, 0)};

    switch (thimble_call(SHELL_SLOT_DEMO, &m)) {
    case THIMBLE_ERR_DEAD:
        say("demo has been stopped; restart starts it again\n");
        break;
    case THIMBLE_OK:
        say("demo has survived\n");
        break;
    default:
        say("demo cannot be called\n");
        break;
    }
}

static void restart(void)
{
    say(thimble_cell_restart(SHELL_SLOT_DEMO_CELL) == THIMBLE_OK ? "demo starts anew\n"
                                                                  : "refused\n");
}

static void say_help(void)
{
    say("cells    what there is, and whether it answers\n"
        "echo     says it again\n"
        "fault    makes the demo cell write where it must not\n"
        "help     this list\n"
        "quit     ends (so does Ctrl-D)\n"
        "restart  starts the demo cell anew\n"
        "time     virtual time since boot\n");
}

enum command { NOTHING, UNKNOWN, CELLS, ECHO, FAULT, HELP, QUIT, RESTART, TIME };

static const struct {
    const char *name;
    enum command command;
} commands[] = {
    {"", NOTHING}, {"cells", CELLS}, {"echo", ECHO}, {"fault", FAULT}, {"help", HELP},
    {"quit", QUIT}, {"restart", RESTART}, {"time", TIME},
};

/* Is the line's first word this name? */
static int names(const char *line, const char *name)
{
    while (*name != '\0' && *line == *name) {
        line++;
        name++;
    }
    return *name == '\0' && (*line == '\0' || *line == ' ');
}

static enum command command_find(const char *line)
{
    for (uint32_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        if (names(line, commands[i].name)) {
            return commands[i].command;
        }
    }
    return UNKNOWN;
}

/* False: that was the last one. */
static int command_run(const char *line)
{
    switch (command_find(line)) {
    case NOTHING:
        break;
    case CELLS:
        say_cells();
        break;
    case ECHO:
        line += sizeof("echo") - 1U;
        say(*line == ' ' ? line + 1 : line);
        say("\n");
        break;
    case FAULT:
        make_fault();
        break;
    case HELP:
        say_help();
        break;
    case QUIT:
        return 0;
    case RESTART:
        restart();
        break;
    case TIME:
        say_time();
        break;
    case UNKNOWN:
    default:
        say(line);
        say(": no such command; help lists them\n");
        break;
    }
    return 1;
}

/* ---- the line that is being typed ---------------------------------------- */

struct editor {
    char line[LINE_MOST + 1U];
    uint32_t length;
};

static int enter(struct editor *e)
{
    e->line[e->length] = '\0';
    e->length = 0;
    say("\n");
    int go_on = command_run(e->line);
    if (go_on) {
        say("> ");
    }
    return go_on;
}

/* False: the user wants to end. */
static int key(struct editor *e, char c)
{
    if (c == '\n') {
        return enter(e);
    }
    if (c == CTRL_D && e->length == 0) {
        say("\n");
        return 0;
    }
    if (c == CTRL_C) {
        e->length = 0;
        say("^C\n> ");
    } else if ((c == BACKSPACE || c == DELETE) && e->length != 0) {
        e->length--;
        say("\b \b");
    } else if (c >= ' ' && c < DELETE && e->length < LINE_MOST) {
        e->line[e->length++] = c;
        serial_write(&c, 1);
    }
    return 1;
}

PROGRAM(shell)
{
    struct editor editor = {.length = 0};
    int go_on = 1;

    (void)argument;
    say("Thimble console: help lists the commands\n> ");
    while (go_on) {
        char text[SERIAL_MOST];
        uint32_t count = serial_read(text);
        go_on = count != 0;
        for (uint32_t i = 0; i < count && go_on; i++) {
            go_on = key(&editor, text[i]);
        }
    }
    say("bye\n");
    serial_close();
}
