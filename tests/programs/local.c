/* Unix sockets by an absolute, a relative and an abstract name. The argument is a directory to work in. */
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void meet(const char *listen_as, const char *connect_as, size_t size) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  memcpy(address.sun_path, listen_as, size);
  const socklen_t whole = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + size);
  int server = socket(AF_UNIX, SOCK_STREAM, 0), client = socket(AF_UNIX, SOCK_STREAM, 0);
  bind(server, (struct sockaddr *)&address, whole);
  listen(server, 1);
  memcpy(address.sun_path, connect_as, size);
  connect(client, (struct sockaddr *)&address, whole);
  close(server);
  close(client);
}

int main(int argc, char **argv) {
  if (argc < 2 || chdir(argv[1]) != 0) return 2;
  unlink("relative");
  meet("relative", "relative", sizeof "relative");
  meet("\0abstract", "\0abstract", sizeof "\0abstract" - 1);
  return 0;
}
