/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include "../../user/vmm/port.h"
#include "vmm_rig.h"

#define GICD(offset) (VMM_GICD + (offset))
#define HOW(line) (lab.vcpu[0].injected[line])
#define COUNT(line) (lab.vcpu[0].injections[line])
#define SPI 50U /* no device drives it */
#define BIT(line) (1U << (line) % 32U)

static void set(uint32_t offset, uint32_t value)
{
    rig_write32(0, GICD(offset), value);
}

static uint32_t get(uint32_t offset)
{
    return rig_read32(0, GICD(offset));
}

static void begin(void)
{
    rig_prepare(1);
    rig_begin();
    set(0x000, 1);
}

static void drive(uint32_t line, uint32_t high)
{
    gicd_line(&lab.vmm->vm[0], line, high);
}

TestSuite(vmm_gicd, .init = begin);

Test(vmm_gicd, says_what_it_is)
{
    cr_assert_eq(get(0x000), 1);
    cr_assert_eq(get(0x004), 1); /* 64 lines, one CPU */
    cr_assert_eq(get(0x008), 0x0200043b);
    cr_assert_eq(get(0xfe8) & 0xf0, 0x20); /* architecture version 2 */
    const uint32_t id[] = {0x0d, 0xf0, 0x05, 0xb1};
    for (uint32_t i = 0; i < 4; i++) {
        cr_assert_eq(get(0xff0 + 4 * i), id[i]);
    }
    cr_assert_eq(get(0x800), 0x01010101);
    cr_assert_eq(get(0x820), 0x01010101);
    cr_assert_eq(rig_read(0, GICD(0x821), 1), 1);
    cr_assert_eq(get(0xc00), 0xaaaaaaaa); /* SGIs are edges */
}

Test(vmm_gicd, what_is_not_there_is_zero)
{
    const uint32_t nothing[] = {0x00c, 0x080, 0x108, 0x17c, 0x308, 0x3fc,
                                0x440, 0x840, 0xc10, 0xe00, 0xf00};

    for (uint32_t i = 0; i < sizeof(nothing) / sizeof(nothing[0]); i++) {
        set(nothing[i], nothing[i] == 0xf00 ? 1U << 24 : 0xffffffff);
        cr_assert_eq(get(nothing[i]), 0, "%x", nothing[i]);
    }
    cr_assert_eq(get(0x000), 1);
    cr_assert_eq(get(0x100), 0xffff);
    /* Bytes and halves of what has words only; words that are not aligned. */
    rig_write(0, GICD(0x104), 1, 0xff);
    rig_write(0, GICD(0x102), 2, 0xff);
    rig_write(0, GICD(0x402), 4, 0xffffffff);
    cr_assert_eq(get(0x104), 0);
    cr_assert_eq(get(0x400), 0);
    cr_assert_eq(rig_read(0, GICD(0x100), 2), 0);
}

Test(vmm_gicd, enables_and_disables)
{
    set(0x104, BIT(SPI) | 1);
    cr_assert_eq(get(0x104), BIT(SPI) | 1);
    cr_assert_eq(get(0x184), BIT(SPI) | 1);
    set(0x184, 1);
    cr_assert_eq(get(0x104), BIT(SPI));
    set(0x180, 0xffffffff); /* SGIs stay enabled */
    cr_assert_eq(get(0x100), 0xffff);
}

Test(vmm_gicd, a_level_follows_its_device)
{
    set(0x104, BIT(SPI));
    rig_write(0, GICD(0x400 + SPI), 1, 0xa7);
    drive(SPI, 1);
    cr_assert_eq(HOW(SPI), 0xa0 | PORT_LEVEL | PORT_HIGH);
    cr_assert_eq(get(0x204), BIT(SPI));
    drive(SPI, 1);
    cr_assert_eq(COUNT(SPI), 1);
    drive(SPI, 0);
    cr_assert_eq(HOW(SPI), 0xa0 | PORT_LEVEL);
    cr_assert_eq(get(0x204), 0);
}

/* Taking back another line's interrupt changes nothing of it. */
Test(vmm_gicd, a_level_follows_its_device_whatever_others_do)
{
    set(0x104, BIT(SPI) | BIT(SPI + 1U));
    drive(SPI, 1);
    set(0x284, BIT(SPI + 1U));
    drive(SPI, 0);
    cr_assert_eq(HOW(SPI), PORT_LEVEL);
    cr_assert_eq(get(0x204), 0);
}

