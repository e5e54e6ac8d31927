/* daemon DELAY-MS: leaves a grandchild behind, in a session of its own, that connects to 127.0.0.1:7 after a
 * while. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv) {
  const int delay = argc > 1 ? atoi(argv[1]) : 0;
  const pid_t child = fork();
  if (child == 0) {
    setsid();
    if (fork() != 0) _exit(0);
    close(0);
    close(1);
    close(2);
    usleep((useconds_t)delay * 1000);
    const struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(7), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    connect(socket(AF_INET, SOCK_STREAM, 0), (const struct sockaddr *)&address, sizeof address);
    _exit(0);
  }
  waitpid(child, NULL, 0);
  return 0;
}
