/* SPDX-License-Identifier: BSD-2-Clause */
/* What went wrong in a run: see mishap.h. */
#include "mishap.h"

#include <string.h>

#include "host.h"
#include "kernel.h"

struct mishaps mishaps;

void mishap_reset(void)
{
    mishaps.refusal_count = 0;
    mishaps.stop_count = 0;
    mishaps.stops_all = 0;
    mishaps.refused_more = 0;
    mishaps.open_count = 0;
    memset(mishaps.index, 0, sizeof(mishaps.index));
    for (u32 i = 0; i < MISHAP_OPEN; i++) {
        mishaps.open[i].thread = 0;
    }
}

/* ---- refusals ---------------------------------------------------------------*/

static struct mishap_refusal *refusal_find(u32 thread, u32 hypercall, u32 error)
{
    u32 at = (thread * 31U + hypercall) * 29U + error;

    for (;; at++) {
        u16 *index = &mishaps.index[at % ARRAY_SIZE(mishaps.index)];
        struct mishap_refusal *r = &mishaps.refusals[*index - (*index != 0)];
        if (*index == 0) {
            if (mishaps.refusal_count == MISHAP_REFUSALS) {
                return NULL;
            }
            r = &mishaps.refusals[mishaps.refusal_count];
            mishaps.refusal_count++;
            *index = (u16)mishaps.refusal_count;
            r->thread = (u16)thread;
            r->hypercall = (u8)hypercall;
            r->error = (u8)error;
            r->count = 0;
            r->votes = 0;
            return r;
        }
        if (r->thread == thread && r->hypercall == hypercall && r->error == error) {
            return r;
        }
    }
}

void mishap_refused(u32 thread, u32 hypercall, u32 error, u32 slot)
{
    /* That nothing came in time is an answer. */
    if (error == THIMBLE_ERR_TIMEOUT) {
        return;
    }
    struct mishap_refusal *r = refusal_find(thread, hypercall < UINT8_MAX ? hypercall : UINT8_MAX,
                                            error);
    if (r == NULL) {
        mishaps.refused_more++;
        return;
    }
    r->count++;
    /* The majority, if there is one: by a vote for each, and one against for each other. */
    if (r->votes == 0) {
        r->slot = slot;
        spot_take(&r->spot, thread);
    }
    if (r->slot == slot) {
        r->votes++;
    } else {
        r->votes--;
    }
}

u32 mishap_refusals_sorted(u16 list[MISHAP_REFUSALS])
{
    for (u32 i = 0; i < mishaps.refusal_count; i++) {
        u32 at = i;
        while (at != 0 && mishaps.refusals[list[at - 1U]].count < mishaps.refusals[i].count) {
            list[at] = list[at - 1U];
            at--;
        }
        list[at] = (u16)i;
    }
    return mishaps.refusal_count;
}

/* ---- faults and stops ---------------------------------------------------------*/

static void stop_add(const struct mishap_stop *stop)
{
    mishaps.stops_all++;
    if (mishaps.stop_count < MISHAP_STOPS) {
        mishaps.stops[mishaps.stop_count] = *stop;
        mishaps.stop_count++;
    }
}

static void open_close(struct mishap_stop *open)
{
    open->thread = 0;
    mishaps.open_count--;
}

void mishap_fault(u32 thread)
{
    const struct thread *t = thread_at(thread);
    struct mishap_stop *stop = &mishaps.open[thread % MISHAP_OPEN];

    if (t->vcpu != 0 || t->fault_kind == 0) {
        return;
    }
    mishaps.open_count += stop->thread == 0;
    stop->time = sim_clock.now;
    stop->thread = (u16)thread;
    stop->kind = t->fault_kind;
    stop->access = t->fault_access;
    stop->address = t->fault_address;
    stop->decided = false;
    stop->crash[0] = '\0';
    if (t->fault_kind == THIMBLE_FAULT_CRASH) {
        memcpy(stop->crash, sim_host.crash, sizeof(stop->crash));
    }
    if (sim_host.crashed) {
        stop->spot = sim_host.crash_spot;
    } else {
        spot_take(&stop->spot, thread);
    }
    sim_host.crashed = false;
    if (t->state == THREAD_FAILED || t->state == THREAD_STOPPED) {
        stop_add(stop);
        open_close(stop);
    }
}

void mishap_goes_on(u32 thread, bool reply)
{
    for (u32 i = 0; i < MISHAP_OPEN && mishaps.open_count != 0; i++) {
        struct mishap_stop *open = &mishaps.open[i];
        if (open->thread == 0) {
            continue;
        }
        if (open->thread == thread) {
            open_close(open);
        } else if (reply && thread_at(open->thread)->state == THREAD_STOPPED) {
            open->decided = true;
            open->time = sim_clock.now;
            stop_add(open);
            open_close(open);
        }
    }
}

/* ---- words ----------------------------------------------------------------------*/

