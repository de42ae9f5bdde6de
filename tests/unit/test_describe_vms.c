/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * VMs in system descriptions: what is generated from a good one, and for every check a
 * test that spoils one thing and expects exactly the lines that name it.
 */
#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "describe.h"
#include "emit.h"
#include "emit_vms.h"
#include "model.h"

#define RW (ACCESS_READ | ACCESS_WRITE)
#define FEW 14U
#define RAM_AT 0x40000000U
#define RAM_SIZE (4U * MIB)
#define UNPACKED 0x00100000U
#define ZEROES 0x00020000U
#define ZIMAGE_SIZE 0x1000U
#define INITRD_SIZE 5000U

/* Two VMs of one VMM; element [FEW - 1] of every array stays zero. */
static struct {
    struct system system;
    struct system_cell cells[FEW];
    struct system_notification notifications[FEW];
    struct system_irq irqs[FEW];
    struct system_thread threads[3][FEW];
    struct system_cap caps[3][FEW];
    struct system_region regions[3][FEW];
    struct system_guest guests[2];
    struct system_guest_device devices[2][FEW];
} f;

static struct described described;
static char folder[32];
static char path[320];

#define LINUX 0U
#define RTOS 1U
#define VMM 2U
/* Indices in the VMM's arrays. */
enum { CAP_LINUX, CAP_LINUX_RAM, CAP_RTOS, CAP_RTOS_RAM, CAP_SERVICE, CAP_EVENTS, CAP_WORK,
       CAP_CONSOLE, CAP_UART, CAP_IRQ, CAP_BELL };
enum { R_CONFIG, R_STATE, R_TREE, R_KERNEL, R_INITRD, R_RAW, R_DISK, R_LINUX_RAM, R_RTOS_RAM,
       R_UART };

static const char *file_path(const char *name)
{
    (void)snprintf(path, sizeof(path), "%s/%s", folder, name);
    return path;
}

static void file_make(const char *name, const void *data, size_t size)
{
    FILE *file = fopen(file_path(name), "wb");

    cr_assert_not_null(file);
    cr_assert_eq(fwrite(data, 1, size, file), size);
    cr_assert_eq(fclose(file), 0);
}

/* As small as a zImage can be that says how large it will be. */
static void zimage_make(u32 unpacked)
{
    static u32 words[ZIMAGE_SIZE / 4U];

    words[0x24 / 4] = 0x016f2818U;
    words[0x34 / 4] = 0x45454545U;
    words[0x38 / 4] = 0x40U;
    words[0x44 / 4] = 0x5a534c4bU;
    words[0x48 / 4] = 0x80U;
    words[0x4c / 4] = ZEROES;
    words[0x80 / 4] = unpacked;
    file_make("zImage", words, sizeof(words));
}

static void vm(u32 cell, const char *name, const char *memory, u32 size)
{
    f.threads[cell][0] =
        (struct system_thread){.name = "vcpu", .priority = 100, .fault_handler = 1, .health = 2};
    f.caps[cell][0] = (struct system_cap){
        .slot = 1, .thread = "vmm.service", .rights = THIMBLE_RIGHT_CALL, .badge = cell};
    f.caps[cell][1] = (struct system_cap){.slot = 2,
                                          .notification = "events",
                                          .rights = THIMBLE_RIGHT_SIGNAL,
                                          .badge = VMM_EVENT_VM(cell)};
    f.regions[cell][0] = (struct system_region){.name = "ram",
                                                .at = {RAM_AT},
                                                .size = size,
                                                .access = RW | ACCESS_EXECUTE,
                                                .shared = memory};
    f.regions[cell][1] = (struct system_region){.name = "gicc",
                                                .at = {0x08010000U},
                                                .access = RW,
                                                .memory = MEMORY_DEVICE,
                                                .device = "gicv"};
    f.guests[cell] = (struct system_guest){.ram = "ram", .devices = f.devices[cell]};
    f.cells[cell] = (struct system_cell){.name = name,
                                         .vm = true,
                                         .guest = &f.guests[cell],
                                         .threads = f.threads[cell],
                                         .caps = f.caps[cell],
                                         .regions = f.regions[cell]};
}

static void linux_vm(void)
{
    vm(LINUX, "linux", "linux-ram", RAM_SIZE);
    f.guests[LINUX].kernel = "kernel";
    f.guests[LINUX].initrd = "initrd";
    f.guests[LINUX].tree = "tree";
    f.guests[LINUX].command_line = "console=ttyAMA0";
    f.guests[LINUX].reset = true;
    f.devices[LINUX][0].kind = GUEST_UART;
    f.devices[LINUX][1] = (struct system_guest_device){.kind = GUEST_VIRTIO_NET, .cable = "cable"};
    f.devices[LINUX][2] =
        (struct system_guest_device){.kind = GUEST_VIRTIO_BLOCK, .region = "disk"};
}

static void rtos_vm(void)
{
    vm(RTOS, "rtos", "rtos-ram", 2U * MIB);
    f.guests[RTOS].kernel = "raw";
    f.guests[RTOS].restarts = 5;
    f.threads[RTOS][0].low_priority = 20;
    f.regions[RTOS][2] = (struct system_region){.name = "rtc",
                                                .at = {0x09010000U},
                                                .access = RW,
                                                .memory = MEMORY_DEVICE,
                                                .device = "rtc"};
    f.devices[RTOS][0] = (struct system_guest_device){.kind = GUEST_VIRTIO_CONSOLE};
    f.devices[RTOS][1] = (struct system_guest_device){.kind = GUEST_VIRTIO_NET, .cable = "cable"};
    f.devices[RTOS][2] = (struct system_guest_device){
        .kind = GUEST_DEVICE, .region = "rtc", .irq = "rtc", .line = 34, .urgent = true};
    f.devices[RTOS][3] =
        (struct system_guest_device){.kind = GUEST_SIGNAL, .notification = "bell", .line = 63};
}

static void vmm_caps(void)
{
    struct system_cap *c = f.caps[VMM];

    c[CAP_LINUX] =
        (struct system_cap){.thread = "linux.vcpu", .rights = THIMBLE_RIGHT_CONTROL};
    c[CAP_LINUX_RAM] = (struct system_cap){.region = "linux-ram", .rights = RW};
    c[CAP_RTOS] = (struct system_cap){.thread = "rtos.vcpu", .rights = THIMBLE_RIGHT_CONTROL};
    c[CAP_RTOS_RAM] = (struct system_cap){.region = "rtos-ram", .rights = RW};
    c[CAP_SERVICE] = (struct system_cap){
        .thread = "vmm.service", .rights = THIMBLE_RIGHT_CALL, .badge = VMM_BADGE_EVENTS};
    c[CAP_EVENTS] = (struct system_cap){.notification = "events", .rights = THIMBLE_RIGHT_WAIT};
    c[CAP_WORK] = (struct system_cap){
        .notification = "events", .rights = THIMBLE_RIGHT_SIGNAL, .badge = VMM_EVENT_WORK};
    c[CAP_CONSOLE] = (struct system_cap){
        .notification = "events", .rights = THIMBLE_RIGHT_SIGNAL, .badge = VMM_EVENT_CONSOLE};
    c[CAP_UART] = (struct system_cap){.irq = "uart", .rights = THIMBLE_RIGHT_HANDLE};
    c[CAP_IRQ] = (struct system_cap){.irq = "rtc", .rights = THIMBLE_RIGHT_HANDLE};
    c[CAP_BELL] = (struct system_cap){.notification = "bell", .rights = THIMBLE_RIGHT_WAIT};
    for (u32 i = 0; i <= CAP_BELL; i++) {
        c[i].slot = (u16)(10U + i);
    }
}

static void vmm(void)
{
    struct system_region *r = f.regions[VMM];

    f.threads[VMM][0] = (struct system_thread){.name = "service", .passive = true, .level = 6};
    f.threads[VMM][1] = (struct system_thread){.name = "events", .priority = 150,
                                                   .budget_us = 200, .period_us = 2000};
    vmm_caps();
    r[R_CONFIG] = (struct system_region){
        .name = "config", .at = {VMM_CONFIG_AT}, .access = ACCESS_READ, .config = true};
    r[R_STATE] = (struct system_region){
        .name = "state", .at = {0x0f020000U}, .size = VMM_STATE_BYTES, .access = RW};
    r[R_TREE] = (struct system_region){
        .name = "tree", .at = {0x0f030000U}, .access = ACCESS_READ, .tree = "linux"};
    r[R_KERNEL] = (struct system_region){
        .name = "kernel", .at = {0x20000000U}, .access = ACCESS_READ, .file = "zImage"};
    r[R_INITRD] = (struct system_region){
        .name = "initrd", .at = {0x21000000U}, .access = ACCESS_READ, .file = "initrd"};
    r[R_RAW] = (struct system_region){
        .name = "raw", .at = {0x22000000U}, .access = ACCESS_READ, .file = "raw"};
    r[R_DISK] = (struct system_region){
        .name = "disk", .at = {0x23000000U}, .size = 64U * KIB, .access = RW};
    r[R_LINUX_RAM] = (struct system_region){
        .name = "linux-ram", .at = {RAM_AT}, .size = RAM_SIZE, .access = RW, .shared = "linux-ram"};
    r[R_RTOS_RAM] = (struct system_region){
        .name = "rtos-ram", .at = {0x48000000U}, .size = 2U * MIB, .access = RW,
        .shared = "rtos-ram"};
    r[R_UART] = (struct system_region){
        .name = "uart", .at = {0x0f010000U}, .access = RW, .memory = MEMORY_DEVICE,
        .device = "uart0"};
    f.cells[VMM] = (struct system_cell){.name = "vmm",
                                        .program = "vmm",
                                        .memory = 64 * KIB,
                                        .threads = f.threads[VMM],
                                        .caps = f.caps[VMM],
                                        .regions = f.regions[VMM]};
}

