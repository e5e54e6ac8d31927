#!/usr/bin/env bash
# Every command has a manual page that man formats without a warning: manual_pages.sh DIRECTORY BUILDPRINT
set -euo pipefail
command -v man >/dev/null || { echo "SKIP: no man"; exit 77; }
commands=$("$2" --help | sed -n '/^Subcommands:/,$ s/^  \([a-z]\{1,\}\).*/\1/p')
[[ -n $commands ]] || { echo "no subcommands in --help"; exit 1; }
for command in "" $commands; do
	page=buildprint${command:+-$command}
	[[ -e $1/$page.1 ]] || { echo "no page $page.1"; exit 1; }
	warnings=$(LC_ALL=C.UTF-8 MANWIDTH=80 man --warnings -l "$1/$page.1" 2>&1 >/dev/null)
	[[ -z $warnings ]] || { echo "$page.1: $warnings"; exit 1; }
	echo "$page.1 is fine"
done
