#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A newcomer's whole way: the guide walked with the answers of the tree, in an empty world and in one full of others; what stands at its end by
kubectl, by the verdicts and by a shell; and all of it taken away again. Against peerdeck-sim; run in the build folder; an argument selects the
tests whose name contains it."""
import json
import os
import shutil
import subprocess
import sys
import tempfile

from guide import ANSWERS, BUILD, NAME, SOURCE, World, ended, main, prints

# What the guide that people read has them export, where later steps use it.
OF_THE_GUIDE = ("REGION_ID", "POD_IMAGE_ID", "CONTAINER_CIDR", "CLUSTER_ID", "SECURITY_GROUP_ID", "VSWITCH_IDS", "WORKER_NODE_COUNT", "WORKER_NODE_TYPE",
                "NODE_POOL_ID", "VPC_ID", "VSWITCH_ID", "GATEWAY_ID", "SNAT_TABLE_ID", "BAND_WIDTH", "EIP_ID", "EIP_ADDRESS", "ROLE_NAME", "RRSA_ISSUER",
                "RRSA_ARN", "POLICY_NAME", "ROLE_ARN")
LISTS = ("VSWITCH_IDS", "WORKER_NODE_TYPE")


def evaluated(world):
    """What a shell that takes the exports hands to its programs."""
    exports = world.guide("export", NAME)
    ended(exports, 0)
    shell = subprocess.run(["sh", "-euc", 'eval "$1"; exec env -0', "sh", exports.stdout], env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, timeout=20)
    ended(shell, 0)
    return dict(line.split("=", 1) for line in shell.stdout.split("\0") if line)


def names_are_those_of_the_cloud(world, names):
    for name in OF_THE_GUIDE:
        assert names.get(name), f"{name} is not exported"
    for name in LISTS:
        assert all(isinstance(element, str) for element in json.loads(names[name])), f"{name} is no list: {names[name]}"
    truth = {kind: {thing["id"] for thing in things} for kind, things in world.truth().items()}
    for kind, ids in (("cluster", [names["CLUSTER_ID"]]), ("security_group", [names["SECURITY_GROUP_ID"]]), ("vpc", [names["VPC_ID"]]),
                      ("vswitch", json.loads(names["VSWITCH_IDS"]) + [names["VSWITCH_ID"]]), ("node_pool", [names["NODE_POOL_ID"]]),
                      ("nat_gateway", [names["GATEWAY_ID"]]), ("eip", [names["EIP_ID"]]), ("role", ["role:" + names["ROLE_NAME"]]),
                      ("image", [names["POD_IMAGE_ID"]])):
        assert set(ids) <= truth[kind], f"{kind} {ids} is not there"
    assert names["POD_IMAGE_ID"] == names["IMAGEID"] and names["RRSA_ARN"].endswith(names["CLUSTER_ID"]) and names["ROLE_ARN"].endswith("/" + names["ROLE_NAME"])


def kubectl(names, *words):
    result = subprocess.run(["kubectl", "--kubeconfig", names["KUBECONFIG"], *words], capture_output=True, text=True, timeout=40)
    ended(result, 0)
    return result.stdout


def pod_runs(names):
    pod = json.loads(kubectl(names, "get", "pod", "nginx", "-n", "default", "-o", "json"))
    assert pod["status"]["phase"] == "Running" and all(one["ready"] for one in pod["status"]["containerStatuses"]), pod["status"]
    assert pod["spec"]["runtimeClassName"] == "kata-remote"
    assert kubectl(names, "get", "runtimeclass", "kata-remote", "-o", "jsonpath={.handler}") == "kata-remote"


def judged(world, *words):
    result = subprocess.run([BUILD + "/peerdeck", "orphans", "--region", "cn-beijing", *words], env=world.environment(), stdin=subprocess.DEVNULL, capture_output=True,
                            text=True, timeout=60)
    ended(result, 0)
    return result


def vm_is_live_and_ours(world, names):
    vms = [row for row in json.loads(judged(world, "--all", "-o", "json").stdout) if row["kind"] == "vm" and row["cluster_id"] == names["CLUSTER_ID"]]
    assert [(vm["pod"], vm["namespace"], vm["verdict"], vm["is_deletable"]) for vm in vms] == [("nginx", "default", "live", False)], vms
    uid = kubectl(names, "get", "namespace", "kube-system", "-o", "jsonpath={.metadata.uid}")
    told = judged(world, "--explain", vms[0]["id"])
    prints(told, f"caa-cluster-uid={uid}", f"peerdeck-cluster={names['CLUSTER_ID']}", "its tag names this cluster (E6)", "Verdict        live")
    return vms[0]["id"]


def without_life(truth):
    """What adaptors of others make and end comes and goes with their pods."""
    return {kind: [thing for thing in things if thing.get("made_by") != "caa"] for kind, things in truth.items()}


def of_adaptors(world, cluster):
    return [vm["id"] for vm in world.truth("vms") if (vm.get("made_for") or {}).get("cluster") == cluster]


def walked(scenario, scale):
    with World(scale, scenario=scenario) as world:
        lively, before = scenario != "empty", world.truth()
        ended(world.guide("run", NAME, "--answers", ANSWERS, "--yes"), 0)
        names = evaluated(world)
        names_are_those_of_the_cloud(world, names)
        pod_runs(names)
        vm = vm_is_live_and_ours(world, names)
        assert of_adaptors(world, names["CLUSTER_ID"]) == [vm], "the pod has not one VM"
        ended(world.guide("undo", NAME, "--yes"), 0)
        assert not os.path.exists(names["KUBECONFIG"]) and not of_adaptors(world, names["CLUSTER_ID"])
        if not lively:
            world.comes_back_to(before)
            return
        after = world.truth()
        for kind, things in without_life(before).items():
            assert without_life(after)[kind] == things, f"{kind}: {things} became {after[kind]}"
        # What came in the meantime belongs to clusters of others.
        theirs = {cluster["id"] for cluster in before["cluster"]}
        assert {(one["made_for"] or {}).get("cluster") for one in world.truth("vms") if one["sort"] == "podvm"} <= theirs | {None}


def a_newcomer_ends_with_a_pod_in_a_vm_of_its_own():
    walked("empty", "2000")


def a_newcomer_leaves_a_full_world_as_it_was():
    walked("demo", "200")


def a_demo_shows_it_and_leaves_no_file():
    with tempfile.TemporaryDirectory() as home:
        kept = {name: value for name, value in os.environ.items() if name.split("_")[0] not in ("ALIBABA", "PEERDECK", "KUBECONFIG", "XDG")}
        kept.update(HOME=home, TMPDIR=home, LC_ALL="C.UTF-8", PEERDECK_TIME_SCALE="1000", PATH=SOURCE + "/tests/stand-ins:" + os.environ["PATH"])
        result = subprocess.run([BUILD + "/peerdeck", "guide", "run", NAME, "--demo", "--answers", ANSWERS, "--yes", "--", "--time-scale", "1000"], env=kept,
                                stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=90)
        ended(result, 0)
        prints(result, "pod default/nginx", f"{home}/peerdeck-demo-", "The demo's world ends here, and all of it with it.")
        assert not [name for name in os.listdir(home) if name.startswith("peerdeck-demo")], "files of the demo are left"


if __name__ == "__main__":
    if not shutil.which("kubectl"):
        print("no kubectl: skipped")
        sys.exit(77)
    sys.exit(main([a_newcomer_ends_with_a_pod_in_a_vm_of_its_own, a_newcomer_leaves_a_full_world_as_it_was, a_demo_shows_it_and_leaves_no_file]))
