/* SPDX-License-Identifier: BSD-2-Clause */
/* The two probers: one executes everything, the other looks whether anything of it shows. */
#include "../attacks.h"
#include "memory.h"
#include "probe.h"
#include "sweep.h"
#include "thimble.h"
#include "time.h"

#define VALUE 0x89abcdefU
#define NOWHERE 0xc0001000U
#define LOOK_LIST (CODE_AT + 0xd000U)
#define BEFORE (CODE_AT + 0xe000U)

static volatile uint32_t *notes_of(uint32_t role)
{
    return (volatile uint32_t *)(NOTES_AT + role * NOTES_SIZE);
}

/* ---- skipped instructions -------------------------------------------------------*/

static void skips_try(void)
{
    volatile uint32_t *notes = notes_of(ROLE_ACT);
    uint32_t number = 0;

    for (const struct skip_case *c = skip_cases; c->code != 0; c++) {
        uint32_t ran;
        notes[NOTE_VALUE] = VALUE;
        uint32_t came = skip_call(c->code, NOWHERE, &ran);
        report(1, number, came, c->wanted);
        report(2, number, ran, c->ran);
        number++;
    }
    /* A value whose sign bits are 0. */
    notes[NOTE_VALUE] = 0x01230145U;
    report(3, 0, skip_call(skip_cases[6].code, NOWHERE, &number), 0x45U);
    report(3, 1, skip_call(skip_cases[7].code, NOWHERE, &number), 0x145U);
    notes[NOTE_VALUE] = VALUE;
}

/* ---- memory -----------------------------------------------------------------------*/

enum attempt {
    READ = 1,
    WRITE = 2,
    EXECUTE = 4
};

/* 1: it did not fault, once, with this address and this access. */
static uint32_t attempt(uint32_t address, enum attempt how)
{
    volatile uint32_t *notes = notes_of(ROLE_ACT);
    uint32_t before = notes[NOTE_COUNT];

    if (how == READ) {
        (void)*(volatile const uint32_t *)address;
    } else if (how == WRITE) {
        *(volatile uint32_t *)address = 0xbadbad00U;
    } else {
        thimble_execute(address);
    }
    return notes[NOTE_COUNT] != before + 1U || notes[NOTE_KIND] != THIMBLE_FAULT_MEMORY ||
           notes[NOTE_ADDRESS] != address || notes[NOTE_ACCESS] != (uint32_t)how;
}

static uint32_t is_own(uint32_t address)
{
    return address - 0x10000000U < 64U * KIB || address - CODE_AT < CODE_SIZE ||
           address - NOTES_AT < NOTES_SIZE || address - HOLE_AT < 0x1000U;
}

static void memory_try(void)
{
    uint32_t wrong[8] = {0};

    /* Every 64 KiB: RAM, devices, the interrupt controller, nothing. */
    for (uint32_t at = 0, n = 0; n < 0x10000U; at += 0x10000U, n++) {
        if (!is_own(at)) {
            wrong[0] += attempt(at, READ);
            wrong[1] += attempt(at, WRITE);
            wrong[2] += attempt(at, EXECUTE);
        }
    }
    /* Every page where images are: the hypervisor, its tables and stack, other cells. */
    for (uint32_t n = 0; n < 0x1000U; n++) {
        wrong[3] += attempt(0x40000000U + n * 0x1000U, READ);
        wrong[3] += attempt(0x80000000U + n * 0x1000U, READ);
        wrong[4] += attempt(0x40000ffcU + n * 0x1000U, WRITE);
        wrong[4] += attempt(0x80000ffcU + n * 0x1000U, WRITE);
        wrong[5] += attempt(0x40000000U + n * 0x1000U, EXECUTE);
        wrong[5] += attempt(0x80000000U + n * 0x1000U, EXECUTE);
    }
    /* Its neighbours: behind its image and regions; the fixer's notes of the other. */
    static const uint32_t near[] = {0x0fffffffcU, 0x10010000U, CODE_AT - 4U, CODE_AT + CODE_SIZE,
                                    NOTES_AT - 4U, NOTES_AT + NOTES_SIZE, 0xfffffffcU};
    for (uint32_t n = 0; n < sizeof(near) / sizeof(near[0]); n++) {
        wrong[6] += attempt(near[n], READ);
        wrong[6] += attempt(near[n], WRITE);
        wrong[7] += near[n] != 0xfffffffcU && attempt(near[n], EXECUTE) != 0;
    }
    for (uint32_t n = 0; n < 8U; n++) {
        report(10, n, wrong[n], 0);
    }
}

