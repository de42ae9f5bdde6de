#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The systems, and where their comparison ends: NUMBER:COUNT of a hypercall.
set -eu

cd "$(dirname "$0")"
awk '$1 !~ /^#/ {
    n = split("call reply_recv recv signal wait poll", names, " ")
    for (i = 1; i <= n && names[i] != $2; i++) {}
    print $1, i - 1 ":" $3
}' systems
