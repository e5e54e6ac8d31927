#!/usr/bin/env python3
"""action.yml does what it says, with its steps run as GitHub's runner runs them: action_test.py ROOT"""

import hashlib
import io
import os
import sys
import tarfile
import tempfile
import unittest
from pathlib import Path

import yaml

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import runner

ROOT = HERE.parent.parent
PULL_REQUEST = {"event": {"pull_request": {"number": 7, "base": {"sha": "ba5e"}, "head": {"repo": {"fork": False}}}},
                "action_ref": "main", "action_repository": "example/buildprint"}
FORK = {**PULL_REQUEST, "event": {"pull_request": {**PULL_REQUEST["event"]["pull_request"], "head": {"repo": {"fork": True}}}}}


class Action(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.workspace = Path(temporary.name)
        self.tools = self.workspace / "tools"
        self.tools.mkdir()
        (self.tools / "gh").symlink_to(HERE / "fake_gh")
        self.gh_log = self.tools / "gh.log"
        self.gh_log.touch()

    def run_action(self, run="true", github=PULL_REQUEST, environment=None, **inputs):
        environment = {"PATH": f"{self.tools}:{os.environ['PATH']}",
                       "GITHUB_REPOSITORY": "example/project", **(environment or {})}
        inputs = {"name": "unit", "run": run, "buildprint": str(HERE / "stand_in"),
                  **{name.replace("_", "-"): value for name, value in inputs.items()}}
        return runner.run_action(ROOT, inputs, github, environment, self.workspace)

    def test_nothing_new_passes_and_says_so(self):
        outcome = self.run_action("echo built")
        self.assertFalse(outcome.failed, outcome.log)
        self.assertIn("built", outcome.log)
        self.assertEqual(outcome.outputs["verdict"], "same")
        self.assertEqual(outcome.outputs["new-count"], "0")
        self.assertTrue(outcome.outputs["fingerprint"].endswith("/unit.json.new"))
        self.assertTrue(outcome.outputs["sarif"].endswith("/unit.sarif"))
        self.assertEqual(outcome.commands, [])

    def test_the_base_is_that_of_the_pull_request_of_the_push_or_the_given_one(self):
        self.assertIn("against 'ba5e'", self.run_action().summary)
        push = {"event": {"before": "0ff"}}
        self.assertIn("against '0ff'", self.run_action(github=push).summary)
        new_branch = {"event": {"before": "0" * 40}}
        self.assertIn("against ''", self.run_action(github=new_branch).summary)
        self.assertIn("against 'v1'", self.run_action(baseline="v1").summary)

    def test_labels_are_passed_on_one_by_one(self):
        self.assertIn("with python=3.12 job=a b", self.run_action(labels="python=3.12\n\njob=a b\n").log)
        self.assertNotIn(" with", self.run_action().log)

    def test_each_verdict_fails_unless_told_otherwise_and_the_reports_are_kept(self):
        for status, verdict in ((1, "new"), (3, "no-baseline"), (4, "incomplete")):
            environment = {"STAND_IN_STATUS": str(status)}
            outcome = self.run_action(environment=environment)
            self.assertTrue(outcome.failed, verdict)
            self.assertEqual(outcome.outputs["verdict"], verdict)
            self.assertEqual(outcome.used["actions/upload-artifact"]["name"], "buildprint-unit")
            others = {"new", "incomplete", "no-baseline"} - {verdict}
            self.assertFalse(self.run_action(environment=environment, fail_on=",".join(sorted(others))).failed)

    def test_an_error_fails_whatever_fail_on_says(self):
        outcome = self.run_action(environment={"STAND_IN_STATUS": "2"}, fail_on="")
        self.assertTrue(outcome.failed)
        self.assertEqual(outcome.outputs["verdict"], "error")
        self.assertIn("error", outcome.summary)

    def test_findings_become_annotations_outside_the_stopped_part(self):
        outcome = self.run_action(environment={"STAND_IN_STATUS": "1"})
        self.assertEqual(outcome.commands, ["::error title=new::one", "::error title=new::two"])
        self.assertEqual(outcome.outputs["new-count"], "2")

    def test_the_recorded_command_cannot_give_workflow_commands(self):
        outcome = self.run_action("echo '::error::mine'; echo '::add-path::/evil'; echo '::stop-commands::x'; echo '::x::'")
        self.assertEqual(outcome.commands, [])
        self.assertIn("::add-path::/evil", outcome.log)

    def test_output_without_a_last_newline_cannot_hide_the_token(self):
        self.assertEqual(self.run_action("printf 'no newline'").commands, [])

    def test_the_recorded_command_cannot_set_the_outputs_of_the_step(self):
        outcome = self.run_action('echo "verdict=same" >>"$GITHUB_OUTPUT"; echo "fingerprint=/evil" >>"$GITHUB_OUTPUT"',
                                  environment={"STAND_IN_STATUS": "1"})
        self.assertEqual(outcome.outputs["verdict"], "new")
        self.assertNotEqual(outcome.outputs["fingerprint"], "/evil")

    def hook(self):
        """A file to be sourced: leaves a trace in the step that has the token, and the name of that trace."""
        trace = self.workspace / "sourced"
        (self.workspace / "hook").write_text(f'[ -z "${{GH_TOKEN-}}" ] || touch {trace}\n')
        return self.workspace / "hook", trace

    def comments(self, run="true", environment=None):
        """The outcome of a run that made its comment."""
        outcome = self.run_action(run, comment="true", environment={"STAND_IN_STATUS": "1", **(environment or {})})
        self.assertIn("--method POST", self.gh_log.read_text(), outcome.log)
        return outcome

    def test_the_recorded_command_reaches_no_later_step_through_the_files_of_its_own(self):
        hook, trace = self.hook()
        (self.workspace / "evil").mkdir()
        outcome = self.comments(f'echo BASH_ENV={hook} >>"$GITHUB_ENV"; echo {self.workspace}/evil >>"$GITHUB_PATH"; '
                                'echo mine >>"$GITHUB_STEP_SUMMARY"; echo K=V >>"$GITHUB_STATE"')
        self.assertFalse(trace.exists())
        self.assertEqual((outcome.exported, outcome.paths), ({}, []))
        self.assertNotIn("mine", outcome.summary)
        self.assertIn("The command wrote to GITHUB_ENV GITHUB_PATH GITHUB_STATE GITHUB_STEP_SUMMARY.", outcome.log)
        self.assertNotIn("The command wrote", self.run_action().log)
        self.assertIn("told of none", self.run_action("env | grep =.*/github_ || echo told of none").log)

    def test_what_the_recorded_command_wrote_to_the_files_of_the_step_is_dropped(self):
        hook, trace = self.hook()
        outcome = self.comments(f'for f in "$RUNNER_TEMP"/github_*; do echo BASH_ENV={hook} >>"$f"; done')
        self.assertFalse(trace.exists())
        self.assertEqual((outcome.exported, outcome.paths), ({}, []))
        self.assertNotIn("BASH_ENV", outcome.summary)

    def test_the_step_with_the_token_takes_no_code_from_its_environment(self):
        hook, trace = self.hook()
        function = f"() {{ . {hook}; }}"
        self.comments(environment={"BASH_ENV": str(hook), "ENV": str(hook), "BASH_FUNC_cat%%": function,
                                   "BASH_FUNC_head%%": function})
        self.assertFalse(trace.exists())

    def test_variables_that_load_code_are_empty_in_all_steps_after_the_command(self):
        steps = yaml.safe_load((ROOT / "action.yml").read_text())["runs"]["steps"]
        after = steps[[step.get("id") for step in steps].index("gate") + 1:]
        self.assertEqual(len(after), 3)
        for step in after:
            for name in ("BASH_ENV", "ENV", "LD_AUDIT", "LD_LIBRARY_PATH", "LD_PRELOAD"):
                self.assertEqual(step["env"][name], "", step["name"])

    def test_no_program_that_the_command_put_into_the_path_runs_after_it(self):
        trace = self.workspace / "ran"
        self.comments(f'for p in bash cat env grep head mktemp tee wc; do printf "#!/bin/sh\\ntouch {trace}\\n" >"{self.tools}/$p"; '
                      f'done; chmod +x {self.tools}/*')
        self.assertFalse(trace.exists())

    def test_the_recorded_command_keeps_user_path_directory_and_environment(self):
        (self.workspace / "sub").mkdir()
        outcome = self.run_action('id -u; echo "$PATH"; pwd; echo "$MINE"; env | grep ^BUILDPRINT'
                                  '; env | grep t0ken', working_directory="sub", environment={"MINE": "a  b"})
        self.assertIn(f"{os.getuid()}\n{self.tools}:{os.environ['PATH']}\n{self.workspace}/sub\na  b\n", outcome.log)
        self.assertNotIn("BUILDPRINT", outcome.log)
        self.assertNotIn("t0ken", outcome.log)

    def test_the_command_may_hold_quotes_lines_and_what_looks_like_an_expression(self):
        outcome = self.run_action("x='it''s'\necho \"$x ${#x}\" | cat\nfalse | true\necho never")
        self.assertIn("its 3", outcome.log)
        self.assertNotIn("never", outcome.log)

    def test_names_that_could_escape_the_report_directory_are_refused(self):
        for name in ("../x", "a/b", "-x", "a b", "::error::"):
            outcome = self.run_action(name=name)
            self.assertTrue(outcome.failed, name)
            self.assertIn("letters, digits", outcome.log)

    def test_a_fork_is_told_what_was_skipped(self):
        wishes = {"upload_sarif": "true", "comment": "true"}
        outcome = self.run_action(github=FORK, environment={"STAND_IN_STATUS": "1"}, **wishes)
        self.assertTrue(outcome.failed)
        self.assertNotIn("github/codeql-action/upload-sarif", outcome.used)
        self.assertEqual(self.gh_log.read_text(), "")
        self.assertIn("skipped: sarif comment", outcome.summary)
        self.assertIn("actions/upload-artifact", outcome.used)
        self.assertNotIn("skipped", self.run_action(**wishes).summary)
        self.assertIn("skipped", self.run_action(github={**PULL_REQUEST, "actor": "dependabot[bot]"}, **wishes).summary)

    def test_sarif_is_uploaded_only_on_wish_under_a_category_of_its_own(self):
        self.assertNotIn("github/codeql-action/upload-sarif", self.run_action().used)
        used = self.run_action(upload_sarif="true", environment={"STAND_IN_STATUS": "1"}).used
        self.assertEqual(used["github/codeql-action/upload-sarif"]["category"], "buildprint/unit")

    def test_a_comment_is_made_when_something_is_new_and_updated_when_known(self):
        self.run_action(comment="true")
        self.assertNotIn("--method", self.gh_log.read_text())
        self.run_action(comment="true", environment={"STAND_IN_STATUS": "1"})
        self.assertIn("--method POST repos/example/project/issues/7/comments", self.gh_log.read_text())
        self.assertIn("<!-- buildprint:unit -->\ncomment of unit", self.gh_log.read_text())
        (self.tools / "comment").write_text("42\n")
        self.run_action(comment="true")
        self.assertIn("--method PATCH repos/example/project/issues/comments/42", self.gh_log.read_text())

    def test_the_comment_is_made_on_the_server_of_the_run(self):
        self.comments(environment={"GH_HOST": "elsewhere.example"})
        self.assertIn("at github.com\n", self.gh_log.read_text())
        self.comments(environment={"GITHUB_SERVER_URL": "https://git.example"})
        self.assertIn("at git.example\n", self.gh_log.read_text())
        self.assertNotIn("elsewhere", self.gh_log.read_text())

    def release(self, checksum=None):
        """A release on a file:// server, whose one program says that it is the downloaded one."""
        place = self.workspace / "server/example/buildprint/releases/download/v1.2.3"
        place.mkdir(parents=True)
        program = (HERE / "stand_in").read_text().replace("stand-in", "of the release")
        with tarfile.open(place / "buildprint-linux-amd64.tar.gz", "w:gz") as archive:
            entry = tarfile.TarInfo("bin/buildprint")
            entry.mode, entry.size = 0o755, len(program)
            archive.addfile(entry, io.BytesIO(program.encode()))
        digest = hashlib.sha256((place / "buildprint-linux-amd64.tar.gz").read_bytes()).hexdigest()
        (place / "SHA256SUMS").write_text(f"{checksum or digest}  buildprint-linux-amd64.tar.gz\n{'0' * 64}  other\n")
        return {"GITHUB_SERVER_URL": f"file://{self.workspace}/server"}

    def test_a_release_is_downloaded_checked_and_used(self):
        outcome = self.run_action(buildprint="", version="v1.2.3", environment=self.release())
        self.assertFalse(outcome.failed, outcome.log)
        self.assertIn("buildprint of the release", outcome.log)

    def test_the_tag_of_the_action_chooses_the_release(self):
        outcome = self.run_action(buildprint="", github={**PULL_REQUEST, "action_ref": "v1.2.3"}, environment=self.release())
        self.assertFalse(outcome.failed, outcome.log)

    def test_a_wrong_checksum_stops_before_anything_runs(self):
        outcome = self.run_action("echo ran", buildprint="", version="v1.2.3", environment=self.release("1" * 64))
        self.assertTrue(outcome.failed)
        self.assertIn("checksum", outcome.log)
        self.assertNotIn("ran\n", outcome.log)
        self.assertEqual(outcome.outputs["verdict"], "")

    def test_a_release_that_does_not_exist_is_said(self):
        outcome = self.run_action(buildprint="", version="v9.9.9", environment=self.release())
        self.assertTrue(outcome.failed)
        self.assertIn("cannot download", outcome.log)

    def test_a_runner_without_linux_is_refused(self):
        outcome = self.run_action(buildprint="", environment={"RUNNER_OS": "macOS"})
        self.assertTrue(outcome.failed)
        self.assertIn("macOS", outcome.log)


if __name__ == "__main__":
    unittest.main()
