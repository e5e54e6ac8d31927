/* threads exec: a thread that is not the first one replaces the program by /bin/true.
 * threads last: the first thread ends with 5, another one later with 7, which is the process's status.
 * threads argv: becomes /bin/echo while another thread writes over the argument.
 * threads pool: threads come and go, then the program connects to 127.0.0.1:9 from a new one. */
#include <arpa/inet.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static void *replace(void *unused) {
  execl("/bin/true", "true", "from-thread", (char *)NULL);
  return unused;
}

static void *end_last(void *unused) {
  usleep(100000);
  syscall(SYS_exit, 7);
  return unused;
}

static void *nothing(void *unused) {
  return unused;
}

static void *reach_out(void *unused) {
  const struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_port = htons(9), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  connect(socket(AF_INET, SOCK_STREAM, 0), (const struct sockaddr *)&address, sizeof address);
  return unused;
}

static char argument[] = "0000";

static void *write_over(void *unused) {
  for (unsigned i = 0;; ++i) *(volatile char *)&argument[i % 4] = "0123456789"[i % 10];
  return unused;
}

int main(int argc, char **argv) {
  if (argc < 2) return 2;
  pthread_t thread;
  if (strcmp(argv[1], "exec") == 0) {
    pthread_create(&thread, NULL, replace, NULL);
    pause();
  } else if (strcmp(argv[1], "last") == 0) {
    pthread_create(&thread, NULL, end_last, NULL);
    syscall(SYS_exit, 5);
  } else if (strcmp(argv[1], "argv") == 0) {
    pthread_create(&thread, NULL, write_over, NULL);
    usleep(10000);
    execl("/bin/echo", "echo", argument, (char *)NULL);
  } else {
    for (int i = 0; i < 32; ++i) {
      pthread_create(&thread, NULL, nothing, NULL);
      pthread_join(thread, NULL);
    }
    pthread_create(&thread, NULL, reach_out, NULL);
    pthread_join(thread, NULL);
  }
  return 0;
}
