# SPDX-License-Identifier: BSD-2-Clause
# The branches that were not reached, against the list of those that cannot be. First file:
# the list, tests/coverage/uncovered.txt; then lines "file TAB line number TAB branches of it
# that were not reached". Either way a difference fails. What a line is, its text and its
# function say: its number changes with everything above it.

function load(file,    line, head, n) {
    while ((getline line < file) > 0) {
        n++
        if (line ~ /^[a-z].*\(/ && line !~ /;$/) {
            head = line
            sub(/__attribute__\(\(.*\)\)/, "", head)
            if (match(head, /[a-z_0-9]+\(/)) {
                name = substr(head, RSTART, RLENGTH - 1)
            }
        }
        gsub(/^[ \t]+|[ \t]+$/, "", line)
        text[file, n] = line
        within[file, n] = name
    }
    close(file)
    loaded[file] = 1
}
function complain(what) {
    print "coverage: " what > "/dev/stderr"
    failed = 1
}
function key_end() {
    if (key != "" && !reasoned) {
        complain("no reason is given for " key)
    }
}

# An entry is "file: function: how many: text of the line"; its reason stands below, indented.
FNR == NR && /^core\// {
    key_end()
    split($0, part, ": ")
    rest = substr($0, length(part[1]) + length(part[2]) + length(part[3]) + 7)
    key = part[1] ": " part[2] ": " rest
    if (key in listed) {
        complain("listed twice: " key)
    }
    listed[key] = part[3]
    order[++entries] = key
    reasoned = 0
    next
}
FNR == NR && /^    [^ ]/ { reasoned = 1; next }
FNR == NR && !/^(#|$)/ { complain("tests/coverage/uncovered.txt:" FNR " is no entry: " $0); next }
FNR == NR { next }
{
    split($0, part, "\t")
    if (!(part[1] in loaded)) {
        load(part[1])
    }
    found = part[1] ": " within[part[1], part[2]] ": " text[part[1], part[2]]
    if (!(found in reached)) {
        kind[++kinds] = found
        at[found] = part[2]
    }
    reached[found] += part[3]
}
END {
    key_end()
    for (i = 1; i <= kinds; i++) {
        found = kind[i]
        if (!(found in listed)) {
            complain("line " at[found] ": " reached[found] " not reached, and not listed: " found)
        } else if (listed[found] != reached[found]) {
            complain("line " at[found] ": " reached[found] " not reached, " listed[found] \
                     " listed: " found)
        }
    }
    for (i = 1; i <= entries; i++) {
        if (!(order[i] in reached)) {
            complain("listed, but reached now, or not there: " order[i])
        }
    }
    exit failed
}
