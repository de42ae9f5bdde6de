/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GICv2 (IHI 0048B), register by register: distributor, CPU interfaces, and
 * the virtual interface (gic_virtual.c). Without the Security Extensions; 288
 * lines; 5 priority bits, as Cortex-A15's GIC-400 has (QEMU has 8: software
 * must live with fewer); SGIs are always enabled and PPIs always
 * level-sensitive, as there. Four list registers.
 *
 * Accesses return false if the architecture has no such access (size,
 * alignment): the bus makes an external abort of it. Reserved registers of
 * the right size read as zero.
 */
#ifndef SIM_GIC_H
#define SIM_GIC_H

#include "sim_limits.h"
#include "types.h"

#define SIM_GIC_LINES 288U
#define SIM_GIC_WORDS (SIM_GIC_LINES / 32U)
#define SIM_GIC_LRS 4U
#define SIM_GIC_SPURIOUS 1023U
_Static_assert(SIM_GIC_WORDS <= 16U, "one bit a word in sim_gic_cpu.ready");

/* PPIs of this machine, as on Cortex-A15. */
#define SIM_LINE_MAINTENANCE 25U
#define SIM_LINE_CNTHP 26U
#define SIM_LINE_CNTV 27U
#define SIM_LINE_CNTP 30U
#define SIM_LINE_UART 33U

/* 32 lines; word 0 (SGIs and PPIs) exists once per CPU. */
struct sim_gic_word {
    u32 enabled;
    u32 latch; /* pending by edge or by software; not by level */
    u32 active;
    u32 wire;  /* what the device drives */
    u32 input; /* what the distributor sees of it: wire, less lost edges */
    u32 lose;  /* fault injection: swallow the next rise */
    u32 group;
    u32 edge;
};

struct sim_gic_cpu {
    u32 ctlr;
    u32 active_priorities; /* GICC_APR0: bit n = preemption level n */
    u8 pmr;
    u8 bpr;
    u8 abpr;
    bool irq;      /* outputs, computed by every change */
    bool fiq;
    bool virq;
    bool vfiq;
    bool spurious; /* fault injection: an interrupt that is gone on acknowledge */
    u16 stale;     /* the line that it acknowledges, if that is disabled; 0: none */
    u16 best;      /* highest priority pending line, or SIM_GIC_SPURIOUS */
    u16 ready;     /* words with a line that could be signalled to some CPU */
    u8 sgi_pending[16]; /* by source CPU */
    u8 sgi_active[16];
    u8 priority[32];
    /* Virtual interface. */
    u32 hcr;
    u32 vmcr;
    u32 apr;
    u32 lr[SIM_GIC_LRS];
};

struct sim_gic {
    u32 ctlr;
    u32 cpus; /* 1 to SIM_CPUS_MAX */
    struct sim_gic_word shared[SIM_GIC_WORDS]; /* [0] unused */
    struct sim_gic_word banked[SIM_CPUS_MAX];
    struct sim_gic_cpu cpu[SIM_CPUS_MAX];
    u8 priority[SIM_GIC_LINES]; /* first 32 unused */
    u8 target[SIM_GIC_LINES];   /* first 32 unused */
    u32 storm_line;
    u32 storm_left;
    u32 unpredictable; /* accesses that the architecture leaves undefined */
};

void sim_gic_reset(struct sim_gic *gic, u32 cpus);

/* A device drives its line; PPIs of CPU 0. */
void sim_gic_line_set(struct sim_gic *gic, u32 intid, bool level);
void sim_gic_ppi_set(struct sim_gic *gic, u32 cpu, u32 intid, bool level);

static inline bool sim_gic_irq(const struct sim_gic *gic, u32 cpu)
{
    return gic->cpu[cpu].irq;
}
static inline bool sim_gic_fiq(const struct sim_gic *gic, u32 cpu)
{
    return gic->cpu[cpu].fiq;
}
static inline bool sim_gic_virq(const struct sim_gic *gic, u32 cpu)
{
    return gic->cpu[cpu].virq;
}

/* State of a line as the distributor sees it. For tests and displays. */
bool sim_gic_pending(const struct sim_gic *gic, u32 cpu, u32 intid);
bool sim_gic_active(const struct sim_gic *gic, u32 cpu, u32 intid);
bool sim_gic_enabled(const struct sim_gic *gic, u32 cpu, u32 intid);

/* Fault injection. */
/* Raises the CPU's IRQ; its next acknowledge returns 1023. */
void sim_gic_inject_spurious(struct sim_gic *gic, u32 cpu);
/* The same; but it returns the line, if that is disabled by then: what was on its way to the
 * CPU when it was disabled may arrive. */
void sim_gic_inject_stale(struct sim_gic *gic, u32 cpu, u32 intid);
/* The line fires so many times: again after each deactivation. */
void sim_gic_inject_storm(struct sim_gic *gic, u32 intid, u32 times);
/* The next rise of the line's input is not seen. */
void sim_gic_inject_lost(struct sim_gic *gic, u32 intid);

/* Register accesses by one CPU; size in bytes. */
bool sim_gicd_read(struct sim_gic *gic, u32 cpu, u32 offset, u32 size, u32 *value);
bool sim_gicd_write(struct sim_gic *gic, u32 cpu, u32 offset, u32 size, u32 value);
bool sim_gicc_read(struct sim_gic *gic, u32 cpu, u32 offset, u32 size, u32 *value);
bool sim_gicc_write(struct sim_gic *gic, u32 cpu, u32 offset, u32 size, u32 value);
bool sim_gich_read(struct sim_gic *gic, u32 cpu, u32 offset, u32 size, u32 *value);
bool sim_gich_write(struct sim_gic *gic, u32 cpu, u32 offset, u32 size, u32 value);
bool sim_gicv_read(struct sim_gic *gic, u32 cpu, u32 offset, u32 size, u32 *value);
bool sim_gicv_write(struct sim_gic *gic, u32 cpu, u32 offset, u32 size, u32 value);

/* Between gic.c and gic_virtual.c: */
void sim_gic_virtual_update(struct sim_gic *gic, u32 cpu);
void sim_gic_hardware_deactivate(struct sim_gic *gic, u32 cpu, u32 intid);

#endif
