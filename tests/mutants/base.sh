#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# base.sh OUT GROUP KIND: compiles the sources themselves.
# shellcheck disable=SC2154,SC2046,SC2086
set -eu

out=$1
. tests/mutants/build.sh
compile "$out/base/tree" "$3" "$out/base/$2/$3" $(sources_of "$2")
