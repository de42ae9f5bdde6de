/* SPDX-License-Identifier: BSD-2-Clause */
/* The service thread's work: exits and events. See vmm.h. */
#include "vmm.h"

#include "port.h"
#include "psci.h"

#define PAGE 0xfffff000U
#define ACTION_STOP THIMBLE_FAULT_STOP

/* What a guest may find out of its CPU where that traps: a Cortex-A15 (DDI 0438), of one. */
#define REGISTER_MIDR EXIT_REGISTER(15U, 0U, 0U, 0U, 0U)
#define REGISTER_CTR EXIT_REGISTER(15U, 0U, 0U, 0U, 1U)
#define REGISTER_MPIDR EXIT_REGISTER(15U, 0U, 0U, 0U, 5U)
#define MIDR_A15 0x412fc0f1U
#define CTR_A15 0x8444c004U
#define MPIDR_ALONE 0xc0000000U
/* Cache operations by set and way: DCISW, DCCSW, DCCISW. */
#define REGISTER_SET_WAY EXIT_REGISTER(15U, 0U, 7U, 0U, 2U)
#define REGISTER_WITHOUT_CRM 0xffffff0fU
#define REGISTER_CNTP_CTL EXIT_REGISTER(15U, 0U, 14U, 2U, 1U)
#define CNTP_ENABLE 1U
/* A board has as many places for virtio devices, one behind the other. */
#define VIRTIO_PLACES 32U

static void fail(struct vm *vm, const char *why, uint32_t number, uint32_t second)
{
    if (vm->failure == 0) {
        vm->failure = why;
        vm->failure_numbers[0] = number;
        vm->failure_numbers[1] = second;
        vmm_work(vm->vmm); /* it may be another's exit that finds it out */
    }
}

void vm_fail(struct vm *vm, const char *why, uint32_t number)
{
    fail(vm, why, number, 0);
}

/* ---- stop and start -------------------------------------------------------------------- */

static void devices_reset(struct vm *vm)
{
    for (uint32_t i = 0; i < VMM_VIRTIOS && vm->virtios[i].config != 0; i++) {
        virtio_off(&vm->virtios[i]);
    }
    if (vm->config->uart != VMM_UART_NONE) {
        pl011_reset(vm);
    }
    gicd_reset(vm);
    vm->failure = 0;
}

/* Its vCPU does not run any more, or not after this answer. From now on no device touches
 * its memory, which is loaded anew. */
static void stopped(struct vm *vm, uint32_t restarts)
{
    vm->state = restarts ? VM_WAITS : VM_OFF;
    devices_reset(vm);
    vmm_work(vm->vmm);
}

static void crashed(struct vm *vm)
{
    const struct vmm_vm *config = vm->config;
    uint32_t again = (config->flags & VMM_VM_RESTART_CRASH) != 0 &&
                     (vm->restarts < config->restarts || config->restarts == 0xffffffffU);

    vm->state = VM_OFF;
    vm_console_say_numbers(vm, vm->failure, vm->failure_numbers);
    vm->restarts += again;
    stopped(vm, again);
}

/* It is off now, whatever it was, and starts as said. */
static uint32_t vcpu_begin(struct vm *vm, uint32_t pc, const uint32_t *r)
{
    (void)port_vcpu_stop(vm->config->vcpu);
    return port_vcpu_start(vm->config->vcpu, pc, r);
}

static void not_started(struct vm *vm, uint32_t status)
{
    vm->state = VM_OFF;
    vm_console_say_numbers(vm, "cannot be started: error %8", &status);
}

/* Its pause is over. */
static void load(struct vm *vm)
{
    static const uint32_t nothing[4];
    uint32_t bit = 1U << vm->number;

    if (vm->state != VM_WAITS) {
        return;
    }
    loader_begin(&vm->loader, vm->config, vm->vmm->started & bit);
    vm->vmm->started |= bit;
    vm->state = VM_LOADS;
    uint32_t status = vcpu_begin(vm, VMM_LOADER_AT, nothing);
    if (status != THIMBLE_OK) {
        not_started(vm, status);
    }
}

/* An exit of the vCPU that loads. */
static uint32_t load_step(struct vm *vm)
{
    uint32_t status = loader_step(&vm->loader, vm->config);

    if (status != THIMBLE_OK) {
        not_started(vm, status);
        return ACTION_STOP;
    }
    return vm->loader.is_done ? ACTION_STOP : THIMBLE_FAULT_RETRY;
}

/* It is loaded. */
static void enter(struct vm *vm)
{
    devices_reset(vm);
    vm->swept = 0;
    uint32_t status = vcpu_begin(vm, vm->config->entry, vm->config->r);
    if (status != THIMBLE_OK) {
        not_started(vm, status);
        return;
    }
    vm->state = VM_RUNNING;
    if (vm->starts++ != 0) {
        vm_console_say(vm, "started again");
    }
}

