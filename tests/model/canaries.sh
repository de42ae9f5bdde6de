#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# canaries.sh 'NUMBER...' MAKE-COMMAND: plants each bug in turn and lets soak look
# for it; shrinks what it finds to a test, which must fail with the bug and pass
# without. Prints a table; fails if a bug is not found within two minutes, or if
# its test has more than MOST steps (those of urgency: it takes some to come there).
set -u

names='rights not checked
TLB not invalidated
budget not charged
mark forgotten
error after partial commit
lost wake-up
message word leaked
deactivation forgotten
line not maintained
stale instructions
level forgotten
less urgent line let in
deadline forgotten coming down
mask left at idle
mask not restored by helping
line by an old mask
timeout told as a signal'
numbers=$1
shift
most=12
status=0
scratch=build/canaries

# In the tests of this file only: passes, fails, or does not compile.
verdict() {
    file=$1
    shift
    program=$("$@" -s FINDING_TESTS="$file" finding-program 2>"$scratch/make.txt") ||
        { cat "$scratch/make.txt" >&2; echo broken; return; }
    "$program" --jobs 1 >"$scratch/test.txt" 2>&1
    if grep -q 'Tested: 1 | Passing: 1 ' "$scratch/test.txt"; then
        echo passes
    elif grep -qE 'Tested: 1 .*(Failing: 1|Crashing: 1)' "$scratch/test.txt"; then
        echo fails
    else
        echo broken
    fi
}

# Sets steps, with, without: what became of the finding.
shrink() {
    rm -rf "$scratch/tests"
    program=$("$@" -s CANARY="$number" shrink-program) || return 1
    CANARY=$number "$program" --out "$scratch/tests" "$scratch/finding" >"$scratch/shrink.txt" || return 1
    file=$(echo "$scratch"/tests/*.c)
    steps=$(grep -cE '^    do_' "$file")
    with=$(verdict "$file" "$@" CANARY="$number")
    without=$(verdict "$file" "$@")
}

mkdir -p "$scratch"
printf '%-3s %-28s %8s %9s %7s %-16s %s\n' n bug seconds step 'shrunk' 'with, without' found
for number in $numbers; do
    name=$(echo "$names" | sed -n "${number}p")
    [ "$number" -le 11 ] || most=40
    program=$("$@" -s CANARY="$number" canary-build) || { status=1; continue; }
    start=$(date +%s.%N)
    found=$(CANARY=$number timeout 120 "$program" --steps 100000000 --seed 1 \
        --finding "$scratch/finding" | grep '^soak: step')
    end=$(date +%s.%N)
    steps=- with=- without=-
    if [ -z "$found" ]; then
        found='soak: step - of seed 1: NOT FOUND'
        status=1
    elif ! shrink "$@" || [ "$steps" -gt $most ] || [ "$with, $without" != 'fails, passes' ]; then
        found="$found: NOT SHRUNK TO A TEST"
        status=1
    fi
    seconds=$(echo "$start $end" | awk '{ printf "%.1f", $2 - $1 }')
    step=$(echo "$found" | sed 's/^soak: step \([^ ]*\).*/\1/')
    printf '%-3s %-28s %8s %9s %7s %-16s %s\n' "$number" "$name" "$seconds" "$step" "$steps" \
        "$with, $without" "$(echo "$found" | sed 's/^soak: step [^:]*: //')"
done
exit $status
