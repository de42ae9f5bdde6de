/* SPDX-License-Identifier: BSD-2-Clause */
/* vCPUs: virtual interrupts, the virtual timer, sleep and exits. See vcpu.h. */
#include "vcpu.h"

#include "deadline.h"
#include "fault.h"
#include "kernel.h"
#include "wake.h"

_Static_assert(IRQ_MAX + VCPU_SOURCE_IRQ <= VCPU_SOURCE_SIGNAL &&
                   NOTIFICATION_MAX <= VCPU_SOURCE_SIGNAL,
               "a line's source takes 16 bits");

static inline u32 line_bit(u32 line)
{
    return 1U << line % 32U;
}

static u32 vcpu_index(const struct vcpu *v)
{
    return (u32)(v - kernel.vcpus);
}

static inline __attribute__((always_inline)) bool vcpu_is_loaded(const struct vcpu *v)
{
    return kernel.cpu[0].vcpu == vcpu_index(v);
}

static struct sc *vcpu_sc(const struct vcpu *v)
{
    return sc_at(thread_at(v->thread)->sc);
}

static void line_set(u32 *lines, u32 line, bool to)
{
    u32 *word = &lines[line / 32U];

    *word = (*word & ~line_bit(line)) | (u32)to << line % 32U;
}

/* ---- list registers --------------------------------------------------------*/

/* Of vcpu.line_word; the top bit of those that have no line is set. (Machines that this runs on
 * are little-endian.) */
#define LISTS_EACH 0x01010101U
#define LISTS_TOP 0x80808080U

_Static_assert(MACHINE_LISTS == sizeof(u32), "a byte for each list register");

/* The list registers that have a line, by their top bits: the next one is list_first(). */
static inline u32 lists_used(const struct vcpu *v)
{
    return ~v->line_word & LISTS_TOP;
}

static inline u32 list_first(u32 tops)
{
    return (u32)__builtin_ctz(tops) / 8U;
}

/* The top bit of the first that has this line; 0: none has. */
static inline u32 lists_find(u32 lines, u32 line)
{
    u32 other = lines ^ line * LISTS_EACH; /* 0 in that byte */

    return (other - LISTS_EACH) & ~other & LISTS_TOP;
}

/* The hardware line that a list register ends with its own, if there is one. */
static u32 line_physical(const struct vcpu *v, u32 line)
{
    u32 source = v->source[line];

    if (source == VCPU_SOURCE_TIMER) {
        return machine_line_virtual_timer();
    }
    u32 irq = source - VCPU_SOURCE_IRQ; /* of other sources, larger than any */
    return irq < IRQ_MAX ? irq_at(irq)->line : MACHINE_LINE_NONE;
}

/* The most urgent of these lines, bit by bit of their priority; there is one. */
static u32 line_first(const struct vcpu *v, u32 low, u32 high)
{
    for (u32 i = 0; i < VCPU_LINE_RANKS; i++) {
        u32 low_urgent = low & ~v->rank[i][0];
        u32 high_urgent = high & ~v->rank[i][1];
        if ((low_urgent | high_urgent) != 0) {
            low = low_urgent;
            high = high_urgent;
        }
    }
    return (u32)(low != 0 ? __builtin_ctz(low) : high != 0 ? 32 + __builtin_ctz(high) : 0);
}

/* The line is in a list register from now on, and pending there if it has waited. */
static u32 line_listed(struct vcpu *v, u32 line)
{
    u32 *pending = &v->pending[line / 32U];
    u32 state = (*pending >> line % 32U & 1U) * MACHINE_LIST_PENDING;

    *pending &= ~line_bit(line);
    return state | machine_list_word(line, v->priority[line], line_physical(v, line),
                                     (v->high[line / 32U] & line_bit(line)) != 0);
}

/* A line that is nested is not any more. True: its handler has ended meanwhile. */
static bool nested_end(struct vcpu *v, u32 line)
{
    v->active[line / 32U] &= ~line_bit(line);
    if ((machine_interface_levels() >> v->level[line] % 32U & 1U) != 0) {
        return false;
    }
    u32 physical = line_physical(v, line);
    v->pending[line / 32U] |= v->high[line / 32U] & line_bit(line);
    if (physical != MACHINE_LINE_NONE) {
        machine_line_end(physical);
    }
    return true;
}

