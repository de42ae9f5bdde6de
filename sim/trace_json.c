/* SPDX-License-Identifier: BSD-2-Clause */
/* From the trace ring to Perfetto's JSON: see trace_json.h. */
#include "trace_json.h"

#include <inttypes.h>
#include <string.h>

#include "kernel.h"
#include "klog.h"

/* A thread's track: it may serve a caller, and call a server while it does. A
 * slice must not end before the one inside it. */
struct track {
    bool serving;
    bool calling;
    bool served; /* the caller is gone: ends with the call inside */
};

static struct {
    FILE *file;
    const struct boot *system;
    u32 ticks_per_ms;
    u32 read;    /* events decoded so far */
    u32 running; /* thread on the CPU track; 0: idle, no slice is open */
    u64 arrows;  /* pairs so far */
    u64 lost;
    u64 time;  /* of the last event */
    u64 until; /* events later than this are left out */
    bool first;
    bool values; /* have been met */
    struct track tracks[THREAD_MAX];
} out;

#define PID_CPUS 1U
#define PID_VALUES (PID_CPUS + 1U + CELL_MAX) /* behind the cells */

static u32 pid_of(u32 thread)
{
    return thread < CPU_MAX ? PID_CPUS : PID_CPUS + 1U + thread_at(thread)->cell;
}

/* Tracks are numbered across processes: Perfetto wants thread ids unique. */
static u32 tid_of(u32 thread)
{
    return 10U + thread;
}

static const char *cell_of(u32 thread)
{
    return out.system->cells[thread_at(thread)->cell].name;
}

static const char *name_of(u32 thread)
{
    return out.system->threads[thread - CPU_MAX].name;
}

/* As a part of a JSON string. */
static void put_char(unsigned char c)
{
    if (c == '"' || c == '\\') {
        fprintf(out.file, "\\%c", c);
    } else if (c >= ' ' && c < 0x7fU) {
        fputc(c, out.file);
    }
}

static void put_name(const char *name)
{
    for (; *name != '\0'; name++) {
        put_char((unsigned char)*name);
    }
}

/* Begins an event of phase `phase` on a thread's track (NONE: the CPU's). */
static void event_begin(const char *phase, u32 thread)
{
    u64 ns = out.time * 1000000U / out.ticks_per_ms;

    fprintf(out.file, "%s{\"ph\":\"%s\",\"ts\":%" PRIu64 ".%03u,\"pid\":%u,\"tid\":%u",
            out.first ? "" : ",\n", phase, ns / 1000U, (unsigned)(ns % 1000U),
            thread == NONE ? PID_CPUS : pid_of(thread), thread == NONE ? 1U : tid_of(thread));
    out.first = false;
}

static void name_metadata(const char *what, u32 pid, u32 tid, const char *name)
{
    fprintf(out.file,
            "%s{\"ph\":\"M\",\"ts\":0,\"pid\":%u,\"tid\":%u,\"name\":\"%s\","
            "\"args\":{\"name\":\"",
            out.first ? "" : ",\n", pid, tid, what);
    put_name(name);
    fputs("\"}}", out.file);
    out.first = false;
}

static void slice_begin(u32 track, const char *verb, u32 whom)
{
    event_begin("B", track);
    fprintf(out.file, ",\"cat\":\"thimble\",\"name\":\"%s%s", verb, verb[0] ? " " : "");
    put_name(cell_of(whom));
    put_char('.');
    put_name(name_of(whom));
    fputs("\"}", out.file);
}

static void slice_end(u32 track)
{
    event_begin("E", track);
    fputs("}", out.file);
}

static void arrow(const char *name, u32 from, u32 to)
{
    out.arrows++;
    event_begin("s", from);
    fprintf(out.file, ",\"cat\":\"ipc\",\"name\":\"%s\",\"id\":%" PRIu64 "}", name, out.arrows);
    event_begin("f", to);
    fprintf(out.file, ",\"cat\":\"ipc\",\"name\":\"%s\",\"id\":%" PRIu64 ",\"bp\":\"e\"}", name,
            out.arrows);
}

