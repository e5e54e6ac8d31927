#!/usr/bin/env bash
# For pre-commit: every fingerprint that is given can be read and is as buildprint wrote it.
set -euo pipefail
status=0
for file in "$@"; do
	buildprint show "$file" >/dev/null || status=1
done
exit "$status"
