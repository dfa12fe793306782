#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""peerdeck orphans and audit against peerdeck-sim. Run in the build folder; an argument selects the tests whose name contains it."""
import concurrent.futures
import csv
import io
import json
import os
import pty
import re
import select
import shutil
import signal
import stat
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from orphans_world import BUILD, UNCONTROLLED, Lines, OrphanWorld  # noqa: E402


AT_A_TIME = 3


def same(got, wanted, what=""):
    assert got == wanted, f"{what} got {got!r}, wanted {wanted!r}"


def ended(result, status):
    assert result.returncode == status, f"ended with {result.returncode}, wanted {status}: {result.stdout[-500:]} {result.stderr[-900:]}"


def says(text, *words):
    for word in words:
        assert word in text, f"lacks {word!r}: {text[-1500:]!r}"


def vms(records):
    return {id for id, record in records.items() if record["kind"] == "vm"}


def exactly_the_orphans_go():
    with OrphanWorld() as world:
        result = world.settle()
        ended(result, 3)
        says(result.stdout, "ORPHANS", "2 of 2 clusters")
        truth = world.truth()
        found = world.found("--verdict", "orphan")
        same({id for id in vms(found) if truth[id]["in_use_by"]}, set(), "in use and judged orphan")
        in_caa = {id for id in vms(found) if found[id]["cluster"] == "caa"}
        assert len(in_caa) >= 2, f"orphans of caa: {in_caa}"
        assert vms(found) - in_caa, "no orphan of the other cluster"
        the_lists_agree(world, found)
        a_plan_is_only_a_plan(world, truth, in_caa)
        nothing_goes_unasked(world, truth)
        what_is_planned_goes(world, truth, in_caa)


def the_lists_agree(world, found):
    record = found[next(iter(vms(found)))]
    assert {"kind", "verdict", "evidence", "since", "cost_per_hour", "currency"} <= set(record), record
    same(list(record)[:5], ["id", "name", "region", "status", "created"])
    lines = world.orphans("--verdict", "orphan", "-o", "jsonl").stdout.splitlines()
    same({json.loads(line)["id"] for line in lines}, set(found))
    rows = list(csv.DictReader(io.StringIO(world.orphans("--verdict", "orphan", "-o", "csv").stdout)))
    same({row["id"] for row in rows}, set(found))
    same(set(world.orphans("--verdict", "orphan", "-o", "name").stdout.split()), set(found))
    table = world.orphans()
    says(table.stdout, "VERDICT", "PER HOUR", "orphan", "2 of 2 clusters and 1 of 1 regions read")
    # As the console has it: what is above the list comes first, and in the same order.
    order = [table.stdout.find(text) for text in ("! No controller (peerpod-ctrl) works here", "Orphans: ", "clusters and 1 of 1", "VERDICT")]
    assert -1 not in order and order == sorted(order), table.stdout
    once = world.orphans("--once")
    assert "Orphans: " in once.stdout and "VERDICT" in once.stdout, once.stdout
    same(world.found("--verdict", "orphan", "--older-than", "300d"), {})
    assert len(world.found("--all")) > len(found)
    explained = world.orphans("--explain", next(iter(vms(found))))
    ended(explained, 0)
    says(explained.stdout, "Belongs to", "Unused", "Settled", "Read")
    ended(world.orphans("--explain", "i-nobody"), 1)
    ended(world.orphans("--cluster", "nobody"), 2)


def a_plan_is_only_a_plan(world, truth, in_caa):
    plan = world.orphans("--plan", "--cluster", "caa", "--max", 2)
    ended(plan, 0)
    says(plan.stdout, "Delete 2 pod VMs of cluster caa", "with its eip", "aliyun ecs DeleteInstance --InstanceId", "It cannot be undone")
    if len(in_caa) > 2:
        says(plan.stdout, "more than 2 in one confirmation")
    same(set(world.truth()), set(truth))
    same(world.changes(), [])


