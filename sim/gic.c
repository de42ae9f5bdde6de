/* SPDX-License-Identifier: BSD-2-Clause */
#include "gic.h"

#include <string.h>

/* Distributor registers (IHI 0048B 4.1.2). */
#define GICD_CTLR 0x000U
#define GICD_TYPER 0x004U
#define GICD_IIDR 0x008U
#define GICD_IGROUPR 0x080U
#define GICD_ISENABLER 0x100U
#define GICD_ICENABLER 0x180U
#define GICD_ISPENDR 0x200U
#define GICD_ICPENDR 0x280U
#define GICD_ISACTIVER 0x300U
#define GICD_ICACTIVER 0x380U
#define GICD_IPRIORITYR 0x400U
#define GICD_ITARGETSR 0x800U
#define GICD_ICFGR 0xc00U
#define GICD_SGIR 0xf00U
#define GICD_CPENDSGIR 0xf10U
#define GICD_SPENDSGIR 0xf20U
#define GICD_ICPIDR2 0xfe8U
#define GICD_SIZE 0x1000U

/* CPU interface registers (4.1.3). */
#define GICC_CTLR 0x0000U
#define GICC_PMR 0x0004U
#define GICC_BPR 0x0008U
#define GICC_IAR 0x000cU
#define GICC_EOIR 0x0010U
#define GICC_RPR 0x0014U
#define GICC_HPPIR 0x0018U
#define GICC_ABPR 0x001cU
#define GICC_AIAR 0x0020U
#define GICC_AEOIR 0x0024U
#define GICC_AHPPIR 0x0028U
#define GICC_APR 0x00d0U
#define GICC_IIDR 0x00fcU
#define GICC_DIR 0x1000U
#define GICC_SIZE 0x2000U

/* GICC_CTLR (4.4.1, without the Security Extensions). */
#define CTLR_GROUP0 (1U << 0)
#define CTLR_GROUP1 (1U << 1)
#define CTLR_ACKCTL (1U << 2)
#define CTLR_FIQEN (1U << 3)
#define CTLR_CBPR (1U << 4)
#define CTLR_EOIMODE (1U << 9)
#define CTLR_WRITABLE 0x21fU

#define IIDR_DISTRIBUTOR 0x0200143bU
#define IIDR_INTERFACE 0x0202143bU
#define PRIORITY_MASK 0xf8U /* 5 bits implemented */
#define PRIORITY_IDLE 0xffU
#define BPR_MIN 2U /* for 5 bits; ABPR one more (3.3.3) */
#define GROUP1_ONLY 1022U
#define INTID_MASK 0x3ffU

static struct sim_gic_word *word_of(struct sim_gic *gic, u32 cpu, u32 word)
{
    return word == 0 ? &gic->banked[cpu] : &gic->shared[word];
}

static const struct sim_gic_word *word_look(const struct sim_gic *gic, u32 cpu, u32 intid)
{
    return intid < 32U ? &gic->banked[cpu] : &gic->shared[intid / 32U];
}

static u32 bit_of(u32 intid)
{
    return 1U << (intid % 32U);
}

/* 3.2.4: a level-sensitive line is pending while its input is high. */
static u32 word_pending(const struct sim_gic_word *word)
{
    return word->latch | (word->input & ~word->edge);
}

static u8 *priority_of(struct sim_gic *gic, u32 cpu, u32 intid)
{
    return intid < 32U ? &gic->cpu[cpu].priority[intid] : &gic->priority[intid];
}

/* 4.3.12: a single CPU has no target registers, everything goes to it. */
static bool targeted(const struct sim_gic *gic, u32 cpu, u32 intid)
{
    if (intid < 32U || gic->cpus == 1U) {
        return true;
    }
    return intid < SIM_GIC_LINES && ((gic->target[intid] >> cpu) & 1U) != 0;
}

/* The bits of a priority that decide about preemption (3.3.3). */
static u32 group_priority(const struct sim_gic_cpu *c, u32 priority, bool group1)
{
    u32 point = group1 && (c->ctlr & CTLR_CBPR) == 0 ? c->abpr - 1U : c->bpr;

    return priority & ~((2U << point) - 1U);
}

static u32 running_priority(const struct sim_gic_cpu *c)
{
    if (c->active_priorities == 0) {
        return PRIORITY_IDLE;
    }
    return (u32)__builtin_ctz(c->active_priorities) << 3;
}

