#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What goes wrong while peerdeck guide walks: it is said where it can be mended, before anything was spent where that can be known, and the
run goes on from there. Against peerdeck-sim; run in the build folder; an argument selects the tests whose name contains it."""
import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
import urllib.parse
import urllib.request

from guide import BUILD, NAME, World, ended, main, prints, says

MAKING = ("Create", "Allocate", "Associate", "Import", "Attach", "Run", "Delete", "Release", "Put", "Modify")


class Faulty(World):
    """A world in which things go wrong, and are mended."""

    def post(self, path, body="", **query):
        url = self.ready["control"] + path + ("?" + urllib.parse.urlencode(query) if query else "")
        with urllib.request.urlopen(urllib.request.Request(url, data=body.encode(), method="POST"), timeout=20) as answer:
            answer.read()

    def fault(self, spec):
        self.post("/_sim/fault", spec)

    def rule(self, **rules):
        self.post("/_sim/rule", **rules)

    def mended(self, *words):
        """Goes on to the end, and takes all of it away again."""
        ended(self.guide("resume", NAME, "--yes", *words), 0)
        ended(self.guide("undo", NAME, "--yes"), 0)

    def file(self, name, text=""):
        path = os.path.join(self.home, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text)
        return path

    def made_nothing(self, before):
        assert self.truth() == before, "something was made"


def a_refusal_half_way_says_what_to_ask_for():
    with Faulty() as world:
        before = world.truth()
        for spec, *words in (("deny=1,op=vpc.CreateNatGateway", "vpc.CreateNatGateway in cn-beijing", "RAM action vpc:CreateNatGateway"),
                             ("deny=1,op=ram.AttachPolicyToRole", "ram.AttachPolicyToRole", "RAM action ram:AttachPolicyToRole"),
                             ("deny=1,op=cs.CreateClusterNodePool", "cs.CreateClusterNodePool", "RAM action cs:CreateClusterNodePool"),
                             ("refuse=QuotaExceeded.Eip,op=vpc.AllocateEipAddress", "QuotaExceeded.Eip", "Release what is not needed", "Quota Center"),
                             ("refuse=InsufficientBalance,op=vpc.CreateNatGateway", "InsufficientBalance", "Top up the account's balance"),
                             ("refuse=InvalidSecurityToken.Expired,op=vpc.CreateNatGateway", "The temporary credentials have expired: log in again")):
            world.fault(spec)
            result = world.run()
            ended(result, 4)
            says(result, *words, "things of this run exist", "guide resume", "guide undo")
            assert result.stderr.count("| Specified SecurityToken is expired.") <= 1, "what is tried again is told again and again"
            world.fault("off")
            world.mended()
            world.comes_back_to(before)


def a_role_that_is_not_known_everywhere_at_once_is_waited_for():
    with Faulty(scale="300") as world:
        before = world.truth()
        world.rule(ram_after="45")
        ended(world.run(), 0)
        ended(world.guide("undo", NAME, "--yes"), 0)
        world.comes_back_to(before)


def noise_on_the_line_makes_nothing_twice_and_forgets_nothing():
    def kinds(world):
        return {kind: len(things) for kind, things in world.truth().items()}

    with Faulty() as world:
        before = world.truth()
        ended(world.run(), 0)
        wanted = kinds(world)
        ended(world.guide("undo", NAME, "--yes"), 0)
        for _ in range(3):
            world.fault("throttle=0.05,http500=0.03,reset=0.03,lost=0.05,truncate=0.03,garbage=0.02")
            result, turns = world.run(), 0
            while result.returncode and turns < 20:
                result = world.run() if result.returncode != 4 else world.guide("resume", NAME, "--yes")
                turns += 1
            ended(result, 0)
            world.fault("off")
            assert kinds(world) == wanted, (kinds(world), wanted)
            world.fault("throttle=0.05,http500=0.03,reset=0.03,lost=0.05,truncate=0.03,garbage=0.02")
            while world.guide("undo", NAME, "--yes").returncode and turns < 40:
                turns += 1
            world.fault("off")
            world.comes_back_to(before)


def a_key_that_is_switched_off_is_told_before():
    with Faulty() as world:
        before = world.truth()
        world.fault("refuse=InvalidAccessKeyId.Inactive,op=*")
        result = world.run()
        ended(result, 1)
        says(result, "InvalidAccessKeyId.Inactive", "Check the AccessKey id and secret")
        world.made_nothing(before)


def nodes_out_of_stock_are_made_of_another_type():
    with Faulty() as world:
        before = world.truth()
        process = started(world, "run", NAME, "--yes", "--answers", world.answers('WORKER_NODE_TYPE = "ecs.c7.xlarge";'), PEERDECK_TIME_SCALE="100")
        for line in process.stderr:
            if "cluster_create:" in line:
                break
        world.rule(sold_out="ecs.c7*")
        rest = process.stderr.read()
        process.stderr.close()
        assert process.wait(60) == 4 and "OperationDenied.NoStock" in rest and "with other answers where that helps" in rest, rest[-900:]
        # What the cluster was made with cannot change any more.
        result = world.guide("resume", NAME, "--yes", "--answers", world.file("other.cfg", 'CLUSTER_NAME = "two";\nWORKER_NODE_TYPE = "ecs.g7.xlarge";\n'))
        ended(result, 2)
        says(result, 'CLUSTER_NAME: "two" cannot be taken any more: VPC caa was made with "caa"', "undo the run")
        result = world.guide("resume", NAME, "--yes", "--answers", world.file("other.cfg", 'WORKER_NODE_TYPE = "ecs.g7.xlarge";\n'))
        ended(result, 0)
        says(result, "node pool worker-node-pool failed; it is taken away and made again")
        assert len(world.truth()["node_pool"]) == 1
        # The other answer is kept.
        ended(world.guide("resume", NAME, "--yes"), 0)
        ended(world.guide("undo", NAME, "--yes"), 0)
        world.comes_back_to(before)


def a_cluster_that_fails_is_made_again():
    with Faulty() as world:
        before = world.truth()
        world.rule(cluster_failures=1)
        result = world.run()
        ended(result, 4)
        says(result, "it is failed", "The API server did not answer in time", "resume, which makes it again; or undo")
        world.rule(cluster_failures=0)
        result = world.guide("resume", NAME, "--yes")
        ended(result, 0)
        says(result, "ACK cluster caa failed; it is taken away and made again")
        assert [cluster["state"] for cluster in world.truth()["cluster"]] == ["running"]
        ended(world.guide("undo", NAME, "--yes"), 0)
        world.comes_back_to(before)


def an_image_that_is_not_imported_is_imported_again():
    with Faulty(rules="import_failures = 1.0;") as world:
        before = world.truth()
        image = world.file("podvm.qcow2", "no image at all")
        result = world.run(f'IMAGE = "upload";\nIMAGE_FILE = "{image}";\nBUCKET = "{world.ready["bucket"]}";\nOBJECT = "podvm.qcow2";\n')
        ended(result, 4)
        says(result, "CreateFailed", "partition table cannot be read")
        world.rule(import_failures=0)
        world.file("podvm.qcow2", "the right one")
        result = world.guide("resume", NAME, "--yes")
        ended(result, 0)
        says(result, "image podvm failed; it is taken away and made again")
        assert result.stderr.count("MiB") >= 1, "the mended file was not uploaded"
        ended(world.guide("undo", NAME, "--yes"), 0)
        world.comes_back_to(before)


def wrong_answers_cost_nothing():
    with Faulty() as world:
        before = world.truth()
        for text, *words in (('WORKER_NODE_COUNT = "many";', "answers.cfg:", "is no number"), ('DISABLECVM = "perhaps";', "true or false"),
                             ("CLUSTER_NAME = ( 1 );", "CLUSTER_NAME: "), ('CLUSTR_NAME = "x";', "did you mean CLUSTER_NAME?"),
                             ('CLUSTER_NAME = "a";\nCLUSTER_NAME = "b";', "duplicate setting name", "each name once"),
                             ('OBJECT = "cut in the mid', "answers.cfg:", "syntax error", "look at this line and the one before"),
                             ('ROLE_NAME = "' + 65 * "x" + '";', "1 to 64 letters"), ('POLICY_NAME = "has space";', "1 to 128 letters"),
                             ('CLUSTER_NAME = "-x";', "1 to 40 letters"), ('VPC_CIDR = "10.0.0.1/8";', "no range of addresses", "how many bits"),
                             ('VPC_CIDR = "192.168.0.0/28";', "no range between /8 and /24", "too few addresses"),
                             ('CONTAINER_CIDR = "172.18.0.0/27";', "no range between", "shorter prefix"), ('SERVICE_CIDR = "172.21.0.0/30";', "shorter prefix")):
            result = world.run(text)
            ended(result, 2)
            says(result, *words, "nothing was made")
        for path, words in (("/nowhere.cfg", "No such file"), (world.home, "Is a directory"), ("/dev/null", "")):
            result = world.guide("run", NAME, "--answers", path)
            assert result.returncode in (1, 2, 3), result.returncode
            says(result, words)
        world.made_nothing(before)


def addresses_of_others_are_told_before():
    with Faulty() as world:
        ended(world.run('CLUSTER_NAME = "first";\n'), 0)
        names = dict(line[7:].split("=", 1) for line in world.guide("export", NAME).stdout.split("\n") if line.startswith("export "))
        before = world.truth()
        there = f'NETWORK = "existing";\nEXISTING_VPC_ID = "{names["VPC_ID"]}";\nEXISTING_VSWITCH_ID = "{names["VSWITCH_ID"]}";\nINTERNET = "none";\n'
        second = {"XDG_STATE_HOME": world.home + "/second"}
        for text, words in (('CONTAINER_CIDR = "192.168.128.0/20";', "shares addresses with vpc-"), ('SERVICE_CIDR = "192.168.0.0/20";', "shares addresses with vpc-"),
                            ('CONTAINER_CIDR = "172.18.128.0/17";', "a cluster in vpc-"), ('CONTAINER_CIDR = "172.21.0.0/16";', "Choose another CONTAINER_CIDR or SERVICE_CIDR")):
            result = world.run(there + text, **second)
            ended(result, 3)
            prints(result, words)
            says(result, "nothing was made")
            world.made_nothing(before)
        ended(world.run(there + 'CONTAINER_CIDR = "10.32.0.0/16";\nCLUSTER_NAME = "caa";\nSERVICE_CIDR = "172.22.0.0/20";', **second), 0)
        ended(world.guide("undo", NAME, "--yes", **second), 0)
        world.comes_back_to(before)


def at_a_terminal():
    """Whoever runs the tests may have had it ignored, and so would every program: nohup."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def started(world, *words, **more):
    return subprocess.Popen([BUILD + "/peerdeck", "guide", *words], env=world.environment(**more), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                            stderr=subprocess.PIPE, text=True, preexec_fn=at_a_terminal)


