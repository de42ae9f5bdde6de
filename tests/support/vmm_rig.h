/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The VMM of user/vmm over a port that plays hypervisor, UART and driver. Its cell's 4 GiB
 * are reserved and no page is there but what the configuration names: an access outside
 * ends the program. The VMs' RAM is guarded in the same way.
 */
#ifndef TESTS_VMM_RIG_H
#define TESTS_VMM_RIG_H

#include <stdbool.h>
#include <stdint.h>

#include "../../user/vmm/events.h"
#include "../../user/vmm/vmm.h"

#define RIG_RAM_BYTES 0x200000U
#define RIG_RAM_GUEST 0x40000000U
#define RIG_RAM_AT(vm) (0x40000000U + 0x10000000U * (vm))
#define RIG_PAYLOAD_AT 0x20000000U
#define RIG_PAYLOAD_BYTES 0x3003U
#define RIG_DISK_AT 0x30000000U
#define RIG_DISK_BYTES 0x4000U
/* A disk for larger requests: of no device until a test says so. */
#define RIG_LARGE_AT 0x31000000U
#define RIG_LARGE_BYTES 0x80000U
#define RIG_STATE_AT 0x10000000U
#define RIG_UART 0x09000000U
#define RIG_UART_LINE 33U
#define RIG_VIRTIO(i) (0x0a000000U + 0x200U * (i))
#define RIG_VIRTIO_LINE(i) (48U + (i))
#define RIG_IRQ_LINE 40U    /* bound: slot RIG_SLOT_IRQ */
#define RIG_SIGNAL_LINE 41U /* bound: slot RIG_SLOT_SIGNAL */

/* virtios: 0 net, 1 block, 2 console. */
#define RIG_NET 0U
#define RIG_BLOCK 1U
#define RIG_CONSOLE 2U

/* Slots; those of VM i are 32 * i higher. */
#define RIG_SLOT_VCPU 1U
#define RIG_SLOT_RAM 2U
#define RIG_SLOT_IRQ 3U
#define RIG_SLOT_SIGNAL 4U
#define RIG_SLOT_SERVICE 200U
#define RIG_SLOT_EVENTS 201U
#define RIG_SLOT_WORK 202U
#define RIG_SLOT_CONSOLE_IRQ 203U
#define RIG_SLOT_CONSOLE_SIGNAL 204U
#define RIG_SLOT_DRIVER 205U

#define RIG_TEXT 65536U
#define RIG_INPUT 4096U

/* A VM as the hypervisor sees it. */
struct rig_vcpu {
    bool loads; /* it is where nothing is, and makes the loader's steps */
    bool runs;  /* its guest */
    uint32_t starts; /* of its guest */
    uint32_t pc;
    uint32_t r[4];
    uint32_t injected[VMM_LINES]; /* last `how` */
    uint32_t injections[VMM_LINES];
    uint64_t pending; /* as the core has them, a bit a line */
    uint64_t active;
    uint64_t high; /* levels */
    uint32_t bound[VMM_LINES]; /* `how`, or 0 */
    uint32_t bound_slot[VMM_LINES];
};

struct lab {
    struct vmm_config config;
    struct vmm *vmm; /* the page behind it is not there */
    struct rig_vcpu vcpu[VMM_VMS];
    struct events events;
    uint32_t steps; /* exits that the last access made */
    uint32_t loads; /* steps of loaders ever */
    uint32_t exiting; /* the VM whose exit is being served, and 1; 0: none */
    uint64_t now;
    uint64_t next;
    uint32_t bits; /* of the events' notification */
    uint32_t signals; /* of it by the service thread */
    /* The console's other side: how many characters it takes; what it has got; what was
     * typed. */
    uint32_t room;
    bool dead; /* the driver */
    uint64_t shown; /* characters ever */
    uint32_t text_bytes;
    char text[RIG_TEXT];
    uint32_t typed;
    uint32_t read;
    uint8_t input[RIG_INPUT];
    uint32_t uart_events;
    uint32_t uart_starts;
    uint32_t uart_acks;
    uint32_t irq_acks;
    uint32_t irq_binds;
    /* Of all cache maintenance: how often, bytes, last operation. */
    uint32_t cache_calls;
    uint64_t cache_bytes;
    uint32_t cache_operation;
    /* Status that the hypercalls return. */
    uint32_t inject_status;
    uint32_t bind_status;
    uint32_t start_status;
    uint32_t cache_status;
};

extern struct lab lab;

/* A configuration of VMs with all devices, VMs 0 and 1 with a cable between them; nothing
 * runs. To be changed by the test, then: */
void rig_prepare(uint32_t vms);
/* All VMs run. */
void rig_begin(void);
/* The VMM's cell is restarted; the VMs go on. */
void rig_restart(void);
/* One round of the events thread, with what was signalled; one step of each VM that loads;
 * both until nothing is left. */
void rig_events(uint32_t bits);
bool rig_load(void);
void rig_settle(void);

/* A VM's exits: one, or one access, which is as many until it is done. They fail the test if
 * the VM does not go on. */
struct message rig_exit(uint32_t vm, const uint32_t *words);
struct message rig_access(uint32_t vm, uint32_t access, uint32_t address, uint32_t bytes,
                          uint32_t value);
uint32_t rig_read(uint32_t vm, uint32_t address, uint32_t bytes);
void rig_write(uint32_t vm, uint32_t address, uint32_t bytes, uint32_t value);
uint32_t rig_read32(uint32_t vm, uint32_t address);
void rig_write32(uint32_t vm, uint32_t address, uint32_t value);

/* The guest takes an interrupt, if it is pending in the core and not active; and ends it. */
bool rig_take(uint32_t vm, uint32_t line);
void rig_end(uint32_t vm, uint32_t line);

/* The VM's RAM at a guest-physical address. */
uint8_t *rig_ram(uint32_t vm, uint32_t guest);
/* The console's event, and what follows from it; typed at it. */
void rig_console(void);
void rig_type(const char *text);
void rig_type_bytes(const char *text, uint32_t count);
/* Has the console shown this since the last rig_text_clear()? */
bool rig_shows(const char *text);
void rig_text_clear(void);

/* A guest's driver of a virtio device: queue `q` of `size`, its rings at RIG_RING(q). */
#define RIG_RING(device, q) (RIG_RAM_GUEST + 0x10000U + 0x10000U * (device) + 0x4000U * (q))
#define RIG_RING_DRIVER 0x2000U
#define RIG_RING_DEVICE 0x3000U
#define RIG_BUFFERS (RIG_RAM_GUEST + 0x100000U)
void rig_virtio_begin(uint32_t vm, uint32_t device, uint32_t features, uint32_t size);
/* One descriptor; the index of the next, or -1: the last. */
void rig_descriptor(uint32_t vm, uint32_t device, uint32_t q, uint32_t index, uint32_t address,
                    uint32_t bytes, uint32_t flags, int next);
void rig_available(uint32_t vm, uint32_t device, uint32_t q, uint32_t head);
void rig_kick(uint32_t vm, uint32_t device, uint32_t q);
/* One exit of it: SKIP or RETRY. */
uint32_t rig_kick_step(uint32_t vm, uint32_t device, uint32_t q);
/* The device's ring: its index; the last entry's head and bytes. */
uint32_t rig_used(uint32_t vm, uint32_t device, uint32_t q);
uint32_t rig_used_head(uint32_t vm, uint32_t device, uint32_t q);
uint32_t rig_used_bytes(uint32_t vm, uint32_t device, uint32_t q);

#endif