void vm_restart(struct vm *vm)
{
    (void)port_vcpu_stop(vm->config->vcpu);
    vm->state = VM_OFF;
    vm_console_say(vm, "is restarted");
    stopped(vm, 1);
}

/* ---- exits ----------------------------------------------------------------------------- */

/* True: there is a device. */
static uint32_t mmio_virtio(struct vm *vm, const struct message *m, uint32_t *value)
{
    uint32_t address = m->word[1];
    uint32_t bytes = m->word[2] >> EXIT_BYTES_SHIFT;

    for (uint32_t i = 0; i < VMM_VIRTIOS && vm->virtios[i].config != 0; i++) {
        uint32_t offset = address - vm->config->virtios[i].guest;
        if (offset >= VIRTIO_BYTES) {
            continue;
        }
        if ((m->word[2] & EXIT_WRITE) != 0) {
            virtio_write(&vm->virtios[i], offset, bytes, m->word[4]);
        } else {
            *value = virtio_read(&vm->virtios[i], offset, bytes);
        }
        return 1;
    }
    return 0;
}

/* Where no device has its page. A guest that looks for virtio devices finds none in the
 * places of a board that are next to those that it has. */
static void mmio_elsewhere(struct vm *vm, const struct message *m, uint32_t *value)
{
    const struct vmm_vm *config = vm->config;
    uint32_t address = m->word[1];
    uint32_t reads_zero =
        (config->flags & VMM_VM_ZEROS) != 0 ||
        (config->virtios[0].kind != VMM_VIRTIO_NONE &&
         address - (config->virtios[0].guest & PAGE) < VIRTIO_PLACES * VIRTIO_BYTES);

    if (!mmio_virtio(vm, m, value) && !reads_zero) {
        vm_fail(vm, "stopped: nothing is at the address that it accesses, %8", address);
    }
}

#define PLAIN "use a plain load or store of one register, without write-back"

/* Hardware does not say what it would do, as with several registers, write-back, exclusives
 * (DDI 0406C B3.13.6, ISV). Of what is not word-aligned, Thumb code, the core has 16 bits. */
static void mmio_refuse(struct vm *vm, uint32_t pc, uint32_t instruction)
{
    if (instruction == 0) {
        vm_fail(vm, "stopped: its instruction at %8 cannot be emulated: " PLAIN, pc);
    } else if ((pc & 2U) != 0) {
        fail(vm, "stopped: its instruction %4 at %8 cannot be emulated: " PLAIN, instruction, pc);
    } else {
        fail(vm, "stopped: its instruction %8 at %8 cannot be emulated: " PLAIN, instruction, pc);
    }
}

static uint32_t mmio(struct vm *vm, struct message *m)
{
    uint32_t address = m->word[1];
    uint32_t bytes = m->word[2] >> EXIT_BYTES_SHIFT;
    uint32_t is_write = m->word[2] & EXIT_WRITE;
    uint32_t value = 0;

    if ((bytes != 4U && bytes != 2U && bytes != 1U) || (m->word[2] & EXIT_EXECUTE) != 0) {
        mmio_refuse(vm, m->word[3], m->word[5]);
    } else if ((address & PAGE) == VMM_GICD) {
        if (is_write) {
            gicd_write(vm, address & ~PAGE, bytes, m->word[4]);
        } else {
            value = gicd_read(vm, address & ~PAGE, bytes);
        }
    } else if ((address & PAGE) == vm->config->uart_guest && vm->config->uart != VMM_UART_NONE) {
        if (is_write) {
            pl011_write(vm, address & ~PAGE, m->word[4]);
        } else {
            value = pl011_read(vm, address & ~PAGE);
        }
    } else {
        mmio_elsewhere(vm, m, &value);
    }
    m->word[1] = bytes < 4U ? value & ((1U << 8U * bytes) - 1U) : value;
    return THIMBLE_FAULT_SKIP;
}

static uint32_t psci(struct vm *vm, struct message *m)
{
    uint32_t after = psci_call(&m->word[1]);

    if (after == PSCI_GO_ON) {
        return THIMBLE_FAULT_SKIP;
    }
    vm->state = VM_OFF;
    vm_console_say(vm, after == PSCI_OFF ? "powered off" : "reset");
    stopped(vm, after == PSCI_RESET && (vm->config->flags & VMM_VM_RESTART_RESET) != 0);
    return ACTION_STOP;
}

/* All of its RAM, in steps: the instruction at `pc` runs again until all is done. Is there
 * another sweep in between, by an interrupt's handler, then both begin anew. */
