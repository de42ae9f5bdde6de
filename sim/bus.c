/* SPDX-License-Identifier: BSD-2-Clause */
#include "bus.h"

#include <string.h>

#include "hw_access.h"
#include "kernel.h"
#include "klog.h"
#include "machine.h"
#include "sim.h"

#define UART_SIZE 0x1000U
#define DMA_SIZE 0x1000U
#define GIC_SIZE 0x10000U

/* Register accesses come from here while there is one CPU. */
#define THIS_CPU 0U

/* Time stands still while the core runs. Where it waits for the UART, at boot and
 * in a panic, the UART is as fast as it. */
static void uart_keep_up(void)
{
    if (kernel.console == CONSOLE_BOOT || kernel.console == CONSOLE_PANIC) {
        sim_uart_hurry(&sim.uart);
    }
    sim_uart_update(&sim.uart, sim_clock.now, &sim.gic);
}

/* Lets the engine end what is over, and drives its line. */
static void dma_update(void)
{
    sim_dma_update(&sim.dma, sim_clock.now, &sim.cache, &sim.ram);
    sim_gic_line_set(&sim.gic, SIM_LINE_DMA, sim_dma_line(&sim.dma));
}

/* ---- writes on their way ---------------------------------------------------*/

/* Of the peripherals here, each has a block of this size, or several. */
#define PERIPHERAL_SIZE 0x10000U

static bool device_write(u32 pa, u32 size, u32 value);

static void posted_arrive(void)
{
    u32 count = sim.bus.count;

    sim.bus.count = 0;
    sim_clock.late &= ~SIM_LATE_DEVICE;
    for (u32 i = 0; i < count; i++) {
        (void)device_write(sim.bus.posted[i].at, sim.bus.posted[i].size, sim.bus.posted[i].value);
        sim_events_changed();
    }
    memset(sim.bus.posted, 0, count * sizeof(sim.bus.posted[0]));
}

/* Accesses to one peripheral arrive in program order. */
static void posted_before(u32 pa)
{
    for (u32 i = 0; i < sim.bus.count; i++) {
        if ((sim.bus.posted[i].at ^ pa) < PERIPHERAL_SIZE) {
            posted_arrive();
        }
    }
}

void sim_bus_post(paddr_t pa, u32 size, u32 value)
{
    if (sim.bus.count == SIM_POSTED) {
        posted_arrive();
    }
    sim.bus.posted[sim.bus.count].at = pa.raw;
    sim.bus.posted[sim.bus.count].size = size;
    sim.bus.posted[sim.bus.count++].value = value;
    sim_clock.late |= SIM_LATE_DEVICE;
    sim_clock.next_event = 0; /* at the latest when the core leaves */
}

static bool device_read(u32 pa, u32 size, u32 *value)
{
    switch (pa & ~(GIC_SIZE - 1U)) {
    case SIM_GICD_BASE:
        return sim_gicd_read(&sim.gic, THIS_CPU, pa - SIM_GICD_BASE, size, value);
    case SIM_GICC_BASE:
        return sim_gicc_read(&sim.gic, THIS_CPU, pa - SIM_GICC_BASE, size, value);
    case SIM_GICH_BASE:
        return sim_gich_read(&sim.gic, THIS_CPU, pa - SIM_GICH_BASE, size, value);
    case SIM_GICV_BASE:
        return sim_gicv_read(&sim.gic, THIS_CPU, pa - SIM_GICV_BASE, size, value);
    default:
        break;
    }
    if (pa - SIM_UART_BASE < UART_SIZE) {
        bool done = sim_uart_read(&sim.uart, sim_clock.now, pa - SIM_UART_BASE, size, value);

        uart_keep_up();
        return done;
    }
    if (pa - SIM_DMA_BASE < DMA_SIZE) {
        dma_update();
        return sim_dma_read(&sim.dma, pa - SIM_DMA_BASE, size, value);
    }
    return sim_devices_read(pa, size, value);
}

static bool device_write(u32 pa, u32 size, u32 value)
{
    switch (pa & ~(GIC_SIZE - 1U)) {
    case SIM_GICD_BASE:
        return sim_gicd_write(&sim.gic, THIS_CPU, pa - SIM_GICD_BASE, size, value);
    case SIM_GICC_BASE:
        return sim_gicc_write(&sim.gic, THIS_CPU, pa - SIM_GICC_BASE, size, value);
    case SIM_GICH_BASE:
        return sim_gich_write(&sim.gic, THIS_CPU, pa - SIM_GICH_BASE, size, value);
    case SIM_GICV_BASE:
        return sim_gicv_write(&sim.gic, THIS_CPU, pa - SIM_GICV_BASE, size, value);
    default:
        break;
    }
    if (pa - SIM_UART_BASE < UART_SIZE) {
        bool done = sim_uart_write(&sim.uart, sim_clock.now, pa - SIM_UART_BASE, size, value);

        uart_keep_up();
        return done;
    }
    if (pa - SIM_DMA_BASE < DMA_SIZE) {
        dma_update();
        bool done = sim_dma_write(&sim.dma, sim_clock.now, pa - SIM_DMA_BASE, size, value);

        dma_update();
        return done;
    }
    return sim_devices_write(pa, size, value);
}

