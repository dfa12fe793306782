#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Ways through the Alibaba guide that differ from the usual one, against peerdeck-sim. Run in the build folder; an argument selects the
tests whose name contains it."""
import os
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


if __name__ == "__main__":
    sys.exit(guide.main([value for value in list(globals().values()) if callable(value) and getattr(value, "__module__", "") == "__main__"
                         and value not in (names_of, aliyun, existing)]))
