/* SPDX-License-Identifier: BSD-2-Clause */
/* kernel_check() on capabilities, derivation and revocation, regions, and irqs of two cells. */
#include "finds.h"

#define RIGHTS (THIMBLE_RIGHT_CALL | THIMBLE_RIGHT_CONTROL)
#define AT 0x20000000U

static u32 left;
static u32 right;
static u32 empty; /* without threads */

/* Slots, the same in both cells. */
enum {
    SLOT_EMPTY = 0,
    SLOT_SERVER,
    SLOT_BELL,
    SLOT_IRQ,
    SLOT_REGION,
    SLOT_SPARE, /* left: an irq that is not bound */
    SLOT_CHILD,
    SLOT_GRANDCHILD,
    SLOT_SIBLING,
    SLOTS
};

static u32 build_side(const char *name, u8 priority, u32 place)
{
    u32 cell = build_cell(name);
    (void)build_active(cell, priority, NULL, 0);
    u32 server = build_passive(cell, 0, NULL, 0);
    (void)build_grant(cell, THIMBLE_CAP_THREAD, RIGHTS, server, 0);
    (void)cap_notification(cell, build_notification(), 1);
    (void)cap_irq(cell, build_irq((u16)(40U + place), false));
    u32 region = build_region(cell, (struct machine_mapping){
                                        .gpa = gpaddr(0),
                                        .pa = paddr(SIM_RAM_BASE + (8U + place) * MIB),
                                        .size = 2U * PAGE_SIZE,
                                        .memory = MEMORY_NORMAL,
                                        .access = ACCESS_READ,
                                    });
    build_unmapped(region);
    (void)build_grant(cell, THIMBLE_CAP_REGION, ACCESS_READ, region, 0);
    return cell;
}

static void done(u32 number, u32 r0, u32 r1, u32 r2, u32 r3)
{
    drive_hypercall(number, r0, r1, r2, r3);
    cr_assert_eq(kernel.cpu[0].regs[0], THIMBLE_OK);
}

/* Both have bound their irq; left's region is mapped, right's is not. Of left's server
 * there is a list: SERVER, SIBLING, CHILD, GRANDCHILD. */
static void prepare(void)
{
    build_begin();
    left = build_side("left", 20, 0);
    right = build_side("right", 10, 1);
    empty = build_cell("empty");
    (void)cap_irq(left, build_irq(42, false));
    build_slots(left, SLOTS);
    build_slots(right, SLOTS);
    drive_boot();
    done(THIMBLE_CAP_COPY, SLOT_SERVER, SLOT_CHILD, RIGHTS, 0);
    done(THIMBLE_CAP_COPY, SLOT_CHILD, SLOT_GRANDCHILD, RIGHTS, 0);
    done(THIMBLE_CAP_COPY, SLOT_SERVER, SLOT_SIBLING, RIGHTS, 0);
    done(THIMBLE_IRQ_BIND, SLOT_IRQ, SLOT_BELL, 0, 0);
    done(THIMBLE_REGION_MAP, SLOT_REGION, AT, THIMBLE_NO_SLOT, 0);
    drive_block(SLOT_BELL);
    done(THIMBLE_IRQ_BIND, SLOT_IRQ, SLOT_BELL, 0, 0);
}

TestSuite(check_memory, .init = prepare);

#define FINDS(name, invariant, ...) FINDS_BY(check_memory, name, invariant, __VA_ARGS__)

/* Of left, by slot. */
static u16 at(u32 slot)
{
    return (u16)(kernel.cells[left].slot_base + slot);
}

static struct derivation *D(u32 slot)
{
    return &kernel.derivations[at(slot)];
}

static cap_t *C(u32 slot)
{
    return &kernel.caps[at(slot)];
}

static struct region *region_of(u32 cell)
{
    return &kernel.regions[cap_object(*drive_cap(cell, SLOT_REGION))];
}

