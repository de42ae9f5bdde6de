/* SPDX-License-Identifier: BSD-2-Clause */
/* What serves the guests, starts one after the other, and looks at their exits; and the cell
 * that faults meanwhile. */
#include "../exits.h"
#include "guest.h"
#include "memory.h"
#include "target_report.h"
#include "thimble.h"
#include "time.h"

#define RETRY THIMBLE_FAULT_RETRY
#define SKIP THIMBLE_FAULT_SKIP
#define STOP THIMBLE_FAULT_STOP
#define UNDEF THIMBLE_EXIT_UNDEF

#define READ 1U
#define WRITE 2U
#define EXECUTE 4U
#define BYTES(n) ((n) << 8)

#define STEPS 24U
#define WORDS 6U

/* An exit: its words, as far as they are looked at (a bit each), and its answer. `at` is the
 * guest's instruction, which word 3 has, and of HVC and SMC word 5. With `from`, word 2 is
 * that instruction's address, and as much as word 2 says here. */
struct step {
    uint32_t word[WORDS];
    const uint8_t *at;
    uint32_t looked_at;
    uint32_t answer;
    const uint8_t *from;
    uint32_t line; /* that is injected before the answer; 0: none */
    uint32_t how;
};

struct test {
    const uint8_t *entry;
    uint32_t ram; /* where it runs: GUEST_RAM, or where that is mapped, too */
    struct step step[STEPS]; /* as many as have a place */
};

#define CALL(kind, where, r0, r1, r2, r3, then)                                          \
    {                                                                                    \
        .word = {kind, r0, r1, r2, r3}, .at = guest_##where, .looked_at = 0x1fU, .answer = (then) \
    }
#define HVC(where, r0, r1, r2, r3, then) CALL(THIMBLE_EXIT_HVC, where, r0, r1, r2, r3, then)
#define SMC(where, r0, r1, r2, r3, then) CALL(THIMBLE_EXIT_SMC, where, r0, r1, r2, r3, then)

/* The guest's own exception, of the instruction `where`: it says its vector, LR, SPSR, IFSR. */
#define EXCEPTION(exit, vector, where, behind, cpsr, status)                             \
    {                                                                                    \
        .word = {THIMBLE_EXIT_HVC, vector, behind, cpsr, status}, .at = guest_##exit##_exit, \
        .looked_at = 0x1fU, .answer = STOP, .from = guest_##where                        \
    }
#define CPSR_STARTED 0x1d3U /* Supervisor mode, all masked */
#define CPSR_USER 0x1d0U
#define CPSR_THUMB 0x20U
#define IFSR_DEBUG 2U /* DDI 0406C B3.13.3 */

#define ACCESS(where, address, access, value, instruction)                               \
    {                                                                                    \
        .word = {THIMBLE_EXIT_MMIO, address, access, 0, value, instruction},             \
        .at = guest_##where, .looked_at = 0x37U, .answer = SKIP                          \
    }
#define MEMORY(where, address, access)                                                   \
    {                                                                                    \
        .word = {THIMBLE_FAULT_MEMORY, address, access}, .at = guest_##where,            \
        .looked_at = 7U, .answer = STOP                                                  \
    }
#define CACHES(then)                                                                     \
    {                                                                                    \
        .word = {THIMBLE_EXIT_CACHE}, .at = guest_caches_on, .looked_at = 1U, .answer = (then) \
    }

/* Line 40 + n at a priority that is the higher, the larger n is. */
#define NESTED(where, n, next, priority)                                                 \
    {                                                                                    \
        .word = {THIMBLE_EXIT_HVC, 40U + (n)}, .at = guest_nested_##where, .looked_at = 3U, \
        .answer = SKIP, .line = (next) != 0 ? 40U + (next) : 0U,                         \
        .how = THIMBLE_LINE_HIGH | (priority)                                            \
    }
#define BEGINS(n, next, priority) NESTED(begins, n, next, priority)
#define ENDS(n) NESTED(ends, n, 0, 0)

