/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How long interrupts are masked, for each cause: a plugin of QEMU's translator, so that
 * a release image runs at some ten million instructions a second while it is watched.
 *
 *   qemu-system-arm ... -plugin masked.so,text=ADDRESS,end=ADDRESS,vectors=ADDRESS,
 *                               limit=INSTRUCTIONS,seconds=N,out=FILE[,schedule=ADDRESS,
 *                               take=ADDRESS,print=ADDRESS,functions=FILE,
 *                               guests=ADDRESS,guests_end=ADDRESS]
 *
 * The addresses are where the hypervisor's code begins and ends, and its vectors; `guests` are
 * those while a guest runs, if there are any, and the code behind them, up to guests_end,
 * which returns to guests. A stretch
 * begins with an exception to Hyp mode, or where the idle thread masks interrupts. It ends
 * with the return, with the next look for interrupts (a read of ISR), where they are
 * unmasked, or with WFI, which an interrupt ends, masked or not. Each instruction counts,
 * the first and the last one too. Boot, before the first thread runs, is no stretch.
 * With schedule(), and klog_step(), which is never called in it, stretches that begin at a
 * look in schedule() have a cause of their own. With machine_line_take(), ways of an interrupt
 * are told apart, too: from the vector, or from the look that has found it, to the return,
 * with at most one more look, that of the choice (cause: handler; handler_guest, if the return
 * is to a guest). With a file of addresses of functions, one a line, those that the longest
 * stretch has entered are told.
 * Output, one record a line:
 *
 *   masked CAUSE MOST FROM TO STRETCHES   the longest, and the addresses of its first and
 *                                         last instruction; CAUSE: svcN, fault, irq, idle,
 *                                         schedule, handler, handler_guest
 *   way CAUSE ADDRESS...                  functions entered, in turn
 *   total INSTRUCTIONS                    all modes, from reset on
 *   end limit|seconds|quiet|exit          quiet: nothing happens any more
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "plugin.h"

/* ---- state ------------------------------------------------------------------------ */

/* Causes: numbers of hypercalls, the last one for all that no core has. */
#define CAUSE_NUMBERS 128U
#define CAUSE_FAULT 128U
#define CAUSE_IRQ 129U
#define CAUSE_IDLE 130U
#define CAUSE_SCHEDULE 131U
#define CAUSE_HANDLER 132U
#define CAUSE_HANDLER_GUEST 133U
#define CAUSES 134U
#define NO_CALL UINT32_MAX
#define CALL_OF_GUEST 0x10000U /* by HVC */
#define VECTORS_SIZE 0x20U
#define VECTOR_TRAP 0x14U
#define VECTOR_IRQ 0x18U

#define WAY 128U

struct longest {
    uint32_t way[WAY];
    uint32_t way_length;
    uint64_t count;
    uint64_t stretches;
    uint32_t first;
    uint32_t last;
};

static struct {
    uint64_t total;
    bool masked;
    bool scheduling; /* schedule() has been entered since the vector */
    bool taken;      /* an interrupt, since the stretch has begun, */
    uint64_t before; /* or in the one before, which was so long; or 0 */
    uint32_t before_first;
    uint32_t before_way[WAY];
    uint32_t before_length;
    uint32_t cause;
    uint32_t entry; /* the cause that the vector was */
    uint32_t way[WAY];
    uint32_t way_length;
    uint64_t stretch;
    uint32_t first;
    uint32_t call; /* what the block of a guest that runs would call, or NO_CALL */
    struct longest longest[CAUSES];
} state = {.call = NO_CALL};

static struct {
    uint32_t text;
    uint32_t end;
    uint32_t vectors;
    uint32_t schedule;
    uint32_t take;
    uint32_t print;
    uint32_t guests;
    uint32_t guests_end;
    uint32_t functions[2048];
    uint32_t function_count;
    uint64_t limit;
    uint32_t seconds;
    const char *out;
} options = {.limit = UINT64_MAX, .seconds = 60};

/* Where the hypervisor's code is in QEMU's memory: guests may have their own at the same
 * addresses. */
static const char *text_host;

