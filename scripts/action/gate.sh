#!/usr/bin/env bash
# A step of action.yml: records BUILDPRINT_RUN, compares, and turns the reports into what GitHub shows.
#
# What runs under the recording is the code of the pull request. It is told of nothing that would let it speak
# for this step or act in a later one:
#   * workflow commands are stopped by a random token while it can print;
#   * of the files that the runner reads after the step it gets throw-away ones, and what stands in the real
#     ones when it has ended is dropped;
#   * the variables of this script are not exported to it. Everything else of the step's environment is.
# No more than that: it runs as the user who owns the real files, the runner and its logs, it can read this
# script's inputs in /proc, and what it leaves running can still write to all of them. docs/ci.md says so, too.
set -euo pipefail

name=$BUILDPRINT_NAME
command=$BUILDPRINT_RUN
base=$BUILDPRINT_BASE
labels=$BUILDPRINT_LABELS
fail_on=$BUILDPRINT_FAIL_ON
wanted=$BUILDPRINT_WANTED
read_only=$BUILDPRINT_FORK
buildprint=$BUILDPRINT
export -n ACTION_PATH BUILDPRINT BUILDPRINT_NAME BUILDPRINT_RUN BUILDPRINT_BASE BUILDPRINT_LABELS BUILDPRINT_FAIL_ON \
	BUILDPRINT_WANTED BUILDPRINT_FORK

fail() {
	echo "::error title=buildprint::$*"
	exit 1
}

[[ $name =~ ^[A-Za-z0-9][A-Za-z0-9._-]*$ ]] || fail "the input 'name' may hold letters, digits, dot, dash and underscore"
for what in ${fail_on//,/ }; do
	case $what in
	new | incomplete | no-baseline) ;;
	*) fail "the input 'fail-on' knows new, incomplete and no-baseline, not '$what'" ;;
	esac
done
label_options=()
while read -r label; do
	[[ -z $label ]] || label_options+=(--label "$label")
done <<<"$labels"
# A push that creates a branch has no commit before it.
[[ ! $base =~ ^0+$ ]] || base=

reports=$RUNNER_TEMP/buildprint-reports/$name
mkdir -p "$reports"

files=(GITHUB_ENV GITHUB_OUTPUT GITHUB_PATH GITHUB_STATE GITHUB_STEP_SUMMARY)
thrown_away=$(mktemp -d "$RUNNER_TEMP/buildprint-files.XXXXXX")
files_of_command=()
for file in "${files[@]}"; do
	: >"$thrown_away/$file"
	files_of_command+=("$file=$thrown_away/$file")
done

token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
echo "::stop-commands::$token"
status=0
env "${files_of_command[@]}" "$buildprint" gate --name "$name" ${base:+--base "$base"} "${label_options[@]}" --report-dir "$reports" -- \
	bash --noprofile --norc -eo pipefail -c "$command" || status=$?
echo
echo "::$token::"

# The tools of the system only: the command can have put others into a directory of PATH.
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
dropped=
for file in "${files[@]}"; do
	real=${!file:-$thrown_away/$file}
	[[ ! -s $real && ! -s $thrown_away/$file ]] || dropped+=" $file"
	: >"$real"
done
[[ -z $dropped ]] || echo "The command wrote to$dropped. That is dropped: the steps after the gate get nothing from the recorded command."

case $status in
0) verdict=same ;;
1) verdict=new ;;
3) verdict=no-baseline ;;
4) verdict=incomplete ;;
*) verdict=error ;;
esac

# An output names a report only when there is one.
report() { [[ ! -s $reports/$1 ]] || echo "$reports/$1"; }
# Each finding of the diff file has one score; a score inside a string has escaped quotes.
new_count=$(grep -o '"score":' "$reports/$name.json" 2>/dev/null | wc -l || true)
{
	echo "verdict=$verdict"
	echo "new-count=$new_count"
	echo "report-dir=$reports"
	echo "fingerprint=$(report "$name.json.new")"
	echo "sarif=$(report "$name.sarif")"
	echo "comment=$(report "$name.comment.md")"
	echo "read-only=$read_only"
} >>"$GITHUB_OUTPUT"

if [[ -s $reports/$name.md ]]; then
	cat "$reports/$name.md" >>"$GITHUB_STEP_SUMMARY"
else
	echo "buildprint: $verdict (exit status $status), and no report; see the log of the step" >>"$GITHUB_STEP_SUMMARY"
fi
if [[ $read_only == true && -n ${wanted// /} ]]; then
	echo "This run has a read-only token (a fork's pull request, or Dependabot's), so this was skipped: $wanted." \
		"The reports are in the artifact." | tee -a "$GITHUB_STEP_SUMMARY"
fi
[[ ! -s $reports/$name.annotations.txt ]] || cat "$reports/$name.annotations.txt"

case ,$fail_on,error, in
*,"$verdict",*) exit 1 ;;
esac
[[ $verdict == same ]] || echo "verdict $verdict, which 'fail-on: $fail_on' lets pass"
