#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The guide on the simulator, killed at every failpoint, resumed, undone, killed again at every failpoint of the undo; and with answers
that get lost on the wire. What counts is the simulator's truth. Run in the build folder; --all takes every passage of every wait and of
every command (a stand-in for helm, and kubectl)."""
import collections
import json
import os
import queue
import select
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

BUILD = os.getcwd()
SOURCE = os.path.abspath(os.environ.get("srcdir") or os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
ANSWERS = os.path.join(SOURCE, "tests/answers/alibaba-peer-pods.cfg")
GUIDE = "alibaba/peer-pods"
SCALE = "3000"
LIMIT = 120
# What the run makes; the rest of the truth comes and goes with it.
KINDS = ("vpc", "vswitch", "security_group", "eip", "nat_gateway", "snat_entry", "cluster", "node_pool", "role", "policy", "oidc_provider")
LOST = ("vpc.CreateVpc", "vpc.CreateVSwitch", "cs.CreateCluster", "cs.CreateClusterNodePool", "vpc.CreateNatGateway", "vpc.AllocateEipAddress",
        "vpc.AssociateEipAddress", "vpc.CreateSnatEntry", "ram.CreateRole", "ram.CreatePolicy", "ram.AttachPolicyToRole")
LOST_UNDO = ("ram.DetachPolicyFromRole", "ram.DeletePolicy", "ram.DeleteRole", "vpc.DeleteSnatEntry", "vpc.UnassociateEipAddress",
             "vpc.ReleaseEipAddress", "vpc.DeleteNatGateway", "cs.DeleteClusterNodepool", "cs.DeleteCluster", "vpc.DeleteVSwitch", "vpc.DeleteVpc")
HOME = tempfile.mkdtemp(prefix="peerdeck-crash-")
WORLDS = 4
PREFLIGHT = 3  # exit status
counting = threading.Lock()
totals = dict(kills=0, duplicates=0, left_behind=0, foreign_touched=0, failures=0)


def start_world():
    process = subprocess.Popen([BUILD + "/peerdeck-sim", "--with-parent", "--scenario", "empty", "--time-scale", SCALE],
                               stdout=subprocess.PIPE, text=True)
    assert select.select([process.stdout], [], [], 20)[0], "the simulator is not ready"
    return process, json.loads(process.stdout.readline())


def environment(ready, home, state, **more):
    kept = {k: v for k, v in os.environ.items() if k.split("_")[0] not in ("ALIBABA", "ALIBABACLOUD", "ALICLOUD", "PEERDECK", "KUBECONFIG")}
    kept["PATH"] = os.path.join(SOURCE, "tests/stand-ins") + ":" + kept["PATH"]
    kept.update(HOME=home, XDG_STATE_HOME=os.path.join(home, state), XDG_CONFIG_HOME=home + "/config", LC_ALL="C.UTF-8", NO_COLOR="1",
                ALIBABA_CLOUD_ECS_METADATA_DISABLED="true", ALIBABA_CLOUD_ACCESS_KEY_ID=ready["access_key_id"],
                ALIBABA_CLOUD_ACCESS_KEY_SECRET=ready["access_key_secret"], ALIBABA_CLOUD_REGION_ID=ready["region"],
                PEERDECK_ENDPOINT=ready["alibaba"], PEERDECK_TIME_SCALE=SCALE)
    kept.update(more)
    return kept


def add(name, number=1):
    with counting:
        totals[name] += number


def truth(ready):
    with urllib.request.urlopen(ready["control"] + "/_sim/truth", timeout=20) as answer:
        return json.load(answer)["resources"]


def fault(ready, spec):
    urllib.request.urlopen(urllib.request.Request(ready["control"] + "/_sim/fault", data=spec.encode(), method="POST"), timeout=20).close()


def things(resources):
    return {(kind, thing["id"]): thing for kind in KINDS for thing in resources.get(kind, [])}


def shape(resources):
    return collections.Counter((kind, thing["state"]) for kind in KINDS for thing in resources.get(kind, []))


class World:
    """A simulator of its own, in which somebody else has a cluster with all that belongs to it."""

    def __init__(self, number):
        self.home = os.path.join(HOME, str(number))
        os.makedirs(self.home)
        self.process, self.ready = start_world()
        self.made = None
        answers = os.path.join(self.home, "other.cfg")
        with open(answers, "w") as other:
            other.write('REGION_ID = "cn-beijing"; CLUSTER_NAME = "other"; VPC_CIDR = "10.0.0.0/16"; IMAGEID = "m-2zecaapodvm"; DEPLOY = "none";\n')
        result = subprocess.run([BUILD + "/peerdeck", "guide", "run", GUIDE, "--yes", "--answers", answers],
                                env=environment(self.ready, self.home, "theirs"), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=LIMIT)
        assert result.returncode == 0, result.stdout + result.stderr
        time.sleep(0.2)
        self.base = things(truth(self.ready))
        self.use("none")

    def use(self, deploy):
        """Without the commands, which are slow, or with them."""
        self.answers = os.path.join(self.home, f"answers-{deploy}.cfg")
        with open(ANSWERS) as given, open(self.answers, "w") as answers:
            answers.write(given.read() + f'DEPLOY = "{deploy}";\n')

    def end(self):
        if self.process.poll() is not None:
            add("failures")
            print(f"  a simulator ended with {self.process.returncode}")
        self.process.terminate()
        self.process.wait(10)

    def guide(self, verb, **more):
        words = [BUILD + "/peerdeck", "guide", verb, GUIDE, "--yes"] + (["--answers", self.answers] if verb == "run" else [])
        return subprocess.run(words, env=environment(self.ready, self.home, "mine", **more), stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=LIMIT)

    def settled(self, wanted):
        """The world, given a moment to come to rest."""
        deadline = time.monotonic() + 10
        while True:
            now = truth(self.ready)
            if wanted(now) or time.monotonic() > deadline:
                return now
            time.sleep(0.02)

    def exactly_once(self, what):
        now = shape(self.settled(lambda now: shape(now) == self.made))
        count, wanted = (collections.Counter() for _ in range(2))
        for (kind, _), number in now.items():
            count[kind] += number
        for (kind, _), number in self.made.items():
            wanted[kind] += number
        more = sum((count - wanted).values())
        add("duplicates", more)
        if now != self.made:
            add("failures", not more)
            print(f"  after {what}: {dict(now - self.made)} too many, {dict(self.made - now)} missing")

    def nothing_left(self, what):
        now = things(self.settled(lambda now: things(now) == self.base))
        left = [key for key in now if key not in self.base]
        touched = [key for key, thing in self.base.items() if now.get(key) != thing]
        add("left_behind", len(left))
        add("foreign_touched", len(touched))
        if left or touched:
            # What follows would only repeat it.
            raise AssertionError(f"after {what}: left {left}, touched {touched}")

    def well(self, result, what):
        if result.returncode != 0:
            add("failures")
            print(f"  {what} ended with {result.returncode}: {result.stderr[-600:]}")
        return result.returncode == 0

    def killed(self, verb, point):
        result = self.guide(verb, PEERDECK_FAILPOINT=point)
        if result.returncode == -9:
            add("kills")
            return True
        self.well(result, f"{verb} at {point}")
        return False

    def passages(self, verb):
        """Every passage of every failpoint of an unbroken walk."""
        names = os.path.join(self.home, "passed")
        open(names, "w").close()
        self.well(self.guide(verb, PEERDECK_FAILPOINT_LIST=names), verb)
        with open(names) as lines:
            counts = collections.Counter(lines.read().split())
        return [(name, n) for name, count in counts.items() for n in range(1, count + 1)]


def of_cloud(points, everything):
    """The journal's own places lie between ours."""
    return [f"{name}:{n}" for name, n in points
            if everything or not (name.startswith("journal.") or name.endswith(".wait") and n % 4 != 1)]


