/* uring inline|async|sqpoll PORT: connects to 127.0.0.1:PORT through io_uring, without a connect(2). */
#include <arpa/inet.h>
#include <linux/io_uring.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  const int poll = strcmp(argv[1], "sqpoll") == 0, async = strcmp(argv[1], "async") == 0;
  struct io_uring_params parameters = {0};
  if (poll) parameters.flags = IORING_SETUP_SQPOLL;
  const int ring = (int)syscall(SYS_io_uring_setup, 4, &parameters);
  if (ring < 0) return printf("no io_uring\n"), 0;
  uint8_t *queue = mmap(NULL, parameters.sq_off.array + parameters.sq_entries * 4, PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_POPULATE, ring, IORING_OFF_SQ_RING);
  struct io_uring_sqe *entries = mmap(NULL, parameters.sq_entries * sizeof *entries, PROT_READ | PROT_WRITE,
                                      MAP_SHARED | MAP_POPULATE, ring, IORING_OFF_SQES);
  const struct sockaddr_in address = {.sin_family = AF_INET,
                                      .sin_port = htons((uint16_t)atoi(argv[2])),
                                      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  memset(entries, 0, sizeof *entries);
  entries->opcode = IORING_OP_CONNECT;
  entries->flags = async ? IOSQE_ASYNC : 0;
  entries->fd = socket(AF_INET, SOCK_STREAM, 0);
  entries->addr = (uint64_t)(uintptr_t)&address;
  entries->off = sizeof address;
  *(uint32_t *)(queue + parameters.sq_off.array) = 0;
  __atomic_store_n((uint32_t *)(queue + parameters.sq_off.tail), 1, __ATOMIC_RELEASE);
  syscall(SYS_io_uring_enter, ring, poll ? 0 : 1, 1,
          IORING_ENTER_GETEVENTS | (poll ? IORING_ENTER_SQ_WAKEUP : 0), NULL, 0);
  printf("done\n");
  return 0;
}
