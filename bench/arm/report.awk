# SPDX-License-Identifier: BSD-2-Clause
# awk -v json=FILE -v baseline=TSV -v limits=0|1 -f report.awk cases SYSTEM.spans...
# The table, the gate against the baseline (a rise fails), and bench.json.
FNR == 1 { file++; system_name = FILENAME; sub(/.*\//, "", system_name); sub(/\..*/, "", system_name) }
file == 1 && /^[^#]/ {
    n++
    name[n] = $1; in_system[n] = $2; mark[n] = $3; divisor[n] = $4; causes[n] = $5
    must[n] = $6; aim[n] = $7; sel4[n] = $8; hyp[n] = $9; xen[n] = $10
}
file > 1 && $1 == "span" { spans[system_name, $2, $3] = $4; sum[system_name, $2, $3] = $5 }
file > 1 && $1 == "clock" {
    # The counter ticks every 16 instructions, and is read some 150 from the marks.
    off = $2 - 16 * $3
    if (off < 0 || off > 250)
        fail(system_name ": " $2 " instructions counted, " $3 " ticks of 16 passed")
    checked += $2
}
file > 1 && $1 == "masked" {
    if ($2 > masked) { masked = $2; masked_by = hypercall($3) " in " system_name }
}
file > 1 && $1 == "end" && $2 != "mark" && $2 != "ticks" { fail(system_name ": ended by " $2) }

function fail(text) { print "bench: " text; failed = 1 }

function measure(i,    parts, part, times, count, c, total) {
    count = split(causes[i], parts, ",")
    for (c = 1; c <= count; c++) {
        # CAUSE*N: N spans of it each time.
        times = 1
        if (split(parts[c], part, "*") == 2) { parts[c] = part[1]; times = part[2] }
        if (spans[in_system[i], mark[i], parts[c]] != divisor[i] * times)
            fail(name[i] ": " spans[in_system[i], mark[i], parts[c]] + 0 " spans of " parts[c] ", not " divisor[i] * times)
        total += sum[in_system[i], mark[i], parts[c]]
    }
    return sprintf("%.6g", total / divisor[i]) + 0 # as it is recorded
}

END {
    while ((getline line < baseline) > 0) { split(line, field, "\t"); known[field[1]] = field[2]; listed[field[1]] = 1 }
    printf "%-22s %8s %8s %6s %6s %8s %9s %7s\n", "instructions", "Thimble", "baseline", "must", "aim", "seL4 PL1", "seL4 Hyp", "Xen"
    for (i = 1; i <= n; i++) {
        value[i] = measure(i)
        note = ""
        # ~LIMIT: not met yet, and said so each time; it fails once it could be a limit.
        known_miss = sub(/^~/, "", must[i])
        if (must[i] != "-" && value[i] > must[i]) {
            note = known_miss ? "  NOT MET YET" : "  NOT MET"
            missed += !known_miss
        } else if (known_miss) {
            fail(name[i] " meets " must[i] " now: make that its limit in bench/arm/cases")
        }
        old = name[i] in known ? known[name[i]] : "new"
        delete listed[name[i]]
        printf "%-22s %8s %8s %6s %6s %8s %9s %7s%s\n", name[i], value[i], old, must[i], aim[i], sel4[i], hyp[i], xen[i], note
        if (old != "new" && value[i] > old) fail(name[i] " rose from " old " to " value[i])
        if (old != "new" && value[i] < old) print "bench: " name[i] " fell from " old " to " value[i]
        cases_json = cases_json sprintf("%s\n    {\"name\": \"%s\", \"run_name\": \"%s\", \"run_type\": \"iteration\", \"iterations\": %d, \"instructions\": %s}",
                                        i > 1 ? "," : "", name[i], name[i], divisor[i], value[i])
    }
    for (gone in listed) fail(gone " is in the baseline but was not measured")
    printf "longest stretch with interrupts masked: %d instructions, %s (limit %d)\n", masked, masked_by, masked_limit
    if (masked > masked_limit) fail("interrupts are masked for " masked " instructions, by " masked_by)
    printf "counts checked against the machine's counter over %d instructions\n", checked
    printf "{\n  \"context\": {\"machine\": \"QEMU virt, cortex-a15, -icount\", \"compiler\": \"%s\", \"masked_longest\": %d, \"masked_by\": \"%s\"},\n  \"benchmarks\": [%s\n  ]\n}\n", compiler, masked, masked_by, cases_json >json
    if (missed) {
        printf "%d limits NOT MET%s\n", missed, limits ? "" : " (make bench ARCH=arm LIMITS=1 fails for them)"
        if (limits) failed = 1
    }
    exit failed
}