/* All list registers are in use: the least urgent line, if it is active, is nested, if a more
 * urgent one waits, and if active priorities will tell its end. */
static bool nested_begin(struct vcpu *v)
{
    u32 low = v->pending[0] & ~v->active[0];
    u32 high = v->pending[1] & ~v->active[1];
    u32 last = 0;

    if ((low | high) == 0) {
        return false;
    }
    for (u32 i = 1; i < MACHINE_LISTS; i++) {
        last = machine_list_level(v->lists[i]) > machine_list_level(v->lists[last]) ? i : last;
    }
    u32 level = machine_list_level(v->lists[last]);
    u32 first = line_first(v, low, high);
    if (v->priority[first] / 8U >= level || (machine_interface_nests() >> level & 1U) == 0) {
        return false;
    }
    machine_sometimes(MARK_LIST_NESTED);
    u32 line = v->line[last] % VCPU_LINES;
    v->level[line] = (u8)level;
    v->active[line / 32U] |= line_bit(line);
    v->pending[line / 32U] |= v->lists[last] / MACHINE_LIST_PENDING % 2U << line % 32U;
    v->line[last] = (u8)first;
    v->lists[last] = line_listed(v, first);
    return true;
}

/* Empties list registers whose interrupt has ended; if any line waits, those that have only
 * a pending one, too. Lines that are high begin anew. */
static void lists_empty(struct vcpu *v, bool loaded)
{
    u32 waits = v->pending[0] | v->pending[1] | v->active[0] | v->active[1];

    for (u32 i = 0; i < MACHINE_LISTS; i++) {
        u32 word = loaded ? machine_list_read(i) : v->lists[i];
        u32 line = v->line[i] % VCPU_LINES;
        u32 bit = line_bit(line);
        u32 *pending = &v->pending[line / 32U];
        v->lists[i] = 0;
        if (v->line[i] == VCPU_NO_LINE) {
            continue; /* what is in memory is old */
        }
        if ((word & (waits != 0 ? MACHINE_LIST_ACTIVE : MACHINE_LIST_STATE)) == 0) {
            machine_sometimes_if((word & MACHINE_LIST_PENDING) != 0, MARK_LIST_EVICTED);
            v->line[i] = VCPU_NO_LINE;
            *pending |= (word & MACHINE_LIST_PENDING) != 0 ? bit : v->high[line / 32U] & bit;
            continue;
        }
        v->lists[i] = word | ((*pending & bit) != 0 ? MACHINE_LIST_PENDING : 0);
        *pending &= ~bit;
    }
}

/* Nested lines enter list registers again, if their handlers go on; then what waits, the most
 * urgent first; or one line is nested, if none is empty. True: what is left is due at once, for
 * the maintenance interrupt, or as soon as nothing is pending in them. */
static bool lists_fill(struct vcpu *v, bool loaded)
{
    u32 empty = v->line_word & LISTS_TOP;

    if (empty == 0) {
        return !loaded || nested_begin(v);
    }
    do {
        u32 nested = (v->active[0] | v->active[1]) != 0;
        const u32 *lines = nested ? v->active : v->pending;
        if ((lines[0] | lines[1]) == 0 || (nested && !loaded)) {
            break;
        }
        u32 line = line_first(v, lines[0], lines[1]);
        if (!nested || !nested_end(v, line)) {
            v->line[list_first(empty)] = (u8)line;
            v->lists[list_first(empty)] = line_listed(v, line) | nested * MACHINE_LIST_ACTIVE;
        }
        empty &= empty - 1U;
    } while (empty != 0);
    return true;
}

