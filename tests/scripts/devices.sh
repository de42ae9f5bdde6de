#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# devices.sh BUILD: systems with devices of their own: the example of docs/systems.md in the
# simulator and as an image, what a run gives them to read, and which images are left out.
set -eu

build=$1
scratch=$build/devices-check
clock=$scratch/clock
motor=$build/systems/motor
image=build/arm/virt/outside-clock
failed=0
rm -rf "$scratch" "$image"
mkdir -p "$clock"

complain() {
    echo "devices: $1" >&2
    tail -n 10 "$scratch/out" "$scratch/err" >&2
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

# says FILE PATTERN WHAT
says() {
    grep -qE -- "$2" "$scratch/$1" || complain "$3: no line with $2"
}

# Not through the outer make's flags, which may be of another host.
arm() {
    env -u MAKEFLAGS -u MAKELEVEL -u MAKEOVERRIDES -u MFLAGS -u SAN -u COVERAGE $MAKE \
        --no-print-directory ARCH=arm "$@"
}

# ---- the example: blocks that begin with the name of a file of it ---------------------------
awk -v folder="$clock" '
    /^```/ { inside = /^```c$/ && !inside; file = ""; next }
    inside && file == "" { file = "none"; if (match($0, /^\/\* [a-z]+\.[ch]:/)) {
        file = folder "/" substr($0, 4, RLENGTH - 4) } }
    inside && file != "none" { print >file }' docs/systems.md
[ "$(ls "$clock" | tr '\n' ' ')" = 'alarm.c model.c rtc.h system.c ' ] ||
    complain "the example's files are $(ls "$clock" | tr '\n' ' ')"

: >"$scratch/err"
try 0 $MAKE --no-print-directory run SYSTEM="$clock" TIME_MS=4500
says out '^alarm .* 0 +[0-9.]+ +1000000\.00 +1000000\.00 +1000000\.00$' 'clock in the simulator'
try 0 arm BOARD=virt SYSTEM="$clock" image
arm-none-eabi-nm "$image"/generated/alarm.elf >"$scratch/out"
says out ' program_alarm$' 'clock on virt'
! grep -qE 'rtc_|device_' "$scratch/out" || complain 'the model is part of the image'
grep -qi '0x0*9010000' "$image"/generated/tables.c || complain 'clock on virt has not the PL031 of the board'
try 2 arm BOARD=orangepi-pc SYSTEM="$clock" image
says err '^error: system "clock": devices\[0\] "rtc": name: board "orangepi-pc" has no device "rtc": ' \
    'clock on orangepi-pc'

# ---- devices of the simulator alone -----------------------------------------------------------
try 1 "$motor/describe" --board virt
says err 'devices\[0\] "motor": simulated: it exists in the simulator only, not on board "virt": ' \
    'motor on virt'
[ "$(wc -l <"$scratch/err")" -eq 2 ] || complain 'motor on virt: not a line for each device'
arm -n all >"$scratch/out" 2>"$scratch/err" || true
says out 'SYSTEM=gateway' 'all images'
! grep -qE 'SYSTEM=(motor|pattern-dma)' "$scratch/out" ||
    complain 'images of systems that need the simulator are made'

# ---- what is printed, traced and read --------------------------------------------------------
try 0 "$motor/describe" --print
says out '^  tacho +tachometer +0x0c010000 +50  motor\.speed$' 'motor --print'
try 0 "$motor/run" --time 300 --trace "$scratch/trace.json"
for value in motor.speed motor.duty motor.load tacho.fill; do
    jq -e --arg name "$value" '[.traceEvents[] | select(.ph == "C" and .name == $name)] |
        length > 2 and all(.args.value | type == "number")' "$scratch/trace.json" >/dev/null ||
        complain "no track $value in the trace"
done
# A load of 100 rpm, then of 50, as 10 rpm each.
printf '\012\005' >"$scratch/load"
try 0 "$motor/run" --time 150 --input "motor=$scratch/load" --trace "$scratch/trace.json"
jq -e '[.traceEvents[] | select(.ph == "C" and .name == "motor.load") | .args.value] ==
    [0, 100, 50]' "$scratch/trace.json" >/dev/null || complain 'the load is not that of --input'
try 1 "$motor/run" --input "moter=$scratch/load"
says err '^thimble: --input moter=.*: the system has no device of this name with a model; it has motor tacho$' \
    'a device that there is not'
try 1 "$motor/run" --input motor=/nowhere/at-all
says err '^thimble: /nowhere/at-all: No such file or directory$' 'a file that there is not'

# ---- a model that breaks a rule -----------------------------------------------------------------
sed -i 's/alarm > device_now() ? alarm : DEVICE_NEVER/alarm - alarm/' "$clock/model.c"
try 2 $MAKE --no-print-directory run SYSTEM="$clock" TIME_MS=4500
says out '^system clock, .* simulated, device rtc \(model pl031\) at [0-9.]+ ms: wakes at 0\.000000 ms: give' \
    'a model that wakes in the past'
exit "$failed"
