/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Draws hypercalls and their arguments: mostly what a program might do, often just past a
 * limit, sometimes anything at all. What is in which slot is believed from what hypercalls
 * return; other threads, and whoever gave it, make it untrue at any time.
 */
#include "memory.h"
#include "soak.h"
#include "thimble.h"
#include "time.h"
#include "xorshift.h"

/* The notes: for each thread a word, the state of its random numbers, so that each life
 * goes on where the last one ended; for each slot a word, the type that it may have. */
#define NOTE_RANDOM(thread) (NOTES_AT + 4U * (thread))
#define NOTE_TYPE(slot) (NOTES_AT + 0x100U + 4U * (slot))
#define NOTE_STARTED (NOTES_AT + 0x80U)

#define HEAP_AT 0x20000000U
#define UART_DR 0x00U
#define UART_CR 0x30U
#define UART_IMSC 0x38U
#define UART_ICR 0x44U
#define UART_TX (1U << 5)

/* How often, compared with the others. What ends lives is rare. */
static const uint8_t weights[THIMBLE_HYPERCALLS] = {
    [THIMBLE_CALL] = 45,         [THIMBLE_REPLY_RECV] = 2,   [THIMBLE_RECV] = 1,
    [THIMBLE_SIGNAL] = 24,       [THIMBLE_WAIT] = 16,        [THIMBLE_POLL] = 5,
    [THIMBLE_IRQ_BIND] = 6,      [THIMBLE_IRQ_ACK] = 8,      [THIMBLE_YIELD] = 4,
    [THIMBLE_VERSION] = 1,       [THIMBLE_CAP_COPY] = 26,    [THIMBLE_CAP_MOVE] = 6,
    [THIMBLE_CAP_REVOKE] = 4,    [THIMBLE_CAP_DELETE] = 6,   [THIMBLE_REGION_DERIVE] = 14,
    [THIMBLE_REGION_MAP] = 18,   [THIMBLE_REGION_UNMAP] = 6, [THIMBLE_WINDOW] = 6,
    [THIMBLE_THREAD_STOP] = 1,   [THIMBLE_CELL_RESTART] = 1, [THIMBLE_CACHE_MAINTAIN] = 8,
};

/* What the first argument is, by number: a type; 0: any capability. */
static const uint8_t first_types[THIMBLE_HYPERCALLS] = {
    [THIMBLE_CALL] = THIMBLE_CAP_THREAD,
    [THIMBLE_SIGNAL] = THIMBLE_CAP_NOTIFICATION,
    [THIMBLE_WAIT] = THIMBLE_CAP_NOTIFICATION,
    [THIMBLE_POLL] = THIMBLE_CAP_NOTIFICATION,
    [THIMBLE_IRQ_BIND] = THIMBLE_CAP_IRQ,
    [THIMBLE_IRQ_ACK] = THIMBLE_CAP_IRQ,
    [THIMBLE_REGION_DERIVE] = THIMBLE_CAP_REGION,
    [THIMBLE_REGION_MAP] = THIMBLE_CAP_REGION,
    [THIMBLE_REGION_UNMAP] = THIMBLE_CAP_REGION,
    [THIMBLE_THREAD_STOP] = THIMBLE_CAP_THREAD,
    [THIMBLE_CELL_RESTART] = THIMBLE_CAP_CELL,
    [THIMBLE_CACHE_MAINTAIN] = THIMBLE_CAP_REGION,
};

static uint32_t below(uint32_t *random, uint32_t limit)
{
    return (random_next(random) >> 4) % limit;
}

static int percent(uint32_t *random, uint32_t share)
{
    return below(random, 100) < share;
}

static uint32_t word_hostile(uint32_t *random)
{
    static const uint32_t words[] = {0, 1, 2, 3, 7, 8, 0x80000000U, 0xffffffffU};
    uint32_t any = random_next(random);

    return percent(random, 30) ? any : words[any % (sizeof(words) / sizeof(words[0]))];
}

/* ---- slots ---------------------------------------------------------------- */

/* The first from a random one on that may hold this type; that one, if there is none. */
static uint32_t slot_of(uint32_t *random, uint32_t type)
{
    uint32_t start = below(random, STORM_SLOTS);

    for (uint32_t i = 0; i < STORM_SLOTS; i++) {
        uint32_t slot = (start + i) % STORM_SLOTS;
        if (thimble_read32(NOTE_TYPE(slot)) == type) {
            return slot;
        }
    }
    return start;
}