def nothing_goes_unasked(world, truth):
    for arguments, status in ((["--delete"], 1), (["--delete", "--yes"], 2), (["--delete", "--yes", "--cluster", "nobody"], 2),
                              (["--delete", "--yes", "--cluster", "caa", "--read-only"], 1),
                              (["--delete", "--yes", "--cluster", "caa", "--older-than", "300d"], 0)):
        result = world.orphans(*arguments)
        # Without a terminal nobody can be asked, which is a wrong use.
        assert result.returncode in (status, 2), f"{arguments}: {result.returncode} {result.stderr}"
    same(world.changes(), [])
    same(set(world.truth()), set(truth))
    same(world.audit(), [])


def what_is_planned_goes(world, truth, in_caa):
    before = world.addresses()
    result = world.orphans("--delete", "--yes", "--cluster", "caa", "--max", 2, "--metrics", world.home + "/metrics")
    ended(result, 0)
    entries = world.audit()
    planned = [item["id"] for entry in entries if entry["event"] == "plan" for item in entry["items"]]
    gone = set(truth) - set(world.truth())
    same(len([id for id in planned if id.startswith("i-")]), 2)
    same({id for id in planned if id.startswith("i-")} - gone, set(), "planned and still there")
    assert {id for id in planned if id.startswith("i-")} <= in_caa
    same({id for id in planned if id.startswith("eip-")}, before - world.addresses(), "addresses")
    # What else went, the adaptors ended themselves: no call of ours did.
    deleted = [request for operation, request in world.changes() if operation == "ecs.DeleteInstance"]
    told = [call["request_id"] for entry in entries for call in entry.get("calls", []) if call["operation"] == "ecs.DeleteInstance"]
    same(sorted(deleted), sorted(told), "deletions and audit record")
    same([entry["event"] for entry in entries][-1], "end")
    for event in ("plan", "confirmation", "evidence", "outcome"):
        assert any(entry["event"] == event for entry in entries), f"no {event}"
    report = world.run("audit", "-o", "markdown")
    says(report.stdout, "# Sweeps", "| No. |", "the record is whole")
    same(stat.S_IMODE(os.stat(world.home + "/state/peerdeck/audit.jsonl").st_mode), 0o600)
    metrics = open(world.home + "/metrics").read()
    assert re.search(r'^peerdeck_orphans{cluster="caa",verdict="orphan",kind="vm"} \d', metrics, re.M), metrics
    says(metrics, "peerdeck_scan_complete 1", "peerdeck_sweep_done 2", "peerdeck_sweep_pending 0")
    path = world.home + "/state/peerdeck/audit.jsonl"
    lines = open(path).readlines()
    for kept, word in ((lines[:-2], "last 2 lines"), (lines[:1] + lines[2:], "damaged in 1"), ([lines[0].replace("caa", "cab")] + lines[1:], "damaged in 1")):
        with open(path, "w") as file:
            file.writelines(kept)
        result = world.run("audit")
        ended(result, 4)
        says(result.stderr, word)
    with open(path, "w") as file:
        file.writelines(lines)
    jobs = json.loads(world.run("list", "jobs", "-o", "json").stdout)
    same({job["status"] for job in jobs}, {"done"})


def an_unreachable_cluster_makes_unknown():
    with OrphanWorld() as world:
        world.settle()
        orphans = vms(world.found("--verdict", "orphan"))
        world.fault("cluster=caa&unreachable=1")
        result = world.orphans("--check")
        ended(result, 3 if "0 orphans" not in result.stdout else 4)
        found = world.found()
        for id in orphans:
            if id in found:
                assert found[id]["cluster"] == "ci" or found[id]["verdict"] != "orphan", found[id]
        before = set(world.truth())
        world.orphans("--delete", "--yes", "--cluster", "all")
        told = [item["id"] for entry in world.audit() if entry["event"] == "plan" for item in entry["items"]]
        assert not any(found.get(id, {}).get("cluster") == "caa" for id in told)
        assert before - set(world.truth()) <= set(told) | {id for id in before if id not in orphans}


