#!/usr/bin/env python3
"""Containers with other runtimes, cgroups, networks and engines: what a machine may have that this one has not.

engines_test.py BUILDPRINT [unittest options]     needs root; skips (77) where no engine can run
"""
import os
import shutil
import subprocess
import tempfile

from containers import BUILDPRINT, PASSWD, ContainerCase, main, run, start_engine
from engine import ALONE, BRIDGED, CGROUP_V1, CGROUP_V2


def setUpModule():
    start_engine()


OWN_USERS = {"subject": "container:shop/tiny", "name": "users", "value": "of a user namespace"}
COMPOSE = """
version: "3"
services:
  cache: {image: "shop/tiny:1.3", ports: ["127.0.0.1:16379:6379"], command: "sh -c 'while :; do nc -l -p 6379 -e true; done'"}
  app: {image: "shop/tiny:1.3", command: "nc cache 6379"}
"""


class DockerTest(ContainerCase):
    def record_with_runtime(self, runtime):
        result = self.record_image("true", options=("--runtime", runtime))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assert_complete()
        self.assertEqual(self.lineages(), ["container:shop/tiny", "container:shop/tiny > /usr/bin/busybox true"])
        self.record_script(f"docker run --rm --runtime {runtime} --network none shop/tiny:1.3 true")
        self.assertEqual([(e["image"], e["linked_by"]) for e in self.events("container")], [("shop/tiny:1.3", "request")])

    def test_cgroup_v1_alone_with_runc_and_crun(self):
        if not os.path.isdir("/sys/fs/cgroup/memory") and not os.path.isdir("/sys/fs/cgroup/pids"):
            self.skip_here("this system has no cgroup v1")
        with self.another_engine(CGROUP_V1):
            self.record_with_runtime("runc")
            if not shutil.which("crun"):
                self.skip_here("crun is not installed")
            alone = self.engine.docker("run", "--rm", "--runtime", "crun", "--network", "none", "shop/tiny:1.3", "true")
            if alone.returncode != 0:  # Ubuntu 24.04's crun is older than its Docker
                self.skip_here("this Docker and this crun do not work together: " + alone.stderr.splitlines()[0])
            self.record_with_runtime("crun")

    def test_cgroup_v2_alone(self):
        with self.another_engine(CGROUP_V2):
            self.record_with_runtime("runc")

    def test_users_of_a_user_namespace_are_those_inside(self):
        with self.another_engine(self.lend_ids("nobody", "nogroup"), network=(*ALONE, "--userns-remap=nobody:nogroup")):
            for user, called in (("root", "root"), ("worker", "builder")):
                result = self.record_image("sh", "-c", "id -un", options=("--user", user))
                self.assertEqual((result.returncode, result.stdout), (0, user + "\n"), result.stderr)
                self.assertEqual({b["user"] for b in self.fingerprint()["behaviors"]}, {called})
            self.assertIn(OWN_USERS, self.fingerprint()["attributes"])
            self.record_script("docker run --rm --network none --user worker shop/tiny:1.3 true; unshare --user true")
            users = {b["user"] for b in self.fingerprint()["behaviors"] if "container:shop/tiny" in b["lineage"]}
            self.assertEqual(users, {"other:1234"})
            self.assertIn("unshare user", {b["object"] for b in self.fingerprint()["behaviors"] if b["kind"] == "kernel"})

    def test_that_the_steps_of_an_image_are_not_seen_is_said(self):
        with open(self.path("Dockerfile"), "w") as file:
            file.write("FROM shop/tiny:1.3\nRUN cat /etc/passwd\n")
        usual_place = (f"mount -t tmpfs none /run; touch /run/docker.sock; mount --bind {self.engine.path('docker.sock')} "
                       '/run/docker.sock; exec "$@"')
        environment = {name: value for name, value in os.environ.items() if name != "DOCKER_HOST"}
        # Newer clients have BuildKit as a plugin: the distribution's goes first.
        result = self.record("--", "sh", "-c", "PATH=/usr/bin:$PATH DOCKER_BUILDKIT=1 docker build --network none --no-cache .",
                             before=("unshare", "--mount", "--propagation", "private", "sh", "-ec", usual_place, "sh"),
                             env=environment)
        if "buildx" in result.stderr and result.returncode != 0:
            self.skip_here("this docker has no BuildKit of its own: " + result.stderr.splitlines()[1])
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(self.events("container"), [])
        gap, = self.fingerprint()["coverage_gaps"]
        self.assertRegex(gap, "what daemon:unix:/run/docker.sock does on behalf of .*docker build")

    def test_services_of_a_compose_file_on_a_bridge(self):
        for tool in ("docker-compose", "iptables", "ip"):
            if not shutil.which(tool):
                self.skip_here(tool + " is not installed")
        with open(self.path("docker-compose.yml"), "w") as file:
            file.write(COMPOSE)
        with self.another_engine("ip link set lo up", network=BRIDGED):
            with open(self.engine.path("pid")) as file:
                inside = ("nsenter", "--net=/proc/" + file.read().strip() + "/ns/net")
            self.record_script("docker-compose up --detach cache; busybox nc -w 9 127.0.0.1 16379\n"
                               "docker-compose up app; docker-compose down --timeout 0", before=inside)
        self.assertEqual({(e["service"], e["linked_by"]) for e in self.events("container")},
                         {("cache", "request"), ("app", "request")})
        connects = {(b["lineage"][1], b["object"]) for b in self.fingerprint()["behaviors"]
                    if b["kind"] == "connect" and b["object"].endswith("/tcp")}
        self.assertEqual(connects, {("/usr/bin/busybox nc", "container:shop/tiny:6379/tcp"),
                                    ("/usr/bin/python3 /usr/bin/docker-compose up", "cache:6379/tcp")})


