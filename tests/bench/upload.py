# SPDX-License-Identifier: Apache-2.0
"""The same parts of a file into object storage by peerdeck's upload and by curl --parallel.

curl cannot send a range of a file, so it has the parts as files of their own. Both read from the page cache, use as many connections and
talk to the same simulator, whose receiving takes longer than either's sending; so the two go by turns, now one first, now the other."""
import hashlib
import hmac
import os
import re
import subprocess
import tempfile
import time
import urllib.request

from world import run

PART = 16 << 20


def signed(world, method, bucket, key, query, more=()):
    """Headers of one request to object storage (signature version 4)."""
    date = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    region, secret = world.ready["region"], world.ready["access_key_secret"]
    headers = {"x-oss-date": date, "x-oss-content-sha256": "UNSIGNED-PAYLOAD", **dict(more)}
    canonical = f"{method}\n/{bucket}/{key}\n{query}\n" + "".join(f"{k}:{headers[k]}\n" for k in sorted(headers)) + "\n\nUNSIGNED-PAYLOAD"
    scope = f"{date[:8]}/{region}/oss/aliyun_v4_request"
    text = f"OSS4-HMAC-SHA256\n{date}\n{scope}\n" + hashlib.sha256(canonical.encode()).hexdigest()
    sign = ("aliyun_v4" + secret).encode()
    for word in (date[:8], region, "oss", "aliyun_v4_request"):
        sign = hmac.new(sign, word.encode(), hashlib.sha256).digest()
    headers["Authorization"] = f"OSS4-HMAC-SHA256 Credential={world.ready['access_key_id']}/{scope},Signature=" \
        + hmac.new(sign, text.encode(), hashlib.sha256).hexdigest()
    return headers


def ask(world, method, bucket, key, query):
    headers = signed(world, method, bucket, key, query, (("content-type", "application/xml"),))
    request = urllib.request.Request(f"{world.ready['oss']}/{bucket}/{key}?{query}", method=method, headers=headers, data=b"" if method == "POST" else None)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.read().decode()


def by_curl(world, pieces, parallel):
    """(seconds, CPU seconds) that curl takes for the parts."""
    bucket = world.ready["bucket"]
    upload = re.search("<UploadId>(.*)</UploadId>", ask(world, "POST", bucket, "curl", "uploads")).group(1)
    config = ["parallel", f"parallel-max = {parallel}", "parallel-immediate", "silent", "fail"]
    for number, piece in enumerate(pieces, 1):
        query = f"partNumber={number}&uploadId={upload}"
        config += [f'url = "{world.ready["oss"]}/{bucket}/curl?{query}"', f'upload-file = "{piece}"', 'output = "/dev/null"', 'header = "Expect:"']
        config += [f'header = "{k}: {v}"' for k, v in signed(world, "PUT", bucket, "curl", query).items()] + ["next"]
    with tempfile.NamedTemporaryFile("w", suffix=".curl") as file:
        file.write("\n".join(config[:-1]) + "\n")
        file.flush()
        spent, cpu, _, status = run(["curl", "-K", file.name])
    ask(world, "DELETE", bucket, "curl", f"uploadId={upload}")
    assert status == 0, f"curl ended with {status}"
    return spent, cpu


def by_peerdeck(world, build, home, path):
    """(seconds, parts, parts at a time, CPU seconds) of the whole upload, from looking to verifying."""
    environment = {**world.environment(home), "PEERDECK_OSS_ENDPOINT": world.ready["oss"]}
    output = subprocess.run([os.path.join(build, "upload-bench"), path, world.ready["bucket"]], env=environment, capture_output=True, text=True,
                            check=True).stdout.split()
    return int(output[0]) / 1000, int(output[1]), int(output[2]), int(output[3]) / 1000


def measure(world, build, home, megabytes, runs):
    """Pairs of (seconds, CPU seconds), ours and curl's, of runs by turns; and the number of parts at a time."""
    ours, theirs, parallel = [], [], 0

    def one():
        nonlocal parallel
        seconds, count, parallel, cpu = by_peerdeck(world, build, home, path)
        assert count == len(pieces), f"{count} parts, not {len(pieces)}"
        return seconds, cpu

    with tempfile.TemporaryDirectory(prefix="peerdeck-upload-") as folder:
        path = os.path.join(folder, "image")
        piece = os.urandom(1 << 20)
        with open(path, "wb") as file:
            for _ in range(megabytes):
                file.write(piece)
        pieces = []
        for at in range(0, megabytes << 20, PART):
            pieces.append(os.path.join(folder, f"part{at // PART}"))
            with open(path, "rb") as whole, open(pieces[-1], "wb") as part:
                whole.seek(at)
                part.write(whole.read(PART))
        one()  # the first to write where nobody has written yet would pay for the memory
        for number in range(runs):
            if number % 2:
                theirs.append(by_curl(world, pieces, parallel))
            ours.append(one())
            if number % 2 == 0:
                theirs.append(by_curl(world, pieces, parallel))
    return ours, theirs, parallel
