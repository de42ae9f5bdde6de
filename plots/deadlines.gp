# SPDX-License-Identifier: BSD-2-Clause
# Bounds of responses over the worst that was seen, of promises in random systems.

file = samples . "/deadlines.dat"

if (have(file)) {
    do for [format in formats] {
        eval begin(format)
        set output target . "." . format
        set title "Bound of a response over the worst seen, in random systems"
        set xlabel "bound / worst seen"
        set ylabel "promises, at most so far from their bound"
        set logscale x
        set xrange [1:20]
        set xtics (1, 1.5, 2, 3, 5, 10, 20)
        set yrange [0:1]
        set format y "%.1f"
        set key bottom right Left box linecolor rgb faint opaque width 1 height 0.5
        set linetype 11 linecolor rgb kernel linewidth 2
        set linetype 12 linecolor rgb limit linewidth 1.5 dashtype 2
        set linetype 13 linecolor rgb peer linewidth 1.5
        plot file using ($4 / $5):(1.0) smooth cnormal linetype 11 title "all", \
             "< grep job " . file using ($4 / $5):(1.0) smooth cnormal linetype 12 title "jobs", \
             "< grep greedy " . file using ($4 / $5):(1.0) smooth cnormal linetype 13 \
                 title "whole budgets"
        unset output
    }
}
