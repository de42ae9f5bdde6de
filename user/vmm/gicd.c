/* SPDX-License-Identifier: BSD-2-Clause */
/* The distributor: see gicd.h. */
#include "gicd.h"

#include "port.h"
#include "vmm.h"

/* Register offsets (IHI 0048B table 4-1). The others are read as zero. */
#define GICD_CTLR 0x000U
#define GICD_TYPER 0x004U
#define GICD_IIDR 0x008U
#define GICD_PRIORITY 0x400U
#define GICD_TARGET 0x800U
#define GICD_CONFIG 0xc00U
#define GICD_CONFIG_SPI 0xc08U /* the others are read-only */
#define GICD_SGIR 0xf00U
#define GICD_SGI_CLEAR 0xf10U
#define GICD_SGI_SET 0xf20U
#define SGI_BYTES 16U
#define GICD_ID 0xfd0U

/* The arrays with a bit a line, by offset / 0x80. */
#define BITS_SET_ENABLE 2U
#define BITS_CLEAR_ENABLE 3U
#define BITS_SET_PENDING 4U
#define BITS_CLEAR_PENDING 5U
#define BITS_SET_ACTIVE 6U
#define BITS_CLEAR_ACTIVE 7U

#define TYPER_LINES (GICD_WORDS - 1U)
#define IIDR_GIC400 0x0200043bU
/* A list register has five bits of a priority. */
#define PRIORITY_BITS 0xf8U
#define SGIS 0x0000ffffU
#define CPU_0 0x01010101U

#define SGIR_FILTER_SHIFT 24U
#define SGIR_SELF 2U
#define SGIR_TARGET_0 (1U << 16)

/* PIDR4 to 7, PIDR0 to 3, CIDR0 to 3: a GIC-400's. */
static const uint8_t gicd_id[] = {0x04, 0, 0, 0, 0x90, 0xb4, 0x2b, 0, 0x0d, 0xf0, 0x05, 0xb1};

/* Pending and active, as the core has them. */
struct gicd_core {
    uint32_t pending;
    uint32_t active;
};

static uint32_t line_how(const struct vm *vm, uint32_t line)
{
    uint32_t how = vm->gicd.priority[line];

    return (vm->config->urgent[line / 32U] >> line % 32U & 1U) != 0 ? how | PORT_URGENT : how;
}

static void inject(struct vm *vm, uint32_t line, uint32_t how)
{
    uint32_t status = port_vcpu_inject(vm->config->vcpu, line, line_how(vm, line) | how);

    if (status != THIMBLE_OK) {
        vm_fail(vm, "its interrupt cannot be injected: error %8", status);
    }
}

/* What the core has of these 32 lines. */
static struct gicd_core ask(struct vm *vm, uint32_t word)
{
    uint32_t lines[2U * GICD_WORDS] = {0};
    uint32_t status = port_vcpu_ask(vm->config->vcpu, lines);

    if (status != THIMBLE_OK) {
        vm_fail(vm, "its interrupts cannot be asked for: error %8", status);
    }
    return (struct gicd_core){lines[word], lines[GICD_WORDS + word]};
}

/* Level-sensitive, and high at its device. */
static uint32_t held(const struct gicd *g, uint32_t word)
{
    return g->level[word] & ~g->edge[word];
}

/* The bound line with this number: its object, or 0. */
static uint32_t bound_slot(const struct vm *vm, uint32_t line)
{
    for (uint32_t i = 0; i < VMM_BINDS && vm->config->binds[i].kind != VMM_BIND_NONE; i++) {
        if (vm->config->binds[i].line == line) {
            return vm->config->binds[i].slot;
        }
    }
    return line == VMM_TIMER_LINE ? THIMBLE_NO_SLOT : 0;
}

static void bind(struct vm *vm, uint32_t slot, uint32_t line, uint32_t on)
{
    uint32_t how = on ? line_how(vm, line) : PORT_UNBIND;
    uint32_t status = port_vcpu_bind(vm->config->vcpu, slot, line, how);

    if (status != THIMBLE_OK) {
        vm_fail(vm, "its line cannot be bound: error %8", status);
    }
}

/* A latch goes to the core as an edge; that of a line that is held shows when its device lets
 * go of it. */
static void line_on(struct vm *vm, uint32_t line)
{
    struct gicd *g = &vm->gicd;
    uint32_t word = line / 32U;
    uint32_t bit = 1U << line % 32U;
    uint32_t slot = bound_slot(vm, line);

    if (slot != 0) {
        bind(vm, slot, line, 1);
    }
    g->written[word] |= g->latched[word] & bit;
    if ((held(g, word) & bit) != 0) {
        inject(vm, line, PORT_LEVEL | PORT_HIGH);
    } else if ((g->latched[word] & bit) != 0) {
        inject(vm, line, PORT_HIGH);
    }
    g->latched[word] &= ~bit;
}

