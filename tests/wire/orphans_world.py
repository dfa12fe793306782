# SPDX-License-Identifier: Apache-2.0
"""A small world with orphans, and peerdeck orphans on it, for the tests of clean-up."""
import json
import os
import select
import shutil
import subprocess
import tempfile
import threading
import urllib.request

BUILD = os.getcwd()
LIMIT = 180
# A day has gone by: three VMs of caa and one of ci were leaked, each with its address.
SCENARIO = """
regions = [ "cn-beijing" ];
history = 22.0;
clusters = (
  { region = "cn-beijing"; name = "caa"; version = "1.34.3-aliyun.1"; vpc = "vpc-one";
    pools = ( { name = "default-nodepool"; type = "ecs.g7.2xlarge"; size = 2; } );
    podvms = { count = 7; past_every = 1500.0; release = "0.18"; public = true; external_network = true; variety = false;
      leaks = ( { path = "G7"; ago = 40000.0; }, { path = "G7"; ago = 30000.0; }, { path = "G7"; ago = 20000.0; } ); }; },
  { region = "cn-beijing"; name = "ci"; version = "1.34.3-aliyun.1"; vpc = "vpc-one"; container_cidr = "10.245.0.0/16"; nat = false;
    pools = ( { name = "default-nodepool"; type = "ecs.g7.xlarge"; size = 1; } );
    podvms = { count = 4; past_every = 2400.0; release = "0.18"; variety = false; leaks = ( { path = "G7"; ago = 25000.0; } ); }; }
);
"""
# The same where PeerPods are left that no controller releases any more.
UNCONTROLLED = SCENARIO.replace('release = "0.18"; public', 'release = "0.21"; controller = "removed"; public', 1)
SCANS = 6          # until what is there has settled
BETWEEN = 240      # seconds of the world
OURS = ("ecs.DeleteInstance", "ecs.StopInstance", "ecs.DeleteNetworkInterface", "vpc.ReleaseEipAddress", "ecs.TagResources")


class OrphanWorld:
    """A simulator, and a home of its own for those who look at it."""

    def __init__(self, scenario=SCENARIO, *options):
        self.home = tempfile.mkdtemp(prefix="peerdeck-orphans-")
        path = self.home + "/scenario.cfg"
        with open(path, "w") as file:
            file.write(scenario)
        self.process = subprocess.Popen([BUILD + "/peerdeck-sim", "--with-parent", "--scenario", path, *map(str, options)],
                                        stdout=subprocess.PIPE, text=True)
        if not select.select([self.process.stdout], [], [], 60)[0]:
            self.process.kill()
            raise AssertionError("the simulator is not ready")
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
        kept = {k: v for k, v in os.environ.items()
                if k.split("_")[0] not in ("ALIBABA", "ALIBABACLOUD", "ALICLOUD", "PEERDECK", "KUBECONFIG")}
        kept.update(HOME=self.home, XDG_STATE_HOME=self.home + "/state", XDG_CONFIG_HOME=self.home + "/config", LC_ALL="C.UTF-8",
                    NO_COLOR="1", ALIBABA_CLOUD_ECS_METADATA_DISABLED="true", KUBECONFIG=self.ready["kubeconfig"],
                    ALIBABA_CLOUD_ACCESS_KEY_ID=self.ready["access_key_id"],
                    ALIBABA_CLOUD_ACCESS_KEY_SECRET=self.ready["access_key_secret"],
                    ALIBABA_CLOUD_REGION_ID=self.ready["region"], PEERDECK_ENDPOINT=self.ready["alibaba"])
        kept.update(more)
        return kept

    def control(self, path, post=False):
        request = urllib.request.Request(self.ready["control"] + "/_sim/" + path, method="POST" if post else "GET")
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def advance(self, seconds):
        self.control(f"advance?seconds={seconds}", post=True)

    def fault(self, spec):
        self.control("fault?" + spec, post=True)

    def truth(self):
        """Pod VMs by id."""
        return {vm["id"]: vm for vm in self.control("truth")["vms"] if vm["sort"] == "podvm"}

    def addresses(self):
        return {address["id"] for address in self.control("truth")["resources"]["eip"]}

    def peerpods(self, cluster):
        """Names of the cluster's PeerPods, as its API tells them."""
        if not shutil.which("kubectl"):
            return None
        told = subprocess.run(["kubectl", "--kubeconfig", self.ready["kubeconfig"], "--context", cluster, "get", "-A", "-o", "name",
                               "peerpods.confidentialcontainers.org"], capture_output=True, text=True, timeout=60)
        assert told.returncode == 0, told.stderr
        return {line.rpartition("/")[2] for line in told.stdout.split()}

    def changes(self):
        """Operations that change something and were carried out, as (operation, request id)."""
        calls = self.control("requests?limit=100000")["requests"]
        return [(c["operation"], c["request_id"]) for c in calls if c["operation"] in OURS and c["status"] == 200]

    def run(self, *arguments, **more):
        return subprocess.run([BUILD + "/peerdeck", *map(str, arguments)], env=self.environment(**more), stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=LIMIT)

    def start(self, *arguments, **more):
        return subprocess.Popen([BUILD + "/peerdeck", *map(str, arguments)], env=self.environment(**more), stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def orphans(self, *arguments, **more):
        return self.run("orphans", *arguments, **more)

    def settle(self):
        for i in range(SCANS):
            if i:
                self.advance(BETWEEN)
            result = self.orphans("--check")
        return result

    def found(self, *arguments):
        """Records that the list shows, by id."""
        result = self.orphans("-o", "json", *arguments)
        return {record["id"]: record for record in json.loads(result.stdout)}

    def audit(self):
        """All lines; each must be whole."""
        result = self.run("audit", "-o", "json")
        assert result.returncode == 0, f"the audit record is damaged: {result.stderr}"
        return json.loads(result.stdout)


class Lines:
    """What a program that runs on says, read as it comes."""

    def __init__(self, process):
        self.process = process
        self.text = ""
        self.news = threading.Condition()
        for stream in (process.stdout, process.stderr):
            threading.Thread(target=self._read, args=(stream,), daemon=True).start()

    def _read(self, stream):
        for line in stream:
            with self.news:
                self.text += line
                self.news.notify_all()

    def wait(self, word, seconds):
        with self.news:
            return self.news.wait_for(lambda: word in self.text, seconds)
