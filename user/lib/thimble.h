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

static inline void message_load(const struct message *m)
{
    thimble_registers[1] = m->tag;
    thimble_registers[2] = m->word[0];
    thimble_registers[3] = m->word[1];
    thimble_registers[4] = m->word[2];
    thimble_registers[5] = m->word[3];
    thimble_registers[6] = m->word[4];
    thimble_registers[7] = m->word[5];
}

static inline void message_store(struct message *m)
{
    m->tag = thimble_registers[1];
    m->word[0] = thimble_registers[2];
    m->word[1] = thimble_registers[3];
    m->word[2] = thimble_registers[4];
    m->word[3] = thimble_registers[5];
    m->word[4] = thimble_registers[6];
    m->word[5] = thimble_registers[7];
}

/* Sends *m to the server behind `slot`; *m is its answer if the status is
 * THIMBLE_OK. */
static inline uint32_t thimble_call(uint32_t slot, struct message *m)
{
    message_load(m);
    thimble_registers[0] = slot;
    thimble_trap(THIMBLE_CALL);
    message_store(m);
    return thimble_registers[0];
}

/* A passive thread starts with its first call: that message, and its badge.
 * Must come before any other hypercall or helper. */
static inline uint32_t thimble_first(struct message *m)
{
    message_store(m);
    return thimble_registers[0];
}

/* Answers with *m; *m is the next call then. Returns its badge, or an error if
 * m->tag has THIMBLE_TAG_ERROR. */
static inline uint32_t thimble_reply_recv(struct message *m)
{
    message_load(m);
    thimble_trap(THIMBLE_REPLY_RECV);
    message_store(m);
    return thimble_registers[0];
}

static inline uint32_t thimble_recv(struct message *m)
{
    thimble_trap(THIMBLE_RECV);
    message_store(m);
    return thimble_registers[0];
}

static inline uint32_t thimble_signal(uint32_t slot)
{
    thimble_registers[0] = slot;
    thimble_trap(THIMBLE_SIGNAL);
    return thimble_registers[0];
}

static inline uint32_t thimble_wait(uint32_t slot, uint64_t deadline, uint32_t *bits)
{
    thimble_registers[0] = slot;
    thimble_registers[1] = (uint32_t)deadline;
    thimble_registers[2] = (uint32_t)(deadline >> 32);
    thimble_trap(THIMBLE_WAIT);
    *bits = thimble_registers[1];
    return thimble_registers[0];
}

static inline uint32_t thimble_poll(uint32_t slot, uint32_t *bits)
{
    thimble_registers[0] = slot;
    thimble_trap(THIMBLE_POLL);
    *bits = thimble_registers[1];
    return thimble_registers[0];
}

static inline uint32_t thimble_irq_bind(uint32_t irq, uint32_t notification)
{
    thimble_registers[0] = irq;
    thimble_registers[1] = notification;
    thimble_trap(THIMBLE_IRQ_BIND);
    return thimble_registers[0];
}

static inline uint32_t thimble_irq_ack(uint32_t irq)
{
    thimble_registers[0] = irq;
    thimble_trap(THIMBLE_IRQ_ACK);
    return thimble_registers[0];
}

static inline uint32_t thimble_yield(void)
{
    thimble_trap(THIMBLE_YIELD);
    return thimble_registers[0];
}

static inline uint32_t thimble_version(uint32_t *version)
{
    thimble_trap(THIMBLE_VERSION);
    *version = thimble_registers[1];
    return thimble_registers[0];
}

static inline uint32_t thimble_cap_copy(uint32_t slot, uint32_t target, uint32_t rights,
                                        uint32_t badge)
{
    thimble_registers[0] = slot;
    thimble_registers[1] = target;
    thimble_registers[2] = rights;
    thimble_registers[3] = badge;
    thimble_trap(THIMBLE_CAP_COPY);
    return thimble_registers[0];
}

static inline uint32_t thimble_cap_move(uint32_t slot, uint32_t target)
{
    thimble_registers[0] = slot;
    thimble_registers[1] = target;
    thimble_trap(THIMBLE_CAP_MOVE);
    return thimble_registers[0];
}

static inline uint32_t thimble_cap_revoke(uint32_t slot)
{
    thimble_registers[0] = slot;
    thimble_trap(THIMBLE_CAP_REVOKE);
    return thimble_registers[0];
}

static inline uint32_t thimble_cap_delete(uint32_t slot)
{
    thimble_registers[0] = slot;
    thimble_trap(THIMBLE_CAP_DELETE);
    return thimble_registers[0];
}

static inline uint32_t thimble_region_derive(uint32_t slot, uint32_t target, uint32_t offset,
                                             uint32_t size, uint32_t access)
{
    thimble_registers[0] = slot;
    thimble_registers[1] = target;
    thimble_registers[2] = offset;
    thimble_registers[3] = size;
    thimble_registers[4] = access;
    thimble_trap(THIMBLE_REGION_DERIVE);
    return thimble_registers[0];
}

static inline uint32_t thimble_region_map(uint32_t slot, uint32_t address, uint32_t cell)
{
    thimble_registers[0] = slot;
    thimble_registers[1] = address;
    thimble_registers[2] = cell;
    thimble_trap(THIMBLE_REGION_MAP);
    return thimble_registers[0];
}

static inline uint32_t thimble_region_unmap(uint32_t slot)
{
    thimble_registers[0] = slot;
    thimble_trap(THIMBLE_REGION_UNMAP);
    return thimble_registers[0];
}

static inline uint32_t thimble_window(uint32_t slot)
{
    thimble_registers[0] = slot;
    thimble_trap(THIMBLE_WINDOW);
    return thimble_registers[0];
}

static inline uint32_t thimble_thread_stop(uint32_t slot)
{
    thimble_registers[0] = slot;
    thimble_trap(THIMBLE_THREAD_STOP);
    return thimble_registers[0];
}

static inline uint32_t thimble_cell_restart(uint32_t slot)
{
    thimble_registers[0] = slot;
    thimble_trap(THIMBLE_CELL_RESTART);
    return thimble_registers[0];
}

static inline uint32_t thimble_cache_maintain(uint32_t slot, uint32_t offset, uint32_t size,
                                              uint32_t operation)
{
    thimble_registers[0] = slot;
    thimble_registers[1] = offset;
    thimble_registers[2] = size;
    thimble_registers[3] = operation;
    thimble_trap(THIMBLE_CACHE_MAINTAIN);
    return thimble_registers[0];
}

#endif
