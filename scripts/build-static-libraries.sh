#!/usr/bin/env bash
# Builds the two libraries that Debian 12 has no usable archive of, for -DBUILDPRINT_STATIC=ON:
# simdjson (shared only) and libgit2 (its archive wants ssh, TLS and HTTP, which a reader of local
# repositories never needs). The sources are Debian's own, checked by apt.
#
#   scripts/build-static-libraries.sh deps
#   cmake --preset static && cmake --build --preset static
set -euo pipefail
[[ $# == 1 ]] || { sed -n '2,8p' "$0" >&2; exit 2; }
mkdir -p "$1"
prefix=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

as_root() { if [[ $(id -u) == 0 ]]; then "$@"; else sudo "$@"; fi; }
# shellcheck source=/dev/null
codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
# apt reads sources of packages only where a deb-src line says so; this one lives as long as the script.
list=$work/source.list
sources=(-o Dir::Etc::sourcelist="$list" -o Dir::Etc::sourceparts=- -o Dir::State::lists="$work/lists"
	-o APT::Sandbox::User=root)
echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian $codename main" >"$list"
mkdir -p lists/partial
as_root apt-get install -q -y --no-install-recommends dpkg-dev libhttp-parser-dev
apt-get -q "${sources[@]}" update
apt-get -q "${sources[@]}" source libgit2 simdjson

build() { # SOURCE OPTION…
	local source=$1
	shift
	cmake -S "$source" -B "$source/out" -G Ninja -DCMAKE_BUILD_TYPE=Release -DBUILD_SHARED_LIBS=OFF \
		-DCMAKE_POSITION_INDEPENDENT_CODE=ON -DCMAKE_INSTALL_PREFIX="$prefix" -DCMAKE_INSTALL_LIBDIR=lib "$@"
	cmake --build "$source/out"
	cmake --install "$source/out"
}
build libgit2-*/ -DUSE_SSH=OFF -DUSE_HTTPS=OFF -DUSE_SHA1=CollisionDetection -DUSE_SHA256=Builtin -DUSE_GSSAPI=OFF \
	-DUSE_HTTP_PARSER=system -DREGEX_BACKEND=regcomp -DUSE_BUNDLED_ZLIB=OFF -DBUILD_TESTS=OFF -DBUILD_CLI=OFF
build simdjson-*/ -DSIMDJSON_DEVELOPER_MODE=OFF
