# SPDX-License-Identifier: BSD-2-Clause
# What operations on mappings and capabilities cost among more and more of them.

names = "cap_revoke region_unmap_2m region_unmap_4k region_map_2m region_map_4k region_derive cap_copy ipc_call_reply_mappings ipc_call_reply_caps"
labels = "'revoke n capabilities' 'unmap a block of 2 MiB' 'unmap a page' 'map a block of 2 MiB' 'map a page' 'derive a region' 'copy a capability' 'call and reply, n mappings' 'call and reply, n caps'"
colours = "#d55e00 #0072b2 #56b4e9 #009e73 #8b5a2b #cc79a7 #e69f00 #222222 #999999"
marks = "7 5 4 9 8 13 12 7 6"

file(name) = samples . "/family-" . name . ".dat"
# Behind a name: the instructions if they are flat, or those that each more takes.
counted(low, high, more) = low == high ? sprintf("%.10g", low) : sprintf("%.4g each", (high - low) / more)
exact = ""
times = ""
do for [i = 1:words(names)] {
    if (have(file(word(names, i)))) {
        stats file(word(names, i)) using 1 nooutput name "N"
        stats file(word(names, i)) using 5 nooutput name "I"
        known = I_records > 0 ? ": " . counted(I_min, I_max, N_max - N_min) : ""
        style = sprintf("with linespoints linewidth 2.5 pointsize 1.2 pointtype %s linecolor rgb '%s' title '%s%s'", word(marks, i), word(colours, i), word(labels, i), known)
        exact = exact . sprintf("%s'%s' using 1:5 %s", strlen(exact) ? ", " : "", file(word(names, i)), style)
        times = times . sprintf("%s'%s' using 1:2 %s", strlen(times) ? ", " : "", file(word(names, i)), style)
    }
}

if (strlen(exact)) {
    do for [format in formats] {
        eval begin(format)
        set output target . "." . format
        set multiplot title "Cost against the number n of mappings or capabilities that there are" font ",17"
        set logscale xy
        set xtics (1, 10, 100, "1,000" 1000)
        unset mxtics
        set xrange [0.8:1250]
        set xlabel "n (logarithmic)"
        set tmargin at screen 0.86
        set bmargin at screen 0.12

        unset key
        set lmargin at screen 0.095
        set rmargin at screen 0.355
        set yrange [60:1e6]
        set ytics ("100" 100, "1,000" 1000, "10,000" 10000, "100,000" 100000, "1,000,000" 1e6)
        set title "host instructions (exact)" font ",15"
        eval "plot " . exact

        set lmargin at screen 0.43
        set rmargin at screen 0.69
        set key at screen 0.7, screen 0.5 left center vertical samplen 2 spacing 1.8 Left reverse title "host instructions" left
        set yrange [3:3e5]
        set ytics ("10 ns" 10, "100 ns" 100, "1 µs" 1000, "10 µs" 10000, "100 µs" 100000)
        set title "host time (minimum)" font ",15"
        eval "plot " . times
        unset multiplot
        unset output
    }
}
