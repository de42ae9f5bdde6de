/* SPDX-License-Identifier: BSD-2-Clause */
#include "finding_test.h"

#include "compare.h"
#include "finding.h"

static struct system_drawn drawn;
static struct hooks_plan plan;
static u32 steps;

/* ---- the system ----------------------------------------------------------*/

void begin_system(u32 seed, u32 speculate_every, bool trace)
{
    system_empty(&drawn);
    drawn.seed = seed;
    drawn.speculate_every = speculate_every;
    drawn.trace = trace;
    steps = 0;
}

void add_region(u32 cell, u32 pa, u32 size, u32 memory, u32 access)
{
    struct model_region *r = drawn.model.regions;

    while (r->used) {
        r++;
    }
    *r = (struct model_region){
        .used = true,
        .owner = cell,
        .pa = pa,
        .size = size,
        .memory = memory,
        .access = access,
        .cell = MODEL_NONE,
    };
}

void add_cell(u32 slots, u32 tables, u32 regions, u32 image)
{
    u32 index = drawn.model.cell_count++;
    struct model_cell *cell = &drawn.model.cells[index];

    cell->first = drawn.model.cap_count;
    cell->slots = slots;
    cell->quota = tables;
    cell->regions = regions;
    drawn.model.cap_count += slots;
    add_region(index, image, SYSTEM_IMAGE_SIZE, MEMORY_NORMAL, ACCESS_READ | ACCESS_WRITE);
}

void fix_memory(void)
{
    drawn.model.fixed = true;
}

void add_irq(u32 line, bool edge)
{
    drawn.model.irqs[drawn.model.irq_count++] = (struct model_irq){
        .line = line, .edge = edge, .cell = MODEL_NONE, .slot = THIMBLE_NO_SLOT, .cap = MODEL_NONE};
}

void add_notifications(u32 count)
{
    drawn.model.notification_count += count;
}

void add_passive(u32 cell, u32 level, u32 handler, u32 health, u32 buffer, u32 argument)
{
    drawn.model.threads[drawn.model.thread_count++] = (struct model_thread){
        .cell = cell,
        .level = level,
        .sc = MODEL_NONE,
        .vcpu = MODEL_NONE,
        .doing = DOING_RECEIVE,
        .window = THIMBLE_NO_SLOT,
        .handler = handler,
        .health = health,
        .buffer = buffer,
        .argument = argument,
        .regs = {argument},
    };
}

void add_active(u32 cell, u32 level, u32 priority, u32 budget, u32 period, u32 handler, u32 health,
                u32 buffer, u32 argument)
{
    struct model *m = &drawn.model;

    add_passive(cell, level, handler, health, buffer, argument);
    m->threads[m->thread_count - 1U].doing = DOING_RUN;
    m->threads[m->thread_count - 1U].sc = m->sc_count;
    m->scs[m->sc_count++] = (struct model_sc){
        .thread = m->thread_count - 1U, .priority = priority, .budget = budget, .period = period};
}

void make_vcpu(u32 thread, u32 vcpu, u32 low)
{
    struct model_thread *t = &drawn.model.threads[thread];

    t->vcpu = vcpu;
    drawn.model.scs[t->sc].low = low;
}

void add_cap(u32 cell, u32 slot, u32 type, u32 rights, u32 object, u32 badge)
{
    drawn.model.caps[drawn.model.cells[cell].first + slot] = (struct model_cap){
        .type = type, .rights = rights, .object = object, .badge = badge, .parent = MODEL_NONE};
}

void boot_system(void)
{
    const char *wrong = system_boot(&drawn);

    cr_assert(wrong == NULL, "%s", wrong);
    wrong = compare_state();
    cr_assert(wrong == NULL, "after boot: %s", wrong);
}

/* ---- steps ---------------------------------------------------------------*/

static void make(struct step step)
{
    step.plan = plan;
    plan = (struct hooks_plan){.number = 0};
    steps++;
    const char *wrong = finding_step(&step);
    cr_assert(wrong == NULL, "step %u: %s", steps, wrong);
}

void meanwhile(bool hop, u32 number, enum model_event event, u32 argument)
{
    plan = (struct hooks_plan){hop, number, event, argument};
}

void step_hypercall(u32 number, const u32 *regs)
{
    struct step step = {.kind = STEP_HYPERCALL, .number = number};

    memcpy(step.regs, regs, sizeof(step.regs));
    make(step);
}

void do_access(u32 access, u32 address, u32 size, u32 value)
{
    make((struct step){
        .kind = STEP_ACCESS, .number = access, .address = address, .size = size, .value = value});
}

void do_fault(u32 kind, u32 address, u32 pc)
{
    make((struct step){.kind = STEP_FAULT, .number = kind, .address = address, .value = pc});
}

void do_guest(enum model_guest what, u32 value, u32 address)
{
    make((struct step){.kind = STEP_GUEST, .number = what, .address = address, .value = value});
}

void do_exit(u32 kind, const u32 *words)
{
    struct step step = {.kind = STEP_GUEST, .number = GUEST_EXIT, .address = kind};

    memcpy(step.regs, words, 5U * sizeof(u32));
    make(step);
}

void do_event(enum model_event event, u32 argument)
{
    make((struct step){.kind = STEP_EVENT, .number = event, .value = argument});
}

void end_system(void)
{
    const char *wrong = compare_ram();

    cr_assert(wrong == NULL, "%s", wrong);
}
