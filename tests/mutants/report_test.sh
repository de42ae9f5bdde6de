#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# report_test.sh OUT: report.awk with results that are made up. It must fail if too many
# survive, if too few were found, and if what is listed as equivalent is wrong.
set -eu

scratch=$1/report
rm -rf "$scratch"
mkdir -p "$scratch"
printf 'core/a.c\t20\t20\t0\t0\t0\n' >"$scratch/counts"

# results SURVIVORS: of 20 mutants, named 1 to 20
results() {
    awk -v survivors="$1" 'BEGIN {
        for (i = 1; i <= 20; i++) {
            status = i <= survivors ? "survived\t-\t-" : "killed\tsoak\tdifference"
            print "m" i "\t" status "\t9\tcore/a.c\t7\tf\tlogic\t1\t1\tx\tline " i "\tmutant " i
        }
    }' >"$scratch/results"
}

# listed NUMBER [REASON]
listed() {
    printf 'core/a.c: f: logic\n- line %s\n+ mutant %s\n%s\n' "$1" "$1" "${2-    reason}" \
        >"$scratch/equivalents"
}

# expect STATUS WHAT [WANTED]
expect() {
    status=0
    awk -F '\t' -v wanted="${3:-20}" -v least=95 -v stages=soak -v out="$scratch" -f tests/mutants/report.awk \
        "$scratch/equivalents" "$scratch/counts" "$scratch/results" >"$scratch/log" 2>&1 || status=$?
    [ "$status" = "$1" ] || { cat "$scratch/log" >&2; echo "mutants: report: $2" >&2; exit 1; }
}

: >"$scratch/equivalents"
results 0
expect 0 'all are killed'
results 1
expect 0 '95 % are killed'
results 2
expect 1 '90 % are killed'
listed 1
expect 1 'one of two survivors is equivalent: 94.7 % of the rest'
listed 1
cp "$scratch/equivalents" "$scratch/first"
listed 2
cat "$scratch/first" >>"$scratch/equivalents"
expect 0 'both are'
listed 3
expect 1 'what is killed is listed as equivalent'
listed 1 ''
expect 1 'an equivalent one without a reason'
listed 77
results 0
expect 0 'one that is listed was not chosen'
expect 1 'too few were found' 30
