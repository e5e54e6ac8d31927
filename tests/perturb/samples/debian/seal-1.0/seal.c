#include <stdio.h>
int main(void) { return puts("seal") < 0; }