static uint32_t slot_hostile(uint32_t *random, uint32_t type)
{
    switch (below(random, 32)) {
    case 0:
        return STORM_SLOTS;
    case 1:
        return THIMBLE_NO_SLOT;
    case 2:
        return random_next(random);
    case 3:
    case 4:
        return below(random, STORM_SLOTS);
    default:
        return slot_of(random, type);
    }
}

static uint32_t slot_any(uint32_t *random)
{
    uint32_t type = 1U + below(random, THIMBLE_CAP_CELL);

    return slot_hostile(random, type);
}

static uint32_t slot_empty(uint32_t *random)
{
    return slot_hostile(random, THIMBLE_CAP_EMPTY);
}

static void believe(uint32_t slot, uint32_t type)
{
    if (slot != 0 && slot < STORM_SLOTS) {
        thimble_write32(NOTE_TYPE(slot), type);
    }
}

static uint32_t believed(uint32_t slot)
{
    return slot < STORM_SLOTS ? thimble_read32(NOTE_TYPE(slot)) : THIMBLE_CAP_EMPTY;
}

/* What a hypercall's status says of the slots that it named. */
static void learn(uint32_t *random, uint32_t number, const uint32_t *asked, uint32_t status)
{
    uint32_t guess = 1U + below(random, THIMBLE_CAP_CELL);
    uint32_t type = believed(asked[0]);
    int copies = number == THIMBLE_CAP_COPY || number == THIMBLE_CAP_MOVE ||
                 number == THIMBLE_REGION_DERIVE;

    if (number == THIMBLE_REPLY_RECV || number == THIMBLE_RECV) {
        return;
    }
    if (status == THIMBLE_ERR_TYPE) {
        believe(asked[0], guess);
    } else if (status == THIMBLE_ERR_SLOT) {
        believe(asked[0], THIMBLE_CAP_EMPTY);
    } else if (copies && status == THIMBLE_ERR_TARGET && believed(asked[1]) == 0) {
        believe(asked[1], guess);
    } else if (copies && status == THIMBLE_OK) {
        believe(asked[1], type);
    }
    if ((number == THIMBLE_CAP_MOVE || number == THIMBLE_CAP_DELETE) && status == THIMBLE_OK) {
        believe(asked[0], THIMBLE_CAP_EMPTY);
    }
}

/* ---- arguments ------------------------------------------------------------ */

static void message_draw(uint32_t *random, uint32_t *r)
{
    uint32_t length = below(random, 7);
    uint32_t kind = below(random, 32);

    for (uint32_t i = 2; i < 8U; i++) {
        r[i] = random_next(random);
    }
    if (kind < 6U) {
        length = 7U + below(random, 58);
    }
    r[1] = THIMBLE_TAG(kind, length);
    if (kind == 6U) {
        r[1] = random_next(random);
    } else if (kind >= 24U) {
        r[1] |= THIMBLE_TAG_CAP;
        r[7] = slot_any(random);
    }
}

static void wait_draw(uint32_t *random, uint32_t *r)
{
    uint64_t deadline = thimble_time();

    deadline += below(random, 4000);
    r[1] = (uint32_t)deadline;
    r[2] = (uint32_t)(deadline >> 32);
    if (percent(random, 4)) {
        r[1] = 0xffffffffU;
        r[2] = 0xffffffffU;
    }
}

static uint32_t address_draw(uint32_t *random)
{
    static const uint32_t places[] = {HEAP_AT,     HEAP_AT, HEAP_AT + 0x200000U, 0x3ffff000U,
                                      0x10000000U, 0,       0xfffff000U,         0xffe00000U};
    uint32_t place = places[below(random, sizeof(places) / sizeof(places[0]))];

    if (percent(random, 3)) {
        return random_next(random);
    }
    place += below(random, 8) * (percent(random, 50) ? 0x1000U : 0x200000U);
    return place + (percent(random, 3) ? 4U : 0);
}

/* Mostly whole pages; up to all of it. */
static void range_draw(uint32_t *random, uint32_t *offset, uint32_t *size)
{
    uint32_t kind = below(random, 16);

    *offset = below(random, 4) * 0x1000U;
    *size = (1U + below(random, 8)) * 0x1000U;
    if (kind == 0) {
        *offset = word_hostile(random);
    } else if (kind == 1) {
        *size = word_hostile(random);
    } else if (kind == 2) {
        *offset = 0x200000U;
        *size = 0x200000U;
    } else if (kind == 3) {
        *offset = 0;
        *size = HEAP_SIZE;
    } else if (kind == 4) {
        *offset += 64U * below(random, 64);
        *size = 64U * below(random, 128);
    }
}

