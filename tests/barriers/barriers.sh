#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# barriers.sh OUT 'COMPILE' 'LINK' 'OBJECTS' SOURCE...: takes away each barrier of these sources and of
# the headers beside them, one at a time, in a copy. A test of tests/unit/test_barriers.c
# must fail then, and none without that. An object is compiled anew and linked before OBJECTS,
# whose library then does not give its own.
# shellcheck disable=SC2086
set -u

out=$1
compile=$2
link=$3
rest=$4
shift 4
found=0
missed=0

# run FOLDER SOURCE: the tests with the source as it is there.
run() {
    name=${2##*/}
    $compile -o "$1/${name%.c}.o" "$1/arm/$name" 2>"$1/log.txt" &&
        $link -o "$1/tests" "$1/${name%.c}.o" $rest 2>>"$1/log.txt" || return 2
    timeout 60 "$1/tests" 1 'barriers/*' >"$1/log.txt" 2>&1
}

# Where a barrier of a file would show: the sources that read it.
readers() {
    case $1 in
    *.h) for source in $sources; do
        grep -q "\"${1##*/}\"" "$source" && echo "$source"
    done ;;
    *) echo "$1" ;;
    esac
}

# take FILE LINE SOURCE: without the barrier there.
take() {
    to=$out/${1##*/}-$2
    rm -rf "$to" && mkdir -p "$to/arm" && cp arm/*.c arm/*.h "$to/arm/"
    sed -i "$2s/hw_[di]sb();/(void)0;/" "$to/arm/${1##*/}"
    what=$(sed -n "$2s/.*\(hw_[di]sb\)();.*/\1/p" "$1")
    run "$to" "$3"
    case $? in
    0) echo "$1:$2: $what: no test fails without it" && missed=$((missed + 1)) ;;
    2) cat "$to/log.txt" && missed=$((missed + 1)) ;;
    *) printf '%-16s line %-4s %s  %s\n' "$1" "$2" "$what" \
        "$(sed -n 's/^FAILED *barriers\/\([a-z0-9_]*\).*/\1/p' "$to/log.txt" | head -n 1)" ;;
    esac
    rm -rf "$to"
}

sources=$*
mkdir -p "$out/as-it-is/arm" && cp arm/*.c arm/*.h "$out/as-it-is/arm/"
for source in $sources; do
    run "$out/as-it-is" "$source" || { cat "$out/as-it-is/log.txt"; exit 1; }
done
for file in $sources arm/*.h; do
    source=$(readers "$file" | head -n 1)
    [ -n "$source" ] || continue
    for line in $(grep -n 'hw_[di]sb();' "$file" | cut -d : -f 1); do
        found=$((found + 1))
        take "$file" "$line" "$source"
    done
done
echo "$found barriers, $missed that no test needs"
[ "$found" -gt 0 ] && [ "$missed" -eq 0 ]
