# SPDX-License-Identifier: BSD-2-Clause
# What a call and reply costs among more and more threads.

file = samples . "/family-ipc_call_reply_threads.dat"

if (have(file)) {
    stats file using 1 nooutput name "T"
    stats file using 5 nooutput name "I"
    stats file using 4 nooutput name "N"
    do for [format in formats] {
        eval begin(format)
        set output target . "." . format
        set multiplot layout 2,1 title "Call and reply against the number of threads in the system" font ",17" offset 0,-0.3
        set logscale x
        set xtics (2, 5, 10, 20, 50, 100, 200, 500, 1000)
        set xrange [T_min * 0.85:T_max * 1.18]
        unset title
        # Above the panel, where no curve can run through it.
        set key at graph 1, graph 1.1 right center horizontal samplen 2 width 2

        set bmargin 3.8
        set tmargin 3
        set yrange [0:I_max * 1.3]
        set ylabel "host instructions"
        plot file using 1:5 with linespoints linewidth 3 pointtype 7 pointsize 1.2 linecolor rgb kernel title "host instructions of one round trip (exact)", \
             file using 1:5:(sprintf("%.10g", $5)) with labels offset 0,1 textcolor rgb ink notitle

        set yrange [0:N_max * 1.15]
        set xlabel "threads (logarithmic)"
        set ylabel "host time, ns"
        plot file using 1:2:4 with filledcurves fillcolor rgb "#f3d3bf" title "minimum to p99", \
             file using 1:3 with linespoints linewidth 3 pointtype 7 pointsize 1.2 linecolor rgb kernel title "median host time of one round trip"
        unset xlabel
        unset multiplot
        unset output
    }
}
