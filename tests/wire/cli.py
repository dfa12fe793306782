#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""peerdeck without a screen against peerdeck-sim. Run in the build folder; an argument selects the tests whose name contains it."""
import csv
import http.client
import io
import json
import os
import re
import select
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unicodedata
import urllib.request

BUILD = os.getcwd()
LIMIT = 60
HOME = tempfile.mkdtemp(prefix="peerdeck-cli-")
QUOTA_IS_USED_UP = """
regions = [ "cn-beijing" ];
rules = { vcpu_quota = 20; };
clusters = ( { region = "cn-beijing"; name = "caa"; pools = ( { name = "default"; type = "ecs.g8i.2xlarge"; size = 1; } );
	podvms = { count = 4; every = 20.0; release = "0.21"; }; } );
"""
NO_REGION_IS_WELL = """
regions = [ "cn-beijing", "cn-hongkong", "us-west-1" ];
vms = 60;
sick = ( { region = "us-west-1"; error_rate = 1.0; slow = 0.0; } );
"""


def environment(**more):
    kept = {k: v for k, v in os.environ.items() if k.split("_")[0] not in ("ALIBABA", "ALIBABACLOUD", "ALICLOUD", "PEERDECK")}
    kept.update(HOME=HOME, XDG_STATE_HOME=HOME + "/state", XDG_CONFIG_HOME=HOME + "/config", LC_ALL="C.UTF-8", NO_COLOR="1",
                ALIBABA_CLOUD_ECS_METADATA_DISABLED="true")
    kept.update(more)
    return kept


class World:
    """A simulator that ends with the test."""

    def __init__(self, *options):
        self.process = subprocess.Popen([BUILD + "/peerdeck-sim", "--with-parent", *map(str, options)], stdout=subprocess.PIPE, text=True)
        assert select.select([self.process.stdout], [], [], 20)[0], "the simulator is not ready"
        self.ready = json.loads(self.process.stdout.readline())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        status = self.process.wait(30)
        self.process.stdout.close()
        assert status == 0, f"the simulator ended with {status}"

    def environment(self, **more):
        settings = dict(ALIBABA_CLOUD_ACCESS_KEY_ID=self.ready["access_key_id"], ALIBABA_CLOUD_ACCESS_KEY_SECRET=self.ready["access_key_secret"],
                        ALIBABA_CLOUD_REGION_ID=self.ready["region"], PEERDECK_ENDPOINT=self.ready["alibaba"])
        settings.update(more)
        return environment(**settings)

    def truth(self):
        with urllib.request.urlopen(self.ready["control"] + "/_sim/truth", timeout=20) as answer:
            return json.load(answer)

    def run(self, *arguments, **more):
        return run(*arguments, env=self.environment(**more))


def run(*arguments, env=None):
    return subprocess.run([BUILD + "/peerdeck", *arguments], env=env or environment(), stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=LIMIT)


def same(got, wanted, what=""):
    assert got == wanted, f"{what} got {got!r}, wanted {wanted!r}"


def says(result, *words):
    for word in words:
        assert word in result.stderr, f"standard error lacks {word!r}: {result.stderr!r}"


def ended(result, status):
    assert result.returncode == status, f"ended with {result.returncode}, wanted {status}: {result.stderr}"


def vm_ids(result):
    return sorted(vm["id"] for vm in json.loads(result.stdout))


def the_list_is_the_truth():
    with World("--scenario", "large", "--vms", 700, "--regions", 9) as world:
        result = world.run("list", "vms", "--region", "all", "-o", "json")
        ended(result, 0)
        same(vm_ids(result), sorted(vm["id"] for vm in world.truth()["vms"]))
        same(result.stderr, "")
        for vm in json.loads(result.stdout):
            same(list(vm)[:5], ["id", "name", "region", "status", "created"])
            assert {"type", "private_ip", "cluster", "verdict"} <= set(vm)
        clusters = json.loads(world.run("list", "clusters", "--region", "all", "-o", "json").stdout)
        same(len(clusters), 9)


def the_list_is_the_truth_through_faults():
    with World("--scenario", "large", "--vms", 700, "--regions", 9, "--fault", "throttle=0.1,http500=0.05,reset=0.05") as world:
        result = world.run("list", "vms", "--region", "all", "-o", "json")
        ended(result, 0)
        same(vm_ids(result), sorted(vm["id"] for vm in world.truth()["vms"]))


