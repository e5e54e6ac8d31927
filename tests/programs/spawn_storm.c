/* spawn_storm N: N children, one after another, that do nothing. Prints how many it started. */
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

extern char **environ;

int main(int argc, char **argv) {
  int wanted = argc > 1 ? atoi(argv[1]) : 100, started = 0;
  char *child[] = {"/bin/true", NULL};
  for (int i = 0; i < wanted; ++i) {
    pid_t pid;
    if (posix_spawn(&pid, child[0], NULL, NULL, child, environ) != 0) continue;
    ++started;
    waitpid(pid, NULL, 0);
  }
  printf("%d\n", started);
  return 0;
}
