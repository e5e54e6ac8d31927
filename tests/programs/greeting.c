/* Asks its own "proxy" on loopback for registry.example:443. */
#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void) {
  static const char request[] = "CONNECT registry.example:443 HTTP/1.1\r\nHost: registry.example:443\r\n\r\n";
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  int listener = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0);
  bind(listener, (struct sockaddr *)&address, size);
  listen(listener, 1);
  getsockname(listener, (struct sockaddr *)&address, &size);
  connect(client, (struct sockaddr *)&address, size);
  send(client, request, strlen(request), 0);
  send(client, request, strlen(request), 0);
  return 0;
}
