/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Snapshots: the core's state and the models are plain data and are copied;
 * of RAM only the pages that were ever written, and on the way back only those
 * written since; of a hosted guest its stack, back to the same addresses.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host.h"
#include "kernel.h"
#include "klog.h"
#include "memcheck.h"
#include "observe.h"
#include "sim.h"

#if defined(HOST_ASAN)
#include <sanitizer/asan_interface.h>
#endif

/* struct sim without RAM, its last member. */
#define MACHINE_SIZE offsetof(struct sim, ram)

struct sim_snapshot {
    struct kernel kernel;
    struct klog klog;
    struct sim_clock clock;
    struct observe observe;
    struct sim_guest guests[THREAD_MAX];
    u8 *stacks; /* from each hosted guest's red zone to its stack's top, in turn; */
    u8 *states; /* the structs of scripted guests, in turn */
    u8 *devices; /* the states of models */
    u64 pages[SIM_RAM_WORDS]; /* which pages of RAM are kept, */
    u8 *ram;                  /* in ascending order */
    u8 machine[];
};

/* RAM has changed in its dirty pages only since this one was saved or restored. */
static const struct sim_snapshot *nearest;

static void *allocate(size_t size)
{
    void *memory = malloc(size != 0 ? size : 1);

    if (memory == NULL) {
        fprintf(stderr, "thimble: no memory for a snapshot\n");
        exit(1);
    }
    return memory;
}

/* What functions that call no others may use below the stack pointer (System V
 * ABI, AMD64 supplement 3.2.2); a hypercall's trap is no call. */
#define RED_ZONE 128U

static size_t stack_used(const struct sim_guest *guest)
{
    if (guest->stack == NULL) {
        return 0;
    }
    size_t used = (uintptr_t)guest->stack + SIM_STACK_SIZE - guest->context.sp + RED_ZONE;
    size_t there = SIM_STACK_SIZE - host_stack_guard(guest->limit);
    return used < there ? used & ~(size_t)7 : there;
}

static u8 *stack_low(const struct sim_guest *guest)
{
    return guest->stack + SIM_STACK_SIZE - stack_used(guest);
}

static void guests_save(struct sim_snapshot *s)
{
    size_t stacks = 0;
    size_t states = 0;

    memcpy(s->guests, sim_guests, sizeof(sim_guests));
    for (u32 i = 0; i < THREAD_MAX; i++) {
        stacks += stack_used(&sim_guests[i]);
        states += sim_guests[i].state_size;
    }
    u8 *stack = s->stacks = allocate(stacks);
    u8 *state = s->states = allocate(states);
    for (u32 i = 0; i < THREAD_MAX; i++) {
        const struct sim_guest *guest = &sim_guests[i];
        if (guest->stack != NULL) {
            host_stack_copy(stack, stack_low(guest), stack_used(guest));
            stack += stack_used(guest);
        }
        if (guest->state_size != 0) {
            memcpy(state, guest->state, guest->state_size);
            state += guest->state_size;
        }
    }
}

static void guests_restore(const struct sim_snapshot *s)
{
    const u8 *stack = s->stacks;
    const u8 *state = s->states;

    for (u32 i = 0; i < THREAD_MAX; i++) {
        const struct sim_guest *guest = &s->guests[i];
        if (guest->stack != sim_guests[i].stack) {
            fprintf(stderr, "thimble: a snapshot of another boot cannot be restored\n");
            abort();
        }
        sim_guests[i] = *guest;
        if (guest->stack != NULL) {
#if defined(HOST_ASAN)
            __asan_unpoison_memory_region(guest->stack, SIM_STACK_SIZE);
#endif
            /* The stack may have been shorter until now. */
            (void)VALGRIND_MAKE_MEM_UNDEFINED(stack_low(guest), stack_used(guest));
            host_stack_copy(stack_low(guest), stack, stack_used(guest));
            stack += stack_used(guest);
        }
        if (guest->state_size != 0) {
            memcpy(guest->state, state, guest->state_size);
            state += guest->state_size;
        }
    }
}

static void devices_save(struct sim_snapshot *s)
{
    size_t size;
    const u8 *states = sim_devices_states(&size);

    s->devices = allocate(size);
    if (size != 0) {
        memcpy(s->devices, states, size);
    }
}

/* Of the same boot, as the guests were. */
static void devices_restore(const struct sim_snapshot *s)
{
    size_t size;
    u8 *states = sim_devices_states(&size);

    if (size != 0) {
        memcpy(states, s->devices, size);
    }
}

