#!/usr/bin/env python3
"""The folder tree is the design, and this guards it: arrows.py ROOT

Prints one line a violation and exits 1 when there is any. The rules, in docs/architecture.md:

  base, bpf/event.h <- recorder <- fingerprint <- diff <- reports <- cmd

  * a folder includes only itself and what stands to its left;
  * from fingerprint on, only the recorder's pure headers are used (cmd alone may use the rest);
  * bpf/event.h is for the recorder, the other headers of bpf/ stay in bpf/;
  * a foreign library's header is included only by the files that own that library;
  * a source file includes its own header first; headers say #pragma once; paths start at the root.
"""

import fnmatch
import re
import sys
from pathlib import Path

FOLDERS = ["base", "recorder", "fingerprint", "diff", "reports", "cmd"]
PURE_RECORDER = {"recorder/event.hpp", "recorder/recording.hpp", "recorder/recording_file.hpp"}

# Files that read or write a format own the JSON libraries; each other library has one place.
FORMAT_FILES = ["*_json.cpp", "*_file.cpp", "reports/*.cpp", "diff/policy*.cpp"]
OWNERS = {
    "nlohmann/": FORMAT_FILES,
    "simdjson": FORMAT_FILES,
    "bpf/libbpf": ["recorder/bpf_session.cpp"],
    "bpf/bpf.h": ["recorder/bpf_session.cpp"],
    "git2": ["base/git.cpp"],
    "xxh": ["base/digest.cpp"],
    "CLI/": ["cmd/*.cpp"],
    "yaml-cpp/": ["*_yaml.cpp", "reports/*.cpp", "diff/policy*.cpp"],
}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)


def includes(path):
    return INCLUDE.findall(path.read_text(encoding="utf-8", errors="replace"))


def wrong_arrow(folder, included):
    """Why a file of `folder` must not include the project's header `included`; None if it may."""
    target = included.split("/")[0]
    if target == "bpf":
        return None if folder == "recorder" and included == "bpf/event.h" else "only the recorder reads bpf/event.h"
    if target not in FOLDERS:
        return f"no folder {target}/ in the house"
    if FOLDERS.index(target) > FOLDERS.index(folder):
        return f"{target} stands to the right of {folder}"
    if target == "recorder" and folder not in ("recorder", "cmd") and included not in PURE_RECORDER:
        return "only the recorder's pure headers may be used here"
    return None


def foreign(name, included):
    """Why the file `name` must not include <included>; None if it may."""
    for prefix, owners in OWNERS.items():
        if included.startswith(prefix) and not any(fnmatch.fnmatch(name, owner) for owner in owners):
            return f"<{included}> belongs to {', '.join(owners)}"
    return None


def check_file(root, path):
    name = path.relative_to(root).as_posix()
    folder = name.split("/")[0]
    found = includes(path)
    for quote, included in found:
        if quote == "<":
            reason = foreign(name, included)
        elif not (root / included).is_file():
            reason = f'"{included}" is no path from the root'
        else:
            reason = wrong_arrow(folder, included)
        if reason:
            yield f"{name}: includes {included}: {reason}"
    if path.suffix == ".hpp" and "#pragma once" not in path.read_text(encoding="utf-8"):
        yield f"{name}: no #pragma once"
    own = path.with_suffix(".hpp")
    if path.suffix == ".cpp" and own.is_file() and (not found or found[0][1] != own.relative_to(root).as_posix()):
        yield f"{name}: its own header does not come first"


def check(root):
    """All violations under `root`, one line each; an empty house is one too."""
    sources = sorted(p for folder in FOLDERS for p in (root / folder).rglob("*") if p.suffix in (".hpp", ".cpp"))
    if not sources:
        return [f"{root}: no sources found"]
    problems = [problem for path in sources for problem in check_file(root, path)]
    for path in sorted((root / "bpf").glob("*.[ch]")):
        for quote, included in includes(path):
            if quote == '"' and not included.startswith("bpf/"):
                problems.append(f"bpf/{path.name}: includes {included}: bpf/ includes only itself")
    return problems


if __name__ == "__main__":
    violations = check(Path(sys.argv[1]))
    print("\n".join(violations) or "every arrow points left")
    sys.exit(1 if violations else 0)
