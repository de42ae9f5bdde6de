#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Installs the packages that building, checking and measuring need and that are
# not there yet; nothing else.
set -eu

packages='gcc make git libc6-dev libcriterion-dev libjansson-dev libdw-dev gnuplot-nox jq
    valgrind clang clang-tidy libclang-rt-dev cppcheck gcovr cloc
    gcc-aarch64-linux-gnu libc6-dev-arm64-cross gcc-arm-linux-gnueabihf libc6-dev-armhf-cross
    qemu-user bsdutils gdb patch util-linux
    gcc-arm-none-eabi frama-c-base why3 z3 qemu-system-arm gdb-multiarch u-boot-tools device-tree-compiler python3 debian-archive-keyring'

installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    echo "bootstrap: this is not Debian or Ubuntu; install what these packages hold:" >&2
    echo $packages >&2
    exit 1
fi

missing=
for package in $packages; do
    installed "$package" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

root=
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || {
        echo "bootstrap: as root, run: apt-get install$missing" >&2
        exit 1
    }
    root=sudo
fi

echo "bootstrap: installing$missing"
$root apt-get -qq update
# Older releases have the sanitizers of clang in a package that clang needs anyway.
if ! apt-cache show libclang-rt-dev >/dev/null 2>&1; then
    missing=$(echo "$missing" | sed 's/ libclang-rt-dev//')
    [ -n "$missing" ] || exit 0
fi
$root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o Dpkg::Use-Pty=0 \
    install --no-install-recommends $missing