static void arguments_draw(uint32_t *random, uint32_t number, uint32_t *r)
{
    for (uint32_t i = 0; i < 8U; i++) {
        r[i] = word_hostile(random);
    }
    uint32_t type = number < THIMBLE_HYPERCALLS ? first_types[number] : 0;
    r[0] = type != 0 ? slot_hostile(random, type) : slot_any(random);
    switch (number) {
    case THIMBLE_CALL:
    case THIMBLE_REPLY_RECV:
        message_draw(random, r);
        break;
    case THIMBLE_WAIT:
        wait_draw(random, r);
        break;
    case THIMBLE_IRQ_BIND:
        r[1] = slot_hostile(random, THIMBLE_CAP_NOTIFICATION);
        break;
    case THIMBLE_CAP_COPY:
        r[1] = slot_empty(random);
        r[2] = 1U + below(random, 3);
        r[3] = percent(random, 60) ? 0 : word_hostile(random);
        break;
    case THIMBLE_CAP_MOVE:
        r[1] = slot_empty(random);
        break;
    case THIMBLE_REGION_DERIVE:
        r[1] = slot_empty(random);
        range_draw(random, &r[2], &r[3]);
        r[4] = percent(random, 80) ? 3U : below(random, 9);
        break;
    case THIMBLE_REGION_MAP:
        r[1] = address_draw(random);
        r[2] = percent(random, 60) ? THIMBLE_NO_SLOT : slot_hostile(random, THIMBLE_CAP_CELL);
        break;
    case THIMBLE_WINDOW:
        r[0] = slot_empty(random);
        break;
    case THIMBLE_CACHE_MAINTAIN:
        range_draw(random, &r[1], &r[2]);
        r[3] = percent(random, 90) ? 1U + below(random, 4) : random_next(random);
        break;
    default:
        break;
    }
}

/* ---- what it does --------------------------------------------------------- */

static void hypercall_any(uint32_t *random, uint32_t number)
{
    uint32_t r[8];
    uint32_t asked[2];

    arguments_draw(random, number, r);
    if ((number == THIMBLE_CAP_MOVE || number == THIMBLE_CAP_DELETE) && r[0] < STORM_SLOT_KEPT) {
        r[0] += STORM_SLOT_KEPT;
    }
    asked[0] = r[0];
    asked[1] = r[1];
    thimble_trap_any(number, r);
    learn(random, number, asked, r[0]);
    int message = number <= THIMBLE_RECV && (r[1] & THIMBLE_TAG_ERROR) == 0;
    if (message && (r[1] & THIMBLE_TAG_CAP) != 0) {
        uint32_t guess = 1U + below(random, THIMBLE_CAP_CELL);
        believe(r[7], guess);
    }
}

static uint32_t number_draw(uint32_t *random, uint32_t who)
{
    uint32_t sum = 0;
    uint32_t draw = below(random, 256);

    if (draw == 255U) {
        return random_next(random) >> 24;
    }
    if ((who & STORM_PASSIVE) != 0 && draw < 64U) {
        return draw < 16U ? THIMBLE_RECV : THIMBLE_REPLY_RECV;
    }
    for (uint32_t number = 0; number < THIMBLE_HYPERCALLS; number++) {
        sum += weights[number];
    }
    draw = below(random, sum);
    uint32_t number = 0;
    while (draw >= weights[number]) {
        draw -= weights[number];
        number++;
    }
    return number;
}

/* Something of each kind is asked for again when it is gone. */
static void borrow(uint32_t *random)
{
    uint32_t type = 1U + below(random, THIMBLE_CAP_CELL);
    uint32_t have = slot_of(random, type);
    uint32_t free = slot_of(random, THIMBLE_CAP_EMPTY);
    struct message m = {.tag = THIMBLE_TAG(LEND, 1), .word = {type - 1U}};

    if (believed(have) == type && percent(random, 80)) {
        return;
    }
    (void)thimble_window(free);
    if (thimble_call(STORM_SLOT_LENDER, &m) == THIMBLE_OK && (m.tag & THIMBLE_TAG_CAP) != 0) {
        believe(m.word[5], m.word[0]);
    }
}

/* Copies of copies, as deep as they go. */
static void dig(uint32_t *random)
{
    uint32_t from = slot_of(random, 1U + below(random, 2));
    uint32_t status = THIMBLE_OK;

    for (uint32_t depth = 0; depth < 16U && status == THIMBLE_OK; depth++) {
        uint32_t type = believed(from);
        uint32_t to = slot_of(random, THIMBLE_CAP_EMPTY);
        status = thimble_cap_copy(from, to, 1, 7);
        if (status == THIMBLE_ERR_BADGE) {
            status = thimble_cap_copy(from, to, 1, 0);
        }
        if (status == THIMBLE_OK) {
            believe(to, type);
            from = to;
        }
    }
}

