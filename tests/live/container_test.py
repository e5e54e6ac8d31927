#!/usr/bin/env python3
"""Containers, end to end, with an engine of the test's own: its data, its socket, its images.

container_test.py BUILDPRINT [unittest options]     needs root; skips (77) where no engine can run
"""
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

BUILDPRINT = os.path.abspath(sys.argv.pop(1))
RUNS = int(os.environ.get("BUILDPRINT_CONTAINER_RUNS", "10"))
APPLETS = ("sh", "true", "false", "sleep", "cat", "id", "ls", "nc", "kill", "mkdir", "touch", "env", "chmod")
PASSWD = "root:x:0:0:root:/root:/bin/sh\nworker:x:1234:1234::/home/worker:/bin/sh\n"


def skip(why):
    print("skipped: " + why)
    sys.exit(77)


def run(*arguments, **options):
    options.setdefault("stdin", subprocess.DEVNULL)
    return subprocess.run(arguments, capture_output=True, text=True, timeout=120, **options)


class Engine:
    """A dockerd that shares nothing with another one on the machine."""

    def __init__(self):
        self.directory = tempfile.mkdtemp(prefix="buildprint-engine-")
        self.log = open(self.path("log"), "w")
        self.process = subprocess.Popen(
            ["dockerd", "--data-root", self.path("data"), "--exec-root", self.path("exec"), "--pidfile",
             self.path("pid"), "--host", "unix://" + self.path("docker.sock"), "--bridge=none", "--iptables=false",
             "--ip6tables=false", "--storage-driver=vfs"], stdout=self.log, stderr=self.log)
        os.environ["DOCKER_HOST"] = "unix://" + self.path("docker.sock")
        deadline = time.monotonic() + 30
        while run("docker", "version").returncode != 0:
            if self.process.poll() is not None or time.monotonic() > deadline:
                with open(self.path("log")) as log:
                    reason = log.read().strip().splitlines()[-1:]
                self.stop()
                skip("dockerd does not run here: " + " ".join(reason))
            time.sleep(0.1)

    def path(self, name):
        return os.path.join(self.directory, name)

    def make_image(self, name):
        root = self.path("image")
        for folder in ("bin", "etc", "tmp", "root"):
            os.makedirs(os.path.join(root, folder))
        shutil.copy(shutil.which("busybox"), os.path.join(root, "bin/busybox"))
        for applet in APPLETS:
            os.symlink("busybox", os.path.join(root, "bin", applet))
        os.chmod(os.path.join(root, "tmp"), 0o1777)
        with open(os.path.join(root, "etc/passwd"), "w") as file:
            file.write(PASSWD)
        archive = subprocess.run(["tar", "-C", root, "-c", "."], capture_output=True, check=True).stdout
        subprocess.run(["docker", "import", "-", name], input=archive, capture_output=True, check=True)

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=30)
        self.log.close()
        shutil.rmtree(self.directory, ignore_errors=True)


def setUpModule():
    global engine
    engine = Engine()
    unittest.addModuleCleanup(engine.stop)
    engine.make_image("shop/tiny:1.3")


