#!/usr/bin/env bash
# Installs what the tests need, builds buildprint, and runs every test with CTest:
# first the unit tests with the address and undefined-behavior sanitizers, then everything, optimized.
#
#   ./test.sh                    everything
#   ./test.sh -R diff            arguments go to the second ctest
#
# Live tests record real programs: they need root. What cannot run here is listed,
# with its reason, above ctest's summary.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

jobs=$(nproc)
log=$(mktemp)
trap 'rm -f "$log"' EXIT

step() { printf '\n== %s (%d s)\n' "$1" "$SECONDS"; }
quietly() { "$@" >"$log" 2>&1 || { cat "$log"; return 1; }; }

step "packages"
scripts/install-dependencies.sh test

step "unit tests, with sanitizers"
quietly cmake --preset dev
quietly cmake --build --preset dev -j "$jobs" --target unit_tests
# The gate tests run the program with an environment of their own: they run optimized, below.
ctest --preset dev -L catch -E '^gate$' -j "$jobs" --no-tests=error

step "all tests, optimized"
quietly cmake --preset release -DBUILDPRINT_TESTS=ON
quietly cmake --build --preset release -j "$jobs"
junit=$PWD/build-release/tests.xml
status=0
ctest --preset release -j "$jobs" --no-tests=error --output-junit "$junit" \
	--test-output-truncation head --test-output-size-passed 1048576 "$@" | tee "$log" || status=$?

step "counts and skips"
python3 tests/summary.py "$junit"
sed -n '/tests passed, .* tests failed out of/,$p' "$log"
exit "$status"
