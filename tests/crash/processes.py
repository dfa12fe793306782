# SPDX-License-Identifier: Apache-2.0
"""The programs of one world, as /proc tells of them: each one that was started with that world's home, also when its parent is gone."""
import os
import signal
import time


def read(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""


def of_home(home):
    """Process ids."""
    wanted = b"HOME=" + os.fsencode(home)
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit() and wanted in read(f"/proc/{name}/environ").split(b"\0"):
            found.append(int(name))
    return found


def about(pid):
    """Parent, state, and the words that it was called with; None when it is gone."""
    status, words = read(f"/proc/{pid}/stat"), read(f"/proc/{pid}/cmdline")
    if b")" not in status:
        return None
    state, parent = status.rsplit(b")", 1)[1].split()[:2]
    return int(parent), state.decode(), words.replace(b"\0", b" ").decode(errors="replace").strip()


def below(home, pid):
    """Those of the home that the process started, and what they started; without those that have ended."""
    parents = {each: about(each) for each in of_home(home)}
    found, fresh = [], [pid]
    while fresh:
        fresh = [each for each, known in parents.items() if known and known[0] in fresh and known[1] != "Z" and each not in found]
        found += fresh
    return found


def waits_for(pid):
    """Where in the kernel each thread of a process sleeps."""
    try:
        threads = os.listdir(f"/proc/{pid}/task")
    except OSError:
        return ""
    return " ".join(sorted({read(f"/proc/{pid}/task/{thread}/wchan").decode() or "?" for thread in threads}))


def holds(pid):
    """Pipes, sockets and locks that it has open."""
    found = []
    try:
        for name in os.listdir(f"/proc/{pid}/fd"):
            target = os.readlink(f"/proc/{pid}/fd/{name}")
            if target.split(":")[0] in ("pipe", "socket") or target.endswith(".lock"):
                found.append(f"{name}={target}")
    except OSError:
        pass
    return " ".join(found)


def tell_one(pid):
    known = about(pid)
    return f"    {pid} of {known[0]}, {known[1]}, in {waits_for(pid)}: {known[2][:300]}\n      {holds(pid)}" if known else f"    {pid} is gone"


def tell(home):
    return "\n".join(tell_one(pid) for pid in of_home(home)) or "    no program of it runs"


def kill(pid, number=signal.SIGKILL):
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True


def end_all(home):
    """Ends everything of the home, also what is started meanwhile."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        left = [pid for pid in of_home(home) if (about(pid) or (0, "Z"))[1] != "Z"]
        if not left:
            return
        for pid in left:
            kill(pid)
        time.sleep(0.005)
