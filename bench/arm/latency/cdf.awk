# SPDX-License-Identifier: BSD-2-Clause
# What control says of its histogram (ns, runs at or below it) as the share of runs that come
# later than each: ns, share. The last line is the worst: as rare as one run.
/^control: histogram [0-9]/ { sub(/\r/, ""); n++; ns[n] = $3; runs[n] = $4; all += $4 }
END {
    late = all
    for (i = 1; i <= n; i++) {
        print ns[i], late / all
        late -= runs[i]
    }
    print ns[n], 1 / all
}
