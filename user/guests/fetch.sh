#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Usage: fetch.sh FOLDER. Fetches what guests are made of from Debian's armhf archive
# and unpacks it there: kernels and what modules for them are built with, busybox, U-Boot.
# What is there is not fetched again. apt works with a state folder of its own, so the
# system's package lists, architectures and packages stay as they are. It checks the
# archive's signature, and every package by the signed index.
set -eu

folder=$(mkdir -p "$1" && cd "$1" && pwd)
mirror=${GUESTS_MIRROR:-http://deb.debian.org/debian}
release=${GUESTS_RELEASE:-bookworm}
kernels='armmp armmp-lpae rt-armmp'
others='busybox-static u-boot-qemu'
# What runs here, to build modules, is of this one.
host=$(dpkg --print-architecture)
architectures=$(printf 'armhf\n%s\n' "$host" | sort -u | paste -s -d ,)
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
state=$folder/apt

fail() {
    echo "guests: $*" >&2
    exit 1
}

for tool in apt-get apt-cache dpkg-deb; do
    command -v $tool >/dev/null || fail "$tool is missing: this needs Debian or a descendant, and \`make bootstrap\`"
done
[ -r $keyring ] || fail "$keyring is missing: install debian-archive-keyring"

mkdir -p "$state/lists/partial" "$state/archives/partial" "$state/empty" "$folder/packages"
: >"$state/status"
echo "deb [arch=$architectures signed-by=$keyring] $mirror $release main" >"$state/sources.list"

# Nothing of the system's own configuration of apt but what says how to reach the net.
apt() {
    tool=$1
    shift
    "$tool" -qq \
        -o Dir::State="$state" -o Dir::State::lists="$state/lists" -o Dir::State::status="$state/status" \
        -o Dir::Cache="$state" -o Dir::Cache::archives="$state/archives" \
        -o Dir::Etc::sourcelist="$state/sources.list" -o Dir::Etc::sourceparts="$state/empty" \
        -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts="$state/empty" \
        -o APT::Architecture=armhf -o APT::Architectures="$architectures" -o APT::Sandbox::User="$(id -un)" \
        -o Acquire::Languages=none -o Acquire::Retries=3 -o Acquire::http::Timeout=30 "$@"
}

# The network fails now and then: three times, with a pause that grows.
retry() {
    for pause in 5 20 0; do
        "$@" && return 0
        sleep $pause
    done
    return 1
}

# fetch FOLDER PACKAGE...: unpacks them there, all or none.
fetch() {
    unpacked=$1
    shift
    [ ! -e "$unpacked/done" ] || return 0
    echo "  FETCH   $*"
    rm -rf "$unpacked" "$unpacked.deb.d"
    mkdir -p "$unpacked" "$unpacked.deb.d"
    (cd "$unpacked.deb.d" && retry apt apt-get download "$@") || fail "cannot fetch $* from $mirror"
    for package in "$unpacked.deb.d"/*.deb; do
        dpkg-deb -x "$package" "$unpacked" || fail "$package does not unpack"
    done
    rm -r "$unpacked.deb.d"
    touch "$unpacked/done"
}

# depends PACKAGE PATTERN: the first package that it depends on whose name is like that.
depends() {
    apt apt-cache depends "$1" | sed -n "s/^ *Depends: \($2\).*/\1/p" | head -n 1
}

echo "  FETCH   package index of $release, $architectures"
retry apt apt-get -o APT::Update::Error-Mode=any update ||
    fail "no package index from $mirror: offline? (GUESTS_MIRROR names another mirror)"

# The kernel itself is what its unversioned package depends on.
for kernel in $kernels; do
    package=$(depends linux-image-$kernel 'linux-image-[0-9].*')
    [ -n "$package" ] || fail "$release has no linux-image-$kernel for armhf"
    others="$others $package"
    echo "$package" >"$folder/packages/$kernel.name"
done
for package in $others; do
    fetch "$folder/packages/$package" "$package"
done

# What modules are built with, in one tree for all kernels of this version: their links
# between packages are relative.
version=$(cut -d - -f 3,4 "$folder/packages/armmp.name")
wanted=
for kernel in $kernels; do
    headers=$(sed 's/image/headers/' "$folder/packages/$kernel.name")
    common=$(depends "$headers" 'linux-headers-.*-common[-a-z]*')
    kbuild=$(depends "$headers" 'linux-kbuild-[0-9.]*')
    wanted="$wanted $headers $common"
    mkdir -p "$folder/$kernel"
    echo "$headers $common" >"$folder/$kernel/headers"
done
fetch "$folder/packages/headers-$version" $(printf '%s\n' $wanted | sort -u) "$kbuild:$host"
ln -sfn "packages/headers-$version" "$folder/headers"

for kernel in $kernels; do
    unpacked=$folder/packages/$(cat "$folder/packages/$kernel.name")
    cp "$unpacked"/boot/vmlinuz-* "$folder/$kernel/zImage"
    ln -sfn "../packages/$(basename "$unpacked")" "$folder/$kernel/package"
done
cp "$folder/packages/u-boot-qemu/usr/lib/u-boot/qemu_arm/u-boot.bin" "$folder/u-boot.bin"
