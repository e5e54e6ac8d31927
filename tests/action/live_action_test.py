#!/usr/bin/env python3
"""The action with the real buildprint, on a repository of its own: live_action_test.py BUILDPRINT"""

import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import runner


def main(buildprint):
    if subprocess.run([buildprint, "doctor"], stdout=subprocess.DEVNULL).returncode == 2:
        print("SKIP: this machine cannot record (buildprint doctor)")
        return 77
    with tempfile.TemporaryDirectory() as place:
        project = Path(place, "project")
        project.mkdir()

        def shell(script):
            subprocess.run(["bash", "-ec", script], cwd=project, check=True)

        def act():
            inputs = {"name": "unit", "run": "make test\necho done", "buildprint": buildprint, "baseline": "HEAD"}
            outcome = runner.run_action(HERE.parent.parent, inputs, {"event": {}}, {}, project)
            print(outcome.log)
            return outcome

        commit = "git add -f . && git -c user.name=a -c user.email=a@b commit -qm"
        (project / "Makefile").write_text("test:\n\t@echo tested | cat\n")
        shell(f"git init -q -b main && {commit} first")
        first = act()
        assert first.failed and first.outputs["verdict"] == "no-baseline", first.outputs
        assert "tested\ndone\n" in first.log

        shell(f"mv .buildprint/unit.json.new .buildprint/unit.json && {commit} baseline")
        again = act()
        assert not again.failed and again.outputs["verdict"] == "same", again.outputs
        assert again.commands == [] and "nothing new" in again.summary

        (project / "Makefile").write_text("test:\n\t@echo tested | cat\n\t@id >/dev/null\n")
        changed = act()
        assert changed.failed and changed.outputs["verdict"] == "new", changed.outputs
        assert changed.outputs["new-count"] == "1"
        (annotation,) = changed.commands
        assert "file=Makefile,line=3" in annotation and "/usr/bin/id" in annotation, annotation
        assert "/usr/bin/id" in changed.summary
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
