#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# size_arm.sh FOLDER CROSS STACK_SIZE APART: bytes of the image in FOLDER. The hypervisor's
# text and rodata are counted without the system's names and tables (tables.o) and
# the cells' binaries, which are the system's and not ours. Then lines (lines.sh), and the
# deepest stack; APART are the objects that are compiled apart, before the image is linked.
# Fails past the limits; all RAM has one for linux-rt, the reference.
set -eu

folder=$1
cross=$2
stack=$3
apart=$4
limit=24576
failed=0
image=$folder/thimble.elf

# section NAME: bytes
section() {
    "${cross}size" -A "$image" | awk -v name=".$1" '$1 == name { sum += $2 } END { print sum + 0 }'
}
row() {
    printf '%-24s %8d   %s\n' "$1" "$2" "${3:-}"
}

# Of objects that came whole, from the linker's map: input sections that stayed.
awk '
    /^Linker script and memory map/ { on = 1 }
    !on { next }
    /^ \.[a-zA-Z_]/ {
        name = $1
        if (NF == 1) { getline; size = $2; file = $3 } else { size = $3; file = $4 }
        kind = ""
        if (name ~ /^\.text/) kind = "text"
        if (name ~ /^\.rodata/) kind = "rodata"
        if (name ~ /^\.(bss|tables)/) kind = "bss"
        if (kind != "" && file ~ /\.[oa]/) {
            if (file ~ /\/kernel\//) sub(/.*\/kernel\//, "", file)
            else if (file ~ /\/lib[^\/]*\(/) sub(/.*\//, "", file)
            else if (file ~ /\.ltrans/) next
            else sub(/.*\//, "system:", file)
            bytes[file, kind] += hex(size); seen[file] = 1
        }
    }
    function hex(text,    i, value) {
        value = 0
        text = tolower(substr(text, 3))
        for (i = 1; i <= length(text); i++) {
            value = value * 16 + index("0123456789abcdef", substr(text, i, 1)) - 1
        }
        return value
    }
    END {
        for (f in seen) {
            printf "%-24s %8d %8d %8d\n", f, bytes[f, "text"], bytes[f, "rodata"], bytes[f, "bss"]
        }
    }' "$folder/thimble.map" | awk '$2 + $3 + $4 != 0' | sort >"$folder/objects.txt"

# Of the rest, by the source of what is named; a function that became part of another
# counts where it went.
"${cross}nm" -S -l --radix=d "$image" | awk -v pwd="$PWD/" -F '\t' '
    FNR == NR { split($0, part, " "); sub(/\.o$/, "", part[1]); whole[part[1]] = 1; next }
    NF == 2 && split($1, symbol, " ") == 4 {
        file = $2
        sub(/:[0-9]+$/, "", file)
        if (index(file, pwd) == 1) file = substr(file, length(pwd) + 1)
        object = file
        sub(/\.[cS]$/, "", object)
        if (file !~ /^(core|arm)\// || object in whole) next
        kind = tolower(symbol[3])
        bytes[file, kind] += symbol[2]; seen[file] = 1
    }
    END {
        for (f in seen) {
            printf "%-24s %8d %8d %8d\n", f, bytes[f, "t"], bytes[f, "r"], bytes[f, "b"]
        }
    }' "$folder/objects.txt" - | sort >"$folder/sources.txt"
printf '%-24s %8s %8s %8s\n' "bytes of $(basename "$folder")" text rodata bss
sort "$folder/objects.txt" "$folder/sources.txt"

system=$(awk '$1 ~ /^system:/ { sum += $(NF - 2) + $(NF - 1) } END { print sum + 0 }' "$folder/objects.txt")
text=$(section text)
rodata=$(section rodata)
ours=$((text + rodata - system))
named=$(awk '{ sum += $(NF - 2) + $(NF - 1) } END { print sum + 0 }' \
    "$folder/objects.txt" "$folder/sources.txt")
row 'strings, fill' "$((text + rodata - named))"
echo
row .text "$text"
row .rodata "$rodata" "names and tables of the system in it: $system"
row .data "$(section data)" 'must be 0'
row .binaries "$(section binaries)" "the cells' programs"
row .bss "$(section bss)" "the stack of $((stack)) in it"
row .tables "$(section tables)" 'page tables'
row 'text and rodata' "$ours" "limit $limit: the hypervisor, all of it"
[ "$ours" -gt 0 ] && [ "$ours" -le "$limit" ] || {
    echo 'size: text and rodata are past their limit' >&2
    failed=1
}
# What the hypervisor keeps while it runs. The cells' binaries come along in the image
# and are the cells' own, as is their memory.
ram=$((text + rodata + $(section data) + $(section bss) + $(section tables)))
case $folder in
*/linux-rt) ram_limit=65536 ;;
*) ram_limit= ;;
esac
row RAM "$ram" "${ram_limit:+limit $ram_limit: }all of it, page tables too"
[ -z "$ram_limit" ] || [ "$ram" -le "$ram_limit" ] || {
    echo 'size: RAM is past its limit' >&2
    failed=1
}
echo
tests/scripts/lines.sh || failed=1
echo
# shellcheck disable=SC2086 # a list
awk -v limit="$((stack))" -v pushed=8 -f tests/scripts/stack.awk \
    "$image".ltrans0.ltrans.ci ${apart} || failed=1
exit "$failed"
