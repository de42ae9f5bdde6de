/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The serial line's driver: a passive thread that serves calls, and an active one
 * that waits for the UART's interrupt and then calls the first like any client. So
 * one thread alone touches the UART and the queues, and no lock is needed.
 */
#include "driver.h"
#include "memory.h"
#include "serial.h"
#include "thimble.h"
#include "uart_port.h"

#define QUEUE 256U /* power of two */

/* Free-running numbers: of characters ever put in and taken out. */
struct queue {
    uint32_t put;
    uint32_t taken;
    uint8_t at[QUEUE];
};

/* All that the driver knows. It lives on the service thread's stack. */
struct line {
    struct queue in;
    struct queue out;
    uint32_t client_waits; /* for input, or for room */
    uint32_t closed;
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

/* Moves characters between UART and queues, as many as go; tells the client. */
static void pump(struct line *line)
{
    uint32_t moved = line->in.put + line->out.taken;
    uint32_t room = 0;
    int c;

    uart_acknowledge(DRIVER_UART_AT);
    while ((c = uart_receive(DRIVER_UART_AT)) >= 0) {
        /* Enter is CR on a real line, and LF to programs. */
        queue_put(&line->in, c == '\r' ? '\n' : (uint32_t)c);
    }
    while (queue_count(&line->out) != 0 &&
           uart_send(DRIVER_UART_AT, &room, line->out.at[line->out.taken % QUEUE])) {
        line->out.taken++;
    }
    if (line->closed && queue_count(&line->out) == 0) {
        uart_events(DRIVER_UART_AT, 0);
    }
    if (line->client_waits && line->in.put + line->out.taken != moved) {
        line->client_waits = 0;
        (void)thimble_signal(DRIVER_SLOT_CLIENT);
    }
}

static struct message line_write(struct line *line, const struct message *m)
{
    uint32_t count = m->word[0];
    uint32_t taken = 0;

    if (count > SERIAL_MOST || line->closed) {
        return (struct message){.tag = THIMBLE_TAG(SERIAL_REFUSED, 0)};
    }
    while (taken < count && queue_count(&line->out) < QUEUE) {
        queue_put(&line->out, serial_get(m->word, taken));
        taken++;
    }
    line->client_waits |= taken < count;
    return (struct message){.tag = THIMBLE_TAG(SERIAL_DONE, 1), .word = {taken}};
}

static struct message line_read(struct line *line)
{
    struct message m = {.tag = THIMBLE_TAG(SERIAL_DONE, THIMBLE_REGISTER_WORDS)};

    while (m.word[0] < SERIAL_MOST && queue_count(&line->in) != 0) {
        serial_put(m.word, m.word[0]++, line->in.at[line->in.taken++ % QUEUE]);
    }
    line->client_waits |= m.word[0] == 0;
    return m;
}

static struct message answer(struct line *line, const struct message *m, uint32_t badge)
{
    uint32_t label = m->tag & THIMBLE_TAG_LABEL;

    if (label == SERIAL_PUMP && badge == SERIAL_SELF) {
        return (struct message){.tag = THIMBLE_TAG(SERIAL_DONE, 0)};
    }
    if (label == SERIAL_WRITE) {
        return line_write(line, m);
    }
    if (label == SERIAL_READ) {
        return line_read(line);
    }
    if (label == SERIAL_CLOSE) {
        line->closed = 1;
        return (struct message){.tag = THIMBLE_TAG(SERIAL_DONE, 0)};
    }
    return (struct message){.tag = THIMBLE_TAG(SERIAL_REFUSED, 0)};
}

static void serve(void)
{
    struct line line = {.closed = 0};
    struct message m;
    uint32_t badge = thimble_first(&m);

    uart_start(DRIVER_UART_AT, UART_INPUT | UART_ROOM);
    for (;;) {
        m = answer(&line, &m, badge);
        pump(&line);
        badge = thimble_reply_recv(&m);
    }
}

static void watch(void)
{
    uint32_t bits;

    (void)thimble_irq_bind(DRIVER_SLOT_IRQ, DRIVER_SLOT_INTERRUPT);
    for (;;) {
        struct message m = {.tag = THIMBLE_TAG(SERIAL_PUMP, 0)};
        (void)thimble_call(DRIVER_SLOT_SERVICE, &m);
        (void)thimble_irq_ack(DRIVER_SLOT_IRQ);
        (void)thimble_wait(DRIVER_SLOT_INTERRUPT, THIMBLE_NEVER, &bits);
    }
}

PROGRAM(driver)
{
    /* A passive thread's registers hold its first call: it has no argument. */
    if (argument == DRIVER_WATCH) {
        watch();
    } else {
        serve();
    }
}
