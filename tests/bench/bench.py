#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures what the project promises and prints it beside its limit and its peer, all from one interleaved run.

    bench.py BUILD [--runs N] [--vms N] [--packages DIR] [--only WORD]

BUILD holds peerdeck, peerdeck-sim and the bench programs. DIR holds node_modules with Alibaba's Node packages; without it those rows
say "not measured". It is no test: nothing fails here, the reader judges. Ratios hold where absolute times do not."""
import argparse
import math
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from console import Console
import guide
import upload
from world import World, run

ROWS = []


def row(what, measured, required, aim):
    ROWS.append((what, measured, required, aim))
    print(f"| {what} | {measured} | {required} | {aim} |", flush=True)


def median(values):
    return statistics.median(values)


def p99(values):
    values = sorted(values)
    return values[min(len(values) - 1, math.ceil(len(values) * 0.99) - 1)]


def listing(world, home, build, parallel):
    return run([os.path.join(build, "peerdeck"), "list", "vms", "--region", "all", "-o", "name", "--parallel", str(parallel)],
               world.environment(home))


def curl(world, pages, parallel):
    path = world.curl_config(pages)
    try:
        # --parallel-immediate: open connections at once, as ours does.
        return run(["curl", "--parallel", "--parallel-max", str(parallel), "--parallel-immediate", "-s", "-K", path])
    finally:
        os.unlink(path)


def fetching(options, home):
    """Wall and CPU of reading everything, against curl and Alibaba's Node package."""
    cases = ((20, 16, "≤ 1.15", "1.05"), (20, 64, "≤ 1.75", "1.3"), (0, 64, "≤ 7", "4"))
    ours, cpu, node, node_cpu = {}, {}, [], []
    for latency in (20, 0):
        with World(options.build, "--scenario", "large", "--vms", options.vms, "--regions", 30, "--latency", latency, "--seed", 1) as world:
            pages = world.curl_pages()
            for _, parallel, required, aim in (c for c in cases if c[0] == latency):
                mine, theirs = [], []
                for _ in range(options.runs):
                    wall, spent, _, status = listing(world, home, options.build, parallel)
                    if status != 0:
                        print(f"peerdeck list ended with {status}", file=sys.stderr)
                    mine.append(wall)
                    cpu.setdefault((latency, parallel), []).append(spent)
                    theirs.append(curl(world, pages, parallel)[0])
                    if options.packages and latency == 20 and parallel == 16:
                        wall, spent, _, _ = run(["node", os.path.join(os.path.dirname(__file__), "node_list.mjs"), options.packages,
                                                 world.ready["alibaba"], world.ready["access_key_id"], world.ready["access_key_secret"], "16"])
                        node.append(wall)
                        node_cpu.append(spent)
                ours[latency, parallel] = median(mine)
                row(f"{options.vms:,} VMs, {latency} ms latency, {parallel} at a time: wall / curl --parallel",
                    f"{median([a / b for a, b in zip(mine, theirs)]):.2f} ({median(mine):.3f} s / {median(theirs):.3f} s)", required, aim)
    if node:
        row("Alibaba's Node package at 16 / ours: wall at 16; wall at 64; CPU",
            f"{median(node) / ours[20, 16]:.1f}; {median(node) / ours[20, 64]:.1f}; {median(node_cpu) / median(cpu[20, 16]):.1f}",
            "≥ 4.5; ≥ 10; ≥ 7", "5; 13; 12")
    else:
        row("Alibaba's Node package at 16 / ours", "not measured (--packages DIR)", "≥ 4.5; ≥ 10; ≥ 7", "5; 13; 12")


def console_arguments(build, *more):
    return [os.path.join(build, "peerdeck"), "vms", "--region", "all", *more]


def memory(options, home):
    """Peak of the console with everything loaded."""
    peaks = []
    for vms in (0, 10000, options.vms):
        shutil.rmtree(os.path.join(home, "peerdeck"), ignore_errors=True)
        scenario = ("--scenario", "empty") if vms == 0 else ("--scenario", "large", "--vms", vms, "--regions", 30)
        with World(options.build, *scenario, "--seed", 1) as world, \
                Console(console_arguments(options.build, "--refresh", "0"), world.environment(home)) as console:
            console.until(b"?", 10)
            console.quiet(2.0, 60)
            peaks.append(console.peak_mb())
    row(f"peak resident memory, 0 / 10,000 / {options.vms:,} VMs loaded, MB", " / ".join(f"{p:.1f}" for p in peaks), "8 / 20 / 100", "6 / 16 / 70")


def first_row(options, home):
    delays = []
    for _ in range(options.runs):
        shutil.rmtree(os.path.join(home, "peerdeck"), ignore_errors=True)
        with World(options.build, "--scenario", "large", "--vms", 100, "--regions", 1, "--latency", 200, "--seed", 1) as world, \
                Console(console_arguments(options.build), world.environment(home)) as console:
            world_region = world.ready["region"]
            seen = console.until(b"podvm-", 20)
            delays.append((seen if seen is not None else math.inf) * 1000 - 200)
            assert world_region
    row("first row on screen without cache: one round trip +", f"{median(delays):.0f} ms", "50 ms", "20 ms")


