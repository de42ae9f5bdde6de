#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# search.sh OUT PLUGIN QEMU IMAGE TABLES MILLIONS RUNS SEED: looks for the longest stretches of
# the system soak, guided by how many instructions they take. Each of its threads draws its
# hypercalls from a random word in its cell's notes (TABLES says where these are), which QEMU
# can set before the start. A run whose stretch of some cause is longer than any before is
# kept, and later runs change some of its words (search.awk). The same SEED searches the same.
set -eu
out=$1
plugin=$2
qemu=$3
image=$4
tables=$5
millions=$6
runs=$7
seed=$8
here=$(dirname "$0")
threads=8

notes=$(awk '/\.name = "notes"/ { at = 1 } at && /\.pa = / {
    sub(/.*\.pa = \{0x/, ""); sub(/U.*/, ""); print; at = 0 }' "$tables")
cells=$(echo "$notes" | wc -l)
[ "$cells" -gt 0 ] || {
    echo "wcet: $tables: where are the notes?" >&2
    exit 1
}
: >"$out.best"
run=0
while [ "$run" -lt "$runs" ]; do
    run=$((run + 1))
    words=$(awk -v words=$((cells * threads)) -v random=$((seed * 100000 + run)) -f "$here/search.awk" "$out.best")
    set --
    number=0
    for word in $words; do
        at=$(echo "$notes" | sed -n "$((number / threads + 1))p")
        set -- "$@" -device "loader,addr=0x$(printf %x $((0x$at + 4 * (number % threads)))),data=$word,data-len=4"
        number=$((number + 1))
    done
    "$here/run.sh" "$out.run" "$plugin" "$qemu" "$image" "$millions" "$@"
    awk -v merge="$words" -f "$here/search.awk" "$out.best" "$out.run" >"$out.best.new"
    mv "$out.best.new" "$out.best"
    cat "$out.run" >>"$out"
done
