#!/usr/bin/env python3
"""arrows.py finds what it is there to find: each rule is broken once in a small house."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parent))
import arrows

HOUSE = {
    "base/text.hpp": "#pragma once\n#include <string>\n",
    "base/text.cpp": '#include "base/text.hpp"\n#include <vector>\n',
    "bpf/event.h": "/* wire */\n",
    "bpf/kernel.bpf.h": '#include "bpf/event.h"\n#include <bpf/bpf_helpers.h>\n',
    "recorder/event.hpp": '#pragma once\n#include "base/text.hpp"\n',
    "recorder/launcher.hpp": "#pragma once\n",
    "recorder/bpf_session.cpp": '#include <bpf/libbpf.h>\n#include "bpf/event.h"\n',
    "fingerprint/rules.hpp": '#pragma once\n#include "recorder/event.hpp"\n',
    "diff/diff_json.cpp": "#include <nlohmann/json.hpp>\n",
    "cmd/record.cpp": '#include <CLI/CLI.hpp>\n#include "recorder/launcher.hpp"\n',
}


class Arrows(unittest.TestCase):
    def problems(self, **changes):
        """The violations of the small house with the files of `changes` laid over it."""
        with tempfile.TemporaryDirectory() as folder:
            for name, text in (HOUSE | changes.get("files", {})).items():
                path = Path(folder, name)
                path.parent.mkdir(exist_ok=True)
                path.write_text(text)
            return arrows.check(Path(folder))

    def assert_found(self, name, text, reason):
        found = self.problems(files={name: text})
        self.assertEqual(len(found), 1, found)
        self.assertIn(name, found[0])
        self.assertIn(reason, found[0])

    def test_a_clean_house_passes(self):
        self.assertEqual(self.problems(), [])

    def test_an_empty_house_does_not_pass(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(len(arrows.check(Path(folder))), 1)

    def test_an_arrow_to_the_right_is_found(self):
        self.assert_found("base/text.hpp", '#pragma once\n#include "recorder/event.hpp"\n', "to the right of base")

    def test_the_privileged_recorder_stays_out_of_pure_code(self):
        self.assert_found("fingerprint/rules.hpp", '#pragma once\n#include "recorder/launcher.hpp"\n', "pure")

    def test_the_wire_format_is_for_the_recorder(self):
        self.assert_found("diff/wire.cpp", '#include "bpf/event.h"\n', "bpf/event.h")

    def test_kernel_headers_of_the_project_stay_in_bpf(self):
        self.assert_found("recorder/kernel.cpp", '#include "bpf/kernel.bpf.h"\n', "bpf/event.h")

    def test_bpf_includes_only_itself(self):
        self.assert_found("bpf/recorder.bpf.c", '#include "base/text.hpp"\n', "only itself")

    def test_a_foreign_header_outside_its_owner_is_found(self):
        self.assert_found("diff/diff.cpp", "#include <nlohmann/json.hpp>\n", "belongs to")
        self.assert_found("recorder/probe.cpp", "#include <bpf/libbpf.h>\n", "belongs to")
        self.assert_found("base/hash.cpp", "#include <xxhash.h>\n", "belongs to")

    def test_a_foreign_header_in_a_header_is_found(self):
        self.assert_found("cmd/options.hpp", "#pragma once\n#include <CLI/CLI.hpp>\n", "belongs to")

    def test_the_own_header_comes_first(self):
        self.assert_found("base/text.cpp", '#include <vector>\n#include "base/text.hpp"\n', "own header")

    def test_a_header_without_pragma_once_is_found(self):
        self.assert_found("base/text.hpp", "#include <string>\n", "pragma once")

    def test_a_path_that_does_not_start_at_the_root_is_found(self):
        self.assert_found("base/more.cpp", '#include "text.hpp"\n', "from the root")


if __name__ == "__main__":
    unittest.main()
