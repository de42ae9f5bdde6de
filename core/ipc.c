/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IPC. The fast paths stand first; each falls back to its slow path with
 * nothing changed. The six message words stay where they are, in the CPU's
 * register file: the receiver finds them there. The sender's own copy dies with
 * the call, since its reply overwrites those registers.
 */
#include "ipc.h"

#include "fault.h"
#include "kernel.h"

/* Tags up to here: at most six words, no reserved bit. */
#define TAG_FAST_MAX (THIMBLE_TAG(THIMBLE_TAG_LABEL, THIMBLE_REGISTER_WORDS))

/* Not inlined: their registers would be saved on the fast path too. */
static void call_slow(struct cpu *cpu) __attribute__((noinline));
static void reply_recv_slow(struct cpu *cpu) __attribute__((noinline));

/* Words beyond six, by way of the buffers, if that is all there is to the tag. */
static bool __attribute__((noinline)) words_fast(u32 tag, const struct thread *from,
                                                 const struct thread *to)
{
    u32 words = (tag >> THIMBLE_TAG_LENGTH_SHIFT) - THIMBLE_REGISTER_WORDS;

    if (words > THIMBLE_MESSAGE_WORDS - THIMBLE_REGISTER_WORDS || from->buffer == 0 ||
        to->buffer == 0) {
        return false;
    }
    machine_path(PATH_BUFFER);
    machine_path_times(PATH_BUFFER_WORD, words);
    machine_words_copy(paddr(to->buffer + 4U * THIMBLE_REGISTER_WORDS),
                       paddr(from->buffer + 4U * THIMBLE_REGISTER_WORDS), words);
    return true;
}

/* The call, if nothing stands in its way and the server waits under `key`; with more
 * than six words only if `words`, a constant. */
static inline __attribute__((always_inline)) bool call_fast(struct cpu *cpu, u32 key,
                                                             bool words)
{
    u32 client = cpu->current;
    struct thread *c = thread_at(client);
    u32 slot = cpu->regs[0];

    if (slot >= c->slots) {
        return false;
    }
    cap_t cap = kernel.caps[c->slot_base + slot];
    if (!cap_matches(cap, THIMBLE_CAP_THREAD, THIMBLE_RIGHT_CALL)) {
        return false;
    }
    u32 server = cap_object(cap);
    struct thread *s = thread_at(server);
    if (s->recv_key != key || (!words && cpu->regs[1] > TAG_FAST_MAX) || s->level >= c->level) {
        return false;
    }
    /* Last: it commits. */
    if (words && cpu->regs[1] > TAG_FAST_MAX && !words_fast(cpu->regs[1], c, s)) {
        return false;
    }
    machine_path(PATH_CALL_FAST);
    c->reply_key = (u16)server;
    s->caller = (u16)client;
    s->recv_key = NONE;
    cpu->current = (u16)server;
    cpu->regs[0] = cap_badge(cap);
    return true;
}

void ipc_call(struct cpu *cpu)
{
    if (!call_fast(cpu, cpu->fast_key, false)) {
        call_slow(cpu);
    }
}

/* The reply, to a caller on whose own time this CPU runs. */
static inline __attribute__((always_inline)) bool reply_fast(struct cpu *cpu,
                                                              u32 not_fast, bool words)
{
    u32 server = cpu->current;
    struct thread *s = thread_at(server);
    u32 client = s->caller;
    struct thread *c = thread_at(client);

    if (c->reply_key != server || not_fast || (!words && cpu->regs[1] > TAG_FAST_MAX)) {
        return false;
    }
    if (words && cpu->regs[1] > TAG_FAST_MAX && !words_fast(cpu->regs[1], s, c)) {
        return false;
    }
    machine_path(PATH_REPLY_FAST);
    c->reply_key = NONE;
    s->caller = NOBODY;
    s->recv_key = cpu->id;
    cpu->current = (u16)client;
    cpu->regs[0] = THIMBLE_OK;
    return true;
}

void ipc_reply_recv(struct cpu *cpu)
{
    if (!reply_fast(cpu, cpu->not_fast, false)) {
        reply_recv_slow(cpu);
    }
}

static u32 tag_length(u32 tag)
{
    return (tag & THIMBLE_TAG_LENGTH) >> THIMBLE_TAG_LENGTH_SHIFT;
}

static bool tag_valid(u32 tag)
{
    return (tag & ~(THIMBLE_TAG_LABEL | THIMBLE_TAG_LENGTH | THIMBLE_TAG_CAP)) == 0 &&
           tag_length(tag) <= THIMBLE_MESSAGE_WORDS;
}

/* The capability in word 5, into the receiver's window. A call has been checked
 * before; a reply goes without it if it cannot be. */
