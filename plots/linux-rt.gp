# SPDX-License-Identifier: BSD-2-Clause
# The control loop of linux-rt: how many of its runs are later than what, with Linux beside
# it and without.

alone = samples . "/alone.dat"
load = samples . "/load.dat"
do for [format in formats] {
    eval begin(format)
    set output target . "." . format
    set title "Control loop at 1 kHz: from release to run (QEMU, Cortex-A15, 1 ns is one instruction)"
    set lmargin 16
    set xlabel "latency, ns"
    set ylabel "runs that are later"
    set logscale y
    set format y "10^{%L}"
    set ytics ("all" 1, "1 in 10" 0.1, "1 in 100" 0.01, "1 in 1,000" 0.001, "1 in 10,000" 0.0001, "1 in 100,000" 0.00001)
    set xrange [0:3200]
    set yrange [0.00001:1.5]
    set arrow 1 from 3000, graph 0 to 3000, graph 1 nohead linecolor rgb limit dashtype 2 linewidth 1.5
    set label 1 "limit" at 2960, graph 0.95 right textcolor rgb limit
    set key at graph 0.9, graph 0.85 right samplen 2 spacing 1.6
    plot alone using 1:2 with fsteps linewidth 3 linecolor rgb peer title "Linux is off", \
         load using 1:2 with fsteps linewidth 3 linecolor rgb kernel title "Linux under a fork, pipe and memory load"
    unset output
}
