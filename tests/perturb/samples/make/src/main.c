#include <stdio.h>

int price(int item);
int stock(int item);

int main(void) {
  for (int item = 0; item < 3; ++item) printf("%d %d\n", price(item), stock(item));
  return 0;
}