static void lists_update(struct vcpu *v)
{
    bool loaded = vcpu_is_loaded(v);

    machine_path(PATH_LISTS);
    lists_empty(v, loaded);
    bool none = lists_fill(v, loaded);
    bool more = (v->pending[0] | v->pending[1] | v->active[0] | v->active[1]) != 0;
    machine_sometimes_if(more, MARK_LIST_FULL);
    /* What waits comes before lines that were raised again while active: at their end, not in
     * the hardware. (One of the hardware is none of these: it does not fire before.) */
    for (u32 i = 0; i < MACHINE_LISTS; i++) {
        u32 line = v->line[i] % VCPU_LINES;
        u32 word = v->lists[i];
        if ((word & MACHINE_LIST_STATE) == MACHINE_LIST_STATE) {
            machine_sometimes_if(more, MARK_LIST_AGAIN);
            if (more) {
                v->pending[line / 32U] |= line_bit(line);
                word = (word ^ MACHINE_LIST_PENDING) | MACHINE_LIST_TOLD;
            } else {
                word = line_listed(v, line) | MACHINE_LIST_STATE;
            }
            v->lists[i] = word;
        }
        if (loaded) {
            machine_list_write(i, word);
        }
    }
    v->control = machine_list_control(more, none);
}

/* The line enters a list register at once, if nothing waits or is nested, and one is its own and
 * has ended, or has been empty for long. False: nothing has been done. */
static bool line_list_straight(struct vcpu *v, u32 line)
{
    bool loaded = vcpu_is_loaded(v);
    u32 own = lists_find(v->line_word, line);
    u32 tops = own != 0 ? own : v->line_word & LISTS_TOP;

    if (tops == 0 || v->control != machine_list_control(false, false)) {
        return false;
    }
    u32 list = list_first(tops);
    if (own != 0 &&
        ((loaded ? machine_list_read(list) : v->lists[list]) & MACHINE_LIST_STATE) != 0) {
        return false;
    }
    machine_path(PATH_LIST_STRAIGHT);
    v->line[list] = (u8)line;
    u32 word = MACHINE_LIST_PENDING |
               machine_list_word(line, v->priority[line], line_physical(v, line),
                                 (v->high[line / 32U] & line_bit(line)) != 0);
    v->lists[list] = word;
    if (loaded) {
        machine_list_write(list, word);
    }
    return true;
}

/* The line is not to be taken any more; `kept` of its list register stays. If that is empty
 * then, it is for what waits, as one that has ended is. True: it was pending. */
static bool line_lower(struct vcpu *v, u32 line, u32 kept)
{
    u32 own = lists_find(v->line_word, line);
    bool pending = (v->pending[line / 32U] & line_bit(line)) != 0;

    v->high[line / 32U] &= ~line_bit(line);
    v->pending[line / 32U] &= ~line_bit(line);
    if (own != 0) {
        u32 *word = &v->lists[list_first(own)];
        *word = vcpu_is_loaded(v) ? machine_list_read(list_first(own)) : *word;
        pending |= (*word & MACHINE_LIST_PENDING) != 0;
        *word &= kept;
        if (vcpu_is_loaded(v)) {
            machine_list_write(list_first(own), *word);
        }
    } else if (kept == 0) {
        v->active[line / 32U] &= ~line_bit(line);
    }
    return pending;
}

/* Lines that are pending, and those that are active: a bit each, two words each. */
static void lines_state(struct vcpu *v, u32 *state)
{
    /* Those that are high and have ended, before the hardware says so. */
    lists_update(v);
    state[0] = v->pending[0];
    state[1] = v->pending[1];
    state[2] = v->active[0];
    state[3] = v->active[1];
    for (u32 i = 0; i < MACHINE_LISTS; i++) {
        u32 line = v->line[i] % VCPU_LINES;
        u32 *of = &state[line / 32U];
        of[0] |= v->lists[i] / MACHINE_LIST_PENDING % 2U << line % 32U;
        of[2] |= v->lists[i] / MACHINE_LIST_ACTIVE % 2U << line % 32U;
    }
}

/* ---- urgency, sleep -----------------------------------------------------------*/

/* Which of its context's urgencies a line has. */
static u32 line_lowered(const struct vcpu *v, u32 line)
{
    return (v->urgent[line / 32U] & line_bit(line)) == 0;
}

static u32 __attribute__((noinline)) line_mask(const struct vcpu *v, u32 line)
{
    return vcpu_sc(v)->urgency[line_lowered(v, line)].mask;
}

static void lowered_set(struct cpu *cpu, u32 index, u32 lowered)
{
    struct sc *sc = sc_at(index);

    if (sc->lowered == lowered) {
        return;
    }
    if (sc->queued) {
        queue_remove(cpu, index);
    }
    sc->lowered = (u16)lowered;
    if (sc->queued) {
        queue_insert_tail(cpu, index);
    } else if (sc->remaining == 0) {
        sc_disarm(sc); /* its budget comes by its new urgency */
        sc_arm(sc, lowered, sc->deadline);
    }
    cpu->resched = 1;
}

