#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# bench.sh BUILD: the benchmark's gate, its JSON and what the plots are drawn
# from. Counts come from a file, so that they can be wrong on purpose.
set -eu

bench=$1/bench/bench
scratch=$1/bench-check
filter='^(region_map_4k/|region_derive/|cap_revoke/10$|channel_batch/16$|fault_|limit_|peer_pipe_batch/256$)'
failed=0
rm -rf "$scratch"
mkdir -p "$scratch"

complain() {
    echo "bench: $1" >&2
    tail -n 4 "$scratch/out" "$scratch/err" >&2
    failed=1
}

# try STATUS OPTION...: one short run; its output is left in $scratch.
try() {
    wanted=$1
    shift
    status=0
    "$bench" --filter "$filter" --min-time 0.0005 "$@" >"$scratch/out" 2>"$scratch/err" \
        </dev/null || status=$?
    [ "$status" -eq "$wanted" ] || complain "$*: status $status, not $wanted"
}

says() {
    grep -qE -- "$1" "$scratch/out" || complain "no line with $1"
}

# holds FILE CONDITION: true of the JSON in it
holds() {
    jq -e "$2" "$scratch/$1" >"$scratch/jq" 2>&1 || complain "$1: not so: $2"
}

cat >"$scratch/counts" <<'END'
region_map_4k/1 519
region_map_4k/10 519
region_map_4k/100 519
region_map_4k/1000 519
region_derive/1 119
region_derive/10 209
region_derive/100 1109
region_derive/1000 10109
cap_revoke/10 5019
channel_batch/16 300000
fault_retry 1468
fault_skip 1487
fault_page_in 13135.5
limit_stack_switch 40
limit_stack_switch_jmp 42
pause_overhead 19
END

# The process under Valgrind is not for people.
try 2 --count

# ---- the table and the JSON ----------------------------------------------------
try 0 --counts "$scratch/counts" --json "$scratch/bench.json" --samples "$scratch/samples"
says '^  region_map_4k +1 +1000 +500 +500 +flat$'
says '^  region_derive +1 +1000 +100 +10090 +10.00$'
says '^  cap_revoke/10 +10 .* 500\.0 '
says '^  channel_batch/16 +256 .* 1171\.9 '
holds bench.json '.context | .pinned_cpu != null and (.date | length) == 25 and
    (.compiler | length) > 0 and (.library_build_type == "release" or
    .library_build_type == "debug")'
holds bench.json '.benchmarks | length > 0 and all(.name == .run_name and
    .run_type == "iteration" and .time_unit == "ns" and .iterations > 0 and
    .samples > 0 and (.label | length) > 0)'
# A filter takes the twin along, and what it costs is subtracted.
holds bench.json '[.benchmarks[].name] | contains(["pause_overhead"])'
holds bench.json '.benchmarks[] | select(.name == "cap_revoke/10").host_instructions == 5000'
holds bench.json '.benchmarks[] | select(.name == "fault_page_in").host_instructions == 13135.5'
holds bench.json '[.benchmarks[] | select(.name | startswith("peer_")) |
    has("host_instructions")] | any | not'
# Throughput is that of the median.
holds bench.json '.benchmarks[] | select(.name == "cap_revoke/10") |
    (.items_per_second * .real_time / 1e10 - 1 | fabs) < 0.001 and .bytes_per_second == null'
holds bench.json '.benchmarks[] | select(.name == "channel_batch/16") |
    (.bytes_per_second * .real_time / 4096e9 - 1 | fabs) < 0.001 and
    .simulated_instructions > 256'
try 0 --counts "$scratch/counts" --json "$scratch/bench.json"
[ "$(wc -l <"$scratch/history.jsonl")" -eq 2 ] || complain 'a run is not one line of history'
holds history.jsonl '.cases["cap_revoke/10"].host_instructions == 5000'
# Flat means all of them.
sed 's,^region_map_4k/10 .*,region_map_4k/10 520,' "$scratch/counts" >"$scratch/other"
try 0 --counts "$scratch/other"
says '^  region_map_4k +1 +1000 +500 +500 +0.00$'

# ---- what the plots are drawn from ----------------------------------------------
grow=$scratch/samples/family-region_derive.dat
[ "$(grep -v '#' "$grow" | cut -d ' ' -f 1,5 | tr '\n' ' ')" = \
    '1 100.0 10 190.0 100 1090.0 1000 10090.0 ' ] || complain "$grow: not what was counted"
grep -q '^limit_stack_switch_jmp 1 ' "$scratch/samples/ladder.dat" || complain 'no ladder'
! grep -q batch "$scratch/samples/ladder.dat" || complain 'a batch among single operations'

# ---- the gate ----------------------------------------------------------------------
jq '{compiler: .context.compiler, machine: .context.machine, build_type: .context.build_type,
    host_instructions: [.benchmarks[] | select(has("host_instructions")) |
    {key: .name, value: .host_instructions}] | from_entries}' \
    "$scratch/bench.json" >"$scratch/same.json"
# What is no count is refused, with the line that it is in; and so is none at all.
for wrong in nan -nan inf -1 1e999 '' x '1 2' 0x; do
    { cat "$scratch/counts"; echo "region_map_4k/10 $wrong"; } >"$scratch/wrong"
    try 1 --counts "$scratch/wrong" --baseline "$scratch/base.json"
    grep -q "not \"name count\": region_map_4k/10 $wrong\$" "$scratch/err" ||
        complain "a count of '$wrong': not refused in a line"
done
echo 'no_such_case 5' >"$scratch/wrong"
try 1 --counts "$scratch/wrong"
grep -q 'has no count of these cases' "$scratch/err" || complain "no counts at all: not refused"

# gate STATUS PATTERN CHANGE: a baseline with a change, against the same counts
gate() {
    jq "$3" "$scratch/same.json" >"$scratch/base.json"
    try "$1" --counts "$scratch/counts" --baseline "$scratch/base.json"
    says "$2"
}
gate 0 '^Exact counts are those of' .
gate 1 'fault_retry rose by 1 host instructions: 1468, baseline 1467' \
    '.host_instructions.fault_retry = 1467'
gate 1 'fault_page_in rose by 0.1 host' '.host_instructions.fault_page_in = 13135.4'
gate 0 'fault_skip fell by 3 host instructions: 1487, baseline 1490' \
    '.host_instructions.fault_skip = 1490'
gate 0 '^1 exact counts are not in' 'del(.host_instructions.fault_skip)'
gate 0 'is of another build' '.compiler = "another"'
gate 1 'cannot be used' 'del(.host_instructions)'
jq . "$scratch/same.json" >"$scratch/base.json"
grep -v fault_skip "$scratch/counts" >"$scratch/fewer"
try 1 --counts "$scratch/fewer" --baseline "$scratch/base.json"
says 'could not be taken, the first is fault_skip'
# A case whose twin lost its count has lost its own.
grep -v pause_overhead "$scratch/counts" >"$scratch/fewer"
try 1 --counts "$scratch/fewer" --baseline "$scratch/base.json"
says '^10 of the counts in .* could not be taken'
echo '{' >"$scratch/base.json"
try 1 --counts "$scratch/counts" --baseline "$scratch/base.json"
says 'cannot be used'

exit "$failed"
