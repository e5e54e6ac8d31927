/* compat PORT: connects to 127.0.0.1:PORT by the 32-bit call gate of x86-64, as 32-bit programs do. Prints
 * the result of the call, or "no 32-bit calls". */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#ifdef __x86_64__

struct arguments { /* all of it below 4 GiB */
  uint32_t numbers[3];
  struct sockaddr_in address;
};

static long socketcall(uint32_t call, const struct arguments *arguments) {
  long result = 102; /* __NR_socketcall of i386 */
  __asm__ volatile("int $0x80"
                   : "+a"(result)
                   : "b"(call), "c"(arguments)
                   : "memory", "r8", "r9", "r10", "r11");
  return result;
}

static void give_up(int signal) {
  (void)signal;
  static const char text[] = "no 32-bit calls\n";
  _exit(write(STDOUT_FILENO, text, sizeof text - 1) < 0);
}

int main(int argc, char **argv) {
  signal(SIGSEGV, give_up);
  struct arguments *arguments =
      mmap(NULL, sizeof *arguments, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
  if (arguments == MAP_FAILED) return 1;
  *arguments = (struct arguments){.numbers = {AF_INET, SOCK_STREAM, 0}};
  const int client = (int)socketcall(1, arguments); /* SYS_SOCKET */
  arguments->address = (struct sockaddr_in){.sin_family = AF_INET,
                                            .sin_port = htons((uint16_t)(argc > 1 ? atoi(argv[1]) : 9)),
                                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  arguments->numbers[0] = (uint32_t)client;
  arguments->numbers[1] = (uint32_t)(uintptr_t)&arguments->address;
  arguments->numbers[2] = sizeof arguments->address;
  printf("%ld\n", socketcall(3, arguments)); /* SYS_CONNECT */
  return 0;
}

#else

int main(void) {
  puts("no 32-bit calls");
  return 0;
}

#endif
