#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# statics.sh OBJECT...: fails if one of them has a writable static.
set -eu

nm -A "$@" | awk '
    $(NF - 1) ~ /^[bBdDCgGsS]$/ {
        sub(/:.*/, "", $1)
        print $1 ": writable static: " $NF
        found = 1
    }
    END { exit found }' >&2
