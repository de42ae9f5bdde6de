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

bool access_make(struct access *a)
{
    struct sim_fault fault;
    paddr_t pa;

    access_space_load();
    /* Unaligned accesses of guests fault, as ones to devices do on ARM: no
     * program of a cell needs them, and they could cross a page. */
    if (a->address % a->size != 0 ||
        !sim_mmu_translate(&sim.mmu, &sim.ram, a->address, (enum sim_access)a->kind, &pa,
                           &fault)) {
        a->fault = THIMBLE_FAULT_MEMORY;
        return false;
    }
    if (sim_ram_has(pa, a->size)) {
        if (a->kind == SIM_WRITE) {
            ram_write(pa, a->size, a->value);
        } else {
            a->value = ram_read(pa, a->size);
        }
        return true;
    }
    a->fault = THIMBLE_FAULT_BUS;
    return a->kind == SIM_WRITE ? sim_bus_write(pa, a->size, a->value)
                                : sim_bus_read(pa, a->size, &a->value);
}

void access_fault(const struct access *a)
{
    static const u8 access[] = {ACCESS_READ, ACCESS_WRITE, ACCESS_EXECUTE};

    fault(&kernel.cpu[0], a->fault, a->address, access[a->kind], 0);
}
