/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fuzzing the VMM: an input is what a hostile VM does, access by access, and what happens
 * around it. Whatever it is: the VMM touches no memory but its own and the VMs' (the rig's
 * pages end there), each exit is answered after bounded work, the distributor and the core
 * agree on each line, and a second VM, whose driver is honest, sees nothing but its frames.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../user/vmm/port.h"
#include "fuzz.h"
#include "vmm_rig.h"

#define OPERATIONS_MOST 400U
#define SHOWN_MOST 4096U  /* characters in one exit: a step, and what waited for room */
#define STEPS_WAIT 200U  /* exits for which the console may have no room */
#define STEPS_MOST 100000U

/* The honest VM, its buffers, and what lies around them. */
#define HONEST 1U
#define FRAMES 16U
#define FRAME_AT(i) (RIG_BUFFERS + 0x1000U * (i))
#define FRAME_BYTES 1530U
#define QUIET 0x5aU

struct input {
    const uint8_t *at;
    size_t left;
};

static uint32_t next(struct input *in, uint32_t bytes)
{
    uint32_t value = 0;

    for (uint32_t i = 0; i < bytes && in->left != 0; i++, in->left--) {
        value |= (uint32_t)*in->at++ << 8 * i;
    }
    return value;
}

static void require(bool holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "fuzz-vmm: %s\n", what);
        abort();
    }
}

/* ---- what a guest writes ------------------------------------------------------------------ */

/* Small, an address of its rings or buffers, one at an edge of its RAM, or anything. */
static uint32_t value_of(struct input *in)
{
    uint32_t how = next(in, 1);

    switch (how % 6U) {
    case 0:
        return how >> 3;
    case 1:
        return 1U << (how >> 3);
    case 2:
        return RIG_RING(how >> 3 & 3U, how >> 5 & 1U) + 0x1000U * (how >> 6);
    case 3:
        return RIG_BUFFERS + next(in, 2);
    case 4:
        return RIG_RAM_GUEST + RIG_RAM_BYTES * (how >> 3 & 1U) + next(in, 1) - 0x80U;
    default:
        return next(in, 4);
    }
}

/* One access, until it is done: each exit is a step of it. Only for room in the console it
 * waits as long as there is none. */
static void guest_access(uint32_t access, uint32_t address, uint32_t bytes, uint32_t value)
{
    for (uint32_t i = 0; lab.vcpu[0].runs; i++) {
        uint64_t before = lab.shown;
        struct message m = rig_access(0, access, address, bytes, value);
        require(lab.shown - before <= SHOWN_MOST, "a step is small");
        if (m.word[0] != THIMBLE_FAULT_RETRY) {
            return;
        }
        if (i % STEPS_WAIT == STEPS_WAIT - 1U) {
            lab.room = 0xffffffffU;
        }
        require(i < STEPS_MOST, "an access ends");
    }
}

static void guest_kick(uint32_t device, uint32_t q)
{
    guest_access(EXIT_WRITE, RIG_VIRTIO(device) + 0x50U, 4, q);
}

static void access_at(struct input *in, uint32_t address)
{
    static const uint8_t sizes[] = {4, 4, 4, 4, 4, 4, 1, 2};
    uint32_t how = next(in, 1);
    uint32_t bytes = how < 0xfcU ? sizes[how >> 1 & 7U] : how & 8U;
    uint32_t is_write = how & 1U;

    guest_access(is_write ? EXIT_WRITE : EXIT_READ, address, bytes, is_write ? value_of(in) : 0);
}

static void access_virtio(struct input *in)
{
    uint32_t where = next(in, 1);
    uint32_t offset = 4U * next(in, 1);

    offset = (offset & 0x1ffU) + (where >> 6 == 3U ? where >> 4 & 3U : 0);
    access_at(in, RIG_VIRTIO(where & 3U) + offset);
}

