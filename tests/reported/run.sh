#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# run.sh TABLE OUT JOBS [short]: runs the standing tests of the table, one line for each with
# its result; fails if one fails, is not there, or ran nothing. With `short`, those whose limit
# is marked long are left to the whole form.
# MAKE, BUILD: how make is called, and where it builds. ON: for which ARCH.
set -eu

table=$1
out=$2
jobs=$3
form=${4:-whole}
started=$(date +%s)
rm -rf "$out"
mkdir -p "$out"

# Rows become files, which say what is wrong with the table.
awk -F ' *[|] *' -v out="$out" -v form="$form" '
    function complain(what) { print FILENAME ":" FNR ": " what >"/dev/stderr"; failed = 1 }
    /^(#|$)/ { next }
    NF != 4 || $1 !~ /^[a-z0-9-]+$/ { complain("is no row: name | test | seconds | what is right"); next }
    $2 !~ /^(unit|refused|check|system|vm) [^ ]/ { complain("no such kind of test: " $2) }
    $3 !~ /^[1-9][0-9]*( long)?$/ { complain("no limit in seconds: " $3) }
    $4 !~ /^[A-Za-z].*\.$/ { complain("does not say in a sentence what is right") }
    seen[$1]++ { complain($1 " is there twice") }
    form == "short" && $3 ~ / long$/ { left++; next }
    { sub(/ .*/, "", $3); print $2 "\n" $3 "\n" $4 >(out "/" $1 ".row"); close(out "/" $1 ".row"); print $1 }
    END {
        if (NR == 0 || length(seen) == 0) complain("no rows")
        if (left) print left " left to the whole form" >(out "/left")
        exit failed
    }' "$table" >"$out/names"
[ -s "$out/names" ] || { echo "$table: no rows to run" >&2; exit 1; }

xargs -P "$jobs" -n 1 tests/reported/row.sh "$out" <"$out/names" || true

failed=0
while IFS= read -r name; do
    [ "$(cat "$out/$name.result" 2>/dev/null)" = ok ] || failed=$((failed + 1))
done <"$out/names"
echo "[====] reported: $(wc -l <"$out/names") tests, $failed failed | $(cat "$out/left" 2>/dev/null || echo 'all of them') | $(($(date +%s) - started)) s"
[ "$failed" -eq 0 ]
