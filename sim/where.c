/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files and lines by libdw: see where.h. A program's place is the innermost one, of inlined
 * functions too, in a source file that is not of the simulator, the core or user/lib. From the
 * function that was left the stack is unwound, in the copy that a spot holds.
 */
#include "where.h"

#include "spot.h"

#if defined(WITHOUT_HOST_LIBRARIES)

void where_install(void)
{
}

#else

#include <dlfcn.h>
#include <dwarf.h>
#include <elfutils/libdwfl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include "memcheck.h"

#define FRAMES_MAX 64U

/* Of libdw, which is loaded when the first place is asked for: a run that needs none starts
 * without it. */
#define FUNCTIONS(X) \
    X(dwfl_begin) \
    X(dwfl_linux_proc_find_elf) \
    X(dwfl_linux_proc_report) \
    X(dwfl_report_end) \
    X(dwfl_attach_state) \
    X(dwfl_getthread_frames) \
    X(dwfl_frame_pc) \
    X(dwfl_thread_state_registers) \
    X(dwfl_thread_state_register_pc) \
    X(dwfl_addrmodule) \
    X(dwfl_module_addrdie) \
    X(dwfl_module_getsrc) \
    X(dwfl_lineinfo) \
    X(dwarf_getscopes) \
    X(dwarf_getscopes_die) \
    X(dwarf_tag) \
    X(dwarf_attr) \
    X(dwarf_formudata) \
    X(dwarf_getsrcfiles) \
    X(dwarf_filesrc)

#define POINTER(function) __typeof__(function) *function;
static struct {
    FUNCTIONS(POINTER)
} dw;

static Dwfl *dwfl;
static bool useless; /* there is no debugging information, or none that is understood */
/* The folder that this file was compiled in: with '/' at its end. */
static char root[1024];

/* The spot that is being looked for, and what of it has been found. */
static struct {
    const struct sim_spot *spot;
    char *text;
    size_t size;
    u32 frames;
    bool found;
} search;

/* ---- the stack ------------------------------------------------------------------*/

static pid_t thread_next(Dwfl *d, void *arg, void **thread_arg)
{
    (void)d;
    (void)arg;
    if (*thread_arg != NULL) {
        return 0;
    }
    *thread_arg = &search;
    return getpid();
}

static bool memory_read(Dwfl *d, Dwarf_Addr at, Dwarf_Word *word, void *arg)
{
    const struct sim_spot *spot = search.spot;
    uintptr_t value;

    (void)d;
    (void)arg;
    if (at < spot->sp || at - spot->sp > spot->size ||
        spot->size - (at - spot->sp) < sizeof(value)) {
        return false;
    }
    memcpy(&value, &spot->stack[at - spot->sp], sizeof(value));
    *word = value;
    return true;
}

static bool registers_set(Dwfl_Thread *thread, void *arg)
{
    const struct sim_spot *spot = search.spot;
    /* By their numbers in DWARF; pc last. */
#if defined(__x86_64__)
    static const int numbers[] = {6, 7, -1, 16};
#elif defined(__aarch64__)
    static const int numbers[] = {29, 31, 30, -1};
#else
    static const int numbers[] = {11, 13, 14, 15};
#endif
    const Dwarf_Word values[] = {spot->fp, spot->sp, spot->link, spot->pc};

    (void)arg;
    for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
        if (numbers[i] < 0) {
            continue;
        }
        if (!dw.dwfl_thread_state_registers(thread, numbers[i], 1, &values[i])) {
            return false;
        }
    }
    dw.dwfl_thread_state_register_pc(thread, spot->pc);
    return true;
}

/* ---- lines ------------------------------------------------------------------------*/

