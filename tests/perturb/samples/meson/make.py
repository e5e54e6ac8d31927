import sys
open(sys.argv[1], "w").write("int base(void) { return 1; }\n")