/* What the core still has pending is taken back, and kept here unless it is only held. */
static void line_off(struct vm *vm, uint32_t line, uint32_t pending)
{
    struct gicd *g = &vm->gicd;
    uint32_t word = line / 32U;
    uint32_t bit = 1U << line % 32U;
    uint32_t slot = bound_slot(vm, line);

    if (slot != 0) {
        bind(vm, slot, line, 0);
        return; /* the core keeps what is its own */
    }
    if (((pending | held(g, word)) & bit) != 0) {
        inject(vm, line, (g->edge[word] & bit) != 0 ? 0 : PORT_LEVEL);
    }
    g->latched[word] |= pending & bit & (g->written[word] | ~held(g, word));
    g->written[word] &= ~bit;
}

/* After a change of `on`, `enabled` or `active`. */
static void forward(struct vm *vm, uint32_t word)
{
    struct gicd *g = &vm->gicd;
    uint32_t now = g->on ? g->enabled[word] & ~g->active[word] : 0;
    uint32_t changed = now ^ g->forwarded[word];
    uint32_t pending = (changed & ~now) != 0 ? ask(vm, word).pending : 0;

    g->forwarded[word] = now;
    while (changed != 0) {
        uint32_t i = (uint32_t)__builtin_ctz(changed);
        changed &= changed - 1U;
        if ((now >> i & 1U) != 0) {
            line_on(vm, word * 32U + i);
        } else {
            line_off(vm, word * 32U + i, pending);
        }
    }
}

/* Lines become pending by an edge, of a device or of software. */
static void pend(struct vm *vm, uint32_t word, uint32_t bits)
{
    struct gicd *g = &vm->gicd;
    uint32_t now = bits & g->forwarded[word];

    g->latched[word] |= bits & ~now;
    g->written[word] |= now;
    now &= ~held(g, word);
    while (now != 0) {
        inject(vm, word * 32U + (uint32_t)__builtin_ctz(now), PORT_HIGH);
        now &= now - 1U;
    }
}

static void unpend(struct vm *vm, uint32_t word, uint32_t bits)
{
    struct gicd *g = &vm->gicd;
    /* A line that is held stays pending. */
    uint32_t now = bits & g->forwarded[word] & ~held(g, word);

    g->latched[word] &= ~bits;
    g->written[word] &= ~bits;
    while (now != 0) {
        inject(vm, word * 32U + (uint32_t)__builtin_ctz(now), 0);
        now &= now - 1U;
    }
}

/* A level that the core knows. Was the line made pending by software before, then it is so
 * still when its device lets go of it, unless the guest has taken it. (If it has, and ended it
 * while the line was held, it comes once too often: better than once too seldom.) */
static void level_changed(struct vm *vm, uint32_t line, uint32_t high)
{
    struct gicd *g = &vm->gicd;
    uint32_t word = line / 32U;
    uint32_t bit = 1U << line % 32U;

    if ((g->written[word] & bit) != 0 && (ask(vm, word).pending & bit) == 0) {
        g->written[word] &= ~bit;
    }
    inject(vm, line, high ? PORT_LEVEL | PORT_HIGH : PORT_LEVEL);
    if (!high && (g->written[word] & bit) != 0) {
        inject(vm, line, PORT_HIGH);
    }
}

void gicd_line(struct vm *vm, uint32_t line, uint32_t high)
{
    struct gicd *g = &vm->gicd;
    uint32_t word = line / 32U;
    uint32_t bit = 1U << line % 32U;

    if (((g->level[word] & bit) != 0) == (high != 0)) {
        return;
    }
    g->level[word] ^= bit;
    if ((g->edge[word] & bit) != 0) {
        if (high) {
            pend(vm, word, bit);
        }
    } else if ((g->forwarded[word] & bit) != 0) {
        level_changed(vm, line, high);
    }
}

/* ---- active lines ------------------------------------------------------------------- */

/* What the guest has taken is active in the core until it ends it; what software makes active
 * is so here, and does not reach the guest until software ends it. */
static void activate(struct vm *vm, uint32_t word, uint32_t bits)
{
    vm->gicd.active[word] |= bits & ~ask(vm, word).active;
    forward(vm, word);
}

