# SPDX-License-Identifier: BSD-2-Clause
"""Runs an image in QEMU for some milliseconds of its own time, stops it, and copies
what the image's readout program wants to see out of its memory, by QEMU's monitor.

    readout.py READOUT MS FOLDER NM IMAGE QEMU [ARGUMENT...]

The guest is not touched, and nothing is added to it."""

import json
import os
import socket
import subprocess
import sys
import time

PATIENCE = 120.0  # seconds; a system that is idle for ever never gets there
IDLE = 3.0  # seconds without any progress


def fail(words):
    sys.exit("readout: " + words)


class Monitor:
    """QEMU's machine protocol: one line of JSON for each command and answer."""

    def __init__(self, channel):
        self.lines = channel.makefile("rw")
        self.lines.readline()  # its greeting
        self.do("qmp_capabilities")

    def do(self, command, **arguments):
        self.lines.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        self.lines.flush()
        for line in self.lines:
            answer = json.loads(line)
            if "error" in answer:
                fail(answer["error"]["desc"])
            if "return" in answer:
                return answer["return"]
        fail("QEMU has ended")

    def copy(self, address, size, path):
        self.do("pmemsave", val=address, size=size, filename=os.path.abspath(path))


def symbols(nm, image):
    found = {}
    for line in subprocess.check_output([nm, image], text=True).splitlines():
        words = line.split()
        if len(words) == 3:
            found[words[2]] = int(words[0], 16)
    return found


def ranges(readout, nm, image):
    """{file: (address or None, size)}."""
    known = symbols(nm, image)
    found = {}
    for line in subprocess.check_output([readout, "--ranges"], text=True).splitlines():
        name, where, size = line.split()
        symbol, _, offset = where.partition("+")
        address = int(where, 16) if where.startswith("0x") else known.get(symbol)
        found[name] = (address if address is None else address + int(offset or 0), int(size))
    return found


def run_until(monitor, ticks, where, folder):
    """Lets the machine run until the core has seen this time."""
    path = os.path.join(folder, "started.bin")
    began = moved = time.monotonic()
    last = -1
    while last < ticks:
        monitor.copy(where[0], where[1], path)
        with open(path, "rb") as file:
            seen = int.from_bytes(file.read(), "little")
        now = time.monotonic()
        if seen != last:
            last, moved = seen, now
        if now - moved > IDLE:
            print("the system has been idle for long: what it did until then", file=sys.stderr)
            return
        if now - began > PATIENCE:
            fail("QEMU takes too long")
        time.sleep(0.002)


def main():
    readout, milliseconds, folder, nm, image = sys.argv[1:6]
    if not milliseconds.isdigit() or int(milliseconds) == 0:
        fail("not a number of milliseconds: " + milliseconds)
    os.makedirs(folder, exist_ok=True)
    for name in os.listdir(folder):
        os.remove(os.path.join(folder, name))
    what = ranges(readout, nm, image)
    ticks = int(milliseconds) * what.pop("ticks_per_ms")[1]
    started = what.pop("started")
    ours, theirs = socket.socketpair()
    command = sys.argv[6:] + ["-S", "-chardev", "socket,id=m,fd=%d" % theirs.fileno(),
                              "-mon", "chardev=m,mode=control",
                              "-serial", "file:" + os.path.join(folder, "console.txt"),
                              "-display", "none", "-kernel", image]
    qemu = subprocess.Popen(command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)
    theirs.close()
    try:
        monitor = Monitor(ours)
        monitor.do("cont")
        run_until(monitor, ticks, started, folder)
        monitor.do("stop")
        for name, (address, size) in what.items():
            if address is not None:
                monitor.copy(address, size, os.path.join(folder, name + ".bin"))
        monitor.do("quit")
        qemu.wait(10)
    finally:
        qemu.kill()


main()