/* A line has become pending: urgent ones end a low priority. True: its thread slept; it
 * is ready now, and its context is to be woken. */
static inline __attribute__((always_inline)) bool
line_wake(struct cpu *cpu, const struct vcpu *v, u32 line)
{
    struct thread *t = thread_at(v->thread);
    bool urgent = !line_lowered(v, line);

    if (t->state != THREAD_SLEEPING) {
        if (urgent) {
            lowered_set(cpu, t->sc, 0);
        }
        return false;
    }
    t->state = THREAD_READY;
    if (urgent) {
        sc_at(t->sc)->lowered = 0;
    }
    return true;
}

static bool line_raise(struct cpu *cpu, struct vcpu *v, u32 line)
{
    if (!line_list_straight(v, line)) {
        v->pending[line / 32U] |= line_bit(line);
        v->control = 0;
    }
    return line_wake(cpu, v, line);
}

/* The line itself follows as soon as it is loaded. */
bool vcpu_expire(struct cpu *cpu, u32 vcpu)
{
    return line_wake(cpu, vcpu_at(vcpu), VCPU_LINE_TIMER);
}

bool vcpu_timer_waits(u32 vcpu)
{
    const struct vcpu *v = vcpu_at(vcpu);
    const struct thread *t = thread_at(v->thread);
    const struct sc *sc = sc_at(t->sc);

    return !vcpu_is_loaded(v) && !v->timer_active &&
           v->source[VCPU_LINE_TIMER] == VCPU_SOURCE_TIMER &&
           (t->state == THREAD_SLEEPING ||
            (sc->queued && sc->lowered && !line_lowered(v, VCPU_LINE_TIMER))) &&
           machine_virtual_timer_runs(v->timer_control);
}

/* Whoever loads another has chosen who runs by then: only the hardware's timer may have to
 * ring earlier. */
void vcpu_timer_arm(struct cpu *cpu, u32 vcpu)
{
    const struct vcpu *v = vcpu_at(vcpu);
    struct sc *sc = vcpu_sc(v);

    if (sc->armed != 0 || !vcpu_timer_waits(vcpu)) {
        return;
    }
    machine_sometimes_if(!sc->queued, MARK_TIMER_ASLEEP);
    machine_sometimes_if(sc->queued, MARK_TIMER_LOWERED);
    sc_arm(sc, line_lowered(v, VCPU_LINE_TIMER), v->timer);
    cpu->timer = deadline_first(cpu->reach, cpu->timer);
    machine_timer_set(cpu->timer);
}

void vcpu_raise(struct cpu *cpu, u32 vcpu, u32 line)
{
    struct vcpu *v = vcpu_at(vcpu);

    if (line_raise(cpu, v, line)) {
        sc_wake(cpu, thread_at(v->thread)->sc);
    }
}

void vcpu_signal(struct cpu *cpu, u32 index)
{
    const struct notification *n = notification_at(index);

    if (vcpu_at(n->vcpu - 1U)->source[n->line] == VCPU_SOURCE_SIGNAL + index) {
        vcpu_raise(cpu, n->vcpu - 1U, n->line);
    }
}

bool vcpu_signal_switch(struct cpu *cpu, u32 index, u32 bits)
{
    struct notification *n = notification_at(index);
    struct vcpu *v = vcpu_at(n->vcpu - 1U);

    if (cpu->tracing) {
        return false;
    }
    n->bits |= bits;
    if (v->source[n->line] == VCPU_SOURCE_SIGNAL + index && line_raise(cpu, v, n->line)) {
        struct thread *t = thread_at(v->thread);
        struct sc *sc = sc_at(t->sc);
        if (wake_is_plain(cpu, sc)) {
            return wake_run(cpu, t, sc);
        }
        sc_wake(cpu, t->sc);
    }
    if (cpu->resched) {
        schedule(cpu);
    }
    return true;
}