static void set_up(void)
{
    static const u8 zeroes[INITRD_SIZE];

    (void)snprintf(folder, sizeof(folder), "/tmp/thimble-guests-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    zimage_make(UNPACKED);
    file_make("initrd", zeroes, sizeof(zeroes));
    file_make("raw", zeroes, 100);
    file_make("empty", zeroes, 0);
    describe_files(folder);
    memset(&f, 0, sizeof(f));
    f.system = (struct system){.name = "test",
                               .cells = f.cells,
                               .notifications = f.notifications,
                               .irqs = f.irqs};
    f.notifications[0].name = "events";
    f.notifications[1].name = "bell";
    f.irqs[0] = (struct system_irq){.name = "rtc", .device = "rtc"};
    f.irqs[1] = (struct system_irq){.name = "uart", .device = "uart0"};
    linux_vm();
    rtos_vm();
    vmm();
}

static void tear_down(void)
{
    struct dirent **entries;
    int count = scandir(folder, &entries, NULL, alphasort);

    for (int i = 0; i < count; i++) {
        (void)unlink(file_path(entries[i]->d_name));
        free(entries[i]);
    }
    free(entries);
    (void)rmdir(folder);
    describe_free(&described);
}

TestSuite(describe_vms, .init = set_up, .fini = tear_down);

/* Compiles the fixture; what was reported must be exactly `report`. */
static bool compile(const char *report)
{
    char *text = NULL;
    size_t size = 0;
    FILE *errors = open_memstream(&text, &size);

    cr_assert_not_null(errors);
    describe_free(&described); /* of a fixture that was accepted before */
    bool good = describe_compile(&f.system, board_find("virt"), &described, errors);
    (void)fclose(errors);
    cr_expect_str_eq(text, report);
    free(text);
    return good;
}

#define ERROR(text) "error: system \"test\": " text "\n"
#define REFUSED(text) cr_expect_not(compile(ERROR(text)))
#define ACCEPTED() cr_assert(compile(""))

#define ONE_CELL                                                                      \
    "a device has one cell, and so have a VMM's state and configuration; other memory " \
    "is shared by the same .shared"
#define ONE_USE "give each its own; several may have a disk that is .read_only for all"
#define ONE_WAITER "who waits for it takes all its bits: give each its own"
#define IN_LINUX "cells[0] \"linux\": "
#define IN_RTOS "cells[1] \"rtos\": "
#define IN_VMM "cells[2] \"vmm\": "

/* ---- what is generated -------------------------------------------------------*/

Test(describe_vms, good_system_is_silent)
{
    ACCEPTED();
    cr_expect_eq(described.boot.threads[0].vcpu, 1);
    cr_expect_eq(described.boot.threads[1].vcpu, 2);
    cr_expect_eq(described.boot.threads[2].vcpu, 0);
    cr_expect_eq(described.boot.threads[0].stack.raw, 0);
    cr_expect_eq(described.boot.cells[LINUX].image_size, 0);
    cr_expect_eq(described.boot.cells[LINUX].image.raw, 0);
    cr_expect_str_eq(described.boot.regions[0].name, "ram");
}

Test(describe_vms, low_priority_is_the_priority_if_left_out)
{
    ACCEPTED();
    cr_expect_eq(described.boot.scs[0].urgency[1].priority, 100);
    cr_expect_eq(described.boot.scs[1].urgency[1].priority, 20);
}

/* Contents stand first, in one piece, so that an image can hold them. */
Test(describe_vms, contents_come_before_other_memory)
{
    u32 loaded_end = 0;
    u32 others = UINT32_MAX;

    ACCEPTED();
    for (u32 i = 0; i < described.boot.region_count; i++) {
        const struct boot_region *r = &described.boot.regions[i];
        if (r->loaded) {
            u32 end = r->map.pa.raw + r->map.size;
            loaded_end = end > loaded_end ? end : loaded_end;
        } else if (r->map.memory != MEMORY_DEVICE && r->map.pa.raw < others) {
            others = r->map.pa.raw;
        }
    }
    cr_expect_geq(others, loaded_end);
    cr_expect_gt(loaded_end, board_find("virt")->ram.raw);
}

Test(describe_vms, several_vms_map_the_gicv)
{
    ACCEPTED();
    cr_expect_eq(described.boot.regions[1].map.pa.raw, 0x08040000U);
    cr_expect_eq(described.boot.regions[1].map.size, 2U * PAGE_SIZE);
    cr_expect_eq(described.boot.regions[3].map.pa.raw, 0x08040000U);
}

static void config_of(struct vmm_config *config)
{
    struct model m;

    ACCEPTED();
    cr_assert(model_make(&m, &f.system, board_find("virt"), stderr));
    emit_config(&m, VMM, config);
    model_free(&m);
}

Test(describe_vms, configuration_names_slots_and_places)
{
    static struct vmm_config c;

    config_of(&c);
    cr_expect_eq(c.magic, VMM_CONFIG_MAGIC);
    cr_expect_eq(c.bytes, sizeof(c));
    cr_expect_eq(c.vms, 2);
    cr_expect_eq(c.state_at, 0x0f020000U);
    cr_expect_eq(c.service, 10 + CAP_SERVICE);
    cr_expect_eq(c.events, 10 + CAP_EVENTS);
    cr_expect_eq(c.work, 10 + CAP_WORK);
    cr_expect_eq(c.console, VMM_CONSOLE_UART);
    cr_expect_eq(c.console_at, 0x0f010000U);
    cr_expect_eq(c.console_signal, 10 + CAP_CONSOLE);
    cr_expect_eq(c.console_irq, 10 + CAP_UART);
    cr_expect_str_eq(c.vm[LINUX].name, "linux");
    cr_expect_eq(c.vm[LINUX].vcpu, 10 + CAP_LINUX);
    cr_expect_eq(c.vm[LINUX].ram_slot, 10 + CAP_LINUX_RAM);
    cr_expect_eq(c.vm[LINUX].ram_guest, RAM_AT);
    cr_expect_eq(c.vm[LINUX].ram_bytes, RAM_SIZE);
    cr_expect_eq(c.vm[RTOS].ram_at, 0x48000000U);
    cr_expect_eq(c.vm[LINUX].flags, VMM_VM_RESTART_RESET);
    cr_expect_eq(c.vm[RTOS].flags, VMM_VM_RESTART_CRASH);
    cr_expect_eq(c.vm[RTOS].restarts, 5);
}

Test(describe_vms, configuration_lays_a_guest_out)
{
    static struct vmm_config c;
    u32 tree = RAM_AT + RAM_SIZE - 16U * KIB;

    config_of(&c);
    const struct vmm_vm *l = &c.vm[LINUX];
    cr_expect_eq(l->entry, RAM_AT + 0x8000U);
    cr_expect_eq(l->r[0], 0);
    cr_expect_eq(l->r[1], UINT32_MAX);
    cr_expect_eq(l->r[2], tree);
    cr_expect_eq(l->payloads[0].at, 0x20000000U);
    cr_expect_eq(l->payloads[0].bytes, ZIMAGE_SIZE);
    cr_expect_eq(l->payloads[0].guest, RAM_AT + 0x8000U);
    cr_expect_eq(l->payloads[1].bytes, INITRD_SIZE);
    cr_expect_eq(l->payloads[1].guest, tree - 2U * PAGE_SIZE);
    cr_expect_eq(l->payloads[2].guest, tree);
    cr_expect_eq(l->payloads[3].bytes, 0);
    cr_expect_eq(c.vm[RTOS].payloads[0].bytes, 100);
    cr_expect_eq(c.vm[RTOS].payloads[1].bytes, 0);
}

Test(describe_vms, configuration_has_the_devices)
{
    static struct vmm_config c;

    config_of(&c);
    cr_expect_eq(c.vm[LINUX].uart, VMM_UART_PL011);
    cr_expect_eq(c.vm[RTOS].uart, VMM_UART_NONE);
    const struct vmm_virtio *v = c.vm[LINUX].virtios;
    cr_expect_eq(v[0].kind, VMM_VIRTIO_NET);
    cr_expect_eq(v[0].guest, 0x0a000000U);
    cr_expect_eq(v[0].line, 48);
    cr_expect_eq(v[0].peer_vm, RTOS);
    cr_expect_eq(v[0].peer_virtio, 1);
    cr_expect_eq(v[1].kind, VMM_VIRTIO_BLOCK);
    cr_expect_eq(v[1].line, 49);
    cr_expect_eq(v[1].image_at, 0x23000000U);
    cr_expect_eq(v[1].image_bytes, 64U * KIB);
    v = c.vm[RTOS].virtios;
    cr_expect_eq(v[1].peer_vm, LINUX);
    cr_expect_eq(v[1].peer_virtio, 0);
    cr_expect_neq(v[1].mac[1], c.vm[LINUX].virtios[0].mac[1]);
    const struct vmm_bind *b = c.vm[RTOS].binds;
    cr_expect_eq(b[0].kind, VMM_BIND_IRQ);
    cr_expect_eq(b[0].slot, 10 + CAP_IRQ);
    cr_expect_eq(b[0].line, 34);
    cr_expect_eq(b[1].kind, VMM_BIND_NOTIFICATION);
    cr_expect_eq(b[1].slot, 10 + CAP_BELL);
    cr_expect_eq(b[1].line, 63);
    cr_expect_eq(c.vm[RTOS].urgent[1], 1U << 2);
}

/* Wherever in its list the other end is. */
Test(describe_vms, configuration_finds_the_last_device)
{
    static struct vmm_config c;

    f.devices[RTOS][4] = f.devices[RTOS][1];
    f.devices[RTOS][1] = (struct system_guest_device){.kind = GUEST_VIRTIO_CONSOLE};
    config_of(&c);
    cr_expect_eq(c.vm[LINUX].virtios[0].peer_vm, RTOS);
    cr_expect_eq(c.vm[LINUX].virtios[0].peer_virtio, 2);
    cr_expect_eq(c.vm[RTOS].virtios[2].peer_vm, LINUX);
    cr_expect_eq(c.vm[RTOS].virtios[2].peer_virtio, 0);
}

static char *tree_of(u32 guest)
{
    struct model m;
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);

    cr_assert_not_null(file);
    cr_assert(model_make(&m, &f.system, board_find("virt"), stderr));
    emit_tree(&m, &m.guests[guest], file);
    model_free(&m);
    (void)fclose(file);
    return text;
}