static const struct test tests[] = {
    /* Caches go on when the handler says so, and what was set before is there. */
    {guest_caches, GUEST_RAM,
     {CACHES(RETRY), CACHES(RETRY), CACHES(RETRY), CACHES(SKIP),
      HVC(caches_exit, 4, GUEST_RAM, 3, GUEST_RAM, STOP)}},
    /* Calls: again, done, refused. */
    {guest_hvc, GUEST_RAM,
     {HVC(hvc_first, 1, 2, 3, GUEST_RAM, RETRY), HVC(hvc_first, 1, 2, 3, GUEST_RAM, RETRY),
      HVC(hvc_first, 1, 2, 3, GUEST_RAM, SKIP),
      HVC(hvc_second, VALUE + 1, VALUE + 2, VALUE + 3, VALUE + 4, STOP)}},
    {guest_hvc_thumb, GUEST_RAM,
     {HVC(hvc_thumb_first, 1, 2, 3, GUEST_RAM, RETRY),
      HVC(hvc_thumb_first, 1, 2, 3, GUEST_RAM, SKIP),
      HVC(hvc_thumb_second, VALUE + 1, VALUE + 2, VALUE + 3, VALUE + 4, STOP)}},
    {guest_smc, GUEST_RAM,
     {SMC(smc_first, 1, 2, 3, GUEST_RAM, RETRY), SMC(smc_first, 1, 2, 3, GUEST_RAM, SKIP),
      HVC(smc_second, VALUE + 1, VALUE + 2, VALUE + 3, VALUE + 4, STOP)}},
    {guest_hvc_refused, GUEST_RAM,
     {HVC(hvc_refused_at, 1, 2, 3, GUEST_RAM, UNDEF),
      EXCEPTION(undefined, VECTOR_UNDEFINED, hvc_refused_at, 4, CPSR_STARTED, 0)}},
    {guest_hvc_refused_thumb, GUEST_RAM,
     {HVC(hvc_refused_thumb_at, 1, 2, 3, GUEST_RAM, UNDEF),
      EXCEPTION(undefined, VECTOR_UNDEFINED, hvc_refused_thumb_at, 2, CPSR_STARTED | CPSR_THUMB,
                0)}},
    {guest_smc_refused, GUEST_RAM,
     {SMC(smc_refused_at, 1, 2, 3, GUEST_RAM, UNDEF),
      EXCEPTION(undefined, VECTOR_UNDEFINED, smc_refused_at, 4, CPSR_STARTED, 0)}},
    /* What it may not: the address is that of this access, mapped or not. */
    {guest_permission, GUEST_RAM,
     {ACCESS(permission_nothing, GUEST_NOTHING + 0x10, READ | BYTES(4), 0, 0),
      ACCESS(permission_word, GUEST_FIXED + 0x20, WRITE | BYTES(4), 1, 0),
      ACCESS(permission_byte, GUEST_FIXED + 0x31, WRITE | BYTES(1), 2, 0),
      ACCESS(permission_back, GUEST_FIXED + 0x40, WRITE, 0, 0xe4850004),
      HVC(permission_exit, 1, 2, 3, GUEST_RAM, STOP)}},
    {guest_permission_mapped, GUEST_RAM_VIRTUAL,
     {ACCESS(permission_mapped_nothing, GUEST_NOTHING + 0x10, READ | BYTES(4), 0, 0),
      ACCESS(permission_mapped_word, GUEST_FIXED + 0x20, WRITE | BYTES(4), 1, 0),
      ACCESS(permission_mapped_back, GUEST_FIXED + 0x40, WRITE, 0, 0xe4850004),
      HVC(permission_mapped_exit, 1, 2, 3, GUEST_RAM, STOP)}},
    {guest_fetch, GUEST_FIXED, {MEMORY(begin, GUEST_FIXED, EXECUTE)}},
    /* Its tables: where nothing is, and in a device (HCR.PTW). */
    {guest_walk_nothing, GUEST_RAM, {MEMORY(walk_nothing_at, GUEST_NOTHING, READ)}},
    {guest_walk_device, GUEST_RAM, {MEMORY(walk_device_at, GUEST_DEVICE, READ)}},
    /* Accesses with a syndrome, and without: the instruction. */
    {guest_plain, GUEST_RAM,
     {ACCESS(plain_load, GUEST_NOTHING + 5, READ | BYTES(1), 0, 0),
      HVC(plain_exit, 0xffffff00U | ((VALUE + 1) & 0xff), 2, 3, GUEST_RAM, STOP)}},
    {guest_several, GUEST_RAM,
     {ACCESS(several_back, GUEST_NOTHING, WRITE, 0, 0xe4841004),
      ACCESS(several_multiple, GUEST_NOTHING, READ, 0, 0xe8940060),
      ACCESS(several_exclusive, GUEST_NOTHING, READ, 0, 0xe1945f9f),
      HVC(several_exit, 1, 2, 3, GUEST_RAM, STOP)}},
    {guest_several_thumb, GUEST_RAM,
     {ACCESS(several_thumb_short, GUEST_NOTHING, WRITE, 0, 0xc402),
      ACCESS(several_thumb_pair, GUEST_NOTHING, READ, 0, 0x5600e9d4),
      ACCESS(several_thumb_half, GUEST_NOTHING, WRITE, 0, 0xf824),
      HVC(several_thumb_exit, 1, 2, 3, GUEST_RAM, STOP)}},
    /* PAR is the guest's: native cells fault, and the hypervisor translates. */
    {guest_par, GUEST_RAM,
     {ACCESS(par_word, GUEST_FIXED + 0x20, WRITE | BYTES(4), 2, 0),
      ACCESS(par_back, GUEST_FIXED, WRITE, 0, 0xe4851004),
      HVC(par_exit, 0, KEPT, KEPT, GUEST_RAM, STOP)}},
    /* Handlers nest deeper than there are list registers, and one is due on the way back. */
    {guest_nested, GUEST_RAM,
     {{.word = {THIMBLE_EXIT_HVC, 1}, .at = guest_nested_start, .looked_at = 3U, .answer = SKIP,
       .line = 41, .how = THIMBLE_LINE_HIGH | 0xe0U},
      BEGINS(1, 2, 0xd0U), BEGINS(2, 3, 0xc0U), BEGINS(3, 4, 0xb0U), BEGINS(4, 5, 0xa0U),
      BEGINS(5, 6, 0x90U), BEGINS(6, 7, 0x80U), BEGINS(7, 8, 0x70U), BEGINS(8, 9, 0xc8U), ENDS(8),
      ENDS(7), ENDS(6), ENDS(5), ENDS(4), ENDS(3), BEGINS(9, 0, 0), ENDS(9), ENDS(2), ENDS(1),
      {.word = {THIMBLE_EXIT_HVC, 0}, .at = guest_nested_exit, .looked_at = 3U,
       .answer = STOP}}},
    /* A user's exceptions are its kernel's. */
    {guest_user_breakpoint, GUEST_RAM,
     {EXCEPTION(abort, VECTOR_PREFETCH, user_breakpoint_at, 4, CPSR_USER, IFSR_DEBUG)}},
    {guest_user_undefined, GUEST_RAM,
     {EXCEPTION(undefined, VECTOR_UNDEFINED, user_undefined_at, 4, CPSR_USER, 0)}},
};
#define TESTS (sizeof(tests) / sizeof(tests[0]))

