#!/bin/sh
out=$(mktemp)
./area 3 >"$out" && grep -q '^9$' "$out" && rm "$out"
