#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What goes wrong while peerdeck guide walks: it is said where it can be mended, before anything was spent where that can be known, and the
run goes on from there. Against peerdeck-sim; run in the build folder; an argument selects the tests whose name contains it."""
import os
import sys
import urllib.parse
import urllib.request

from guide import NAME, World, ended, main, prints, says

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
        world.rule(sold_out="ecs.c7*")
        result = world.run('WORKER_NODE_TYPE = "ecs.c7.xlarge";')
        ended(result, 4)
        says(result, "OperationDenied.NoStock", "with other answers where that helps")
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


if __name__ == "__main__":
    sys.exit(main([value for value in list(globals().values()) if callable(value) and getattr(value, "__module__", "") == "__main__"
                   and not isinstance(value, type)]))
