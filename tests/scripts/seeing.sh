#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# seeing.sh BOARD: gateway on a target, looked at from outside: its trace and its
# figures are read out, and gdb shows its cells.
set -eu

board=$1
out=build/arm/$board/gateway
scratch=build/arm/$board/seeing
failed=0
mkdir -p "$scratch"

complain() {
    echo "seeing: $1" >&2
    sed 's/^/    /' "$said" | head -n 60 >&2
    failed=1
}

# run FILE COMMAND...: what it says is in $said.
run() {
    said=$scratch/$1
    shift
    timeout -k 1 120 "$@" >"$said" 2>&1 </dev/null || complain "failed: $*"
}

# says PATTERN...: lines of the output, in this order.
says() {
    awk '
        BEGIN { for (i = 1; i < ARGC; i++) wanted[i] = ARGV[i]; n = ARGC - 1; ARGC = 1; at = 1 }
        at <= n && $0 ~ wanted[at] { at++ }
        END { if (at <= n) print wanted[at]; exit at <= n }' "$@" <"$said" >"$scratch/missing" ||
        complain "no line, or not there: $(cat "$scratch/missing")"
}

# json WORDS PROGRAM: what must hold of the trace.
json() {
    jq -e "$2" "$scratch/trace.json" >/dev/null || complain "the trace: $1"
}

# ---- trace and table ---------------------------------------------------------------
run trace.txt $MAKE -s ARCH=arm BOARD="$board" SYSTEM=gateway TIME_MS=40 TRACE="$scratch/trace.json" trace
says "^system gateway on $board: " '^cell ' '^control .* [0-9.]+ +[0-9.]+ +[0-9.]+ +[0-9.]+$' \
    '^worker ' '^plant +0\.000 ' '^\(idle, boot\)' 'trace\.json: a trace for Perfetto'
# Of the time that the ring covers, the cells and idle have all.
awk '/^(control|worker|plant) / { sum += $5 } /^\(idle/ { sum += $6 }
     END { exit !(sum > 99 && sum < 101) }' "$said" || complain 'shares do not add up to 100 %'
json 'slices do not nest' '[.traceEvents[] | select(.ph == "B" or .ph == "E")] | group_by(.tid) |
    all(reduce .[] as $e (0; if . < 0 then . elif $e.ph == "B" then . + 1 else . - 1 end) == 0)'
json 'an arrow has one end' '[.traceEvents[] | select(.ph == "s" or .ph == "f")] | length > 100 and
    (group_by(.id) | all(length == 2 and (map(.ph) | sort) == ["f", "s"]))'
json 'time runs backwards' '[.traceEvents[] | .ts] | . == sort and .[-1] <= 40000 and .[-1] > 30000'
json 'no call of control' '[.traceEvents[] | select(.name == "serve control.loop")] | length >= 25'
json 'interrupts are missing' '[.traceEvents[] | select(.name == "interrupt")] | length > 25'

# ---- gdb ----------------------------------------------------------------------------
# Time is the host's here, and a step over a breakpoint takes more of it than a budget has.
# So what is asked does not depend on whom an interrupt meets, and the place where control
# is stopped is one that only control has: the other programs are shorter.
for command in cells threads 'caps plant' 'backtrace plant' trace log 'save build/gdb-copy'; do
    echo "thimble $command" >"$scratch/commands"
    run early.txt sh -c "$MAKE -s ARCH=arm BOARD=$board SYSTEM=gateway \
        GDB_FLAGS='-nx -batch -x $scratch/commands' gdb || true"
    says '^the core has not booted yet$'
done
cat >"$scratch/commands" <<'END_COMMANDS'
set width 0
thimble break plant
continue
thimble cells
thimble caps control
thimble trace on
delete
break interrupt
continue
continue
thimble trace 4
thimble log
thimble save build/gdb-copy
delete
thimble break control stats_record
continue 3
backtrace
thimble threads
thimble backtrace worker
thimble break nosuch
END_COMMANDS
# gdb's own result is that of the last command, which is wrong on purpose.
run gdb.txt sh -c "$MAKE -s ARCH=arm BOARD=$board SYSTEM=gateway \
    GDB_FLAGS='-nx -batch -x $scratch/commands' gdb || true"
says '^\[plant\.main, [0-9.]+ us\]' \
    '^# +cell +program +threads' '^0 +control ' '^2 +plant ' \
    '^1 +thread +plant\.main +call +0x1 ' \
    '^Breakpoint .* interrupt \(' 'time +thread +event' \
    '^thimble: ABI version 1, system gateway' \
    '^system gateway on ' '^worker ' \
    'stats_record .* user/lib/stats\.c' '^\[control\.loop, ' \
    '^#0 .* stats_record' 'program_control' 'thimble_start' \
    '^\* +1 +control\.loop ' ' worker\.main ' ' plant\.main ' \
    '^#[0-9]+ .* program_worker \(.* user/systems/gateway/worker\.c' 'in thimble_start \(\)' \
    'no cell "nosuch"; there are control, worker, plant'
rm -rf build/gdb-copy

# ---- run ----------------------------------------------------------------------------
# To a time, with a unit; the report for programs has what the target's memory has.
run run.txt $MAKE -s ARCH=arm BOARD="$board" SYSTEM=gateway TIME_MS=0.04s JSON="$scratch/run.json" run
says "^system gateway on $board: 4[0-9]\.[0-9]+ ms since reset, time is up" '^control ' '^worker '
json() {
    jq -e "$2" "$scratch/run.json" >/dev/null || complain "the report for programs: $1"
}
json 'its head' '.schema == "thimble-run" and .version == 1 and .system == "gateway" and
    .machine == "arm:'"$board"'" and .seed == null and .end == {kind: "time", words: "time is up"}'
json 'times' '.time_ns >= 40000000 and .time_ns < 80000000 and
    ((.idle_ns + ([.cells[].cpu_ns] | add) - .time_ns) | fabs) < 10'
json 'cells' '[.cells[].name] == ["control", "worker", "plant"] and .cells[0].stopped == false'
json 'latencies' '.cells[0].latency | .count > 25 and .min_us <= .p50_us and .p50_us <= .p99_us and
    .p99_us <= .max_us and ([.buckets[][1]] | add) == .count'
json 'who waits' '[.waiting[] | select(.kind == "notification" and .place != null)] != []'
run wrong.txt sh -c "! python3 gdb/readout.py --time 5x $out/readout $scratch/none nm $out/thimble.elf true"
says 'not a duration; write 50ms, 1.5s'

# On a terminal (script makes one), until Ctrl-A x; a program gets LF for Enter.
said=$scratch/terminal.txt
$MAKE -s ARCH=arm BOARD="$board" SYSTEM=console image >"$said" 2>&1 || complain 'no image of console'
# shown PATTERN: once the terminal has shown it, or after a while.
shown() {
    for _ in $(seq 300); do
        ! grep -aq "$1" "$said" || return 0
        sleep 0.1
    done
}
: >"$said"
{
    shown '^> '
    printf 'echo by-return\r'
    shown '^by-return'
    printf '\001x'
    shown 'ended on request'
} | timeout -k 1 120 script -qfec "$MAKE -s ARCH=arm BOARD=$board SYSTEM=console run" "$said" >/dev/null ||
    complain 'on a terminal: it failed'
tr -d '\r' <"$said" >"$scratch/terminal" && mv "$scratch/terminal" "$said"
says '^by-return$' "^system console on $board: [0-9.]+ ms since reset, ended on request" '^shell '
exit "$failed"
