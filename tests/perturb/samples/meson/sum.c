#include "sum.h"
int base(void);
int sum(int a, int b) { return a + b + base() - 1; }
