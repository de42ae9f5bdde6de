/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The reference model: what every hypercall, fault and interrupt does to the
 * state that cells can observe, in plain C that is meant to be read as the
 * specification. It shares nothing with core/ but abi.h, integer types and pool
 * sizes, and cares for neither speed nor memory nor bounded steps.
 *
 * Where the specification leaves a choice (how far a preempted hypercall came,
 * which of two deadlines at the same instant is served first), the model is told
 * what was chosen, checks that the choice was allowed, and follows it.
 */
#ifndef MODEL_H
#define MODEL_H

#include "abi.h"
#include "limits_config.h"
#include "types.h"

#define MODEL_NONE 0xffffU
#define MODEL_IDLE 0U /* thread 0 runs when nobody else can; it is nobody's caller */
#define MODEL_DEPTH 15U
#define MODEL_TABLES 64U /* page-table pages of one cell, at most */
#define MODEL_NEVER 0xffffffffffffffffULL
/* A long hypercall has done a unit of work, and has more to do. */
#define MODEL_MORE 0xffffffffU

enum model_doing {
    DOING_RUN,       /* nothing holds it up: runs when its time does */
    DOING_STOPPED,
    DOING_WAIT,      /* for notification `on` */
    DOING_RECEIVE,   /* waits to be called */
    DOING_CALL,      /* waits for the reply of thread `on` */
    DOING_FAULT,     /* likewise, for its handler's answer */
    DOING_TRY_CALL,  /* its server was busy: its call is tried again */
    DOING_TRY_FAULT, /* its handler was busy */
    DOING_FAIL,      /* its fault has no handler: stopped when its turn comes */
    DOING_RESUME,    /* hypercall `on` was preempted, and goes on when this runs */
    DOING_SLEEP      /* a vCPU: until one of its lines is pending */
};

struct model_thread {
    enum model_doing doing;
    u32 on;
    u32 cell;
    u32 sc; /* MODEL_NONE: passive */
    u32 level;
    u32 caller; /* whom it serves; MODEL_IDLE if nobody */
    u32 regs[8];
    u32 junk;   /* bit i: what is in regs[i] is not specified */
    u32 buffer; /* physical address; 0: none */
    u32 handler;
    u32 health;
    u32 window;
    u32 argument;
    u32 fault_kind; /* 0: no fault waits for an answer */
    u32 fault_address;
    u32 fault_access;
    u32 fault_pc;
    u32 fault_action;
    u32 fault_value;
    bool restarting; /* its cell_restart has begun */
    u32 vcpu; /* that it is; MODEL_NONE */
};

#define MODEL_VIRTUAL_LINES 64U
#define MODEL_VIRTUAL_TIMER 27U

/* What is bound to a virtual line; else it is injected. */
enum model_source {
    MODEL_SOURCE_NONE = 0,
    MODEL_SOURCE_TIMER,
    MODEL_SOURCE_IRQ,            /* + number of the irq */
    MODEL_SOURCE_SIGNAL = 0x8000 /* + number of the notification */
};

struct model_virtual {
    bool pending; /* to be taken: also again, when it is active */
    bool active;  /* taken, and not ended */
    bool high;    /* pending again at its end */
    bool urgent;
    u32 priority;
    u32 source;
};

/* A guest: what the hypervisor knows of it. */
struct model_vcpu {
    u32 thread;
    struct model_virtual lines[MODEL_VIRTUAL_LINES];
    u32 running; /* active priorities: a bit for each of the 32 that there are */
    u64 timer;
    u32 timer_control; /* bit 0 runs, bit 1 masked */
    bool timer_active; /* its line is, in hardware, when this vCPU is loaded */
    u32 exit[5];
};

/* What guests do that is no hypercall, access or exit. */
enum model_guest {
    GUEST_TAKE,  /* acknowledges its most urgent interrupt */
    GUEST_END,   /* of interrupt */
    GUEST_TIMER, /* sets its timer */
    GUEST_SLEEP,
    GUEST_EXIT,  /* HVC, SMC and the like */
    GUESTS
};

struct model_sc {
    u32 thread;
    u32 priority;
    u32 base; /* of a vCPU: its priorities when it is not lowered, */
    u32 low;  /* and when it is */
    u32 budget;
    u32 period;
    u32 remaining;
    u32 over; /* ticks run beyond the budget when that was last used up */
    u64 deadline;
    u64 consumed;
    u64 wake; /* refill, or end of the owner's wait; MODEL_NEVER */
    u32 wake_priority; /* how urgent what that brings is */
    bool ready;
};

