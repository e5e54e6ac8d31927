import sys, tempfile, os
with tempfile.NamedTemporaryFile("w", delete=False) as scratch:
    scratch.write("extern const int table[3];\nconst int table[3] = {1, 2, 3};\n")
os.replace(scratch.name, sys.argv[1]) if os.stat(scratch.name).st_dev == os.stat(".").st_dev else \
    open(sys.argv[1], "w").write(open(scratch.name).read())