/* Lines that wait to be signalled, whatever their priorities and targets. */
static u32 word_ready(const struct sim_gic *gic, const struct sim_gic_word *word)
{
    u32 lines = word_pending(word) & word->enabled & ~word->active;

    lines &= (gic->ctlr & CTLR_GROUP0) != 0 ? 0xffffffffU : word->group;
    lines &= (gic->ctlr & CTLR_GROUP1) != 0 ? 0xffffffffU : ~word->group;
    return lines;
}

/* Finds the most urgent pending line of a CPU; equal priorities: lowest INTID. */
static u32 best_pending(struct sim_gic *gic, u32 cpu)
{
    u32 best = SIM_GIC_SPURIOUS;
    u32 best_priority = 0x100;

    for (u32 n = 0; gic->cpu[cpu].ready >> n != 0 && n < SIM_GIC_WORDS; n++) {
        u32 lines = word_ready(gic, word_of(gic, cpu, n));

        for (; lines != 0; lines &= lines - 1U) {
            u32 intid = n * 32U + (u32)__builtin_ctz(lines);

            if (*priority_of(gic, cpu, intid) < best_priority && targeted(gic, cpu, intid)) {
                best = intid;
                best_priority = *priority_of(gic, cpu, intid);
            }
        }
    }
    return best;
}

static bool is_group1(const struct sim_gic *gic, u32 cpu, u32 intid)
{
    return (word_look(gic, cpu, intid)->group & bit_of(intid)) != 0;
}

static void update_cpu(struct sim_gic *gic, u32 cpu)
{
    struct sim_gic_cpu *c = &gic->cpu[cpu];
    u32 best = best_pending(gic, cpu);

    c->best = (u16)best;
    c->irq = c->spurious;
    c->fiq = false;
    if (best == SIM_GIC_SPURIOUS) {
        return;
    }
    bool group1 = is_group1(gic, cpu, best);
    u32 priority = *priority_of(gic, cpu, best);

    if ((c->ctlr & (group1 ? CTLR_GROUP1 : CTLR_GROUP0)) == 0 || priority >= c->pmr ||
        group_priority(c, priority, group1) >= running_priority(c)) {
        return;
    }
    if (!group1 && (c->ctlr & CTLR_FIQEN) != 0) {
        c->fiq = true;
    } else {
        c->irq = true;
    }
}

static void refresh_word(struct sim_gic *gic, u32 cpu, u32 n)
{
    u32 ready = gic->cpu[cpu].ready & ~(1U << n);

    if (word_ready(gic, word_of(gic, cpu, n)) != 0) {
        ready |= 1U << n;
    }
    gic->cpu[cpu].ready = (u16)ready;
}

/* After any change. */
static void update(struct sim_gic *gic)
{
    for (u32 cpu = 0; cpu < gic->cpus; cpu++) {
        for (u32 n = 0; n < SIM_GIC_WORDS; n++) {
            refresh_word(gic, cpu, n);
        }
        update_cpu(gic, cpu);
    }
}

/* After a change of one line only. */
static void update_line(struct sim_gic *gic, u32 intid)
{
    for (u32 cpu = 0; cpu < gic->cpus; cpu++) {
        refresh_word(gic, cpu, intid / 32U);
        update_cpu(gic, cpu);
    }
}

void sim_gic_reset(struct sim_gic *gic, u32 cpus)
{
    memset(gic, 0, sizeof(*gic));
    gic->cpus = cpus;
    gic->storm_line = SIM_GIC_SPURIOUS;
    for (u32 cpu = 0; cpu < SIM_CPUS_MAX; cpu++) {
        gic->banked[cpu].enabled = 0xffffU;
        gic->banked[cpu].edge = 0xffffU;
        gic->cpu[cpu].bpr = BPR_MIN;
        gic->cpu[cpu].abpr = BPR_MIN + 1U;
        gic->cpu[cpu].best = SIM_GIC_SPURIOUS;
        sim_gic_virtual_update(gic, cpu);
    }
}

void sim_gic_ppi_set(struct sim_gic *gic, u32 cpu, u32 intid, bool level)
{
    struct sim_gic_word *word = word_of(gic, cpu, intid / 32U);
    u32 bit = bit_of(intid);

    if (((word->wire & bit) != 0) == level) {
        return;
    }
    word->wire ^= bit;
    if (!level) {
        word->input &= ~bit;
    } else if ((word->lose & bit) != 0) {
        word->lose &= ~bit;
    } else {
        word->input |= bit;
        word->latch |= bit & word->edge;
    }
    update_line(gic, intid);
}

