#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""peerdeck guide against peerdeck-sim: what it asks, checks, plans, makes and takes away. Run in the build folder; an argument selects the
tests whose name contains it."""
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

BUILD = os.getcwd()
SOURCE = os.path.abspath(os.environ.get("srcdir") or os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
ANSWERS = os.path.join(SOURCE, "tests/answers/alibaba-peer-pods.cfg")
FOLDER = os.path.join(SOURCE, "backends/alibaba/guides/peer-pods")
NAME = "alibaba/peer-pods"
SCALE = "2000"


class World:
    """A simulator, and a home, that end with the test."""

    def __init__(self, scale=SCALE, scenario="empty", rules=""):
        self.home = tempfile.mkdtemp(prefix="peerdeck-guide-")
        self.scale = scale
        if rules:
            scenario = self.home + "/scenario.cfg"
            with open(scenario, "w") as file:
                file.write('regions = [ "cn-beijing" ];\nrules = { %s };\n' % rules)
        self.process = subprocess.Popen([BUILD + "/peerdeck-sim", "--with-parent", "--scenario", scenario, "--time-scale", scale],
                                        stdout=subprocess.PIPE, text=True)
        assert select.select([self.process.stdout], [], [], 20)[0], "the simulator is not ready"
        self.ready = json.loads(self.process.stdout.readline())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        status = self.process.wait(30)
        self.process.stdout.close()
        shutil.rmtree(self.home, ignore_errors=True)
        assert status == 0, f"the simulator ended with {status}"

    def environment(self, **more):
        kept = {k: v for k, v in os.environ.items() if k.split("_")[0] not in ("ALIBABA", "ALIBABACLOUD", "ALICLOUD", "PEERDECK", "KUBECONFIG")}
        kept.update(HOME=self.home, XDG_STATE_HOME=self.home + "/state", XDG_CONFIG_HOME=self.home + "/config", LC_ALL="C.UTF-8", NO_COLOR="1",
                    ALIBABA_CLOUD_ECS_METADATA_DISABLED="true", ALIBABA_CLOUD_ACCESS_KEY_ID=self.ready["access_key_id"],
                    ALIBABA_CLOUD_ACCESS_KEY_SECRET=self.ready["access_key_secret"], ALIBABA_CLOUD_REGION_ID=self.ready["region"],
                    PEERDECK_ENDPOINT=self.ready["alibaba"], PEERDECK_OSS_ENDPOINT=self.ready["oss"], PEERDECK_TIME_SCALE=self.scale,
                    LSAN_OPTIONS="print_suppressions=0:suppressions=" + SOURCE + "/tests/lsan.supp", PATH=SOURCE + "/tests/stand-ins:" + os.environ["PATH"])
        kept.update(more)
        return kept

    def guide(self, *words, **more):
        return subprocess.run([BUILD + "/peerdeck", "guide", *words], env=self.environment(**more), stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=90)

    def answers(self, text):
        path = os.path.join(self.home, "answers.cfg")
        named = [line.split(" = ")[0] for line in text.split("\n")]
        with open(ANSWERS) as given:
            usual = given.read().split("\n") + ['DEPLOY = "none";']
        with open(path, "w") as file:
            file.write("\n".join(line for line in usual if line.split(" = ")[0] not in named) + "\n" + text)
        return path

    def run(self, text="", *words, **more):
        return self.guide("run", NAME, "--yes", "--answers", self.answers(text), *words, **more)

    def truth(self, part="resources"):
        with urllib.request.urlopen(self.ready["control"] + "/_sim/truth", timeout=20) as answer:
            return json.load(answer)[part]

    def comes_back_to(self, before):
        deadline = time.monotonic() + 10
        while self.truth() != before and time.monotonic() < deadline:
            time.sleep(0.05)
        assert self.truth() == before, "something is left"

    def things(self):
        kinds = ("vpc", "vswitch", "eip", "nat_gateway", "snat_entry", "cluster", "node_pool", "role", "policy", "security_group")
        return sorted((kind, thing["id"]) for kind, list_ in self.truth().items() if kind in kinds for thing in list_)


def ended(result, status):
    assert result.returncode == status, f"ended with {result.returncode}, wanted {status}: {result.stderr[-800:]}"


def says(result, *words):
    for word in words:
        assert word in result.stderr, f"standard error lacks {word!r}: {result.stderr[-800:]!r}"


def prints(result, *words):
    for word in words:
        assert word in result.stdout, f"standard output lacks {word!r}: {result.stdout[-1500:]!r}"


def the_guide_is_listed_and_shown():
    with World() as world:
        result = world.guide("list")
        ended(result, 0)
        prints(result, NAME, "Peer pods on Alibaba Cloud")
        result = world.guide("show", "peer-pods")
        ended(result, 0)
        prints(result, "Add Internet access for the cluster VPC", "CONTAINER_CIDR", "nat-gateway")


def a_broken_copy_is_found_out_with_line_and_remedy():
    with World() as world:
        own = world.home + "/config/peerdeck/guides/mine/broken"
        shutil.copytree(FOLDER, own)
        with open(own + "/guide.cfg") as file:
            lines = file.read().split("\n")
        at = next(i for i, line in enumerate(lines) if 'operation = "vpc.CreateNatGateway"' in line)
        lines[at] = lines[at].replace("CreateNatGateway", "CreateNatGatewy")
        with open(own + "/guide.cfg", "w") as file:
            file.write("\n".join(lines))
        result = world.guide("lint", "mine/broken")
        ended(result, 1)
        says(result, f"guide.cfg:{at + 1}", "CreateNatGatewy", "did you mean vpc.CreateNatGateway?")
        prints(world.guide("list"), "(yours)")
        ended(world.guide("lint", NAME), 0)


def an_image_is_uploaded_imported_and_taken_away():
    with World() as world:
        before = world.things()
        image = world.home + "/podvm.qcow2"
        with open(image, "wb") as file:
            file.write(b"QFI\xfb" + bytes(60))
            file.truncate(40 << 20)
        bucket = world.ready["bucket"]
        answers = f'IMAGE = "upload";\nIMAGE_FILE = "{image}";\nBUCKET = "{bucket}";\nOBJECT = "podvm.qcow2";\n'
        result = world.run('IMAGE = "upload";\nIMAGE_FILE = "%s";\nBUCKET = "elsewhere";\nOBJECT = "podvm.qcow2";' % image)
        assert result.returncode != 0, "a bucket that is not there is taken"
        result = world.run(answers + "KEEP_OBJECT = true;")
        ended(result, 0)
        assert [thing["id"] for thing in world.truth()["object"]] == [f"oss://{bucket}/podvm.qcow2"], world.truth()["object"]
        prints(world.guide("export", NAME), "export IMAGEID=m-")
        ended(world.guide("undo", NAME, "--yes"), 0)
        assert world.things() == before and not world.truth()["object"] and not world.truth()["upload"], "something is left"
        result = world.run(answers)
        ended(result, 0)
        says(result, "Delete the uploaded file")
        assert not world.truth()["object"], "the file was not deleted after the import"
        ended(world.guide("undo", NAME, "--yes"), 0)
        assert world.things() == before, "something is left"


def an_image_is_built_taken_out_and_imported():
    with World() as world:
        before, checkout, log = world.things(), world.home + "/checkout", world.home + "/calls"
        os.makedirs(checkout + "/podvm")
        open(checkout + "/podvm/Dockerfile.podvm.alinux", "w").close()
        result = world.run(f'IMAGE = "build";\nPODVM_FOLDER = "{checkout}";\nBUCKET = "{world.ready["bucket"]}";\nOBJECT = "podvm.qcow2";\n', STAND_IN_LOG=log)
        ended(result, 0)
        with open(log) as file:
            calls = file.read()
        for call in ("make podvm-builder podvm-binaries podvm-image CLOUD_PROVIDER=alibabacloud", "docker create --name peerdeck-p", " quay.io/confidential-containers/podvm-alibabacloud-alinux-amd64:p",
                     "docker cp ", "docker rm --force"):
            assert call in calls, calls
        prints(world.guide("export", NAME), "export IMAGEID=m-")
        assert not world.truth()["object"], "the file was not deleted after the import"
        ended(world.guide("undo", NAME, "--yes", STAND_IN_LOG=log), 0)
        assert world.things() == before and not os.listdir(log + ".images"), "something is left"


UPLOAD_GUIDE = """title = "A file in OSS"; backend = "alibaba"; region = "cn-beijing"; approve = "yes";
sections = ( { id = "file"; heading = "File"; } );
steps = ( { id = "file"; sort = "upload"; section = "file"; title = "Upload"; file = "%s"; bucket = "%s"; object = "file"; } );
"""


def an_upload_killed_anywhere_is_gone_on_with_and_taken_away():
    with World() as world:
        folder = world.home + "/config/peerdeck/guides/mine/file"
        os.makedirs(folder)
        with open(world.home + "/image", "wb") as file:
            file.truncate((40 << 20) + 5)
        with open(folder + "/guide.cfg", "w") as file:
            file.write(UPLOAD_GUIDE % (world.home + "/image", world.ready["bucket"]))

        def walk(verb, **more):
            return world.guide(verb, "mine/file", "--yes", **more)

        def passages(verb):
            path = world.home + "/passages"
            ended(walk(verb, PEERDECK_FAILPOINT_LIST=path), 0)
            with open(path) as file:
                names = file.read().split()
            os.unlink(path)
            return list(dict.fromkeys(names)) + [f"upload.part:{n}" for n in range(2, names.count("upload.part") + 1)]

        def lies(objects, when):
            truth = world.truth()
            assert (len(truth["object"]), len(truth["upload"])) == (objects, 0), f"{when}: {truth['object']} {truth['upload']}"

        ended(world.guide("lint", "mine/file"), 0)
        run, undo = passages("run"), passages("undo")
        lies(0, "undone")
        assert {"upload.begin", "upload.begun", "upload.part", "upload.complete", "upload.completed"} <= set(run) and "undo.upload" in undo, (run, undo)
        for kill in run:
            for resumed in (True, False):
                result = walk("run", PEERDECK_FAILPOINT=kill)
                assert result.returncode == -signal.SIGKILL, f"{kill} was not passed"
                if resumed:
                    if walk("resume").returncode:
                        ended(walk("run"), 0)
                    lies(1, f"resumed after {kill}")
                result = walk("undo")
                lies(0, f"undone after {kill}: {result.stderr}")
        for kill in undo:
            ended(walk("run"), 0)
            assert walk("undo", PEERDECK_FAILPOINT=kill).returncode == -signal.SIGKILL, f"{kill} was not passed"
            walk("undo")
            lies(0, f"undone again after {kill}")


def an_import_that_fails_says_why():
    with World(rules="import_failures = 1.0;") as world:
        before, images = world.things(), world.truth()["image"]
        image = world.home + "/podvm.qcow2"
        with open(image, "wb") as file:
            file.truncate(1 << 20)
        result = world.run(f'IMAGE = "upload";\nIMAGE_FILE = "{image}";\nBUCKET = "{world.ready["bucket"]}";\nOBJECT = "podvm.qcow2";\n')
        assert result.returncode != 0, "a failed import is no failure"
        says(result, "CreateFailed", "partition table cannot be read")
        ended(world.guide("undo", NAME, "--yes"), 0)
        left = world.truth()
        assert world.things() == before and not left["object"] and left["image"] == images, "something is left"


def a_plan_changes_nothing():
    with World() as world:
        before = world.things()
        result = world.guide("plan", NAME, "--answers", world.answers(""))
        ended(result, 0)
        prints(result, "ACK cluster caa", "an hour", "NAT gateway")
        assert world.things() == before


def everything_is_made_and_taken_away_again():
    with World() as world:
        before = world.truth()
        result = world.guide("run", NAME, "--yes", "--answers", ANSWERS) if shutil.which("kubectl") else world.run()
        ended(result, 0)
        if shutil.which("kubectl"):
            says(result, "ok    H2 ", "ok    H11", "ok    H12", "See that pod VMs can be made")
        result = world.guide("export", NAME)
        ended(result, 0)
        prints(result, "export CLUSTER_ID=c", "export VPC_ID=vpc-", "export EIP_ADDRESS=", "export RRSA_ARN=acs:ram::", "export ROLE_ARN=acs:ram::")
        kubeconfig = [line.split("=", 1)[1] for line in result.stdout.split("\n") if line.startswith("export KUBECONFIG=")][0]
        assert os.stat(kubeconfig).st_mode & 0o77 == 0, "the kubeconfig is not private"
        assert "client-key-data" not in open(world.home + "/state/peerdeck/peerdeck.db", "rb").read().decode("latin-1"), "a key is in the journal"
        result = world.guide("undo", NAME, "--yes")
        ended(result, 0)
        world.comes_back_to(before)


def an_old_version_is_deployed_by_make():
    if not shutil.which("kubectl"):
        return
    with World() as world:
        before, checkout, log = world.truth(), world.home + "/checkout", world.home + "/calls"
        overlay = checkout + "/install/overlays/alibabacloud/"
        os.makedirs(overlay)
        for name in ("patch.yaml", "kustomization.yaml"):
            with open(overlay + name, "w") as file:
                file.write("# of the checkout\n")
        old = f'CAA_VERSION = "0.17.0";\nDEPLOY = "make";\nCAA_FOLDER = "{checkout}";\nBUILD_CAA = true;\n'
        result = world.run(old, STAND_IN_LOG=log)
        ended(result, 3)
        prints(result, "REGISTRY/cloud-api-adaptor")
        result = world.run(old + 'CAA_IMAGE = "registry.example:5000/me/cloud-api-adaptor";\nCAA_TAG = "v1";\n', STAND_IN_LOG=log)
        ended(result, 0)
        says(result, "pushed registry.example:5000/me/cloud-api-adaptor:v1")
        says(result, "Update the kustomization.yaml file", "ok    H11")
        with open(log) as calls:
            assert "make deploy CLOUD_PROVIDER=alibabacloud COCO_OPERATOR_REPO=https://github.com/AliyunContainerService/coco-operator RESOURCE_CTRL=false" in calls.read()
        assert os.stat(overlay + "alibabacloud-cred.env").st_mode & 0o77 == 0
        with open(overlay + "kustomization.yaml") as file:
            text = file.read()
            assert "caa-cluster-uid=" in text and "peerdeck-cluster=c" in text, text
        ended(world.guide("undo", NAME, "--yes", STAND_IN_LOG=log), 0)
        assert sorted(os.listdir(overlay)) == ["kustomization.yaml", "patch.yaml"]
        with open(overlay + "kustomization.yaml") as file:
            assert file.read() == "# of the checkout\n"
        world.comes_back_to(before)
        result = world.run('CAA_VERSION = "0.19.0";\nDEPLOY = "make";\nCAA_FOLDER = "/nowhere";\n')
        ended(result, 3)
        prints(result, "from 0.19 on by helm", "git clone -b v0.19.0")


def ack_makes_the_gateway_and_takes_it_away():
    with World() as world:
        before = world.truth()
        result = world.run('INTERNET = "ack";\n')
        ended(result, 0)
        prints(world.guide("export", NAME), "export GATEWAY_ID=ngw-", "export EIP_ADDRESS=")
        assert len(world.truth()["nat_gateway"]) == 1
        ended(world.guide("undo", NAME, "--yes"), 0)
        world.comes_back_to(before)


def a_gateway_that_is_there_is_used_and_kept():
    with World() as world:
        ended(world.run('CLUSTER_NAME = "first";\n'), 0)
        names = dict(line[7:].split("=", 1) for line in world.guide("export", NAME).stdout.split("\n") if line.startswith("export "))
        before = world.truth()
        more = f'CLUSTER = "existing";\nEXISTING_CLUSTER_ID = "{names["CLUSTER_ID"]}";\nINTERNET = "gateway";\nEXISTING_GATEWAY_ID = "{names["GATEWAY_ID"]}";\n'
        second = {"XDG_STATE_HOME": world.home + "/second"}
        ended(world.run(more, **second), 0)
        assert len(world.truth()["nat_gateway"]) == 1 and len(world.truth()["snat_entry"]) == 1
        ended(world.guide("undo", NAME, "--yes", **second), 0)
        world.comes_back_to(before)


def pods_of_others_in_a_cluster_of_ours_go_before_it():
    if not shutil.which("kubectl"):
        return
    with World() as world:
        before = world.truth()
        ended(world.run('DEPLOY = "helm";\nSAMPLE = false;\n'), 0)
        names = dict(line[7:].split("=", 1) for line in world.guide("export", NAME).stdout.split("\n") if line.startswith("export "))
        pod = json.dumps({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "later", "namespace": "default"},
                          "spec": {"runtimeClassName": "kata-remote", "containers": [{"name": "one", "image": "nginx"}]}})
        kubectl = ["kubectl", "--kubeconfig", names["KUBECONFIG"]]
        subprocess.run(kubectl + ["apply", "-f", "-"], input=pod, text=True, check=True, capture_output=True, timeout=30)
        subprocess.run(kubectl + ["wait", "--for=condition=Ready", "pod/later", "--timeout=60s"], check=True, capture_output=True, timeout=90)
        assert any(vm["name"].startswith("podvm-later-") for vm in world.truth("vms")), "no VM"
        result = world.guide("undo", NAME, "--yes")
        ended(result, 0)
        order = [result.stderr.index(f"- {title}") for title in ("Pods using", "Deploy CAA", "Let the vSwitch out", "Create ACK", "Create the VPC")]
        assert order == sorted(order), result.stderr
        world.comes_back_to(before)


def chart_and_image_follow_version_and_region():
    with World() as world:
        for version, chart in (("0.19.0", "0.1.3"), ("0.20.0", "0.2.0"), ("0.22.3", "0.4.0")):
            result = world.guide("plan", NAME, "--answers", world.answers(f'DEPLOY = "helm";\nCAA_VERSION = "{version}";\n'))
            prints(result, f"CAA by Helm chart {chart}")
        result = world.guide("plan", NAME, "--answers", world.answers('DEPLOY = "helm";\nCAA_VERSION = "0.20.0";\nCHART_VERSION = "0.2.9";\n'))
        prints(result, "CAA by Helm chart 0.2.9")
        result = world.guide("plan", NAME, "--answers", world.answers('DEPLOY = "helm";\nCAA_VERSION = "0.18.0";\n'))
        ended(result, 3)
        prints(result, "knows no RRSA")
        result = world.guide("plan", NAME, "--answers", world.answers('IMAGEID = "m-2ze1w9aj2aonwckv64cw";\n'))
        ended(result, 3)
        prints(result, "pass  The community image can be used", "fail  Image and CAA are of one age")
        saved = world.home + "/saved.cfg"
        with open(world.answers("")) as file:
            kept = [line for line in file if not line.startswith("IMAGEID")]
        with open(world.home + "/answers.cfg", "w") as file:
            file.writelines(kept)
        ended(world.guide("plan", NAME, "--answers", world.home + "/answers.cfg", "--save", saved), 0)
        with open(saved) as file:
            assert "m-2zef6zaa0j0qz3sunhjp" in file.read(), "the default is not the region's image"


def a_week_later_the_cluster_is_still_reached():
    if not shutil.which("kubectl"):
        return
    week = 8 * 24 * 3600
    with World() as world:
        before = world.truth()
        ended(world.run('DEPLOY = "helm";\nSAMPLE = false;\n'), 0)
        names = dict(line[7:].split("=", 1) for line in world.guide("export", NAME).stdout.split("\n") if line.startswith("export "))
        kubectl = ["kubectl", "--kubeconfig", names["KUBECONFIG"], "get", "namespaces"]

        def reached():
            return subprocess.run(kubectl, capture_output=True, timeout=30).returncode == 0

        def time_passes():
            urllib.request.urlopen(urllib.request.Request(world.ready["control"] + f"/_sim/advance?seconds={week}", method="POST"), timeout=60).close()

        assert reached(), "the kubeconfig is of no use"
        time_passes()
        assert not reached(), "the kubeconfig does not expire"
        ended(world.guide("resume", NAME, "--yes"), 0)
        assert reached(), "resume did not fetch a fresh one"
        time_passes()
        # The process dies between taking the old file away and writing the new one.
        for kill in ("undo.renew", "undo.renewed"):
            result = world.guide("undo", NAME, "--yes", PEERDECK_FAILPOINT=kill)
            assert result.returncode == -signal.SIGKILL, f"{kill} was not passed: {result.stderr[-300:]}"
            time_passes()
        ended(world.guide("undo", NAME, "--yes"), 0)
        assert not os.path.exists(names["KUBECONFIG"]), "a kubeconfig is left"
        world.comes_back_to(before)


def service_roles_are_named_and_made_on_wish():
    with World(rules="fresh_account = true;") as world:
        before, bucket = world.truth(), world.ready["bucket"]
        image = world.home + "/podvm.qcow2"
        with open(image, "wb") as file:
            file.truncate(1 << 20)
        more = f'IMAGE = "upload";\nIMAGE_FILE = "{image}";\nBUCKET = "{bucket}";\nOBJECT = "podvm.qcow2";\n'
        result = world.run(more)
        ended(result, 3)
        prints(result, "AliyunCSDefaultRole, AliyunCSManagedKubernetesRole, ", "SERVICE_ROLES = create", "fail  ECS may act for the account")
        assert world.things() == [thing for thing in world.things() if thing[0] != "role"], "something was made"
        ended(world.run(more + 'SERVICE_ROLES = "create";\n'), 0)
        roles = {thing["id"]: thing for thing in world.truth()["role"]}
        for name in ("AliyunCSDefaultRole", "AliyunCSManagedCsiPluginRole", "AliyunOOSLifecycleHook4CSRole", "AliyunECSImageImportDefaultRole"):
            assert "role:" + name in roles, f"no {name}: {sorted(roles)}"
        ended(world.guide("undo", NAME, "--yes"), 0)
        world.comes_back_to(before)
    # Those that are there stay.
    with World() as world:
        before = world.truth()
        result = world.run('SERVICE_ROLES = "create";\n')
        ended(result, 0)
        ended(world.guide("undo", NAME, "--yes"), 0)
        world.comes_back_to(before)


def what_a_run_made_has_its_price_when_it_stops_and_when_it_goes():
    with World() as world:
        result = world.run()
        ended(result, 0)
        prints(result, "¥ 1.46/h", "together ¥ 1.68 an hour")
        result = world.guide("undo", NAME, "--yes")
        ended(result, 0)
        prints(result, "¥ 1.46/h", "together ¥ 1.68 an hour", "until it is gone")
    with poor_world('deny = [ "vpc:CreateNatGateway" ];') as world:
        result = world.run("GROUP_PERMISSIONS = true;\n")
        ended(result, 4)
        says(result, "what exists costs together ¥ 1.46 an hour")
        ended(world.guide("undo", NAME, "--yes"), 0)


def the_role_may_be_kept_to_one_region():
    with World() as world:
        result = world.run('POLICY_REGION = "cn-hangzhou";\n')
        ended(result, 3)
        prints(result, "POLICY_REGION = * or cn-beijing")
        result = world.run('POLICY_REGION = "cn-beijing";\nSAMPLE = false;\n' + ('DEPLOY = "helm";\n' if shutil.which("kubectl") else ""))
        ended(result, 0)
        prints(result, "in this region alone")
        ended(world.guide("undo", NAME, "--yes"), 0)


def nothing_that_ack_made_stays_behind():
    with World() as world:
        before = world.truth()
        ended(world.run(), 0)
        assert [thing["id"] for thing in world.truth()["log_project"]], "the cluster writes no logs"
        prints(world.guide("plan", NAME, "--answers", world.answers('CLUSTER_NAME = "two";\n')), "load balancer, security group and logs")
        ended(world.guide("undo", NAME, "--yes"), 0)
        world.comes_back_to(before)


def prices_are_those_of_the_service():
    with World() as world:
        result = world.guide("plan", NAME, "--answers", world.answers(""))
        assert any("NAT gateway caa" in line and "¥ 0.20/h" in line for line in result.stdout.split("\n")), result.stdout
        result = world.guide("plan", NAME, "--answers", world.answers('REGION_ID = "ap-southeast-1";\nIMAGE = "own";\n'))
        assert any("NAT gateway caa" in line and "$ " in line for line in result.stdout.split("\n")), result.stdout


def addresses_that_meet_are_told_before_anything_is_made():
    with World() as world:
        before = world.things()
        result = world.run('VPC_CIDR = "172.16.0.0/12";\n')
        ended(result, 3)
        prints(result, "shares addresses with 172.16.0.0/12")
        assert world.things() == before


def wrong_answers_are_told_with_their_line():
    with World() as world:
        result = world.run('CLUSTER_NAM = "x";\nWORKER_NODE_COUNT = 1000;\nROLE_NAME = "no spaces";\n')
        ended(result, 2)
        says(result, "CLUSTER_NAM", "did you mean CLUSTER_NAME?", "WORKER_NODE_COUNT", "ROLE_NAME", "answers.cfg:")


def nobody_approves_for_a_person():
    with World() as world:
        before = world.things()
        result = world.guide("run", NAME, "--answers", world.answers(""))
        assert result.returncode != 0
        says(result, "--yes")
        assert world.things() == before


def a_missing_tool_is_told_before():
    with World() as world:
        result = world.run('DEPLOY = "helm";\n', PATH="/nowhere")
        ended(result, 3)
        prints(result, "Install helm", "Install kubectl")


def a_permission_that_is_missing_is_named_before():
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(SOURCE, "backends/sim/scenarios/empty.cfg")) as given, open(folder + "/poor.cfg", "w") as poor:
            poor.write(given.read() + '\nidentities = ( { name = "poor"; deny = [ "vpc:DescribeNatGateways", "vpc:CreateVpc" ]; } );\n')
        with World(scenario=folder + "/poor.cfg") as world:
            before = world.things()
            result = world.run()
            ended(result, 3)
            prints(result, "RAM action vpc:DescribeNatGateways", "RAM action vpc:CreateVpc")
            assert world.things() == before


def poor_world(rules):
    """A world in which the key has only these rights."""
    folder = tempfile.mkdtemp()
    with open(os.path.join(SOURCE, "backends/sim/scenarios/empty.cfg")) as given, open(folder + "/poor.cfg", "w") as poor:
        poor.write(given.read() + '\nidentities = ( { name = "poor"; %s } );\n' % rules)
    return World(scenario=folder + "/poor.cfg")


def changing_calls_that_are_not_permitted_are_named_before():
    for rules in ('deny = [ "cs:CreateCluster", "ram:CreateRole", "vpc:DeleteSnatEntry" ];', 'group = "ops"; deny = [ "cs:CreateCluster", "ram:CreateRole", "vpc:DeleteSnatEntry" ];'):
        with poor_world(rules) as world:
            before = world.things()
            result = world.run()
            ended(result, 3)
            prints(result, "not permitted: ", "cs:CreateCluster", "ram:CreateRole", "vpc:DeleteSnatEntry", "nothing has been spent")
            assert "vpc:CreateVpc" not in result.stdout and world.things() == before
            result = world.guide("plan", NAME, "--answers", world.answers("GROUP_PERMISSIONS = true;\n"))
            prints(result, "warn  The key may do all of it", "cs:CreateCluster")
    # Who may not read what it is permitted is told that, and goes on.
    with poor_world('deny = [ "ram:ListPoliciesForUser" ];') as world:
        result = world.guide("plan", NAME, "--answers", world.answers(""))
        ended(result, 0)
        prints(result, "warn  The key may do all of it", "cannot tell: ", "ram:ListPoliciesForUser")
    with World() as world:
        result = world.guide("plan", NAME, "--answers", world.answers(""))
        prints(result, "pass  The key may do all of it", "calls and permissions")


def a_vm_that_cannot_be_made_stops_before_money_is_spent():
    with World() as world:
        result = world.run('PODVM_TYPE = "ecs.g7.xlarge";\n')
        ended(result, 4)
        says(result, "A confidential pod VM could be made", "DISABLECVM = true")
        kinds = {kind for kind, _ in world.things()}
        assert "nat_gateway" not in kinds and "node_pool" not in kinds, kinds
        ended(world.guide("undo", NAME, "--yes"), 0)
    with World() as world:
        result = world.run('PODVM_TYPE = "ecs.g7.xlarge";\nDISABLECVM = true;\n', "--plan-only")
        prints(result, "warn  It sells each of them")
        ended(world.run('PODVM_TYPE = "ecs.g7.xlarge";\nDISABLECVM = true;\nWORKER_NODE_TYPE = "ecs.g7.xlarge";\n'), 0)


def a_saved_plan_is_checked_again():
    with World() as world:
        saved = world.home + "/saved.cfg"
        ended(world.guide("plan", NAME, "--answers", world.answers(""), "--save", saved), 0)
        with open(saved) as file:
            text = file.read()
        assert "plan = " in text and "CLUSTER_NAME" in text
        with open(saved, "w") as file:
            file.write(text.replace('BAND_WIDTH = 5', 'BAND_WIDTH = 6'))
        result = world.guide("run", NAME, "--yes", "--answers", saved)
        ended(result, 1)
        says(result, "changed since the plan was saved")
        with open(saved, "w") as file:
            file.write(text)
        ended(world.guide("run", NAME, "--yes", "--answers", saved), 0)


def a_run_that_is_interrupted_is_resumed():
    with World("300") as world:
        process = subprocess.Popen([BUILD + "/peerdeck", "guide", "run", NAME, "--yes", "--answers", world.answers("")], env=world.environment(),
                                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        for line in process.stderr:
            if "Create the vSwitch" in line:
                break
        # Another console is told whose turn it is.
        result = world.guide("run", NAME, "--yes", "--answers", world.answers(""))
        assert result.returncode != 0
        says(result, "another peerdeck is walking")
        process.send_signal(signal.SIGINT)
        process.stderr.read()
        assert process.wait(30) == 130, process.returncode
        process.stderr.close()
        result = world.run()
        assert result.returncode != 0
        says(result, "is not finished")
        ended(world.guide("resume", NAME, "--yes"), 0)
        assert len([kind for kind, _ in world.things() if kind == "cluster"]) == 1
        prints(world.guide("status", NAME), "resumed 1 times", "ours")


def a_name_that_is_taken_is_not_taken_over():
    with World() as world:
        ended(world.run(), 0)
        before = world.things()
        other = dict(XDG_STATE_HOME=world.home + "/other")
        result = world.run(**other)
        ended(result, 3)
        prints(result, "No other cluster has the name")
        # A second cluster that would share the first one's role.
        result = world.run('CLUSTER_NAME = "two";\nROLE_NAME = "caa-alibaba-caa";\nVPC_CIDR = "10.0.0.0/16";\n', **other)
        assert result.returncode != 0
        says(result, "made by somebody else")
        ended(world.guide("undo", NAME, "--yes", **other), 0 if world.things() != before else 1)
        assert world.things() == before


def a_script_says_the_same():
    with World() as world:
        script = world.home + "/script.sh"
        ended(world.guide("plan", NAME, "--answers", world.answers(""), "--script", script), 0)
        with open(script) as file:
            text = file.read()
        assert "aliyun cs CreateCluster" in text and "export CLUSTER_ID=$(" in text and "${CLUSTER_ID}" in text
        assert subprocess.run(["sh", "-n", script]).returncode == 0, "the script is no shell"


def main(tests):
    failed = 0
    chosen = [test for test in tests if len(sys.argv) < 2 or sys.argv[1] in test.__name__]
    for test in chosen:
        began = time.monotonic()
        try:
            test()
            print(f"pass {test.__name__} ({time.monotonic() - began:.1f} s)", flush=True)
        except Exception as reason:
            failed += 1
            print(f"FAIL {test.__name__}: {reason}", flush=True)
    print(f"{len(chosen) - failed} passed, {failed} failed")
    return 1 if failed or not chosen else 0


if __name__ == "__main__":
    sys.exit(main([value for value in list(globals().values()) if callable(value) and getattr(value, "__module__", "") == "__main__"
                   and value not in (World, ended, says, prints, poor_world, main)]))
