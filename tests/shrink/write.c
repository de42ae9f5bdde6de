/* SPDX-License-Identifier: BSD-2-Clause */
/* A finding as the source of a Criterion test, by the functions of
 * tests/findings/finding_test.h. */
#include <ctype.h>

#include "machine.h"
#include "model.h"
#include "shrink.h"

static void mix(u32 *hash, u32 value)
{
    *hash = (*hash ^ value) * 0x01000193U;
    *hash ^= *hash >> 15;
}

u32 write_hash(const struct finding *f)
{
    u32 hash = 0x811c9dc5U;

    mix(&hash, f->system.seed);
    for (u32 i = 0; i < f->count; i++) {
        const struct step *s = &f->steps[i];
        mix(&hash, s->kind << 16 | s->number);
        mix(&hash, s->address);
        mix(&hash, s->value);
        mix(&hash, s->plan.argument);
        for (u32 n = 0; n < 8U; n++) {
            mix(&hash, s->regs[n]);
        }
    }
    return hash;
}

static void number(FILE *out, u32 value)
{
    if (value == THIMBLE_NO_SLOT) {
        fprintf(out, "THIMBLE_NO_SLOT");
    } else {
        fprintf(out, value > 4096U ? "0x%xU" : "%u", value);
    }
}

static void arguments(FILE *out, const u32 *values, u32 count)
{
    for (u32 i = 0; i < count; i++) {
        fprintf(out, "%s", i != 0 ? ", " : "");
        number(out, values[i]);
    }
}

/* ---- the system ----------------------------------------------------------*/

static void write_objects(FILE *out, const struct model *m)
{
    static const char *const memories[] = {
        [MEMORY_NORMAL] = "MEMORY_NORMAL",
        [MEMORY_UNCACHED] = "MEMORY_UNCACHED",
        [MEMORY_DEVICE] = "MEMORY_DEVICE",
    };

    for (u32 i = 0; i < m->cell_count; i++) {
        fprintf(out, "    add_cell(%u, %u, %u, 0x%xU);\n", m->cells[i].slots, m->cells[i].quota,
                m->cells[i].regions, m->regions[i].pa);
    }
    for (u32 i = m->cell_count; i < REGION_MAX && m->regions[i].used; i++) {
        const struct model_region *r = &m->regions[i];
        fprintf(out, "    add_region(%u, 0x%xU, 0x%xU, %s, %u);\n", r->owner, r->pa, r->size,
                memories[r->memory], r->access);
    }
    if (m->fixed) {
        fprintf(out, "    fix_memory();\n");
    }
    for (u32 i = 0; i < m->irq_count; i++) {
        fprintf(out, "    add_irq(%u, %s);\n", m->irqs[i].line, m->irqs[i].edge ? "true" : "false");
    }
    for (u32 i = 1; i < m->thread_count; i++) {
        const struct model_thread *t = &m->threads[i];
        const u32 rest[] = {t->handler, t->health, t->buffer, t->argument};
        if (t->sc == MODEL_NONE) {
            fprintf(out, "    add_passive(%u, %u, ", t->cell, t->level);
        } else {
            const struct model_sc *sc = &m->scs[t->sc];
            fprintf(out, "    add_active(%u, %u, %u, %u, %u, ", t->cell, t->level, sc->priority,
                    sc->budget, sc->period);
        }
        arguments(out, rest, ARRAY_SIZE(rest));
        fprintf(out, "); /* thread %u */\n", i);
        if (t->vcpu != MODEL_NONE) {
            fprintf(out, "    make_vcpu(%u, %u, %u);\n", i, t->vcpu, m->scs[t->sc].low);
        }
    }
}

static void write_caps(FILE *out, const struct model *m)
{
    static const char *const types[] = {
        [THIMBLE_CAP_THREAD] = "THREAD", [THIMBLE_CAP_NOTIFICATION] = "NOTIFICATION",
        [THIMBLE_CAP_REGION] = "REGION", [THIMBLE_CAP_IRQ] = "IRQ",
        [THIMBLE_CAP_CELL] = "CELL",
    };

    for (u32 cell = 0; cell < m->cell_count; cell++) {
        for (u32 slot = 0; slot < m->cells[cell].slots; slot++) {
            const struct model_cap *c = &m->caps[m->cells[cell].first + slot];
            if (c->type == THIMBLE_CAP_EMPTY) {
                continue;
            }
            fprintf(out, "    add_cap(%u, %u, THIMBLE_CAP_%s, %u, %u, ", cell, slot,
                    types[c->type], c->rights, c->object);
            number(out, c->badge);
            fprintf(out, ");\n");
        }
    }
}

/* ---- steps ---------------------------------------------------------------*/

