# SPDX-License-Identifier: Apache-2.0
"""The Alibaba Cloud guide, walked and taken away again on the simulator: what each step costs besides waiting."""
import os
import shutil
import statistics
import subprocess

from world import World

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SCALE = "2000"


def answers(home):
    """The answers to walk with; without kubectl nothing can be deployed."""
    path = os.path.join(SOURCE, "tests/answers/alibaba-peer-pods.cfg")
    if shutil.which("kubectl"):
        return path
    with open(path) as given:
        text = "".join(line for line in given if not line.startswith("DEPLOY"))
    path = os.path.join(home, "answers.cfg")
    with open(path, "w") as file:
        file.write(text + 'DEPLOY = "none";\n')
    return path


def walk(build, home):
    """{(verb, step): milliseconds of the engine's own} of one walk and its undo."""
    with World(build, "--scenario", "empty", "--time-scale", SCALE) as world:
        environment = {**world.environment(home), "PATH": SOURCE + "/tests/stand-ins:" + os.environ["PATH"], "PEERDECK_TIME_SCALE": SCALE,
                       "PEERDECK_ENDPOINT": world.ready["alibaba"], "PEERDECK_OSS_ENDPOINT": world.ready["oss"]}
        output = subprocess.run([os.path.join(build, "guide-bench"), "alibaba/peer-pods", answers(home)], env=environment, cwd=build, check=True,
                                capture_output=True, text=True, timeout=120).stdout
    # Keys of several of a kind end in an id that differs from world to world.
    return {(verb, key.split("[")[0]): int(own) / 1000 for verb, key, own, _, _ in (line.split() for line in output.splitlines())}


def measure(build, home, runs):
    """Of each step the median of the runs: a list of (milliseconds, verb, step), the most first."""
    walks = [walk(build, os.path.join(home, str(number))) for number in range(runs)]
    return sorted(((statistics.median(w[step] for w in walks if step in w), *step) for step in walks[0]), reverse=True)
