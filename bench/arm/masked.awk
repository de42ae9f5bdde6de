# SPDX-License-Identifier: BSD-2-Clause
# One line of the table of `make bench-masked`; fails past the limit.
$1 == "masked" { masked = $2; by = hypercall($3) }
$1 == "total" { total = $2 }
$1 == "end" { ended = $2 }
END {
    printf "%-20s %12d %8d  %s%s\n", name, total, masked, by, (masked > limit ? "  TOO LONG" : "")
    if (ended != "limit") { print "bench: " name ": ended by " ended; exit 1 }
    exit (masked > limit)
}