#define expect_part(text, part) \
    cr_expect(strstr((text), (part)) != NULL, "no \"%s\" in: %s", (part), (text))

#define TREE_HEAD \
    "/dts-v1/;\n" \
    "/ {\n" \
    "    #address-cells = <1>;\n" \
    "    #size-cells = <1>;\n" \
    "    interrupt-parent = <&gic>;\n" \
    "    compatible = \"thimble,vm\", \"linux,dummy-virt\";\n"
#define TREE_MACHINE \
    "    cpus {\n" \
    "        #address-cells = <1>;\n" \
    "        #size-cells = <0>;\n" \
    "        cpu@0 {\n" \
    "            device_type = \"cpu\";\n" \
    "            compatible = \"arm,cortex-a15\";\n" \
    "            reg = <0>;\n" \
    "            enable-method = \"psci\";\n" \
    "        };\n" \
    "    };\n" \
    "    psci {\n" \
    "        compatible = \"arm,psci-1.0\", \"arm,psci-0.2\";\n" \
    "        method = \"hvc\";\n" \
    "    };\n" \
    "    gic: interrupt-controller@8000000 {\n" \
    "        compatible = \"arm,cortex-a15-gic\";\n" \
    "        #interrupt-cells = <3>;\n" \
    "        interrupt-controller;\n" \
    "        reg = <0x8000000 0x1000>, <0x8010000 0x2000>;\n" \
    "    };\n" \
    "    timer {\n" \
    "        compatible = \"arm,armv7-timer\";\n" \
    "        interrupts = <1 13 0x104>, <1 14 0x104>, <1 11 0x104>, <1 10 0x104>;\n" \
    "    };\n"
#define TREE_VIRTIO \
    "    virtio@a000000 {\n" \
    "        compatible = \"virtio,mmio\";\n" \
    "        reg = <0xa000000 0x200>;\n" \
    "        interrupts = <0 16 1>;\n" \
    "    };\n" \
    "    virtio@a000200 {\n" \
    "        compatible = \"virtio,mmio\";\n" \
    "        reg = <0xa000200 0x200>;\n" \
    "        interrupts = <0 17 1>;\n" \
    "    };\n"
static const char linux_tree[] =
    TREE_HEAD
    "    model = \"Thimble VM linux\";\n"
    "    chosen {\n"
    "        bootargs = \"console=ttyAMA0\";\n"
    "        stdout-path = \"/uart@9000000\";\n"
    "        linux,initrd-start = <0x403fa000>;\n"
    "        linux,initrd-end = <0x403fb388>;\n"
    "    };\n"
    "    memory@40000000 {\n"
    "        device_type = \"memory\";\n"
    "        reg = <0x40000000 0x400000>;\n"
    "    };\n"
    TREE_MACHINE
    "    uart@9000000 {\n"
    "        compatible = \"arm,sbsa-uart\", \"arm,pl011\";\n"
    "        reg = <0x9000000 0x1000>;\n"
    "        current-speed = <115200>;\n"
    "        interrupts = <0 1 4>;\n"
    "    };\n"
    TREE_VIRTIO
    "};\n";

static const char rtos_tree[] =
    TREE_HEAD
    "    model = \"Thimble VM rtos\";\n"
    "    chosen {\n"
    "    };\n"
    "    memory@40000000 {\n"
    "        device_type = \"memory\";\n"
    "        reg = <0x40000000 0x200000>;\n"
    "    };\n"
    TREE_MACHINE
    TREE_VIRTIO
    "    rtc@9010000 {\n"
    "        compatible = \"arm,pl031\";\n"
    "        reg = <0x9010000 0x1000>;\n"
    "        interrupts = <0 2 4>;\n"
    "    };\n"
    "    signal-63 {\n"
    "        compatible = \"thimble,signal\";\n"
    "        thimble,line = <63>;\n"
    "        interrupts = <0 31 1>;\n"
    "    };\n"
    "};\n";

Test(describe_vms, device_trees_to_the_letter)
{
    f.devices[RTOS][2].compatible = "arm,pl031";
    char *text = tree_of(LINUX);
    cr_expect_str_eq(text, linux_tree);
    free(text);
    text = tree_of(RTOS);
    cr_expect_str_eq(text, rtos_tree);
    free(text);
}

Test(describe_vms, device_tree_says_what_is_there)
{
    char *text = tree_of(LINUX);

    expect_part(text, "bootargs = \"console=ttyAMA0\";");
    expect_part(text, "linux,initrd-start = <0x403fa000>;");
    expect_part(text, "linux,initrd-end = <0x403fb388>;");
    expect_part(text, "reg = <0x40000000 0x400000>;");
    expect_part(text, "reg = <0x8000000 0x1000>, <0x8010000 0x2000>;");
    expect_part(text, "uart@9000000 {");
    expect_part(text, "virtio@a000200 {");
    expect_part(text, "interrupts = <0 17 1>;");
    free(text);
}

Test(describe_vms, device_tree_has_what_is_passed_through)
{
    f.devices[RTOS][2].compatible = "arm,pl031";
    char *text = tree_of(RTOS);

    expect_part(text, "rtc@9010000 {");
    expect_part(text, "compatible = \"arm,pl031\";");
    expect_part(text, "interrupts = <0 2 4>;");
    expect_part(text, "compatible = \"thimble,signal\";");
    expect_part(text, "interrupts = <0 31 1>;");
    cr_expect_null(strstr(text, "uart@"));
    cr_expect_null(strstr(text, "initrd"));
    free(text);
}

/* Memory and an answer to a signal, beside the line. */
static void bell_with_memory(void)
{
    f.regions[RTOS][3] = (struct system_region){
        .name = "desk", .at = {0x0b000000U}, .size = PAGE_SIZE, .access = RW, .shared = "desk"};
    f.regions[VMM][R_UART + 1] = f.regions[RTOS][3];
    f.notifications[2].name = "call";
    f.caps[RTOS][2] = (struct system_cap){
        .slot = 7, .notification = "call", .rights = THIMBLE_RIGHT_SIGNAL, .badge = 1};
    f.caps[VMM][CAP_BELL + 1] = (struct system_cap){
        .slot = 40, .notification = "call", .rights = THIMBLE_RIGHT_WAIT};
    f.devices[RTOS][3].region = "desk";
    f.devices[RTOS][3].answer = "call";
    f.devices[RTOS][3].urgent = true;
}

