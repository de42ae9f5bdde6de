#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# lines.sh: lines of core/ and arm/, and their longest functions; fails past the limits.
set -eu

core_limit=4000
arm_limit=2500
both_limit=6500
function_limit=60
# What a release image does not link: counted apart.
debugging='core/check.c core/klog.c core/print.c core/print_none.c arm/tracing.c arm/offsets.c'
failed=0

# lines FILE...: of code, without blank lines and comments
lines() {
    [ $# -gt 0 ] || { echo 0; return; }
    cloc --quiet --csv --hide-rate "$@" | awk -F, '$2 == "SUM" { sum = $5 } END { print sum + 0 }'
}

# row NAME LINES LIMIT
row() {
    printf '%-24s %6d   limit %d\n' "$1" "$2" "$3"
    [ "$2" -le "$3" ] || {
        echo "size: $1 is past its limit" >&2
        failed=1
    }
}

core=$(find core -name '*.[chS]')
arm=$(find arm -name '*.[chS]')
for file in $debugging; do
    core=$(echo "$core" | grep -vx "$file")
    arm=$(echo "$arm" | grep -vx "$file")
done
row 'core/ lines' "$(lines $core)" $core_limit
for file in $debugging; do
    printf '%-24s %6d   counted apart\n' "$file lines" "$(lines $file)"
done
row 'arm/ lines' "$(lines $arm)" $arm_limit
row 'core/ and arm/ lines' "$(lines $core $arm)" $both_limit

for folder in core arm; do
    longest=$(awk -f tests/scripts/functions.awk $folder/*.[ch] | sort -rn | head -n 1)
    row "$folder/ longest function" "${longest%% *}" $function_limit
    echo "    ${longest#* }"
done
exit "$failed"
