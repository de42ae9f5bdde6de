/* SPDX-License-Identifier: BSD-2-Clause */
/* The VMs' console: see vm_console.h. */
#include "vm_console.h"

#include "port.h"
#include "serial_call.h"
#include "uart_port.h"
#include "vmm.h"

/* More than one character of a VM can bring along: two lines with prefix and end. */
#define ENOUGH (2U * (CONSOLE_LINE + VMM_NAME + 4U) + 8U)
/* Characters, or calls of the driver, that one step moves each way: a FIFO. */
#define MOVE_MOST 32U
#define CALLS_MOST 2U

static uint32_t queued(const struct console *c)
{
    return c->put - c->taken;
}

static uint32_t shared(const struct vmm *vmm)
{
    return vmm->config->vms > 1U;
}

/* ---- the queue ----------------------------------------------------------------------- */

/* True: there may be more room. */
static uint32_t uart_drain(struct vmm *vmm)
{
    struct console *c = &vmm->console;
    uint32_t i = 0;

    while (i < MOVE_MOST && queued(c) != 0 &&
           port_uart_send(vmm->config->console_at, &c->room, c->out[c->taken % CONSOLE_OUT])) {
        c->taken++;
        i++;
    }
    return i == MOVE_MOST;
}

/* One call, of up to SERIAL_MOST characters. False: no more go now. */
static uint32_t driver_send(struct vmm *vmm)
{
    struct console *c = &vmm->console;
    uint32_t count = queued(c) < SERIAL_MOST ? queued(c) : SERIAL_MOST;
    struct message m = {.tag = THIMBLE_TAG(SERIAL_WRITE, 1U + (count + 3U) / 4U),
                        .word = {count}};

    for (uint32_t i = 0; i < count; i++) {
        serial_put(m.word, i, c->out[(c->taken + i) % CONSOLE_OUT]);
    }
    uint32_t status = port_call(vmm->config->console_driver, &m);
    if (status != THIMBLE_OK || (m.tag & THIMBLE_TAG_LABEL) != SERIAL_DONE) {
        /* Without a driver the VMs go on, unheard. */
        c->taken = c->put;
        return 0;
    }
    c->taken += m.word[0] < count ? m.word[0] : count;
    return m.word[0] >= count;
}

static uint32_t driver_drain(struct vmm *vmm)
{
    uint32_t i = 0;

    while (i < CALLS_MOST && queued(&vmm->console) != 0 && driver_send(vmm)) {
        i++;
    }
    return i == CALLS_MOST;
}

/* One step; the events thread does the next. (There is no interrupt for room as long as
 * there is some.) */
static void drain(struct vmm *vmm)
{
    uint32_t more = 0;

    if (vmm->config->console == VMM_CONSOLE_UART) {
        more = uart_drain(vmm);
    } else if (vmm->config->console == VMM_CONSOLE_DRIVER) {
        more = driver_drain(vmm);
    } else {
        vmm->console.taken = vmm->console.put;
    }
    if (more && queued(&vmm->console) != 0) {
        vmm_work(vmm);
    }
}

/* What the UART shall interrupt for. */
static void uart_wants(struct vmm *vmm)
{
    if (vmm->config->console == VMM_CONSOLE_UART) {
        port_uart_events(vmm->config->console_at,
                         queued(&vmm->console) != 0 ? UART_INPUT | UART_ROOM : UART_INPUT);
    }
}

/* A UART gets it at once, or when it interrupts for what waits. The driver gets whole lines,
 * or what is there when the events thread runs. */
