#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The guide on the simulator, killed at every failpoint, resumed, finished, undone, killed again; stopped at random instants; with programs
that it calls killed; and with answers that get lost on the wire, the cloud's and the cluster's. What counts is the simulator's truth. Run in
the build folder. Usually steps 4 to 7 of the guide (cluster, Internet access, role, deployment); --all takes every step in every flavour,
every passage of every wait, two kills at one place and kills while it is resumed. --seed=N repeats the random instants of another time,
--instants=N takes so many, --only=NAME takes but the cases whose name contains it. A further argument selects flavours."""
import argparse
import collections
import os
import queue
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import guide_anytime  # noqa: E402
from guide_judge import add, nothing_left, stands, taken_away, totals  # noqa: E402
from guide_world import SOURCE, World  # noqa: E402


def choose_home():
    """In memory, where there is room: what a killed program wrote outlives it there, too, and no disk holds the others up."""
    memory = "/dev/shm"
    roomy = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2 << 30
    return tempfile.mkdtemp(prefix="peerdeck-crash-", dir=memory if roomy else None)


HOME = choose_home()
EVERY = int(os.environ.get("CRASH_EVERY", "1"))  # one of so many cases is enough: a sanitizer is slow
# Among other tests no more at a time than leaves them their share.
WORLDS = int(os.environ.get("PEERDECK_CRASH_JOBS", "8" if "--all" in sys.argv else "4"))
ANYTIME, ANYTIME_ALL = 12, 300  # cases that are stopped at random instants
PREFLIGHT = 3  # exit status
FAILURES_MOST = 20
POINT = re.compile(r"((?:guide|undo|journal|disk|calls|alibaba|kubernetes|upload)\.[a-z-]+)$")
READS = re.compile(r"\.(Describe|List|Get|Check|Query|Head)|^kube\.(get|list|watch)|^kube$")
MODES = ("lost=1", "lost=1,times=1", "truncate=1")


class Flavour:
    """Answers, and which of its steps are killed: those that no flavour before had, and those named."""

    def __init__(self, name, also=(), file=0, in_their_cluster=False, usual=False, every=False, they_have=None, **answers):
        self.name, self.also, self.file, self.in_their_cluster, self.usual, self.every = name, also, file, in_their_cluster, usual, every
        self.they_have = they_have
        self.answers = {"DEPLOY": '"none"', **answers}
        self.made = self.run = self.undone = self.operations = self.undo_operations = None
        self.lasts, self.programs = {}, {}  # an unbroken walk, by verb: seconds, and programs called


PART = 16 << 20  # Files of at most that go in one request.
UPLOAD = {"BUCKET": '"%(BUCKET)s"', "OBJECT": '"podvm.qcow2"'}
FILE = '"%(HOME)s/files/podvm.qcow2"'
OLD = {"CAA_VERSION": '"0.17.0"', "DEPLOY": '"make"', "CAA_FOLDER": '"%(CHECKOUT)s"', "BUILD_CAA": "true", "CAA_IMAGE": '"registry.example/me/cloud-api-adaptor"'}
OTHER_CLUSTER = {"CLUSTER": '"existing"', "EXISTING_CLUSTER_ID": '"%(CLUSTER_ID)s"', "INTERNET": '"gateway"', "EXISTING_GATEWAY_ID": '"%(GATEWAY_ID)s"'}
OTHER_NETWORK = {"NETWORK": '"existing"', "EXISTING_VPC_ID": '"%(VPC_ID)s"', "EXISTING_VSWITCH_ID": '"%(VSWITCH_ID)s"', "INTERNET": '"gateway"',
                 "EXISTING_GATEWAY_ID": '"%(GATEWAY_ID)s"', "CONTAINER_CIDR": '"172.19.0.0/16"', "SERVICE_CIDR": '"172.22.0.0/20"'}
INTO_CLUSTER = ("Create the namespace", "Create the secret", "Label the cluster nodes", "Deploy CAA on the Kubernetes cluster")
FLAVOURS = (
    Flavour("cloud", usual=True, every=True),
    Flavour("helm", usual=True, DEPLOY='"helm"'),
    Flavour("make", also=("Deploy CAA on the Kubernetes cluster",), **OLD),
    Flavour("upload", IMAGE='"upload"', IMAGE_FILE=FILE, file=2 * PART + 5, **UPLOAD),
    Flavour("keep", also=("Upload the image", "Import the image"), IMAGE='"upload"', IMAGE_FILE=FILE, KEEP_OBJECT="true", file=100000, **UPLOAD),
    Flavour("import", also=("Import the image",), IMAGE='"import"', BUCKET='"%(BUCKET)s"', OBJECT='"theirs.qcow2"'),
    Flavour("build", also=("Delete the uploaded file",), IMAGE='"build"', PODVM_FOLDER='"%(CHECKOUT)s"', **UPLOAD),
    Flavour("ack", also=("Create ACK Managed Cluster", "Create the VPC"), INTERNET='"ack"'),
    Flavour("none", also=("Read what the cluster has", "Create the role"), INTERNET='"none"'),
    Flavour("network", also=("Create ACK Managed Cluster", "Let the vSwitch out"), **OTHER_NETWORK),
    Flavour("existing", in_their_cluster=True, every=True, **{**OTHER_CLUSTER, "DEPLOY": '"helm"'}),
    Flavour("existing-make", in_their_cluster=True, also=("Deploy CAA on the Kubernetes cluster",), **{**OTHER_CLUSTER, **OLD}),
    Flavour("existing-names", in_their_cluster=True, they_have="names", also=INTO_CLUSTER, SAMPLE="false", **{**OTHER_CLUSTER, "DEPLOY": '"helm"'}),
    Flavour("existing-adaptor", in_their_cluster=True, they_have="adaptor", also=("Deploy workload", "Ensure that the pod is up and running"), SAMPLE="true", **OTHER_CLUSTER),
)
with open(os.path.join(SOURCE, "backends/alibaba/guides/peer-pods/guide.cfg")) as guide:
    TITLES = sorted(set(re.findall(r'\btitle = "([^"]*)"', guide.read())), key=len, reverse=True)


def killed(world, verb, point):
    result = world.guide(verb, PEERDECK_FAILPOINT=point)
    if result.returncode == -9:
        add("kills")
        return True
    world.expect(result, f"{verb} at {point}")
    return False


def kill_run(world, point, undo=None):
    if killed(world, "run", point):
        world.expect(world.guide("resume"), f"resume after {point}")
    stands(world, point)
    if not undo or killed(world, "undo", undo):
        world.expect(world.guide("undo"), f"undo after {point} and {undo}")
    nothing_left(world, f"{point} and undo at {undo}")


def kill_run_and_undo(world, point):
    """What is in doubt must go, too."""
    if not killed(world, "run", point):
        stands(world, point)
    taken_away(world, f"{point}, not resumed")


def kill_again(world, point, other, undo):
    """Twice at one place, then elsewhere while that is resumed; and the same while it is taken away."""
    name = point.split(":")[0]
    going = killed(world, "run", point)
    for again in (name, name, other):
        going = going and killed(world, "resume", again)
    if going:
        world.expect(world.guide("resume"), f"resume after {point} three times and {other}")
    stands(world, f"{point} three times and {other}")
    going = killed(world, "undo", undo)
    for again in (undo.split(":")[0], undo.split(":")[0]):
        going = going and killed(world, "undo", again)
    if going:
        world.expect(world.guide("undo"), f"undo after {undo} three times")
    nothing_left(world, f"undo at {undo} three times")


def kill_undo(world, point):
    world.expect(world.guide("run"), "run")
    if killed(world, "undo", point):
        world.expect(world.guide("undo"), f"undo again after {point}")
    nothing_left(world, f"undo at {point}")


def lose_run(world, operation, mode):
    """The answer is cut off after the call took effect; then the wire is whole again."""
    world.control("fault", f"{mode},op={operation}")
    result = world.guide("run")
    world.control("fault", "off")
    what = f"{operation} with {mode}"
    add("answers lost")
    if result.returncode == PREFLIGHT:
        # The trial of the call was lost already, so nothing was begun.
        nothing_left(world, f"the trial of {what}")
        return
    if result.returncode != 0:
        world.expect(world.guide("resume"), f"resume after {what}")
    stands(world, what)
    taken_away(world, what)


def lose_undo(world, operation, mode):
    world.expect(world.guide("run"), "run")
    world.control("fault", f"{mode},op={operation}")
    result = world.guide("undo")
    world.control("fault", "off")
    add("answers lost")
    if result.returncode != 0:
        world.expect(world.guide("undo"), f"undo again after {operation} with {mode}")
    nothing_left(world, f"undo, {operation} with {mode}")


def passages(world, verb):
    """Every passage of every failpoint of an unbroken walk, with the step in which it lies; and the operations that changed something."""
    before = (world.requests() or [{"number": 0}])[-1]["number"]
    result = world.expect(world.guide(verb, PEERDECK_FAILPOINT_LIST="/dev/stderr"), verb)
    operations = dict.fromkeys(request["operation"] for request in world.requests(before) if request["status"] < 300)
    counts, found, open_ones = collections.Counter(), [], []
    for line in result.stderr.split("\n"):
        passed, end = POINT.search(line), re.match("[+=✔✖-] (.*)", line)
        if passed:
            counts[passed.group(1)] += 1
            open_ones.append((passed.group(1), counts[passed.group(1)]))
        elif end:
            title = next((title for title in TITLES if end.group(1).startswith(title)), "")
            found += [(name, n, title) for name, n in open_ones]
            open_ones = []
    found += [(name, n, "") for name, n in open_ones]
    return found, [name for name in operations if not READS.search(name)]


def learn(world):
    """What a walk makes that nobody disturbs, and which places it passes."""
    flavour = world.flavour
    flavour.run, flavour.operations = passages(world, "run")
    flavour.made = world.made(world.rest())
    flavour.undone, flavour.undo_operations = passages(world, "undo")
    nothing_left(world, f"{flavour.name}, unbroken")
    guide_anytime.learn(world)


def chosen(flavour, points, seen, everything):
    """The places of the flavour's own steps. Usually without those of the journal, which lie between ours, and with few of one wait."""
    own = {title for _, _, title in points} - seen | set(flavour.also)
    return [f"{name}:{n}" for name, n, title in points if (flavour.every or title in own) and
            (everything or not (name.split(".")[0] in ("journal", "disk") or name.endswith((".wait", ".check", ".line")) and n % 4 != 1))]


