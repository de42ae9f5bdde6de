# SPDX-License-Identifier: BSD-2-Clause
"""The core's state as a debugger sees it: `struct kernel`, without pointers, and
the tables that it was booted from, which have the names. Nothing here depends on
the machine; numbers that the core has in macros are read from its headers."""

import os
import re

import gdb

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
NONE = 0xFFFF
NOT_BOOTED = "the core has not booted yet"
# Cells' programs know the first words of it by the same name as something else.
STATE = "(*(struct kernel *)&kernel)"


def macros(path, prefix):
    """{name without prefix: value} of the numbers that a header defines."""
    found = {}
    with open(os.path.join(ROOT, path), encoding="ascii") as header:
        for line in header:
            m = re.match(r"#define " + prefix + r"(\w+) (0x[0-9a-fA-F]+|\d+)U(?:LL)?\b", line)
            if m:
                found[m.group(1)] = int(m.group(2), 0)
    return found


def is_source_in(symtab, places):
    """Of a file of Thimble's, as make names it, or by its whole path: is it in one of these?"""
    name = symtab.filename
    name = name[len(ROOT) + 1:] if name.startswith(ROOT + "/") else name
    return name.startswith(places)


def by_value(names):
    return {value: name.lower() for name, value in names.items()}


ABI = macros("core/abi.h", "THIMBLE_")
REPLY_KEY_FAULT = macros("core/thread.h", "REPLY_KEY_")["FAULT"]
FAST_KEY_NEVER = macros("core/config.h", "FAST_KEY_")["NEVER"]
NOT_FAST_TRACING = macros("core/kernel.h", "NOT_FAST_")["TRACING"]
CAP_MARK = macros("core/cap.h", "CAP_")["MARK"]
ERRORS = by_value({n[4:]: v for n, v in ABI.items() if n.startswith("ERR_")})
FAULTS = {ABI["FAULT_" + n]: n.lower() for n in ("MEMORY", "UNDEFINED", "BUS", "EXIT", "CRASH")}
CAP_TYPES = by_value({n[4:]: v for n, v in ABI.items() if n.startswith("CAP_")})
RIGHTS = {
    "thread": ("CALL", "CONTROL"),
    "notification": ("SIGNAL", "WAIT"),
    "irq": ("HANDLE",),
    "region": ("READ", "WRITE", "EXECUTE"),
    "cell": ("MAP", "CONTROL"),
}


def hypercalls():
    """{number: name}: they are the first numbers of the ABI, before its errors."""
    names = {}
    with open(os.path.join(ROOT, "core/abi.h"), encoding="ascii") as header:
        for line in header:
            m = re.match(r"#define THIMBLE_(\w+) (\d+)U$", line)
            if m and m.group(1) == "HYPERCALLS":
                break
            if m and m.group(1) != "ABI_VERSION":
                names[int(m.group(2))] = m.group(1).lower()
    return names


HYPERCALLS = hypercalls()


def enum_names(tag, prefix):
    """{value: name without prefix, small} of an enum of the core."""
    fields = gdb.lookup_type("enum " + tag).fields()
    return {f.enumval: f.name[len(prefix):].lower() for f in fields if f.name.startswith(prefix)}


def is_booted():
    """Scheduling contexts come last. Before that, memory may hold anything."""
    try:
        return int(gdb.parse_and_eval(STATE + ".sc_count")) != 0
    except gdb.MemoryError:
        return False


