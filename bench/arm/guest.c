/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two VMs and the cell that serves them: exits, virtual interrupts, and signals from one
 * to the other. The guests are the assembly below, copied to their memory; a write to
 * address 0 there is a mark.
 */
#include "mark.h"
#include "memory.h"
#include "system.h"

#define RAM_SIZE (2U * MIB)
#define RAM_AT 0x40000000U /* in a guest, */
#define GICC_AT 0x08010000U
#define SERVED_AT(vm) (0x20000000U + (vm) * RAM_SIZE) /* and here */
#define TIMER_LINE 27U
#define SIGNAL_LINE 40U
#define STARTS 1U /* argument of the thread that starts the VMs; the other has badge 0 */

enum server_slot { SERVER_VCPU = 1, SERVER_NOTE = 3, SERVER_NATIVE = 5 };
enum vm_slot { VM_SERVER = 1, VM_OTHER, VM_NATIVE };

#ifdef __arm__
extern const uint32_t guest_code[];
extern const uint32_t guest_code_end[];
/* r0: 0 for the first VM, 1 for the other, which sleeps and answers signals. */
__asm__("    .section .rodata.guest, \"a\"\n"
        "    .balign 32\n"
        "    .arm\n"
        "    .arch_extension virt\n"
        "    .global guest_code, guest_code_end\n"
        "guest_code:\n"
        "    b   1f\n"
        "    b   .\n"
        "    b   .\n"
        "    b   .\n"
        "    b   .\n"
        "    b   .\n"
        /* IRQ: ends it; a signal is answered by the other VM, the timer is set again. */
        "    ldr r8, [r7, #0xc]\n"
        "    cmp r8, #27\n"
        "    bne 3f\n"
        "    mrrc p15, 1, r9, r10, c14\n"
        "    adds r9, r9, #1000\n"
        "    adc r10, r10, #0\n"
        "    mcrr p15, 3, r9, r10, c14\n"
        "3:  str r8, [r7, #0x10]\n"
        "    add r6, r6, #1\n"
        "    cmp r4, #0\n"
        "    movne r0, #2\n"
        "    hvcne #3\n"
        "    subs pc, lr, #4\n"
        "1:  mov r4, r0\n"
        "    movw r7, #0\n"
        "    movt r7, #0x0801\n"
        "    mov r0, #1\n"
        "    str r0, [r7]\n"
        "    mov r0, #0xf0\n"
        "    str r0, [r7, #4]\n"
        "    adr r0, guest_code\n"
        "    mcr p15, 0, r0, c12, c0, 0\n"
        "    mov r6, #0\n"
        "    mov r5, #0\n"
        "    cpsie i\n"
        "    cmp r4, #0\n"
        "2:  wfine\n"
        "    bne 2b\n"
        /* Device accesses: a word from r0, and into r0. */
        "    mov r0, #1\n"
        "    str r0, [r5]\n"
        "    mov r1, #16\n"
        "2:  str r0, [r5, #4]\n"
        "    subs r1, r1, #1\n"
        "    bne 2b\n"
        "    mov r0, #2\n"
        "    str r0, [r5]\n"
        "    mov r1, #16\n"
        "2:  ldr r0, [r5, #4]\n"
        "    subs r1, r1, #1\n"
        "    bne 2b\n"
        /* Hypercalls of the guest: version. */
        "    mov r0, #3\n"
        "    str r0, [r5]\n"
        "    mov r2, #16\n"
        "2:  hvc #9\n"
        "    subs r2, r2, #1\n"
        "    bne 2b\n"
        /* Signals, which the other VM answers. */
        "    mov r0, #4\n"
        "    str r0, [r5]\n"
        "    mov r2, #16\n"
        "2:  mov r0, #2\n"
        "    mov r6, #0\n"
        "    hvc #3\n"
        "4:  cmp r6, #0\n"
        "    beq 4b\n"
        "    subs r2, r2, #1\n"
        "    bne 2b\n"
        /* The virtual timer, computing and asleep. */
        "    mov r0, #5\n"
        "    str r0, [r5]\n"
        "    mrrc p15, 1, r9, r10, c14\n"
        "    adds r9, r9, #1000\n"
        "    adc r10, r10, #0\n"
        "    mcrr p15, 3, r9, r10, c14\n"
        "    mov r0, #1\n"
        "    mov r6, #0\n"
        "    mcr p15, 0, r0, c14, c3, 1\n"
        "2:  cmp r6, #16\n"
        "    bne 2b\n"
        "    mov r0, #6\n"
        "    str r0, [r5]\n"
        "    mov r6, #0\n"
        "2:  wfi\n"
        "    cmp r6, #16\n"
        "    bne 2b\n"
        /* Signals to a native thread above the guest, which waits for the next one. */
        "    mov r0, #7\n"
        "    str r0, [r5]\n"
        "    mov r2, #16\n"
        "2:  mov r0, #3\n"
        "    hvc #3\n"
        "    subs r2, r2, #1\n"
        "    bne 2b\n"
        "    mov r0, #127\n"
        "    str r0, [r5]\n"
        "    b   .\n"
        "guest_code_end:\n"
        "    .text\n"
        "    .thumb\n");
