import shutil, sys, tempfile
with tempfile.NamedTemporaryFile("w", delete=False) as scratch:
    scratch.write("extern const int table[3];\nconst int table[3] = {1, 2, 3};\n")
shutil.move(scratch.name, sys.argv[1])
