#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# mistakes.sh BOARD: what programs do wrong is the same fault, in the same words, in the
# simulator and on a target; and the target's report has the line.
set -eu

board=$1
scratch=build/arm/$board/mistakes
failed=0
mkdir -p "$scratch"

complain() {
    echo "mistakes: $1" >&2
    failed=1
}

# What the core says of faults, without what only one machine can know.
faults() {
    awk '/^stopped: cell / { print } /^  (read|write|execute|no access) at / { sub(/, pc .*/, ""); print }' "$1"
}

# wanted FILE: "cell.main: words (file:line)" of each line that says so.
wanted() {
    awk -v file="${1##*/}" '/\/\* here: [a-z_]+: / {
        words = $0; sub(/.*\/\* here: /, "", words); sub(/ \*\/.*/, "", words); cell = words
        sub(/: .*/, "", cell); sub(/^[^:]*: /, "", words)
        print "stopped: " cell ".main: " words " (" file ":" NR ")" }' "$1"
}

for name in mistakes mistakes_helpers mistakes_checked; do
    source=tests/arm/systems/$name.c
    # One is a user's own, outside the tree.
    if [ "$name" = mistakes_checked ]; then
        cp tests/arm/systems/mistakes.h "$source" "$scratch"
        source=$PWD/$scratch/$name.c
    fi
    # The simulator's run counts crashes as its own failure.
    timeout -k 1 300 $MAKE -s ARCH=sim TIME_MS=20 SYSTEM="$source" run \
        >"$scratch/$name.sim" 2>/dev/null </dev/null || true
    timeout -k 1 300 $MAKE -s ARCH=arm BOARD="$board" TIME_MS=20 SYSTEM="$source" \
        JSON="$scratch/$name.json" run >"$scratch/$name.arm" 2>&1 </dev/null ||
        complain "$source does not run on $board"
    faults "$scratch/$name.sim" >"$scratch/$name.sim.faults"
    faults "$scratch/$name.arm" >"$scratch/$name.arm.faults"
    [ "$(grep -c '^stopped: cell ' "$scratch/$name.sim.faults")" -eq 4 ] ||
        complain "$source: not four faults in the simulator"
    diff "$scratch/$name.sim.faults" "$scratch/$name.arm.faults" >&2 ||
        complain "$source: not the same in the simulator (<) and on $board (>)"
    wanted "$source" >"$scratch/$name.wanted"
    grep '^stopped: [a-z_]*\.main: ' "$scratch/$name.arm" >"$scratch/$name.said" || true
    diff "$scratch/$name.wanted" "$scratch/$name.said" >&2 ||
        complain "$source: the report of $board has not what is wanted (<), but (>)"
    jq -e '.schema == "thimble-run" and .machine == "arm:'"$board"'" and .end.kind == "idle" and
        (.stops | length) == 4 and all(.stops[]; .place != null and .ended == false) and
        (.cells | all(.latency == null and (.threads | length) == 1)) and .refused == []' \
        "$scratch/$name.json" >/dev/null || complain "$source: the report for programs"
done
line=$(grep -n 'here: embrace' tests/arm/systems/mistakes_helpers.c | cut -d : -f 1)
grep -q '^deadlock: first\.main waits for left of second\.main, which waits for right of first\.main$' \
    "$scratch/mistakes_helpers.arm" || complain 'no deadlock is named'
jq -e '.deadlock == [["first.main", "second.main"]] and
    [.waiting[].place] == ["mistakes_helpers.c:'"$line"'", "mistakes_helpers.c:'"$line"'"]' \
    "$scratch/mistakes_helpers.json" >/dev/null || complain 'the deadlock in the report for programs'
exit "$failed"
