# SPDX-License-Identifier: Apache-2.0
"""A simulator in which somebody else has a cluster, files and an upload under way; and what of all that the simulator says is true.
Shared by the programs that kill peerdeck."""
import base64
import collections
import hashlib
import json
import os
import re
import select
import ssl
import subprocess
import time
import urllib.request

import guide_theirs
import processes

BUILD = os.getcwd()
SOURCE = os.path.abspath(os.environ.get("srcdir") or os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
ANSWERS = os.path.join(SOURCE, "tests/answers/alibaba-peer-pods.cfg")
GUIDE = "alibaba/peer-pods"
SCALE = "3000"
LIMIT = 120
# Objects of a cluster's API that somebody makes. Pods that another object owns come and go with it.
API = ("api/v1/namespaces", "api/v1/nodes", "api/v1/secrets", "api/v1/configmaps", "api/v1/serviceaccounts", "api/v1/pods",
       "apis/apps/v1/daemonsets", "apis/apps/v1/deployments", "apis/node.k8s.io/v1/runtimeclasses")
RELEASE = re.compile(r"(sh\.helm\.release\.v1\..*)\.v\d+$")
THEIRS = """title = "A file of theirs"; backend = "alibaba"; region = "cn-beijing"; approve = "yes";
sections = ( { id = "file"; heading = "File"; } );
steps = ( { id = "file"; sort = "upload"; section = "file"; title = "Upload"; file = "%s"; bucket = "%s"; object = "%s"; } );
"""


class Broken(Exception):
    """A requirement was not met; the world in which that happened is of no use any more."""


def digest(value):
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


def make_file(path, size):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(b"QFI\xfb" + path.encode())
        file.truncate(size)
    return path


class World:
    def __init__(self, home):
        self.home = home
        os.makedirs(home)
        self.process = subprocess.Popen([BUILD + "/peerdeck-sim", "--with-parent", "--scenario", "empty", "--time-scale", SCALE],
                                        stdout=subprocess.PIPE, text=True, env={**os.environ, "TMPDIR": home})
        assert select.select([self.process.stdout], [], [], 20)[0], "the simulator is not ready"
        self.ready = json.loads(self.process.stdout.readline())
        self.checkout = os.path.join(home, "checkout")
        self.make_checkout()
        self.kubernetes = None
        self.looks_into_cluster = True
        self.they_have = None
        self.others()
        self.base = self.rest()

    def make_checkout(self):
        for name in ("podvm/Dockerfile.podvm.alinux", "install/overlays/alibabacloud/patch.yaml", "install/overlays/alibabacloud/kustomization.yaml"):
            path = os.path.join(self.checkout, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w") as file:
                file.write("# of the checkout\n")

    def others(self):
        """What somebody else has: a cluster with all that belongs to it, a file in the bucket, and an upload under the name that ours has."""
        answers = os.path.join(self.home, "other.cfg")
        with open(answers, "w") as file:
            file.write('REGION_ID = "cn-beijing"; CLUSTER_NAME = "other"; VPC_CIDR = "10.0.0.0/16"; IMAGEID = "m-2zecaapodvm"; DEPLOY = "none";\n')
        self.expect(self.walk("run", GUIDE, "theirs", "--answers", answers), "their run")
        exports = self.walk("export", GUIDE, "theirs").stdout
        self.theirs = dict(re.findall(r"^export (\w+)=(\S*)$", exports, re.M))
        for name, object_name, point in (("file", "theirs.qcow2", ""), ("begun", "podvm.qcow2", "upload.part:2")):
            folder = os.path.join(self.home, "config/peerdeck/guides/mine", name)
            os.makedirs(folder)
            size = (40 << 20) + 5 if point else 1 << 20
            with open(folder + "/guide.cfg", "w") as file:
                file.write(THEIRS % (make_file(os.path.join(self.home, "files", name), size), self.ready["bucket"], object_name))
            self.walk("run", "mine/" + name, "theirs", PEERDECK_FAILPOINT=point)
        truth = self.truth()["resources"]
        assert (len(truth["object"]), len(truth["upload"])) == (1, 1), "their files"

    def environment(self, state, more):
        kept = {k: v for k, v in os.environ.items() if k.split("_")[0] not in ("ALIBABA", "ALIBABACLOUD", "ALICLOUD", "PEERDECK", "KUBECONFIG")}
        kept["PATH"] = os.path.join(SOURCE, "tests/stand-ins") + ":" + kept["PATH"]
        kept.update(HOME=self.home, XDG_STATE_HOME=os.path.join(self.home, state), XDG_CONFIG_HOME=self.home + "/config", LC_ALL="C.UTF-8", NO_COLOR="1",
                    ALIBABA_CLOUD_ECS_METADATA_DISABLED="true", ALIBABA_CLOUD_ACCESS_KEY_ID=self.ready["access_key_id"],
                    ALIBABA_CLOUD_ACCESS_KEY_SECRET=self.ready["access_key_secret"], ALIBABA_CLOUD_REGION_ID=self.ready["region"],
                    PEERDECK_ENDPOINT=self.ready["alibaba"], PEERDECK_OSS_ENDPOINT=self.ready["oss"], PEERDECK_TIME_SCALE=SCALE,
                    STAND_IN_LOG=os.path.join(self.home, "calls"))
        kept.update(more)
        return kept

    def walk(self, verb, guide, state, *words, after=None, does=None, **more):
        """`does` is called with the process when it still runs after so many seconds."""
        process = subprocess.Popen([BUILD + "/peerdeck", "guide", verb, guide, "--yes", *words], env=self.environment(state, more), stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace", start_new_session=True)
        try:
            if after is not None:
                try:
                    process.communicate(timeout=after)
                except subprocess.TimeoutExpired:
                    does(process)
            output, errors = process.communicate(timeout=LIMIT)
        except subprocess.TimeoutExpired as late:
            said = "".join(text.decode(errors="replace")[-2000:] for text in (late.stdout, late.stderr) if text)
            running = processes.tell(self.home) + "\n" + processes.tell_one(self.process.pid)
            heard = self.last_requests()
            processes.end_all(self.home)
            process.communicate()
            raise Broken(f"{verb} did not end within {LIMIT} s. It said so far:\n{said}\n  What ran then, at a load of {os.getloadavg()[0]:.0f}:\n"
                         f"{running}\n  What was asked for last:\n{heard}") from None
        return subprocess.CompletedProcess(process.args, process.returncode, output, errors)

    def guide(self, verb, **more):
        return self.walk(verb, GUIDE, "mine", *(["--answers", self.answers] if verb == "run" else []), **more)

    def expect(self, result, what):
        if result.returncode != 0:
            raise Broken(f"{what} ended with {result.returncode}: {result.stdout[-300:]}{result.stderr[-900:]}")
        return result

    def use(self, flavour):
        """Whose answers the next runs have."""
        if self.they_have != flavour.they_have:
            self.looks_into_cluster = True
            guide_theirs.change(self, self.they_have, flavour.they_have)
            self.they_have = flavour.they_have
            self.base = self.rest()
        self.looks_into_cluster = flavour.in_their_cluster
        names = {**self.theirs, "HOME": self.home, "CHECKOUT": self.checkout, "BUCKET": self.ready["bucket"]}
        self.answers = os.path.join(self.home, "answers.cfg")
        with open(ANSWERS) as given, open(self.answers, "w") as answers:
            usual = [line for line in given.read().split("\n") if line.split(" = ")[0] not in flavour.answers]
            answers.write("\n".join(usual) + "\n" + "".join(f"{name} = {value % names};\n" for name, value in flavour.answers.items()))
        if flavour.file:
            make_file(os.path.join(self.home, "files/podvm.qcow2"), flavour.file)

    def control(self, path, body=None):
        request = urllib.request.Request(self.ready["control"] + "/_sim/" + path, data=body.encode() if body else None, method="POST" if body else "GET")
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)

    def truth(self):
        return self.control("truth")

    def requests(self, after=0):
        """Operations that were answered, oldest first."""
        return self.control(f"requests?after={after}")["requests"]

    def last_requests(self):
        try:
            return "\n".join(f"    {asked['time']} {asked['operation']} {asked['status']}" for asked in self.requests()[-15:])
        except OSError as problem:
            return f"    the simulator does not answer: {problem}"

    def api(self, path):
        if not self.kubernetes:
            given = self.control("kubeconfig?cluster=other&user=looker&group=system:masters&token=1")
            authority = base64.b64decode(re.search(r"certificate-authority-data: *(\S+)", given["kubeconfig"]).group(1)).decode()
            self.kubernetes = (given["server"], given["token"], ssl.create_default_context(cadata=authority))
        server, token, context = self.kubernetes
        request = urllib.request.Request(f"{server}/{path}", headers={"Authorization": "Bearer " + token})
        with urllib.request.urlopen(request, timeout=20, context=context) as answer:
            return json.load(answer)["items"]

    def of_cloud(self):
        truth = self.truth()
        found = {(kind, thing["id"]): thing for kind, things in truth["resources"].items() for thing in things}
        found.update({("vm", vm["id"]): {"state": vm["status"], "name": vm["name"], "sort": vm["sort"]} for vm in truth["vms"]})
        return found

    def of_their_cluster(self):
        found = {}
        for path in API:
            for thing in self.api(path):
                about = thing["metadata"]
                release = RELEASE.match(about["name"])
                if release and about["labels"]["status"] != "superseded":
                    about["name"] = release.group(1)  # whichever revision it is at
                elif "ownerReferences" in about or release and about["labels"]["status"] == "superseded":
                    continue
                held = [about.get("labels"), about.get("annotations"), thing.get("data")]
                held += [] if path.endswith("nodes") else [thing.get("spec")]
                found["kube " + path.rsplit("/", 1)[1], f"{about.get('namespace', '')}/{about['name']}"] = {"state": "", "digest": digest(held)}
        return found

    def of_disk(self):
        """Files that are of the run or that it has to do with: the checkout, the run's folder, container images and containers."""
        found = {}
        for top in ("checkout", "mine/peerdeck/guides", "calls.images", "calls.containers"):
            for folder, _, names in os.walk(os.path.join(self.home, top)):
                for name in names:
                    path = os.path.join(folder, name)
                    with open(path, "rb") as file:
                        text = file.read()
                    about = os.path.relpath(path, self.home)
                    found["file", about] = {"state": re.sub(r"pd[0-9a-f]{12}", "RUN", about), "digest": hashlib.sha256(text).hexdigest()}
        return found

    def everything(self):
        """A look into their cluster takes its time, so only who may have changed something there does it."""
        looked = self.of_their_cluster() if self.looks_into_cluster else {}
        return {**self.of_cloud(), **looked, **self.of_disk()}

    def before(self):
        return {key: thing for key, thing in self.base.items() if self.looks_into_cluster or not key[0].startswith("kube")}

    def rest(self):
        """All there is, once nothing moves any more."""
        deadline, before = time.monotonic() + 10, None
        while time.monotonic() < deadline:
            now = self.everything()
            if now == before:
                return now
            before = now
            time.sleep(0.05)
        raise Broken("the world does not come to rest")

    def made(self, now):
        """What is there beside what was there before, by what it is. Of things in a cluster and of files the name tells."""
        return collections.Counter((kind, id_ if kind.startswith("kube") else "", thing["state"]) for (kind, id_), thing in now.items()
                                   if (kind, id_) not in self.base)

    def settled(self, is_so):
        """All there is, when that is as it should be, or given up."""
        deadline = time.monotonic() + 10
        while True:
            now = self.everything()
            if is_so(now) or time.monotonic() > deadline:
                return now
            time.sleep(0.03)

    def end(self):
        processes.end_all(self.home)
        ended = self.process.poll()
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(20)
        self.process.stdout.close()
        return ended
