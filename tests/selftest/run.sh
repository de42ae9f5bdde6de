#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Plants one bug at a time in a copy of the sources and shows that the checks
# that are to find it do. Fails if one is missed, or finds what is not there.
set -eu

copy=build/selftest
tests='cap/*' # reaches all the functions named below
failed=0

rm -rf "$copy"
mkdir -p "$copy"
tar -c --exclude=./build --exclude=./.git . | tar -x -C "$copy"
MAKE="env -u MAKEOVERRIDES ${MAKE:-make} --no-print-directory -C $copy SAN= OPT=-O2 TESTS='$tests'"

# check TOOL: runs it over the copy; its output is left in $copy/output.txt.
check() {
    case $1 in
    sanitizers) eval "$MAKE SAN=1 check" ;;
    valgrind) eval "$MAKE memcheck" ;;
    esac >"$copy/output.txt" 2>&1
}

row() {
    printf '%-20s %-30s %-12s %s\n' "$@"
}

# plant FILE FUNCTION CODE: makes CODE the function's first statement.
plant() {
    cp "$copy/$1" "$copy/original"
    awk -v function_name="$2" -v code="$3" '
        $0 ~ "^[a-z].*[ *]" function_name "\\(" { inside = !/;$/ }
        { print }
        /^\{/ && inside { print code; inside = 0; planted++ }
        END { exit planted != 1 }' "$copy/original" >"$copy/$1" || {
        echo "selftest: no function $2 in $1" >&2
        exit 1
    }
}

# caught NAME FILE FUNCTION CODE TOOL REPORT [TOOL REPORT]
caught() {
    name=$1 file=$2 function=$3
    plant "$2" "$3" "$4"
    shift 4
    while [ $# -gt 0 ]; do
        verdict=caught
        if check "$1"; then
            verdict=MISSED
        elif ! grep -q "$2" "$copy/output.txt"; then
            verdict="MISSED: no \"$2\""
            tail -n 20 "$copy/output.txt" >&2
        fi
        [ "$verdict" = caught ] || failed=1
        row "$name" "$file: $function" "$1" "$verdict"
        shift 2
    done
    cp "$copy/original" "$copy/$file"
}

row 'planted' 'in' 'tool' 'result'
for tool in sanitizers valgrind; do
    check $tool || {
        tail -n 20 "$copy/output.txt" >&2
        echo "selftest: $tool complain of the copy before anything is planted" >&2
        exit 1
    }
    row nothing - $tool passes
done

# The compiler is not to see what is wrong: `n` and `p` could be anything.
n='unsigned n = 8; __asm__ volatile("" : "+r"(n));'
hidden='__asm__ volatile("" : "+r"(p));'

caught 'heap overrun' sim/sim.c sim_boot \
    "{ $n volatile char *p = __builtin_malloc(n); p[n] = 1; __builtin_free((void *)p); }" \
    sanitizers heap-buffer-overflow valgrind 'Invalid write'
caught 'stack overrun' core/cap.c cap_look_up_any \
    "{ $n volatile char a[8]; volatile char *p = a; $hidden p[n] = 1; }" \
    sanitizers stack-buffer-overflow
caught 'global overrun' core/boot.c boot \
    "{ $n static volatile char a[8]; volatile char *p = a; $hidden p[n] = 1; }" \
    sanitizers global-buffer-overflow
caught 'array overrun' core/cap.c cap_look_up_any \
    "{ $n static volatile char a[8]; a[n] = 1; (void)a[0]; }" \
    sanitizers 'out of bounds'
caught 'uninitialised read' core/cap.c cap_look_up_any \
    '{ int a[4]; __asm__ volatile("" : : "r"(a) : "memory"); if (a[1] == 42) __asm__ volatile("nop"); }' \
    valgrind 'uninitialised value'
caught 'leak' sim/sim.c sim_boot \
    "{ $n for (; n > 0; n--) { char *p = __builtin_malloc(n); $hidden } }" \
    sanitizers LeakSanitizer valgrind 'definitely lost'
caught 'signed overflow' core/cap.c cap_look_up_any \
    "{ $n int i = 0x7ffffff8 + (int)(n > 8); i += (int)n; __asm__ volatile(\"\" : : \"r\"(i)); }" \
    sanitizers 'signed integer overflow'

exit "$failed"
