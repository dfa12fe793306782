#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The guide in a cluster that somebody else runs: what is theirs is told before, and neither changed nor taken away, not even what turns up
while a run is stopped. Against peerdeck-sim with the real kubectl; run in the build folder; an argument selects the tests whose name
contains it."""
import base64
import json
import os
import re
import shutil
import ssl
import subprocess
import sys
import time
import urllib.request

from guide import NAME, World, ended, main, prints, says

SPACE = "confidential-containers-system"
POINT = re.compile(r"guide\.run$")
THERE = 'CLUSTER = "existing";\nEXISTING_CLUSTER_ID = "%s";\nINTERNET = "none";\nDEPLOY = "%s";\n'


def thing(api, kind, name, space=None, labels=None, **more):
    return {"apiVersion": api, "kind": kind, "metadata": {"name": name, **({"namespace": space} if space else {}), **({"labels": labels} if labels else {})}, **more}


def pod(name, space, **more):
    return thing("v1", "Pod", name, space, spec={"containers": [{"name": "one", "image": "nginx"}], **more})


THEIR_SPACE = thing("v1", "Namespace", SPACE)
THEIR_MAP = thing("v1", "ConfigMap", "peer-pods-cm", SPACE, data={"CLOUD_PROVIDER": "alibabacloud", "TAGS": "peerdeck-run=pd000000000000,owner=them"})
THEIR_SECRET = thing("v1", "Secret", "my-provider-creds", SPACE, stringData={"KEY": "theirs"})
THEIR_RELEASE = thing("v1", "Secret", "sh.helm.release.v1.peerpods.v1", SPACE, {"owner": "helm", "name": "peerpods", "status": "deployed", "version": "1"},
                      type="helm.sh/release.v1", data={"release": base64.b64encode(b"provider: theirs\n").decode()})
THEIR_CLASS = thing("node.k8s.io/v1", "RuntimeClass", "kata-remote", handler="kata-remote")
THEIR_ROLE = thing("rbac.authorization.k8s.io/v1", "ClusterRole", "pod-viewer", rules=[{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}])
THEIR_NGINX = pod("nginx", "default")
THEIR_SET = thing("apps/v1", "DaemonSet", "cloud-api-adaptor-daemonset", SPACE, spec={
    "selector": {"matchLabels": {"app": "cloud-api-adaptor"}},
    "template": {"metadata": {"labels": {"app": "cloud-api-adaptor"}}, "spec": {"nodeSelector": {"theirs": "nowhere"}, "containers": [{"name": "cloud-api-adaptor-con", "image": "caa"}]}}})


class Theirs(World):
    """A world with a cluster of somebody else, and a look into it."""

    def __enter__(self):
        ended(self.run('CLUSTER_NAME = "first";\nWORKER_NODE_COUNT = 2;\n', XDG_STATE_HOME=self.home + "/theirs"), 0)
        exports = self.guide("export", NAME, XDG_STATE_HOME=self.home + "/theirs").stdout
        self.names = dict(re.findall(r"^export (\w+)=(\S*)$", exports, re.M))
        with urllib.request.urlopen(self.ready["control"] + "/_sim/kubeconfig?cluster=first&user=them&group=system:masters&token=1", timeout=20) as answer:
            given = json.load(answer)
        authority = base64.b64decode(re.search(r"certificate-authority-data: *(\S+)", given["kubeconfig"]).group(1)).decode()
        self.api = (given["server"], given["token"], ssl.create_default_context(cadata=authority))
        self.kubeconfig = self.home + "/their-kubeconfig"
        with open(self.kubeconfig, "w") as file:
            file.write(given["kubeconfig"])
        return self

    def kubectl(self, *words, given=None):
        result = subprocess.run(["kubectl", "--kubeconfig", self.kubeconfig, *words], input=json.dumps(given) if given else None, text=True, capture_output=True, timeout=60)
        assert result.returncode == 0, f"kubectl {' '.join(words)}: {result.stderr}"
        return result.stdout

    def make(self, *things):
        for one in things:
            if one["metadata"].get("namespace") == SPACE and not self.kubectl("get", "namespace", SPACE, "--ignore-not-found"):
                self.kubectl("create", "-f", "-", given=THEIR_SPACE)
            self.kubectl("create", "-f", "-", given=one)

    def take_away(self, *things):
        for one in things:
            self.kubectl("delete", "--ignore-not-found", "--timeout=30s", "-f", "-", given=one)
        self.kubectl("delete", "namespace", SPACE, "--ignore-not-found", "--timeout=30s")

    def take_pods_away(self):
        self.kubectl("delete", "pods", "--all", "-n", "default", "--timeout=60s")

    def read(self, path):
        server, token, context = self.api
        with urllib.request.urlopen(urllib.request.Request(f"{server}/{path}", headers={"Authorization": "Bearer " + token}), timeout=20, context=context) as answer:
            return json.load(answer)["items"]

    def objects(self):
        """All that people make, byte for byte but for what a controller says of its state; of nodes what people put on them."""
        found = {}
        for path in ("api/v1/namespaces", "api/v1/secrets", "api/v1/configmaps", "api/v1/serviceaccounts", "api/v1/pods", "apis/apps/v1/daemonsets",
                     "apis/apps/v1/deployments", "apis/node.k8s.io/v1/runtimeclasses", "apis/rbac.authorization.k8s.io/v1/clusterroles", "api/v1/nodes"):
            for one in self.read(path):
                about = one["metadata"]
                if "ownerReferences" in about and not path.endswith("nodes"):
                    continue
                key = path.rsplit("/", 1)[1], about.get("namespace", ""), about["name"]
                if path.endswith("nodes"):
                    one = {"labels": about.get("labels"), "annotations": about.get("annotations")}
                else:
                    one.pop("status", None)
                    if key[0] in ("pods", "daemonsets"):
                        about.pop("resourceVersion")
                        about.pop("managedFields", None)
                found[key] = one
        return found

    def rest(self):
        deadline, before = time.monotonic() + 10, None
        while time.monotonic() < deadline:
            now = self.objects()
            if now == before:
                return now
            before = now
            time.sleep(0.1)
        raise AssertionError("the cluster does not come to rest")

    def is_as(self, before):
        deadline = time.monotonic() + 10
        while self.objects() != before and time.monotonic() < deadline:
            time.sleep(0.05)
        now = self.objects()
        differ = sorted(key for key in {*now, *before} if now.get(key) != before.get(key))
        assert not differ, f"touched: {differ}: {[(before.get(key), now.get(key)) for key in differ[:1]]}"

    def answers_for(self, deploy, more=""):
        return THERE % (self.names["CLUSTER_ID"], deploy) + more

    def made_of_checkout(self):
        checkout = self.home + "/checkout"
        overlay = checkout + "/install/overlays/alibabacloud"
        os.makedirs(overlay, exist_ok=True)
        for name in ("patch.yaml", "kustomization.yaml"):
            with open(f"{overlay}/{name}", "w") as file:
                file.write("# of the checkout\n")
        return f'CAA_VERSION = "0.17.0";\nCAA_FOLDER = "{checkout}";\n', overlay

    def place(self, text, title):
        """Which passage lies between the intent of the step with this title and its effect."""
        result = self.run(text, PEERDECK_FAILPOINT_LIST="/dev/stderr")
        ended(result, 0)
        count, last = 0, None
        for line in result.stderr.split("\n"):
            if POINT.search(line):
                count += 1
                last = count
            elif line[:1] in "+=✔" and line[2:].startswith(title) and last:
                break
        else:
            raise AssertionError(f"no step {title}")
        ended(self.guide("undo", NAME, "--yes"), 0)
        return last


def what_others_have_there_is_told_before():
    with Theirs() as world:
        things, before = world.truth(), world.rest()
        old, _ = world.made_of_checkout()
        for theirs, *words in (([THEIR_SET], "cloud-api-adaptor-daemonset", "CAA is deployed in that cluster already: answer DEPLOY = none"), ([THEIR_MAP], "CAA is deployed in that cluster already"),
                               ([THEIR_RELEASE], "sh.helm.release.v1.peerpods.v1", "CAA is deployed in that cluster already"), ([THEIR_CLASS], "fail  Nobody else installed Kata", "kata-remote"),
                               ([THEIR_SPACE], "fail  Nobody else has what CAA's parts are called", "Look whose it is"), ([THEIR_ROLE], "pod-viewer"),
                               ([THEIR_NGINX], "fail  Nobody else has a pod default/nginx", "Answer SAMPLE = false, or delete that pod")):
            world.make(*theirs)
            with_theirs = world.rest()
            for deploy, more in (("helm", ""), ("make", old)):
                result = world.run(world.answers_for(deploy, more))
                ended(result, 3)
                prints(result, *words)
                says(result, "nothing was made")
                world.is_as(with_theirs)
            assert world.truth() == things, "something was made"
            world.take_away(*theirs)
            world.is_as(before)
        # A node that somebody else's installer prepared.
        node = world.kubectl("get", "nodes", "-o", "name").split()[0]
        world.kubectl("label", node, "katacontainers.io/kata-runtime=true")
        result = world.run(world.answers_for("helm"))
        ended(result, 3)
        prints(result, "fail  Nobody else installed Kata", "take that away first")


def what_turns_up_while_a_run_is_stopped_is_left_alone():
    with Theirs() as world:
        things, before = world.truth(), world.rest()
        old, _ = world.made_of_checkout()
        for deploy, more, title, theirs, words in (
                ("helm", "", "Create the namespace", [THEIR_SPACE], "already exists"),
                ("helm", "", "Create the secret", [THEIR_SECRET], "already exists"),
                ("helm", "", "Deploy CAA on the Kubernetes cluster", [THEIR_RELEASE], "Helm release peerpods"),
                ("helm", "", "Deploy CAA on the Kubernetes cluster", [THEIR_MAP], "somebody else deployed CAA"),
                ("make", old, "Deploy CAA on the Kubernetes cluster", [THEIR_MAP, THEIR_SET], "somebody else deployed CAA"),
                ("helm", "", "Deploy workload", [THEIR_NGINX], "already exists")):
            text = world.answers_for(deploy, more)
            point = world.place(text, title)
            world.is_as(before)
            result = world.run(text, PEERDECK_FAILPOINT=f"guide.run:{point}")
            assert result.returncode == -9, result.stderr[-500:]
            world.make(*theirs)
            keys = [key for key in world.rest() if key[2] in [one["metadata"]["name"] for one in theirs]]
            made = {key: world.rest()[key] for key in keys}
            result = world.guide("resume", NAME, "--yes")
            ended(result, 4)
            says(result, words, "guide undo")
            result = world.guide("undo", NAME, "--yes")
            kept_in_ours = any(one["metadata"].get("namespace") == SPACE for one in theirs)
            if kept_in_ours:
                # In a namespace of ours lies what is theirs: it is said, and they say what becomes of it.
                ended(result, 4)
                says(result, f"the namespace {SPACE} holds what this run did not make", "keep the namespace")
                world.kubectl("label", "namespace", SPACE, "peerdeck-run-")
                result = world.guide("undo", NAME, "--yes")
            ended(result, 0)
            now = world.rest()
            for key in keys:
                assert now.get(key) == made[key], f"{deploy}, {title}: {key} was touched"
            world.take_away(*theirs)
            world.is_as(before)
            world.comes_back_to(things)


def an_adaptor_of_others_runs_the_sample():
    with Theirs() as world:
        theirs = {"XDG_STATE_HOME": world.home + "/deployed"}
        result = world.run(world.answers_for("none", "SAMPLE = true;\n"))
        ended(result, 3)
        prints(result, "fail  The cluster has the RuntimeClass kata-remote", "answer SAMPLE = false")
        # Somebody else's run is somebody else's adaptor; its pods go on all the while.
        other = 'ROLE_NAME = "theirs";\nPOLICY_NAME = "theirs";\nSAMPLE = false;\n'
        ended(world.run(world.answers_for("helm", other), **theirs), 0)
        world.make(pod("nginx-web", "default", runtimeClassName="kata-remote"))
        world.kubectl("wait", "--for=condition=Ready", "pod/nginx-web", "--timeout=30s")
        things, before = world.truth(), world.rest()
        for deploy in ("helm", "make"):
            result = world.run(world.answers_for(deploy, world.made_of_checkout()[0] if deploy == "make" else ""))
            ended(result, 3)
            prints(result, "fail  The cluster has no adaptor yet", "fail  Nobody else installed Kata", "fail  Nobody else has what CAA's parts are called", "answer DEPLOY = none")
        result = world.run(world.answers_for("none", "SAMPLE = true;\n"))
        ended(result, 0)
        says(result, "Ensure that the pod is up and running")
        assert any(re.fullmatch("podvm-nginx-[0-9a-f]{8}", vm["name"]) for vm in world.truth("vms")), "no VM"
        ended(world.guide("undo", NAME, "--yes"), 0)
        world.is_as(before)
        world.comes_back_to(things)
        ended(world.run(world.answers_for("none")), 0)
        world.is_as(before)
        ended(world.guide("undo", NAME, "--yes"), 0)
        world.take_pods_away()
        ended(world.guide("undo", NAME, "--yes", **theirs), 0)


def what_is_put_into_our_namespace_is_not_taken_with_it():
    with Theirs() as world:
        things, before = world.truth(), world.rest()
        ended(world.run(world.answers_for("helm")), 0)
        mine = thing("v1", "ConfigMap", "of-somebody", SPACE, data={"a": "b"})
        world.make(mine)
        result = world.guide("undo", NAME, "--yes")
        ended(result, 4)
        says(result, "holds what this run did not make: ConfigMap/of-somebody")
        world.take_away(mine)
        ended(world.guide("undo", NAME, "--yes"), 0)
        world.is_as(before)
        world.comes_back_to(things)


def nodes_that_had_the_label_keep_it():
    with Theirs() as world:
        first, second = world.kubectl("get", "nodes", "-o", "name").split()[:2]
        world.kubectl("label", first, "node.kubernetes.io/worker-", "mine=too")
        before = world.rest()
        text = world.answers_for("helm", "SAMPLE = false;\n")
        place = world.place(text, "Label the cluster nodes")
        world.is_as(before)
        for point in (f"guide.run:{place}", f"guide.ran:{place}"):
            result = world.run(text, PEERDECK_FAILPOINT=point)
            assert result.returncode == -9, result.stderr[-500:]
            ended(world.guide("resume", NAME, "--yes"), 0)
            labels, theirs = (json.loads(world.kubectl("get", node, "-o", "json"))["metadata"]["labels"] for node in (first, second))
            assert not any(key.startswith("peerdeck-labelled") for key in theirs), theirs
            assert labels["node.kubernetes.io/worker"] == "" and any(key.startswith("peerdeck-labelled-") for key in labels) and labels["mine"] == "too", labels
            ended(world.guide("undo", NAME, "--yes"), 0)
            world.is_as(before)


def two_runs_share_a_checkout():
    with Theirs() as world:
        before, (old, overlay) = world.rest(), world.made_of_checkout()
        text = world.answers_for("make", old + "SAMPLE = false;\n")
        ended(world.run(text), 0)

        def files():
            found = {}
            for name in os.listdir(overlay):
                with open(f"{overlay}/{name}") as file:
                    found[name] = file.read()
            return found

        first = files()
        second = {"XDG_STATE_HOME": world.home + "/second"}
        # In a cluster of its own, as the one of the first run has its adaptor now.
        result = world.run('CLUSTER_NAME = "two";\nVPC_CIDR = "10.0.0.0/16";\nDEPLOY = "make";\nSAMPLE = false;\n' + old, **second)
        says(result, "alibabacloud-cred.env is there and differs")
        ended(world.guide("undo", NAME, "--yes", **second), 0)
        assert files() == first, "files of another run were touched"
        ended(world.guide("undo", NAME, "--yes"), 0)
        assert files() == {"patch.yaml": "# of the checkout\n", "kustomization.yaml": "# of the checkout\n"}
        world.is_as(before)


if __name__ == "__main__":
    if not shutil.which("kubectl"):
        sys.exit(77)
    sys.exit(main([value for value in list(globals().values()) if callable(value) and getattr(value, "__module__", "") == "__main__"
                   and not isinstance(value, type) and value not in (thing, pod)]))
