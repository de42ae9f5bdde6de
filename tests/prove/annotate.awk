# SPDX-License-Identifier: BSD-2-Clause
# annotate.awk ACSL FILE: functions of FILE, annotated: from the one whose text begins with the
# ACSL's line "@from", up to that of "@to". What follows "@ BEGIN" is put before the line that
# begins so; "@~ OLD => NEW" puts one text for another. Fails unless each has its one place.
FNR == NR && /^@from / { from = substr($0, 7); next }
FNR == NR && /^@to / { to = substr($0, 5); next }
FNR == NR && /^@~ / {
    place[++places] = substr($0, 4, index($0, " => ") - 4)
    new[places] = substr($0, index($0, " => ") + 4)
    next
}
FNR == NR && /^@ / { place[++places] = substr($0, 3); next }
FNR == NR && places { text[places] = text[places] $0 "\n"; next }
FNR == NR { next }
index($0, from) == 1 { inside = 1 }
!inside { next }
{
    line = $0
    sub(/^ */, "", line)
    for (i = 1; i <= places; i++) {
        if (i in new) {
            at = index($0, place[i])
            if (at != 0) {
                $0 = substr($0, 1, at - 1) new[i] substr($0, at + length(place[i]))
                found[i]++
            }
        } else if (index(line, place[i]) == 1) {
            printf "%s", text[i]
            found[i]++
        }
    }
    print
}
index($0, to) == 1 { last = 1 }
last && /^}/ { exit }
END {
    for (i = 1; i <= places; i++) {
        if (found[i] != 1) {
            print "annotate.awk: not in one line: " place[i] >"/dev/stderr"
            exit 1
        }
    }
    exit !last
}
