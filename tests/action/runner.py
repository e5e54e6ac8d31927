"""Runs the steps of a composite action as GitHub's runner does, as far as action.yml needs it: the expressions,
the environment files, the conditions, continue-on-error, and the workflow commands in a step's output."""

import os
import re
import shutil
import subprocess
import tempfile
import uuid
from dataclasses import dataclass, field
from pathlib import Path

import yaml

TOKEN = re.compile(r"\s*(==|!=|&&|\|\||!|\(|\)|,|'(?:[^']|'')*'|[A-Za-z_][\w.-]*|\d+)")


class Expression:
    """GitHub's expression language without arrays: contexts, literals, operators, the functions in use."""

    def __init__(self, text, contexts, failed=False):
        self.tokens, self.contexts, self.failed = TOKEN.findall(text), contexts, failed
        assert re.sub(r"\s", "", "".join(self.tokens)) == re.sub(r"\s", "", text), f"cannot read: {text}"
        self.next = 0

    def value(self):
        result = self.disjunction()
        assert self.next == len(self.tokens), self.tokens
        return result

    def take(self, *wanted):
        if self.next < len(self.tokens) and self.tokens[self.next] in wanted:
            self.next += 1
            return self.tokens[self.next - 1]
        return None

    def disjunction(self):
        left = self.conjunction()
        while self.take("||"):
            right = self.conjunction()
            left = left or right
        return left

    def conjunction(self):
        left = self.equality()
        while self.take("&&"):
            right = self.equality()
            left = left and right
        return left

    def equality(self):
        left = self.unary()
        while operator := self.take("==", "!="):
            same = text_of(left) == text_of(self.unary())
            left = same if operator == "==" else not same
        return left

    def unary(self):
        if self.take("!"):
            return not self.unary()
        if self.take("("):
            inner = self.disjunction()
            assert self.take(")")
            return inner
        token = self.tokens[self.next]
        self.next += 1
        if token.startswith("'"):
            return token[1:-1].replace("''", "'")
        if token.isdigit():
            return int(token)
        if self.take("("):
            return self.call(token)
        return lookup(self.contexts, token)

    def call(self, name):
        arguments = []
        while not self.take(")"):
            arguments.append(self.disjunction())
            self.take(",")
        if name == "format":
            return re.sub(r"\{(\d)\}", lambda found: text_of(arguments[int(found[1]) + 1]), arguments[0])
        return {"always": True, "success": not self.failed, "failure": self.failed}[name]


def lookup(contexts, path):
    value = contexts
    for part in path.split("."):
        value = value.get(part, "") if isinstance(value, dict) else ""
    return value


def text_of(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def substitute(text, contexts):
    return re.sub(r"\$\{\{(.*?)\}\}", lambda found: text_of(Expression(found[1], contexts).value()), str(text))


@dataclass
class Outcome:
    """What a run of the action left behind."""

    failed: bool = False
    outputs: dict = field(default_factory=dict)
    log: str = ""
    commands: list = field(default_factory=list)  # workflow commands that the runner would have obeyed
    summary: str = ""
    used: dict = field(default_factory=dict)  # `uses` steps that would have run: action -> with
    exported: dict = field(default_factory=dict)  # what was written to GITHUB_ENV, for the later steps
    paths: list = field(default_factory=list)  # what was written to GITHUB_PATH, likewise


def obeyed_commands(log):
    """The workflow commands in a step's output, but not those between stop-commands and its token."""
    commands, stopped = [], None
    for line in log.splitlines():
        found = re.match(r"\s*::([a-z-]+)[^:]*::(.*)", line)
        if stopped is not None:
            if line.strip() == f"::{stopped}::":
                stopped = None
        elif found and found[1] == "stop-commands":
            stopped = found[2]
        elif found:
            commands.append(line)
    assert stopped is None, "workflow commands stay stopped"
    return commands


def parse_output_file(path):
    return dict(line.split("=", 1) for line in path.read_text().splitlines() if "=" in line)


def run_action(action_path, inputs, github, environment, workspace):
    """Runs action.yml of `action_path`. `environment` is added to the job's."""
    action = yaml.safe_load(Path(action_path, "action.yml").read_text())
    outcome = Outcome()
    with tempfile.TemporaryDirectory() as temp:
        contexts = {"github": {"action_path": str(action_path), "token": "t0ken", **github}, "runner": {"temp": temp},
                    "steps": {}, "inputs": {}}
        for name, declared in action["inputs"].items():
            assert not declared.get("required") or name in inputs, f"input {name} is required"
            contexts["inputs"][name] = inputs.get(name, substitute(declared.get("default", ""), contexts))
        assert set(inputs) <= set(action["inputs"]), "unknown input"
        for step in action["runs"]["steps"]:
            run_step(step, contexts, environment, workspace, Path(temp), outcome)
        outcome.outputs = {name: substitute(declared["value"], contexts) for name, declared in action["outputs"].items()}
    return outcome


def run_step(step, contexts, environment, workspace, temp, outcome):
    condition = str(step.get("if", "success()"))
    if "always()" not in condition and "failure()" not in condition:
        condition = f"success() && ({condition})"
    if not Expression(condition, contexts, outcome.failed).value():
        return
    if "uses" in step:
        outcome.used[step["uses"].split("@")[0]] = {k: substitute(v, contexts) for k, v in step["with"].items()}
        return
    files = {name: temp / f"{name.lower()}-{uuid.uuid4()}" for name in ("GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH",
                                                                       "GITHUB_STATE", "GITHUB_STEP_SUMMARY")}
    for path in files.values():
        path.touch()
    script = temp / f"{uuid.uuid4()}.sh"
    script.write_text(substitute(step["run"], contexts))
    shell = {"bash": "bash --noprofile --norc -e -o pipefail {0}"}.get(step["shell"], step["shell"])
    variables = os.environ | {
        "CI": "true", "GITHUB_ACTIONS": "true", "RUNNER_TEMP": str(temp), "RUNNER_OS": "Linux", "RUNNER_ARCH": "X64",
        "GITHUB_WORKSPACE": str(workspace)} | environment | outcome.exported | {
        name: str(path) for name, path in files.items()} | {
        name: substitute(value, contexts) for name, value in step.get("env", {}).items()}
    variables["PATH"] = ":".join([*reversed(outcome.paths), variables["PATH"]])
    program, *arguments = shell.format(script).split()
    ran = subprocess.run([shutil.which(program, path=variables["PATH"]), *arguments], env=variables,
                         cwd=Path(workspace, substitute(step.get("working-directory", "."), contexts)),
                         stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300)
    log = ran.stdout.decode(errors="replace")
    outcome.log += log
    outcome.commands += obeyed_commands(log)
    outcome.summary += files["GITHUB_STEP_SUMMARY"].read_text()
    outcome.exported |= parse_output_file(files["GITHUB_ENV"])
    outcome.paths += files["GITHUB_PATH"].read_text().splitlines()
    if "id" in step:
        contexts["steps"][step["id"]] = {"outputs": parse_output_file(files["GITHUB_OUTPUT"])}
    if ran.returncode != 0 and not step.get("continue-on-error"):
        outcome.failed = True
