# SPDX-License-Identifier: Apache-2.0
"""What somebody else has within the cluster that a run finds: an adaptor with a pod in a VM, or things that are called as those of the guide.
Made and taken away between flavours."""
import json
import os
import re
import time
import urllib.error
import urllib.request

GUIDE = "alibaba/peer-pods"


def thing(api, kind, name, space=None, labels=None, **more):
    return {"apiVersion": api, "kind": kind, "metadata": {"name": name, "namespace": space, "labels": labels}, **more}


def pod(name, **more):
    return thing("v1", "Pod", name, "default", spec={"containers": [{"name": "one", "image": "nginx"}], **more})


NAMES = (
    ("api/v1/namespaces/default/pods", pod("nginx")),
    ("api/v1/namespaces", thing("v1", "Namespace", "theirs", labels={"app.kubernetes.io/managed-by": "Helm"})),
    ("api/v1/namespaces/theirs/secrets", thing("v1", "Secret", "my-provider-creds", "theirs", data={"KEY": "dGhlaXJz"})),
    ("api/v1/namespaces/theirs/secrets", thing("v1", "Secret", "sh.helm.release.v1.theirs.v1", "theirs", {"owner": "helm", "name": "theirs", "status": "deployed", "version": "1"},
                                               type="helm.sh/release.v1", data={"release": "dGhlaXJz"})),
    ("api/v1/namespaces/default/configmaps", thing("v1", "ConfigMap", "theirs", "default", {"peerdeck-run": "pd000000000000"}, data={"TAGS": "peerdeck-run=pd000000000000"})),
    ("apis/node.k8s.io/v1/runtimeclasses", thing("node.k8s.io/v1", "RuntimeClass", "theirs", handler="runc")),
)
PODS = (("api/v1/namespaces/default/pods", pod("nginx-web", runtimeClassName="kata-remote")),)


def send(world, method, path, body=None):
    server, token, context = world.kubernetes
    sort = "application/merge-patch+json" if method == "PATCH" else "application/json"
    request = urllib.request.Request(f"{server}/{path}", method=method, data=json.dumps(body).encode() if body else None,
                                     headers={"Authorization": "Bearer " + token, "Content-Type": sort})
    with urllib.request.urlopen(request, timeout=20, context=context) as answer:
        return json.load(answer)


def wait(what, is_so):
    deadline = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def is_gone(world, path):
    try:
        send(world, "GET", path)
    except urllib.error.HTTPError as refused:
        return refused.code == 404
    return False


def make(world, things):
    for path, one in things:
        send(world, "POST", path, one)


def take_away(world, things):
    for path, one in reversed(things):
        place = f"{path}/{one['metadata']['name']}"
        send(world, "DELETE", place)
        wait(f"{place} stays", lambda: is_gone(world, place))


def label_of_one_node(world, label):
    """One of their nodes lacks what the others have."""
    name = world.api("api/v1/nodes")[0]["metadata"]["name"]
    send(world, "PATCH", f"api/v1/nodes/{name}", {"metadata": {"labels": {"node.kubernetes.io/worker": label}}})


def deploy(world):
    answers = os.path.join(world.home, "adaptor.cfg")
    with open(answers, "w") as file:
        file.write(f'REGION_ID = "cn-beijing"; CLUSTER_NAME = "other"; CLUSTER = "existing"; EXISTING_CLUSTER_ID = "{world.theirs["CLUSTER_ID"]}"; INTERNET = "none"; '
                   'IMAGEID = "m-2zecaapodvm"; ROLE_NAME = "their-adaptor"; POLICY_NAME = "their-adaptor"; DEPLOY = "helm"; SAMPLE = false;\n')
    world.expect(world.walk("run", GUIDE, "adaptor", "--answers", answers), "their adaptor")
    make(world, PODS)
    wait("no VM of theirs", lambda: any(re.match("podvm-nginx-web-", vm["name"]) and vm["status"] == "Running" for vm in world.truth()["vms"]))


def undeploy(world):
    take_away(world, PODS)
    world.expect(world.walk("undo", GUIDE, "adaptor"), "their adaptor's undo")


def name(world):
    make(world, NAMES)
    label_of_one_node(world, None)


def unname(world):
    label_of_one_node(world, "")
    take_away(world, NAMES)


WAYS = {"adaptor": (deploy, undeploy), "names": (name, unname)}


def change(world, before, wanted):
    """From what they have to what they shall have."""
    world.api("api/v1/namespaces")
    if before:
        WAYS[before][1](world)
    if wanted:
        WAYS[wanted][0](world)
