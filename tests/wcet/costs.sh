#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# costs.sh FOLDER WCET MAKE: user/describe/costs.h on stdout, from the worst cases that are
# derived of images of native systems and of systems with guests, and from the prices of
# sim/cost_table.h.
#
# How they grow with the size of a system: each image is derived anew with bounds of loops for
# a larger one; and for deadlines, of which there is a level for each doubling of contexts,
# a system of a hundred contexts shows that this is so.
set -eu

out=$1
wcet=$2
make=$3
levels=4 # more than there are
lines=32

mkdir -p "$out"

# derive NAME SYSTEM: NAME.bounds, .levels, .lines
derive() {
    image=$($make -s --no-print-directory ARCH=arm BOARD=virt SYSTEM="$2" wcet-where | tail -n 1)
    rm -f "$image/wcet/facts" # may be of other ones
    $make -s --no-print-directory ARCH=arm BOARD=virt SEED=1 SYSTEM="$2" FACTS="$facts" \
        wcet-derive >"$out/$1.log" 2>&1 || { grep -A8 "^wcet:" "$out/$1.log" >&2; exit 1; }
    grep -E '^(bound|part) ' "$out/$1.log" >"$out/$1.bounds"
    sed -n 's/^#define PLACES \([0-9]*\)U/places \1/p
            s/^#define IRQ_MAX \([0-9]*\)U/irqs \1/p' "$image/generated/limits_config.h" >>"$out/$1.bounds"
    for more in levels lines; do
        awk -v more=$more -v levels=$levels -v lines=$lines -v facts="$facts" \
            -f tests/wcet/grown.awk "$facts" "$image/wcet/facts" >"$out/$1.facts"
        "$wcet" "$image/wcet/disassembly" "$image/wcet/lines" "$out/$1.facts" |
            grep -E '^(bound|part) ' >"$out/$1.$more"
    done
}

facts=tests/wcet/facts.txt
derive few bench/arm/sizes/few.c
derive soak soak
derive exits exits
derive rtos-vm rtos-vm
# The compiler has put this loop otherwise there.
facts=$out/facts.txt
sed 's/^body | cell_hypercall_restart | i++; /loop | cell_hypercall_restart | for (u32 n = 0; n < RESTART_STEP /' \
    tests/wcet/facts.txt >"$facts.new"
cmp -s "$facts.new" "$facts" || cp "$facts.new" "$facts"
derive hundred tests/wcet/sizes/hundred.c
awk -v levels=$levels -v lines=$lines -f tests/wcet/costs.awk sim/cost_table.h sim/cost.c \
    "$out"/few.* "$out"/hundred.* "$out"/soak.* "$out"/exits.* "$out"/rtos-vm.*
