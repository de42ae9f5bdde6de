/* SPDX-License-Identifier: BSD-2-Clause */
/* Stopped and waiting threads of a target: see stops.h. */
#include "stops.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board_config.h"
#include "context.h"
#include "copies.h"
#include "image.h"
#include "klog.h"
#include "self.h"

/* An access so far below a stack is taken for its overflow. */
#define OVERFLOW_MOST (64U * KIB)
/* A stack pointer so far below its stack has come there by a large local. */
#define DEEP_MOST (16U * MIB)

/* ---- stops ------------------------------------------------------------------------*/

static const char *const kinds[] = {
    [0] = "fault",
    [THIMBLE_FAULT_MEMORY] = "memory fault",
    [THIMBLE_FAULT_UNDEFINED] = "undefined instruction",
    [THIMBLE_FAULT_BUS] = "external abort",
    [THIMBLE_FAULT_EXIT] = "its program has returned",
    [THIMBLE_FAULT_CRASH] = "host crash",
};

/* Of what the core's text says; 0: it is another word. */
static u32 kind_said(const char *words)
{
    if (strncmp(words, "undefined or trapped", 20) == 0) {
        return THIMBLE_FAULT_UNDEFINED;
    }
    for (u32 i = 1; i < ARRAY_SIZE(kinds); i++) {
        if (strncmp(words, kinds[i], strlen(kinds[i])) == 0) {
            return i;
        }
    }
    return 0;
}

static u32 access_said(const char *word)
{
    return strcmp(word, "write") == 0     ? ACCESS_WRITE
           : strcmp(word, "execute") == 0 ? ACCESS_EXECUTE
           : strcmp(word, "read") == 0    ? ACCESS_READ
                                          : 0;
}

/* By the names of its cell and its own; CPU_MAX - 1: there is none. */
static u32 thread_named(const char *cell, const char *name)
{
    for (u32 i = CPU_MAX; i < kernel.thread_count; i++) {
        const struct boot_thread *t = &arm_system.threads[i - CPU_MAX];
        if (strncmp(arm_system.cells[t->cell].name, cell, KLOG_NAME) == 0 &&
            strncmp(t->name, name, KLOG_NAME) == 0) {
            return i;
        }
    }
    return CPU_MAX - 1U;
}

/* A dump that has become text: its first line, and the second if that is there. */
static bool stop_parse(const char *line, struct stop *s)
{
    char cell[KLOG_NAME + 1U];
    char thread[KLOG_NAME + 1U];
    char what[80];
    char access[16];
    int used = 0;

    *s = (struct stop){.time = TIME_UNKNOWN};
    if (sscanf(line, "stopped: cell %24[^,\r\n], thread %24[^:\r\n]: %79[^\r\n]%n", cell, thread,
               what, &used) != 3) {
        return false;
    }
    s->thread = thread_named(cell, thread);
    s->kind = kind_said(what);
    if (sscanf(line + used, "\r\n %15s at 0x%8x, pc 0x%8x", access, &s->address, &s->pc) == 3) {
        s->access = access_said(access);
    } else {
        (void)sscanf(line + used, "\r\n no access at 0x%8x, pc 0x%8x", &s->address, &s->pc);
    }
    return s->thread >= CPU_MAX;
}

/* What is left of the core's text, in memory of its own. */
static char *text_of_core(void)
{
    u32 count = klog.next < KLOG_TEXT ? klog.next : KLOG_TEXT;
    char *text = malloc((size_t)KLOG_TEXT + 1U);

    for (u32 i = 0; text != NULL && i < count; i++) {
        text[i] = klog.text[(klog.next - count + i) % KLOG_TEXT];
    }
    if (text != NULL) {
        text[count] = '\0';
    }
    return text;
}