static bool aligned(paddr_t pa, u32 size)
{
    return (size == 1U || size == 2U || size == 4U) && pa.raw % size == 0;
}

bool sim_bus_read(paddr_t pa, u32 size, u32 *value)
{
    bool done;

    if (!aligned(pa, size)) {
        return false;
    }
    if (sim_ram_has(pa, size)) {
        *value = size == 4U   ? sim_ram_read32(&sim.ram, pa)
                 : size == 2U ? sim_ram_read16(&sim.ram, pa)
                              : sim_ram_read8(&sim.ram, pa);
        return true;
    }
    posted_before(pa.raw);
    done = device_read(pa.raw, size, value);
    sim_events_changed();
    return done;
}

/* Apart: registers are what is written here nearly always. */
static void __attribute__((noinline)) ram_write(paddr_t pa, u32 size, u32 value)
{
    sim_cache_fill_dirty(&sim.cache, &sim.ram, pa);
    if (size == 4U) {
        sim_ram_write32(&sim.ram, pa, value);
    } else if (size == 2U) {
        sim_ram_write16(&sim.ram, pa, (u16)value);
    } else {
        sim_ram_write8(&sim.ram, pa, (u8)value);
    }
}

bool sim_bus_write(paddr_t pa, u32 size, u32 value)
{
    bool done;

    if (!aligned(pa, size)) {
        return false;
    }
    if (sim_ram_has(pa, size)) {
        ram_write(pa, size, value);
        return true;
    }
    posted_before(pa.raw);
    done = device_write(pa.raw, size, value);
    sim_events_changed();
    return done;
}

static void devices_update(void)
{
    if ((sim_clock.late & SIM_LATE_TIMER) == 0) {
        sim_timer_update(&sim.timer, sim_clock.now, &sim.gic);
    }
    sim_uart_update(&sim.uart, sim_clock.now, &sim.gic);
    if (__builtin_expect(sim_clock.now >= sim.dma.done_at, 0)) {
        dma_update();
    }
    if (__builtin_expect(sim_clock.now >= sim.devices.next, 0)) {
        sim_devices_update();
    }
}

void sim_bus_update(void)
{
    posted_arrive();
    sim_bus_isb();
    devices_update();
}

u64 sim_bus_next(void)
{
    u64 timer = sim_timer_next(&sim.timer, sim_clock.now);
    u64 uart = sim_uart_next(&sim.uart);

    u64 first = timer < uart ? timer : uart;

    first = first < sim.dma.done_at ? first : sim.dma.done_at;
    return first < sim.devices.next ? first : sim.devices.next;
}

/* ---- accessors of the hypervisor -----------------------------------------*/

u32 hw_read32(paddr_t pa)
{
    u32 value = 0;

    if (!sim_bus_read(pa, 4, &value)) {
        panic("external abort in the hypervisor: register read", pa.raw);
    }
    return value;
}

/* To the distributor; the CPU interfaces are another peripheral. */
static bool write_posted(paddr_t pa)
{
    return pa.raw - SIM_GICD_BASE < GIC_SIZE;
}

void hw_write32(paddr_t pa, u32 value)
{
    if (write_posted(pa)) {
        sim_bus_post(pa, 4, value);
    } else if (!sim_bus_write(pa, 4, value)) {
        panic("external abort in the hypervisor: register write", pa.raw);
    }
}

void hw_write8(paddr_t pa, u8 value)
{
    if (write_posted(pa)) {
        sim_bus_post(pa, 1, value);
    } else if (!sim_bus_write(pa, 1, value)) {
        panic("external abort in the hypervisor: register write", pa.raw);
    }
}

/* Hardware may walk at any time, so also between two writes of descriptors and
 * on either side of an invalidation. */
u64 hw_table_read(paddr_t pa)
{
    return sim_ram_read64(&sim.ram, pa);
}

void hw_table_write(paddr_t pa, u64 descriptor)
{
    sim_mmu_tick(&sim.mmu, &sim.ram);
    sim_mmu_store(&sim.mmu, &sim.ram, pa);
    sim_clock.late |= SIM_LATE_DATA;
    sim_cache_fill_dirty(&sim.cache, &sim.ram, pa);
    sim_ram_write64(&sim.ram, pa, descriptor);
}

