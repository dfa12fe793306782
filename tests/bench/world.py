# SPDX-License-Identifier: Apache-2.0
"""A simulated cloud for measuring: starts peerdeck-sim, signs requests for curl, measures whole processes."""
import hashlib
import hmac
import json
import os
import subprocess
import tempfile
import time
import urllib.parse
import urllib.request
import uuid

KEEP = "-_.~"


def percent(text):
    return urllib.parse.quote(str(text), safe=KEEP)


class World:
    """One running peerdeck-sim; a context manager."""

    def __init__(self, build, *options):
        self.build = build
        self.process = subprocess.Popen(
            [os.path.join(build, "peerdeck-sim"), *map(str, options)], stdout=subprocess.PIPE, text=True)
        self.ready = json.loads(self.process.stdout.readline())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=20)

    def environment(self, home):
        """What peerdeck needs to talk to this world, and nothing of the user's."""
        keep = {k: v for k, v in os.environ.items() if k in ("PATH", "LANG", "LD_LIBRARY_PATH")}
        return {**keep, "LANG": "C.UTF-8", "HOME": home, "TERM": "xterm-256color", "XDG_STATE_HOME": home, "XDG_CONFIG_HOME": home,
                "ALIBABA_CLOUD_ACCESS_KEY_ID": self.ready["access_key_id"],
                "ALIBABA_CLOUD_ACCESS_KEY_SECRET": self.ready["access_key_secret"],
                "ALIBABA_CLOUD_REGION_ID": self.ready["region"], "ALIBABA_CLOUD_ENDPOINT": self.ready["alibaba"]}

    def control(self, path, post=False):
        request = urllib.request.Request(self.ready["control"].rstrip("/") + path, method="POST" if post else "GET")
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def signed(self, action, query):
        """(url, headers) of one signed ECS call (signature version 3)."""
        base = self.ready["alibaba"].rstrip("/")
        text = "&".join(f"{percent(k)}={percent(v)}" for k, v in sorted(query.items()))
        headers = {"host": urllib.parse.urlsplit(base).netloc, "x-acs-action": action, "x-acs-version": "2014-05-26",
                   "x-acs-date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
                   "x-acs-signature-nonce": uuid.uuid4().hex, "x-acs-content-sha256": hashlib.sha256(b"").hexdigest()}
        names = ";".join(sorted(headers))
        canonical = "POST\n/\n" + text + "\n" + "".join(f"{k}:{headers[k]}\n" for k in sorted(headers)) + "\n" + names + "\n" \
            + headers["x-acs-content-sha256"]
        to_sign = "ACS3-HMAC-SHA256\n" + hashlib.sha256(canonical.encode()).hexdigest()
        signature = hmac.new(self.ready["access_key_secret"].encode(), to_sign.encode(), hashlib.sha256).hexdigest()
        headers["Authorization"] = f"ACS3-HMAC-SHA256 Credential={self.ready['access_key_id']},SignedHeaders={names},Signature={signature}"
        del headers["host"]
        return f"{base}/?{text}", headers

    def call(self, action, **query):
        url, headers = self.signed(action, query)
        with urllib.request.urlopen(urllib.request.Request(url, method="POST", headers=headers), timeout=60) as answer:
            return json.load(answer)

    def regions(self):
        return [r["RegionId"] for r in self.call("DescribeRegions")["Regions"]["Region"]]

    def curl_pages(self):
        """(region, page) of every page of 100 instances of the world."""
        pages = []
        for region in self.regions():
            total = self.call("DescribeInstances", RegionId=region, PageNumber=1, PageSize=1)["TotalCount"]
            pages += [(region, n + 1) for n in range((total + 99) // 100)]
        pages.sort(key=lambda p: p[1])
        return pages

    def curl_config(self, pages):
        """A curl -K file that fetches all those pages once, signed now."""
        lines = []
        for region, page in pages:
            url, headers = self.signed("DescribeInstances", {"RegionId": region, "PageNumber": page, "PageSize": 100})
            lines.append("next" if lines else "")
            lines += [f'url = "{url}"', "request = POST", 'output = "/dev/null"', "silent", "http1.1"]
            lines += [f'header = "{k}: {v}"' for k, v in headers.items()]
        handle, path = tempfile.mkstemp(suffix=".curl")
        with os.fdopen(handle, "w") as file:
            file.write("\n".join(lines))
        return path


def run(arguments, environment=None, stdout=subprocess.DEVNULL):
    """Runs a whole process; returns (wall seconds, CPU seconds, peak RSS in MB, exit status)."""
    begin = time.monotonic()
    process = subprocess.Popen(arguments, env=environment, stdout=stdout, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return time.monotonic() - begin, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, process.returncode


def fsync_floor(folder, count=200):
    """Seconds of one bare append of 200 bytes and fdatasync, as a list."""
    path = os.path.join(folder, "floor")
    handle = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    times = []
    for _ in range(count):
        begin = time.perf_counter()
        os.write(handle, b"x" * 200)
        os.fdatasync(handle)
        times.append(time.perf_counter() - begin)
    os.close(handle)
    os.unlink(path)
    return times