static void cap_move_along(const struct thread *from, const struct thread *to, u32 *target)
{
    u32 slot = target[THREAD_REGS - 1U];

    if (derivation_transfer_check(from, slot, to) == THIMBLE_OK) {
        derivation_transfer(from, slot, to);
        target[THREAD_REGS - 1U] = to->window;
    } else {
        machine_sometimes(MARK_REPLY_CAP_LEFT);
        target[1] &= ~THIMBLE_TAG_CAP;
    }
}

/* Moves tag and words. Words beyond six need both buffers. The sender has been checked to
 * have one; where the receiver has none they are dropped, and the length says so. */
static void message_move(struct cpu *cpu, u32 from, u32 to)
{
    const u32 *source = thread_regs(cpu, from);
    u32 *target = thread_regs(cpu, to);
    u32 tag = source[1];
    u32 length = tag_length(tag);

    if (length > THIMBLE_REGISTER_WORDS) {
        u32 out = thread_at(from)->buffer;
        u32 in = thread_at(to)->buffer;
        if (in != 0) {
            u32 words = length - THIMBLE_REGISTER_WORDS;
            machine_path_times(PATH_BUFFER_WORD, words);
            machine_words_copy(paddr(in + 4U * THIMBLE_REGISTER_WORDS),
                               paddr(out + 4U * THIMBLE_REGISTER_WORDS), words);
        } else {
            machine_sometimes(MARK_REPLY_CUT);
            tag = THIMBLE_TAG(tag, THIMBLE_REGISTER_WORDS) | (tag & THIMBLE_TAG_CAP);
        }
    }
    target[1] = tag;
    for (u32 i = 2; i < THREAD_REGS; i++) {
        target[i] = source[i];
    }
    if (tag & THIMBLE_TAG_CAP) {
        cap_move_along(thread_at(from), thread_at(to), target);
    }
}

void ipc_connect(struct cpu *cpu, u32 client, u32 server, u32 reply_key)
{
    struct thread *c = thread_at(client);
    struct thread *s = thread_at(server);

    c->reply_key = (u16)reply_key;
    c->state = THREAD_READY;
    s->caller = (u16)client;
    s->recv_key = NONE;
    trace(cpu, TRACE_CONNECT, client, server, reply_key != server);
}

/* All checks of a call: the capability, if it can be made. */
static u32 call_check(struct cpu *cpu, u32 client, cap_t *cap)
{
    const u32 *regs = thread_regs(cpu, client);
    const struct thread *c = thread_at(client);
    u32 err = cap_look_up(c, regs[0], THIMBLE_CAP_THREAD, THIMBLE_RIGHT_CALL, cap);

    if (err != THIMBLE_OK) {
        return err;
    }
    const struct thread *s = thread_at(cap_object(*cap));
    bool words = tag_length(regs[1]) > THIMBLE_REGISTER_WORDS;
    err = !tag_valid(regs[1])                               ? THIMBLE_ERR_TAG
          : thread_is_active(s)                             ? THIMBLE_ERR_ACTIVE
          : s->level >= c->level                            ? THIMBLE_ERR_LEVEL
          : s->state == THREAD_STOPPED                      ? THIMBLE_ERR_DEAD
          : words && (c->buffer == 0 || s->buffer == 0)     ? THIMBLE_ERR_BUFFER
                                                            : THIMBLE_OK;
    if (err != THIMBLE_OK) {
        return machine_refuse(err);
    }
    return (regs[1] & THIMBLE_TAG_CAP) == 0
               ? THIMBLE_OK
               : derivation_transfer_check(c, regs[THREAD_REGS - 1U], s);
}

u32 ipc_retry(struct cpu *cpu, u32 client)
{
    cap_t cap;
    struct thread *c = thread_at(client);
    u32 err = call_check(cpu, client, &cap);

    machine_path(PATH_CALL_SLOW);
    if (err != THIMBLE_OK) {
        machine_sometimes_if(c->state == THREAD_PENDING_CALL, MARK_CALL_RETRY_FAILS);
        c->state = THREAD_READY;
        thread_regs(cpu, client)[0] = err;
        return NONE;
    }
    u32 server = cap_object(cap);
    if (thread_at(server)->recv_key != cpu->id) {
        machine_sometimes(MARK_CALL_BUSY);
        c->state = THREAD_PENDING_CALL;
        return server;
    }
    message_move(cpu, client, server);
    thread_regs(cpu, server)[0] = cap_badge(cap);
    ipc_connect(cpu, client, server, server);
    return server;
}

static void __attribute__((noinline)) call_traced(const struct cpu *cpu, u32 client)
{
    trace_record(cpu, TRACE_CONNECT, client, cpu->current, 0);
    trace_record(cpu, TRACE_RUN, cpu->current, cpu->sc, 0);
}