void sim_gic_line_set(struct sim_gic *gic, u32 intid, bool level)
{
    sim_gic_ppi_set(gic, 0, intid, level);
}

bool sim_gic_pending(const struct sim_gic *gic, u32 cpu, u32 intid)
{
    return (word_pending(word_look(gic, cpu, intid)) & bit_of(intid)) != 0;
}

bool sim_gic_active(const struct sim_gic *gic, u32 cpu, u32 intid)
{
    return (word_look(gic, cpu, intid)->active & bit_of(intid)) != 0;
}

bool sim_gic_enabled(const struct sim_gic *gic, u32 cpu, u32 intid)
{
    return (word_look(gic, cpu, intid)->enabled & bit_of(intid)) != 0;
}

void sim_gic_inject_spurious(struct sim_gic *gic, u32 cpu)
{
    sim_gic_inject_stale(gic, cpu, 0);
}

void sim_gic_inject_stale(struct sim_gic *gic, u32 cpu, u32 intid)
{
    gic->cpu[cpu].spurious = true;
    gic->cpu[cpu].stale = (u16)intid;
    update(gic);
}

/* By the latch that ISPENDR sets: level-sensitive lines have it too (3.2.4). */
void sim_gic_inject_storm(struct sim_gic *gic, u32 intid, u32 times)
{
    gic->storm_line = intid;
    gic->storm_left = times;
    if (times > 0) {
        gic->storm_left--;
        word_of(gic, 0, intid / 32U)->latch |= bit_of(intid);
        update(gic);
    }
}

void sim_gic_inject_lost(struct sim_gic *gic, u32 intid)
{
    word_of(gic, 0, intid / 32U)->lose |= bit_of(intid);
}

/* ---- acknowledge, end, deactivate (3.2.1) --------------------------------*/

/* An SGI is pending once per source CPU; the lowest source goes first. */
static u32 acknowledge_sgi(struct sim_gic *gic, u32 cpu, u32 sgi)
{
    struct sim_gic_cpu *c = &gic->cpu[cpu];
    u32 source = 0;

    if (c->sgi_pending[sgi] != 0) {
        source = (u32)__builtin_ctz(c->sgi_pending[sgi]);
    }
    c->sgi_pending[sgi] = (u8)(c->sgi_pending[sgi] & ~(1U << source));
    c->sgi_active[sgi] = (u8)source;
    if (c->sgi_pending[sgi] == 0) {
        gic->banked[cpu].latch &= ~bit_of(sgi);
    }
    return source << 10 | sgi;
}

/* What a read of (A)IAR gives before anything changes. */
static u32 acknowledgeable(const struct sim_gic *gic, u32 cpu, bool alias)
{
    const struct sim_gic_cpu *c = &gic->cpu[cpu];

    if (!c->irq && !c->fiq) {
        return SIM_GIC_SPURIOUS;
    }
    if (c->best == SIM_GIC_SPURIOUS) {
        return SIM_GIC_SPURIOUS;
    }
    bool group1 = is_group1(gic, cpu, c->best);

    if (alias && !group1) {
        return SIM_GIC_SPURIOUS;
    }
    if (!alias && group1 && (c->ctlr & CTLR_ACKCTL) == 0) {
        return GROUP1_ONLY;
    }
    return c->best;
}

static u32 acknowledge(struct sim_gic *gic, u32 cpu, bool alias)
{
    struct sim_gic_cpu *c = &gic->cpu[cpu];
    u32 intid = acknowledgeable(gic, cpu, alias);

    if (c->spurious) {
        bool stale = c->stale != 0 && !sim_gic_enabled(gic, cpu, c->stale);
        c->spurious = false;
        intid = stale ? c->stale : SIM_GIC_SPURIOUS;
        update_cpu(gic, cpu);
    }
    if (intid < SIM_GIC_LINES) {
        u32 line = intid;
        struct sim_gic_word *word = word_of(gic, cpu, intid / 32U);
        u32 priority = *priority_of(gic, cpu, intid);
        u32 level = group_priority(c, priority, is_group1(gic, cpu, intid)) >> 3;

        word->active |= bit_of(intid);
        c->active_priorities |= 1U << level;
        if (intid < 16U) {
            intid = acknowledge_sgi(gic, cpu, intid);
        } else {
            word->latch &= ~bit_of(intid);
        }
        update_line(gic, line);
    }
    return intid;
}