/* Pages far from each other: each takes tables. */
static void scatter(uint32_t *random)
{
    for (uint32_t n = 0; n < 8U; n++) {
        uint32_t to = slot_of(random, THIMBLE_CAP_EMPTY);
        uint32_t from = slot_of(random, THIMBLE_CAP_REGION);
        if (thimble_region_derive(from, to, 0, 0x1000, 1) == THIMBLE_OK) {
            believe(to, THIMBLE_CAP_REGION);
            uint32_t at = HEAP_AT + 0x1000000U + below(random, 64) * 0x200000U;
            (void)thimble_region_map(to, at, THIMBLE_NO_SLOT);
        }
    }
}

/* Where something may be mapped, or not; never its own image and notes. */
static void stray(uint32_t *random)
{
    uint32_t at = HEAP_AT + below(random, 0x800) * 0x1000U + 4U * below(random, 8);

    if (percent(random, 10)) {
        at = random_next(random) | 0x80000000U;
    }
    switch (below(random, 8)) {
    case 0:
        thimble_execute(at);
        break;
    case 1:
        (void)thimble_read8(at + 1U);
        break;
    case 2:
    case 3:
        thimble_write32(at, at);
        break;
    default:
        (void)thimble_read32(at);
        break;
    }
}

/* The UART's interrupt comes when it has sent something. The other cell faults here. */
static void ring(uint32_t *random)
{
    thimble_write32(UART_AT + UART_CR, 0x301U);
    thimble_write32(UART_AT + UART_IMSC, UART_TX);
    thimble_write32(UART_AT + UART_DR, '.');
    if (percent(random, 50)) {
        thimble_write32(UART_AT + UART_ICR, UART_TX);
    }
}

static void begin(void)
{
    static const uint8_t types[STORM_SLOTS] = {
        [STORM_SLOT_LENDER] = THIMBLE_CAP_THREAD,     [STORM_SLOT_FIXER] = THIMBLE_CAP_THREAD,
        [STORM_SLOT_HEALTH] = THIMBLE_CAP_NOTIFICATION,
        [STORM_SLOT_BELL] = THIMBLE_CAP_NOTIFICATION,
        [STORM_SLOT_GONG] = THIMBLE_CAP_NOTIFICATION, [STORM_SLOT_HEAP] = THIMBLE_CAP_REGION,
        [STORM_SLOT_PAD] = THIMBLE_CAP_REGION,        [STORM_SLOT_OWN] = THIMBLE_CAP_CELL,
        [STORM_SLOT_OTHER] = THIMBLE_CAP_CELL,        [STORM_SLOT_HIGH] = THIMBLE_CAP_THREAD,
        [STORM_SLOT_UPPER] = THIMBLE_CAP_THREAD,      [STORM_SLOT_LOWER] = THIMBLE_CAP_THREAD,
        [STORM_SLOT_OTHERS] = THIMBLE_CAP_THREAD,
    };

    if (thimble_read32(NOTE_STARTED) == 0) {
        thimble_write32(NOTE_STARTED, 1);
        for (uint32_t slot = 0; slot < STORM_SLOTS; slot++) {
            believe(slot, types[slot]);
        }
    }
}

PROGRAM(storm)
{
    uint32_t who = argument % STORM_THREADS;
    uint32_t random;

    begin();
    random = thimble_read32(NOTE_RANDOM(who));
    if (random == 0) {
        random = thimble_seed() | 1U;
    }
    while (below(&random, 8192) != 0) {
        uint32_t kind = below(&random, 64);
        if (kind < 5U) {
            stray(&random);
        } else if (kind < 7U) {
            ring(&random);
        } else if (kind < 10U) {
            borrow(&random);
        } else if (kind == 10U) {
            uint32_t instructions = below(&random, 8000);
            thimble_compute(instructions);
        } else if (kind == 11U && percent(&random, 25)) {
            dig(&random);
        } else if (kind == 11U && percent(&random, 25)) {
            scatter(&random);
        } else {
            uint32_t number = number_draw(&random, who);
            hypercall_any(&random, number);
        }
        thimble_write32(NOTE_RANDOM(who), random);
    }
    thimble_write32(NOTE_RANDOM(who), random);
}
