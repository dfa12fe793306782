#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""peerdeck guide, asked and answered line by line, on a terminal and through a pipe: wrong answers are told and asked for again, an input that
ends and a Ctrl-C lose nothing. Against peerdeck-sim; run in the build folder; an argument selects the tests whose name contains it."""
import os
import pty
import re
import select
import shutil
import subprocess
import sys
import time

from guide import BUILD, NAME, World, ended, main, prints

PROMPTS = re.compile(r"(?:^|\n|\r)([^\r\n]*(?:: |\[y/N\] ))$")
LIMIT = 60


class Talk:
    """A person who reads questions and types answers; without a terminal, a program that does."""

    def __init__(self, world, *words, terminal=False):
        self.text, self.seen = "", 0
        ours, theirs = pty.openpty() if terminal else (None, None)
        self.process = subprocess.Popen([BUILD + "/peerdeck", "guide", *words], env=world.environment(), stdin=theirs if terminal else subprocess.PIPE,
                                        stdout=theirs if terminal else subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
                                        preexec_fn=own_terminal if terminal else None)
        self.out = ours if terminal else self.process.stdout.fileno()
        self.into = ours if terminal else self.process.stdin.fileno()
        self.terminal = terminal
        if terminal:
            os.close(theirs)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(20)
        if self.terminal:
            os.close(self.out)
        else:
            self.process.stdout.close()
            self.process.stdin.close()

    def read(self, seconds):
        """False at the end of what it says."""
        if not select.select([self.out], [], [], seconds)[0]:
            return True
        try:
            data = os.read(self.out, 65536)
        except OSError:
            data = b""
        self.text += data.decode(errors="replace")
        return bool(data)

    def prompt(self):
        """The question that it waits at; None when it has ended."""
        deadline = time.monotonic() + LIMIT
        while time.monotonic() < deadline:
            found = PROMPTS.search(self.text[self.seen:])
            if found:
                return found.group(1).strip()
            if not self.read(0.2):
                return None
        raise AssertionError(f"no question came: {self.text[-800:]!r}")

    def until(self, words):
        deadline = time.monotonic() + LIMIT
        while words not in self.text:
            assert time.monotonic() < deadline and self.read(0.2), f"{words!r} was not said: {self.text[-800:]!r}"

    def type(self, text):
        self.seen = len(self.text)
        os.write(self.into, text.encode())

    def end(self):
        """No more input."""
        if self.terminal:
            self.type("\x04")
        else:
            self.process.stdin.close()

    def status(self):
        deadline = time.monotonic() + LIMIT
        while self.read(0.2) and time.monotonic() < deadline:
            pass
        return self.process.wait(20)

    def answer(self, answers, stop=None):
        """Types answers by the beginning of their questions, one after the other, else an empty line; up to the question `stop`."""
        asked = []
        while (prompt := self.prompt()) is not None:
            asked.append(prompt)
            if stop and prompt.startswith(stop):
                return asked
            waiting = next((list_ for name, list_ in answers.items() if prompt.startswith(name)), None)
            self.type((waiting.pop(0) if waiting else "") + "\n")
        return asked


def own_terminal():
    import fcntl
    import termios
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def said(talk, *words):
    text = talk.text.replace("\r", "")
    for word in words:
        assert word in text, f"it was not said that {word!r}: {text[-1500:]!r}"


def kept(talk):
    """The file in which it says that the answers are."""
    found = re.search(r"what was typed is kept; peerdeck guide run \S+ --answers (\S+) goes on with it", talk.text.replace("\r", ""))
    assert found, f"nothing is kept: {talk.text[-800:]!r}"
    assert os.stat(found.group(1)).st_mode & 0o77 == 0, "others may read it"
    return found.group(1)


def answers(**more):
    usual = {"Region [": ["1"], "Ordinary VMs": ["nope", "false"], "Zone [": ["cn-beijing-i"], "Image [": ["6", "community"], "Its id": ["x", "m-2zecaapodvm"],
             "Name [": ["-x", "caa"], "Addresses of the VPC": ["10.0.0.1/8", ""], "How many": ["many", "1000", "1"], "Deploy CAA": ["helm"],
             "Go on in spite": ["y"], "Type": ["cab", "caa"]}
    usual.update(more)
    return usual


TOLD = ('true or false, not "nope"', '"6" is none of community, own', '"x" cannot be taken', '"-x" cannot be taken', "1 to 40 letters",
        "is no range of addresses", '"many" is no number', "1000 is not between 1 and 100", "that is not caa")


def walked(terminal):
    with World() as world:
        before = world.truth()
        with Talk(world, "run", NAME, "--plain", terminal=terminal) as talk:
            asked = talk.answer(answers())
            assert talk.status() == 0, talk.text[-1500:]
            said(talk, *TOLD, "Done. This run", "pod default/nginx")
            assert sum(prompt.startswith("How many") for prompt in asked) == 3 and not any("file" in prompt for prompt in asked), asked
            assert "what was typed is kept" not in talk.text
        with Talk(world, "undo", NAME, "--plain", terminal=terminal) as talk:
            talk.answer({"Type": ["undo"]})
            assert talk.status() == 0, talk.text[-1500:]
            said(talk, "Nothing of this run is left.")
        world.comes_back_to(before)


def the_whole_guide_is_walked_on_a_terminal():
    walked(True)


def the_whole_guide_is_walked_through_a_pipe():
    walked(False)


def an_input_that_ends_loses_no_answer():
    with World() as world:
        before = world.truth()
        for terminal in (True, False):
            with Talk(world, "run", NAME, "--plain", terminal=terminal) as talk:
                talk.answer(answers(), "VPC and vSwitch")
                talk.end()
                assert talk.status() == 2, talk.text[-800:]
                said(talk, "the input ended where NETWORK was asked for; nothing was made", "--answers FILE")
                file = kept(talk)
            with open(file) as text:
                assert 'IMAGEID = "m-2zecaapodvm"' in text.read()
            # Only what is still open is asked for.
            with Talk(world, "plan", NAME, "--plain", "--answers", file, terminal=terminal) as talk:
                assert talk.prompt().startswith("VPC and vSwitch"), talk.text
                talk.answer(answers())
                assert talk.status() == 0, talk.text[-800:]
                said(talk, "ACK cluster caa")
            os.unlink(file)
        # An end at the approval approves of nothing.
        with Talk(world, "run", NAME, "--plain") as talk:
            talk.answer(answers(), "Type")
            talk.end()
            assert talk.status() == 130, talk.text[-800:]
            said(talk, "not approved; nothing was made")
            file = kept(talk)
        with Talk(world, "run", NAME, "--answers", file, "--yes") as talk:
            assert talk.status() == 0, talk.text[-800:]
        ended(world.guide("undo", NAME, "--yes"), 0)
        world.comes_back_to(before)


def a_ctrl_c_ends_it_at_once_and_loses_no_answer():
    with World() as world:
        before = world.truth()
        for stop, words in (("Zone [", "interrupted; nothing was made"), ("Its id", "interrupted; nothing was made"), ("Go on in spite", "nothing was made"),
                            ("Type", "not approved; nothing was made")):
            with Talk(world, "run", NAME, "--plain", terminal=True) as talk:
                talk.answer(answers(), stop)
                talk.type("half an ans\x03")
                assert talk.status() == 130, f"{stop}: {talk.text[-800:]}"
                said(talk, words)
                kept(talk)
            assert world.truth() == before, "something was made"
        # In the middle of the walk it stops, and goes on from there.
        with Talk(world, "run", NAME, "--plain", terminal=True) as talk:
            typed = answers()
            talk.answer(typed, "Type")
            talk.type("caa\n")
            talk.until("Create the vSwitch: ")
            talk.type("\x03")
            assert talk.status() == 130, talk.text[-800:]
            said(talk, "guide resume", "guide undo")
        with Talk(world, "resume", NAME, "--plain", terminal=True) as talk:
            talk.answer({})
            assert talk.status() == 0, talk.text[-1500:]
            said(talk, "Done. This run")
        ended(world.guide("undo", NAME, "--yes"), 0)
        world.comes_back_to(before)


def what_is_no_answer_is_not_taken_for_one():
    with World() as world:
        before = world.truth()
        with Talk(world, "run", NAME, "--plain") as talk:
            talk.prompt()
            talk.type("x" * 9000 + "\n")
            assert talk.prompt().startswith("Instance type"), "the rest of a long line is an answer"
            said(talk, "that line is too long")
            # Twenty wrong ones are enough.
            talk.answer({"Ordinary VMs": ["perhaps"] * 30})
            assert talk.status() == 2, talk.text[-500:]
            said(talk, "DISABLECVM: no answer that can be taken; nothing was made")
        # The preflight fails: what was typed is kept, to be mended.
        with Talk(world, "run", NAME, "--plain") as talk:
            talk.answer(answers(**{"Addresses of pods": ["192.168.0.0/16"]}))
            assert talk.status() == 3, talk.text[-800:]
            said(talk, "Choose another CONTAINER_CIDR", "preflight failed; nothing was made")
            file = kept(talk)
        with open(file) as text:
            assert 'CONTAINER_CIDR = "192.168.0.0/16"' in text.read()
        result = subprocess.run([BUILD + "/peerdeck", "guide", "run", NAME, "--plain"], env=world.environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
        ended(result, 2)
        prints(result, "Region [cn-beijing, default]:")
        assert world.truth() == before


if __name__ == "__main__":
    if not shutil.which("kubectl"):
        print("no kubectl: skipped")
        sys.exit(77)
    sys.exit(main([the_whole_guide_is_walked_on_a_terminal, the_whole_guide_is_walked_through_a_pipe, an_input_that_ends_loses_no_answer,
                   a_ctrl_c_ends_it_at_once_and_loses_no_answer, what_is_no_answer_is_not_taken_for_one]))