/* In text, then what waits to become text, then threads that were stopped without any. */
static u32 stops_find(struct stop *stops)
{
    char *text = text_of_core();
    const char *at = text;
    u32 count = 0;

    while (at != NULL && (at = strstr(at, "stopped: cell ")) != NULL && count < STOPS_MOST) {
        count += stop_parse(at, &stops[count]);
        at++;
    }
    free(text);
    for (u32 i = 0; i < klog.dump_count && count < STOPS_MOST; i++) {
        const struct klog_dump *d = &klog.dumps[(klog.dump_first + i) % KLOG_DUMPS];
        bool is_text = d->piece > 0 && count != 0; /* its beginning */
        struct stop *s = &stops[is_text ? count - 1U : count];
        *s = (struct stop){.time = TIME_UNKNOWN, .thread = d->thread, .kind = d->kind,
                           .access = d->access, .address = d->address, .pc = d->pc};
        count += !is_text;
    }
    return count;
}

static bool is_stopped_by_fault(u32 thread)
{
    const struct thread *t = thread_at(thread);

    return t->fault_kind != 0 && (t->state == THREAD_STOPPED || t->state == THREAD_FAILED);
}

/* The last of a thread's stops is the one at which it is. */
static u32 stops_at_rest(struct stop *stops, u32 count)
{
    for (u32 i = CPU_MAX; i < kernel.thread_count; i++) {
        const struct thread *t = thread_at(i);
        u32 n = count;
        while (n != 0 && stops[n - 1U].thread != i) {
            n--;
        }
        if (!is_stopped_by_fault(i) || (n == 0 && count == STOPS_MOST)) {
            continue;
        }
        if (n == 0) {
            stops[count] = (struct stop){.time = TIME_UNKNOWN, .thread = i,
                                         .kind = t->fault_kind, .access = t->fault_access,
                                         .decided = t->handler != THIMBLE_NO_SLOT};
            n = ++count;
        }
        stops[n - 1U].at_rest = true;
        stops[n - 1U].address = t->fault_address;
        stops[n - 1U].pc = t->fault_pc;
    }
    return count;
}

/* From the last on: the trace has the latest. */
static void stops_time(struct stop *stops, u32 count)
{
    u32 first = trace_ring.next > TRACE_EVENTS ? trace_ring.next - TRACE_EVENTS : 0;

    for (u32 n = trace_ring.next; n != first && count != 0; n--) {
        const struct trace_event *e = &trace_ring.events[(n - 1U) % TRACE_EVENTS];
        for (u32 i = count; e->kind == TRACE_FAULT && i != 0; i--) {
            if (stops[i - 1U].thread == e->thread && stops[i - 1U].time == TIME_UNKNOWN &&
                stops[i - 1U].kind == e->a) {
                stops[i - 1U].time = e->time;
                break;
            }
        }
    }
}

u32 stops_read(struct stop *stops)
{
    u32 count = stops_at_rest(stops, stops_find(stops));

    stops_time(stops, count);
    for (u32 i = 0; i < count; i++) {
        struct stop *s = &stops[i];
        s->placed = (s->at_rest && place_of(s->thread, &s->place)) ||
                    place_at(thread_at(s->thread)->cell, s->pc, &s->place);
    }
    return count;
}

/* ---- what more is known -----------------------------------------------------------*/

/* The thread of a cell whose stack ends the lowest above an address, within a range. */
static u32 stack_above(u32 cell, u32 address, u32 end)
{
    u32 found = CPU_MAX - 1U;
    u32 lowest = end;

    for (u32 i = CPU_MAX; i < kernel.thread_count; i++) {
        const struct boot_thread *t = &arm_system.threads[i - CPU_MAX];
        if (t->cell == cell && t->stack.raw > address && t->stack.raw <= lowest) {
            lowest = t->stack.raw;
            found = i;
        }
    }
    return found;
}

/* The thread below whose stack an access was; an idle one: below none. */
static u32 stack_below(const struct stop *s)
{
    u32 cell = thread_at(s->thread)->cell;
    const struct region *above = NULL;

    for (u32 i = 0; i < kernel.region_count; i++) {
        const struct machine_mapping *m = &kernel.regions[i].map;
        if (kernel.regions[i].cell != cell || m->size == 0) {
            continue;
        }
        if (s->address - m->gpa.raw < m->size) {
            return CPU_MAX - 1U; /* something is there */
        }
        if (m->gpa.raw - s->address <= OVERFLOW_MOST && m->gpa.raw > s->address &&
            (above == NULL || m->gpa.raw < above->map.gpa.raw)) {
            above = &kernel.regions[i];
        }
    }
    /* A program's code is there, and no stack. */
    if (above == NULL || above->map.gpa.raw == arm_system.cells[cell].image.raw) {
        return CPU_MAX - 1U;
    }
    return stack_above(cell, s->address, above->map.gpa.raw + above->map.size);
}

