/* SPDX-License-Identifier: BSD-2-Clause */
/* What the descriptions of systems with VMs have in common: one VMM for all of them,
 * cell "vmm", which has the board's UART. VMs are numbered from 0. */
#ifndef USER_DESCRIBE_VM_H
#define USER_DESCRIBE_VM_H

#include "system.h"

#include "vmm/config.h"

#define RW (ACCESS_READ | ACCESS_WRITE)

/* In a guest's space. */
#define VM_RAM_AT 0x40000000U
#define VM_GICC_AT 0x08010000U

/* In a VM's cell. */
#define VM_SLOT_VMM 1
#define VM_SLOT_HEALTH 2
#define VM_CAPS(number)                                                              \
    {.slot = VM_SLOT_VMM, .thread = "vmm.service", .rights = THIMBLE_RIGHT_CALL,     \
     .badge = (number)},                                                             \
    {.slot = VM_SLOT_HEALTH, .notification = "events", .rights = THIMBLE_RIGHT_SIGNAL, \
     .badge = VMM_EVENT_VM(number)}
#define VM_THREAD(its_priority)                                               \
    .name = "vcpu", .priority = (its_priority), .fault_handler = VM_SLOT_VMM, \
    .health = VM_SLOT_HEALTH, .vfp = true
#define VM_REGIONS(its_name, its_size) VM_REGIONS_AT(its_name, its_size, VM_RAM_AT)
#define VM_REGIONS_AT(its_name, its_size, its_place)                                         \
    {.name = "ram", .at = {its_place}, .size = (its_size), .access = RW | ACCESS_EXECUTE,    \
     .shared = its_name "-ram"},                                                             \
    {.name = "gicc", .at = {VM_GICC_AT}, .access = RW, .memory = MEMORY_DEVICE,              \
     .device = "gicv"}

/* In the VMM's cell. Slots 1 to 9 are these, and 10 and 11 are VM 0's, and so on. */
#define VMM_SLOT_SERVICE 1
#define VMM_SLOT_EVENTS 2
#define VMM_SLOT_WORK 3
#define VMM_SLOT_CONSOLE 4
#define VMM_SLOT_IRQ 5
#define VMM_SLOT_OTHER 6 /* to 9: free */
#define VMM_SLOT_VM(number) (10 + 2 * (number))
#define VMM_CAPS                                                                          \
    {.slot = VMM_SLOT_SERVICE, .thread = "vmm.service", .rights = THIMBLE_RIGHT_CALL,     \
     .badge = VMM_BADGE_EVENTS},                                                          \
    {.slot = VMM_SLOT_EVENTS, .notification = "events", .rights = THIMBLE_RIGHT_WAIT},    \
    {.slot = VMM_SLOT_WORK, .notification = "events", .rights = THIMBLE_RIGHT_SIGNAL,     \
     .badge = VMM_EVENT_WORK}
#define VMM_UART_CAPS                                                                     \
    {.slot = VMM_SLOT_CONSOLE, .notification = "events", .rights = THIMBLE_RIGHT_SIGNAL,  \
     .badge = VMM_EVENT_CONSOLE},                                                         \
    {.slot = VMM_SLOT_IRQ, .irq = "uart", .rights = THIMBLE_RIGHT_HANDLE}
#define VMM_VM_CAPS(number, its_name)                                                     \
    {.slot = VMM_SLOT_VM(number), .thread = its_name ".vcpu", .rights = THIMBLE_RIGHT_CONTROL}, \
    {.slot = VMM_SLOT_VM(number) + 1, .region = its_name "-ram", .rights = RW}

/* What is small is in the block of 2 MiB that the program is in, behind it; the rest is in
 * blocks: one page of tables for all of it. */
#define VMM_AT(offset) {VMM_CONFIG_AT + (offset)}
#define VMM_REGIONS                                                                       \
    {.name = "config", .at = VMM_AT(0), .access = ACCESS_READ, .config = true},           \
    {.name = "state", .at = VMM_AT(0x20000U), .size = VMM_STATE_BYTES, .access = RW}
#define VMM_UART_REGION                                                                   \
    {.name = "uart", .at = VMM_AT(0x10000U), .access = RW, .memory = MEMORY_DEVICE,       \
     .device = "uart0"}
/* Each VM's RAM, of up to 64 MiB, is at an address of its own. */
#define VMM_RAM_AT(number) (0x14000000U + (number) * 0x04000000U)
#define VMM_VM_REGIONS(number, its_name, its_size)                                        \
    {.name = its_name "-tree", .at = VMM_AT(0x30000U + 0x4000U * (number)),               \
     .access = ACCESS_READ, .tree = its_name},                                            \
    {.name = its_name "-ram", .at = {VMM_RAM_AT(number)}, .size = (its_size), \
     .access = RW, .shared = its_name "-ram"}
#define VMM_LINUX_REGIONS                                                                 \
    {.name = "initrd", .at = {0x10200000U}, .size = 2U * MIB, .access = ACCESS_READ,      \
     .file = "initrd"},                                                                   \
    {.name = "kernel", .at = {0x10400000U}, .size = 6U * MIB, .access = ACCESS_READ,      \
     .file = "zImage"}

/* The events thread: console, health, restarts. More urgent than every VM without a budget, or
 * one that spins could not be stopped; less urgent than what has deadlines. With a budget: its
 * work is small, but how often it comes, VMs and the console's other end decide. */
#define VMM_PRIORITY 110
#define VMM_BUDGET_US 200
#define VMM_PERIOD_US 2000
#define VMM_THREADS VMM_THREADS_AT(VMM_PRIORITY, VMM_BUDGET_US, VMM_PERIOD_US)
#define VMM_THREADS_AT(its_priority, its_budget_us, its_period_us)                         \
    (const struct system_thread[])                                                         \
    {                                                                                      \
        {.name = "service", .passive = true, .level = 6},                                  \
        {.name = "events", .priority = (its_priority), .budget_us = (its_budget_us),       \
         .period_us = (its_period_us), .argument = VMM_ARGUMENT_EVENTS},                   \
        {                                                                                  \
            0                                                                              \
        }                                                                                  \
    }
#define VMM_CELL VMM_CELL_AT(VMM_PRIORITY, VMM_BUDGET_US, VMM_PERIOD_US)
#define VMM_CELL_AT(its_priority, its_budget_us, its_period_us)                            \
    .name = "vmm", .program = "vmm", .memory = 128 * KIB,                                  \
    .threads = VMM_THREADS_AT(its_priority, its_budget_us, its_period_us)

#endif
