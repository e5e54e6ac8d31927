"""A container engine of a test's own."""
import os
import shutil
import subprocess
import tempfile
import time

# As on machines that have one version of cgroups alone: what the engine does not see.
CGROUP_V1 = 'for mount in $(findmnt -n -t cgroup2 -o TARGET); do umount "$mount"; done'
CGROUP_V2 = "umount -R -l /sys/fs/cgroup; mount -t cgroup2 none /sys/fs/cgroup"

ALONE = ("--bridge=none", "--iptables=false", "--ip6tables=false")
BRIDGED = ("--bridge=",)  # the usual one, in a network namespace of its own


class EngineDoesNotRun(Exception):
    """With what it said last."""


class Engine:
    """A dockerd that shares nothing with another one on the machine. `setup` runs in mounts of its own."""

    def __init__(self, setup=":", network=ALONE):
        self.directory = tempfile.mkdtemp(prefix="buildprint-engine-")
        os.chmod(self.directory, 0o711)  # where another user's containers can begin, too
        self.log = open(self.path("log"), "w")
        self.process = subprocess.Popen(
            ["unshare", "--mount", "--propagation", "private", *(["--net"] if network is BRIDGED else []), "sh", "-ec",
             setup + '\nexec "$@"', "sh", "dockerd", "--data-root", self.path("data"), "--exec-root", self.path("exec"),
             "--pidfile", self.path("pid"), "--host", "unix://" + self.path("docker.sock"), *network,
             "--storage-driver=vfs", "--add-runtime=crun=crun"], stdout=self.log, stderr=self.log)
        self.environment = dict(os.environ, DOCKER_HOST="unix://" + self.path("docker.sock"))
        deadline = time.monotonic() + 30
        while self.docker("version").returncode != 0:
            if self.process.poll() is not None or time.monotonic() > deadline:
                with open(self.path("log")) as log:
                    reason = log.read().strip().splitlines()[-1:]
                self.stop()
                raise EngineDoesNotRun("dockerd does not run here: " + " ".join(reason))
            time.sleep(0.1)

    def path(self, name):
        return os.path.join(self.directory, name)

    def docker(self, *arguments, **options):
        options.setdefault("stdin", subprocess.DEVNULL)
        return subprocess.run(["docker", *arguments], env=self.environment, capture_output=True, text=True, timeout=120,
                              **options)

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=30)
        self.log.close()
        shutil.rmtree(self.directory, ignore_errors=True)
