# Jobs in the order of the directory, in parallel, each with a temporary directory of its own.
set -e
find .. -name '*.c' | xargs -P "${JOBS:-2}" -I{} sh -c '
  d=$(mktemp -d)
  cp "$1" "$d/copy.c"
  cc -o "$d/object.o" -c "$d/copy.c"
  wc -c <"$d/object.o" >/dev/null
  rm -r "$d"' sh {}
