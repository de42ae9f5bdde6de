# SPDX-License-Identifier: BSD-2-Clause
# awk -v limit=N -v growth=N -f hypercalls.awk -f masked.awk SYSTEM.masked...
# The longest stretch of each system, and of each cause over all; fails past the limit. Of the
# systems `few` and `many`, which do the same with few and many objects, each cause must be in
# both, and no more than `growth` longer in the second.
FNR == 1 {
    print_system()
    system_name = FILENAME; sub(/.*\//, "", system_name); sub(/\.masked$/, "", system_name)
    longest = 0; by = ""; total = ""; ended = ""
}
$1 == "masked" {
    cause = hypercall($2)
    stretches[cause] += $6; all += $6
    if (!(cause in most)) order[++causes] = cause
    if ($3 + 0 > in_system[system_name, cause] + 0) in_system[system_name, cause] = $3
    if ($3 + 0 > most[cause] + 0) { most[cause] = $3; where[cause] = system_name }
    if ($3 + 0 > longest) { longest = $3 + 0; by = cause }
}
$1 == "total" { total = $2 }
$1 == "end" { ended = $2 }

function print_system() {
    if (system_name == "") return
    if (ended == "" || ended == "exit" || by == "") { print "masked: " system_name ": ended by " (ended == "" ? "nothing" : ended); failed = 1 }
    printf "%-20s %14s %8d  %s%s%s\n", system_name, total, longest, by, (ended == "limit" ? "" : " (" ended ")"), (longest > limit ? "  TOO LONG" : "")
    if (longest > limit) failed = 1
}

END {
    print_system()
    printf "\n%-20s %14s %8s  %-16s %8s %8s\n", "by", "stretches", "longest", "in", "few", "many"
    for (i = 1; i <= causes; i++) {
        cause = order[i]
        few = in_system["few", cause]; many = in_system["many", cause]
        note = ""
        if (many > few + growth) { note = "  GROWS"; failed = 1 }
        if (cause != "no hypercall" && (few == "" || many == "")) { note = "  NOT MEASURED in both"; failed = 1 }
        printf "%-20s %14d %8d  %-16s %8s %8s%s\n", cause, stretches[cause], most[cause], where[cause], few, many, note
        if (most[cause] > highest) { highest = most[cause]; highest_by = cause }
    }
    if (causes < 24) { print "masked: " causes " causes, not all"; failed = 1 }
    printf "longest stretch with interrupts masked: %d instructions, %s in %s (limit %d; %d stretches)\n", highest, highest_by, where[highest_by], limit, all
    exit failed
}
