/* SPDX-License-Identifier: BSD-2-Clause */
/* Is the configuration one that the devices can rely on? */
#include "vmm.h"

#define MIB_2 0x200000U
#define SECTOR 512U

static uint32_t is_inside(uint32_t at, uint32_t bytes, uint32_t from, uint32_t size)
{
    return at - from <= size && bytes <= size - (at - from);
}

static const char *check_memory(const struct vmm_vm *vm)
{
    if (vm->ram_bytes == 0 || vm->ram_guest % MIB_2 != 0 || vm->ram_bytes > 0U - vm->ram_at ||
        vm->ram_at % 4096U != 0) {
        return "its RAM is misplaced";
    }
    for (uint32_t i = 0; i < VMM_PAYLOADS && vm->payloads[i].bytes != 0; i++) {
        const struct vmm_payload *p = &vm->payloads[i];
        if (!is_inside(p->guest, p->bytes, vm->ram_guest, vm->ram_bytes)) {
            return "a payload is not inside its RAM";
        }
    }
    return (const char *)0;
}

static const char *check_net(const struct vmm_config *config, uint32_t vm, uint32_t index)
{
    const struct vmm_virtio *v = &config->vm[vm].virtios[index];

    if (v->peer_vm >= config->vms) {
        return (const char *)0; /* no cable */
    }
    if (v->peer_virtio >= VMM_VIRTIOS) {
        return "a cable ends nowhere";
    }
    const struct vmm_virtio *peer = &config->vm[v->peer_vm].virtios[v->peer_virtio];
    return peer->kind != VMM_VIRTIO_NET || peer->peer_vm != vm || peer->peer_virtio != index
               ? "a cable has one end only"
               : (const char *)0;
}

static const char *check_virtio(const struct vmm_config *config, uint32_t vm, uint32_t index)
{
    const struct vmm_virtio *v = &config->vm[vm].virtios[index];

    if (v->guest % VIRTIO_BYTES != 0 || v->line < 32U || v->line >= VMM_LINES) {
        return "a virtio device is misplaced";
    }
    switch (v->kind) {
    case VMM_VIRTIO_NET:
        return check_net(config, vm, index);
    case VMM_VIRTIO_BLOCK:
        return v->image_bytes % SECTOR != 0 || v->image_bytes > 0U - v->image_at
                   ? "a disk is misplaced"
                   : (const char *)0;
    case VMM_VIRTIO_CONSOLE:
        return (const char *)0;
    default:
        return "a virtio device is of no known kind";
    }
}

static const char *check_lines(const struct vmm_vm *vm)
{
    if (vm->uart > VMM_UART_PL011 || vm->uart_line >= VMM_LINES || vm->uart_guest % 4096U != 0) {
        return "its UART is misplaced";
    }
    for (uint32_t i = 0; i < VMM_BINDS && vm->binds[i].kind != VMM_BIND_NONE; i++) {
        if (vm->binds[i].line < 16U || vm->binds[i].line >= VMM_LINES || vm->binds[i].slot == 0) {
            return "a bound line is none";
        }
    }
    return (const char *)0;
}

static const char *check_vm(const struct vmm_config *config, uint32_t number)
{
    const struct vmm_vm *vm = &config->vm[number];
    const char *wrong = vm->name[VMM_NAME - 1U] != '\0' ? "its name is too long" : check_memory(vm);

    for (uint32_t i = 0; wrong == 0 && i < VMM_VIRTIOS && vm->virtios[i].kind != VMM_VIRTIO_NONE;
         i++) {
        wrong = check_virtio(config, number, i);
    }
    return wrong != 0 ? wrong : check_lines(vm);
}

const char *vmm_config_check(const struct vmm_config *config)
{
    const char *wrong = (const char *)0;

    if (config->magic != VMM_CONFIG_MAGIC || config->version != VMM_CONFIG_VERSION ||
        config->bytes != sizeof(*config)) {
        return "this is no configuration of this version";
    }
    if (config->vms == 0 || config->vms > VMM_VMS || config->console > VMM_CONSOLE_DRIVER ||
        config->ticks_per_ms == 0) {
        return "a number is out of range";
    }
    for (uint32_t i = 0; wrong == 0 && i < config->vms; i++) {
        wrong = check_vm(config, i);
    }
    return wrong;
}