/* The exits that came, and whose they are. */
struct notes {
    uint32_t test;
    uint32_t count;
    uint32_t word[STEPS][WORDS];
};

static volatile struct notes *notes_here(void)
{
    return (volatile struct notes *)NOTES_AT;
}

static uint32_t address_of(const struct test *t, const uint8_t *instruction)
{
    return t->ram + (uint32_t)(instruction - guest_begin);
}

/* ---- the vCPU's exits ---------------------------------------------------------------*/

static void serve(void)
{
    volatile struct notes *n = notes_here();
    struct message m;

    (void)thimble_first(&m);
    for (;;) {
        uint32_t answer = STOP;
        if (n->count < STEPS) {
            for (uint32_t i = 0; i < WORDS; i++) {
                n->word[n->count][i] = m.word[i];
            }
            const struct step *s = &tests[n->test].step[n->count];
            if (s->line != 0) {
                uint32_t r[THIMBLE_REGISTERS] = {SLOT_VCPU, s->line, s->how};
                thimble_trap(THIMBLE_VCPU_INJECT, 3, 1, r);
            }
            answer = s->at == 0 ? STOP : s->answer;
        }
        n->count++;
        m = (struct message){.tag = THIMBLE_TAG(0, 5),
                             .word = {answer, VALUE + 1, VALUE + 2, VALUE + 3, VALUE + 4}};
        (void)thimble_reply_recv(&m);
    }
}

