# SPDX-License-Identifier: BSD-2-Clause
"""gdb on cells and core: the `thimble` commands. docs/debugging.md shows them.

    gdb -x gdb/thimble.py build/systems/pingpong/run    (or: make gdb, make gdb ARCH=arm)

What a machine has to do with it is in machine_*.py: how to get at the stack of a
thread that does not run, and at the time. The rest is the same for all. Which one
it is, the program tells: only images have tables named arm_system."""

import contextlib
import os
import sys

import gdb

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import kernel  # noqa: E402 (after the path)

if gdb.lookup_global_symbol("arm_system") is not None:
    import machine_arm as machine  # noqa: E402
else:
    import machine_sim as machine  # noqa: E402


def table(rows):
    """Columns as wide as they must be; the last is ragged."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


@contextlib.contextmanager
def stack_of(thread):
    """The debugger's registers are those that the thread will go on with."""
    with machine.symbols_of(thread):
        with registers_set(thread):
            yield


def register_set(name, value):
    """Of the innermost frame: with some registers set and others not, gdb may take an
    outer frame for the one that was selected, whose registers are not all to be set."""
    gdb.newest_frame().select()
    gdb.execute("set $%s = %d" % (name, value), to_string=True)


@contextlib.contextmanager
def registers_set(thread):
    registers = machine.registers_of(thread)
    if registers is None:
        raise gdb.GdbError("this thread has no stack")
    selected = gdb.selected_frame()
    gdb.newest_frame().select()
    before = {name: gdb.parse_and_eval("(unsigned long)$" + name) for name in registers}
    try:
        for name, value in registers.items():
            register_set(name, value)
        yield
    finally:
        for name, value in before.items():
            register_set(name, int(value))
        if not registers and selected.is_valid():
            selected.select()


def place(thread):
    """Where a thread's program is, in words."""
    if not machine.has_stack(thread):
        return "-"
    with stack_of(thread):
        frame = gdb.newest_frame()
        while frame is not None and machine.is_machine_code(frame):
            frame = frame.older()
        if frame is None:
            return "(at its start)"
        sal = frame.find_sal()
        return "%s () at %s:%d" % (frame.name(), os.path.basename(sal.symtab.filename), sal.line)


class Command(gdb.Command):
    """One `thimble` command. `words`: how many arguments, at least and at most."""

    words = (0, 0)

    def __init__(self):
        super().__init__("thimble " + self.name, gdb.COMMAND_DATA)

    def invoke(self, argument, from_tty):
        words = gdb.string_to_argv(argument)
        if not self.words[0] <= len(words) <= self.words[1]:
            raise gdb.GdbError("usage: thimble " + self.usage)
        with machine.physical():
            self.run(words)


class Cells(Command):
    """All cells: program, and how much they use of what they may have.

thimble cells"""

    name = usage = "cells"

    def run(self, words):
        k = kernel.Kernel(machine)
        rows = [("#", "cell", "program", "threads", "slots used", "table pages")]
        for c in k.cells():
            cell = k.state["cells"][c]
            used = [k.slot(c, s) for s in range(int(cell["slots"]))]
            rows.append((
                str(c), k.cell_name(c), k.boot["cells"][c]["program"].string(),
                str(sum(int(k.thread(t)["cell"]) == c for t in k.threads())),
                "%d of %d" % (sum(cap is not None for cap in used), len(used)),
                "%d of %d" % (int(cell["tables"]), int(cell["quota"]))))
        table(rows)


class Threads(Command):
    """All threads, or those of a cell: what each does or waits for, its priority
(a passive thread's level), and where its program is. * marks the one that runs.

thimble threads [CELL]"""

    name = "threads"
    usage = "threads [CELL]"
    words = (0, 1)

    def run(self, words):
        k = kernel.Kernel(machine)
        only = k.cell_find(words[0]) if words else None
        rows = [("", "#", "thread", "does", "priority", "at")]
        for t in k.threads():
            if only is None or int(k.thread(t)["cell"]) == only:
                rows.append(("*" if t == k.current() else "", str(t), k.thread_name(t),
                             k.thread_state(t), k.priority(t), place(t)))
        table(rows)


class Caps(Command):
    """The capability table of a cell.

thimble caps CELL"""

    name = "caps"
    usage = "caps CELL"
    words = (1, 1)

    def run(self, words):
        k = kernel.Kernel(machine)
        cell = k.cell_find(words[0])
        rows = [("slot", "type", "object", "rights", "badge", "derivation")]
        for slot in range(int(k.state["cells"][cell]["slots"])):
            cap = k.slot(cell, slot)
            if cap is not None:
                rows.append((str(slot), cap.type, cap.object_name(), cap.rights(),
                             "0x%x" % cap.badge, cap.derived()))
        table(rows)


class Backtrace(Command):
    """Backtrace of a thread, wherever the debugger is: of "cell.thread", of a cell
that has one only, or of a number that `thimble threads` shows.

thimble backtrace THREAD"""

    name = "backtrace"
    usage = "backtrace THREAD"
    words = (1, 1)

    def run(self, words):
        with stack_of(kernel.Kernel(machine).thread_find(words[0])):
            gdb.newest_frame().select()
            gdb.execute("backtrace")


class Break(Command):
    """Breakpoint in one cell: at LOCATION, or at the start of its program. Other
cells that run the same code do not stop there. Works before the run, too.

thimble break CELL [LOCATION]"""

    name = "break"
    usage = "break CELL [LOCATION]"
    words = (1, 2)

    def run(self, words):
        cell, program = machine.find_cell(words[0])
        BreakInCell(machine.address_of(words[1] if len(words) > 1 else program), cell)