/* Its device's page, where nothing answers: the fault is its own in any state, whatever the
 * hypervisor would like to know of the instruction. */
static void hole_try(void)
{
    static const uint32_t at[] = {HOLE_AT + 0x800U, HOLE_AT + 0x801U, HOLE_AT + 0x803U};
    volatile uint32_t *notes = notes_of(ROLE_ACT);

    for (uint32_t n = 0; n < sizeof(at) / sizeof(at[0]); n++) {
        uint32_t before = notes[NOTE_COUNT];
        thimble_execute(at[n]); /* ARM state, and Thumb */
        report(11, n, notes[NOTE_COUNT] - before, 1);
        report(12, n, notes[NOTE_KIND] << 8 | notes[NOTE_ACCESS],
               THIMBLE_FAULT_MEMORY << 8 | EXECUTE);
    }
    uint32_t count = notes[NOTE_COUNT];
    (void)attempt(HOLE_AT, READ);
    /* (QEMU's older boards answer there: with 0.) */
    report(13, 0, notes[NOTE_COUNT] - count <= 1U, 1);
}

#define LDRH 6U

/* Accesses of several words that begin or end in its own memory. */
static void edges_try(void)
{
    static const uint32_t code[] = {
        0xe5900000U, /* ldr r0, [r0] */ 0xe5801000U, /* str r1, [r0] */
        0xe1c020d0U, /* ldrd r2, [r0] */ 0xe1c020f0U, /* strd r2, [r0] */
        0xe890003cU, /* ldm r0, {r2-r5} */ 0xe880003cU, /* stm r0, {r2-r5} */
        0xe1d020b0U, /* ldrh r2, [r0] */ 0xe1902f9fU, /* ldrex r2, [r0] */
        0xe1b02f9fU, /* ldrexd r2, [r0] */ 0xe1002091U, /* swp r2, r1, [r0] */
        0xe4b02000U, /* ldrt r2, [r0] */ 0xe4a02000U, /* strt r2, [r0] */
        0xf4202a8fU, /* vld1.32 {d2-d3}, [r0] */ 0xf4002a8fU, /* vst1.32 {d2-d3}, [r0] */
    };
    static const uint32_t at[] = {CODE_AT + CODE_SIZE, CODE_AT + CODE_SIZE - 2U, CODE_AT - 4U,
                                  0xfffffffeU, 0xfffffffcU, 0xfffffff8U, 0x40200000U};
    volatile uint32_t *notes = notes_of(ROLE_ACT);

    for (uint32_t i = 0; i < sizeof(code) / sizeof(code[0]); i++) {
        for (uint32_t j = 0; j < sizeof(at) / sizeof(at[0]); j++) {
            uint32_t r[12] = {at[j], 1, 2, 3, 4, 5};
            if (i == LDRH && at[j] == CODE_AT + CODE_SIZE - 2U) {
                continue; /* its own */
            }
            sweep_put(0, code[i]);
            sweep_put(1, SWEEP_RETURN);
            sweep_ready(2);
            uint32_t before = notes[NOTE_COUNT];
            probe_call(CODE_AT, r);
            report(11, i << 4 | j, notes[NOTE_COUNT], before + 1U);
            report(12, i << 4 | j, r[2], i == LDRH ? VALUE & 0xffffU : 2U);
        }
    }
}

