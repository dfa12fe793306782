#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The guide on the simulator, killed at every failpoint, resumed, undone, killed again at every failpoint of the undo; and with answers
that get lost on the wire. What counts is the simulator's truth. Run in the build folder; --all takes every passage of every wait and of
every command (a stand-in for helm, and kubectl)."""
import collections
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
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
totals = dict(kills=0, duplicates=0, left_behind=0, foreign_touched=0, failures=0)


def start_world():
    process = subprocess.Popen([BUILD + "/peerdeck-sim", "--with-parent", "--scenario", "empty", "--time-scale", SCALE],
                               stdout=subprocess.PIPE, text=True)
    assert select.select([process.stdout], [], [], 20)[0], "the simulator is not ready"
    return process, json.loads(process.stdout.readline())


def environment(ready, state, **more):
    kept = {k: v for k, v in os.environ.items() if k.split("_")[0] not in ("ALIBABA", "ALIBABACLOUD", "ALICLOUD", "PEERDECK", "KUBECONFIG")}
    kept["PATH"] = os.path.join(SOURCE, "tests/stand-ins") + ":" + kept["PATH"]
    kept.update(HOME=HOME, XDG_STATE_HOME=os.path.join(HOME, state), XDG_CONFIG_HOME=HOME + "/config", LC_ALL="C.UTF-8", NO_COLOR="1",
                ALIBABA_CLOUD_ECS_METADATA_DISABLED="true", ALIBABA_CLOUD_ACCESS_KEY_ID=ready["access_key_id"],
                ALIBABA_CLOUD_ACCESS_KEY_SECRET=ready["access_key_secret"], ALIBABA_CLOUD_REGION_ID=ready["region"],
                PEERDECK_ENDPOINT=ready["alibaba"], PEERDECK_TIME_SCALE=SCALE)
    kept.update(more)
    return kept


def truth(ready):
    with urllib.request.urlopen(ready["control"] + "/_sim/truth", timeout=20) as answer:
        return json.load(answer)["resources"]


def fault(ready, spec):
    urllib.request.urlopen(urllib.request.Request(ready["control"] + "/_sim/fault", data=spec.encode(), method="POST"), timeout=20).close()


def things(resources):
    return {(kind, thing["id"]): thing for kind in KINDS for thing in resources.get(kind, [])}


def shape(resources):
    return collections.Counter((kind, thing["state"]) for kind in KINDS for thing in resources.get(kind, []))


class Check:
    def __init__(self, ready, deploy):
        self.ready = ready
        # Without the commands, which are slow, or with them.
        self.answers = os.path.join(HOME, f"answers-{deploy}.cfg")
        with open(ANSWERS) as given, open(self.answers, "w") as answers:
            answers.write(given.read() + f'DEPLOY = "{deploy}";\n')
        self.base = None
        self.made = None

    def guide(self, verb, **more):
        words = [BUILD + "/peerdeck", "guide", verb, GUIDE, "--yes"] + (["--answers", self.answers] if verb == "run" else [])
        return subprocess.run(words, env=environment(self.ready, "mine", **more), stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=LIMIT)

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
        totals["duplicates"] += more
        if now != self.made:
            totals["failures"] += not more
            print(f"  after {what}: {dict(now - self.made)} too many, {dict(self.made - now)} missing")

    def nothing_left(self, what):
        now = things(self.settled(lambda now: things(now) == self.base))
        left = [key for key in now if key not in self.base]
        touched = [key for key, thing in self.base.items() if now.get(key) != thing]
        totals["left_behind"] += len(left)
        totals["foreign_touched"] += len(touched)
        if left or touched:
            # What follows would only repeat it.
            raise AssertionError(f"after {what}: left {left}, touched {touched}")

    def well(self, result, what):
        if result.returncode != 0:
            totals["failures"] += 1
            print(f"  {what} ended with {result.returncode}: {result.stderr[-600:]}")
        return result.returncode == 0

    def killed(self, verb, point):
        result = self.guide(verb, PEERDECK_FAILPOINT=point)
        if result.returncode == -9:
            totals["kills"] += 1
            return True
        self.well(result, f"{verb} at {point}")
        return False

    def passages(self, verb):
        """Every passage of every failpoint of an unbroken walk."""
        names = os.path.join(HOME, "passed")
        open(names, "w").close()
        self.well(self.guide(verb, PEERDECK_FAILPOINT_LIST=names), verb)
        with open(names) as lines:
            counts = collections.Counter(lines.read().split())
        return [(name, n) for name, count in counts.items() for n in range(1, count + 1)]


def of_cloud(points, everything):
    return [f"{name}:{n}" for name, n in points if everything or not name.endswith(".wait") or n % 4 == 1]


def of_commands(points, everything):
    here = [f"{name}:{n}" for name, n in points if name in ("guide.run", "guide.ran", "undo.run", "undo.ran")]
    return here if everything else here[1::4]


def crash(check, wanted, everything):
    made = check.passages("run")
    check.made = shape(check.settled(lambda now: all(state in ("Available", "InUse", "running", "active", "Normal") for _, state in shape(now))))
    undone = check.passages("undo")
    check.nothing_left("the unbroken run")
    for number, point in enumerate(wanted(made, everything)):
        killed = check.killed("run", point)
        # Some are undone as they are: what is in doubt must go, too.
        if killed and (number % 3 or point.endswith(".wait")):
            check.well(check.guide("resume"), f"resume after {point}")
        if not killed or number % 3 or point.endswith(".wait"):
            check.exactly_once(point)
        check.well(check.guide("undo"), f"undo after {point}")
        check.nothing_left(point)
    for point in wanted(undone, everything):
        check.well(check.guide("run"), "run")
        if check.killed("undo", point):
            check.well(check.guide("undo"), f"undo again after {point}")
        check.nothing_left(f"undo at {point}")


def lose(check):
    """The answer is cut off after the call took effect, at every attempt; then the wire is whole again."""
    for operation in LOST:
        fault(check.ready, f"truncate=1,op={operation}")
        result = check.guide("run")
        fault(check.ready, "off")
        if result.returncode != 0:
            check.well(check.guide("resume"), f"resume after {operation} was lost")
        check.exactly_once(f"{operation} was lost")
        check.well(check.guide("undo"), f"undo after {operation} was lost")
        check.nothing_left(f"{operation} was lost")
    for operation in LOST_UNDO:
        check.well(check.guide("run"), "run")
        fault(check.ready, f"truncate=1,op={operation}")
        result = check.guide("undo")
        fault(check.ready, "off")
        if result.returncode != 0:
            check.well(check.guide("undo"), f"undo again after {operation} was lost")
        check.nothing_left(f"{operation} was lost")


def main():
    process, ready = start_world()
    began = time.monotonic()
    try:
        # Somebody else's cluster with all that belongs to it, under another name.
        other = os.path.join(HOME, "other.cfg")
        with open(other, "w") as answers:
            answers.write('REGION_ID = "cn-beijing"; CLUSTER_NAME = "other"; VPC_CIDR = "10.0.0.0/16"; IMAGEID = "m-2zecaapodvm"; DEPLOY = "none";\n')
        result = subprocess.run([BUILD + "/peerdeck", "guide", "run", GUIDE, "--yes", "--answers", other], env=environment(ready, "theirs"),
                                stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=LIMIT)
        assert result.returncode == 0, result.stdout + result.stderr
        time.sleep(0.2)
        base = things(truth(ready))
        assert base, "nothing foreign was made"
        cloud, commands = Check(ready, "none"), Check(ready, "helm")
        cloud.base = commands.base = base
        crash(cloud, of_cloud, "--all" in sys.argv)
        lose(cloud)
        if shutil.which("kubectl"):
            crash(commands, of_commands, "--all" in sys.argv)
        else:
            print("no kubectl here: the steps that need it were left out")
    except (AssertionError, OSError) as broken:
        totals["failures"] += 1
        print(f"  {broken}")
    finally:
        if process.poll() is not None:
            totals["failures"] += 1
            print(f"  the simulator ended with {process.returncode}")
        process.terminate()
        process.wait(10)
        shutil.rmtree(HOME, ignore_errors=True)
    print(f"{time.monotonic() - began:.0f} s, {totals['failures']} failures")
    for name in ("kills", "duplicates", "left behind", "foreign touched"):
        print(f"{name}: {totals[name.replace(' ', '_')]}")
    return 1 if totals["duplicates"] or totals["left_behind"] or totals["foreign_touched"] or totals["failures"] or not totals["kills"] else 0


if __name__ == "__main__":
    sys.exit(main())
