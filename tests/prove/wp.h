/* SPDX-License-Identifier: BSD-2-Clause */
/* Contracts for WP: see wp.c. */
#ifndef WP_H
#define WP_H

#include "kernel.h"
#include "klog.h"

/* ---- pools ---- */

/*@ assigns \nothing; */
static inline void machine_path(enum path path);

/*@ requires index < CAP_MAX;
    assigns \nothing;
    ensures \result == &kernel.derivations[index];
*/
static inline struct derivation *derivation_at(u32 index);

/*@ requires index < SC_MAX;
    assigns \nothing;
    ensures \result == &kernel.scs[index];
*/
static inline struct sc *sc_at(u32 index);

/* ---- capabilities ---- */

/*@ assigns \nothing; */
static inline u32 cap_type(cap_t cap);

/*@ assigns \nothing; */
static inline bool cap_matches(cap_t cap, u32 type, u32 right);

/* Nothing outside the thread's own table is read; the capability is that of the slot. */
/*@ requires \valid_read(t) && \valid(cap);
    requires \separated(cap, &kernel) && \separated(cap, t);
    requires table: t->slot_base + t->slots <= CAP_MAX;
    assigns *cap;
    ensures inside: \result == THIMBLE_OK ==>
        slot < t->slots && *cap == kernel.caps[t->slot_base + slot];
*/
u32 cap_look_up_any(const struct thread *t, u32 slot, u32 match, cap_t *cap);

/* ---- derivation tree ---- */

#define NEXT(i) kernel.derivations[i].next
#define PREV(i) kernel.derivations[i].prev
#define DEPTH(i) kernel.derivations[i].depth

/*@ requires cap == NONE || cap < CAP_MAX;
    requires root < CAP_MAX;
    assigns \nothing;
    ensures deeper: \result <==> (cap != NONE && DEPTH(cap) > DEPTH(root));
*/
static bool below(u32 cap, u32 root);

/*@ requires from < CAP_MAX && to < CAP_MAX && from != to;
    requires shape: NEXT(from) == NONE || (NEXT(from) < CAP_MAX && NEXT(from) != to);
    requires chain: NEXT(from) != from;
    requires room: DEPTH(from) < DERIVATION_DEPTH_MAX;
    assigns kernel.derivations[from].next, kernel.derivations[to],
            kernel.derivations[0 .. CAP_MAX - 1].prev;
    ensures after: NEXT(from) == to;
    ensures before: PREV(to) == from;
    ensures rest: NEXT(to) == \old(NEXT(from));
    ensures back: \old(NEXT(from)) != NONE ==> PREV(\old(NEXT(from))) == to;
    ensures deeper: DEPTH(to) == DEPTH(from) + 1;
    ensures others: \forall integer i; 0 <= i < CAP_MAX && i != to &&
        i != \old(NEXT(from)) ==> PREV(i) == \old(PREV(i));
*/
void derivation_insert(u32 from, u32 to);

/*@ requires cap < CAP_MAX;
    requires prev: PREV(cap) == NONE || PREV(cap) < CAP_MAX;
    requires next: NEXT(cap) == NONE || NEXT(cap) < CAP_MAX;
    requires simple: PREV(cap) != cap && NEXT(cap) != cap;
    requires list: PREV(cap) == NONE || NEXT(cap) == NONE || PREV(cap) != NEXT(cap);
    assigns kernel.caps[cap], kernel.derivations[0 .. CAP_MAX - 1];
    ensures gone: kernel.caps[cap] == 0;
    ensures alone: NEXT(cap) == NONE && PREV(cap) == NONE;
    ensures joined: \old(PREV(cap)) != NONE ==> NEXT(\old(PREV(cap))) == \old(NEXT(cap));
    ensures back: \old(NEXT(cap)) != NONE ==> PREV(\old(NEXT(cap))) == \old(PREV(cap));
    ensures others: \forall integer i; 0 <= i < CAP_MAX && i != cap &&
        i != \old(PREV(cap)) && i != \old(NEXT(cap)) ==>
        NEXT(i) == \old(NEXT(i)) && PREV(i) == \old(PREV(i));
    ensures depths: \forall integer i; 0 <= i < CAP_MAX && i != cap ==>
        DEPTH(i) == \old(DEPTH(i));
*/
static void cap_unlink(u32 cap);

/* ---- run queues ---- */

/*@ axiomatic bits {
      logic integer top(integer word);
      axiom top_range: \forall integer x; 0 < x <= 0xffffffff ==> 0 <= top(x) <= 31;
      axiom top_byte: \forall integer x; 0 < x < 256 ==> top(x) <= 7;
    } */

/* gcc's: what it is called with is not 0. */
/*@ requires not_zero: x != 0;
    assigns \nothing;
    ensures \result == 31 - top(x);
*/
static inline int prove_clz(u32 x);

/*@ requires priority < PRIORITIES;
    assigns \nothing;
    ensures \result == SC_MAX + priority;
*/
static inline u32 queue_sentinel(const struct cpu *cpu, u32 priority);

#define NODES (CPU_MAX * PRIORITIES + SC_MAX)

/*@ requires priority < PRIORITIES;
    assigns \nothing;
    ensures \result == priority / 32;
*/
static inline u32 queue_word(u32 priority);

/*@ requires priority < PRIORITIES;
    assigns \nothing;
*/
static inline u32 queue_bit(u32 priority);

/*@ requires cpu == &kernel.cpu[0] && priority < PRIORITIES;
    assigns cpu->ready[priority / 32], cpu->ready_words;
*/
static inline void queue_mark(struct cpu *cpu, u32 priority);

