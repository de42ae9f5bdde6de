# SPDX-License-Identifier: BSD-2-Clause
# awk -f stale.awk HEADER NEW: fails where the header of costs says less than the new one, or
# over a tenth more, or not the same things.
{ count = gsub(/[^0-9]+/, " ", $0) ? split($0, numbers, " ") : 0 }
FNR == NR { for (i = 1; i <= count; i++) old[FNR, i] = numbers[i]; old[FNR] = count; last = FNR; next }
{
    if (old[FNR] != count) bad = FNR
    for (i = 1; i <= count; i++) {
        if (numbers[i] > old[FNR, i] + 0 || numbers[i] * 1.1 + 20 < old[FNR, i] + 0) bad = FNR
    }
}
END {
    if (bad || FNR != last) {
        print "user/describe/costs.h is stale (line " bad "): run `make costs`"
        exit 1
    }
}