static void access_gicd(struct input *in)
{
    /* Registers in use are dense at the start of each kind's array. */
    uint32_t where = next(in, 2);
    uint32_t dense = (where & 0x1fU) << 7 | (where >> 5 & 0x7fU);

    access_at(in, VMM_GICD + ((where & 0x8000U) != 0 ? where & 0xfffU : dense));
}

static void ram_write(struct input *in)
{
    uint32_t where = next(in, 1);
    uint32_t part = (where >> 3 & 3U) * 0x1000U + (next(in, 1) << 1);
    uint32_t at = RIG_RING(where & 3U, where >> 2 & 1U) + part;
    uint32_t value = value_of(in);

    memcpy(rig_ram(0, at), &value, where & 0x80U ? 2 : 4);
}

static void descriptor(struct input *in)
{
    uint32_t where = next(in, 1);
    uint32_t link = next(in, 1);
    uint32_t bytes = next(in, 2);

    rig_descriptor(0, where & 3U, where >> 2 & 1U, where >> 3 & 15U, value_of(in), bytes,
                   link >> 5 & 6U, (link & 0x20U) != 0 ? (int)(link & 0x1fU) : -1);
}

static void offer(struct input *in)
{
    uint32_t where = next(in, 1);
    uint32_t device = (where & 3U) % 3U;
    uint32_t q = where >> 2 & 1U;

    if (lab.vmm->vm[0].virtios[device].queue[q].size != 0) {
        rig_available(0, device, q, where >> 3 & 15U);
    }
    guest_kick(device, q);
}

/* Mostly buffers that are there. */
static uint32_t buffer_of(struct input *in)
{
    uint32_t how = next(in, 1);

    return (how & 0xf0U) == 0xf0U ? value_of(in) : RIG_BUFFERS + (how << 6);
}

/* A chain as drivers make them, but for what is wrong with it; offered. */
static void chain(struct input *in)
{
    uint32_t where = next(in, 1);
    uint32_t count = 1U + (where >> 3 & 3U);
    uint32_t device = (where & 3U) % 3U;
    uint32_t q = where >> 2 & 1U;
    uint32_t first = where >> 5;
    uint32_t to_write = device != RIG_BLOCK && q == 0 ? 2U : 0;

    for (uint32_t i = first; i < first + count; i++) {
        uint32_t how = next(in, 1);
        uint32_t bytes = (how & 1U) != 0 ? next(in, 2) & 0x7ffU : how >> 1 & 31U;
        uint32_t flags = (how & 0xc0U) == 0xc0U ? how >> 4 & 6U : to_write;
        rig_descriptor(0, device, q, i, buffer_of(in), bytes, flags,
                       i + 1U < first + count ? (int)i + 1 : -1);
    }
    if (lab.vmm->vm[0].virtios[device].queue[q].size != 0) {
        rig_available(0, device, q, first);
    }
    guest_kick(device, q);
}

/* A driver that does everything right up to here. */
static void driver_begin(struct input *in)
{
    uint32_t where = next(in, 1);

    if (lab.vcpu[0].runs) {
        rig_virtio_begin(0, (where & 3U) % 3U, where & 4U ? where >> 5 : 0,
                         4U << (where >> 3 & 3U));
    }
}

/* A block request with its three buffers in order. */
static void block_request(struct input *in)
{
    uint32_t how = next(in, 1);
    uint32_t sector = how & 0x10U ? 24U + (how >> 5 << 1) : how >> 3;
    uint32_t bytes = next(in, 2);
    const uint32_t header[] = {how & 15U, 0, sector, how == 0xffU};

    memcpy(rig_ram(0, RIG_BUFFERS), header, sizeof(header));
    rig_descriptor(0, RIG_BLOCK, 0, 0, RIG_BUFFERS, 16, 0, 1);
    rig_descriptor(0, RIG_BLOCK, 0, 1, buffer_of(in), bytes, how & 1U ? 0 : 2, 2);
    rig_descriptor(0, RIG_BLOCK, 0, 2, RIG_BUFFERS + 16U, 1, 2, -1);
    if (lab.vmm->vm[0].virtios[RIG_BLOCK].queue[0].size != 0) {
        rig_available(0, RIG_BLOCK, 0, 0);
    }
    guest_kick(RIG_BLOCK, 0);
}

