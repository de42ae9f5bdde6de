/* SPDX-License-Identifier: BSD-2-Clause */
/* Places in programs: see places.h. */
#include "places.h"

#include <dwarf.h>
#include <elfutils/libdwfl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "context.h"
#include "copies.h"
#include "image.h"

#define REGISTERS 16U
#define FRAMES 32U /* looked at */
#define THUMB 1U

static const char *folder;
/* By cell; kept, as names of places are in them. */
static Dwfl *programs[CELL_MAX];

/* ---- programs -------------------------------------------------------------------*/

static int debug_absent(Dwfl_Module *module, void **data, const char *name, Dwarf_Addr base,
                        const char *file, const char *link, GElf_Word crc, char **found)
{
    (void)module, (void)data, (void)name, (void)base, (void)file, (void)link, (void)crc;
    (void)found;
    return -1; /* it is in the file itself, or nowhere */
}

/* The module of a cell's program that an address is in; NULL: it is in none. */
static Dwfl_Module *module_at(u32 cell, u32 pc)
{
    static const Dwfl_Callbacks callbacks = {.find_debuginfo = debug_absent,
                                             .section_address = dwfl_offline_section_address};
    char path[4096];

    if (programs[cell] == NULL && folder != NULL) {
        snprintf(path, sizeof(path), "%s/%s.elf", folder, arm_system.cells[cell].name);
        programs[cell] = dwfl_begin(&callbacks);
        if (programs[cell] != NULL) {
            (void)dwfl_report_elf(programs[cell], "program", path, -1, 0, true);
            (void)dwfl_report_end(programs[cell], NULL, NULL);
        }
    }
    return programs[cell] != NULL ? dwfl_addrmodule(programs[cell], pc) : NULL;
}

void places_begin(const char *from)
{
    folder = from;
}

void places_end(void)
{
    for (u32 i = 0; i < CELL_MAX; i++) {
        dwfl_end(programs[i]);
        programs[i] = NULL;
    }
}

/* ---- an address -----------------------------------------------------------------*/

/* Helpers and stubs of hypercalls: what a thread is at is where its program uses them. */
static bool is_machine(const char *file)
{
    return strstr(file, "user/arm/") != NULL || strstr(file, "user/lib/thimble.h") != NULL;
}

/* The place where an inlined function stands. */
static bool inlined_at(Dwarf_Die *unit, Dwarf_Die *scope, struct place *place)
{
    Dwarf_Attribute attribute;
    Dwarf_Files *files;
    Dwarf_Word file;
    Dwarf_Word line;
    size_t count;

    if (dwarf_formudata(dwarf_attr(scope, DW_AT_call_file, &attribute), &file) != 0 ||
        dwarf_formudata(dwarf_attr(scope, DW_AT_call_line, &attribute), &line) != 0 ||
        dwarf_getsrcfiles(unit, &files, &count) != 0 || file >= count) {
        return false;
    }
    place->file = dwarf_filesrc(files, file, NULL, NULL);
    place->line = (int)line;
    return place->file != NULL;
}

/* Names the function, and goes out of inlined ones that are the machine's. */
static void scopes_leave(Dwarf_Die *unit, Dwarf_Addr pc, struct place *place)
{
    Dwarf_Die *innermost = NULL;
    Dwarf_Die *scopes = NULL;
    int count = dwarf_getscopes(unit, pc, &innermost);

    /* Not where an inlined function was written, but what it has been inlined into. */
    count = count > 0 ? dwarf_getscopes_die(&innermost[0], &scopes) : 0;
    free(innermost);
    for (int i = 0; i < count; i++) {
        int tag = dwarf_tag(&scopes[i]);
        if (tag == DW_TAG_inlined_subroutine && is_machine(place->file)) {
            if (!inlined_at(unit, &scopes[i], place)) {
                break;
            }
        } else if (tag == DW_TAG_inlined_subroutine || tag == DW_TAG_subprogram) {
            place->function = dwarf_diename(&scopes[i]);
            break;
        }
    }
    free(scopes);
}

