import os
import subprocess
import sys

from setuptools import setup

subprocess.run([sys.executable, "-c", "import tempfile; tempfile.TemporaryFile()"], check=True)
setup(name="weigh", version="1.0", packages=["weigh"], entry_points={"console_scripts": ["weigh = weigh:main"]})