static void instant(u32 track, const char *name, const char *key, u32 value, const char *key2,
                    u32 value2)
{
    event_begin("i", track);
    fprintf(out.file,
            ",\"cat\":\"thimble\",\"s\":\"t\",\"name\":\"%s\",\"args\":{\"%s\":%u,\"%s\":%u}}",
            name, key, value, key2, value2);
}

static const char *hypercall_name(u32 number)
{
    static const char *const names[] = {
        [THIMBLE_CALL] = "call",
        [THIMBLE_REPLY_RECV] = "reply_recv",
        [THIMBLE_RECV] = "recv",
        [THIMBLE_SIGNAL] = "signal",
        [THIMBLE_WAIT] = "wait",
        [THIMBLE_POLL] = "poll",
        [THIMBLE_IRQ_BIND] = "irq_bind",
        [THIMBLE_IRQ_ACK] = "irq_ack",
        [THIMBLE_YIELD] = "yield",
        [THIMBLE_VERSION] = "version",
        [THIMBLE_CAP_COPY] = "cap_copy",
        [THIMBLE_CAP_MOVE] = "cap_move",
        [THIMBLE_CAP_REVOKE] = "cap_revoke",
        [THIMBLE_CAP_DELETE] = "cap_delete",
        [THIMBLE_REGION_DERIVE] = "region_derive",
        [THIMBLE_REGION_MAP] = "region_map",
        [THIMBLE_REGION_UNMAP] = "region_unmap",
        [THIMBLE_WINDOW] = "window",
        [THIMBLE_THREAD_STOP] = "thread_stop",
        [THIMBLE_CELL_RESTART] = "cell_restart",
        [THIMBLE_CACHE_MAINTAIN] = "cache_maintain",
        [THIMBLE_VCPU_START] = "vcpu_start",
        [THIMBLE_VCPU_INJECT] = "vcpu_inject",
        [THIMBLE_VCPU_BIND] = "vcpu_bind",
        [THIMBLE_VCPU_LOWER] = "vcpu_lower",
    };
    /* A new one is named here; test_trace.c looks for gaps. */
    _Static_assert(ARRAY_SIZE(names) == THIMBLE_HYPERCALLS, "all hypercalls have names");

    return number < THIMBLE_HYPERCALLS && names[number] != NULL ? names[number]
                                                                : "unknown hypercall";
}

static void decode_run(u32 thread)
{
    if (out.running != 0) {
        slice_end(NONE);
    }
    out.running = thread < CPU_MAX ? 0 : thread;
    if (out.running != 0) {
        slice_begin(NONE, "", thread);
    }
}

static void decode_connect(u32 client, u32 server, bool is_fault)
{
    slice_begin(client, is_fault ? "fault to" : "call", server);
    out.tracks[client].calling = true;
    slice_begin(server, "serve", client);
    out.tracks[server].serving = true;
    arrow(is_fault ? "fault" : "call", client, server);
}

static void decode_end(u32 client, u32 server)
{
    struct track *c = &out.tracks[client];
    struct track *s = &out.tracks[server];

    if (!c->calling || !s->serving) {
        return; /* its beginning was lost */
    }
    arrow("reply", server, client);
    slice_end(client);
    c->calling = false;
    if (c->served) {
        slice_end(client);
        c->served = false;
    }
    if (s->calling) {
        s->served = true;
    } else {
        slice_end(server);
    }
    s->serving = false;
}

/* A line that the core has printed, without its end. */
static void decode_text(u32 start, u32 length)
{
    event_begin("i", NONE);
    fputs(",\"cat\":\"thimble\",\"s\":\"t\",\"name\":\"", out.file);
    if (klog.next - start > KLOG_TEXT) {
        fputs("(text was overwritten)", out.file);
        length = 0;
    }
    for (u32 i = start; i != start + length; i++) {
        put_char((unsigned char)klog.text[i % KLOG_TEXT]);
    }
    fputs("\"}", out.file);
}

