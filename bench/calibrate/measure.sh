#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# measure.sh FOLDER SYSTEM NUMBER:COUNT: spans of a release image, up to this hypercall.
# SPANS, NM and QEMU say which programs.
set -eu

image=build/arm/virt/$2/thimble.elf
poll=$($NM "$image" | sed -n 's/ . machine_interrupt_pending$//p')
$SPANS --seconds 120 --end "$3" --poll "$poll" -- $QEMU -kernel "$image" >"$1/$2.new"
mv "$1/$2.new" "$1/$2.spans"
