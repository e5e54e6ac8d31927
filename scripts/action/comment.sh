#!/usr/bin/env bash
# A step of action.yml: one comment a workload on the pull request, written anew at each run. A pull
# request that never had anything new gets none.
#
# It has a token, and the code of the pull request ran before it, as the same user. Therefore action.yml sources
# it into a shell that takes neither functions nor BASH_ENV from its environment, and it uses only the tools of
# the system, the gh that was there before that code, and no settings of gh.
set -euo pipefail

gh=${BUILDPRINT_GH:?there is no gh on this runner}
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
while read -r variable; do
	case $variable in
	GH_TOKEN | GITHUB_* | RUNNER_* | HOME | PATH | *[pP][rR][oO][xX][yY]) ;;
	*) export -n "${variable?}" ;;
	esac
done < <(compgen -e)
own=$(mktemp -d "$RUNNER_TEMP/buildprint-comment.XXXXXX")
host=${GITHUB_SERVER_URL:-https://github.com}
export GH_CONFIG_DIR=$own GH_HOST=${host#*://} GH_ENTERPRISE_TOKEN=$GH_TOKEN

marker="<!-- buildprint:$BUILDPRINT_NAME -->"
comments=repos/$GITHUB_REPOSITORY/issues/$PULL_REQUEST/comments
known=$("$gh" api --paginate "$comments" --jq \
	".[] | select(.user.type == \"Bot\" and (.body | startswith(\"$marker\"))) | .id" | head -n 1)
if [[ -z $known && $BUILDPRINT_VERDICT == same ]]; then
	echo "nothing new and no earlier comment: no comment"
	exit
fi
body=$own/body.md
{
	echo "$marker"
	cat "$BUILDPRINT_COMMENT"
} >"$body"
if [[ -n $known ]]; then
	"$gh" api --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$known" -F "body=@$body" >/dev/null
	echo "updated comment $known"
else
	"$gh" api --method POST "$comments" -F "body=@$body" >/dev/null
	echo "made a comment"
fi
