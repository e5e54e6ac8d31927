#!/usr/bin/env bash
# The .deb holds the program, a manual page for every command, the completions and the license, depends on
# the libraries it needs, and the program in it runs: deb.sh BUILD-DIRECTORY
set -euo pipefail
command -v dpkg-shlibdeps >/dev/null || { echo "SKIP: no dpkg-dev"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cpack -G DEB --config "$1/CPackConfig.cmake" -B "$work" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
deb=$(echo "$work"/*.deb)
dpkg-deb -x "$deb" "$work/root"

buildprint=$work/root/usr/bin/buildprint
"$buildprint" --version
version=$("$buildprint" --version)
[[ $version == "buildprint $(dpkg-deb -f "$deb" Version)" ]] || { echo "the package has another version"; exit 1; }
dpkg-deb -f "$deb" Depends | grep -q 'libc6 (>= ' || { echo "no dependencies"; exit 1; }
for file in share/doc/buildprint/copyright share/bash-completion/completions/buildprint \
	share/zsh/vendor-completions/_buildprint share/fish/vendor_completions.d/buildprint.fish share/man/man1/buildprint.1; do
	[[ -s $work/root/usr/$file ]] || { echo "no $file"; exit 1; }
done
commands=$("$buildprint" --help | sed -n '/^Subcommands:/,$ s/^  \([a-z]\{1,\}\).*/\1/p')
for command in $commands; do
	[[ -s $work/root/usr/share/man/man1/buildprint-$command.1 ]] || { echo "no manual page of $command"; exit 1; }
done
echo "$(basename "$deb") is complete"
