# SPDX-License-Identifier: BSD-2-Clause
# awk -v limit=N -v limit_guest=N -v complete=1 -v data=FILE -f report.awk facts.txt NAME.bounds
#     NAME.functions NAME.found...
# The table of worst cases, derived (wcet.c) and found (masked.c), of each system; and for each
# the latency of an interrupt: the longest stretch with interrupts masked, in which it comes,
# and then the longest way to who waits for it, a native thread or a guest. Fails where more is
# found than derived; where something found has no row; where a latency derived is past its
# limit; and, if all systems were looked at (`complete`), where none needs a fact, or a row was
# never made (of vCPUs: soak has none).
FNR == 1 {
    name = FILENAME; sub(/.*\//, "", name)
    kind = name; sub(/.*\./, "", kind)
    sub(/\.[^.]*$/, "", name)
    if (kind == "bounds") names[++systems] = name
}
kind == "txt" { if (!/^#/ && NF > 0) stated[last = FNR] = $0; next }
kind == "functions" { symbol[name, $1] = $3; next }
kind == "bounds" && $1 == "bound" {
    if (!($2 in known)) rows[++row_count] = $2
    known[$2] = 1
    bound[name, $2] = $4
    row_of[name, $3] = $2
}
kind == "bounds" && $1 == "way" { row = $2; sub(/^way [^ ]* (> )?/, ""); derived_way[name, row] = $0 }
kind == "bounds" && $1 == "used" { used[$2] = 1 }
kind == "found" && $1 == "masked" { longest = note($2, $3 + 0) }
kind == "found" && $1 == "way" && longest != "" { found_way[name, longest] = functions() }
kind == "found" && $1 == "runs" {
    runs[name] = runs[name] (runs[name] == "" ? "" : ", ") substr($0, 6)
}

# The row of a cause, if it is the longest so far.
function note(cause, count,    row) {
    if (cause ~ /^svc/ && substr(cause, 4) + 0 > 24) cause = "svc127"
    if (!((name, cause) in row_of)) {
        wrong("", cause " has no row")
        return ""
    }
    row = row_of[name, cause]
    if ((name, row) in found && count <= found[name, row]) return ""
    found[name, row] = count
    return row
}

# Names of functions in turn; of one that is entered again and again, once.
function functions(    i, out, one) {
    out = ""
    for (i = 3; i <= NF; i++) {
        one = (name, $i) in symbol ? symbol[name, $i] : $i
        if (index(" " out " ", " " one " ") == 0) out = out (out == "" ? "" : " > ") one
    }
    return out
}

function wrong(system_name, text) {
    wrongs = wrongs "wcet: " (system_name == "" ? name : system_name) ": " text "\n"
}

function is_handler(row) { return row ~ /^handler/ }
function has_guests(n) { return (n, "handler_guest") in bound }
function cell(value) { return value == "" ? "-" : value }

# The row of a system that takes longest.
function most(values, n,    i, best) {
    best = "-"
    for (i = 1; i <= row_count; i++) {
        if (!is_handler(rows[i]) && values[n, rows[i]] + 0 > values[n, best] + 0) best = rows[i]
    }
    return best
}

function line(title, a, b,    s) {
    printf "%-16s", title
    for (s = 1; s <= systems; s++) printf "  %8s%8s", cell(a[names[s]]), cell(b[names[s]])
    printf "\n"
}

function table(    i, s) {
    printf "%-16s", "instructions"
    for (s = 1; s <= systems; s++) printf "  %16s", names[s]
    printf "\n%-16s", "masked"
    for (s = 1; s <= systems; s++) printf "  %8s%8s", "bound", "found"
    printf "\n"
    for (i = 1; i <= row_count; i++) {
        if (is_handler(rows[i])) continue
        for (s = 1; s <= systems; s++) {
            one[names[s]] = bound[names[s], rows[i]]
            two[names[s]] = found[names[s], rows[i]]
        }
        line(rows[i], one, two)
    }
}

function latency(n) {
    by[n] = most(bound, n)
    met[n] = most(found, n)
    one[n] = bound[n, by[n]]
    two[n] = found[n, met[n]]
    handler[n] = bound[n, "handler"]
    handled[n] = found[n, "handler"]
    bound_latency[n] = one[n] + handler[n]
    if (handled[n] != "") found_latency[n] = two[n] + handled[n]
    if (!has_guests(n)) return
    guest[n] = bound[n, "handler_guest"]
    guested[n] = found[n, "handler_guest"]
    guest_latency[n] = one[n] + guest[n]
    if (guested[n] != "") found_guest_latency[n] = two[n] + guested[n]
}

function ways(n) {
    printf "\n%s: bound %d = %s %d + handler %d\n", n, bound_latency[n], by[n], one[n], handler[n]
    print "  " by[n] ": " derived_way[n, by[n]]
    print "  handler: " derived_way[n, "handler"]
    if (has_guests(n)) print "  to a guest: " derived_way[n, "handler_guest"]
    if (found_latency[n] == "") return
    printf "%s: found %d = %s %d + handler %d, in %s\n", n, found_latency[n], met[n], two[n],
        handled[n], runs[n]
    print "  " met[n] ": " found_way[n, met[n]]
    print "  handler: " found_way[n, "handler"]
}

function check(n,    i, r) {
    for (i = 1; i <= row_count; i++) {
        r = rows[i]
        if (found[n, r] + 0 > bound[n, r] + 0)
            wrong(n, r ": found " found[n, r] ", more than the bound " bound[n, r])
    }
    if (bound_latency[n] > limit)
        wrong(n, "interrupt latency " bound_latency[n] " is past its limit of " limit)
    if (has_guests(n) && limit_guest != "" && guest_latency[n] > limit_guest)
        wrong(n, "interrupt latency of guests " guest_latency[n] " is past its limit of " limit_guest)
}

function check_all(    i, s, times) {
    for (i = 1; i <= last; i++) {
        if (i in stated && stated[i] !~ /^(row|choice) / && !(i in used))
            wrong("facts.txt:" i, "no image needs it: " stated[i])
    }
    for (i = 1; i <= row_count; i++) {
        times = 0
        for (s = 1; s <= systems; s++) times += found[names[s], rows[i]] != ""
        if (times == 0 && rows[i] !~ /^vcpu_|^handler_guest$/) wrong(rows[i], "never made")
    }
}

# For the plot.
function write(    i, s, b, f, n) {
    for (i = 1; i <= row_count; i++) {
        b = 0
        f = 0
        for (s = 1; s <= systems; s++) {
            n = names[s]
            if (bound[n, rows[i]] + 0 > b) b = bound[n, rows[i]]
            if (found[n, rows[i]] + 0 > f) f = found[n, rows[i]]
        }
        if (!is_handler(rows[i])) print rows[i], b, f >data
    }
}

END {
    table()
    for (s = 1; s <= systems; s++) latency(names[s])
    line("longest stretch", one, two)
    line("+ to the handler", handler, handled)
    line("= latency", bound_latency, found_latency)
    line("+ to a guest", guest, guested)
    line("= latency", guest_latency, found_guest_latency)
    worst = ""
    for (s = 1; s <= systems; s++) {
        ways(names[s])
        check(names[s])
        if (worst == "" || bound_latency[names[s]] > bound_latency[worst]) worst = names[s]
    }
    if (complete != "") check_all()
    if (data != "") write()
    printf "\n%s", wrongs
    printf "interrupt latency: bound %d, found %d instructions, in %s (limit %d)\n",
        bound_latency[worst], found_latency[worst], worst, limit
    exit wrongs != ""
}