/* Of a program, that is, of none of the folders of the simulator? */
static bool is_program(const char *file)
{
    static const char *const folders[] = {"sim/", "core/", "arm/", "user/lib/"};
    size_t length = strlen(root);

    if (file == NULL) {
        return false;
    }
    if (strncmp(file, root, length) == 0) {
        file += length;
    }
    for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
        if (strncmp(file, folders[i], strlen(folders[i])) == 0) {
            return false;
        }
    }
    /* Headers of an installed library may be anywhere. */
    const char *dot = strrchr(file, '.');
    return dot != NULL && strcmp(dot, ".h") != 0;
}

static bool take(const char *file, int line)
{
    if (!is_program(file) || line <= 0) {
        return false;
    }
    const char *slash = strrchr(file, '/');
    snprintf(search.text, search.size, "%s:%d", slash != NULL ? slash + 1 : file, line);
    search.found = true;
    return true;
}

/* Where the inlined function `die` is called. */
static bool take_call(Dwarf_Die *cu, Dwarf_Die *die)
{
    Dwarf_Attribute attribute;
    Dwarf_Word file;
    Dwarf_Word line;
    Dwarf_Files *files;

    return dw.dwarf_formudata(dw.dwarf_attr(die, DW_AT_call_file, &attribute), &file) == 0 &&
           dw.dwarf_formudata(dw.dwarf_attr(die, DW_AT_call_line, &attribute), &line) == 0 &&
           dw.dwarf_getsrcfiles(cu, &files, NULL) == 0 &&
           take(dw.dwarf_filesrc(files, file, NULL, NULL), (int)line);
}

static bool take_inlined(Dwarf_Die *cu, Dwarf_Addr pc)
{
    Dwarf_Die *scopes = NULL;
    Dwarf_Die *callers = NULL;
    bool taken = false;

    if (dw.dwarf_getscopes(cu, pc, &scopes) > 0) {
        int count = dw.dwarf_getscopes_die(&scopes[0], &callers);
        for (int i = 0; i < count && !taken; i++) {
            taken = dw.dwarf_tag(&callers[i]) == DW_TAG_inlined_subroutine &&
                    take_call(cu, &callers[i]);
        }
    }
    free(callers);
    free(scopes);
    return taken;
}

static bool take_pc(Dwarf_Addr pc)
{
    Dwfl_Module *module = dw.dwfl_addrmodule(dwfl, pc);
    Dwarf_Addr bias;
    Dwarf_Die *cu = module != NULL ? dw.dwfl_module_addrdie(module, pc, &bias) : NULL;
    int line;

    if (cu == NULL) {
        return false;
    }
    const char *file =
        dw.dwfl_lineinfo(dw.dwfl_module_getsrc(module, pc), NULL, &line, NULL, NULL, NULL);
    return take(file, line) || take_inlined(cu, pc - bias);
}

static int frame_look(Dwfl_Frame *frame, void *arg)
{
    Dwarf_Addr pc;
    bool activation;

    (void)arg;
    if (!dw.dwfl_frame_pc(frame, &pc, &activation)) {
        return DWARF_CB_ABORT;
    }
    /* A call may be the last thing in its function: what it returns to is another. */
    bool exact = search.frames == 0 ? search.spot->exact : activation;
    search.frames++;
    return take_pc(exact ? pc : pc - 1U) || search.frames == FRAMES_MAX ? DWARF_CB_ABORT
                                                                         : DWARF_CB_OK;
}

/* ---- opening ---------------------------------------------------------------------*/

/* Only what is in the files themselves: no search, and nothing from a network. */
static int debuginfo_none(Dwfl_Module *module, void **user, const char *name, Dwarf_Addr base,
                          const char *file, const char *link, GElf_Word crc, char **found)
{
    (void)module;
    (void)user;
    (void)name;
    (void)base;
    (void)file;
    (void)link;
    (void)crc;
    (void)found;
    return -1;
}