Test(check_memory, finds_nothing_in_a_sound_state)
{
    cr_assert_null(kernel_check());
    cr_assert_eq(D(SLOT_SERVER)->next, at(SLOT_SIBLING));
    cr_assert_eq(D(SLOT_SIBLING)->next, at(SLOT_CHILD));
    cr_assert_eq(D(SLOT_CHILD)->next, at(SLOT_GRANDCHILD));
}

/* ---- derivation --------------------------------------------------------------------------*/
#define EMPTY "d->next == NONE && d->prev == NONE && depth == 0"
FINDS(empty_slot_with_a_successor, EMPTY, D(SLOT_EMPTY)->next = at(SLOT_CHILD))
FINDS(empty_slot_with_a_predecessor, EMPTY, D(SLOT_EMPTY)->prev = at(SLOT_CHILD))
FINDS(empty_slot_with_a_depth, EMPTY, D(SLOT_EMPTY)->depth = 1)
FINDS(derivation_that_is_too_deep, "depth <= DERIVATION_DEPTH_MAX",
      D(SLOT_SERVER)->depth = DERIVATION_DEPTH_MAX + 1U)
FINDS(root_with_a_depth, "(depth == 0) == (d->prev == NONE)", D(SLOT_SERVER)->depth = 1)
FINDS(successor_out_of_the_tables, "d->next < kernel.cap_count",
      D(SLOT_SERVER)->next = kernel.cap_count)
FINDS(successor_far_out_of_the_tables, "d->next < kernel.cap_count",
      D(SLOT_SERVER)->next = 0xfff0)
FINDS(successor_that_is_empty, "kernel.caps[d->next] != 0",
      D(SLOT_SERVER)->next = at(SLOT_EMPTY))
FINDS(successor_that_names_another, "next->prev == cap", D(SLOT_SIBLING)->prev = at(SLOT_IRQ))
FINDS(successor_that_is_a_root, "next->depth != 0", D(SLOT_SIBLING)->depth = 0)
FINDS(generation_that_is_missing, "next->depth <= depth + 1U", D(SLOT_SIBLING)->depth = 2)
FINDS(predecessor_that_names_another, "kernel.derivations[d->prev].next == cap",
      D(SLOT_IRQ)->prev = at(SLOT_SERVER); D(SLOT_IRQ)->depth = 1)
FINDS(predecessor_far_out_of_the_tables, "d->prev < kernel.cap_count", D(SLOT_IRQ)->prev = 0xfff0;
      D(SLOT_IRQ)->depth = 1)

/* ---- revocation --------------------------------------------------------------------------*/
static void revoking(u16 cap, u16 cursor)
{
    kernel.revocation = (struct revocation){.cap = cap, .cursor = cursor};
}

static void mark(u32 slot)
{
    *C(slot) |= CAP_MARK;
}

Test(check_memory, finds_nothing_in_a_revocation)
{
    revoking(at(SLOT_SERVER), at(SLOT_CHILD));
    mark(SLOT_SIBLING);
    mark(SLOT_CHILD);
    cr_assert_null(kernel_check());
}

FINDS(mark_without_a_revocation, "kernel.revocation.cap != NONE", mark(SLOT_CHILD))
FINDS(progress_of_no_revocation, "r->cursor == NONE && r->unlinking == 0",
      revoking(NONE, at(SLOT_CHILD)))
FINDS(end_of_no_revocation, "r->cursor == NONE && r->unlinking == 0",
      kernel.revocation.unlinking = 1)
FINDS(revocation_out_of_the_tables, "cap < kernel.cap_count", revoking(0xfff0, 0xfff0))
FINDS(revocation_of_an_empty_slot, "kernel.caps[cap] != 0",
      revoking(at(SLOT_EMPTY), at(SLOT_EMPTY)))
FINDS(revocation_of_what_is_marked, "!(kernel.caps[cap] & CAP_MARK)", mark(SLOT_SERVER);
      revoking(at(SLOT_SERVER), at(SLOT_SERVER)))
