setup() { d=$(mktemp -d); }
teardown() { rm -r "$d"; }
@test "a script that was just written" {
  printf '#!/bin/sh\nexit 0\n' >"$d/tool"
  chmod +x "$d/tool"
  "$d/tool"
}
