#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# descriptions.sh BUILD FILE...: each system description must fail the build,
# and the message must have each line that the file expects: /* expect: TEXT */;
# on the board that it names, /* board: NAME */, or the simulated one.
set -eu

build=$1
shift
failed=0

complain() {
    echo "$1: $2" >&2
    failed=1
}

for file in "$@"; do
    folder=$build/bad-systems/$(basename "$file" .c)
    output=$folder/output.txt
    status=0
    board=$(sed -n 's|^/\* board: \(.*\) \*/$|\1|p' "$file")
    "$folder/describe" ${board:+--board "$board"} >"$output" 2>&1 || status=$?
    [ "$status" -eq 1 ] || complain "$file" "the checker ended with status $status, not 1"
    sed -n 's|^/\* expect: \(.*\) \*/$|\1|p' "$file" >"$folder/expected.txt"
    [ -s "$folder/expected.txt" ] || complain "$file" "has no line /* expect: TEXT */"
    while IFS= read -r text; do
        if ! grep -qF -- "$text" "$output"; then
            complain "$file" "expected: $text"
            sed 's/^/    printed: /' "$output" >&2
        fi
    done <"$folder/expected.txt"
done

# It is the build that fails, before there is anything to run.
for file in "$@"; do
    name=$(basename "$file" .c)
    if $MAKE --no-print-directory "$build/bad-systems/$name/run" >/dev/null 2>&1 ||
        [ -e "$build/bad-systems/$name/run" ]; then
        complain "$file" "builds"
    fi
done
exit "$failed"