Test(vmm_gicd, a_level_waits_for_its_enabling)
{
    drive(SPI, 1);
    cr_assert_eq(COUNT(SPI), 0);
    set(0x104, BIT(SPI));
    cr_assert_eq(HOW(SPI), PORT_LEVEL | PORT_HIGH);
    set(0x184, BIT(SPI));
    cr_assert_eq(HOW(SPI), PORT_LEVEL);
    set(0x104, BIT(SPI));
    cr_assert_eq(HOW(SPI), PORT_LEVEL | PORT_HIGH);
    set(0x000, 0); /* the whole distributor */
    cr_assert_eq(HOW(SPI), PORT_LEVEL);
    set(0x000, 1);
    cr_assert_eq(HOW(SPI), PORT_LEVEL | PORT_HIGH);
    cr_assert_eq(COUNT(SPI), 5);
}

Test(vmm_gicd, an_edge_comes_once)
{
    set(0xc0c, 2U << 2 * (SPI - 48));
    cr_assert_eq(get(0xc0c), 2U << 2 * (SPI - 48));
    set(0x104, BIT(SPI));
    drive(SPI, 1);
    cr_assert_eq(HOW(SPI), PORT_HIGH);
    drive(SPI, 0);
    cr_assert_eq(COUNT(SPI), 1);
    drive(SPI, 1);
    cr_assert_eq(COUNT(SPI), 2);
    set(0xc0c, 0);
    cr_assert_eq(get(0xc0c), 0);
}

Test(vmm_gicd, an_edge_waits_for_its_enabling)
{
    set(0xc0c, 2U << 2 * (SPI - 48));
    drive(SPI, 1);
    drive(SPI, 0);
    cr_assert_eq(COUNT(SPI), 0);
    cr_assert_eq(get(0x204), BIT(SPI));
    set(0x104, BIT(SPI));
    cr_assert_eq(HOW(SPI), PORT_HIGH);
    cr_assert_eq(get(0x204), BIT(SPI));
    cr_assert(rig_take(0, SPI));
    cr_assert_eq(get(0x204), 0);
}

Test(vmm_gicd, an_edge_is_not_lost_by_disabling)
{
    set(0xc0c, 2U << 2 * (SPI - 48));
    set(0x104, BIT(SPI));
    drive(SPI, 1); /* the guest has not taken it, */
    set(0x184, BIT(SPI)); /* and disables the line: taken back */
    cr_assert_eq(HOW(SPI), 0);
    cr_assert_eq(COUNT(SPI), 2);
    set(0x104, BIT(SPI));
    cr_assert_eq(HOW(SPI), PORT_HIGH);
    cr_assert_eq(COUNT(SPI), 3);
}

/* ---- pending and active, whether or not enabled (4.3.7) ---- */

/* One line, as hardware has it. */
struct line {
    uint32_t number;
    bool on, enabled, edge, level, latch, active;
};

static bool held(const struct line *l)
{
    return l->level && !l->edge;
}

static bool due(const struct line *l)
{
    return l->on && l->enabled && !l->active && (l->latch || held(l));
}

static void must_be(const struct line *l, uint32_t step)
{
    uint32_t word = 4 * (l->number / 32);
    bool core_due = ((lab.vcpu[0].pending & ~lab.vcpu[0].active) >> l->number & 1U) != 0;

    cr_assert_eq((get(0x200 + word) & BIT(l->number)) != 0, l->latch || held(l), "pending, %u",
                 step);
    cr_assert_eq(get(0x200 + word), get(0x280 + word));
    cr_assert_eq((get(0x300 + word) & BIT(l->number)) != 0, l->active, "active, %u", step);
    cr_assert_eq(get(0x300 + word), get(0x380 + word));
    cr_assert_eq(core_due, due(l), "to be taken, %u", step);
}

static void pending_write(struct line *l, bool to)
{
    if (l->number < 16) {
        rig_write(0, GICD((to ? 0xf20 : 0xf10) + l->number), 1, 1);
    } else {
        set((to ? 0x200 : 0x280) + 4 * (l->number / 32), BIT(l->number));
    }
    l->latch = to;
}

static void device(struct line *l, bool high)
{
    /* A latch and a level at once: see below. */
    if (l->number < 16 || (!l->edge && l->latch)) {
        return;
    }
    drive(l->number, high);
    l->latch |= l->edge && high && !l->level;
    l->level = high;
}

