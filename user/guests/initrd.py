#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""An initial RAM file system as a cpio archive ("newc", which the kernel reads; see its
Documentation/driver-api/early-userspace/buffer-format.rst). Written here and not by
cpio(1), so that it needs no root for the device node and is the same, byte for byte,
wherever it is made: boots are compared by their instructions."""
import argparse
import pathlib
import re
import stat
import sys

# Virtio's transport and devices, with what they depend on.
MODULES = ["virtio_mmio", "virtio_console", "virtio_net", "virtio_blk"]


def fail(text):
    sys.exit(f"initrd: {text}")


class Archive:
    def __init__(self):
        self.parts = []
        self.inode = 0

    def add(self, name, mode, data=b"", device=(0, 0)):
        self.inode += 1
        path = name.encode() + b"\0"
        fields = (self.inode, mode, 0, 0, 1, 0, len(data), 0, 0, *device, len(path), 0)
        header = b"070701" + b"".join(b"%08X" % field for field in fields)
        for part in (header + path, data):
            self.parts.append(part + bytes(-len(part) % 4))

    def folder(self, name):
        self.add(name, stat.S_IFDIR | 0o755)

    def file(self, name, data, mode=0o644):
        self.add(name, stat.S_IFREG | mode, data)

    def finish(self):
        self.add("TRAILER!!!", 0)
        return b"".join(self.parts)


def modules_in_order(root):
    """Paths of MODULES and what they need, each behind what it needs. What is built
    into this kernel is not there, and not needed."""
    found = {}
    for path in sorted(pathlib.Path(root).rglob("*.ko*")):
        if path.suffix == ".ko":
            found[path.stem.replace("-", "_")] = path
    if not found:
        fail(f"no modules in {root}")
    order = []

    def add(name):
        if name not in found or found[name] in order:
            return
        depends = re.search(rb"\0depends=([^\0]*)\0", found[name].read_bytes())
        if depends is None:
            fail(f"{found[name]} does not say what it depends on")
        for other in filter(None, depends.group(1).decode().split(",")):
            add(other.replace("-", "_"))
        order.append(found[name])

    for name in MODULES:
        add(name)
    return order


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for option in ("--init", "--busybox", "--program", "--module", "--modules", "--out"):
        parser.add_argument(option, required=True)
    options = parser.parse_args()

    archive = Archive()
    for name in ("bin", "dev", "modules", "proc", "sys", "tmp"):
        archive.folder(name)
    # Init's input and output, before /dev is mounted.
    archive.add("dev/console", stat.S_IFCHR | 0o600, device=(5, 1))
    archive.file("init", pathlib.Path(options.init).read_bytes(), 0o755)
    archive.file("bin/busybox", pathlib.Path(options.busybox).read_bytes(), 0o755)
    archive.file("bin/thimble", pathlib.Path(options.program).read_bytes(), 0o755)
    archive.add("bin/sh", stat.S_IFLNK | 0o777, b"busybox")
    modules = modules_in_order(options.modules)
    for path in modules:
        archive.file(f"modules/{path.name}", path.read_bytes())
    # Our own; init loads it where the device tree has something for it.
    archive.file("modules/thimble.ko", pathlib.Path(options.module).read_bytes())
    archive.file("modules/order", "".join(f"{path.name}\n" for path in modules).encode())
    pathlib.Path(options.out).write_bytes(archive.finish())


main()