static void decode(const struct trace_event *e)
{
    out.time = e->time;
    switch ((enum trace_kind)e->kind) {
    case TRACE_RUN:
        decode_run(e->thread);
        break;
    case TRACE_CONNECT:
        decode_connect(e->thread, e->a, e->b != 0);
        break;
    case TRACE_END:
        decode_end(e->thread, e->a);
        break;
    case TRACE_HYPERCALL:
        instant(e->thread, hypercall_name(e->a), "number", e->a, "status", e->b);
        break;
    case TRACE_INTERRUPT:
        instant(NONE, "interrupt", "line", e->a, "thread", e->thread);
        break;
    case TRACE_SIGNAL:
        instant(e->thread, "signals", "notification", e->a, "bits", e->b);
        break;
    case TRACE_FAULT:
        instant(e->thread, "fault", "kind", e->a, "address", e->b);
        break;
    case TRACE_DEPLETED:
        instant(e->thread, "budget used up", "context", e->a, "thread", e->thread);
        break;
    case TRACE_REFILLED:
        instant(e->thread, "budget refilled", "context", e->a, "thread", e->thread);
        break;
    case TRACE_STOP:
        instant(e->thread, "stopped", "thread", e->thread, "cell", thread_at(e->thread)->cell);
        break;
    case TRACE_TEXT:
        decode_text(e->a, e->b);
        break;
    default:
        break;
    }
}

void trace_json_begin(FILE *file, const struct boot *system, u32 ticks_per_ms)
{
    memset(&out, 0, sizeof(out));
    out.file = file;
    out.system = system;
    out.ticks_per_ms = ticks_per_ms;
    out.until = UINT64_MAX;
    out.first = true;
    fputs("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n", file);
    name_metadata("process_name", PID_CPUS, 1, "CPUs");
    name_metadata("thread_name", PID_CPUS, 1, "CPU 0");
    for (u32 i = CPU_MAX; i < kernel.thread_count; i++) {
        name_metadata("process_name", pid_of(i), tid_of(i), cell_of(i));
        name_metadata("thread_name", pid_of(i), tid_of(i), name_of(i));
    }
}

void trace_json_running(u64 time, u32 thread)
{
    out.read = trace_ring.next;
    out.time = time;
    decode_run(thread);
}

void trace_json_until(u64 time)
{
    out.until = time;
}

void trace_json_drain(void)
{
    if (trace_ring.next - out.read > TRACE_EVENTS) {
        out.lost += trace_ring.next - out.read - TRACE_EVENTS;
        out.read = trace_ring.next - TRACE_EVENTS;
    }
    while (out.read != trace_ring.next) {
        const struct trace_event *e = &trace_ring.events[out.read % TRACE_EVENTS];
        if (e->time <= out.until) {
            decode(e);
        }
        out.read++;
    }
}

/* Not in the order of time with what the ring holds: readers sort. */
void trace_json_value(u64 ns, const char *device, const char *value, i32 number)
{
    if (out.file == NULL) {
        return;
    }
    if (!out.values) {
        name_metadata("process_name", PID_VALUES, 1, "devices");
        out.values = true;
    }
    fprintf(out.file, ",\n{\"ph\":\"C\",\"ts\":%" PRIu64 ".%03u,\"pid\":%u,\"name\":\"",
            ns / 1000U, (unsigned)(ns % 1000U), PID_VALUES);
    put_name(device);
    put_char('.');
    put_name(value);
    fprintf(out.file, "\",\"args\":{\"value\":%" PRId32 "}}", number);
}

u64 trace_json_end(void)
{
    trace_json_drain();
    if (out.running != 0) {
        slice_end(NONE);
    }
    for (u32 i = CPU_MAX; i < kernel.thread_count; i++) {
        const struct track *t = &out.tracks[i];
        for (u32 open = (u32)t->calling + t->serving + t->served; open != 0; open--) {
            slice_end(i);
        }
    }
    fputs("\n]}\n", out.file);
    out.file = NULL;
    return out.lost;
}
