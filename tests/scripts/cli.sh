#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# cli.sh BUILD: what the programs and make say to arguments, good and bad.
set -eu

build=$1
run=$build/systems/pingpong/run
describe=$build/systems/pingpong/describe
bench=$build/bench/bench
scratch=$build/cli
failed=0
mkdir -p "$scratch"

complain() {
    echo "command line: $1" >&2
    head -n 10 "$scratch/out" "$scratch/err" >&2
    failed=1
}

# try STATUS COMMAND...: its output is left in $scratch/out and $scratch/err.
try() {
    wanted=$1
    shift
    status=0
    "$@" >"$scratch/out" 2>"$scratch/err" </dev/null || status=$?
    [ "$status" -eq "$wanted" ] || complain "$*: status $status, not $wanted"
}

# Status 2; what is wrong and the usage on stderr; nothing on stdout.
refused() {
    try 2 "$@"
    grep -qi '^usage:' "$scratch/err" || complain "$*: no usage"
    [ ! -s "$scratch/out" ] || complain "$*: output in spite of an error"
}

# says FILE PATTERN WHAT
says() {
    grep -q -- "$2" "$scratch/$1" || complain "$3: no line with $2"
}

for program in "$run" "$describe" "$bench"; do
    refused "$program" --nonsense
    refused "$program" stray
    try 0 "$program" --help
    grep -qi '^usage:' "$scratch/out" || complain "$program --help: no usage"
done

for option in --seed --time --watchdog; do
    refused "$run" "$option"
    for value in '' x -1 1x 99999999999999999999999; do
        refused "$run" "$option" "$value"
    done
done
refused "$run" --time 1 stray
refused "$run" --input
try 1 "$run" --input nosuch/nosuch
says err '^thimble: nosuch/nosuch: No such file' "$run --input nosuch/nosuch"
refused "$run" --seed 0x
# Decimal, with zeros in front too; or hexadecimal.
for seed in '010 10' '08 8' '0x10 16'; do
    try 0 "$run" --seed "${seed% *}" --time 1
    says out "^system pingpong, seed ${seed#* }:" "--seed ${seed% *}"
done
refused "$describe" --board
refused "$describe" --board nosuch
for value in '' x 0 -1 nan 11 1s; do
    refused "$bench" --min-time "$value"
done
refused "$bench" --filter '['
refused "$bench" --filter 'no case has this name'
refused "$bench" --filter
refused "$bench" --update-baseline
try 0 "$bench" --list
says out '^ipc_call_reply/0' "bench --list"

# One line, and make's status for errors. (Not through the outer make's flags.)
one_line() {
    pattern=$1
    shift
    try 2 env -u MAKEFLAGS -u MAKELEVEL -u MAKEOVERRIDES $MAKE --no-print-directory "$@"
    says err "$pattern" "make $*"
    [ "$(wc -l <"$scratch/err")" -eq 1 ] || complain "make $*: more than one line"
}
one_line 'no such system; there are .*pingpong' run SYSTEM=nosuch
one_line 'no such file' run SYSTEM=nosuch/nosuch.c
one_line 'there are sim and arm' ARCH=mips
one_line 'nosuch-cc is missing: run `make bootstrap`' CC=nosuch-cc

# The last line of a run is its trace hash, in the tree and outside of it.
last_line_is_hash() {
    tail -n 1 "$scratch/out" | grep -qE '^trace hash: [0-9a-f]{16}$' ||
        complain "$1: the last line is no trace hash"
}
try 0 "$run" --seed 7 --time 5 --check
last_line_is_hash "$run"

# Boot lines come first, if asked for; a fault dump comes unasked.
try 0 "$run" --time 1 --boot
head -n 1 "$scratch/out" | grep -q '^thimble: ABI version [0-9]*, system pingpong$' ||
    complain "--boot: no boot lines"
last_line_is_hash "--boot"
try 0 "$run" --time 1
! grep -q '^thimble: ABI' "$scratch/out" || complain "boot lines that nobody asked for"
try 0 "$build/systems/drivers/run" --time 50
says out '^stopped: cell driver, thread service: memory fault' "a fault without a handler"
says out '^  serving alpha.main$' "a fault in a server"

cat >"$scratch/outside.c" <<'END'
#include "system.h"
#include "thimble_program.h"
#include "time.h"

PROGRAM(idler)
{
    thimble_compute(argument + 1000);
}

const struct system thimble_system = {
    .name = "outside",
    .cells = (const struct system_cell[]){
        {
            .name = "idler",
            .program = "idler",
            .memory = 64 * KIB,
            .threads = (const struct system_thread[]){{.name = "main", .priority = 1}, {0}},
        },
        {0},
    },
};
END
try 0 $MAKE --no-print-directory run SYSTEM="$scratch/outside.c" SEED=3 TIME_MS=2
says out '^system outside, seed 3:' "make run SYSTEM=outside.c"
last_line_is_hash "make run SYSTEM=outside.c"

# A file of the same name in another folder is another system, however old.
mkdir -p "$scratch/other"
sed 's/= "outside"/= "elsewhere"/' "$scratch/outside.c" >"$scratch/other/outside.c"
touch -d '2001-01-01' "$scratch/other/outside.c"
try 0 $MAKE --no-print-directory run SYSTEM="$scratch/other/outside.c" TIME_MS=2
says out '^system elsewhere, seed 1:' "make run SYSTEM=other/outside.c"

# A program's name that is misspelt.
sed 's/\.program = "idler"/.program = "idle"/' "$scratch/outside.c" >"$scratch/misspelt.c"
try 2 $MAKE --no-print-directory run SYSTEM="$scratch/misspelt.c"
says err 'cells\[0\] "idler": program: "idle": no PROGRAM(idle) is linked in; did you mean "idler"?$' "make run SYSTEM=misspelt.c"

# A run that reads a script or a pipe, by make's variables.
try 0 $MAKE --no-print-directory run SYSTEM=console INPUT=tests/console/session.in TIME_MS=150
says out '^system console, seed 1: 150\.000 ms' "make run INPUT=..."
try 0 $MAKE --no-print-directory run SYSTEM=console CONSOLE=1
says out '^system console, seed 1: 100\.000 ms' "make run CONSOLE=1"

exit "$failed"