/* Events by their functions: what their argument is. */
static void write_event(FILE *out, u32 event, u32 argument)
{
    static const char *const names[EVENTS] = {
        [EVENT_RISE] = "RISE",   [EVENT_FALL] = "FALL", [EVENT_TIME] = "TIME",
        [EVENT_STORM] = "STORM", [EVENT_LOSE] = "LOSE", [EVENT_SPURIOUS] = "SPURIOUS",
        [EVENT_LATE] = "LATE",   [EVENT_SPECULATE] = "SPECULATE",
    };

    fprintf(out, "EVENT_%s, ", names[event]);
    if (event == EVENT_STORM) {
        fprintf(out, "%u + %u * MODEL_STORM", argument % MODEL_STORM, argument / MODEL_STORM);
    } else {
        number(out, argument);
    }
}

static void write_hypercall(FILE *out, const struct step *step)
{
    const char *name = step_hypercall_name(step->number);
    u32 count = 8;

    fprintf(out, "do_hypercall(");
    if (name != NULL) {
        fprintf(out, "THIMBLE_");
        for (; *name != '\0'; name++) {
            fputc(toupper((unsigned char)*name), out);
        }
    } else {
        number(out, step->number);
    }
    while (count != 0 && step->regs[count - 1U] == 0) {
        count--;
    }
    fprintf(out, "%s", count != 0 ? ", " : "");
    arguments(out, step->regs, count);
    fprintf(out, ")");
}

static void write_guest(FILE *out, const struct step *step)
{
    static const char *const names[GUESTS] = {"TAKE", "END", "TIMER", "SLEEP", "EXIT"};

    if (step->number == GUEST_EXIT) {
        fprintf(out, "do_exit(%u, (const u32[]){", step->address);
        arguments(out, step->regs, 5);
        fprintf(out, "})");
        return;
    }
    fprintf(out, "do_guest(GUEST_%s, ", names[step->number]);
    number(out, step->number == GUEST_TAKE ? 0 : step->value);
    fprintf(out, ", ");
    number(out, step->address);
    fprintf(out, ")");
}

static void write_step(FILE *out, const struct step *step)
{
    const u32 access[] = {step->address, step->size, step->value};
    const u32 fault[] = {step->number, step->address, step->value};

    if (step->plan.number != 0) {
        fprintf(out, "    meanwhile(%s, %u, ", step->plan.hop ? "AT_HOP" : "AT_POINT",
                step->plan.number);
        write_event(out, step->plan.event, step->plan.argument);
        fprintf(out, ");\n");
    }
    fprintf(out, "    ");
    switch (step->kind) {
    case STEP_HYPERCALL:
        write_hypercall(out, step);
        break;
    case STEP_ACCESS:
        fprintf(out, "do_access(%s, ", step->number == ACCESS_WRITE  ? "ACCESS_WRITE"
                                       : step->number == ACCESS_READ ? "ACCESS_READ"
                                                                     : "ACCESS_EXECUTE");
        arguments(out, access, ARRAY_SIZE(access));
        fprintf(out, ")");
        break;
    case STEP_FAULT:
        fprintf(out, "do_fault(");
        arguments(out, fault, ARRAY_SIZE(fault));
        fprintf(out, ")");
        break;
    case STEP_GUEST:
        write_guest(out, step);
        break;
    default:
        fprintf(out, "do_event(");
        write_event(out, step->number, step->value);
        fprintf(out, ")");
        break;
    }
    if (step->kind == STEP_EVENT) {
        fprintf(out, ";\n");
    } else {
        fprintf(out, "; /* thread %u */\n", step->thread);
    }
}

void write_test(FILE *out, const struct finding *f, const struct outcome *outcome,
                const char *origin)
{
    fprintf(out,
            "/* SPDX-License-Identifier: BSD-2-Clause */\n"
            "/* Found by %s:\n * %s. */\n"
            "#include \"finding_test.h\"\n\n"
            "Test(finding, shrunk_%08x)\n{\n",
            origin, outcome->text, write_hash(f));
    fprintf(out, "    begin_system(");
    number(out, f->system.seed);
    fprintf(out, ", %u, %s);\n", f->system.speculate_every, f->system.trace ? "true" : "false");
    write_objects(out, &f->system.model);
    if (f->system.model.notification_count != 0) {
        fprintf(out, "    add_notifications(%u);\n", f->system.model.notification_count);
    }
    write_caps(out, &f->system.model);
    fprintf(out, "    boot_system();\n\n");
    for (u32 i = 0; i < f->count; i++) {
        write_step(out, &f->steps[i]);
    }
    fprintf(out, "    end_system();\n}\n");
}