/* A storm keeps its line pending while it lasts. */
static void line_deactivate(struct sim_gic *gic, u32 cpu, u32 intid)
{
    struct sim_gic_word *word = word_of(gic, cpu, intid / 32U);

    word->active &= ~bit_of(intid);
    if (intid == gic->storm_line && gic->storm_left > 0) {
        gic->storm_left--;
        word->latch |= bit_of(intid);
    }
}

/* 4.4.15; deactivating what is not active, or an SGI of another source, is
 * UNPREDICTABLE. */
static void deactivate(struct sim_gic *gic, u32 cpu, u32 value)
{
    u32 intid = value & INTID_MASK;

    if (intid >= SIM_GIC_LINES || !sim_gic_active(gic, cpu, intid) ||
        (intid < 16U && gic->cpu[cpu].sgi_active[intid] != ((value >> 10) & 7U))) {
        gic->unpredictable++;
        return;
    }
    line_deactivate(gic, cpu, intid);
}

/* 4.4.5: drops the running priority; with EOImode 0, deactivates too. */
static void end_of_interrupt(struct sim_gic *gic, u32 cpu, u32 value)
{
    struct sim_gic_cpu *c = &gic->cpu[cpu];

    if ((value & INTID_MASK) >= 1020U) {
        return;
    }
    if (c->active_priorities == 0) {
        gic->unpredictable++;
        return;
    }
    c->active_priorities &= c->active_priorities - 1U;
    if ((c->ctlr & CTLR_EOIMODE) == 0) {
        deactivate(gic, cpu, value);
    }
}

void sim_gic_hardware_deactivate(struct sim_gic *gic, u32 cpu, u32 intid)
{
    if (intid < 16U || intid >= SIM_GIC_LINES) {
        gic->unpredictable++; /* SGIs and special numbers have no line (5.3.11) */
        return;
    }
    line_deactivate(gic, cpu, intid);
    update_line(gic, intid);
}

/* ---- distributor registers -----------------------------------------------*/

/* Are size and alignment right for a register that takes bytes too? */
static bool byte_or_word(u32 offset, u32 size)
{
    return size == 1U || (size == 4U && offset % 4U == 0);
}

static u32 byte_read(struct sim_gic *gic, u32 cpu, u32 offset)
{
    struct sim_gic_cpu *c = &gic->cpu[cpu];
    u32 line = offset & 0x3ffU;

    if (offset >= GICD_SPENDSGIR) {
        return c->sgi_pending[offset - GICD_SPENDSGIR];
    }
    if (offset >= GICD_CPENDSGIR) {
        return c->sgi_pending[offset - GICD_CPENDSGIR];
    }
    if (line >= SIM_GIC_LINES) {
        return 0;
    }
    if (offset < GICD_ITARGETSR) {
        return *priority_of(gic, cpu, line);
    }
    if (gic->cpus == 1U) {
        return 0;
    }
    return line < 32U ? 1U << cpu : gic->target[line];
}

static void byte_write(struct sim_gic *gic, u32 cpu, u32 offset, u8 value)
{
    struct sim_gic_cpu *c = &gic->cpu[cpu];
    u32 line = offset & 0x3ffU;

    if (offset >= GICD_CPENDSGIR) {
        u32 sgi = offset % 16U;
        u32 pending = c->sgi_pending[sgi];

        pending = offset >= GICD_SPENDSGIR ? pending | value : pending & ~(u32)value;
        c->sgi_pending[sgi] = (u8)(pending & ((1U << gic->cpus) - 1U));
        gic->banked[cpu].latch &= ~bit_of(sgi);
        gic->banked[cpu].latch |= c->sgi_pending[sgi] != 0 ? bit_of(sgi) : 0;
    } else if (line >= SIM_GIC_LINES) {
        return;
    } else if (offset < GICD_ITARGETSR) {
        *priority_of(gic, cpu, line) = value & PRIORITY_MASK;
    } else if (line >= 32U && gic->cpus > 1U) {
        gic->target[line] = (u8)(value & ((1U << gic->cpus) - 1U));
    }
}

static bool is_byte_register(u32 offset)
{
    return (offset >= GICD_IPRIORITYR && offset < GICD_ICFGR) ||
           (offset >= GICD_CPENDSGIR && offset < GICD_SPENDSGIR + 16U);
}

