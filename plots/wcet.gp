# SPDX-License-Identifier: BSD-2-Clause
# The longest stretch with interrupts masked of each entry: derived, and found.

file = samples . "/wcet.dat"

if (have(file)) {
    stats file using 2 nooutput name "B"
    do for [format in formats] {
        eval begin(format)
        set output target . "." . format
        set title "Longest stretch with interrupts masked, by entry"
        set ylabel "ARM instructions"
        set yrange [0:B_max * 1.15]
        set xrange [-0.6:B_records - 0.4]
        set xtics rotate by -45 scale 0
        set grid noxtics ytics
        set bmargin 7
        set key top left reverse Left box linecolor rgb faint opaque width 1 height 0.5
        plot file using ($0 - 0.2):2:(0.38):xtic(1) with boxes linecolor rgb limit title "derived: bound", \
             file using ($0 + 0.2):3:(0.38) with boxes linecolor rgb kernel title "found"
        unset output
    }
}