/* Its priority is whatever sc_urgency() says: so it is apart from what is written. */
static struct urgency given;
#define sc_urgency(sc) (&given)
#define HEAD (SC_MAX + given.priority)

/*@ requires cpu == &kernel.cpu[0] && sc < SC_MAX;
    requires last: kernel.links[HEAD].prev < NODES && kernel.links[HEAD].prev != sc;
    requires ring: kernel.links[kernel.links[HEAD].prev].next == HEAD;
    assigns kernel.links[0 .. NODES - 1], cpu->ready[given.priority / 32], cpu->ready_words;
    ensures tail: kernel.links[HEAD].prev == sc && kernel.links[sc].next == HEAD;
    ensures joined: kernel.links[sc].prev == \old(kernel.links[HEAD].prev) &&
        kernel.links[\old(kernel.links[HEAD].prev)].next == sc;
    ensures others: \forall integer i; 0 <= i < NODES && i != sc && i != HEAD &&
        i != \old(kernel.links[HEAD].prev) ==> kernel.links[i] == \old(kernel.links[i]);
*/
void queue_insert_tail(struct cpu *cpu, u32 sc);

#define LINK_NEXT(i) kernel.links[i].next
#define LINK_PREV(i) kernel.links[i].prev

/*@ requires cpu == &kernel.cpu[0] && sc < SC_MAX;
    requires next: LINK_NEXT(sc) < NODES && LINK_NEXT(sc) != sc;
    requires prev: LINK_PREV(sc) < NODES && LINK_PREV(sc) != sc;
    assigns kernel.links[0 .. NODES - 1], cpu->ready[0 .. PRIORITIES / 32 - 1], cpu->ready_words;
    ensures alone: LINK_NEXT(sc) == 0 && LINK_PREV(sc) == 0;
    ensures joined: LINK_NEXT(\old(LINK_PREV(sc))) == \old(LINK_NEXT(sc));
    ensures behind: LINK_PREV(\old(LINK_NEXT(sc))) == \old(LINK_PREV(sc));
    ensures apart: \forall integer i; 0 <= i < NODES && i != sc && i != \old(LINK_PREV(sc)) &&
        i != \old(LINK_NEXT(sc)) ==> kernel.links[i] == \old(kernel.links[i]);
*/
void queue_remove(struct cpu *cpu, u32 sc);

#define WORD top(cpu->ready_words)
#define BIT top(cpu->ready[WORD])

/* A bit of ready_words is set only if its word is not 0, and a bit of that only if the queue
 * has a context at its head. */
/*@ requires cpu == &kernel.cpu[0] && cpu->ready_words < 256;
    requires words: cpu->ready_words != 0 ==> cpu->ready[WORD] != 0;
    requires queues: cpu->ready_words != 0 ==> LINK_NEXT(SC_MAX + 32 * WORD + BIT) < SC_MAX;
    assigns \nothing;
    ensures none: \result == NONE <==> cpu->ready_words == 0;
    ensures first: cpu->ready_words != 0 ==> \result == LINK_NEXT(SC_MAX + 32 * WORD + BIT);
    ensures queued: \result == NONE || \result < SC_MAX;
*/
static inline u32 queue_highest(const struct cpu *cpu);

/* ---- overlap ---- */

/* In whole numbers: neither sum wraps. */
/*@ requires \valid_read(r);
    assigns \nothing;
    ensures part: \result <==> offset + size <= r->map.size;
*/
static bool region_covers(const struct region *r, u32 offset, u32 size);

/*@ axiomatic console {
      logic integer console_page;
      axiom console_page_range: 0 <= console_page <= 0xffffffff;
    } */

/*@ assigns \nothing;
    ensures \result.raw == console_page && 0 <= \result.raw <= 0xffffffff;
*/
paddr_t machine_console_page(void);

/*@ axiomatic words {
      axiom wraps: \forall integer x; -0x100000000 <= x < 0 ==> (u32)x == x + 0x100000000;
    } */

/* Of all addresses of 32 bits, a range's after the last are the first. */
/*@ assigns \nothing;
    ensures part: \result <==> (from.raw <= console_page < from.raw + size ||
        console_page + 0x100000000 < from.raw + size);
*/
static inline bool klog_within(paddr_t from, u32 size);

/* ---- budgets ---- */

/*@ requires \valid(sc);
    assigns sc->given, sc->remaining, sc->deadline;
    ensures sc->remaining == ticks && sc->deadline == deadline;
*/
static inline void sc_refill_here(struct sc *sc, u32 ticks, u64 deadline);

/*@ lemma product: \forall integer a, b; 0 <= a <= 0xffffffff && 0 <= b <= 0xffffffff ==>
        0 <= a * b <= 0xffffffff * 0xffffffff; */

/* In whole numbers: no product overflows. */
/*@ requires \valid_read(sc);
    requires at_most_a_period: sc->deadline <= now + sc->period;
    assigns \nothing;
    ensures rule: \result <==> (now >= sc->deadline ||
        sc->remaining * sc->period > (sc->deadline - now) * sc->budget);
*/
static inline bool sc_refills(const struct sc *sc, u64 now);

/*@ assigns kernel; */
void sc_exhausted(struct cpu *cpu, u32 index, u64 ran);

/* What was run is taken off the budget, which never wraps. */
/*@ requires cpu == &kernel.cpu[0] && index < SC_MAX && sc == &kernel.scs[index];
    assigns kernel;
    ensures charged: ran < \old(sc->remaining) ==> sc->remaining == \old(sc->remaining) - ran &&
        sc->deadline == \old(sc->deadline);
*/
static inline void sc_charge_to(struct cpu *cpu, u32 index, struct sc *sc, u64 ran);

#endif