def tasks_at_points(flavour, titles, everything):
    tasks = []
    runs, undos = (chosen(flavour, points, titles, everything) for points in (flavour.run, flavour.undone))
    waiting = list(undos)
    for number, point in enumerate(runs):
        if everything or number % 3:
            tasks.append((flavour, kill_run, point, *waiting[:1]))
            del waiting[:1]
        if everything or not number % 3:
            tasks.append((flavour, kill_run_and_undo, point))
        if undos and number % (16 if not everything else 1 if flavour.name == "cloud" else 4) == (0 if everything and flavour.name == "cloud" else 1):
            tasks.append((flavour, kill_again, point, runs[(7 * number + 3) % len(runs)].split(":")[0], undos[5 * number % len(undos)]))
    return tasks + [(flavour, kill_undo, point) for point in waiting]


def tasks_on_the_wire(flavour, known, everything):
    """Of a cluster's operations each flavour loses its own: other programs send them, and go on otherwise."""
    tasks = []
    for mode in MODES if everything else MODES[:1]:
        for does, operations in ((lose_run, flavour.operations), (lose_undo, flavour.undo_operations)):
            tasks += [(flavour, does, name, mode) for name in operations if name not in known or everything and name.startswith("kube.")]
    return tasks


def tasks_of_programs(flavour, everything):
    tasks = []
    for verb, does in (("run", guide_anytime.kill_program_of_run), ("undo", guide_anytime.kill_program_of_undo)):
        numbers = range(1, len(flavour.programs[verb]) + 1)
        tasks += [(flavour, does, n, when) for n in numbers for at, when in enumerate(("before", "after")) if everything or (n + at) % 12 == 0]
    return tasks