/* Also of the machine's own. */
static bool place_any(u32 cell, u32 pc, struct place *place)
{
    Dwarf_Addr bias;

    Dwfl_Module *module = module_at(cell, pc);
    Dwfl_Line *line = module != NULL ? dwfl_module_getsrc(module, pc) : NULL;
    if (line == NULL) {
        return false;
    }
    *place = (struct place){.function = dwfl_module_addrname(module, pc)};
    place->file = dwfl_lineinfo(line, NULL, &place->line, NULL, NULL, NULL);
    Dwarf_Die *unit = dwfl_module_addrdie(module, pc, &bias);
    if (place->file != NULL && unit != NULL) {
        scopes_leave(unit, pc - bias, place);
    }
    return place->file != NULL;
}

bool place_at(u32 cell, u32 pc, struct place *place)
{
    return place_any(cell, pc, place) && !is_machine(place->file);
}

/* ---- tail calls -------------------------------------------------------------------*/

/* The one tail call of `callee` in a function: it left no frame. */
static bool tail_call_find(Dwarf_Die *function, const char *callee, Dwarf_Addr *pc)
{
    Dwarf_Die die;
    u32 found = 0;

    for (int rest = dwarf_child(function, &die); rest == 0; rest = dwarf_siblingof(&die, &die)) {
        Dwarf_Attribute attribute;
        Dwarf_Die origin;
        bool tail;
        if (dwarf_tag(&die) == DW_TAG_call_site &&
            dwarf_formflag(dwarf_attr(&die, DW_AT_call_tail_call, &attribute), &tail) == 0 &&
            dwarf_formref_die(dwarf_attr(&die, DW_AT_call_origin, &attribute), &origin) != NULL &&
            dwarf_diename(&origin) != NULL && strcmp(dwarf_diename(&origin), callee) == 0 &&
            dwarf_formaddr(dwarf_attr(&die, DW_AT_call_return_pc, &attribute), pc) == 0) {
            found++;
        }
    }
    return found == 1U;
}

/* A program's entry point called `callee` last. */
static bool place_of_tail(u32 cell, const char *callee, struct place *place)
{
    Dwfl_Module *module = module_at(cell, arm_system.cells[cell].image.raw);
    int count = module != NULL ? dwfl_module_getsymtab(module) : 0;
    Dwarf_Addr bias;
    Dwarf_Addr pc;
    GElf_Sym symbol;

    for (int i = 0; i < count; i++) {
        const char *name = dwfl_module_getsym(module, i, &symbol, NULL);
        if (name == NULL || strcmp(name, "thimble_program") != 0) {
            continue;
        }
        Dwarf_Addr entry = symbol.st_value & ~(Dwarf_Addr)THUMB;
        Dwarf_Die *unit = dwfl_module_addrdie(module, entry, &bias);
        Dwarf_Die *scopes = NULL;
        int depth = unit != NULL ? dwarf_getscopes(unit, entry - bias, &scopes) : 0;
        bool found = false;
        for (int s = 0; s < depth && !found; s++) {
            found = dwarf_tag(&scopes[s]) == DW_TAG_subprogram &&
                    tail_call_find(&scopes[s], callee, &pc);
        }
        free(scopes);
        return found && place_at(cell, (u32)(pc + bias) - 2U, place);
    }
    return false;
}

/* ---- a thread's frames --------------------------------------------------------------*/

struct frames {
    u32 registers[REGISTERS];
    bool known[REGISTERS];
};

static void frame_innermost(u32 thread, struct frames *f)
{
    const struct thread *t = thread_at(thread);

    for (u32 i = 0; i < REGISTERS; i++) {
        f->known[i] = true;
        f->registers[i] = i < THREAD_REGS ? t->regs[i]
                          : i < 13U       ? t->machine[CONTEXT_R8 + i - 8U]
                          : i == 13U      ? t->machine[CONTEXT_SP]
                          : i == 14U      ? t->machine[CONTEXT_LR]
                                          : t->machine[CONTEXT_PC];
    }
}

