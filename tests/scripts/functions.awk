# SPDX-License-Identifier: BSD-2-Clause
# Prints "LINES FILE:LINE NAME" for each function. A definition runs from the
# line of its name, in column 0, to the closing brace in column 0; the opening
# brace has a line of its own, or this script, and the reader, would miss it.

FNR == 1 { body = 0 }
/^[A-Za-z_].*\(/ { name = $0; first = FNR }
/^[A-Za-z_].*\)[ \t]*\{/ {
    print FILENAME ":" FNR ": the opening brace wants a line of its own" >"/dev/stderr"
    bad = 1
}
/^\{/ { body = 1 }
/^\}/ && body {
    sub(/\(.*/, "", name)
    sub(/.*[ *]/, "", name)
    print FNR - first + 1, FILENAME ":" first, name
    body = 0
}
END { exit bad }
