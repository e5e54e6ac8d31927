#!/usr/bin/env bash
# Installs the packages that buildprint needs, on Debian 12 or Ubuntu 24.04: only what is missing.
#
#   scripts/install-dependencies.sh          what a build needs
#   scripts/install-dependencies.sh html     and Node.js, for the HTML report
#   scripts/install-dependencies.sh test     and what the tests need (Node.js, Chromium, Docker, …)
#
# Uses sudo when not started by root. Prints one line when there is nothing to do.
set -euo pipefail

build_packages=(
	ca-certificates git
	g++ clang cmake make ninja-build pkg-config
	libbpf-dev libelf-dev zlib1g-dev
	libgit2-dev libxxhash-dev
	libsimdjson-dev nlohmann-json3-dev libyaml-cpp-dev
	libcli11-dev
)
test_packages=(
	catch2
	python3 python3-yaml
	shellcheck
	strace
	curl iproute2 procps file sudo
	busybox-static
	dpkg-dev man-db
	zsh fish
)

die() {
	echo "install-dependencies: $*" >&2
	exit 1
}

as_root() {
	if [[ $(id -u) == 0 ]]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo "$@"
	else
		die "needs root to install packages, and there is no sudo; run it as root"
	fi
}

installed() {
	[[ $(dpkg-query -W -f='${Status}' "$1" 2>/dev/null) == "install ok installed" ]]
}

# A mirror that is down for a moment is no reason to fail.
apt_get() {
	local attempt
	for attempt in 1 2 3; do
		if as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y \
			-o Acquire::Retries=3 -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@"; then
			return 0
		fi
		echo "install-dependencies: apt-get $1 failed (attempt $attempt of 3)" >&2
		sleep $((attempt * 5))
	done
	die "apt-get $* failed three times"
}

# Tools that a machine may have from elsewhere (NodeSource, Docker's own packages, Chrome): the command
# decides, not the package.
packages_for_html() {
	command -v node >/dev/null || echo nodejs
	command -v npm >/dev/null || echo npm
}
packages_for_test_tools() {
	command -v dockerd >/dev/null || echo docker.io # the engine, not only its client
	if ! command -v chromium >/dev/null && ! command -v google-chrome >/dev/null; then
		# Ubuntu's chromium package is a stub that installs a snap, which needs a running snapd.
		if [[ $distribution == debian ]]; then
			echo chromium
		else
			echo "install-dependencies: no Chromium package on $distribution (it is a snap):" \
				"the browser tests will be SKIPPED" >&2
		fi
	fi
}

command -v apt-get >/dev/null || die "knows Debian and Ubuntu only; install these packages' counterparts:
  ${build_packages[*]}"
distribution=$(. /etc/os-release && echo "$ID")

wanted=("${build_packages[@]}")
case ${1:-build} in
build) ;;
html) mapfile -t -O "${#wanted[@]}" wanted < <(packages_for_html) ;;
test)
	wanted+=("${test_packages[@]}")
	mapfile -t -O "${#wanted[@]}" wanted < <(packages_for_html && packages_for_test_tools)
	;;
*) die "unknown argument '$1'; it takes nothing, 'html' or 'test'" ;;
esac

missing=()
for package in "${wanted[@]}"; do
	installed "$package" || missing+=("$package")
done
if [[ ${#missing[@]} == 0 ]]; then
	echo "install-dependencies: everything is there" >&2
	exit 0
fi
echo "install-dependencies: installing ${missing[*]}" >&2
apt_get update >/dev/null
apt_get install --no-install-recommends "${missing[@]}" >/dev/null
