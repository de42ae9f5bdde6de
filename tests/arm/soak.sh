#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# soak.sh QEMU IMAGE STEPS: runs it; fails if an invariant did not hold, or if the run says
# nothing of some hypercall: each must have succeeded. (But recv: who is served must be stopped before it; a few in 100,000.
# And those of vCPUs, 21 to 24, of which this system has none; the host's soak and check-vms have.) The last count is that
# of numbers that are no hypercall's.
set -u
started=$(date +%s)
text=$(timeout 600 $1 -serial null -monitor none \
    -semihosting-config "enable=on,target=native,arg=$3" -kernel "$2" </dev/null 2>&1)
status=$?
echo "$text" | grep -a '^soak:'
[ "$status" -eq 0 ] || { echo "soak: QEMU ended with $status"; exit 1; }
echo "$text" | awk -v started="$started" -v now="$(date +%s)" '
    /^soak: [0-9]+ entries/ { entries = $2 }
    /^soak: successes by number:/ {
        for (i = 5; i <= NF; i++)
            if ($i == 0 && i - 5 < 21 && i - 5 != 2) { print "soak: hypercall " i - 5 " never succeeded"; failed = 1 }
        numbers = NF - 4
    }
    END {
        if (numbers != 26) { print "soak: no counts"; failed = 1 }
        print "soak: " entries " entries checked in " now - started " s"
        exit failed
    }'
