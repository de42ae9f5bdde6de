/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The UART's driver: a passive thread that serves calls, and an active one that waits for
 * the UART's interrupt and then calls the first like any client. It has two clients, the
 * VMM and control. Control's lines come out whole, and before what the VMM has waiting;
 * so whatever a VM writes, and however much, they come out.
 */
#include "memory.h"
#include "rt.h"
#include "serial_call.h"
#include "thimble.h"
#include "uart_port.h"

#define CLIENTS 2U
#define QUEUE 256U /* power of two */
/* Characters that one call brings to the UART, so that no call takes long. */
#define MOVE_MOST 32U

/* Free-running numbers: of characters ever put in and taken out. */
struct queue {
    uint32_t put;
    uint32_t taken;
    uint8_t at[QUEUE];
};

struct client {
    struct queue in;
    struct queue out;
    uint32_t waits; /* for input, or for room */
};

/* All that the driver knows. It lives on the service thread's stack. */
struct line {
    struct client client[CLIENTS];
    uint32_t lines;   /* of control, ended and not yet sent */
    uint32_t column;  /* where the VMM's line was left: not 0, then it is ended first */
    uint32_t escaped; /* the next character is control's */
};

static uint32_t queue_count(const struct queue *q)
{
    return q->put - q->taken;
}

static void queue_put(struct queue *q, uint32_t c)
{
    if (queue_count(q) < QUEUE) {
        q->at[q->put++ % QUEUE] = (uint8_t)c;
    }
}

static void input(struct line *line, uint32_t c)
{
    if (line->escaped) {
        line->escaped = 0;
        queue_put(&line->client[LINE_CONTROL].in, c);
    } else if (c == LINE_ESCAPE) {
        line->escaped = 1;
    } else {
        queue_put(&line->client[LINE_VMM].in, c);
    }
}

/* Sends the queue's next character; false: there is none, or no room. */
static uint32_t send_next(struct queue *q, uint32_t *room, uint32_t *sent)
{
    if (queue_count(q) == 0) {
        return 0;
    }
    *sent = q->at[q->taken % QUEUE];
    if (!uart_send(LINE_UART_AT, room, *sent)) {
        return 0;
    }
    q->taken++;
    return 1;
}

/* A character of control's line, or of what ends the VMM's before it. */
static uint32_t send_control(struct line *line, uint32_t *room)
{
    uint32_t c;

    if (line->column != 0) {
        c = line->column == UINT32_MAX ? '\n' : '\r';
        if (!uart_send(LINE_UART_AT, room, c)) {
            return 0;
        }
        line->column = c == '\r' ? UINT32_MAX : 0;
        return 1;
    }
    if (!send_next(&line->client[LINE_CONTROL].out, room, &c)) {
        return 0;
    }
    line->lines -= c == '\n';
    return 1;
}

static uint32_t send_vmm(struct line *line, uint32_t *room)
{
    uint32_t c;

    if (!send_next(&line->client[LINE_VMM].out, room, &c)) {
        return 0;
    }
    line->column = c == '\n' ? 0 : 1;
    return 1;
}

static uint32_t moved(const struct client *c)
{
    return c->in.put + c->out.taken;
}

/* Tells a client that it may come back. */
static void tell(struct client *c, uint32_t before, uint32_t slot)
{
    if (c->waits && moved(c) != before) {
        c->waits = 0;
        (void)thimble_signal(slot);
    }
}

/* Moves characters between UART and queues, as many as go. */
static void pump(struct line *line)
{
    uint32_t vmm = moved(&line->client[LINE_VMM]);
    uint32_t control = moved(&line->client[LINE_CONTROL]);
    uint32_t room = 0;
    uint32_t goes = 1;
    int c = 0;

    uart_acknowledge(LINE_UART_AT);
    for (uint32_t i = 0; i < MOVE_MOST && c >= 0; i++) {
        c = uart_receive(LINE_UART_AT);
        if (c >= 0) {
            input(line, (uint32_t)c);
        }
    }
    for (uint32_t i = 0; i < 2U * QUEUE && goes; i++) {
        goes = line->lines != 0 ? send_control(line, &room) : send_vmm(line, &room);
    }
    tell(&line->client[LINE_VMM], vmm, LINE_SLOT_VMM);
    tell(&line->client[LINE_CONTROL], control, LINE_SLOT_CONTROL);
}

static struct message line_write(struct line *line, const struct message *m, uint32_t badge)
{
    struct client *client = &line->client[badge];
    uint32_t count = m->word[0];
    uint32_t taken = 0;

    if (count > SERIAL_MOST) {
        return (struct message){.tag = THIMBLE_TAG(SERIAL_REFUSED, 0)};
    }
    while (taken < count && queue_count(&client->out) < QUEUE) {
        uint32_t c = serial_get(m->word, taken);
        queue_put(&client->out, c);
        line->lines += badge == LINE_CONTROL && c == '\n';
        taken++;
    }
    client->waits |= taken < count;
    return (struct message){.tag = THIMBLE_TAG(SERIAL_DONE, 1), .word = {taken}};
}

static struct message line_read(struct client *client)
{
    struct message m = {.tag = THIMBLE_TAG(SERIAL_DONE, THIMBLE_REGISTER_WORDS)};

    while (m.word[0] < SERIAL_MOST && queue_count(&client->in) != 0) {
        serial_put(m.word, m.word[0]++, client->in.at[client->in.taken++ % QUEUE]);
    }
    client->waits |= m.word[0] == 0;
    return m;
}

static struct message answer(struct line *line, const struct message *m, uint32_t badge)
{
    uint32_t label = m->tag & THIMBLE_TAG_LABEL;

    if (label == SERIAL_PUMP && badge == LINE_SELF) {
        return (struct message){.tag = THIMBLE_TAG(SERIAL_DONE, 0)};
    }
    if (badge < CLIENTS && label == SERIAL_WRITE) {
        return line_write(line, m, badge);
    }
    if (badge < CLIENTS && label == SERIAL_READ) {
        return line_read(&line->client[badge]);
    }
    return (struct message){.tag = THIMBLE_TAG(SERIAL_REFUSED, 0)};
}

static void serve(void)
{
    struct line line = {.client = {{.waits = 1}, {.waits = 1}}};
    struct message m;
    uint32_t badge = thimble_first(&m);

    uart_start(LINE_UART_AT, UART_INPUT | UART_ROOM);
    for (;;) {
        m = answer(&line, &m, badge);
        pump(&line);
        badge = thimble_reply_recv(&m);
    }
}

static void watch(void)
{
    uint32_t bits;

    (void)thimble_irq_bind(LINE_SLOT_IRQ, LINE_SLOT_INTERRUPT);
    for (;;) {
        struct message m = {.tag = THIMBLE_TAG(SERIAL_PUMP, 0)};
        (void)thimble_call(LINE_SLOT_SERVICE, &m);
        (void)thimble_irq_ack(LINE_SLOT_IRQ);
        (void)thimble_wait(LINE_SLOT_INTERRUPT, THIMBLE_NEVER, &bits);
    }
}

PROGRAM(line)
{
    /* A passive thread's registers hold its first call: it has no argument. */
    if (argument == LINE_WATCH) {
        watch();
    } else {
        serve();
    }
}
