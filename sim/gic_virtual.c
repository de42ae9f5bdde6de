/* SPDX-License-Identifier: BSD-2-Clause */
/* Virtual interface of the GICv2: GICH (IHI 0048B 5.3) for the hypervisor,
 * GICV (5.5) for the guest in place of GICC. */
#include "gic.h"

#define GICH_HCR 0x000U
#define GICH_VTR 0x004U
#define GICH_VMCR 0x008U
#define GICH_MISR 0x010U
#define GICH_EISR 0x020U
#define GICH_ELSR 0x030U
#define GICH_APR 0x0f0U
#define GICH_LR 0x100U
#define GICH_SIZE 0x1000U

#define GICV_CTLR 0x0000U
#define GICV_PMR 0x0004U
#define GICV_BPR 0x0008U
#define GICV_IAR 0x000cU
#define GICV_EOIR 0x0010U
#define GICV_RPR 0x0014U
#define GICV_HPPIR 0x0018U
#define GICV_ABPR 0x001cU
#define GICV_AIAR 0x0020U
#define GICV_AEOIR 0x0024U
#define GICV_AHPPIR 0x0028U
#define GICV_APR 0x00d0U
#define GICV_IIDR 0x00fcU
#define GICV_DIR 0x1000U
#define GICV_SIZE 0x2000U

/* GICH_HCR (5.3.1). */
#define HCR_EN (1U << 0)
#define HCR_UIE (1U << 1)
#define HCR_LRENPIE (1U << 2)
#define HCR_NPIE (1U << 3)
#define HCR_GROUP_IE 0xf0U /* same order as in MISR */
#define HCR_EOICOUNT_ONE (1U << 27)
#define HCR_EOICOUNT (0x1fU << 27)
#define HCR_WRITABLE 0xf80000ffU

/* GICH_VTR (5.3.2): 5 priority and preemption bits, four list registers. */
#define VTR_VALUE (4U << 29 | 4U << 26 | (SIM_GIC_LRS - 1U))

/* GICH_VMCR (5.3.3): the guest's GICV_CTLR, PMR, BPR and ABPR in one word. */
#define VMCR_GROUP0 (1U << 0)
#define VMCR_GROUP1 (1U << 1)
#define VMCR_ACKCTL (1U << 2)
#define VMCR_FIQEN (1U << 3)
#define VMCR_CBPR (1U << 4)
#define VMCR_EOIMODE (1U << 9)
#define VMCR_CTLR 0x21fU
#define VMCR_ABPR_SHIFT 18U
#define VMCR_BPR_SHIFT 21U
#define VMCR_PMR_SHIFT 27U
#define VMCR_WRITABLE 0xfffc021fU
#define VBPR_MIN 2U

/* List registers (5.3.8). */
#define LR_HW (1U << 31)
#define LR_GROUP1 (1U << 30)
#define LR_ACTIVE (1U << 29)
#define LR_PENDING (1U << 28)
#define LR_STATE (LR_ACTIVE | LR_PENDING)
#define LR_EOI (1U << 19) /* if not HW */
#define LR_PRIORITY(lr) (((lr) >> 23) & 0x1fU)
#define LR_PHYSICAL(lr) (((lr) >> 10) & 0x3ffU)
#define LR_CPU(lr) (((lr) >> 10) & 7U)
#define LR_VIRTUAL(lr) ((lr) & 0x3ffU)

#define NO_LR SIM_GIC_LRS
#define SPURIOUS 1023U
#define GROUP1_ONLY 1022U
#define IIDR_VIRTUAL 0x0202143bU

static u32 field(u32 word, u32 shift, u32 mask)
{
    return (word >> shift) & mask;
}

static u32 least(u32 value, u32 bound)
{
    return value < bound ? bound : value;
}

static u32 vbpr(const struct sim_gic_cpu *c)
{
    return least(field(c->vmcr, VMCR_BPR_SHIFT, 7), VBPR_MIN);
}

static u32 vabpr(const struct sim_gic_cpu *c)
{
    return least(field(c->vmcr, VMCR_ABPR_SHIFT, 7), VBPR_MIN + 1U);
}

