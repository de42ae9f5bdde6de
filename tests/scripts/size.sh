#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# size.sh OBJECT...: lines (lines.sh), and the size of the core's objects.
set -eu

tests/scripts/lines.sh || exit 1
echo
size -A "$@" | awk '
    BEGIN { printf "%-24s %8s %8s %8s %8s\n", "bytes", "text", "rodata", "data", "bss" }
    / :$/ { file = $1; sub(/.*\/core/, "core", file); names[++count] = file }
    $1 ~ /^\.text/ { text[file] += $2 }
    $1 ~ /^\.rodata/ { rodata[file] += $2 }
    $1 ~ /^\.data/ { data[file] += $2 }
    $1 ~ /^\.bss/ { bss[file] += $2 }
    function row(name, t, r, d, b) { printf "%-24s %8d %8d %8d %8d\n", name, t, r, d, b }
    END {
        for (i = 1; i <= count; i++) {
            f = names[i]
            row(f, text[f], rodata[f], data[f], bss[f])
            T += text[f]; R += rodata[f]; D += data[f]; B += bss[f]
        }
        row("all", T, R, D, B)
    }'
