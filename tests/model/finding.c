/* SPDX-License-Identifier: BSD-2-Clause */
#include "finding.h"

#include "compare.h"
#include "model.h"

const char *finding_step(struct step *step)
{
    if (model.current == MODEL_IDLE && step->kind != STEP_EVENT) {
        return NULL;
    }
    if (step->kind == STEP_GUEST && model.threads[model.current].vcpu == MODEL_NONE) {
        return NULL;
    }
    return step_run(step, true);
}

const char *finding_run(struct finding *f, u32 *at)
{
    const char *difference = system_boot(&f->system);

    *at = 0;
    if (difference == NULL) {
        difference = compare_state();
    }
    while (difference == NULL && *at < f->count) {
        difference = finding_step(&f->steps[*at]);
        *at += difference == NULL;
    }
    return difference != NULL ? difference : compare_ram();
}
