/* SPDX-License-Identifier: BSD-2-Clause */
/* Contracts of the deadline heap for WP: see heap.c. */
#ifndef HEAP_H
#define HEAP_H

#define HEAP(i) cpu->heap[i]
#define COUNT cpu->heap_count
#define WHERE(sc) kernel.scs[sc].heap
#define WAKE(i) kernel.scs[HEAP(i)].wake

/*@ predicate child(integer i, integer c) = c == 2 * i + 1 || c == 2 * i + 2;

    predicate members{L}(integer hole, integer sc) = \forall integer i;
        0 <= i < COUNT && i != hole ==> HEAP(i) < SC_MAX && HEAP(i) != sc && WHERE(HEAP(i)) == i;

    predicate back{L}(integer hole, integer sc) = \forall integer x; 0 <= x < SC_MAX && x != sc &&
        WHERE(x) != NONE ==> WHERE(x) < COUNT && WHERE(x) != hole && HEAP(WHERE(x)) == x;

    predicate ordered{L}(integer hole) = \forall integer i, c; 0 <= i < c < COUNT && child(i, c) &&
        i != hole && c != hole ==> WAKE(i) <= WAKE(c);

    predicate over{L}(integer hole) = \forall integer i, c;
        0 <= i < hole < c < COUNT && child(i, hole) && child(hole, c) ==> WAKE(i) <= WAKE(c);

    predicate valid_heap{L} = COUNT <= SC_MAX && members(-1, -1) && back(-1, -1) && ordered(-1);

    predicate kept{K, L}(integer sc) = \forall integer x; 0 <= x < SC_MAX && x != sc ==>
        (\at(WHERE(x), K) == NONE <==> \at(WHERE(x), L) == NONE);

    predicate rest{K, L} = \forall integer x; 0 <= x < SC_MAX ==>
        \at(kernel.scs[x].wake, K) == \at(kernel.scs[x].wake, L);

    predicate tail{K, L}(integer from) = \forall integer i; from <= i < SC_MAX ==>
        \at(HEAP(i), K) == \at(HEAP(i), L);
*/

/*@ requires position < SC_MAX && sc < SC_MAX;
    assigns cpu->heap[position], kernel.scs[sc].heap;
    exits \false;
    ensures there: HEAP(position) == sc && WHERE(sc) == position;
*/
static void heap_place(struct cpu *cpu, u32 position, u32 sc);

/*@ requires position < COUNT <= SC_MAX && sc < SC_MAX;
    requires members: members(position, sc);
    requires back: back(position, sc);
    requires ordered: ordered(position);
    requires over: over(position);
    assigns cpu->heap[0 .. SC_MAX - 1], kernel.scs[0 .. SC_MAX - 1];
    exits \false;
    ensures members: members(-1, -1);
    ensures back: back(-1, -1);
    ensures ordered: ordered(-1);
    ensures in: WHERE(sc) != NONE;
    ensures kept: kept{Pre, Post}(sc);
    ensures rest: rest{Pre, Post};
    ensures tail: tail{Pre, Post}(COUNT);
*/
static void heap_sift(struct cpu *cpu, u32 position, u32 sc);

/*@ requires sc < SC_MAX && COUNT < SC_MAX;
    requires heap: valid_heap;
    requires out: WHERE(sc) == NONE;
    assigns COUNT, cpu->heap[0 .. SC_MAX - 1], kernel.scs[0 .. SC_MAX - 1];
    exits \false;
    ensures count: COUNT == \old(COUNT) + 1;
    ensures members: members(-1, -1);
    ensures back: back(-1, -1);
    ensures ordered: ordered(-1);
    ensures in: WHERE(sc) != NONE;
    ensures kept: kept{Pre, Post}(sc);
    ensures rest: rest{Pre, Post};
    ensures tail: tail{Pre, Post}(COUNT);
*/
void heap_insert(struct cpu *cpu, u32 sc);

/*@ requires sc < SC_MAX;
    requires heap: valid_heap;
    requires in: WHERE(sc) != NONE;
    assigns COUNT, cpu->heap[0 .. SC_MAX - 1], kernel.scs[0 .. SC_MAX - 1];
    exits \false;
    ensures count: COUNT == \old(COUNT) - 1;
    ensures members: members(-1, -1);
    ensures back: back(-1, -1);
    ensures ordered: ordered(-1);
    ensures out: WHERE(sc) == NONE;
    ensures kept: kept{Pre, Post}(sc);
    ensures rest: rest{Pre, Post};
    ensures tail: tail{Pre, Post}(COUNT + 1);
    ensures cleared: HEAP(COUNT) == 0;
*/
void heap_remove(struct cpu *cpu, u32 sc);

#endif
