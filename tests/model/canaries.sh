#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Plants each bug in turn and lets soak look for it: canaries.sh MAKE-COMMAND.
# Prints a table; fails if one is not found within two minutes.
set -u

names='rights not checked
TLB not invalidated
budget not charged
mark forgotten
error after partial commit
lost wake-up
message word leaked
deactivation forgotten'
status=0

printf '%-3s %-28s %8s %9s  %s\n' n bug seconds step found
for number in 1 2 3 4 5 6 7 8; do
    name=$(echo "$names" | sed -n "${number}p")
    program=$("$@" -s CANARY="$number" canary-build) || { status=1; continue; }
    start=$(date +%s.%N)
    found=$(CANARY=$number timeout 120 "$program" --steps 100000000 --seed 1 | grep '^soak: step')
    end=$(date +%s.%N)
    if [ -z "$found" ]; then
        found='soak: step - of seed 1: NOT FOUND'
        status=1
    fi
    seconds=$(echo "$start $end" | awk '{ printf "%.1f", $2 - $1 }')
    step=$(echo "$found" | sed 's/^soak: step \([^ ]*\).*/\1/')
    printf '%-3s %-28s %8s %9s  %s\n' "$number" "$name" "$seconds" "$step" \
        "$(echo "$found" | sed 's/^soak: step [^:]*: //')"
done
exit $status