def every_format_has_every_row():
    with World("--scenario", "large", "--vms", 120, "--regions", 2) as world:
        count = len(world.truth()["vms"])
        plain = ("list", "vms", "--region", "all", "-o")
        same(len(world.run(*plain, "jsonl").stdout.splitlines()), count)
        same(len(world.run(*plain, "name").stdout.splitlines()), count)
        same(len(world.run(*plain, "table").stdout.splitlines()), count + 1)
        rows = list(csv.DictReader(io.StringIO(world.run(*plain, "csv").stdout)))
        same(len(rows), count)
        assert len(world.run(*plain, "wide").stdout.splitlines()[0]) > len(world.run(*plain, "table").stdout.splitlines()[0])
        by_name = [row["name"] for row in csv.DictReader(io.StringIO(world.run(*plain, "csv", "--sort", "name").stdout))]
        same(len(by_name), count)
        same(world.run(*plain, "json", "--filter", "region=nowhere").stdout, "[]\n")


def wide_characters_line_up():
    with World("--scenario", "demo") as world:
        lines = world.run("list", "clusters", "--region", "cn-beijing").stdout.splitlines()
        assert any("北京" in line for line in lines), lines
        columns = set()
        for line in lines:
            end = line.find("cn-beijing") if "cn-beijing" in line else line.find("REGION")
            columns.add(sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line[:end]))
        same(len(columns), 1)


def a_region_that_fails_leaves_the_others_complete():
    path = HOME + "/sick.cfg"
    with open(path, "w") as file:
        file.write(NO_REGION_IS_WELL)
    with World("--scenario", path) as world:
        result = world.run("list", "vms", "--region", "all", "-o", "json")
        ended(result, 4)
        says(result, "us-west-1")
        same(vm_ids(result), sorted(vm["id"] for vm in world.truth()["vms"] if vm["region"] != "us-west-1"))
        same(len([line for line in result.stderr.splitlines() if line.strip()]), 1)


def a_view_prints_as_text():
    with World("--scenario", "large", "--vms", 30, "--regions", 2) as world:
        result = world.run("vms", "--once")
        ended(result, 0)
        assert result.stdout.startswith("Pod VMs"), result.stdout[:80]
        panes = world.run("--once")
        ended(panes, 0)
        for word in ("Regions", "Clusters", "Node pools", "Pod VMs"):
            assert word in panes.stdout, word


def without_credentials_a_list_says_so():
    result = run("list", "vms")
    ended(result, 1)
    says(result, "credentials were found", "aliyun configure")


def a_full_disk_is_no_success():
    for arguments in (["help"], ["--version"], ["completion", "bash"], ["guide", "list"]):
        with open("/dev/full", "w") as full:
            result = subprocess.run([BUILD + "/peerdeck", *arguments], stdout=full, stderr=subprocess.PIPE, text=True, env=environment(), timeout=LIMIT)
        same(result.returncode, 1, str(arguments))
        assert "standard output" in result.stderr and "No space left" in result.stderr, result.stderr


def without_a_terminal_the_console_says_so():
    result = run("vms")
    ended(result, 2)
    says(result, "terminal", "--once")


def wrong_keys_are_named_once():
    with World("--scenario", "large", "--vms", 30, "--regions", 3) as world:
        result = world.run("list", "vms", "--region", "all", ALIBABA_CLOUD_ACCESS_KEY_ID="LTAI5tWrong")
        ended(result, 1)
        says(result, "InvalidAccessKeyId.NotFound", "aliyun configure")
        same(len(result.stderr.splitlines()), 1)
        result = world.run("list", "vms", ALIBABA_CLOUD_ACCESS_KEY_SECRET="wrong")
        ended(result, 1)
        says(result, "SignatureDoesNotMatch")


def no_secret_is_ever_printed():
    with World("--scenario", "large", "--vms", 10, "--regions", 1) as world:
        secret = world.ready["access_key_secret"]
        log = HOME + "/secret.log"
        for arguments in (["list", "vms"], ["doctor"], ["list", "vms", "--region", "nowhere"]):
            result = world.run(*arguments, "--log", log, "--log-level", "debug")
            assert secret not in result.stdout + result.stderr
        with open(log) as file:
            assert secret not in file.read()


def a_skewed_clock_is_named():
    with World("--scenario", "large", "--vms", 10, "--regions", 1, "--fault", "skew=4000") as world:
        result = world.run("list", "vms")
        assert result.returncode in (0, 1), result.returncode
        if result.returncode:
            says(result, "clock")
        doctor = world.run("doctor")
        assert "clock" in doctor.stdout


