#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# newcomer.sh BUILD FILE...: what is said of each system of tests/newcomer has each line that
# the file expects, /* expect: TEXT */; and what is not run says one line.
set -eu

build=$1
shift
scratch=$build/newcomer
failed=0
mkdir -p "$scratch"

complain() {
    echo "$1: $2" >&2
    sed 's/^/    printed: /' "$output" >&2
    failed=1
}

for file in "$@"; do
    name=$(basename "$file" .c)
    output=$scratch/$name.txt
    status=0
    timeout 60 "$build/thimble" run "$file" --time 20ms >"$output" 2>&1 </dev/null || status=$?
    [ "$status" -ne 124 ] || complain "$file" "does not end"
    if [ "$status" -eq 1 ] && ! grep -q '^system ' "$output"; then
        lines=$(grep -vc '^error: .* errors\?$' "$output") || true
        [ "$lines" -eq 1 ] || complain "$file" "$lines lines, not one"
    elif ! grep -q '^trace hash' "$output"; then
        complain "$file" "runs, but without a report"
    fi
    sed -n 's|^/\* expect: \(.*\) \*/$|\1|p' "$file" >"$scratch/expected.txt"
    [ -s "$scratch/expected.txt" ] || complain "$file" "has no line /* expect: TEXT */"
    while IFS= read -r text; do
        grep -qF -- "$text" "$output" || complain "$file" "expected: $text"
    done <"$scratch/expected.txt"
done

# One mistake at a time.
rm -rf "$scratch/one"
awk -v out="$scratch/one" -f tests/newcomer/one_mistake.awk tests/newcomer/one_mistake.c \
    tests/newcomer/one_mistake.txt >"$scratch/names" || failed=1
xargs -P "$(nproc)" -I '{}' tests/newcomer/one_mistake.sh "$build/thimble" "$scratch/one/{}" <"$scratch/names" || failed=1
exit "$failed"
