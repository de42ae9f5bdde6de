#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# run.sh OUT PLUGIN QEMU IMAGE MILLIONS [OPTION...]: runs a release image for so many million
# instructions; OUT: the longest stretch of each cause, as bench/spans/masked.c writes it.
set -u
out=$1
plugin=$2
qemu=$3
image=$4
millions=$5
shift 5
rm -f "$out"
"${CROSS:-arm-none-eabi-}nm" "$image" >"$out.functions"
symbols=$(awk '
    { at[$3] = $1 }
    END {
        count = split("text=arm_start end=arm_image_end vectors=arm_vectors schedule=schedule " \
                      "take=machine_line_take print=klog_step", options, " ")
        for (i = 1; i <= count; i++) {
            split(options[i], part, "=")
            if (!(part[2] in at)) { print part[2] >"/dev/stderr"; exit 1 }
            printf "%s%s=%s", i == 1 ? "" : ",", part[1], at[part[2]]
        }
        if ("arm_guest_vectors" in at) printf ",guests=%s,guests_end=%s", at["arm_guest_vectors"], at["guest_other"]
    }' "$out.functions") || {
    echo "wcet: $image: lacks one of the functions that are watched" >&2
    exit 1
}
# shellcheck disable=SC2086
$qemu -display none -serial null -monitor none -kernel "$image" \
    -plugin "$plugin,$symbols,limit=${millions}000000,seconds=120,functions=$out.functions,out=$out" \
    "$@" </dev/null >"$out.log" 2>&1
grep -q '^end \(limit\|quiet\)' "$out" || {
    cat "$out.log" >&2
    echo "wcet: $image: $(grep '^end' "$out" || echo 'no figures')" >&2
    exit 1
}
