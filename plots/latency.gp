# SPDX-License-Identifier: BSD-2-Clause
# How host time per operation is distributed: call and reply, limit and peers.

names = "ipc_call_reply/0 limit_stack_switch_jmp limit_stack_switch peer_ucontext peer_futex peer_eventfd peer_pipe peer_mq peer_unix_socket"
colours = "#d55e00 #aaaaaa #444444 #cc79a7 #009e73 #56b4e9 #0072b2 #e69f00 #8b5a2b"
widths = "4 2.5 2.5 2 2 2 2 2 2"

file(name) = samples . "/cdf-" . system("echo '" . name . "' | tr / -") . ".dat"
curves = ""
do for [i = 1:words(names)] {
    if (have(file(word(names, i)))) {
        curves = curves . sprintf("%s'%s' using 1:($2 * 100) with lines linewidth %s linecolor rgb '%s' title '%s'", strlen(curves) ? ", " : "", file(word(names, i)), word(widths, i), word(colours, i), word(names, i))
    }
}

if (strlen(curves)) {
    do for [format in formats] {
        eval begin(format)
        set output target . "." . format
        set title "Round trip on this workstation: distribution of host time"
        set xlabel "host time of one round trip (a sample is the mean of a batch of about 30 µs)"
        set ylabel "samples at or below, %"
        set logscale x
        eval time_tics
        set xrange [3:*]
        set yrange [0:100]
        set rmargin -1
        set key outside right center samplen 2 spacing 1.6 Left reverse
        eval "plot " . curves
        unset output
    }
}