def a_lost_answer_is_looked_after():
    with OrphanWorld() as world:
        world.settle()
        truth = world.truth()
        world.fault("reset=1&op=ecs.DeleteInstance")
        world.orphans("--delete", "--yes", "--cluster", "caa", "--max", 1)
        world.fault("off=1")
        # Half of the time the call had its effect. Whatever became of it, in the end it is told.
        result = world.orphans("--resume")
        ended(result, 0 if "stopped" not in result.stderr else 1)
        entries = world.audit()
        planned = [item["id"] for entry in entries if entry["event"] == "plan" for item in entry["items"] if item["kind"] == "vm"]
        same(len(planned), 1)
        outcome = [entry["outcome"] for entry in entries if entry["event"] == "outcome" and entry["id"] == planned[0]]
        same(len(outcome), 1, f"outcomes of {planned}")
        same(outcome[0] in ("deleted", "already_gone"), planned[0] not in world.truth())
        same({id for id in set(truth) - set(world.truth()) if truth[id]["in_use_by"] is None} <= set(planned), True)


def quarantine_stops_first_and_deletes_later():
    with OrphanWorld() as world:
        world.settle()
        settings = world.home + "/quarantine.conf"
        with open(settings, "w") as file:
            file.write("quarantine_hours = 0.0;\n")
        truth = world.truth()
        ended(world.orphans("--delete", "--yes", "--cluster", "caa", "--max", 1, "--quarantine"), 0)
        stopped = [id for id, vm in world.truth().items() if vm["status"] == "Stopped"]
        same(len(stopped), 1)
        same(truth[stopped[0]]["in_use_by"], None)
        # Its time is not over, and it is not taken twice.
        world.orphans("--delete", "--yes", "--cluster", "caa", "--max", 1, "--quarantine", "--config", "/dev/null")
        assert stopped[0] in world.truth(), "deleted before its time"
        ended(world.orphans("--delete", "--yes", "--cluster", "caa", "--max", 1, "--quarantine", "--config", settings), 0)
        assert stopped[0] not in world.truth(), "not deleted after its time"


def type_at(world, answer, *arguments):
    """Runs peerdeck on a terminal of its own and types `answer` when it asks; returns its status and what it said."""
    master, slave = pty.openpty()
    process = subprocess.Popen([BUILD + "/peerdeck", "orphans", *arguments], env=world.environment(), stdin=slave, stderr=slave,
                               stdout=subprocess.PIPE, text=True)
    os.close(slave)
    said, typed, until = "", False, time.monotonic() + 120
    while time.monotonic() < until:
        if not select.select([master], [], [], 1)[0]:
            continue
        try:
            data = os.read(master, 4096)
        except OSError:
            break
        if not data:
            break
        said += data.decode(errors="replace")
        if not typed and "to go on:" in said:
            typed = True
            os.write(master, answer.encode() + b"\n")
    process.communicate(timeout=60)
    os.close(master)
    return process.returncode, said


def a_person_types_what_they_mean():
    with OrphanWorld() as world:
        world.settle()
        truth = world.truth()
        for wrong in ("", "yes", "caa", "caa 2", "ci 1"):
            status, said = type_at(world, wrong, "--delete", "--cluster", "caa", "--max", "1")
            same(status, 1, f"typed {wrong!r}: {said[-300:]}")
            says(said, "Delete 1 pod VM of cluster caa", "Type  caa 1  to go on:", "nothing was done")
        same(world.changes(), [])
        status, said = type_at(world, "caa 1", "--delete", "--cluster", "caa", "--max", "1")
        same(status, 0, said[-500:])
        planned = [item["id"] for entry in world.audit() if entry["event"] == "plan" for item in entry["items"]]
        assert planned[0] in truth and planned[0] not in world.truth()


