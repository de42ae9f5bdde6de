#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# run.sh OUT JOBS COUNT SEED LEAST: chooses COUNT mutants, tests each, reports. Fails if less
# than LEAST % are killed.
# shellcheck disable=SC2154,SC2086
set -eu

out=$1
jobs=$2
count=$3
seed=$4
least=$5
started=$(date +%s)
. tests/mutants/build.sh
. tests/mutants/prepare.sh

# In the sources themselves nothing may be found.
for group in $groups; do
    mkdir -p "$out/base/none/$group"
    echo $group >"$out/base/none/$group/group"
    tests/mutants/test.sh "$out" "$out/base/none/$group"
    if ! grep -q '^survived' "$out/base/none/$group/result"; then
        echo "mutants: $group itself does not pass: $(cat "$out/base/none/$group/result")" >&2
        exit 1
    fi
done

$mutate plan "$count" "$seed" $sources >"$out/plan"
echo $sources | tr ' ' '\n' | xargs -P "$jobs" -n 1 tests/mutants/choose.sh "$out"
printf '%s\n' "$out"/chosen/* | xargs -P "$jobs" -n 1 tests/mutants/test.sh "$out"

for mutant in "$out"/chosen/*; do
    printf '%s\t%s\t%s\n' "${mutant##*/}" "$(cat "$mutant/result")" "$(cat "$mutant/row")"
done >"$out/results"
cat "$out"/choose/*/counts >"$out/counts"
status=0
awk -F '\t' -v wanted="$count" -v least="$least" -v out="$out" \
    -v stages="$(for group in $groups; do stages_of $group; done | tr ' ' '\n' | awk '!seen[$0]++' | tr '\n' ' ')" \
    -f tests/mutants/report.awk $equivalents "$out/counts" "$out/results" || status=1
echo "mutants: $area: $(($(date +%s) - started)) s, $jobs at a time"
exit $status