def tasks_of(flavours, everything, seed, instants):
    tasks, titles, operations = [], set(), set()
    for flavour in flavours:
        tasks += tasks_at_points(flavour, titles, everything)
        tasks += tasks_on_the_wire(flavour, operations, everything)
        tasks += tasks_of_programs(flavour, everything)
        titles |= {title for _, _, title in flavour.run}
        operations |= {*flavour.operations, *flavour.undo_operations}
    return tasks + [(flavours[n % len(flavours)], guide_anytime.stop_anywhere, seed, n) for n in range(instants)]


class Worker(threading.Thread):
    """A world and the tasks that are done in it. A world in which something went wrong is replaced."""

    def __init__(self, number, tasks):
        super().__init__()
        self.number, self.tasks, self.worlds, self.world = number, tasks, 0, None

    def renew(self):
        self.close()
        self.worlds += 1
        self.world = World(os.path.join(HOME, f"{self.number}-{self.worlds}"))

    def close(self):
        if self.world and self.world.end() is not None:
            add("failures")
            print("  a simulator has ended by itself", flush=True)
        if self.world:
            shutil.rmtree(self.world.home, ignore_errors=True)
        self.world = None

    def run(self):
        while totals["failures"] < FAILURES_MOST:
            try:
                flavour, does, *rest = self.tasks.get_nowait()
            except queue.Empty:
                break
            try:
                if not self.world:
                    self.renew()
                self.world.flavour = flavour
                self.world.use(flavour)
                does(self.world, *rest)
                add("cases")
                if totals["cases"] % 250 == 0:
                    print(f"  {totals['cases']} cases", flush=True)
            except Exception as broken:  # the others are tried whatever became of this one
                add("failures")
                print(f"  {flavour.name}, {does.__name__} {' '.join(str(word) for word in rest)}: {type(broken).__name__}: {broken}", flush=True)
                self.close()
        self.close()


