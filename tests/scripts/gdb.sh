#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# gdb.sh BUILD: the `thimble` commands of gdb/, on pingpong, drivers and console.
set -eu

build=$1
scratch=$build/gdb
failed=0
mkdir -p "$scratch"
# LeakSanitizer does not work in a process that is traced already.
export ASAN_OPTIONS=detect_leaks=0

complain() {
    echo "gdb: $1" >&2
    sed 's/^/    /' "$out" | head -n 60 >&2
    failed=1
}

# debug SYSTEM [OPTION...]: the commands on stdin; what gdb says is in $out.
debug() {
    out=$scratch/$1.txt
    program=$build/systems/$1/run
    shift
    cat >"$scratch/commands"
    timeout -k 1 120 gdb -nx -batch -ex 'set confirm off' -ex 'set width 0' -x gdb/thimble.py \
        -x "$scratch/commands" --args "$program" --seed 1 --watchdog 0 "$@" \
        >"$out" 2>&1 </dev/null || true
}

# says PATTERN...: lines of the output, in this order.
says() {
    awk '
        BEGIN { for (i = 1; i < ARGC; i++) wanted[i] = ARGV[i]; n = ARGC - 1; ARGC = 1; at = 1 }
        at <= n && $0 ~ wanted[at] { at++ }
        END { if (at <= n) print wanted[at]; exit at <= n }' "$@" <"$out" >"$scratch/missing" ||
        complain "no line, or not there: $(cat "$scratch/missing")"
}

# gdb ends with the first error.
for command in cells threads 'caps ping' 'backtrace ping' trace log; do
    debug pingpong <<END_COMMANDS
thimble $command
END_COMMANDS
    says '^the core has not booted yet$'
done
debug pingpong <<'END_COMMANDS'
thimble break nosuch
END_COMMANDS
says 'no cell "nosuch"; there are ping, pong'
debug pingpong <<'END_COMMANDS'
break program_ping
run
thimble trace many
END_COMMANDS
says 'usage: thimble trace'

# Two cells, one calls the other: state, capabilities, both stacks, the trace.
debug pingpong --time 5 <<'END_COMMANDS'
thimble break pong answer
run
thimble cells
thimble threads
thimble threads ping
thimble caps ping
thimble backtrace ping.main
thimble backtrace pong
thimble backtrace 1
thimble log
thimble trace
thimble trace on
continue
thimble trace 3
delete
thimble break ping answer
continue
END_COMMANDS
says '^\[pong\.main, [0-9.]+ us\]' \
    '^# +cell +program +threads +slots used +table pages' \
    '^0 +ping +ping +1 +1 of 2 +' '^1 +pong +pong +1 +0 of 0 +' \
    '^ +1 +ping\.main +calls pong\.main +10 +.* at ping\.c:[0-9]+$' \
    '^\* +2 +pong\.main +runs for ping\.main +level 0 +answer \(\) at pong\.c:[0-9]+$' \
    '^ +1 +ping\.main +calls' \
    '^1 +thread +pong\.main +call +0x[0-9a-f]+ +from boot$' \
    '^#[0-9]+ .*program_ping .*ping\.c' '^#[0-9]+ .*sim_trap_start' \
    '^#0 .*answer ' '^#[0-9]+ .*program_pong .*pong\.c' \
    '^#[0-9]+ .*program_ping .*ping\.c' \
    '^cell ping: VMID 1, ' '^thread pong\.main: passive' \
    '^nothing has been traced: ' \
    '^\[pong\.main, ' \
    '^[0-9.]+ us +ping\.main +runs on the time of ping\.main$' \
    '^[0-9.]+ us +ping\.main +calls pong\.main$' \
    '^[0-9.]+ us +pong\.main +runs on the time of ping\.main$' \
    'exited normally'
[ "$(grep -c '^\[pong\.main, ' "$out")" -eq 2 ] ||
    complain "a breakpoint in cell ping stops in cell pong"
if grep -q '?? ()$' "$out"; then
    complain "a backtrace does not end where the stack does"
fi

# Interrupts, a crash, a restart. The backtrace of a guest that faulted goes
# through the simulator's helper to what the program did.
debug drivers --time 500 <<'END_COMMANDS'
break fault
run
thimble threads
thimble caps driver
thimble backtrace driver.service
thimble backtrace watchdog
delete
thimble trace on
thimble break driver recover
continue
thimble trace
thimble threads driver
thimble caps nosuch
END_COMMANDS
says '^\[driver\.service, ' \
    '^\* +1 +driver\.service +runs for [a-z]+\.main +level 0 +perhaps_crash \(\) at driver\.c:' \
    '^ +2 +driver\.irq +waits for uart +200 +watch \(\) at driver\.c:' \
    '^ +[34] .*waits for pause-(alpha|beta) or [0-9.]+ us' \
    '^ +5 +watchdog\.main +waits for health +250 +' \
    '^1 +irq +uart +handle ' '^2 +notification +uart +signal wait +0x1 ' \
    '^#[0-9]+ .*thimble_write32 ' '^#[0-9]+ .*perhaps_crash .*driver\.c' \
    '^#[0-9]+ .*program_driver ' \
    '^#[0-9]+ .*program_watchdog ' \
    ' driver\.service +is stopped' ' driver\.service +signal to health, its bits 0x1' \
    ' watchdog\.main +runs on the time of watchdog\.main' \
    ' watchdog\.main +cell_restart: ok' ' watchdog\.main +calls driver\.service' \
    '^\* +1 +driver\.service +runs for watchdog\.main ' \
    'no cell "nosuch"; there are driver, alpha, beta, watchdog'

# A breakpoint in what one cell does when it is told to.
debug console --input tests/console/session.in <<'END_COMMANDS'
thimble break shell make_fault
run
thimble threads
thimble caps shell
END_COMMANDS
says '^\[shell\.main, ' '^ +1 +driver\.service +waits to be called +level 0 +' \
    '^\* +3 +shell\.main +runs +50 +make_fault \(\) at shell\.c:' \
    '^ +4 +demo\.main +waits to be called +level 0 +' \
    '^3 +thread +demo\.main +call +' '^4 +cell +demo +control +'

exit "$failed"
