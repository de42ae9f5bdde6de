#!/bin/sh
# Fails if the description is wrong, or if a run is not as system.c expects.
set -eu
cd "$(dirname "$0")"

thimble check . --quiet
thimble sweep . --seeds 1..50 --time 100ms --quiet
echo "@NAME@: good"
