"""What the tests of containers share. Imported, it takes the program from the command line."""
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

from engine import Engine, EngineDoesNotRun
from live import LiveTest, require_probe, skip

BUILDPRINT = os.path.abspath(sys.argv.pop(1))
APPLETS = ("sh", "true", "false", "sleep", "cat", "id", "ls", "nc", "kill", "mkdir", "touch", "env", "chmod")
PASSWD = "root:x:0:0:root:/root:/bin/sh\nworker:x:1234:1234::/home/worker:/bin/sh\n"


def run(*arguments, **options):
    options.setdefault("stdin", subprocess.DEVNULL)
    return subprocess.run(arguments, capture_output=True, text=True, timeout=120, **options)


def make_image(engine, name):
    root = engine.path("image")
    for folder in ("bin", "etc", "tmp", "root"):
        os.makedirs(os.path.join(root, folder))
    shutil.copy(shutil.which("busybox"), os.path.join(root, "bin/busybox"))
    for applet in APPLETS:
        os.symlink("busybox", os.path.join(root, "bin", applet))
    os.chmod(os.path.join(root, "tmp"), 0o1777)
    with open(os.path.join(root, "etc/passwd"), "w") as file:
        file.write(PASSWD)
    archive = subprocess.run(["tar", "-C", root, "-c", "."], capture_output=True, check=True).stdout
    subprocess.run(["docker", "import", "-", name], input=archive, capture_output=True, check=True,
                   env=engine.environment)


def start_engine():
    """For a module's tests."""
    try:
        ContainerCase.shared = Engine()
    except EngineDoesNotRun as why:
        skip(str(why))
    unittest.addModuleCleanup(ContainerCase.shared.stop)
    make_image(ContainerCase.shared, "shop/tiny:1.3")
    ContainerCase.shared.docker("tag", "shop/tiny:1.3", "shop/other:2")


class ContainerCase(LiveTest):
    shared = None  # the engine

    def setUp(self):
        self.directory = tempfile.mkdtemp(prefix="buildprint-live-")
        self.addCleanup(shutil.rmtree, self.directory)

    def path(self, name):
        return os.path.join(self.directory, name)

    @property
    def engine(self):
        return ContainerCase.shared

    @contextlib.contextmanager
    def another_engine(self, *arguments, **options):
        """Instead of the one that the tests share."""
        usual = ContainerCase.shared
        try:
            ContainerCase.shared = Engine(*arguments, **options)
        except EngineDoesNotRun as why:
            self.skip_here(str(why))
        try:
            make_image(self.engine, "shop/tiny:1.3")
            yield
        finally:
            self.engine.stop()
            ContainerCase.shared = usual

    def lend_ids(self, *names):
        """For an engine's setup: subordinate users and groups."""
        for file in ("/etc/subuid", "/etc/subgid"):
            if not os.path.exists(file):
                self.skip_here(file + " is not there: package uidmap")
        with open(self.path("ids"), "w") as file:
            file.writelines(f"{name}:200000:65536\n" for name in names)
        return "for file in /etc/subuid /etc/subgid; do mount --bind " + self.path("ids") + " $file; done"

    def buildprint(self, *arguments, before=(), **how):
        how.setdefault("cwd", self.directory)
        how.setdefault("env", self.engine.environment)
        return run(*before, BUILDPRINT, *arguments, **how)

    def record(self, *arguments, **how):
        return self.buildprint("record", "-o", self.path("out.json"), "--recording", self.path("out.jsonl"),
                               *arguments, **how)

    def record_image(self, *command, options=(), **how):
        return self.record("--image", "shop/tiny:1.3", "--network", "none", *options, "--", *command, **how)

    def fingerprint(self):
        with open(self.path("out.json")) as file:
            return json.load(file)

    def events(self, kind):
        with open(self.path("out.jsonl")) as file:
            return [event for event in map(json.loads, file) if event.get("event") == kind]

    def lineages(self, kind="exec"):
        return [" > ".join(b["lineage"]) for b in self.fingerprint()["behaviors"] if b["kind"] == kind]

    def assert_complete(self):
        fingerprint = self.fingerprint()
        self.assertTrue(fingerprint["complete"], fingerprint.get("incomplete_because"))

    def record_script(self, script, **how):
        with open(self.path("script"), "w") as file:
            file.write(script)
        result = self.record("--", "sh", "script", **how)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assert_complete()
        return result

    def others_repeat(self, command, environment=None):
        stop = self.path("stop")
        others = subprocess.Popen(["sh", "-c", f"until test -e {stop}; do {command}; done"], stdout=subprocess.DEVNULL,
                                  env=environment or self.engine.environment)
        self.addCleanup(others.wait)
        self.addCleanup(lambda: open(stop, "w").close())


def main():
    require_probe(BUILDPRINT)
    for tool in ("docker", "dockerd", "busybox"):
        if not shutil.which(tool):
            skip(tool + " is not installed")
    unittest.main()