FINDS(revocation_beyond_the_end_of_its_list, "cap != NONE", revoking(at(SLOT_CHILD), at(SLOT_IRQ));
      mark(SLOT_GRANDCHILD))
FINDS(revocation_beyond_what_was_derived, ".depth > kernel.derivations[r->cap].depth",
      revoking(at(SLOT_SIBLING), at(SLOT_CHILD)))
FINDS(revocation_that_has_left_one_out, "not so: kernel.caps[cap] & CAP_MARK",
      revoking(at(SLOT_SERVER), at(SLOT_CHILD)); mark(SLOT_CHILD))

/* ---- regions -----------------------------------------------------------------------------*/
FINDS(region_capability_out_of_the_pool, "object < REGION_MAX",
      *C(SLOT_SPARE) = cap_make(THIMBLE_CAP_REGION, ACCESS_READ, REGION_MAX, 0))
FINDS(capability_of_a_free_region, "kernel.regions[object].state != REGION_FREE",
      *C(SLOT_SPARE) = cap_make(THIMBLE_CAP_REGION, ACCESS_READ, kernel.region_free, 0))
FINDS(region_in_a_state_that_does_not_exist, "r->state < REGION_STATES",
      region_of(left)->state = REGION_STATES)
FINDS(region_mapped_beyond_its_end, "r->done <= r->map.size",
      region_of(left)->done = region_of(left)->map.size + PAGE_SIZE)
FINDS(region_mapped_in_part, "r->state != REGION_MAPPED || r->done == r->map.size",
      region_of(left)->done = PAGE_SIZE)
FINDS(region_mapped_in_no_cell, "(r->cell == NONE) ==", region_of(left)->cell = NONE)
FINDS(unmapped_region_in_a_cell, "(r->cell == NONE) ==", region_of(right)->cell = (u16)right)
FINDS(table_pages_set_aside_for_no_mapping, "r->reserved == 0 || moving",
      region_of(right)->reserved = 1)
FINDS(progress_of_no_mapping, "r->done == 0 && r->map.gpa.raw == 0",
      region_of(right)->done = PAGE_SIZE)
FINDS(address_of_no_mapping, "r->done == 0 && r->map.gpa.raw == 0",
      region_of(right)->map.gpa = gpaddr(AT))
FINDS(region_without_a_size, "(r->state == REGION_FREE) == (r->map.size == 0)",
      region_of(right)->map.size = 0)
FINDS(free_region_with_a_size, "(r->state == REGION_FREE) == (r->map.size == 0)",
      kernel.regions[kernel.region_free].map.size = PAGE_SIZE)
FINDS(free_regions_in_a_circle, "listed <= free",
      kernel.regions[kernel.region_free].next = kernel.region_free)
FINDS(used_region_among_the_free, "kernel.regions[i].state == REGION_FREE",
      kernel.region_free = cap_object(*C(SLOT_REGION)))
FINDS(regions_of_each_other, ".owner == cell", region_of(left)->owner = (u16)right;
      region_of(right)->owner = (u16)left)

FINDS(table_out_of_the_pool, "(u32)c->slot_base + c->slots <= kernel.cap_count",
      kernel.cells[empty].slot_base = 0xfff0)
FINDS(table_beyond_the_pools_end, "(u32)c->slot_base + c->slots <= kernel.cap_count",
      kernel.cells[empty].slots++)

/* ---- irqs --------------------------------------------------------------------------------*/
FINDS(irq_bound_by_a_capability_of_the_cell_before, "irq->cap >= cell->slot_base",
      kernel.irqs[1].cap = at(SLOT_IRQ))
FINDS(irq_bound_by_the_capability_of_another, "cap_object(kernel.caps[irq->cap]) == index",
      kernel.irqs[0].cap = at(SLOT_SPARE))
FINDS(irq_bound_to_a_slot_of_the_cell_before, "irq->target >= cell->slot_base",
      kernel.irqs[1].target = at(SLOT_BELL))