/* ---- privileged instructions ---------------------------------------------------------*/

#define ANY 2U /* may fault or do nothing */

struct instruction {
    uint32_t code; /* ARM state, or two halfwords of Thumb: the first in the lower half */
    uint8_t thumb;
    uint8_t faults; /* 0, 1, or ANY */
};

static const struct instruction instructions[] = {
    {0xf1000000U + 0x80000U + 0xc0U, 0, 0}, /* cpsie if: no effect */
    {0xf10c01c0U, 0, 0},     /* cpsid aif */
    {0xf102001aU, 0, 0},     /* cps #hyp */
    {0xf1020013U, 0, 0},     /* cps #svc */
    {0xe321f0d3U, 0, 0},     /* msr cpsr_c, #0xd3 */
    {0xe32cf0daU & ~0U, 0, ANY}, /* msr cpsr_fs, #... */
    {0xe12ff000U, 0, 0},     /* msr cpsr_fsxc, r0 */
    {0xe169f000U, 0, 1},     /* msr spsr_fc, r0 */
    {0xe14f2000U, 0, 1},     /* mrs r2, spsr */
    {0xe12ef300U, 0, 1},     /* msr elr_hyp, r0 */
    {0xe10e2300U, 0, 1},     /* mrs r2, elr_hyp */
    {0xe1002200U, 0, 1},     /* mrs r2, r8_usr */
    {0xe1012300U, 0, 1},     /* mrs r2, lr_irq or sp: banked */
    {0xe121f300U, 0, 1},     /* msr banked, r0 */
    {0xe160006eU, 0, 1},     /* eret */
    {0xe1400070U, 0, 1},     /* hvc #0 */
    {0xe1600070U, 0, 1},     /* smc #0 */
    {0xe320f003U, 0, 1},     /* wfi */
    {0xe320f002U, 0, ANY},   /* wfe: trapped, but by QEMU, where it does nothing */
    {0xe320f004U, 0, 0},     /* sev: nobody can wait for it */
    {0xe320f001U, 0, 0},     /* yield */
    {0xe320f0f0U, 0, 0},     /* dbg #0 */
    {0xf8cd0510U, 0, 1},     /* srsia sp, #usr */
    {0xf96d0513U, 0, 1},     /* srsdb sp!, #svc */
    {0xf8990a00U, 0, 1},     /* rfeia r9 */
    {0xe8d90003U, 0, ANY},   /* ldm r9, {r0, r1}^: UNPREDICTABLE here */
    {0xe8c90003U, 0, ANY},   /* stm r9, {r0, r1}^ */
    {0xe25ef000U, 0, ANY},   /* subs pc, lr, #0: UNPREDICTABLE here */
    {0xe1b0f00eU, 0, ANY},   /* movs pc, lr */
    {0xe7f000f0U, 0, 1},     /* udf */
    {0xe1200070U, 0, 1},     /* bkpt */
    {0xe10f0070U, 0, 1},     /* hlt: semihosting on later CPUs */
    {0xef123456U, 0, 0},     /* svc #0x123456: semihosting to others; no hypercall here */
    {0xf57ff04fU, 0, 0},     /* dsb */
    {0xf57ff05fU, 0, 0},     /* dmb */
    {0xf57ff06fU, 0, 0},     /* isb */
    {0xf57ff01fU, 0, 0},     /* clrex: reservations cross no thread */
    {0xf5d9f000U, 0, 0},     /* pld [r9] */
    {0xf5d0f000U, 0, 0},     /* pld [r0]: hints do not fault */
    {0xf4d0f000U, 0, 0},     /* pli [r0] */
    {0x8000f3afU | 3U << 16, 1, 1}, /* wfi.w */
    {0x8000f3afU | 2U << 16, 1, ANY}, /* wfe.w */
    {0x8f00f3deU, 1, ANY},   /* subs pc, lr, #0, which is eret */
    {0x8000f7e0U, 1, 1},     /* hvc.w */
    {0x8000f7f0U, 1, 1},     /* smc.w */
    {0xc000e80dU, 1, 1},     /* srsdb sp, #usr */
    {0xc000e999U, 1, 1},     /* rfeia r9 */
    {0x8f20f3ceU & ~0U, 1, ANY}, /* bxj */
    {0x8f1ff3bfU, 1, ANY},   /* enterx: ThumbEE */
    {0x8f0ff3bfU, 1, ANY},   /* leavex */
    {0xbf00babfU, 1, 1},     /* hlt #63 */
    {0xbf00b662U, 1, 0},     /* cpsie i */
    {0xbf00b672U, 1, 0},     /* cpsid i */
    {0x8120f3afU, 1, 0},     /* cps.w #... with mode */
    {0xbf00b658U, 1, 0},     /* setend be: its own memory only */
    {0xbf00b650U, 1, 0},     /* setend le */
};

