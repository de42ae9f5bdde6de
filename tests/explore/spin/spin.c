/* SPDX-License-Identifier: BSD-2-Clause */
/* See spin.h. The explorer's own functions are used: its sources are part of this one. */
int explore_main(int argc, char **argv);
#define main explore_main
#include "explore.c"
#include "state.c"
#undef main

#include "spin.h"

struct spin spin;
struct normal spin_normal;

static const char *wrong;
static struct step steps[STEPS_MAX];
static struct step events[STEPS_MAX];
static bool forced[STEPS_MAX];
static u64 before[IMAGE_WORDS];

static void state_reached(void)
{
    spin_normal = *state_normal();
    spin = (struct spin){.steps = steps_list(steps, forced)};
    if (spin.steps > SPIN_STEPS) {
        abort();
    }
}

void spin_begin(void)
{
    const char *name = getenv("SCOPE");

    options.small = getenv("SHORT") != NULL;
    for (u32 i = 0; i < scope_count; i++) {
        if (name != NULL && strcmp(name, scopes[i].name) == 0) {
            x.scope = &scopes[i];
        }
    }
    if (x.scope == NULL || (x.scope->flags & SCOPE_TABLES) != 0 || begin() != NULL) {
        fprintf(stderr, "spin: no such scope, or one with page tables\n");
        exit(1);
    }
    state_reached();
}

/* Made to know what it comes to; it stays made if that is nothing. */
void spin_step(u32 base)
{
    (void)steps_list(steps, forced);
    spin.base = base;
    spin.events = events_list(events);
    image_take(before);
    model.wrong = NULL; /* of a step on another path */
    wrong = make(&steps[base]);
    spin.points = hooks_points(false);
    spin.ways = 1U + (spin.points + hooks_points(true)) * spin.events;
    if (spin.ways > SPIN_WAYS) {
        abort();
    }
    if (spin.ways > 1U) {
        image_give(before);
        model.wrong = NULL;
    }
}

const char *spin_way(u32 way)
{
    if (spin.ways > 1U) {
        (void)steps_list(steps, forced);
        (void)events_list(events);
        struct step *step = &steps[spin.base];
        if (way != 0) {
            u32 number = (way - 1U) / spin.events;
            const struct step *event = &events[(way - 1U) % spin.events];
            bool hop = number >= spin.points;
            step->plan = (struct hooks_plan){hop, number - (hop ? spin.points : 0) + 1U,
                                             (enum model_event)event->number, event->value};
        }
        wrong = make(step);
    }
    state_reached();
    return wrong;
}
