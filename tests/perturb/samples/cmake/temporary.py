# Copies a program to a temporary directory and runs it there.
import shutil, subprocess, sys, tempfile
with tempfile.TemporaryDirectory() as scratch:
    subprocess.run([shutil.copy(sys.argv[1], scratch + "/copy")], check=True)
