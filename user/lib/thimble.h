/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The hypercalls as C functions; core/abi.h says what each does and returns.
 * Inline, so that message words go straight between the program's variables
 * and registers.
 */
#ifndef USER_THIMBLE_H
#define USER_THIMBLE_H

#include <stdint.h>

#include "abi.h"
#include "thimble_program.h"
#include "thimble_trap.h"

/* A message of up to six words. */
struct message {
    uint32_t tag;
    uint32_t word[THIMBLE_REGISTER_WORDS];
};

/* Up to eight registers in and out: see thimble_trap.h of the machine. */
static inline __attribute__((always_inline)) uint32_t message_trap(uint32_t number, uint32_t first,
                                                                   struct message *m)
{
    uint32_t r[THIMBLE_REGISTERS] = {first,      m->tag,     m->word[0], m->word[1],
                                     m->word[2], m->word[3], m->word[4], m->word[5]};

    thimble_trap(number, THIMBLE_REGISTERS, THIMBLE_REGISTERS, r);
    *m = (struct message){.tag = r[1], .word = {r[2], r[3], r[4], r[5], r[6], r[7]}};
    return r[0];
}

/* Sends *m to the server behind `slot`; *m is its answer if the status is
 * THIMBLE_OK. */
static inline uint32_t thimble_call(uint32_t slot, struct message *m)
{
    return message_trap(THIMBLE_CALL, slot, m);
}

/* A passive thread starts with its first call: that message, and its badge.
 * Must come before any other hypercall or helper. */
static inline uint32_t thimble_first(struct message *m)
{
    const uint32_t *r = thimble_first_registers();

    *m = (struct message){.tag = r[1], .word = {r[2], r[3], r[4], r[5], r[6], r[7]}};
    return r[0];
}

/* Answers with *m; *m is the next call then. Returns its badge, or an error if
 * m->tag has THIMBLE_TAG_ERROR. */
static inline uint32_t thimble_reply_recv(struct message *m)
{
    return message_trap(THIMBLE_REPLY_RECV, 0, m);
}

static inline uint32_t thimble_recv(struct message *m)
{
    return message_trap(THIMBLE_RECV, 0, m);
}

static inline uint32_t thimble_signal(uint32_t slot)
{
    uint32_t r[THIMBLE_REGISTERS] = {slot};

    thimble_trap(THIMBLE_SIGNAL, 1, 1, r);
    return r[0];
}

static inline uint32_t thimble_wait(uint32_t slot, uint64_t deadline, uint32_t *bits)
{
    uint32_t r[THIMBLE_REGISTERS] = {slot, (uint32_t)deadline, (uint32_t)(deadline >> 32)};

    thimble_trap(THIMBLE_WAIT, 3, 2, r);
    *bits = r[1];
    return r[0];
}

static inline uint32_t thimble_poll(uint32_t slot, uint32_t *bits)
{
    uint32_t r[THIMBLE_REGISTERS] = {slot};

    thimble_trap(THIMBLE_POLL, 1, 2, r);
    *bits = r[1];
    return r[0];
}

static inline uint32_t thimble_irq_bind(uint32_t irq, uint32_t notification)
{
    uint32_t r[THIMBLE_REGISTERS] = {irq, notification};

    thimble_trap(THIMBLE_IRQ_BIND, 2, 1, r);
    return r[0];
}

static inline uint32_t thimble_irq_ack(uint32_t irq)
{
    uint32_t r[THIMBLE_REGISTERS] = {irq};

    thimble_trap(THIMBLE_IRQ_ACK, 1, 1, r);
    return r[0];
}

static inline uint32_t thimble_yield(void)
{
    uint32_t r[THIMBLE_REGISTERS] = {0};

    thimble_trap(THIMBLE_YIELD, 0, 1, r);
    return r[0];
}

static inline uint32_t thimble_version(uint32_t *version)
{
    uint32_t r[THIMBLE_REGISTERS] = {0};

    thimble_trap(THIMBLE_VERSION, 0, 2, r);
    *version = r[1];
    return r[0];
}

static inline uint32_t thimble_cap_copy(uint32_t slot, uint32_t target, uint32_t rights,
                                        uint32_t badge)
{
    uint32_t r[THIMBLE_REGISTERS] = {slot, target, rights, badge};

    thimble_trap(THIMBLE_CAP_COPY, 4, 1, r);
    return r[0];
}

static inline uint32_t thimble_cap_move(uint32_t slot, uint32_t target)
{
    uint32_t r[THIMBLE_REGISTERS] = {slot, target};

    thimble_trap(THIMBLE_CAP_MOVE, 2, 1, r);
    return r[0];
}

static inline uint32_t thimble_cap_revoke(uint32_t slot)
{
    uint32_t r[THIMBLE_REGISTERS] = {slot};

    thimble_trap(THIMBLE_CAP_REVOKE, 1, 1, r);
    return r[0];
}

static inline uint32_t thimble_cap_delete(uint32_t slot)
{
    uint32_t r[THIMBLE_REGISTERS] = {slot};

    thimble_trap(THIMBLE_CAP_DELETE, 1, 1, r);
    return r[0];
}

static inline uint32_t thimble_region_derive(uint32_t slot, uint32_t target, uint32_t offset,
                                             uint32_t size, uint32_t access)
{
    uint32_t r[THIMBLE_REGISTERS] = {slot, target, offset, size, access};

    thimble_trap(THIMBLE_REGION_DERIVE, 5, 1, r);
    return r[0];
}

static inline uint32_t thimble_region_map(uint32_t slot, uint32_t address, uint32_t cell)
{
    uint32_t r[THIMBLE_REGISTERS] = {slot, address, cell};

    thimble_trap(THIMBLE_REGION_MAP, 3, 1, r);
    return r[0];
}

static inline uint32_t thimble_region_unmap(uint32_t slot)
{
    uint32_t r[THIMBLE_REGISTERS] = {slot};

    thimble_trap(THIMBLE_REGION_UNMAP, 1, 1, r);
    return r[0];
}

static inline uint32_t thimble_window(uint32_t slot)
{
    uint32_t r[THIMBLE_REGISTERS] = {slot};

    thimble_trap(THIMBLE_WINDOW, 1, 1, r);
    return r[0];
}

static inline uint32_t thimble_thread_stop(uint32_t slot)
{
    uint32_t r[THIMBLE_REGISTERS] = {slot};

    thimble_trap(THIMBLE_THREAD_STOP, 1, 1, r);
    return r[0];
}

static inline uint32_t thimble_cell_restart(uint32_t slot)
{
    uint32_t r[THIMBLE_REGISTERS] = {slot};

    thimble_trap(THIMBLE_CELL_RESTART, 1, 1, r);
    return r[0];
}

static inline uint32_t thimble_cache_maintain(uint32_t slot, uint32_t offset, uint32_t size,
                                              uint32_t operation)
{
    uint32_t r[THIMBLE_REGISTERS] = {slot, offset, size, operation};

    thimble_trap(THIMBLE_CACHE_MAINTAIN, 4, 1, r);
    return r[0];
}

#endif