/* Two bits a line, the upper one says edge (4.3.13). Bit 0 of n: which half. */
static u32 config_read(struct sim_gic *gic, u32 cpu, u32 n)
{
    u32 edge = word_of(gic, cpu, n / 2U)->edge >> (n % 2U * 16U);
    u32 value = 0;

    for (u32 i = 0; i < 16U; i++) {
        value |= ((edge >> i) & 1U) << (2U * i + 1U);
    }
    return value;
}

static void config_write(struct sim_gic *gic, u32 cpu, u32 n, u32 value)
{
    struct sim_gic_word *word = word_of(gic, cpu, n / 2U);

    if (n < 2U) {
        return;
    }
    for (u32 i = 0; i < 16U; i++) {
        u32 bit = 1U << (n % 2U * 16U + i);
        bool edge = ((value >> (2U * i + 1U)) & 1U) != 0;

        if (edge == ((word->edge & bit) != 0)) {
            continue;
        }
        if ((word->enabled & bit) != 0) {
            gic->unpredictable++;
        }
        word->edge ^= bit;
    }
}

/* Registers with one bit a line; offset is within 0x080 to 0x3ff. */
static u32 bits_read(struct sim_gic *gic, u32 cpu, u32 offset)
{
    u32 n = (offset & 0x7fU) / 4U;

    if (n >= SIM_GIC_WORDS) {
        return 0;
    }
    const struct sim_gic_word *word = word_of(gic, cpu, n);

    switch (offset & ~0x7fU) {
    case GICD_IGROUPR:
        return word->group;
    case GICD_ISENABLER:
    case GICD_ICENABLER:
        return word->enabled;
    case GICD_ISPENDR:
    case GICD_ICPENDR:
        return word_pending(word);
    default:
        return word->active;
    }
}

static void bits_write(struct sim_gic *gic, u32 cpu, u32 offset, u32 value)
{
    u32 n = (offset & 0x7fU) / 4U;
    u32 no_sgi = n == 0 ? value & 0xffff0000U : value;

    if (n >= SIM_GIC_WORDS) {
        return;
    }
    struct sim_gic_word *word = word_of(gic, cpu, n);

    switch (offset & ~0x7fU) {
    case GICD_IGROUPR:
        word->group = value;
        break;
    case GICD_ISENABLER:
        word->enabled |= value;
        break;
    case GICD_ICENABLER:
        word->enabled &= ~no_sgi;
        break;
    case GICD_ISPENDR:
        word->latch |= no_sgi;
        break;
    case GICD_ICPENDR:
        word->latch &= ~no_sgi;
        break;
    case GICD_ISACTIVER:
        word->active |= value;
        break;
    default:
        for (u32 active = word->active & value; active != 0; active &= active - 1U) {
            line_deactivate(gic, cpu, n * 32U + (u32)__builtin_ctz(active));
        }
        break;
    }
}

/* 4.3.15. */
static void sgi_send(struct sim_gic *gic, u32 cpu, u32 value)
{
    u32 sgi = value & 0xfU;
    u32 all = (1U << gic->cpus) - 1U;
    u32 targets;

    switch ((value >> 24) & 3U) {
    case 0:
        targets = (value >> 16) & all;
        break;
    case 1:
        targets = all & ~(1U << cpu);
        break;
    case 2:
        targets = 1U << cpu;
        break;
    default:
        gic->unpredictable++;
        return;
    }
    for (u32 i = 0; i < gic->cpus; i++) {
        if (((targets >> i) & 1U) != 0) {
            gic->cpu[i].sgi_pending[sgi] = (u8)(gic->cpu[i].sgi_pending[sgi] | 1U << cpu);
            gic->banked[i].latch |= bit_of(sgi);
        }
    }
}

static u32 gicd_word(struct sim_gic *gic, u32 cpu, u32 offset)
{
    if (offset >= GICD_IGROUPR && offset < GICD_IPRIORITYR) {
        return bits_read(gic, cpu, offset);
    }
    if (offset >= GICD_ICFGR && offset < GICD_ICFGR + SIM_GIC_WORDS * 8U) {
        return config_read(gic, cpu, (offset - GICD_ICFGR) / 4U);
    }
    switch (offset) {
    case GICD_CTLR:
        return gic->ctlr;
    case GICD_TYPER:
        return (SIM_GIC_WORDS - 1U) | (gic->cpus - 1U) << 5;
    case GICD_IIDR:
        return IIDR_DISTRIBUTOR;
    case GICD_ICPIDR2:
        return 0x20U; /* architecture version 2 */
    default:
        return 0;
    }
}