static void instructions_try(void)
{
    volatile uint32_t *notes = notes_of(ROLE_ACT);

    for (uint32_t n = 0; n < sizeof(instructions) / sizeof(instructions[0]); n++) {
        const struct instruction *i = &instructions[n];
        uint32_t r[12] = {0x20U, 0x20026U, 0, 0, 0, 0, 0, 0, 0, CODE_AT + 0xc000U, 0, 0};
        uint32_t before = notes[NOTE_COUNT];

        sweep_put(0, i->code);
        if (i->thumb) {
            sweep_put(1, 0x8200f3efU); /* mrs r2, cpsr */
            sweep_put(2, 0xb650b650U); /* setend le */
            sweep_put(3, 0x47704770U); /* bx lr */
        } else {
            sweep_put(1, 0xe10f2000U); /* mrs r2, cpsr */
            sweep_put(2, 0xf1010000U); /* setend le */
            sweep_put(3, SWEEP_RETURN);
        }
        sweep_ready(4);
        probe_call(CODE_AT + i->thumb, r);
        if (i->faults != ANY) {
            report(20, n, notes[NOTE_COUNT] - before, i->faults);
        }
        /* A, I, F, and the mode. */
        report(21, n, r[2] & 0x1dfU, 0x10U);
    }
}

/* ---- registers ------------------------------------------------------------------------*/

struct regs_case {
    uint32_t code;
    uint32_t results; /* bit i: ri is a result */
    uint32_t r[3];
    uint8_t soon;     /* r1, r2: a deadline that is near */
    uint32_t status;
};

#define SVC(n) (0xef000000U | (n))
#define NO_SLOT_THERE 0xdead0000U

