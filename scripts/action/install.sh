#!/usr/bin/env bash
# A step of action.yml: makes a buildprint available and names it in the output `buildprint`, and GitHub's command
# line in the output `gh`, before anything of the pull request is recorded.
set -euo pipefail

fail() {
	echo "::error title=buildprint::$*"
	exit 1
}

echo "gh=$(command -v gh || true)" >>"$GITHUB_OUTPUT"

use() {
	echo "buildprint=$1" >>"$GITHUB_OUTPUT"
	"$1" --version
}

if [[ -n $BUILDPRINT_BINARY ]]; then
	command -v "$BUILDPRINT_BINARY" >/dev/null || fail "the input 'buildprint' names no program: $BUILDPRINT_BINARY"
	use "$(realpath "$(command -v "$BUILDPRINT_BINARY")")"
	exit
fi

[[ $RUNNER_OS == Linux ]] || fail "records on Linux only; this runner is $RUNNER_OS"
version=$BUILDPRINT_VERSION
[[ -n $version || ! $ACTION_REF =~ ^v[0-9]+\.[0-9]+\.[0-9]+$ ]] || version=$ACTION_REF

if [[ -z $version ]]; then
	echo "No release is asked for: building buildprint from $ACTION_REPOSITORY@$ACTION_REF"
	cd "$ACTION_PATH"
	scripts/install-dependencies.sh html
	cmake --preset release -DBUILDPRINT_TESTS=OFF
	cmake --build --preset release
	use "$PWD/build-release/cmd/buildprint"
	exit
fi

case $RUNNER_ARCH in
X64) arch=amd64 ;;
ARM64) arch=arm64 ;;
*) fail "there is no release for the architecture $RUNNER_ARCH; leave 'version' empty to build from source" ;;
esac
archive=buildprint-linux-$arch.tar.gz
directory=$RUNNER_TEMP/buildprint-$version
mkdir -p "$directory"
cd "$directory"
download=${GITHUB_SERVER_URL:-https://github.com}/$ACTION_REPOSITORY/releases/download/$version
for file in "$archive" SHA256SUMS; do
	curl --fail --silent --show-error --location --retry 3 --output "$file" "$download/$file" ||
		fail "cannot download $download/$file"
done
# Only this archive's line: the release holds more files than were downloaded.
grep -F "  $archive" SHA256SUMS | sha256sum --check --strict - ||
	fail "the checksum of $archive is not the one of the release $version; it is not used"
tar -xzf "$archive"
use "$directory/bin/buildprint"
