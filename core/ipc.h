/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IPC: call, reply_recv, recv. Synchronous and unbuffered; a call lends the
 * caller's time to the server, the reply hands it back.
 */
#ifndef CORE_IPC_H
#define CORE_IPC_H

#include "types.h"

struct cpu;

/* Kernel entries for the three hypercalls: fast path first. */
void ipc_call(struct cpu *cpu);
void ipc_reply_recv(struct cpu *cpu);
void ipc_recv(struct cpu *cpu);

/* Tries the call of a THREAD_PENDING_CALL thread again. Returns the server if
 * it has the call now or is still busy (the thread's state tells), NONE if the
 * call has ended with an error and the thread is ready. */
u32 ipc_retry(struct cpu *cpu, u32 client);
/* `server` takes the call of `client`, with the reply key that fits: both sides
 * but for the message. */
void ipc_connect(struct cpu *cpu, u32 client, u32 server, u32 reply_key);

#endif
