#!/usr/bin/env bash
# validate.sh SOURCE BINARY WRITER: renders reports and holds them against the published schemas, Microsoft's
# SARIF validator and a real Markdown renderer. Exits 77 (skipped), with the reason, without node and npm.
set -euo pipefail
source=$1 binary=$2 writer=$3

skip() {
	echo "SKIPPED: $*"
	exit 77
}

command -v node >/dev/null || skip "no node"
command -v npm >/dev/null || skip "no npm"
(($(node -p 'process.versions.node.split(".")[0]') >= 20)) || skip "marked needs node 20, this is $(node --version)"

cd "$binary"
rm -rf reports
"$writer" reports
if ! cmp -s "$source/package-lock.json" installed.json; then
	cp "$source/package.json" "$source/package-lock.json" "$source/.npmrc" .
	npm ci --ignore-scripts --no-audit --no-fund --loglevel=error || skip "npm cannot fetch the validators"
	cp package-lock.json installed.json
fi
cp "$source/validate.mjs" .
SCHEMAS=$(realpath "$source/../../../docs/schemas") EXTERNAL=$source exec node --test --test-reporter=spec validate.mjs
