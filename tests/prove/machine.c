/* SPDX-License-Identifier: BSD-2-Clause */
/* machine.h for `make prove`: whatever hardware may answer within that contract. */
#include "kernel.h"
#include "klog.h"
#include "prove.h"

void machine_timer_init(void)
{
}

u64 machine_time(void)
{
    return any64();
}

void machine_timer_set(u64 deadline)
{
    (void)deadline;
}

void machine_lines_init(void)
{
}

u32 machine_line_count(void)
{
    return LINE_MAX;
}

u32 machine_line_timer(void)
{
    return 26;
}

/* Any INTID: also one that the core has no room for. */
u32 machine_line_take(void)
{
    return any_below(1024);
}

/* The distributor's registers end there. */
static void line_exists(u32 line)
{
    //@ assert a_line: line < 1024;
    (void)line;
}

void machine_line_deactivate(u32 line)
{
    line_exists(line);
}

void machine_line_mask(u32 line)
{
    line_exists(line);
}

void machine_line_unmask(u32 line)
{
    line_exists(line);
}

void machine_line_configure(u32 line, bool edge)
{
    line_exists(line);
    (void)edge;
}

u32 machine_mask(u32 level)
{
    (void)level;
    return any32();
}

void machine_line_urgency(u32 line, u32 mask)
{
    line_exists(line);
    (void)mask;
}

void machine_mask_set(u32 mask)
{
    (void)mask;
}

u32 machine_interrupt_pending(void)
{
    return chance();
}

static void list_exists(u32 list)
{
    //@ assert a_list_register: list < MACHINE_LISTS;
    (void)list;
}

u32 machine_list_read(u32 list)
{
    list_exists(list);
    return any32();
}

void machine_list_write(u32 list, u32 word)
{
    list_exists(list);
    (void)word;
}

u32 machine_list_word(u32 line, u32 priority, u32 physical, bool told)
{
    line_exists(line);
    line_exists(physical);
    //@ assert a_priority: priority < 256;
    (void)priority;
    (void)told;
    return any32();
}

u32 machine_list_control(bool more, bool none)
{
    (void)more;
    (void)none;
    return any32();
}

void machine_lists_off(void)
{
}

void machine_interface_store(u32 *words)
{
    for (u32 i = 0; i < MACHINE_INTERFACE_WORDS; i++) {
        words[i] = any32();
    }
}

void machine_interface_load(const u32 *words)
{
    for (u32 i = 0; i < MACHINE_INTERFACE_WORDS; i++) {
        //@ assert initialised: \initialized(&words[i]);
    }
}

u32 machine_line_maintenance(void)
{
    return 25;
}

u32 machine_line_virtual_timer(void)
{
    return 27;
}

u32 machine_interface_levels(void)
{
    return any32();
}

u32 machine_interface_nests(void)
{
    return any32();
}

u32 machine_list_level(u32 word)
{
    (void)word;
    return any_below(32);
}

void machine_line_end(u32 line)
{
    line_exists(line);
}

void machine_line_again(u32 line)
{
    line_exists(line);
}

u32 machine_virtual_timer_stop(u64 *compare)
{
    *compare = any64();
    return any32();
}

void machine_virtual_timer_start(u32 control, u64 compare)
{
    (void)control;
    (void)compare;
}

bool machine_virtual_timer_line_unload(void)
{
    return chance();
}

void machine_virtual_timer_line_load(bool active, bool wanted)
{
    (void)active;
    (void)wanted;
}

bool machine_virtual_timer_runs(u32 control)
{
    (void)control;
    return chance();
}

static void vcpu_exists(u32 vcpu)
{
    //@ assert a_vcpu: vcpu < VCPU_MAX;
    (void)vcpu;
}

static void thread_exists(u32 thread)
{
    //@ assert a_thread: thread < THREAD_MAX;
    (void)thread;
}

void machine_vcpu_store(u32 vcpu)
{
    vcpu_exists(vcpu);
}

void machine_vcpu_load(u32 vcpu)
{
    vcpu_exists(vcpu);
}

void machine_vcpu_reset(u32 vcpu, u32 pc)
{
    vcpu_exists(vcpu);
    (void)pc;
}

