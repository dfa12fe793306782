#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Kills peerdeck orphans --delete at the places it passes, resumes it, and compares with what the simulator knows.

Run in the build folder. Without argument a few places, with `all` every one, else those whose name contains the argument."""
import concurrent.futures
import os
import signal
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "wire"))
from orphans_world import UNCONTROLLED, OrphanWorld  # noqa: E402

# One of each sort: before the first call, between intent and call, between call and outcome, in the wait, around the audit record.
FEW = ("sweep.planned:1", "alibaba.called:1", "sweep.before-leftover:1", "sweep.before-audit:4", "sweep.after-audit:5", "alibaba.done:2")
AT_A_TIME = int(os.environ.get("PEERDECK_CRASH_JOBS", "6"))
DELETE = ("--delete", "--yes", "--cluster", "caa", "--max", "2")
SPEED = ("--time-scale", "6")


def killed(process):
    return process.returncode == -signal.SIGKILL


def places():
    """Every failpoint that an undisturbed deletion passes, with its number."""
    with OrphanWorld(UNCONTROLLED, *SPEED) as world:
        world.settle()
        path = world.home + "/places"
        result = world.orphans(*DELETE, PEERDECK_FAILPOINT_LIST=path)
        assert result.returncode == 0, result.stderr
        check(world, before=None)
        counts, found = {}, []
        with open(path) as file:
            for name in file.read().split():
                counts[name] = counts.get(name, 0) + 1
                found.append(f"{name}:{counts[name]}")
        # What is passed before the sweep is planned or after it has ended changes nothing.
        return [place for place in found if place.split(".")[0] in ("sweep", "journal", "alibaba", "kubernetes", "audit")]


def check(world, before):
    """Exactly the plan went, each by one call, and the audit record tells all of it."""
    entries = world.audit()
    events = [entry["event"] for entry in entries]
    plans = [entry for entry in entries if entry["event"] == "plan"]
    assert len(plans) == 1 and events.count("confirmation") == 1 and events.count("end") == 1, f"events: {events}"
    items = plans[0]["items"]
    for item in items:
        outcomes = [entry["outcome"] for entry in entries if entry["event"] == "outcome" and entry["item"] == item["item"]]
        assert len(outcomes) == 1 and outcomes[0] in ("deleted", "already_gone"), f"{item['id']}: {outcomes}"
    truth = world.truth()
    planned = {item["id"] for item in items if item["kind"] == "vm"}
    assert len(planned) == 2, planned
    assert not planned & set(truth), f"forgotten: {planned & set(truth)}"
    addresses = {item["id"] for item in items if item["kind"] == "eip"}
    assert not addresses & world.addresses(), f"forgotten: {addresses & world.addresses()}"
    peerpods = {item["name"] for item in items if item["kind"] == "peerpod"}
    left = world.peerpods("caa")
    assert left is None or not peerpods & left, f"forgotten: {peerpods & left}"
    operations = [operation for operation, _ in world.changes()]
    assert operations.count("ecs.DeleteInstance") == 2, f"not one call each: {operations}"
    assert operations.count("vpc.ReleaseEipAddress") == len(addresses), f"not one call each: {operations}"
    if before:
        lost = {id for id, vm in before.items() if vm["in_use_by"] is None and id not in planned and id not in truth}
        assert not lost, f"not planned and gone: {lost}"
    pending = world.orphans("--check")
    assert pending.returncode in (0, 3), pending.stderr


def kill_at(place):
    try:
        return kill_and_resume(place)
    except Exception as reason:  # each place is tried whatever became of the others
        return f"{place}: {type(reason).__name__}: {reason}"


def kill_and_resume(place):
    with OrphanWorld(UNCONTROLLED, *SPEED) as world:
        world.settle()
        before = world.truth()
        first = world.orphans(*DELETE, PEERDECK_FAILPOINT=place)
        if not killed(first):
            return f"{place}: it was not killed ({first.returncode}) {first.stderr[-300:]}"
        # What was not sent cannot be told at once from what may still arrive: a resumption may have to wait for that.
        for _ in range(3):
            resumed = world.orphans("--resume")
            if resumed.returncode == 0:
                break
        if resumed.returncode != 0:
            return f"{place}: not resumed: {resumed.stderr[-600:]}"
        check(world, before)
    return None


def main():
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    begin = time.monotonic()
    cases = [place for place in places() if wanted == "all" or (wanted and wanted in place) or (not wanted and place in FEW)]
    failures = []
    with concurrent.futures.ThreadPoolExecutor(AT_A_TIME) as pool:
        for place, failure in zip(cases, pool.map(kill_at, cases)):
            print(f"FAIL {failure}" if failure else f"pass {place}", flush=True)
            if failure:
                failures.append(failure)
    print(f"killed at {len(cases)} places, {len(failures)} failed ({time.monotonic() - begin:.0f} s)")
    return 1 if failures or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
