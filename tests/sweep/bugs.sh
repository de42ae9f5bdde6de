#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# bugs.sh 'NAME...' MAKE-COMMAND: plants each bug in turn (tests/model/canary.sh); the sweep
# must find it, and its replay must show it again. Then the sweep's own questions: where
# servers do not reply, and where nobody restarts what has stopped, it must say so.
set -u

names=$1
shift
status=0

report() {
    printf '%-15s %7s  %s\n' "$1" "$2" "$3"
}

# What this program finds with these options.
look() {
    name=$1
    program=$2
    shift 2
    start=$(date +%s.%N)
    found=$(CANARY=$name timeout 120 "$program" "$@" 2>&1)
    seconds=$(echo "$start $(date +%s.%N)" | awk '{ printf "%.1f", $2 - $1 }')
    what=$(echo "$found" | sed -n 's/^sweep: \([a-z]*, .*\)/\1/p' | head -n 1)
    scenario=${what%%,*}
    path=$(echo "$found" | sed -n 's/^replay: .* REPLAY=//p' | head -n 1)
    [ -n "$what" ] && [ -n "$path" ]
}

printf '%-15s %7s  %s\n' bug seconds found
for name in $names; do
    program=$("$@" -s CANARY="$name" sweep-program) || { status=1; continue; }
    if ! look "$name" "$program"; then
        report "$name" "$seconds" 'NOT FOUND'
        status=1
    elif ! "$program" --scenario "$scenario" --replay "$path" 2>&1 | grep -qF "$what"; then
        report "$name" "$seconds" "NOT REPEATED: $what"
        status=1
    else
        report "$name" "$seconds" "$what"
    fi
done
program=$("$@" -s CANARY= sweep-program) || exit 1
# own NAME WITHOUT EXPECTED
own() {
    if look '' "$program" --without "$2" && echo "$what" | grep -qF "$3"; then
        report "$1" "$seconds" "$what"
    else
        report "$1" "$seconds" "NOT FOUND${what:+: $what}"
        status=1
    fi
}
own 'no reply' reply 'a caller waits for ever'
own 'no restart' restart 'a thread stays stopped'
exit $status