# A container with two hooks: a program that lies in somebody else's memory, named as runc's own copy, and Podman again.
HOOKED = """
import json, os, subprocess, sys
memory = os.memfd_create("runc_cloned:/proc/self/exe", 0)
with open("/bin/true", "rb") as program:
    os.write(memory, program.read())
hooks = {"memory": (f"/proc/{os.getpid()}/fd/{memory}", ["runc", "init"], "prestart"),
         "podman": ("/usr/bin/podman", ["podman", "version"], "poststop")}
os.mkdir("hooks")
for name, (path, arguments, stage) in hooks.items():
    with open(f"hooks/{name}.json", "w") as file:
        json.dump({"version": "1.0.0", "when": {"always": True}, "stages": [stage],
                   "hook": {"path": path, "args": arguments, "env": ["HOME=/root", "PATH=/usr/bin:/usr/sbin"]}}, file)
sys.exit(subprocess.run(["podman", "--runtime", sys.argv[1], "--hooks-dir", "hooks", "run", "--rm", "--network", "none",
                         "--log-driver", "k8s-file", "--log-opt", "path=.github/workflows/x.yml", "tiny:1",
                         "true"]).returncode)
"""

PODMAN_STORAGE = """[storage]
driver = "vfs"
graphroot = "{0}/root"
runroot = "{0}/run"
"""
# Without the limits that Podman raises, which needs a capability that a test machine's root may lack.
PODMAN = """[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1000:1000"]
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "runc"
"""


