#!/usr/bin/env bash
# browser_test.sh SOURCE BINARY SAMPLE PAGE_BUILD: checks the page's types, then drives it in Chromium.
# Exits 77 (skipped), with the reason, where node, npm, Chromium or the page itself are missing.
set -euo pipefail
source=$1 binary=$2 sample=$3 page_build=$4

skip() {
	echo "SKIPPED: $*"
	exit 77
}

command -v node >/dev/null || skip "no node"
command -v npm >/dev/null || skip "no npm"
(($(node -p 'process.versions.node.split(".")[0]') >= 20)) || skip "playwright-core needs node 20, this is $(node --version)"
CHROMIUM=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)}
[[ -x $CHROMIUM ]] || skip "no chromium (set CHROMIUM to one)"
export CHROMIUM

mkdir -p "$binary/pages"
for page in run diff partial-diff hostile-run hostile-diff; do
	"$sample" "$page" "$binary/pages/$page.html" || skip "this build has no HTML page"
done
"$sample" run "$binary/pages/large-run.html" 5000
"$sample" mermaid "$binary/pages/run.mermaid"
"$sample" mermaid "$binary/pages/large.mermaid" 5000
"$sample" hostile-mermaid "$binary/pages/hostile.mermaid"
"$sample" diff "$binary/pages/large-diff.html" 5000

cd "$binary"
if ! cmp -s "$source/package-lock.json" installed.json; then
	cp "$source/package.json" "$source/package-lock.json" "$source/.npmrc" .
	npm ci --ignore-scripts --no-audit --no-fund --loglevel=error || skip "npm cannot fetch playwright-core"
	cp package-lock.json installed.json
fi

modules=$page_build/node_modules
cat >tsconfig.json <<JSON
{
  "extends": "$source/tsconfig.json",
  "include": ["$(realpath "$source/../../reports/html/src")"],
  "compilerOptions": {"paths": {
    "preact": ["$modules/preact"], "preact/*": ["$modules/preact/*"],
    "d3-hierarchy": ["$binary/node_modules/@types/d3-hierarchy"]
  }}
}
JSON
node_modules/.bin/tsc -p tsconfig.json
cp "$source/browser_test.mjs" .
exec node --test --test-reporter=spec browser_test.mjs
