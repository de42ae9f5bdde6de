/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * All that the core knows of hardware. arm/ implements this contract; sim/
 * links the same arm/stage2.c, arm/cache.c, arm/gic.c, arm/timer.c and
 * arm/console_pl011.c over a register-level model, and supplies the rest itself.
 * Section numbers: ARM DDI 0406C (ARMv7-A architecture manual) and ARM IHI 0048B
 * (GICv2).
 *
 * None of these functions can fail, block, or take time that depends on how
 * many objects exist, unless its comment says so.
 */
#ifndef CORE_MACHINE_H
#define CORE_MACHINE_H

#include "types.h"

struct cpu;

/* Found on the include path of the chosen machine: path costs, 1-line inlines. */
#include "machine_inline.h"

/* ---- time: arm/timer.c ---------------------------------------------------
 * The physical counter, in ticks (DDI 0406C B8.1.1), never runs backwards: u64
 * machine_time(void). (What is shorter than a call stands in machine_inline.h, and only in a
 * comment here.) */
void machine_timer_init(void);
/* Raises the CPU's hypervisor timer interrupt when machine_time() >= deadline
 * (B8.1.5, CNTHP_CVAL); at MACHINE_TIME_NEVER it does not. */
#define MACHINE_TIME_NEVER (~(u64)0)
void machine_timer_set(u64 deadline);

/* While a CPU traces, who goes straight to a waiter may have to take the general way, which
 * records what happens: bool machine_trace_slow(cpu). Else the machine may record that a thread
 * is woken straight, before it is: void machine_trace_woken(cpu, notification, bits); and that it
 * runs: void machine_trace_switched(void). */

/* ---- interrupt lines: arm/gic.c ------------------------------------------
 * A line is a GIC INTID. EOImode is 1 (IHI 0048B 4.4.5): taking a line drops
 * the running priority, and the line stays active (cannot fire again) until
 * it is deactivated. */
#define MACHINE_LINE_NONE 1023U
/* All are masked; those below 32 need no machine_line_configure(). No list register, of those
 * that there are, has an interrupt, and no priority is active. */
void machine_lines_init(void);
/* How many INTIDs the distributor implements (GICD_TYPER). */
u32 machine_line_count(void);
/* u32 machine_line_timer(void): the INTID on which the hypervisor timer of this CPU
 * arrives. */
/* Acknowledges the most urgent pending line and drops the running priority;
 * MACHINE_LINE_NONE if there is none (spurious). */
u32 machine_line_take(void);
void machine_line_deactivate(u32 line);
void machine_line_mask(u32 line);
void machine_line_unmask(u32 line);
/* Target this CPU, group as all lines have; edge-triggered or level-sensitive. The line is
 * left masked. */
void machine_line_configure(u32 line, bool edge);
/* Levels of urgency: 0 is the most urgent one, the timer's and that of all lines until they
 * get another. What is let in down to this level; the least urgent ones are one, if the
 * controller has less (IHI 0048B 3.3). All lines are let in now. */
u32 machine_mask(u32 level);
#define MACHINE_MASK_ALL 0xffU
/* The line is of the last level that this mask lets in: void machine_line_urgency(u32 line,
 * u32 mask). Others are not let in, from now on; one that came before may still be taken, as
 * spurious: void machine_mask_set(u32 mask) */
/* Not 0 while an unmasked interrupt waits for this CPU (asked with interrupts
 * masked: DDI 0406C B4.1.93, ISR). */
u32 machine_interrupt_pending(void);

/* ---- virtual interrupts: arm/gic.c (IHI 0048B 5) ---------------------------
 * List registers, of the guest whose state is loaded. A word is an interrupt with
 * its state; 0: none. All machines have at least four. */
#define MACHINE_LISTS 4U
#define MACHINE_LIST_PENDING 0x10000000U
#define MACHINE_LIST_ACTIVE 0x20000000U
#define MACHINE_LIST_STATE (MACHINE_LIST_PENDING | MACHINE_LIST_ACTIVE)
#define MACHINE_LIST_TOLD 0x80000U /* its end raises the maintenance line */
/* u32 machine_list_read(u32 list); void machine_list_write(u32 list, u32 word) */
/* A word without state: virtual line, its priority (0 to 255), the hardware line that
 * ends with it (MACHINE_LINE_NONE: none; then its end may be told). */