/* Is any line to be taken? The running guest's. */
static bool any_pending(const struct vcpu *v)
{
    bool any = (v->pending[0] | v->pending[1]) != 0;

    for (u32 used = lists_used(v); used != 0; used &= used - 1U) {
        u32 state = machine_list_read(list_first(used)) & MACHINE_LIST_STATE;
        u32 line = v->line[list_first(used)] % VCPU_LINES;
        any |= (state & MACHINE_LIST_PENDING) != 0 ||
               /* it has ended, and begins anew */
               (state == 0 && (v->high[line / 32U] & line_bit(line)) != 0);
    }
    return any;
}

void vcpu_sleep(struct cpu *cpu)
{
    struct thread *t = thread_at(cpu->current);
    struct vcpu *v = vcpu_at(t->vcpu - 1U);

    machine_path(PATH_SLEEP);
    if (any_pending(v)) {
        v->control = 0; /* it may be taken, if others have ended */
        return;
    }
    t->state = THREAD_SLEEPING;
    sc_block(cpu, t->sc);
    sc_at(t->sc)->lowered = sc_at(t->sc)->low;
    schedule(cpu);
}

/* ---- exits ---------------------------------------------------------------------*/

void vcpu_exit(struct cpu *cpu, u32 kind)
{
    u32 index = cpu->current;
    struct thread *t = thread_at(index);
    const u32 *words = vcpu_at(t->vcpu - 1U)->exit;
    cap_t cap = t->handler < t->slots ? kernel.caps[t->slot_base + t->handler] : 0;

    bool named = cap_matches(cap, THIMBLE_CAP_THREAD, THIMBLE_RIGHT_CALL);
    u32 handler = named ? cap_object(cap) : NOBODY; /* who waits for no call */
    struct thread *h = thread_at(handler);

    /* A thread with this key is passive, so that it may be called. */
    if (h->recv_key != cpu->fast_key) {
        fault(cpu, kind, words[0], words[1], words[2]);
        return;
    }
    machine_path(PATH_EXIT);
    machine_registers_copy(t->regs, cpu->regs);
    cpu->regs[0] = cap_badge(cap);
    cpu->regs[1] = THIMBLE_TAG(THIMBLE_LABEL_EXIT, THIMBLE_REGISTER_WORDS);
    cpu->regs[2] = kind;
    cpu->regs[3] = words[0];
    cpu->regs[4] = words[1];
    cpu->regs[5] = words[2];
    cpu->regs[6] = words[3];
    cpu->regs[7] = words[4];
    t->fault_kind = (u8)kind;
    t->reply_key = (u16)(handler | REPLY_KEY_FAULT);
    h->caller = (u16)index;
    h->recv_key = NONE;
    cpu->current = (u16)handler;
}

/* ---- the loaded vCPU -----------------------------------------------------------*/

void vcpu_unload(struct cpu *cpu)
{
    struct vcpu *v = vcpu_at(cpu->vcpu);

    machine_path(PATH_VCPU);
    for (u32 used = lists_used(v); used != 0; used &= used - 1U) {
        u32 list = list_first(used);
        v->lists[list] = machine_list_read(list);
        machine_list_write(list, 0);
    }
    machine_interface_store(v->interface);
    v->timer_control = machine_virtual_timer_stop(&v->timer);
    /* It may be active, for the guest that has not ended its own line yet: that is the
     * vCPU's. */
    v->timer_active = machine_virtual_timer_line_unload() &&
                      v->source[VCPU_LINE_TIMER] == VCPU_SOURCE_TIMER;
    machine_vcpu_store(cpu->vcpu);
    cpu->vcpu = NONE;
    vcpu_timer_arm(cpu, vcpu_index(v));
}

static void vcpu_load(struct cpu *cpu, u32 vcpu)
{
    struct vcpu *v = vcpu_at(vcpu);

    if (cpu->vcpu != NONE) {
        vcpu_unload(cpu);
    }
    machine_path(PATH_VCPU);
    sc_disarm(vcpu_sc(v));
    cpu->vcpu = (u16)vcpu;
    machine_vcpu_load(vcpu);
    machine_interface_load(v->interface);
    for (u32 used = lists_used(v); used != 0; used &= used - 1U) {
        u32 list = list_first(used);
        machine_list_write(list, v->lists[list]);
    }
    machine_line_urgency(machine_line_virtual_timer(), v->timer_mask);
    machine_virtual_timer_line_load(v->timer_active,
                                    v->source[VCPU_LINE_TIMER] == VCPU_SOURCE_TIMER);
    machine_virtual_timer_start(v->timer_control, v->timer);
}