static void thread_written(u32 thread)
{
    thread_exists(thread);
    for (u32 i = 0; i < THREAD_MACHINE_WORDS; i++) {
        kernel.threads[thread].machine[i] = any32();
    }
}

void machine_exit_skip(struct cpu *cpu, u32 thread, u32 syndrome, const u32 *values)
{
    (void)cpu;
    (void)syndrome;
    //@ assert values: \initialized(&values[0]) && \initialized(&values[1]);
    thread_written(thread);
    for (u32 i = 0; i < THREAD_REGS; i++) {
        thread_regs(cpu, thread)[i] = any32();
    }
}

void machine_exit_undefined(struct cpu *cpu, u32 thread)
{
    (void)cpu;
    thread_written(thread);
}

u32 machine_space_t0sz(void)
{
    return 0;
}

/* Else there is less to show: memory stays as it is mapped at boot. */
bool machine_space_fixed(void)
{
    return false;
}

static void cell_exists(u32 cell)
{
    //@ assert a_cell: cell < CELL_MAX;
    (void)cell;
}

u64 machine_space_init(u32 cell)
{
    cell_exists(cell);
    return any64();
}

u32 machine_space_tables(const struct machine_mapping *m)
{
    return 1U + any_below(m->size % 4U + 3U);
}

/* At most two tables come with a step: of levels 2 and 3. */
u32 machine_space_map(u32 cell, const struct machine_mapping *m)
{
    cell_exists(cell);
    for (u32 i = 0; i < 2U; i++) {
        u32 page = chance() ? space_table_take(cell) : NONE;
        if (page != NONE) {
            machine_table_page_clear(page);
            (void)space_table_entries(page, 1);
        }
    }
    if (chance()) {
        (void)space_table_entries(any_below(TABLE_PAGE_MAX), (i32)any_below(513));
    }
    return m->size == 0 ? 0 : any32() % m->size + any_below(2);
}

u32 machine_space_unmap(u32 cell, u64 space, gpaddr_t gpa, u32 size)
{
    cell_exists(cell);
    (void)space;
    (void)gpa;
    for (u32 i = 0; i < 2U; i++) {
        if (chance()) {
            u32 page = any_below(TABLE_PAGE_MAX);
            (void)space_table_entries(page, -(i32)any_below(513));
            space_table_give(cell, page);
        }
    }
    return size == 0 ? 0 : any32() % size + 1U;
}

paddr_t machine_table_page(u32 number)
{
    return paddr(number * PAGE_SIZE);
}

u32 machine_table_page_count(void)
{
    return TABLE_PAGE_MAX;
}

void machine_table_page_clear(u32 number)
{
    //@ assert a_table_page: number < TABLE_PAGE_MAX;
    (void)number;
}

void machine_cache_range(paddr_t pa, u32 size, u32 operation)
{
    //@ assert in_a_page: 0 < size <= PAGE_SIZE;
    (void)pa;
    (void)size;
    (void)operation;
}

u32 machine_cache_line(void)
{
    return 64;
}

void machine_words_copy(paddr_t to, paddr_t from, u32 words)
{
    //@ assert in_a_buffer: words <= THIMBLE_MESSAGE_WORDS - THIMBLE_REGISTER_WORDS;
    (void)to;
    (void)from;
    (void)words;
}

void machine_thread_reset(u32 thread)
{
    thread_written(thread);
}

void machine_fault_skip(u32 thread, u32 syndrome, u32 value)
{
    (void)syndrome;
    (void)value;
    thread_written(thread);
}

bool machine_instruction_at(u32 cell, u32 pc, u32 *instruction)
{
    cell_exists(cell);
    (void)pc;
    *instruction = any32();
    return chance();
}

paddr_t machine_console_page(void)
{
    return paddr(any32() & ~(PAGE_SIZE - 1U));
}

void machine_console_init(void)
{
}

bool machine_console_put(char c)
{
    (void)c;
    return chance();
}

bool machine_console_busy(void)
{
    return chance();
}

_Noreturn void machine_panic(const char *reason)
{
    (void)reason;
    for (;;) {
    }
}
