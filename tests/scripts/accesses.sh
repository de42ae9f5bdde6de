#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# accesses.sh SCRATCH: the hypervisor touches no address that a cell or a guest has chosen,
# unless what it maps is known to be memory. Each place in core/ and arm/ where a number
# becomes an address is listed here with how many there are in its file, and why they are
# right; any other fails. So does translation by the MMU, whose result says nothing of what is
# there, and whose walk reads memory. A read as it once was, at a program counter of a cell, is
# planted in a copy, and has to be found. (Assembly is not looked at: it stores registers.)
set -eu

scratch=$1
mkdir -p "$scratch"
# KIND FILE TIMES: pointer: a cast to a pointer, access: a call of an accessor, translate: ATS.
allowed='
pointer arm/include/hw_access.h 4 the accessors themselves
pointer arm/main.c 1 binaries of the image, before any cell runs
pointer arm/string.c 1 what the compiler copies
access arm/cache.c 1 zeroes of regions, at boot
access arm/console_16550.c 5 the UART of the board
access arm/console_pl011.c 7 the UART of the board
access arm/gic_inline.h 2 list registers, of which there is a constant number
access arm/main.c 6 RAM of the image, before any cell runs
access arm/memory.c 2 buffers of messages: in their regions, which are memory, since boot
access arm/thread.c 1 machine_space_memory() has said that it is memory
translate arm/exit.c 1 HCR.PTW: the walk reads memory only; the result is looked up as above
'
# found ROOT: "KIND FILE TIMES" of all that is there
found() {
    (
        cd "$1"
        for file in core/*.[ch] arm/*.[ch] arm/include/*.h; do
            awk -v file="$file" '
                /^[ \t]*(\/\*|\* |\*\/)/ { next }
                { line = $0 }
                line !~ /^#define/ && /\([a-z_0-9 ]+ \*+\)[a-z_&(]/ { pointer++ }
                line !~ /^static inline/ && !/HW_[A-Z]+_BASE/ {
                    access += gsub(/hw_(read|write)(8|32)\(/, "")
                }
                line ~ /c7, c8, / { translate++ }
                END {
                    if (pointer) print "pointer", file, pointer
                    if (access) print "access", file, access
                    if (translate) print "translate", file, translate
                }' "$file"
        done
    )
}
echo "$allowed" | awk 'NF { print $1, $2, $3 }' | sort >"$scratch/allowed"
# differs ROOT: what is there and not allowed, or allowed and not there
differs() {
    found "$1" | sort | diff "$scratch/allowed" - | sed -n 's/^[<>]/&/p'
}
failed=0
differs . >"$scratch/found"
[ ! -s "$scratch/found" ] || {
    sed 's/$/: an address that nobody has vouched for (accesses.sh)/' "$scratch/found" >&2
    failed=1
}

rm -rf "$scratch/planted"
mkdir -p "$scratch/planted"
cp -r core arm "$scratch/planted"
cat >>"$scratch/planted/arm/trap.c" <<'PLANTED'
u32 planted(u32 par, u32 pc)
{
    return *(const volatile u16 *)((par & ~0xfffU) | (pc & 0xffeU));
}
PLANTED
cat >>"$scratch/planted/arm/thread.c" <<'PLANTED'
u32 planted(u32 pc)
{
    return hw_read32(paddr(pc));
}
PLANTED
differs "$scratch/planted" >"$scratch/caught"
grep -q '^> pointer arm/trap.c' "$scratch/caught" &&
    grep -q '^> access arm/thread.c' "$scratch/caught" || {
    echo 'accesses: what was planted is not found' >&2
    failed=1
}
exit "$failed"