Test(describe_vms, device_tree_has_what_goes_with_a_signal)
{
    bell_with_memory();
    char *text = tree_of(RTOS);

    expect_part(text, "signal@b000000 {\n        reg = <0xb000000 0x1000>;\n");
    expect_part(text, "thimble,line = <63>;\n        thimble,answer = <7>;\n"
                      "        thimble,urgent;\n        interrupts = <0 31 1>;\n");
    free(text);
    ACCEPTED();
}

Test(describe_vms, kernel_may_run_where_it_is)
{
    static struct vmm_config c;

    f.regions[RTOS][3] = (struct system_region){
        .name = "flash", .access = ACCESS_READ | ACCESS_EXECUTE, .file = "raw"};
    f.guests[RTOS].kernel = "flash";
    config_of(&c);
    cr_expect_eq(c.vm[RTOS].entry, 0);
    cr_expect_eq(c.vm[RTOS].payloads[0].bytes, 0);
}

/* In what is expected @ is the folder of the files. */
static void with_folder(const char *expected, char *text, size_t size)
{
    for (; *expected != '\0'; expected++) {
        int length = snprintf(text, size, *expected == '@' ? folder : "%c", *expected);
        cr_assert_lt((size_t)length, size);
        text += length;
        size -= (size_t)length;
    }
}

static void expect_text(const char *text, const char *expected)
{
    char whole[4096] = "";

    with_folder(expected, whole, sizeof(whole));
    cr_expect_str_eq(text, whole);
}

static const char printed_guests[] =
    "virtual machines (addresses are the guests')\n"
    "  linux: VM 0 of vmm, priority 100\n"
    "    an exit waits at most 60 us for a step of another VM\n"
    "    or of vmm.events, priority 150: at most 200 us in 2000 us\n"
    "    0x40000000-0x403fffff  RAM\n"
    "    0x40008000-0x40008fff  kernel   @/zImage\n"
    "    0x403fa000-0x403fb387  initrd   @/initrd\n"
    "    0x403fc000-0x403fffff  tree     generated\n"
    "    command line \"console=ttyAMA0\"\n"
    "    0x09000000  line 33  PL011\n"
    "    0x0a000000  line 48  virtio network cable\n"
    "    0x0a000200  line 49  virtio block disk\n"
    "  rtos: VM 1 of vmm, priority 100, low priority 20\n"
    "    an exit waits at most 60 us for a step of another VM\n"
    "    or of vmm.events, priority 150: at most 200 us in 2000 us\n"
    "    0x40000000-0x401fffff  RAM\n"
    "    0x40008000-0x40008063  kernel   @/raw\n"
    "    0x0a000000  line 48  virtio console\n"
    "    0x0a000200  line 49  virtio network cable\n"
    "    0x09010000  line 34  passed through rtc (urgent)\n"
    "    -           line 63  signal bell\n"
    "levels of lines (15;";

Test(describe_vms, print_shows_guests)
{
    char whole[4096] = "";
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);

    cr_assert_not_null(file);
    ACCEPTED();
    describe_print(&f.system, &described, file);
    (void)fclose(file);
    with_folder(printed_guests, whole, sizeof(whole));
    expect_part(text, whole);
    free(text);
}

/* ---- what is written for an image ---------------------------------------------*/

static void image_emit(void)
{
    ACCEPTED();
    cr_assert(emit_image(&f.system, &described, folder, 1));
}

/* To be freed. */
static char *emitted(const char *name)
{
    char *text = NULL;
    size_t size = 0;
    FILE *copy = open_memstream(&text, &size);
    FILE *file = fopen(file_path(name), "rb");
    int c;

    cr_assert(file != NULL && copy != NULL, "%s", path);
    while ((c = getc(file)) != EOF) {
        (void)putc(c, copy);
    }
    (void)fclose(file);
    (void)fclose(copy);
    return text;
}

static void expect_emitted(const char *name, const char *expected)
{
    char *text = emitted(name);

    expect_text(text, expected);
    free(text);
}

