#!/usr/bin/env bash
# Installs what the tests need, builds buildprint, and runs every test with CTest: those of the
# libraries with the address and undefined-behavior sanitizers, those of the program optimized.
#
#   ./test.sh                    everything
#   ./test.sh -R diff            arguments go to ctest
#
# Live tests record real programs: they need root, and run through sudo where it asks for no password.
# What cannot run here is listed, with its reason, above ctest's summary.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

jobs=$(nproc)
log=$(mktemp)
trap 'rm -f "$log"' EXIT

step() { printf '\n== %s (%d s)\n' "$1" "$SECONDS"; }
quietly() { "$@" >"$log" 2>&1 || { cat "$log"; return 1; }; }

step "packages"
scripts/install-dependencies.sh test

results=()
status=0
# run_tests NAME PRESET [COMMAND…] -- CTEST_OPTION…: ctest, started by COMMAND, with its results in NAME.xml.
run_tests() {
	local results_file=$PWD/build-$2/$1.xml preset=$2 command=()
	shift 2
	while [[ $1 != -- ]]; do
		command+=("$1")
		shift
	done
	shift
	rm -f "$results_file"
	results+=("$results_file")
	"${command[@]}" ctest --preset "$preset" -j "$jobs" --no-tests=ignore --output-junit "$results_file" \
		--test-output-truncation head --test-output-size-passed 1048576 "$@" || status=$?
}

step "tests of the libraries, with sanitizers"
quietly cmake --preset dev -DCMAKE_CXX_FLAGS_DEBUG=-g1 # lines for the sanitizers' reports, and no more to compile
quietly cmake --build --preset dev -j "$jobs" --target unit_tests
run_tests libraries dev -- -L library "$@"

step "tests of the program, optimized"
quietly cmake --preset release -DBUILDPRINT_TESTS=ON
quietly cmake --build --preset release -j "$jobs" --target program_tests
live=()
if [[ $(id -u) != 0 ]] && sudo -n true 2>/dev/null; then
	live=(sudo -n env -u SUDO_UID -u SUDO_GID -u SUDO_USER -u SUDO_COMMAND HOME=/root "PATH=$PATH")
	trap 'rm -f "$log"; sudo -n chown -R "$(id -u):$(id -g)" build-release' EXIT
fi
if [[ $(id -u) == 0 || ${#live[@]} != 0 ]] && ! mountpoint -q /; then
	live+=(tests/own_root)
fi
run_tests program release -- -LE 'library|live' "$@"
run_tests live release "${live[@]}" -- -L live "$@"

step "counts and skips"
python3 tests/summary.py "${results[@]}" || status=$?
exit "$status"