/* Preemption level of a list register: its priority without the subpriority. */
static u32 lr_preemption(const struct sim_gic_cpu *c, u32 lr)
{
    bool alias = (lr & LR_GROUP1) != 0 && (c->vmcr & VMCR_CBPR) == 0;
    u32 point = alias ? vabpr(c) - 1U : vbpr(c);

    return ((LR_PRIORITY(lr) << 3) & ~((2U << point) - 1U)) >> 3;
}

static u32 running_level(const struct sim_gic_cpu *c)
{
    return c->apr == 0 ? 32U : (u32)__builtin_ctz(c->apr);
}

/* The list register whose interrupt the guest would be given, whatever it
 * masks; equal priorities: the first. */
static u32 best_lr(const struct sim_gic_cpu *c)
{
    u32 best = NO_LR;

    for (u32 i = 0; i < SIM_GIC_LRS; i++) {
        u32 enable = (c->lr[i] & LR_GROUP1) != 0 ? VMCR_GROUP1 : VMCR_GROUP0;

        if ((c->lr[i] & LR_STATE) == LR_PENDING && (c->vmcr & enable) != 0 &&
            (best == NO_LR || LR_PRIORITY(c->lr[i]) < LR_PRIORITY(c->lr[best]))) {
            best = i;
        }
    }
    return best;
}

/* The same if the guest's priority mask and running priority let it through. */
static u32 deliverable_lr(const struct sim_gic_cpu *c)
{
    u32 best = (c->hcr & HCR_EN) != 0 ? best_lr(c) : NO_LR;

    if (best != NO_LR && LR_PRIORITY(c->lr[best]) < field(c->vmcr, VMCR_PMR_SHIFT, 0x1f) &&
        lr_preemption(c, c->lr[best]) < running_level(c)) {
        return best;
    }
    return NO_LR;
}

/* 5.3.6: one bit for each list register that is done and asked to say so. */
static u32 eisr(const struct sim_gic_cpu *c)
{
    u32 value = 0;

    for (u32 i = 0; i < SIM_GIC_LRS; i++) {
        if ((c->lr[i] & (LR_STATE | LR_HW | LR_EOI)) == LR_EOI) {
            value |= 1U << i;
        }
    }
    return value;
}

/* 5.3.7: empty list registers, those in EISR excepted. */
static u32 elsr(const struct sim_gic_cpu *c)
{
    u32 value = 0;

    for (u32 i = 0; i < SIM_GIC_LRS; i++) {
        if ((c->lr[i] & LR_STATE) == 0) {
            value |= 1U << i;
        }
    }
    return value & ~eisr(c);
}

/* 5.3.4. */
static u32 misr(const struct sim_gic_cpu *c)
{
    u32 valid = 0;
    u32 pending = 0;
    u32 groups = c->vmcr & (VMCR_GROUP0 | VMCR_GROUP1);
    u32 value;

    for (u32 i = 0; i < SIM_GIC_LRS; i++) {
        valid += (c->lr[i] & LR_STATE) != 0;
        pending += (c->lr[i] & LR_STATE) == LR_PENDING;
    }
    value = eisr(c) != 0 ? 1U : 0;
    value |= (c->hcr & HCR_UIE) != 0 && valid <= 1U ? 1U << 1 : 0;
    value |= (c->hcr & HCR_LRENPIE) != 0 && (c->hcr & HCR_EOICOUNT) != 0 ? 1U << 2 : 0;
    value |= (c->hcr & HCR_NPIE) != 0 && pending == 0 ? 1U << 3 : 0;
    value |= (c->hcr & HCR_GROUP_IE) & ((groups & VMCR_GROUP0) != 0 ? 1U << 4 : 1U << 5);
    value |= (c->hcr & HCR_GROUP_IE) & ((groups & VMCR_GROUP1) != 0 ? 1U << 6 : 1U << 7);
    return value;
}

