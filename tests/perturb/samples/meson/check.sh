#!/bin/sh
d=$(mktemp -d -t check.XXXXXX) && touch "$d/x" && rm -r "$d"
