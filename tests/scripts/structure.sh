#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# structure.sh SCRATCH: the rules of docs/architecture.md that a script can check.
set -eu

scratch=$1
function_limit=60
includes='-iquote core -iquote sim/include -iquote arm'
failed=0
rm -rf "$scratch"
mkdir -p "$scratch/core" "$scratch/calls"

# Fails with each line of its input, and the rule that it breaks.
broken() {
    lines=$(cat)
    [ -n "$lines" ] || return 0
    echo "$lines" | sed "s|\$|: $1|" >&2
    failed=1
}

sources() {
    find "$@" -name '*.[chS]'
}

# ---- every source file --------------------------------------------------------
# (What a user's system begins with is the user's.)
{
    sources core arm sim user bench tests tool
    find tests -name '*.sh' -o -name '*.awk'
    find . -maxdepth 2 \( -name Makefile -o -name '*.mk' \) -not -path './build/*'
} | grep -v '^tool/template/' | xargs grep -L 'SPDX-License-Identifier: BSD-2-Clause' >"$scratch/found" || true
broken 'no SPDX header' <"$scratch/found"

sources core arm sim user bench tests tool | xargs awk -f tests/scripts/functions.awk |
    awk -v limit=$function_limit '$1 > limit { print $2 ": " $3 " has " $1 " lines" }' \
    >"$scratch/found" || failed=1
broken "at most $function_limit in a function" <"$scratch/found"

# (What a bad description must cause stands in one line each.)
sources core arm sim user bench tests tool gdb | grep -v '^tests/bad-systems/' |
    xargs awk 'length > 100 { print FILENAME ":" FNR ": " length }' >"$scratch/found"
broken 'at most 100 characters in a line' <"$scratch/found"

# ---- programs of the host -------------------------------------------------------
grep -l '^int main(' $(sources sim user/describe tests bench gdb tool | grep '\.c$') |
    xargs grep -L 'output_must_arrive();' >"$scratch/found" || true
broken 'main() notices output that is lost: sim/include/host_output.h' <"$scratch/found"

# ---- which way dependencies point ----------------------------------------------
# includes_of FILE...: "FILE HEADER" for each quoted include
includes_of() {
    awk '/^#[ \t]*include[ \t]*"/ { split($0, part, "\""); print FILENAME, part[2] }' "$@"
}

# allowed PATTERN...: drops from the input "FILE HEADER" those whose header is in
# one of these places, or beside the file
outside() {
    while read -r file header; do
        found=
        for place in "$(dirname "$file")" "$@"; do
            case $place in
            *.h) [ "${place##*/}" != "$header" ] || found=yes ;;
            *) [ ! -e "$place/$header" ] || found=yes ;;
            esac
        done
        [ -n "$found" ] || echo "$file: $header"
    done
}

includes_of $(sources core) | outside machine_inline.h limits_config.h >"$scratch/found"
broken 'core/ includes core/ only' <"$scratch/found"

includes_of $(sources arm) |
    outside core arm hw_access.h board_config.h limits_config.h offsets.h >"$scratch/found"
broken 'arm/ includes core/ and its own' <"$scratch/found"

includes_of $(sources user/lib user/vmm user/systems | grep -v '/system\.c$') |
    outside user/lib abi.h sim/include/thimble_trap.h sim/include/thimble_program.h \
        user/describe/device_model.h >"$scratch/found"
broken 'cells include core/abi.h and user/lib only' <"$scratch/found"

# What a freestanding compiler brings along.
grep -nE '^#[ \t]*include[ \t]*<' $(sources core arm user/lib user/vmm user/systems) |
    grep -vE '<(stdint|stdbool|stddef|stdnoreturn|stdarg|limits)\.h>' >"$scratch/found" || true
broken 'freestanding headers only' <"$scratch/found"

# ---- the core ------------------------------------------------------------------
grep -nE '^#[ \t]*(if|ifdef|elif|ifndef)\b' $(sources core) |
    awk -F'[ \t:]+' '!($3 == "#ifndef" && $4 ~ /_H$/)' >"$scratch/found"
broken 'machines and features differ by file, not by #if' <"$scratch/found"

# Freestanding, without floating point (-mgeneral-regs-only): what is left
# undefined are the machine's functions (some are inline, down to a register), and what
# compilers may always call.
freestanding="-std=gnu11 -ffreestanding -nostdinc -isystem $(gcc -print-file-name=include)"
for file in core/*.c; do
    object=$scratch/core/$(basename "$file" .c).o
    gcc $freestanding -O2 -mgeneral-regs-only -w $includes -c -o "$object" "$file"
done
nm -A "$scratch"/core/*.o | awk '
    $(NF - 1) == "U" { sub(/.*\//, "core/", $1); sub(/\.o:.*/, ".c", $1); used[$NF] = $1 }
    $(NF - 1) ~ /^[A-TV-Z]$/ { defined[$NF] = 1 }
    END {
        for (symbol in used) {
            if (!(symbol in defined) && symbol !~ /^machine_|^hw_(read32|write32|write8)$|^sim_(clock|refusal|space_(t0sz|fixed))$|^mem(cpy|move|set|cmp)$/) {
                print used[symbol] ": " symbol
            }
        }
    }' >"$scratch/found"
broken 'the core calls nothing but core/machine.h' <"$scratch/found"

# No recursion and no function pointers: the graph of calls, before inlining.
for file in core/*.c arm/stage2.c arm/syndrome.c arm/cache.c arm/gic.c arm/timer.c arm/console_pl011.c; do
    gcc -std=gnu11 -O0 -w -fcallgraph-info $includes -c \
        -o "$scratch/calls/$(echo "$file" | tr / -).o" "$file"
done
sed -n 's/^edge: { sourcename: "\([^"]*\)" targetname: "\([^"]*\)".*/\1 \2/p' \
    "$scratch"/calls/*.ci >"$scratch/graph"
awk '$2 == "__indirect_call" { print $1 }' "$scratch/graph" >"$scratch/found"
broken 'calls through a pointer' <"$scratch/found"
awk '$1 == $2 { print $1 }' "$scratch/graph" >"$scratch/found"
tsort "$scratch/graph" 2>&1 >/dev/null | sed -n '/input contains a loop/d; s/^tsort: //p' |
    tr '\n' ' ' >>"$scratch/found"
broken 'recursion' <"$scratch/found"

# Nothing in the state depends on the width of the host's words.
echo '#include "kernel.h"
unsigned size(void);
unsigned size(void) { return sizeof(struct kernel); }' >"$scratch/state.c"
clang -std=gnu11 $includes -fsyntax-only -Xclang -fdump-record-layouts "$scratch/state.c" \
    >"$scratch/layouts"
grep -q 'struct kernel$' "$scratch/layouts" || {
    echo 'structure: no layout of struct kernel' >&2
    failed=1
}
grep -E '\*|\blong\b|\bsize_t\b|\bu?intptr_t\b' "$scratch/layouts" |
    grep -v '^\*\*\* Dumping' | sed 's/^[ 0-9|]*/struct kernel: /' >"$scratch/found" || true
broken 'no pointers, and fixed widths, in the state' <"$scratch/found"

# Which addresses the hypervisor touches.
tests/scripts/accesses.sh "$scratch/accesses" || failed=1

exit "$failed"
