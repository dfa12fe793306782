# SPDX-License-Identifier: Apache-2.0
"""The console in a pseudo terminal, measured from outside: bytes, frames, time to the last byte, CPU, wake-ups."""
import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time


class Console:
    def __init__(self, arguments, environment, rows=50, columns=200):
        self.begin = time.monotonic()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execvpe(arguments[0], arguments, environment)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.log = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        """Ends it; returns the resource usage of the whole run."""
        if self.pid is None:
            return None
        try:
            os.kill(self.pid, signal.SIGTERM)
            deadline = time.monotonic() + 5
            while time.monotonic() < deadline:
                self.read(0.05)
                pid, _, usage = os.wait4(self.pid, os.WNOHANG)
                if pid:
                    return usage
            os.kill(self.pid, signal.SIGKILL)
            return os.wait4(self.pid, 0)[2]
        finally:
            os.close(self.fd)
            self.pid = None

    def read(self, timeout):
        """What arrives within `timeout` seconds at the latest; b"" = nothing."""
        if not select.select([self.fd], [], [], timeout)[0]:
            return b""
        try:
            data = os.read(self.fd, 1 << 16)
        except OSError:
            return b""
        self.log += data
        return data

    def until(self, text, timeout=30):
        """Seconds since the start until `text` (bytes) was written; None = never."""
        begin = len(self.log)
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if text in self.log[max(0, begin - len(text)):] or text in self.log:
                return time.monotonic() - self.begin
            self.read(0.01)
        return None

    def quiet(self, seconds=0.3, timeout=60):
        """Reads until nothing came for so long."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline and self.read(seconds):
            pass

    def key(self, keys, quiet=0.03, timeout=5):
        """Sends keys; returns (seconds to the last byte, bytes)."""
        begin = last = time.monotonic()
        os.write(self.fd, keys)
        count, deadline = 0, begin + timeout
        while time.monotonic() < deadline:
            data = self.read(quiet if count else 0.5)
            if not data:
                break
            last = time.monotonic()
            count += len(data)
        return last - begin, count

    def status(self, name):
        with open(f"/proc/{self.pid}/status") as file:
            for line in file:
                if line.startswith(name + ":"):
                    return int(line.split()[1])
        return 0

    def rss_mb(self):
        return self.status("VmRSS") / 1024

    def peak_mb(self):
        return self.status("VmHWM") / 1024

    def cpu(self):
        with open(f"/proc/{self.pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def wakeups(self):
        """Voluntary context switches of all its threads so far."""
        total = 0
        for task in os.listdir(f"/proc/{self.pid}/task"):
            with open(f"/proc/{self.pid}/task/{task}/status") as file:
                total += sum(int(l.split()[1]) for l in file if l.startswith("voluntary_ctxt"))
        return total
