/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The language of system descriptions: plain C with designated initialisers,
 * compiled for the host only. A description names everything; describe_compile()
 * checks it, places memory, and turns names into the flat tables that the core
 * boots (core/boot.h). A file user/systems/NAME/system.c, or any file outside the tree,
 * defines one `const struct system thimble_system`.
 *
 * Arrays end with an element that is all zero; leave the array out if it is
 * empty. References are names: "cell.thread", "notification", "irq", "cell", and
 * "region" for one of the same cell.
 */
#ifndef USER_DESCRIBE_SYSTEM_H
#define USER_DESCRIBE_SYSTEM_H

#include "abi.h"
#include "machine.h"
#include "types.h"

struct system_thread {
    const char *name; /* unique in its cell */
    /* Active: runs on its own time. */
    u32 priority;  /* 0 lowest to 255 */
    u32 low_priority; /* a VM's vCPU: where it goes by vcpu_lower; 0: it stays where it is */
    u32 budget_us; /* per period; 0 with period 0: no limit but round robin (10 ms slices) */
    u32 period_us;
    u32 deadline_us; /* its budget is used up this long after it became ready, at the
                        latest: proved by response-time analysis; 0: nothing is promised */
    u16 wakes;     /* in a period it becomes ready, or a line of its cell comes, so often at
                      most; not enforced. 0: as often as its budget lets it */
    /* Passive: runs on its callers' time. */
    bool passive;
    u8 level;      /* 0 to 7; calls only lower levels */
    u32 service_us; /* its longest request, with what it calls, but not with what others have
                       asked of those; needed for deadlines of threads that share it */
    bool vfp;      /* may use VFP and Advanced SIMD; without it their instructions fault */
    bool buffer;   /* has a message buffer: messages of over 6 words */
    u32 argument;  /* given to the program: active threads get it in r0 */
    u16 fault_handler; /* slot of a callable thread capability; 0: none */
    u16 health;        /* slot of a notification capability that signals; 0: none */
};

struct system_cap {
    u16 slot; /* 1 and up: slot 0 stays empty, so that 0 never names anything */
    /* exactly one of these names the object */
    const char *thread;
    const char *notification;
    const char *irq;
    const char *region; /* of this cell; a region has at most one capability */
    const char *cell;
    u8 rights; /* THIMBLE_RIGHT_* of that kind of object; a region's: its access */
    u32 badge;
};

/* Device registers (device), memory that cells share (shared), or memory of the
 * cell's own (neither), beside the image. */
struct system_region {
    const char *name;
    gpaddr_t at;     /* where the cell sees it */
    bool unmapped;   /* not at boot: its capability is for mapping it, wherever; `at` is 0 */
    u32 size;        /* bytes, whole pages; 0 for a device: the board says it */
    u8 access;       /* ACCESS_* */
    u8 memory;       /* enum machine_memory; MEMORY_DEVICE for a device */
    const char *device; /* a device of the board, or of `devices` below, which say its
                           address and size */
    const char *shared; /* memory that several cells map: regions with the same
                           shared name are the same memory, of the same size. Without it
                           memory has one owner */
    bool dma;            /* memory for a device that masters the bus: `at` is its
                            physical address too */
    /* What the memory holds from the start: comes with the image, ARM only. One of: */
    const char *file; /* a file's content; looked for in the folders that the build names.
                         With size 0, as large as that */
    const char *tree; /* the device tree of the guest of the cell of this name */
    bool config;      /* what the VMM in this cell must know (user/vmm/config.h) */
};

/* A guest's devices. Where each is in the guest's space, and on which line, is the same
 * for all guests (docs/systems.md), but for what is passed through. */
enum system_guest_device_kind {
    GUEST_NOTHING = 0,    /* ends the list */
    GUEST_UART,           /* PL011, by the VMM */
    GUEST_VIRTIO_CONSOLE, /* the VMM's, as all virtio devices */
    GUEST_VIRTIO_NET,     /* one end of a cable */
    GUEST_VIRTIO_BLOCK,   /* a disk in memory */
    GUEST_DEVICE,         /* a device of the board: region of the VM's cell, and its irq */
    GUEST_SIGNAL,         /* a notification as an interrupt */
};

