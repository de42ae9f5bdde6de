/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Marks: rare states, named where the core comes to them. Test builds count how often
 * that was (tests/model), and print which never were; in all others naming one compiles
 * to nothing, on both machines.
 */
#ifndef CORE_MARK_H
#define CORE_MARK_H

#define MARK_LIST(X)                                                        \
    X(CALL_BUSY, "a call finds its server busy, and helps")                 \
    X(CALL_RETRY_FAILS, "a call that waited cannot be made any more")       \
    X(FAULT_BUSY, "a fault finds its handler busy")                         \
    X(CHOICE_INTERRUPTED, "an interrupt taken before a choice")             \
    X(DUE_FIRST, "who is due comes before anybody less urgent is chosen")   \
    X(REPLY_HELPED, "a reply made on a helper's time")                      \
    X(REPLY_NOBODY, "a reply to a caller that is gone")                     \
    X(REPLY_CUT, "a reply cut to six words")                                \
    X(REPLY_CAP_LEFT, "a reply without the capability it came with")        \
    X(CHAIN_3, "a chain of three")                                          \
    X(CHAIN_INTERRUPTED, "an interrupt between two threads of a chain")     \
    X(BUDGET_OUT_DONATED, "budget out while another runs on it")            \
    X(BUDGET_OUT_BLOCKING, "budget out as its thread blocks")               \
    X(BUDGET_OVERRUN, "a whole budget run beyond the budget")               \
    X(REFILL_LATE, "a refill a period late or more")                        \
    X(STOP_SERVED, "a thread stopped while it is served")                   \
    X(STOP_SERVING, "a thread stopped while it serves")                     \
    X(REVOKE_MARKING, "a revocation preempted while it marks")              \
    X(REVOKE_REMOVING, "a revocation preempted while it removes")           \
    X(REVOKE_OTHER, "a revocation that has to wait for another")            \
    X(REVOKE_HELPED, "derivation from what is being revoked")               \
    X(MAP_PREEMPTED, "a mapping preempted")                                 \
    X(MAP_UNDONE, "a mapping undone, as it met another")                    \
    X(RESTART_PREEMPTED, "a restart preempted")                             \
    X(RESTART_OVERTAKEN, "a restart that another has brought to its end")   \
    X(IRQ_NOBODY, "an interrupt whose binding is gone")                     \
    X(IRQ_SPURIOUS, "a spurious interrupt")                                 \
    X(LIST_EVICTED, "a list register evicted")                              \
    X(LIST_FULL, "no list register for a line")                             \
    X(LIST_NESTED, "a line that is active leaves its list register")        \
    X(LIST_AGAIN, "a line raised while active gives way to one that waits") \
    X(TIMER_ASLEEP, "a deadline of a sleeper that is not loaded")           \
    X(TIMER_LOWERED, "a deadline of one that waits at low priority")        \
    X(TIMER_NOT_WANTED, "a virtual timer's interrupt that comes too late")

#define MARK_NAME(name, what) MARK_##name,
enum mark {
    MARK_LIST(MARK_NAME)
    MARK_COUNT
};

#endif