class ContainerTest(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.mkdtemp(prefix="buildprint-live-")
        self.addCleanup(shutil.rmtree, self.directory)

    def path(self, name):
        return os.path.join(self.directory, name)

    def buildprint(self, *arguments, **how):
        how.setdefault("cwd", self.directory)
        return run(BUILDPRINT, *arguments, **how)

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

    def assert_one_clear_line(self, result, text):
        lines = [line for line in result.stderr.splitlines() if "recording as root" not in line]
        self.assertEqual(len(lines), 2, result.stderr)
        self.assertRegex(lines[0], "^buildprint: ")
        self.assertIn(text, lines[0])
        self.assertRegex(lines[1], "^  try: ")

    # From the first instruction.

    def test_a_container_is_recorded_from_its_first_instruction_and_nothing_of_its_runtime(self):
        result = self.record_image("sh", "-c", "true; cat /etc/passwd")
        self.assertEqual((result.returncode, result.stdout), (0, PASSWD), result.stderr)
        self.assert_complete()
        self.assertEqual(self.lineages(), ["container:shop/tiny", "container:shop/tiny > /usr/bin/busybox sh -c",
                                           "container:shop/tiny > /usr/bin/busybox sh -c > /usr/bin/busybox cat"])

    def test_every_short_container_is_recorded_whole(self):
        fingerprints = set()
        for _ in range(RUNS):
            self.assertEqual(self.record_image("true").returncode, 0)
            self.assert_complete()
            with open(self.path("out.json")) as file:
                fingerprints.add(file.read())
        self.assertEqual(len(fingerprints), 1)
        self.assertEqual(self.lineages(), ["container:shop/tiny", "container:shop/tiny > /usr/bin/busybox true"])

    def test_status_is_the_commands(self):
        for script, status in (("exit 0", 0), ("exit 7", 7), ("sleep 9 & kill -9 $!; wait $!", 137)):
            self.assertEqual(self.record_image("sh", "-c", script).returncode, status, script)

    def test_standard_input_reaches_the_container(self):
        result = self.record_image("cat", options=("-i",), stdin=None, input="hello\n")
        self.assertEqual((result.returncode, result.stdout), (0, "hello\n"), result.stderr)

    def test_users_paths_and_directories_are_those_inside(self):
        os.mkdir(self.path("shop"))
        os.chmod(self.path("shop"), 0o777)
        subprocess.run(["git", "init", "-q"], cwd=self.path("shop"), check=True)
        open(self.path("shop/Makefile"), "w").close()
        os.chmod(self.path("shop/Makefile"), 0o666)
        subprocess.run(["git", "add", "Makefile"], cwd=self.path("shop"), check=True)
        result = self.record_image("sh", "-c", "id -un; touch /tmp/t; echo all: >Makefile; echo >new", options=(
            "-v", self.path("shop") + ":/src", "-w", "/src", "--user", "worker"))
        self.assertEqual((result.returncode, result.stdout), (0, "worker\n"), result.stderr)
        behaviors = self.fingerprint()["behaviors"]
        self.assertEqual({b["user"] for b in behaviors}, {"builder"})
        self.assertEqual({b["object"] for b in behaviors if b["kind"] == "write"}, {"$TMP", "$WS", "tracked:$WS/Makefile"})
        result = self.record_image("sh", "-c", "exec true", options=("--user", "0", "--hostname", "box"))
        self.assertEqual({b["user"] for b in self.fingerprint()["behaviors"]}, {"root"})

    def test_what_was_made_is_removed(self):
        before = run("docker", "ps", "--all", "--quiet").stdout
        self.record_image("true")
        self.record_image("no-such-program")
        self.assertEqual(run("docker", "ps", "--all", "--quiet").stdout, before)

    # What can go wrong.

    def test_a_command_that_the_image_has_not(self):
        result = self.record_image("no-such-program")
        self.assertEqual(result.returncode, 127, result.stderr)
        self.assertIn("buildprint: the container did not start: ", result.stderr)
        result = self.record_image("/etc/passwd")
        self.assertEqual(result.returncode, 126, result.stderr)
        self.assertFalse(os.path.exists(self.path("out.json")))

    def test_an_image_that_there_is_not(self):
        result = self.record("--image", "localhost:1/nothing", "--", "true")
        self.assertEqual(result.returncode, 125)
        self.assert_one_clear_line(result, "cannot make a container of localhost:1/nothing")

    def test_an_engine_that_does_not_run(self):
        environment = dict(os.environ, DOCKER_HOST="unix://" + self.path("nothing.sock"))
        result = self.record("--image", "shop/tiny:1.3", "--", "true", env=environment)
        self.assertEqual(result.returncode, 125)
        self.assert_one_clear_line(result, "Cannot connect to the Docker daemon")

    def test_an_engine_that_this_user_may_not_ask(self):
        setpriv = ("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--")
        os.chmod(self.directory, 0o777)
        shutil.copy(BUILDPRINT, self.path("buildprint"))
        os.chmod(engine.directory, 0o755)
        result = run(*setpriv, self.path("buildprint"), "record", "--image", "shop/tiny:1.3", "--", "true",
                     cwd=self.directory)
        self.assertEqual(result.returncode, 125)
        self.assert_one_clear_line(result, "permission denied")

    def test_an_option_that_the_engine_does_not_know(self):
        result = self.record("--image", "shop/tiny:1.3", "--detach", "--", "true")
        self.assertEqual(result.returncode, 125)
        self.assert_one_clear_line(result, "unknown flag: --detach")


if __name__ == "__main__":
    if os.geteuid() != 0:
        skip("an engine needs root")
    for tool in ("docker", "dockerd", "busybox"):
        if not shutil.which(tool):
            skip(tool + " is not installed")
    if run(BUILDPRINT, "doctor").returncode == 2:
        skip("this machine cannot record:\n" + run(BUILDPRINT, "doctor").stdout)
    unittest.main()
