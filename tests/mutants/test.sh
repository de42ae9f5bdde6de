#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# test.sh OUT MUTANT [STAGE]: tests the mutant in this folder, the cheapest first, until
# one of them notices. Leaves there `result`: killed or survived, by what, how, seconds.
# A folder without a row is the sources themselves; its `group` says of which group.
# shellcheck disable=SC2154,SC2046,SC2086,SC3045
set -eu

out=$1
mutant=$2
stages=${3:-all}
. tests/mutants/build.sh

# A test that takes ten times what it should does not end. (Processor time, as the machine may
# be busy; and time, in case all of its processes only wait.)
seconds=600
file=$(cut -f 1 "$mutant/row" 2>/dev/null || true)
group=$(if [ -n "$file" ]; then group_of "$file"; else cat "$mutant/group"; fi)
[ "$stages" != all ] || stages=$(stages_of "$group")
how=

# run PROCESSOR-SECONDS COMMAND...: false if it fails; $how says in what way.
run() {
    processor_seconds=$1
    shift
    status=0
    (
        ulimit -c 0
        ulimit -f 40000
        ulimit -t $processor_seconds
        timeout -k 1 $seconds "$@"
        exit $?
    ) >"$mutant/log" 2>&1 || status=$?
    case $status in
    0) return 0 ;;
    124 | 137 | 152) how=timeout ;;
    12[567]) echo "mutants: cannot run $*" >&2; exit 2 ;;
    1[3-9]? | 129) how=crash ;;
    *)
        how=difference
        # What soak and its kin say of the core.
        ! grep -qE 'the core (panicked|, or the model, crashed)' "$mutant/log" || how=crash
        ! grep -q 'the core, or the model, does not come to an end' "$mutant/log" || how=timeout
        ;;
    esac
    return 1
}

# The objects of this kind, made when they are needed first. False: with pools of that size
# it does not compile.
need() {
    [ -n "$file" ] && [ ! -d "$mutant/$1" ] || return 0
    tree "$mutant/tree"
    cp "$mutant/source" "$mutant/tree/$file"
    compile "$mutant/tree" "$1" "$mutant/$1" $(touched "$file")
}

link() {
    $link "$@" 2>"$mutant/log" ||
        { cat "$mutant/log" >&2; exit 2; }
}

# program NAME OBJECT...: with the core as the model needs it
program() {
    name=$1
    shift
    need model || exit 2
    link $wraps -o "$mutant/$name" $(objects "$mutant/model" $model_core) $model_others "$@"
}

stage_soak() {
    program soak $soak
    for seed in 1 2 3 4; do
        run 5 "$mutant/soak" --steps 100000 --seed $seed || return 1
    done
}

stage_replay() {
    program replay $replay
    run 5 "$mutant/replay" tests/fuzz/corpus/*
}

stage_findings() {
    program findings $findings "$out"/findings/*.o -lcriterion
    run 5 "$mutant/findings" --jobs 1
}

# Those that are mutated come first: in a library the same is then left where it is.
stage_unit() {
    need unit || return 0
    eval "tests=\$unit_$group"
    link -o "$mutant/unit-tests" $(ls "$mutant"/unit/*.o 2>/dev/null) $(others) $tests -lcriterion -ljansson -lm
    run 20 "$mutant/unit-tests" 1 '*' first
}

# Of what is in no library: the objects that are not mutated.
others() {
    [ $group = vmm ] || return 0
    for object in $vmm_objects; do
        [ -e "$mutant/unit/${object##*/}" ] || echo "$object"
    done
}

stage_vmm_replay() {
    need unit
    link -o "$mutant/replay" $(ls "$mutant"/unit/*.o 2>/dev/null) $(others) $vmm_replay
    run 5 "$mutant/replay" tests/fuzz/corpus-vmm/*
}

# describes FOLDER OBJECT...: the program that checks a description
describes() {
    folder=$1
    shift
    mkdir -p "$folder"
    link -o "$folder/describe" "$@" $(ls "$mutant"/unit/*.o 2>/dev/null) $describes
}

# (Here nothing is built; that the build fails is no matter of what is mutated.)
stage_refused() {
    need unit
    for object in $refused; do
        describes "$mutant/bad-systems/$(basename "$object" .o)" "$object"
    done
    run 20 env MAKE=false tests/scripts/descriptions.sh "$mutant" $refused_sources
}

# Every system that is shipped, as the simulator and as a board will have it.
stage_accepted() {
    need unit
    for system in $accepted; do
        describes "$mutant/accepted" $build/systems/$system/objects/*.o
        run 5 "$mutant/accepted/describe" || return 1
    done
    for system in $emitted; do
        describes "$mutant/accepted" $build/systems/$system/objects/*.o
        run 5 "$mutant/accepted/describe" --board virt --emit "$mutant/accepted" --seed 1 --files $files || return 1
    done
}

stage_explore() {
    need explore || return 0
    link $wraps -o "$mutant/explore-program" $(objects "$mutant/explore" $explore_core) $explore_others
    run 60 "$mutant/explore-program" --short
}

stage_long() {
    program soak $soak
    for seed in 5 6; do
        run 20 "$mutant/soak" --steps 500000 --seed $seed || return 1
    done
}

started=$(date +%s%N)
result='survived\t-\t-'
for stage in $stages; do
    if ! "stage_$(echo $stage | tr - _)"; then
        result="killed\t$stage\t$how"
        break
    fi
done
printf "$result\t%s\n" $((($(date +%s%N) - started) / 1000000)) >"$mutant/result"
rm -rf "$mutant/soak" "$mutant/replay" "$mutant/findings" "$mutant/unit-tests" "$mutant/explore-program" \
    "$mutant/model" "$mutant/unit" "$mutant/explore" "$mutant/tree" "$mutant/bad-systems" "$mutant/accepted"