/* ---- the tests ------------------------------------------------------------------------*/

/* Returns what the word is to be. */
static uint32_t wanted(const struct test *t, const struct step *s, uint32_t i)
{
    uint32_t is_call = s->word[0] == THIMBLE_EXIT_HVC || s->word[0] == THIMBLE_EXIT_SMC;

    if (i == (is_call ? 5U : 3U)) {
        return address_of(t, s->at);
    }
    return i == 2U && s->from != 0 ? address_of(t, s->from) + s->word[2] : s->word[i];
}

static void look(uint32_t number)
{
    const struct test *t = &tests[number];
    volatile struct notes *n = notes_here();
    uint32_t steps = 0;

    for (; steps < STEPS && t->step[steps].at != 0; steps++) {
        const struct step *s = &t->step[steps];
        uint32_t is_call = s->word[0] == THIMBLE_EXIT_HVC || s->word[0] == THIMBLE_EXIT_SMC;
        uint32_t looked_at = s->looked_at | (is_call ? 0x20U : 8U);
        for (uint32_t i = 0; i < WORDS; i++) {
            /* Where a table is, its page says. */
            uint32_t mask = i == 1U && s->word[0] == THIMBLE_FAULT_MEMORY ? ~0xfffU : ~0U;
            if ((looked_at >> i & 1U) != 0) {
                report(10U * number + i, steps, n->word[steps][i] & mask,
                       wanted(t, s, i) & mask);
            }
        }
    }
    report(10U * number + 9U, 0, n->count, steps);
}

static void try_one(uint32_t number)
{
    volatile struct notes *n = notes_here();
    uint32_t pc = GUEST_RAM + (uint32_t)(tests[number].entry - guest_begin);
    uint32_t r[THIMBLE_REGISTERS] = {SLOT_VCPU, pc, 1, 2, 3, GUEST_RAM};
    uint32_t bits = 0;

    n->test = number;
    n->count = 0;
    thimble_trap(THIMBLE_VCPU_START, 6, 1, r);
    report(10U * number + 7U, 0, r[0], THIMBLE_OK);
    (void)thimble_wait(SLOT_STOPPED, thimble_time() + 1000ULL * THIMBLE_TICKS_PER_MS, &bits);
    report(10U * number + 8U, 0, bits, STOPPED);
    (void)thimble_thread_stop(SLOT_VCPU);
    look(number);
}

static void try_all(void)
{
    uint32_t bits;

    for (uint32_t i = 0; i < (uint32_t)(guest_end - guest_begin); i++) {
        thimble_write8(RAM_AT + i, guest_begin[i]);
    }
    uint32_t status = thimble_cache_maintain(SLOT_RAM, 0, 0x4000U, THIMBLE_CACHE_CLEAN);
    report(1000, 0, status, THIMBLE_OK);
    for (uint32_t i = 0; i < TESTS; i++) {
        try_one(i);
        (void)thimble_poll(SLOT_STOPPED, &bits); /* what stopping it has signalled */
    }
    end();
}

PROGRAM(handler)
{
    if (argument == 0) {
        serve();
    } else {
        try_all();
    }
}

/* ---- faults of others --------------------------------------------------------------------*/

PROGRAM(fixer)
{
    struct message m;

    (void)argument;
    (void)thimble_first(&m);
    for (;;) {
        m = (struct message){.tag = THIMBLE_TAG(0, 2), .word = {SKIP}};
        (void)thimble_reply_recv(&m);
    }
}

PROGRAM(faulter)
{
    uint64_t due = thimble_time();
    uint32_t bits;

    (void)argument;
    for (;;) {
        due += THIMBLE_TICKS_PER_MS;
        (void)thimble_wait(SLOT_NEVER, due, &bits);
        __asm__ volatile("udf #0" : : : "memory");
        (void)thimble_read32(GUEST_NOTHING);
        thimble_write32(GUEST_NOTHING + 4U, 0);
        uint32_t at = GUEST_NOTHING + 8U;
        __asm__ volatile("str %1, [%0], #4" : "+r"(at) : "r"(bits) : "memory");
        thimble_execute(GUEST_NOTHING);
    }
}
