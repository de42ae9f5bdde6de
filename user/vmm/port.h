/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * All that the VMM asks of the hypervisor and of the hardware. vmm_port.c does it in a
 * cell; the tests have their own, which write down what was asked.
 */
#ifndef USER_VMM_PORT_H
#define USER_VMM_PORT_H

#include <stdint.h>

#include "thimble.h"

/* How a line is injected (and bound): bits 7:3 are its priority. */
#define PORT_LEVEL (1U << 8)
#define PORT_HIGH (1U << 9)
#define PORT_URGENT (1U << 10)
/* Low: and it is not active any more. */
#define PORT_END (1U << 12)
#define PORT_UNBIND 0xffffffffU

/* The hypercalls vcpu_start, vcpu_inject, vcpu_bind, thread_stop. */
uint32_t port_vcpu_start(uint32_t vcpu, uint32_t pc, const uint32_t *r);
uint32_t port_vcpu_inject(uint32_t vcpu, uint32_t line, uint32_t how);
/* Lines that are pending, two words, then those that are active. */
uint32_t port_vcpu_ask(uint32_t vcpu, uint32_t *lines);
uint32_t port_vcpu_bind(uint32_t vcpu, uint32_t object, uint32_t line, uint32_t how);
uint32_t port_vcpu_stop(uint32_t vcpu);
/* cache_maintain, CLEAN or CLEAN|INVALIDATE. */
uint32_t port_cache(uint32_t region, uint32_t offset, uint32_t bytes, uint32_t operation);
uint32_t port_signal(uint32_t slot);
uint32_t port_call(uint32_t slot, struct message *m);
uint32_t port_irq_ack(uint32_t irq);
uint32_t port_irq_bind(uint32_t irq, uint32_t notification);

/* Memory of the VMM's cell. The caller knows that it is there. */
uint8_t *port_memory(uint32_t at);

/* uart_port.h. */
void port_uart_start(uint32_t base, uint32_t events);
void port_uart_events(uint32_t base, uint32_t events);
int port_uart_send(uint32_t base, uint32_t *room, uint32_t c);
int port_uart_receive(uint32_t base);
void port_uart_acknowledge(uint32_t base);

#endif
