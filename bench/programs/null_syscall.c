/* null_syscall N: N times getppid(2), the cheapest system call: what a neighbor of a recording pays. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv) {
  const long count = argc > 1 ? atol(argv[1]) : 1000000;
  for (long i = 0; i < count; ++i) syscall(SYS_getppid);
  return 0;
}
