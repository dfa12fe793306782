#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Ways through the Alibaba guide that differ from the usual one, against peerdeck-sim. Run in the build folder; an argument selects the
tests whose name contains it."""
import json
import os
import re
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import guide  # noqa: E402
from guide import NAME, World, ended, prints, says  # noqa: E402

METADATA = os.environ.get("PEERDECK_API_META", os.path.join(guide.SOURCE, "../shared/api-meta"))


def names_of(world, **more):
    return dict(line[7:].split("=", 1) for line in world.guide("export", NAME, **more).stdout.split("\n") if line.startswith("export "))


def aliyun(world, *words):
    done = subprocess.run(["aliyun", *words, "--region", "cn-beijing"], env=world.environment(PEERDECK_API_META=METADATA), capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def existing(names):
    return f'CLUSTER = "existing";\nEXISTING_CLUSTER_ID = "{names["CLUSTER_ID"]}";\nCLUSTER_NAME = "second";\nINTERNET = "gateway";\nEXISTING_GATEWAY_ID = "{names["GATEWAY_ID"]}";\n'


def a_cluster_without_rrsa_is_given_it():
    if not os.path.exists(METADATA):
        return
    with World() as world:
        ended(world.run(), 0)
        names = names_of(world)
        aliyun(world, "cs", "ModifyCluster", "--ClusterId", names["CLUSTER_ID"], "--header", "Content-Type=application/json", "--body", '{"enable_rrsa":false}')
        before, other = world.things(), dict(XDG_STATE_HOME=world.home + "/other")
        result = world.run(existing(names), **other)
        ended(result, 0)
        prints(result, "~  RRSA of second")
        assert names_of(world, **other)["RRSA_ARN"] == names["RRSA_ARN"] and names_of(world, **other)["RRSA_ISSUER"] == names["RRSA_ISSUER"]
        result = world.guide("undo", NAME, "--yes", **other)
        ended(result, 0)
        says(result, "RRSA of the cluster stays on")
        assert world.things() == before, "something is left, or was taken away"


def an_api_server_inside_the_vpc_is_reached_by_its_address_there():
    with World() as world:
        before = world.truth()
        ended(world.run("PUBLIC_API = false;\n"), 0)
        with open(names_of(world)["KUBECONFIG"]) as file:
            assert "server: https://" in file.read()
        ended(world.guide("undo", NAME, "--yes"), 0)
        world.comes_back_to(before)


CERT_MANAGER = """{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"%(plural)s.cert-manager.io"},"spec":{"group":"cert-manager.io",
"names":{"plural":"%(plural)s","kind":"%(kind)s"},"scope":"Namespaced","versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object"}}}]}}
"""


def kubectl(names, *words, given=None):
    done = subprocess.run(["kubectl", "--kubeconfig", names["KUBECONFIG"], *words], input=given, capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    return done.stdout


def the_chart_takes_an_image_that_was_built_before():
    if not shutil.which("kubectl"):
        return
    with World() as world:
        before, checkout, log = world.truth(), world.home + "/checkout", world.home + "/calls"
        answers = f'DEPLOY = "helm";\nSAMPLE = false;\nBUILD_CAA = true;\nCAA_FOLDER = "{checkout}";\nCAA_TAG = "v1";\nCAA_IMAGE = '
        result = world.run(answers + '"registry.example/me/adaptor";\n', STAND_IN_LOG=log)
        ended(result, 3)
        prints(result, "REGISTRY/cloud-api-adaptor", "git clone -b v0.21.1")
        os.makedirs(checkout)
        open(checkout + "/Dockerfile", "w").close()
        ended(world.run(answers + '"registry.example/me/cloud-api-adaptor";\n', STAND_IN_LOG=log), 0)
        with open(log) as file:
            calls = [" ".join(line.split()[:2]) for line in file]
        assert calls.index("make image") < calls.index("helm upgrade"), calls
        image = kubectl(names_of(world), "get", "daemonset", "cloud-api-adaptor-daemonset", "-n", "confidential-containers-system", "-o", "jsonpath={..image}")
        assert image == "registry.example/me/cloud-api-adaptor:v1", image
        ended(world.guide("undo", NAME, "--yes", STAND_IN_LOG=log), 0)
        world.comes_back_to(before)


def the_webhook_of_the_chart_waits_for_cert_manager():
    if not shutil.which("kubectl"):
        return
    with World() as world:
        before = world.truth()
        result = world.run('DEPLOY = "helm";\nSAMPLE = false;\nRESOURCE_CTRL = true;\n')
        ended(result, 4)
        says(result, "cert-manager, for the webhook", "helm install cert-manager")
        names = names_of(world)
        for plural, kind in (("certificates", "Certificate"), ("issuers", "Issuer")):
            kubectl(names, "apply", "-f", "-", given=CERT_MANAGER % dict(plural=plural, kind=kind))
        ended(world.guide("resume", NAME, "--yes"), 0)
        ended(world.guide("undo", NAME, "--yes"), 0)
        world.comes_back_to(before)


def what_an_image_stands_on_goes_with_it():
    with World() as world:
        before, image = world.truth(), world.home + "/podvm.qcow2"
        with open(image, "wb") as file:
            file.truncate(1 << 20)
        answers = f'IMAGE = "upload";\nIMAGE_FILE = "{image}";\nBUCKET = "{world.ready["bucket"]}";\nOBJECT = "podvm.qcow2";\n'
        for deleted_by_hand in (False, True):
            ended(world.run(answers), 0)
            assert len(world.truth()["snapshot"]) == 1, world.truth()["snapshot"]
            if deleted_by_hand and os.path.exists(METADATA):
                aliyun(world, "ecs", "DeleteImage", "--RegionId", "cn-beijing", "--ImageId", names_of(world)["POD_IMAGE_ID"])
                assert len(world.truth()["snapshot"]) == 1
            ended(world.guide("undo", NAME, "--yes"), 0)
            world.comes_back_to(before)


def a_bucket_is_chosen_or_made():
    with World() as world:
        before, image = world.truth(), world.home + "/podvm.qcow2"
        with open(image, "wb") as file:
            file.truncate(1 << 20)
        answers = f'IMAGE = "upload";\nIMAGE_FILE = "{image}";\nOBJECT = "podvm.qcow2";\nBUCKET = '
        asked = subprocess.run([guide.BUILD + "/peerdeck", "guide", "plan", NAME, "--plain"], env=world.environment(BUCKET="", IMAGE_FILE=image),
                               input="\n" * 8 + "upload\n" + "\n" * 80, capture_output=True, text=True, timeout=60).stdout
        assert re.search(rf"^ +1  {world.ready['bucket']} ", asked, re.M), asked
        result = world.run(answers + '"of-nobody-yet";\n')
        ended(result, 3)
        prints(result, "NEW_BUCKET = true")
        ended(world.run(answers + '"of-nobody-yet";\nNEW_BUCKET = true;\n'), 0)
        assert "bucket:of-nobody-yet" in [thing["id"] for thing in world.truth()["bucket"]], world.truth()["bucket"]
        ended(world.guide("undo", NAME, "--yes"), 0)
        world.comes_back_to(before)
        # One of the account's own is taken as it is, and stays.
        ended(world.run(answers + f'"{world.ready["bucket"]}";\nNEW_BUCKET = true;\n'), 0)
        ended(world.guide("undo", NAME, "--yes"), 0)
        world.comes_back_to(before)


DEPLOYMENT = """{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"default"},"spec":{"replicas":2,"selector":{"matchLabels":{"app":"web"}},
"template":{"metadata":{"labels":{"app":"web"}},"spec":{"runtimeClassName":"kata-remote","containers":[{"name":"nginx","image":"nginx"}]}}}}"""


def pods_that_controllers_make_anew_go_for_good():
    if not shutil.which("kubectl"):
        return
    with World() as world:
        before = world.truth()
        ended(world.run('DEPLOY = "helm";\n'), 0)
        names = names_of(world)
        kubectl(names, "apply", "-f", "-", given=DEPLOYMENT)
        kubectl(names, "wait", "--for=condition=Available", "deployment/web", "-n", "default", "--timeout=25s")
        ended(world.guide("undo", NAME, "--yes"), 0)
        world.comes_back_to(before)


def a_gateway_that_is_there_is_told():
    with World() as world:
        ended(world.run(), 0)
        names, other = names_of(world), dict(XDG_STATE_HOME=world.home + "/other")
        gateway = names["GATEWAY_ID"]
        inside = f'NETWORK = "existing";\nEXISTING_VPC_ID = "{names["VPC_ID"]}";\nEXISTING_VSWITCH_ID = "{names["VSWITCH_ID"]}";\nCONTAINER_CIDR = "172.19.0.0/16";\n'
        result = world.guide("plan", NAME, "--answers", world.answers(inside + 'SERVICE_CIDR = "172.22.0.0/20";\nCLUSTER_NAME = "second";\n'), **other)
        prints(result, "warn  No other NAT gateway serves the VPC", gateway, "INTERNET = gateway")
        before = world.things()
        result = world.run(existing(names).replace('"gateway"', '"new"'), **other)
        ended(result, 4)
        says(result, "No other NAT gateway serves the cluster's VPC", gateway)
        ended(world.guide("undo", NAME, "--yes", **other), 0)
        assert world.things() == before, "something is left, or was taken away"
        prints(result, "pass  Pods of the cluster are connected by Flannel")


def pod_vms_of_a_cluster_that_is_there_take_the_vswitch_that_is_chosen():
    with World() as world:
        ended(world.run(), 0)
        names, other = names_of(world), dict(XDG_STATE_HOME=world.home + "/other")
        result = world.run(existing(names) + 'PODVM_VSWITCH_ID = "vsw-ofnobody";\n', **other)
        ended(result, 3)
        prints(result, "fail  The vSwitch of pod VMs is one of the cluster's", "Leave PODVM_VSWITCH_ID empty")
        ended(world.run(existing(names) + f'PODVM_VSWITCH_ID = "{names["VSWITCH_ID"]}";\n', **other), 0)
        assert names_of(world, **other)["VSWITCH_ID"] == names["VSWITCH_ID"]
        ended(world.guide("undo", NAME, "--yes", **other), 0)


def refused(world, code, *words):
    done = subprocess.run(["aliyun", "ecs", *words], env=world.environment(PEERDECK_API_META=METADATA), capture_output=True, text=True, timeout=30)
    assert done.returncode and f'"{code}"' in done.stderr, f"{words}: wanted {code}: {done.stdout} {done.stderr}"


def an_import_is_refused_as_ecs_refuses_it():
    if not os.path.exists(METADATA):
        return
    with World("1") as world:
        bucket, folder = world.ready["bucket"], world.home + "/config/peerdeck/guides/mine/file"
        os.makedirs(folder)
        with open(world.home + "/image", "wb") as file:
            file.truncate(1 << 20)
        with open(folder + "/guide.cfg", "w") as file:
            file.write(guide.UPLOAD_GUIDE % (world.home + "/image", bucket))
        ended(world.guide("run", "mine/file", "--yes"), 0)
        call, from_oss = ["ImportImage", "--RegionId", "cn-beijing"], ["--DiskDeviceMapping.1.OSSBucket", bucket, "--DiskDeviceMapping.1.OSSObject", "file"]
        for code, words in (("MissingParameter", call), ("InvalidImageName.Malformed", call + from_oss + ["--ImageName", "20250117"]),
                            ("InvalidImageName.Malformed", call + from_oss + ["--ImageName", "aliyun_3"]),
                            ("InvalidOSSBucket.NotFound", call + ["--DiskDeviceMapping.1.OSSBucket", "of-nobody", *from_oss[2:]]),
                            ("InvalidOSSObject.NotFound", call + from_oss[:3] + ["other"]), ("InvalidRegion.NotSupport", ["ImportImage", "--RegionId", "cn-hongkong", *from_oss]),
                            ("DryRunOperation", call + from_oss + ["--DryRun", "true"])):
            refused(world, code, *words)
        imported = aliyun(world, "ecs", *call, *from_oss, "--ImageName", "podvm")
        image = ["--RegionId", "cn-beijing", "--ImageId", imported["ImageId"]]
        refused(world, "InvalidImageName.Duplicated", *call, *from_oss, "--ImageName", "podvm")
        # Nobody sees it who does not ask for its state, and it cannot be deleted before it is there.
        assert not aliyun(world, "ecs", "DescribeImages", *image)["Images"]["Image"]
        assert aliyun(world, "ecs", "DescribeImages", *image, "--Status", "Creating,Waiting")["Images"]["Image"]
        refused(world, "IncorrectImageStatus", "DeleteImage", *image)
        aliyun(world, "ecs", "CancelTask", "--RegionId", "cn-beijing", "--TaskId", imported["TaskId"])
        refused(world, "InvalidImageId.NotFound", "DeleteImage", *image)


def types_come_with_their_prices_the_cheapest_first():
    with World() as world:
        asked = subprocess.run([guide.BUILD + "/peerdeck", "guide", "plan", NAME, "--plain"], env=world.environment(), input="\n" * 80, capture_output=True,
                               text=True, timeout=60).stdout
        lists = {name: re.findall(r"^ +\d+  (ecs\S+) +¥ (\S+) an hour", asked.split(f"\n{before}")[1].split(f"\n{name}")[0], re.M)
                 for before, name in (("A type of the g8i", "Instance type of pod VMs"), ("One or several, separated", "Instance types of worker nodes"))}
        for name, found in lists.items():
            prices = [float(price) for _, price in found]
            assert len(prices) > 2 and prices == sorted(prices), f"{name}: {found}"
        # With both disks, for the nodes asked for; other processors run no adaptor.
        types = dict(lists["Instance types of worker nodes"])
        assert types["ecs.g8i.xlarge"] == "1.46" and "ecs.g8y.xlarge" not in types, types


def image_and_adaptor_of_different_ages_are_told():
    with World() as world:
        overlay = world.home + "/checkout/install/overlays/alibabacloud"
        os.makedirs(overlay)
        open(overlay + "/patch.yaml", "w").close()
        old = f'DEPLOY = "make";\nCAA_FOLDER = "{world.home}/checkout";\nCAA_VERSION = "0.17.0";\n'

        def planned(more):
            return world.guide("plan", NAME, "--answers", world.answers(old + more))

        # What the overlay installs is of 0.12, whatever the checkout is of.
        prints(planned('IMAGEID = "m-2zef6zaa0j0qz3sunhjp";\n'), "fail  Image and CAA are of one age", "BUILD_CAA = true")
        prints(planned('IMAGEID = "m-2ze1w9aj2aonwckv64cw";\n'), "pass  Image and CAA are of one age")
        prints(planned('IMAGE = "own";\n'), "warn  The overlay's adaptor is of one age with the image")
        prints(planned('IMAGEID = "m-2zef6zaa0j0qz3sunhjp";\nCAA_TAG = "mine";\n'), "pass  Image and CAA are of one age")


if __name__ == "__main__":
    sys.exit(guide.main([value for value in list(globals().values()) if callable(value) and getattr(value, "__module__", "") == "__main__"
                         and value not in (names_of, aliyun, existing, kubectl, refused)]))
