# SPDX-License-Identifier: BSD-2-Clause
"""What a debugger must know of an ARM image under QEMU's gdb stub. See
machine_sim.py for what a machine has.

Cells are linked at the same address, so the symbols of one are loaded at a time.
While a cell runs, the debugger's addresses are translated as the cell's are: the
core's state is then reached by physical address, which QEMU's stub offers."""

import contextlib
import os
import subprocess

import gdb

from kernel import STATE, is_booted, is_source_in, macros

CONTEXT = macros("arm/context.h", "CONTEXT_")
MACHINE_SOURCES = ("core/", "arm/", "user/arm/", "user/lib/thimble.h")
MODE_USER, MODE_MASK, THUMB = 0x10, 0x1F, 0x20

IMAGE = gdb.current_progspace().filename
FOLDER = os.path.dirname(IMAGE)
loaded = None  # the cell whose symbols are


def setup():
    gdb.execute("set confirm off")
    gdb.execute("set arm fallback-mode thumb")
    # The vectors' frames have no end that a debugger could know.
    gdb.execute("set backtrace limit 30")
    # It would keep what it read under other translations.
    gdb.execute("set stack-cache off")
    gdb.execute("set code-cache off")


def readout(*arguments):
    return subprocess.check_output([os.path.join(FOLDER, "readout"), *arguments], text=True)


RANGES = {words[0]: words[1:] for words in map(str.split, readout("--ranges").splitlines())}
TICKS_PER_MS = int(RANGES.pop("ticks_per_ms")[1])
for number in ("started", "current", "idle_threads"):
    RANGES.pop(number)


@contextlib.contextmanager
def physical():
    """The debugger's addresses are physical, whatever runs."""
    if "remote" not in str(gdb.selected_inferior().connection):
        yield  # nothing runs yet
        return
    gdb.execute("maintenance packet Qqemu.PhyMemMode:1", to_string=True)
    try:
        yield
    finally:
        gdb.execute("maintenance packet Qqemu.PhyMemMode:0", to_string=True)


def word(name):
    """A register, as a number of 32 bits."""
    return int(gdb.parse_and_eval("(unsigned)$" + name))


def boot():
    """The tables that the core boots from; None while it has not."""
    return gdb.parse_and_eval("arm_system") if is_booted() else None


def now():
    """In counter ticks: up to where the core has accounted for its time."""
    return int(gdb.parse_and_eval(STATE + ".cpu[0].started"))


def time_words(ticks):
    return "%.2f us" % (ticks * 1000 / TICKS_PER_MS)


def running():
    return int(gdb.parse_and_eval(STATE + ".cpu[0].current"))


def cell_of(thread):
    return int(gdb.parse_and_eval("%s.threads[%d].cell" % (STATE, thread)))


def cell_name(cell):
    return gdb.parse_and_eval("arm_system.cells[%d].name" % cell).string()


def elf(name):
    return os.path.join(FOLDER, "generated", name + ".elf")


def symbols(name):
    """Loads the symbols of a cell in place of another's. True: they are new."""
    global loaded
    if name == loaded:
        return False
    if loaded is not None:
        gdb.execute('remove-symbol-file "%s"' % elf(loaded), to_string=True)
    gdb.execute('add-symbol-file "%s"' % elf(name), to_string=True)
    loaded = name
    return True


@contextlib.contextmanager
def symbols_of(thread):
    """A thread's frames have the names of its own cell's program."""
    before = loaded
    symbols(cell_name(cell_of(thread)))
    try:
        yield
    finally:
        if before is not None:
            symbols(before)


def is_at_rest():
    """At a stop that the user is to be told of; the running cell's symbols are there."""
    thread = running()
    if thread != 0 and symbols(cell_name(cell_of(thread))) and word("cpsr") & MODE_MASK == MODE_USER:
        gdb.invalidate_cached_frames()
    return True


def find_cell(name):
    """A cell's number and the place of its program."""
    count = int(gdb.parse_and_eval("arm_system.cell_count"))
    names = [cell_name(cell) for cell in range(count)]
    if name not in names:
        raise gdb.GdbError('no cell "%s"; there are %s' % (name, ", ".join(names)))
    symbols(name)
    return names.index(name), "thimble_program"


def address_of(location):
    """Breakpoints are on addresses: symbols come and go."""
    places = gdb.decode_line(location)[1]
    if not places:
        raise gdb.GdbError("no code at " + location)
    return "*0x%x" % places[0].pc


def has_stack(thread):
    """While the core runs, the running thread's stack pointer and place are in
    registers that the stub does not show."""
    return thread != running() or word("cpsr") & MODE_MASK == MODE_USER


def to_physical(cell, address):
    """Where an address of a cell lies; None: nowhere."""
    regions = gdb.parse_and_eval(STATE + ".regions")
    for i in range(int(gdb.parse_and_eval(STATE + ".region_count"))):
        where = regions[i]["map"]
        offset = address - int(where["gpa"]["raw"])
        if int(regions[i]["cell"]) == cell and 0 <= offset < int(where["size"]):
            return int(where["pa"]["raw"]) + offset
    return None


def of_stored(thread):
    t = gdb.parse_and_eval("%s.threads[%d]" % (STATE, thread))
    machine = t["machine"]
    registers = {"r%d" % i: int(t["regs"][i]) for i in range(8)}
    for i in range(8, 13):
        registers["r%d" % i] = int(machine[CONTEXT["R8"] + i - 8])
    registers["lr"] = int(machine[CONTEXT["LR"]])
    registers["sp"] = int(machine[CONTEXT["SP"]])
    registers["pc"] = int(machine[CONTEXT["PC"]])
    registers["cpsr"] = int(machine[CONTEXT["CPSR"]])
    return registers


def registers_of(thread):
    """{register: value} that make a thread's stack the one to look at, by physical
    address; None if its stack pointer is wild."""
    here = word("cpsr")
    if not has_stack(thread):
        raise gdb.GdbError("this thread is in the hypervisor: break in its cell to see its stack")
    if thread != running():
        registers = of_stored(thread)
    else:
        names = ["r%d" % i for i in range(13)] + ["lr", "sp", "pc"]
        registers = {name: word(name) for name in names}
        registers["cpsr"] = here
    stack = to_physical(cell_of(thread), registers["sp"] - 4)
    if stack is None:
        return None
    registers["sp"] = stack + 4
    # The machine stays in the mode that it is in; only its instruction set is the thread's.
    registers["cpsr"] = (here & ~THUMB) | (registers["cpsr"] & THUMB)
    return registers


def is_machine_code(frame):
    """A frame of a hypercall's stub, not of a cell's program."""
    symtab = frame.find_sal().symtab
    return symtab is None or is_source_in(symtab, MACHINE_SOURCES)


def save(folder):
    """Copies what `readout` wants to see."""
    os.makedirs(folder, exist_ok=True)
    for name, (where, size) in RANGES.items():
        try:
            start = int(gdb.parse_and_eval("(unsigned)&" + where if where.isidentifier() else where))
        except gdb.error:
            continue  # an image without printing has no text
        data = gdb.selected_inferior().read_memory(start, int(size))
        with open(os.path.join(folder, name), "wb") as file:
            file.write(data)
    print(readout("--programs", os.path.join(FOLDER, "generated"), "--trace",
                  os.path.join(folder, "trace.json"), folder), end="")