/* The folder of sources, by where this file is. */
static void root_find(void)
{
    static const char own[] = "sim/where.c";
    Dwfl_Module *module = dw.dwfl_addrmodule(dwfl, (uintptr_t)where_install);
    Dwarf_Addr bias;
    Dwarf_Die *cu = module != NULL ? dw.dwfl_module_addrdie(module, (uintptr_t)where_install, &bias)
                                   : NULL;
    Dwfl_Line *line =
        module != NULL ? dw.dwfl_module_getsrc(module, (uintptr_t)where_install) : NULL;
    const char *file = line != NULL ? dw.dwfl_lineinfo(line, NULL, NULL, NULL, NULL, NULL) : NULL;
    size_t length = file != NULL ? strlen(file) : 0;

    useless = cu == NULL || length < strlen(own) || length >= sizeof(root);
    if (!useless) {
        memcpy(root, file, length - strlen(own));
        root[length - strlen(own)] = '\0';
    }
}

static bool library_load(void)
{
    void *library = dlopen("libdw.so.1", RTLD_NOW | RTLD_LOCAL);
    void *function;

    if (library == NULL) {
        return false;
    }
#define LOAD(name)                             \
    function = dlsym(library, #name);          \
    if (function == NULL) {                    \
        return false;                          \
    }                                          \
    memcpy(&dw.name, &function, sizeof(dw.name));
    FUNCTIONS(LOAD)
    return true;
}

static void open_once(void)
{
    static Dwfl_Callbacks finders = {.find_debuginfo = debuginfo_none};
    static const Dwfl_Thread_Callbacks threads = {.next_thread = thread_next,
                                                  .memory_read = memory_read,
                                                  .set_initial_registers = registers_set};

    if (dwfl != NULL || useless) {
        return;
    }
    if (!library_load()) {
        useless = true;
        return;
    }
    finders.find_elf = dw.dwfl_linux_proc_find_elf;
    dwfl = dw.dwfl_begin(&finders);
    useless = dwfl == NULL || dw.dwfl_linux_proc_report(dwfl, getpid()) != 0 ||
              dw.dwfl_report_end(dwfl, NULL, NULL) != 0 ||
              !dw.dwfl_attach_state(dwfl, NULL, getpid(), &threads, NULL);
    if (!useless) {
        root_find();
    }
}

/* ---- a stack that is large enough ---------------------------------------------------*/

/* libdw wants more of it than those of the simulator have. */
#define STACK_SIZE (1024U * 1024U)

static ucontext_t asker;
static ucontext_t looker;

static void look(void)
{
    open_once();
    if (!useless) {
        (void)dw.dwfl_getthread_frames(dwfl, getpid(), frame_look, NULL);
    }
    /* A call of what is no function: it is where that would have returned to. */
    if (!useless && !search.found && search.spot->exact) {
        Dwarf_Addr back = search.spot->link;
#if defined(__x86_64__)
        if (search.spot->size >= sizeof(uintptr_t)) {
            memcpy(&back, search.spot->stack, sizeof(back));
        }
#endif
        if (back != 0) {
            (void)take_pc(back - 1U);
        }
    }
}

static bool resolve(const struct sim_spot *spot, char *text, size_t size)
{
    static u8 *stack;

    if (stack == NULL) {
        u8 *got = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        useless = got == MAP_FAILED;
        stack = useless ? NULL : got;
        (void)VALGRIND_STACK_REGISTER(got, got + STACK_SIZE - 1);
    }
    /* Still set: looking has crashed, in memory that a program has written over. */
    if (useless || search.spot != NULL || getcontext(&looker) != 0) {
        return false;
    }
    search.spot = spot;
    search.text = text;
    search.size = size;
    search.frames = 0;
    search.found = false;
    looker.uc_stack = (stack_t){.ss_sp = stack, .ss_size = STACK_SIZE};
    looker.uc_link = &asker;
    makecontext(&looker, look, 0);
    (void)swapcontext(&asker, &looker);
    search.spot = NULL;
    return search.found;
}

void where_install(void)
{
    spot_resolve = resolve;
}

#endif
