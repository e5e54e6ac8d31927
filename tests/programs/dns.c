/* dns udp|tcp: a resolver on 127.0.0.77:53 and, in another process, its client, who asks for host.example.
 * Over TCP the reply comes in pieces. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static const unsigned char query[] =
    "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\4host\7example\0\x00\x01\x00\x01";
static const unsigned char reply[] =
    "\x12\x34\x81\x80\x00\x01\x00\x01\x00\x00\x00\x00\4host\7example\0\x00\x01\x00\x01"
    "\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04\xc0\x00\x02\x07";

int main(int argc, char **argv) {
  const int tcp = argc > 1 && strcmp(argv[1], "tcp") == 0;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(53)}, client;
  socklen_t size = sizeof client;
  inet_pton(AF_INET, "127.0.0.77", &address.sin_addr);
  int server = socket(AF_INET, tcp ? SOCK_STREAM : SOCK_DGRAM, 0);
  const int yes = 1; /* the last test's connection may not have been forgotten yet */
  setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (bind(server, (struct sockaddr *)&address, sizeof address) != 0) return 1;
  if (tcp) listen(server, 1);
  unsigned char buffer[512];
  if (fork() == 0) {
    int fd = socket(AF_INET, tcp ? SOCK_STREAM : SOCK_DGRAM, 0);
    if (tcp) connect(fd, (struct sockaddr *)&address, sizeof address);
    sendto(fd, query, sizeof query - 1, 0, tcp ? NULL : (struct sockaddr *)&address,
           tcp ? 0 : sizeof address);
    while (recv(fd, buffer, sizeof buffer, 0) > 0 && tcp) {
    }
    return 0;
  }
  if (!tcp) {
    recvfrom(server, buffer, sizeof buffer, 0, (struct sockaddr *)&client, &size);
    sendto(server, reply, sizeof reply - 1, 0, (struct sockaddr *)&client, size);
  } else {
    int fd = accept(server, NULL, NULL), one = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    recv(fd, buffer, sizeof buffer, 0);
    const unsigned char length[] = {0, sizeof reply - 1};
    send(fd, length, 2, 0);
    usleep(20000);
    send(fd, reply, 20, 0);
    usleep(20000);
    send(fd, reply + 20, sizeof reply - 21, 0);
    close(fd);
  }
  wait(NULL);
  return 0;
}
