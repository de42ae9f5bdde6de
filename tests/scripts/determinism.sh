#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# determinism.sh 'SYSTEM...' BUILD[:RUNNER]...: a seed gives the same trace hash
# and the same state hash twice and in all builds, and in the systems that use
# random numbers another seed gives another run. That is read from the report:
# the seed itself goes into the state. RUNNER runs programs of another host. The
# system `soak` is 20,000 steps of that program. KINDS=trace compares only those
# hashes: of builds that print and others that do not.
set -eu

systems=$1
shift
seeded=${SEEDED:-pingpong gateway motor}
kinds=${KINDS:-trace state}
milliseconds=100
failed=0

# report BUILD[:RUNNER] SYSTEM SEED
report() {
    runner=
    case $1 in
    *:*) runner=${1#*:} ;;
    esac
    if [ "$2" = soak ]; then
        $runner "${1%%:*}/model/soak" --steps 20000 --seed "$3" | sed '/steps a minute$/d'
    else
        $runner "${1%%:*}/systems/$2/run" --seed "$3" --time "$milliseconds"
    fi
}

# hash KIND REPORT
hash() {
    printf '%s\n' "$2" | sed -n "s/^$1 hash: //p"
}

# What happened, without what was asked for; and without lines of programs, which only this
# host's own builds look up.
events() {
    printf '%s\n' "$1" | sed -e '/ hash: /d' -e "s/, seed $2:/:/" -e 's/ ([A-Za-z0-9_]*\.c:[0-9]*)//'
}

printf '%-17s %-34s %-16s %-16s %s\n' system build 'trace, seed 1' 'state, seed 1' 'seed 2'
for system in $systems; do
    reference=
    for build in "$@"; do
        one=$(report "$build" "$system" 1)
        again=$(report "$build" "$system" 1)
        two=$(report "$build" "$system" 2)
        reference=${reference:-$one}
        verdict=
        for kind in $kinds; do
            found=$(hash "$kind" "$one")
            [ -n "$found" ] || verdict="$verdict, no $kind hash"
            [ "$found" = "$(hash "$kind" "$again")" ] || verdict="$verdict, $kind not the same twice"
            [ "$found" = "$(hash "$kind" "$reference")" ] ||
                verdict="$verdict, $kind not the same in all builds"
        done
        [ "$kinds" = trace ] || [ "$(events "$one" 1)" = "$(events "$reference" 1)" ] ||
            verdict="$verdict, another report"
        other=differs
        if [ "$(events "$one" 1)" = "$(events "$two" 2)" ]; then
            other='same run'
            case " $seeded " in
            *" $system "*) verdict="$verdict, the seed makes no difference" ;;
            esac
        fi
        [ -z "$verdict" ] || failed=1
        printf '%-17s %-34s %-16s %-16s %-9s %s\n' "$system" "${build%%:*}" "$(hash trace "$one")" \
            "$(hash state "$one")" "$other" "${verdict#, }"
    done
done
exit "$failed"
