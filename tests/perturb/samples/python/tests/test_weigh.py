import multiprocessing
import subprocess
import sys
import tempfile
import unittest

import scale


class Weigh(unittest.TestCase):
    def test_grams(self):
        self.assertEqual(scale.grams(2), 2000)

    def test_workers(self):
        with multiprocessing.get_context("spawn").Pool(2) as pool:
            self.assertEqual(pool.map(scale.grams, [1, 2]), [1000, 2000])

    def test_temporary_program(self):
        with tempfile.NamedTemporaryFile("w", suffix=".py") as script:
            script.write("import scale")
            script.flush()
            subprocess.run([sys.executable, script.name], check=True)