def limited(size):
    """Files may not grow beyond this: what a full disk does without being one."""
    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    return limit


def a_disk_that_is_full_loses_nothing():
    with Faulty() as world:
        before, given = world.truth(), world.answers("")

        def run(limit):
            return subprocess.run([BUILD + "/peerdeck", "guide", "run", NAME, "--yes", "--answers", given], env=world.environment(), preexec_fn=limited(limit),
                                  stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)

        result = run(4096)
        ended(result, 1)
        says(result, "peerdeck.db", "look whether it is full")
        world.made_nothing(before)
        stopped = 0
        for limit in range(100000, 400000, 20000):
            result = run(limit)
            if result.returncode == 0:
                ended(world.guide("undo", NAME, "--yes"), 0)
                break
            says(result, "peerdeck.db", "look whether it is full")
            stopped += result.returncode == 4
            assert result.returncode == 4 or world.truth() == before, "what was made is not told of"
            for verb in ("resume", "undo") if result.returncode == 4 and stopped % 2 else ("undo",):
                if result.returncode == 4:
                    ended(world.guide(verb, NAME, "--yes"), 0)
            world.comes_back_to(before)
            shutil.rmtree(world.home + "/state")
        assert stopped, "no limit stopped a walk half-way"


def a_disk_without_room_is_told_before():
    with Faulty() as world:
        if subprocess.run(["unshare", "-Urm", "true"], capture_output=True).returncode:
            return
        before, state = world.truth(), world.home + "/state"
        os.makedirs(state)
        result = subprocess.run(["unshare", "-Urm", "sh", "-c", 'mount -t tmpfs -o size=2m none "$0" && exec "$@"', state, BUILD + "/peerdeck", "guide", "run", NAME, "--yes",
                                 "--answers", world.answers("")], env=world.environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
        ended(result, 1)
        says(result, "the disk has room for", "free some space")
        world.made_nothing(before)


def a_place_for_the_journal_is_needed():
    with Faulty() as world:
        before = world.truth()
        for more, *words in (({"XDG_STATE_HOME": "/dev/null/x"}, "cannot make the folder", "set XDG_STATE_HOME"),
                             ({"XDG_STATE_HOME": "", "HOME": ""}, "neither HOME nor XDG_STATE_HOME", "set HOME")):
            result = world.run("", **more)
            ended(result, 1)
            says(result, *words)
        world.made_nothing(before)
        result = world.guide("plan", NAME, "--answers", world.answers(""), "--save", "/dev/full")
        ended(result, 1)
        says(result, "/dev/full: No space left")


def a_terminal_that_goes_stops_the_walk_only():
    with Faulty() as world:
        before = world.truth()
        for number in (signal.SIGHUP, signal.SIGTERM):
            process = started(world, "run", NAME, "--yes", "--answers", world.answers(""), PEERDECK_TIME_SCALE="5")
            for line in process.stderr:
                if "cluster_create:" in line:
                    break
            process.send_signal(number)
            rest = process.stderr.read()
            process.stderr.close()
            assert process.wait(20) == 130 and "guide resume" in rest, (process.returncode, rest)
            world.mended()
            world.comes_back_to(before)


def a_line_that_is_down_for_a_while_ends_nothing():
    with Faulty() as world:
        before = world.truth()
        for place in ("Create the vSwitch", "cluster_create:"):
            process, mend = started(world, "run", NAME, "--yes", "--answers", world.answers(""), PEERDECK_TIME_SCALE="50"), None
            for line in process.stderr:
                if place in line and not mend:
                    world.fault("unreachable=cn-beijing")
                    mend = threading.Timer(1, world.fault, ["off"])
                    mend.start()
            process.stderr.close()
            mend.join()
            # Looking and waiting go on by themselves; a call whose answer is not known for so long is settled by resume.
            assert process.wait(60) in (0, 4), process.returncode
            world.mended()
            world.comes_back_to(before)
        world.fault("unreachable=cn-beijing")
        result = world.run()
        ended(result, 2)
        says(result, "ecs.DescribeAvailableResource in cn-beijing", "nothing was made")
        world.fault("off")
        world.fault("throttle=0.3,op=vpc.CreateV*")
        ended(world.run(), 0)
        world.fault("off")
        ended(world.guide("undo", NAME, "--yes"), 0)
        world.comes_back_to(before)


def tools(world, **texts):
    """Programs that come first in the path, as scripts."""
    for name, text in texts.items():
        os.chmod(world.file("bin/" + name, "#!/bin/sh\n" + text), 0o755)
    return {"PATH": world.home + "/bin:" + world.environment()["PATH"]}


def tools_that_fail_are_told_and_run_again():
    if not shutil.which("kubectl"):
        return
    with Faulty() as world:
        before = world.truth()
        old = 'echo \'{"clientVersion":{"gitVersion":"v1.18.2"}}\'\n'
        for more, *words in ((tools(world, kubectl=old, helm="echo broken >&2; exit 3\n"), "v1.18.2", "Install kubectl 1.26 or later", "helm ended with status 3: broken", "Install helm"),):
            result = world.run('DEPLOY = "helm";', **more)
            ended(result, 3)
            prints(result, *words)
            world.made_nothing(before)
        os.unlink(world.home + "/bin/kubectl")
        more = tools(world, helm='test "$1" = version && exec echo v3.1\necho "cannot reach registry" >&2; exit 1\n')
        result = world.run('DEPLOY = "helm";\nSAMPLE = false;\n', **more)
        ended(result, 4)
        says(result, "helm ended with status 1: cannot reach registry", "then resume, which runs it again")
        values = [line.split(": ")[1] for line in result.stderr.split("\n") if "values.yaml" in line][0]
        # What somebody changed is not written over.
        with open(values, "a") as file:
            file.write("# by hand\n")
        os.unlink(world.home + "/bin/helm")
        result = world.guide("resume", NAME, "--yes")
        ended(result, 4)
        says(result, "values.yaml is there and differs", "move it away, then resume")
        os.rename(values, world.home + "/values.mine")
        world.mended()
        world.comes_back_to(before)


def killed_while_helm_works(world, seconds):
    """Helm lives on for a while, and then dies, because nobody reads any more what it says."""
    process = started(world, "run", NAME, "--yes", "--answers", world.answers('DEPLOY = "helm";\nSAMPLE = false;\n'), STAND_IN_SLOW=str(seconds),
                      STAND_IN_LOG=world.file("calls"))
    for line in process.stderr:
        if "sh.helm.release.v1.peerpods.v1" in line:
            process.kill()
            break
    process.stderr.close()
    assert process.wait(20) == -signal.SIGKILL, process.returncode


def a_program_that_outlives_its_walk_is_waited_for():
    if not shutil.which("kubectl"):
        return
    with Faulty() as world:
        before = world.truth()
        for verb in ("resume", "undo"):
            killed_while_helm_works(world, 2)
            result = world.guide(verb, NAME, "--yes", STAND_IN_LOG=world.home + "/calls")
            ended(result, 0)
            says(result, "helm upgrade, begun before (process ", "still runs")
            with open(world.home + "/calls") as calls:
                called = [line.split()[1] for line in calls]
            # What it left half done is taken away first: it would refuse to go on with that.
            assert [word for word in called if word not in ("version", "get")] == (["upgrade", "list", "uninstall", "upgrade"] if verb == "resume" else ["upgrade", "uninstall"]), called
            if verb == "resume":
                ended(world.guide("undo", NAME, "--yes"), 0)
            world.comes_back_to(before)


def a_program_that_outlives_its_walk_can_be_left_or_ended():
    if not shutil.which("kubectl"):
        return
    with Faulty() as world:
        before = world.truth()
        killed_while_helm_works(world, 300)
        process = started(world, "undo", NAME, "--yes")
        for line in process.stderr:
            if "still runs" in line:
                process.send_signal(signal.SIGINT)
                break
        rest = process.stderr.read()
        process.stderr.close()
        assert process.wait(20) == 130 and "or end it (kill -- -" in rest, (process.returncode, rest)
        os.killpg(int(rest.split("kill -- -")[1].split(")")[0]), signal.SIGKILL)
        ended(world.guide("undo", NAME, "--yes"), 0)
        world.comes_back_to(before)


def a_plan_that_was_tampered_with_is_not_carried_out():
    with Faulty() as world:
        before, saved = world.truth(), world.home + "/saved.cfg"
        ended(world.guide("plan", NAME, "--answers", world.answers(""), "--save", saved), 0)
        with open(saved) as file:
            text = file.read()
        plan = text.split('plan = "')[1][:64]
        for other, status, words in ((f'plan = "{plan[::-1]}"', 1, "changed since the plan was saved"), ('plan = ""', 2, "no plan as --save writes it"),
                                     ("plan = 5", 2, "save the plan anew"), (f'plan = "{plan}x"', 2, "saved.cfg:2")):
            world.file("saved.cfg", text.replace(f'plan = "{plan}"', other))
            result = world.guide("run", NAME, "--yes", "--answers", saved)
            ended(result, status)
            says(result, words)
        world.file("saved.cfg", text.replace("BAND_WIDTH = 5", "BAND_WIDTH = 6"))
        ended(world.guide("run", NAME, "--yes", "--answers", saved), 1)
        world.made_nothing(before)


GUIDE = """title = "T"; backend = "alibaba"; region = "cn-beijing"; approve = "yes";
sections = ( { id = "s"; heading = "S"; } );
steps = (
%s
);
"""
NOTE = '{ id = "%s"; sort = "note"; section = "s"; title = "N"; text = "%s"; %s }'
CALL = '{ id = "a"; sort = "call"; section = "s"; title = "C"; operation = "%s"; with = { %s = "%s"; }; undo = { keep = true; }; export = { V = "%s"; }; }'
ASK = '{ id = "a"; sort = "ask"; section = "s"; title = "A"; inputs = ( { name = "%s"; title = "x"; %s } ); }'
MISTAKES = (
    ('{ id = "a"; sort = "sing"; section = "s"; title = "A"; }', "no sort of step", "the sorts are ask, check"),
    (NOTE.replace('"s"', '"x"') % ("a", "t", ""), "no section x", "add it to sections"),
    (NOTE % ("a", "t", "") + ", " + NOTE % ("a", "t", ""), "a step a already", "give it another id"),
    (NOTE % ("a", "t", 'needs = [ "b" ];') + ", " + NOTE % ("b", "t", 'needs = [ "a" ];'), "a needs b, which comes later", "steps that stand before it"),
    (NOTE % ("a", "t", 'needs = [ "zzz" ];'), "no step zzz", "steps that stand before it"),
    ('{ id = "a"; sort = "write"; section = "s"; title = "A"; file = "f"; template = "none.yaml"; }', "none.yaml: No such file", "put the file into the guide's folder"),
    ('{ id = "a"; sort = "write"; section = "s"; title = "A"; file = "f"; template = "there.yaml"; }', "template there.yaml: no input and no earlier step gives NOPE", "did you mean"),
    (CALL % ("vpc.CreateVpc", "CidrBlock", "10.0.0.0/8", "VpcId"), '"VpcId" is no pointer', "write it as /Member"),
    (CALL % ("vpc.CreateVpc", "CidrBlock", "10.0.0.0/8", "/a~2b"), "~ stands alone", "~0 for a ~"),
    (CALL % ("vpc.CreateVpcs", "CidrBlock", "10.0.0.0/8", "/VpcId"), "no operation vpc.CreateVpcs", "did you mean vpc.CreateVpc?"),
    (CALL % ("vpc.CreateVpc", "Cidr", "10.0.0.0/8", "/VpcId"), "takes no parameter Cidr", "take it out"),
    (NOTE % ("a", "${REGIN}", ""), "no earlier step gives REGIN", "did you mean REGION?"),
    (NOTE % ("a", "${REGION|frob}", ""), 'no filter "frob"', "peerdeck-guide(5) lists the filters"),
    (NOTE % ("a", "${REGION", ""), "a ${ is not closed", "close it with }"),
    (NOTE % ("a", "t", 'when = "REGION = 1";'), "condition: what is this", "NAME == 'text'"),
    (NOTE % ("a", "t", 'txt = "t";'), 'no key "txt"', 'did you mean "text"?'),
    (NOTE % ("a", "t", 'bucket = "b";'), 'the sort note has no "bucket"', "another sort"),
    ('{ id = "a"; sort = "check"; section = "s"; title = "A"; operation = "vpc.DescribeVpcs"; expect = [ "/x ~ y" ]; }', "is no test", "the operators are"),
    ('{ id = "a"; sort = "check"; section = "s"; title = "A"; operation = "vpc.DeleteVpc"; with = { VpcId = "x"; }; }', "changes something", "a step of the sort call"),
    ('{ id = "a"; sort = "run"; section = "s"; title = "A"; command = [ "true" ]; }', "how it is undone", "undo = { keep = true; }"),
    ('{ id = "a"; sort = "check"; section = "s"; title = "A"; operation = "vpc.DescribeVpcs"; level = "perhaps"; }', 'no level "perhaps"', "use fail, warn or known"),
    ('{ id = "a"; sort = "check"; section = "s"; title = "A"; that = "REGION"; each = "REGION"; }', "a cannot be made for each element", "one that reads before"),
    ('{ id = "a"; sort = "check"; section = "s"; title = "A"; cluster = "c1"; objects = [ "nodes" ]; }', "no list of a cluster's API", "write it as /api/v1/"),
    ('{ id = "a"; sort = "check"; section = "s"; title = "A"; objects = [ "/api/v1/nodes" ]; }', "does not say of which cluster", "add cluster"),
    (ASK % ("X", 'match = "^[a";'), "no regular expression", "regex(7)"),
    (ASK % ("X", 'type = "colour";'), 'no type "colour"', "the types are"),
    (ASK % ("x y", ""), "no name for an input", "capitals, digits and _"),
    (ASK % ("RUN", ""), "RUN is a name that each guide has", "give it another name"),
    (ASK % ("X", 'type = "number"; default = "many";'), "the default is refused", "give another default"),
    ('{ id = "a" sort = ;', "not the language of libconfig", "missing quote, semicolon or bracket"),
)


def each_mistake_in_a_guide_has_its_line_and_remedy():
    with Faulty() as world:
        world.file("g/mine/one/there.yaml", "a: ${NOPE}\n")
        for step, *words in MISTAKES:
            world.file("g/mine/one/guide.cfg", GUIDE % step)
            result = world.guide("lint", world.home + "/g/mine/one")
            ended(result, 1)
            says(result, "guide.cfg:4", *words)
        world.file("g/mine/one/guide.cfg", GUIDE % (NOTE % ("a", "t", "")))
        ended(world.guide("lint", world.home + "/g/mine/one"), 0)


if __name__ == "__main__":
    sys.exit(main([value for value in list(globals().values()) if callable(value) and getattr(value, "__module__", "") == "__main__"
                   and not isinstance(value, type) and value not in (at_a_terminal, killed_while_helm_works, limited, started, tools)]))
