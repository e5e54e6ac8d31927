#!/usr/bin/env bash
# shellcheck disable=SC2016 # what stands in single quotes is for the other shells
# The shells really complete with the generated scripts: completions.sh DIRECTORY-OF-SCRIPTS BUILDPRINT
set -euo pipefail
scripts=$1
commands=$("$2" --help | sed -n '/^Subcommands:/,$ s/^  \([a-z]\{1,\}\).*/\1/p')
[[ -n $commands ]] || { echo "no subcommands in --help"; exit 1; }
first=$(head -n 1 <<<"$commands")

complete_in_bash() { # WORD…: what bash offers for the last one
	bash -c 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _buildprint; printf "%s\n" "${COMPREPLY[@]}"' \
		- "$scripts/buildprint" "$@"
}
expect() { # WHAT WORD: WORD is a line of standard input
	grep -x -e "$2" >/dev/null || { echo "$1 does not offer '$2'"; exit 1; }
	echo "$1 offers $2"
}

for command in $commands; do
	complete_in_bash buildprint "" | expect "bash" "$command"
	complete_in_bash buildprint "$command" -- | expect "bash, after $command," --help
done
if command -v fish >/dev/null; then
	for command in $commands; do
		fish --no-config -c 'source $argv[1]; complete -C "buildprint "' "$scripts/buildprint.fish" |
			cut -f 1 | expect "fish" "$command"
		fish --no-config -c 'source $argv[1]; complete -C "buildprint $argv[2] --"' "$scripts/buildprint.fish" "$command" |
			cut -f 1 | expect "fish, after $command," --help
	done
else
	echo "SKIP: no fish"
fi
if command -v zsh >/dev/null; then
	zsh -n "$scripts/_buildprint"
	zsh -f -c 'autoload -U compinit && compinit -u -D && source "$1" && [[ $_comps[buildprint] == _buildprint ]]' \
		- "$scripts/_buildprint"
	# What zsh would offer, asked through a stand-in for the function that shows it.
	zsh -f -c 'autoload -U compinit && compinit -u -D && source "$1"
		_describe() { print -rl -- ${commands%%:*} }
		words=(buildprint ""); CURRENT=2; _buildprint' - "$scripts/_buildprint" | expect "zsh" "$first"
else
	echo "SKIP: no zsh"
fi
