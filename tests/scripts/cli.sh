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
for value in 1m '1 s' s 1.5s 1ns2 99999999999s; do
    refused "$run" --time "$value"
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
# Times with their units; a plain number is ms.
for time in '50000ns 0.050' '1500us 1.500' '3ms 3.000' '2 2.000' '1s 7.978'; do
    try 0 "$run" --time "${time% *}" --watchdog 500ms
    says out "^system pingpong, seed 1: ${time#* } ms simulated" "--time ${time% *}"
done

# The report as JSON: alone on stdout, or in a file; the same figures as in the table.
gateway=$build/systems/gateway/run
try 0 "$gateway" --seed 7 --time 50ms --json "$scratch/report.json"
hash=$(sed -n 's/^trace hash: //p' "$scratch/out")
jq -e --arg hash "$hash" '.schema == "thimble-run" and .version == 1 and .system == "gateway"
    and .machine == "sim" and .seed == 7 and .time_ns == 50000000 and .settings == []
    and .end.kind == "time" and .end.words == "time is up" and .expect == null
    and .trace_hash == $hash
    and ([.cells[].cpu_ns] | add) + .idle_ns == .time_ns
    and all(.cells[]; ([.threads[].cpu_ns] | add) == .cpu_ns)
    and (.cells[] | select(.name == "control") | .latency
        | .count > 10 and ([.buckets[][1]] | add) == .count and .p99_us <= .max_us)
    and (.cells[] | select(.name == "plant") | .latency == null and .misses == null)' \
    "$scratch/report.json" >/dev/null || complain "--json: not the report that it should be"
control=$(sed -n 's/^control  *\([0-9.]*\) .*/\1/p' "$scratch/out")
jq -e --arg ms "$control" '.cells[] | select(.name == "control")
    | (.cpu_ns / 1000 | round) == ($ms | tonumber * 1000 | round)' "$scratch/report.json" \
    >/dev/null || complain "--json: not the CPU time of the table"
try 0 "$gateway" --seed 7 --time 50ms --json -
cmp -s "$scratch/out" "$scratch/report.json" || complain "--json -: not the same as in a file"
try 0 "$gateway" --time 5ms --quiet
[ ! -s "$scratch/out" ] && [ ! -s "$scratch/err" ] || complain "--quiet: it says something"
try 0 "$build/systems/drivers/run" --time 50ms --quiet
[ ! -s "$scratch/out" ] || complain "--quiet: the system prints"
try 1 "$gateway" --time 1ms --json /dev/full
says err '^thimble: /dev/full: could not be written: No space left' "--json /dev/full"
try 1 "$gateway" --time 1ms --json nosuch/nosuch
says err '^thimble: nosuch/nosuch: No such file' "--json nosuch/nosuch"

# Other values in the description; one line about what there is not.
try 0 "$gateway" --seed 7 --time 50ms --json - --set worker.main.budget_us=500 \
    --set control.loop.priority=0xc9
jq -e --arg hash "$hash" '.settings == ["worker.main.budget_us=500", "control.loop.priority=0xc9"]
    and .trace_hash != $hash' "$scratch/out" >/dev/null || complain "--set: nothing is changed"
not_set() {
    try 2 "$gateway" --set "$1"
    says err "^thimble: --set $1: $2\$" "--set $1"
    [ "$(wc -l <"$scratch/err")" -eq 1 ] || complain "--set $1: more than one line"
    [ ! -s "$scratch/out" ] || complain "--set $1: it runs"
}
not_set contol.loop.priority=1 'no cell "contol"; did you mean "control"?'
not_set zzz.loop.priority=1 'no cell "zzz"; there are control, worker, plant'
not_set control.lop.priority=1 'cell "control" has no thread "lop"; did you mean "loop"?'
not_set control.loop.prioritty=1 'no field "prioritty" that can be set; did you mean "priority"?'
not_set control.loop.zzz=1 'no field "zzz" that can be set; there are priority, .*, argument'
not_set control.loop.level=256 '"256" is no number from 0 to 255'
not_set control.loop.wakes=-1 '"-1" is no number from 0 to 65535'
not_set control.loop 'it is to be cell.thread.FIELD=VALUE, with FIELD .*'
# What is changed is checked as any description is.
try 1 "$gateway" --quiet --set control.loop.priority=256
says err 'priority: 256: priorities are 0 to 255$' "--set of a priority over all"
try 1 "$gateway" --quiet --set control.loop.budget_us=100000
says err 'is more than the period of' "--set of a budget over the period"

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
    thimble_compute(1000);
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
try 0 "$build/systems/console/run" --input tests/console/session.in --time 150ms
cp "$scratch/out" "$scratch/session.out"
try 0 "$build/systems/console/run" --input uart=tests/console/session.in --time 150ms
cmp -s "$scratch/out" "$scratch/session.out" || complain "--input uart=FILE is not --input FILE"
try 0 $MAKE --no-print-directory run SYSTEM=console CONSOLE=1
says out '^system console, seed 1: 100\.000 ms' "make run CONSOLE=1"


