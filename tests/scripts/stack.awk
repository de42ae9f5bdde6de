# SPDX-License-Identifier: BSD-2-Clause
# awk -v limit=BYTES -v pushed=BYTES -f stack.awk FILE.ci...: the deepest stack of
# calls that starts where assembly calls C; fails past the limit. From gcc's
# -fcallgraph-info=su: nodes with what a function takes, and edges.
function depth(f,    i, n, calls, d, most) {
    if (f in known) {
        return known[f]
    }
    if (f in open) {
        print "stack: recursion through " f > "/dev/stderr"
        failed = 1
        return 0
    }
    open[f] = 1
    most = 0
    n = split(edges[f], calls, "\n")
    for (i = 1; i <= n; i++) {
        d = depth(calls[i])
        if (d > most) {
            most = d
            next_of[f] = calls[i]
        }
    }
    delete open[f]
    known[f] = size[f] + most
    return known[f]
}
/^node:/ {
    split($0, part, "\"")
    if (match($0, /[0-9]+ bytes \(/)) {
        size[part[2]] = substr($0, RSTART, RLENGTH) + 0
    }
    if (/bytes \(dynamic\)/) {
        print "stack: no bound known for " part[2] > "/dev/stderr"
        failed = 1
    }
}
/^edge:/ {
    split($0, part, "\"")
    edges[part[2]] = edges[part[2]] (edges[part[2]] == "" ? "" : "\n") part[4]
    if (part[4] == "__indirect_call") {
        print "stack: a call through a pointer in " part[2] > "/dev/stderr"
        failed = 1
    }
}
END {
    count = split("arm_main interrupt hypercall_guest ipc_call ipc_reply_recv arm_fault arm_idle_print arm_broken", entries, " ")
    for (i = 1; i <= count; i++) {
        if (!(entries[i] in size)) {
            print "stack: no function " entries[i] > "/dev/stderr"
            exit 1
        }
        total = pushed + depth(entries[i])
        printf "%-24s %8d   stack: ", entries[i], total
        for (f = entries[i]; f != ""; f = next_of[f]) {
            name = f
            sub(/.*:/, "", name)
            printf "%s%s", f == entries[i] ? "" : " > ", name
        }
        print ""
        if (total > worst && i < count) {
            worst = total
        }
    }
    worst += total # an exception of the hypervisor itself comes on top
    printf "%-24s %8d   limit %d\n", "worst stack", worst, limit
    if (worst > limit) {
        print "stack: past its limit" > "/dev/stderr"
        failed = 1
    }
    exit failed
}