void vcpu_enter(struct cpu *cpu)
{
    u32 vcpu = thread_at(cpu->current)->vcpu - 1U;

    if (cpu->vcpu != vcpu) {
        vcpu_load(cpu, vcpu);
    }
    /* An interrupt comes as soon as the guest is entered, and does not wait for this. */
    if (vcpu_at(vcpu)->control == 0 && !machine_interrupt_pending()) {
        lists_update(vcpu_at(vcpu));
    }
}

/* ---- interrupts of the hardware -------------------------------------------------*/

bool vcpu_interrupt(struct cpu *cpu, u32 line)
{
    struct vcpu *v = cpu->vcpu != NONE ? vcpu_at(cpu->vcpu) : NULL;
    bool timer = line == machine_line_virtual_timer();

    if (timer && v != NULL && v->source[VCPU_LINE_TIMER] == VCPU_SOURCE_TIMER) {
        vcpu_raise(cpu, cpu->vcpu, VCPU_LINE_TIMER);
        return true;
    }
    if (!timer && line != machine_line_maintenance()) {
        return false;
    }
    /* Masked when no vCPU is loaded, or its guest does not want it: late, then. */
    machine_sometimes_if(timer, MARK_TIMER_NOT_WANTED);
    if (v != NULL) {
        v->control = 0;
    }
    /* Quiet until the machine leaves for the guest again: a walk along a chain of calls
     * would be interrupted for ever. */
    machine_lists_off();
    machine_line_deactivate(line);
    return true;
}

/* ---- sources of lines ---------------------------------------------------------------*/

void vcpu_line_release(struct vcpu *v, u32 line)
{
    u32 physical = line_physical(v, line);

    /* Not active either: its end would end the hardware's line, which may by then be
     * somebody else's. What the guest has not taken is for whoever binds it next. */
    if (line_lower(v, line, 0) && physical != MACHINE_LINE_NONE) {
        machine_line_again(physical);
    }
    v->source[line] = VCPU_SOURCE_NONE;
}

static void line_unbind(struct vcpu *v, u32 line)
{
    u32 source = v->source[line];
    u32 irq = source - VCPU_SOURCE_IRQ; /* of other sources, larger than any */

    if (source == VCPU_SOURCE_TIMER) {
        v->timer_active = 0;
    } else if (irq < IRQ_MAX) {
        irq_quiet(irq_at(irq));
    }
    vcpu_line_release(v, line);
}

void vcpu_stop(struct cpu *cpu, u32 vcpu)
{
    struct vcpu *v = vcpu_at(vcpu);

    for (u32 i = 0; i < kernel.irq_count; i++) {
        if (irq_at(i)->vcpu == vcpu + 1U) {
            irq_quiet(irq_at(i));
        }
    }
    if (vcpu_is_loaded(v)) {
        vcpu_unload(cpu);
    }
    v->timer_active = 0;
    __builtin_memset(&v->timer, 0, offsetof(struct vcpu, level) - offsetof(struct vcpu, timer));
    v->control = machine_list_control(false, false);
    v->line_word = ~0U;
}

void vcpu_answer(struct cpu *cpu, u32 thread, const u32 *regs)
{
    if (regs[2] == THIMBLE_FAULT_SKIP) {
        machine_exit_skip(cpu, thread, thread_at(thread)->fault_value, regs + 3);
    } else if (regs[2] == THIMBLE_EXIT_UNDEF) {
        machine_exit_undefined(cpu, thread);
    }
}

/* ---- hypercalls ---------------------------------------------------------------------*/

static u32 hypercall_start(struct cpu *cpu, struct vcpu *v)
{
    struct thread *t = thread_at(v->thread);

    if (t->state != THREAD_STOPPED) {
        return machine_refuse(THIMBLE_ERR_BUSY);
    }
    machine_path(PATH_VCPU);
    machine_vcpu_reset(vcpu_index(v), cpu->regs[1]);
    for (u32 i = 0; i < THREAD_REGS; i++) {
        t->regs[i] = i < 4U ? cpu->regs[2U + i] : 0;
    }
    t->fault_kind = 0;
    t->state = THREAD_READY;
    sc_at(t->sc)->lowered = 0;
    sc_wake(cpu, t->sc);
    return THIMBLE_OK;
}

