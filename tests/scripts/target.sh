#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# target.sh "BOARD..." "QEMU of BOARD"...: runs the tests on the target in QEMU on each
# board, and compares with the simulator. Everything has been built.
set -u

boards=$1
shift
compare=build/tests/target/compare
tested=0
failed=0
started=$(date +%s)

# count NAME FILE: adds "tested N failed M", the last line; shows the rest if it failed.
count() {
    line=$(tail -n 1 "$2")
    case $line in
    "tested "*" failed "*)
        set -- "$1" "$2" $line
        tested=$((tested + $4))
        failed=$((failed + $6))
        [ "$6" -ne 0 ] || [ "$4" -eq 0 ] || return 0
        [ "$4" -ne 0 ] || failed=$((failed + 1)) ;;
    *)
        tested=$((tested + 1))
        failed=$((failed + 1)) ;;
    esac
    echo "$1: failed:"
    head -n 20 "$2" | sed 's/^/    /'
}

# run SYSTEM MS trace|results: on the board, into $out.arm and $out.uart
run() {
    out=build/arm/$board/$1/$3
    rm -f "$out.arm"
    timeout 300 $qemu -semihosting-config \
        "enable=on,target=native,arg=$2,arg=$3,arg=$out.arm" \
        -kernel "build/arm/$board/$1/test.elf" </dev/null >"$out.uart" 2>"$out.err" ||
        echo "$board $1: QEMU ended with $?: $(tail -n 1 "$out.err" "$out.uart")"
}

# simulate SYSTEM MS: into $sim
simulate() {
    sim=build/systems/$1/record.out
    [ "$sim" -nt "build/systems/$1/record" ] && [ "$(cat "$sim.ms")" = "$2" ] && return
    THIMBLE_RECORD_TRACE=1 THIMBLE_RECORD=$sim "build/systems/$1/record" --time "$2" >"$sim.txt" &&
        echo "$2" >"$sim.ms"
}

# same SYSTEM MS THREADS: the same sequences as in the simulator; nothing missed
same() {
    simulate "$1" "$2"
    run "$1" "$2" trace
    $compare sequences "$sim" "$out.arm" "$3" >"$out.txt" 2>&1
    count "$board $1, sequences" "$out.txt"
}

# good SYSTEM MS: what its programs report, and their statistics
good() {
    run "$1" "$2" results
    $compare results "$out.arm" >"$out.txt" 2>&1
    count "$board $1, results" "$out.txt"
}

# What each client of the drivers system prints, however often its driver dies. (If its
# interrupt's thread dies between a character and its count, that character comes twice.)
lines() {
    for client in alpha beta; do
        for output in "$sim.txt" "$out.uart"; do
            grep -o "$client *line [0-9]* of 60: all of it, to the last word" "$output" |
                head -n 30 >"$output.$client"
        done
        verdict="tested 1 failed 0"
        [ "$(wc -l <"$sim.txt.$client")" -eq 30 ] &&
            cmp "$sim.txt.$client" "$out.uart.$client" >"$out.txt" 2>&1 || verdict="tested 1 failed 1"
        echo "$verdict" >>"$out.txt"
        count "$board drivers, what $client prints" "$out.txt"
    done
}

for board in $boards; do
    qemu=$1
    shift
    good attacks 5000
    same pingpong 20 all
    same gateway 200 all
    same pattern-badges 500 all
    same pattern-emulate 50 all
    same pattern-events 300 all
    same pattern-handover 50 all
    same pattern-timer 300 all
    same pattern-window 50 all
    # Of these, threads of which time decides what they do are left out (docs/testing.md).
    same channel 300 ,4,
    same isolation 300 ,2,
    same drivers 400 ,5,
    lines
    for system in gateway channel isolation drivers; do
        good $system 300
    done
done
echo "[====] Target: Boards: $boards | Tested: $tested | Passing: $((tested - failed)) | Failing: $failed | $(($(date +%s) - started)) s"
[ "$failed" -eq 0 ]
