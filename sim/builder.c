/* SPDX-License-Identifier: BSD-2-Clause */
/* Systems built at run time: see builder.h. */
#include "builder.h"

#include <string.h>

#include "kernel.h"
#include "places.h"

#define BUFFERS (BUILD_IMAGE_SIZE / THIMBLE_BUFFER_SIZE)
#define ALWAYS (UINT32_MAX / 2U)

static struct {
    struct boot boot;
    struct boot_cell cells[CELL_MAX];
    struct boot_thread threads[THREAD_MAX];
    struct boot_sc scs[SC_MAX];
    struct boot_irq irqs[IRQ_MAX];
    u16 handlers[IRQ_MAX]; /* priority of each line's */
    struct boot_notification notifications[NOTIFICATION_MAX];
    struct boot_region regions[REGION_MAX];
    struct boot_cap caps[BUILD_CAPS_MAX];
    thimble_entry programs[THREAD_MAX];
    sim_script scripts[THREAD_MAX];
    void *states[THREAD_MAX];
    size_t state_sizes[THREAD_MAX];
    u16 vcpus;
} build;

paddr_t build_image(u32 cell)
{
    return paddr(SIM_RAM_BASE + cell * BUILD_IMAGE_SIZE);
}

paddr_t build_buffer(u32 thread)
{
    return build.threads[thread].buffer;
}

void build_begin(void)
{
    memset(&build, 0, sizeof(build));
    build.boot = (struct boot){
        .name = "built",
        .cells = build.cells,
        .threads = build.threads,
        .scs = build.scs,
        .irqs = build.irqs,
        .notifications = build.notifications,
        .regions = build.regions,
        .caps = build.caps,
    };
}

void build_narrow(u32 t0sz)
{
    build.boot.space_t0sz = (u8)t0sz;
}

void build_fixed(void)
{
    build.boot.fixed = 1;
}

u32 build_region(u32 cell, struct machine_mapping map)
{
    build.regions[build.boot.region_count] =
        (struct boot_region){.name = "region", .cell = (u16)cell, .mapped = true, .map = map};
    return build.boot.region_count++;
}

u32 build_cell(const char *name)
{
    u32 index = build.boot.cell_count++;

    build.cells[index] =
        (struct boot_cell){.name = name, .slots = 1, .tables = 16, .derived = BUILD_DERIVED};
    (void)build_region(index, (struct machine_mapping){
                                  .gpa = gpaddr(BUILD_IMAGE_AT),
                                  .pa = build_image(index),
                                  .size = BUILD_IMAGE_SIZE,
                                  .memory = MEMORY_NORMAL,
                                  .access = ACCESS_READ | ACCESS_WRITE,
                              });
    return index;
}

static u32 thread_add(u32 cell, u16 sc, u8 level, thimble_entry program, u32 argument)
{
    u32 index = build.boot.thread_count++;
    u32 buffer = index % BUFFERS * THIMBLE_BUFFER_SIZE;

    build.programs[index] = program;
    build.threads[index] = (struct boot_thread){
        .name = "thread",
        .cell = (u16)cell,
        .sc = sc,
        .level = level,
        .handler = THIMBLE_NO_SLOT,
        .health = THIMBLE_NO_SLOT,
        .argument = argument,
        .buffer = paddr(build_image(cell).raw + buffer),
        .buffer_at = gpaddr(BUILD_IMAGE_AT + buffer),
    };
    return index;
}

u32 build_active(u32 cell, u8 priority, thimble_entry program, u32 argument)
{
    u16 sc = build.boot.sc_count++;

    build.scs[sc] = (struct boot_sc){
        .urgency = {{.priority = priority}, {.priority = priority}},
        .thread = build.boot.thread_count,
        .budget = ALWAYS,
        .period = ALWAYS,
    };
    return thread_add(cell, sc, 0, program, argument);
}

u32 build_passive(u32 cell, u8 level, thimble_entry program, u32 argument)
{
    return thread_add(cell, NONE, level, program, argument);
}

u32 build_notification(void)
{
    build.notifications[build.boot.notification_count].name = "notification";
    return build.boot.notification_count++;
}

u32 build_irq(u16 line, bool edge)
{
    build.handlers[build.boot.irq_count] = LINE_FOR_ALL;
    build.irqs[build.boot.irq_count] = (struct boot_irq){.name = "irq", .line = line, .edge = edge};
    return build.boot.irq_count++;
}

u32 build_grant(u32 cell, u8 type, u8 rights, u32 object, u32 badge)
{
    u16 slot = build.cells[cell].slots++;

    build.caps[build.boot.cap_count++] = (struct boot_cap){
        .cell = (u16)cell,
        .slot = slot,
        .type = type,
        .rights = rights,
        .object = (u16)object,
        .badge = badge,
    };
    return slot;
}

void build_slots(u32 cell, u32 slots)
{
    build.cells[cell].slots = (u16)slots;
}

void build_derived(u32 cell, u32 regions)
{
    build.cells[cell].derived = (u16)regions;
}

void build_tables(u32 cell, u32 tables)
{
    build.cells[cell].tables = (u16)tables;
}

void build_unmapped(u32 region)
{
    build.regions[region].mapped = false;
}

void build_budget(u32 thread, u32 budget, u32 period)
{
    build.scs[build.threads[thread].sc].budget = budget;
    build.scs[build.threads[thread].sc].period = period;
}

void build_handled(u32 irq, u8 priority)
{
    build.handlers[irq] = priority;
}

void build_priority(u32 thread, u8 priority)
{
    build.scs[build.threads[thread].sc].urgency[0].priority = priority;
    build.scs[build.threads[thread].sc].urgency[1].priority = priority;
}

void build_vcpu(u32 thread, u8 low_priority)
{
    build.vcpus++;
    build.threads[thread].vcpu = build.vcpus;
    build.scs[build.threads[thread].sc].urgency[1].priority = low_priority;
}

void build_handler(u32 thread, u32 handler_slot, u32 health_slot)
{
    build.threads[thread].handler = (u16)handler_slot;
    build.threads[thread].health = (u16)health_slot;
}

void build_no_buffer(u32 thread)
{
    build.threads[thread].buffer = paddr(0);
    build.threads[thread].buffer_at = gpaddr(0);
}

void build_script(u32 thread, sim_script script, void *state, size_t state_size)
{
    build.scripts[thread] = script;
    build.states[thread] = state;
    build.state_sizes[thread] = state_size;
}

const char *build_boot(const struct sim_options *options)
{
    for (u32 i = 0; i < build.boot.sc_count; i++) {
        build.scs[i].described = build.scs[i].urgency[0].priority;
    }
    places_set(build.scs, build.boot.sc_count);
    levels_set(build.scs, build.threads, build.boot.sc_count, build.irqs, build.handlers,
               build.boot.irq_count);
    const char *misfit = sim_boot(&build.boot, options);

    if (misfit != NULL) {
        return misfit;
    }
    for (u32 i = 0; i < build.boot.thread_count; i++) {
        if (build.programs[i] != NULL) {
            sim_guest_host(boot_thread_index(i), build.programs[i], build.threads[i].argument);
        } else if (build.scripts[i] != NULL) {
            sim_guest_script(boot_thread_index(i), build.scripts[i], build.states[i],
                             build.state_sizes[i]);
        }
    }
    return NULL;
}
