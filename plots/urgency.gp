# SPDX-License-Identifier: BSD-2-Clause
# The most urgent thread among more and more less urgent threads and lines: how late it is
# released, and how long its job takes; before timers and lines had urgency, and now.

now = samples . "/urgency.dat"
# Rows of one kind. In a plot they are evenly spaced: 0 and powers of 2.
rows(file, kind) = "< awk '$1 == \"" . kind . "\"' " . file
hollow(i) = i == 1 ? 6 : i == 2 ? 4 : 8
one(when, y, full) = sprintf("for [i = 1:3] rows(%s, word(kinds, i)) using 0:%d:xtic(2) " \
    . "with linespoints linestyle %d dashtype i pointtype hollow(i) + %d " \
    . "title '%s: ' . word(titles, i)", when, y, full + 1, full, when)
curves(y) = "plot " . one("before", y, 0) . ", " . one("now", y, 1)

if (have(now) && have(before)) {
    do for [format in formats] {
        eval begin(format)
        set output target . "." . format
        set multiplot title \
            "The most urgent thread with more and more below it: instructions, worst of 32 runs" \
            font ",17"
        set style line 1 linewidth 2.5 pointsize 1.5 linecolor rgb peer
        set style line 2 linewidth 2.5 pointsize 1.3 linecolor rgb kernel
        # Above the panels, where no curve can run through it.
        do for [column = 1:2] {
            kinds = column == 1 ? "coincide inside before" : "together within storm"
            titles = column == 1 ? "'due when it is' 'due in its run' 'due just before'" \
                                 : "'rise with its own' 'rise in its run' 'rise all the time'"
            left = column == 1 ? 0.105 : 0.595
            set lmargin at screen left
            set rmargin at screen left + 0.39
            set xrange [-0.3:(column == 1 ? 7.3 : 5.3)]
            set tmargin at screen 0.78
            set bmargin at screen 0.47
            sleep = "threads that sleep until their deadlines"
            set label 2 (column == 1 ? sleep : "interrupt lines") \
                at graph 0.5, screen 0.925 center font ",15"
            set key at graph 1, screen 0.9 right top vertical maxrows 3 Left reverse \
                samplen 3 spacing 1.15 width -5
            unset xlabel
            set ylabel (column == 1 ? "until it runs" : "")
            set logscale y
            set yrange [100:100000]
            set ytics ("100" 100, "1,000" 1000, "10,000" 10000, "100,000" 100000)
            eval curves(4)

            set tmargin at screen 0.405
            set bmargin at screen 0.11
            unset label 2
            unset key
            set xlabel "less urgent " . (column == 1 ? "threads" : "lines")
            set ylabel (column == 1 ? "its job" : "")
            unset logscale y
            set yrange [0:13000]
            set ytics ("0" 0, "4,000" 4000, "8,000" 8000, "12,000" 12000)
            if (column == 1) {
                set label 1 "32 or more are\nall dealt with first" \
                    at 5.4, 11000 left textcolor rgb peer font ",11"
            } else {
                unset label 1
            }
            eval curves(6)
            unset label 1
        }
        unset multiplot
        unset output
    }
}