static void hypercall(struct input *in)
{
    uint32_t how = next(in, 1);
    uint32_t function = how & 2U ? next(in, 4) : 0x84000000U + (how >> 4);
    uint32_t kind = how & 1U ? THIMBLE_EXIT_HVC : THIMBLE_EXIT_SMC;
    const uint32_t words[] = {kind, function, value_of(in), 0, 0, 0};

    /* It does not end itself too often. */
    if ((function & ~1U) != 0x84000008U || next(in, 1) >= 0xf0U) {
        (void)rig_exit(0, words);
    }
}

static void other_exit(struct input *in)
{
    uint32_t kind = next(in, 1);
    uint32_t where = next(in, 3);
    uint32_t access = next(in, 1);
    uint32_t value = value_of(in);
    const uint32_t words[] = {kind < 0xfcU ? THIMBLE_EXIT_REGISTER + (kind & 1U) : kind,
                              where, access, 0, value, ~value};

    (void)rig_exit(0, words);
}

/* ---- around it ---------------------------------------------------------------------------- */

static void typed(struct input *in)
{
    char text[16];
    uint32_t count = next(in, 1) & 15U;

    for (uint32_t i = 0; i < count; i++) {
        text[i] = (char)next(in, 1);
    }
    if (count <= RIG_INPUT - lab.typed) {
        rig_type_bytes(text, count);
    }
}

static void world(struct input *in)
{
    uint32_t how = next(in, 1);

    lab.now += (how & 15U) * 1000U;
    lab.room = (how & 0x10U) != 0 ? next(in, 1) : 0xffffffffU;
    lab.dead = (how & 0xe0U) == 0xe0U;
    rig_events((how & 0x20U) != 0 ? VMM_EVENT_CONSOLE : 0);
}

static void drivers_begin(uint32_t features)
{
    for (uint32_t i = 0; i < 3U; i++) {
        rig_virtio_begin(0, i, i == RIG_NET ? features : 0, 16);
    }
}

static void operate(struct input *in)
{
    if (!lab.vcpu[0].runs) {
        lab.now += 20000;
        rig_settle();
        if (lab.vcpu[0].runs) {
            drivers_begin(3);
        } else {
            in->left = 0; /* powered off */
        }
        return;
    }
    switch (next(in, 1) & 15U) {
    case 0: case 1: case 2:
        access_virtio(in);
        break;
    case 3: case 4:
        access_gicd(in);
        break;
    case 5:
        access_at(in, RIG_UART + (next(in, 1) << 2 & 0xfffU));
        break;
    case 6:
        ram_write(in);
        break;
    case 7:
        if ((in->left & 1U) != 0) {
            descriptor(in);
        } else {
            offer(in);
        }
        break;
    case 8: case 9:
        chain(in);
        break;
    case 10:
        driver_begin(in);
        break;
    case 11:
        block_request(in);
        break;
    case 12:
        hypercall(in);
        break;
    case 13:
        other_exit(in);
        break;
    case 14:
        typed(in);
        break;
    default:
        world(in);
        break;
    }
}

/* ---- what must hold ------------------------------------------------------------------------- */

static void check_line(const struct vm *vm, const struct rig_vcpu *v, uint32_t line)
{
    const struct gicd *g = &vm->gicd;
    uint32_t word = line / 32U;
    uint32_t bit = 1U << line % 32U;
    bool is_on = (g->forwarded[word] & bit) != 0;
    bool is_level = (g->edge[word] & bit) == 0;

    if (line == VMM_TIMER_LINE || line == RIG_IRQ_LINE || line == RIG_SIGNAL_LINE) {
        require((v->bound[line] != 0) == is_on, "a line of the core is bound as it is enabled");
    } else if (is_level && (g->level[word] & bit) != 0 && is_on) {
        require((v->injected[line] & (PORT_LEVEL | PORT_HIGH)) == (PORT_LEVEL | PORT_HIGH),
                "a device holds a line, and the core does not know");
    } else if (is_level || !is_on) {
        require((v->injected[line] & (PORT_LEVEL | PORT_HIGH)) != (PORT_LEVEL | PORT_HIGH),
                "the core holds a line that no device does");
    }
}

