#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# target.sh BOARD SYSTEM FOLDER SEED SUM QEMU...: runs the tests of one system on one board
# in QEMU, and compares with the simulator. Everything has been built, the image in FOLDER.
# Writes "tested N failed M" into SUM.
set -u

board=$1
system=$2
folder=$3
seed=$4
sum=$5
shift 5
qemu=$*
compare=build/tests/target/compare
tested=0
failed=0

# count NAME FILE: adds "tested N failed M", the last line; shows the rest if it failed.
count() {
    line=$(tail -n 1 "$2")
    case $line in
    "tested "*" failed "*)
        set -- "$1" "$2" $line
        [ "$4" -ne 0 ] || set -- "$1" "$2" tested 1 failed 1
        tested=$((tested + $4))
        failed=$((failed + $6))
        [ "$6" -ne 0 ] || return 0 ;;
    *)
        tested=$((tested + 1))
        failed=$((failed + 1)) ;;
    esac
    # At once, so that others' lines do not come between.
    echo "$board $system, $1: failed:
$(head -n 20 "$2" | sed 's/^/    /')"
}

# run MS trace|results: on the board, into $out.arm and $out.uart
run() {
    out=$folder/$2
    rm -f "$out.arm"
    timeout 300 $qemu -semihosting-config \
        "enable=on,target=native,arg=$1,arg=$2,arg=$out.arm" \
        -kernel "$folder/test.elf" </dev/null >"$out.uart" 2>"$out.err" ||
        echo "$board $system: QEMU ended with $?: $(tail -n 1 "$out.err" "$out.uart")"
}

# simulate MS: into $sim. Once for all boards: of those that run at once, one does it.
simulate() {
    sim=build/systems/$system/record.out
    settings="$1 $seed"
    (
        flock 9
        [ "$sim" -nt "build/systems/$system/record" ] && [ "$(cat "$sim.settings")" = "$settings" ] && exit
        rm -f "$sim"
        THIMBLE_RECORD_TRACE=1 THIMBLE_RECORD=$sim "build/systems/$system/record" \
            --time "$1" --seed "$seed" >"$sim.txt" && echo "$settings" >"$sim.settings"
    ) 9>"$sim.lock"
}

# same MS THREADS: the same sequences as in the simulator; nothing missed
same() {
    simulate "$1"
    run "$1" trace
    $compare sequences "$sim" "$out.arm" "$2" >"$out.txt" 2>&1
    count sequences "$out.txt"
}

# good MS: what its programs report, and their statistics
good() {
    run "$1" results
    $compare results "$out.arm" >"$out.txt" 2>&1
    count results "$out.txt"
}

# What each client of the drivers system prints, however often its driver dies. (If its
# interrupt's thread dies between a character and its count, that character comes twice.)
lines() {
    for client in alpha beta; do
        for output in "$sim.txt" "$out.uart"; do
            grep -o "$client *line [0-9]* of 60: all of it, to the last word" "$output" |
                head -n 30 >"$out.$client.${output##*.}"
        done
        verdict="tested 1 failed 0"
        [ "$(wc -l <"$out.$client.txt")" -eq 30 ] &&
            cmp "$out.$client.txt" "$out.$client.uart" >"$out.txt" 2>&1 || verdict="tested 1 failed 1"
        echo "$verdict" >>"$out.txt"
        count "what $client prints" "$out.txt"
    done
}

# The watchdog of the drivers system, in the simulator and on the board: after each signal
# a restart, that succeeds; then it says so, again and again until the driver has the line,
# and not once more. How often it must try depends on how full the UART's queue is, and
# where the driver crashes on how many interrupts came: the UART is as fast as QEMU here,
# and as slow as a UART in the simulator.
watchdog() {
    for trail in "$sim" "$out.arm"; do
        $compare print "$trail" | sed -n "s/.*: thread $1: //p" | awk '
            BEGIN { after["signal"] = "restart"; after["restart"] = after["time"] = "call"
                    after["call"] = "done full dead"; after["done"] = "signal"
                    after["full"] = after["dead"] = "time signal"; what = "done" }
            function is() {
                if ($0 == "woken 0x0 0x1 0x0" || $0 == "hypercall 0x4 0x0 0x1") return "signal"
                if ($0 == "woken 0xd 0x0 0x0") return "time"
                if ($0 == "hypercall 0x13 0x0 0x0") return "restart"
                if ($0 ~ /^call 0x1 0x[0-9a-f]+ 0x3$/) return "call"
                if ($0 == "reply 0x1 0x80 0x0") return "done"
                if ($0 == "reply 0x1 0x81 0x0") return "full"
                return $0 ~ /^reply 0x1 0x1 0x0$/ ? "dead" : "unknown"
            }
            { next_one = is(); seen[next_one]++; tested++
              if (index(" " after[what] " ", " " next_one " ") == 0) { failed++; print what ", then: " $0 }
              what = next_one }
            END { if (seen["restart"] < 3 || seen["done"] < 3) { failed++; tested++; print "too few restarts" }
                  print "tested " tested + 0 " failed " failed + 0 }' >"$out.txt"
        count "watchdog" "$out.txt"
    done
}

# Every error that core/abi.h documents, and no other.
pairs() {
    $compare pairs "$out.arm" >"$out.pairs"
    verdict="tested 1 failed 0"
    tests/scripts/errors.sh "$out.pairs" >"$out.txt" 2>&1 || verdict="tested 1 failed 1"
    echo "$verdict" >>"$out.txt"
    count "all errors" "$out.txt"
}

case $system in
attacks) good 5000 ;;
exits) good 20000 ;;
pingpong) same 20 all ;;
errors)
    same 1000 all
    good 1000
    pairs
    ;;
pattern-badges) same 500 all ;;
pattern-emulate | pattern-handover | pattern-window) same 50 all ;;
pattern-events | pattern-timer | sleep) same 300 all ;;
gateway)
    same 200 all
    good 300
    ;;
# Of these, threads of which time decides what they do are left out (docs/testing.md).
channel)
    same 300 ,4,
    good 300
    ;;
isolation)
    same 300 ,2,
    good 300
    ;;
drivers)
    simulate 400
    run 400 trace
    watchdog 5
    lines
    good 300
    ;;
*)
    echo "target.sh: nothing is known of $system" >&2
    exit 1
    ;;
esac
echo "tested $tested failed $failed" >"$sum"
[ "$failed" -eq 0 ]
