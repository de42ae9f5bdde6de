#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# prove.sh OUT STEP...: Frama-C's Eva over steps of tests/prove/prove.c ("all": over each). What
# it cannot show must be in tests/prove/justified.txt; of all steps, nothing else may be there.
# prove.sh OUT wp [FUNCTION|FILE...]: WP over the contracts of tests/prove/wp.h, lines.c and
# tournament/.
# prove.sh OUT planted: copies of core/ without a check (tests/prove/planted.txt): each is found.
# JOBS=2: two steps, or goals, at a time. TIMEOUT: seconds of processor time per goal. NUMBERS:
# of the tournament, these places only.
set -eu

out=$1
shift
here=tests/prove
core=${CORE:-core}
justified_limit=10
mkdir -p "$out"
share=$(frama-c -print-share-path)
includes="-include widths.h -nostdinc -I$here/include -I$core -I$here -I$share/libc"

# Where what a function returns is to be told apart, beside what it has done.
returns=boot:0,boot_regions:0,wake_switch:0,vcpu_signal_switch:0,line_raise:0,line_wake:0
returns=$returns,interrupt_driver:0,call_fast:0,reply_fast:0,exit_reply_fast:0
returns=$returns,notification_signal_cap:0,vcpu_interrupt:0,cap_look_up:0,cap_look_up_any:0,below:0:1,cap_find:0
returns=$returns,vcpu_is_loaded:0,derivation_transfer_check:0,call_check:0,derivation_check:0,map_target:0
returns=$returns,region_unmap_step:0,cap_destroy_step:0,region_release_step:0
returns=$returns,fault_handler:1:2:3:4:5:65535,ipc_retry:65535,fault_send:65535,chain_end:65535
# How many states are kept apart: few where many ways come together, many where objects are
# taken one by one.
slevels=deadline_set:100,deadline_set_body:100,klog_put_text:200,klog_print:300,put_decimal:40,lists_update:0,lists_empty:0,lists_fill:0,nested_begin:0,nested_end:0,line_first:0,line_listed:0,line_lower:0,vcpu_load:0,vcpu_unload:0
slevels=$slevels,vcpu_stop_body:0,line_list_straight:0,any_pending:0,lines_state:0
slevels=$slevels,machine_space_map:0,machine_space_unmap:0,constants_check:2000
slevels=$slevels,reply_recv_by:300,boot_threads:500,boot_time:500,boot:500,restart_item:100
slevels=$slevels,cell_hypercall_restart_body:100,prove_clz:0,prove_ctz:0,state_init:2000
slevels=$slevels,any_state:0,time_any:2000,threads_any:2000,state_constants:500

# eva STEP: into OUT/STEP.csv and OUT/STEP.seconds.
eva() {
    rm -f "$out/$1.csv"
    unroll=20
    split=$returns
    case $1 in
    boot) unroll=70 ;; # its loops over lines
    # Whom a call is to, one by one.
    call | ipc_retry | guest_exit | fault_send) split=cap_object:1:2:3:4:5,$returns ;;
    esac
    begin=$(date +%s)
    timeout 600 frama-c -machdep gcc_x86_32 -c11 -cpp-extra-args="$includes" $here/prove.c \
        -eva -main "prove_$1" -eva-slevel 20 -eva-ilevel 70 -eva-plevel 600 \
        -eva-domains symbolic-locations,equality -eva-auto-loop-unroll $unroll \
        -eva-split-return-function "$split" -eva-slevel-function "prove_$1:2000,$slevels" \
        -eva-use-spec queue_highest -eva-no-print -then -report-csv "$out/$1.csv" >"$out/$1.log" 2>&1 || rm -f "$out/$1.csv"
    echo $(($(date +%s) - begin)) >"$out/$1.seconds"
    grep -q 'ANALYSIS SUMMARY' "$out/$1.log" || rm -f "$out/$1.csv"
}

# function TAB kind TAB property, of each that is not proved, whoever calls the function. What
# is taken for granted of the core counts, too; not what is of Frama-C's own functions.
open_ones() {
    awk -F '\t' 'FNR > 1 && $6 != "Valid" && $6 != "Dead" &&
        ($6 != "Considered valid" || ($1 !~ /FRAMAC_SHARE/ && $5 !~ /^(assigns|from) clause$/)) {
        gsub(/ +/, " ", $7)
        if (sub(/^precondition of /, "", $5)) {
            $4 = $5
            $5 = "precondition"
        }
        print $4 "\t" $5 "\t" $7
    }' "$@" | sort -u
}

