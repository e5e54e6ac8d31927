/* Looks into its own child, or the process that the argument says, in every way. Prints the child's pid.
 * looks clone: starts a process in namespaces of its own instead. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static int clone_with_namespaces(void) {
  const pid_t child = syscall(SYS_clone, CLONE_NEWUTS | CLONE_NEWNET | SIGCHLD, NULL, NULL, NULL, 0);
  if (child == 0) _exit(0);
  return waitpid(child, NULL, 0) == child ? 0 : 1;
}

int main(int argc, char **argv) {
  static char word[8] = "secret";
  if (argc > 1 && strcmp(argv[1], "clone") == 0) return clone_with_namespaces();
  const pid_t child = argc > 1 ? atoi(argv[1]) : fork();
  if (child == 0) return pause();
  printf("%d\n", child);
  char into[8];
  struct iovec here = {into, sizeof into}, there = {word, sizeof word};
  process_vm_readv(child, &here, 1, &there, 1, 0);
  process_vm_writev(child, &here, 1, &here, 1, 0);
  const char *const names[] = {"mem", "maps", "environ"};
  for (int i = 0; i < 3; ++i) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", child, names[i]);
    close(open(path, O_RDONLY));
    snprintf(path, sizeof path, "/proc/self/%s", names[i]);
    close(open(path, O_RDONLY));
  }
  ptrace(PTRACE_SEIZE, child, NULL, NULL);
  const int pidfd = syscall(SYS_pidfd_open, child, 0);
  syscall(SYS_pidfd_getfd, pidfd, 0, 0);
  if (argc > 1) return 0;
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
  return 0;
}
