#!/usr/bin/env python3
"""Every relative link of the project's documents leads somewhere: links.py ROOT"""

import re
import sys
from pathlib import Path

LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)")


def main(root):
    documents = [path for path in root.rglob("*.md") if not {"node_modules", ".git"} & set(path.parts)
                 and not path.relative_to(root).parts[0].startswith("build")]
    broken = [f"{path.relative_to(root)}: {target}" for path in documents
              for target in LINK.findall(path.read_text()) if not (path.parent / target).exists()]
    print("\n".join(broken) or f"the links of {len(documents)} documents lead somewhere")
    return 1 if broken or not documents else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
