/* The ways in which a connection comes about, or does not. Prints the port of its listener. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static struct sockaddr_in v4(const char *text, int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  inet_pton(AF_INET, text, &address.sin_addr);
  return address;
}

static struct sockaddr_in6 v6(const char *text, int port) {
  struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
  inet_pton(AF_INET6, text, &address.sin6_addr);
  return address;
}

static void connect_v4(int type, const char *text, int port, int bytes) {
  const struct sockaddr_in address = v4(text, port);
  int fd = socket(AF_INET, type, 0);
  connect(fd, (const struct sockaddr *)&address, sizeof address);
  if (bytes) send(fd, "x", 1, MSG_NOSIGNAL);
  close(fd);
}

static void connect_v6(const char *text, int port) {
  const struct sockaddr_in6 address = v6(text, port);
  int fd = socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK, 0);
  connect(fd, (const struct sockaddr *)&address, sizeof address);
  close(fd);
}

int main(void) {
  struct sockaddr_in own = v4("127.0.0.1", 0);
  socklen_t size = sizeof own;
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  bind(listener, (struct sockaddr *)&own, size);
  listen(listener, 8);
  getsockname(listener, (struct sockaddr *)&own, &size);
  const int port = ntohs(own.sin_port);
  printf("%d\n", port);
  connect_v4(SOCK_STREAM, "127.0.0.1", port, 1);    /* established */
  connect_v4(SOCK_STREAM, "127.0.0.1", 1, 0);       /* refused */
  connect_v6("::1", 2);                             /* refused, not waited for */
  connect_v6("::ffff:127.0.0.1", port);             /* IPv4 in IPv6 clothes */
  connect_v4(SOCK_STREAM, "255.255.255.255", 3, 0); /* never leaves: ENETUNREACH */
  connect_v4(SOCK_DGRAM, "127.0.0.1", 4, 0);        /* nothing sent: as getaddrinfo does */
  connect_v4(SOCK_DGRAM, "127.0.0.1", 5, 1);
  const struct sockaddr_in datagram = v4("127.0.0.1", 6), quick = v4("127.0.0.1", port);
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  for (int i = 0; i < 3; ++i) sendto(fd, "x", 1, 0, (const struct sockaddr *)&datagram, sizeof datagram);
  const struct sockaddr_in behind = v4("127.0.0.1", 7), in_front = v4("127.0.0.1", 8);
  fd = socket(AF_INET, SOCK_DGRAM, 0); /* sends to another one before it sends to whom it has connected to */
  connect(fd, (const struct sockaddr *)&behind, sizeof behind);
  sendto(fd, "x", 1, 0, (const struct sockaddr *)&in_front, sizeof in_front);
  send(fd, "x", 1, MSG_NOSIGNAL);
  socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP);
  fd = socket(AF_INET, SOCK_STREAM, 0);
  sendto(fd, "x", 1, MSG_FASTOPEN, (const struct sockaddr *)&quick, sizeof quick);
  close(listener);
  return 0;
}
