#!/usr/bin/env python3
"""The story of story_test.cpp with real recordings. Exits 77 where none can be made.

live_story_test.py BUILDPRINT MANAGERS     yarn and pnpm are installed into the directory MANAGERS
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.append(str(pathlib.Path(__file__).parent.parent / "live"))
from live import require_probe

BUILDPRINT = os.path.abspath(sys.argv[1])
MANAGERS = pathlib.Path(sys.argv[2])
INSTALL = """#!/bin/sh
# Stands in for npm: what its life cycle scripts see of it.
export npm_lifecycle_event=postinstall npm_package_name=left-pad npm_package_version=%s
cd node_modules/left-pad && sh ./postinstall.sh
"""
LOCK = """{
  "lockfileVersion": 3,
  "packages": {
    "node_modules/left-pad": {
      "version": "%s"
    }
  }
}
"""


class Repository:
    def __init__(self, path):
        self.path = path
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(path.parent), "LC_ALL": "C.UTF-8"}
        path.mkdir()
        self.git("init", "-q", "-b", "main")
        self.git("config", "user.name", "Ann")
        self.git("config", "user.email", "ann@example.com")

    def run(self, *command):
        return subprocess.run(command, cwd=self.path, env=self.environment, capture_output=True, text=True)

    def git(self, *arguments):
        result = self.run("git", *arguments)
        assert result.returncode == 0, result.stderr
        return result.stdout

    def buildprint(self, *arguments, status):
        result = self.run(BUILDPRINT, *arguments)
        output = result.stdout + result.stderr
        assert result.returncode == status, f"{arguments}: {result.returncode} instead of {status}\n{output}"
        return output

    def write(self, version, postinstall):
        files = {"ci": "#!/bin/sh\nls >/dev/null\nsh ./install.sh\n", "install.sh": INSTALL % version,
                 "package-lock.json": LOCK % version, "node_modules/left-pad/postinstall.sh": postinstall}
        for name, content in files.items():
            file = self.path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content)
            file.chmod(0o755)

    def commit(self, message):
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)


def tell(repository):
    gate = ("gate", "--name", "shop", "--", "./ci")
    repository.write("1.3.0", "#!/bin/sh\ntrue\n")
    repository.commit("Start the shop")
    repository.buildprint(*gate, status=3)
    repository.run("mv", ".buildprint/shop.json.new", ".buildprint/shop.json")
    repository.commit("Baseline of shop")
    repository.buildprint(*gate, status=0)

    repository.git("checkout", "-q", "-b", "bump")
    # The address is of the documentation range (RFC 5737): the attempt is what counts.
    repository.write("1.3.1", "#!/bin/sh\npython3 -c 'import socket; s = socket.socket(); s.settimeout(0.2); "
                     "s.connect_ex((\"192.0.2.7\", 443))'\n")
    repository.commit("Bump left-pad")
    stopped = repository.buildprint(*gate, status=1)
    for text in ("left-pad", "1.3.1", "192.0.2.7:443/tcp", "package-lock.json:4"):
        assert text in stopped, f"{text} is missing:\n{stopped}"
    again = repository.buildprint("gate", "--name", "shop", "--retry", "2", "--", "./ci", status=1)
    assert "recording again (2 of 2)" in again and "3/3 runs" in again, again
    assert "swapped" not in again, again

    repository.buildprint("accept", "--all", "--reason", "left-pad fetches its fonts", status=0)
    repository.commit("Let left-pad fetch its fonts")
    passed = repository.buildprint(*gate, status=0)
    assert "left-pad fetches its fonts" in passed, passed
    log = repository.buildprint("log", "--name", "shop", status=0)
    assert "Ann  Let left-pad fetch its fonts" in log, log
    repository.buildprint("gate", "--name", "shop", "--", "false", status=4)


def sometimes(repository):
    """A retry shows how often something new was seen, and drops nothing for it."""
    repository.git("checkout", "-q", "main")
    repository.write("1.3.0", "#!/bin/sh\n[ -e ../../done ] || uname\n: >../../done\n")
    told = repository.buildprint("gate", "--name", "shop", "--retry", "2", "--", "./ci", status=1)
    assert "/usr/bin/uname" in told and "1/3 runs" in told, told
    (repository.path / "done").unlink()


def cannot_record(repository):
    """Somebody without privilege gets no verdict, and reports that say why."""
    program = repository.path.parent / "buildprint"
    shutil.copy(BUILDPRINT, program)
    reports = repository.path.parent / "reports"
    reports.mkdir()
    for path in (repository.path.parent, reports):
        path.chmod(0o777)
    result = repository.run("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--no-new-privs", program,
                            "gate", "--name", "shop", "--report-dir", reports, "--", "./ci")
    assert result.returncode == 4, f"{result.returncode}\n{result.stdout}{result.stderr}"
    assert "nothing was recorded: " in result.stdout, result.stdout
    assert '"verdict": "incomplete"' in (reports / "shop.json").read_text()


def edits_itself(repository):
    """A recorded command that writes its own acceptance, as an attacker would, fails all the same."""
    repository.git("checkout", "-q", "main")
    repository.write("1.3.1", "#!/bin/sh\ncp ../../.buildprint/shop.json.new ../../.buildprint/shop.json\nuname\n")
    repository.commit("Accept myself")
    repository.git("branch", "-q", "attack")
    repository.git("reset", "-q", "--hard", "HEAD~1")
    repository.git("checkout", "-q", "attack")
    repository.environment["CI"] = "true"
    repository.buildprint("gate", "--name", "shop", "--", "./ci", status=1)
    repository.buildprint("gate", "--name", "shop", "--", "./ci", status=1)


LOCKS = {"npm": "package-lock.json", "yarn": "yarn.lock", "pnpm": "pnpm-lock.yaml"}


def install_managers():
    """Returns the directories in which their programs lie, as a PATH."""
    MANAGERS.mkdir(exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(pathlib.Path(__file__).parent / "managers" / name, MANAGERS)
    subprocess.run(["npm", "ci", "--silent", "--no-audit", "--no-fund"], cwd=MANAGERS)
    return f"{MANAGERS / 'node_modules/.bin'}:{os.environ['PATH']}"


def real_managers(directory):
    """A dependency's install script is told with the manager that ran it, and stays the same over two runs."""
    path = install_managers()
    for manager, lock in LOCKS.items():
        if shutil.which(manager, path=path) is None:
            print(f"SKIPPED: real_managers: {manager} is not installed", flush=True)
            continue
        project = Repository(directory / manager)
        project.environment["PATH"] = path
        (project.path / "dep").mkdir()
        (project.path / "dep/package.json").write_text(
            '{"name": "left-pad", "version": "1.3.1", "scripts": {"postinstall": "uname -a"}}')
        (project.path / "package.json").write_text(
            '{"name": "shop", "dependencies": {"left-pad": "file:./dep"}}')
        (project.path / "pnpm-workspace.yaml").write_text("dangerouslyAllowAllBuilds: true\n")
        install = (manager, "install", "--offline", *(["--install-links"] if manager == "npm" else []))
        for run in ("0.json", "1.json", "2.json"):
            shutil.rmtree(project.path / "node_modules", ignore_errors=True)
            project.buildprint("record", "--name", "shop", "-o", run, "--", *install, status=0)
        one, two = ((project.path / run).read_text() for run in ("1.json", "2.json"))
        assert one == two, f"{manager}: {one}\n{two}"
        assert f'"package":"{manager}:left-pad postinstall"' in one, one
        empty = json.loads(one)
        empty["behaviors"] = [line for line in empty["behaviors"] if "left-pad" not in line.get("package", "")]
        (project.path / "base.json").write_text(json.dumps(empty))
        told = project.run(BUILDPRINT, "diff", "base.json", "1.json", "--repository", ".").stdout
        assert f"{manager} package left-pad 1.3.1, postinstall  ({lock}:" in told, told


require_probe(BUILDPRINT)
with tempfile.TemporaryDirectory() as scratch:
    shop = Repository(pathlib.Path(scratch).resolve() / "shop")
    tell(shop)
    sometimes(shop)
    cannot_record(shop)
    edits_itself(shop)
    real_managers(pathlib.Path(scratch).resolve())