static void line_urgency_set(struct vcpu *v, u32 line, u32 how)
{
    v->priority[line] = (u8)(how & VCPU_PRIORITY);
    for (u32 i = 0; i < VCPU_LINE_RANKS; i++) {
        line_set(v->rank[i], line, (how & 0x80U >> i) != 0);
    }
    line_set(v->urgent, line, (how & THIMBLE_LINE_URGENT) != 0);
}

static u32 hypercall_inject(struct cpu *cpu, struct vcpu *v, u32 line)
{
    u32 how = cpu->regs[2];

    machine_path(PATH_SIGNAL);
    if ((how & THIMBLE_LINE_ASK) != 0) {
        lines_state(v, &cpu->regs[1]);
        return THIMBLE_OK;
    }
    if (thread_at(v->thread)->state == THREAD_STOPPED ||
        line_physical(v, line) != MACHINE_LINE_NONE) { /* its hardware drives it */
        return THIMBLE_OK;
    }
    line_urgency_set(v, line, how);
    if ((how & THIMBLE_LINE_HIGH) == 0) {
        line_lower(v, line, (how & THIMBLE_LINE_END) != 0 ? 0 : ~MACHINE_LIST_PENDING);
        v->control = 0;
        return THIMBLE_OK;
    }
    v->high[line / 32U] |= (how & THIMBLE_LINE_LEVEL) != 0 ? line_bit(line) : 0;
    vcpu_raise(cpu, vcpu_index(v), line);
    return THIMBLE_OK;
}

static void bind_signal(struct cpu *cpu, struct vcpu *v, u32 line, u32 index)
{
    struct notification *n = notification_at(index);

    if (n->vcpu != 0 && vcpu_at(n->vcpu - 1U)->source[n->line] == VCPU_SOURCE_SIGNAL + index) {
        vcpu_line_release(vcpu_at(n->vcpu - 1U), n->line);
    }
    line_unbind(v, line);
    v->source[line] = (u16)(VCPU_SOURCE_SIGNAL + index);
    n->vcpu = (u8)(vcpu_index(v) + 1U);
    n->line = (u8)line;
    if (n->bits != 0) {
        vcpu_raise(cpu, vcpu_index(v), line);
    }
}

static void bind_irq(const struct cpu *cpu, struct vcpu *v, u32 line, u32 source)
{
    const struct thread *t = thread_at(cpu->current);
    struct irq *irq = irq_at(source - VCPU_SOURCE_IRQ);

    if (v->source[line] != source) {
        irq_silence(irq);
        line_unbind(v, line);
        v->source[line] = (u16)source;
        irq->vcpu = (u8)(vcpu_index(v) + 1U);
        irq->virtual_line = (u8)line;
        machine_line_unmask(irq->line);
    }
    irq->cell = (u8)t->cell;
    irq->cap = (u16)(t->slot_base + cpu->regs[1]);
    machine_line_urgency(irq->line, line_mask(v, line));
}

/* What is to be bound. */
static u32 bind_source(const struct cpu *cpu, u32 line, u32 *source)
{
    const struct thread *t = thread_at(cpu->current);
    u32 slot = cpu->regs[1];
    cap_t cap;

    *source = cpu->regs[3] == THIMBLE_VCPU_UNBIND ? VCPU_SOURCE_NONE : VCPU_SOURCE_TIMER;
    if (*source == VCPU_SOURCE_NONE) {
        return THIMBLE_OK;
    }
    if (slot == THIMBLE_NO_SLOT) {
        return line == VCPU_LINE_TIMER ? THIMBLE_OK : machine_refuse(THIMBLE_ERR_RANGE);
    }
    bool irq = slot < t->slots && cap_type(kernel.caps[t->slot_base + slot]) == THIMBLE_CAP_IRQ;
    u32 match = irq ? CAP_MATCH(THIMBLE_CAP_IRQ, THIMBLE_RIGHT_HANDLE)
                    : CAP_MATCH(THIMBLE_CAP_NOTIFICATION, THIMBLE_RIGHT_WAIT);
    u32 err = cap_look_up_any(t, slot, match, &cap);
    if (err != THIMBLE_OK) {
        return err;
    }
    if (!irq && notification_at(cap_object(cap))->waiter != NONE) {
        return machine_refuse(THIMBLE_ERR_BUSY);
    }
    *source = cap_object(cap) + (irq ? VCPU_SOURCE_IRQ : VCPU_SOURCE_SIGNAL);
    return THIMBLE_OK;
}

