#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# determinism.sh 'SYSTEM...' BUILD...: a seed gives the same trace hash twice and
# in all builds; another seed gives another.
set -eu

systems=$1
shift
milliseconds=100
failed=0

# hash BUILD SYSTEM SEED
hash() {
    "$1/systems/$2/run" --seed "$3" --time "$milliseconds" | sed -n '$s/^trace hash: //p'
}

printf '%-12s %-16s %-16s %-16s %-16s\n' system build 'seed 1' 'again' 'seed 2'
for system in $systems; do
    reference=
    for build in "$@"; do
        one=$(hash "$build" "$system" 1)
        again=$(hash "$build" "$system" 1)
        two=$(hash "$build" "$system" 2)
        reference=${reference:-$one}
        verdict=
        [ "$one" = "$again" ] || verdict="$verdict, not the same twice"
        [ "$one" = "$reference" ] || verdict="$verdict, not the same in all builds"
        [ "$one" != "$two" ] || verdict="$verdict, the seed makes no difference"
        [ -n "$one" ] || verdict="$verdict, no trace hash"
        [ -z "$verdict" ] || failed=1
        printf '%-12s %-16s %-16s %-16s %-16s %s\n' "$system" "$build" "$one" "$again" "$two" \
            "${verdict#, }"
    done
done
exit "$failed"
