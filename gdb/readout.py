# SPDX-License-Identifier: BSD-2-Clause
"""Runs an image in QEMU and copies what the image's readout program wants to see out of
its memory. The guest is not touched, and nothing is added to it.

    readout.py --time TIME READOUT FOLDER NM IMAGE QEMU [ARGUMENT...]
    readout.py --terminal BASE,SIZE READOUT FOLDER NM IMAGE QEMU [ARGUMENT...]

With a time, that is the guest's own, and copies are made by QEMU's monitor. With a terminal
QEMU has that, and runs until it is ended; its RAM is a file, which is still there then.
How the run ended is in FOLDER/end."""

import getopt
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time

PATIENCE = 120.0  # seconds; a system that is busy without end may never get there
STUCK = 3.0  # seconds without any progress: a thread loops
IDLE = 1.0  # likewise, while no thread runs
UNITS = {"": 1, "ms": 1, "us": 1e-3, "ns": 1e-6, "s": 1e3, "min": 6e4}
NOTHING_TO_COME = "no active timers"  # QEMU's words for it; nobody has to read them


def fail(words):
    sys.exit("readout: " + words)


def milliseconds(text):
    found = re.fullmatch(r"(\d+(?:\.\d+)?)(|ns|us|ms|s|min)", text)
    value = float(found.group(1)) * UNITS[found.group(2)] if found else 0
    if not 0 < value <= 1e9:
        fail("--time %s: not a duration; write 50ms, 1.5s" % text)
    return value


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


class RamFile:
    """The file that was a machine's RAM."""

    def __init__(self, path, base, size):
        self.file, self.base, self.size = open(path, "rb"), base, size

    def copy(self, address, size, path):
        if 0 <= address - self.base <= self.size - size:
            self.file.seek(address - self.base)
            with open(path, "wb") as to:
                to.write(self.file.read(size))


class Image:
    """What its readout program knows of it, and where the copies go."""

    def __init__(self, readout, folder, nm, image):
        self.readout, self.folder, self.image = readout, folder, image
        self.symbols = {}
        for line in subprocess.check_output([nm, image], text=True).splitlines():
            words = line.split()
            if len(words) == 3:
                self.symbols[words[2]] = int(words[0], 16)
        self.what = self.ranges([])
        self.ticks_per_ms = self.what.pop("ticks_per_ms")[1]
        self.idle_threads = self.what.pop("idle_threads")[1]
        self.started = self.what.pop("started")
        self.current = self.what.pop("current")
        os.makedirs(folder, exist_ok=True)
        for name in os.listdir(folder):
            os.remove(os.path.join(folder, name))

    def ranges(self, arguments):
        """{file: (address or None, size)}."""
        found = {}
        command = [self.readout, "--ranges"] + arguments
        for line in subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                   text=True).stdout.splitlines():
            name, where, size = line.split()
            symbol, _, offset = where.partition("+")
            address = int(where, 16) if where.startswith("0x") else self.symbols.get(symbol)
            found[name] = (address if address is None else address + int(offset or 0), int(size))
        return found

    def path(self, name):
        return os.path.join(self.folder, name)

    def copy(self, source):
        """First the state; that says what else there is to see."""
        for what in (self.what, None):
            for name, (address, size) in (what or self.ranges([self.folder])).items():
                if address is not None:
                    source.copy(address, size, self.path(name))

    def number(self, source, where):
        source.copy(where[0], where[1], self.path("number"))
        with open(self.path("number"), "rb") as file:
            return int.from_bytes(file.read(), "little")

    def ended(self, kind):
        with open(self.path("end"), "w") as file:
            file.write(kind + "\n")


def run_until(monitor, image, ticks, said):
    """Lets the machine run until the core has seen this time; how it ended."""
    began = moved = time.monotonic()
    last = -1
    while last < ticks:
        seen = image.number(monitor, image.started)
        now = time.monotonic()
        if seen != last:
            last, moved = seen, now
        with open(said) as file:
            if NOTHING_TO_COME in file.read():
                return "idle"
        idle = image.number(monitor, image.current) < image.idle_threads
        if now - moved > (IDLE if idle else STUCK):
            return "idle" if idle else "watchdog"
        if now - began > PATIENCE:
            fail("QEMU takes too long")
        time.sleep(0.002)
    return "time"


def run_timed(image, ms, qemu):
    ours, theirs = socket.socketpair()
    said = image.path("qemu")
    command = qemu + ["-S", "-chardev", "socket,id=m,fd=%d" % theirs.fileno(),
                      "-mon", "chardev=m,mode=control",
                      "-serial", "file:" + image.path("console.txt"),
                      "-display", "none", "-kernel", image.image]
    with open(said, "w") as errors:
        child = subprocess.Popen(command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL,
                                 stderr=errors)
    theirs.close()
    try:
        monitor = Monitor(ours)
        monitor.do("cont")
        image.ended(run_until(monitor, image, ms * image.ticks_per_ms, said))
        monitor.do("stop")
        image.copy(monitor)
        monitor.do("quit")
        child.wait(10)
    finally:
        child.kill()
        with open(said) as file:
            for line in file:
                if NOTHING_TO_COME not in line:
                    sys.stderr.write(line)


def run_on_terminal(image, base, size, qemu):
    ram = image.path("ram")
    command = qemu + ["-object", "memory-backend-file,id=ram,share=on,size=%d,mem-path=%s"
                      % (size, ram), "-machine", "memory-backend=ram",
                      "-nographic", "-kernel", image.image]
    # QEMU is to be ended by these, and what comes after it is not.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    child = subprocess.Popen(command)
    while child.poll() is None:
        try:
            child.wait()
        except InterruptedError:
            pass
    sys.stdout.write("\n")
    image.copy(RamFile(ram, base, size))
    image.ended("request")
    os.remove(ram)


def main():
    try:
        options, words = getopt.getopt(sys.argv[1:], "", ["time=", "terminal="])
    except getopt.GetoptError as error:
        fail(str(error))
    options = dict(options)
    if len(words) < 5 or len(options) != 1:
        sys.exit(__doc__)
    if "--time" in options:
        ms = milliseconds(options["--time"])
        run_timed(Image(*words[:4]), ms, words[4:])
    else:
        base, size = (int(word, 0) for word in options["--terminal"].split(","))
        run_on_terminal(Image(*words[:4]), base, size, words[4:])


main()
