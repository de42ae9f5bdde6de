#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# choose.sh OUT FILE: goes through the plan for this file until as many mutants are found
# as it says. Left out are those that do not compile, those whose object code is that of
# the core itself or of a mutant chosen before. A mutant is a folder under OUT/chosen
# with its row of the plan, the source and its objects.
# shellcheck disable=SC2154,SC2046,SC2086
set -eu

out=$1
file=$2
. tests/mutants/build.sh

id=$(echo "${file#core/}" | tr . -)
work=$out/choose/$id
tree "$work/tree"
: >"$work/sums"
found=0 broken=0 identical=0 twice=0

sums() {
    (cd "$1" && cksum ./*.o) | cksum
}

# Is the mutant in the tree one to be tested? Its objects are left in $work/model.
worth() {
    rm -rf "$work/model" "$work/unit"
    if ! compile "$work/tree" model "$work/model" $(touched "$file"); then
        broken=$((broken + 1))
        return 1
    fi
    same=yes
    for object in "$work"/model/*.o; do
        cmp -s "$object" "$out/base/model/${object##*/}" || same=
    done
    # With other pools it may not be the same.
    if [ -n "$same" ] && compile "$work/tree" unit "$work/unit" $(touched "$file"); then
        for object in "$work"/unit/*.o; do
            cmp -s "$object" "$out/base/unit/${object##*/}" || same=
        done
    fi
    if [ -n "$same" ]; then
        identical=$((identical + 1))
        return 1
    fi
    if grep -qxF "$(sums "$work/model")" "$work/sums"; then
        twice=$((twice + 1))
        return 1
    fi
    sums "$work/model" >>"$work/sums"
}

awk -F '\t' -v file="$file" '$2 == file' "$out/plan" >"$work/plan"
wanted=$(awk -F '\t' 'NR == 1 { print $1 }' "$work/plan")
while [ "$found" -lt "${wanted:-0}" ] && IFS= read -r line; do
    row=${line#*	}
    printf '%s\n' "$row" | $mutate apply >"$work/tree/$file"
    if worth; then
        found=$((found + 1))
        mutant=$out/chosen/$id-$(printf '%03d' $found)
        mkdir -p "$mutant"
        printf '%s\n' "$row" >"$mutant/row"
        mv "$work/model" "$mutant/model"
        cp "$work/tree/$file" "$mutant/source"
    fi
done <"$work/plan"
printf '%s\t%d\t%d\t%d\t%d\t%d\n' "$file" "${wanted:-0}" $found $broken $identical $twice >"$work/counts"
rm -rf "$work/tree"
