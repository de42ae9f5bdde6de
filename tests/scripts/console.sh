#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# console.sh BUILD: sessions on the UART of user/systems/console: a script whose
# output is known word for word, the same through a pipe, and a terminal.
set -eu

build=$1
run=$build/systems/console/run
scratch=$build/console
session=tests/console/session
failed=0
mkdir -p "$scratch"

complain() {
    echo "console: $1" >&2
    failed=1
}

# What the shell said: from its greeting to the report.
conversation() {
    sed -n '/^Thimble console/,$p' "$1" | sed '/^system console, /,$d'
}

hash() {
    sed -n '$s/^trace hash: //p' "$1"
}

"$run" --input $session.in --check >"$scratch/script.txt" || complain "the script failed"
conversation "$scratch/script.txt" >"$scratch/said.txt"
diff -u $session.out "$scratch/said.txt" >&2 || complain "the conversation is not $session.out"
grep -q '^system console, .* ms simulated, all threads have finished or wait for ever$' \
    "$scratch/script.txt" || complain "quit does not end the run"

# The same characters at the same times, wherever they come from and however
# slowly: the same run.
{
    head -n 3 $session.in
    sleep 1
    tail -n +4 $session.in
} | "$run" --console >"$scratch/pipe.txt" || complain "the pipe failed"
[ "$(hash "$scratch/script.txt")" = "$(hash "$scratch/pipe.txt")" ] ||
    complain "a pipe makes another run than a file"

# The end of the input ends a system that only waits for more, ...
"$run" --console </dev/null >"$scratch/empty.txt" || complain "an empty pipe failed"
grep -q '^system console, seed 1: 100\.000 ms simulated, all threads' "$scratch/empty.txt" ||
    complain "the end of the input does not end the run"
grep -qx '> ' "$scratch/empty.txt" || complain "the report does not begin a line of its own"
# ... and after a second one that never rests. --time comes first.
"$build/systems/gateway/run" --console </dev/null >"$scratch/gateway.txt"
grep -q '^system gateway, seed 1: 110[01]\.[0-9]* ms simulated, time is up' "$scratch/gateway.txt" ||
    complain "gateway does not end a second after its input"
"$run" --console --time 50 </dev/null >"$scratch/short.txt"
grep -q '^system console, seed 1: 50\.000 ms simulated, time is up' "$scratch/short.txt" ||
    complain "--time does not limit --console"

# Enter of a real line is LF to programs.
printf 'echo by-return\r' | "$run" --console >"$scratch/return.txt" || complain "a CR failed"
grep -qx 'by-return' "$scratch/return.txt" || complain "CR does not end a line"

# A terminal (script makes one): keys are echoed by the shell alone, virtual time
# is not ahead of the host's, Ctrl-A twice sends one, and Ctrl-A x ends.
terminal() {
    timeout -k 1 60 script -qfec "stty -echo; $1" "$scratch/typescript" >/dev/null ||
        complain "on a terminal: it failed"
    tr -d '\r' <"$scratch/typescript" | sed '/^Script /d' >"$scratch/terminal.txt"
}
# shown PATTERN: once the terminal has shown it, or after a while.
shown() {
    for _ in $(seq 300); do
        ! grep -aq "$1" "$scratch/typescript" || return 0
        sleep 0.1
    done
}
started=$(date +%s%N)
: >"$scratch/typescript"
{
    shown '^> '
    printf 'echo x\001\001y\ntime\n'
    shown '^[0-9]* ms since boot'
    sleep 1
    printf '\001x'
    shown 'ended on request'
} | terminal "$run --console"
took=$((($(date +%s%N) - started) / 1000000))
grep -qx '> echo xy' "$scratch/terminal.txt" || complain "on a terminal: no echo"
grep -qx 'xy' "$scratch/terminal.txt" || complain "on a terminal: no answer"
grep -q '^system console, .* ms simulated, ended on request' "$scratch/terminal.txt" ||
    complain "on a terminal: Ctrl-A x does not end the run"
simulated=$(sed -n 's/^system console, seed 1: \([0-9]*\)\..*/\1/p' "$scratch/terminal.txt")
[ "${simulated:-0}" -ge 100 ] || complain "on a terminal: virtual time stands still"
[ "${simulated:-0}" -le "$took" ] || complain "on a terminal: virtual time is ahead"

# What is pasted, more than fits anywhere on the way, arrives.
: >"$scratch/typescript"
{
    shown '^> '
    for line in $(seq 101 126); do
        printf 'echo abcdefghijklmnopqrstuvwxyz-%s\n' "$line"
    done
    shown '^abcdefghijklmnopqrstuvwxyz-126'
    printf '\001x'
    shown 'ended on request'
} | terminal "$run --console"
seq -f 'abcdefghijklmnopqrstuvwxyz-%g' 101 126 >"$scratch/pasted.txt"
grep -x 'abcdefghijklmnopqrstuvwxyz-[0-9]*' "$scratch/terminal.txt" | cmp -s - "$scratch/pasted.txt" ||
    complain "on a terminal: not all lines that are pasted arrive"

# Keys that nobody reads do not keep the run from ending.
: >"$scratch/typescript"
{
    sleep 0.5
    printf 'thirty characters for nobody..\001x'
    shown 'ended on request'
} | terminal "$build/systems/gateway/run --console"
grep -q '^system gateway, .* ended on request' "$scratch/terminal.txt" ||
    complain "on a terminal: unread keys keep Ctrl-A x from ending the run"

# The terminal is as it was before, however the run ends.
timeout -k 1 60 script -qec "stty -a >$scratch/before.txt; timeout --foreground -s TERM 0.3 $run --console;
    $run --console --time 10; stty -a >$scratch/after.txt" /dev/null </dev/null >/dev/null ||
    complain "on a terminal: the second run failed"
cmp -s "$scratch/before.txt" "$scratch/after.txt" || complain "the terminal is not given back"

exit "$failed"
