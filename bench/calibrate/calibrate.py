# SPDX-License-Identifier: BSD-2-Clause
"""Prices of the simulator from counts of the ARM image, and the comparison of both.

    calibrate.py fit MEASURED COUNTED BENCH...    writes sim/cost_table.h
    calibrate.py check MEASURED COUNTED           fails where more than 10 % differ

MEASURED has SYSTEM.spans of bench/spans, and of the benchmarks; COUNTED has SYSTEM.count
of bench/calibrate/count.c. A price is such that the sum over a span's path segments is
as near as it can be to what the span takes on ARM: least squares of relative errors,
no price below zero. Where counts do not tell two prices apart, they come out as near
to a usual one as they can."""

import os
import re
import sys

HELPERS = ["ACCESS", "TIME", "COMPUTE", "SELF"]
# With a part of the guest's in their price: each hypercall is charged with one of them.
ENTRIES = ["PATH_TRAP", "PATH_CALL_FAST", "PATH_REPLY_FAST"]
# What prices are near to where nothing is known, and how strongly: a helper's own
# instructions and its call, a stub; for paths, a usual length.
NEAR_GUEST = {"ACCESS": 8, "TIME": 8, "COMPUTE": 10, "SELF": 20, "PATH_TRAP": 15,
              "PATH_CALL_FAST": 15, "PATH_REPLY_FAST": 15}
NEAR_GUEST_WEIGHT = 0.08
NEAR_PATH = 60
NEAR_PATH_WEIGHT = 0.03
SMALL = 12  # prices of what is done many times at once: rounded before all others
LIMIT = 10.0  # percent
REQUIRED = ("pingpong", "drivers", "gateway")
TICK = 16  # instructions
FIRST_BUCKET = 6  # user/lib/stats.h
BUCKETS = 16 * 29
LINEAR = 32


def paths_read():
    with open("core/path.h", encoding="utf-8") as file:
        return re.findall(r"^\s+(PATH_\w+),", file.read(), re.M)


PATHS = paths_read()


def systems_read():
    """[(name, fit)]."""
    found = []
    with open("bench/calibrate/systems", encoding="utf-8") as file:
        for line in file:
            words = line.split()
            if words and words[0] != "#":
                found.append((words[0], words[3] == "fit"))
    return found


class Run:
    """What one machine says of one system."""

    def __init__(self, path):
        self.spans = {}  # (mark, cause): [spans, instructions, counts]
        self.guest = {}  # mark: [instructions, computed, {feature: count}]
        self.stats = {}
        self.end = None
        with open(path, encoding="utf-8") as file:
            for line in file:
                self.line(line.split())

    def line(self, words):
        if words[0] == "span":
            cause = "fault" if words[2].startswith("fault") else words[2]
            span = self.spans.setdefault((int(words[1]), cause), [0, 0, [0] * len(PATHS)])
            span[0] += int(words[3])
            span[1] += int(words[4])
            for word in words[5:]:
                path, _, count = word.partition(":")
                if count:
                    span[2][int(path)] += int(count)
        elif words[0] == "guest":
            features = {}
            for word in words[4:]:
                name, _, count = word.partition(":")
                name = HELPERS[int(name[1:])] if name[0] == "h" else PATHS[int(name)]
                features[name] = int(count)
            computed = int(words[3]) if len(words) > 3 else 0
            self.guest[int(words[1])] = [int(words[2]), computed, features]
        elif words[0] == "stats":
            self.stats[words[1]] = [int(word) for word in words[2:]]
        elif words[0] == "end":
            self.end = words[1]

    def kernel(self):
        return sum(span[1] for span in self.spans.values())

    def guests(self):
        return sum(guest[0] for guest in self.guest.values())


def least_squares(rows, n, near, fixed):
    """Minimum over x >= 0 of the sum of (row . x - y)^2 for (row, y) in rows, by
    coordinate descent; near: [(price, weight)]; fixed: {index: price}."""
    square = [[0.0] * n for _ in range(n)]
    right = [0.0] * n
    for row, y in rows + [({i: weight / price}, weight) for i, (price, weight) in enumerate(near)]:
        for i, a in row.items():
            right[i] += a * y
            for j, b in row.items():
                square[i][j] += a * b
    x = [float(fixed.get(i, 0)) for i in range(n)]
    for _ in range(20000):
        moved = 0.0
        for i in range(n):
            if i not in fixed:
                rest = right[i] - sum(a * b for a, b in zip(square[i], x))
                value = max(0.0, x[i] + rest / square[i][i])
                moved = max(moved, abs(value - x[i]))
                x[i] = value
        if moved < 1e-6:
            break
    return x


def kernel_rows(bench, systems):
    """Relative: each (counts / measured, weight). Cases of the benchmarks count one
    each, spans of a system by their share in it."""
    rows = []
    for name, measured, counted in bench + systems:
        total = measured.kernel()
        for key, (spans, instructions, _) in measured.spans.items():
            there = counted.spans.get(key)
            # Where the two have not done the same, nothing can be learned.
            if there is None or abs(spans - there[0]) > 0.1 * spans + 1:
                continue
            mean = instructions / spans
            weight = 3.0 * instructions / total
            if (name, measured, counted) in bench:
                weight = 1.0 if key[0] != 0 else 0.3
            row = {i: weight * c / there[0] / mean for i, c in enumerate(there[2]) if c}
            rows.append((row, weight))
    return rows


def kernel_fit(bench, systems):
    rows = kernel_rows(bench, systems)
    near = [(NEAR_PATH, NEAR_PATH_WEIGHT)] * len(PATHS)
    first = least_squares(rows, len(PATHS), near, {})
    fixed = {i: round(v) for i, v in enumerate(first) if 0 < v < SMALL}
    return [round(v) for v in least_squares(rows, len(PATHS), near, fixed)]


