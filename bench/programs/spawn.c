/* spawn N: vfork, exec and wait for a program that does nothing, N times. The worst case for a recorder:
   nothing but process lives. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv) {
  const long count = argc > 1 ? atol(argv[1]) : 1000;
  const char *program = argc > 2 ? argv[2] : "/bin/true";
  for (long i = 0; i < count; ++i) {
    const pid_t child = vfork();
    if (child < 0) return perror("vfork"), 1;
    if (child == 0) {
      execl(program, program, (char *)NULL);
      _exit(127);
    }
    int status = 0;
    if (waitpid(child, &status, 0) < 0 || status != 0) return 1;
  }
  return 0;
}
