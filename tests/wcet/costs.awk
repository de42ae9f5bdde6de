# SPDX-License-Identifier: BSD-2-Clause
# awk -v levels=N -v lines=N -f costs.awk cost_table.h cost.c NAME.bounds NAME.levels NAME.lines...:
# the header of costs. Each is the worst of its class, for systems of few contexts and one line;
# then what each further level of deadlines adds, and what each further line.
FNR == 1 {
    name = FILENAME; sub(/.*\//, "", name)
    kind = name; sub(/.*\./, "", kind)
    sub(/\.[^.]*$/, "", name)
    if (kind == "bounds") names[++systems] = name
}
# Prices, of the kernel and of guests' code around it, apart. Those of cost.c are of VMs.
/^static const u32 cost_/ { table = $4; sub(/cost_/, "", table); sub(/\[.*/, "", table); next }
/^    \[PATH_/ {
    path = $1; gsub(/^\[PATH_|\]$/, "", path)
    price[path] += table == "guest" ? 0 : $3
    next
}
$1 == "bound" { v[name, kind, $2] = $4 }
$1 == "part" { v[name, kind, "after_" $2] = $3 }
$1 == "places" { places[name] = log($2) / log(2) }

function most(a, b) { return a > b ? a : b }
function row(n, k, r) { return v[n, k, r] + 0 }

function stretch(n, k,    key, part, best) {
    for (key in v) {
        split(key, part, SUBSEP)
        if (part[1] == n && part[2] == k && part[3] !~ /handler/) best = most(best, v[key])
    }
    return best
}
# From a line or a deadline to the first instruction of who waits for it.
function release(n, k) { return row(n, k, "handler") }
function release_guest(n, k) { return row(n, k, "handler_guest") }
# An interrupt that changes nothing: perhaps a piece of a dump is printed.
function fire(n, k) { return row(n, k, "interrupt") + row(n, k, "handler") }
# Somebody more urgent becomes ready, and blocks again, and another runs on.
function event(n, k,    guests, way) {
    guests = row(n, k, "handler_guest")
    way = row(n, k, "handler") + row(n, k, "wait") + row(n, k, "after_handler")
    if (guests)
        way = guests + most(row(n, k, "fault"), row(n, k, "wait")) + row(n, k, "after_handler_guest")
    return most(way, fire(n, k))
}
function of(what, n, k) {
    if (what == "stretch") return stretch(n, k)
    if (what == "release") return release(n, k)
    if (what == "release_guest") return release_guest(n, k)
    return what == "fire" ? fire(n, k) : event(n, k)
}
function up(x) { return x == int(x) ? x : int(x) + 1 }

# Of a class: the systems are `list`.
function cost(class, what, list,    i, count, part, base, level, line, grown, one) {
    count = split(list, part, " ")
    base = level = line = 0
    for (i = 1; i <= count; i++) {
        if (part[i] != "hundred") {
            base = most(base, of(what, part[i], "bounds"))
        }
        one = of(what, part[i], "bounds")
        level = most(level, up((of(what, part[i], "levels") - one) / levels))
        line = most(line, up((of(what, part[i], "lines") - one) / lines))
    }
    if (class == "NATIVE") {
        grown = of(what, "hundred", "bounds") - of(what, "few", "bounds")
        level = most(level, up(grown / (places["hundred"] - places["few"])))
    }
    printf "#define COSTS_%s_%s {%dU, %dU, %dU}\n", class, toupper(what), base, level, line
}

END {
    print "/* SPDX-License-Identifier: BSD-2-Clause */"
    print "/*"
    print " * Made by `make costs` from the worst cases that are derived of images"
    print " * (tests/wcet), and from prices of paths (sim/cost_table.h): see docs/assurance.md."
    print " * In instructions. Of a cost: that of a small system; what each doubling of"
    print " * contexts adds, beyond so many; and each line beyond one."
    print " */"
    print "#ifndef USER_DESCRIBE_COSTS_H"
    print "#define USER_DESCRIBE_COSTS_H"
    print ""
    printf "#define COSTS_LEVELS %dU /* log2 of those many */\n\n", places["few"]
    native = "few hundred soak"
    guests = "exits rtos-vm"
    print "/* The longest stretch with interrupts masked. */"
    cost("NATIVE", "stretch", native)
    cost("GUESTS", "stretch", guests)
    print "/* From a line or a deadline to the first instruction of who waits for it. */"
    cost("NATIVE", "release", native)
    cost("GUESTS", "release", guests)
    print "/* The same, if that is a guest. */"
    cost("GUESTS", "release_guest", guests)
    print "/* An interrupt that wakes nobody who runs. */"
    cost("NATIVE", "fire", native)
    cost("GUESTS", "fire", guests)
    print "/* Somebody becomes ready, and blocks or runs out, and another runs on. */"
    cost("NATIVE", "event", native)
    cost("GUESTS", "event", guests)
    storm()
    print ""
    print "#endif"
}

# Prices of the longest ways to wake and to block, and back, that others can be charged with;
# and of the shortest that the context itself is charged with, always: by a line, which it must
# acknowledge, or by its deadline, or a signal, of which the price is its sender's.
function storm(    after, wait, straight, general, others, own) {
    after = price["DEADLINE"] + price["SCHEDULE"] + price["SWITCH"]
    wait = price["SWITCH"] + price["TRAP"] + price["LOOK_UP"] + price["WAIT"] + price["BLOCK"]
    others = price["INTERRUPT"] + price["IRQ_FIRE"] + price["READY"] + price["DEADLINE"] + \
             price["SCHEDULE"] + after
    own = wait + price["TRAP"] + price["LOOK_UP"] + price["IRQ_ACK"]
    # Deadlines go straight to who waits, or by a choice: as often as the first, at what others
    # are charged with for each instruction of its own by either.
    straight = wait + price["DEADLINE"] + price["EXPIRE"] + price["WAKE"]
    general = wait + price["DEADLINE"] + price["READY"] + price["SCHEDULE"]
    print "/* Time and again, as often as its budget lets it: what others are charged with each"
    print " * time, and what it is charged with itself, at least; who has no line; */"
    printf "#define COSTS_NATIVE_STORM {%dU, %dU}\n",
        most(price["INTERRUPT"] + price["TIMER"] + after,
             up((price["INTERRUPT"] + price["TIMER"] + price["SCHEDULE"] + after) * straight / general)), straight
    print "/* who has one; and guests. */"
    printf "#define COSTS_NATIVE_STORM_LINES {%dU, %dU}\n", others, own
    others += price["LISTS"] + 2 * price["VCPU"]
    own = price["SLEEP"] + price["BLOCK"]
    printf "#define COSTS_GUESTS_STORM {%dU, %dU}\n", others, own
    print "/* A step along a chain of calls, whenever its context is chosen. */"
    printf "#define COSTS_HOP %dU\n", price["HOP"] + price["LOOK_UP"] + price["CALL_SLOW"]
}
