# SPDX-License-Identifier: BSD-2-Clause
# heap.awk heap.acsl sched.c: the heap's functions, annotated. Fails unless each annotation has
# its one place.
FNR == NR && /^@ / { place[++places] = substr($0, 3); next }
FNR == NR && places { text[places] = text[places] $0 "\n"; next }
FNR == NR { next }
/^static void heap_place\(/ { heap = 1 }
!heap { next }
{
    line = $0
    sub(/^ */, "", line)
    for (i = 1; i <= places; i++) {
        if (index(line, place[i]) == 1) {
            printf "%s", text[i]
            found[i]++
        }
    }
    print
}
/^void heap_remove\(/ { last = 1 }
last && /^}/ { exit }
END {
    for (i = 1; i <= places; i++) {
        if (found[i] != 1) {
            print "heap.awk: not one line begins with: " place[i] >"/dev/stderr"
            exit 1
        }
    }
    exit !last
}
