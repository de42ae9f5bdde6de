# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh disable=SC2154,SC2086
# Read by the scripts beside it, in the top folder. $out: where everything of this area is;
# the settings are what the makefile wrote there (lists of words).
#
# Sources are in groups: core, arm, vmm, describe. Those of a group are tested by the same
# tests, in the same order, and compiled for the same kinds of programs.
. "$out/settings"

# tree FOLDER: a copy of what is mutated, among the rest of the sources; so all is compiled
# under the names that it has here.
tree() {
    rm -rf "$1"
    mkdir -p "$1/user"
    cp -R core arm "$1"
    cp -R user/vmm user/describe "$1/user"
    for folder in sim tests user/lib; do
        ln -s "$PWD/$folder" "$1/$folder"
    done
}

group_of() {
    case $1 in
    user/*) echo "$1" | cut -d / -f 2 ;;
    *) echo "${1%%/*}" ;;
    esac
}

# What the sources of this group are compiled for. The first is what is compared.
kinds_of() {
    case $1 in
    core | arm) echo model unit ;;
    *) echo unit ;;
    esac
}

# The tests of this group, the cheapest first.
stages_of() {
    case $1 in
    core) echo soak replay findings unit explore long ;;
    arm) echo soak replay findings unit long ;;
    vmm) echo unit vmm-replay ;;
    describe) echo unit refused accepted ;;
    esac
}

# All sources that have to be compiled for this group.
sources_of() {
    case $1 in
    core | arm) echo "$core $arm" ;;
    vmm) echo "$vmm" ;;
    describe) echo "$describe" ;;
    esac
}

# The sources that a change of this one touches: all of its group, if it is a header.
touched() {
    case $1 in
    core/*.h) echo "$core" ;;
    *.h) sources_of "$(group_of "$1")" ;;
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
