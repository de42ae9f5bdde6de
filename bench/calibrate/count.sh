#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# count.sh BUILD FOLDER MEASURED [BENCHMARK...]: the simulator's side of the calibration.
# MEASURED/control.bin is the statistics page of gateway's control loop, after as many
# rounds as are to be simulated.
set -eu

build=$1
folder=$2
measured=$3
shift 3
mkdir -p "$folder"
for name in "$@"; do
    THIMBLE_COUNT=$folder/$name.count THIMBLE_COUNT_MARKS=1 \
        "$build/counted/$name/count" --time 2000 >"$folder/log"
done
"$(dirname "$0")/ends.sh" | while read -r name end; do
    THIMBLE_COUNT=$folder/$name.count THIMBLE_COUNT_END=$end \
        "$build/systems/$name/count" --time 4000 >"$folder/log"
done
rounds=$(od -A n -t u4 -j 4 -N 4 "$measured/control.bin" | tr -d ' ')
THIMBLE_COUNT=$folder/latency.count THIMBLE_COUNT_ROUNDS=control:$rounds \
    "$build/systems/gateway/count" --time 4000 >"$folder/log"
