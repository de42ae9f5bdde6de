/* SPDX-License-Identifier: BSD-2-Clause */
/* The VMM's rig: see vmm_rig.h. It is used by the fuzzer too, without Criterion. */
#include "vmm_rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "../../user/vmm/port.h"
#include "serial_call.h"
#include "uart_port.h"

#define SPACE (1ULL << 32)

struct lab lab;
static uint8_t *space;

static void require(bool holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "vmm rig: %s\n", what);
        abort();
    }
}

/* ---- memory ---------------------------------------------------------------------------- */

static void map(uint32_t at, uint32_t bytes, int protection)
{
    require(mprotect(space + at, (bytes + 4095U) & ~4095U, protection) == 0, "mprotect");
}

static void space_make(uint32_t vms)
{
    if (space == NULL) {
        void *memory =
            mmap(NULL, SPACE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        require(memory != MAP_FAILED, "mmap");
        space = memory;
        map(RIG_PAYLOAD_AT, RIG_PAYLOAD_BYTES, PROT_READ | PROT_WRITE);
        for (uint32_t i = 0; i < RIG_PAYLOAD_BYTES; i++) {
            space[RIG_PAYLOAD_AT + i] = (uint8_t)(i * 7U + i / 256U);
        }
        map(RIG_PAYLOAD_AT, RIG_PAYLOAD_BYTES, PROT_READ);
        map(RIG_STATE_AT, VMM_STATE_BYTES, PROT_READ | PROT_WRITE);
        map(RIG_DISK_AT, RIG_DISK_BYTES, PROT_READ | PROT_WRITE);
        map(RIG_LARGE_AT, RIG_LARGE_BYTES, PROT_READ | PROT_WRITE);
    }
    memset(space + RIG_DISK_AT, 0, RIG_DISK_BYTES);
    memset(space + RIG_STATE_AT, 0, VMM_STATE_BYTES);
    for (uint32_t i = 0; i < vms; i++) {
        map(RIG_RAM_AT(i), RIG_RAM_BYTES, PROT_READ | PROT_WRITE);
        require(madvise(space + RIG_RAM_AT(i), RIG_RAM_BYTES, MADV_DONTNEED) == 0, "madvise");
    }
}

uint8_t *port_memory(uint32_t at)
{
    return space + at;
}

uint8_t *rig_ram(uint32_t vm, uint32_t guest)
{
    require(guest - RIG_RAM_GUEST < RIG_RAM_BYTES, "not in a guest's RAM");
    return space + RIG_RAM_AT(vm) + (guest - RIG_RAM_GUEST);
}

/* ---- the hypervisor -------------------------------------------------------------------- */

static struct rig_vcpu *vcpu_of(uint32_t slot)
{
    require(slot % 32U == RIG_SLOT_VCPU && slot / 32U < VMM_VMS, "this slot is no vCPU's");
    return &lab.vcpu[slot / 32U];
}

/* Whoever is being served would stop, and with it the service thread, which is on its time. */
static struct rig_vcpu *vcpu_control(uint32_t slot)
{
    struct rig_vcpu *v = vcpu_of(slot);

    require(lab.exiting != slot / 32U + 1U, "a VM is stopped or started in its own exit");
    return v;
}

uint32_t port_vcpu_start(uint32_t vcpu, uint32_t pc, const uint32_t *r)
{
    struct rig_vcpu *v = vcpu_control(vcpu);

    if (lab.start_status != THIMBLE_OK) {
        return lab.start_status;
    }
    if (v->runs || v->loads) {
        return THIMBLE_ERR_BUSY;
    }
    if (pc == VMM_LOADER_AT) {
        v->loads = true;
        return THIMBLE_OK;
    }
    *v = (struct rig_vcpu){.runs = true, .starts = v->starts + 1U, .pc = pc};
    memcpy(v->r, r, sizeof(v->r));
    return THIMBLE_OK;
}

uint32_t port_vcpu_inject(uint32_t vcpu, uint32_t line, uint32_t how)
{
    struct rig_vcpu *v = vcpu_of(vcpu);

    require(line < VMM_LINES, "this line is none");
    require((how & ~0x17ffU) == 0, "an injection of no kind");
    require((how & PORT_END) == 0 || (how & PORT_HIGH) == 0, "an end of a line that is raised");
    v->injected[line] = how;
    v->injections[line]++;
    if ((how & PORT_HIGH) == 0) {
        v->pending &= ~(1ULL << line);
        v->high &= ~(1ULL << line);
        v->active &= (how & PORT_END) != 0 ? ~(1ULL << line) : ~0ULL;
    } else {
        v->pending |= 1ULL << line;
        v->high |= (how & PORT_LEVEL) != 0 ? 1ULL << line : 0;
    }
    return lab.inject_status;
}

uint32_t port_vcpu_ask(uint32_t vcpu, uint32_t *lines)
{
    const struct rig_vcpu *v = vcpu_of(vcpu);

    lines[0] = (uint32_t)v->pending;
    lines[1] = (uint32_t)(v->pending >> 32);
    lines[2] = (uint32_t)v->active;
    lines[3] = (uint32_t)(v->active >> 32);
    return lab.inject_status;
}

bool rig_take(uint32_t vm, uint32_t line)
{
    struct rig_vcpu *v = &lab.vcpu[vm];
    uint64_t bit = 1ULL << line;
    bool is_taken = (v->pending & ~v->active & bit) != 0;

    if (is_taken) {
        v->pending &= ~bit;
        v->active |= bit;
    }
    return is_taken;
}

void rig_end(uint32_t vm, uint32_t line)
{
    struct rig_vcpu *v = &lab.vcpu[vm];
    uint64_t bit = 1ULL << line;

    v->pending |= v->high & v->active & bit;
    v->active &= ~bit;
}

uint32_t port_vcpu_bind(uint32_t vcpu, uint32_t object, uint32_t line, uint32_t how)
{
    struct rig_vcpu *v = vcpu_of(vcpu);

    require(line < VMM_LINES, "this line is none");
    require(object != THIMBLE_NO_SLOT || line == VMM_TIMER_LINE, "only the timer has no slot");
    v->bound[line] = how == PORT_UNBIND ? 0 : how | 1U << 31;
    v->bound_slot[line] = object;
    return lab.bind_status;
}

uint32_t port_vcpu_stop(uint32_t vcpu)
{
    struct rig_vcpu *v = vcpu_control(vcpu);

    v->runs = false;
    v->loads = false;
    return THIMBLE_OK;
}

uint32_t port_cache(uint32_t region, uint32_t offset, uint32_t bytes, uint32_t operation)
{
    require(region % 32U == RIG_SLOT_RAM, "this slot is no RAM's");
    require(offset <= RIG_RAM_BYTES && bytes <= RIG_RAM_BYTES - offset, "not in the RAM's region");
    require(operation != THIMBLE_CACHE_CLEAN || !lab.vcpu[region / 32U].runs,
            "a VM is loaded while it runs");
    require(bytes <= LOADER_CLEAN, "a step of so many bytes");
    lab.cache_calls++;
    lab.cache_bytes += bytes;
    lab.cache_operation = operation;
    return lab.cache_status;
}

uint32_t port_signal(uint32_t slot)
{
    require(slot == RIG_SLOT_WORK, "this slot is not for signals");
    lab.bits |= VMM_EVENT_WORK;
    lab.signals++;
    return THIMBLE_OK;
}

uint32_t port_irq_ack(uint32_t irq)
{
    require(irq == RIG_SLOT_CONSOLE_IRQ, "this slot is no irq's");
    lab.irq_acks++;
    return THIMBLE_OK;
}

uint32_t port_irq_bind(uint32_t irq, uint32_t notification)
{
    require(irq == RIG_SLOT_CONSOLE_IRQ && notification == RIG_SLOT_CONSOLE_SIGNAL, "irq_bind");
    lab.irq_binds++;
    return THIMBLE_OK;
}

/* ---- UART and driver ------------------------------------------------------------------- */

static void text_add(uint32_t c)
{
    lab.shown++;
    if (lab.text_bytes < RIG_TEXT - 1U) {
        lab.text[lab.text_bytes++] = (char)c;
        lab.text[lab.text_bytes] = '\0';
    }
}

void port_uart_start(uint32_t base, uint32_t events)
{
    lab.uart_starts++;
    port_uart_events(base, events);
}

void port_uart_events(uint32_t base, uint32_t events)
{
    require(base == RIG_UART, "the UART is elsewhere");
    lab.uart_events = events;
}

int port_uart_send(uint32_t base, uint32_t *room, uint32_t c)
{
    (void)room;
    require(base == RIG_UART, "the UART is elsewhere");
    if (lab.room == 0) {
        return 0;
    }
    lab.room--;
    text_add(c);
    return 1;
}

int port_uart_receive(uint32_t base)
{
    require(base == RIG_UART, "the UART is elsewhere");
    return lab.read < lab.typed ? lab.input[lab.read++] : -1;
}

void port_uart_acknowledge(uint32_t base)
{
    lab.uart_acks++;
    require(base == RIG_UART, "the UART is elsewhere");
}

static void driver_write(struct message *m)
{
    uint32_t taken = 0;

    require(m->word[0] >= 1U && m->word[0] <= SERIAL_MOST, "a write of so many characters");
    for (; taken < m->word[0] && lab.room != 0; taken++, lab.room--) {
        text_add(serial_get(m->word, taken));
    }
    *m = (struct message){.tag = THIMBLE_TAG(SERIAL_DONE, 1), .word = {taken}};
}

static void driver_read(struct message *m)
{
    *m = (struct message){.tag = THIMBLE_TAG(SERIAL_DONE, THIMBLE_REGISTER_WORDS)};
    while (m->word[0] < SERIAL_MOST && lab.read < lab.typed) {
        serial_put(m->word, m->word[0]++, lab.input[lab.read++]);
    }
}

uint32_t port_call(uint32_t slot, struct message *m)
{
    if (slot == RIG_SLOT_SERVICE) {
        vmm_serve(lab.vmm, VMM_BADGE_EVENTS, m);
        return THIMBLE_OK;
    }
    require(slot == RIG_SLOT_DRIVER, "this slot is not to be called");
    if (lab.dead) {
        return THIMBLE_ERR_DEAD;
    }
    if ((m->tag & THIMBLE_TAG_LABEL) == SERIAL_WRITE) {
        driver_write(m);
    } else {
        driver_read(m);
    }
    return THIMBLE_OK;
}

void rig_type_bytes(const char *text, uint32_t count)
{
    require(count <= RIG_INPUT - lab.typed, "too much is typed");
    memcpy(lab.input + lab.typed, text, count);
    lab.typed += count;
    rig_console();
}

void rig_type(const char *text)
{
    rig_type_bytes(text, (uint32_t)strlen(text));
}

void rig_console(void)
{
    uint32_t rounds = 0;

    rig_events(VMM_EVENT_CONSOLE);
    while ((lab.bits & VMM_EVENT_WORK) != 0) {
        rig_events(0);
        require(++rounds < 100000U, "the events thread never rests");
    }
}

bool rig_shows(const char *text)
{
    return strstr(lab.text, text) != NULL;
}

void rig_text_clear(void)
{
    lab.text_bytes = 0;
    lab.text[0] = '\0';
}

/* ---- configuration ----------------------------------------------------------------------- */

static void prepare_devices(struct vmm_vm *vm, uint32_t number)
{
    vm->virtios[RIG_NET] = (struct vmm_virtio){
        .kind = VMM_VIRTIO_NET, .peer_vm = number ^ 1U, .peer_virtio = RIG_NET,
        .mac = {0x33221102U, 0x5544U + 0x100U * number}};
    vm->virtios[RIG_BLOCK] = (struct vmm_virtio){
        .kind = VMM_VIRTIO_BLOCK, .image_at = RIG_DISK_AT, .image_bytes = RIG_DISK_BYTES};
    vm->virtios[RIG_CONSOLE] = (struct vmm_virtio){.kind = VMM_VIRTIO_CONSOLE};
    for (uint32_t i = 0; i < 3U; i++) {
        vm->virtios[i].guest = RIG_VIRTIO(i);
        vm->virtios[i].line = RIG_VIRTIO_LINE(i);
    }
    vm->binds[0] = (struct vmm_bind){VMM_BIND_IRQ, RIG_SLOT_IRQ + 32U * number, RIG_IRQ_LINE, 0};
    vm->binds[1] = (struct vmm_bind){VMM_BIND_NOTIFICATION, RIG_SLOT_SIGNAL + 32U * number,
                                     RIG_SIGNAL_LINE, 0};
}

static void prepare_vm(struct vmm_vm *vm, uint32_t number)
{
    static const char *const names[VMM_VMS] = {"alpha", "beta", "gamma", "delta"};

    *vm = (struct vmm_vm){
        .flags = VMM_VM_RESTART_RESET | VMM_VM_RESTART_CRASH,
        .vcpu = RIG_SLOT_VCPU + 32U * number, .ram_slot = RIG_SLOT_RAM + 32U * number,
        .ram_at = RIG_RAM_AT(number), .ram_guest = RIG_RAM_GUEST, .ram_bytes = RIG_RAM_BYTES,
        .entry = RIG_RAM_GUEST + 0x8000U, .r = {0, 0xffffffffU, RIG_RAM_GUEST + 0x1000U, 7},
        .uart = VMM_UART_PL011, .uart_guest = RIG_UART, .uart_line = RIG_UART_LINE,
        .restart_ms = 10, .restarts = 2,
        .payloads = {{RIG_PAYLOAD_AT, RIG_PAYLOAD_BYTES, RIG_RAM_GUEST + 0x8000U, 0},
                     {RIG_PAYLOAD_AT + 1U, 100, RIG_RAM_GUEST + 0x1000U, 0}},
    };
    memcpy(vm->name, names[number], strlen(names[number]));
    prepare_devices(vm, number);
}

void rig_prepare(uint32_t vms)
{
    space_make(vms);
    memset(&lab, 0, sizeof(lab));
    lab.room = 0xffffffffU;
    lab.vmm = (struct vmm *)(space + RIG_STATE_AT + VMM_STATE_BYTES - sizeof(struct vmm));
    lab.config = (struct vmm_config){
        .magic = VMM_CONFIG_MAGIC, .version = VMM_CONFIG_VERSION, .bytes = sizeof(lab.config),
        .vms = vms, .ticks_per_ms = 1000, .service = RIG_SLOT_SERVICE, .events = RIG_SLOT_EVENTS,
        .work = RIG_SLOT_WORK, .console = VMM_CONSOLE_UART, .console_at = RIG_UART,
        .console_irq = RIG_SLOT_CONSOLE_IRQ, .console_signal = RIG_SLOT_CONSOLE_SIGNAL,
        .console_driver = RIG_SLOT_DRIVER, .console_escape = 0x14,
    };
    for (uint32_t i = 0; i < vms; i++) {
        prepare_vm(&lab.config.vm[i], i);
    }
    if (vms % 2U != 0) {
        lab.config.vm[vms - 1U].virtios[RIG_NET].peer_vm = VMM_VMS; /* no cable */
    }
}

void rig_begin(void)
{
    const char *wrong = vmm_config_check(&lab.config);

    require(wrong == NULL, wrong == NULL ? "" : wrong);
    rig_restart();
    rig_settle();
}

void rig_restart(void)
{
    vmm_begin(lab.vmm, &lab.config);
    events_begin(&lab.events, &lab.config);
}

void rig_events(uint32_t bits)
{
    bits |= lab.bits;
    lab.bits = 0;
    lab.next = events_step(&lab.events, bits, lab.now);
}

bool rig_load(void)
{
    static const uint32_t fetch[6] = {THIMBLE_FAULT_MEMORY, VMM_LOADER_AT, EXIT_EXECUTE,
                                      VMM_LOADER_AT};
    bool loads = false;

    for (uint32_t i = 0; i < lab.config.vms; i++) {
        if (lab.vcpu[i].loads) {
            uint32_t answer = rig_exit(i, fetch).word[0];
            require(answer == THIMBLE_FAULT_RETRY || answer == THIMBLE_FAULT_STOP,
                    "a step of the loader goes behind it");
            lab.loads++;
            loads = true;
        }
    }
    return loads;
}

void rig_settle(void)
{
    uint32_t rounds = 0;

    do {
        rig_events(0);
        require(++rounds < 100000U, "the events thread never rests");
    } while (rig_load() || lab.bits != 0);
}

/* ---- a guest ----------------------------------------------------------------------------- */

struct message rig_exit(uint32_t vm, const uint32_t *words)
{
    struct message m = {.tag = THIMBLE_TAG(THIMBLE_LABEL_EXIT, THIMBLE_REGISTER_WORDS)};

    memcpy(m.word, words, sizeof(m.word));
    lab.exiting = vm + 1U;
    vmm_serve(lab.vmm, vm, &m);
    lab.exiting = 0;
    if (m.word[0] == THIMBLE_FAULT_STOP) {
        lab.vcpu[vm].runs = false;
        lab.vcpu[vm].loads = false;
        lab.bits |= VMM_EVENT_VM(vm);
    }
    return m;
}

struct message rig_access(uint32_t vm, uint32_t access, uint32_t address, uint32_t bytes,
                          uint32_t value)
{
    const uint32_t words[] = {THIMBLE_EXIT_MMIO, address, access | bytes << EXIT_BYTES_SHIFT,
                              0xc0008000U, value, 0};
    return rig_exit(vm, words);
}

/* Until its work is done. */
static uint32_t access_whole(uint32_t vm, uint32_t access, uint32_t address, uint32_t bytes,
                             uint32_t value)
{
    struct message m;

    lab.steps = 0;
    do {
        m = rig_access(vm, access, address, bytes, value);
        require(++lab.steps < 100000U, "an exit is never done");
    } while (m.word[0] == THIMBLE_FAULT_RETRY);
    require(m.word[0] == THIMBLE_FAULT_SKIP, "an access stops the VM");
    return m.word[1];
}

uint32_t rig_read(uint32_t vm, uint32_t address, uint32_t bytes)
{
    return access_whole(vm, EXIT_READ, address, bytes, 0);
}

void rig_write(uint32_t vm, uint32_t address, uint32_t bytes, uint32_t value)
{
    (void)access_whole(vm, EXIT_WRITE, address, bytes, value);
}

uint32_t rig_read32(uint32_t vm, uint32_t address)
{
    return rig_read(vm, address, 4);
}

void rig_write32(uint32_t vm, uint32_t address, uint32_t value)
{
    rig_write(vm, address, 4, value);
}

/* ---- a guest's virtio driver --------------------------------------------------------------- */

static void ram16(uint32_t vm, uint32_t guest, uint32_t value)
{
    uint16_t half = (uint16_t)value;

    memcpy(rig_ram(vm, guest), &half, sizeof(half));
}

static void ram32(uint32_t vm, uint32_t guest, uint32_t value)
{
    memcpy(rig_ram(vm, guest), &value, sizeof(value));
}

static uint32_t ram_get(uint32_t vm, uint32_t guest, uint32_t bytes)
{
    uint32_t value = 0;

    memcpy(&value, rig_ram(vm, guest), bytes);
    return value;
}

static uint32_t ring_size(uint32_t vm, uint32_t device, uint32_t q)
{
    return lab.vmm->vm[vm].virtios[device].queue[q].size;
}

void rig_virtio_begin(uint32_t vm, uint32_t device, uint32_t features, uint32_t size)
{
    uint32_t base = RIG_VIRTIO(device);

    rig_write32(vm, base + 0x070U, 0);
    rig_write32(vm, base + 0x070U, 3);
    rig_write32(vm, base + 0x024U, 0);
    rig_write32(vm, base + 0x020U, features);
    rig_write32(vm, base + 0x024U, 1);
    rig_write32(vm, base + 0x020U, 1);
    rig_write32(vm, base + 0x070U, 0xb);
    for (uint32_t q = 0; q < 2U; q++) {
        uint32_t ring = RIG_RING(device, q);
        rig_write32(vm, base + 0x030U, q);
        rig_write32(vm, base + 0x038U, size);
        const uint32_t parts[] = {ring, ring + RIG_RING_DRIVER, ring + RIG_RING_DEVICE};
        for (uint32_t i = 0; i < 3U; i++) {
            rig_write32(vm, base + 0x080U + 16U * i, parts[i]);
            rig_write32(vm, base + 0x084U + 16U * i, 0);
        }
        memset(rig_ram(vm, ring), 0, 0x4000);
        rig_write32(vm, base + 0x044U, 1);
    }
    rig_write32(vm, base + 0x070U, 0xf);
}

void rig_descriptor(uint32_t vm, uint32_t device, uint32_t q, uint32_t index, uint32_t address,
                    uint32_t bytes, uint32_t flags, int next)
{
    uint32_t at = RIG_RING(device, q) + 16U * index;

    ram32(vm, at, address);
    ram32(vm, at + 4U, 0);
    ram32(vm, at + 8U, bytes);
    ram16(vm, at + 12U, next < 0 ? flags : flags | 1U);
    ram16(vm, at + 14U, next < 0 ? 0 : (uint32_t)next);
}

void rig_available(uint32_t vm, uint32_t device, uint32_t q, uint32_t head)
{
    uint32_t ring = RIG_RING(device, q) + RIG_RING_DRIVER;
    uint32_t index = ram_get(vm, ring + 2U, 2);

    ram16(vm, ring + 4U + 2U * (index % ring_size(vm, device, q)), head);
    ram16(vm, ring + 2U, index + 1U);
}

void rig_kick(uint32_t vm, uint32_t device, uint32_t q)
{
    rig_write32(vm, RIG_VIRTIO(device) + 0x050U, q);
}

uint32_t rig_kick_step(uint32_t vm, uint32_t device, uint32_t q)
{
    struct message m = rig_access(vm, EXIT_WRITE, RIG_VIRTIO(device) + 0x050U, 4, q);

    require(m.word[0] == THIMBLE_FAULT_SKIP || m.word[0] == THIMBLE_FAULT_RETRY,
            "a doorbell stops the VM");
    return m.word[0];
}

uint32_t rig_used(uint32_t vm, uint32_t device, uint32_t q)
{
    return ram_get(vm, RIG_RING(device, q) + RIG_RING_DEVICE + 2U, 2);
}

static uint32_t used_entry(uint32_t vm, uint32_t device, uint32_t q)
{
    uint32_t index = (rig_used(vm, device, q) - 1U) % ring_size(vm, device, q);

    return RIG_RING(device, q) + RIG_RING_DEVICE + 4U + 8U * index;
}

uint32_t rig_used_head(uint32_t vm, uint32_t device, uint32_t q)
{
    return ram_get(vm, used_entry(vm, device, q), 4);
}

uint32_t rig_used_bytes(uint32_t vm, uint32_t device, uint32_t q)
{
    return ram_get(vm, used_entry(vm, device, q) + 4U, 4);
}
