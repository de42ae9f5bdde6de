#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# target_sum.sh FOLDER "BOARD..." "SYSTEM...": the sum of what target.sh found on each
# board with each system. Fails, and says with which, if anything failed or did not run.
set -u

folder=$1
boards=$2
systems=$3
tested=0
failed=0
wrong=
for board in $boards; do
    for system in $systems; do
        sum=$(cat "$folder/$board.$system.sum" 2>/dev/null) || sum='tested 1 failed 1'
        set -- $sum
        tested=$((tested + $2))
        failed=$((failed + $4))
        [ "$4" -eq 0 ] && [ "$2" -gt 0 ] || wrong="$wrong
    $system on $board: $4 of $2 failed"
    done
done
[ -z "$wrong" ] || echo "On the target:$wrong"
echo "[====] Target: Boards: $boards | Tested: $tested | Passing: $((tested - failed)) | Failing: $failed | $(($(date +%s) - $(cat "$folder/started"))) s"
[ -z "$wrong" ] && [ "$tested" -gt 0 ]
