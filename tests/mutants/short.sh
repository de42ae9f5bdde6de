#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# short.sh OUT JOBS: the mutants of the area's short list. Each kind of test must notice
# those that are its own, and nothing what nothing can notice: so that a test that has
# stopped testing, or mutants that are none, do not go unseen in `make mutants`.
# shellcheck disable=SC2154,SC2086
set -eu

out=$1
jobs=$2
started=$(date +%s)
. tests/mutants/build.sh
. tests/mutants/prepare.sh

tests/mutants/report_test.sh "$out"
$mutate sites $sources >"$out/sites"
awk -F '\t' -f tests/mutants/short.awk $short "$out/sites" >"$out/plan"
cut -f 2 "$out/plan" | sort -u |
    xargs -P "$jobs" -n 1 tests/mutants/choose.sh "$out"
# The last field of a row says by what it is tested.
for mutant in "$out"/chosen/*; do
    echo "$mutant" "$(cut -f 10 "$mutant/row")"
done | sed 's/ nothing$/ all/' | xargs -P "$jobs" -n 2 tests/mutants/test.sh "$out"

for mutant in "$out"/chosen/*; do
    printf '%s\t%s\n' "$(cat "$mutant/result")" "$(cat "$mutant/row")"
done >"$out/results"
awk -F '\t' '
    NR == FNR {
        row = $5
        for (i = 6; i <= NF; i++) row = row "\t" $i
        by[row] = $1 == "killed" ? $2 : "nothing"
        next
    }
    {
        row = $2
        for (i = 3; i <= NF; i++) row = row "\t" $i
        found = row in by ? by[row] : "compiler"
        wrong = found != $NF
        failed = failed || wrong
        printf "%-20s %-26s %-10s seen by %-9s%s\n", $2, $4, $5, found, wrong ? "NOT BY " $NF : ""
    }
    END { exit failed }' "$out/results" "$out/plan"
echo "mutants-short: $area: $(wc -l <"$out/plan") mutants, $(($(date +%s) - started)) s, $jobs at a time"