#else
static const uint32_t guest_code[1];
#define guest_code_end (guest_code + 1)
#endif

static void hypercall4(uint32_t number, uint32_t r0, uint32_t r1, uint32_t r2, uint32_t r3)
{
    uint32_t r[THIMBLE_REGISTERS] = {r0, r1, r2, r3};

    thimble_trap(number, 4, 1, r);
}

static void start(void)
{
    uint32_t bits;

    for (uint32_t vm = 2; vm-- > 0;) {
        uint32_t slot = SERVER_VCPU + vm;
        for (uint32_t i = 0; guest_code + i < guest_code_end; i++) {
            thimble_write32(SERVED_AT(vm) + 4U * i, guest_code[i]);
        }
        hypercall4(THIMBLE_VCPU_START, slot, RAM_AT, vm, 0);
        hypercall4(THIMBLE_VCPU_BIND, slot, SERVER_NOTE + vm, SIGNAL_LINE, 0x80);
        hypercall4(THIMBLE_VCPU_BIND, slot, THIMBLE_NO_SLOT, TIMER_LINE, 0x80);
    }
    for (;;) {
        (void)thimble_wait(SERVER_NATIVE, THIMBLE_NEVER, &bits);
    }
}

/* Devices that are nothing: as little as a VMM can do. */
PROGRAM(server)
{
    struct message m;

    if (argument == STARTS) {
        start();
        return;
    }
    (void)thimble_first(&m);
    for (;;) {
        if (m.word[1] == 0 && m.word[0] == THIMBLE_EXIT_MMIO) {
            mark(m.word[4]);
        }
        m.word[0] = THIMBLE_FAULT_SKIP;
        m.tag = THIMBLE_TAG(0, 2);
        (void)thimble_reply_recv(&m);
    }
}

#define RAM(vm, place, rights)                                                             \
    {.name = "ram" #vm, .at = {place}, .size = RAM_SIZE, .access = (rights), .shared = "ram" #vm}
#define VM(number, its_priority, other)                                                    \
    {.name = "vm" #number, .vm = true,                                                     \
     .threads = (const struct system_thread[]){                                            \
         {.name = "vcpu", .priority = (its_priority), .fault_handler = VM_SERVER}, {0}},   \
     .caps = (const struct system_cap[]){                                                  \
         {.slot = VM_SERVER, .thread = "server.main", .rights = THIMBLE_RIGHT_CALL},       \
         {.slot = VM_OTHER, .notification = "to" other, .rights = THIMBLE_RIGHT_SIGNAL,    \
          .badge = 1},                                                                     \
         {.slot = VM_NATIVE, .notification = "native", .rights = THIMBLE_RIGHT_SIGNAL,     \
          .badge = 1}, {0}},                                                               \
     .regions = (const struct system_region[]){                                            \
         RAM(number, RAM_AT, ACCESS_READ | ACCESS_WRITE | ACCESS_EXECUTE),                 \
         {.name = "gicc", .at = {GICC_AT}, .device = "gicv",                               \
          .access = ACCESS_READ | ACCESS_WRITE, .memory = MEMORY_DEVICE}, {0}}}

const struct system thimble_system = {
    .name = "guest",
    .notifications = (const struct system_notification[]){
        {.name = "to0"}, {.name = "to1"}, {.name = "native"}, {0}},
    .cells = (const struct system_cell[]){
        {.name = "server", .program = "server", .memory = 16 * KIB,
         .threads = (const struct system_thread[]){
             {.name = "main", .passive = true, .level = 6},
             {.name = "starter", .priority = 30, .argument = STARTS}, {0}},
         .caps = (const struct system_cap[]){
             {.slot = SERVER_VCPU, .thread = "vm0.vcpu", .rights = THIMBLE_RIGHT_CONTROL},
             {.slot = SERVER_VCPU + 1, .thread = "vm1.vcpu", .rights = THIMBLE_RIGHT_CONTROL},
             {.slot = SERVER_NOTE, .notification = "to0", .rights = THIMBLE_RIGHT_WAIT},
             {.slot = SERVER_NOTE + 1, .notification = "to1", .rights = THIMBLE_RIGHT_WAIT},
             {.slot = SERVER_NATIVE, .notification = "native", .rights = THIMBLE_RIGHT_WAIT}, {0}},
         .regions = (const struct system_region[]){
             RAM(0, SERVED_AT(0), ACCESS_READ | ACCESS_WRITE),
             RAM(1, SERVED_AT(1), ACCESS_READ | ACCESS_WRITE), {0}}},
        VM(0, 10, "1"),
        VM(1, 20, "0"),
        {0},
    },
};