static void guest(struct line *l, bool takes)
{
    if (takes) {
        bool is_due = due(l);
        cr_assert_eq(rig_take(0, l->number), is_due);
        l->latch &= !is_due;
        l->active |= is_due;
    } else if ((lab.vcpu[0].active >> l->number & 1U) != 0) {
        rig_end(0, l->number);
        l->active = false;
    }
}

static void one_step(struct line *l, uint32_t what)
{
    uint32_t word = 4 * (l->number / 32);

    switch (what) {
    case 0: case 1:
        set((what ? 0x100 : 0x180) + word, BIT(l->number));
        l->enabled = what || l->number < 16;
        break;
    case 2: case 3:
        set(0x000, what & 1);
        l->on = what & 1;
        break;
    case 4:
        pending_write(l, false);
        break;
    case 5:
        if (!held(l)) {
            pending_write(l, true);
        }
        break;
    case 6: case 7:
        device(l, what & 1);
        break;
    case 8: case 9:
        set((what & 1 ? 0x300 : 0x380) + word, BIT(l->number));
        l->active = what & 1;
        break;
    default:
        guest(l, what & 1);
        break;
    }
}

Test(vmm_gicd, pending_and_active_are_what_hardware_has)
{
    const struct line lines[] = {{.number = SPI}, {.number = SPI, .edge = true},
                                 {.number = 5, .edge = true, .enabled = true}};
    uint32_t seed = 1;

    for (uint32_t i = 0; i < 3; i++) {
        begin();
        struct line l = lines[i];
        l.on = true;
        set(0xc0c, l.edge ? 2U << 2 * (SPI - 48) : 0);
        for (uint32_t step = 0; step < 20000; step++) {
            seed = seed * 1664525U + 1013904223U;
            one_step(&l, (seed >> 16) % 14);
            must_be(&l, step);
        }
    }
}

/* Made pending by software while a device holds it: it is pending still when that lets go. */
Test(vmm_gicd, a_level_may_be_made_pending_too)
{
    for (uint32_t first = 0; first < 2; first++) {
        begin();
        set(0x104, BIT(SPI));
        drive(SPI, first);
        set(0x204, BIT(SPI));
        drive(SPI, 1);
        drive(SPI, 0);
        cr_assert_eq(get(0x204), BIT(SPI));
        cr_assert(rig_take(0, SPI));
        rig_end(0, SPI);
        cr_assert_eq(get(0x204), 0);
        drive(SPI, 1); /* an ordinary one after that */
        drive(SPI, 0);
        cr_assert_eq(get(0x204), 0);
        set(0x204, BIT(SPI));
        drive(SPI, 1);
        set(0x184, BIT(SPI));
        drive(SPI, 0);
        cr_assert_eq(get(0x204), BIT(SPI));
        set(0x104, BIT(SPI));
        cr_assert(rig_take(0, SPI));
    }
}

Test(vmm_gicd, sgis_are_set_and_cleared)
{
    cr_assert_eq(get(0xf20), 0);
    set(0xf20, 0x00ff0001); /* by CPU 0, and by CPUs that there are not */
    cr_assert_eq(HOW(0), PORT_HIGH);
    cr_assert_eq(HOW(2), PORT_HIGH);
    cr_assert_eq(get(0xf20), 0x00010001);
    cr_assert_eq(get(0xf10), 0x00010001);
    cr_assert_eq(rig_read(0, GICD(0xf22), 1), 1);
    rig_write(0, GICD(0xf2f), 1, 0xfe);
    cr_assert_eq(get(0xf2c), 0);
    rig_write(0, GICD(0xf2e), 2, 0x0100);
    cr_assert_eq(get(0xf2c), 0x01000000);
    cr_assert_eq(get(0x200), 0x8005);
    rig_write(0, GICD(0xf12), 1, 1);
    cr_assert_eq(HOW(2), 0);
    cr_assert_eq(get(0xf20), 0x00000001);
    set(0x000, 0);
    cr_assert_eq(get(0xf20), 0x00000001);
    set(0xf20, 0x00000100);
    cr_assert_eq(HOW(1), 0);
    set(0x000, 1);
    cr_assert_eq(HOW(0), PORT_HIGH);
    cr_assert_eq(HOW(1), PORT_HIGH);
}

Test(vmm_gicd, a_taken_interrupt_does_not_come_again_by_disabling)
{
    set(0xc0c, 2U << 2 * (SPI - 48));
    set(0x104, BIT(SPI));
    drive(SPI, 1); /* high still */
    cr_assert(rig_take(0, SPI));
    set(0x184, BIT(SPI));
    set(0x104, BIT(SPI));
    rig_end(0, SPI);
    cr_assert_not(rig_take(0, SPI));
}

