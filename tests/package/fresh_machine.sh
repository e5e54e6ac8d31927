#!/usr/bin/env bash
# The .deb on a machine that has nothing but apt: it installs with what it depends on, `doctor` says that all is
# well, and it records. fresh_machine.sh BUILD-DIRECTORY
#
# FRESH_MACHINE names the program that has such a machine: `FRESH_MACHINE DIR COMMAND` runs a shell command in a copy
# of DIR as root of a minimal Debian or Ubuntu that shares this kernel.
set -euo pipefail
[[ -n ${FRESH_MACHINE:-} ]] || { echo "SKIPPED: FRESH_MACHINE names no way to a fresh machine"; exit 77; }
[[ $(id -u) == 0 ]] || { echo "SKIPPED: needs root"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cpack -G DEB --config "$1/CPackConfig.cmake" -B "$work/cpack" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
mkdir "$work/machine"
mv "$work"/cpack/*.deb "$work/machine/"
cat >"$work/machine/use.sh" <<'SH'
set -eu
! command -v buildprint >/dev/null
apt-get update -qq
apt-get install -y -qq --no-install-recommends ./buildprint*.deb >/dev/null
buildprint --version
buildprint doctor
for page in buildprint buildprint-gate; do test -s /usr/share/man/man1/$page.1 || test -s /usr/share/man/man1/$page.1.gz; done
buildprint record --name tests -o tests.json -- sh -c 'uname | cat'
buildprint show tests.json
grep -q '/usr/bin/uname' tests.json
apt-get remove -y -qq buildprint >/dev/null
! command -v buildprint >/dev/null
echo "installed, recorded, removed"
SH
"$FRESH_MACHINE" "$work/machine" 'sh ./use.sh'
