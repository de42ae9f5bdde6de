#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# tool.sh BUILD: `thimble` as a new user has it: installed elsewhere, in a folder of the user's
# own, by its commands one after the other.
set -eu

scratch=$(pwd)/$1/tool
failed=0
rm -rf "$scratch"
mkdir -p "$scratch/home" "$scratch/my work"

# Not through the outer make's flags.
env -u MAKEFLAGS -u MAKELEVEL -u MAKEOVERRIDES -u MFLAGS \
    $MAKE -s --no-print-directory install PREFIX="$scratch/prefix" >/dev/null
chmod -R a-w "$scratch/prefix/lib/thimble"
trap 'chmod -R u+w "$scratch/prefix"' EXIT
unset XDG_CACHE_HOME
export HOME="$scratch/home"
PATH=$scratch/prefix/bin:$PATH
here="$scratch/my work"
cd "$here"

complain() {
    echo "tool: $1" >&2
    head -n 12 "$scratch/out" "$scratch/err" >&2
    failed=1
}

# try STATUS ARGUMENT...: thimble's output is left in $scratch/out and $scratch/err.
try() {
    wanted=$1
    shift
    status=0
    thimble "$@" >"$scratch/out" 2>"$scratch/err" </dev/null || status=$?
    [ "$status" -eq "$wanted" ] || complain "thimble $*: status $status, not $wanted"
}

# says FILE PATTERN
says() {
    grep -q -- "$2" "$scratch/$1" || complain "thimble $*: no line with $2"
}

# One line that begins with the program's name, and nothing else.
one_line() {
    wanted=$1
    pattern=$2
    shift 2
    try "$wanted" "$@"
    says err "^thimble: .*$pattern"
    [ "$(grep -cv '^usage: ' "$scratch/err")" -eq 1 ] || complain "thimble $*: not one line"
    [ ! -s "$scratch/out" ] || complain "thimble $*: output in spite of an error"
}

json() {
    jq -e "$2" "$1" >/dev/null || { cp "$1" "$scratch/out"; complain "$1: not so: $2"; }
}

# ---- the first five minutes ------------------------------------------------------------
try 0 new robot
[ -e robot/.gitignore ] || complain "no .gitignore"
[ "$(wc -l <robot/README.md)" -le 10 ] || complain "the README is longer than ten lines"
try 0 check robot
says out '^  control\.loop .* 300\.0 '
try 0 run robot
says out '^system robot, seed 1: 1000\.000 ms simulated, time is up$'
[ ! -s "$scratch/err" ] || complain "warnings of a system that is all right"
cd robot
try 0 sweep . --seeds 1..20 --time 100ms --json ../sweep.json --csv ../sweep.csv
says out '^sweep of \.: seeds 1 to 20, 100 ms each$'
says out 'the run to look at first: thimble run \. --seed [0-9]* --time 100ms$'
json ../sweep.json '.schema == "thimble-sweep" and .settings[0].runs == 20 and
    (.settings[0].cells | map(select(.name == "control" and .latency.max_us > 0)) | length == 1)'
[ "$(wc -l <../sweep.csv)" -eq 41 ] || complain "not a line for each cell of each run"
$(sed -n 's/^the run to look at first: //p' "$scratch/out") >"$scratch/out" || complain "no replay"
./test.sh >"$scratch/out" 2>"$scratch/err" || complain "the test of a new system fails"
cd ..
one_line 1 'File exists$' new robot
one_line 2 'a name is letters' new 'my robot'

# ---- run and expectations ------------------------------------------------------------------
try 0 run robot --seed 7 --time 50ms --json one.json --trace trace.json
json one.json '.schema == "thimble-run" and .version == 1 and .seed == 7 and .time_ns == 50000000 and
    .expect == "no-miss,no-stop,no-refused" and (.cells | length == 2)'
json trace.json '.traceEvents | length > 100'
try 0 run robot --time 50ms --json -
jq -e .cells "$scratch/out" >/dev/null || complain "--json -: no JSON alone on stdout"
try 3 run robot --time 50ms --expect 'latency:control<1us'
says err '^not as expected: latency:control<1us: it was [0-9.]* us$'
try 0 run robot --time 50ms --expect 'latency:control<300us,cpu:control<50%,p99:control<1ms'
try 3 run robot --time 50ms --set control.loop.budget_us=12 --set control.loop.period_us=5000 --set control.loop.deadline_us=0
says err '^not as expected: no-miss: control: [0-9]* deadlines missed$'
try 0 run robot --time 50ms --set control.loop.budget_us=12 --set control.loop.period_us=5000 --set control.loop.deadline_us=0 --expect none
one_line 2 'is no expectation' run robot --expect no-mis
one_line 2 'a time is a number' run robot --time 5min
one_line 2 'did you mean "--seed"' run robot --sed 5
one_line 2 'its value is missing' run robot --seed
one_line 2 'did you mean "sweep"' swep robot
one_line 1 'did you mean "gateway"' run gatewya
one_line 1 'no system.c in this folder' run "$scratch/home"
one_line 1 'no such file or folder' run nothing/there
try 2 run
says err '^usage: thimble run PATH'

