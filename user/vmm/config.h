/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the VMM knows of its virtual machines: made on the host from the system's
 * description, and mapped read-only into the VMM's cell at VMM_CONFIG_AT. Plain data;
 * every number is a 32-bit word in the target's byte order.
 *
 * "at": an address in the VMM's cell. "guest": a guest-physical address of the VM.
 * "slot": in the VMM cell's capability table; 0: there is none.
 *
 * The VMM trusts it: it is part of the system like the VMM's own code. vmm_config_check()
 * finds what the host has got wrong, and names it.
 */
#ifndef USER_VMM_CONFIG_H
#define USER_VMM_CONFIG_H

#include <stdint.h>

#define VMM_CONFIG_AT 0x10020000U
#define VMM_CONFIG_MAGIC 0x6d6d7654U /* "Tvmm" */
#define VMM_CONFIG_VERSION 1U

#define VMM_VMS 4U      /* most VMs of one VMM */
#define VMM_PAYLOADS 6U /* most payloads of one VM */
#define VMM_VIRTIOS 4U  /* most virtio devices of one VM */
#define VMM_BINDS 8U    /* most lines of one VM that the core drives */
#define VMM_NAME 16U    /* bytes of a name, with its terminating zero */
#define VMM_LINES 64U   /* a VM's interrupt lines: 0 to 63 */

/* Where everything is in a guest: the layout of docs/guests.md. The distributor's page is the only
 * address that is the same for all VMs and not in the configuration. */
#define VMM_GICD 0x08000000U
#define VMM_TIMER_LINE 27U

/* Copied into the VM's RAM at each start. */
struct vmm_payload {
    uint32_t at;
    uint32_t bytes;
    uint32_t guest;
    uint32_t reserved; /* 0 */
};

/* A line that the core drives itself: bound when the guest enables it. */
#define VMM_BIND_NONE 0U
#define VMM_BIND_IRQ 1U          /* slot: irq capability, right HANDLE: a device passed through */
#define VMM_BIND_NOTIFICATION 2U /* slot: notification capability, right WAIT */
struct vmm_bind {
    uint32_t kind; /* VMM_BIND_* */
    uint32_t slot;
    uint32_t line;
    uint32_t reserved; /* 0 */
};

#define VMM_VIRTIO_NONE 0U
#define VMM_VIRTIO_NET 1U     /* the numbers are virtio's device IDs */
#define VMM_VIRTIO_BLOCK 2U
#define VMM_VIRTIO_CONSOLE 3U
struct vmm_virtio {
    uint32_t kind;  /* VMM_VIRTIO_* */
    uint32_t guest; /* its registers: 0x200 bytes, aligned to that; the first of a page 0x200
                       bytes apart: 0x0a000000 + 0x200 * i */
    uint32_t line;  /* 48 + i. In the device tree: edge (type 1), it costs the guest less */
    uint32_t peer_vm;     /* net: the VM with the other end of the cable, */
    uint32_t peer_virtio; /* net: and which of its virtios that is. Each end names the other. */
    uint32_t mac[2];      /* net: mac[0] bytes 0 to 3 (byte 0 lowest), mac[1] bytes 4 and 5 */
    uint32_t image_at;    /* block: its contents; mapped writable unless read_only */
    uint32_t image_bytes; /* block: a multiple of 512 */
    uint32_t read_only;   /* block */
};

#define VMM_UART_NONE 0U
#define VMM_UART_PL011 1U /* serves arm,pl011 and arm,sbsa-uart alike */

/* Flags of a VM. */
#define VMM_VM_RESTART_RESET 1U /* starts anew when it asks for that (PSCI SYSTEM_RESET) */
#define VMM_VM_RESTART_CRASH 2U /* starts anew when it has been stopped with a reason */
#define VMM_VM_ZEROS 4U /* where nothing is, reads give 0 and writes are lost (U-Boot looks for
                           flash memory); else such an access stops the VM */
#define VMM_VM_INPUT_VIRTIO 8U /* console input goes to its virtio console, not to its UART */