# analysed STEP: what it found, against OUT/justified.
analysed() {
    if [ ! -f "$out/$1.csv" ]; then
        printf '%-28s the analysis did not end: %s\n' "$1" "$out/$1.log"
        : >"$out/$1.open"
        echo "$1" >>"$out/failed"
        return
    fi
    open_ones "$out/$1.csv" >"$out/$1.open"
    comm -23 "$out/$1.open" "$out/justified" >"$out/$1.unexplained"
    printf '%-28s %7d %10d %10d %10d\n' "$1" "$(cat "$out/$1.seconds")" \
        "$(awk 'FNR > 1' "$out/$1.csv" | wc -l)" "$(wc -l <"$out/$1.open")" \
        "$(wc -l <"$out/$1.unexplained")"
}

steps() {
    echo boot
    sed -n 's/^STEP[A-Z_]*(\([a-z_]*\),.*/\1/p; s/^void prove_\([a-z_]*\)(void)$/\1/p' $here/prove.c |
        grep -v '^boot$'
}

prove_steps() {
    grep -v '^#' $here/justified.txt | sort -u >"$out/justified"
    : >"$out/failed"
    printf '%-28s %7s %10s %10s %10s\n' step seconds properties 'not shown' unexplained
    running=
    for step; do
        eva "$step" &
        running="$running $step"
        # shellcheck disable=SC2086
        set_of() { echo $#; }
        # shellcheck disable=SC2086
        if [ "$(set_of $running)" -ge "${JOBS:-1}" ]; then
            wait
            for ended in $running; do
                analysed "$ended"
            done
            running=
        fi
    done
    wait
    for ended in $running; do
        analysed "$ended"
    done
    for step; do
        cat "$out/$step.open"
    done | sort -u >"$out/open"
    comm -23 "$out/open" "$out/justified" >"$out/unexplained"
    echo "Eva: $# steps; not shown $(wc -l <"$out/open"), of these not explained $(wc -l <"$out/unexplained")"
}

# The rest fails.
judge() {
    failed=0
    [ ! -s "$out/failed" ] || failed=1
    if [ "$(wc -l <"$out/justified")" -gt $justified_limit ]; then
        echo "prove: more than $justified_limit entries in $here/justified.txt" >&2
        failed=1
    fi
    if [ -s "$out/unexplained" ]; then
        echo "prove: not shown, not explained:" >&2
        cat "$out/unexplained" >&2
        failed=1
    fi
    if [ "$1" = all ] && [ -n "$(comm -13 "$out/open" "$out/justified")" ]; then
        echo "prove: explained, but shown by now:" >&2
        comm -13 "$out/open" "$out/justified" >&2
        failed=1
    fi
    return $failed
}

# functions FILE: those to prove that FILE has, with commas.
functions() {
    awk -v file="$1" -v only="$only" '/^#/ || (NF > 1 ? $2 : "wp.c") != file { next }
        only ~ /^ *$/ || index(only, " " $1 " ") || index(only, " " file " ") { printf "%s%s", comma, $1; comma = "," }' $here/wp.txt
}

# by_wp FILE OPTION...: its goals, into OUT/wp.log; adds to `proved` and `goals`.
by_wp() {
    file=$here/$1
    shift
    # shellcheck disable=SC2086
    frama-c -machdep gcc_x86_32 -c11 -cpp-extra-args="$includes -I$out" "$file" -wp $rte \
        -wp-prover "$prover" -wp-timeout "${TIMEOUT:-60}" -wp-par "${JOBS:-1}" \
        "$@" >"$out/wp.log" 2>&1 || {
        tail -n 5 "$out/wp.log" >&2
        return 1
    }
    grep -E 'Goal .* : (Failed|Timeout|Unknown)' "$out/wp.log" >&2
    counts=$(sed -n 's/.*Proved goals: *\([0-9]*\) *\/ *\([0-9]*\).*/\1 \2/p' "$out/wp.log")
    if [ -z "$counts" ]; then
        grep -q 'No goal generated' "$out/wp.log"
        return
    fi
    proved=$((proved + ${counts% *}))
    goals=$((goals + ${counts#* }))
}

# goals FILE OPTION...: of its functions.
goals() {
    of=$(functions "$1")
    [ -n "$of" ] || return 0
    by_wp "$@" -wp-fct "$of"
}

# goals_each NAME: of the function with the contract of tournament/NAME.h, of each number.
goals_each() {
    of=$(functions "tournament/$1.c")
    [ -n "$of" ] || return 0
    names=
    : >"$out/$1_each.h"
    for number in ${NUMBERS:-$(seq 0 31)}; do
        printf '#undef NUMBER\n#define NUMBER %d\n#include "tournament/%s.h"\n' "$number" "$1" >>"$out/$1_each.h"
        names=$names${names:+,}${of}_$number
    done
    by_wp "tournament/$1.c" -wp-fct "$names"
}

# annotated NAME FILE: functions of the core's file, with NAME.acsl in them.
annotated() {
    awk -f $here/annotate.awk "$here/$1.acsl" "$core/$2" >"$out/${1##*/}_annotated.c"
}

wp() {
    [ -f "${WHY3CONFIG:-$HOME/.why3.conf}" ] || why3 config detect >/dev/null 2>&1
    # Without z3's bit vectors: they keep it from what is shown of arrays.
    prover=$(why3 config list-provers | sed -n 's/^Z3 \(.*\) (noBV)$/Z3:\1:noBV/p' | head -n 1)
    only=${*:+" $* "}
    rte=-wp-rte
    proved=0
    goals=0
    annotated queue sched.c || return 1
    # What a struct assigned as a whole is afterwards, by its fields: WP's filter of
    # hypotheses would drop just that; all other goals are easier with the filter.
    goals wp.c -wp-alias-vars kernel -wp-prop=-alone,-before,-rest,-behind,-apart || return 1
    goals wp.c -wp-alias-vars kernel -wp-no-filter -wp-prop=alone,before,rest,behind,apart || return 1
    annotated lines vcpu.c || return 1
    goals lines.c || return 1
    annotated tournament/first deadline.h || return 1
    annotated tournament/set deadline.c || return 1
    annotated tournament/due deadline.c || return 1
    goals_each first || return 1
    # Its pointer leaves the row that it comes from, which WP takes for undefined: that it does
    # nothing undefined, Eva shows (cuts.c).
    rte=
    goals_each set || return 1
    rte=-wp-rte
    goals tournament/due.c || return 1
    of=$(for file in wp lines tournament/first tournament/set tournament/due; do functions $file.c | tr , '\n'; echo; done)
    echo "WP: $proved of $goals goals proved, of $(echo "$of" | grep -c .) functions"
    [ $goals != 0 ] && [ $proved = $goals ]
}

# found NAME STEP: in the copy of the core.
found() {
    case $2 in
    wp:*)
        CORE=$out/planted TIMEOUT=10 NUMBERS=13 "$0" "$out/planted.out" wp "${2#wp:}" >"$out/planted.log" 2>&1 && return 1
        grep -m 1 -oE 'Goal [a-z0-9_]+ : (Failed|Timeout|Unknown)' "$out/planted.log"
        ;;
    *)
        CORE=$out/planted JOBS=1 "$0" "$out/planted.out" "$2" >"$out/planted.log" 2>&1 && return 1
        head -n 1 "$out/planted.out/unexplained" | tr '\t' ' ' | grep .
        ;;
    esac
}

# Each line of planted.txt, or the first: name, step, file, sed script.
planted() {
    grep -v '^#' $here/planted.txt | head -n "${1:-99}" | while IFS='	' read -r name step file script; do
        rm -rf "$out/planted"
        cp -r core "$out/planted"
        sed "$script" "core/$file" >"$out/planted/$file"
        if cmp -s "core/$file" "$out/planted/$file"; then
            echo "prove: $name: there is nothing to plant it in" >&2
            exit 1
        fi
        finding=$(found "$name" "$step") || {
            echo "prove: $name is not found: $out/planted.log" >&2
            exit 1
        }
        printf 'planted %s: found by %s: %s\n' "$name" "$step" "$finding"
    done
}

case $1 in
wp)
    shift
    wp "$@"
    ;;
planted) planted "${2:-}" ;;
all)
    # shellcheck disable=SC2046
    prove_steps $(steps)
    judge all
    ;;
*)
    prove_steps "$@"
    judge some
    ;;
esac
