#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# row.sh OUT NAME: runs the test of one row, OUT/NAME.row, and says what came of it. Kinds:
#
#   unit PATTERN               unit tests of that name: SUITE/TEST, with *
#   refused NAME               tests/bad-systems/NAME.c is refused, in the words that it expects
#   check TARGET [FILE TEXT]   `make TARGET`, with the text in that script or program, which is
#   system BOARD.SYSTEM [FILE TEXT]   on the target, in QEMU (make ARCH=arm check)
#   vm CONVERSATION [FILE TEXT]       with guests in VMs (make ARCH=arm check-vms)
set -eu

out=$1
name=$2
row=$out/$name.row
log=$out/$name.log
: >"$log"

{
    IFS= read -r test
    IFS= read -r limit
    IFS= read -r right
} <"$row"
kind=${test%% *}
what=${test#* }
target=${what%% *}
started=$(date +%s)

# What only a text in it names must be there.
text_there() {
    [ "$what" != "$target" ] || return 0
    rest=${what#* }
    grep -qF -- "${rest#* }" "${rest%% *}" 2>>"$log" ||
        { echo "not in ${rest%% *}: ${rest#* }" >>"$log"; return 1; }
}

# limited COMMAND...: ends with its limit, as a failure.
limited() {
    timeout -k 5 "$limit" "$@" >>"$log" 2>&1
}

# made GOAL...: not through the outer make's flags.
made() {
    limited env -u MAKEFLAGS -u MAKELEVEL -u MAKEOVERRIDES $MAKE --no-print-directory "$@"
}

# once LOCK GOAL...: what several rows ask for runs once; and of what builds the same, one at a
# time.
once() {
    lock=$1
    shift
    (
        flock 9
        done=$out/done-$kind-$target
        [ ! -e "$done" ] || exit "$(cat "$done")"
        status=0
        made "$@" || status=$?
        echo "$status" >"$done"
        exit "$status"
    ) 9>"$out/$lock.lock"
}

status=0
case $kind in
unit) limited "$BUILD/tests/plain" 1 "$what" || status=$? ;;
refused)
    if [ -e "tests/bad-systems/$target.c" ]; then
        limited tests/scripts/descriptions.sh "$BUILD" "tests/bad-systems/$target.c" || status=$?
    else
        echo "there is no tests/bad-systems/$target.c" >>"$log"
        status=1
    fi
    ;;
check) { text_there && once checks "ARCH=$ON" "$target"; } || status=$? ;;
system) { text_there && once "system-$target" ARCH=arm "check-run-$target"; } || status=$? ;;
# Conversations of one system use one image.
vm) { text_there && once "vm-${target%%[.-]*}" ARCH=arm CHECK_VMS="$target" "check-vm-$target"; } || status=$? ;;
esac

result=ok
[ "$status" -eq 0 ] || result=FAILED
[ "$status" -ne 124 ] || echo "took more than $limit s" >>"$log"
echo "$result" >"$out/$name.result"
line=$(printf '%-6s  %-28s %s (%s, %d s)' "$result" "$name" "$right" "$kind $target" $(($(date +%s) - started)))
# At once, so that others' lines do not come between.
if [ "$status" -eq 0 ]; then
    echo "$line"
else
    printf '%s\n%s\n' "$line" "$(tail -n 20 "$log" | sed 's/^/    /')"
fi
