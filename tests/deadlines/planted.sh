#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# planted.sh MAKE: the search must notice where a part of the bound is missing. Each is left
# out of a copy of user/describe/timing.c.
set -eu

make=$1
bad=0

# planted NAME SED
planted() {
    mkdir -p build/deadlines/planted
    sed "$2" user/describe/timing.c >build/deadlines/planted/timing.c
    ! cmp -s user/describe/timing.c build/deadlines/planted/timing.c ||
        { echo "planted: $1 is not where it was" >&2; bad=1; return; }
    if $make -s deadlines PLANTED=1 N=4000 >build/deadlines/planted/$1.txt 2>&1; then
        echo "planted: nobody notices that $1 is missing" >&2
        bad=1
    elif ! grep -q 'over its bound' build/deadlines/planted/$1.txt; then
        cat build/deadlines/planted/$1.txt >&2
        bad=1
    else
        echo "planted: without $1 a deadline is missed"
    fi
}

planted core 's/u64 alone = b.stretch + b.own/u64 alone = 0 * b.own/'
planted equal 's/b->equal += r->turn + v->costs.stretch + ways/b->equal += ways/'
planted share 's/u64 most = r->budget + share_of(/u64 most = r->budget + 0 * share_of(/'
planted charged 's/u64 gone = b->charged + b->help + b->late;/u64 gone = b->help + b->late;/'
planted help 's/u64 gone = b->charged + b->help + b->late;/u64 gone = b->charged + b->late;/'
planted late 's/u64 gone = b->charged + b->help + b->late;/u64 gone = b->charged + b->help;/'
exit $bad
