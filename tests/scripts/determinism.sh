#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# determinism.sh 'SYSTEM...' BUILD...: a seed gives the same trace hash twice and
# in all builds, and in the systems that use random numbers another seed gives
# another run. That is read from the report: the seed itself goes into the hash,
# so that two hashes differ even where two runs do not.
set -eu

systems=$1
shift
seeded=${SEEDED:-pingpong gateway}
milliseconds=100
failed=0

# report BUILD SYSTEM SEED
report() {
    "$1/systems/$2/run" --seed "$3" --time "$milliseconds"
}

hash() {
    report "$@" | sed -n '$s/^trace hash: //p'
}

# What happened, without what was asked for.
events() {
    report "$@" | sed -e '/^trace hash: /d' -e "s/, seed $3:/:/"
}

printf '%-16s %-14s %-16s %-16s %s\n' system build 'seed 1' again 'seed 2'
for system in $systems; do
    reference=
    for build in "$@"; do
        one=$(hash "$build" "$system" 1)
        again=$(hash "$build" "$system" 1)
        reference=${reference:-$one}
        verdict=
        [ -n "$one" ] || verdict="$verdict, no trace hash"
        [ "$one" = "$again" ] || verdict="$verdict, not the same twice"
        [ "$one" = "$reference" ] || verdict="$verdict, not the same in all builds"
        other=differs
        if [ "$(events "$build" "$system" 1)" = "$(events "$build" "$system" 2)" ]; then
            other='same run'
            case " $seeded " in
            *" $system "*) verdict="$verdict, the seed makes no difference" ;;
            esac
        fi
        [ -z "$verdict" ] || failed=1
        printf '%-16s %-14s %-16s %-16s %-9s %s\n' "$system" "$build" "$one" "$again" "$other" \
            "${verdict#, }"
    done
done
exit "$failed"
