#!/usr/bin/env python3
"""What `merge` and `explain` do with several files, and which they refuse: several_files_test.py BUILDPRINT"""
import json
import os
import subprocess
import sys
import tempfile
import unittest

BUILDPRINT = os.path.abspath(sys.argv.pop(1))


class SeveralFiles(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.directory = temporary.name

    def buildprint(self, *arguments):
        return subprocess.run([BUILDPRINT, *arguments], cwd=self.directory, capture_output=True, text=True)

    def run_of(self, file, *programs, name="tests", arch="x86_64"):
        """A recording of programs that one make starts."""
        lines = [{"format": "buildprint/recording/1",
                  "run": {"name": name, "command": ["make"], "cwd": "/w", "roots": [{"sentinel": "$WS", "path": "/w"}],
                          "labels": {"arch": arch}, "main_process": [1, 1], "builder_uid": 1000, "hostname": "here",
                          "architecture": arch, "kernel": "6.1", "ephemeral_first": 32768, "ephemeral_last": 60999}}]

        def event(process, kind, **fields):
            lines.append({"t": len(lines), "by": [process, 1], "as": [1000, 1000, 1000, 1000], "event": kind, **fields})

        event(1, "exec", exe="/usr/bin/make", argv=["make"], invoked="/usr/bin/make", cwd="/w", mode=0o100755)
        for process, program in enumerate(programs, 2):
            event(1, "fork", child=[process, 1])
            event(process, "exec", exe=program, argv=[program, "-x"], invoked=program, cwd="/w", mode=0o100755)
        lines.append({"end": {"status": 0, "loss": {}, "duration_ns": 9}})
        with open(os.path.join(self.directory, file), "w") as recording:
            recording.write("".join(json.dumps(line) + "\n" for line in lines))
        return file

    def merged(self, *arguments):
        result = self.buildprint("merge", *arguments)
        self.assertEqual(result.returncode, 0, result.stderr)
        fingerprint = json.loads(result.stdout)
        return fingerprint["runs"], {one["lineage"][-1]: one["seen"] for one in fingerprint["behaviors"]}

    def test_runs_are_counted_and_a_file_that_is_listed_twice_is_one(self):
        a, b = self.run_of("a", "/usr/bin/id"), self.run_of("b", "/usr/bin/tty")
        both = (2, {"/usr/bin/make": 2, "/usr/bin/id": 1, "/usr/bin/tty": 1})
        self.assertEqual(self.merged(a, b), both)
        self.assertEqual(self.merged(a, b, "./a"), both)
        self.assertIn("./a is listed twice", self.buildprint("merge", a, b, "./a").stderr)

    def test_shards_are_the_fingerprint_of_the_whole(self):
        self.run_of("whole", "/usr/bin/id", "/usr/bin/tty", "/usr/bin/id")
        whole = self.buildprint("fingerprint", "whole").stdout
        self.run_of("a", "/usr/bin/id")
        self.run_of("b", "/usr/bin/tty", "/usr/bin/id")
        self.assertIn("/usr/bin/tty", whole)
        self.assertEqual(self.buildprint("merge", "--shards", "a", "b").stdout, whole)

    def test_other_workloads_architectures_and_rules_are_refused_with_the_reason(self):
        self.run_of("a", "/usr/bin/id")
        self.run_of("workload", "/usr/bin/id", name="other")
        self.run_of("arch", "/usr/bin/id", arch="aarch64")
        fingerprint = json.loads(self.buildprint("fingerprint", "a").stdout)
        text = self.buildprint("fingerprint", "a").stdout
        with open(os.path.join(self.directory, "rules"), "w") as file:
            file.write(text.replace(fingerprint["rules"], "1-0123456789ab"))
        for other, reason in {"workload": 'their names differ ("tests" and "other")', "arch": "their labels differ",
                              "rules": "their rules differ"}.items():
            result = self.buildprint("merge", "a", other)
            self.assertEqual(result.returncode, 2)
            self.assertEqual(result.stdout, "")
            self.assertIn(reason, result.stderr)

    def test_a_line_is_explained_with_the_runs_that_support_it(self):
        self.run_of("a", "/usr/bin/python3.11")
        self.run_of("b", "/usr/bin/python3.11", "/usr/bin/id")
        result = self.buildprint("explain", "a", "b", "python3")
        self.assertIn("seen in 2 of 2 runs: a, b\n", result.stdout)
        self.assertIn("R6 (versions)\n      /usr/bin/python3.11\n      → /usr/bin/python3.<v>\n", result.stdout)
        self.assertIn("seen in 1 of 2 runs: b\n", self.buildprint("explain", "a", "b", "/usr/bin/id").stdout)

    def test_a_line_of_a_diff_is_explained_by_its_id_and_by_its_finding(self):
        self.run_of("a", "/usr/bin/tty")
        self.run_of("b", "/usr/bin/tty", "/usr/bin/id")
        finding = json.loads(self.buildprint("diff", "a", "b", "--format", "json").stdout)["findings"][0]
        explained = self.buildprint("explain", "a", "b", finding["id"]).stdout
        self.assertTrue(explained.startswith(finding["cause"]["id"]), explained)
        self.assertIn("seen in 1 of 2 runs: b\n", explained)
        self.assertEqual(explained, self.buildprint("explain", "a", "b", finding["cause"]["id"][:10]).stdout)


if __name__ == "__main__":
    unittest.main()