struct model_cap {
    u32 type; /* THIMBLE_CAP_EMPTY: the slot is empty */
    u32 rights;
    u32 object;
    u32 badge;
    bool marked; /* a revocation will remove it: it cannot be used */
    u32 parent;  /* MODEL_NONE: from boot */
    u32 children;
    u8 child[CAP_MAX]; /* the newest first */
};

enum model_moving {
    REGION_STILL,  /* mapped in full, or not at all */
    REGION_COMING, /* being mapped */
    REGION_GOING,  /* being unmapped */
    REGION_FAILING /* being unmapped, since its mapping has met another */
};

struct model_region {
    bool used;
    u32 owner; /* cell in whose table its capability is, and whose quota it takes */
    u32 pa;
    u32 size;
    u32 memory; /* ACCESS_* and MEMORY_* have the values of machine.h */
    u32 access;
    enum model_moving moving;
    u32 cell; /* in which it has a mapping; MODEL_NONE */
    u32 gpa;
    u32 done;     /* so many bytes from gpa on are mapped */
    u32 reserved; /* page-table pages set aside for the rest */
};

/* A page-table page: level 2 translates 1 GiB, level 3 translates 2 MiB. */
struct model_table {
    u32 level;
    u32 number;
    u32 entries; /* 0: there is no such page */
};

struct model_cell {
    u32 first; /* its slots: capabilities first to first + slots - 1 */
    u32 slots;
    u32 quota;
    struct model_table tables[MODEL_TABLES];
    u32 regions; /* region objects that it may have */
    u32 restart; /* how far a restart has come; 0: none is under way */
};

struct model_notification {
    u32 bits;
    u32 waiter;
};

struct model_irq {
    u32 line;
    u32 handler; /* its priority, while no vCPU is */
    bool edge;
    bool wire; /* what the device drives */
    bool seen; /* what the controller sees of it: a rise can get lost */
    bool lose;
    bool latch;
    bool enabled;
    bool active;
    u32 cell; /* binding; MODEL_NONE */
    u32 slot;
    u32 cap; /* by which it was bound; MODEL_NONE */
};

/* What can happen to a line of a cache: its address, and one of these. */
enum model_line_event {
    LINE_FILLED,
    LINE_EVICTED, /* written back first, if it was dirty */
    LINE_CLEANED,
    LINE_CODE_FILLED,
    LINE_CODE_EVICTED,
    LINE_COPIED, /* the hypervisor wrote a message into it */
    /* From here on: maintenance. */
    LINE_DCCMVAC,
    LINE_DCIMVAC,
    LINE_DCCIMVAC,
    LINE_DCCMVAU,
    LINE_ICIMVAU,
    LINE_ICIALLUIS,
    LINE_BPIALLIS
};

#define MODEL_LINES 64U /* of either cache, at most */
#define MODEL_LINE_WORDS 16U

struct model_line {
    bool used;
    bool dirty;   /* data: memory is older */
    bool unified; /* dirty, and instructions are fetched from here */
    u32 at;
    u32 words[MODEL_LINE_WORDS];
};

/* What can happen at a preemption point. */
enum model_event {
    EVENT_NONE,
    EVENT_RISE,     /* of the line of irq `argument` */
    EVENT_FALL,
    EVENT_TIME,      /* `argument` ticks pass */
    EVENT_SPURIOUS, /* argument 1: by a virtual timer that nobody wants any more */
    EVENT_STORM,     /* of irq `argument` below MODEL_STORM, so many times: the rest */
    EVENT_LOSE,      /* the next rise of the line of irq `argument` is not seen */
    EVENT_LATE,      /* from now on, timers ring `argument` ticks after they should */
    EVENT_SPECULATE, /* the MMU walks pages near address `argument`: nothing changes */
    EVENTS
};
#define MODEL_STORM 256U

/* How far all long hypercalls have come. */
struct model_progress {
    u32 revoking;
    u32 marked;
    u32 caps;
    u32 moving;
    u32 done;
    u32 restart;
    u32 restarting; /* whether the thread's cell_restart has begun */
    u32 left; /* r2 of the thread that makes the hypercall */
};

