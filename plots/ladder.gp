# SPDX-License-Identifier: BSD-2-Clause
# The kernel's paths among the limits and the peers, fastest first.

file = samples . "/ladder.dat"

if (have(file)) {
    stats file using 3 nooutput name "M"
    stats file using 5 nooutput name "P"
    left = 10 ** floor(log10(M_min) - 0.1)
    colour(class) = class == 0 ? 0xd55e00 : class == 1 ? 0x777777 : 0x0072b2
    text(ns) = ns < 10 ? sprintf("%.1f ns", ns) : ns < 1000 ? sprintf("%.0f ns", ns) : sprintf("%.1f µs", ns / 1000)
    do for [format in formats] {
        eval begin(format)
        set output target . "." . format
        set title "One operation on this workstation: Thimble, limits and peers"
        set xlabel "host time of one operation, logarithmic (bar and figure: minimum; line: up to p99)"
        set logscale x
        eval time_tics
        set xrange [left:P_max * 4]
        set yrange [M_records - 0.4:-0.6]
        set lmargin 25
        set grid noytics
        set tics scale 0.5
        set key top right samplen 1.5 spacing 1.4 reverse Left box linecolor rgb faint opaque width 1 height 0.5
        plot file using 3:0:(left):3:($0 - 0.36):($0 + 0.36):(colour($2)):ytic(1) with boxxyerror linecolor rgb variable notitle, \
             file using 3:0:3:5 with xerrorbars pointtype 0 linewidth 1.5 linecolor rgb ink notitle, \
             file using 5:0:(text($3)) with labels left offset 0.8,0 textcolor rgb ink notitle, \
             NaN with boxes linecolor rgb kernel title "Thimble", \
             NaN with boxes linecolor rgb "#777777" title "limit", \
             NaN with boxes linecolor rgb peer title "peer"
        unset output
    }
}