/* Says that an address is just below a stack, or that a stack pointer is. */
static void overflow_words(const struct stop *s, char *to, size_t size)
{
    u32 end = arm_system.threads[s->thread - CPU_MAX].stack.raw;
    u32 sp = thread_at(s->thread)->machine[CONTEXT_SP];
    u32 of = stack_below(s);

    if (of >= CPU_MAX) {
        snprintf(to, size, ", just below the stack of %s", thread_words(of));
    } else if (s->at_rest && end != 0 && end - sp > THIMBLE_STACK_SIZE && end - sp <= DEEP_MOST) {
        snprintf(to, size, ", its stack of %u bytes has overflowed: %u bytes deep",
                 THIMBLE_STACK_SIZE, end - sp);
    }
}

void stop_words(const struct stop *s, char *to, size_t size)
{
    const char *access = (s->access & ACCESS_WRITE) != 0     ? "write"
                         : (s->access & ACCESS_EXECUTE) != 0 ? "execute"
                                                             : "read";
    char more[128] = "";

    if (s->access != 0) {
        overflow_words(s, more, sizeof(more));
        snprintf(to, size, "%s, %s at 0x%08x%s%s", kinds[s->kind], access, s->address, more,
                 s->decided ? ", and its fault handler has stopped it" : "");
    } else {
        snprintf(to, size, "%s%s", kinds[s->kind],
                 s->decided ? ", and its fault handler has stopped it" : "");
    }
}

/* ---- waiting -------------------------------------------------------------------------*/

/* Through a slot of its cell's table. */
static u32 called(const struct thread *t, u32 slot)
{
    cap_t cap = slot < t->slots ? kernel.caps[t->slot_base + slot] : 0;

    return cap_type(cap) == THIMBLE_CAP_THREAD ? cap_object(cap) : NONE;
}

/* Whom a thread has called, or wants to; NONE: nobody. */
static u32 server_of(const struct thread *t)
{
    if (t->reply_key != NONE) {
        return t->reply_key & REPLY_KEY_INDEX;
    }
    return t->state == THREAD_PENDING_CALL    ? called(t, t->regs[0])
           : t->state == THREAD_PENDING_FAULT ? called(t, t->handler)
                                              : NONE;
}

static struct doing doing_waiting(const struct thread *t)
{
    const struct sc *sc = sc_at(t->sc);
    u32 place = sc->armed - 1U;

    return (struct doing){"waits", "notification", arm_system.notifications[t->waits_on].name,
                          sc->armed == 0 ? TIME_UNKNOWN : kernel.due[place | 1U][place & 1U]};
}

struct doing doing_of(u32 thread)
{
    const struct thread *t = thread_at(thread);
    bool faults = t->state == THREAD_PENDING_FAULT ||
                  (t->reply_key != NONE && (t->reply_key & REPLY_KEY_FAULT) != 0);
    struct doing doing = {"ready", NULL, NULL, TIME_UNKNOWN};

    if (t->state == THREAD_STOPPED || t->state == THREAD_FAILED) {
        doing.state = "stopped";
    } else if (kernel.cpu[0].current == thread) {
        doing.state = "runs";
    } else if (t->recv_key != NONE) {
        doing.state = "idle";
    } else if (t->state == THREAD_WAITING) {
        doing = doing_waiting(t);
    } else if (t->state == THREAD_SLEEPING) {
        doing.state = "waits";
    } else if (t->reply_key != NONE || faults || t->state == THREAD_PENDING_CALL) {
        u32 server = server_of(t);
        doing.state = faults ? "faults" : "calls";
        doing.kind = faults ? "fault" : "call";
        doing.what = server != NONE ? thread_words(server) : NULL;
    }
    return doing;
}

