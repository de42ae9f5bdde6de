/* SPDX-License-Identifier: BSD-2-Clause */
/* See sweep.h. Numbers: DDI 0406C A5.6 (encodings), B3.17, C6.1 (registers). */
#include "sweep.h"

#include "../attacks.h"
#include "probe.h"
#include "thimble.h"

#define BATCH 2048U
#define SCRATCH (CODE_AT + 0xc000U) /* r9: where LDC and STC go */

#define MCR 0xee000010U
#define READS 0x00100000U /* MRC, MRRC, LDC */
#define MCRR 0xec400000U
#define CDP 0xee000000U
#define STC 0xed890000U
#define UNCONDITIONAL 0x10000000U /* MCR2 and so on */

/* What may not fault. */
struct known {
    uint32_t mask;
    uint32_t code;
    uint32_t clock; /* reads differ from time to time */
};

static const struct known known[] = {
    /* Barriers: CP15ISB, CP15DSB, CP15DMB (B4.2.5). */
    {0xffff0fffU, 0xee070f95U & 0xffff0fffU, 0},
    {0xffff0fffU, 0xee070f9aU & 0xffff0fffU, 0},
    {0xffff0fffU, 0xee070fbaU & 0xffff0fffU, 0},
    /* The prefetch that does nothing (c7, c13, 1). */
    {0xffff0fffU, 0xee070f3dU & 0xffff0fffU, 0},
    /* CNTFRQ: a constant. CNTPCT, CNTVCT: the time, the same for all. */
    {0xffff0fffU, 0xee1e0f10U & 0xffff0fffU, 0},
    {0xfff00fffU, 0xec500f0eU & 0xfff00fffU, 1},
    {0xfff00fffU, 0xec500f1eU & 0xfff00fffU, 1},
    /* DBGDRAR, DBGDSAR as two words: where debug registers are, a constant. HDCR.TDRA traps
     * them (B4.1.62), but not in QEMU, which reads 0. */
    {0xfff00fffU, 0xec500e01U & 0xfff00fffU, 0},
    {0xfff00fffU, 0xec500e02U & 0xfff00fffU, 0},
};

/* Coprocessors 10 and 11: VFP and Advanced SIMD, whose registers belong to threads;
 * looked at apart. */
static uint32_t is_vfp(uint32_t code)
{
    return (code & 0xe00U) == 0xa00U;
}

static const struct known *known_find(uint32_t code)
{
    for (uint32_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if ((code & known[i].mask) == known[i].code) {
            return &known[i];
        }
    }
    return 0;
}

void sweep_put(uint32_t place, uint32_t code)
{
    ((volatile uint32_t *)CODE_AT)[place] = code;
}

void sweep_ready(uint32_t words)
{
    (void)thimble_cache_maintain(SLOT_CODE, 0, 4U * words, THIMBLE_CACHE_UNIFY);
}

struct sweep {
    volatile uint32_t *notes;
    uint32_t value;
    uint32_t thumb;
    uint32_t fill;
    uint32_t executed;
    uint32_t passed; /* of those: did not fault, but are known */
    uint32_t wrong;
    uint32_t *readable; /* NULL, or where reads that pass are noted */
    uint32_t readable_count;
};

static void batch_judge(struct sweep *s, uint32_t place)
{
    uint32_t code = ((volatile uint32_t *)CODE_AT)[place];

    code = s->thumb ? code << 16 | code >> 16 : code;
    s->passed++;
    if (is_vfp(code)) {
        return;
    }
    const struct known *k = known_find(code);
    if (k == 0) {
        s->wrong++;
        if (s->readable == 0 && s->wrong < 50U) {
            report(60U + s->thumb, code >> 8 & 0xfU, code, 0);
        }
    }
    if (s->readable != 0 && (code & READS) != 0 && (k == 0 || !k->clock) &&
        s->readable_count < SWEEP_READABLE) {
        s->readable[s->readable_count++] = code;
    }
}