Test(vmm_gicd, what_is_not_pending_is_not_taken_back)
{
    set(0x104, 0xffffffff);
    uint32_t before = 0;
    for (uint32_t i = 32; i < VMM_LINES; i++) {
        before += COUNT(i);
    }
    set(0x000, 0);
    for (uint32_t i = 32; i < VMM_LINES; i++) {
        before -= COUNT(i);
    }
    cr_assert_eq(before, 0, "a distributor that is turned off makes no hypercall for each line");
}

Test(vmm_gicd, bound_lines_are_ended_by_binding_anew)
{
    set(0x104, BIT(RIG_IRQ_LINE));
    lab.vcpu[0].active = 1ULL << RIG_IRQ_LINE;
    cr_assert_eq(get(0x304), BIT(RIG_IRQ_LINE));
    lab.vcpu[0].bound[RIG_IRQ_LINE] = 0;
    set(0x384, BIT(RIG_IRQ_LINE));
    cr_assert_neq(lab.vcpu[0].bound[RIG_IRQ_LINE], 0);
    set(0x184, BIT(RIG_IRQ_LINE));
    set(0x384, BIT(RIG_IRQ_LINE));
    cr_assert_eq(lab.vcpu[0].bound[RIG_IRQ_LINE], 0);
}

Test(vmm_gicd, software_makes_lines_pending)
{
    set(0x204, BIT(SPI));
    cr_assert_eq(COUNT(SPI), 0);
    set(0x284, BIT(SPI));
    set(0x104, BIT(SPI));
    cr_assert_eq(COUNT(SPI), 0); /* taken back before */
    set(0x204, BIT(SPI));
    cr_assert_eq(HOW(SPI), PORT_HIGH);
    set(0x284, BIT(SPI));
    cr_assert_eq(HOW(SPI), 0);
    cr_assert_eq(COUNT(SPI), 2);
    drive(SPI, 1);
    set(0x284, BIT(SPI)); /* a device holds it high */
    cr_assert_eq(HOW(SPI), PORT_LEVEL | PORT_HIGH);
    cr_assert_eq(COUNT(SPI), 3);
    set(0x200, 0xffff); /* not so SGIs */
    set(0x280, 0xffff);
    cr_assert_eq(COUNT(3), 0);
}

Test(vmm_gicd, sgis_to_itself)
{
    set(0xf00, 0x00010003); /* by the target list */
    cr_assert_eq(HOW(3), PORT_HIGH);
    set(0xf00, 0x02000004); /* the sender */
    cr_assert_eq(HOW(4), PORT_HIGH);
    set(0xf00, 0x01000005); /* all others: nobody */
    set(0xf00, 0x00fe0006); /* CPUs that there are not */
    set(0xf00, 0x03010007);
    cr_assert_eq(COUNT(5) + COUNT(6) + COUNT(7), 0);
}

Test(vmm_gicd, priorities_have_bytes)
{
    set(0x410, 0x80a0c0e0);
    cr_assert_eq(get(0x410), 0x80a0c0e0);
    rig_write(0, GICD(0x411), 1, 0x17);
    cr_assert_eq(rig_read(0, GICD(0x411), 1), 0x10); /* five bits */
    rig_write(0, GICD(0x412), 2, 0x2028);
    cr_assert_eq(rig_read(0, GICD(0x412), 2), 0x2028);
    cr_assert_eq(get(0x410), 0x202810e0);
    rig_write(0, GICD(0x43f), 1, 0xf8);
    cr_assert_eq(get(0x43c), 0xf8000000);
}

Test(vmm_gicd, a_new_priority_reaches_what_is_pending)
{
    set(0x104, BIT(SPI));
    drive(SPI, 1);
    rig_write(0, GICD(0x400 + SPI), 1, 0x40);
    cr_assert_eq(HOW(SPI), 0x40 | PORT_LEVEL | PORT_HIGH);
    cr_assert_eq(COUNT(SPI), 2);
    rig_write(0, GICD(0x400 + SPI), 1, 0x40);
    cr_assert_eq(COUNT(SPI), 2);
}