/* At this preemption point something happened, or an interrupt was taken. */
struct model_point {
    bool hop;   /* between two threads of a chain: the number of the hop in this step */
    u32 number;
    u32 thread; /* within a hypercall: whose, */
    struct model_progress progress; /* and how far it was */
    enum model_event event;
    u32 argument;
    bool preempted;
};

#define MODEL_POINTS 64U
#define MODEL_EXPIRIES 64U

/* What the core does with a deadline that has come. */
enum expiry_way {
    EXPIRY_WAKES,    /* its thread is ready, or it has a new budget: a choice follows */
    EXPIRY_RUNS,     /* its thread runs at once, whatever else has come */
    EXPIRY_COSTS_ALL /* it would, but what has been spent meanwhile was its whole budget */
};

/* The choices made in this step where the specification leaves one. */
struct model_choices {
    struct model_point points[MODEL_POINTS];
    u32 point_count;
    u32 expiries[MODEL_EXPIRIES]; /* scheduling contexts, in order */
    u8 ways[MODEL_EXPIRIES]; /* enum expiry_way */
    u32 expiry_count;
};

#define MODEL_RAM_BASE 0x40000000U

struct model {
    u32 current;
    u32 sc; /* that pays; MODEL_NONE when idle */
    bool helping; /* it pays for another's request, to get at its own */
    bool choose;  /* choose anew who runs, before the step ends */
    u64 now;      /* ticks */
    u64 started;  /* up to here the context that pays is charged */
    u64 timer;    /* when the timer is to ring; MODEL_NEVER */
    u64 planned;  /* what it is set to next; else the same */
    u64 rings;    /* when it does */
    u32 late;     /* by so much more does the next that is set */
    u32 storm_irq;  /* whose line is pending again whenever it has been */
    u32 storm_left; /* deactivated, so many times */
    bool spurious;
    u32 ready[SC_MAX]; /* ready contexts: by priority, then in their order */
    u32 readies;
    u32 revoking; /* capability whose revocation is under way; MODEL_NONE */
    u32 pool;     /* page-table pages for all cells together */
    bool fixed;   /* no region is derived, mapped or unmapped */
    struct model_thread threads[THREAD_MAX];
    struct model_sc scs[SC_MAX];
    struct model_cap caps[CAP_MAX];
    struct model_cell cells[CELL_MAX];
    struct model_region regions[REGION_MAX];
    struct model_notification notifications[NOTIFICATION_MAX];
    struct model_irq irqs[IRQ_MAX];
    struct model_vcpu vcpus[VCPU_MAX];
    u32 mask;    /* no line of a lower priority is let in */
    u32 matters; /* priority of the context that was chosen last, and one; 0: none was */
    u32 loaded; /* vCPU whose state and timer the hardware has; MODEL_NONE */
    u64 virtual_rings; /* when that timer does */
    u32 thread_count; /* the idle thread included */
    u32 sc_count;
    u32 cap_count;
    u32 cell_count;
    u32 notification_count;
    u32 irq_count;
    struct model_line lines[MODEL_LINES];
    struct model_line code[MODEL_LINES];
    /* of this step */
    struct model_choices choices;
    const u32 *events; /* of lines, in order */
    u32 event_count;
    u32 events_used;
    u32 points_used;
    bool rose; /* who was chosen last is more urgent than the one before */
    u32 expiries_used;
    u32 hops;
    const char *wrong; /* a choice that was not allowed */
};

extern struct model model;
/* Memory of cells, as words: what has been written, and written back. */
extern u32 model_ram[SIM_RAM_SIZE / 4U];
#define MODEL_PAGE_WORDS (SIM_RAM_SIZE / 0x1000U / 64U)
extern u64 model_touched[MODEL_PAGE_WORDS]; /* pages that may differ from zero */
u32 *model_word(u32 pa);

/* ---- what the driver does ------------------------------------------------*/
/* An empty system; the driver fills in the objects, then starts it. */
void model_reset(void);
void model_start(void);
void model_hypercall(u32 number);
void model_fault(u32 kind, u32 address, u32 access, u32 pc);
/* May the current thread make this access, and to which physical address, in
 * memory of which type? */
