# SPDX-License-Identifier: BSD-2-Clause
"""What a debugger must know of the simulated machine. A machine has: boot(),
setup(), physical(), is_at_rest(), time_words(), now(), find_cell(), address_of(),
has_stack(), registers_of(), symbols_of(), is_machine_code() and save(); see
thimble.py for what they are for."""

import contextlib

import gdb

from kernel import STATE, is_booted, is_source_in, macros

STACK_SIZE = 64 * 1024
TICKS_PER_MS = macros("user/lib/time.h", "THIMBLE_")["TICKS_PER_MS"]
# Registers that a guest's context keeps (sim/switch_*.S), by host.
CONTEXT = {
    "i386:x86-64": {"sp": "rsp", "pc": "rip", "fp": "rbp"},
    "aarch64": {"sp": "sp", "pc": "pc", "fp": "x29"},
    "arm": {"sp": "sp", "pc": "pc", "fp": "r11"},
}
# Sources of the machine and the stubs of hypercalls, as make names them.
MACHINE_SOURCES = ("sim/", "core/", "arm/", "user/lib/thimble.h")


def setup():
    # The watchdog's timer, and signals that mean nothing to a system.
    gdb.execute("handle SIGVTALRM SIGALRM SIGPROF SIGPIPE nostop noprint pass", to_string=True)


# One address space and one program hold everything.
physical = contextlib.nullcontext
symbols_of = contextlib.nullcontext


def is_at_rest():
    return True


def address_of(location):
    return location


def save(_folder):
    raise gdb.GdbError("this is for targets; `make run TRACE=FILE` writes a trace")


def boot():
    """The tables that the core was booted from; None before that."""
    try:
        system = gdb.parse_and_eval("sim_host.system")
        booted = is_booted()
    except gdb.error as error:
        raise gdb.GdbError("this is no program that runs a system: %s" % error)
    return system.dereference() if int(system) != 0 and booted else None


def now():
    """In counter ticks."""
    return int(gdb.parse_and_eval("sim_clock.now")) * TICKS_PER_MS // 1000000


def time_words(ticks):
    return "%.2f us" % (ticks * 1000 / TICKS_PER_MS)


def find_cell(name):
    """A cell's number and program, in the description: known before it runs."""
    cells = gdb.parse_and_eval("thimble_system.cells")
    names = []
    while int(cells[len(names)]["name"]) != 0:
        cell = cells[len(names)]
        if cell["name"].string() == name:
            return len(names), "program_" + cell["program"].string()
        names.append(cell["name"].string())
    raise gdb.GdbError('no cell "%s"; there are %s' % (name, ", ".join(names)))


def registers_of(thread):
    """{register: value} that make a thread's stack the one to look at; {} if it is
    already, None if there is none (a scripted guest, or not started)."""
    guest = gdb.parse_and_eval("sim_guests[%d]" % thread)
    low = int(guest["stack"])
    if low == 0:
        return None
    sp = int(gdb.parse_and_eval("(unsigned long)$sp"))
    if low <= sp <= low + STACK_SIZE:
        return {}
    host = gdb.newest_frame().architecture().name()
    names = next(names for start, names in CONTEXT.items() if host.startswith(start))
    return {register: int(guest["context"][field]) for field, register in names.items()}


def has_stack(thread):
    return int(gdb.parse_and_eval("sim_guests[%d]" % thread)["stack"]) != 0


def is_machine_code(frame):
    """A frame of the simulator or of a hypercall's stub, not of a cell's program."""
    symtab = frame.find_sal().symtab
    return symtab is None or is_source_in(symtab, MACHINE_SOURCES)