void sim_gic_virtual_update(struct sim_gic *gic, u32 cpu)
{
    struct sim_gic_cpu *c = &gic->cpu[cpu];
    u32 best = deliverable_lr(c);
    bool fiq = best != NO_LR && (c->lr[best] & LR_GROUP1) == 0 && (c->vmcr & VMCR_FIQEN) != 0;

    c->vfiq = fiq;
    c->virq = best != NO_LR && !fiq;
    sim_gic_ppi_set(gic, cpu, SIM_LINE_MAINTENANCE, (c->hcr & HCR_EN) != 0 && misr(c) != 0);
}

/* ---- GICH -----------------------------------------------------------------*/

bool sim_gich_read(struct sim_gic *gic, u32 cpu, u32 offset, u32 size, u32 *value)
{
    const struct sim_gic_cpu *c = &gic->cpu[cpu];

    if (offset >= GICH_SIZE || size != 4U || offset % 4U != 0) {
        return false;
    }
    *value = 0;
    if (offset >= GICH_LR && offset < GICH_LR + SIM_GIC_LRS * 4U) {
        *value = c->lr[(offset - GICH_LR) / 4U];
        return true;
    }
    switch (offset) {
    case GICH_HCR:
        *value = c->hcr;
        break;
    case GICH_VTR:
        *value = VTR_VALUE;
        break;
    case GICH_VMCR:
        *value = c->vmcr & ~(7U << VMCR_BPR_SHIFT) & ~(7U << VMCR_ABPR_SHIFT);
        *value |= vbpr(c) << VMCR_BPR_SHIFT | vabpr(c) << VMCR_ABPR_SHIFT;
        break;
    case GICH_MISR:
        *value = misr(c);
        break;
    case GICH_EISR:
        *value = eisr(c);
        break;
    case GICH_ELSR:
        *value = elsr(c);
        break;
    case GICH_APR:
        *value = c->apr;
        break;
    default:
        break;
    }
    return true;
}

bool sim_gich_write(struct sim_gic *gic, u32 cpu, u32 offset, u32 size, u32 value)
{
    struct sim_gic_cpu *c = &gic->cpu[cpu];

    if (offset >= GICH_SIZE || size != 4U || offset % 4U != 0) {
        return false;
    }
    if (offset >= GICH_LR && offset < GICH_LR + SIM_GIC_LRS * 4U) {
        c->lr[(offset - GICH_LR) / 4U] = value;
    } else if (offset == GICH_HCR) {
        c->hcr = value & HCR_WRITABLE;
    } else if (offset == GICH_VMCR) {
        c->vmcr = value & VMCR_WRITABLE;
    } else if (offset == GICH_APR) {
        c->apr = value;
    }
    sim_gic_virtual_update(gic, cpu);
    return true;
}

/* ---- GICV -----------------------------------------------------------------*/

static u32 lr_acknowledgeable(const struct sim_gic_cpu *c, bool alias, u32 *lr)
{
    u32 best = deliverable_lr(c);

    if (best == NO_LR || (alias && (c->lr[best] & LR_GROUP1) == 0)) {
        return SPURIOUS;
    }
    if (!alias && (c->lr[best] & LR_GROUP1) != 0 && (c->vmcr & VMCR_ACKCTL) == 0) {
        return GROUP1_ONLY;
    }
    *lr = best;
    u32 source = (c->lr[best] & LR_HW) == 0 ? LR_CPU(c->lr[best]) : 0;

    return source << 10 | LR_VIRTUAL(c->lr[best]);
}

static u32 virtual_acknowledge(struct sim_gic_cpu *c, bool alias)
{
    u32 lr = NO_LR;
    u32 value = lr_acknowledgeable(c, alias, &lr);

    if (lr != NO_LR) {
        c->lr[lr] = (c->lr[lr] & ~LR_STATE) | LR_ACTIVE;
        c->apr |= 1U << lr_preemption(c, c->lr[lr]);
    }
    return value;
}

/* Finds the active list register of an INTID; an unknown one is counted, so
 * that a hypervisor that keeps active interrupts in memory notices. */
