#include "sum.h"
int main(void) { return sum(2000, 2000) == 2 * 2000 ? 0 : 1; }