bool model_translate(u32 address, u32 access, u32 *pa, u32 *memory);
/* Makes it, on those bits of a word: the word as it is seen then. */
u32 model_access(u32 pa, u32 access, u32 memory, u32 value, u32 mask);
/* Follows what happened to lines of caches so far. */
void model_cache_follow(void);
/* The hypervisor is about to write there: lines that this met, or brought in. */
void model_cache_copied(u32 pa, u32 bytes);
/* The line of an address in the data cache; NULL. */
struct model_line *model_line(u32 pa);
void model_event(enum model_event event, u32 argument);
/* All interrupts that wait are taken, one after the other. */
void model_interrupts(void);
struct model_progress model_progress(u32 thread);

/* ---- between the parts ---------------------------------------------------*/
void model_schedule(void);
void model_interrupt_take(void);
bool model_interrupt_pending(void);
u32 model_management(u32 number);

/* model_cap.c: the capability in a slot of a cell's table. */
u32 model_find(u32 cell, u32 slot, u32 *cap);
u32 model_look_up(u32 cell, u32 slot, u32 type, u32 right, u32 *cap);
u32 model_derive_check(u32 from, u32 cell, u32 slot);
u32 model_derive(u32 from, u32 cell, u32 slot);
u32 model_revoke_unit(void);
u32 model_transfer_check(u32 from, u32 slot, u32 to);
void model_transfer(u32 from, u32 slot, u32 to);
u32 model_cap_copy(u32 thread);
u32 model_cap_move(u32 thread);
u32 model_cap_revoke(u32 thread);
u32 model_cap_delete(u32 thread);
u32 model_window(u32 thread);

/* model_memory.c */
bool model_region_remove_unit(u32 region);
bool model_region_left(u32 cell);
u32 model_region_make(u32 from, u32 offset, u32 size, u32 access, u32 owner);
u32 model_map_unit(u32 region, u32 cell, u32 gpa);
u32 model_region_derive(u32 thread);
u32 model_region_map(u32 thread);
u32 model_region_unmap(u32 thread);

/* model_cache.c */
u32 model_cached_word(u32 pa);
void model_cached_write(u32 pa, u32 value);
u32 model_cache_maintain(u32 thread);

/* model_ipc.c */
void model_call(void);
void model_reply_recv(void);
void model_recv(void);
bool model_try_call(u32 thread);
bool model_try_fault(u32 thread);

/* model_time.c */
void model_sc_wake(u32 sc);
void model_sc_block(u32 sc);
void model_sc_rotate(u32 sc);
void model_charge(void);
/* One who matters and whose deadline has come: false, if there is none. */
bool model_expire(void);
/* Whose deadline it was runs at once, without a choice. */
void model_expire_straight(void);
/* How the core took the deadline that model_expire() was about. */
enum expiry_way model_expiry_way(void);
/* The context's deadline is of somebody at least as urgent as who was chosen last. */
bool model_wake_matters(u32 index);
/* What it is to be set to; sets it; both; sets it to a deadline that is new, if that is earlier
 * than what is planned. */
void model_timer_plan(void);
void model_timer_set(void);
void model_timer_program(void);
void model_timer_earlier(void);

/* model_object.c */
void model_thread_stop(u32 thread);
void model_signal(u32 notification, u32 bits);
bool model_signal_slot(u32 cell, u32 slot);
void model_wait_end(u32 thread, u32 status);
void model_irq_fire(u32 irq);
void model_irq_silence(u32 irq);
void model_irq_deactivate(u32 irq);
u32 model_thread_stop_call(u32 thread);
u32 model_cell_restart(u32 thread);
u32 model_simple(u32 number);

/* model_vcpu.c */
void model_guest(enum model_guest what, u32 value, u32 argument);
/* The hypervisor is left for the current thread. */
void model_leave(void);
void model_vcpu_stop(u32 vcpu);
void model_vcpu_expire(u32 thread);
void model_raise(u32 vcpu, struct model_virtual *l);
struct model_virtual *model_virtual_of(u32 source, u32 *vcpu);
void model_virtual_release(struct model_virtual *l);
bool model_virtual_timer_pending(void);
/* Of a line that is this one's; of the loaded vCPU's timer. */
u32 model_virtual_priority(u32 vcpu, const struct model_virtual *l);
u32 model_virtual_timer_priority(void);
void model_virtual_timer_fire(void);
/* A vCPU that is not loaded, and sleeps or has lowered itself: the hypervisor's timer wakes it,
 * or raises it, if its own is to. */
void model_timer_arm(u32 vcpu);
u32 model_vcpu_call(u32 thread, u32 number);

#endif
