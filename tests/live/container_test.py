#!/usr/bin/env python3
"""Containers of Docker's, end to end, with an engine of the test's own: its data, its socket, its images.

container_test.py BUILDPRINT [unittest options]     needs root; skips (77) where no engine can run
"""
import os
import shutil
import signal
import subprocess
import time

from containers import BUILDPRINT, PASSWD, ContainerCase, main, run, start_engine

RUNS = int(os.environ.get("BUILDPRINT_CONTAINER_RUNS", "5"))


# One process connects to the engine, and ends; its child asks.
ASKED_BY_A_CHILD = """
import os, socket, sys, time
engine = socket.socket(socket.AF_UNIX)
engine.connect(os.environ["DOCKER_HOST"][len("unix://"):])
if os.fork() == 0:
    time.sleep(0.5)
    engine.sendall(b"POST /containers/%s/start HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 0\\r\\n\\r\\n" % sys.argv[1].encode())
    engine.recv(100)
"""


def setUpModule():
    start_engine()


class ContainerTest(ContainerCase):
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

    def test_connections_inside_are_seen(self):
        self.record_image("sh", "-c", "nc 127.0.0.1 9 </dev/null; true")
        self.assert_complete()
        self.assertEqual([b["object"] for b in self.fingerprint()["behaviors"] if b["kind"] == "connect"],
                         ["loopback:9/tcp"])
        self.assertEqual(self.fingerprint()["coverage_gaps"], [])

    def test_one_service_of_several_can_be_read(self):
        self.record_script("docker run --rm --network none shop/tiny:1.3 cat /etc/passwd\n"
                           "docker run --rm --network none shop/other:2 ls /")
        shown = self.buildprint("show", self.path("out.json"), "--service", "tiny").stdout
        self.assertIn("busybox cat", shown)
        self.assertNotIn("busybox ls", shown)
        self.assertIn("one of container:shop/other, container:shop/tiny",
                      self.buildprint("show", self.path("out.json"), "--service", "redis").stderr)
        os.rename(self.path("out.json"), self.path("base.json"))
        self.record_script("docker run --rm --network none shop/tiny:1.3 cat /etc/passwd\n"
                           "docker run --rm --network none shop/other:2 id")
        compare = lambda service: self.buildprint("diff", self.path("base.json"), self.path("out.json"), "--service",
                                                  service).returncode
        self.assertEqual((compare("tiny"), compare("other")), (0, 1))

    def test_what_was_made_is_removed(self):
        before = self.engine.docker("ps", "--all", "--quiet").stdout
        self.record_image("true")
        self.record_image("no-such-program")
        self.assertEqual(self.engine.docker("ps", "--all", "--quiet").stdout, before)

    # One that runs already.

    def start(self, script):
        name = "box-" + os.path.basename(self.directory)
        result = self.engine.docker("run", "--detach", "--name", name, "--network", "none", "shop/tiny:1.3", "sh", "-c", script)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.addCleanup(self.engine.docker, "rm", "--force", name)
        return name

    def test_a_running_container_is_recorded_for_a_while_with_the_lineages_it_would_have_from_the_start(self):
        # With its path: newer shells of busybox have a sleep within them.
        name = self.start("while :; do cat /etc/passwd; /bin/sleep 0.2; done")
        began = time.monotonic()
        result = self.record("--container", name, "--for", "1s")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertLess(time.monotonic() - began, 20)
        self.assert_complete()
        self.assertEqual(self.lineages(), ["container:shop/tiny", "container:shop/tiny > /usr/bin/busybox sh -c",
                                           "container:shop/tiny > /usr/bin/busybox sh -c > /usr/bin/busybox cat",
                                           "container:shop/tiny > /usr/bin/busybox sh -c > /usr/bin/busybox sleep"])
        self.assertEqual(self.fingerprint()["coverage_gaps"], [])

    def test_a_container_that_ends_first_ends_its_recording(self):
        name = self.start("sleep 2; exit 3")
        result = self.record("--container", name, "--for", "1m")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assert_complete()

    def test_control_c_ends_the_recording_of_a_running_container(self):
        name = self.start("while :; do sleep 0.2; done")
        with subprocess.Popen([BUILDPRINT, "record", "-o", self.path("out.json"), "--container", name], cwd=self.directory,
                              env=self.engine.environment, stderr=subprocess.PIPE) as process:
            time.sleep(3)
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0)
        self.assert_complete()
        self.assertEqual(self.engine.docker("inspect", "--format", "{{.State.Running}}", name).stdout, "true\n")

    def test_what_enters_a_running_container_is_followed(self):
        name = self.start("while :; do sleep 0.2; done")
        later = subprocess.Popen(["sh", "-c", f"sleep 3; docker exec {name} id; docker kill {name}"],
                                 env=self.engine.environment, stdout=subprocess.DEVNULL)
        self.addCleanup(later.wait)
        self.assertEqual(self.record("--container", name, "--for", "1m").returncode, 0)
        self.assert_complete()
        self.assertIn("container:shop/tiny > /usr/bin/busybox id", self.lineages())

    def test_a_container_that_does_not_run(self):
        self.assert_one_clear_line(self.record("--container", "no-such"), "No such container")
        name = self.start("true")
        self.engine.docker("wait", name)
        result = self.record("--container", name)
        self.assertEqual(result.returncode, 125)
        self.assert_one_clear_line(result, "is not running")

    # Started by the workload.

    def test_a_container_of_the_workload_is_a_child_of_the_program_that_asked(self):
        self.record_script("docker run --rm --network none shop/tiny:1.3 sh -c 'true; cat /etc/passwd; true'")
        docker = [line for line in self.lineages() if line.endswith(" run")][0]
        self.assertIn(docker + " > container:shop/tiny > /usr/bin/busybox sh -c > /usr/bin/busybox cat", self.lineages())
        start, = self.events("container")
        self.assertEqual((start["image"], start["linked_by"]), ("shop/tiny:1.3", "request"))
        self.assertIn({"subject": "container:shop/tiny", "name": "linked", "value": "certain"},
                      self.fingerprint()["attributes"])

    def test_a_container_that_is_gone_at_once_is_named_all_the_same(self):
        for _ in range(RUNS):
            self.record_script("docker run --rm --network none shop/tiny:1.3 true")
            self.assertEqual([e["image"] for e in self.events("container")], ["shop/tiny:1.3"])

    def test_containers_at_the_same_time_go_to_the_programs_that_asked_for_them(self):
        self.record_script("(docker run --rm --network none shop/tiny:1.3 sleep 1)&\n"
                           "sh -c 'docker run --rm --network none shop/other:2 sleep 1; true'\nwait")
        self.assertEqual({e["image"] for e in self.events("container")}, {"shop/tiny:1.3", "shop/other:2"})
        self.assertEqual({e["linked_by"] for e in self.events("container")}, {"request"})
        self.assertTrue([line for line in self.lineages() if "sh -c > " in line and "container:shop/other" in line])
        self.assertFalse([line for line in self.lineages() if "sh -c > " in line and "container:shop/tiny" in line])

    def test_containers_of_others_are_not_followed(self):
        self.others_repeat("docker run --rm --network none shop/other:2 true")
        self.record_script("sleep 2")
        self.assertEqual(self.events("container"), [])

    def test_containers_of_others_on_the_engine_that_the_workload_asks_are_not_followed_either(self):
        self.others_repeat("docker run --rm --network none shop/other:2 true")
        # First what others asked for before the recording began: nobody saw that request.
        self.record_script("sleep 2; docker run --rm --network none shop/tiny:1.3 true; sleep 2; docker ps")
        self.assertEqual([(e["image"], e["linked_by"]) for e in self.events("container")], [("shop/tiny:1.3", "request")])
        self.assertEqual(self.fingerprint()["coverage_gaps"], [])

    def test_a_container_is_followed_when_whoever_connected_has_ended_and_others_execute_in_theirs(self):
        box = self.start("while :; do sleep 0.2; done")
        self.others_repeat(f"docker exec {box} true")
        with open(self.path("ask.py"), "w") as file:
            file.write(ASKED_BY_A_CHILD)
        self.record_script("sleep 1; id=$(docker create --network none shop/other:2 true); python3 ask.py $id; docker wait $id")
        self.assertEqual([e["image"] for e in self.events("container")], ["shop/other:2"])

    def test_images_that_others_build_are_not_followed_by_a_workload_that_builds_none(self):
        with open(self.path("Dockerfile"), "w") as file:
            file.write("FROM shop/tiny:1.3\nRUN true\n")
        build = f"DOCKER_BUILDKIT=0 docker build --network none --no-cache - <{self.path('Dockerfile')} 2>/dev/null"
        self.record_script("docker ps; " + build)
        self.assertEqual({e["linked_by"] for e in self.events("container")}, {"only-asker"})
        self.others_repeat(build)
        self.record_script("sleep 2; docker ps; sleep 2")
        self.assertEqual(self.events("container"), [])

    def test_a_gate_runs_an_image_and_takes_what_record_takes(self):
        git = lambda *words: subprocess.run(["git", "-c", "user.name=Ann", "-c", "user.email=ann@example.com", *words],
                                            cwd=self.directory, check=True, capture_output=True)
        gate = lambda *words, image="shop/tiny:1.3": self.buildprint(
            "gate", "--name", "shop", "--no-loss", "--image", image, "--network", "none", "--", *words)
        git("init", "-q", "-b", "main")
        git("commit", "-q", "--allow-empty", "-m", "Begin")
        self.assertEqual(gate("sh", "-c", "true").returncode, 3)
        pending = self.path(".buildprint/shop.json.new")
        os.rename(pending, pending[:-len(".new")])
        git("add", ".buildprint")
        git("commit", "-q", "-m", "Baseline")
        result = gate("sh", "-c", "true")
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        result = gate("sh", "-c", "cat /etc/passwd")
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertIn("busybox cat", result.stdout)
        result = gate("true", image="localhost:1/nothing")
        self.assertEqual(result.returncode, 4, result.stderr)
        self.assertIn("cannot create a container of localhost:1/nothing", result.stderr)

    # What can go wrong.

    def test_a_workload_that_moves_itself_to_another_cgroup_stays_followed(self):
        cgroup = run("findmnt", "-n", "-t", "cgroup2", "-o", "TARGET").stdout.split("\n")[0]
        if not cgroup:
            self.skip_here("cgroup2 is not mounted")
        directory = cgroup + "/buildprint-test"
        self.addCleanup(lambda: os.path.isdir(directory) and os.rmdir(directory))
        self.record_script(f"mkdir {directory}; echo $$ >{directory}/cgroup.procs; sh -c 'id; true'; "
                           f"echo $$ >{cgroup}/cgroup.procs; rmdir {directory}")
        self.assertTrue([line for line in self.lineages() if line.endswith("/usr/bin/id")])

    def test_the_names_that_systemd_gives_to_cgroups_are_known(self):
        cgroup = run("findmnt", "-n", "-t", "cgroup2", "-o", "TARGET").stdout.split("\n")[0]
        if not cgroup:
            self.skip_here("cgroup2 is not mounted")
        for number, name in enumerate(("docker-%s.scope", "libpod-%s.scope/container", "cri-containerd-%s.scope")):
            container = f"{number}" * 64
            directory = os.path.join(cgroup, "buildprint-test.slice", name % container)
            self.record_script(f"mkdir -p {directory}\n"
                               f"sh -c 'echo $$ >{directory}/cgroup.procs; exec unshare --mount id'\n"
                               f"cd {cgroup}; rmdir -p {directory[len(cgroup) + 1:]}")
            start, = self.events("container")
            self.assertEqual((start["id"], start["linked_by"]), (container, "descent"))

    def test_namespaces_that_hide_proc_and_sys_hide_nothing(self):
        self.record_script("unshare --pid --mount --fork sh -c 'mount -t tmpfs none /proc; mount -t tmpfs none /sys; id'")
        self.assertTrue([line for line in self.lineages() if line.endswith("/usr/bin/id")])

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
        self.assert_one_clear_line(result, "cannot create a container of localhost:1/nothing")

    def test_an_engine_that_does_not_run(self):
        environment = dict(self.engine.environment, DOCKER_HOST="unix://" + self.path("nothing.sock"))
        result = self.record("--image", "shop/tiny:1.3", "--", "true", env=environment)
        self.assertEqual(result.returncode, 125)
        self.assert_one_clear_line(result, "onnect to the ")
        self.assertIn("start the engine: ", result.stderr)

    def test_an_engine_whose_program_is_missing_or_fails(self):
        tools = dict(self.engine.environment, PATH=self.path("tools"))
        os.mkdir(self.path("tools"))
        result = self.record("--engine", "podman", "--image", "shop/tiny:1.3", "--", "true", env=tools)
        self.assertEqual(result.returncode, 125)
        self.assert_one_clear_line(result, "podman is not installed")
        with open(self.path("tools/podman"), "w") as file:
            file.write("#!/bin/sh\necho 'Failed to obtain podman configuration: runroot must be set' >&2; exit 1\n")
        os.chmod(self.path("tools/podman"), 0o755)
        result = self.record("--engine", "podman", "--image", "shop/tiny:1.3", "--", "true", env=tools)
        self.assertEqual(result.returncode, 125)
        self.assert_one_clear_line(result, "podman does not work here: Failed to obtain podman configuration")

    def test_an_engine_that_this_user_may_not_ask(self):
        setpriv = ("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--")
        os.chmod(self.directory, 0o777)
        shutil.copy(BUILDPRINT, self.path("buildprint"))
        os.chmod(self.engine.directory, 0o755)
        result = run(*setpriv, self.path("buildprint"), "record", "--image", "shop/tiny:1.3", "--", "true",
                     cwd=self.directory, env=self.engine.environment)
        self.assertEqual(result.returncode, 125)
        self.assert_one_clear_line(result, "permission denied")

    def test_an_option_that_the_engine_does_not_know(self):
        result = self.record("--image", "shop/tiny:1.3", "--detach", "--", "true")
        self.assertEqual(result.returncode, 125)
        self.assert_one_clear_line(result, "unknown flag: --detach")


if __name__ == "__main__":
    main()
