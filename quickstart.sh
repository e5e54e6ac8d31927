#!/usr/bin/env bash
# From nothing to a first answer: installs what a build needs, builds buildprint, records a small real project
# before and after a change to it, and shows what the change made the project's tests do.
#
#   ./quickstart.sh
#
# Packages and the probe (which loads programs into the kernel) need root or sudo. Leaves the program in
# build-release/cmd/buildprint and nothing else.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

step() { printf '\n== %s\n' "$*"; }

step "packages"
scripts/install-dependencies.sh

step "build (some minutes on two cores)"
log=$(mktemp)
work=$(mktemp -d)
trap 'rm -rf "$log" "$work"' EXIT
cmake --preset release -DBUILDPRINT_TESTS=OFF >"$log" 2>&1 || { cat "$log" && exit 1; }
cmake --build --preset release >"$log" 2>&1 || { cat "$log" && exit 1; }
buildprint=$PWD/build-release/cmd/buildprint
"$buildprint" --version

step "a small project, recorded"
mkdir "$work/project"
cd "$work/project"
cat >hello.c <<'END'
#include <stdio.h>
int main(void) { return puts("hello") < 0; }
END
cat >Makefile <<'END'
hello: hello.c
	cc -o hello hello.c
test: hello
	./hello | grep -q hello
END
"$buildprint" record --name hello -o "$work/before.json" -- make test

step "the same project in another directory: nothing new"
cp -r "$work/project" "$work/elsewhere"
cd "$work/elsewhere"
rm hello
"$buildprint" record --name hello -o "$work/again.json" -- make test
"$buildprint" diff "$work/before.json" "$work/again.json"
if cmp "$work/before.json" "$work/again.json"; then
	echo "(both fingerprints are the same, byte for byte)"
fi

step "a change: its tests now run a script that sends the machine's name somewhere"
cat >report.sh <<'END'
#!/bin/bash
name=$(uname -a)
echo "$name" >/dev/tcp/127.0.0.1/4873
exit 0
END
chmod +x report.sh
printf '\t@./report.sh 2>/dev/null\n' >>Makefile
rm hello
"$buildprint" record --name hello -o "$work/after.json" -- make test

step "buildprint diff before.json after.json"
cd "$work"
status=0
"$buildprint" diff before.json after.json || status=$?
[[ $status == 1 ]] || { echo "the diff exited with $status; it should say 1, new behavior" >&2; exit 1; }

cat <<END

That is what a gate would have stopped. On a project of yours:

  cd YOUR-PROJECT
  $buildprint record --name tests -o .buildprint/tests.json -- make test    # commit this file
  $buildprint gate   --name tests -- make test                              # and in CI, on every change
END
