#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# choose.sh OUT FILE: goes through the plan for this file until as many mutants are found
# as it says. Left out are those that do not compile, those whose object code is that of
# the file itself or of a mutant chosen before. A mutant is a folder under OUT/chosen
# with its row of the plan, the source and its objects.
# shellcheck disable=SC2154,SC2046,SC2086
set -eu

out=$1
file=$2
. tests/mutants/build.sh

id=$(echo "${file#core/}" | tr ./ --)
group=$(group_of "$file")
kinds=$(kinds_of "$group")
first=${kinds%% *}
work=$out/choose/$id
tree "$work/tree"
: >"$work/sums"
found=0 broken=0 identical=0 twice=0

sums() {
    (cd "$1" && cksum ./*.o) | cksum
}

# same KIND: is the object code what it was?
same() {
    for object in "$work/$1"/*.o; do
        cmp -s "$object" "$out/base/$group/$1/${object##*/}" || return 1
    done
}

# Is the mutant in the tree one to be tested? Its objects of the first kind are left.
worth() {
    for kind in $kinds; do
        rm -rf "${work:?}/$kind"
    done
    if ! compile "$work/tree" $first "$work/$first" $(touched "$file"); then
        broken=$((broken + 1))
        return 1
    fi
    # What is the same may not be so with other pools.
    for kind in $kinds; do
        [ "$kind" = "$first" ] || compile "$work/tree" $kind "$work/$kind" $(touched "$file") || break
        same $kind || break
        [ "$kind" != "${kinds##* }" ] || { identical=$((identical + 1)); return 1; }
    done
    if grep -qxF "$(sums "$work/$first")" "$work/sums"; then
        twice=$((twice + 1))
        return 1
    fi
    sums "$work/$first" >>"$work/sums"
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
        mv "$work/$first" "$mutant/$first"
        cp "$work/tree/$file" "$mutant/source"
    fi
done <"$work/plan"
printf '%s\t%d\t%d\t%d\t%d\t%d\n' "$file" "${wanted:-0}" $found $broken $identical $twice >"$work/counts"
rm -rf "$work/tree"
