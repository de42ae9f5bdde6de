# SPDX-License-Identifier: BSD-2-Clause
# Rows of a plan for the mutants of the list (first file), out of all (second file), with
# what must notice each as a last field.
FNR == NR && /^(core|arm|user)\// { head = $0; next }
FNR == NR && /^- / { before = substr($0, 3); next }
FNR == NR && /^\+ / { after = substr($0, 3); next }
FNR == NR && /^    [a-z-]+$/ {
    by[head "\n" before "\n" after] = substr($0, 5)
    file = head
    sub(/:.*/, "", file)
    wanted[file]++
    next
}
FNR == NR && /^(#|$)/ { next }
FNR == NR { print FILENAME ":" FNR ": no entry: " $0 >"/dev/stderr"; exit failed = 1 }
{
    key = $1 ": " $3 ": " $4 "\n" $8 "\n" $9
    if (key in by) {
        print wanted[$1] "\t" $0 "\t" by[key]
        delete by[key]
    }
}
END {
    for (key in by) {
        print "mutants: not in the sources any more: mend the list: " key >"/dev/stderr"
        failed = 1
    }
    exit failed
}
