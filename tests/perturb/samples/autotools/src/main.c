#include <stdio.h>
#include <stdlib.h>

int area(int side);

int main(int argc, char **argv) {
  printf("%d\n", area(argc > 1 ? atoi(argv[1]) : 0));
  return 0;
}
