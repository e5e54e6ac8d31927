/* Looks into its own child in every way. Prints the child's pid. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
  static char word[8] = "secret";
  const pid_t child = fork();
  if (child == 0) return pause();
  printf("%d\n", child);
  char into[8];
  struct iovec here = {into, sizeof into}, there = {word, sizeof word};
  process_vm_readv(child, &here, 1, &there, 1, 0);
  process_vm_writev(child, &here, 1, &there, 1, 0);
  const char *const names[] = {"mem", "maps", "environ"};
  for (int i = 0; i < 3; ++i) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", child, names[i]);
    close(open(path, O_RDONLY));
    snprintf(path, sizeof path, "/proc/self/%s", names[i]);
    close(open(path, O_RDONLY));
  }
  ptrace(PTRACE_SEIZE, child, NULL, NULL);
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
  return 0;
}