static const struct regs_case regs_cases[] = {
    {SVC(THIMBLE_CALL), 0xff, {SLOT_ECHO, THIMBLE_TAG(1, 6), 3}, 0, THIMBLE_OK},
    {SVC(THIMBLE_CALL), 0x1, {NO_SLOT_THERE, 0, 0}, 0, THIMBLE_ERR_SLOT},
    {SVC(THIMBLE_CALL), 0x1, {SLOT_ECHO, 0xff000000U, 0}, 0, THIMBLE_ERR_TAG},
    {SVC(THIMBLE_REPLY_RECV), 0x3, {0, 0, 0}, 0, THIMBLE_ERR_ACTIVE},
    {SVC(THIMBLE_RECV), 0x3, {0, 0, 0}, 0, THIMBLE_ERR_ACTIVE},
    {SVC(THIMBLE_SIGNAL), 0x1, {SLOT_NEVER, 1, 2}, 0, THIMBLE_ERR_RIGHTS},
    {SVC(THIMBLE_WAIT), 0x3, {SLOT_NEVER, 0, 0}, 0, THIMBLE_ERR_TIMEOUT},
    {SVC(THIMBLE_WAIT), 0x3, {SLOT_NEVER, 0, 0}, 1, THIMBLE_ERR_TIMEOUT},
    {SVC(THIMBLE_POLL), 0x3, {SLOT_NEVER, 0, 0}, 0, THIMBLE_OK},
    {SVC(THIMBLE_IRQ_BIND), 0x1, {NO_SLOT_THERE, 1, 2}, 0, THIMBLE_ERR_SLOT},
    {SVC(THIMBLE_IRQ_ACK), 0x1, {SLOT_ECHO, 1, 2}, 0, THIMBLE_ERR_TYPE},
    {SVC(THIMBLE_YIELD), 0x1, {5, 6, 7}, 0, THIMBLE_OK},
    {SVC(THIMBLE_VERSION), 0x3, {5, 6, 7}, 0, THIMBLE_OK},
    {SVC(THIMBLE_CAP_COPY), 0x1, {SLOT_NEVER, SLOT_FREE, 2}, 0, THIMBLE_OK},
    {SVC(THIMBLE_CAP_MOVE), 0x1, {SLOT_NEVER, SLOT_FREE, 2}, 0, THIMBLE_ERR_TARGET},
    {SVC(THIMBLE_CAP_REVOKE), 0x1, {SLOT_NEVER, 1, 2}, 0, THIMBLE_OK},
    {SVC(THIMBLE_CAP_DELETE), 0x1, {SLOT_FREE, 1, 2}, 0, THIMBLE_ERR_SLOT},
    {SVC(THIMBLE_REGION_DERIVE), 0x1, {SLOT_CODE, SLOT_FREE, 1}, 0, THIMBLE_ERR_RIGHTS},
    {SVC(THIMBLE_REGION_MAP), 0x1, {SLOT_CODE, 0x50000000U, THIMBLE_NO_SLOT}, 0,
     THIMBLE_ERR_MAPPED},
    {SVC(THIMBLE_REGION_UNMAP), 0x1, {SLOT_ECHO, 1, 2}, 0, THIMBLE_ERR_TYPE},
    {SVC(THIMBLE_WINDOW), 0x1, {SLOT_FREE, 1, 2}, 0, THIMBLE_OK},
    {SVC(THIMBLE_THREAD_STOP), 0x1, {SLOT_ECHO, 1, 2}, 0, THIMBLE_ERR_RIGHTS},
    {SVC(THIMBLE_CELL_RESTART), 0x1, {SLOT_ECHO, 1, 2}, 0, THIMBLE_ERR_TYPE},
    {SVC(THIMBLE_CACHE_MAINTAIN), 0x7, {SLOT_CODE, 0, 64}, 0, THIMBLE_ERR_OPERATION},
    {SVC(0x0109), 0x1, {5, 6, 7}, 0, THIMBLE_ERR_HYPERCALL}, /* more than Thumb's 8 bits */
    {SVC(0xffff), 0x1, {5, 6, 7}, 0, THIMBLE_ERR_HYPERCALL},
    {SVC(THIMBLE_HYPERCALLS), 0x1, {5, 6, 7}, 0, THIMBLE_ERR_HYPERCALL},
    {0xe7f000f0U, 0x0, {5, 6, 7}, 0, 5},                 /* udf, skipped */
    {0xe320f003U, 0x0, {5, 6, 7}, 0, 5},                 /* wfi, skipped */
    {0xe5910000U, 0x1, {5, NOWHERE, 7}, 0, VALUE},       /* ldr r0, [r1] */
    {0xe5810000U, 0x0, {5, NOWHERE, 7}, 0, 5},           /* str r0, [r1] */
};

