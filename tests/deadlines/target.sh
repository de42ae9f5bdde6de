#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# target.sh DEADLINES FOLDER N SEED MAKE: N drawn systems with a promise that a job can put to the
# test, from seed SEED on, run on ARM in QEMU (target.h). Fails where a response is over its bound,
# or where a job that promises one has not come.
set -eu

deadlines=$1
folder=$2
number=$3
seed=$4
make=$5
failed=0
count=0
mkdir -p "$folder"

echo '  seed cell    bound us  worst us  missed'
while [ "$count" -lt "$number" ]; do
    file=$folder/drawn$seed.c
    seed=$((seed + 1))
    # The checker refuses some.
    "$deadlines" --emit "$file" --seed $((seed - 1)) 2>"$folder/refused.log" || continue
    grep -q '\.stats = true' "$file" || continue
    count=$((count + 1))
    $make ARCH=arm BOARD=virt SYSTEM="$file" TIME_MS=300 readout >"$folder/report.txt" 2>&1 || {
        cat "$folder/report.txt"
        exit 1
    }
    awk -v seed=$((seed - 1)) '
        # Actors, in the order of cells: bounds of the jobs that promise something.
        FNR == NR && /^    {0, / {
            gsub(/[{},U]/, " ")
            if ($9 > 0 && $10 > 0) {
                bound[++jobs] = $10 / 1000
            }
        }
        FNR == NR && /\.name = "c[0-9]*"/ { split($0, part, "\""); cell = part[2] }
        FNR == NR && /\.stats = true/ { promised[cell] = ++cells }
        FNR != NR && $1 in promised {
            printf "  %4d %-6s %9.2f %9s %7s\n", seed, $1, bound[promised[$1]], $NF, $7
            seen++
            # One whose deadline is past has missed at least one.
            bad += $7 != 0 || $NF == "-" || $NF > bound[promised[$1]] + 0.032
        }
        END { exit bad != 0 || seen != cells || jobs != cells }' "$file" "$folder/report.txt" || {
        echo "deadlines: missed on ARM: make ARCH=arm deadlines N=1 SEED=$((seed - 1))" >&2
        failed=1
    }
done
exit "$failed"
