#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# marks.sh FOLDER COMPILE-COMMAND: the core compiles to the same instructions whether its
# marks (core/mark.h) are there or not.
set -eu

out=$1
shift
rm -rf "$out"
mkdir -p "$out/with" "$out/without"
cp -R core "$out/with"
cp -R core "$out/without"
sed -i 's/machine_sometimes\(_if\)*(.*MARK_[A-Z_0-9]*);$/;/
    /machine_sometimes_if([^;]*$/{N;s/machine_sometimes_if(.*MARK_[A-Z_0-9]*);$/;\n/}' "$out"/without/core/*.c
if grep -q machine_sometimes "$out"/without/core/*.c; then
    echo 'marks.sh: a mark that this script cannot take out' >&2
    exit 1
fi

# Paths apart, those of inline assembly among them.
assembly() {
    "$@" -fno-sanitize=all -fprofile-update=single -g0 -S -o "$out/$tree.all" "$out/$tree/core/$name" -fmacro-prefix-map="$out/$tree/="
    grep -vE '\.file|^[@#] [0-9]+ "' "$out/$tree.all"
}

marks=0
for file in core/*.c; do
    name=${file#core/}
    tree=with
    assembly "$@" >"$out/with.s"
    tree=without
    assembly "$@" >"$out/without.s"
    if ! cmp -s "$out/with.s" "$out/without.s"; then
        echo "$file: marks are not free of cost: diff $out/with.s $out/without.s" >&2
        exit 1
    fi
    marks=$((marks + $(grep -c machine_sometimes "$file" || true)))
done
[ "$marks" -gt 0 ] || { echo "marks.sh: no marks in core/" >&2; exit 1; }
echo "marks: $marks, nothing emitted"