void mishap_stop_words(const struct mishap_stop *stop, char *text, size_t size)
{
    static const char *const kinds[] = {
        [THIMBLE_FAULT_MEMORY] = "memory fault",
        [THIMBLE_FAULT_UNDEFINED] = "undefined instruction",
        [THIMBLE_FAULT_BUS] = "external abort",
        [THIMBLE_FAULT_EXIT] = "its program has returned",
        [THIMBLE_FAULT_CRASH] = "host crash",
    };
    const char *by = stop->decided ? ", and its fault handler has stopped it" : "";
    const char *kind = stop->kind < ARRAY_SIZE(kinds) ? kinds[stop->kind] : "fault";
    const char *access = (stop->access & ACCESS_WRITE) != 0     ? "write"
                         : (stop->access & ACCESS_EXECUTE) != 0 ? "execute"
                                                                : "read";

    if (stop->crash[0] != '\0') {
        snprintf(text, size, "%s%s", stop->crash, by);
    } else if (stop->access != 0) {
        snprintf(text, size, "%s, %s at 0x%08x%s", kind, access, stop->address, by);
    } else {
        snprintf(text, size, "%s%s", kind, by);
    }
}

const char *mishap_hypercall(u32 number)
{
    static const char *const names[] = {
        [THIMBLE_CALL] = "CALL",
        [THIMBLE_REPLY_RECV] = "REPLY_RECV",
        [THIMBLE_RECV] = "RECV",
        [THIMBLE_SIGNAL] = "SIGNAL",
        [THIMBLE_WAIT] = "WAIT",
        [THIMBLE_POLL] = "POLL",
        [THIMBLE_IRQ_BIND] = "IRQ_BIND",
        [THIMBLE_IRQ_ACK] = "IRQ_ACK",
        [THIMBLE_YIELD] = "YIELD",
        [THIMBLE_VERSION] = "VERSION",
        [THIMBLE_CAP_COPY] = "CAP_COPY",
        [THIMBLE_CAP_MOVE] = "CAP_MOVE",
        [THIMBLE_CAP_REVOKE] = "CAP_REVOKE",
        [THIMBLE_CAP_DELETE] = "CAP_DELETE",
        [THIMBLE_REGION_DERIVE] = "REGION_DERIVE",
        [THIMBLE_REGION_MAP] = "REGION_MAP",
        [THIMBLE_REGION_UNMAP] = "REGION_UNMAP",
        [THIMBLE_WINDOW] = "WINDOW",
        [THIMBLE_THREAD_STOP] = "THREAD_STOP",
        [THIMBLE_CELL_RESTART] = "CELL_RESTART",
        [THIMBLE_CACHE_MAINTAIN] = "CACHE_MAINTAIN",
        [THIMBLE_VCPU_START] = "VCPU_START",
        [THIMBLE_VCPU_INJECT] = "VCPU_INJECT",
        [THIMBLE_VCPU_BIND] = "VCPU_BIND",
        [THIMBLE_VCPU_LOWER] = "VCPU_LOWER",
    };
    _Static_assert(ARRAY_SIZE(names) == THIMBLE_HYPERCALLS, "all hypercalls have names");

    return number < ARRAY_SIZE(names) ? names[number] : "unknown hypercall";
}

bool mishap_has_slot(u32 hypercall)
{
    return hypercall < THIMBLE_HYPERCALLS && hypercall != THIMBLE_REPLY_RECV &&
           hypercall != THIMBLE_RECV && hypercall != THIMBLE_YIELD &&
           hypercall != THIMBLE_VERSION && hypercall != THIMBLE_VCPU_LOWER;
}

const char *mishap_error(u32 error)
{
    static const char *const names[] = {
        [THIMBLE_ERR_HYPERCALL] = "HYPERCALL", [THIMBLE_ERR_SLOT] = "SLOT",
        [THIMBLE_ERR_TYPE] = "TYPE",           [THIMBLE_ERR_RIGHTS] = "RIGHTS",
        [THIMBLE_ERR_TAG] = "TAG",             [THIMBLE_ERR_LEVEL] = "LEVEL",
        [THIMBLE_ERR_BUFFER] = "BUFFER",       [THIMBLE_ERR_DEAD] = "DEAD",
        [THIMBLE_ERR_ACTIVE] = "ACTIVE",       [THIMBLE_ERR_PASSIVE] = "PASSIVE",
        [THIMBLE_ERR_CALLER] = "CALLER",       [THIMBLE_ERR_BUSY] = "BUSY",
        [THIMBLE_ERR_TIMEOUT] = "TIMEOUT",     [THIMBLE_ERR_IDLE] = "IDLE",
        [THIMBLE_ERR_TARGET] = "TARGET",       [THIMBLE_ERR_BADGE] = "BADGE",
        [THIMBLE_ERR_DEPTH] = "DEPTH",         [THIMBLE_ERR_ALIGN] = "ALIGN",
        [THIMBLE_ERR_RANGE] = "RANGE",         [THIMBLE_ERR_REGIONS] = "REGIONS",
        [THIMBLE_ERR_MAPPED] = "MAPPED",       [THIMBLE_ERR_UNMAPPED] = "UNMAPPED",
        [THIMBLE_ERR_QUOTA] = "QUOTA",         [THIMBLE_ERR_OVERLAP] = "OVERLAP",
        [THIMBLE_ERR_WINDOW] = "WINDOW",       [THIMBLE_ERR_SELF] = "SELF",
        [THIMBLE_ERR_OPERATION] = "OPERATION",
    };
    _Static_assert(ARRAY_SIZE(names) == THIMBLE_ERRORS, "all errors have names");

    return error < ARRAY_SIZE(names) && names[error] != NULL ? names[error] : "unknown error";
}
