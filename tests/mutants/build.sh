# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh disable=SC2154,SC2086
# Read by the scripts beside it, in the top folder. $out: where everything is; the
# settings are what the makefile wrote there (lists of words).
. "$out/settings"

# tree FOLDER: a copy of core/ in which a mutant is made, among the rest of the sources;
# so all is compiled under the names that it has here.
tree() {
    rm -rf "$1"
    mkdir -p "$1"
    cp -R core "$1"
    for folder in arm sim user tests; do
        ln -s "$PWD/$folder" "$1/$folder"
    done
}

# The sources that a change of this one touches: all, if it is a header.
touched() {
    case $1 in
    *.h) echo "$core" ;;
    *) echo "$1" ;;
    esac
}

# (In a process of its own, as `touched` and `objects` are run.)
# compile TREE KIND FOLDER SOURCE...: objects of this kind (model, unit, explore)
compile() (
    at=$1
    eval "how=\$compile_$2"
    into=$PWD/$3
    shift 3
    mkdir -p "$into"
    for each in "$@"; do
        name=${each##*/}
        (cd "$at" && $how -o "$into/${name%.c}.o" "$each") 2>/dev/null || exit 1
    done
)

# Where the second folder has an object of the same name, that one.
objects() {
    with=$1
    shift
    for object in "$@"; do
        if [ -e "$with/${object##*/}" ]; then
            echo "$with/${object##*/}"
        else
            echo "$object"
        fi
    done
}
