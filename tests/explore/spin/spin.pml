/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The explorer's systems, steps and checks under Spin: `make model-spin`. States are
 * matched by their normal form; what steps work on is kept on Spin's stack.
 */
c_decl {
    \#include "spin.h"
    \#undef NONE
}
c_track "&spin_normal" "sizeof(spin_normal)" "Matched"
c_track "&spin" "sizeof(spin)" "UnMatched"
c_track "&kernel" "sizeof(kernel)" "UnMatched"
c_track "&model" "offsetof(struct model, lines)" "UnMatched"
c_track "&klog" "offsetof(struct klog, text)" "UnMatched"
c_track "&sim_clock" "offsetof(struct sim_clock, cost)" "UnMatched"
c_track "&sim.gic" "sizeof(sim.gic)" "UnMatched"
c_track "&sim.timer" "sizeof(sim.timer)" "UnMatched"
c_track "&sim.mmu" "sizeof(sim.mmu)" "UnMatched"

#define STEP(i) :: d_step { c_expr { (i) < spin.steps } -> c_code { spin_step(i); } }
#define WAY(i) :: d_step { c_expr { (i) < spin.ways } -> c_code { now.wrong = spin_way(i) != NULL; }; \
                           assert(wrong == 0) }
#define TIMES4(one, i) one(i) one(i + 1) one(i + 2) one(i + 3)
#define STEPS16(i) TIMES4(STEP, i) TIMES4(STEP, i + 4) TIMES4(STEP, i + 8) TIMES4(STEP, i + 12)
#define WAYS16(i) TIMES4(WAY, i) TIMES4(WAY, i + 4) TIMES4(WAY, i + 8) TIMES4(WAY, i + 12)
#define WAYS64(i) WAYS16(i) WAYS16(i + 16) WAYS16(i + 32) WAYS16(i + 48)

/* A precondition of c_code would do, but 6.5.2 does not undo a d_step in which one fails. */
bit wrong;

init {
    c_code { spin_begin(); };
    do
    :: atomic {
           if STEPS16(0) STEPS16(16) fi;
           if WAYS64(0) WAYS64(64) WAYS64(128) WAYS64(192) fi
       }
    od
}