static uint32_t caches(struct vm *vm, uint32_t pc)
{
    if (vm->sweep_pc != pc) {
        vm->sweep_pc = pc;
        vm->swept = 0;
    }
    uint32_t status = loader_clean(vm->config, &vm->swept);
    if (status != THIMBLE_OK) {
        vm_fail(vm, "stopped: its memory cannot be made coherent: error %8", status);
    }
    if (vm->swept != vm->config->ram_bytes) {
        vm->again = 1;
    } else {
        vm->swept = 0;
    }
    return THIMBLE_FAULT_SKIP;
}

/* What is not here reads as zero and takes no writes; but whoever starts the physical timer
 * would wait for ever. */
static uint32_t register_access(struct vm *vm, struct message *m)
{
    uint32_t which = m->word[1];
    uint32_t value = 0;

    /* A sweep by set and way ends with set 0 of way 0: once for all of it. */
    if ((which & REGISTER_WITHOUT_CRM) == REGISTER_SET_WAY && (m->word[2] & EXIT_WRITE) != 0) {
        return m->word[4] == 0 ? caches(vm, m->word[3]) : THIMBLE_FAULT_SKIP;
    }
    if (which == REGISTER_CNTP_CTL && (m->word[2] & EXIT_WRITE) != 0 &&
        (m->word[4] & CNTP_ENABLE) != 0) {
        vm_fail(vm, "stopped: it starts the physical timer at %8: a VM has the virtual one "
                    "(CNTV, line 27)", m->word[3]);
    }
    if (which == REGISTER_MIDR) {
        value = MIDR_A15;
    } else if (which == REGISTER_CTR) {
        value = CTR_A15;
    } else if (which == REGISTER_MPIDR) {
        value = MPIDR_ALONE;
    }
    m->word[1] = value;
    m->word[2] = 0;
    return THIMBLE_FAULT_SKIP;
}

static uint32_t other_exit(struct vm *vm, struct message *m)
{
    switch (m->word[0]) {
    case THIMBLE_EXIT_HVC:
    case THIMBLE_EXIT_SMC:
        return psci(vm, m);
    case THIMBLE_EXIT_REGISTER:
        return register_access(vm, m);
    case THIMBLE_EXIT_CACHE:
        return caches(vm, m->word[3]);
    case THIMBLE_FAULT_UNDEFINED:
        return THIMBLE_EXIT_UNDEF; /* a coprocessor that it has not */
    case THIMBLE_FAULT_MEMORY:
        if ((m->word[2] & EXIT_EXECUTE) != 0) {
            vm_fail(vm, "stopped: it executes what is not its RAM, at %8", m->word[1]);
        } else {
            fail(vm, "stopped: its translation tables are not in its RAM: %8 at %8", m->word[1],
                 m->word[3]);
        }
        return ACTION_STOP;
    case THIMBLE_FAULT_BUS:
        vm_fail(vm, "stopped: external abort at %8", m->word[1]);
        return ACTION_STOP;
    default:
        vm_fail(vm, "stopped: exit of kind %8", m->word[0]);
        return ACTION_STOP;
    }
}

/* An exit does one small step. Is there more to do, then the guest makes the same exit again:
 * on its own budget, and not before its own interrupts and other VMs' exits. */
static void exit_serve(struct vm *vm, struct message *m)
{
    uint32_t action = ACTION_STOP; /* what is not said to run does not */

    vm->again = 0;
    if (vm->state == VM_LOADS) {
        action = load_step(vm);
    } else if (vm->state == VM_RUNNING) {
        action = m->word[0] == THIMBLE_EXIT_MMIO ? mmio(vm, m) : other_exit(vm, m);
    }
    if (vm->again && action == THIMBLE_FAULT_SKIP) {
        action = THIMBLE_FAULT_RETRY;
    }
    if (vm->failure != 0) {
        crashed(vm);
        action = ACTION_STOP;
    }
    if (action == ACTION_STOP) {
        vm->answered = 1;
    }
    m->tag = THIMBLE_TAG(0, THIMBLE_REGISTER_WORDS);
    m->word[0] = action;
}

/* ---- events ---------------------------------------------------------------------------- */

/* A vCPU's health notification: this thread has stopped it, which may be heard only when it
 * runs again; or there was nobody to call. Then it is made sure of before it is said. */
static void health(struct vm *vm)
{
    if (vm->answered) {
        vm->answered = 0;
    } else if (vm->state == VM_RUNNING || vm->state == VM_LOADS) {
        (void)port_vcpu_stop(vm->config->vcpu);
        vm_fail(vm, "stopped by the hypervisor: nobody took its exit", 0);
        crashed(vm);
    }
}

/* This cell was restarted, perhaps, and the VMs were not. */
static void all_stop(struct vmm *vmm)
{
    for (uint32_t i = 0; i < vmm->config->vms; i++) {
        (void)port_vcpu_stop(vmm->config->vm[i].vcpu);
    }
    vmm->begun = 1;
}

