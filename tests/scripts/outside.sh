#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# outside.sh BUILD: a system with a VM, in a folder and in a file outside the tree, is linked
# with the VMM; what is made of its guest's file follows that file's contents; and a new
# driver of a UART changes nothing in the simulator.
set -eu

scratch=$1/outside-check
system=$scratch/guarded
image=build/arm/virt/outside-guarded
failed=0
rm -rf "$scratch" "$image"
mkdir -p "$system"

complain() {
    echo "outside: $1" >&2
    tail -n 10 "$scratch/out" >&2
    failed=1
}

# Not through the outer make's flags, which may be of another host.
arm() {
    env -u MAKEFLAGS -u MAKELEVEL -u MAKEOVERRIDES -u MFLAGS -u SAN -u COVERAGE $MAKE --no-print-directory ARCH=arm \
        BOARD=virt "$@" >"$scratch/out" 2>&1
}

cat >"$system/system.c" <<'END'
/* A guest that is a file beside this, and a guard. */
#include "vm.h"

static const struct system_cell cells[] = {
    {
        .name = "guard",
        .program = "guard",
        .memory = 16 * KIB,
        .threads = (const struct system_thread[]){{.name = "main", .priority = 200,
                                                   .budget_us = 100, .period_us = 1000}, {0}},
    },
    {
        .name = "guest",
        .vm = true,
        .threads = (const struct system_thread[]){
            {VM_THREAD(100), .budget_us = 500, .period_us = 1000}, {0}},
        .caps = (const struct system_cap[]){VM_CAPS(0), {0}},
        .regions = (const struct system_region[]){VM_REGIONS("guest", 2U * MIB), {0}},
        .guest = &(const struct system_guest){.ram = "ram", .kernel = "kernel"},
    },
    {
        VMM_CELL,
        .caps = (const struct system_cap[]){
            VMM_CAPS, VMM_UART_CAPS, VMM_VM_CAPS(0, "guest"), {0}},
        .regions = (const struct system_region[]){
            VMM_REGIONS, VMM_UART_REGION, VMM_VM_REGIONS(0, "guest", 2U * MIB),
            {.name = "kernel", .at = VMM_AT(0x1c0000U), .access = ACCESS_READ,
             .file = "guest-of-outside.bin"},
            {0}},
    },
    {0},
};

const struct system thimble_system = {
    .name = "guarded",
    .notifications = (const struct system_notification[]){{.name = "events"}, {0}},
    .irqs = (const struct system_irq[]){{.name = "uart", .device = "uart0"}, {0}},
    .cells = cells,
    .fixed = true,
};
END
cat >"$system/guard.c" <<'END'
#include "thimble_program.h"
#include "time.h"

PROGRAM(guard)
{
    for (;;) {
        thimble_compute(1000U);
    }
}
END
guest=$system/guest-of-outside.bin
echo 'the first contents' >"$guest"

if arm SYSTEM="$system" "$image/contents.o" "$image/generated/vmm.elf" "$image/generated/guard.elf"; then
    arm-none-eabi-nm "$image/generated/vmm.elf" | grep -q ' program_vmm$' ||
        complain "the VMM is not linked into its cell"
else
    complain "a folder outside the tree is not built"
fi
holds() {
    arm-none-eabi-objcopy -O binary -j .contents "$image/contents.o" "$scratch/contents"
    grep -aqF "$1" "$scratch/contents" || complain "$2"
}
holds 'the first contents' "the guest's file is not in the image"
# region_size: of the description's "kernel", as the image has it
region_size() {
    sed -n '/\.name = "kernel"/,/\.size/s/.*\.size = \(0x[0-9a-f]*\)U.*/\1/p' "$image/generated/tables.c"
}
[ "$(region_size)" = 0x1000 ] || complain "the guest's region has $(region_size) bytes, not 0x1000"

# It grows over a page, and its time is older than all that was made of it.
{ head -c 9000 /dev/zero | tr '\0' x; echo 'the end of what grew'; } >"$guest"
touch -d '2001-01-01' "$guest"
arm SYSTEM="$system" "$image/contents.o" || complain "a file that grew: it is not built again"
holds 'the end of what grew' "a file that grew is cut"
[ "$(region_size)" = 0x3000 ] || complain "a file that grew: its region has $(region_size) bytes"
# The same size, other contents.
{ head -c 8999 /dev/zero | tr '\0' x; echo 'the end of what moved'; } >"$guest"
touch -d '2001-01-01' "$guest"
arm SYSTEM="$system" "$image/contents.o" || complain "a file that changed: it is not built again"
holds 'the end of what moved' "a file that changed is not in the image"
# What has not changed is not made again.
before=$(stat -c %Y.%Z "$image/contents.o" "$image/generated/emitted")
arm SYSTEM="$system" "$image/contents.o" || complain "nothing changed: it is not built"
[ "$before" = "$(stat -c %Y.%Z "$image/contents.o" "$image/generated/emitted")" ] ||
    complain "nothing changed, and it is made again"

# A file alone.
sed 's/"guarded"/"alone"/' "$system/system.c" >"$scratch/alone.c"
cat "$system/guard.c" >>"$scratch/alone.c"
cp "$guest" "$scratch/"
arm -n SYSTEM="$scratch/alone.c" build/arm/virt/outside-alone/generated/vmm.elf ||
    complain "a file outside the tree is not built"
grep -q 'user/vmm/vmm_program.c' "$scratch/out" || complain "a file outside the tree: without VMM"

# A driver that is new, in a copy of the tree that is links.
copy=$scratch/copy
mkdir -p "$copy/user"
for file in *; do
    [ "$file" = user ] || [ "$file" = build ] || ln -s "$PWD/$file" "$copy/$file"
done
cp -r user/* "$copy/user/"
cp user/lib/uart_pl011.c "$copy/user/lib/uart_new.c"
env -u MAKEFLAGS -u MAKELEVEL -u MAKEOVERRIDES -u MFLAGS -u SAN -u COVERAGE $MAKE -n -C "$copy" build/sim/libthimble.a \
    >"$scratch/out" 2>&1 || complain "a new driver: the simulator is not built"
grep -q 'user/lib/uart_pl011\.c' "$scratch/out" || complain "the simulator is without its driver"
! grep -q 'uart_new' "$scratch/out" || complain "a new driver is the simulator's"

exit "$failed"