Test(vmm_gicd, a_new_priority_reaches_what_was_made_pending)
{
    set(0x104, BIT(SPI) | BIT(SPI + 1));
    set(0x204, BIT(SPI));
    rig_write(0, GICD(0x400 + SPI), 2, 0x4040);
    cr_assert_eq(HOW(SPI), 0x40 | PORT_HIGH);
    cr_assert_eq(COUNT(SPI + 1), 0, "nothing was pending there");
    cr_assert(rig_take(0, SPI));
    rig_write(0, GICD(0x400 + SPI), 1, 0x50);
    rig_end(0, SPI);
    cr_assert_not(rig_take(0, SPI));
}

Test(vmm_gicd, lines_of_the_core_are_bound)
{
    const struct rig_vcpu *v = &lab.vcpu[0];

    rig_write(0, GICD(0x400 + VMM_TIMER_LINE), 1, 0x50);
    set(0x100, BIT(VMM_TIMER_LINE));
    cr_assert_eq(v->bound[VMM_TIMER_LINE], 0x50 | 1U << 31);
    cr_assert_eq(v->bound_slot[VMM_TIMER_LINE], THIMBLE_NO_SLOT);
    rig_write(0, GICD(0x400 + VMM_TIMER_LINE), 1, 0x60);
    cr_assert_eq(v->bound[VMM_TIMER_LINE], 0x60 | 1U << 31);
    set(0x104, BIT(RIG_IRQ_LINE) | BIT(RIG_SIGNAL_LINE));
    cr_assert_eq(v->bound_slot[RIG_IRQ_LINE], RIG_SLOT_IRQ);
    cr_assert_eq(v->bound_slot[RIG_SIGNAL_LINE], RIG_SLOT_SIGNAL);
    cr_assert(v->bound[RIG_IRQ_LINE] != 0 && v->bound[RIG_SIGNAL_LINE] != 0);
    set(0x184, BIT(RIG_IRQ_LINE));
    cr_assert_eq(v->bound[RIG_IRQ_LINE], 0);
    cr_assert(v->bound[RIG_SIGNAL_LINE] != 0);
    set(0x000, 0);
    cr_assert_eq(v->bound[RIG_SIGNAL_LINE] + v->bound[VMM_TIMER_LINE], 0);
}

Test(vmm_gicd, urgent_lines_say_so)
{
    lab.config.vm[0].urgent[1] = BIT(SPI);
    set(0x104, BIT(SPI) | BIT(SPI + 1));
    drive(SPI, 1);
    drive(SPI + 1, 1);
    cr_assert_eq(HOW(SPI), PORT_URGENT | PORT_LEVEL | PORT_HIGH);
    cr_assert_eq(HOW(SPI + 1), PORT_LEVEL | PORT_HIGH);
}

Test(vmm_gicd, a_restart_unbinds)
{
    set(0x100, BIT(VMM_TIMER_LINE));
    drive(SPI, 1);
    vm_restart(&lab.vmm->vm[0]);
    cr_assert_eq(lab.vcpu[0].bound[VMM_TIMER_LINE], 0);
    rig_settle();
    lab.now += 10000;
    rig_settle();
    cr_assert_eq(get(0x000), 0);
    cr_assert_eq(get(0x100), 0xffff);
    cr_assert_eq(get(0x204), 0);
}

Test(vmm_gicd, a_refusal_of_the_core_stops_the_vm)
{
    lab.bind_status = THIMBLE_ERR_SLOT;
    cr_assert_eq(rig_access(0, EXIT_WRITE, GICD(0x100), 4, BIT(VMM_TIMER_LINE)).word[0],
                 THIMBLE_FAULT_STOP);
    cr_assert(rig_shows("vmm: alpha: its line cannot be bound: error 0x00000002\r\n"), "%s",
              lab.text);
    lab.bind_status = 0;
    rig_settle();
    lab.now += 10000;
    rig_settle();
    set(0x000, 1);
    lab.inject_status = THIMBLE_ERR_TYPE;
    cr_assert_eq(rig_access(0, EXIT_WRITE, GICD(0xf00), 4, 0x10000).word[0], THIMBLE_FAULT_STOP);
    cr_assert(rig_shows("its interrupt cannot be injected: error 0x00000003\r\n"));
    lab.inject_status = 0;
    rig_settle();
    lab.now += 10000;
    rig_settle();
    lab.inject_status = THIMBLE_ERR_TYPE;
    cr_assert_eq(rig_access(0, EXIT_READ, GICD(0x300), 4, 0).word[0], THIMBLE_FAULT_STOP);
    cr_assert(rig_shows("its interrupts cannot be asked for: error 0x00000003\r\n"));
}
