#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# mishaps.sh BUILD: what goes wrong in a run is named: when, who, what, and the line of the
# program; and the report is there all the same.
set -eu

build=$1
scratch=$build/mishaps
failed=0
mkdir -p "$scratch"

complain() {
    echo "mishaps: $1" >&2
    head -n 40 "$scratch/out" "$scratch/err" >&2
    failed=1
}

# make_system NAME: of $scratch/NAME.c; the program is left in $program.
make_system() {
    program=$build/outside/$1/run
    $MAKE --no-print-directory CELL_SYMBOLS=true "$program" SYSTEM="$scratch/$1.c" >"$scratch/out" 2>"$scratch/err" ||
        complain "$1.c is not made"
}

# try STATUS COMMAND...
try() {
    wanted=$1
    shift
    status=0
    "$@" >"$scratch/out" 2>"$scratch/err" </dev/null || status=$?
    [ "$status" -eq "$wanted" ] || complain "$*: status $status, not $wanted"
}

# says FILE WORDS: in one line, as they are
says() {
    grep -qF -- "$2" "$scratch/$1" || complain "std$1 does not say: $2"
}

# line NAME MARK: name.c:N of the line that is marked so
line() {
    echo "$1.c:$(grep -n "HERE: $2 " "$scratch/$1.c" | cut -d: -f1)"
}

# json FILTER NAME: true of the report
json() {
    jq -e "$1" "$scratch/$2.json" >/dev/null || complain "$2.json: not so: $1"
}

head_of() {
    cat <<'END'
#include <stddef.h>

#include "memory.h"
#include "stats.h"
#include "system.h"
#include "thimble.h"
#include "time.h"

/* Cells have none of them: the build is told not to look. */
_Noreturn void exit(int status);
_Noreturn void abort(void);
void *memset(void *at, int value, size_t size);

#define CELL(cell, its_priority, ...)                                                \
    {.name = #cell, .program = #cell, .memory = 16 * KIB,                            \
     .threads = (const struct system_thread[]){                                      \
         {.name = "main", .priority = its_priority}, {0}},                           \
     .caps = (const struct system_cap[]){__VA_ARGS__ {0}}}
END
}

# ---- one system, in which each cell does something wrong ------------------------------
{
    head_of
    cat <<'END'
static void *volatile nowhere;
static volatile uint32_t size = 8;

PROGRAM(quits) { exit(3); /* HERE: exit */ }
PROGRAM(aborts) { thimble_compute(10); abort(); /* HERE: abort */ }
PROGRAM(null)
{
    memset(nowhere, 0, size); /* HERE: null */
    thimble_compute(1);
}
PROGRAM(faults)
{
    thimble_write32(0xdead0000U, 1); /* HERE: fault */
    thimble_compute(1);
}
/* By a function of user/lib, out of one that the compiler may put in. */
static void start(uint32_t page)
{
    stats_start(page); /* HERE: library */
    thimble_compute(1);
}
PROGRAM(library)
{
    start(0xdeae0000U);
    thimble_compute(2);
}
PROGRAM(asks)
{
    for (uint32_t i = 0; i < 12U; i++) {
        struct message m = {.tag = 0};
        (void)thimble_call(i == 3U ? 6U : 5U, &m); /* HERE: refused */
    }
    for (;;) {
        uint32_t bits;
        (void)thimble_wait(1, thimble_time() + 1000U, &bits); /* it times out: no mistake */
    }
}
PROGRAM(first)
{
    uint32_t bits;
    (void)thimble_wait(1, THIMBLE_NEVER, &bits);
    (void)thimble_signal(2);
}
PROGRAM(second)
{
    uint32_t bits;
    (void)thimble_wait(1, THIMBLE_NEVER, &bits);
    (void)thimble_signal(2);
}
/* Waits for ever for what nobody signals: that is no circle. */
PROGRAM(patient)
{
    uint32_t bits;
    (void)thimble_wait(1, THIMBLE_NEVER, &bits);
}

#define WAITS(at, of) {.slot = at, .notification = of, .rights = THIMBLE_RIGHT_WAIT},
#define SIGNALS(at, of) \
    {.slot = at, .notification = of, .rights = THIMBLE_RIGHT_SIGNAL, .badge = 1},

const struct system thimble_system = {
    .name = "wrong",
    .notifications = (const struct system_notification[]){
        {.name = "x"}, {.name = "y"}, {.name = "tick"}, {.name = "never"}, {0}},
    .cells = (const struct system_cell[]){
        CELL(quits, 90, ), CELL(aborts, 80, ), CELL(null, 70, ), CELL(faults, 60, ),
        CELL(library, 50, ), CELL(asks, 40, WAITS(1, "tick")),
        CELL(first, 30, WAITS(1, "x") SIGNALS(2, "y")),
        CELL(second, 20, WAITS(1, "y") SIGNALS(2, "x")), CELL(patient, 10, WAITS(1, "never")), {0},
    },
};
END
} >"$scratch/wrong.c"
make_system wrong
try 1 "$program" --time 20ms --json "$scratch/wrong.json"
says err "thimble: cell quits, thread main: has called exit(), at $(line wrong exit): "
says err "thimble: cell aborts, thread main: Aborted, at $(line wrong abort) (system wrong, seed 1, at "
says err "thimble: cell null, thread main: Segmentation fault at host address "
says err ", at $(line wrong null) (system wrong, seed 1, at "
says out 'system wrong, seed 1: 20.000 ms simulated, time is up'
says out ": has called exit() ($(line wrong exit))"
says out ": memory fault, write at 0xdead0000 ($(line wrong fault))"
says out ": memory fault, write at 0xdeae0000 ($(line wrong library))"
says out "refused: asks.main: CALL of slot 5: BAD_SLOT, 12 times ($(line wrong refused))"
says out 'deadlock: first.main waits for x of second.main, which waits for y of first.main'
[ "$(grep -c '^refused: ' "$scratch/out")" -eq 1 ] || complain 'more is refused than asked for'
[ "$(grep -c '^deadlock: ' "$scratch/out")" -eq 1 ] || complain 'not one deadlock'
[ "$(grep -c '^stopped: .* ms: ' "$scratch/out")" -eq 5 ] || complain 'not five are stopped'
tail -n 1 "$scratch/out" | grep -qE '^trace hash: [0-9a-f]{16}$' || complain 'no hash at the end'
json '.refused == [{cell: "asks", thread: "main", hypercall: "CALL", error: "SLOT", slot: 5,
       count: 12, place: "'"$(line wrong refused)"'"}]' wrong
