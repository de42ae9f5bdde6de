/* SPDX-License-Identifier: BSD-2-Clause */
/* port.h in a cell. */
#include "port.h"

#include "uart_port.h"

/* Until user/lib/thimble.h has them. */
#define VCPU_START 21U
#define VCPU_INJECT 22U
#define VCPU_BIND 23U

uint32_t port_vcpu_start(uint32_t vcpu, uint32_t pc, const uint32_t *r)
{
    uint32_t x[THIMBLE_REGISTERS] = {vcpu, pc, r[0], r[1], r[2], r[3]};

    thimble_trap(VCPU_START, 6, 1, x);
    return x[0];
}

uint32_t port_vcpu_inject(uint32_t vcpu, uint32_t line, uint32_t how)
{
    uint32_t x[THIMBLE_REGISTERS] = {vcpu, line, how};

    thimble_trap(VCPU_INJECT, 3, 1, x);
    return x[0];
}

uint32_t port_vcpu_ask(uint32_t vcpu, uint32_t *lines)
{
    uint32_t x[THIMBLE_REGISTERS] = {vcpu, 0, THIMBLE_LINE_ASK};

    thimble_trap(VCPU_INJECT, 3, 5, x);
    for (uint32_t i = 0; i < 4U; i++) {
        lines[i] = x[1U + i];
    }
    return x[0];
}

uint32_t port_vcpu_bind(uint32_t vcpu, uint32_t object, uint32_t line, uint32_t how)
{
    uint32_t x[THIMBLE_REGISTERS] = {vcpu, object, line, how};

    thimble_trap(VCPU_BIND, 4, 1, x);
    return x[0];
}

uint32_t port_vcpu_stop(uint32_t vcpu)
{
    return thimble_thread_stop(vcpu);
}

uint32_t port_cache(uint32_t region, uint32_t offset, uint32_t bytes, uint32_t operation)
{
    return thimble_cache_maintain(region, offset, bytes, operation);
}

uint32_t port_signal(uint32_t slot)
{
    return thimble_signal(slot);
}

uint32_t port_call(uint32_t slot, struct message *m)
{
    return thimble_call(slot, m);
}

uint32_t port_irq_ack(uint32_t irq)
{
    return thimble_irq_ack(irq);
}

uint32_t port_irq_bind(uint32_t irq, uint32_t notification)
{
    return thimble_irq_bind(irq, notification);
}

uint8_t *port_memory(uint32_t at)
{
    return (uint8_t *)(uintptr_t)at; /* NOLINT(performance-no-int-to-ptr): an address is one */
}

void port_uart_start(uint32_t base, uint32_t events)
{
    uart_start(base, events);
}

void port_uart_events(uint32_t base, uint32_t events)
{
    uart_events(base, events);
}

int port_uart_send(uint32_t base, uint32_t *room, uint32_t c)
{
    return uart_send(base, room, c);
}

int port_uart_receive(uint32_t base)
{
    return uart_receive(base);
}

void port_uart_acknowledge(uint32_t base)
{
    uart_acknowledge(base);
}