u32 machine_list_word(u32 line, u32 priority, u32 physical, bool told);
/* How the list registers work while their guest runs; `more`: the maintenance line is
 * raised when one at most is in use; with `none`: when none is pending, too. The machine
 * sets this when it leaves for a guest, and turns them off when it leaves for a native thread:
 *   u32 machine_list_control(bool more, bool none)
 * Off, until the machine leaves for a guest: the maintenance line is quiet:
 *   void machine_lists_off(void)
 * The priority of such a word, one of 32: u32 machine_list_level(u32 word). Those at which
 * handlers of the loaded guest run, a bit each: u32 machine_interface_levels(void); the same,
 * or 0, if it ends them in two steps (EOImode): u32 machine_interface_nests(void) */
/* What else the guest's interface has: its control and active priorities. */
#define MACHINE_INTERFACE_WORDS 2U
void machine_interface_store(u32 *words);
void machine_interface_load(const u32 *words);
/* The INTIDs of maintenance and of the virtual timer: u32 machine_line_maintenance(void),
 * u32 machine_line_virtual_timer(void). */
/* Active or not, and whoever sent it: it is not active any more. */
void machine_line_end(u32 line);
/* What it fired for has not been handled: an edge is pending again (a level is anyway). */
void machine_line_again(u32 line);

/* ---- virtual timer: arm/timer.c (DDI 0406C B8.1.3) --------------------------
 * Stops it; its control and compare value. */
u32 machine_virtual_timer_stop(u64 *compare);
void machine_virtual_timer_start(u32 control, u64 compare);
/* Its line, masked while no guest is loaded. Leaves with a guest: true if it was active,
 * which it is not any more. Comes with one: active; `wanted`: unmasked. */
bool machine_virtual_timer_line_unload(void);
void machine_virtual_timer_line_load(bool active, bool wanted);
/* It would raise its line when the compare value is reached. */
bool machine_virtual_timer_runs(u32 control);

/* ---- guests: registers that only privileged code uses ------------------------*/
/* To memory, from the hardware, and back. */
void machine_vcpu_store(u32 vcpu);
void machine_vcpu_load(u32 vcpu);
/* As at a CPU's reset, with this program counter; it is not loaded. */
void machine_vcpu_reset(u32 vcpu, u32 pc);
/* An exit has been answered: the instruction is done, with these values. `syndrome` as
 * with machine_fault_skip(). */
void machine_exit_skip(struct cpu *cpu, u32 thread, u32 syndrome, const u32 *values);
/* The guest takes an Undefined Instruction exception there. */
void machine_exit_undefined(struct cpu *cpu, u32 thread);

/* ---- stage 2: arm/stage2.c -----------------------------------------------
 * Every cell has a root (LPAE, DDI 0406C B3.6): four level-1 entries, 1 GiB each (VTCR
 * T0SZ 0, SL0 1); or, where no space of a system goes beyond 1 GiB, the level-2 entries
 * that are within reach (SL0 0). Tables below come from the pool of table pages that the
 * machine reserves; the core hands them out and counts them. */
enum machine_memory {
    MEMORY_NORMAL = 0, /* write-back cacheable, inner shareable */
    MEMORY_UNCACHED,   /* normal, not cacheable */
    MEMORY_DEVICE      /* Device, never executable */
};
enum {
    ACCESS_READ = 1U,
    ACCESS_WRITE = 2U,
    ACCESS_EXECUTE = 4U
};
struct machine_mapping {
    gpaddr_t gpa;
    paddr_t pa;
    u32 size;  /* bytes; all three are multiples of PAGE_SIZE */
    u8 memory; /* enum machine_memory */
    u8 access; /* ACCESS_* */
    u8 pad[2];
};
/* boot.space_t0sz and boot.fixed of the system that runs, which are constants in an
 * image: u32 machine_space_t0sz(void), bool machine_space_fixed(void). */
