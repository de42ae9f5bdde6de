# SPDX-License-Identifier: BSD-2-Clause
# A table of gcovr's CSV: lines and branches, file by file.

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
END { row("all of core/", lines, lines_total, branches, branches_total) }