static void virtual_deactivate(struct sim_gic *gic, u32 cpu, u32 value)
{
    struct sim_gic_cpu *c = &gic->cpu[cpu];

    for (u32 i = 0; i < SIM_GIC_LRS; i++) {
        u32 lr = c->lr[i];

        if ((lr & LR_ACTIVE) == 0 || LR_VIRTUAL(lr) != (value & 0x3ffU) ||
            ((lr & LR_HW) == 0 && LR_CPU(lr) != ((value >> 10) & 7U) && LR_VIRTUAL(lr) < 16U)) {
            continue;
        }
        c->lr[i] &= ~LR_ACTIVE;
        if ((lr & LR_HW) != 0) {
            sim_gic_hardware_deactivate(gic, cpu, LR_PHYSICAL(lr));
        }
        return;
    }
    if ((c->hcr & HCR_EOICOUNT) != HCR_EOICOUNT) {
        c->hcr += HCR_EOICOUNT_ONE;
    }
}

static void virtual_end(struct sim_gic *gic, u32 cpu, u32 value)
{
    struct sim_gic_cpu *c = &gic->cpu[cpu];

    if ((value & 0x3ffU) >= 1020U || c->apr == 0) {
        return;
    }
    c->apr &= c->apr - 1U;
    if ((c->vmcr & VMCR_EOIMODE) == 0) {
        virtual_deactivate(gic, cpu, value);
    }
}

bool sim_gicv_read(struct sim_gic *gic, u32 cpu, u32 offset, u32 size, u32 *value)
{
    struct sim_gic_cpu *c = &gic->cpu[cpu];
    u32 lr;

    if (offset >= GICV_SIZE || size != 4U || offset % 4U != 0) {
        return false;
    }
    *value = 0;
    switch (offset) {
    case GICV_CTLR:
        *value = c->vmcr & VMCR_CTLR;
        break;
    case GICV_PMR:
        *value = field(c->vmcr, VMCR_PMR_SHIFT, 0x1f) << 3;
        break;
    case GICV_BPR:
        *value = vbpr(c);
        break;
    case GICV_ABPR:
        *value = vabpr(c);
        break;
    case GICV_IAR:
    case GICV_AIAR:
        *value = virtual_acknowledge(c, offset == GICV_AIAR);
        sim_gic_virtual_update(gic, cpu);
        break;
    case GICV_RPR:
        *value = c->apr == 0 ? 0xffU : running_level(c) << 3;
        break;
    case GICV_HPPIR:
    case GICV_AHPPIR:
        *value = lr_acknowledgeable(c, offset == GICV_AHPPIR, &lr);
        break;
    case GICV_APR:
        *value = c->apr;
        break;
    case GICV_IIDR:
        *value = IIDR_VIRTUAL;
        break;
    default:
        break;
    }
    return true;
}

static void vmcr_field(struct sim_gic_cpu *c, u32 shift, u32 mask, u32 value)
{
    c->vmcr = (c->vmcr & ~(mask << shift)) | (value & mask) << shift;
}

bool sim_gicv_write(struct sim_gic *gic, u32 cpu, u32 offset, u32 size, u32 value)
{
    struct sim_gic_cpu *c = &gic->cpu[cpu];

    if (offset >= GICV_SIZE || size != 4U || offset % 4U != 0) {
        return false;
    }
    switch (offset) {
    case GICV_CTLR:
        c->vmcr = (c->vmcr & ~VMCR_CTLR) | (value & VMCR_CTLR);
        break;
    case GICV_PMR:
        vmcr_field(c, VMCR_PMR_SHIFT, 0x1f, value >> 3);
        break;
    case GICV_BPR:
        vmcr_field(c, VMCR_BPR_SHIFT, 7, value);
        break;
    case GICV_ABPR:
        vmcr_field(c, VMCR_ABPR_SHIFT, 7, value);
        break;
    case GICV_EOIR:
    case GICV_AEOIR:
        virtual_end(gic, cpu, value);
        break;
    case GICV_APR:
        c->apr = value;
        break;
    case GICV_DIR:
        if ((c->vmcr & VMCR_EOIMODE) != 0) {
            virtual_deactivate(gic, cpu, value);
        }
        break;
    default:
        break;
    }
    sim_gic_virtual_update(gic, cpu);
    return true;
}
