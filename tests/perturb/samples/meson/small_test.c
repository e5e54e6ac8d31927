#include "sum.h"
int main(void) { return sum(2, 2) == 2 * 2 ? 0 : 1; }