static void deactivate(struct vm *vm, uint32_t word, uint32_t bits)
{
    struct gicd *g = &vm->gicd;
    struct gicd_core core = ask(vm, word);
    uint32_t ended = core.active & bits;

    while (ended != 0) {
        uint32_t i = (uint32_t)__builtin_ctz(ended);
        uint32_t line = word * 32U + i;
        uint32_t slot = bound_slot(vm, line);
        ended &= ended - 1U;
        if (slot != 0) {
            bind(vm, slot, line, 0);
            if ((g->forwarded[word] >> i & 1U) != 0) {
                bind(vm, slot, line, 1);
            }
            continue;
        }
        inject(vm, line, PORT_END);
        if ((held(g, word) & g->forwarded[word]) >> i & 1U) {
            inject(vm, line, PORT_LEVEL | PORT_HIGH);
        } else if ((core.pending >> i & 1U) != 0) {
            inject(vm, line, PORT_HIGH);
        }
    }
    g->active[word] &= ~bits;
    forward(vm, word);
}

/* ---- registers --------------------------------------------------------------------- */

static void bits_write(struct vm *vm, uint32_t array, uint32_t word, uint32_t value)
{
    switch (array) {
    case BITS_SET_ENABLE:
        vm->gicd.enabled[word] |= value;
        forward(vm, word);
        break;
    case BITS_CLEAR_ENABLE:
        vm->gicd.enabled[word] &= word == 0 ? ~value | SGIS : ~value;
        forward(vm, word);
        break;
    case BITS_SET_PENDING:
        /* Those of SGIs are written otherwise (4.3.7). */
        pend(vm, word, word == 0 ? value & ~SGIS : value);
        break;
    case BITS_CLEAR_PENDING:
        unpend(vm, word, word == 0 ? value & ~SGIS : value);
        break;
    case BITS_SET_ACTIVE:
        activate(vm, word, value);
        break;
    case BITS_CLEAR_ACTIVE:
        deactivate(vm, word, value);
        break;
    default: /* groups: there is one */
        break;
    }
}

static uint32_t pending_read(struct vm *vm, uint32_t word)
{
    const struct gicd *g = &vm->gicd;

    return g->latched[word] | held(g, word) | ask(vm, word).pending;
}

static uint32_t bits_read(struct vm *vm, uint32_t array, uint32_t word)
{
    switch (array) {
    case BITS_SET_ENABLE:
    case BITS_CLEAR_ENABLE:
        return vm->gicd.enabled[word];
    case BITS_SET_PENDING:
    case BITS_CLEAR_PENDING:
        return pending_read(vm, word);
    case BITS_SET_ACTIVE:
    case BITS_CLEAR_ACTIVE:
        return vm->gicd.active[word] | ask(vm, word).active;
    default:
        return 0;
    }
}

/* Two bits a line: of each pair the upper one says edge. SGIs are edges, and PPIs as the
 * hardware has them: the timer's is a level, and none has a device here. */
static uint32_t config_read(const struct gicd *g, uint32_t word)
{
    uint32_t value = 0;

    for (uint32_t i = 0; i < 16U; i++) {
        value |= (g->edge[word / 2U] >> (word % 2U * 16U + i) & 1U) << (2U * i + 1U);
    }
    return value;
}

/* A line that is on is taken back as what it was, and comes again as what it is. */
static void config_write(struct vm *vm, uint32_t first, uint32_t value)
{
    struct gicd *g = &vm->gicd;

    for (uint32_t line = first; line < first + 16U; line++, value >>= 2) {
        uint32_t word = line / 32U;
        uint32_t bit = 1U << line % 32U;
        uint32_t is_on = g->forwarded[word] & bit;
        if (((g->edge[word] & bit) != 0) == ((value & 2U) != 0)) {
            continue;
        }
        if (is_on) {
            line_off(vm, line, ask(vm, word).pending);
        }
        g->edge[word] ^= bit;
        if (is_on) {
            line_on(vm, line);
        }
    }
}

static void priority_write(struct vm *vm, uint32_t line, uint32_t bytes, uint32_t value)
{
    struct gicd *g = &vm->gicd;

    for (uint32_t end = line + bytes; line < end; line++, value >>= 8) {
        uint32_t was = g->priority[line];
        uint32_t word = line / 32U;
        uint32_t bit = 1U << line % 32U;
        uint32_t slot = bound_slot(vm, line);
        g->priority[line] = (uint8_t)(value & PRIORITY_BITS);
        if (g->priority[line] == was || (g->forwarded[word] & bit) == 0) {
            continue;
        }
        /* What is pending in the core has its old one until it comes again. */
        if (slot != 0) {
            bind(vm, slot, line, 1);
        } else if ((held(g, word) & bit) != 0) {
            inject(vm, line, PORT_LEVEL | PORT_HIGH);
        } else if ((ask(vm, word).pending & bit) != 0) {
            inject(vm, line, PORT_HIGH);
        }
    }
}

static uint32_t priority_read(const struct gicd *g, uint32_t line, uint32_t bytes)
{
    uint32_t value = 0;

    for (uint32_t i = 0; i < bytes; i++) {
        value |= (uint32_t)g->priority[line + i] << 8U * i;
    }
    return value;
}