static void finish(const char *how)
{
    static bool finished;
    FILE *out = finished ? NULL : fopen(options.out, "w");

    finished = true;
    if (out == NULL) {
        return;
    }
    for (uint32_t c = 0; c < CAUSES; c++) {
        const struct longest *l = &state.longest[c];
        static const char *const names[] = {"fault",    "irq",     "idle",
                                            "schedule", "handler", "handler_guest"};
        char name[16];
        snprintf(name, sizeof(name), "svc%" PRIu32, c);
        if (l->stretches != 0) {
            fprintf(out, "masked %s %" PRIu64 " %08" PRIx32 " %08" PRIx32 " %" PRIu64 "\n",
                    c < CAUSE_NUMBERS ? name : names[c - CAUSE_NUMBERS],
                    l->count, l->first, l->last, l->stretches);
        }
        for (uint32_t i = 0; i < l->way_length; i++) {
            if (i == 0) {
                fprintf(out, "way %s", c < CAUSE_NUMBERS ? name : names[c - CAUSE_NUMBERS]);
            }
            fprintf(out, " %08" PRIx32 "%s", l->way[i], i + 1U == l->way_length ? "\n" : "");
        }
    }
    fprintf(out, "total %" PRIu64 "\nend %s\n", state.total, how);
    (void)fclose(out);
}

static _Noreturn void leave(const char *how)
{
    finish(how);
    _exit(0);
}

/* ---- what is executed ------------------------------------------------------------- */

static void stretch_begin(uint32_t cause, uint32_t at)
{
    state.masked = true;
    state.scheduling = false;
    state.taken = cause == CAUSE_IRQ;
    state.before = 0;
    state.entry = cause;
    state.way_length = 0;
    state.cause = cause;
    state.stretch = 0;
    state.first = at;
}

static void longest_note(uint32_t cause, uint32_t at)
{
    struct longest *l = &state.longest[cause];

    l->stretches++;
    if (state.stretch > l->count) {
        l->count = state.stretch;
        l->first = state.first;
        l->last = at;
        l->way_length = state.way_length;
        memcpy(l->way, state.way, sizeof(l->way));
    }
}

/* This stretch, behind the one before if the interrupt was taken there. */
static void handler_note(uint32_t cause, uint32_t at)
{
    struct longest *l = &state.longest[cause];
    uint32_t length = state.taken ? 0 : state.before_length;
    uint64_t count = state.stretch + (state.taken ? 0 : state.before);

    l->stretches++;
    if (count <= l->count) {
        return;
    }
    l->count = count;
    l->first = state.taken ? state.first : state.before_first;
    l->last = at;
    memcpy(l->way, state.before_way, length * sizeof(l->way[0]));
    l->way_length = length;
    for (uint32_t i = 0; i < state.way_length && l->way_length < WAY; i++) {
        l->way[l->way_length++] = state.way[i];
    }
}

/* Another one begins, if it does not end with the return. */
static void stretch_end(uint32_t at)
{
    if (!state.masked) {
        return;
    }
    longest_note(state.cause, at);
    state.before = state.taken ? state.stretch : 0;
    if (state.taken) {
        state.before_first = state.first;
        memcpy(state.before_way, state.way, sizeof(state.way));
        state.before_length = state.way_length;
    }
    state.stretch = 0;
    state.first = at;
    state.taken = false;
    state.way_length = 0;
    if (state.scheduling) {
        state.cause = CAUSE_SCHEDULE;
    }
}

static uint32_t address_of(void *data)
{
    return (uint32_t)(uintptr_t)data;
}

static void on_plain(unsigned int cpu, void *data)
{
    (void)cpu;
    (void)data;
    state.total++;
    state.stretch++;
}

/* Of the vectors for native threads, or of those for guests, where HVC #0 is no hypercall. */
static void on_vector(unsigned int cpu, void *data)
{
    uint32_t at = address_of(data);
    bool guest = at - options.vectors >= VECTORS_SIZE;
    uint32_t call = (state.call & CALL_OF_GUEST) != 0 ? state.call & 0xffU : state.call;
    bool is_call = state.call != NO_CALL && guest == ((state.call & CALL_OF_GUEST) != 0) &&
                   (!guest || call != 0);
    uint32_t number = call < CAUSE_NUMBERS ? call : CAUSE_NUMBERS - 1U;

    stretch_begin(at % VECTORS_SIZE >= VECTOR_IRQ ? CAUSE_IRQ : is_call ? number : CAUSE_FAULT, at);
    on_plain(cpu, data);
}

static void on_look(unsigned int cpu, void *data)
{
    stretch_end(address_of(data));
    on_plain(cpu, data);
}

