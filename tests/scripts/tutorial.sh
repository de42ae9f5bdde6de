#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# tutorial.sh PAGE BUILD: does what the page says, word for word, in a copy of the
# tree, and fails where it does not come out as the page says.
#
# What counts in the page:
#   ```sh    commands, after "$ "; below each what it prints
#   ```diff  a change to the file that the line above the block names in backquotes
#   ```...   (any other) a file to be saved under the name there
# A block with no such name above it is only to be read.
#
# The lines below a command must be among those that it prints, in this order; "..."
# in one stands for anything. Blanks count as one. Numbers with a decimal point and
# hashes may be others: they are times, and follow from the cost table. A command
# must succeed, unless the page has a line that begins with "error: " for it.
set -eu

page=$1
build=$2
scratch=$(pwd)/$build/tutorial
steps=$scratch/steps

# Under make, but not of it: what the page runs is as if typed.
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES

rm -rf "$scratch"
export HOME="$scratch/home"
unset XDG_CACHE_HOME
mkdir -p "$steps" "$scratch/home/thimble/$build"
# With their times, so that what is built already is not built again.
for part in Makefile README.md core arm sim user bench tests gdb tool; do
    cp -a "$part" "$scratch/home/thimble/"
done
for part in core arm sim user tool thimble needs; do
    [ ! -e "$build/$part" ] || cp -a "$build/$part" "$scratch/home/thimble/$build/"
done

# One file for each step: NNN.KIND, with its line in the page and its name or
# command in the first two lines, its text after them.
awk -v steps="$steps" '
    function step(kind, name) {
        close(out)
        out = sprintf("%s/%03d.%s", steps, ++count, kind)
        print NR > out
        print name > out
    }
    /^```/ && !inside {
        inside = 1
        kind = substr($0, 4)
        named = match(above, /`[^`]+`[^`]*$/)
        name = substr(above, RSTART + 1)
        sub(/`.*/, "", name)
        out = ""
        if (kind != "sh" && named) {
            step(kind == "diff" ? "diff" : "file", name)
        }
        next
    }
    /^```/ {
        inside = 0
        above = ""
        next
    }
    inside && kind == "sh" && /^\$ / {
        step("run", substr($0, 3))
        next
    }
    inside {
        if (out != "") {
            print > out
        }
        next
    }
    NF != 0 { above = $0 }' "$page"

fail() {
    echo "$page:$line: $1" >&2
    sed 's/^/    /' "$scratch/output" 2>/dev/null | tail -n 40 >&2
    exit 1
}

# Prints the first line of the expected ones that is missing.
missing() {
    awk '
        function plain(s) {
            gsub(/[ \t]+/, " ", s)
            sub(/^ /, "", s)
            sub(/ $/, "", s)
            gsub(/[0-9]+\.[0-9]+/, "N", s)
            gsub(/[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]/, "H", s)
            return s
        }
        function matches(s, pattern,    n, i, part, at) {
            n = split(pattern, part, /\.\.\./)
            if (n == 1) {
                return s == pattern
            }
            for (i = 1; i <= n; i++) {
                at = index(s, part[i])
                if (at == 0 || (i == 1 && at != 1)) {
                    return 0
                }
                s = substr(s, at + length(part[i]))
            }
            return part[n] == "" || s == ""
        }
        FILENAME == ARGV[1] {
            if (plain($0) != "" && plain($0) != "...") {
                wanted[++count] = $0
            }
            next
        }
        found < count && matches(plain($0), plain(wanted[found + 1])) { found++ }
        END {
            if (found < count) {
                print wanted[found + 1]
            }
        }' "$1" "$2"
}

cd "$scratch/home"
for step in "$steps"/*; do
    line=$(sed -n 1p "$step")
    what=$(sed -n 2p "$step")
    sed 1,2d "$step" >"$scratch/text"
    : >"$scratch/output"
    case $step in
    *.file)
        cp "$scratch/text" "$what" || fail "cannot save $what"
        ;;
    *.diff)
        patch -s --fuzz=0 "$what" "$scratch/text" >"$scratch/output" 2>&1 ||
            fail "does not change $what"
        ;;
    *.run)
        status=0
        eval "$what" >"$scratch/output" 2>&1 </dev/null || status=$?
        wanted=0
        ! grep -q '^error: ' "$scratch/text" || wanted=1
        [ "$status" -eq "$wanted" ] || fail "status $status: $what"
        absent=$(missing "$scratch/text" "$scratch/output")
        [ -z "$absent" ] || fail "$what does not print: $absent"
        ;;
    esac
done
# A page that nothing was found in is no test.
runs=$(ls "$steps" | grep -c 'run$')
[ "$runs" -ge "${MINIMUM:-10}" ] || {
    echo "$page: only $runs commands" >&2
    exit 1
}
