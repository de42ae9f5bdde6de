/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How late a thread runs, and for how long, in instructions: a plugin of QEMU's translator, for
 * bench/arm/urgency, whose marks it reads (bench/arm/mark.h). QEMU runs with -icount, where an
 * instruction takes 1 ns and the counter ticks every 16 ns.
 *
 *   qemu-system-arm ... -plugin release.so,text=ADDRESS,end=ADDRESS,vectors=ADDRESS,
 *                               seconds=N,out=FILE
 *
 * The addresses are where the hypervisor's code begins and ends, and its vectors. Output, one
 * record a line, in the order in which things happen:
 *
 *   release MARK LATE AWAKE        so many instructions from its deadline, or behind the store
 *                                  that raised its line, to its first; and since the CPU was
 *                                  idle. A thread that was late by itself is less than 0
 *   job MARK INSTRUCTIONS IRQS     from there to its end, of all modes; interrupts in it
 *   stretch MARK INSTRUCTIONS      the longest stretch with interrupts masked
 *   end mark|seconds|exit
 *
 * An instruction counts when it begins. One that QEMU begins anew, for it turned out to be an
 * access to a device, is not told to plugins a second time.
 *
 * A deadline is a tick. When it comes says the thread, behind its job: it reads the counter, and
 * tells how many ticks that is behind its deadline. What a tick leaves open follows from WFI,
 * which the timer ends with a tick, and from the instructions since.
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "plugin.h"

#define MARK_NUMBER 128U
#define MARK_DIGIT 100U
#define MARK_RISE 118U
#define MARK_RELEASE 119U
#define MARK_DONE 120U
#define MARK_END 127U
#define DIGITS 8U
#define TICK 16U
#define VECTORS_SIZE 0x20U
#define VECTOR_IRQ 0x18U

static struct {
    uint64_t total; /* instructions that have begun */
    uint32_t mark;
    uint64_t awake; /* of total, when WFI ended last */
    bool rising;    /* with the store behind the return */
    bool raised;
    uint64_t rise;
    uint64_t release;
    bool running; /* from release to its end */
    uint32_t irqs;
    bool reading; /* the next reading of the counter is told */
    uint64_t read;
    uint32_t digits;
    uint32_t ticks;
    bool masked;
    uint64_t stretch; /* of total, when it began */
    uint64_t longest;
} state;

static struct {
    uint32_t text;
    uint32_t end;
    uint32_t vectors;
    uint32_t seconds;
} options = {.seconds = 60};

static FILE *out;

static void finish(const char *how)
{
    if (out != NULL) {
        fprintf(out, "stretch %" PRIu32 " %" PRIu64 "\nend %s\n", state.mark, state.longest, how);
        (void)fclose(out);
        out = NULL;
    }
}

static _Noreturn void leave(const char *how)
{
    finish(how);
    _exit(0);
}

/* ---- what is executed ------------------------------------------------------------- */

static void release_note(int64_t late)
{
    fprintf(out, "release %" PRIu32 " %" PRId64 " %" PRIu64 "\n", state.mark, late,
            state.release - state.awake);
}

static void digit(uint32_t value)
{
    state.ticks = state.ticks << 4 | value;
    if (++state.digits % DIGITS == 0) {
        /* The counter has the reading instruction in it. */
        uint64_t since = state.read + 1U - state.awake;
        int64_t late = (int64_t)(int32_t)state.ticks * (int64_t)TICK + (int64_t)(since % TICK);
        release_note(late - (int64_t)(state.read + 1U - state.release));
    }
}

static void on_mark(unsigned int cpu, void *data)
{
    uint32_t mark = (uint32_t)(uintptr_t)data;

    (void)cpu;
    if (mark == MARK_RISE) {
        state.rising = true;
    } else if (mark == MARK_RELEASE) {
        state.release = state.total;
        state.running = true;
        state.irqs = 0;
        if (state.raised) {
            release_note((int64_t)(state.release - state.rise));
        }
    } else if (mark == MARK_DONE) {
        fprintf(out, "job %" PRIu32 " %" PRIu64 " %" PRIu32 "\n", state.mark,
                state.total - state.release, state.irqs);
        state.running = false;
        state.reading = !state.raised;
        state.raised = false;
    } else if (mark >= MARK_DIGIT && mark < MARK_DIGIT + TICK) {
        digit(mark - MARK_DIGIT);
    } else {
        fprintf(out, "stretch %" PRIu32 " %" PRIu64 "\n", state.mark, state.longest);
        state.mark = mark;
        state.longest = 0;
        if (mark == MARK_END) {
            leave("mark");
        }
    }
    state.total++;
}