struct vmm_vm {
    char name[VMM_NAME];
    uint32_t flags;      /* VMM_VM_* */
    uint32_t vcpu;       /* slot: thread capability, right CONTROL */
    uint32_t ram_slot;   /* slot: region capability of the RAM (cache_maintain), right READ */
    uint32_t ram_at;     /* mapped read-write */
    uint32_t ram_guest;
    uint32_t ram_bytes;
    uint32_t entry;      /* guest's first pc */
    uint32_t r[4];       /* and r0 to r3 */
    uint32_t uart;       /* VMM_UART_* */
    uint32_t uart_guest; /* page-aligned: 0x09000000 */
    uint32_t uart_line;  /* 33 */
    uint32_t restart_ms; /* from its stop to its next start */
    uint32_t restarts;   /* most restarts after crashes; 0xffffffff: no limit */
    uint32_t urgent[2];  /* a bit a line: these lift the vCPU from its low priority */
    struct vmm_payload payloads[VMM_PAYLOADS]; /* up to the first with bytes == 0 */
    struct vmm_virtio virtios[VMM_VIRTIOS];    /* up to the first VMM_VIRTIO_NONE */
    struct vmm_bind binds[VMM_BINDS];          /* up to the first VMM_BIND_NONE */
};

/* What the "events" thread waits on: notification `events`, whose bits are: */
#define VMM_EVENT_VM(vm) (1U << (vm)) /* the health notification of that VM's cell: the
                                         capability there has this badge */
#define VMM_EVENT_CONSOLE (1U << 16)  /* the UART's interrupt, or the driver's notification */
#define VMM_EVENT_WORK (1U << 17)     /* the service thread's own: slot `work` */

#define VMM_CONSOLE_NONE 0U
#define VMM_CONSOLE_UART 1U   /* the board's UART, mapped here */
#define VMM_CONSOLE_DRIVER 2U /* a driver's cell, by the calls of user/lib/serial_call.h */

struct vmm_config {
    uint32_t magic;
    uint32_t version;
    uint32_t bytes; /* sizeof(struct vmm_config) */
    uint32_t vms;   /* 1 to VMM_VMS */
    /* Memory of the VMM cell's own for its state: VMM_STATE_BYTES. */
    uint32_t state_at;
    uint32_t ticks_per_ms;
    uint32_t service; /* slot: thread capability of the service thread, right CALL, badge
                         VMM_BADGE_EVENTS: for the events thread */
    uint32_t events;  /* slot: notification, right WAIT */
    uint32_t work;    /* slot: the same notification, right SIGNAL, badge VMM_EVENT_WORK */
    uint32_t console; /* VMM_CONSOLE_* */
    uint32_t console_at;     /* UART: its registers */
    uint32_t console_irq;    /* UART: slot: irq capability, right HANDLE */
    uint32_t console_signal; /* UART: slot: the notification again, right SIGNAL, badge
                                VMM_EVENT_CONSOLE: irq_bind's */
    uint32_t console_driver; /* DRIVER: slot: thread capability, right CALL */
    uint32_t console_escape; /* this character, then a digit: input goes to that VM from now on;
                                then r: that VM is restarted; 0: no such character */
    uint32_t reserved;       /* 0 */
    struct vmm_vm vm[VMM_VMS];
};

/* The longest that the service thread is busy with one call: a step (an exit is answered
 * RETRY until all are done). `make check-vms ARCH=arm CHECK_VMS=hostile-vms` holds it against
 * what a guest sees. */
#define VMM_STEP_US 60U

/* The size of the state's region: whole pages that hold struct vmm. */
#define VMM_STATE_BYTES 0x8000U

/* Badges of the service thread's callers: number of the VM (fault handler capability in
 * the VM's cell), or */
#define VMM_BADGE_EVENTS 0x100U

/* Arguments of the program's threads: "service" is passive (level 6) and has none. */
#define VMM_ARGUMENT_EVENTS 0x45564e54U

_Static_assert(sizeof(struct vmm_config) <= 4096U, "one page");

#endif
