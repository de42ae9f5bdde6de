#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# unit.sh FOLDER MINIMUM [PATTERN]: runs the tests in FOLDER, and fails if fewer
# than MINIMUM ran. When all is well, Criterion's synthesis is the last line.
set -eu

folder=$1
minimum=$2
pattern=${3:-*}
findings=$(pwd)/$folder/findings
output=$folder/output.txt

rm -rf "$findings" "$folder/failed"
mkdir -p "$findings"

# Sanitizers write to files: Criterion drops what a test's process prints.
asan=log_path=$findings/asan:detect_leaks=1:exitcode=86
export ASAN_OPTIONS="$asan" UBSAN_OPTIONS="log_path=$findings/ubsan:print_stacktrace=1:exitcode=86"

# A signal handler that leaves a guest's stack for good makes ASan print a note,
# which is no finding.
no_findings() {
    found=
    for file in "$findings"/*; do
        [ -s "$file" ] || continue
        grep -vqE '__asan_handle_no_return|^False positive error|issues/189$' "$file" || continue
        [ -n "$found" ] || head -n 60 "$file" >&2
        found=yes
    done
    [ -n "$found" ] || return 0
    echo "unit tests: a sanitizer found something; all of it is in $folder/findings" >&2
    exit 1
}

# Criterion's test processes leave without a check for leaks: these do not.
if [ -n "${SAN:-}" ]; then
    "$folder/plain" "$(nproc)" "$pattern" || { no_findings; exit 1; }
    no_findings
fi

{ "$folder/criterion" --jobs "$(nproc)" --timeout 60 --filter "$pattern" 2>&1 ||
    touch "$folder/failed"; } | tee "$output"
no_findings
[ ! -e "$folder/failed" ] || exit 1
ran=$(sed -n 's/.*Synthesis: Tested: \([0-9]*\).*/\1/p' "$output")
if [ "${ran:-0}" -lt "$minimum" ]; then
    echo "unit tests: ${ran:-0} ran, there must be $minimum at least" >&2
    exit 1
fi