static void on_unmasked(unsigned int cpu, void *data)
{
    on_plain(cpu, data);
    if (state.masked && (state.taken || state.before != 0) && options.take != 0) {
        uint32_t at = address_of(data);
        bool guest = at >= options.guests && at < options.guests_end;
        handler_note(guest ? CAUSE_HANDLER_GUEST : CAUSE_HANDLER, at);
    }
    stretch_end(address_of(data));
    state.masked = false;
    if (state.total >= options.limit) {
        leave("limit");
    }
}

static void on_schedule(unsigned int cpu, void *data)
{
    state.scheduling = true;
    on_plain(cpu, data);
}

static void on_take(unsigned int cpu, void *data)
{
    state.taken = true;
    on_plain(cpu, data);
}

/* What schedule() has left behind is not its own any more; and what goes on is what was
 * interrupted, no handler. */
static void on_print(unsigned int cpu, void *data)
{
    state.scheduling = false;
    state.taken = false;
    state.before = 0;
    state.cause = state.entry;
    on_plain(cpu, data);
}

static void on_function(unsigned int cpu, void *data)
{
    (void)cpu;
    if (state.masked && state.way_length < WAY) {
        state.way[state.way_length++] = address_of(data);
    }
}

static void on_masked(unsigned int cpu, void *data)
{
    stretch_begin(CAUSE_IDLE, address_of(data));
    on_plain(cpu, data);
}

/* A guest's block; `data`: of how many instructions. */
static void on_guest(unsigned int cpu, void *data)
{
    (void)cpu;
    state.total += (uintptr_t)data;
    state.call = NO_CALL;
    if (state.total >= options.limit) {
        leave("limit");
    }
}

/* The last instruction of a block, which calls unless its condition fails. */
static void on_call(unsigned int cpu, void *data)
{
    (void)cpu;
    state.call = address_of(data);
}

/* ---- what is translated ----------------------------------------------------------- */

/* The instruction in ARM, and in Thumb state with its halves in the order of memory. */
static executed *function_of(uint32_t word, size_t size, uint32_t at)
{
    if (at - options.vectors < VECTORS_SIZE ||
        (options.guests != 0 && at - options.guests < VECTORS_SIZE)) {
        return on_vector;
    }
    if (at == options.schedule || at == options.take || at == options.print) {
        return at == options.take ? on_take : at == options.print ? on_print : on_schedule;
    }
    if (size == 2U) {
        return word == 0xb672U || word == 0xb673U   ? on_masked /* CPSID */
               : word == 0xb662U || word == 0xb663U ? on_unmasked /* CPSIE */
               : word == 0xbf30U                    ? on_look /* WFI */
                                                    : on_plain;
    }
    if (word == 0xe160006eU || word == 0x8f00f3deU) {
        return on_unmasked; /* ERET */
    }
    if ((word & 0xffff0fffU) == 0xee1c0f11U || (word & 0x0fffffffU) == 0x0f11ee1cU ||
        word == 0xe320f003U) {
        return on_look; /* MRC of ISR (DDI 0406C B4.1.83), WFI */
    }
    if (word == 0xf10c00c0U) {
        return on_masked; /* CPSID if */
    }
    return word == 0xf10800c0U ? on_unmasked : on_plain;
}

/* The number, or NO_CALL. A word of Thumb that looks like ARM's SVC does no harm: what it
 * leaves is forgotten with the next block. */
static uint32_t call_of(uint32_t word, size_t size)
{
    if (size == 2U) {
        return word >> 8 == 0xdfU ? word & 0xffU : NO_CALL;
    }
    if ((word & 0x0ff000f0U) == 0x01400070U) {
        return CALL_OF_GUEST | (word >> 4 & 0xfff0U) | (word & 0xfU); /* HVC (A8.8.69) */
    }
    if ((word & 0xf000fff0U) == 0x8000f7e0U) {
        return CALL_OF_GUEST | (word & 0xfU) << 12 | (word >> 16 & 0xfffU);
    }
    return (word & 0x0f000000U) == 0x0f000000U && word >> 28 != 0xfU ? word & 0xffffU : NO_CALL;
}

static bool is_function(uint32_t at)
{
    for (uint32_t i = 0; i < options.function_count; i++) {
        if (options.functions[i] == at) {
            return true;
        }
    }
    return false;
}