static void out(struct vmm *vmm, uint32_t c)
{
    struct console *con = &vmm->console;
    uint32_t before = queued(con);

    vmm_spend(vmm, VMM_COST_CHARACTER);
    if (before == CONSOLE_OUT) {
        return;
    }
    con->column = c == '\n' ? 0 : con->column + 1U;
    if (before == 0 && vmm->config->console == VMM_CONSOLE_UART &&
        port_uart_send(vmm->config->console_at, &con->room, c)) {
        return;
    }
    con->out[con->put++ % CONSOLE_OUT] = (uint8_t)c;
    if (vmm->config->console == VMM_CONSOLE_NONE) {
        drain(vmm);
    } else if (vmm->config->console == VMM_CONSOLE_UART) {
        if (before == 0) {
            uart_wants(vmm);
        }
    } else if (c == '\n' || queued(con) % SERIAL_MOST == 0) {
        (void)driver_send(vmm);
    } else if (before == 0) {
        vmm_work(vmm);
    }
}

static void out_text(struct vmm *vmm, const char *text)
{
    while (*text != '\0') {
        out(vmm, (uint8_t)*text++);
    }
}

/* ---- lines ---------------------------------------------------------------------------- */

/* The VM's line, from its beginning. */
static void line_show(struct vm *vm)
{
    out_text(vm->vmm, vm->config->name);
    out_text(vm->vmm, "| ");
    for (uint32_t i = 0; i < vm->line.length; i++) {
        out(vm->vmm, vm->line.text[i]);
    }
}

static void line_begin(struct vmm *vmm)
{
    if (vmm->console.column != 0) {
        out_text(vmm, "\r\n");
    }
    vmm->console.writer = CONSOLE_NOBODY;
}

/* What was interrupted is shown again. */
static void line_end(struct vmm *vmm)
{
    struct vm *selected = &vmm->vm[vmm->console.selected];

    out_text(vmm, "\r\n");
    vmm->console.writer = CONSOLE_NOBODY;
    if (shared(vmm) && selected->line.length != 0) {
        line_show(selected);
        vmm->console.writer = selected->number;
    }
}

static void line_finish(struct vm *vm)
{
    if (vm->vmm->console.writer != vm->number) {
        line_begin(vm->vmm);
        line_show(vm);
    }
    vm->line.length = 0;
    line_end(vm->vmm);
}

static void put_shared(struct vm *vm, uint32_t c)
{
    struct console *con = &vm->vmm->console;

    if (c == '\n') {
        line_finish(vm);
        return;
    }
    if (c == '\r') {
        return;
    }
    if (vm->line.length == CONSOLE_LINE) {
        line_finish(vm);
    }
    vm->line.text[vm->line.length++] = (uint8_t)c;
    if (con->writer == vm->number) {
        out(vm->vmm, c);
    } else if (con->selected == vm->number) {
        line_begin(vm->vmm);
        line_show(vm);
        con->writer = vm->number;
    }
}

void vm_console_put(struct vm *vm, uint32_t c)
{
    if (shared(vm->vmm)) {
        put_shared(vm, c);
    } else {
        out(vm->vmm, c);
    }
}

uint32_t vm_console_ready(struct vm *vm)
{
    struct console *c = &vm->vmm->console;

    if (CONSOLE_OUT - queued(c) >= ENOUGH) {
        return 1;
    }
    drain(vm->vmm);
    if (CONSOLE_OUT - queued(c) >= ENOUGH) {
        return 1;
    }
    c->blocked |= 1U << vm->number;
    return 0;
}

/* ---- the VMM's own lines ---------------------------------------------------------------- */

static void out_number(struct vmm *vmm, uint32_t number, uint32_t digits)
{
    out_text(vmm, "0x");
    for (uint32_t shift = 4U * digits; shift != 0; shift -= 4U) {
        out(vmm, (uint8_t)"0123456789abcdef"[number >> (shift - 4U) & 15U]);
    }
}

/* Of a VM that has stopped its own line is finished, as far as it has come. */
void vm_console_say_numbers(struct vm *vm, const char *text, const uint32_t *numbers)
{
    if (shared(vm->vmm) && vm->line.length != 0 && vm->state != VM_RUNNING) {
        line_finish(vm);
    }
    line_begin(vm->vmm);
    out_text(vm->vmm, "vmm: ");
    out_text(vm->vmm, vm->config->name);
    out_text(vm->vmm, ": ");
    for (; *text != '\0'; text++) {
        if (*text == '%') {
            text++;
            out_number(vm->vmm, *numbers++, (uint32_t)(*text - '0'));
        } else {
            out(vm->vmm, (uint8_t)*text);
        }
    }
    line_end(vm->vmm);
}