static uint32_t events(struct vmm *vmm, uint32_t bits)
{
    uint32_t waiting = 0;

    vmm->work = 0;
    if (!vmm->begun) {
        all_stop(vmm);
    }
    vm_console_pump(vmm);
    for (uint32_t i = 0; i < vmm->config->vms; i++) {
        struct vm *vm = &vmm->vm[i];
        if ((bits & VMM_EVENT_VM(i)) != 0) {
            health(vm);
        }
        if (vm->failure != 0 && vm->state == VM_RUNNING) {
            (void)port_vcpu_stop(vm->config->vcpu);
            crashed(vm);
        }
        if (vm->state == VM_LOADS && vm->loader.is_done) {
            enter(vm);
        }
        waiting |= (uint32_t)(vm->state == VM_WAITS) << i;
    }
    return waiting;
}

static void own_call(struct vmm *vmm, struct message *m)
{
    uint32_t label = m->tag & THIMBLE_TAG_LABEL;
    uint32_t answer = 0;

    if (label == VMM_DO_EVENTS) {
        answer = events(vmm, m->word[0]);
    } else if (label == VMM_DO_START && m->word[0] < vmm->config->vms) {
        load(&vmm->vm[m->word[0]]);
    }
    *m = (struct message){.tag = THIMBLE_TAG(0, 1), .word = {answer}};
}

void vmm_serve(struct vmm *vmm, uint32_t badge, struct message *m)
{
    vmm->step = VMM_STEP;
    if (badge < vmm->config->vms && (m->tag & THIMBLE_TAG_LABEL) == THIMBLE_LABEL_EXIT) {
        exit_serve(&vmm->vm[badge], m);
    } else if (badge == VMM_BADGE_EVENTS) {
        own_call(vmm, m);
    } else {
        *m = (struct message){.tag = THIMBLE_TAG(0, 1), .word = {ACTION_STOP}};
    }
    if (vmm->work == VMM_WORK) {
        vmm->work = VMM_WORK_TOLD;
        (void)port_signal(vmm->config->work);
    }
}

/* ---- for devices and console --------------------------------------------------------------- */

static struct virtio *input_device(const struct vm *vm)
{
    if ((vm->config->flags & VMM_VM_INPUT_VIRTIO) == 0) {
        return (struct virtio *)0;
    }
    for (uint32_t i = 0; i < VMM_VIRTIOS; i++) {
        if (vm->config->virtios[i].kind == VMM_VIRTIO_CONSOLE) {
            return &vm->vmm->vm[vm->number].virtios[i];
        }
    }
    return (struct virtio *)0;
}

static uint32_t input_room(const struct vm *vm, const struct virtio *d)
{
    return d != 0 ? virtio_console_room(d) : pl011_input_room(vm);
}

/* A VM that does not run, or has no such device, takes everything, and it is lost. What it
 * has no room for is lost, too, and counted: the UART is read on, or no command would be
 * heard any more. */
void vm_input(struct vm *vm, uint32_t c)
{
    struct virtio *d = input_device(vm);

    if (vm->state != VM_RUNNING || (d == 0 && vm->config->uart == VMM_UART_NONE)) {
        return;
    }
    if (input_room(vm, d) == 0) {
        vm->dropped++;
        return;
    }
    if (vm->dropped != 0) {
        vm_console_say_numbers(vm, "had no room for characters typed: %8", &vm->dropped);
        vm->dropped = 0;
    }
    if (d != 0) {
        virtio_console_input(d, c);
    } else {
        pl011_input(vm, c);
    }
}

void vm_output_room(struct vm *vm)
{
    if (vm->state != VM_RUNNING) {
        return;
    }
    if (vm->config->uart != VMM_UART_NONE) {
        pl011_output_room(vm);
    }
}

void vmm_begin(struct vmm *vmm, const struct vmm_config *config)
{
    *vmm = (struct vmm){.config = config, .started = vmm->started};
    for (uint32_t i = 0; i < config->vms; i++) {
        struct vm *vm = &vmm->vm[i];
        vm->config = &config->vm[i];
        vm->vmm = vmm;
        vm->number = i;
        vm->ram = port_memory(vm->config->ram_at);
        for (uint32_t j = 0; j < VMM_VIRTIOS; j++) {
            vm->virtios[j].vm = vm;
            if (vm->config->virtios[j].kind != VMM_VIRTIO_NONE) {
                vm->virtios[j].config = &vm->config->virtios[j];
            }
        }
    }
    vm_console_start(vmm);
    for (uint32_t i = 0; i < config->vms; i++) {
        stopped(&vmm->vm[i], 1);
    }
}