def first_frame(options, home):
    """From a cache of all rows, against the start of a bare curses program."""
    shutil.rmtree(os.path.join(home, "peerdeck"), ignore_errors=True)
    bare, ours = [], []
    with World(options.build, "--scenario", "large", "--vms", options.vms, "--regions", 30, "--seed", 1) as world:
        environment = world.environment(home)
        with Console(console_arguments(options.build, "--refresh", "0"), environment) as console:
            console.until(b"podvm-", 30)
            console.quiet(4.0, 90)
        for _ in range(options.runs):
            with Console([os.path.join(options.build, "bare-curses")], environment) as console:
                bare.append(console.until(b"podvm-", 5) or math.inf)
            with Console(console_arguments(options.build, "--refresh", "0"), environment) as console:
                ours.append(console.until(b"podvm-", 20) or math.inf)
    row(f"first frame from a cache of {options.vms:,} rows / a bare curses program's start",
        f"{median(ours) / median(bare):.1f} ({median(ours) * 1000:.1f} ms / {median(bare) * 1000:.1f} ms)", "≤ 10", "5")


def keys(options, home):
    shutil.rmtree(os.path.join(home, "peerdeck"), ignore_errors=True)
    with World(options.build, "--scenario", "large", "--vms", options.vms, "--regions", 30, "--latency", 20, "--seed", 1) as world:
        environment = world.environment(home)
        with Console(console_arguments(options.build, "--refresh", "0", "--parallel", "16"), environment) as console:
            console.until(b"podvm-", 30)
            loading = [console.key(b"j", quiet=0.004)[0] * 1000 for _ in range(100)]
            console.quiet(2.0, 60)
            quiet = [console.key(b"j" if n % 2 else b"k")[0] * 1000 for n in range(200)]
            row("key to last byte, p99: quiet / while all rows load, ms", f"{p99(quiet):.1f} / {p99(loading):.1f}", "10 / 25", "4 / 10")
            filtering = []
            for _ in range(options.runs):
                console.key(b"/", quiet=0.2)
                filtering += [console.key(bytes([c]), quiet=0.2)[0] * 1000 for c in b"web"]
                console.key(b"\x1b", quiet=0.3)  # leaves the prompt and drops the filter
            sorting = [console.key(k, quiet=0.3)[0] * 1000 for _ in range(options.runs) for k in (b"S", b"N", b"A")]
            row(f"filter keystroke / sort to frame, {options.vms:,} rows, ms", f"{median(filtering):.0f} / {median(sorting):.0f}", "40 / 80", "16 / 30")
            console.key(b"t", quiet=0.5)  # a tree; x folds and unfolds all of it
            folding = [console.key(b"x", quiet=0.3)[0] * 1000 for _ in range(2 * options.runs)]
            narrowing = []
            for _ in range(options.runs):
                console.key(b"/", quiet=0.2)
                narrowing += [console.key(bytes([c]), quiet=0.2)[0] * 1000 for c in b"web"]
                console.key(b"\x1b", quiet=0.3)
            row(f"tree: fold / filter keystroke to frame, {options.vms:,} rows, ms", f"{median(folding):.0f} / {median(narrowing):.0f}", "40 / 40", "5 / 20")
            console.key(b"t", quiet=0.5)
            console.key(b"g", quiet=0.3)
            idle = len(console.log)
            console.read(3)
            unchanged = len(console.log) - idle
            line = median([console.key(b"j")[1] for _ in range(20)])
            page = median([console.key(b"\x1b[6~")[1] for _ in range(20)])
            row("bytes at 200×50: unchanged / one line / page", f"{unchanged} / {line:.0f} / {page:.0f}", "0 / 400 / 7,000", "0 / 250 / 5,200")


def writes_per_frame(options, home):
    if not shutil.which("strace"):
        row("write(2) per frame", "not measured (no strace)", "1", "1")
        return
    with World(options.build, "--scenario", "large", "--vms", 1000, "--regions", 2, "--seed", 1) as world:
        trace = os.path.join(home, "trace")
        environment = {**world.environment(home), "PEERDECK_TEST_FRAMES": "1"}
        with Console(["strace", "-f", "-e", "trace=write", "-P", "/dev/tty", "-P", "/dev/pts/ptmx", "-o", trace,
                      *console_arguments(options.build, "--refresh", "0")], environment) as console:
            console.until(b"podvm-", 30)
            console.quiet(1.5, 20)
            begin, writes = len(console.log), 0
            before = sum(1 for _ in open(trace))
            for _ in range(50):
                console.key(b"\x1b[6~", quiet=0.05)
            time.sleep(0.2)
            writes = sum(1 for _ in open(trace)) - before
            frames = console.log[begin:].count(b"peerdeck-frame") or 50
    row("write(2) per frame", f"{writes / frames:.2f}" if writes else "see the screen test frames_are_one_write", "1", "1")


