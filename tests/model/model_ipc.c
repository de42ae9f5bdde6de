/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls, replies, and faults, which are calls too. See model.h. */
#include "model.h"

#include <string.h>

static u32 length_of(u32 tag)
{
    return (tag & THIMBLE_TAG_LENGTH) >> THIMBLE_TAG_LENGTH_SHIFT;
}

static bool tag_valid(u32 tag)
{
    u32 known = THIMBLE_TAG_LABEL | THIMBLE_TAG_LENGTH | THIMBLE_TAG_CAP;

    return (tag & ~known) == 0 && length_of(tag) <= THIMBLE_MESSAGE_WORDS;
}

/* Tag and words 0 to 5, always all six; the rest through both buffers, or not
 * at all; then the capability. */
static void message_move(u32 from, u32 to)
{
    struct model_thread *s = &model.threads[from];
    struct model_thread *r = &model.threads[to];
    u32 tag = s->regs[1];
    u32 length = length_of(tag);

    if (length > THIMBLE_REGISTER_WORDS && s->buffer != 0 && r->buffer != 0) {
        model_cache_copied(r->buffer + 4U * THIMBLE_REGISTER_WORDS,
                           4U * (length - THIMBLE_REGISTER_WORDS));
        for (u32 i = THIMBLE_REGISTER_WORDS; i < length; i++) {
            model_cached_write(r->buffer + 4U * i, model_cached_word(s->buffer + 4U * i));
        }
    } else if (length > THIMBLE_REGISTER_WORDS) {
        tag = THIMBLE_TAG(tag, THIMBLE_REGISTER_WORDS) | (tag & THIMBLE_TAG_CAP);
    }
    r->regs[1] = tag;
    memcpy(&r->regs[2], &s->regs[2], 6U * sizeof(u32));
    r->junk = 0;
    if ((tag & THIMBLE_TAG_CAP) == 0) {
        return;
    }
    u32 slot = s->regs[7];
    if (model_transfer_check(from, slot, to) == THIMBLE_OK) {
        model_transfer(from, slot, to);
        r->regs[7] = r->window;
    } else {
        r->regs[1] &= ~THIMBLE_TAG_CAP;
    }
}

static void connect(u32 client, u32 server, enum model_doing doing)
{
    model.threads[client].doing = doing;
    model.threads[client].on = server;
    model.threads[server].doing = DOING_RUN;
    model.threads[server].caller = client;
}

static u32 call_check(u32 client, u32 *cap)
{
    const struct model_thread *c = &model.threads[client];
    u32 tag = c->regs[1];
    u32 err = model_look_up(c->cell, c->regs[0], THIMBLE_CAP_THREAD, THIMBLE_RIGHT_CALL, cap);

    if (err != THIMBLE_OK) {
        return err;
    }
    u32 server = model.caps[*cap].object;
    const struct model_thread *s = &model.threads[server];
    if (!tag_valid(tag)) {
        return THIMBLE_ERR_TAG;
    }
    if (s->sc != MODEL_NONE) {
        return THIMBLE_ERR_ACTIVE;
    }
    if (c->sc == MODEL_NONE && s->level >= c->level) {
        return THIMBLE_ERR_LEVEL;
    }
    if (s->doing == DOING_STOPPED) {
        return THIMBLE_ERR_DEAD;
    }
    if (length_of(tag) > THIMBLE_REGISTER_WORDS && (c->buffer == 0 || s->buffer == 0)) {
        return THIMBLE_ERR_BUFFER;
    }
    if (tag & THIMBLE_TAG_CAP) {
        return model_transfer_check(client, c->regs[7], server);
    }
    return THIMBLE_OK;
}

/* The call of `client`, as its registers say. False: it has ended with an
 * error. Else the client waits on its server, for the reply or for its turn. */
bool model_try_call(u32 client)
{
    struct model_thread *c = &model.threads[client];
    u32 cap;
    u32 err = call_check(client, &cap);

    if (err != THIMBLE_OK) {
        c->doing = DOING_RUN;
        c->regs[0] = err;
        return false;
    }
    u32 server = model.caps[cap].object;
    if (model.threads[server].doing != DOING_RECEIVE) {
        c->doing = DOING_TRY_CALL;
        c->on = server;
        return true;
    }
    message_move(client, server);
    model.threads[server].regs[0] = model.caps[cap].badge;
    connect(client, server, DOING_CALL);
    return true;
}

void model_call(void)
{
    u32 client = model.current;

    if (!model_try_call(client)) {
        return;
    }
    if (model.threads[client].doing == DOING_CALL) {
        model.current = model.threads[client].on; /* on the caller's time */
    } else {
        model.choose = true;
    }
}

static void refuse(u32 err)
{
    model.threads[model.current].regs[0] = err;
    model.threads[model.current].regs[1] = THIMBLE_TAG_ERROR;
}

static void receive(u32 server)
{
    model.threads[server].caller = MODEL_IDLE;
    model.threads[server].doing = DOING_RECEIVE;
}

