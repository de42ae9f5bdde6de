#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# planted.sh OUT MAKE LIMIT: wrong facts, planted one at a time in a copy of facts.txt; each must
# make the derivation of the system soak, or its comparison with what has been found, fail
# with the right words. OUT has what was found there.
set -u
out=$1
make=$2
limit=$3
here=$(dirname "$0")
planted=$out/planted
failed=0
rm -rf "$planted"
mkdir -p "$planted"

# derive and report, with the facts of $planted/facts.txt
check() {
    $make -s --no-print-directory SYSTEM=soak DESCRIBED=1 FACTS="$planted/facts.txt" WCET_OUT="$planted" \
        wcet-derive >"$planted/soak.log" 2>&1 || { cat "$planted/soak.log"; return 1; }
    grep -v '^  [A-Z]' "$planted/soak.log" >"$planted/soak.bounds"
    awk -v limit="$1" -v complete="$2" -f "$here/report.awk" "$planted/facts.txt" "$planted/soak.bounds" \
        "$out/soak.functions" "$out/soak.found"
}

# fails NAME WORDS LIMIT COMPLETE: what has been planted must be found, and said so
fails() {
    rm -f "$planted/facts"
    if cmp -s "$planted/facts.txt" "$here/facts.txt"; then
        [ "$1" = limit ] || {
            echo "wcet: planted $1: nothing was" >&2
            failed=1
        }
    fi
    if check "$3" "$4" >"$planted/$1.txt" 2>&1 || ! grep -q "$2" "$planted/$1.txt"; then
        tail -n 5 "$planted/$1.txt" >&2
        echo "wcet: planted $1: not found" >&2
        failed=1
    fi
}

for loop in message_move deadline_set deadline_first deadline_due; do
    sed "/^loop | $loop /d" "$here/facts.txt" >"$planted/facts.txt"
    fails missing-loop-$loop "^    [0-9a-f]* $loop: " "$limit" ''
done
sed '/^loop | table_/s/STEP_ENTRIES/1/' "$here/facts.txt" >"$planted/facts.txt"
fails low-bound 'region_map: found .* more than the bound' "$limit" ''
sed '/^total | print_dump_step | [cpdv]/s/|[^|]*|\([^|]*\)$/| 1 |\1/' "$here/facts.txt" >"$planted/facts.txt"
fails low-total 'idle: found .* more than the bound' "$limit" ''
{
    cat "$here/facts.txt"
    echo 'not | table_fill | hw_table_write(at, entry); | | nothing is written'
    echo 'not | region_map_step | region_unmap_step(region) | | nothing is undone'
} >"$planted/facts.txt"
fails false-fact 'region_map: found .* more than the bound' "$limit" ''
sed '/^row | poll/d' "$here/facts.txt" >"$planted/facts.txt"
fails missing-row 'svc5 has no row' "$limit" ''
{ cat "$here/facts.txt"; echo 'loop | deadline_due | while (nothing) | 1 | of no code'; } >"$planted/facts.txt"
fails unneeded 'no image needs it: loop | deadline_due | while (nothing)' "$limit" 1
{ cat "$here/facts.txt"; echo 'not | deadline_set | | | it is entered'; } >"$planted/facts.txt"
fails closed 'deadline_set: no way through it' "$limit" ''
cp "$here/facts.txt" "$planted/facts.txt"
fails limit 'is past its limit of 1000' 1000 ''
[ "$failed" = 0 ] && echo "wcet: planted: 11 of 11 found"
exit "$failed"