/* Clears the root of `cell` and returns the word that selects its space:
 * VTTBR (B4.1.173), VMID cell + 1 in bits 55:48 and the root's address. */
u64 machine_space_init(u32 cell);
/* The table pages that a mapping takes in an empty space: the most that it can
 * take in any, since what is mapped there already only brings tables along.
 * size > 0. */
u32 machine_space_tables(const struct machine_mapping *m);
/* Maps the start of *m, with the largest blocks that fit, at most up to the
 * end of one table; returns the bytes mapped, 0 if a valid entry is in the
 * way (nothing is changed then: valid entries never replace valid entries).
 * Takes table pages with space_table_take(), which must not run dry. */
u32 machine_space_map(u32 cell, const struct machine_mapping *m);
/* Takes away the end of the mapping of [gpa, gpa + size) in the space `space` of
 * `cell`, at most a step's worth of one table; returns the bytes that are gone,
 * not 0. All of the range must have been mapped by machine_space_map(). At
 * return no translation of it is left in any TLB, and table pages that became
 * empty have been given back with space_table_give(). */
u32 machine_space_unmap(u32 cell, u64 space, gpaddr_t gpa, u32 size);
/* Where the byte at this address of `cell` is, if it is mapped as normal memory, of either kind:
 * only there may the hypervisor look at what a cell's address names. False: it is not. */
bool machine_space_memory(u32 cell, gpaddr_t gpa, paddr_t *pa);
/* Address of the page-table page with this number (pool of table pages). */
paddr_t machine_table_page(u32 number);
/* Size of that pool. */
u32 machine_table_page_count(void);
/* Zeroes a table page and makes the zeroes visible to the table walker. */
void machine_table_page_clear(u32 number);

/* ---- caches: arm/cache.c --------------------------------------------------
 * By physical address: Hyp mode sees memory at its own addresses, and the data
 * caches of ARMv7 behave as physically tagged (DDI 0406C B3.11). */
enum {
    CACHE_CLEAN = 1U,      /* data, to the point of coherency */
    CACHE_INVALIDATE = 2U, /* alone: what is dirty is lost */
    CACHE_UNIFY = 4U       /* data to the point of unification, then instructions */
};
/* Operation: CACHE_CLEAN, CACHE_INVALIDATE, both, or CACHE_UNIFY, on every line
 * that [pa, pa + size) touches; size > 0, all of it in one page. At return it
 * has happened, for all CPUs and the bus. */
void machine_cache_range(paddr_t pa, u32 size, u32 operation);
/* For the machine's own boot: whole pages become zero, for whoever looks and however. */
void machine_memory_clear(paddr_t pa, u32 size);
/* The longest line of the data caches, in bytes. */
u32 machine_cache_line(void);

/* ---- memory of cells -----------------------------------------------------*/
/* Copies words between message buffers; neither crosses a page. */
void machine_words_copy(paddr_t to, paddr_t from, u32 words);

/* ---- threads -------------------------------------------------------------*/
/* The registers that the core does not keep: as at the program's entry. */
void machine_thread_reset(u32 thread);

/* A fault of this thread has been answered: the instruction is skipped, and if it
 * is a load, it gets the value. `syndrome` is what the machine left in
 * thread.fault_value when it called fault(). */
void machine_fault_skip(u32 thread, u32 syndrome, u32 value);

/* What stands at a program counter of the cell: 32 bits from there on (of Thumb,
 * maybe two instructions). False: not known. */
bool machine_instruction_at(u32 cell, u32 pc, u32 *instruction);

/* ---- console: arm/console_pl011.c, or another UART's file ------------------
 * The page with the UART's registers. */
paddr_t machine_console_page(void);
/* Makes it ready to send, in whatever state somebody left it; no interrupts. */
void machine_console_init(void);
/* Sends a character; false: there is no room for it now. */
bool machine_console_put(char c);
/* True until everything is on the wire. */
bool machine_console_busy(void);

/* ---- end -----------------------------------------------------------------
 * The machine stops, or starts anew. panic() of klog.h says why first. */
_Noreturn void machine_panic(const char *reason);

#endif