/* What is bound already keeps its state: only its urgency changes. */
static u32 hypercall_bind(struct cpu *cpu, struct vcpu *v, u32 line)
{
    u32 source;
    u32 err = thread_at(v->thread)->state == THREAD_STOPPED ? machine_refuse(THIMBLE_ERR_DEAD)
                                                            : bind_source(cpu, line, &source);

    if (err != THIMBLE_OK) {
        return err;
    }
    machine_path(PATH_IRQ_BIND);
    if (source != VCPU_SOURCE_NONE) {
        line_urgency_set(v, line, cpu->regs[3]);
    }
    if (source >= VCPU_SOURCE_IRQ && source < VCPU_SOURCE_SIGNAL) {
        bind_irq(cpu, v, line, source);
    } else if (v->source[line] != source || source == VCPU_SOURCE_NONE) {
        if (source >= VCPU_SOURCE_SIGNAL) {
            bind_signal(cpu, v, line, source - VCPU_SOURCE_SIGNAL);
        } else {
            line_unbind(v, line);
            v->source[line] = (u16)source;
        }
    }
    if (line == VCPU_LINE_TIMER) {
        v->timer_mask = (u8)line_mask(v, line);
        if (vcpu_is_loaded(v)) {
            vcpu_unload(cpu);
        }
        struct sc *sc = vcpu_sc(v);
        if (sc->queued || thread_at(v->thread)->state == THREAD_SLEEPING) {
            sc_disarm(sc); /* it is that of the timer as it was */
        }
        vcpu_timer_arm(cpu, vcpu_index(v));
    }
    return THIMBLE_OK;
}

/* The guest's own: down to its low priority, until a line that is urgent; not at all, if
 * one is pending by now. */
static u32 hypercall_lower(struct cpu *cpu)
{
    const struct thread *t = thread_at(cpu->current);

    if (t->vcpu == 0) {
        return machine_refuse(THIMBLE_ERR_TYPE);
    }
    machine_path(PATH_YIELD);
    struct vcpu *v = vcpu_at(t->vcpu - 1U);
    u32 state[4];
    lines_state(v, state);
    if (((state[0] & v->urgent[0]) | (state[1] & v->urgent[1])) == 0) {
        lowered_set(cpu, t->sc, sc_at(t->sc)->low);
    }
    return THIMBLE_OK;
}

u32 vcpu_hypercall(struct cpu *cpu, u32 number)
{
    cap_t cap;
    u32 line = cpu->regs[number == THIMBLE_VCPU_INJECT ? 1U : 2U];

    if (number >= THIMBLE_VCPU_LOWER) {
        return number == THIMBLE_VCPU_LOWER ? hypercall_lower(cpu)
                                            : machine_refuse(THIMBLE_ERR_HYPERCALL);
    }
    u32 err = cap_look_up(thread_at(cpu->current), cpu->regs[0], THIMBLE_CAP_THREAD,
                          THIMBLE_RIGHT_CONTROL, &cap);
    if (err != THIMBLE_OK) {
        return err;
    }
    u32 vcpu = thread_at(cap_object(cap))->vcpu;
    if (vcpu == 0) {
        return machine_refuse(THIMBLE_ERR_TYPE);
    }
    struct vcpu *v = vcpu_at(vcpu - 1U);
    if (number == THIMBLE_VCPU_START) {
        return hypercall_start(cpu, v);
    }
    if (line >= VCPU_LINES) {
        return machine_refuse(THIMBLE_ERR_RANGE);
    }
    return number == THIMBLE_VCPU_INJECT ? hypercall_inject(cpu, v, line)
                                         : hypercall_bind(cpu, v, line);
}
