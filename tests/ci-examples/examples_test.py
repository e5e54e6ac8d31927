#!/usr/bin/env python3
"""The commands of every file in ci-examples are run, in a small project, with a stand-in for buildprint that
refuses options which the real one does not have: examples_test.py BUILDPRINT"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import yaml

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
EXAMPLES = ROOT / "ci-examples"
sys.path.insert(0, str(HERE.parent / "action"))
import runner

BUILDPRINT = None


def load(name):
    return yaml.safe_load((EXAMPLES / name).read_text())


class Examples(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.place = Path(temporary.name)
        self.project = self.place / "project"
        self.tools = self.place / "tools"
        self.tools.mkdir()
        self.project.mkdir()
        (self.tools / "buildprint").symlink_to(HERE / "buildprint_stub")
        for tool in ("gh", "sudo"):
            (self.tools / tool).write_text('#!/bin/sh\n[ "${0##*/}" != sudo ] || exec "$@"\n')
            (self.tools / tool).chmod(0o755)
        (self.project / "Makefile").write_text("all:\n\t@echo made\ntest:\n\t@echo tested $$SHARD\n")
        self.shell("git init -q -b main && git add . && git -c user.name=a -c user.email=a@b commit -qm first && "
                   f"git clone -q --bare . {self.place}/origin.git && git remote add origin {self.place}/origin.git && "
                   "git fetch -q origin")

    def shell(self, script, status=0, **environment):
        ran = subprocess.run(["bash", "-eo", "pipefail", "-c", script], cwd=self.project, stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60, env={
                                 "HOME": str(self.place), "PATH": f"{self.tools}:{os.environ['PATH']}",
                                 "REAL_BUILDPRINT": BUILDPRINT, "STUB_LOG": str(self.place / "calls"), "RUNNER_TEMP": str(self.place),
                                 **environment})
        self.assertEqual(ran.returncode, status, f"{script}\n{ran.stdout}")
        return ran.stdout

    def calls(self):
        log = self.place / "calls"
        calls = log.read_text().splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        return calls

    def install(self, script):
        """Runs an installing script against a release of one file, into a directory of the test."""
        server, target = self.place / "release", self.place / "usr-local"
        shutil.rmtree(target, ignore_errors=True)
        for folder in (server, target, self.place / "in/bin"):
            folder.mkdir(parents=True, exist_ok=True)
        (self.place / "in/bin/buildprint").write_text("the release")
        self.shell(f"tar -czf {server}/buildprint-linux-amd64.tar.gz -C {self.place}/in bin")
        digest = hashlib.sha256((server / "buildprint-linux-amd64.tar.gz").read_bytes()).hexdigest()
        moved = script.replace("/usr/local", str(target))
        self.assertNotEqual(moved, script)
        for checksum, status in (("0" * 64, 1), (digest, 0)):
            (server / "SHA256SUMS").write_text(f"{checksum}  buildprint-linux-amd64.tar.gz\n{'1' * 64}  other.deb\n")
            self.shell(moved, status, RELEASE=f"file://{server}")
            self.assertEqual((target / "bin/buildprint").exists(), status == 0)
        self.shell("rm -f SHA256SUMS *.tar.gz")

    def run_job(self, job, contexts):
        for step in job["steps"]:
            if step.get("name") == "Install buildprint":
                self.install(step["run"])
            elif "run" in step:
                environment = {name: runner.substitute(value, contexts) for name, value in step.get("env", {}).items()}
                self.shell(runner.substitute(step["run"], contexts), **environment)

    def test_every_example_is_in_the_readme_and_in_a_test(self):
        files = {path.relative_to(EXAMPLES).as_posix() for path in EXAMPLES.rglob("*") if path.is_file()} - {"README.md"}
        self.assertEqual(set(re.findall(r"\]\(([^)]+)\)", (EXAMPLES / "README.md").read_text())), files)
        for name in files:
            self.assertIn(f'"{name}"', Path(__file__).read_text())

    def test_the_github_gate_gives_the_action_inputs_that_it_has(self):
        action = yaml.safe_load((ROOT / "action.yml").read_text())
        required = {name for name, declared in action["inputs"].items() if declared.get("required")}
        for job in (load("github/gate.yml")["jobs"]["tests"], load("github/matrix.yml")["jobs"]["gate"]):
            (step,) = [step for step in job["steps"] if "buildprint" in step.get("uses", "")]
            self.assertLessEqual(set(step["with"]), set(action["inputs"]))
            self.assertLessEqual(required, set(step["with"]))

    def test_the_nightly_baseline_becomes_a_branch_only_when_it_changed(self):
        job = load("github/baseline.yml")["jobs"]["record"]
        self.run_job(job, {"github": {"token": "t"}})
        calls = self.calls()
        self.assertEqual([call.split()[1] for call in calls], ["record"] * 3 + ["merge"])
        self.assertTrue(calls[3].endswith("/tests-3.json -o .buildprint/tests.json"), calls[3])
        self.assertIn("buildprint/2", self.shell("git ls-remote --heads origin"))
        self.shell("git push -q origin HEAD:main && git switch -q -C main")
        branches = self.shell("git ls-remote --heads origin")
        self.run_job(job, {"github": {"token": "t"}})
        self.assertEqual(self.shell("git ls-remote --heads origin"), branches)

    def test_the_shards_are_merged_and_compared_once(self):
        jobs = load("github/shards.yml")["jobs"]
        for shard in ("1", "2"):
            self.run_job(jobs["shard"], {"matrix": {"shard": shard}})
            self.shell(f"mkdir -p shards/{shard} && mv fingerprint.json shards/{shard}")
        self.run_job(jobs["gate"], {"github": {"event": {"pull_request": {"base": {"sha": "ba5e"}}}}})
        self.assertEqual(self.calls()[2:], [
            "buildprint merge --shards shards/1/fingerprint.json shards/2/fingerprint.json -o tests.json",
            "buildprint gate --name tests --base ba5e --fingerprint tests.json --report-dir reports"])

    def test_gitlab(self):
        job = load("gitlab/.gitlab-ci.yml")["buildprint"]
        self.install("\n".join(job["before_script"]))
        output = self.shell("\n".join(job["script"]), CI_MERGE_REQUEST_DIFF_BASE_SHA="ba5e")
        self.assertIn("tested", output)
        self.assertEqual(self.calls(), ["buildprint gate --name tests --base ba5e --report-dir reports -- make test"])

    def test_jenkins(self):
        text = (EXAMPLES / "jenkins/Jenkinsfile").read_text()
        self.assertEqual(text.count("{") - text.count("}"), 0)
        scripts = re.findall(r"\bsh '''(.*?)'''", text, re.S) + re.findall(r"\bsh '([^']+)'", text)
        self.assertEqual(len(scripts), 2)
        for script in scripts:
            self.shell(script, CHANGE_TARGET="main")
        self.assertEqual(self.calls(), ["buildprint gate --name tests --base origin/main --report-dir reports -- make test"])

    def test_circleci(self):
        config = load("circleci/config.yml")
        self.assertEqual(config["workflows"]["tests"]["jobs"], ["tests"])
        for step in config["jobs"]["tests"]["steps"]:
            run = step.get("run") if isinstance(step, dict) else None
            script = run["command"] if isinstance(run, dict) else run
            if script and "/usr/local" in script:
                self.install(script)
            elif script:
                self.shell(script)
        self.assertEqual(self.calls(), ["buildprint gate --name tests --base origin/main --report-dir reports -- make test"])

    def test_the_shell_gate_hands_on_the_verdict_and_says_what_to_do(self):
        for status, words in ((0, "nothing new"), (1, "accept"), (2, "failed"), (3, "commit it"), (4, "no pass")):
            output = self.shell(str(EXAMPLES / "shell/gate.sh"), status, STUB_STATUS=str(status))
            self.assertIn(words, output)
        self.shell("false() { :; }; rm Makefile; " + str(EXAMPLES / "shell/gate.sh"), 2)

    def test_pre_commit(self):
        (repo,) = load("pre-commit/.pre-commit-config.yaml")["repos"]
        (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
        self.assertEqual([entry["id"] for entry in repo["hooks"]], [hook["id"]])
        self.assertRegex(".buildprint/tests.json", hook["files"])
        self.assertRegex(".buildprint/policy.json", hook["exclude"])
        self.shell(f"{ROOT}/{hook['entry']} a.json b.json")
        self.assertEqual(self.calls(), ["buildprint show a.json", "buildprint show b.json"])
        self.shell(f"{ROOT}/{hook['entry']} a.json", 1, STUB_STATUS="2")

    def test_kubernetes(self):
        job = load("kubernetes/job.yaml")
        self.assertEqual((job["apiVersion"], job["kind"]), ("batch/v1", "Job"))
        pod = job["spec"]["template"]["spec"]
        (container,) = pod["containers"]
        self.assertEqual({mount["name"] for mount in container["volumeMounts"]}, {volume["name"] for volume in pod["volumes"]})
        self.shell(" ".join(container["command"] + container["args"]))
        self.assertEqual(len(self.calls()), 1)


if __name__ == "__main__":
    BUILDPRINT = sys.argv.pop(1)
    unittest.main()
