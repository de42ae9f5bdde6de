# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh disable=SC2154,SC2046,SC2086
# Read by run.sh and short.sh, which set $jobs: nothing of an earlier run, objects of the
# sources themselves to compare with, and those of the findings.
rm -rf "$out/base" "$out/choose" "$out/chosen" "$out/findings" "$out/results"
tree "$out/base/tree"
mkdir -p "$out/chosen" "$out/findings"
for group in $groups; do
    for kind in $(kinds_of $group); do
        echo $group $kind
    done
done | xargs -P "$jobs" -n 2 tests/mutants/base.sh "$out"
for file in tests/findings/test_*.c; do
    name=${file##*/}
    $compile_findings -o "$out/findings/${name%.c}.o" "$file"
done
