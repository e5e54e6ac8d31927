#!/bin/sh
# A little of everything that every kernel must show; `smoke.sh check FINGERPRINT LOG` says whether it did.
if [ "$1" = check ]; then
  missing=
  # shellcheck disable=SC2016 # $TMP stands in the fingerprint
  for line in '"kind":"exec".*"/usr/bin/cat"' '"kind":"connect".*"loopback:[9r]' \
    '"kind":"listen"' '"kind":"write".*"object":"\$TMP"' '"kind":"kernel".*"object":"mount' \
    '"kind":"read".*"object":"secret:npm'; do
    /bin/busybox grep -q "$line" "$2" || missing="$missing $line"
  done
  /bin/busybox grep -q '"complete": true' "$2" || missing="$missing complete"
  if [ -z "$missing" ]; then
    echo ok
  else
    echo "missing:$missing"
    /bin/busybox tail -n 5 "$3"
    /bin/busybox cat "$2"
  fi
  exit
fi
echo x >/tmp/made
cat /tmp/made >/dev/null
echo token >"$HOME/.npmrc"
cat "$HOME/.npmrc" >/dev/null
/bin/busybox nc -l -p 4000 </dev/null >/dev/null &
sleep 0.5
echo hello | /bin/busybox nc 127.0.0.1 4000
/bin/busybox nc 127.0.0.1 9 </dev/null
mount -t tmpfs none /mnt
true
