#!/bin/sh
# Containers of Podman with cgroup v2 alone: one of its own, one that the workload starts, one that runs already.
# Says "ok", or what is missing.
busybox() { /bin/busybox "$@"; }
exec 3>&1 >/tmp/container.log 2>&1
set -x
mkdir -p /run /var/tmp /dev/pts /dev/shm
busybox mount -t devpts none /dev/pts
busybox mount -t tmpfs none /dev/shm
podman import /container.tar tiny:1

buildprint record --engine podman -o /tmp/image.json --image tiny:1 --network none -- sh -c 'cat /etc/passwd; true'
buildprint record -o /tmp/asked.json -- podman run --rm --network none tiny:1 cat /etc/passwd
running=$(podman run --detach --network none tiny:1 sh -c 'while :; do cat /etc/passwd; sleep 1; done' 2>/dev/null)
buildprint record --engine podman -o /tmp/running.json --container "$running" --for 5s

set +x
missing=
look_for() { # FINGERPRINT LINEAGE
  busybox grep -q '"complete": true' "$1" || missing="$missing $1: complete"
  busybox grep -q "\"kind\":\"exec\".*\"lineage\":\[$2\]" "$1" || missing="$missing $1: $2"
  if busybox grep -E 'runc|crun|conmon' "$1"; then missing="$missing $1: nothing of the runtime"; fi
}
shell='"/usr/bin/busybox sh -c"' cat='"/usr/bin/busybox cat"'
look_for /tmp/image.json '"container:localhost/tiny"'
look_for /tmp/image.json "\"container:localhost/tiny\",$shell,$cat"
look_for /tmp/asked.json "\"/usr/bin/podman run\",\"container:localhost/tiny\",$cat"
look_for /tmp/running.json "\"container:localhost/tiny\",$shell,$cat"
if [ -z "$missing" ]; then
  echo ok >&3
else
  echo "missing:$missing" >&3
  busybox cat /tmp/container.log /tmp/image.json /tmp/asked.json /tmp/running.json >&3
fi