static void regs_try(void)
{
    uint32_t length = (uint32_t)(regs_template_end - regs_template);
    uint32_t place = (uint32_t)(regs_template_instruction - regs_template);
    uint32_t in[16];
    uint32_t out[16];

    for (uint32_t n = 0; n < sizeof(regs_cases) / sizeof(regs_cases[0]); n++) {
        const struct regs_case *c = &regs_cases[n];
        uint32_t wrong = 0;
        for (uint32_t i = 0; i < length; i++) {
            sweep_put(i, regs_template[i]);
        }
        sweep_put(place, c->code);
        sweep_ready(length);
        for (uint32_t i = 0; i < 15U; i++) {
            in[i] = i < 3U ? c->r[i] : 0xa5000000U + 0x010101U * i + n;
        }
        in[7] = c->code == SVC(THIMBLE_CALL) ? 0 : in[7];
        in[15] = n % 2U == 0 ? 0xa8050000U : 0x500a0000U; /* flags, Q, GE */
        if (c->soon) {
            uint64_t at = thimble_time() + THIMBLE_TICKS_PER_MS;
            in[1] = (uint32_t)at;
            in[2] = (uint32_t)(at >> 32);
        }
        ((void (*)(const uint32_t *, uint32_t *))CODE_AT)(in, out);
        for (uint32_t i = 0; i < 16U; i++) {
            uint32_t differ = i < 15U ? out[i] != in[i] : (out[i] ^ in[i]) >> 16 != 0;
            if (differ && (c->results >> i & 1U) == 0) {
                wrong |= 1U << i;
            }
        }
        report(30, n, wrong, 0);
        report(31, n, out[0], c->status);
    }
}

/* ---- coprocessors ---------------------------------------------------------------------*/

/* Rounds with `look`: it has looked before this, and looks after it. */
static void act(void)
{
    uint32_t words[65];
    uint32_t bits;

    for (uint32_t round = 0; round < 2U; round++) {
        uint32_t pattern = round == 0 ? 0xa5a5a5a5U : 0x5a5a5a5aU;
        (void)thimble_wait(SLOT_DONE, THIMBLE_NEVER, &bits);
        sweep_all(notes_of(ROLE_ACT), pattern, round == 0 ? 0 : 14U);
        for (uint32_t i = 0; i < 65U; i++) {
            words[i] = pattern;
        }
        words[64] = 0x03c00000U; /* FPSCR */
        vfp_load(words);
        (void)thimble_signal(SLOT_GO);
    }
}

static uint32_t look_vfp(uint32_t pattern)
{
    uint32_t words[65];
    uint32_t seen = 0;

    for (uint32_t i = 0; i < 65U; i++) {
        words[i] = 0;
    }
    vfp_store(words);
    for (uint32_t i = 0; i < 65U; i++) {
        seen += words[i] == pattern || (i == 64U && (words[i] & 0x03c00000U) != 0);
    }
    return seen;
}

static void look(void)
{
    volatile uint32_t *notes = notes_of(ROLE_LOOK);
    uint32_t count = sweep_readable(notes, (uint32_t *)LOOK_LIST);
    uint32_t bits;

    sweep_read((uint32_t *)LOOK_LIST, count, (uint32_t *)BEFORE);
    report(40, count, count < SWEEP_READABLE, 1);
    for (uint32_t round = 0; round < 2U; round++) {
        uint32_t now[2U * SWEEP_READABLE];
        (void)thimble_signal(SLOT_GO);
        (void)thimble_wait(SLOT_DONE, THIMBLE_NEVER, &bits);
        sweep_read((uint32_t *)LOOK_LIST, count, now);
        for (uint32_t i = 0; i < 2U * count; i++) {
            report(41, i, now[i], ((uint32_t *)BEFORE)[i]);
        }
        report(42, round, look_vfp(round == 0 ? 0xa5a5a5a5U : 0x5a5a5a5aU), 0);
    }
}

PROGRAM(prober)
{
    uint32_t bits;

    if (argument == ROLE_LOOK) {
        look();
        (void)thimble_signal(SLOT_GO);
        (void)thimble_wait(SLOT_NEVER, THIMBLE_NEVER, &bits);
    }
    skips_try();
    regs_try();
    instructions_try();
    edges_try();
    memory_try();
    hole_try();
    act();
    (void)thimble_wait(SLOT_DONE, THIMBLE_NEVER, &bits);
    end();
}
