/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a program was: see spot.h. */
#include "spot.h"

#include "guest.h"
#include "host.h"

bool (*spot_resolve)(const struct sim_spot *spot, char *text, size_t size);

void spot_take_at(struct sim_spot *spot, u32 index, uintptr_t pc, uintptr_t sp, uintptr_t fp,
                  uintptr_t link)
{
    const struct sim_guest *guest = &sim_guests[index];
    uintptr_t low = (uintptr_t)guest->stack + host_stack_guard(guest->limit);
    uintptr_t top = (uintptr_t)sim_guest_stack_top(guest);

    spot->pc = pc;
    spot->sp = sp;
    spot->fp = fp;
    spot->link = link;
    spot->size = 0;
    /* (Not of the guard, where the pointer is after an overflow.) */
    if (guest->stack != NULL && sp >= low && sp < top) {
        spot->size = (u32)(top - sp < SPOT_STACK ? top - sp : SPOT_STACK);
        host_stack_copy(spot->stack, guest->stack + (sp - (uintptr_t)guest->stack), spot->size);
    }
}

void spot_take(struct sim_spot *spot, u32 index)
{
    const struct sim_guest *guest = &sim_guests[index];

    spot->pc = 0;
    spot->exact = false;
    if (guest->stack != NULL) {
        const struct sim_context *c = &guest->context;
        spot_take_at(spot, index, c->pc, c->sp, c->fp, 0);
    }
}

bool spot_text(const struct sim_spot *spot, char *text, size_t size)
{
    text[0] = '\0';
    return spot->pc != 0 && spot_resolve != NULL && spot_resolve(spot, text, size);
}