def unknown_regions_are_named_with_the_nearest():
    with World("--scenario", "large", "--vms", 30, "--regions", 3) as world:
        result = world.run("list", "vms", "--region", "cn-beijng")
        ended(result, 1)
        says(result, "cn-beijng", "did you mean cn-beijing?")
        result = world.run("list", "vms", "--region", "cn-beijng", "--region", "cn-hongkong", "-o", "json")
        ended(result, 4)
        same({vm["region"] for vm in json.loads(result.stdout)}, {"cn-hongkong"})


def mistakes_on_the_command_line_are_usage():
    with World("--scenario", "large", "--vms", 10, "--regions", 1) as world:
        for arguments, word in ((["list"], "KIND"), (["list", "vmss"], "did you mean vms?"), (["--regoin", "x"], "did you mean --region?"),
                                (["list", "vms", "-o", "xml"], "expected table"), (["list", "vms", "--sort", "zzz"], "zzz"),
                                (["list", "vms", "--filter", "zzz="], "zzz"), (["list", "vms", "--parallel", "0"], "--parallel"),
                                (["list", "vms", "--watch", "-o", "json"], "jsonl"), (["doctor", "--watch"], "--watch"),
                                (["list", "vms", "--context", "a", "--profile", "b"], "--context"), (["--seed", "1", "vms"], "--demo"),
                                (["completion", "tcsh"], "tcsh"), (["demo"], "did you mean --demo?"), (["clusterz"], "did you mean clusters?"),
                                (["list", "vms", "--config", "/nowhere/x"], "/nowhere/x")):
            result = world.run(*arguments)
            ended(result, 2)
            says(result, word)
            same(result.stdout, "", str(arguments))


def a_broken_configuration_is_told_with_its_line():
    path = HOME + "/broken.conf"
    with open(path, "w") as file:
        file.write("parallel = 4;\nrefresh_second = 3;\ntheme = \"light\";\nmouse = 7;\n")
    with World("--scenario", "large", "--vms", 10, "--regions", 1) as world:
        result = world.run("list", "vms", "--config", path, "-o", "name")
        ended(result, 0)
        says(result, "broken.conf:2", "refresh_second", "did you mean \"refresh_seconds\"?")
        assert result.stdout
        doctor = world.run("doctor", "--config", path, "-o", "json")
        ended(doctor, 1)
        failed = [check for check in json.loads(doctor.stdout) if check["result"] == "fail"]
        same(len(failed), 2)
        assert "broken.conf:2" in failed[0]["seen"] and "broken.conf:4" in failed[1]["seen"], failed


def a_state_folder_that_cannot_be_used_does_not_stop_a_list():
    blocked = HOME + "/blocked"
    with open(blocked, "w") as file:
        file.write("in the way")
    with World("--scenario", "large", "--vms", 10, "--regions", 1) as world:
        ended(world.run("list", "vms", XDG_STATE_HOME=blocked), 0)
        doctor = world.run("doctor", XDG_STATE_HOME=blocked)
        ended(doctor, 1)
        assert "FAIL" in doctor.stdout and "state folder" in doctor.stdout


def doctor_passes_on_a_healthy_world():
    with World("--scenario", "large", "--vms", 10, "--regions", 1) as world:
        result = world.run("doctor", "-o", "json")
        ended(result, 0)
        seen = {check["what"]: check for check in json.loads(result.stdout)}
        same(seen["credentials"]["result"], "pass")
        same(seen["clock"]["result"], "pass")
        assert world.ready["account"] in seen["identity"]["seen"]


def interrupting_ends_with_130():
    with World("--scenario", "large", "--vms", 10, "--regions", 1, "--latency", 30000) as world:
        process = subprocess.Popen([BUILD + "/peerdeck", "list", "vms"], env=world.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        with urllib.request.urlopen(world.ready["control"] + "/_sim/stats", timeout=20):
            pass
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and not os.path.exists(f"/proc/{process.pid}/task/{process.pid}/children"):
            pass
        # It handles signals before it starts its first thread.
        while time.monotonic() < deadline and len(os.listdir(f"/proc/{process.pid}/task")) < 2:
            pass
        begin = time.monotonic()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=10)
        same(process.returncode, 130)
        assert time.monotonic() - begin < 1.5, "it took too long to stop"


