#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# memcheck.sh FOLDER PATTERN [RUN-PROGRAM...]: the tests in FOLDER, each in a
# process of its own, and a short run of each system, under Valgrind.
set -eu

folder=$1
pattern=$2
shift 2
findings=$folder/valgrind
milliseconds=5
failed=0

rm -rf "$findings"
mkdir -p "$findings"

memcheck() {
    valgrind --quiet --error-exitcode=86 --leak-check=full --suppressions=tests/scripts/memcheck.supp \
        --log-file="$findings/%p" "$@"
}

memcheck "$folder/plain" "$(nproc)" "$pattern" || failed=1
for program in "$@"; do
    memcheck "$program" --seed 1 --time "$milliseconds" --watchdog 0 >"$findings.txt" || {
        failed=1
        cat "$findings.txt" >&2
    }
    echo "$program: $milliseconds ms"
done

# A test that is to die of a signal has no exit status for Valgrind to change.
for file in $(find "$findings" -type f -size +0 -print | head -n 3); do
    head -n 40 "$file" >&2
    failed=1
done
if [ "$failed" -ne 0 ]; then
    echo "memcheck: failed; Valgrind's reports are in $findings" >&2
    echo "(VALGRIND_OPTS=--track-origins=yes says where uninitialised values come from)" >&2
fi
exit "$failed"
