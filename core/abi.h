/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The whole contract between the core and its cells.
 *
 * A hypercall is one trap (SVC #number from a native thread) with arguments in
 * registers r0 to r7, and its results in the same eight registers. Registers
 * that a hypercall does not name as a result keep their values. Every argument
 * may be hostile: a hypercall checks all of it first, and an error means that
 * nothing has changed.
 *
 * Except for a message that is received (r0: badge, r1: tag), r0 of the result
 * is a status, THIMBLE_OK or one of the THIMBLE_ERR_* values.
 */
#ifndef CORE_ABI_H
#define CORE_ABI_H

#define THIMBLE_ABI_VERSION 1U

/* ---- hypercall numbers -------------------------------------------------- */
/* Numbers stay below 256: Thumb's SVC has 8 immediate bits. */

/* call(r0 slot, r1 tag, r2-r7 words) -> r0 status, r1 tag, r2-r7 words
 * Sends a message to the passive thread behind the thread capability in `slot`
 * (right CALL) and waits for its reply. The server runs on the caller's
 * scheduling context. If it is busy, the caller helps: its time runs whoever
 * holds the server up.
 * SLOT, TYPE, RIGHTS, TAG, ACTIVE (the target owns a scheduling context and
 * is never called), LEVEL, DEAD (the server is or was stopped), BUFFER; with
 * THIMBLE_TAG_CAP also SLOT, REGIONS, DEPTH, WINDOW. On DEAD after the server
 * had the message, r1 to r7 are the caller's own of some time before. */
#define THIMBLE_CALL 0U
/* reply_recv(r1 tag, r2-r7 words) -> r0 badge, r1 tag, r2-r7 words
 * Passive threads: answers the caller that is being served, if it still
 * waits, and waits for the next call. The badge is that of the capability
 * that was called through.
 * On error the result has TAG_ERROR set in r1, and the error in r0:
 * ACTIVE, TAG, BUFFER (the server's own). A reply never fails for what the
 * caller is: without a buffer there, it is cut to six words. */
#define THIMBLE_REPLY_RECV 1U
/* recv() -> as reply_recv
 * Waits for a call without answering one. A caller cannot be kept across it.
 * ACTIVE, CALLER (a caller still waits for its reply). */
#define THIMBLE_RECV 2U
/* signal(r0 slot) -> r0 status
 * ORs the badge of the notification capability (right SIGNAL) into the word;
 * wakes its waiter. SLOT, TYPE, RIGHTS. */
#define THIMBLE_SIGNAL 3U
/* wait(r0 slot, r1 deadline low, r2 deadline high) -> r0 status, r1 bits
 * Takes the bits of a notification (right WAIT) and clears them; while there
 * are none, blocks until the counter reaches the deadline (in counter ticks,
 * absolute; THIMBLE_NEVER: no deadline).
 * PASSIVE (a passive thread has no time to wait in), SLOT, TYPE, RIGHTS, BUSY
 * (another thread waits on it), TIMEOUT (r1 is 0). */
#define THIMBLE_WAIT 4U
/* poll(r0 slot) -> r0 status, r1 bits
 * As wait, but never blocks: bits may be 0. SLOT, TYPE, RIGHTS. */
#define THIMBLE_POLL 5U
/* irq_bind(r0 irq slot, r1 notification slot) -> r0 status
 * From now on the line signals through the notification capability in that
 * slot of this cell's table (right SIGNAL; looked up anew at each interrupt),
 * and is unmasked. Replaces an earlier binding. Notification slot THIMBLE_NO_SLOT
 * unbinds: the line is masked and deactivated; so it is when the irq capability
 * that it was bound by is deleted or revoked.
 * SLOT, TYPE, RIGHTS (of either capability). */
#define THIMBLE_IRQ_BIND 6U
/* irq_ack(r0 irq slot) -> r0 status
 * The driver has served the line: it is deactivated and may fire again (GICv2
 * priority drop and deactivation are separate: IHI 0048B 3.2.1).
 * SLOT, TYPE, RIGHTS, IDLE (the line is not waiting for an ack). */
#define THIMBLE_IRQ_ACK 7U
/* yield() -> r0 status
 * Gives up the rest of the time slice: other ready scheduling contexts of the
 * same priority run first. Costs the caller no budget. */
#define THIMBLE_YIELD 8U
/* version() -> r0 status, r1 THIMBLE_ABI_VERSION. The null hypercall. */
#define THIMBLE_VERSION 9U

/* cap_copy(r0 slot, r1 target slot, r2 rights, r3 badge) -> r0 status
 * Derives a capability with these rights, a subset, into an empty slot of the
 * own table. The badge may differ only if the original has none (0).
 * SLOT (source), TYPE (a region is derived, not copied), RIGHTS (not a subset,
 * or none), BADGE, DEPTH (15 derivations deep), TARGET (outside the table or
 * not empty). */
#define THIMBLE_CAP_COPY 10U
/* cap_move(r0 slot, r1 target slot) -> r0 status
 * Moves a capability, with its place in the derivation tree. SLOT, TARGET. */
#define THIMBLE_CAP_MOVE 11U
/* cap_revoke(r0 slot) -> r0 status
 * Removes everything derived from it, in whatever cell, at whatever depth; the
 * capability itself stays. Regions among them are unmapped. Preemptible; while
 * it lasts, what is to go cannot be used any more. SLOT. */
#define THIMBLE_CAP_REVOKE 12U
/* cap_delete(r0 slot) -> r0 status
 * Revokes, then removes the capability itself. SLOT. */
#define THIMBLE_CAP_DELETE 13U
/* region_derive(r0 slot, r1 target slot, r2 offset, r3 size, r4 access)
 *   -> r0 status
 * Makes a region object for a part of a region, with a subset of its access
 * (right) bits, in an empty slot. SLOT, TYPE, RIGHTS (not a subset, or none),
 * ALIGN (offset or size not in whole pages, or no size), RANGE (outside the
 * region), DEPTH, TARGET, REGIONS (the cell's quota is used up). */
#define THIMBLE_REGION_DERIVE 14U
/* region_map(r0 slot, r1 address, r2 cell slot) -> r0 status
 * Maps a region into a cell: the caller's own if the cell slot is
 * THIMBLE_NO_SLOT, else the one behind that cell capability (right MAP).
 * Preemptible. SLOT, TYPE, RIGHTS, ALIGN, RANGE (beyond 4 GiB), MAPPED (it has
 * a mapping, or is losing one), QUOTA (page-table pages), OVERLAP (something is
 * mapped there). */
#define THIMBLE_REGION_MAP 15U
/* region_unmap(r0 slot) -> r0 status
 * At return no access by the old mapping is possible. Preemptible.
 * SLOT, TYPE, UNMAPPED. */
#define THIMBLE_REGION_UNMAP 16U
/* window(r0 slot) -> r0 status
 * From now on a capability that comes with a message is put into this slot, if
 * it is empty then; THIMBLE_NO_SLOT: none is taken. SLOT (outside the table). */
#define THIMBLE_WINDOW 17U
/* thread_stop(r0 slot) -> r0 status
 * Stops a thread (thread capability, right CONTROL). Callers that wait for it
 * get THIMBLE_ERR_DEAD. SLOT, TYPE, RIGHTS. */
#define THIMBLE_THREAD_STOP 18U
/* cell_restart(r0 slot) -> r0 status
 * Stops and resets all threads of a cell (cell capability, right CONTROL): each
 * starts again at its program's entry, with the capabilities that the cell has
 * now. Its interrupt lines are silenced and unbound. Preemptible.
 * SLOT, TYPE, RIGHTS, SELF (it is the caller's own). */
#define THIMBLE_CELL_RESTART 19U

/* cache_maintain(r0 region slot, r1 offset, r2 size, r3 operation)
 *   -> r0 status, r1 end of what was done, r2 what is left
 * Brings data caches and memory (THIMBLE_CACHE_CLEAN, _INVALIDATE, or both), or
 * data and instruction caches (THIMBLE_CACHE_UNIFY), into line for a range of a
 * region, in bytes; a size of 0 is a range too. It acts on the memory, whoever
 * has it cached by whatever mapping; the region need not be mapped. Right READ,
 * for INVALIDATE alone WRITE: it loses what was written and not yet cleaned.
 * Preemptible, at most a page a step; r1 and r2 are how far it has come, with
 * an error too: r2 is 0 when it is done.
 * SLOT, TYPE, OPERATION (none of these four, or the region is a device's),
 * RIGHTS, RANGE (outside the region), ALIGN (INVALIDATE alone, and offset or
 * size are not in units of THIMBLE_CACHE_LINE). */
#define THIMBLE_CACHE_MAINTAIN 20U

/* vcpu_start(r0 thread slot, r1 program counter, r2-r5 the guest's r0 to r3)
 *   -> r0 status
 * Starts a vCPU that is off (thread capability, right CONTROL), as after a reset of
 * a CPU: Supervisor mode, ARM state, A, I and F masked, MMU and caches off, no
 * line pending or bound, timer off. SLOT, TYPE (a native thread too), RIGHTS, BUSY
 * (it is not stopped). */
#define THIMBLE_VCPU_START 21U
/* vcpu_inject(r0 thread slot, r1 line, r2 how)
 *   -> r0 status; with THIMBLE_LINE_ASK r1, r2 lines that are pending, r3, r4 active
 * Drives a virtual line, 0 to 63: with THIMBLE_LINE_HIGH it becomes pending, once;
 * with THIMBLE_LINE_LEVEL too, again at each end of interrupt for as long as it is
 * high. Without THIMBLE_LINE_HIGH it is low, and not pending any more if the guest has
 * not taken it yet; with THIMBLE_LINE_END not active either, if it has. Bits 7:3: its
 * priority, 0 the most urgent. Nothing, if the line is bound to an irq or to the timer
 * (vcpu_bind gives it its priority), or the vCPU is stopped. With THIMBLE_LINE_ASK nothing
 * changes, and the answer has a bit for each line. SLOT, TYPE, RIGHTS (CONTROL), RANGE (no
 * such line). */
#define THIMBLE_VCPU_INJECT 22U
/* vcpu_bind(r0 thread slot, r1 slot, r2 line, r3 how) -> r0 status
 * The virtual line is from now on: behind an irq capability (right HANDLE), the
 * hardware's line, which the guest's end of interrupt deactivates; behind a notification
 * capability (right WAIT), pending with each signal that no thread waits for; with
 * THIMBLE_NO_SLOT, line 27 only, the virtual timer's. Replaces what was bound, of which
 * nothing is pending or active then. r3: priority, THIMBLE_LINE_URGENT;
 * THIMBLE_VCPU_UNBIND: nothing any more, r1 is not looked at.
 * SLOT, TYPE, RIGHTS (of either capability), RANGE, DEAD (the vCPU is stopped),
 * BUSY (a thread waits on the notification). */
#define THIMBLE_VCPU_BIND 23U
/* vcpu_lower() -> r0 status
 * A guest's: its vCPU has its low priority, until a line with THIMBLE_LINE_URGENT
 * becomes pending: at once, if one is. So it has while it sleeps (WFI). TYPE (the caller
 * is native). */
#define THIMBLE_VCPU_LOWER 24U

#define THIMBLE_HYPERCALLS 25U

/* How a virtual line is driven. */
#define THIMBLE_LINE_LEVEL 0x100U
#define THIMBLE_LINE_HIGH 0x200U
#define THIMBLE_LINE_URGENT 0x400U
#define THIMBLE_LINE_ASK 0x800U
#define THIMBLE_LINE_END 0x1000U
#define THIMBLE_VCPU_UNBIND 0xffffffffU

/* ---- status ------------------------------------------------------------- */
#define THIMBLE_OK 0U
#define THIMBLE_ERR_HYPERCALL 1U /* no hypercall of this system has this number */
#define THIMBLE_ERR_SLOT 2U      /* slot outside the table, or empty */
#define THIMBLE_ERR_TYPE 3U      /* capability of another kind of object */
#define THIMBLE_ERR_RIGHTS 4U    /* capability without the right */
#define THIMBLE_ERR_TAG 5U       /* length over 64, or a reserved bit set */
#define THIMBLE_ERR_LEVEL 6U     /* a passive thread calls only lower levels */
#define THIMBLE_ERR_BUFFER 7U    /* over 6 words, and a side has no buffer */
#define THIMBLE_ERR_DEAD 8U      /* the server is stopped */
#define THIMBLE_ERR_ACTIVE 9U    /* not for (or to) a thread with its own time */
#define THIMBLE_ERR_PASSIVE 10U  /* not for a thread without its own time */
#define THIMBLE_ERR_CALLER 11U   /* a caller waits for its reply */
#define THIMBLE_ERR_BUSY 12U     /* another thread waits there */
#define THIMBLE_ERR_TIMEOUT 13U  /* the deadline came first */
#define THIMBLE_ERR_IDLE 14U     /* no interrupt is waiting for an ack */
#define THIMBLE_ERR_TARGET 15U   /* target slot outside the table, or not empty */
#define THIMBLE_ERR_BADGE 16U    /* a badge cannot be changed */
#define THIMBLE_ERR_DEPTH 17U    /* too many derivations deep */
#define THIMBLE_ERR_ALIGN 18U    /* not in whole pages, or cache lines */
#define THIMBLE_ERR_RANGE 19U    /* outside the object */
#define THIMBLE_ERR_REGIONS 20U  /* the cell has no region object left */
#define THIMBLE_ERR_MAPPED 21U   /* the region has a mapping */
#define THIMBLE_ERR_UNMAPPED 22U /* the region has no mapping */
#define THIMBLE_ERR_QUOTA 23U    /* not enough page-table pages */
#define THIMBLE_ERR_OVERLAP 24U  /* something is mapped there */
#define THIMBLE_ERR_WINDOW 25U   /* the receiver takes no capability now */
#define THIMBLE_ERR_SELF 26U     /* a cell cannot restart itself */
#define THIMBLE_ERR_OPERATION 27U /* no such operation, or not on this memory */
#define THIMBLE_ERRORS 28U

/* ---- message tag -------------------------------------------------------- */
/* 15:0 label, free for the cells' use; 22:16 length in words, 0 to 64; 23 a
 * capability comes along; 30:24 reserved, zero; 31 set in a result only: r0 is
 * an error. */
#define THIMBLE_TAG_LABEL 0x0000ffffU
#define THIMBLE_TAG_LENGTH_SHIFT 16U
#define THIMBLE_TAG_LENGTH 0x007f0000U
/* Word 5 (r7) is the slot of a capability: the sender's; the receiver finds a
 * capability derived from it in its window, and the window's slot in word 5. A
 * region travels as one derived from it in full. A call fails at the sender if
 * that cannot be (SLOT, REGIONS, DEPTH, WINDOW); a reply goes without it then,
 * and without this flag. */
#define THIMBLE_TAG_CAP 0x00800000U
#define THIMBLE_TAG_ERROR 0x80000000U
#define THIMBLE_TAG(label, length) \
    (((label) & THIMBLE_TAG_LABEL) | ((length) << THIMBLE_TAG_LENGTH_SHIFT))

/* Words 0 to 5 travel in r2 to r7 and are always moved, all six: clear what
 * you do not use. Words 6 to 63 travel through the message buffers: word i is
 * the i-th 32-bit word of the buffer (words 0 to 5 of a buffer are not used). */
#define THIMBLE_REGISTER_WORDS 6U
#define THIMBLE_MESSAGE_WORDS 64U
#define THIMBLE_BUFFER_SIZE (THIMBLE_MESSAGE_WORDS * 4U)

/* ---- faults ------------------------------------------------------------- */
/* A fault is a call on the thread's behalf to its fault handler, with this
 * label, the badge of the handler capability, and in the words: kind, address,
 * access (1 read, 2 write, 4 execute), program counter, 0, 0. */
#define THIMBLE_LABEL_FAULT 0xfffeU
#define THIMBLE_FAULT_MEMORY 1U    /* stage-2 fault at the address */
#define THIMBLE_FAULT_UNDEFINED 2U /* undefined or trapped instruction */
#define THIMBLE_FAULT_BUS 3U       /* external abort */
#define THIMBLE_FAULT_EXIT 4U      /* the program returned */
#define THIMBLE_FAULT_CRASH 5U     /* workstation: a host signal in the program */
/* The handler's reply says what becomes of the thread, in word 0: */
#define THIMBLE_FAULT_RETRY 0U /* the instruction runs again */
#define THIMBLE_FAULT_SKIP 1U  /* it is skipped; a load gets word 1 */
#define THIMBLE_FAULT_STOP 2U  /* (and anything else) the thread is stopped */

/* ---- exits of vCPUs ------------------------------------------------------ */
/* What a guest does that its VMM is to answer: a call on the vCPU's behalf to its fault
 * handler, with this label, six words long. Word 0 is the kind: one of these, with the
 * words 1 to 5 as said, or a fault's, with address, access and program counter.
 * Guests call the hypervisor with HVC and the hypercall's number; HVC #0 is an exit. They are
 * offered signal, poll, yield, version and vcpu_lower, and not their own health notification
 * (SLOT); whatever else they ask for is HYPERCALL. */
#define THIMBLE_LABEL_EXIT 0xfffdU
/* address (guest-physical), access (1 read, 2 write, 4 execute; bits 15:8 size in bytes,
 * 0: the instruction is none that can be emulated), program counter, value written */
#define THIMBLE_EXIT_MMIO 16U
#define THIMBLE_EXIT_HVC 17U /* the guest's r0 to r3, program counter */
#define THIMBLE_EXIT_SMC 18U /* likewise */
/* coprocessor register (see THIMBLE_EXIT_REGISTER_NAME), access (1 read, 2 write),
 * program counter, value written, second value (of 64 bits) */
#define THIMBLE_EXIT_REGISTER 19U
/* The guest turns its caches on for the first time: its memory is to be clean of what
 * caches hold of it. Answered by SKIP. */
#define THIMBLE_EXIT_CACHE 20U
/* The answer, in word 0, as to a fault; SKIP gives a load word 1, a hypercall r0 to r3 in
 * words 1 to 4, a register word 1 (and 2). Or: */
#define THIMBLE_EXIT_UNDEF 3U /* the guest takes an Undefined Instruction exception */
/* Coprocessor (14, 15), opc1, CRn, CRm, opc2; registers of 64 bits: bit 24, CRn 0, opc2 0. */
#define THIMBLE_EXIT_REGISTER_NAME(coproc, opc1, crn, crm, opc2) \
    ((u32)(coproc) << 16 | (opc1) << 12 | (crn) << 8 | (crm) << 4 | (opc2))
#define THIMBLE_EXIT_REGISTER_64 0x01000000U

/* ---- capabilities ------------------------------------------------------- */
#define THIMBLE_CAP_EMPTY 0U
#define THIMBLE_CAP_THREAD 1U
#define THIMBLE_CAP_NOTIFICATION 2U
#define THIMBLE_CAP_IRQ 3U
#define THIMBLE_CAP_REGION 4U
#define THIMBLE_CAP_CELL 5U

#define THIMBLE_RIGHT_CALL 0x01U    /* thread: call */
#define THIMBLE_RIGHT_CONTROL 0x02U /* thread: thread_stop; cell: cell_restart */
#define THIMBLE_RIGHT_MAP 0x01U     /* cell: region_map into it */
#define THIMBLE_RIGHT_READ 0x01U    /* region: access that a mapping gives */
#define THIMBLE_RIGHT_WRITE 0x02U
#define THIMBLE_RIGHT_EXECUTE 0x04U
#define THIMBLE_RIGHT_SIGNAL 0x01U /* notification: signal */
#define THIMBLE_RIGHT_WAIT 0x02U   /* notification: wait, poll */
#define THIMBLE_RIGHT_HANDLE 0x01U /* irq: irq_bind, irq_ack */

/* ---- cache maintenance -------------------------------------------------- */
#define THIMBLE_CACHE_CLEAN 0x01U      /* what was written reaches memory */
#define THIMBLE_CACHE_INVALIDATE 0x02U /* what is in memory is read anew */
#define THIMBLE_CACHE_UNIFY 0x04U      /* what was written can be executed */
/* Bytes. No data cache line of any machine is longer. */
#define THIMBLE_CACHE_LINE 64U

#define THIMBLE_NO_SLOT 0xffffU
/* The deadline that never comes. */
#define THIMBLE_NEVER 0xffffffffffffffffULL

#endif