def a_production_context_is_read_only_until_lifted():
    with OrphanWorld() as world:
        world.settle()
        settings = world.home + "/production.conf"
        with open(settings, "w") as file:
            file.write('contexts = ( { name = "default"; production = true; endpoint = "%s"; region = "cn-beijing"; kubeconfig = "%s"; } );\n'
                       % (world.ready["alibaba"], world.ready["kubeconfig"]))
        before = set(world.truth())
        result = world.orphans("--delete", "--yes", "--cluster", "caa", "--max", "1", "--config", settings)
        ended(result, 1)
        says(result.stderr, "production", "--write")
        same(world.changes(), [])
        same(set(world.truth()), before)
        ended(world.orphans("--delete", "--yes", "--cluster", "caa", "--max", "1", "--config", settings, "--write"), 0)
        same([operation for operation, _ in world.changes()].count("ecs.DeleteInstance"), 1)


def what_is_kept_is_left():
    with OrphanWorld() as world:
        world.settle()
        orphans = sorted(id for id, record in world.found("--verdict", "orphan", "--cluster", "caa").items() if record["kind"] == "vm")
        for id in orphans:
            ended(world.orphans("--keep", id, "--why", "somebody looks at it"), 0)
        same(world.found("--verdict", "orphan", "--cluster", "caa"), {})
        ended(world.orphans("--delete", "--yes", "--cluster", "caa"), 0)
        same(world.changes(), [])
        ended(world.orphans("--unkeep", orphans[0]), 0)


def peerpods_that_nobody_releases_go_with_their_vm():
    with OrphanWorld(UNCONTROLLED) as world:
        world.settle()
        before = world.peerpods("caa")
        result = world.orphans("--delete", "--yes", "--cluster", "caa", "--max", "1")
        ended(result, 0)
        says(result.stderr, "its finalizer is taken off after it")
        items = [item for entry in world.audit() if entry["event"] == "plan" for item in entry["items"]]
        released = {item["name"] for item in items if item["kind"] == "peerpod"}
        same(len(released), 1)
        if before is not None:
            same(before - world.peerpods("caa"), released)


def an_interrupt_takes_the_current_one_to_its_end():
    with OrphanWorld() as world:
        world.settle()
        process = world.start("orphans", "--delete", "--yes", "--cluster", "caa", "--max", "3")
        until = time.monotonic() + 60
        while not world.changes() and time.monotonic() < until:
            time.sleep(0.1)  # the simulator is asked for what it has seen
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=120)
        same(process.returncode, 130, said[-500:])
        entries = world.audit()
        same(entries[-1]["event"], "stop")
        same(len(entries[-1]["not_reached"]), 2)
        done = [entry for entry in entries if entry["event"] == "outcome" and entry["kind"] == "vm"]
        same([entry["outcome"] for entry in done], ["deleted"])
        assert done[0]["id"] not in world.truth()
        same([operation for operation, _ in world.changes()].count("ecs.DeleteInstance"), 1)
        # It has ended: there is nothing to resume.
        ended(world.orphans("--resume"), 0)
        same([operation for operation, _ in world.changes()].count("ecs.DeleteInstance"), 1)


def manifests_are_valid():
    plain = subprocess.run([BUILD + "/peerdeck", "orphans", "--manifest"], capture_output=True, text=True, timeout=20)
    ended(plain, 0)
    says(plain.stdout, "kind: CronJob", "*/15 * * * *", "verbs: [list, watch]")
    assert "patch" not in plain.stdout.replace("get, update, patch", ""), "a job that only looks may change something"
    assert "secrets" not in plain.stdout, "secrets are never needed"
    policy = subprocess.run([BUILD + "/peerdeck", "orphans", "--manifest", "ram-policy"], capture_output=True, text=True, timeout=20)
    actions = json.loads(policy.stdout)["Statement"][0]["Action"]
    assert all(":Describe" in action for action in actions), actions
    for wrong in (["--namespace", "a b"], ["--image", "x y"], ["--variant", "pod"], ["--delete"], ["--every", "7m"]):
        ended(subprocess.run([BUILD + "/peerdeck", "orphans", "--manifest", *wrong], capture_output=True, text=True, timeout=20), 2)
    if not shutil.which("kubectl"):
        return
    with OrphanWorld() as world:
        for options in ([], ["--variant", "deployment", "--delete", "--yes", "--cluster", "caa", "--older-than", "2h", "--quarantine"]):
            manifest = subprocess.run([BUILD + "/peerdeck", "orphans", "--manifest", *options], capture_output=True, text=True, timeout=20)
            ended(manifest, 0)
            applied = subprocess.run(["kubectl", "--kubeconfig", world.ready["kubeconfig"], "apply", "--dry-run=client", "-f", "-"],
                                     input=manifest.stdout, capture_output=True, text=True, timeout=60)
            ended(applied, 0)
            same(len(applied.stdout.splitlines()), 12)