static void on_read(unsigned int cpu, void *data)
{
    (void)cpu;
    (void)data;
    if (state.reading) {
        state.reading = false;
        state.read = state.total;
    }
    state.total++;
}

/* With this instruction the stretch ends. */
static void stretch_end(void)
{
    state.total++;
    if (state.masked && state.total - state.stretch > state.longest) {
        state.longest = state.total - state.stretch;
    }
    state.stretch = state.total;
}

static void on_vector(unsigned int cpu, void *data)
{
    (void)cpu;
    state.masked = true;
    state.stretch = state.total;
    state.irqs += (uintptr_t)data - options.vectors >= VECTOR_IRQ;
    state.total++;
}

static void on_look(unsigned int cpu, void *data)
{
    (void)cpu;
    (void)data;
    stretch_end();
}

static void on_idle(unsigned int cpu, void *data)
{
    (void)cpu;
    (void)data;
    stretch_end();
    state.awake = state.total;
}

static void on_return(unsigned int cpu, void *data)
{
    (void)cpu;
    (void)data;
    stretch_end();
    state.masked = false;
    if (state.rising) {
        state.rising = false;
        state.raised = true;
        state.rise = state.total + 1U;
    }
}

/* ---- what is translated ----------------------------------------------------------- */

/* The instruction with its halves in the order of memory; NULL: none that matters. */
static executed *hypervisor_function_of(uint32_t word, size_t size, uint32_t at)
{
    if (at - options.vectors < VECTORS_SIZE) {
        return on_vector;
    }
    if ((size == 2U && word == 0xbf30U) || word == 0xe320f003U) {
        return on_idle; /* WFI */
    }
    if (word == 0xe160006eU || word == 0x8f00f3deU) {
        return on_return; /* ERET */
    }
    if ((word & 0xffff0fffU) == 0xee1c0f11U || (word & 0x0fffffffU) == 0x0f11ee1cU) {
        return on_look; /* MRC of ISR (DDI 0406C B4.1.83) */
    }
    return NULL;
}

static void translated(uint64_t id, struct qemu_plugin_tb *tb)
{
    size_t count = qemu_plugin_tb_n_insns(tb);

    (void)id;
    for (size_t i = 0; i < count; i++) {
        struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
        uint32_t at = (uint32_t)qemu_plugin_insn_vaddr(insn);
        size_t size = qemu_plugin_insn_size(insn);
        uint32_t word = 0;
        executed *function = NULL;
        uintptr_t data = at;

        memcpy(&word, qemu_plugin_insn_data(insn), size < 4U ? size : 4U);
        if (at - options.text < options.end - options.text) {
            function = hypervisor_function_of(word, size, at);
        } else if (size == 2U && word >> 8 == 0xdfU && (word & 0xffU) >= MARK_NUMBER) {
            function = on_mark; /* SVC */
            data = (word & 0xffU) - MARK_NUMBER;
        } else if (size == 4U && (word & 0x0ffffff0U) == 0x0f1eec50U) {
            function = on_read; /* MRRC of CNTVCT (DDI 0406C B8.1.8) */
        }
        if (function != NULL) {
            qemu_plugin_register_vcpu_insn_exec_cb(insn, function, NO_REGISTERS, (void *)data);
        } else {
            qemu_plugin_register_vcpu_insn_exec_inline(insn, INLINE_ADD, &state.total, 1);
        }
    }
}

/* ---- start and end ---------------------------------------------------------------- */

static void *watch(void *nothing)
{
    sleep(options.seconds);
    leave("seconds");
    return nothing;
}

static void at_exit(uint64_t id, void *data)
{
    (void)id;
    (void)data;
    finish("exit");
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
        uint32_t number = (uint32_t)strtoul(value, NULL, 0);
        if (strcmp(argv[i], "text") == 0) {
            options.text = number;
        } else if (strcmp(argv[i], "end") == 0) {
            options.end = number;
        } else if (strcmp(argv[i], "vectors") == 0) {
            options.vectors = number;
        } else if (strcmp(argv[i], "seconds") == 0) {
            options.seconds = number;
        } else if (strcmp(argv[i], "out") == 0) {
            out = fopen(value, "w");
        } else {
            return -1;
        }
    }
    if (out == NULL || options.vectors == 0 || pthread_create(&watcher, NULL, watch, NULL) != 0) {
        return -1;
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
    qemu_plugin_register_atexit_cb(id, at_exit, NULL);
    return 0;
}
