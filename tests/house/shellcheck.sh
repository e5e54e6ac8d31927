#!/usr/bin/env bash
# Every shell script of the project, whatever its name, is clean for ShellCheck.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
command -v shellcheck >/dev/null || { echo "SKIP: no shellcheck"; exit 77; }

mapfile -t scripts < <(find . \( -name .git -o -path './build*' -o -name node_modules \) -prune -o -type f \
	-exec awk 'FNR == 1 && /^#!.*\/(env )?(ba|da)?sh( |$)/ { print FILENAME } { nextfile }' {} +)
[[ ${#scripts[@]} -gt 0 ]] || { echo "no scripts found"; exit 1; }
shellcheck --external-sources "${scripts[@]}"
echo "${#scripts[@]} scripts are clean"
