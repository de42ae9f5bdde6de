/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A description as the checks see it: every kind of object in one flat array,
 * references resolved where they can be, memory placed where it fits. Made from
 * any description, however wrong, so that all errors can be reported at once.
 */
#ifndef USER_DESCRIBE_MODEL_H
#define USER_DESCRIBE_MODEL_H

#include <stdio.h>

#include "board.h"
#include "device_place.h"
#include "system.h"

#define BLOCK_SIZE (2U * MIB)
/* Index of what was not found. */
#define NOWHERE (~(u32)0)

enum kind {
    KIND_SYSTEM = 0,
    KIND_NOTIFICATION,
    KIND_IRQ,
    KIND_DEVICE,
    KIND_CELL,
    KIND_THREAD,
    KIND_CAP,
    KIND_REGION,
    KINDS
};

/* A part of a flat array. */
struct span {
    u32 first;
    u32 count;
};

struct model_cell {
    const struct system_cell *is;
    struct span threads;
    struct span caps;
    struct span regions; /* the image first: */
    u32 images;          /* 1; 0 in a VM */
    u32 slots;
    u32 tables_needed; /* the quota that suffices to map its regions */
    u32 tables;        /* its quota */
};

struct model_thread {
    const struct system_thread *is;
    u32 cell;
    u64 delay; /* ns that others keep it from its budget, at most; a period: no matter */
};

struct model_cap {
    const struct system_cap *is;
    u32 cell;
    u8 type;    /* THIMBLE_CAP_EMPTY: names not exactly one object */
    u32 object; /* in the flat array of that type, or NOWHERE */
};

struct model_region {
    const struct system_region *is; /* NULL: a cell's image */
    u32 cell;
    u32 first; /* the first region with the same `shared` name, or itself */
    const struct board_device *device;
    u32 at;
    u32 size;
    u64 pa;
    bool misfit; /* RAM was used up to pa, and the rest is too small */
    bool loaded; /* has contents from the start */
    char *path;        /* of the file; NULL: there is none */
    u32 file_size;
    u32 kernel_needs;  /* of a kernel that unpacks itself: from its place on, all that it
                          then writes to; else the file's size */
};

/* The guest of a VM. What is not there is NOWHERE. */
struct model_guest {
    const struct system_guest *is;
    u32 cell;    /* the VM's */
    u32 thread;  /* its vCPU */
    u32 vmm;     /* cell that the vCPU's fault handler is in */
    u32 handler; /* capability: its badge is the VM's number there */
    u32 health;  /* notification */
    /* regions */
    u32 ram;
    u32 vmm_ram; /* the VMM's region of the same memory */
    u32 kernel;
    u32 initrd;
    u32 tree;
    u32 gicv;
    u32 devices;
    u32 virtios;
    u32 binds;
    /* Guest-physical places, if what they follow from is there. */
    u32 kernel_at;
    u32 initrd_at;
    u32 tree_at;
};

/* The simulated board with the system's own devices on it. Outlives the model. */
struct devices {
    struct board board;
    struct board_device *all; /* the board's, then those with models, then the end */
    struct device_place *places;
};

struct model {
    const struct system *system;
    const struct board *board;
    struct devices *devices; /* NULL: the system has none of its own; else its board is there */
    FILE *errors;
    u32 error_count;
    u32 count[KINDS];
    struct model_cell *cells;
    struct model_thread *threads;
    struct model_cap *caps;
    struct model_region *regions;
    struct model_guest *guests;
    u32 guest_count;
    /* How urgent lines are: the priority of each irq's handler, the most urgent thread of the
     * cell that has it, or LINE_FOR_ALL (sim/places.h); and the interrupt controller's level of
     * each priority, 0 the most urgent, with those that levels are made for. */
    u16 *lines;
    u16 levels[257];
    bool has_level[256];
    u32 space_t0sz; /* of core/boot.h */
};

/* False if host memory ran out. model_free() in either case. */
bool model_make(struct model *m, const struct system *system, const struct board *board,
                FILE *errors);
void model_free(struct model *m);

/* report.c. One line: system, cell, object, field (NULL: the object itself), message. */
enum severity { SEVERITY_WARNING, SEVERITY_ERROR };
#define model_error(m, ...) model_report(m, SEVERITY_ERROR, __VA_ARGS__)
#define model_warning(m, ...) model_report(m, SEVERITY_WARNING, __VA_ARGS__)
__attribute__((format(printf, 6, 7))) void model_report(struct model *m, enum severity severity,
                                                        enum kind kind, u32 object,
                                                        const char *field, const char *format,
                                                        ...);

