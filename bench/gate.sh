#!/bin/sh
# What the gate adds to a recording, and how long the log takes, in repositories made for it.
#   bench/gate.sh BUILDPRINT GATE_HISTORY
# Limits: gate 0.5 s with 10,000 behaviors and 100,000 commits; log 2 s over 1,000 versions.
set -eu
buildprint=$(realpath "$1")
history=$(realpath "$2")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

make_repository() { # NAME COMMITS VERSIONS BEHAVIORS
	git init -q -b main "$scratch/$1"
	cd "$scratch/$1"
	"$history" "$2" "$3" "$4" "$scratch/$1.json" | git fast-import --quiet
	git repack -adq
	git reset -q --hard main
	git checkout -q -b change
	git -c user.name=Ben -c user.email=ben@example.com commit -q --allow-empty -m change
}

timed() { # WHAT LIMIT_MS COMMAND…: the median of five, by the clock
	what=$1 limit=$2
	shift 2
	times=$(for _ in 1 2 3 4 5; do
		start=$(date +%s%N)
		"$@" >"$scratch/out" 2>&1 || [ $? -eq 1 ] || { cat "$scratch/out" >&2; exit 2; }
		echo $((($(date +%s%N) - start) / 1000000))
	done | sort -n)
	median=$(echo "$times" | sed -n 3p)
	echo "$what: $median ms (limit $limit ms; all: $(echo "$times" | tr "\n" " "))"
	[ "$median" -le "$limit" ]
}

unset CI GITHUB_ACTIONS GITLAB_CI JENKINS_URL TF_BUILD || true
status=0
make_repository large 100000 10 10000
timed "gate, 10,000 behaviors, 100,000 commits" 500 "$buildprint" gate --name bench --fingerprint "$scratch/large.json" || status=1
make_repository long 1000 1000 500
timed "log, 1,000 versions of 500 and more behaviors" 2000 "$buildprint" log --name bench || status=1
timed "blame, 1,000 versions" 2000 "$buildprint" blame --name bench || status=1
make_repository spread 20000 1000 200
timed "log, 1,000 versions in 20,000 commits" 2000 "$buildprint" log --name bench || status=1
exit $status