class BreakInCell(gdb.Breakpoint):
    """Counts while a thread of this cell runs."""

    def __init__(self, location, cell):
        super().__init__(location)
        self.cell = cell

    def stop(self):
        with machine.physical():
            return int(gdb.parse_and_eval("%s.threads[%s.cpu[0].current].cell" % (
                kernel.STATE, kernel.STATE))) == self.cell


def trace_set(cpu, on):
    """As the core's function of this name does, which an image may not have."""
    old = int(gdb.parse_and_eval(cpu + ".not_fast")) & ~kernel.NOT_FAST_TRACING
    key = str(kernel.FAST_KEY_NEVER) if on else cpu + ".id"
    gdb.execute("set var %s.tracing = %d" % (cpu, on))
    gdb.execute("set var %s.fast_key = %s" % (cpu, key))
    gdb.execute("set var %s.not_fast = %d" % (cpu, old | (kernel.NOT_FAST_TRACING if on else 0)))


class Trace(Command):
    """The last N events of the core's trace ring (20 if not given), or switches
tracing on or off. Nothing is recorded while it is off, as it is at first.

thimble trace [N|on|off]"""

    name = "trace"
    usage = "trace [N|on|off]"
    words = (0, 1)

    def run(self, words):
        k = kernel.Kernel(machine)
        if words and words[0] in ("on", "off"):
            for cpu in range(k.cpus):
                trace_set("%s.cpu[%d]" % (kernel.STATE, cpu), words[0] == "on")
            return
        if words and not words[0].isdigit():
            raise gdb.GdbError("usage: thimble " + self.usage)
        ring = gdb.parse_and_eval("trace_ring")
        size = ring["events"].type.range()[1] + 1
        end = int(ring["next"])
        first = max(0, end - size, end - int(words[0] if words else 20))
        if first == end:
            on = int(k.state["cpu"][0]["tracing"]) != 0
            print("nothing has been traced" + ("" if on else ": `thimble trace on` starts it"))
            return
        kinds = kernel.enum_names("trace_kind", "TRACE_")
        rows = [("time", "thread", "event")]
        for n in range(first, end):
            event = ring["events"][n % size]
            rows.append((machine.time_words(int(event["time"])),
                         k.thread_name(int(event["thread"])),
                         event_words(k, kinds[int(event["kind"])], event)))
        table(rows)


def log_text(first, count):
    """Characters of the core's ring of text, by their place in it."""
    text = gdb.parse_and_eval("klog.text")
    size = text.type.range()[1] + 1
    ring = gdb.selected_inferior().read_memory(int(text.address), size).tobytes()
    return "".join(chr(ring[(first + i) % size]) for i in range(min(count, size)))


class Log(Command):
    """What the core has printed, as far back as it is kept: boot lines, dumps of
threads that a fault has stopped. A running dump may still be incomplete.

thimble log"""

    name = usage = "log"

    def run(self, words):
        end = int(gdb.parse_and_eval("klog.next"))
        if end == 0 and machine.boot() is None:
            raise gdb.GdbError(kernel.NOT_BOOTED)
        kept = min(end, int(gdb.parse_and_eval("sizeof(klog.text)")))
        print(log_text(end - kept, kept), end="")


def event_words(k, kind, event):
    a, b = int(event["a"]), int(event["b"])
    owner = lambda: k.thread_name(int(k.state["scs"][a]["thread"]))  # noqa: E731
    if kind == "run":
        return "runs" if int(event["thread"]) < k.cpus else "runs on the time of " + owner()
    if kind == "connect":
        return ("faults to " if b else "calls ") + k.thread_name(a)
    if kind == "end":
        return "is done with " + k.thread_name(a)
    if kind == "hypercall":
        status = kernel.ERRORS.get(b, "ok" if b == 0 else "%d" % b)
        return "%s: %s" % (kernel.HYPERCALLS.get(a, "hypercall %d" % a), status)
    if kind == "interrupt":
        return "interrupt, line %d" % a
    if kind == "signal":
        return "signal to %s, its bits 0x%x" % (k.name("notifications", a), b)
    if kind == "fault":
        return "fault (%s) at 0x%x" % (kernel.FAULTS.get(a, "kind %d" % a), b)
    if kind in ("depleted", "refilled"):
        return "budget of %s is %s" % (owner(), kind)
    if kind == "text":
        return "the core prints: " + log_text(a, b).rstrip()
    return "is stopped" if kind == "stop" else kind


class Save(Command):
    """Copies the state, the trace and the cells' figures out of the target into a
folder, and prints who had the CPU. trace.json there is for Perfetto.

thimble save FOLDER"""

    name = "save"
    usage = "save FOLDER"
    words = (1, 1)

    def run(self, words):
        kernel.Kernel(machine)  # which has booted
        machine.save(words[0])


class Prefix(gdb.Command):
    """Cells, threads and capabilities of the system that is debugged.

thimble cells | threads | caps | backtrace | break | trace | log | save"""

    def __init__(self):
        super().__init__("thimble", gdb.COMMAND_DATA, prefix=True)


def on_stop(_event):
    """Says whose turn it is, which gdb cannot know."""
    try:
        with machine.physical():
            if not machine.is_at_rest() or machine.boot() is None:
                return
            k = kernel.Kernel(machine)
            print("[%s, %s]" % (k.thread_name(k.current()), machine.time_words(machine.now())))
    except gdb.error:
        pass  # a program that runs no system, or that is not there yet


machine.setup()
Prefix()
for command in (Cells, Threads, Caps, Backtrace, Break, Trace, Log, Save):
    command()
gdb.events.stop.connect(on_stop)
