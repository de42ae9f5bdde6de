#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Usage: fetch.sh FOLDER. Fetches what guests are made of from Debian's armhf archive
# and unpacks it there: kernels, busybox, U-Boot. What is there is not fetched again. apt works with a state folder of its
# own, so the system's package lists, architectures and packages stay as they are. It
# checks the archive's signature, and every package by the signed index.
set -eu

folder=$(mkdir -p "$1" && cd "$1" && pwd)
mirror=${GUESTS_MIRROR:-http://deb.debian.org/debian}
release=${GUESTS_RELEASE:-bookworm}
kernels='armmp armmp-lpae rt-armmp'
others='busybox-static u-boot-qemu'
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
echo "deb [arch=armhf signed-by=$keyring] $mirror $release main" >"$state/sources.list"

# Nothing of the system's own configuration of apt but what says how to reach the net.
apt() {
    tool=$1
    shift
    "$tool" -qq \
        -o Dir::State="$state" -o Dir::State::lists="$state/lists" -o Dir::State::status="$state/status" \
        -o Dir::Cache="$state" -o Dir::Cache::archives="$state/archives" \
        -o Dir::Etc::sourcelist="$state/sources.list" -o Dir::Etc::sourceparts="$state/empty" \
        -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts="$state/empty" \
        -o APT::Architecture=armhf -o APT::Architectures=armhf -o APT::Sandbox::User="$(id -un)" \
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

echo "  FETCH   package index of $release, armhf"
retry apt apt-get -o APT::Update::Error-Mode=any update ||
    fail "no package index from $mirror: offline? (GUESTS_MIRROR names another mirror)"

# The kernel itself is what its unversioned package depends on.
wanted=$others
for kernel in $kernels; do
    package=$(apt apt-cache depends linux-image-$kernel | sed -n 's/^ *Depends: \(linux-image-[0-9].*\)/\1/p' | head -n 1)
    [ -n "$package" ] || fail "$release has no linux-image-$kernel for armhf"
    wanted="$wanted $package"
    echo "$package" >"$folder/packages/$kernel.name"
done

for package in $wanted; do
    unpacked=$folder/packages/$package
    [ -e "$unpacked/done" ] && continue
    echo "  FETCH   $package"
    rm -rf "$unpacked" "$unpacked.deb.d"
    mkdir -p "$unpacked" "$unpacked.deb.d"
    (cd "$unpacked.deb.d" && retry apt apt-get download "$package") ||
        fail "cannot fetch $package from $mirror"
    dpkg-deb -x "$unpacked.deb.d"/*.deb "$unpacked" || fail "$package does not unpack"
    rm -r "$unpacked.deb.d"
    touch "$unpacked/done"
done

for kernel in $kernels; do
    unpacked=$folder/packages/$(cat "$folder/packages/$kernel.name")
    mkdir -p "$folder/$kernel"
    cp "$unpacked"/boot/vmlinuz-* "$folder/$kernel/zImage"
    ln -sfn "../packages/$(basename "$unpacked")" "$folder/$kernel/package"
done
cp "$folder/packages/u-boot-qemu/usr/lib/u-boot/qemu_arm/u-boot.bin" "$folder/u-boot.bin"
