/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory accesses of guests: see access.h. */
#include "access.h"

#include "bus.h"
#include "fault.h"

static u32 ram_read(paddr_t pa, u32 size)
{
    switch (size) {
    case 1:
        return sim_ram_read8(&sim.ram, pa);
    case 2:
        return sim_ram_read16(&sim.ram, pa);
    default:
        return sim_ram_read32(&sim.ram, pa);
    }
}

static void ram_write(paddr_t pa, u32 size, u32 value)
{
    switch (size) {
    case 1:
        sim_ram_write8(&sim.ram, pa, (u8)value);
        break;
    case 2:
        sim_ram_write16(&sim.ram, pa, (u16)value);
        break;
    default:
        sim_ram_write32(&sim.ram, pa, value);
        break;
    }
}

/* By a mapping that is cached: instructions through their own cache. */
static void ram_cached(struct access *a, paddr_t pa)
{
    if (a->kind == SIM_EXECUTE) {
        a->value = sim_cache_fetch(&sim.cache, &sim.ram, pa) >> pa.raw % 4U * 8U &
                   0xffffffffU >> (32U - 8U * a->size);
        return;
    }
    sim_cache_touch(&sim.cache, &sim.ram, pa, a->kind == SIM_WRITE);
    if (a->kind == SIM_WRITE) {
        ram_write(pa, a->size, a->value);
    } else {
        a->value = ram_read(pa, a->size);
    }
}

static void ram_uncached(struct access *a, paddr_t pa)
{
    u8 bytes[4] = {(u8)a->value, (u8)(a->value >> 8), (u8)(a->value >> 16), (u8)(a->value >> 24)};

    if (a->kind == SIM_WRITE) {
        sim_cache_memory_write(&sim.cache, &sim.ram, pa, bytes, a->size);
        return;
    }
    sim_cache_memory_read(&sim.cache, &sim.ram, pa, bytes, a->size);
    a->value = 0;
    for (u32 i = a->size; i > 0; i--) {
        a->value = a->value << 8 | bytes[i - 1U];
    }
}

bool access_make(struct access *a)
{
    struct sim_fault fault;
    u32 word;

    access_space_load();
    /* Unaligned accesses of guests fault, as ones to devices do on ARM: no
     * program of a cell needs them, and they could cross a page. */
    if (a->address % a->size != 0 ||
        !sim_mmu_find(&sim.mmu, &sim.ram, a->address, (enum sim_access)a->kind, &word, &fault)) {
        a->fault = THIMBLE_FAULT_MEMORY;
        return false;
    }
    paddr_t pa = sim_mmu_address(word, a->address);
    if (sim_ram_has(pa, a->size)) {
        if (sim_mmu_cached(word)) {
            ram_cached(a, pa);
        } else {
            ram_uncached(a, pa);
        }
        return true;
    }
    a->fault = THIMBLE_FAULT_BUS;
    return a->kind == SIM_WRITE ? sim_bus_write(pa, a->size, a->value)
                                : sim_bus_read(pa, a->size, &a->value);
}

u32 access_bits(const struct access *a)
{
    static const u8 access[] = {ACCESS_READ, ACCESS_WRITE, ACCESS_EXECUTE};

    return access[a->kind];
}

void access_fault(const struct access *a)
{
    struct cpu *cpu = &kernel.cpu[0];

    if (thread_at(cpu->current)->vcpu != 0) {
        vcpu_exit(cpu, a->fault == THIMBLE_FAULT_MEMORY ? THIMBLE_EXIT_MMIO : a->fault);
    } else {
        fault(cpu, a->fault, a->address, access_bits(a), 0);
    }
}