def idle_cost(options, home):
    with World(options.build, "--scenario", "large", "--vms", 200, "--regions", 10, "--seed", 1) as world:
        with Console(console_arguments(options.build, "--refresh", "5"), world.environment(home)) as console:
            console.until(b"podvm-", 30)
            console.quiet(2.0, 6)
            begin, cpu = time.monotonic(), console.cpu()
            while time.monotonic() - begin < options.idle:
                console.read(0.5)
            polling = (console.cpu() - cpu) / (time.monotonic() - begin) * 100
        with Console(console_arguments(options.build, "--refresh", "0"), world.environment(home)) as console:
            console.until(b"podvm-", 30)
            begin = time.monotonic()
            while time.monotonic() - begin < 75:  # ages tick each second while one below a minute is in sight
                console.read(0.5)
            before = console.wakeups()
            time.sleep(10)
            woken = console.wakeups() - before
    row("CPU polling 10 regions every 5 s, % of a core; wake-ups in 10 s when nothing is polled", f"{polling:.2f} %; {woken}", "0.3 %; 0", "0.1 %; 0")


def journal(options, home):
    program = os.path.join(options.build, "journal-bench")
    output = subprocess.run([program, home], capture_output=True, text=True, check=False).stdout.strip()
    found = dict(line.split(" ", 1) for line in output.splitlines())
    for what, key, required, aim in (("journal: an intent", "intent", "≤ 1.2", "1.0"), ("guide's journal: a step intended", "step", "≤ 1.2", "1.0"),
                                     ("guide's journal: a step done, with what it exports", "done", "≤ 1.2", "1.0")):
        row(f"{what} / bare append and fdatasync", found.get(key, "not measured"), required, aim)


def walking(options, home):
    """The guide engine's own time in each step, the journal's writing included."""
    steps = guide.measure(options.build, home, options.runs)
    most, verb, step = steps[0]
    row(f"a guide's engine besides waiting, {len(steps)} steps made and undone: worst step; median",
        f"{most:.1f} ms ({verb} {step}); {median([s[0] for s in steps]):.1f} ms", "≤ 20 ms", "5 ms")


def orphans(options, home):
    """Join and judgement of 10,000 pod VMs, and the memory that reading logs takes."""
    output = subprocess.run([os.path.join(options.build, "orphans-bench")], capture_output=True, text=True, check=False).stdout.split()
    row("10,000 pod VMs judged against 20 clusters with 10,000 pods", f"{output[0]} ms" if output else "not measured", "150 ms", "100 ms")
    row("peak memory while 1,000 pods' worth of adaptor log is read", f"{output[1]} MB" if output and float(output[1]) >= 0 else "not measured", "32 MB", "10 MB")


def cluster(options, home):
    """Reading a cluster of 10,000 pods, and how soon a change of one pod is a new picture."""
    output = subprocess.run([os.path.join(options.build, "cluster-bench")], capture_output=True, text=True, check=False).stdout
    reads = sorted(int(ms) for ms in re.findall(r"survey: (\d+) ms", output))
    changes = sorted(int(ms) for ms in re.findall(r"watch: (\d+) ms", output))
    row("a cluster of 10,000 pods and as many PeerPods read for evidence", f"{reads[len(reads) // 2]} ms" if reads else "not measured", "–", "–")
    row("watch event to new picture, 10,000 pods: median; worst", f"{changes[len(changes) // 2]} ms; {changes[-1]} ms" if changes else "not measured", "100 ms", "50 ms")


def uploading(options, home):
    """Speed of an upload, looking and verifying included, against curl with the bare parts."""
    with World(options.build, "--scenario", "demo") as world:
        ours, theirs, parallel = upload.measure(world, options.build, home, 1024, 2 * options.runs)
    wall, cpu = ([[run[i] for run in runs] for runs in (ours, theirs)] for i in (0, 1))
    row(f"1 GiB uploaded, {parallel} parts at a time: speed / curl --parallel",
        f"{100 * median([b / a for a, b in zip(*wall)]):.0f} % ({1024 / median(wall[0]):.0f} MiB/s / {1024 / median(wall[1]):.0f} MiB/s; "
        f"CPU {median(cpu[0]):.2f} s / {median(cpu[1]):.2f} s)",
        "≥ 90 %", "100 %")


PARTS = {"fetch": fetching, "memory": memory, "first-row": first_row, "first-frame": first_frame, "keys": keys, "writes": writes_per_frame,
         "idle": idle_cost, "journal": journal, "guide": walking, "orphans": orphans, "cluster": cluster, "upload": uploading}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--vms", type=int, default=100000)
    parser.add_argument("--idle", type=int, default=60, help="seconds of polling to measure")
    parser.add_argument("--packages", help="a folder whose node_modules hold Alibaba's Node packages")
    parser.add_argument("--only", choices=PARTS, action="append")
    options = parser.parse_args()
    options.build = os.path.abspath(options.build)
    print("| what | measured | required | aim |\n| --- | --- | --- | --- |")
    for name, part in PARTS.items():
        if options.only and name not in options.only:
            continue
        with tempfile.TemporaryDirectory() as home:
            try:
                part(options, home)
            except Exception as failure:  # one broken row must not hide the others
                row(name, f"not measured: {type(failure).__name__}: {failure}", "", "")


main()
