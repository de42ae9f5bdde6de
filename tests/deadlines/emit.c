/* SPDX-License-Identifier: BSD-2-Clause */
/* A drawn system as a file for `make ARCH=arm SYSTEM=FILE`: see deadlines.h, and target.h. */
#include "deadlines.h"

static void emit_thread(FILE *file, const struct system_thread *t, u32 actor)
{
    fprintf(file, "    {.name = \"%s\", .argument = %u, ", t->name, actor);
    if (t->passive) {
        fprintf(file, ".passive = true, .level = %u, .service_us = %u},\n", t->level,
                t->service_us);
        return;
    }
    fprintf(file, ".priority = %u, .budget_us = %u, .period_us = %u, .deadline_us = %u, "
                  ".wakes = %u},\n",
            t->priority, t->budget_us, t->period_us, t->deadline_us, t->wakes);
}

static void emit_cap(FILE *file, const struct system_cap *cap)
{
    static const char *const kinds[] = {"thread", "notification", "region", "cell"};
    const char *const names[] = {cap->thread, cap->notification, cap->region, cap->cell};

    for (u32 i = 0; i < ARRAY_SIZE(names); i++) {
        if (names[i] != NULL) {
            fprintf(file, "    {.slot = %u, .%s = \"%s\", .rights = %u, .badge = %u},\n", cap->slot,
                    kinds[i], names[i], cap->rights, cap->badge);
        }
    }
}

/* Its threads are those of the actors from `actor` on. */
static void emit_tables(FILE *file, u32 cell, u32 actor)
{
    fprintf(file, "static const struct system_thread threads%u[] = {\n", cell);
    for (u32 i = 0; i < THREADS_EACH && plan.threads[cell][i].name != NULL; i++) {
        emit_thread(file, &plan.threads[cell][i], actor + i);
    }
    fprintf(file, "    {0},\n};\nstatic const struct system_cap caps%u[] = {\n", cell);
    for (u32 i = 0; i < CAPS_EACH && plan.caps[cell][i].slot != 0; i++) {
        emit_cap(file, &plan.caps[cell][i]);
    }
    fprintf(file, "    {0},\n};\n");
}

static void emit_cell(FILE *file, u32 cell, bool promised)
{
    const struct system_cell *c = &plan.cells[cell];

    fprintf(file, "    {.name = \"%s\", .program = \"actor\", .memory = 64U * KIB, .tables = %u,\n",
            c->name, c->tables);
    fprintf(file, "     .threads = threads%u, .caps = caps%u%s%s},\n", cell, cell,
            promised ? ", .stats = true" : "", c->regions != NULL ? ", .regions = regions" : "");
}

static void emit_actor(FILE *file, const struct actor *a)
{
    fprintf(file, "    {%u, %u, %uU, %lluU, %lluU, %lluU, {%u, %u}, %lluU, %lluU, %u, %u},\n",
            (u32)a->act, a->index, a->wakes, (unsigned long long)a->first,
            (unsigned long long)a->period, (unsigned long long)a->budget, a->calls[0], a->calls[1],
            (unsigned long long)(a->act == ACT_SERVER ? a->service : a->left),
            (unsigned long long)a->bound, a->nested, a->apart);
}

void emit(FILE *file, u64 seed)
{
    u32 actor = 0;

    fprintf(file, "/* Drawn from seed %llu. */\n#include \"../../../tests/deadlines/target.h\"\n",
            (unsigned long long)seed);
    fprintf(file, "const struct drawn drawn[] = {\n");
    for (u32 i = 0; i < plan.actor_count; i++) {
        emit_actor(file, &plan.actors[i]);
    }
    fprintf(file, "};\n");
    if (plan.regions[0].name != NULL) {
        fprintf(file, "static const struct system_region regions[] = {\n"
                      "    {.name = \"big\", .unmapped = true, .size = MIB,\n"
                      "     .access = ACCESS_READ | ACCESS_WRITE}, {0}};\n");
    }
    for (u32 cell = 0; cell < plan.cell_count; cell++) {
        emit_tables(file, cell, actor);
        for (u32 i = 0; i < THREADS_EACH && plan.threads[cell][i].name != NULL; i++) {
            actor++;
        }
    }
    fprintf(file, "static const struct system_cell cells[] = {\n");
    for (u32 cell = 0, next = 0; cell < plan.cell_count; cell++) {
        const struct actor *a = &plan.actors[next];
        emit_cell(file, cell, a->act == ACT_JOB && a->bound != 0 && a->left != 0);
        for (u32 i = 0; i < THREADS_EACH && plan.threads[cell][i].name != NULL; i++) {
            next++;
        }
    }
    fprintf(file, "    {0},\n};\nstatic const struct system_notification notes[] = {\n");
    for (u32 i = 0; i < plan.actor_count; i++) {
        fprintf(file, "    {.name = \"%s\"},\n", plan.notifications[i].name);
    }
    fprintf(file, "    {0},\n};\nconst struct system thimble_system = {\n"
                  "    .name = \"drawn%llu\", .cells = cells, .notifications = notes,\n};\n",
            (unsigned long long)seed);
}
