# SPDX-License-Identifier: BSD-2-Clause
# The search of search.sh, which keeps for each cause the longest stretch and the random words
# of soak's threads that led to it: "best CAUSE INSTRUCTIONS WORD...".
#
#   awk -v words=N -v random=SEED -f search.awk BEST          the words of the next run
#   awk -v merge='WORD...' -f search.awk BEST RUN.found       BEST, with what that run has found
#
# The next run: of a cause drawn by lot, some of its words drawn anew; now and then all.
BEGIN {
    srand(random)
    if (merge != "") return_words = merge
}
function word() { return 1 + int(rand() * 2147483646) }
$1 == "best" {
    causes[++count] = $2
    cost[$2] = $3
    genome[$2] = $4
    for (i = 5; i <= NF; i++) genome[$2] = genome[$2] " " $i
}
$1 == "masked" && merge != "" && substr($2, 4) + 0 <= 24 {
    if (!($2 in cost)) causes[++count] = $2
    if ($3 + 0 > cost[$2] + 0) { cost[$2] = $3; genome[$2] = merge }
}
END {
    if (merge != "") {
        for (c = 1; c <= count; c++) print "best", causes[c], cost[causes[c]], genome[causes[c]]
        exit
    }
    if (count > 0 && rand() < 0.8) {
        split(genome[causes[1 + int(rand() * count)]], one, " ")
        for (changes = 1 + int(rand() * 4); changes > 0; changes--) one[1 + int(rand() * words)] = word()
    } else {
        for (i = 1; i <= words; i++) one[i] = word()
    }
    for (i = 1; i <= words; i++) printf "%s%s", one[i], i < words ? " " : "\n"
}