def of_commands(points, everything):
    here = [f"{name}:{n}" for name, n in points if name in ("guide.run", "guide.ran", "guide.check", "undo.run", "undo.ran")]
    return here if everything else here[1::4]


def kill_run(world, number, point):
    killed = world.killed("run", point)
    # Some are undone as they are: what is in doubt must go, too.
    resumed = killed and (number % 3 or ".wait" in point)
    if resumed:
        world.well(world.guide("resume"), f"resume after {point}")
    if resumed or not killed:
        world.exactly_once(point)
    world.well(world.guide("undo"), f"undo after {point}")
    world.nothing_left(point)


def kill_undo(world, _, point):
    world.well(world.guide("run"), "run")
    if world.killed("undo", point):
        world.well(world.guide("undo"), f"undo again after {point}")
    world.nothing_left(f"undo at {point}")


def lose_run(world, _, operation):
    """The answer is cut off after the call took effect, at every attempt; then the wire is whole again."""
    fault(world.ready, f"truncate=1,op={operation}")
    result = world.guide("run")
    fault(world.ready, "off")
    if result.returncode == PREFLIGHT:
        # The trial of the call was lost already, so nothing was begun.
        world.nothing_left(f"the trial of {operation} was lost")
        return
    if result.returncode != 0:
        world.well(world.guide("resume"), f"resume after {operation} was lost")
    world.exactly_once(f"{operation} was lost")
    world.well(world.guide("undo"), f"undo after {operation} was lost")
    world.nothing_left(f"{operation} was lost")