static void __attribute__((noinline)) call_general(struct cpu *cpu)
{
    u32 client = cpu->current;

    machine_path(PATH_TRAP);
    u32 server = ipc_retry(cpu, client);
    if (server == NONE) {
        return;
    }
    if (thread_at(client)->state == THREAD_PENDING_CALL) {
        schedule(cpu);
        return;
    }
    thread_switch(cpu, server);
}

static void call_slow(struct cpu *cpu)
{
    u32 client = cpu->current;

    if (!call_fast(cpu, cpu->id, true)) {
        call_general(cpu);
    } else if (cpu->tracing) {
        call_traced(cpu, client); /* then nothing has been fast before */
    }
}

static void message_refuse(struct cpu *cpu, u32 err)
{
    cpu->regs[0] = err;
    cpu->regs[1] = THIMBLE_TAG_ERROR;
}

/* The running passive thread waits for its next call; whoever waited for it
 * has been answered. */
static void receive(struct cpu *cpu, struct thread *s)
{
    s->caller = NOBODY;
    s->recv_key = cpu->id;
    schedule(cpu);
}

/* The answer to a vCPU's exit, likewise. Neither side's other registers matter: the
 * server's are overwritten by its next message. */
static inline bool exit_reply_fast(struct cpu *cpu)
{
    u32 server = cpu->current;
    struct thread *s = thread_at(server);
    u32 client = s->caller;
    struct thread *c = thread_at(client);

    /* It waits for this answer: vCPUs make no calls. */
    if (c->vcpu == 0 || cpu->not_fast || cpu->regs[1] > TAG_FAST_MAX ||
        cpu->regs[2] > THIMBLE_FAULT_SKIP) {
        return false;
    }
    machine_path(PATH_EXIT_REPLY);
    vcpu_answer(cpu, client, cpu->regs);
    c->reply_key = NONE;
    c->fault_kind = 0;
    s->caller = NOBODY;
    s->recv_key = cpu->id;
    cpu->current = (u16)client;
    machine_registers_copy(cpu->regs, c->regs);
    return true;
}

static void __attribute__((noinline)) reply_traced(const struct cpu *cpu, u32 server)
{
    trace_record(cpu, TRACE_END, cpu->current, server, 0);
    trace_record(cpu, TRACE_RUN, cpu->current, cpu->sc, 0);
}

static void __attribute__((noinline)) reply_recv_general(struct cpu *cpu)
{
    u32 server = cpu->current;
    struct thread *s = thread_at(server);
    u32 client = s->caller;
    u32 key = thread_at(client)->reply_key;

    machine_path(PATH_TRAP);
    bool words = tag_length(cpu->regs[1]) > THIMBLE_REGISTER_WORDS;
    u32 err = thread_is_active(s)            ? THIMBLE_ERR_ACTIVE
              : !tag_valid(cpu->regs[1])     ? THIMBLE_ERR_TAG
              : words && s->buffer == 0      ? THIMBLE_ERR_BUFFER
                                             : THIMBLE_OK;
    if (err != THIMBLE_OK) {
        message_refuse(cpu, machine_refuse(err));
        return;
    }
    machine_path(PATH_REPLY_SLOW);
    bool ready = key == server;
    if (ready) {
        message_move(cpu, server, client);
        thread_regs(cpu, client)[0] = THIMBLE_OK;
        thread_at(client)->reply_key = NONE;
        trace(cpu, TRACE_END, client, server, 0);
    } else if (key == (server | REPLY_KEY_FAULT)) {
        fault_answer(cpu, client, cpu->regs);
        ready = thread_at(client)->state == THREAD_READY;
    }
    machine_sometimes_if(client == NOBODY, MARK_REPLY_NOBODY);
    if (!ready || (cpu->not_fast & NOT_FAST_HELPING)) {
        machine_sometimes_if(ready, MARK_REPLY_HELPED);
        receive(cpu, s);
        return;
    }
    s->caller = NOBODY;
    s->recv_key = cpu->id;
    thread_switch(cpu, client);
}

static void reply_recv_slow(struct cpu *cpu)
{
    u32 server = cpu->current;

    if (VCPU_MAX != 0 && exit_reply_fast(cpu)) {
        return;
    }
    if (!reply_fast(cpu, cpu->not_fast & ~NOT_FAST_TRACING, true)) {
        reply_recv_general(cpu);
    } else if (cpu->tracing) {
        reply_traced(cpu, server);
    }
}

void ipc_recv(struct cpu *cpu)
{
    struct thread *s = thread_at(cpu->current);

    u32 err = thread_is_active(s)    ? THIMBLE_ERR_ACTIVE
              : s->caller != NOBODY  ? THIMBLE_ERR_CALLER
                                     : THIMBLE_OK;
    if (err != THIMBLE_OK) {
        message_refuse(cpu, machine_refuse(err));
        return;
    }
    machine_path(PATH_RECV);
    receive(cpu, s);
}
