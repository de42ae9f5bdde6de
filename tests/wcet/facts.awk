# SPDX-License-Identifier: BSD-2-Clause
# awk -f facts.awk facts.txt: "LINE|KIND|FIELD...", without blanks around fields and without
# comments. With -v numbers=FILE, of lines "LINE NUMBER", bounds are made numbers; with
# -v bounds=1 what is printed is a C source that gives these (facts.sh).
BEGIN {
    FS = "|"
    OFS = "|"
    while (numbers != "" && (getline line <numbers) > 0) {
        split(line, part, " ")
        number[part[1]] = part[2]
    }
}
/^#/ || /^[ \t]*$/ { next }
{
    for (i = 1; i <= NF; i++) {
        gsub(/^[ \t]+|[ \t]+$/, "", $i)
    }
    # A text may have such a character of its own: not the last fields.
    bounded = $1 == "loop" || $1 == "body" || $1 == "total"
    if (bounds) {
        if (bounded) {
            printf "    __asm__ volatile(\"@bound %d %%c0\" : : \"i\"(%s));\n", FNR, $4
        }
        next
    }
    if (bounded) {
        if (!(FNR in number)) {
            print "facts.txt:" FNR ": no number for " $4 >"/dev/stderr"
            exit 1
        }
        $4 = number[FNR]
    }
    print FNR, $0
}
