# SPDX-License-Identifier: BSD-2-Clause
# awk -v rounds=N [-v dat=FILE] [-v spans=FILE] [-v gate=1] -f report.awk RECORDS
# Of what bench/spans/release.c tells of urgency.c: the table; `dat`, for the plot; `spans`, in
# the form of bench/spans, for bench/arm/cases. With `gate` it fails unless what is less urgent
# changes nothing, not by one instruction, but for the stretch of the core that has begun.
BEGIN {
    modes = split("coincide inside before together within storm", name)
    POINTS = 8
    way = 540 # from a look for interrupts, in a choice that finds the deadline, to the thread
}
$1 == "release" { n[$2]++; late[$2, n[$2]] = $3; awake[$2, n[$2]] = $4 }
$1 == "job" { jobs[$2]++; job[$2, jobs[$2]] = $3; if ($4 > irqs[$2] + 0) irqs[$2] = $4 }
$1 == "stretch" { stretch[$2] = $3 }
$1 == "end" { ended = $2 }

function fail(text) { if (gate) { print "bench: urgency: " text; failed = 1 } }
function count_of(p) { return p == 0 ? 0 : 2 ^ (p - 1) }
# Sorted: least, median and most; and the sum.
function spread(of, mark,    i, j, v, sorted) {
    sum = 0
    for (i = 1; i <= rounds; i++) {
        v = of[mark, i]
        sum += v
        for (j = i; j > 1 && sorted[j - 1] > v; j--) sorted[j] = sorted[j - 1]
        sorted[j] = v
    }
    least = sorted[1]; typical = sorted[int((rounds + 1) / 2)]; most = sorted[rounds]
}
function record(mark, cause) {
    if (spans) printf "span %d %s %d %d %d %d\n", mark, cause, rounds, sum, least, most >spans
}

# By deadline, when the CPU was idle: always `idle`. By line (together): always `rise`.
function release_check(m, count, mark,    what, i) {
    what = name[m] "/" count ": "
    if (m <= 3 && count == 0 && idle == "") idle = most
    if (m == 4 && count == 0) rise = most
    if (m == 4) {
        if (least != rise || most != rise)
            fail(what "released " least " to " most " instructions after its line, not " rise)
    } else if (m <= 2 || m == 5 || count == 0) {
        if (least != idle || most != idle)
            fail(what "released " least " to " most " instructions after its deadline, not " idle)
        # The two ways to count must agree: the counter's, and since WFI has ended.
        for (i = 1; i <= rounds; i++)
            if (late[mark, i] != awake[mark, i])
                fail(what late[mark, i] " instructions late, " awake[mark, i] " after WFI")
    } else if (most > way + stretch[mark]) {
        fail(what "released " most " instructions after its deadline: more than " way \
             " and the longest stretch, " stretch[mark])
    }
}

function row(a, b, c, d, e, f, g, h) {
    printf "%-8s %5s %9s %9s %9s %9s %10s %8s\n", a, b, c, d, e, f, g, h
    if (dat) print a, b, c, d, e, f, g, h >dat
}

END {
    row("#lower", "many", "released", "worst", "job", "worst", "interrupts", "stretch")
    for (m = 1; m <= modes; m++) {
        for (p = 0; p < (m <= 3 ? 8 : 6); p++) {
            mark = POINTS * (m - 1) + p + 1
            count = count_of(p)
            if (n[mark] != rounds || jobs[mark] != rounds) {
                fail(name[m] "/" count ": " n[mark] + 0 " releases, " jobs[mark] + 0 \
                     " jobs, not " rounds)
                continue
            }
            spread(late, mark)
            record(mark, "release")
            release_check(m, count, mark)
            released = typical; released_most = most
            spread(job, mark)
            record(mark, "job")
            if (work == "") work = most
            if (least != work || most != work || irqs[mark] + 0 != 0)
                fail(name[m] "/" count ": the job took " least " to " most " instructions with " \
                     irqs[mark] + 0 " interrupts, not " work)
            row(name[m], count, released, released_most, typical, most, irqs[mark] + 0,
                stretch[mark])
        }
    }
    if (ended != "mark") fail("ended by " ended)
    if (spans) print "end " ended >spans
    if (gate && !failed)
        print "released after " idle " instructions when idle, by a line after " rise \
            ", the job takes " work ": whatever is less urgent"
    exit failed
}