class PodmanTest(ContainerCase):
    def setUp(self):
        super().setUp()
        if not self.installed:
            self.skip_here("podman is not installed")

    @classmethod
    def setUpClass(cls):
        cls.installed = shutil.which("podman") and shutil.which("runc")
        if not cls.installed:
            return
        cls.scratch = tempfile.mkdtemp(prefix="buildprint-podman-")
        cls.addClassCleanup(shutil.rmtree, cls.scratch, ignore_errors=True)
        for name, text in (("storage.conf", PODMAN_STORAGE.format(cls.scratch)), ("containers.conf", PODMAN)):
            with open(os.path.join(cls.scratch, name), "w") as file:
                file.write(text)
        cls.environment = dict(os.environ, CONTAINERS_CONF=cls.scratch + "/containers.conf",
                               CONTAINERS_STORAGE_CONF=cls.scratch + "/storage.conf")
        archive = subprocess.run(["tar", "-C", cls.shared.path("image"), "-c", "."], capture_output=True, check=True).stdout
        subprocess.run(["podman", "import", "-", "tiny:1"], input=archive, capture_output=True, check=True,
                       env=cls.environment)

    def test_a_container_is_recorded_from_its_first_instruction(self):
        result = self.record("--engine", "podman", "--image", "tiny:1", "--network", "none", "--", "sh", "-c",
                             "cat /etc/passwd; exit 3", env=self.environment)
        self.assertEqual((result.returncode, result.stdout), (3, PASSWD), result.stderr)
        self.assertEqual(self.lineages(), [
            "container:localhost/tiny", "container:localhost/tiny > /usr/bin/busybox sh -c",
            "container:localhost/tiny > /usr/bin/busybox sh -c > /usr/bin/busybox cat"])
        result = self.record("--engine", "podman", "--image", "tiny:1", "--network", "none", "--", "no-such",
                             env=self.environment)
        self.assertEqual(result.returncode, 125, result.stderr)  # `podman start` does not tell it apart
        self.assertIn("buildprint: the container did not start", result.stderr)

    def test_a_running_container_is_recorded_from_a_pid_namespace_where_processes_have_other_numbers(self):
        result = run("unshare", "--pid", "--fork", "--mount-proc", "sh", "-ec",
                     "id=$(podman run --detach --network none tiny:1 sh -c 'while :; do cat /etc/passwd; sleep 0.2; done')\n"
                     f"{BUILDPRINT} record --engine podman -o out.json --container $id --for 2s\npodman rm --force $id",
                     cwd=self.directory, env=self.environment)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("container:localhost/tiny > /usr/bin/busybox sh -c > /usr/bin/busybox cat", self.lineages())

    def test_a_container_of_the_workload_hangs_under_podman_itself_in_every_run(self):
        fingerprints = set()
        for _ in range(2):
            result = self.record("--", "sh", "-c", "podman run --rm --network none tiny:1 cat /etc/passwd; true",
                                 env=self.environment)
            self.assertEqual((result.returncode, result.stdout), (0, PASSWD), result.stderr)
            self.assert_complete()
            with open(self.path("out.json")) as file:
                fingerprints.add(file.read())
        self.assertIn("/usr/bin/sh -c > /usr/bin/podman run > container:localhost/tiny > /usr/bin/busybox cat",
                      self.lineages())
        self.assertFalse([line for line in self.lineages() if "runc" in line or "conmon" in line])
        self.assertEqual(len(fingerprints), 1)

    def hooks_are_told(self, runtime, **how):
        os.makedirs(self.path(".github/workflows"))
        result = self.record("--", "/usr/bin/python3", "-c", HOOKED, runtime, env=self.environment, **how)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assert_complete()
        podman = "/usr/bin/python3 -c > /usr/bin/podman run"
        below = [line[len(podman):] for line in self.lineages() if line.startswith(podman + " > ")]
        # Where Podman has CNI, it asks its plugins without a network, too.
        self.assertEqual([line for line in below if "/cni/" not in line], [
            " > /usr/bin/podman version", " > container:localhost/tiny", " > container:localhost/tiny > /usr/bin/busybox true",
            " > memfd:runc_cloned:/proc/self/exe"])
        self.assertIn(("/usr/bin/podman run", "sink:$WS/.github/workflows/x.yml"), {
            (b["lineage"][-1], b["object"]) for b in self.fingerprint()["behaviors"] if b["kind"] == "write"})

    def test_hooks_that_runc_starts_are_told_and_what_the_monitor_writes_where_it_matters(self):
        self.hooks_are_told("runc")

    def test_hooks_that_crun_starts_are_told(self):
        if not shutil.which("crun"):
            self.skip_here("crun is not installed")
        if not os.path.isdir("/sys/fs/cgroup/memory"):
            self.skip_here("this system has no cgroup v1")  # and crun refuses the hybrid layout
        self.hooks_are_told("crun", before=("unshare", "--mount", "--propagation", "private", "sh", "-ec",
                                            CGROUP_V1 + '; exec "$@"', "sh"))

    def test_containers_of_an_engine_that_the_workload_does_not_ask_are_not_followed(self):
        self.others_repeat("podman run --rm --network none tiny:1 true", self.environment)
        self.record_script("docker ps; sleep 3; docker ps")
        self.assertEqual(self.events("container"), [])


if __name__ == "__main__":
    main()
