/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The VMM: an unprivileged cell that emulates the devices of one VM or several. Its
 * "service" thread owns all of the state here and is called by the vCPUs' exits and by the
 * "events" thread, which waits for the outside world. Whoever calls it pays for it.
 */
#ifndef USER_VMM_VMM_H
#define USER_VMM_VMM_H

#include "config.h"
#include "exits.h"
#include "gicd.h"
#include "loader.h"
#include "pl011.h"
#include "thimble.h"
#include "virtio.h"
#include "vm_console.h"

#define VM_OFF 0U
#define VM_RUNNING 1U
#define VM_WAITS 2U /* for the events thread, which has it loaded */
#define VM_LOADS 3U /* its vCPU makes the loader's steps */

struct vm {
    const struct vmm_vm *config;
    struct vmm *vmm;
    uint32_t number;
    uint32_t state;    /* VM_* */
    uint32_t answered; /* STOP: its health notification will say so */
    uint32_t starts;
    uint32_t restarts; /* of these after a crash */
    uint32_t again; /* this exit's work is not done: its instruction runs again, and goes on */
    const char *failure; /* why it cannot go on, found in this exit; and numbers to it */
    uint32_t failure_numbers[2];
    struct loader loader;
    /* A sweep over its caches: which instruction makes it, and how much of the RAM is done. */
    uint32_t sweep_pc;
    uint32_t swept;
    uint32_t dropped; /* characters of input for which there was no room */
    uint8_t *ram;
    struct gicd gicd;
    struct pl011 uart;
    struct virtio virtios[VMM_VIRTIOS];
    struct console_line line;
    /* A frame on its way from this VM, and the device that sends it. */
    const struct virtio *frame_of;
    uint8_t frame[VIRTIO_NET_FRAME] __attribute__((aligned(4)));
};

struct vmm {
    const struct vmm_config *config;
    /* VMs that have been started, a bit each: the one thing that a restart of this cell
     * leaves as it is. At boot it is zero, as all of this memory. */
    uint32_t started;
    uint32_t begun; /* since then all vCPUs have been stopped */
    uint32_t work;  /* VMM_WORK*: the events thread must come back */
    struct console console;
    uint32_t step; /* of what this call may do: what is left */
    struct vm vm[VMM_VMS];
};
_Static_assert(sizeof(struct vmm) <= VMM_STATE_BYTES, "VMM_STATE_BYTES");

/* A call does this much: bytes moved, or what takes as long. */
#define VMM_STEP 6144U
#define VMM_COST_CHARACTER 64U /* of the console's output */
static inline void vmm_spend(struct vmm *vmm, uint32_t cost)
{
    vmm->step -= cost < vmm->step ? cost : vmm->step;
}

#define VMM_WORK 1U
#define VMM_WORK_TOLD 2U
static inline void vmm_work(struct vmm *vmm)
{
    if (vmm->work == 0) {
        vmm->work = VMM_WORK;
    }
}

/* What the events thread asks; the answer has the number of words that it says. */
#define VMM_DO_EVENTS 1U /* word 0: bits of the notification. Answer: word 0, VMs to start */
#define VMM_DO_START 2U  /* word 0: number of a VM */

/* What is wrong with it, or NULL. */
const char *vmm_config_check(const struct vmm_config *config);
void vmm_begin(struct vmm *vmm, const struct vmm_config *config);
/* A call from a badge; *m becomes the answer. */
void vmm_serve(struct vmm *vmm, uint32_t badge, struct message *m);

/* The VM's RAM at a guest-physical address; NULL if these bytes are not all inside. */
static inline uint8_t *vm_memory(const struct vm *vm, uint32_t guest, uint32_t bytes)
{
    uint32_t offset = guest - vm->config->ram_guest;

    return offset <= vm->config->ram_bytes && bytes <= vm->config->ram_bytes - offset
               ? vm->ram + offset
               : (uint8_t *)0;
}

/* It cannot go on: it is stopped at the end of this exit, or by the events thread. `why` has
 * %8 where the number goes: see vm_console.h. */
void vm_fail(struct vm *vm, const char *why, uint32_t number);
/* It is stopped now, and starts anew. Only for the events thread's calls: in an exit it would
 * stop whoever is being served. */
void vm_restart(struct vm *vm);
/* Console input for it, and room for its output. */
void vm_input(struct vm *vm, uint32_t c);
void vm_output_room(struct vm *vm);

/* Copies bytes, in words where both are aligned alike. They do not overlap. */
void vmm_copy(uint8_t *to, const uint8_t *from, uint32_t bytes);

#endif
