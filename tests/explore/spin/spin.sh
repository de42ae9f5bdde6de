#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# spin.sh PAN EXPLORE SCOPE [SHORT]: Spin's program and the explorer on one scope; fails
# if either finds something, or if one comes to more states or transitions than the other.
set -u

pan=$(realpath "$1")
explore=$(realpath "$2")
export SCOPE="$3"
[ -z "${4-}" ] || export SHORT="$4"
cd "$(dirname "$pan")" || exit 1

"$explore" --scope "$SCOPE" ${SHORT:+--short} | tee explore.log
"$pan" -n -w20 -m1000000 >pan.log 2>&1 || echo "spin: exit status $?"
grep -E '^(pan:|spin:|error:|State-vector)| states, stored| transitions|total actual' pan.log
# One state, and two transitions as Spin counts them, come before boot.
awk -v scope="$SCOPE" '
FILENAME == "explore.log" && $1 == scope { states = $2; transitions = $3 }
FILENAME == "pan.log" && /states, stored/ { spin_states = $1 - 1 }
FILENAME == "pan.log" && / transitions \(/ { spin_transitions = $1 - 2 }
/errors: 0/ { sound = 1 }
/^error: max|^explore:|assertion violated|not enough memory|max memory/ { wrong = 1 }
END {
    same = states > 0 && states == spin_states && transitions == spin_transitions
    print "spin: " (same ? "the same" : "other") " states and transitions"
    exit !(same && sound && !wrong)
}' explore.log pan.log
