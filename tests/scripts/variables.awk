# SPDX-License-Identifier: BSD-2-Clause
# awk -v given='NAME...' -f variables.awk MAKEFILE...: what of the given variables no makefile
# asks for; for each one line, with the known name that is nearest.

# Of letters to insert, to remove, to change, or to exchange with the next one.
function distance(a, b,    i, j, d, cost) {
    for (i = 0; i <= length(a); i++) d[i, 0] = i
    for (j = 0; j <= length(b); j++) d[0, j] = j
    for (i = 1; i <= length(a); i++)
        for (j = 1; j <= length(b); j++) {
            cost = substr(a, i, 1) != substr(b, j, 1)
            d[i, j] = least(least(d[i - 1, j] + 1, d[i, j - 1] + 1), d[i - 1, j - 1] + cost)
            if (i > 1 && j > 1 && substr(a, i - 1, 2) == substr(b, j, 1) substr(b, j - 1, 1))
                d[i, j] = least(d[i, j], d[i - 2, j - 2] + 1)
        }
    return d[length(a), length(b)]
}
function least(a, b) { return a < b ? a : b }

# $(NAME), ifdef NAME; what is $$(NAME) is the shell's.
{
    line = $0
    gsub(/\$\$/, "", line)
    while (match(line, /\$\([A-Z][A-Z0-9_]*/)) {
        known[substr(line, RSTART + 2, RLENGTH - 2)] = 1
        line = substr(line, RSTART + RLENGTH)
    }
    if ($1 ~ /^ifn?def$/) known[$2] = 1
}

END {
    count = split(given, names, " ")
    for (n = 1; n <= count; n++) {
        name = names[n]
        if (name in known) continue
        best = ""
        for (k in known) {
            d = distance(toupper(name), k)
            if (best == "" || d < nearest || (d == nearest && k < best)) { best = k; nearest = d }
        }
        hint = nearest <= 2 && nearest * 2 < length(name) ? "; did you mean " best "?" : ""
        printf "%s is no variable of this makefile%s\n", name, hint
    }
}
