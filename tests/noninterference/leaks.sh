#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# leaks.sh 'NAME...' MAKE-COMMAND: plants each leak in turn (leak.sh); a pair must show it,
# and the line that repeats that pair must show it again. Prints a table.
set -u

names=$1
shift
status=0

printf '%-10s %7s %6s  %s\n' leak seconds seed found
for name in $names; do
    program=$("$@" -s LEAK="$name" noninterference-program) || { status=1; continue; }
    start=$(date +%s.%N)
    found=$(LEAK=$name timeout 60 "$program" --pairs 100000 --seed 1 2>&1)
    seconds=$(echo "$start $(date +%s.%N)" | awk '{ printf "%.1f", $2 - $1 }')
    seed=$(echo "$found" | sed -n "s/^replay: make noninterference SEED=\([0-9]*\) PAIRS=1 LEAK=$name\$/\1/p")
    what=$(echo "$found" | sed -n 's/^noninterference: pair of seed [0-9]*, \(.*\)/\1/p' | head -n 1)
    if [ -z "$seed" ] || [ -z "$what" ]; then
        seed=- what='NOT FOUND'
        status=1
    elif ! LEAK=$name "$program" --pairs 1 --seed "$seed" 2>&1 | grep -qF "$what"; then
        what="NOT REPEATED: $what"
        status=1
    fi
    printf '%-10s %7s %6s  %s\n' "$name" "$seconds" "$seed" "$what"
done
exit $status
