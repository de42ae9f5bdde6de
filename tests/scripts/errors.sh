#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Holds the table of tests/unit/test_core_errors.c against core/abi.h: the errors
# that the comment of each hypercall names are exactly those that are provoked.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Pairs "HYPERCALL ERROR": from each comment up to the #define that follows it.
awk '
NR == FNR { if (match($0, /^#define THIMBLE_ERR_[A-Z]+/)) known[substr($2, 13)] = 1; next }
/^#define THIMBLE_HYPERCALLS/ { exit }
/^\/\*/ { comment = "" }
/^\/?\*| \*/ { comment = comment " " $0 }
/^#define THIMBLE_[A-Z_]+ [0-9]+U$/ {
    name = $2
    sub(/^THIMBLE_/, "", name)
    print name > (work "/hypercalls")
    gsub(/[^A-Za-z0-9_]/, " ", comment)
    count = split(comment, words, " ")
    for (i = 1; i <= count; i++) {
        if (words[i] in known) {
            print name, words[i]
        }
    }
    comment = ""
}' work="$work" core/abi.h core/abi.h | sort -u > "$work/documented"
sed -n 's/^    {THIMBLE_\([A-Z_]*\), THIMBLE_ERR_\([A-Z]*\),.*/\1 \2/p' \
    tests/unit/test_core_errors.c | sort -u > "$work/provoked"

hypercalls=$(sed -n 's/^#define THIMBLE_HYPERCALLS \([0-9]*\)U$/\1/p' core/abi.h)
found=$(grep -cv '^ABI_VERSION$' "$work/hypercalls")
if [ "$found" != "$hypercalls" ]; then
    echo "errors.sh: $found hypercalls found in core/abi.h, not $hypercalls" >&2
    exit 1
fi
if ! diff "$work/documented" "$work/provoked" > "$work/difference"; then
    echo "core/abi.h and the table of tests/unit/test_core_errors.c name different errors:" >&2
    sed -n 's/^< /  only documented: /p; s/^> /  only provoked:   /p' "$work/difference" >&2
    exit 1
fi
