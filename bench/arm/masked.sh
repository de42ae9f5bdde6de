#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# masked.sh OUT LIMIT GROWTH QEMU NAME:IMAGE:MILLIONS...: runs each release image for so many
# million instructions, and prints the longest stretch with interrupts masked, with who
# made it; then the longest of each hypercall over all of them. Fails past LIMIT.
set -u
out=$1
limit=$2
growth=$3
qemu=$4
shift 4
names=
printf '%-20s %14s %8s  %s\n' system instructions masked 'longest stretch: by'
for item in "$@"; do
    name=${item%%:*}
    image=${item#*:}
    millions=${image#*:}
    image=${image%:*}
    rm -f "$out/$name.masked"
    symbols=$(${CROSS:-arm-none-eabi-}nm "$image" | awk '
        $3 == "arm_start" { text = $1 } $3 == "arm_image_end" { end = $1 } $3 == "arm_vectors" { vectors = $1 }
        $3 == "arm_guest_vectors" { guests = ",guests=" $1 } $3 == "guest_other" { guests_end = ",guests_end=" $1 }
        END { print "text=" text ",end=" end ",vectors=" vectors guests guests_end }')
    $qemu -display none -serial null -monitor none -kernel "$image" \
        -plugin "$out/masked.so,$symbols,limit=${millions}000000,seconds=60,out=$out/$name.masked" \
        </dev/null >"$out/$name.log" 2>&1
    [ -s "$out/$name.masked" ] || { cat "$out/$name.log"; echo "masked: $name: no figures"; exit 1; }
    names="$names $out/$name.masked"
done
# shellcheck disable=SC2086
awk -v limit="$limit" -v growth="$growth" -f bench/arm/hypercalls.awk -f bench/arm/masked.awk $names