def lose_undo(world, _, operation):
    world.well(world.guide("run"), "run")
    fault(world.ready, f"truncate=1,op={operation}")
    result = world.guide("undo")
    fault(world.ready, "off")
    if result.returncode != 0:
        world.well(world.guide("undo"), f"undo again after {operation} was lost")
    world.nothing_left(f"{operation} was lost")


def unbroken(world):
    """What a walk makes that nobody disturbs, and which places it passes."""
    made = world.passages("run")
    world.made = shape(world.settled(lambda now: all(state in ("Available", "InUse", "running", "active", "Normal") for _, state in shape(now))))
    undone = world.passages("undo")
    world.nothing_left("the unbroken run")
    return made, undone


def work(world, tasks):
    while totals["failures"] == 0:
        try:
            number, (does, point) = tasks.get_nowait()
        except queue.Empty:
            return
        try:
            does(world, number, point)
        except (AssertionError, OSError, subprocess.TimeoutExpired) as broken:
            add("failures")
            print(f"  {point}: {broken}")


def do_all(worlds, todo):
    tasks = queue.Queue()
    for task in enumerate(todo):
        tasks.put(task)
    threads = [threading.Thread(target=work, args=(world, tasks)) for world in worlds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def crash(worlds, deploy, wanted, more, everything):
    for world in worlds:
        world.use(deploy)
    made, undone = unbroken(worlds[0])
    for world in worlds:
        world.made = worlds[0].made
    do_all(worlds, [(kill_run, point) for point in wanted(made, everything)] +
           [(kill_undo, point) for point in wanted(undone, everything)] + more)


def main():
    everything = "--all" in sys.argv
    began = time.monotonic()
    worlds = []
    try:
        worlds += [World(number) for number in range(WORLDS)]
        crash(worlds, "none", of_cloud, [(lose_run, name) for name in LOST] + [(lose_undo, name) for name in LOST_UNDO], everything)
        if shutil.which("kubectl"):
            crash(worlds, "helm", of_commands, [], everything)
        else:
            print("no kubectl here: the steps that need it were left out")
    except (AssertionError, OSError, subprocess.TimeoutExpired) as broken:
        add("failures")
        print(f"  {broken}")
    finally:
        for world in worlds:
            world.end()
        shutil.rmtree(HOME, ignore_errors=True)
    print(f"{time.monotonic() - began:.0f} s, {totals['failures']} failures")
    for name in ("kills", "duplicates", "left behind", "foreign touched"):
        print(f"{name}: {totals[name.replace(' ', '_')]}")
    return 1 if totals["duplicates"] or totals["left_behind"] or totals["foreign_touched"] or totals["failures"] or not totals["kills"] else 0


if __name__ == "__main__":
    sys.exit(main())
