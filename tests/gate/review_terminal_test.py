#!/usr/bin/env python3
"""`buildprint accept` as a person meets it, on a terminal: review_terminal_test.py BUILDPRINT TELL_FINGERPRINT"""
import json
import os
import pathlib
import pty
import select
import subprocess
import sys
import tempfile
import time

BUILDPRINT, MAKER = (os.path.abspath(path) for path in sys.argv[1:3])
CLEAR = "\x1b[2J\x1b[H"
QUESTION = "[q]uit: "
BASE = ["exec /usr/bin/make"]
FRESH = ["exec /usr/bin/make > /usr/bin/curl", "connect /usr/bin/make > /usr/bin/curl -> fonts.example:443/tcp",
         "exec /usr/bin/make > /usr/bin/npm install > /usr/bin/nc",
         "exec /usr/bin/make > /usr/bin/cargo build > /usr/bin/jq"]


def git(path, *arguments):
    subprocess.run(["git", "-c", "user.name=Ann", "-c", "user.email=ann@example.com", *arguments], cwd=path, check=True)


class Terminal:
    """The program with a terminal of 80 columns; what it shows is read until a text comes."""

    def __init__(self, directory, *arguments, **environment):
        self.shown = ""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(directory)
            os.execve(BUILDPRINT, [BUILDPRINT, *arguments],
                      {"PATH": os.environ["PATH"], "HOME": str(directory), "TERM": "xterm-256color", "COLUMNS": "80",
                       "LC_ALL": "C.UTF-8", **environment})

    def until(self, text):
        """What came since the last question, up to `text`."""
        start, end = len(self.shown), time.monotonic() + 20
        while text not in self.shown[start:]:
            assert time.monotonic() < end, f"no {text!r} in {self.shown[start:]!r}"
            if not select.select([self.fd], [], [], 0.2)[0]:
                continue
            try:
                self.shown += os.read(self.fd, 65536).decode()
            except OSError:  # Linux: the other side is closed
                break
        assert text in self.shown[start:], f"no {text!r} in {self.shown[start:]!r}"
        return self.shown[start:]

    def type(self, keys):
        os.write(self.fd, keys.encode())

    def status(self):
        try:
            while chunk := os.read(self.fd, 65536):
                self.shown += chunk.decode()
        except OSError:
            pass
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def fingerprint(lines):
    return subprocess.run([MAKER, *lines], capture_output=True, text=True, check=True).stdout


def workspace(scratch, name):
    path = pathlib.Path(scratch) / name
    (path / ".buildprint").mkdir(parents=True)
    git(path, "init", "-q", "-b", "main")
    (path / ".buildprint/unit.json").write_text(fingerprint(BASE))
    git(path, "add", "-A")
    git(path, "commit", "-q", "-m", "Baseline of unit")
    (path / ".buildprint/unit.json.new").write_text(fingerprint(BASE + FRESH))
    return path


def accept_reject_skip_explain(scratch):
    path = workspace(scratch, "all")
    terminal = Terminal(path, "accept")
    first = terminal.until(QUESTION)
    assert first.count(CLEAR) == 1 and "Finding 1 of 3" in first and "Finding 2" not in first, first
    assert "fonts.example" in first, "the highest score comes first"
    assert len(first.splitlines()) <= 24, "more than a screen"
    terminal.type("e\r")
    assert "weight" in terminal.until(QUESTION)
    terminal.type("a\r")
    terminal.until("Why is it accepted? ")
    terminal.type("\r")
    terminal.until("Why is it accepted? ")  # nothing is accepted without a reason
    terminal.type("our fonts\r")
    second = terminal.until(QUESTION)
    assert "Finding 2 of 3" in second and "fonts.example" not in second.split(CLEAR)[-1], second
    terminal.type("r\r")
    terminal.until("Why is it rejected? ")
    terminal.type("never here\r")
    assert "Finding 3 of 3" in terminal.until(QUESTION)
    terminal.type("s\r")
    assert terminal.status() == 1, "one is left to decide"
    policy = json.loads((path / ".buildprint/policy.json").read_text())
    assert [entry["reason"] for entry in policy["accepted"]] == ["our fonts"], policy
    assert [entry["reason"] for entry in policy["deny"]] == ["never here"], policy
    assert "fonts.example" in (path / ".buildprint/unit.json").read_text()
    assert (path / ".buildprint/unit.json.new").exists(), "it is still needed"


def quitting_keeps_what_was_decided(scratch):
    path = workspace(scratch, "quit")
    before = (path / ".buildprint/unit.json").read_text()
    for keys in ("q\r", "\x04"):
        terminal = Terminal(path, "accept")
        terminal.until(QUESTION)
        terminal.type(keys)
        assert terminal.status() == 1
    assert (path / ".buildprint/unit.json").read_text() == before
    assert not (path / ".buildprint/policy.json").exists()


def without_color(scratch):
    path = workspace(scratch, "plain")
    terminal = Terminal(path, "accept", "--reason", "all of it", NO_COLOR="1")
    for _ in range(3):
        assert "\x1b" not in terminal.until(QUESTION)
        terminal.type("a\r")
    assert terminal.status() == 0
    assert not (path / ".buildprint/unit.json.new").exists()


with tempfile.TemporaryDirectory() as scratch_directory:
    accept_reject_skip_explain(scratch_directory)
    quitting_keeps_what_was_decided(scratch_directory)
    without_color(scratch_directory)