# ---- paths with spaces, one file; what compilers and linkers say -------------------------------
cp robot/system.c 'one file.c'
sed -i '/"parts.h"/d' 'one file.c'
cat robot/parts.h robot/control.c robot/sensor.c | grep -v '"parts.h"' >'parts and programs.h'
sed -i 's/#include "system.h"/&\n#include "parts and programs.h"/' 'one file.c'
try 0 run 'one file.c' --time 10ms
says out '^system robot, '
try 0 run robot --time 10ms
touch robot/parts.h
sed -i 's/thimble_compute(5000)/thimble_compute(5000/' robot/control.c
try 1 run robot --time 10ms
says err '^[^ ]*.*control\.c:[0-9]*:[0-9]*: error: '
[ ! -s "$scratch/out" ] || complain "it runs in spite of an error"
sed -i 's/thimble_compute(5000/thimble_compute(6000)/' robot/control.c
cp robot/sensor.c robot/again.c
try 1 run robot --time 10ms
says err '^error: PROGRAM(sensor) is there twice'
rm robot/again.c
try 0 run robot --time 10ms --json changed.json
sed -i 's/thimble_compute(6000)/int unused = 6000; thimble_compute(6000)/' robot/control.c
try 0 run robot --time 10ms
says err 'warning: unused variable'

# ---- compare -----------------------------------------------------------------------------------
try 0 run robot --time 50ms --json two.json --seed 7
try 0 compare one.json two.json
says out '^control .* max_us .* exact$'
says out 'the trace hashes differ'
try 0 compare one.json one.json
says out '^nothing differs'
says out 'the same trace hash'
try 0 compare gateway pingpong --seeds 1..3 --time 20ms
says out '^ping  *only in B$'
echo '{' >broken.json
one_line 1 'no JSON' compare broken.json one.json

# ---- the same sources on a board -------------------------------------------------------------------
cp robot/control.c kept.c
sed -i 's/#include "parts.h"/#include "print.h"\n&/; s/    uint64_t release/    thimble_print("begins\\n");\n&/' robot/control.c
try 0 qemu robot --board virt --time 20ms --json arm.json
says out '^\[control\.loop\] begins$'
says out '^control  *[0-9]'
json arm.json '.machine == "arm:virt" and .cells[0].latency.count >= 18 and .expect == null'
try 0 compare one.json arm.json
try 3 qemu robot --board virt --time 20ms --expect 'latency:control<1us'
cp kept.c robot/control.c
try 0 image robot --board vexpress-a15 --output images
[ -s images/robot-vexpress-a15.img ] || complain "no image"

# ---- settings ------------------------------------------------------------------------------------
try 0 sweep gateway --seeds 1..4 --time 20ms --set worker.main.budget_us=1200,2400 \
    --set control.loop.priority=150,200 --json settings.json
json settings.json '[.settings[].setting] == [
    "worker.main.budget_us=1200 control.loop.priority=150",
    "worker.main.budget_us=1200 control.loop.priority=200",
    "worker.main.budget_us=2400 control.loop.priority=150",
    "worker.main.budget_us=2400 control.loop.priority=200"] and all(.settings[]; .runs == 4)'
json settings.json '(.settings[0].cells[1].share.mean < .settings[2].cells[1].share.mean)'

# ---- check, and what the build makes of the tables ---------------------------------------------------
try 0 check gateway --json
jq -e '.schema == "thimble-system" and (.cells | length == 3)' "$scratch/out" >/dev/null ||
    complain "check --json"
try 0 check drivers --dot
says out '"driver" \[shape=box'
says out '"line uart" -> "driver"'
one_line 2 'no such board; there are: ' image robot --board wirt
try 0 --help
says out '^  sweep PATH '
try 0 sweep --help
says out '^  --seeds A\.\.B '
awk 'length > 80 { print; bad = 1 } END { exit bad }' "$scratch/out" || complain "help is wider than 80"
try 0 --version
[ -s "$scratch/prefix/share/man/man1/thimble.1" ] || complain "no man page"
bash -c 'set -eu
    source "$1"
    COMP_WORDS=(thimble run robot --tr) COMP_CWORD=3 COMPREPLY=()
    _thimble
    [ "${COMPREPLY[*]}" = --trace ]
    COMP_WORDS=(thimble image --board vi) COMP_CWORD=3 COMPREPLY=()
    _thimble
    [ "${COMPREPLY[*]}" = virt ]' - "$scratch/prefix/share/bash-completion/completions/thimble" ||
    complain "the completion"

exit "$failed"