static void batch_run(struct sweep *s)
{
    volatile uint8_t *slots = (volatile uint8_t *)s->notes + NOTE_SLOTS;
    uint32_t r[12];

    if (s->fill == 0) {
        return;
    }
    sweep_put(s->fill, s->thumb ? 0x47704770U : SWEEP_RETURN);
    sweep_ready(s->fill + 1U);
    for (uint32_t i = 0; i < 12U; i++) {
        r[i] = i == 9U ? SCRATCH : s->value;
    }
    for (uint32_t i = 0; i < s->fill; i++) {
        slots[i] = 0;
    }
    probe_call(CODE_AT + s->thumb, r);
    for (uint32_t i = 0; i < s->fill; i++) {
        if (slots[i] == 0) {
            batch_judge(s, i);
        }
    }
    s->executed += s->fill;
    s->fill = 0;
}

static void sweep_add(struct sweep *s, uint32_t code)
{
    sweep_put(s->fill++, s->thumb ? code << 16 | code >> 16 : code);
    if (s->fill == BATCH) {
        batch_run(s);
    }
}

/* MCR and MRC of a coprocessor: all, or those with CRm 0 and 15. */
static void sweep_registers(struct sweep *s, uint32_t cp, uint32_t base, uint32_t crm_step)
{
    for (uint32_t opc1 = 0; opc1 < 8U; opc1++) {
        for (uint32_t crn = 0; crn < 16U; crn++) {
            for (uint32_t crm = 0; crm < 16U; crm += crm_step) {
                for (uint32_t opc2 = 0; opc2 < 8U; opc2++) {
                    sweep_add(s, base | opc1 << 21 | crn << 16 | cp << 8 | opc2 << 5 | crm);
                }
            }
        }
    }
}

/* MCRR or MRRC with r0 and r1; STC or LDC; CDP. */
static void sweep_others(struct sweep *s, uint32_t cp, uint32_t flags)
{
    for (uint32_t n = 0; n < 256U; n++) {
        sweep_add(s, flags | MCRR | 1U << 16 | cp << 8 | n);
        sweep_add(s, flags | MCRR | READS | 1U << 16 | cp << 8 | n);
    }
    for (uint32_t crd = 0; crd < 16U; crd++) {
        for (uint32_t d = 0; d < 2U; d++) {
            sweep_add(s, flags | STC | d << 22 | crd << 12 | cp << 8);
            sweep_add(s, flags | STC | READS | d << 22 | crd << 12 | cp << 8);
        }
    }
    for (uint32_t n = 0; n < 0x800U; n++) {
        sweep_add(s, flags | CDP | (n & 0xffU) << 16 | cp << 8 | n >> 8 << 5);
    }
}

static void sweep_coprocessor(struct sweep *s, uint32_t cp)
{
    uint32_t system = cp >= 14U;

    sweep_registers(s, cp, MCR, system ? 1U : 15U);
    sweep_registers(s, cp, MCR | READS, system ? 1U : 15U);
    sweep_others(s, cp, 0);
    if (system) {
        sweep_registers(s, cp, MCR | UNCONDITIONAL, 15U);
        sweep_registers(s, cp, MCR | READS | UNCONDITIONAL, 15U);
    }
    if (!is_vfp(cp << 8)) { /* there, it is Advanced SIMD's space, or nothing */
        sweep_others(s, cp, UNCONDITIONAL);
    }
    batch_run(s);
}

void sweep_all(volatile uint32_t *notes, uint32_t value, uint32_t first)
{
    for (uint32_t thumb = 0; thumb < 2U; thumb++) {
        struct sweep s = {.notes = notes, .value = value, .thumb = thumb};
        for (uint32_t cp = first; cp < 16U; cp++) {
            s.wrong = 0;
            sweep_coprocessor(&s, cp);
            report(62U + thumb, cp, s.wrong, 0);
        }
    }
}

uint32_t sweep_readable(volatile uint32_t *notes, uint32_t *codes)
{
    struct sweep s = {.notes = notes, .readable = codes};

    for (uint32_t cp = 14U; cp < 16U; cp++) {
        sweep_registers(&s, cp, MCR | READS, 1U);
        sweep_others(&s, cp, 0);
        batch_run(&s);
    }
    return s.readable_count;
}

void sweep_read(const uint32_t *codes, uint32_t count, uint32_t *values)
{
    for (uint32_t i = 0; i < count; i++) {
        uint32_t r[12] = {0};
        r[9] = SCRATCH;
        sweep_put(0, codes[i]);
        sweep_put(1, SWEEP_RETURN);
        sweep_ready(2);
        probe_call(CODE_AT, r);
        values[2U * i] = r[0];
        values[2U * i + 1U] = r[1];
    }
}