json '[.stops[] | .cell] == ["quits", "aborts", "null", "faults", "library"]' wrong
json '.stop_count == 5 and .crashes == 3' wrong
json '.stops[3].place == "'"$(line wrong fault)"'" and .stops[3].time_ns > .stops[2].time_ns' wrong
json '.deadlock == [["first.main", "second.main"]]' wrong
json '[.waiting[] | select(.until_ns == null) | .cell + " " + .for]
      == ["first x", "second y", "patient never"]' wrong
json '[.cells[] | select(.stopped) | .name]
      == ["quits", "aborts", "null", "faults", "library"]' wrong

# ---- a loop, and the simulator's own memory -----------------------------------------------
{
    head_of
    cat <<'END'
PROGRAM(loops)
{
    for (;;) { /* HERE: loop */ }
}
const struct system thimble_system = {
    .name = "loop", .cells = (const struct system_cell[]){CELL(loops, 5, ), {0}}};
END
} >"$scratch/loop.c"
make_system loop
try 1 "$program" --watchdog 100ms --json "$scratch/loop.json"
says err "cell loops, thread main: loops without a hypercall or helper, at $(line loop loop); the run is"
json '.end.kind == "watchdog"' loop

{
    head_of
    cat <<'END'
extern char kernel[];
PROGRAM(wild)
{
    memset(kernel, 0xff, 4096);
    (void)thimble_yield(); /* HERE: wild */
    thimble_compute(11);
}
const struct system thimble_system = {
    .name = "wild", .cells = (const struct system_cell[]){CELL(wild, 5, ), {0}}};
END
} >"$scratch/wild.c"
make_system wild
try 1 "$program" --json "$scratch/wild.json"
says err "while cell wild, thread main ran, at $(line wild wild)"
says out 'system wild, seed 1: '
json '.end.kind == "panic"' wild

# ---- nothing is said where nothing is wrong -----------------------------------------------
for system in pingpong gateway channel; do
    try 0 "$build/systems/$system/run" --time 50ms --json "$scratch/right.json"
    ! grep -qE '^(refused: |stopped: .* ms: |deadlock: |waits: )' "$scratch/out" || complain "$system: says more"
    json '.refused == [] and .deadlock == [] and ([.stops[] | select(.ended | not)] == [])' right
done

exit "$failed"
