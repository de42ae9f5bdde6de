# SPDX-License-Identifier: BSD-2-Clause
# Common look. Called with `samples`, the directory with the figures, and
# `target`, the picture's name without suffix.

formats = "svg png"

# Case names contain underscores, so text is taken as it is written.
svg = "set terminal svg noenhanced size 1200,720 font 'DejaVu Sans,15' background '#ffffff'"
png = "set terminal pngcairo noenhanced size 1200,720 font 'DejaVu Sans,13'"
begin(format) = format eq "svg" ? svg : png

have(file) = int(system("test -s '" . file . "' && echo 1 || echo 0"))

# Colours that remain distinct to colour-blind eyes (Okabe and Ito).
ink = "#222222"; faint = "#d8d8d8"
kernel = "#d55e00"; limit = "#555555"; peer = "#0072b2"

set encoding utf8
set border 3 linecolor rgb ink linewidth 1
set tics nomirror textcolor rgb ink
set tics out
set grid xtics ytics linecolor rgb faint linewidth 0.7 linetype 1
set style fill solid 0.9 noborder
set title font ",17" offset 0,0.4
time_tics = "set xtics ('0.1 ns' 0.1, '1 ns' 1, '10 ns' 10, '100 ns' 100, '1 µs' 1000, '10 µs' 10000, '100 µs' 100000, '1 ms' 1e6); set mxtics 10"
set lmargin 12
set rmargin 4