def one_of_two_works_under_a_lease():
    with OrphanWorld() as world:
        first = world.start("orphans", "--check", "--every", "1m", "--lease", "default/peerdeck")
        second = None
        try:
            lines = Lines(first)
            assert lines.wait("OK:", 60), f"the first does not work: {lines.text}"
            second = world.start("orphans", "--check", "--every", "1m", "--lease", "default/peerdeck", XDG_STATE_HOME=world.home + "/other")
            waiting = Lines(second)
            assert waiting.wait("is held by", 30), f"the second does not wait: {waiting.text}"
            assert "OK:" not in waiting.text, "both work"
            first.kill()
            begin = time.monotonic()
            assert waiting.wait("OK:", 60), f"the second does not take over: {waiting.text}"
            assert time.monotonic() - begin > 5, "it took over before the lease had run out"
            second.send_signal(signal.SIGINT)
            same(second.wait(30), 130)
            third = world.start("orphans", "--check", "--lease", "default/peerdeck")
            begin = time.monotonic()
            third.wait(60)
            same(third.returncode in (0, 3), True)
            assert time.monotonic() - begin < 10, "the lease was not given back"
            third.communicate()
        finally:
            for process in (first, second):
                if process and process.poll() is None:
                    process.kill()
                if process:
                    process.wait(10)


def wrong_use_is_told():
    for arguments, word in ((["--max", "3"], "--max needs"), (["--quarantine"], "--quarantine needs"), (["--verdict", "dead"], "no verdict"),
                            (["--older-than", "soon"], "expected a time"), (["--every", "1m", "--delete"], "needs --yes"),
                            (["--variant", "pod"], "need --manifest"), (["something"], "one word too many")):
        result = subprocess.run([BUILD + "/peerdeck", "orphans", *arguments], capture_output=True, text=True, timeout=20,
                                env=dict(os.environ, ALIBABA_CLOUD_ACCESS_KEY_ID="x", ALIBABA_CLOUD_ACCESS_KEY_SECRET="y",
                                         ALIBABA_CLOUD_REGION_ID="cn-beijing", PEERDECK_ENDPOINT="http://127.0.0.1:9"))
        ended(result, 2)
        says(result.stderr, word)


TESTS = [exactly_the_orphans_go, a_production_context_is_read_only_until_lifted, what_is_kept_is_left,
         peerpods_that_nobody_releases_go_with_their_vm, an_unreachable_cluster_makes_unknown, a_lost_answer_is_looked_after, quarantine_stops_first_and_deletes_later,
         a_person_types_what_they_mean, an_interrupt_takes_the_current_one_to_its_end, manifests_are_valid, one_of_two_works_under_a_lease, wrong_use_is_told]


def run(test):
    begin = time.monotonic()
    try:
        test()
        return True, f"pass {test.__name__} ({time.monotonic() - begin:.1f} s)"
    except Exception as reason:  # each test runs whatever became of the others
        return False, f"FAIL {test.__name__}: {type(reason).__name__}: {reason}"


def main():
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    tests = [test for test in TESTS if wanted in test.__name__]
    passed = 0
    # Each has a world of its own, and waits for it most of the time.
    with concurrent.futures.ThreadPoolExecutor(AT_A_TIME) as pool:
        for good, text in pool.map(run, tests):
            passed += good
            print(text, flush=True)
    print(f"{passed} passed, {len(tests) - passed} failed")
    return 1 if passed < len(tests) or not tests else 0


if __name__ == "__main__":
    sys.exit(main())