static void translated(uint64_t id, struct qemu_plugin_tb *tb)
{
    size_t count = qemu_plugin_tb_n_insns(tb);
    bool guest = false;

    (void)id;
    for (size_t i = 0; i < count; i++) {
        struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
        uint32_t at = (uint32_t)qemu_plugin_insn_vaddr(insn);
        const char *host = qemu_plugin_insn_haddr(insn);
        size_t size = qemu_plugin_insn_size(insn);
        uint32_t word = 0;

        memcpy(&word, qemu_plugin_insn_data(insn), size < 4U ? size : 4U);
        if (text_host == NULL && at == options.text) {
            text_host = host; /* reset leads there */
        }
        if (text_host != NULL && at - options.text < options.end - options.text &&
            host == text_host + (at - options.text)) {
            qemu_plugin_register_vcpu_insn_exec_cb(insn, function_of(word, size, at), NO_REGISTERS,
                                                   (void *)(uintptr_t)at);
            if (is_function(at)) {
                qemu_plugin_register_vcpu_insn_exec_cb(insn, on_function, NO_REGISTERS,
                                                       (void *)(uintptr_t)at);
            }
            continue;
        }
        if (!guest) {
            guest = true;
            qemu_plugin_register_vcpu_tb_exec_cb(tb, on_guest, NO_REGISTERS,
                                                 (void *)(uintptr_t)count);
        }
        uint32_t call = call_of(word, size);
        if (call != NO_CALL) {
            qemu_plugin_register_vcpu_insn_exec_cb(insn, on_call, NO_REGISTERS,
                                                   (void *)(uintptr_t)call);
        }
    }
}

/* ---- start and end ---------------------------------------------------------------- */

/* A second without an instruction, once there has been one: all threads wait, and no
 * timer is set. */
static void *watch(void *nothing)
{
    uint64_t before = 0;
    uint32_t still = 0;

    for (uint32_t tenth = 0; tenth < 10U * options.seconds; tenth++) {
        usleep(100000);
        uint64_t total = state.total;
        still = total == before && total != 0 ? still + 1U : 0;
        if (still == 10U) {
            leave("quiet");
        }
        before = total;
    }
    leave("seconds");
    return nothing;
}

static void at_exit(uint64_t id, void *data)
{
    (void)id;
    (void)data;
    finish("exit");
}

static void functions_read(const char *name)
{
    FILE *in = fopen(name, "r");
    char line[64];

    while (in != NULL && fgets(line, sizeof(line), in) != NULL && options.function_count < 2048U) {
        options.functions[options.function_count++] = (uint32_t)strtoul(line, NULL, 16);
    }
    if (in != NULL) {
        (void)fclose(in);
    }
}

/* False: there is no such number. */
static bool option_address(const char *name, const char *value)
{
    static const struct {
        const char *name;
        uint32_t *value;
    } names[] = {
        {"text", &options.text},         {"end", &options.end},   {"vectors", &options.vectors},
        {"schedule", &options.schedule}, {"take", &options.take}, {"print", &options.print},
        {"guests", &options.guests}, {"guests_end", &options.guests_end},
    };

    for (uint32_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(names[i].name, name) == 0) {
            *names[i].value = (uint32_t)strtoul(value, NULL, 16);
            return true;
        }
    }
    return false;
}

int qemu_plugin_install(uint64_t id, const void *info, int argc, char **argv)
{
    pthread_t watcher;

    (void)info;
    for (int i = 0; i < argc; i++) {
        char *value = strchr(argv[i], '=');
        if (value == NULL) {
            return -1;
        }
        *value++ = '\0';
        if (option_address(argv[i], value)) {
            continue;
        }
        if (strcmp(argv[i], "functions") == 0) {
            functions_read(value);
        } else if (strcmp(argv[i], "limit") == 0) {
            options.limit = strtoull(value, NULL, 10);
        } else if (strcmp(argv[i], "seconds") == 0) {
            options.seconds = (uint32_t)strtoul(value, NULL, 10);
        } else if (strcmp(argv[i], "out") == 0) {
            options.out = strdup(value);
        } else {
            return -1;
        }
    }
    if (options.out == NULL || options.vectors == 0 ||
        pthread_create(&watcher, NULL, watch, NULL) != 0) {
        return -1;
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
    qemu_plugin_register_atexit_cb(id, at_exit, NULL);
    return 0;
}
