#!/usr/bin/env python3
"""Counts of a CTest run, and what was skipped and why: summary.py JUNIT.xml

A test that cannot run here prints a line that starts with SKIP and ends with status 77; a test program
that leaves out some of its cases prints such a line for each.
"""

import re
import sys
import xml.etree.ElementTree as ElementTree


def catch_cases(output):
    """Catch2 closes with "… in 4 test cases)" or "test cases: 4 | 3 passed | 1 failed"."""
    found = re.search(r"in (\d+) test cases?\)\s*$", output) or re.search(r"^test cases:\s*(\d+)", output, re.M)
    return int(found.group(1)) if found else 0


def main(path):
    tests = list(ElementTree.parse(path).getroot().iter("testcase"))
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


if __name__ == "__main__":
    main(sys.argv[1])
