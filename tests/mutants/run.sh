#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# run.sh OUT JOBS COUNT SEED: chooses COUNT mutants, tests each, reports. Fails if too few
# are killed.
# shellcheck disable=SC2154,SC2086
set -eu

out=$1
jobs=$2
count=$3
seed=$4
started=$(date +%s)
. tests/mutants/build.sh
. tests/mutants/prepare.sh

# In the core itself nothing may be found.
mkdir -p "$out/base/none"
tests/mutants/test.sh "$out" "$out/base/none"
if ! grep -q '^survived' "$out/base/none/result"; then
    echo "mutants: the core itself does not pass: $(cat "$out/base/none/result")" >&2
    exit 1
fi

$mutate plan "$count" "$seed" $sources >"$out/plan"
echo $sources | tr ' ' '\n' | xargs -P "$jobs" -n 1 tests/mutants/choose.sh "$out"
printf '%s\n' "$out"/chosen/* | xargs -P "$jobs" -n 1 tests/mutants/test.sh "$out"

for mutant in "$out"/chosen/*; do
    printf '%s\t%s\t%s\n' "${mutant##*/}" "$(cat "$mutant/result")" "$(cat "$mutant/row")"
done >"$out/results"
cat "$out"/choose/*/counts >"$out/counts"
status=0
awk -F '\t' -v wanted="$count" -v least=95 -v out="$out" -f tests/mutants/report.awk \
    tests/mutants/equivalents.txt "$out/counts" "$out/results" || status=1
echo "mutants: $(($(date +%s) - started)) s, $jobs at a time"
exit $status