u64 hw_vttbr_read(void)
{
    return sim.mmu.pending != 0 ? sim.mmu.vttbr_next : sim.mmu.vttbr;
}

void hw_vttbr_write(u64 vttbr)
{
    sim_mmu_vttbr_later(&sim.mmu, vttbr);
    sim_clock.late |= SIM_LATE_SPACE;
}

void hw_tlbi_allnsnhis(void)
{
    sim_mmu_drop_all(&sim.mmu);
    sim_mmu_tick(&sim.mmu, &sim.ram);
    sim_clock.late |= SIM_LATE_DATA;
}

void hw_tlbi_allis(void)
{
    sim_mmu_drop_vmid(&sim.mmu);
    sim_mmu_tick(&sim.mmu, &sim.ram);
    sim_clock.late |= SIM_LATE_DATA;
}

void sim_bus_dsb(void)
{
    if ((sim_clock.late & SIM_LATE_DEVICE) != 0) {
        posted_arrive();
    }
    if ((sim_clock.late & SIM_LATE_DATA) != 0) {
        sim_clock.late &= ~SIM_LATE_DATA;
        sim_cache_complete(&sim.cache, &sim.ram);
        sim_mmu_dsb(&sim.mmu, &sim.ram);
    }
}

u32 hw_ctr_read(void)
{
    return sim.cache.ctr;
}

static void maintain(enum sim_cache_event operation, u32 mva)
{
    sim_cache_log_add(operation, mva);
    sim_cache_later(&sim.cache, &sim.ram, operation, mva);
    sim_clock.late |= SIM_LATE_DATA;
}

void hw_dccmvac(u32 mva)
{
    maintain(SIM_CACHE_DCCMVAC, mva);
}

void hw_dcimvac(u32 mva)
{
    maintain(SIM_CACHE_DCIMVAC, mva);
}

void hw_dccimvac(u32 mva)
{
    maintain(SIM_CACHE_DCCIMVAC, mva);
}

void hw_dccmvau(u32 mva)
{
    maintain(SIM_CACHE_DCCMVAU, mva);
}

void hw_icimvau(u32 mva)
{
    maintain(SIM_CACHE_ICIMVAU, mva);
}

void hw_icialluis(void)
{
    maintain(SIM_CACHE_ICIALLUIS, 0);
}

/* No branch is predicted here. */
void hw_bpiallis(void)
{
    sim_cache_log_add(SIM_CACHE_BPIALLIS, 0);
}

u64 machine_time(void)
{
    return hw_cntpct();
}

u64 hw_cntpct(void)
{
    return sim_timer_count(sim_clock.now);
}

void sim_bus_isb(void)
{
    u32 late = sim_clock.late;

    sim_clock.late &= ~SIM_LATE_CONTEXT;
    if ((late & SIM_LATE_SPACE) != 0) {
        sim_mmu_isb(&sim.mmu);
    }
    if ((late & SIM_LATE_TIMER) != 0) {
        sim_timer_update(&sim.timer, sim_clock.now, &sim.gic);
        sim_events_changed();
    }
}

/* At the next ISB, or when the core leaves. */
static void timer_changed(void)
{
    sim_clock.late |= SIM_LATE_TIMER;
    sim_clock.next_event = 0;
}

void hw_cnthp_cval_write(u64 cval)
{
    sim_timer_set_cval(&sim.timer, SIM_TIMER_HYPERVISOR, cval);
    timer_changed();
}

void hw_cnthp_ctl_write(u32 ctl)
{
    sim_timer_set_ctl(&sim.timer, SIM_TIMER_HYPERVISOR, ctl);
    timer_changed();
}

u64 hw_cntv_cval_read(void)
{
    return sim.timer.cval[SIM_TIMER_VIRTUAL];
}

void hw_cntv_cval_write(u64 cval)
{
    sim_timer_set_cval(&sim.timer, SIM_TIMER_VIRTUAL, cval);
    timer_changed();
}

u32 hw_cntv_ctl_read(void)
{
    return sim_timer_ctl(&sim.timer, SIM_TIMER_VIRTUAL, sim_clock.now);
}

void hw_cntv_ctl_write(u32 ctl)
{
    sim_timer_set_ctl(&sim.timer, SIM_TIMER_VIRTUAL, ctl);
    timer_changed();
}

void hw_cntvoff_write(u64 offset)
{
    sim.timer.cntvoff = offset;
    timer_changed();
}

void hw_cnthctl_write(u32 value)
{
    sim.timer.cnthctl = value;
}

bool hw_isr_pending(void)
{
    devices_update(); /* time has passed since the core was entered */
    return sim_gic_irq(&sim.gic, THIS_CPU) || sim_gic_fiq(&sim.gic, THIS_CPU);
}