/* The handler's answer: word 0 says what becomes of the thread. */
static void fault_answer(u32 thread, const u32 *words)
{
    struct model_thread *t = &model.threads[thread];

    if (words[0] != THIMBLE_FAULT_RETRY && words[0] != THIMBLE_FAULT_SKIP &&
        (t->vcpu == MODEL_NONE || words[0] != THIMBLE_EXIT_UNDEF)) {
        model_thread_stop(thread);
        (void)model_signal_slot(t->cell, t->health);
        return;
    }
    t->doing = DOING_RUN;
    if (t->vcpu != MODEL_NONE) {
        /* What else becomes of the instruction is the machine's. */
        if (words[0] == THIMBLE_FAULT_SKIP &&
            (t->fault_kind == THIMBLE_EXIT_HVC || t->fault_kind == THIMBLE_EXIT_SMC)) {
            memcpy(t->regs, &words[1], 4U * sizeof(u32));
            t->junk &= ~0xfU;
        }
        t->fault_kind = 0;
        return;
    }
    t->fault_kind = 0;
    t->fault_action = words[0];
    t->fault_value = words[1];
}

void model_reply_recv(void)
{
    u32 server = model.current;
    struct model_thread *s = &model.threads[server];
    u32 client = s->caller;
    struct model_thread *c = &model.threads[client];

    if (s->sc != MODEL_NONE) {
        refuse(THIMBLE_ERR_ACTIVE);
        return;
    }
    if (!tag_valid(s->regs[1])) {
        refuse(THIMBLE_ERR_TAG);
        return;
    }
    if (length_of(s->regs[1]) > THIMBLE_REGISTER_WORDS && s->buffer == 0) {
        refuse(THIMBLE_ERR_BUFFER);
        return;
    }
    /* Without a caller, or on somebody else's time, who runs next is open. */
    model.choose = client == MODEL_IDLE || model.helping;
    if (client != MODEL_IDLE && c->doing == DOING_CALL) {
        message_move(server, client);
        c->regs[0] = THIMBLE_OK;
        c->doing = DOING_RUN;
        model.current = client;
    } else if (client != MODEL_IDLE) {
        fault_answer(client, &s->regs[2]);
        model.current = client; /* likewise, unless it is stopped: chosen anew, then */
    }
    receive(server);
}

void model_recv(void)
{
    const struct model_thread *s = &model.threads[model.current];

    if (s->sc != MODEL_NONE) {
        refuse(THIMBLE_ERR_ACTIVE);
    } else if (s->caller != MODEL_IDLE) {
        refuse(THIMBLE_ERR_CALLER);
    } else {
        receive(model.current);
        model.choose = true;
    }
}

/* ---- faults --------------------------------------------------------------*/

/* The handler of a thread, if there is one that it may call now. */
static u32 fault_handler(const struct model_thread *t, u32 *cap)
{
    if (model_look_up(t->cell, t->handler, THIMBLE_CAP_THREAD, THIMBLE_RIGHT_CALL, cap) !=
        THIMBLE_OK) {
        return MODEL_NONE;
    }
    const struct model_thread *h = &model.threads[model.caps[*cap].object];
    bool above = t->sc != MODEL_NONE || h->level < t->level;
    if (h->sc != MODEL_NONE || !above || h->doing == DOING_STOPPED) {
        return MODEL_NONE;
    }
    return model.caps[*cap].object;
}

/* The fault of `thread`, as recorded. False: it has no handler, and is stopped, or will be. */
bool model_try_fault(u32 thread)
{
    struct model_thread *t = &model.threads[thread];
    u32 cap;
    u32 handler = fault_handler(t, &cap);

    /* Active, it is stopped when its turn comes again. */
    if (t->doing == DOING_FAIL || (handler == MODEL_NONE && t->sc == MODEL_NONE)) {
        model_thread_stop(thread);
        (void)model_signal_slot(t->cell, t->health);
        return false;
    }
    if (handler == MODEL_NONE) {
        t->doing = DOING_FAIL;
        return false;
    }
    struct model_thread *h = &model.threads[handler];
    if (h->doing != DOING_RECEIVE) {
        t->doing = DOING_TRY_FAULT;
        t->on = handler;
        return true;
    }
    u32 message[8] = {model.caps[cap].badge, THIMBLE_TAG(THIMBLE_LABEL_FAULT, 4U),
                      t->fault_kind,         t->fault_address,
                      t->fault_access,       t->fault_pc,
                      0,                     0};
    memcpy(h->regs, message, sizeof(message));
    if (t->vcpu != MODEL_NONE) {
        h->regs[1] = THIMBLE_TAG(THIMBLE_LABEL_EXIT, 6U);
        memcpy(&h->regs[3], model.vcpus[t->vcpu].exit, 5U * sizeof(u32));
    }
    h->junk = 0;
    connect(thread, handler, DOING_FAULT);
    return true;
}
