#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""console.py SCRIPT COMMAND...: runs a command, and holds a conversation with it.

A script's lines, tried in order:
    expect REGEX    waits until the output since the last match has it
    times N REGEX   the same N times
    most N REGEX    the same, and the number that it has in parentheses is at most N
    never REGEX     from now on the output must not have it
    send TEXT       types a line
    type TEXT       types it without the end of the line
    within SECONDS  for each expect that follows (60)
    end             waits until the command ends; without it, the command is killed
Blank lines and lines with # are skipped. One line a check is printed; the exit code is 0
if all were met. CONSOLE_LOG=FILE keeps all output, as it comes; CONSOLE_NAME=NAME is who
is meant if several run at once.
"""
import os
import pty
import re
import select
import subprocess
import sys
import time


class Failed(Exception):
    pass


class Console:
    def __init__(self, command):
        self.master, slave = pty.openpty()
        self.process = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave,
                                        close_fds=True)
        os.close(slave)
        self.text = ""
        self.seen = 0
        self.searched = 0
        self.within = 60.0
        self.forbidden = []
        self.ended = False
        self.log = None
        if "CONSOLE_LOG" in os.environ:
            self.log = open(os.environ["CONSOLE_LOG"], "w", encoding="utf-8")

    def read(self, until):
        ready, _, _ = select.select([self.master], [], [], max(0.0, until - time.time()))
        if not ready:
            return False
        try:
            data = os.read(self.master, 65536)
        except OSError:  # its end
            data = b""
        if not data:
            self.ended = True
            return False
        text = data.decode("utf-8", "replace").replace("\r", "")
        self.text += text
        if self.log:
            self.log.write(text)
            self.log.flush()
        for pattern in self.forbidden:
            if re.search(pattern, self.text[self.unsearched():], re.MULTILINE):
                raise Failed("came, but must not: " + pattern)
        return True

    def unsearched(self):
        # Patterns match within a line: no line is searched again and again but the last.
        return max(self.seen, self.text.rfind("\n", 0, self.searched) + 1)

    def expect(self, pattern):
        until = time.time() + self.within
        self.searched = self.seen
        while True:
            start = self.unsearched()
            match = re.search(pattern, self.text[start:], re.MULTILINE)
            if match:
                self.seen = start + match.end()
                return match
            self.searched = len(self.text)
            if self.ended or time.time() >= until or not self.read(until):
                if self.ended or time.time() >= until:
                    raise Failed("did not come: " + pattern)

    def send(self, text):
        # A few characters at a time: a UART's receive FIFO has 16.
        for start in range(0, len(text), 8):
            os.write(self.master, text[start:start + 8].encode())
            time.sleep(0.02)

    def end(self):
        until = time.time() + self.within
        while not self.ended and time.time() < until:
            self.read(until)
        if self.process.wait(timeout=5) != 0:
            raise Failed("the command ended with %d" % self.process.returncode)

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def run(console, line):
    word, _, rest = line.partition(" ")
    if word == "expect":
        console.expect(rest)
    elif word == "times":
        count, _, pattern = rest.partition(" ")
        for _ in range(int(count)):
            console.expect(pattern)
    elif word == "most":
        limit, _, pattern = rest.partition(" ")
        number = int(console.expect(pattern).group(1))
        if number > int(limit):
            raise Failed("%d, and the most is %s: %s" % (number, limit, pattern))
    elif word == "never":
        console.forbidden.append(rest)
    elif word == "send":
        console.send(rest + "\r")
    elif word == "type":
        console.send(rest.encode().decode("unicode_escape"))
    elif word == "within":
        console.within = float(rest)
    elif word == "end":
        console.end()
    else:
        raise Failed("no such word: " + word)


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    console = Console(sys.argv[2:])
    started = time.time()
    failed = None
    try:
        with open(sys.argv[1], encoding="utf-8") as script:
            for number, line in enumerate(script, 1):
                line = line.strip()
                if line and not line.startswith("#"):
                    run(console, line)
    except Failed as failure:
        failed = "%s:%d: %s" % (sys.argv[1], number, failure)
    finally:
        console.close()
        if console.log:
            console.log.close()
    # At once, so that others' lines do not come between.
    name = os.environ.get("CONSOLE_NAME", sys.argv[1])
    if failed:
        print("%s: %s\n%s: the last of its output:\n%s" % (name, failed, name,
                                                         console.text[-1500:]), flush=True)
        sys.exit(1)
    print("%s: as expected, %.0f s" % (name, time.time() - started), flush=True)


main()
