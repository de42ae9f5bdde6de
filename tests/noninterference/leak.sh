#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Copies core/ and arm/ and plants one leak from cell to cell: leak.sh NAME TREE. Each is
# one substitution; it must change exactly one line, or the leak is stale.
set -eu

name=$1
tree=$2

# leak FILE SED-EXPRESSION
leak()
{
    sed "$2" "$tree/$1" > "$tree/$1.new"
    changed=$(diff "$tree/$1" "$tree/$1.new" | grep -c '^>' || true)
    if [ "$changed" != 1 ]; then
        echo "leak $name: $changed lines of $1 would change, not 1: mend tests/noninterference/leak.sh" >&2
        exit 1
    fi
    mv "$tree/$1.new" "$tree/$1"
}

rm -rf "$tree"
mkdir -p "$tree"
cp -R core arm "$tree"

case $name in
registers) # on the straight way to a waiter the registers stay those of who ran before
    leak core/wake.c 's/thread_registers_switch(cpu, sc->thread, t);/(void)t; cpu->current = sc->thread;/' ;;
exit) # the words of an exit are those of the first guest
    leak core/fault.c 's/vcpu_at(t->vcpu - 1U)->exit,/vcpu_at(0)->exit,/' ;;
tables) # table pages are counted for all cells together
    leak core/space.c 's/tables > (u32)cell->quota - cell->tables || //' ;;
regions) # region objects are counted for all cells together
    leak core/space.c 's/return cell_at(cell)->regions < cell_at(cell)->region_quota;/(void)cell; return kernel.region_free != NONE;/' ;;
bound) # one slot too many: the first of the next table
    leak core/cap.c 's/if (slot >= t->slots) {/if (slot > t->slots) {/' ;;
lists) # a guest's list registers stay when it is unloaded
    leak core/vcpu.c '/^void vcpu_unload/,/^}/s/machine_list_write(list, 0);/;/' ;;
interface) # a guest finds the interrupt interface as the one before has left it
    leak core/vcpu.c '/^static void vcpu_load/,/^}/s/machine_interface_load(v->interface);/(void)v;/' ;;
revoking) # an error tells that somebody, anywhere, revokes
    leak core/derivation.c '/^u32 derivation_transfer_check/,/^}/s/if (derivation_revoking(cap)) {/if (kernel.revocation.cap != NONE) {/' ;;
vmid) # all cells have one VMID, and so one TLB
    leak arm/stage2.c 's/return ((u64)(cell + 1U) <</return ((u64)1U <</' ;;
preempt) # long hypercalls are not preempted: in time alone
    leak core/hypercall.c 's/} while (!machine_interrupt_pending());/} while (!machine_interrupt_pending() || true);/' ;;
*)
    echo "leak.sh: there is no leak $name" >&2
    exit 1 ;;
esac