/* What an expression of frame information says; these are all that compilers use. */
static bool expression(const Dwarf_Op *ops, size_t count, const struct frames *f, u32 cfa,
                       u32 *value)
{
    if (count == 0) {
        return false;
    }
    if (ops[0].atom == DW_OP_call_frame_cfa) {
        *value = cfa;
    } else if (ops[0].atom == DW_OP_bregx && ops[0].number < REGISTERS) {
        *value = f->registers[ops[0].number] + (u32)ops[0].number2;
    } else if (ops[0].atom >= DW_OP_breg0 && ops[0].atom < DW_OP_breg0 + REGISTERS) {
        *value = f->registers[ops[0].atom - DW_OP_breg0] + (u32)ops[0].number;
    } else {
        return false;
    }
    for (size_t i = 1; i < count; i++) {
        if (ops[i].atom != DW_OP_plus_uconst) {
            return ops[i].atom == DW_OP_stack_value && i + 1U == count;
        }
        *value += (u32)ops[i].number;
    }
    return true;
}

/* One register of the caller's frame. */
static void register_restore(Dwarf_Frame *frame, u32 thread, u32 number, const struct frames *f,
                             u32 cfa, struct frames *to)
{
    Dwarf_Op room[3];
    Dwarf_Op *ops;
    size_t count;
    u32 at;

    to->known[number] = f->known[number];
    to->registers[number] = f->registers[number];
    if (dwarf_frame_register(frame, (int)number, room, &ops, &count) != 0) {
        to->known[number] = false;
    } else if (count == 0) {
        /* The same value; or, with no expression at all, one that is not there any more. */
        to->known[number] = ops == NULL && f->known[number];
    } else if (expression(ops, count, f, cfa, &at)) {
        bool is_value = ops[count - 1U].atom == DW_OP_stack_value;
        to->known[number] = is_value || copies_stack_word(thread, at, &to->registers[number]);
        if (is_value) {
            to->registers[number] = at;
        }
    }
}

/* Without frame information, as of an address where nothing is, the caller is in LR. */
static bool frame_out(u32 thread, u32 cell, bool innermost, struct frames *f)
{
    struct frames to = *f;
    Dwarf_Addr bias;
    Dwarf_Frame *frame = NULL;
    Dwarf_Op *ops;
    size_t count;
    u32 cfa;

    u32 pc = (f->registers[15] & ~THUMB) - (innermost ? 0 : 2U);
    Dwfl_Module *module = module_at(cell, pc);
    Dwarf_CFI *cfi = module != NULL ? dwfl_module_dwarf_cfi(module, &bias) : NULL;
    if (cfi == NULL || dwarf_cfi_addrframe(cfi, pc - bias, &frame) != 0) {
        if (!innermost || !f->known[14]) {
            return false;
        }
        f->registers[15] = f->registers[14];
        f->known[14] = false;
        return true;
    }
    bool good = dwarf_frame_cfa(frame, &ops, &count) == 0 && expression(ops, count, f, 0, &cfa);
    for (u32 i = 0; good && i < REGISTERS - 1U; i++) {
        register_restore(frame, thread, i, f, cfa, &to);
    }
    free(frame);
    if (!good || !to.known[14]) {
        return false;
    }
    to.registers[13] = cfa;
    to.known[13] = true;
    to.registers[15] = to.registers[14];
    *f = to;
    return true;
}

/* After a hypercall a thread's place is behind it; after a fault it is the instruction. */
static u32 place_pc(u32 thread, u32 pc, bool innermost)
{
    const struct thread *t = thread_at(thread);
    bool exact = innermost && (t->state == THREAD_STOPPED || t->state == THREAD_FAILED);

    return (pc & ~THUMB) - (exact ? 0 : 2U);
}

bool place_of(u32 thread, struct place *place)
{
    u32 cell = thread_at(thread)->cell;
    const char *callee = NULL;
    struct frames f;

    frame_innermost(thread, &f);
    for (u32 i = 0; i < FRAMES; i++) {
        u32 pc = place_pc(thread, f.registers[15], i == 0);
        if (place_at(cell, pc, place)) {
            return true;
        }
        if (place_any(cell, pc, place) && strcmp(place->function, "thimble_start") == 0) {
            return callee != NULL && place_of_tail(cell, callee, place);
        }
        if (place_any(cell, pc, place)) {
            callee = place->function;
        }
        if (!frame_out(thread, cell, i == 0, &f)) {
            return false;
        }
    }
    return false;
}

const char *place_words(const struct place *place, char *to, size_t size)
{
    if (place == NULL) {
        return NULL;
    }
    const char *last = strrchr(place->file, '/');
    snprintf(to, size, "%s:%d", last != NULL ? last + 1 : place->file, place->line);
    return to;
}
