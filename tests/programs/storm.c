/* storm spawn N: N children, one after another on each of two threads, that do nothing.
 * storm connect N: N connections to an own listener on loopback.
 * storm open N: N times a file is opened for writing.
 * Prints how many there were. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;
static int wanted;

static void *spawn_many(void *unused) {
  (void)unused;
  char *child[] = {"/bin/true", NULL};
  long started = 0;
  for (int i = 0; i < wanted / 2; ++i) {
    pid_t pid;
    if (posix_spawn(&pid, child[0], NULL, NULL, child, environ) != 0) continue;
    ++started;
    waitpid(pid, NULL, 0);
  }
  return (void *)started;
}

static long spawn_storm(void) {
  pthread_t other;
  void *started = NULL;
  pthread_create(&other, NULL, spawn_many, NULL);
  long own = (long)spawn_many(NULL);
  pthread_join(other, &started);
  return own + (long)started;
}

static long connect_storm(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  bind(listener, (struct sockaddr *)&address, size);
  listen(listener, 1024);
  getsockname(listener, (struct sockaddr *)&address, &size);
  const struct linger reset = {1, 0}; /* no TIME_WAIT: ports would run out */
  long connected = 0;
  for (int i = 0; i < wanted; ++i) {
    int client = socket(AF_INET, SOCK_STREAM, 0);
    connected += connect(client, (struct sockaddr *)&address, size) == 0;
    int server = accept(listener, NULL, NULL);
    setsockopt(client, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    close(client);
    close(server);
  }
  return connected;
}

static long open_storm(void) {
  char path[] = "/tmp/stormXXXXXX";
  close(mkstemp(path));
  long opened = 0;
  for (int i = 0; i < wanted; ++i) {
    int fd = open(path, O_WRONLY);
    opened += fd >= 0;
    close(fd);
  }
  unlink(path);
  return opened;
}

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  wanted = atoi(argv[2]);
  printf("%ld\n", strcmp(argv[1], "spawn") == 0     ? spawn_storm()
                  : strcmp(argv[1], "connect") == 0 ? connect_storm()
                                                    : open_storm());
  return 0;
}
