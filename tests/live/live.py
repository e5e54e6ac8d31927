"""What the end-to-end tests share."""
import os
import subprocess
import sys
import unittest


def skip(why):
    """Ends a test program that cannot run here; tests/summary.py lists the reason."""
    print("SKIPPED: " + why)
    sys.exit(77)


def require_probe(buildprint):
    """Skips where no recording can be made."""
    if os.geteuid() != 0:
        skip("needs root")
    if not os.path.ismount("/"):
        skip("/ is no mount point here (a chroot): start it by tests/own_root")
    doctor = subprocess.run([buildprint, "doctor"], capture_output=True, text=True, timeout=120)
    if doctor.returncode == 2:
        skip("this machine cannot record:\n" + doctor.stdout)


class LiveTest(unittest.TestCase):
    def skip_here(self, why):
        """As skipTest, but said where tests/summary.py finds it: the program's other tests pass."""
        print(f"\nSKIPPED: {self._testMethodName}: {why}", flush=True)
        self.skipTest(why)

    def assert_one_clear_line(self, result, text):
        lines = [line for line in result.stderr.splitlines() if "recording as root" not in line]
        self.assertEqual(len(lines), 2, result.stderr)
        self.assertRegex(lines[0], "^buildprint: ")
        self.assertIn(text, lines[0])
        self.assertRegex(lines[1], "^  try: ")