Test(describe_vms, image_has_files_for_guests_and_their_vmm)
{
    struct dirent **entries;
    char names[512] = "";

    image_emit();
    int count = scandir(folder, &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        (void)snprintf(names + strlen(names), sizeof(names) - strlen(names), "%s ",
                       entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    cr_expect_str_eq(names, ". .. binaries.S cells.mk contents.S empty initrd limits_config.h "
                            "linux.dts linux.native.S raw tables.c vmm.c vmm.config vmm.ld "
                            "zImage ");
}

static const char contents[] =
    "    .section .contents, \"a\"\ncontents:\n"
    "    .org 0x0\n    .incbin \"@/vmm.config\"\n"
    "    .org 0x1000\n    .incbin \"@/linux.dtb\"\n"
    "    .org 0x5000\n    .incbin \"@/empty\" /* af63df4c8601f1a5 */\n"
    "    .org 0x6000\n    .incbin \"@/initrd\" /* 85944171f73967e8 */\n"
    "    .org 0x7000\n    .incbin \"@/raw\" /* af63dc4c8601ec8c */\n"
    "    .org 0x8000\n    .word ARM_IMAGE_ID\n";

/* Where the regions are, by the table that the core has. The sums of such contents are known
 * (FNV-1a, 64 bits): a file that changes is put in anew. */
Test(describe_vms, image_has_the_contents)
{
    f.guests[LINUX].kernel = "raw";
    f.regions[VMM][R_KERNEL].file = "empty";
    f.regions[VMM][R_KERNEL].size = PAGE_SIZE;
    file_make("initrd", "foobar", 6);
    file_make("raw", "a", 1);
    file_make("empty", "b", 1);
    image_emit();
    expect_emitted("contents.S", contents);
}

/* What make has to watch, to the last region. */
Test(describe_vms, image_is_made_of_files)
{
    f.regions[VMM][R_UART + 1] = (struct system_region){
        .name = "more", .at = {0x24000000U}, .access = ACCESS_READ, .file = "raw"};
    image_emit();
    char *text = emitted("cells.mk");
    char whole[1024] = "";
    with_folder("CELLS := vmm\nPROGRAM_vmm := vmm\n"
                "CONTENTS := @/linux.dtb @/zImage @/initrd @/raw @/raw\n"
                "CONTENTS_AT := 0x40400000\nCONTENTS_OBJECT := contents\n"
                "GUESTS_HERE := linux rtos\n", whole, sizeof(whole));
    expect_part(text, whole);
    free(text);
}

Test(describe_vms, image_has_trees_and_configuration)
{
    static struct vmm_config written;
    static struct vmm_config config;

    image_emit();
    char *tree = tree_of(LINUX);
    char *text = emitted("linux.dts");
    cr_expect_str_eq(text, tree);
    free(text);
    free(tree);
    FILE *file = fopen(file_path("vmm.config"), "rb");
    cr_assert_not_null(file);
    cr_expect_eq(fread(&written, 1, sizeof(written), file), sizeof(written));
    cr_expect_eq(getc(file), EOF);
    (void)fclose(file);
    config_of(&config);
    cr_expect_eq(memcmp(&written, &config, sizeof(config)), 0);
}

/* As the VMM would start it, but on the machine itself. */
static const char alone[] =
    "    .syntax unified\n"
    "    .arch armv7-a\n"
    "    .arm\n"
    "    .section .at_0x40000000, \"ax\", %progbits\n"
    "    .global _start\n"
    "_start:\n"
    "    mov r0, #0\n"
    "    mvn r1, #0\n"
    "    ldr r2, =0x403fc000\n"
    "    ldr pc, =0x40008000\n"
    "    .ltorg\n"
    "    .section .at_0x40008000, \"a\", %progbits\n"
    "    .incbin \"@/zImage\"\n"
    "    .section .at_0x403fa000, \"a\", %progbits\n"
    "    .incbin \"@/initrd\"\n"
    "    .section .at_0x403fc000, \"a\", %progbits\n"
    "    .incbin \"@/linux.dtb\"\n";

Test(describe_vms, image_has_a_guest_alone)
{
    image_emit();
    expect_emitted("linux.native.S", alone);
}

static u32 files_open(void)
{
    u32 count = 0;

    for (int fd = 0; fd < 1024; fd++) {
        count += fcntl(fd, F_GETFD) >= 0;
    }
    return count;
}

Test(describe_vms, no_file_stays_open)
{
    u32 before = files_open();

    image_emit();
    cr_expect_eq(files_open(), before);
}

/* A VM without .guest is served by a handler that knows what it does. */
Test(describe_vms, vm_without_guest_needs_no_vmm)
{
    f.cells[RTOS].guest = NULL;
    f.devices[LINUX][1] = (struct system_guest_device){.kind = GUEST_VIRTIO_CONSOLE};
    ACCEPTED();
    cr_expect_eq(described.boot.threads[1].vcpu, 2);
}

/* ---- VM cells ------------------------------------------------------------------*/

Test(describe_vms, vm_has_no_program)
{
    f.cells[RTOS].program = "rtos";
    REFUSED(IN_RTOS "program: \"rtos\": a VM runs its guest");
}

Test(describe_vms, vm_has_no_image)
{
    f.cells[RTOS].memory = 0x1000;
    f.cells[RTOS].stats = true;
    cr_expect_not(compile(ERROR(IN_RTOS "memory: 0x1000: a VM has no image, only regions")
                              ERROR(IN_RTOS "stats: a VM has no image to have them in")));
}

Test(describe_vms, vm_has_one_thread)
{
    f.threads[RTOS][1] = f.threads[RTOS][0];
    f.threads[RTOS][1].name = "second";
    cr_expect_not(compile(ERROR(IN_RTOS "threads: 2: a VM has one, its vCPU") ERROR(
        IN_RTOS "threads[1] \"second\": fault_handler: cells[2] \"vmm\" has no capability to "
                "control this vCPU: it could not start it")));
}

Test(describe_vms, guest_is_for_vms)
{
    f.cells[VMM].guest = &f.guests[0];
    REFUSED(IN_VMM "guest: this cell is no VM: .vm is missing");
}

Test(describe_vms, vcpu_is_active_and_bare)
{
    f.threads[RTOS][0].buffer = true;
    f.threads[RTOS][0].argument = 7;
    cr_expect_not(compile(
        ERROR(IN_RTOS "threads[0] \"vcpu\": buffer: a vCPU has no message buffer") ERROR(
            IN_RTOS "threads[0] \"vcpu\": argument: 0x7: vcpu_start says what a guest gets")));
}

Test(describe_vms, low_priority_is_below)
{
    f.threads[RTOS][0].low_priority = 101;
    REFUSED(IN_RTOS "threads[0] \"vcpu\": low_priority: 101 is above its priority of 100");
}

Test(describe_vms, low_priority_may_be_the_same)
{
    f.threads[RTOS][0].low_priority = 100;
    ACCEPTED();
}

Test(describe_vms, low_priority_is_for_vcpus)
{
    f.threads[VMM][1].low_priority = 1;
    REFUSED(IN_VMM "threads[1] \"events\": low_priority: 1: only vCPUs have one");
}

Test(describe_vms, vcpu_needs_a_handler)
{
    f.cells[RTOS].guest = NULL;
    f.devices[LINUX][1] = (struct system_guest_device){.kind = GUEST_VIRTIO_CONSOLE};
    f.threads[RTOS][0].fault_handler = 0;
    REFUSED(IN_RTOS
            "threads[0] \"vcpu\": fault_handler: none: nobody would answer the vCPU's exits");
}

Test(describe_vms, spinning_guest_must_not_stop_its_vmm)
{
    f.threads[RTOS][0].priority = 150;
    REFUSED(IN_RTOS "threads[0] \"vcpu\": priority: 150, without a budget, is not below 150 of "
                    "\"vmm.events\": a guest that spins could not be stopped");
}

Test(describe_vms, limited_guest_may_stand_above_its_vmm)
{
    f.threads[RTOS][0].priority = 200;
    f.threads[RTOS][0].budget_us = 100;
    f.threads[RTOS][0].period_us = 1000;
    ACCEPTED();
}

Test(describe_vms, a_vmm_has_a_budget_or_is_below_all)
{
    f.threads[VMM][1].budget_us = 0;
    f.threads[VMM][1].period_us = 0;
    REFUSED(IN_VMM "threads[1] \"events\": budget_us: none: its VMs, and whoever types, could make "
                   "it hold up \"linux.vcpu\", which is not more urgent (100)");
    /* Below all: the VMs are above it then, and so they are limited. */
    for (uint32_t i = 0; i < 2U; i++) {
        f.threads[i == 0 ? LINUX : RTOS][0].budget_us = 100;
        f.threads[i == 0 ? LINUX : RTOS][0].period_us = 1000;
    }
    f.threads[VMM][1].priority = 19;
    ACCEPTED();
    f.threads[VMM][1].priority = 20; /* what the other may go down to */
    REFUSED(IN_VMM "threads[1] \"events\": budget_us: none: its VMs, and whoever types, could make "
                   "it hold up \"rtos.vcpu\", which is not more urgent (20)");
}

/* Every other cell counts, up to the last of all. */
Test(describe_vms, a_vmm_without_a_budget_holds_up_no_native_cell)
{
    static const struct system_thread threads[] = {{.name = "main", .priority = 10}, {0}};

    for (u32 i = LINUX; i <= RTOS; i++) {
        f.threads[i][0].budget_us = 100;
        f.threads[i][0].period_us = 1000;
    }
    f.threads[VMM][1].budget_us = 0;
    f.threads[VMM][1].period_us = 0;
    f.threads[VMM][1].priority = 19;
    f.cells[VMM + 1] = (struct system_cell){
        .name = "other", .program = "other", .memory = 64 * KIB, .threads = threads};
    REFUSED(IN_VMM "threads[1] \"events\": budget_us: none: its VMs, and whoever types, could make "
                   "it hold up \"other.main\", which is not more urgent (10)");
}

Test(describe_vms, gicv_is_for_vms)
{
    f.regions[VMM][R_UART].device = "gicv";
    REFUSED(IN_VMM "regions[9] \"uart\": device: \"gicv\" is for VMs only");
}

Test(describe_vms, device_has_one_owner_among_vms_too)
{
    f.regions[LINUX][2] = f.regions[RTOS][2];
    REFUSED(IN_RTOS "regions[2] \"rtc\": device: 0x9010000 to 0x9010fff is memory of " IN_LINUX
                    "regions[2] \"rtc\" already: " ONE_CELL);
}

/* ---- contents -------------------------------------------------------------------*/

Test(describe_vms, file_must_be_there)
{
    f.regions[VMM][R_DISK].file = "nosuch";
    REFUSED(IN_VMM "regions[6] \"disk\": file: \"nosuch\": no such file among the guests (`make "
                   "guests` fetches them)");
}

Test(describe_vms, file_must_fit)
{
    f.regions[VMM][R_INITRD].size = PAGE_SIZE;
    char report[256];
    (void)snprintf(report, sizeof(report),
                   ERROR(IN_VMM "regions[4] \"initrd\": size: 0x1000 is too small: %s/initrd has "
                                "0x1388 bytes"),
                   folder);
    cr_expect_not(compile(report));
}

Test(describe_vms, contents_are_of_one_kind)
{
    f.regions[VMM][R_TREE].file = "raw";
    REFUSED(IN_VMM "regions[2] \"tree\": file, tree, config: 2 given: a region has contents of "
                   "one kind");
}

Test(describe_vms, tree_is_of_a_guest)
{
    f.regions[VMM][R_TREE].tree = "lunix";
    cr_expect_not(compile(
        ERROR(IN_LINUX "guest.tree: \"tree\" holds that of \"lunix\"") ERROR(
            IN_VMM "regions[2] \"tree\": tree: \"lunix\": there is no VM of that name with a "
                   "guest")));
}

Test(describe_vms, configuration_has_its_place)
{
    f.regions[VMM][R_CONFIG].at.raw = 0x0e000000U;
    REFUSED(IN_VMM "regions[0] \"config\": at: 0xe000000, but VMMs look for it at 0x10020000");
}

Test(describe_vms, contents_are_said_by_the_first_of_shared_regions)
{
    f.regions[VMM][R_DISK].file = "raw";
    f.regions[VMM][R_DISK].shared = "disk";
    f.regions[LINUX][2] = (struct system_region){
        .name = "disk", .at = {0x50000000U}, .size = 64U * KIB, .access = RW, .shared = "disk"};
    REFUSED(IN_VMM "regions[6] \"disk\": shared: \"disk\": its first region says what it holds, in "
                   "cells[0] \"linux\"");
}

/* ---- guests ----------------------------------------------------------------------*/

Test(describe_vms, guest_needs_ram)
{
    f.guests[RTOS].ram = "rom";
    REFUSED(IN_RTOS "guest.ram: \"rom\": this cell has no such region");
}

Test(describe_vms, ram_is_in_blocks)
{
    f.regions[RTOS][0].at.raw = RAM_AT + 0x1000U;
    REFUSED(IN_RTOS "guest.ram: \"ram\": 0x200000 bytes at 0x40001000: not in units of 2 MiB");
}

Test(describe_vms, ram_is_executable)
{
    f.regions[RTOS][0].access = RW;
    REFUSED(IN_RTOS "guest.ram: \"ram\": RAM is mapped, normal memory, to be read, written and "
                    "executed");
}

Test(describe_vms, vmm_shares_the_ram)
{
    f.regions[VMM][R_RTOS_RAM].access = ACCESS_READ;
    f.caps[VMM][CAP_RTOS_RAM].rights = ACCESS_READ;
    REFUSED(IN_RTOS
            "guest.ram: \"ram\": the VMM, cells[2] \"vmm\", does not share it for writing");
}

Test(describe_vms, vmm_maintains_the_ram)
{
    f.caps[VMM][CAP_RTOS_RAM] =
        (struct system_cap){.slot = 11 + CAP_BELL, .region = "disk", .rights = RW};
    REFUSED(IN_RTOS "guest.ram: \"ram\": the VMM, cells[2] \"vmm\", has no capability to its "
                    "region: it could not maintain caches");
}

Test(describe_vms, guest_needs_the_gicv)
{
    f.regions[RTOS][1] = f.regions[RTOS][2];
    f.regions[RTOS][2] = (struct system_region){0};
    REFUSED(IN_RTOS
            "regions: none is of device \"gicv\", by which the guest takes its interrupts");
}

Test(describe_vms, gicv_is_where_the_tree_says)
{
    f.regions[RTOS][1].at.raw = 0x08020000U;
    REFUSED(IN_RTOS "regions: \"gicc\" is at 0x8020000, but guests are told 0x8010000");
}

Test(describe_vms, kernel_must_be_known)
{
    f.guests[LINUX].kernel = "kernal";
    REFUSED(IN_LINUX "guest.kernel: \"kernal\": the VMM's cell has no such region");
}

Test(describe_vms, kernel_has_contents)
{
    f.guests[LINUX].kernel = "disk";
    f.devices[LINUX][2].kind = GUEST_VIRTIO_CONSOLE;
    REFUSED(IN_LINUX "guest.kernel: \"disk\": that region has no .file");
}

Test(describe_vms, kernel_is_needed)
{
    f.guests[RTOS].kernel = NULL;
    REFUSED(IN_RTOS "guest.kernel: missing");
}

Test(describe_vms, command_line_needs_a_tree)
{
    f.guests[RTOS].command_line = "x";
    REFUSED(IN_RTOS "guest.tree: missing: initrd and command line are told by it");
}

Test(describe_vms, command_line_is_printable)
{
    f.guests[LINUX].command_line = "a\"b";
    REFUSED(IN_LINUX "guest.command_line: character 0x22: printable ones only, without \" and \\");
}

Test(describe_vms, first_character_that_is_wrong_is_named)
{
    f.guests[LINUX].command_line = "a\tb\"c";
    REFUSED(IN_LINUX "guest.command_line: character 0x9: printable ones only, without \" and \\");
}

Test(describe_vms, unpacked_kernel_must_fit)
{
    zimage_make(0x003a0000U);
    REFUSED(IN_LINUX "guest.kernel: \"kernel\": 0x401000 bytes do not fit into 4096 KiB of RAM");
}

Test(describe_vms, unpacked_kernel_ends_before_the_initrd)
{
    zimage_make(0x00391000U);
    ACCEPTED();
    zimage_make(0x00392000U);
    REFUSED(IN_LINUX "guest.kernel: 0x403fa000 to 0x403fafff is the initrd of cells[0] \"linux\" "
                     "already: it needs more RAM, or another .load");
}

Test(describe_vms, initrd_must_fit)
{
    static u8 big[RAM_SIZE];

    file_make("initrd", big, sizeof(big));
    REFUSED(IN_LINUX "guest.initrd: \"initrd\": 0x400000 bytes do not fit into 4096 KiB of RAM");
}

Test(describe_vms, nothing_hides_emulated_devices)
{
    f.regions[LINUX][2] = (struct system_region){
        .name = "page", .at = {0x09000000U}, .size = PAGE_SIZE, .access = RW};
    REFUSED(IN_LINUX "regions[2] \"page\": at: 0x9000000 to 0x9000fff is the UART of cells[0] "
                     "\"linux\" already: move one");
}

Test(describe_vms, nothing_hides_the_distributor)
{
    f.regions[RTOS][2].at.raw = 0x08000000U;
    REFUSED(IN_RTOS "regions[2] \"rtc\": at: 0x8000000 to 0x8000fff is the interrupt distributor "
                    "of cells[1] \"rtos\" already: move one");
}

/* ---- devices ----------------------------------------------------------------------*/

Test(describe_vms, lines_end_at_63)
{
    f.devices[RTOS][3].line = 64;
    REFUSED(IN_RTOS "guest.devices[3].line: 64: a guest's devices have lines 32 to 63");
}

/* What no guest has cannot be given twice either. */
Test(describe_vms, line_64_is_nobodys)
{
    f.devices[RTOS][2].line = 64;
    f.devices[RTOS][3].line = 64;
    cr_expect_not(compile(
        ERROR(IN_RTOS "guest.devices[2].line: 64: a guest's devices have lines 32 to 63")
            ERROR(IN_RTOS "guest.devices[3].line: 64: a guest's devices have lines 32 to 63")));
}

Test(describe_vms, lines_are_one_device_s)
{
    f.devices[RTOS][3].line = 49;
    REFUSED(IN_RTOS "guest.devices[3].line: 49 is the line of " IN_RTOS "guest.devices[1].line "
                    "already: a line has one device, and a guest one UART");
}

Test(describe_vms, signal_may_be_answered)
{
    bell_with_memory();
    f.caps[RTOS][2].rights = THIMBLE_RIGHT_WAIT;
    f.notifications[2].shared = true;
    f.caps[VMM][CAP_BELL + 1].rights = THIMBLE_RIGHT_WAIT | THIMBLE_RIGHT_SIGNAL;
    f.caps[VMM][CAP_BELL + 1].badge = 1;
    REFUSED(IN_RTOS "guest.devices[3].answer: \"call\": the VM may signal no such notification");
}

Test(describe_vms, signal_goes_with_memory_of_the_vm)
{
    bell_with_memory();
    f.devices[RTOS][3].region = "disk";
    REFUSED(IN_RTOS "guest.devices[3].region: \"disk\": the VM has no such region");
}

Test(describe_vms, signal_goes_with_cached_memory)
{
    bell_with_memory();
    f.regions[RTOS][3].memory = MEMORY_UNCACHED;
    f.regions[VMM][R_UART + 1].memory = MEMORY_UNCACHED;
    REFUSED(IN_RTOS "guest.devices[3].region: \"desk\" is not mapped as normal memory");
}

Test(describe_vms, one_uart)
{
    f.devices[LINUX][3].kind = GUEST_UART;
    REFUSED(IN_LINUX "guest.devices[3].line: 33 is the line of " IN_LINUX "guest.devices[0].line "
                     "already: a line has one device, and a guest one UART");
}

Test(describe_vms, cable_has_two_ends)
{
    f.devices[RTOS][1].cable = "other";
    cr_expect_not(
        compile(ERROR(IN_LINUX "guest.devices[1].cable: \"cable\": 1 ends, and a cable has 2")
                    ERROR(IN_RTOS
                          "guest.devices[1].cable: \"other\": 1 ends, and a cable has 2")));
}

Test(describe_vms, disk_is_the_vmm_s)
{
    f.devices[LINUX][2].region = "disc";
    REFUSED(IN_LINUX "guest.devices[2].region: \"disc\": the VMM's cell has no such region");
}

/* Without a VMM there is no cell to look for it in. */
Test(describe_vms, disk_of_a_guest_without_a_vmm)
{
    f.devices[LINUX][1] = (struct system_guest_device){.kind = GUEST_VIRTIO_CONSOLE};
    f.threads[RTOS][0].fault_handler = 0;
    f.devices[RTOS][0] =
        (struct system_guest_device){.kind = GUEST_VIRTIO_BLOCK, .region = "disk"};
    f.devices[RTOS][1] = (struct system_guest_device){.kind = GUEST_NOTHING};
    cr_expect_not(compile(
        ERROR(IN_RTOS "guest.devices[0].region: \"disk\": the VMM's cell has no such region")
            ERROR(IN_RTOS "threads[0] \"vcpu\": fault_handler: none: nobody would answer the "
                          "vCPU's exits")));
}

Test(describe_vms, disk_that_cannot_be_written_says_so)
{
    f.regions[VMM][R_DISK].access = ACCESS_READ;
    REFUSED(IN_LINUX
            "guest.devices[2].read_only: missing: the VMM cannot write to \"disk\"");
}

Test(describe_vms, device_is_a_region_of_the_vm)
{
    f.devices[RTOS][2].region = "ram";
    REFUSED(IN_RTOS "guest.devices[2].region: \"ram\": the VM has no such region of a device");
}

Test(describe_vms, device_s_line_is_the_vmm_s)
{
    f.devices[RTOS][2].irq = "bus";
    REFUSED(IN_RTOS "guest.devices[2].irq: \"bus\": the VMM's cell may handle no such line");
}

Test(describe_vms, device_s_line_is_handled_by_the_vmm)
{
    f.irqs[2] = (struct system_irq){.name = "bus", .line = 40};
    f.devices[RTOS][2].irq = "bus";
    cr_expect_not(compile(
        "warning: system \"test\": irqs[2] \"bus\": no cell has a capability to it: it stays "
        "masked\n"
        ERROR(IN_RTOS "guest.devices[2].irq: \"bus\": the VMM's cell may handle no such line")));
}

Test(describe_vms, signal_is_waited_for)
{
    f.devices[RTOS][3].notification = "events";
    f.caps[VMM][CAP_EVENTS].notification = "bell";
    cr_expect_not(compile(
        "warning: system \"test\": notifications[0] \"events\": signalled, but no cell has the "
        "right to wait for it\n" ERROR(
            IN_LINUX "threads[0] \"vcpu\": health: the VMM, cells[2] \"vmm\", would not hear of "
                     "its "
                     "end") ERROR(IN_RTOS "guest.devices[3].notification: \"events\": the VMM's "
                                          "cell may wait for no such notification")
            ERROR(IN_RTOS "threads[0] \"vcpu\": health: the VMM, cells[2] \"vmm\", would not hear "
                          "of its end")
                ERROR(IN_RTOS "guest.devices[3].notification: \"events\" is the VMM's own, "
                              "cells[2] \"vmm\" already: " ONE_WAITER)));
}

Test(describe_vms, virtio_devices_are_few)
{
    for (u32 i = 3; i < 8; i++) {
        f.devices[LINUX][i].kind = GUEST_VIRTIO_CONSOLE;
    }
    REFUSED(IN_LINUX "guest.devices: 7 of virtio: the VMM has room for 4");
}

Test(describe_vms, kinds_are_known)
{
    f.devices[LINUX][3] = (struct system_guest_device){.kind = 99, .line = 40};
    REFUSED(IN_LINUX "guest.devices[3].kind: 99: no such kind");
}

/* ---- VMMs ---------------------------------------------------------------------------*/

Test(describe_vms, vms_have_numbers_of_their_own)
{
    f.caps[RTOS][0].badge = 0;
    f.caps[RTOS][1].badge = VMM_EVENT_VM(0);
    REFUSED(IN_RTOS "caps[0] (slot 1): badge: 0 is the badge of " IN_LINUX "caps[0] (slot 1) "
                    "already: choose another");
}

Test(describe_vms, numbers_have_no_gaps)
{
    f.caps[RTOS][0].badge = 2;
    f.caps[RTOS][1].badge = VMM_EVENT_VM(2);
    REFUSED(IN_RTOS "caps[0] (slot 1): badge: 2: the VMM's 2 VMs have numbers from 0 on");
}

Test(describe_vms, end_is_heard_by_number)
{
    f.caps[RTOS][1].badge = VMM_EVENT_VM(2);
    REFUSED(IN_RTOS "threads[0] \"vcpu\": health: VM 1 of its VMM signals with badge 0x2");
}

Test(describe_vms, vmm_needs_configuration_and_state)
{
    f.regions[VMM][R_CONFIG].config = false;
    f.regions[VMM][R_CONFIG].size = PAGE_SIZE;
    f.regions[VMM][R_STATE].name = "stat";
    cr_expect_not(compile(
        ERROR(IN_VMM "regions: none is .config: a VMM finds its VMs there") ERROR(
            IN_VMM "regions: none is \"state\", 0x8000 bytes to be written, for the VMM's own "
                   "use")));
}

Test(describe_vms, vmm_calls_itself)
{
    f.caps[VMM][CAP_SERVICE].badge = 1;
    REFUSED(IN_VMM "caps: none calls its own \"service\" with badge 0x100: a VMM's events go "
                   "there");
}

Test(describe_vms, vmm_wakes_itself)
{
    f.caps[VMM][CAP_WORK].badge = 1;
    REFUSED(IN_VMM "caps: none signals the VMs' health notification with badge 0x20000: the VMM "
                   "wakes itself");
}

Test(describe_vms, vmm_starts_its_vms)
{
    f.caps[VMM][CAP_RTOS].thread = "linux.vcpu";
    REFUSED(IN_RTOS "threads[0] \"vcpu\": fault_handler: cells[2] \"vmm\" has no capability to "
                    "control this vCPU: it could not start it");
}

/* ---- nothing is given twice ------------------------------------------------------*/

static void disk_of_linux(const char *region, bool read_only)
{
    f.devices[LINUX][2].region = region;
    f.devices[LINUX][2].read_only = read_only;
}

#define DISK_OF_LINUX IN_LINUX "guest.devices[2].region"
#define DISK DISK_OF_LINUX ": "

Test(describe_vms, disk_is_not_the_vmms_state)
{
    disk_of_linux("state", false);
    REFUSED(DISK "\"state\" is the VMM's own, " IN_VMM "regions[1] \"state\" already: " ONE_USE);
}

Test(describe_vms, disk_is_not_the_configuration)
{
    disk_of_linux("config", true);
    REFUSED(DISK "\"config\" is the VMM's own, " IN_VMM "regions[0] \"config\" already: " ONE_USE);
}

Test(describe_vms, disk_is_not_the_console)
{
    disk_of_linux("uart", false);
    REFUSED(DISK "\"uart\" is the VMM's console, " IN_VMM "regions[9] \"uart\" already: " ONE_USE);
}

Test(describe_vms, disk_is_not_ram_of_its_own)
{
    disk_of_linux("linux-ram", true);
    REFUSED(DISK "\"linux-ram\" is the RAM of cells[0] \"linux\" already: " ONE_USE);
}

Test(describe_vms, disk_is_not_ram_of_another)
{
    disk_of_linux("rtos-ram", false);
    REFUSED(DISK "\"rtos-ram\" is the RAM of cells[1] \"rtos\" already: " ONE_USE);
}

Test(describe_vms, disk_is_not_a_device_tree)
{
    disk_of_linux("tree", true);
    REFUSED(DISK "\"tree\" is the device tree of cells[0] \"linux\" already: " ONE_USE);
}

/* A kernel is only read, and so is such a disk. */
Test(describe_vms, disk_may_be_a_file_to_read)
{
    disk_of_linux("kernel", true);
    ACCEPTED();
}

static void second_disk(u32 vm, u32 device, bool read_only)
{
    f.devices[vm][device] = (struct system_guest_device){
        .kind = GUEST_VIRTIO_BLOCK, .region = "disk", .read_only = read_only};
}

Test(describe_vms, disk_belongs_to_one_vm)
{
    second_disk(RTOS, 4, false);
    REFUSED(IN_RTOS "guest.devices[4].region: \"disk\" is the disk of " DISK_OF_LINUX " already: "
                    ONE_USE);
}

Test(describe_vms, disk_is_one_disk)
{
    second_disk(LINUX, 3, true);
    REFUSED(IN_LINUX "guest.devices[3].region: \"disk\" is the disk of " DISK_OF_LINUX " already: "
                     ONE_USE);
}

Test(describe_vms, disk_to_read_may_be_had_by_many)
{
    disk_of_linux("disk", true);
    second_disk(RTOS, 4, true);
    ACCEPTED();
}

Test(describe_vms, state_is_shared_with_nobody)
{
    f.regions[VMM][R_STATE].shared = "s";
    f.regions[RTOS][3] = (struct system_region){
        .name = "s", .at = {0x0b000000U}, .size = VMM_STATE_BYTES, .access = RW, .shared = "s"};
    REFUSED(IN_VMM "regions[1] \"state\": shared: 0x40c00000 to 0x40c07fff is memory of " IN_RTOS
                   "regions[3] \"s\" already: " ONE_CELL);
}

Test(describe_vms, ram_is_one_vms)
{
    f.regions[RTOS][0].shared = "linux-ram";
    f.regions[RTOS][0].size = RAM_SIZE;
    f.regions[VMM][R_RTOS_RAM].shared = "linux-ram";
    f.regions[VMM][R_RTOS_RAM].size = RAM_SIZE;
    REFUSED(IN_RTOS "guest.ram: \"ram\" is the RAM of cells[0] \"linux\" already: " ONE_USE);
}

static void bell_again(u32 vm, u32 device)
{
    f.devices[vm][device] = (struct system_guest_device){
        .kind = GUEST_SIGNAL, .notification = "bell", .line = 62};
}

Test(describe_vms, notification_is_one_line)
{
    bell_again(RTOS, 4);
    REFUSED(IN_RTOS "guest.devices[4].notification: \"bell\" is the line of " IN_RTOS
                    "guest.devices[3].notification already: " ONE_WAITER);
}

Test(describe_vms, notification_is_a_line_of_one_vm)
{
    bell_again(LINUX, 3);
    REFUSED(IN_RTOS "guest.devices[3].notification: \"bell\" is the line of " IN_LINUX
                    "guest.devices[3].notification already: " ONE_WAITER);
}

Test(describe_vms, events_are_the_vmms_own)
{
    f.devices[RTOS][3].notification = "events";
    REFUSED(IN_RTOS "guest.devices[3].notification: \"events\" is the VMM's own, cells[2] \"vmm\" "
                    "already: " ONE_WAITER);
}

Test(describe_vms, device_is_passed_once)
{
    f.devices[RTOS][4] = f.devices[RTOS][2];
    f.devices[RTOS][4].line = 35;
    cr_expect_not(compile(
        ERROR(IN_RTOS "guest.devices[4].region: \"rtc\" is the registers of " IN_RTOS
                      "guest.devices[2].region already: " ONE_USE)
            ERROR(IN_RTOS "guest.devices[4].irq: \"rtc\" is the line of " IN_RTOS
                          "guest.devices[2].irq already: a line is of one use")));
}

Test(describe_vms, console_interrupt_is_not_passed)
{
    f.devices[RTOS][2].irq = "uart";
    REFUSED(IN_RTOS "guest.devices[2].irq: \"uart\" is the VMM's console, " IN_VMM "caps[8] (slot "
                    "18) already: a line is of one use");
}

Test(describe_vms, vmm_has_one_console)
{
    f.devices[RTOS][2].kind = GUEST_NOTHING;
    f.regions[RTOS][2] = (struct system_region){.name = NULL};
    f.regions[VMM][R_UART + 1] = (struct system_region){.name = "rtc",
                                                        .at = {0x0f050000U},
                                                        .access = RW,
                                                        .memory = MEMORY_DEVICE,
                                                        .device = "rtc"};
    /* The second interrupt is then one of a console, too. */
    REFUSED(IN_VMM "regions[10] \"rtc\": device: \"console\" is given by " IN_VMM
                   "regions[9] \"uart\" already: a VMM has one console");
}

/* Without a UART its console is a thread of another cell, which it may call. */
static void driver_console(void)
{
    static const struct system_thread threads[] = {
        {.name = "serial", .passive = true, .level = 1}, {0}};

    f.regions[VMM][R_UART] = (struct system_region){.name = NULL};
    f.irqs[1] = (struct system_irq){.name = NULL};
    f.caps[VMM][CAP_UART] =
        (struct system_cap){.slot = 30, .thread = "driver.serial", .rights = THIMBLE_RIGHT_CALL};
    f.cells[VMM + 1] = (struct system_cell){
        .name = "driver", .program = "driver", .memory = 64 * KIB, .threads = threads};
}

Test(describe_vms, configuration_has_a_driver_as_console)
{
    static struct vmm_config c;

    driver_console();
    config_of(&c);
    cr_expect_eq(c.console, VMM_CONSOLE_DRIVER);
    cr_expect_eq(c.console_driver, 30);
    cr_expect_eq(c.console_at, 0);
    cr_expect_eq(c.console_irq, 0);
}

Test(describe_vms, vmm_has_one_driver_as_console)
{
    driver_console();
    f.caps[VMM][CAP_BELL + 1] = f.caps[VMM][CAP_UART];
    f.caps[VMM][CAP_BELL + 1].slot = 31;
    REFUSED(IN_VMM "caps[11] (slot 31): thread: \"console\" is given by " IN_VMM
                   "caps[8] (slot 30) already: a VMM has one console");
}

Test(describe_vms, memory_of_signals_is_one_node)
{
    bell_with_memory();
    f.notifications[3].name = "bell-2";
    f.caps[VMM][CAP_BELL + 2] =
        (struct system_cap){.slot = 41, .notification = "bell-2", .rights = THIMBLE_RIGHT_WAIT};
    f.devices[RTOS][4] = f.devices[RTOS][3];
    f.devices[RTOS][4].notification = "bell-2";
    f.devices[RTOS][4].line = 62;
    REFUSED(IN_RTOS "guest.devices[4].region: \"desk\" is the region of " IN_RTOS
                    "guest.devices[3].region already: a region has one node in the device tree");
}

Test(describe_vms, memory_of_signals_is_not_ram)
{
    bell_with_memory();
    f.devices[RTOS][3].region = "ram";
    REFUSED(IN_RTOS "guest.devices[3].region: \"ram\" is the RAM of cells[1] \"rtos\" already: "
                    ONE_USE);
}

static void tree_first(u32 load, u32 tree)
{
    f.guests[LINUX].tree_first = true;
    f.guests[LINUX].load = load;
    f.guests[LINUX].kernel = "raw";
    f.regions[VMM][R_TREE].size = tree;
}

Test(describe_vms, kernel_is_not_over_the_tree)
{
    tree_first(0x1000U, 4U * PAGE_SIZE);
    REFUSED(IN_LINUX "guest.kernel: 0x40001000 to 0x40001063 is the device tree of cells[0] "
                     "\"linux\" already: it needs more RAM, or another .load");
}

Test(describe_vms, kernel_where_it_is_put_is_not_over_the_tree)
{
    tree_first(0, 0x10000U);
    REFUSED(IN_LINUX "guest.kernel: 0x40008000 to 0x40008063 is the device tree of cells[0] "
                     "\"linux\" already: it needs more RAM, or another .load");
}

Test(describe_vms, kernel_is_behind_the_tree)
{
    tree_first(4U * PAGE_SIZE, 4U * PAGE_SIZE);
    ACCEPTED();
}

Test(describe_vms, initrd_is_not_over_the_tree)
{
    static u8 big[RAM_SIZE - 0x8000U];

    file_make("initrd", big, sizeof(big));
    tree_first(0x4000U, 0x10000U);
    f.guests[LINUX].load = RAM_SIZE - 0x1000U;
    cr_expect_not(compile(
        ERROR(IN_LINUX "guest.initrd: 0x40008000 to 0x4000ffff is the device tree of cells[0] "
                       "\"linux\" already: it needs more RAM, or another .load")
            ERROR(IN_LINUX "guest.kernel: 0x403ff000 to 0x403ff063 is the initrd of cells[0] "
                           "\"linux\" already: it needs more RAM, or another .load")));
}

Test(describe_vms, entry_is_in_arm_state)
{
    f.guests[RTOS].load = 0x8001U;
    REFUSED(IN_RTOS "guest.load: 0x8001 is not a multiple of 4");
}

Test(describe_vms, kernel_in_place_is_executable)
{
    f.regions[RTOS][3] =
        (struct system_region){.name = "flash", .access = ACCESS_READ, .file = "raw"};
    f.guests[RTOS].kernel = "flash";
    REFUSED(IN_RTOS "guest.kernel: \"flash\" is not mapped to be executed, and the kernel runs "
                    "where it is");
    f.regions[RTOS][3].access |= ACCESS_EXECUTE;
    ACCEPTED();
}

static void names_of_vms(const char *linux_name, const char *linux_vcpu, const char *rtos_name,
                         const char *rtos_vcpu)
{
    f.cells[LINUX].name = linux_name;
    f.cells[RTOS].name = rtos_name;
    f.regions[VMM][R_TREE].tree = linux_name;
    f.caps[VMM][CAP_LINUX].thread = linux_vcpu;
    f.caps[VMM][CAP_RTOS].thread = rtos_vcpu;
}

Test(describe_vms, names_differ_in_what_is_kept)
{
    names_of_vms("machine-number-1", "machine-number-1.vcpu", "machine-number-2",
                 "machine-number-2.vcpu");
    REFUSED("cells[1] \"machine-number-2\": name: \"machine-number-2\" is the name of cells[0] "
            "\"machine-number-1\" already: a VMM keeps 15 characters, and these are the same");
    names_of_vms("machine-numbe-1", "machine-numbe-1.vcpu", "machine-numbe-2",
                 "machine-numbe-2.vcpu");
    ACCEPTED();
}

Test(describe_vms, texts_stand_between_quotes)
{
    static const char *const texts[] = {"arm,\"pl031", "arm\\pl031", "arm\npl031", "arm\xe4"};
    static const char *const codes[] = {"22", "5c", "a", "e4"};
    char line[256];

    for (u32 i = 0; i < ARRAY_SIZE(texts); i++) {
        f.devices[RTOS][2].compatible = texts[i];
        (void)snprintf(line, sizeof(line), ERROR(IN_RTOS "guest.devices[2].compatible: character "
                       "0x%s: printable ones only, without \" and \\"), codes[i]);
        cr_expect_not(compile(line));
    }
}

Test(describe_vms, file_names_stand_in_makefiles)
{
    static const char *const names[] = {"no such", "no$such", "no\"such", "no#such", "no:such"};
    static const char *const codes[] = {"20", "24", "22", "23", "3a"};
    char line[512];

    for (u32 i = 0; i < ARRAY_SIZE(names); i++) {
        f.regions[VMM][R_RAW].file = names[i];
        f.regions[VMM][R_RAW].size = PAGE_SIZE;
        (void)snprintf(line, sizeof(line), ERROR(IN_VMM "regions[5] \"raw\": file: character "
                       "0x%s: letters, digits and / . _ + - @ , only") ERROR(IN_VMM
                       "regions[5] \"raw\": file: \"%s\": no such file among the guests (`make "
                       "guests` fetches them)"), codes[i], names[i]);
        cr_expect_not(compile(line));
    }
}
