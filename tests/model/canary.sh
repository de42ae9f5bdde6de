#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Copies core/ and arm/ and plants one bug: canary.sh NUMBER TREE. Each bug is
# one substitution; it must change exactly one line, or the canary is stale.
set -eu

number=$1
tree=$2

# bug FILE SED-EXPRESSION
bug()
{
    sed "$2" "$tree/$1" > "$tree/$1.new"
    changed=$(diff "$tree/$1" "$tree/$1.new" | grep -c '^>' || true)
    if [ "$changed" != 1 ]; then
        echo "canary $number: $changed lines of $1 would change, not 1: mend tests/model/canary.sh" >&2
        exit 1
    fi
    mv "$tree/$1.new" "$tree/$1"
}

rm -rf "$tree"
mkdir -p "$tree"
cp -R core arm "$tree"

case $number in
1) # rights not checked: of signal()
    bug core/notification.c '/signal_slow(struct/,/^}/s/THIMBLE_RIGHT_SIGNAL, &cap/0, \&cap/' ;;
2) # TLB not invalidated
    bug arm/stage2.c 's/hw_tlbi_allis();/(void)space;/' ;;
3) # budget not charged
    bug core/queue.h 's/sc->remaining -= (u32)ran;/(void)ran;/' ;;
4) # mark forgotten
    bug core/derivation.c 's/kernel.caps\[next\] |= CAP_MARK;/(void)next;/' ;;
5) # error after partial commit: irq_bind refuses, but the slot is already written
    bug core/irq.c '/^u32 irq_hypercall_bind/,/^}/s/if (slot == THIMBLE_NO_SLOT) {/irq->target = (u16)(t->slot_base + slot); &/' ;;
6) # lost wake-up: for the highest bit alone
    bug core/notification.c 's/if (n->bits != 0 && n->waiter != NONE)/if (n->bits << 1 != 0 \&\& n->waiter != NONE)/' ;;
7) # message word leaked: the last word of a fault is that of the message before
    bug core/fault.c 's/regs\[7\] = 0;/;/' ;;
8) # deactivation forgotten: at irq_ack
    bug core/irq.c '/^u32 irq_hypercall_ack/,/^}/s/machine_line_deactivate(irq->line);/;/' ;;
9) # line not maintained: the last of a range that does not begin with a line
    bug arm/cache.c 's/return (pa.raw % line + size - 1U)/return (pa.raw % 4U + size - 1U)/' ;;
10) # stale instructions: only the data are maintained
    bug arm/cache.c 's/^    instructions_invalidate(pa, size);/    (void)instructions_invalidate;/' ;;
11) # level forgotten: a line that is high is not pending again at its end
    bug core/vcpu.c '/^static void lists_empty/,/^}/s/: v->high\[line \/ 32U\] & bit;/: 0;/' ;;
12) # a less urgent line let in: whoever has been chosen is interrupted by all
    bug core/sched.c 's/u32 mask = sc != NULL ? sc->urgency\[1\].mask : MACHINE_MASK_ALL;/u32 mask = MACHINE_MASK_ALL;/' ;;
13) # a due deadline forgotten when coming down: the timer is set for what runs alone
    bug core/sched.c 's/cpu->timer = deadline_first(cpu->reach, cpu->timer);/(void)deadline_first;/' ;;
14) # the mask left at idle: that of who ran last
    bug core/sched.c 's/u32 mask = sc != NULL ? sc->urgency\[1\].mask : MACHINE_MASK_ALL;/u32 mask = sc != NULL ? sc->urgency[1].mask : cpu->mask;/' ;;
15) # the mask not restored after helping
    bug core/sched.c 's/if (mask != cpu->mask) {/if (mask != cpu->mask \&\& (cpu->not_fast \& NOT_FAST_HELPING) == 0) {/' ;;
16) # a less urgent line taken in a choice, by the mask of who ran before
    bug core/sched.c 's/if (mask != cpu->mask) {/if (mask != cpu->mask \&\& !machine_interrupt_pending()) {/' ;;
17) # who is woken straight by its deadline is told that it was signalled
    bug core/sc.c 's/t->regs\[0\] = THIMBLE_ERR_TIMEOUT;/;/' ;;
# Races, for tests/explore: nothing goes wrong but for what comes in between.
race-copy) # copied from what is being revoked
    bug core/derivation.c '/^u32 derivation_hypercall_copy/,/^}/s/if (derivation_revoking(from))/if (false)/' ;;
race-resume) # lost wake-up: of a hypercall whose interrupt wakes nobody
    bug core/hypercall.c '/^void interrupt_take/,/^}/s/cpu->resched = 1;/;/' ;;
race-hop) # lost wake-up: the interrupt between two threads of a chain chooses nobody anew
    bug core/sched.c '/^static u32 chain_end/,/^}/s/interrupt_take(cpu);/&continue;/' ;;
race-mark) # what was derived last has no mark, if the revocation was preempted before it
    bug core/derivation.c '/^static bool revocation_step/,/^}/s/if (below(next, r->cap)) {/if (below(next, r->cap) \&\& (below(derivation_at(next)->next, r->cap) || thread_at(kernel.cpu[0].current)->restart == 0)) {/' ;;
# For tests/sweep: what the core does about faults.
sweep-callers) # callers of a thread that is stopped are not woken
    bug core/thread.c '/^void thread_stop/,/^}/s/if (t->caller != NOBODY) {/if (false) {/' ;;
sweep-withdrawn) # a server goes on for a caller that has been stopped
    bug core/thread.c '/^void thread_stop/,/^}/s/thread_at(t->reply_key & REPLY_KEY_INDEX)->caller = NOBODY;/;/' ;;
sweep-lines) # lines of a cell that restarts are not silenced
    bug core/cell.c 's/irq_release(i - threads, cell);/;/' ;;
sweep-health) # a thread stops for want of a handler, and nobody is told
    bug core/fault.c '/^u32 fault_end/,/^}/s/notification_signal_slot(cpu, t->cell, t->health);/(void)t;/' ;;
sweep-pages) # pages set aside for a mapping that is undone are not given back
    bug core/space.c '/^static void region_unmapped/,/^}/s/tables_release(r, cell_at(r->cell));/;/' ;;
sweep-binding) # a line stays bound though the capability that bound it is revoked
    bug core/derivation.c 's/irq_cap_moved(cap, NONE);/;/' ;;
sweep-refill) # a budget that is used up is not refilled
    bug core/sc.c '/^void sc_exhausted/,/^}/s/sc_arm(sc, sc->lowered, sc->deadline);/;/' ;;
*)
    echo "canary.sh: there are canaries 1 to 15" >&2
    exit 1 ;;
esac
