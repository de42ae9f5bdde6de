#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# errors.sh [FILE...]: holds tests/unit/test_core_errors.c and the table of
# tests/systems/errors against core/abi.h: the errors that the comment of each hypercall
# names are exactly those that are provoked. So must those be that a run of the system
# errors has reported, each FILE: lines of hypercall and error, as numbers.
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
hypercalls=$(sed -n 's/^#define THIMBLE_HYPERCALLS \([0-9]*\)U$/\1/p' core/abi.h)
found=$(grep -cv '^ABI_VERSION$' "$work/hypercalls")
if [ "$found" != "$hypercalls" ]; then
    echo "errors.sh: $found hypercalls found in core/abi.h, not $hypercalls" >&2
    exit 1
fi
# held NAME: the pairs on stdin are those that are documented.
held() {
    sort -u >"$work/provoked"
    diff "$work/${2:-documented}" "$work/provoked" >"$work/difference" || {
        echo "core/abi.h and $1 name different errors:" >&2
        sed -n 's/^< /  only documented: /p; s/^> /  only provoked:   /p' "$work/difference" >&2
        exit 1
    }
}
# The system errors has no VM.
grep -v '^VCPU_' "$work/documented" >"$work/native"
table() {
    sed -n 's/^    {THIMBLE_\([A-Z_]*\), THIMBLE_ERR_\([A-Z]*\),.*/\1 \2/p' "$1" | held "$@"
}
table tests/unit/test_core_errors.c
table tests/systems/errors/programs.c native

# Numbers that are no hypercalls have one error, which is told apart here.
for file in "$@"; do
    awk '
    NR == FNR && /^#define THIMBLE_HYPERCALLS/ { calls = 1 }
    NR == FNR && /^#define THIMBLE_[A-Z_]+ [0-9]+U/ {
        if ($2 ~ /^THIMBLE_ERR_/) error[$3 + 0] = substr($2, 13)
        else if (!calls && $2 != "THIMBLE_ABI_VERSION") name[$3 + 0] = substr($2, 9)
    }
    NR == FNR { next }
    !($1 in name) && error[$2] == "HYPERCALL" { none++; next }
    { print ($1 in name ? name[$1] : $1), ($2 in error ? error[$2] : $2) }
    END { if (!none) print "no_hypercall was_refused" }' core/abi.h "$file" | held "$file" native
done
