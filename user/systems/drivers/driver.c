/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The UART driver: a passive thread that serves calls, and an active one that
 * waits for interrupts and then calls the first like any client. So one thread
 * alone has the device and the queue, and no lock is needed.
 *
 * It crashes from time to time, on purpose. What it has taken over survives:
 * the queue lies in a region of its own, which a restart leaves as it is, and
 * changes in one step, by a note of what is to be done (a redo log).
 */
#include "console.h"
#include "driver.h"
#include "memory.h"
#include "self.h"
#include "thimble.h"
#include "time.h"
#include "uart_port.h"
#include "xorshift.h"

/* The queue's memory: words, then characters. */
#define MAGIC (DRIVER_QUEUE_AT + 0U)
#define PUT (DRIVER_QUEUE_AT + 4U)  /* characters ever put in, */
#define SENT (DRIVER_QUEUE_AT + 8U) /* and ever sent */
#define RANDOM (DRIVER_QUEUE_AT + 12U)
#define NOTE (DRIVER_QUEUE_AT + 16U) /* 1: the next three are to be done */
#define NOTE_PUT (DRIVER_QUEUE_AT + 20U)
#define NOTE_CLIENT (DRIVER_QUEUE_AT + 24U)
#define NOTE_NUMBER (DRIVER_QUEUE_AT + 28U)
#define NUMBERS (DRIVER_QUEUE_AT + 32U) /* of each client's last line */
#define CHARACTERS (DRIVER_QUEUE_AT + 256U)
#define QUEUE_SIZE 1024U
#define MAGIC_VALUE 0x51554555U

/* Nothing is mapped there, and no handler answers: this thread is stopped. */
#define WILD 0xdead0000U
#define CRASH_ONE_IN 150U

static void perhaps_crash(void)
{
    uint32_t random = thimble_read32(RANDOM);

    (void)random_next(&random);
    thimble_write32(RANDOM, random);
    if (random % CRASH_ONE_IN == 0) {
        thimble_write32(WILD, random);
    }
}

/* Does what has been noted; harmless if done twice. */
static void redo(void)
{
    uint32_t put = thimble_read32(NOTE_PUT);
    uint32_t client = thimble_read32(NOTE_CLIENT);
    uint32_t number = thimble_read32(NOTE_NUMBER);

    thimble_write32(PUT, put);
    perhaps_crash();
    thimble_write32(NUMBERS + 4U * client, number);
    thimble_write32(NOTE, 0);
}

static void recover(void)
{
    if (thimble_read32(MAGIC) != MAGIC_VALUE) {
        /* The first life: the memory is zero, as the queue should be. */
        thimble_write32(RANDOM, thimble_seed() | 1U);
        thimble_write32(MAGIC, MAGIC_VALUE);
    }
    if (thimble_read32(NOTE) != 0) {
        redo();
    }
    uart_start(DRIVER_UART_AT, UART_ROOM);
}

/* Fills the UART's FIFO. Nothing crashes between a character and its count:
 * what a device has been given cannot be taken back. */
static void pump(void)
{
    uint32_t put = thimble_read32(PUT);
    uint32_t sent = thimble_read32(SENT);
    uint32_t room = 0;

    uart_acknowledge(DRIVER_UART_AT);
    while (sent != put) {
        uint32_t c = thimble_read8(CHARACTERS + sent % QUEUE_SIZE);
        if (!uart_send(DRIVER_UART_AT, &room, c)) {
            break;
        }
        sent++;
        thimble_write32(SENT, sent);
    }
}

static uint32_t message_word(const struct message *m, uint32_t i)
{
    return i < THIMBLE_REGISTER_WORDS ? m->word[i] : thimble_read32(thimble_buffer() + 4U * i);
}

static uint32_t line(const struct message *m, uint32_t client)
{
    uint32_t number = m->word[0];
    uint32_t length = m->word[1];
    uint32_t words = (m->tag & THIMBLE_TAG_LENGTH) >> THIMBLE_TAG_LENGTH_SHIFT;
    uint32_t put = thimble_read32(PUT);
    uint32_t sent = thimble_read32(SENT);

    if (client == 0 || client >= CONSOLE_CLIENTS || length == 0 || length > CONSOLE_LENGTH ||
        words != 2U + (length + 3U) / 4U) {
        return CONSOLE_REFUSED;
    }
    if (thimble_read32(NUMBERS + 4U * client) == number) {
        return CONSOLE_DONE; /* already: only its answer was lost */
    }
    if (QUEUE_SIZE - (put - sent) < length) {
        return CONSOLE_FULL;
    }
    for (uint32_t i = 0; i < length; i++) {
        uint32_t word = message_word(m, 2U + i / 4U);
        thimble_write8(CHARACTERS + (put + i) % QUEUE_SIZE, (uint8_t)(word >> 8U * (i % 4U)));
    }
    perhaps_crash();
    thimble_write32(NOTE_PUT, put + length);
    thimble_write32(NOTE_CLIENT, client);
    thimble_write32(NOTE_NUMBER, number);
    thimble_write32(NOTE, 1);
    perhaps_crash();
    redo();
    return CONSOLE_DONE;
}

static void serve(void)
{
    struct message m;
    uint32_t badge = thimble_first(&m);

    recover();
    for (;;) {
        uint32_t label = CONSOLE_REFUSED;
        perhaps_crash();
        if ((m.tag & THIMBLE_TAG_LABEL) == CONSOLE_LINE) {
            label = line(&m, badge);
        } else if (badge == 0) {
            label = CONSOLE_DONE;
        }
        pump();
        m = (struct message){.tag = THIMBLE_TAG(label, 0)};
        badge = thimble_reply_recv(&m);
    }
}

/* If the service is dead, so is this thread soon: the watchdog restarts all. */
static void watch(void)
{
    uint32_t bits;

    (void)thimble_irq_bind(DRIVER_SLOT_IRQ, DRIVER_SLOT_EVENT);
    for (;;) {
        struct message m = {.tag = THIMBLE_TAG(CONSOLE_PUMP, 0)};
        (void)thimble_call(DRIVER_SLOT_SERVICE, &m);
        (void)thimble_irq_ack(DRIVER_SLOT_IRQ);
        (void)thimble_wait(DRIVER_SLOT_EVENT, THIMBLE_NEVER, &bits);
        perhaps_crash();
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
