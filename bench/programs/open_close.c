/* open_close N DIR: opens, reads and closes the files f0…f499 of DIR in turn, N times in all. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv) {
  const long count = argc > 1 ? atol(argv[1]) : 10000;
  char path[4096], byte;
  for (long i = 0; i < count; ++i) {
    snprintf(path, sizeof path, "%s/f%ld", argc > 2 ? argv[2] : ".", i % 500);
    const int fd = open(path, O_RDONLY);
    if (fd < 0) return perror(path), 1;
    if (read(fd, &byte, 1) < 0) return 1;
    close(fd);
  }
  return 0;
}