static void ram_save(struct sim_snapshot *s)
{
    size_t pages = 0;

    for (u32 w = 0; w < SIM_RAM_WORDS; w++) {
        sim.ram.used[w] |= sim.ram.dirty[w];
        sim.ram.dirty[w] = 0;
        s->pages[w] = sim.ram.used[w];
        pages += (size_t)__builtin_popcountll(s->pages[w]);
    }
    u8 *copy = s->ram = allocate(pages * PAGE_SIZE);
    for (u32 p = 0; p < SIM_RAM_PAGES; p++) {
        if (s->pages[p / 64U] >> p % 64U & 1U) {
            memcpy(copy, &sim.ram.bytes[p * PAGE_SIZE], PAGE_SIZE);
            copy += PAGE_SIZE;
        }
    }
}

static void ram_restore(const struct sim_snapshot *s)
{
    const u8 *copy = s->ram;

    for (u32 w = 0; w < SIM_RAM_WORDS; w++) {
        u64 stale = sim.ram.dirty[w] | (nearest == s ? 0 : sim.ram.used[w] | s->pages[w]);
        for (u32 bit = 0; (stale | s->pages[w]) >> bit != 0; bit++) {
            u8 *page = &sim.ram.bytes[(w * 64U + bit) * PAGE_SIZE];
            bool kept = s->pages[w] >> bit & 1U;
            if (stale >> bit & 1U) {
                kept ? memcpy(page, copy, PAGE_SIZE) : memset(page, 0, PAGE_SIZE);
            }
            copy += kept ? PAGE_SIZE : 0;
            if (bit == 63U) {
                break;
            }
        }
        sim.ram.used[w] |= sim.ram.dirty[w] | s->pages[w];
        sim.ram.dirty[w] = 0;
    }
}

struct sim_snapshot *sim_snapshot_save(void)
{
    struct sim_snapshot *s = allocate(sizeof(*s) + MACHINE_SIZE);

    s->kernel = kernel;
    s->klog = klog;
    s->clock = sim_clock;
    s->observe = observe;
    memcpy(s->machine, &sim, MACHINE_SIZE);
    guests_save(s);
    devices_save(s);
    ram_save(s);
    nearest = s;
    return s;
}

void sim_snapshot_restore(const struct sim_snapshot *s)
{
    kernel = s->kernel;
    klog = s->klog;
    sim_clock = s->clock;
    observe = s->observe;
    memcpy(&sim, s->machine, MACHINE_SIZE);
    guests_restore(s);
    devices_restore(s);
    ram_restore(s);
    nearest = s;
    sim_host.end = SIM_END_TIME; /* whatever had ended: this state has not */
    sim_host.broken = NULL;
}

void sim_snapshot_leave(void)
{
    nearest = NULL;
}

void sim_snapshot_free(struct sim_snapshot *s)
{
    if (s == NULL) {
        return;
    }
    if (nearest == s) {
        nearest = NULL;
    }
    free(s->stacks);
    free(s->states);
    free(s->devices);
    free(s->ram);
    free(s);
}

/* FNV-1a by bytes, so that the host's byte order does not matter in RAM. */
static u64 hash_bytes(u64 hash, const void *data, size_t size)
{
    const u8 *bytes = data;

    for (size_t i = 0; i < size; i++) {
        hash = (hash ^ bytes[i]) * 0x100000001b3ULL;
    }
    return hash;
}

u64 sim_state_hash(void)
{
    static const u8 zero[PAGE_SIZE];
    u64 hash = hash_bytes(0xcbf29ce484222325ULL, &kernel, sizeof(kernel));

    hash = hash_bytes(hash, &klog, sizeof(klog));
    hash = hash_bytes(hash, &sim.mmu, sizeof(sim.mmu));
    hash = hash_bytes(hash, &sim.cache, sizeof(sim.cache));
    hash = hash_bytes(hash, &sim.gic, sizeof(sim.gic));
    hash = hash_bytes(hash, &sim.timer, sizeof(sim.timer));
    hash = hash_bytes(hash, &sim.uart, sizeof(sim.uart));
    hash = hash_bytes(hash, &sim.dma, sizeof(sim.dma));
    hash = hash_bytes(hash, &sim.bus, sizeof(sim.bus));
    hash = hash_bytes(hash, &sim_clock.now, sizeof(sim_clock.now));
    if (sim.devices.count != 0) {
        size_t size;
        const u8 *states = sim_devices_states(&size);
        hash = hash_bytes(hash, &sim.devices, sizeof(sim.devices));
        hash = hash_bytes(hash, states, size);
    }
    for (u32 p = 0; p < SIM_RAM_PAGES; p++) {
        const u8 *page = &sim.ram.bytes[p * PAGE_SIZE];
        if (((sim.ram.used[p / 64U] | sim.ram.dirty[p / 64U]) >> p % 64U & 1U) != 0 &&
            memcmp(page, zero, PAGE_SIZE) != 0) {
            hash = hash_bytes(hash ^ p, page, PAGE_SIZE);
        }
    }
    return hash;
}