/* ---- deadlock -------------------------------------------------------------------------*/

static bool holds(u32 cell, u32 type, u32 right, u32 object)
{
    const struct cell *c = &kernel.cells[cell];

    for (u32 i = 0; i < c->slots; i++) {
        cap_t cap = kernel.caps[c->slot_base + i];
        if (cap_matches(cap, type, right) && cap_object(cap) == object) {
            return true;
        }
    }
    return false;
}

static bool interrupt_signals(u32 notification)
{
    for (u32 i = 0; i < kernel.irq_count; i++) {
        const struct irq *irq = &kernel.irqs[i];
        if (irq->cell != IRQ_UNBOUND && irq->vcpu == 0 &&
            cap_object(kernel.caps[irq->target]) == notification) {
            return true;
        }
    }
    return false;
}

/* Could the one end the other's wait? */
static bool ends_wait(u32 by, u32 thread)
{
    const struct thread *t = thread_at(thread);
    u32 cell = thread_at(by)->cell;

    if (t->recv_key != NONE) {
        return holds(cell, THIMBLE_CAP_THREAD, THIMBLE_RIGHT_CALL, thread);
    }
    if (t->state == THREAD_WAITING) {
        return holds(cell, THIMBLE_CAP_NOTIFICATION, THIMBLE_RIGHT_SIGNAL, t->waits_on);
    }
    return server_of(t) == by;
}

/* Waits, and neither time nor an interrupt nor a restart ends that. */
static bool waits_for_threads(u32 thread)
{
    const struct thread *t = thread_at(thread);
    struct doing doing = doing_of(thread);
    bool waits = doing.kind != NULL || t->recv_key != NONE;

    for (u32 i = 0; i < kernel.cell_count; i++) {
        waits = waits && !holds(i, THIMBLE_CAP_CELL, THIMBLE_RIGHT_CONTROL, t->cell);
    }
    return waits && t->vcpu == 0 && doing.until == TIME_UNKNOWN &&
           !(t->state == THREAD_WAITING && interrupt_signals(t->waits_on));
}

/* Those that nobody who can act could wake: whom one could is taken out, until none is left. */
static void stuck_find(bool *stuck)
{
    bool again = true;

    for (u32 i = 0; i < kernel.thread_count; i++) {
        stuck[i] = i >= CPU_MAX && waits_for_threads(i);
    }
    while (again) {
        again = false;
        for (u32 i = CPU_MAX; i < kernel.thread_count; i++) {
            for (u32 by = CPU_MAX; stuck[i] && by < kernel.thread_count; by++) {
                if (!stuck[by] && thread_at(by)->state != THREAD_STOPPED && ends_wait(by, i)) {
                    stuck[i] = false;
                    again = true;
                }
            }
        }
    }
}

/* A stuck thread that waits itself, and that this one waits for. Whoever waits to be called
 * waits for nobody. */
static u32 waits_for(const bool *stuck, u32 thread)
{
    for (u32 by = CPU_MAX; by < kernel.thread_count; by++) {
        if (by != thread && stuck[by] && thread_at(by)->recv_key == NONE && ends_wait(by, thread)) {
            return by;
        }
    }
    return NONE;
}

u32 deadlock_next(bool seen[THREAD_MAX], u16 list[THREAD_MAX])
{
    bool stuck[THREAD_MAX] = {false};

    stuck_find(stuck);
    for (u32 first = CPU_MAX; first < kernel.thread_count; first++) {
        u32 count = 0;
        u32 at = first;
        while (at != NONE && stuck[at] && !seen[at] && thread_at(at)->recv_key == NONE) {
            seen[at] = true;
            list[count++] = (u16)at;
            at = waits_for(stuck, at);
        }
        for (u32 i = 0; i < count; i++) {
            if (list[i] == at) {
                memmove(list, &list[i], (count - i) * sizeof(list[0]));
                return count - i;
            }
        }
    }
    return 0;
}