void vm_console_say(struct vm *vm, const char *text)
{
    vm_console_say_numbers(vm, text, (const uint32_t *)0);
}

/* ---- input ------------------------------------------------------------------------------ */

static void vm_select(struct vmm *vmm, uint32_t number)
{
    struct vm *vm = &vmm->vm[number];

    vmm->console.selected = number;
    vm_console_say(vm, "has the console");
}

/* The character after the escape character. */
static void command(struct vmm *vmm, uint32_t c)
{
    struct vm *vm = &vmm->vm[vmm->console.selected];

    if (c - '0' < vmm->config->vms) {
        vm_select(vmm, c - '0');
    } else if (c == 'r') {
        vm_restart(vm);
    } else if (c == vmm->config->console_escape) {
        vm_input(vm, c);
    }
}

static void key(struct vmm *vmm, uint32_t c)
{
    struct console *con = &vmm->console;

    if (con->escaped) {
        con->escaped = 0;
        command(vmm, c);
    } else if (c == vmm->config->console_escape && c != 0) {
        con->escaped = 1;
    } else {
        vm_input(&vmm->vm[con->selected], c);
    }
}

static uint32_t uart_input(struct vmm *vmm)
{
    uint32_t i = 0;
    int c = 0;

    for (; i < MOVE_MOST && c >= 0; i++) {
        c = port_uart_receive(vmm->config->console_at);
        if (c >= 0) {
            key(vmm, (uint32_t)c);
        }
    }
    return c >= 0;
}

static uint32_t driver_input(struct vmm *vmm)
{
    uint32_t count = 1;

    for (uint32_t i = 0; i < CALLS_MOST && count != 0; i++) {
        struct message m = {.tag = THIMBLE_TAG(SERIAL_READ, 0)};
        uint32_t status = port_call(vmm->config->console_driver, &m);
        uint32_t is_done = status == THIMBLE_OK && (m.tag & THIMBLE_TAG_LABEL) == SERIAL_DONE;
        count = is_done && m.word[0] <= SERIAL_MOST ? m.word[0] : 0;
        for (uint32_t j = 0; j < count; j++) {
            key(vmm, serial_get(m.word, j));
        }
    }
    return count != 0;
}

static void input(struct vmm *vmm)
{
    uint32_t more = 0;

    if (vmm->config->console == VMM_CONSOLE_UART) {
        more = uart_input(vmm);
    } else if (vmm->config->console == VMM_CONSOLE_DRIVER) {
        more = driver_input(vmm);
    }
    if (more) {
        vmm_work(vmm);
    }
}

/* ---- events ----------------------------------------------------------------------------- */

static void room(struct vmm *vmm)
{
    uint32_t blocked = vmm->console.blocked;

    if (blocked == 0 || CONSOLE_OUT - queued(&vmm->console) < 2U * ENOUGH) {
        return;
    }
    vmm->console.blocked = 0;
    for (uint32_t i = 0; i < vmm->config->vms; i++) {
        if ((blocked >> i & 1U) != 0) {
            vm_output_room(&vmm->vm[i]);
        }
    }
}

void vm_console_pump(struct vmm *vmm)
{
    if (vmm->config->console == VMM_CONSOLE_UART) {
        port_uart_acknowledge(vmm->config->console_at);
    }
    input(vmm);
    drain(vmm);
    room(vmm);
    uart_wants(vmm);
}

void vm_console_start(struct vmm *vmm)
{
    vmm->console.writer = CONSOLE_NOBODY;
    if (vmm->config->console == VMM_CONSOLE_UART) {
        port_uart_start(vmm->config->console_at, UART_INPUT);
    }
}