def watching_tells_what_appears():
    with World("--scenario", "demo", "--time-scale", 60) as world:
        process = subprocess.Popen([BUILD + "/peerdeck", "list", "vms", "--watch", "-o", "jsonl", "--refresh", "0.5"], env=world.environment(),
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        changes = set()
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and not changes:
            if not select.select([process.stdout], [], [], 1)[0]:
                continue
            line = json.loads(process.stdout.readline())
            if "change" in line:
                changes.add(line["change"])
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=10)
        same(process.returncode, 130)
        assert changes, "nothing changed in half a minute"


def jobs_are_listed_from_the_journal():
    with World("--scenario", "large", "--vms", 10, "--regions", 1) as world:
        for form in ("table", "json", "jsonl", "csv", "name", "wide"):
            ended(world.run("list", "jobs", "-o", form), 0)
        same(world.run("list", "jobs", "-o", "json").stdout, "[]\n")


def the_demo_needs_nothing():
    result = run("--demo", "list", "clusters", "--region", "cn-beijing", "-o", "json")
    ended(result, 0)
    assert json.loads(result.stdout)


def clusters_are_known_by_their_names():
    with World("--scenario", "demo") as world:
        by_name = world.run("list", "pods", "--cluster", "staging", "-o", "json")
        ended(by_name, 0)
        pods = json.loads(by_name.stdout)
        assert pods and len({pod["cluster_id"] for pod in pods}) == 1
        by_id = world.run("list", "pods", "--cluster", pods[0]["cluster_id"], "-o", "json")
        same({pod["id"] for pod in json.loads(by_id.stdout)}, {pod["id"] for pod in pods})
        unknown = world.run("list", "pods", "--cluster", "stagin")
        ended(unknown, 1)
        says(unknown, "did you mean staging?")


def a_kubeconfig_alone_is_enough():
    path = HOME + "/clusters.conf"
    with World("--scenario", "demo") as world:
        with open(path, "w") as file:
            file.write(f'contexts = ({{ name = "clusters"; backend = "kubernetes"; kubeconfig = "{world.ready["kubeconfig"]}"; }});\n')
        clusters = world.run("list", "clusters", "--config", path, "-o", "json")
        ended(clusters, 0)
        same({cluster["name"] for cluster in json.loads(clusters.stdout)}, {cluster["context"] for cluster in world.ready["clusters"]})
        nodes = world.run("list", "nodes", "--config", path, "--cluster", "staging", "-o", "json")
        ended(nodes, 0)
        assert all(node["kubelet_version"] for node in json.loads(nodes.stdout))


def logs_are_found_by_the_name_of_the_pod():
    with World("--scenario", "demo") as world:
        pods = json.loads(world.run("list", "pods", "-o", "json").stdout)
        adaptor = next(pod for pod in pods if pod["name"].startswith("cloud-api-adaptor"))
        log = world.run("logs", adaptor["name"])
        ended(log, 0)
        assert "[adaptor" in log.stdout
        timed = world.run("logs", "--timestamps", "-n", adaptor["namespace"], adaptor["name"])
        assert re.match(r"\d{4}-\d\d-\d\dT", timed.stdout)
        missing = world.run("logs", "no-such-pod")
        ended(missing, 1)
        says(missing, "no pod \"no-such-pod\"")


def diagnose_wants_one_cluster():
    with World("--scenario", "demo") as world:
        several = world.run("diagnose", "--region", "cn-beijing")
        ended(several, 2)
        says(several, "several clusters", "--cluster NAME", "staging")
        absent = world.run("diagnose", "--region", "cn-beijing", "--cluster", "stagin")
        ended(absent, 2)
        says(absent, "no cluster stagin", "staging")
        ended(world.run("diagnose", "-o", "csv"), 2)


def diagnosed(result):
    return {line["id"]: line for line in json.loads(result.stdout)}


def diagnose_finds_nothing_in_a_sound_cluster():
    with World("--scenario", "demo") as world:
        result = world.run("diagnose", "--cluster", "staging", "-o", "json")
        ended(result, 0)
        lines = diagnosed(result)
        for number in (0, 1, 2, 3, 4, 5, 6, 7, 10, 12, 13, 14, 15):
            same(lines[f"H{number}"]["result"], "pass", f"H{number} {lines[f'H{number}']['seen']}:")
        pods = json.loads(world.run("list", "pods", "--cluster", "staging", "-o", "json").stdout)
        pod = next(p for p in pods if p.get("runtime_class") == "kata-remote" and p["status"] == "Running" and p.get("ready") == 1)
        result = world.run("diagnose", "--cluster", "staging", "-n", pod["namespace"], pod["name"], "-o", "json")
        ended(result, 0)
        lines = diagnosed(result)
        same([lines[f"P{n}"]["result"] for n in range(1, 10)], ["pass"] * 9)
        ended(world.run("diagnose", "--cluster", "staging", "nobody"), 1)


