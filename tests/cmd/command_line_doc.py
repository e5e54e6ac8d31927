#!/usr/bin/env python3
"""docs/command-line.md has a section for every subcommand, and names no option that --help does not have:
command_line_doc.py BUILDPRINT DOCUMENT"""

import re
import subprocess
import sys
from pathlib import Path


def help_of(buildprint, *subcommand):
    return subprocess.run([buildprint, *subcommand, "--help"], capture_output=True, text=True, check=True).stdout


def main(buildprint, document):
    sections = dict(re.findall(r"^## buildprint ([a-z]+)\n(.*?)(?=^## |\Z)", Path(document).read_text(), re.M | re.S))
    listed = re.findall(r"^  ([a-z]+)\b", help_of(buildprint).split("Subcommands:\n")[1], re.M)
    problems = [f"no section for {name}" for name in listed if name not in sections]
    problems += [f"a section for {name}, which does not exist" for name in sections if name not in listed]
    for name in set(listed) & set(sections):
        known = help_of(buildprint, name)
        inner = re.findall(r"^  ([a-z]+)\b", known.split("Subcommands:\n")[1], re.M) if "Subcommands:\n" in known else []
        known += "".join(help_of(buildprint, name, command) for command in inner)
        options = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", known))
        problems += [f"{name} has no option {option}" for option in
                     sorted(set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", sections[name])) - options)]
    print("\n".join(problems) or f"{len(listed)} subcommands are described")
    return 1 if problems or not listed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