struct system_guest_device {
    u8 kind;
    const char *cable;        /* net: both ends have the same name */
    const char *region;       /* block: of the VMM's cell; device: of the VM's cell; signal:
                                 memory of the VM's cell that goes with it, or none */
    bool read_only;           /* block */
    const char *irq;          /* device: what the VMM's cell may handle */
    const char *notification; /* signal: what the VMM's cell may wait for */
    const char *answer;       /* signal: a notification that the VM's cell may signal, or none */
    u8 line;                  /* device, signal: the guest's interrupt, 32 to 63 */
    const char *compatible;   /* device: of its node in the device tree */
    bool urgent;              /* its line lifts the vCPU from its low priority */
};

/* What the VMM starts in a VM. The VMM's cell is that of the vCPU's fault handler. */
struct system_guest {
    const char *ram;     /* region of the VM's cell; the VMM's cell shares it */
    const char *kernel;  /* region with a zImage or another binary: of the VMM's cell, which
                            copies it into the RAM; or of the VM's cell: runs where it is */
    const char *initrd;  /* regions of the VMM's cell */
    const char *tree;
    const char *command_line;
    u32 load;            /* the copy's place and entry, from the RAM's start on; 0: 0x8000 */
    bool tree_first;     /* the device tree is at the RAM's start, not at its end */
    u32 restart_ms;      /* after its end until it is started again */
    u32 restarts;        /* after crashes, at most */
    bool reset;          /* it is started again when it asks for a reset */
    bool zeros;          /* where nothing is it reads 0; else that stops it */
    bool input_virtio;   /* what is typed goes to its virtio console, not to its UART */
    const struct system_guest_device *devices;
};

struct system_cell {
    const char *name;
    bool vm; /* its one thread is a vCPU: no program, and no image */
    const struct system_guest *guest; /* of a VM that user/vmm/ serves */
    const char *program; /* PROGRAM(name) of user/ */
    u32 memory;          /* size of its image region, whole pages (from 2 MiB on it is placed
                            so that block mappings fit): code, data, stacks,
                            then statistics page, then message buffers, at its end */
    u16 slots;           /* capability table; 0: as many as the capabilities need. More
                            leave room for capabilities made or received at run time */
    u16 tables;          /* page-table quota; 0: what its regions need. Regions derived at
                            run time, or mapped into it by others, need more */
    u16 derived;         /* quota of region objects beside its own regions: derived by it at
                            run time, or received with messages */
    bool stats;          /* has a statistics page (user/lib/stats.h) */
    const struct system_thread *threads;
    const struct system_cap *caps;
    const struct system_region *regions;
};

struct system_irq {
    const char *name;
    const char *device; /* that of a device of the board, or of `devices`, or */
    u16 line;           /* this INTID */
    bool edge;
};

/* A device that the simulator has by a model (device_model.h), or that only the simulated
 * board has. On a board that has a device of this name, that is what the name means. */
struct system_device {
    const char *name;
    const char *model;  /* DEVICE_MODEL(model): linked in with the programs. NULL: the device
                           of the simulated board of this name */
    paddr_t at;         /* in the simulator: whole page, SIM_DEVICES_BASE and up
                           (sim/include/device_place.h); 0: placed by the build */
    u16 line;           /* in the simulator: its INTID, from 32; 0: it has no interrupt */
    const char *senses; /* "device.value" of another model: device_sense() gives it */
    bool simulated;     /* there is no such device on boards: images are refused */
};

struct system_notification {
    const char *name;
    bool shared; /* several cells may wait for it: the first takes what was signalled */
};

struct system {
    const char *name;
    const struct system_cell *cells;
    const struct system_notification *notifications;
    const struct system_irq *irqs;
    const struct system_device *devices;
    const char *expect; /* of each run by the tool, e.g. "no-miss,no-stop": tool/expect.h */
    bool wide;  /* cells map where they like: all of 4 GiB, in images too */
    bool fixed; /* memory stays as it is mapped at boot */
};

/* Where every cell sees its image. */
#define SYSTEM_IMAGE_AT 0x10000000U

extern const struct system thimble_system;

#endif