bool sim_gicd_read(struct sim_gic *gic, u32 cpu, u32 offset, u32 size, u32 *value)
{
    if (offset >= GICD_SIZE || !byte_or_word(offset, size)) {
        return false;
    }
    if (is_byte_register(offset)) {
        *value = 0;
        for (u32 i = 0; i < size; i++) {
            *value |= byte_read(gic, cpu, offset + i) << (8U * i);
        }
        return true;
    }
    if (size != 4U) {
        return false;
    }
    *value = gicd_word(gic, cpu, offset);
    return true;
}

bool sim_gicd_write(struct sim_gic *gic, u32 cpu, u32 offset, u32 size, u32 value)
{
    if (offset >= GICD_SIZE || !byte_or_word(offset, size)) {
        return false;
    }
    if (is_byte_register(offset)) {
        for (u32 i = 0; i < size; i++) {
            byte_write(gic, cpu, offset + i, (u8)(value >> (8U * i)));
        }
    } else if (size != 4U) {
        return false;
    } else if (offset == GICD_CTLR) {
        gic->ctlr = value & (CTLR_GROUP0 | CTLR_GROUP1);
    } else if (offset == GICD_SGIR) {
        sgi_send(gic, cpu, value);
    } else if (offset >= GICD_IGROUPR && offset < GICD_IPRIORITYR) {
        bits_write(gic, cpu, offset, value);
    } else if (offset >= GICD_ICFGR && offset < GICD_ICFGR + SIM_GIC_WORDS * 8U) {
        config_write(gic, cpu, (offset - GICD_ICFGR) / 4U, value);
    }
    update(gic);
    return true;
}

/* ---- CPU interface registers ---------------------------------------------*/

bool sim_gicc_read(struct sim_gic *gic, u32 cpu, u32 offset, u32 size, u32 *value)
{
    struct sim_gic_cpu *c = &gic->cpu[cpu];
    u32 intid;

    if (offset >= GICC_SIZE || size != 4U || offset % 4U != 0) {
        return false;
    }
    *value = 0;
    switch (offset) {
    case GICC_CTLR:
        *value = c->ctlr;
        break;
    case GICC_PMR:
        *value = c->pmr;
        break;
    case GICC_BPR:
        *value = c->bpr;
        break;
    case GICC_ABPR:
        *value = c->abpr;
        break;
    case GICC_IAR:
    case GICC_AIAR:
        *value = acknowledge(gic, cpu, offset == GICC_AIAR);
        break;
    case GICC_RPR:
        *value = running_priority(c);
        break;
    case GICC_HPPIR:
    case GICC_AHPPIR:
        intid = acknowledgeable(gic, cpu, offset == GICC_AHPPIR);
        if (intid < 16U && c->sgi_pending[intid] != 0) {
            intid |= (u32)__builtin_ctz(c->sgi_pending[intid]) << 10;
        }
        *value = intid;
        break;
    case GICC_APR:
        *value = c->active_priorities;
        break;
    case GICC_IIDR:
        *value = IIDR_INTERFACE;
        break;
    default:
        break;
    }
    return true;
}

static u8 binary_point(u32 value, u32 least)
{
    value &= 7U;
    return (u8)(value < least ? least : value);
}

bool sim_gicc_write(struct sim_gic *gic, u32 cpu, u32 offset, u32 size, u32 value)
{
    struct sim_gic_cpu *c = &gic->cpu[cpu];
    u32 line = value & INTID_MASK;

    if (offset >= GICC_SIZE || size != 4U || offset % 4U != 0) {
        return false;
    }
    switch (offset) {
    case GICC_CTLR:
        c->ctlr = value & CTLR_WRITABLE;
        break;
    case GICC_PMR:
        c->pmr = value & PRIORITY_MASK;
        break;
    case GICC_BPR:
        c->bpr = binary_point(value, BPR_MIN);
        break;
    case GICC_ABPR:
        c->abpr = binary_point(value, BPR_MIN + 1U);
        break;
    case GICC_EOIR:
    case GICC_AEOIR:
        end_of_interrupt(gic, cpu, value);
        break;
    case GICC_APR:
        c->active_priorities = value;
        break;
    case GICC_DIR:
        if ((c->ctlr & CTLR_EOIMODE) == 0) {
            gic->unpredictable++;
        } else {
            deactivate(gic, cpu, value);
        }
        break;
    default:
        break;
    }
    /* Lines changed by (A)EOIR and DIR only. */
    update_line(gic, line < SIM_GIC_LINES ? line : 0);
    return true;
}