class Kernel:
    """A look at the state as it is now: make a new one at each stop."""

    def __init__(self, machine):
        self.machine = machine
        self.state = gdb.parse_and_eval(STATE)
        self.boot = machine.boot()
        if self.boot is None:
            raise gdb.GdbError(NOT_BOOTED)
        self.cpus = self.state["cpu"].type.range()[1] + 1
        self.states = enum_names("thread_state", "THREAD_")

    # ---- names ----

    def name(self, table, index):
        return self.boot[table][index]["name"].string()

    def cell_name(self, cell):
        return self.name("cells", cell)

    def thread_name(self, thread):
        if thread < self.cpus:
            return "(idle)"
        if thread >= int(self.state["thread_count"]):
            return "(none)"
        cell = int(self.thread(thread)["cell"])
        return self.cell_name(cell) + "." + self.name("threads", thread - self.cpus)

    def cells(self):
        return range(int(self.state["cell_count"]))

    def threads(self):
        """Without the idle ones."""
        return range(self.cpus, int(self.state["thread_count"]))

    def cell_find(self, name):
        for cell in self.cells():
            if self.cell_name(cell) == name:
                return cell
        raise gdb.GdbError('no cell "%s"; there are %s' % (
            name, ", ".join(self.cell_name(c) for c in self.cells())))

    def thread_find(self, name):
        """By "cell.thread", by number, or by the cell if it has one thread only."""
        if name.isdigit() and int(name) in self.threads():
            return int(name)
        found = [t for t in self.threads() if name in (
            self.thread_name(t), self.cell_name(int(self.thread(t)["cell"])))]
        if len(found) != 1:
            raise gdb.GdbError('%s thread "%s"; there are %s' % (
                "no" if not found else "more than one", name,
                ", ".join(self.thread_name(t) for t in self.threads())))
        return found[0]

    # ---- objects ----

    def thread(self, index):
        return self.state["threads"][index]

    def current(self, cpu=0):
        return int(self.state["cpu"][cpu]["current"])

    def registers(self, index):
        """r0 to r7 of a thread, wherever they are now."""
        for cpu in range(self.cpus):
            if self.current(cpu) == index:
                return [int(self.state["cpu"][cpu]["regs"][i]) for i in range(8)]
        return [int(self.thread(index)["regs"][i]) for i in range(8)]

    def cap(self, index):
        return Cap(self, index, int(self.state["caps"][index]))

    def slot(self, cell, slot):
        """The capability in a slot; None: outside the table or empty."""
        c = self.state["cells"][cell]
        if slot >= int(c["slots"]):
            return None
        cap = self.cap(int(c["slot_base"]) + slot)
        return None if cap.type == "empty" else cap

    def priority(self, index):
        t = self.thread(index)
        if int(t["sc"]) == NONE:
            return "level %d" % int(t["level"])
        sc = self.state["scs"][int(t["sc"])]
        lowered = ", lowered" if int(sc["lowered"]) != 0 else ""
        return str(int(self.boot["scs"][int(t["sc"])]["described"])) + lowered

    def slot_words(self, index, slot):
        """What a thread's call through a slot goes to."""
        cap = self.slot(int(self.thread(index)["cell"]), slot)
        return cap.object_name() if cap else "slot %d" % slot

    def thread_state(self, index):
        """In words: what it does, or what it waits for."""
        t = self.thread(index)
        state = self.states[int(t["state"])]
        serves = ""
        if int(t["caller"]) >= self.cpus:
            serves = " for " + self.thread_name(int(t["caller"]))
        if index in [self.current(cpu) for cpu in range(self.cpus)]:
            return "runs" + serves
        if state == "stopped":
            if int(t["fault_kind"]) != 0:
                return "stopped by a fault"
            return "stopped"
        if int(t["recv_key"]) != NONE:
            return "waits to be called"
        key = int(t["reply_key"])
        if key != NONE:
            verb = "faults to " if key & REPLY_KEY_FAULT else "calls "
            return verb + self.thread_name(key & ~REPLY_KEY_FAULT) + serves
        if state == "waiting":
            what = self.name("notifications", int(t["waits_on"]))
            sc = self.state["scs"][int(t["sc"])]
            if int(sc["armed"]) != 0:
                place = int(sc["armed"]) - 1
                at = self.state["due"][place | 1][place & 1]
                what += " or %s" % self.machine.time_words(int(at))
            return "waits for " + what
        if state == "pending_call":
            return "is to call " + self.slot_words(index, self.registers(index)[0]) + serves
        if state == "pending_fault":
            return "is to fault to " + self.slot_words(index, int(t["handler"])) + serves
        if state == "restart":
            return "in " + HYPERCALLS.get(int(t["restart"]), "a hypercall") + serves
        sc = int(t["sc"])
        if sc != NONE and not int(self.state["scs"][sc]["queued"]):
            return "ready, out of budget" + serves
        return "ready" + serves


class Cap:
    """A capability: core/cap.h has its layout."""

    def __init__(self, kernel, index, word):
        self.kernel = kernel
        self.index = index
        self.type = CAP_TYPES.get(word & 0xFF, "type %d" % (word & 0xFF))
        self.marked = word & CAP_MARK != 0
        self.bits = word >> 8 & 0x7F
        self.object = word >> 16 & 0xFFFF
        self.badge = word >> 32

    def object_name(self):
        k = self.kernel
        if self.type == "thread":
            return k.thread_name(self.object)
        if self.type == "region":
            return self.region_name()
        tables = {"notification": "notifications", "irq": "irqs", "cell": "cells"}
        return k.name(tables[self.type], self.object) if self.type in tables else "?"

    def region_name(self):
        k = self.kernel
        region = k.state["regions"][self.object]["map"]
        first, size = int(region["pa"]["raw"]), int(region["size"])
        where = "0x%08x-0x%08x" % (first, first + size - 1)
        if self.object < int(k.boot["region_count"]):
            entry = k.boot["regions"][self.object]
            return "%s.%s %s" % (k.cell_name(int(entry["cell"])), entry["name"].string(), where)
        return where

    def rights(self):
        names = RIGHTS.get(self.type, ())
        prefix = "RIGHT_"
        words = [n.lower() for n in names if self.bits & ABI[prefix + n]]
        return " ".join(words) or "nothing"

    def derived(self):
        """How many derivations deep, in words."""
        depth = int(self.kernel.state["derivations"][self.index]["depth"])
        words = "from boot" if depth == 0 else "derived, %d deep" % depth
        return words + (", being revoked" if self.marked else "")
