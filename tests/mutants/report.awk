# SPDX-License-Identifier: BSD-2-Clause
# What became of the mutants. stages: by what they can be killed. Files: the list of equivalent ones, which nothing can
# notice; OUT/counts, a line for each source; OUT/results, a line for each mutant.
#
# An entry of the list is
#     file: function: operator
#     - the lines that the mutation touches, in one
#     + what becomes of them
#         the reason, indented

function complain(what) {
    print "mutants: " what > "/dev/stderr"
    failed = 1
}
function key_of(head, before, after) {
    return head "\n- " before "\n+ " after
}
function entry_end() {
    if (key != "" && !reasoned) {
        complain("no reason is given for\n" key)
    }
    key = ""
}
# Adds one to what the tables need of this group.
function count(group, name) {
    if (!((group, name) in all)) {
        names[group, ++kinds[group]] = name
    }
    all[group, name]++
    killed[group, name] += $2 == "killed"
    equal[group, name] += equivalent
}
function rate(hit, of) {
    return of > 0 ? sprintf("%.1f %%", 100 * hit / of) : "-"
}
function table(group,    i, name, of) {
    printf "\n%-24s %8s %8s %8s %10s %8s\n", group, "mutants", "killed", "survived", "equivalent", "score"
    for (i = 1; i <= kinds[group]; i++) {
        name = names[group, i]
        of = all[group, name] - equal[group, name]
        printf "%-24s %8d %8d %8d %10d %8s\n", name, all[group, name], killed[group, name],
            of - killed[group, name], equal[group, name], rate(killed[group, name], of)
    }
}
function diff_print(id, file,    line, command) {
    command = "diff -U0 " file " " out "/chosen/" id "/source"
    while ((command | getline line) > 0) {
        if (line !~ /^(---|\+\+\+|@@)/) {
            print "    " line
        }
    }
    close(command)
}

# ---- the list
FILENAME ~ /equivalents/ && /^(core|arm|user)\// { entry_end(); head = $0; reasoned = 0; next }
FILENAME ~ /equivalents/ && /^- / { before = substr($0, 3); next }
FILENAME ~ /equivalents/ && /^\+ / {
    key = key_of(head, before, substr($0, 3))
    if (key in listed) {
        complain("listed twice:\n" key)
    }
    listed[key] = 1
    order[++entries] = key
    next
}
FILENAME ~ /equivalents/ && /^    [^ ]/ { reasoned = 1; next }
FILENAME ~ /equivalents/ && !/^(#|$)/ { complain(FILENAME ":" FNR " is no entry: " $0); next }
FILENAME ~ /equivalents/ { next }

# ---- the counts
FILENAME ~ /counts/ {
    broken += $4
    identical += $5
    twice += $6
    if ($3 < $2) {
        print $1 ": only " $3 " of " $2 " mutants found"
    }
    next
}

# ---- the results
{
    found = key_of($6 ": " $8 ": " $9, $13, $14)
    equivalent = 0
    total++
    seen[found] = 1
    if ($2 == "killed") {
        by_stage[$3]++
        by_how[$4]++
        kills++
        if (found in listed) {
            complain("listed as equivalent, but killed:\n" found)
        }
    } else if (found in listed) {
        equivalent = 1
        explained++
    } else {
        survivor[++survivors] = $1
        survivor_file[survivors] = $6
        survivor_head[survivors] = $6 ":" $7 ": " $8 ": " $9
    }
    count("file", $6)
    count("operator", $9)
}
END {
    entry_end()
    for (i = 1; i <= entries; i++) {
        if (!(order[i] in seen)) {
            absent++
        }
    }
    table("file")
    table("operator")
    print ""
    n = split(stages, stage, " ")
    line = "killed by:"
    for (i = 1; i <= n; i++) {
        line = line sprintf(" %s %d%s", stage[i], by_stage[stage[i]], i < n ? "," : "")
    }
    print line
    printf "in the way of: difference %d, crash or panic %d, timeout %d\n", by_how["difference"],
        by_how["crash"], by_how["timeout"]
    printf "left out: %d do not compile, %d are the same object code, %d the same as another mutant\n",
        broken, identical, twice
    if (absent) {
        printf "%d of the equivalent ones that are listed were not chosen\n", absent
    }
    for (i = 1; i <= survivors; i++) {
        if (i == 1) {
            print "\nsurvivors:"
        }
        print survivor_head[i] "  (" survivor[i] ")"
        diff_print(survivor[i], survivor_file[i])
    }
    printf "\nmutants: %d, killed %d, equivalent %d, survived %d: %s\n", total, kills, explained,
        survivors, rate(kills, total - explained)
    if (total == 0 || kills < least / 100 * (total - explained)) {
        complain("at least " least " % must be killed")
    }
    if (total * 100 < wanted * 95) {
        complain("only " total " of " wanted " were found")
    }
    exit failed
}
