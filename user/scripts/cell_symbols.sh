#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# cell_symbols.sh NM OBJECT...: fails if the objects of a system's programs have what cells
# do not have: a line for each writable static; for each function that is neither in one of the
# objects, nor in user/lib, nor the compiler's own; and for each whose locals are larger than a
# thread's stack, if the compiler has told (-fstack-usage: a file .su beside the object).
# THIMBLE_LIB: the folder of user/lib's headers, if it is not beside this one.
set -eu

nm=$1
shift
lib=${THIMBLE_LIB:-$(dirname "$0")/../lib}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# What user/lib declares, and what models of devices may call: each name before a parenthesis, without comments.
cat "$lib"/*.h "$lib"/../describe/device_model.h | sed 's|/\*.*\*/||; /\/\*/,/\*\//d' | grep -oE '[A-Za-z_][A-Za-z0-9_]* *\(' |
    tr -d '( ' | sort -u >"$work/library"
[ -s "$work/library" ] || { echo "cell_symbols.sh: $lib: no headers" >&2; exit 2; }

# Findings: the object, the name, and what it is. (Sanitizers and gcov add statics without a
# line.) The trap's names are in the machines' thimble_trap.h.
"$nm" -A "$@" >"$work/symbols"
: >"$work/widened"
awk '
NR == FNR { known[$1] = 1; next }
{
    type = $(NF - 1)
    name = $NF
    object = substr($0, 1, length($0) - length(name) - 3)
    sub(/:[0-9a-f ]*$/, "", object)
}
type == "U" {
    wanted[object "\t" name] = 1
    added[object] = added[object] || name ~ /^__(asan|ubsan|gcov)_/
}
type ~ /^[ABCDGRSTVW]$/ { known[name] = 1 }
type ~ /^[bBdDCgGsS]$/ { held[object "\t" name] = 1 }
END {
    arithmetic = "div|mod|divmod|mul|neg|add|sub|ash[lr]|lshr|cmp|clz|ctz|ffs|parity|popcount" \
        "|bswap|fix|fixuns|float|floatun|extend|trunc|eq|ne|lt|le|gt|ge|unord|powi"
    known["kernel"] = known["sim_trap"] = known["thimble_trap_any"] = known["_GLOBAL_OFFSET_TABLE_"] = 1
    for (each in wanted) {
        name = each
        sub(/.*\t/, "", name)
        if (!(name in known) && name !~ /^mem(cpy|set|move|cmp)$/ &&
            name !~ /^__(asan|ubsan|sanitizer|gcov|aeabi|gnu_thumb1|stack_chk)_/ &&
            name !~ "^__u?(" arithmetic ")v?[sdthx][ifcx][sdthxif]*[0-9]?$") {
            print each "\tcall"
        }
    }
    for (each in held) {
        object = each
        sub(/\t.*/, "", object)
        print each "\t" (added[object] ? "added" : "static")
    }
    for (object in added) {
        if (added[object]) print object >widened
    }
}' widened="$work/widened" "$work/library" "$work/symbols" | sort >"$work/found"

# A program starts with eight registers on its stack.
failed=0
stack=$(sed -n 's/^#define THIMBLE_STACK_SIZE \([0-9]*\)U$/\1/p' "$lib/self.h")
for object in "$@"; do
    usage=${object%.o}.su
    if [ -e "$usage" ] && ! grep -qF "$object" "$work/widened"; then
        awk -F '\t' -v stack="$stack" '$2 > stack - 32 {
            n = split($1, place, ":")
            sub(/^program_/, "", place[n])
            print place[1] ":" place[2] ": " place[n] ": its locals take " $2 " bytes, but a" \
                " stack has " stack " (docs/systems.md): keep them in the cell'"'"'s memory"
            found = 1
        }
        END { exit found }' "$usage" >&2 || failed=1
    fi
done
[ -s "$work/found" ] || exit $failed

# What to do instead of the calls that are likeliest.
advice() {
    case $1 in
    *printf* | puts | putchar | *putc | fputs | fwrite)
        echo "printf: use thimble_print (user/lib/print.h); cells have no C library" ;;
    *sleep) echo "$1: use thimble_sleep_until (user/lib/sleep.h); cells have no C library" ;;
    gettimeofday | time | clock | clock_gettime)
        echo "$1: use thimble_time (user/lib/time.h); cells have no C library" ;;
    *rand | *random | *rand_r)
        echo "$1: use xorshift (user/lib/xorshift.h); cells have no C library" ;;
    exit | _exit | abort | __assert_fail)
        echo "$1: a program ends when it returns; cells have no C library" ;;
    *) echo "$1: nothing defines it; cells have no C library" ;;
    esac
}

# Places as the compiler was told them, from the object's DWARF; of files below this folder
# without it.
tab=$(printf '\t')
while IFS="$tab" read -r object name kind; do
    line=$("$nm" -l "$object" | awk -v name="$name" -F '\t' '
        { n = split($1, part, " ") } part[n] == name && NF > 1 { print $2; exit }')
    [ "$kind" != added ] || [ -n "$line" ] || continue
    line=${line#"$PWD/"}
    line=${line% (discriminator*}
    case $name in
    __compound_literal*) name="a literal that is not const" ;;
    *) name=${name%.[0-9]*} ;;
    esac
    case $kind in
    call) echo "${line:-$object}: $(advice "$name") (docs/systems.md says what there is)" ;;
    *) echo "${line:-$object}: $name: a writable static: a cell's programs have none" \
        "(docs/systems.md); keep it in the cell's memory or on the stack" ;;
    esac
    failed=1
done <"$work/found" >&2
exit $failed