/* There is one CPU: the target list has it, or all others, or the sender. */
static void sgi(struct vm *vm, uint32_t value)
{
    uint32_t filter = value >> SGIR_FILTER_SHIFT & 3U;

    if (filter == SGIR_SELF || (filter == 0 && (value & SGIR_TARGET_0) != 0)) {
        pend(vm, 0, 1U << (value & 15U));
    }
}

/* A byte an SGI, and in it a bit for each CPU that has sent it: there is one. */
static uint32_t sgis_read(struct vm *vm, uint32_t first, uint32_t bytes)
{
    uint32_t pending = pending_read(vm, 0);
    uint32_t value = 0;

    for (uint32_t i = 0; i < bytes; i++) {
        value |= (pending >> (first + i) & 1U) << 8U * i;
    }
    return value;
}

static void sgis_write(struct vm *vm, uint32_t offset, uint32_t bytes, uint32_t value)
{
    uint32_t first = offset % SGI_BYTES;
    uint32_t bits = 0;

    for (uint32_t i = 0; i < bytes; i++) {
        bits |= (value >> 8U * i & 1U) << (first + i);
    }
    if (offset - GICD_SGI_SET < SGI_BYTES) {
        pend(vm, 0, bits);
    } else {
        unpend(vm, 0, bits);
    }
}

/* The fields of one byte may be accessed as bytes (4.1.4), all others as words only. */
static uint32_t is_word(uint32_t offset, uint32_t bytes)
{
    return bytes == 4U && offset % 4U == 0;
}

uint32_t gicd_read(struct vm *vm, uint32_t offset, uint32_t bytes)
{
    const struct gicd *g = &vm->gicd;

    if (offset - GICD_PRIORITY < VMM_LINES && offset % bytes == 0) {
        return priority_read(g, offset - GICD_PRIORITY, bytes);
    }
    if (offset - GICD_TARGET < VMM_LINES && offset % bytes == 0) {
        return CPU_0;
    }
    if (offset - GICD_SGI_CLEAR < 2U * SGI_BYTES && offset % bytes == 0) {
        return sgis_read(vm, offset % SGI_BYTES, bytes);
    }
    if (!is_word(offset, bytes)) {
        return 0;
    }
    if (offset < GICD_PRIORITY) {
        switch (offset) {
        case GICD_CTLR:
            return g->on;
        case GICD_TYPER:
            return TYPER_LINES;
        case GICD_IIDR:
            return IIDR_GIC400;
        default:
            return offset % 0x80U / 4U < GICD_WORDS
                       ? bits_read(vm, offset / 0x80U, offset % 0x80U / 4U)
                       : 0;
        }
    }
    if (offset - GICD_CONFIG < VMM_LINES / 4U) {
        return config_read(g, (offset - GICD_CONFIG) / 4U);
    }
    return offset >= GICD_ID ? gicd_id[(offset - GICD_ID) / 4U] : 0;
}

void gicd_write(struct vm *vm, uint32_t offset, uint32_t bytes, uint32_t value)
{
    struct gicd *g = &vm->gicd;

    if (offset - GICD_PRIORITY < VMM_LINES && offset % bytes == 0) {
        priority_write(vm, offset - GICD_PRIORITY, bytes, value);
    } else if (offset - GICD_SGI_CLEAR < 2U * SGI_BYTES && offset % bytes == 0) {
        sgis_write(vm, offset, bytes, value);
    } else if (!is_word(offset, bytes)) {
        return;
    } else if (offset == GICD_CTLR) {
        g->on = value & 1U;
        for (uint32_t i = 0; i < GICD_WORDS; i++) {
            forward(vm, i);
        }
    } else if (offset < GICD_PRIORITY && offset % 0x80U / 4U < GICD_WORDS) {
        bits_write(vm, offset / 0x80U, offset % 0x80U / 4U, value);
    } else if (offset - GICD_CONFIG_SPI < (VMM_LINES - 32U) / 4U) {
        config_write(vm, (offset - GICD_CONFIG) * 4U, value);
    } else if (offset == GICD_SGIR) {
        sgi(vm, value);
    }
}

/* The core forgets what is pending or active when the vCPU starts; what is bound stays so. */
void gicd_reset(struct vm *vm)
{
    struct gicd *g = &vm->gicd;

    for (uint32_t line = 0; line < VMM_LINES; line++) {
        uint32_t slot = bound_slot(vm, line);
        if (slot != 0 && (g->forwarded[line / 32U] >> line % 32U & 1U) != 0) {
            bind(vm, slot, line, 0);
        }
    }
    *g = (struct gicd){.enabled = {SGIS}, .edge = {SGIS}};
}