# What is lost of the output is an error that is said once, whoever prints.
lost() {
    "$@" >/dev/full 2>"$scratch/err" </dev/null && complain "$*: nothing is said of a full disk"
    says err '^thimble: stdout: could not be written: No space left' "$* >/dev/full"
    [ "$(wc -l <"$scratch/err")" -eq 1 ] || complain "$* >/dev/full: more than one line"
    "$@" >&- 2>"$scratch/err" </dev/null && complain "$*: nothing is said of a closed stdout"
    says err '^thimble: stdout: is closed$' "$* with stdout closed"
}
: >"$scratch/out"
lost "$run" --time 1
lost "$describe" --print
lost "$bench" --list
lost "$build/tests/plain" 1 'describe/two_*'
try 1 "$run" --time 1 --trace /dev/full
says err '^thimble: /dev/full: could not be written: No space left' "--trace /dev/full"
try 1 "$run" --input "$scratch"
says err 'Is a directory$' "--input of a directory"
[ ! -s "$scratch/out" ] || complain "--input of a directory: it runs"

# A run that is interrupted ends with its report, and the trace is whole.
for each in INT:130 TERM:143; do
    signal=${each%:*}
    timeout -k 5 --preserve-status -s "$signal" 0.3 "$build/systems/gateway/run" --time 1000000 \
        --trace "$scratch/trace.json" >"$scratch/out" 2>"$scratch/err" && status=0 || status=$?
    [ "$status" -eq "${each#*:}" ] || complain "SIG$signal: status $status"
    says out 'ms simulated, ended on request$' "SIG$signal"
    last_line_is_hash "SIG$signal"
    jq -e '.traceEvents | length > 100' "$scratch/trace.json" >/dev/null ||
        complain "SIG$signal: the trace is not whole"
done
# ... also while it waits for input.
mkfifo "$scratch/fifo" 2>/dev/null || true
timeout -k 5 -s TERM --preserve-status 0.3 "$build/systems/console/run" --console \
    <>"$scratch/fifo" >"$scratch/out" 2>"$scratch/err" && status=0 || status=$?
[ "$status" -eq 143 ] || complain "SIGTERM while it waits for input: status $status"
says out 'ms simulated, ended on request$' "SIGTERM while it waits for input"
# ... and if it comes twice, as from timeout(1), which signals the child and its group. (In the
# background a shell has SIGINT ignored.)
env --default-signal=INT "$build/systems/gateway/run" --time 1000000 \
    --trace "$scratch/trace.json" >"$scratch/out" 2>"$scratch/err" &
sleep 0.3
kill -STOP $!
kill -TERM $!
kill -INT $!
kill -CONT $!
wait $! && status=0 || status=$?
case $status in
130 | 143) ;;
*) complain "SIGTERM and SIGINT at once: status $status" ;;
esac
says out 'ms simulated, ended on request$' "SIGTERM and SIGINT at once"

# A check of nothing does not pass.
nothing() {
    goal=$1
    set=$2
    shift 2
    one_line "$set is empty: .make $goal. would look at nothing" "$@" "$goal" "$set="
}
for each in 'check BAD_SYSTEMS' 'canaries CANARIES' 'fuzz SECONDS' 'soak STEPS' \
    'model-races RACES' 'noninterference PAIRS' 'noninterference-leaks LEAKS' \
    'sweep-bugs SWEEP_BUGS' 'lint LINT_SOURCES' 'hosts HOSTS'; do
    nothing $each
done
for each in 'check CHECK_BOARDS' 'check CHECK_SYSTEMS' 'check-vms CHECK_VMS' \
    'bench BENCH_SYSTEMS' 'masked MASKED_SYSTEMS' 'wcet WCET_NATIVE'; do
    nothing $each ARCH=arm
done
try 1 "$build/tests/plain" 1 'none-such/*'

# Nor is a variable taken that nothing asks for.
one_line 'TIMEMS is no variable of this makefile; did you mean TIME_MS?' TIMEMS=5 run
one_line 'BORAD is no variable of this makefile; did you mean BOARD?' ARCH=arm BORAD=virt image
one_line 'xyzzy is no variable of this makefile\.' xyzzy=1 help
try 0 make --no-print-directory help
[ "$(wc -l <"$scratch/out")" -eq 10 ] || complain 'make help: not ten lines'

exit "$failed"
