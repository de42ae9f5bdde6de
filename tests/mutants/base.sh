#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# base.sh OUT KIND: compiles the core itself.
# shellcheck disable=SC2154,SC2086
set -eu

out=$1
. tests/mutants/build.sh
compile "$out/base/tree" "$2" "$out/base/$2" $core
