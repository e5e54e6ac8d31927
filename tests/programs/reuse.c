/* reuse: one child after another, until a number comes again: prints that number, or "no reuse" where it may
 * not be steered. Each child becomes /bin/true. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t child(void) {
  pid_t pid = fork();
  if (pid == 0) {
    execl("/bin/true", "true", (char *)NULL);
    _exit(127);
  }
  waitpid(pid, NULL, 0);
  return pid;
}

/* The next process gets the first free number after `pid`. */
static int continue_after(pid_t pid) {
  char text[16];
  int length = snprintf(text, sizeof text, "%d", pid);
  int file = open("/proc/sys/kernel/ns_last_pid", O_WRONLY);
  int written = file >= 0 && write(file, text, length) == length;
  if (file >= 0) close(file);
  return written;
}

int main(void) {
  for (int i = 0; i < 1000; ++i) {
    pid_t first = child();
    if (!continue_after(first - 1)) break;
    if (child() == first) return printf("%d\n", first), 0;
  }
  puts("no reuse");
  return 0;
}
