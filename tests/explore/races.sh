#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# races.sh 'NAME...' MAKE-COMMAND: plants each race in turn (tests/model/canary.sh); the
# short exploration must find it, and its replay must show it again. Then progress: where
# a server's reply does not count, callers must be found to wait for ever.
set -u

names=$1
shift
status=0

report() {
    printf '%-12s %7s %6s  %s\n' "$1" "$2" "$3" "$4"
}

# What is found in the scopes, by this program with these options.
look() {
    name=$1
    program=$2
    shift 2
    start=$(date +%s.%N)
    found=$(CANARY=$name timeout 120 "$program" --short --first "$@" 2>&1)
    seconds=$(echo "$start $(date +%s.%N)" | awk '{ printf "%.1f", $2 - $1 }')
    where=$(echo "$found" | sed -n 's/^explore: scope \([a-z]*\), after \([0-9]*\) steps: \(.*\)/\1 \2 \3/p' | head -n 1)
    path=$(echo "$found" | sed -n 's/.* REPLAY=//p' | head -n 1)
    [ -n "$where" ] || return 1
    scope=${where%% *}
    what=${where#* }
}

printf '%-12s %7s %6s  %s\n' race seconds steps found
for name in $names; do
    program=$("$@" -s CANARY="$name" model-program) || { status=1; continue; }
    if ! look "$name" "$program"; then
        report "$name" "$seconds" - 'NOT FOUND'
        status=1
    elif ! "$program" --short --scope "$scope" --replay "$path" 2>&1 | grep -qF "${what#* }"; then
        report "$name" "$seconds" "${what%% *}" "NOT REPLAYED: ${what#* }"
        status=1
    else
        report "$name" "$seconds" "${what%% *}" "$scope: ${what#* }"
    fi
done
program=$("$@" -s CANARY= model-program) || exit 1
if look '' "$program" --scope ipc --without 1 && [ "${what#* }" = 'a caller waits for ever' ]; then
    report 'no reply' "$seconds" "${what%% *}" "$scope: ${what#* }"
else
    report 'no reply' "$seconds" - 'NOT FOUND'
    status=1
fi
exit $status
