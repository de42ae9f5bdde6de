# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh disable=SC2154,SC2086
# Read by run.sh and short.sh: objects to compare with, those of the findings, and the
# core itself, in which no test may find anything.
rm -rf "$out/base" "$out/choose" "$out/chosen" "$out/findings"
tree "$out/base/tree"
compile "$out/base/tree" model "$out/base/model" $core
compile "$out/base/tree" unit "$out/base/unit" $core
mkdir -p "$out/findings" "$out/base/none"
for file in tests/findings/test_*.c; do
    name=${file##*/}
    $compile_findings -o "$out/findings/${name%.c}.o" "$file"
done
tests/mutants/test.sh "$out" "$out/base/none"
if ! grep -q '^survived' "$out/base/none/result"; then
    echo "mutants: the core itself does not pass: $(cat "$out/base/none/result")" >&2
    exit 1
fi
