#!/usr/bin/env bash
# A step of action.yml: one comment a workload on the pull request, written anew at each run. A pull
# request that never had anything new gets none.
set -euo pipefail

marker="<!-- buildprint:$BUILDPRINT_NAME -->"
comments=repos/$GITHUB_REPOSITORY/issues/$PULL_REQUEST/comments
known=$(gh api --paginate "$comments" --jq \
	".[] | select(.user.type == \"Bot\" and (.body | startswith(\"$marker\"))) | .id" | head -n 1)
if [[ -z $known && $BUILDPRINT_VERDICT == same ]]; then
	echo "nothing new and no earlier comment: no comment"
	exit
fi
body=$RUNNER_TEMP/buildprint-comment.md
{
	echo "$marker"
	cat "$BUILDPRINT_COMMENT"
} >"$body"
if [[ -n $known ]]; then
	gh api --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$known" -F "body=@$body" >/dev/null
	echo "updated comment $known"
else
	gh api --method POST "$comments" -F "body=@$body" >/dev/null
	echo "made a comment"
fi
