#!/usr/bin/env python3
"""Counts of CTest runs, what was skipped and why, and what failed: summary.py JUNIT.xml…

A test that cannot run here prints a line that starts with SKIP and ends with status 77; a test program
that leaves out some of its cases prints such a line for each. A run that matched no test left no file.
"""

import os
import re
import sys
import xml.etree.ElementTree as ElementTree


def catch_cases(output):
    """Catch2 closes with "… in 4 test cases)" or "test cases: 4 | 3 passed | 1 failed"."""
    found = re.search(r"in (\d+) test cases?\)\s*$", output) or re.search(r"^test cases:\s*(\d+)", output, re.M)
    return int(found.group(1)) if found else 0


def main(paths):
    tests = [test for path in filter(os.path.exists, paths)
             for test in ElementTree.parse(path).getroot().iter("testcase")]
    cases, skipped = 0, []
    for test in tests:
        output = (test.findtext("system-out") or "").strip()
        cases += catch_cases(output)
        reasons = [line for line in output.splitlines() if line.startswith("SKIP")]
        if test.find("skipped") is not None and not reasons:
            reasons = ["SKIP without a reason"]
        skipped += [(test.get("name"), reason) for reason in reasons]
    print(f"{len(tests)} tests, {cases} Catch2 test cases in them, {len(skipped)} skips")
    for name, reason in skipped:
        print(f"!! SKIPPED {name}: {reason}")
    failed = [test.get("name") for test in tests if test.find("failure") is not None]
    for name in failed:
        print(f"!! FAILED {name}")
    passed = 100 * (len(tests) - len(failed)) // max(len(tests), 1)
    print(f"{passed}% tests passed, {len(failed)} tests failed out of {len(tests)}")
    return 1 if failed or not tests else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