def diagnose_names_a_quota_that_is_used_up():
    scenario = os.path.join(HOME, "quota.cfg")
    with open(scenario, "w") as file:
        file.write(QUOTA_IS_USED_UP)
    with World("--scenario", scenario, "--time-scale", 10) as world:
        until = time.monotonic() + LIMIT
        lines = {}
        while time.monotonic() < until and "QuotaExceed" not in " ".join(lines.get("P6", {"seen": []})["seen"]):
            pods = json.loads(world.run("list", "pods", "-o", "json").stdout)
            waiting = [p for p in pods if p.get("runtime_class") == "kata-remote" and p["status"] == "ContainerCreating"]
            for pod in waiting:
                result = world.run("diagnose", "-n", pod["namespace"], pod["name"], "-o", "json")
                lines = diagnosed(result) if result.stdout else {}
                if lines.get("P6", {}).get("result") == "fail":
                    same(result.returncode, 1)
                    break
        seen = " ".join(lines["P6"]["seen"])
        assert "QuotaExceed.ElasticQuota" in seen and "of 20 used" in seen, seen
        same(lines["P7"]["result"], "skip")
        assert any(line["part"] == "event" and "QuotaExceed" in line["seen"][0] for line in lines.values())
        result = world.run("diagnose", "-o", "jsonl")
        ended(result, 1)
        lines = {line["id"]: line for line in map(json.loads, result.stdout.splitlines())}
        same(lines["H15"]["result"], "fail")
        same(lines["H10"]["result"], "fail")
        same(lines["S14"]["result"], "fail")


def nobody_reading_is_no_disaster():
    with World("--scenario", "large", "--vms", 5000, "--regions", 2) as world:
        process = subprocess.Popen([BUILD + "/peerdeck", "list", "vms", "--region", "all"], env=world.environment(), stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        process.stdout.readline()
        process.stdout.close()
        errors = process.stderr.read()
        process.wait(LIMIT)
        process.stderr.close()
        same(errors, "")
    with World("--scenario", "large", "--vms", 500, "--regions", 2) as world, open("/dev/full", "w") as full:
        result = subprocess.run([BUILD + "/peerdeck", "list", "vms", "--region", "all"], env=world.environment(), stdout=full,
                                stderr=subprocess.PIPE, text=True, timeout=LIMIT)
        ended(result, 1)
        says(result, "standard output")


class Askers:
    """Ask the clusters of a world all the time until they are not answered."""

    def __init__(self, world, count):
        self.servers = [cluster["server"] for cluster in world.ready["clusters"]]
        self.answers = 0
        self.threads = [threading.Thread(target=self.ask, args=(number,)) for number in range(count)]
        for thread in self.threads:
            thread.start()

    def ask(self, number):
        server = self.servers[number % len(self.servers)].removeprefix("https://")
        try:
            connection = http.client.HTTPSConnection(server, timeout=20, context=ssl._create_unverified_context())
            while True:
                connection.request("GET", "/version")
                connection.getresponse().read()
                self.answers += 1
        except (OSError, http.client.HTTPException):
            pass


def a_simulator_that_is_being_asked_ends_well():
    for _ in range(4):
        with World("--scenario", "demo") as world:
            askers = Askers(world, 24)
            until = time.monotonic() + LIMIT
            while askers.answers < 200 and time.monotonic() < until:
                time.sleep(0.01)
        for thread in askers.threads:
            thread.join()
        assert askers.answers >= 200


TESTS = [value for name, value in list(globals().items()) if callable(value) and getattr(value, "__module__", "") == "__main__" and "_" in name
         and name not in ("vm_ids",)]


def main():
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    passed = failed = 0
    try:
        for test in TESTS:
            if wanted not in test.__name__:
                continue
            begin = time.monotonic()
            try:
                test()
                passed += 1
                print(f"pass {test.__name__} ({time.monotonic() - begin:.1f} s)", flush=True)
            except Exception as reason:  # each test runs whatever became of the others
                failed += 1
                print(f"FAIL {test.__name__}: {type(reason).__name__}: {reason}", flush=True)
    finally:
        shutil.rmtree(HOME, ignore_errors=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
