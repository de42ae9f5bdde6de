# SPDX-License-Identifier: BSD-2-Clause
# A table of gcovr's CSV: lines and branches, file by file. Fails if fewer are
# reached than lines_least and branches_least percent, or if there are none.

function share(covered, total) {
    return total == 0 ? "-" : sprintf("%.1f %%", 100 * covered / total)
}
function row(name, lines, lines_total, branches, branches_total) {
    printf "%-22s %5d of %5d %8s %7d of %5d %8s\n", name, lines, lines_total,
        share(lines, lines_total), branches, branches_total, share(branches, branches_total)
}
FNR == 1 { printf "%-22s %14s %8s %16s %8s\n", "", "lines", "", "branches", ""; next }
{
    row($1, $3, $2, $6, $5)
    lines += $3; lines_total += $2; branches += $6; branches_total += $5
}
function least(name, covered, total, percent) {
    if (total == 0 || 100 * covered < percent * total) {
        printf "coverage: less than %d %% of the %s of core/ are reached\n", percent, name > "/dev/stderr"
        failed = 1
    }
}
END {
    row("all of core/", lines, lines_total, branches, branches_total)
    least("lines", lines, lines_total, lines_least)
    least("branches", branches, branches_total, branches_least)
    exit failed
}
