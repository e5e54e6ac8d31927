#!/usr/bin/env bash
# Rewrites the golden files from what the unit tests now produce, and shows the change for review.
#   tests/update_golden.sh [BUILD-DIRECTORY]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
UPDATE_GOLDEN=1 ctest --test-dir "${1:-build}" -L unit --output-on-failure >/dev/null || true
git --no-pager diff --stat -p -- tests/golden
git ls-files --others --exclude-standard -- tests/golden
