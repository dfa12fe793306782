#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What runs out, is sold out, hangs or is taken away while peerdeck guide walks: said before anything is spent where that can be known, else
where it happens; and the run goes on from there. Against peerdeck-sim; run in the build folder; an argument selects the tests whose name
contains it."""
import os
import shutil
import subprocess
import sys

from guide import BUILD, FOLDER, NAME, SOURCE, ended, main, prints, says
from guide_faults import Faulty, started, tools


def until(process, *words):
    """Reads what it tells, up to these words."""
    for line in process.stderr:
        if all(word in line for word in words):
            return
    raise AssertionError(f"{words} was not told")


def finished(process, status):
    rest = process.stderr.read()
    process.stderr.close()
    assert process.wait(60) == status, f"ended with {process.returncode}: {rest[-800:]}"
    return rest


def told(text, *words):
    for word in words:
        assert word in text, f"{word!r} was not told: {text[-900:]!r}"


def quotas_that_are_used_up_are_told_before():
    with Faulty() as world:
        empty = world.truth()
        ended(world.run('CLUSTER_NAME = "first";\n'), 0)
        before, second = world.truth(), {"XDG_STATE_HOME": world.home + "/second"}
        other = 'VPC_CIDR = "10.0.0.0/16";\n'
        world.rule(eip_quota=1)
        result = world.run(other, **second)
        ended(result, 3)
        prints(result, "fail  One more public address is allowed", "TotalQuota is 1, not > TotalUsage, which is 1", "Release an EIP of cn-beijing",
               "or answer INTERNET = gateway or none")
        # Who needs none is not kept from it, and who may not read quotas is warned.
        result = world.run(other + 'INTERNET = "none";\n', "--plan-only", **second)
        ended(result, 0)
        world.fault("deny=1,op=quotas.ListProductQuotas")
        result = world.run(other, "--plan-only", **second)
        ended(result, 0)
        prints(result, "warn  One more public address is allowed", "warn  More vCPUs are allowed", "RAM action quotas:ListProductQuotas")
        world.fault("off")
        world.rule(eip_quota=0, vcpu_quota=4)
        result = world.run(other, **second)
        ended(result, 3)
        prints(result, "fail  More vCPUs are allowed", "TotalQuota is 4, not > TotalUsage, which is 4", "Ask for more pay-as-you-go vCPUs", "in cn-beijing")
        world.made_nothing(before)
        ended(world.guide("undo", NAME, "--yes"), 0)
        world.comes_back_to(empty)
        # There is room again, also in a region that is not the account's own.
        ended(world.run(other, "--plan-only", **second), 0)


def a_quota_that_has_no_room_for_the_pod_is_told_and_waited_out():
    with Faulty() as world:
        before = world.truth()
        # There is room for the worker, and none for a pod VM beside it.
        world.rule(vcpu_quota=6)
        process = started(world, "run", NAME, "--yes", "--answers", world.answers('DEPLOY = "helm";\n'))
        until(process, "FAIL  H10", "QuotaExceed.ElasticQuota")
        until(process, "Release what is not needed any more, or ask for more in the Quota Center")
        world.rule(vcpu_quota=0)
        told(finished(process, 0), "ok    H10", "See that pod VMs can be made", "See the VM of the pod")
        ended(world.guide("undo", NAME, "--yes"), 0)
        world.comes_back_to(before)


def worker_types_that_nobody_sells_are_told_before():
    with Faulty() as world:
        before = world.truth()
        ordinary = 'DISABLECVM = true;\nPODVM_TYPE = "ecs.c7.xlarge";\n'
        world.rule(sold_out="ecs.g*")
        result = world.run(ordinary)
        ended(result, 3)
        prints(result, "fail  The zone sells a type of worker nodes", "sells none of ecs.g8i.xlarge, ecs.g7.xlarge", "Choose other types for WORKER_NODE_TYPE or another ZONE_ID")
        world.made_nothing(before)
        world.rule(sold_out="ecs.g8i*")
        result = world.run(ordinary + 'WORKER_NODE_TYPE = [ "ecs.g8i.xlarge", "ecs.nosuch.large", "ecs.g7.xlarge" ];\n', "--plan-only")
        ended(result, 0)
        prints(result, "pass  The zone sells a type of worker nodes", "warn  It sells each of them", "ecs.g8i.xlarge: Status is SoldOut, not Available", "ecs.nosuch.large: ",
               "does not sell ecs.g8i.xlarge, ecs.nosuch.large")
        # The pool is made of the other type.
        ended(world.run(ordinary), 0)
        ended(world.guide("undo", NAME, "--yes"), 0)
        world.comes_back_to(before)


def a_node_pool_that_goes_out_of_stock_half_way_goes_on_later():
    with Faulty() as world:
        before = world.truth()
        given = world.answers('WORKER_NODE_TYPE = "ecs.c7.xlarge";')
        process = started(world, "run", NAME, "--yes", "--answers", given, PEERDECK_TIME_SCALE="100")
        until(process, "cluster_create:")
        world.rule(sold_out="ecs.c7*")
        told(finished(process, 4), "Add the worker nodes", "OperationDenied.NoStock", "with other answers where that helps, then resume", "things of this run exist", "guide undo")
        world.rule(sold_out="")
        result = world.guide("resume", NAME, "--yes")
        ended(result, 0)
        says(result, "node pool worker-node-pool failed; it is taken away and made again")
        assert len(world.truth()["node_pool"]) == 1 and len(world.truth()["cluster"]) == 1
        ended(world.guide("undo", NAME, "--yes"), 0)
        world.comes_back_to(before)


def own_guide(world, step, was, now):
    """A copy of the guide in which a step has a shorter limit: nobody waits for a quarter of an hour in a test."""
    folder = world.home + "/config/peerdeck/guides/mine/pods"
    shutil.copytree(FOLDER, folder)
    with open(folder + "/guide.cfg") as file:
        text = file.read()
    begin = text.index('{ id = "%s"; sort' % step)
    end = text.index("\n    { id", begin)
    assert was in text[begin:end], text[begin:end]
    with open(folder + "/guide.cfg", "w") as file:
        file.write(text[:begin] + text[begin:end].replace(was, now) + text[end:])
    ended(world.guide("lint", "mine/pods"), 0)
    return "mine/pods"


def a_helm_that_hangs_is_ended_and_told():
    with Faulty() as world:
        before, given = world.truth(), world.answers('DEPLOY = "helm";\nSAMPLE = false;\n')
        name = own_guide(world, "chart", "limit = 900.0", "limit = 2.0")
        real = os.path.join(SOURCE, "tests/stand-ins/helm")
        mark = world.home + "/hung"
        more = tools(world, helm=f'test "$1" = upgrade || exec {real} "$@"\necho "Pulling chart"\necho $$ >{mark}\nsleep 300 & wait\n')
        result = world.guide("run", name, "--yes", "--answers", given, **more)
        ended(result, 4)
        says(result, "Deploy CAA", "| Pulling chart", "helm did not end within 2 s", "resume", "undo", "things of this run exist")
        with open(mark) as file:
            assert subprocess.run(["kill", "-0", file.read().strip()], capture_output=True).returncode, "it runs on"
        os.unlink(world.home + "/bin/helm")
        ended(world.guide("resume", name, "--yes"), 0)
        ended(world.guide("undo", name, "--yes"), 0)
        world.comes_back_to(before)


def a_node_that_never_becomes_ready_is_told():
    with Faulty() as world:
        before, given = world.truth(), world.answers('DEPLOY = "helm";\nSAMPLE = false;\n')
        name = own_guide(world, "nodes-ready", "--timeout=900s", "--timeout=2s")
        process = started(world, "run", name, "--yes", "--answers", given)
        until(process, "Write the kubeconfig")
        world.post("/_sim/happen", cluster="caa", name="partition", on="cn-beijing.192.168.0.1")
        world.post("/_sim/advance", seconds="600")
        rest = finished(process, 4)
        told(rest, "See that labelled nodes are ready", "timed out waiting for the condition on nodes/cn-beijing.", "guide resume mine/pods", "guide undo mine/pods")
        world.post("/_sim/happen", cluster="caa", name="heal", on="cn-beijing.192.168.0.1")
        ended(world.guide("resume", name, "--yes"), 0)
        ended(world.guide("undo", name, "--yes"), 0)
        world.comes_back_to(before)


def a_bucket_in_another_region_is_told_before():
    with Faulty() as world:
        before, image = world.truth(), world.file("podvm.qcow2", "an image")
        for how in ('IMAGE = "upload";\nIMAGE_FILE = "%s";\n' % image, 'IMAGE = "import";\n'):
            result = world.run('REGION_ID = "cn-hongkong";\nBUCKET = "%s";\nOBJECT = "podvm.qcow2";\n' % world.ready["bucket"] + how)
            ended(result, 3)
            prints(result, "fail  The bucket is in the image's region", "is not in cn-hongkong but at oss-cn-beijing", "Give a bucket in cn-hongkong",
                   "aliyun oss mb oss://NAME --region cn-hongkong")
            says(result, "nothing was made")
        world.made_nothing(before)


def a_key_that_is_taken_away_half_way_is_told():
    with Faulty() as world:
        before = world.truth()
        for place, code in (("Create the vSwitch: ", "InvalidAccessKeyId.Inactive"), ("cluster_create:", "InvalidAccessKeyId.Inactive")):
            process = started(world, "run", NAME, "--yes", "--answers", world.answers(""), PEERDECK_TIME_SCALE="100")
            until(process, place)
            world.fault(f"refuse={code},op=*")
            told(finished(process, 4), code, "Check the AccessKey id and secret", "guide resume", "guide undo")
            for verb in ("resume", "undo"):
                result = world.guide(verb, NAME, "--yes")
                ended(result, 1)
                says(result, code, "Check the AccessKey id and secret")
            world.fault("off")
            world.mended()
            world.comes_back_to(before)


def a_clock_that_is_an_hour_off_is_told_and_allowed_for():
    with Faulty("1") as world:
        world.fault("skew=3600")
        result = world.guide("plan", NAME, "--answers", world.answers(""))
        ended(result, 0)
        prints(result, "warn  The clock is right", "Set this machine's clock")
        assert "+36" in result.stdout or "+35" in result.stdout, result.stdout
    for skew in (3600, -3600):
        with Faulty() as world:
            before = world.truth()
            world.fault(f"skew={skew}")
            ended(world.run(), 0)
            ended(world.guide("undo", NAME, "--yes"), 0)
            world.comes_back_to(before)


FULL = """set -e
mount -t tmpfs -o size=24m none "$1"
shift
state=$1 answers=$2 program=$3 log=$4
"$program" guide run alibaba/peer-pods --yes --answers "$answers" 2>"$log" &
until grep -q "cluster_create:" "$log"; do kill -0 $! && sleep 0.02; done
dd if=/dev/zero of="$state/filler" bs=1k 2>/dev/null || :
wait $! && exit 40 || echo "ended $?"
cp "$log" "$log.first"
"$program" guide resume alibaba/peer-pods --yes && exit 41 || echo "again $?"
rm "$state/filler"
"$program" guide resume alibaba/peer-pods --yes
"$program" guide undo alibaba/peer-pods --yes
"""


def a_disk_that_fills_up_half_way_is_gone_on_with_after_room_is_made():
    if subprocess.run(["unshare", "-Urm", "true"], capture_output=True).returncode:
        return
    with Faulty() as world:
        before, state, log = world.truth(), world.home + "/state", world.home + "/log"
        os.makedirs(state)
        result = subprocess.run(["unshare", "-Urm", "sh", "-c", FULL, "sh", state, state, world.answers(""), BUILD + "/peerdeck", log],
                                env=world.environment(PEERDECK_TIME_SCALE="100"), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=90)
        ended(result, 0)
        prints(result, "ended 4", "again 4", "Nothing of this run is left.")
        with open(log + ".first") as first:
            text = first.read()
            assert "look whether it is full" in text or "No space left on device - make room on the disk" in text, text[-900:]
            told(text, "things of this run exist", "guide resume")
        world.comes_back_to(before)


if __name__ == "__main__":
    if not shutil.which("kubectl"):
        print("no kubectl: skipped")
        sys.exit(77)
    sys.exit(main([quotas_that_are_used_up_are_told_before, a_quota_that_has_no_room_for_the_pod_is_told_and_waited_out,
                   worker_types_that_nobody_sells_are_told_before, a_node_pool_that_goes_out_of_stock_half_way_goes_on_later,
                   a_helm_that_hangs_is_ended_and_told, a_node_that_never_becomes_ready_is_told, a_bucket_in_another_region_is_told_before,
                   a_key_that_is_taken_away_half_way_is_told, a_clock_that_is_an_hour_off_is_told_and_allowed_for,
                   a_disk_that_fills_up_half_way_is_gone_on_with_after_room_is_made]))