static void check(void)
{
    for (uint32_t i = 0; i < lab.config.vms; i++) {
        const struct vm *vm = &lab.vmm->vm[i];
        require((vm->state == VM_RUNNING) == lab.vcpu[i].runs, "a VM is what its vCPU is");
        require(lab.vcpu[i].loads <= (vm->state == VM_LOADS), "and so while it loads");
        for (uint32_t word = 0; word < GICD_WORDS; word++) {
            uint32_t forwarded = vm->gicd.on ? vm->gicd.enabled[word] : 0;
            require(vm->gicd.forwarded[word] == forwarded, "forwarded");
        }
        for (uint32_t line = 0; line < VMM_LINES && lab.vcpu[i].runs; line++) {
            check_line(vm, &lab.vcpu[i], line);
        }
    }
}

static void honest_begin(void)
{
    memset(rig_ram(HONEST, FRAME_AT(0)), QUIET, 0x1000U * FRAMES);
    rig_virtio_begin(HONEST, RIG_NET, 0, FRAMES);
    for (uint32_t i = 0; i < FRAMES; i++) {
        rig_descriptor(HONEST, RIG_NET, 0, i, FRAME_AT(i), FRAME_BYTES, 2, -1);
        rig_available(HONEST, RIG_NET, 0, i);
    }
    rig_kick(HONEST, RIG_NET, 0);
}

static void honest_check(void)
{
    uint32_t got = rig_used(HONEST, RIG_NET, 0);

    require(lab.vcpu[HONEST].runs && lab.vcpu[HONEST].starts == 1U, "the honest VM runs");
    require(rig_read32(HONEST, RIG_VIRTIO(RIG_NET) + 0x70U) == 0xfU, "and its network works");
    require(got <= FRAMES, "frames come into buffers that were given");
    for (uint32_t i = 0; i < FRAMES; i++) {
        const uint8_t *page = rig_ram(HONEST, FRAME_AT(i));
        /* A frame that did not fit or was none may have left something in its buffer. */
        for (uint32_t j = FRAME_BYTES; j < 0x1000U; j++) {
            require(page[j] == QUIET, "nothing is written behind a buffer");
        }
        require(i >= got || (page[0] == 0 && page[10] == 1 && page[11] == 0),
                "headers are the VMM's");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input in = {data, size};
    uint32_t shape = next(&in, 1);

    rig_prepare(1U + (shape & 1U));
    lab.config.console = shape >> 1 & 3U ? (shape >> 1 & 3U) - 1U : VMM_CONSOLE_UART;
    lab.config.vm[0].flags |= shape & 0x08U ? VMM_VM_ZEROS : 0;
    lab.config.vm[0].flags |= shape & 0x10U ? VMM_VM_INPUT_VIRTIO : 0;
    lab.config.vm[0].restarts = 0xffffffffU;
    lab.config.vm[0].virtios[RIG_BLOCK].read_only = shape >> 5 & 1U;
    if (lab.config.vms > 1U) {
        lab.config.console_escape = 0; /* who types may restart any VM */
    }
    rig_begin();
    if (lab.config.vms > 1U) {
        honest_begin();
    }
    if ((shape & 0x40U) != 0) {
        drivers_begin(shape >> 7 << 1 | 1U);
    }
    for (uint32_t i = 0; i < OPERATIONS_MOST && in.left != 0; i++) {
        operate(&in);
        check();
    }
    lab.room = 0xffffffffU;
    rig_settle();
    if (lab.config.vms > 1U) {
        honest_check();
    }
    return 0;
}