/* Of an array that does not end within its object (objects.h). */
#define MODEL_NO_END "no {0} at its end: what is behind it would be read"

/* Where an object is in the description, as reports say it. */
void model_place(const struct model *m, enum kind kind, u32 object, FILE *file);

/* How many objects a capability names: should be one. */
u32 model_cap_named(const struct system_cap *is);
/* The cell's capability in that slot; NOWHERE if there is none. */
u32 model_cap_in_slot(const struct model *m, u32 cell, u32 slot);
/* The INTID of an irq: its own, or its device's; 0 if there is no such device. */
u32 model_irq_line(const struct model *m, u32 irq);
/* Its name in messages and reports: never NULL. */
const char *model_cell_name(const struct model *m, u32 cell);
/* Both given, and equal. */
bool same_name(const char *a, const char *b);
/* Counter ticks, rounded up. */
u64 model_ticks(const struct board *board, u32 us);
/* Message buffers of a cell take whole pages. */
u32 model_buffer_pages(const struct model *m, u32 cell);

/* In a cell; NOWHERE if there is none. */
u32 model_region_find(const struct model *m, u32 cell, const char *name);
u32 model_notification_find(const struct model *m, const char *name);
u32 model_irq_find(const struct model *m, const char *name);
u32 model_cell_find(const struct model *m, const char *name);

/* devices.c: puts the system's devices on the board, if it is the simulated one. False if
 * host memory ran out. */
bool devices_make(struct model *m);
void devices_free(struct devices *devices);
bool board_simulated(const struct board *board);
/* Is that the name of one of the system's devices? */
bool model_device_own(const struct model *m, const char *name);
/* NULL: it has none, or there is none of that name. */
const struct device_model *model_device_model(const struct model *m, u32 device);
u32 model_device_at(const struct model *m, u32 device);
u32 model_device_size(const struct model *m, u32 device);
/* What a device senses, as struct device_place has it. False: nothing that there is. */
bool model_senses(const struct model *m, u32 device, u32 *senses, u32 *sensed);

/* content.c: files of regions, and what is to be known of them. */
void content_find(struct model_region *r);

/* vms.c */
/* Guests, where they are in the VMs' memory, and who serves them. False if host memory
 * ran out. */
bool vms_resolve(struct model *m);
/* The capability of a cell for an object with exactly these rights, or more if `more`;
 * NOWHERE. Badge: only with that one, unless it is ANY_BADGE. */
#define ANY_BADGE 0xffffffffU
#define VMS_GICC_AT 0x08010000U
#define VMS_UART_AT 0x09000000U
#define VMS_VIRTIO_AT 0x0a000000U
#define VMS_VIRTIO_SIZE 0x200U
u32 vms_cap(const struct model *m, u32 cell, u8 type, u32 object, u32 right, u32 badge);
/* A guest device's line, and where its registers are (0: it has none, or its own). */
u32 vms_line(const struct model_guest *g, u32 device);
u32 vms_registers(const struct model_guest *g, u32 device);
bool vms_virtio(const struct system_guest_device *d);
bool vms_has(const struct model_guest *g, u8 kind);
/* Does a VMM run in that cell; has it the region for itself: its state, its configuration;
 * is that the interrupt of the UART that it has mapped? */
bool vms_is_vmm(const struct model *m, u32 cell);
bool vms_own(const struct model *m, const struct model_region *r);
bool vms_console_irq(const struct model *m, u32 cell, u32 irq);

/* place.c: physical addresses of all regions, and page-table quotas. */
void place_memory(struct model *m);
void place_tables(struct model *m);

/* names.c: `text` becomes `; did you mean "..."?` if a known name is near. */
struct nearest {
    const char *wanted;
    u32 distance;
    char name[80];
};
#define SUGGESTION_SIZE 112U
void nearest_start(struct nearest *n, const char *wanted);
/* A candidate: "name", or "cell.name". */
void nearest_offer(struct nearest *n, const char *cell, const char *name);
void nearest_text(const struct nearest *n, char text[SUGGESTION_SIZE]);

#endif
