#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# one_mistake.sh TOOL FOLDER: the system in FOLDER (one_mistake.awk) is said to be what is
# expected; if it is refused, by one line alone.
set -eu

tool=$1
folder=$2
status=0
printed=$folder/printed
timeout 60 "$tool" run "$folder/one.c" --time 5ms >"$printed" 2>&1 </dev/null || status=$?
read -r wanted kind <"$folder/status"

complain() {
    echo "one_mistake: ${folder##*/}: $1" >&2
    sed 's/^/    printed: /' "$printed" >&2
    exit 1
}

[ "$status" -eq "$wanted" ] || complain "status $status, not $wanted"
while IFS= read -r text; do
    grep -qF -- "$text" "$printed" || complain "expected: $text"
done <"$folder/expected"
if [ "$kind" = refused ]; then
    lines=$(grep -vc 'warning: \|^error: .* errors$' "$printed") || true
    [ "$lines" -eq 1 ] || complain "$lines lines, not one"
else
    grep -q '^trace hash' "$printed" || complain "no report"
fi