def work(tasks):
    todo = queue.Queue()
    for task in tasks:
        todo.put(task)
    workers = [Worker(number, todo) for number in range(min(WORLDS, len(tasks)))]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def main():
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--all", action="store_true")
    asked.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4), "little"))
    asked.add_argument("--instants", type=int)
    asked.add_argument("--only", default="")
    asked.add_argument("flavours", nargs="*")
    asked = asked.parse_args()
    began = time.monotonic()
    flavours = [flavour for flavour in FLAVOURS if (asked.all or flavour.usual) and (not asked.flavours or flavour.name in asked.flavours)]
    if not shutil.which("kubectl"):
        print("no kubectl here: the steps that need it are left out")
        flavours = [flavour for flavour in flavours if flavour.answers["DEPLOY"] == '"none"']
    print(f"random instants: --seed={asked.seed}", flush=True)
    try:
        work([(flavour, learn) for flavour in flavours])
        if not totals["failures"]:
            instants = (ANYTIME_ALL if asked.all else ANYTIME) if asked.instants is None else asked.instants
            tasks = tasks_of(flavours, asked.all, asked.seed, instants)[::EVERY]
            work([task for task in tasks if asked.only in " ".join(str(word) for word in (task[1].__name__, *task[2:]))])
    finally:
        shutil.rmtree(HOME, ignore_errors=True)
    print(f"{time.monotonic() - began:.0f} s, {totals['cases']} cases, {totals['answers lost']} of them with answers lost, "
          f"{totals['programs killed']} with a program killed, {totals['stopped']} walks stopped by other signals, {totals['failures']} failures")
    for name in ("kills", "duplicates", "left behind", "foreign touched"):
        print(f"{name}: {totals[name]}")
    return 1 if totals["duplicates"] or totals["left behind"] or totals["foreign touched"] or totals["failures"] or not totals["kills"] else 0


if __name__ == "__main__":
    sys.exit(main())