def guest_fit(systems):
    """A program's own instructions, by what it calls; those it asked for by
    thimble_compute() left out. Relative to all that is executed."""
    features = HELPERS + ENTRIES
    rows = []
    for _, measured, counted in systems:
        if 0 not in counted.guest or 0 not in measured.guest:
            continue
        total = measured.kernel() + measured.guests()
        _, computed, counts = counted.guest[0]
        row = {i: counts[name] / total for i, name in enumerate(features) if counts.get(name)}
        rows.append((row, (measured.guests() - computed) / total))
    near = [(NEAR_GUEST[name], NEAR_GUEST_WEIGHT) for name in features]
    x = least_squares(rows, len(features), near, {})
    return {name: round(v) for name, v in zip(features, x)}


def table_write(kernel, guest):
    lines = ["/* SPDX-License-Identifier: BSD-2-Clause */",
             "/* Made by `make calibrate` from counts of the ARM image: see docs/testing.md. */",
             "#ifndef SIM_COST_TABLE_H", "#define SIM_COST_TABLE_H", "",
             "#include \"sim_clock.h\"", "",
             "/* From the vector to the return to user. */",
             "static const u32 cost_kernel[PATHS] = {"]
    lines += ["    [%s] = %d," % pair for pair in zip(PATHS, kernel)]
    lines += ["};", "", "/* Of the guest, around a hypercall. */",
              "static const u32 cost_guest[PATHS] = {"]
    lines += ["    [%s] = %d," % (name, guest[name]) for name in ENTRIES]
    lines += ["};", "", "/* Of the guest: a helper, and the code around it. */",
              "static const u32 cost_helper[SIM_HELPERS] = {"]
    lines += ["    [SIM_HELPER_%s] = %d," % (name, guest[name]) for name in HELPERS]
    lines += ["};", "", "#endif"]
    with open("sim/cost_table.h", "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


def pair(measured, counted, name):
    return (name, Run(os.path.join(measured, name + ".spans")),
            Run(os.path.join(counted, name + ".count")))


def fit(measured, counted, bench):
    runs = [pair(measured, counted, name) for name in bench]
    systems = [pair(measured, counted, name) for name, fits in systems_read() if fits]
    table_write(kernel_fit(runs, systems), guest_fit(systems))


# ---- the comparison ---------------------------------------------------------------


def error(simulated, measured):
    return 100.0 * (simulated - measured) / measured if measured else 0.0


def mean(buckets):
    """Of a statistics page's counts (user/lib/stats.h), where a tick has a bucket of its own."""
    if any(buckets[LINEAR:]):
        sys.exit("calibration: a latency of %d ticks or more" % LINEAR)
    return TICK * sum(n * count for n, count in enumerate(buckets)) / sum(buckets)


def latency(measured, counted):
    """What the control loop has recorded, in instructions, on each machine: the mean, since the
    worst is a coincidence that not each of both runs need have met."""
    with open(os.path.join(measured, "control.bin"), "rb") as file:
        data = file.read()
    words = [int.from_bytes(data[i:i + 4], "little") for i in range(0, 4 * (FIRST_BUCKET + BUCKETS), 4)]
    run = Run(os.path.join(counted, "latency.count"))
    rounds = run.stats["control"][0]
    if run.end != "rounds" or rounds != words[1]:
        sys.exit("calibration: %d rounds in the simulator, %d on ARM" % (rounds, words[1]))
    return rounds, mean(run.stats["control"][4:]), mean(words[FIRST_BUCKET:])


def check(measured, counted):
    bad = []
    print("instructions      %23s %23s %10s %29s" % ("kernel", "programs' own", "asked for",
                                                     "end to end"))
    print("%-16s" % "" + " %8s %8s %6s" % ("ARM", "sim", "") * 2 + " %9s" % "" +
          " %10s %10s %7s" % ("ARM", "sim", ""))
    for name, fits in systems_read():
        _, arm, sim = pair(measured, counted, name)
        if arm.end != "hypercall" or sim.end != "hypercall":
            sys.exit("calibration: %s: the end was not reached: %s, %s" % (name, arm.end, sim.end))
        asked = sim.guest[0][1]
        kernel = (arm.kernel(), sim.kernel())
        own = (arm.guests() - asked, sim.guests() - asked)
        total = (kernel[0] + arm.guests(), kernel[1] + sim.guests())
        off = error(total[1], total[0])
        gated = name in REQUIRED or not fits
        if gated and abs(off) > LIMIT:
            bad.append(name)
        print("%-16s" % name + "".join(" %8d %8d %+5.0f%%" % (a, s, error(s, a))
                                        for a, s in (kernel, own)) +
              " %9d %10d %10d %+6.1f%%%s%s" % (asked, total[0], total[1], off,
                                             "  limit 10 %" if gated else "",
                                             "" if fits else ", not in the fit"))
    rounds, sim, arm = latency(measured, counted)
    off = error(sim, arm)
    print("\ncontrol loop of gateway, mean latency of %d: ARM %.1f, sim %.1f instructions, %+.1f%%, "
          "limit 10 %%" % (rounds, arm, sim, off))
    if abs(off) > LIMIT:
        bad.append("latency")
    if bad:
        sys.exit("calibration: more than 10 % off: " + ", ".join(bad))


if sys.argv[1] == "fit":
    fit(sys.argv[2], sys.argv[3], sys.argv[4:])
else:
    check(sys.argv[2], sys.argv[3])
