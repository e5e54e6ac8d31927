/* What is gone when a system call returns. Of a directory to work in: the argument in memory, by a connect
 * that waits for room in the listener's queue while its address is unmapped. Of "memory": the descriptor,
 * which another thread closes. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static struct sockaddr_un *address;

static void *connect_to_full_queue(void *socket) {
  connect(*(int *)socket, (struct sockaddr *)address, sizeof *address);
  return NULL;
}

static volatile int ended;

static void *close_at_once(void *unused) {
  while (!ended) close(3);
  return unused;
}

static int close_under_hand(void) {
  pthread_t other;
  close(3);
  pthread_create(&other, NULL, close_at_once, NULL);
  for (int i = 0; i < 200000; ++i) memfd_create("x", 0);
  ended = 1;
  pthread_join(other, NULL);
  return 0;
}

int main(int argc, char **argv) {
  if (argc == 2 && strcmp(argv[1], "memory") == 0) return close_under_hand();
  if (argc < 2 || chdir(argv[1]) != 0) return 2;
  address = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  address->sun_family = AF_UNIX;
  strcpy(address->sun_path, "socket");
  const int server = socket(AF_UNIX, SOCK_STREAM, 0);
  int first = socket(AF_UNIX, SOCK_STREAM, 0), second = socket(AF_UNIX, SOCK_STREAM, 0);
  if (bind(server, (struct sockaddr *)address, sizeof *address) != 0 || listen(server, 0) != 0) return 1;
  if (connect(first, (struct sockaddr *)address, sizeof *address) != 0) return 1;
  pthread_t waiting;
  pthread_create(&waiting, NULL, connect_to_full_queue, &second);
  usleep(100000);
  munmap(address, 4096);
  accept(server, NULL, NULL);
  pthread_join(waiting, NULL);
  return 0;
}
