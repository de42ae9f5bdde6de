# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh disable=SC2154,SC2086
# Read by run.sh and short.sh, which set $jobs: nothing of an earlier run, objects of the
# core itself to compare with, and those of the findings.
rm -rf "$out/base" "$out/choose" "$out/chosen" "$out/findings" "$out/results"
tree "$out/base/tree"
mkdir -p "$out/chosen" "$out/findings"
printf '%s\n' model unit | xargs -P "$jobs" -n 1 tests/mutants/base.sh "$out"
for file in tests/findings/test_*.c; do
    name=${file##*/}
    $compile_findings -o "$out/findings/${name%.c}.o" "$file"
done
